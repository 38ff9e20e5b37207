//! Messages to the customers of a run.

use crate::find::Match;
use crate::{JobError, Shop, Work};
use chrono::{DateTime, Datelike, Utc};
use domain::texts::{About, Text};
use domain::{Action, CustomerId, Listed, Locale, Message, MessageId, Reason, Recipient, Settings, Tally};
use futures::stream::{self, StreamExt};
use store::CreateMessage;

/// Messages that are made at the same time.
const AT_ONCE: usize = 16;
/// The most people of one report.
const LISTED_BIRTHDAYS: usize = 30;
const LISTED_INACTIVE: usize = 10;

/// Writes to those who match, if customers are written to at once, and counts them.
pub(crate) async fn write_to(
    work: &Work<'_>,
    shop: &Shop,
    matches: &[Match],
    begun_at: DateTime<Utc>,
    tally: &mut Tally,
) -> Result<(), JobError> {
    let settings = &shop.business.settings;
    let mut messages = Vec::new();
    for found in matches {
        tally.found += 1;
        if shop.action == Action::Propose {
            continue;
        }
        match refused(settings, found.marketing_consent()) {
            Some(reason) => tally.skip(reason),
            None if found.is_long_gone(settings, begun_at) => tally.skip("long_gone"),
            None => messages.push(message(work, shop, found)?),
        }
    }
    let made = messages.into_iter().map(async |message| work.store.create_message(&message, &work.app.attempt()).await);
    let mut made = stream::iter(made).buffer_unordered(AT_ONCE);
    while let Some(made) = made.next().await {
        count(&made?, begun_at, tally);
    }
    Ok(())
}

/// Counts a message; one that an earlier try of this same run has made is this run's.
pub(crate) fn count(made: &CreateMessage, begun_at: DateTime<Utc>, tally: &mut Tally) {
    match made {
        CreateMessage::Exists(before) if before.created_at < begun_at => tally.skip("made_before"),
        CreateMessage::Created | CreateMessage::Exists(_) => tally.messages += 1,
    }
}

impl Match {
    fn customer_id(&self) -> CustomerId {
        match self {
            Self::Birthday(occasion) => occasion.customer_id,
            Self::Inactive(lapsed) => lapsed.customer_id,
        }
    }

    fn marketing_consent(&self) -> Option<bool> {
        match self {
            Self::Birthday(occasion) => occasion.marketing_consent,
            Self::Inactive(lapsed) => lapsed.marketing_consent,
        }
    }

    /// Whether an inactive customer has been away for too long to be won back by a text.
    fn is_long_gone(&self, settings: &Settings, now: DateTime<Utc>) -> bool {
        matches!(self, Self::Inactive(lapsed) if lapsed.is_long_gone(settings.inactive_days, now))
    }

    fn locale(&self) -> Option<Locale> {
        match self {
            Self::Birthday(occasion) => occasion.locale,
            Self::Inactive(lapsed) => lapsed.locale,
        }
    }
}

/// What the record says already: who does not want marketing needs no message that is then not sent.
fn refused(settings: &Settings, consent: Option<bool>) -> Option<Reason> {
    match consent {
        Some(true) => None,
        Some(false) => Some(Reason::ConsentRefused),
        None => settings.require_opt_in.then_some(Reason::OptInRequired),
    }
}

fn message(work: &Work<'_>, shop: &Shop, found: &Match) -> Result<Message, JobError> {
    let settings = &shop.business.settings;
    let (id, name, about) = match found {
        Match::Birthday(occasion) => {
            let about = About::Birthday { pet: occasion.celebrant.pet(), offer: settings.birthday_offer };
            (MessageId::birthday(occasion, shop.date.year()), occasion.name.as_deref(), about)
        }
        Match::Inactive(lapsed) => {
            let about = About::WinBack { offer: settings.win_back_offer };
            (MessageId::win_back(lapsed), lapsed.name.as_deref(), about)
        }
    };
    let text = Text { name, business: &shop.business.name, about };
    let content = text.content(found.locale().unwrap_or(shop.business.locale))?;
    let to = Recipient::Customer(found.customer_id());
    Ok(Message::new(shop.business.business_id, id, to, text.message_type(), content, work.app.now(), work.backstop))
}

/// Keeps who stands in the report: the first birthdays, or those who are most worth winning back.
pub(crate) fn list(found: &Match, listed: &mut Vec<Listed>) {
    match found {
        Match::Birthday(occasion) if listed.len() < LISTED_BIRTHDAYS => listed.push(Listed {
            customer_id: occasion.customer_id,
            name: occasion.name.clone(),
            phone: occasion.phone.clone(),
            pet: occasion.celebrant.pet().map(str::to_owned),
            rank: Default::default(),
        }),
        Match::Birthday(_) => {}
        Match::Inactive(lapsed) => {
            let one = lapsed.listed();
            let place = listed.partition_point(|other| other.rank >= one.rank);
            if place < LISTED_INACTIVE {
                listed.insert(place, one);
                listed.truncate(LISTED_INACTIVE);
            }
        }
    }
}
