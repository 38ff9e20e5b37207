//! Each message once: what its record says, and what the gateways accepted.

use super::Violation;
use super::accepted::{Accepted, accepted, received};
use crate::businesses::SimulatedBusiness;
use crate::history::{History, Key, Record};
use chrono::{DateTime, Utc};
use std::collections::{BTreeMap, BTreeSet};

/// The number of times that a message may arrive: once, if it was ever claimed, and once more if policy or a human said
/// so. A message that a gateway reported as not delivered did not arrive.
fn allowed(record: &Record) -> usize {
    if record.claims().next().is_none() {
        return record.earlier_claims;
    }
    record.earlier_claims + 1 + repeats(record) + retries(record)
}

/// The number of times that policy sent it once more.
fn repeats(record: &Record) -> usize {
    record.moves("unknown", "pending").saturating_sub(reported(record, "unknown"))
}

/// The number of times that a human sent it again.
fn retries(record: &Record) -> usize {
    record.moves("failed", "pending").saturating_sub(reported(record, "failed"))
}

pub(super) fn reported(record: &Record, from: &str) -> usize {
    record.reported.get(from).copied().unwrap_or(0)
}

/// Whether one claim of a message was used for two calls: none is accepted twice between a claim and the next.
fn claim_used_twice(record: &Record, all: &[Accepted]) -> bool {
    let claims: Vec<DateTime<Utc>> = record.claims().collect();
    let ends = claims.iter().skip(1).copied().chain([DateTime::<Utc>::MAX_UTC]);
    claims.iter().zip(ends).any(|(begins, ends)| {
        all.iter().filter(|it| it.sent.arrived_at >= *begins && it.sent.arrived_at < ends).count() > 1
    })
}

pub(super) fn twice(history: &History, businesses: &[SimulatedBusiness]) -> Vec<Violation> {
    let mut groups: BTreeMap<(&str, String), Vec<Accepted>> = BTreeMap::new();
    for it in received(history, businesses) {
        groups.entry((&it.business.id, it.group.clone())).or_default().push(it);
    }
    let mut found = Vec::new();
    for ((_, group), all) in groups {
        let Some(first) = all.first() else { continue };
        let most: usize = first.records.iter().map(|(_, record)| allowed(record)).sum();
        // If a text may be of several records, nobody can say whose claim it was.
        let by_one_claim = matches!(first.records.as_slice(), [(_, record)] if claim_used_twice(record, &all));
        if all.len() > most || by_one_claim {
            let times: Vec<String> = all.iter().map(|it| it.sent.arrived_at.to_string()).collect();
            let detail = format!("accepted {} times, allowed {most}: {group} at {}", all.len(), times.join(", "));
            found.push(Violation::new(detail, first.subjects()));
        }
    }
    for (key, record) in &history.messages {
        let (repeats, retries) = (repeats(record), retries(record));
        if repeats > usize::from(record.kind == "transactional") * (1 + retries) {
            let detail = format!("{} ({}) was repeated by policy {repeats} times", key.1, record.kind);
            found.push(Violation::new(detail, [key.1.clone()]));
        }
    }
    found
}

/// The statuses that may follow a status: the simulation's own table.
fn may_become(from: &str) -> &'static [&'static str] {
    match from {
        "pending" => &["sending", "skipped", "failed", "sent", "delivered", "read"],
        "sending" => &["pending", "unknown", "failed", "sent", "delivered", "read"],
        "unknown" => &["pending", "failed", "sent", "delivered", "read"],
        "sent" => &["pending", "delivered", "read", "failed"],
        "delivered" => &["read"],
        "failed" => &["pending", "delivered", "read"],
        "skipped" => &["sent", "delivered", "read"],
        _ => &[],
    }
}

pub(super) fn moves(history: &History, _: &[SimulatedBusiness]) -> Vec<Violation> {
    let mut found = Vec::new();
    for (key, record) in &history.messages {
        if record.moves("sent", "pending") > reported(record, "sent") {
            let detail = format!("{} was sent and is pending again, and no gateway said that it failed", key.1);
            found.push(Violation::new(detail, [key.1.clone()]));
        }
        for (nth, pair) in record.steps.windows(2).enumerate() {
            let [(_, from), (at, to)] = pair else { continue };
            // One that was given up, as nothing was known of it, is lifted by evidence as an unknown one is.
            let before = nth.checked_sub(1).and_then(|nth| record.steps.get(nth)).map(|(_, status)| status.as_str());
            let given_up = (from == "failed" && before == Some("unknown")).then_some("unknown");
            if !given_up.into_iter().chain([from.as_str()]).any(|from| may_become(from).contains(&to.as_str())) {
                let detail = format!("{} went from {from} to {to} at {at}", key.1);
                found.push(Violation::new(detail, [key.1.clone()]));
            }
        }
    }
    found
}

/// Nothing is sent in the name of a business that the business knows nothing of.
pub(super) fn known(history: &History, businesses: &[SimulatedBusiness]) -> Vec<Violation> {
    let unknown = accepted(history, businesses).into_iter().filter(|it| it.records.is_empty());
    unknown.map(|it| Violation::new(format!("{} at {}", it.group, it.sent.arrived_at), [it.group.clone()])).collect()
}

pub(super) fn ends(history: &History, _: &[SimulatedBusiness]) -> Vec<Violation> {
    let is_open = |record: &Record| match record.status() {
        "sent" | "delivered" | "read" => false,
        "failed" | "skipped" => record.error.is_none(),
        _ => true,
    };
    let open = history.messages.iter().filter(|(_, record)| record.gone.is_none() && is_open(record));
    let told = |(key, record): (&Key, &Record)| {
        let since = record.steps.last().map(|(at, _)| at.to_string()).unwrap_or_default();
        let detail = format!("{} is {} since {since} ({:?})", key.1, record.status(), record.error);
        Violation::new(detail, [key.1.clone()])
    };
    open.map(told).collect()
}

pub(super) fn sent_is_accepted(history: &History, businesses: &[SimulatedBusiness]) -> Vec<Violation> {
    let mut found = Vec::new();
    let mut groups: BTreeMap<(&str, String), (usize, Vec<&Key>)> = BTreeMap::new();
    let mut known = BTreeSet::new();
    for it in accepted(history, businesses) {
        let (times, sent) = groups.entry((&it.business.id, it.group.clone())).or_default();
        *times += 1;
        *sent = it.records.iter().filter(|(_, record)| is_sent(record)).map(|(key, _)| *key).collect();
        known.extend(it.records.iter().map(|(key, _)| *key));
    }
    for ((_, group), (times, sent)) in groups {
        if sent.len() > times {
            let detail = format!("{} records are sent of {group}, which was accepted {times} times", sent.len());
            found.push(Violation::new(detail, sent.iter().map(|key| key.1.clone())));
        }
    }
    for (key, record) in history.messages.iter().filter(|(key, record)| is_sent(record) && !known.contains(key)) {
        found.push(Violation::new(format!("{} is {} and no gateway has it", key.1, record.status()), [key.1.clone()]));
    }
    found
}

fn is_sent(record: &Record) -> bool {
    matches!(record.status(), "sent" | "delivered" | "read")
}

/// A failure that the function was told of, and took as done, is in the record.
pub(super) fn failed_is_not_sent(history: &History, _: &[SimulatedBusiness]) -> Vec<Violation> {
    let mut found = Vec::new();
    for report in history.reports.iter().filter(|report| report.status == "failed") {
        let Some(record) = history.messages.get(&report.key) else { continue };
        let is_of_it = record.gateway_id.as_ref() == Some(&report.gateway_id);
        if record.gone.is_none() && record.status() == "sent" && is_of_it {
            let detail = format!("{} is sent, and failed as was reported at {}", report.key.1, report.at);
            found.push(Violation::new(detail, [report.key.1.clone()]));
        }
    }
    found
}
