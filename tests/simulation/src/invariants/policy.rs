//! The decisions of policy on messages of which nothing is known.

use super::Violation;
use super::accepted::accepted;
use crate::businesses::SimulatedBusiness;
use crate::history::{Decision, History, Key};
use chrono::{DateTime, TimeDelta, Utc};
use std::collections::BTreeSet;

/// The time for which evidence is waited for from the claim on, as the template has it.
const UNKNOWN_WAIT: TimeDelta = TimeDelta::minutes(10);
/// A write may be seen so long after the moment that its function has read from the clock.
const SEEN_LATE: TimeDelta = TimeDelta::seconds(30);
/// A gateway that has not answered for so long is not asked any more.
const LONGEST_LOOK: TimeDelta = TimeDelta::hours(24);

fn decisions(history: &History) -> impl Iterator<Item = (&Key, Decision)> {
    history.messages.iter().flat_map(|(key, record)| record.decisions().into_iter().map(move |it| (key, it)))
}

fn told((key, it): (&Key, Decision), fact: &str) -> Violation {
    let detail = format!("{}, claimed at {}, was sent once more or given up at {}: {fact}", key.1, it.claim, it.at);
    Violation::new(detail, [key.1.clone()])
}

pub(super) fn in_time(history: &History, _: &[SimulatedBusiness]) -> Vec<Violation> {
    let early = decisions(history).filter(|(_, it)| it.at - it.claim < UNKNOWN_WAIT - SEEN_LATE);
    early.map(|it| told(it, "too early")).collect()
}

/// A report that names our own message and that the function has taken as done, while nothing was known before and after.
/// A report of an attempt that failed says nothing of the next one.
pub(super) fn after_a_report(history: &History, _: &[SimulatedBusiness]) -> Vec<Violation> {
    let failed: BTreeSet<&str> =
        history.sent.iter().filter(|sent| sent.fails.is_some()).map(|sent| sent.gateway_id.as_str()).collect();
    let mut found = Vec::new();
    for (key, it) in decisions(history) {
        let report = history.reports.iter().find(|report| {
            let is_taken = matches!(report.status.as_str(), "sent" | "delivered" | "read");
            let is_unheeded = report.before == report.after && report.after.1 == "unknown";
            let is_of_it = report.key == *key && (it.claim..=it.at).contains(&report.at);
            is_taken && is_unheeded && is_of_it && !failed.contains(report.gateway_id.as_str())
        });
        if let Some(report) = report {
            found.push(told((key, it), &format!("it was reported as {} at {}", report.status, report.at)));
        }
        if !it.is_of_unknown {
            found.push(told((key, it), "it was known where it stood"));
        }
    }
    found
}

/// Where a chat can be looked at, a message that lies in it and belongs to no other record is found.
pub(super) fn after_a_look(history: &History, businesses: &[SimulatedBusiness]) -> Vec<Violation> {
    let mut found = Vec::new();
    let all = accepted(history, businesses);
    let in_chats = all.iter().filter(|it| it.business.gateway == "whapi" && it.sent.fails.is_none());
    for it in in_chats {
        let (at, id) = (it.sent.arrived_at, it.sent.gateway_id.as_str());
        for (key, record) in &it.records {
            let has_id = |other: &&Key| {
                *other != *key
                    && other.0 == key.0
                    && history.messages.get(*other).is_some_and(|other| other.gateway_ids.contains(id))
            };
            let is_anothers = history.messages.keys().any(|other| has_id(&other));
            let is_gone = history.person(&key.0, record).is_some_and(|person| person.gone.is_some());
            if is_anothers || is_gone {
                continue;
            }
            let missed = |it: &Decision| {
                let looked: DateTime<Utc> = it.at - SEEN_LATE;
                (it.claim..looked).contains(&at) && it.at - it.claim < LONGEST_LOOK
            };
            let decided = record.decisions().into_iter().filter(missed);
            found.extend(decided.map(|it| told((*key, it), &format!("it lies in the chat since {at}"))));
        }
    }
    found
}
