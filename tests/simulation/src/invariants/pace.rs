//! The pace at which messages leave, and the moments at which they are tried again.

use super::Violation;
use super::accepted::{Accepted, received};
use super::sending::reported;
use crate::businesses::SimulatedBusiness;
use crate::history::History;
use chrono::{DateTime, TimeDelta, Utc};
use std::collections::BTreeMap;

/// The time by which two calls may arrive closer than their slots: the network is not always as fast.
const NETWORK: TimeDelta = TimeDelta::milliseconds(20);
/// Between two messages to a person.
const PAIR_TIME: TimeDelta = TimeDelta::seconds(6);

/// The delay in its slot with which a message may leave.
const SLOT: TimeDelta = TimeDelta::milliseconds(250);
/// From this pace on the limit holds in every second too, and many may leave at once.
const FAST: u32 = 2_040;

/// The least time that a sender of this limit takes for so many more than one. A slow sender sends evenly, and each may be
/// late in its slot. In every minute the limit is strict, and in every second that of a fast one.
fn windows(per_minute: u32) -> Vec<(usize, TimeDelta)> {
    let (is_fast, interval) = (per_minute >= FAST, TimeDelta::microseconds(60_000_000 / i64::from(per_minute)));
    let evenly = (1_u8..=20)
        .filter(|_| !is_fast)
        .map(|more| (usize::from(more), interval * i32::from(more) - interval.min(SLOT)));
    let minute = (per_minute, TimeDelta::seconds(60));
    let second = is_fast.then_some((per_minute / 60, TimeDelta::seconds(1)));
    let strictly = [minute].into_iter().chain(second);
    let strictly = strictly.map(|(more, window)| (usize::try_from(more).unwrap_or(usize::MAX), window));
    evenly.chain(strictly).map(|(more, window)| (more, window - NETWORK)).collect()
}

pub(super) fn sender_pace(history: &History, businesses: &[SimulatedBusiness]) -> Vec<Violation> {
    let mut found = Vec::new();
    for business in businesses {
        let mine = history.sent.iter().filter(|sent| sent.sender == business.address);
        let mut times: Vec<DateTime<Utc>> = mine.map(|sent| sent.arrived_at).collect();
        times.sort_unstable();
        for (more, window) in windows(business.per_minute) {
            let faster = times.iter().zip(times.iter().skip(more)).find(|(first, last)| **last - **first < window);
            if let Some((first, last)) = faster {
                let detail = format!("{} from {first} to {last} from sender {}", more + 1, business.address);
                found.push(Violation::new(detail, [business.sender_id.clone()]));
                break;
            }
        }
    }
    found
}

pub(super) fn pair_pace(history: &History, businesses: &[SimulatedBusiness]) -> Vec<Violation> {
    let mut people: BTreeMap<(&str, &str), Vec<Accepted>> = BTreeMap::new();
    for it in received(history, businesses) {
        people.entry((&it.business.id, &it.sent.to)).or_default().push(it);
    }
    let mut found = Vec::new();
    for ((_, to), all) in people {
        for (one, other) in all.iter().zip(all.iter().skip(1)) {
            let customer = |it: &Accepted| it.record().and_then(|(_, record)| record.customer.clone());
            // A person who was erased and comes again is another customer.
            let same = customer(one) == customer(other);
            if same && other.sent.arrived_at - one.sent.arrived_at < PAIR_TIME - NETWORK {
                let (from, until) = (one.sent.arrived_at, other.sent.arrived_at);
                let detail = format!("{to} got {} at {from} and {} at {until}", one.group, other.group);
                found.push(Violation::new(detail, one.subjects().into_iter().chain(other.subjects())));
            }
        }
    }
    found
}

/// A message that a gateway wants to see in a day comes no earlier, unless a human sends it again.
pub(super) fn a_day_later(history: &History, _: &[SimulatedBusiness]) -> Vec<Violation> {
    let mut found = Vec::new();
    for (key, record) in &history.messages {
        for said in &record.wait_a_day {
            let next = record.steps.iter().find(|(at, status)| at > said && matches!(&**status, "sending" | "failed"));
            if let Some((at, status)) = next
                && status == "sending"
                && *at - *said < TimeDelta::hours(24)
            {
                let detail = format!("{} was to wait for a day from {said} and was claimed at {at}", key.1);
                found.push(Violation::new(detail, [key.1.clone()]));
            }
        }
    }
    found
}

/// The retries of a message that the gateway surely did not take before it fails: after 1, 5 and 15 minutes.
const RETRIES: usize = 3;

/// A message that would have gone a little later was tried as often as is promised; one that only came too fast never
/// fails.
pub(super) fn tried(history: &History, _: &[SimulatedBusiness]) -> Vec<Violation> {
    let mut found = Vec::new();
    for (key, record) in history.messages.iter().filter(|(_, record)| record.status() == "failed") {
        let error = record.error.as_deref().unwrap_or_default();
        let last = record
            .steps
            .windows(2)
            .rposition(|pair| matches!(pair, [(_, a), (_, b)] if a == "failed" && b == "pending"));
        let since = record.steps.get(last.map_or(0, |nth| nth + 1)..).unwrap_or_default();
        let tries = since
            .windows(2)
            .filter(|pair| matches!(pair, [(_, a), (_, b)] if (a == "sending" || a == "sent") && b == "pending"))
            .count()
            + reported(record, "unknown");
        let starts = |words: &[&str]| words.iter().any(|word| error.starts_with(word));
        let passes = ["not_accepted", "sender_down", "not_delivered: retry", "not_delivered: wait_a_day"];
        let too_fast = ["rate_limited", "not_delivered: rate_limited", "not_delivered: pair_limited"];
        if (starts(&passes) && tries < RETRIES) || starts(&too_fast) {
            let detail = format!("{} failed after {tries} more tries: {error}", key.1);
            found.push(Violation::new(detail, [key.1.clone()]));
        }
    }
    found
}
