//! Messages to the customers of a run.

use super::running::{JobError, Running};
use super::{Addressee, Scheduled};
use chrono::{DateTime, Utc};
use domain::{Action, Draft, Listed, Reason, Recipient, Settings, Tally};
use futures::stream::{self, StreamExt};
use kit::outbox::Outbox;
use store::CreateMessage;

/// Messages that are made at the same time.
const AT_ONCE: usize = 16;

/// Writes to those who match, if customers are written to at once, and counts them.
pub(super) async fn write_to<A: Scheduled>(
    outbox: &Outbox,
    running: &Running,
    matches: &[A::Match],
    tally: &mut Tally,
) -> Result<(), JobError> {
    let business = &running.business;
    let mut drafts = Vec::new();
    for found in matches {
        tally.found += 1;
        let left_out = left_out::<A>(running, found);
        if running.action == Action::Propose {
            tally.writable += u64::from(left_out.is_none());
            continue;
        }
        if let Some(reason) = left_out {
            tally.skip(reason);
            continue;
        }
        let Addressee { customer_id, locale, .. } = A::person(found);
        let (id, to) = (A::message_id(running, found), Recipient::Customer(customer_id));
        let text = A::text(running, found);
        drafts.push(Draft::new(id, to, &*text, business.voice(locale))?);
    }
    let made = drafts.into_iter().map(|draft| outbox.write(business.business_id, draft));
    let mut made = stream::iter(made).buffer_unordered(AT_ONCE);
    while let Some(made) = made.next().await {
        count(&made?, running.begun_at, tally);
    }
    Ok(())
}

/// Gives those who match their places in the report. A proposal lists nobody who may not be written to, unless the owners
/// have to act.
pub(super) fn list<A: Scheduled>(running: &Running, matches: &[A::Match], listed: &mut Vec<Listed>) {
    let all = running.action == Action::Auto;
    let is_told = |found: &&A::Match| all || A::is_a_persons(found) || left_out::<A>(running, found).is_none();
    for found in matches.iter().filter(is_told) {
        A::list(found, listed);
    }
}

/// Why a match is not written to: a word for the tally.
pub(super) fn left_out<A: Scheduled>(running: &Running, found: &A::Match) -> Option<String> {
    let refused = refused(&running.business.settings, A::person(found).marketing_consent);
    refused.map(|reason| reason.to_string()).or_else(|| A::left_out(running, found).map(str::to_owned))
}

/// Counts a message; one that an earlier try of this same run has made is this run's.
pub(super) fn count(made: &CreateMessage, begun_at: DateTime<Utc>, tally: &mut Tally) {
    match made {
        CreateMessage::Exists(before) if before.created_at < begun_at => tally.skip("made_before"),
        CreateMessage::Created | CreateMessage::Exists(_) => tally.messages += 1,
    }
}

/// The reason in the record already: a customer who does not want marketing needs no message that is then not sent.
fn refused(settings: &Settings, consent: Option<bool>) -> Option<Reason> {
    match consent {
        Some(true) => None,
        Some(false) => Some(Reason::ConsentRefused),
        None => settings.require_opt_in.then_some(Reason::OptInRequired),
    }
}
