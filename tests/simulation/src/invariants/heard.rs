//! What the operator's backend hears of sessions: in order, once, in time, and in the end all of it.

use super::Violation;
use crate::businesses::SimulatedBusiness;
use crate::history::History;
use chrono::{DateTime, TimeDelta, Utc};
use std::collections::BTreeMap;
use world::{Effect, Told};

/// Between two codes of a session.
const APART: TimeDelta = TimeDelta::seconds(30);
/// The time by which a batch may be under way longer than the one before it.
const UNDER_WAY: TimeDelta = TimeDelta::seconds(5);
/// Most items of a batch.
const MOST_ITEMS: usize = 50;

fn violation(session: &str, detail: String) -> Violation {
    Violation::new(format!("of session {session} {detail}"), [session.to_owned()])
}

/// The statuses of a session that the backend has taken, in order.
fn statuses(effects: &[Effect]) -> impl DoubleEndedIterator<Item = (&Effect, &str)> {
    effects.iter().filter_map(|effect| match &effect.told {
        Told::Status { state, .. } => Some((effect, state.as_str())),
        Told::Qr { .. } => None,
    })
}

/// The codes of a session that the backend has taken, in order, each with its end.
fn told_codes(effects: &[Effect]) -> impl Iterator<Item = (&Effect, DateTime<Utc>)> {
    effects.iter().filter_map(|effect| match &effect.told {
        Told::Qr { expires_at, .. } => Some((effect, *expires_at)),
        Told::Status { .. } => None,
    })
}

pub(super) fn in_order(history: &History, _: &[SimulatedBusiness]) -> Vec<Violation> {
    let mut found = Vec::new();
    for (session, effects) in &history.sessions.effects {
        let told: Vec<_> = statuses(effects).collect();
        for pair in told.windows(2) {
            if let [(before, newer), (after, older)] = pair
                && after.at < before.at
            {
                let (at, since) = (after.received_at, after.at);
                let detail = format!("{older} since {since} was heard at {at}, after {newer} since {}", before.at);
                found.push(violation(session, detail));
            }
        }
    }
    found
}

pub(super) fn kept_before(history: &History, _: &[SimulatedBusiness]) -> Vec<Violation> {
    let mut found = Vec::new();
    for (session, effects) in &history.sessions.effects {
        let Some(versions) = history.sessions.kept.get(session) else { continue };
        for effect in effects {
            let mut before = versions.iter().filter(|kept| kept.at <= effect.received_at);
            let is_kept = match &effect.told {
                // Of several in one batch the last is kept.
                Told::Status { .. } => before.any(|kept| kept.told_since.is_some_and(|since| since >= effect.at)),
                Told::Qr { .. } => before.any(|kept| kept.told_code.as_ref() == Some(&effect.event_id)),
            };
            if !is_kept {
                let detail = format!("{:?} was heard at {} and was not kept", effect.told, effect.received_at);
                found.push(violation(session, detail));
            }
        }
    }
    found
}

pub(super) fn codes(history: &History, _: &[SimulatedBusiness]) -> Vec<Violation> {
    let mut found = Vec::new();
    for (session, effects) in &history.sessions.effects {
        let told: Vec<_> = told_codes(effects).collect();
        for (effect, end) in told.iter().filter(|(effect, end)| effect.received_at >= *end) {
            found.push(violation(session, format!("a code that ended at {end} was heard at {}", effect.received_at)));
        }
        for pair in told.windows(2) {
            if let [(one, _), (other, _)] = pair
                && other.received_at - one.received_at < APART - UNDER_WAY
            {
                let (from, until) = (one.received_at, other.received_at);
                found.push(violation(session, format!("a code was heard at {from} and another at {until}")));
            }
        }
    }
    found
}

pub(super) fn batches(history: &History, _: &[SimulatedBusiness]) -> Vec<Violation> {
    let mut found = Vec::new();
    let mut named: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for batch in &history.sessions.batches {
        let items: Vec<&str> = batch.items.iter().map(|(event, _)| event.as_str()).collect();
        let known = named.entry(&batch.batch_id).or_insert_with(|| items.clone());
        if *known != items || items.len() > MOST_ITEMS {
            let detail = format!("batch {} of {} items at {}", batch.batch_id, items.len(), batch.at);
            found.push(Violation::new(detail, items.iter().map(|event| (*event).to_owned())));
        }
    }
    found
}

/// The last word is that of the record, and the record's word is how it stands. That a session waits to be scanned, or is
/// to be opened, is told only to a backend that takes it for connected.
pub(super) fn of_each(history: &History, _: &[SimulatedBusiness]) -> Vec<Violation> {
    let seen = &history.sessions;
    let mut found = Vec::new();
    for (session, versions) in &seen.kept {
        let Some(kept) = versions.last() else { continue };
        let effects = seen.effects.get(session).map(Vec::as_slice).unwrap_or_default();
        let heard = statuses(effects).next_back().map(|(effect, state)| (state, effect.event_id.as_str()));
        let told = kept.told.as_ref().map(|(status, event)| (status.as_str(), event.as_str()));
        if heard != told {
            found.push(violation(session, format!("{heard:?} was heard and {told:?} is kept")));
        }
        let is_told = !matches!(&*kept.status, "opening" | "waiting_for_scan");
        if !is_told && told.is_some_and(|(status, _)| status == "connected") {
            found.push(violation(session, format!("it is {}, and nobody was told", kept.status)));
        }
        if is_told && told.map(|(status, _)| status) != Some(&kept.status) {
            found.push(violation(session, format!("{told:?} is to be told, and it is {}", kept.status)));
        }
    }
    found
}
