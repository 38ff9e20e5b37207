//! Marketing: to which people, when, and how often.

use super::Violation;
use super::accepted::{Accepted, ON_ITS_WAY, accepted, received};
use super::asked::{SAME_MOMENT, wants};
use crate::businesses::SimulatedBusiness;
use crate::history::{History, Written};
use chrono::{DateTime, TimeDelta, Timelike, Utc};
use std::collections::BTreeMap;

/// Whether a time lies in the quiet hours of a business.
pub(super) fn is_night(business: &SimulatedBusiness, at: DateTime<Utc>) -> bool {
    let hour = at.with_timezone(&business.zone).hour();
    hour >= business.quiet.0 || hour < business.quiet.1
}

pub(super) fn at_night(history: &History, businesses: &[SimulatedBusiness]) -> Vec<Violation> {
    let awake = |it: &Accepted| {
        let at = it.sent.arrived_at;
        it.kind() == "transactional" || !is_night(it.business, at) || !is_night(it.business, at - ON_ITS_WAY)
    };
    let woken = accepted(history, businesses).into_iter().filter(|it| !awake(it));
    let told = |it: Accepted| {
        let local = it.sent.arrived_at.with_timezone(&it.business.zone);
        Violation::new(format!("{} ({}) at {local}", it.group, it.kind()), it.subjects())
    };
    woken.map(told).collect()
}

pub(super) fn unwanted(history: &History, businesses: &[SimulatedBusiness]) -> Vec<Violation> {
    let mut found = Vec::new();
    for it in accepted(history, businesses).into_iter().filter(|it| it.kind() == "marketing") {
        let Some((key, record)) = it.record() else { continue };
        let Some(person) = history.person(&key.0, record) else { continue };
        let before = it.sent.arrived_at - ON_ITS_WAY;
        let last = person.consent.iter().rev().find(|(at, _)| *at <= before);
        // A person who has changed their mind on its way may have it or not.
        let meanwhile = person.consent.iter().any(|(at, yes)| *yes && *at > before && *at <= it.sent.arrived_at);
        let has_said_yes = person.consent.iter().any(|(at, yes)| *yes && *at <= it.sent.arrived_at);
        if it.business.requires_opt_in && !has_said_yes {
            let detail = format!("{} at {}, without a yes", it.group, it.sent.arrived_at);
            found.push(Violation::new(detail, it.subjects().into_iter().chain(record.customer.clone())));
        }
        if let Some((at, false)) = last
            && !meanwhile
        {
            let detail = format!("{} at {}, though out since {at}", it.group, it.sent.arrived_at);
            found.push(Violation::new(detail, it.subjects().into_iter().chain(record.customer.clone())));
        }
    }
    found
}

/// The longest way of a word from the webhook's answer to the record: outages add up.
pub(super) const WORD_ON_ITS_WAY: TimeDelta = TimeDelta::hours(3);

/// A person who wrote an opt-out word gets no marketing, judged by the gateways' records alone.
pub(super) fn after_a_word(history: &History, businesses: &[SimulatedBusiness]) -> Vec<Violation> {
    let mut found = Vec::new();
    for it in accepted(history, businesses).into_iter().filter(|it| it.kind() == "marketing") {
        let (at, phone) = (it.sent.arrived_at, &it.sent.to);
        let Some((_, record)) = it.record() else { continue };
        let person = history.person(&it.business.id, record);
        let theirs = |word: &&Written| {
            let made = person.and_then(|person| person.made);
            word.business == it.business.id && word.phone == *phone && made.is_some_and(|made| made < word.at)
        };
        let long_ago = |word: &&Written| word.arrived.is_some_and(|seen| seen + WORD_ON_ITS_WAY < at);
        let mut out = history.written.iter().filter(theirs).filter(|word| wants(&word.text) == Some(false));
        let Some(out) = out.rfind(long_ago) else {
            continue;
        };
        // A caller may say yes for them as well.
        let in_again = history
            .written
            .iter()
            .filter(theirs)
            .any(|word| wants(&word.text) == Some(true) && word.at + SAME_MOMENT >= out.at && word.at <= at);
        let said_yes =
            person.is_some_and(|it| it.consent.iter().any(|(when, yes)| *yes && *when >= out.at && *when <= at));
        if !in_again && !said_yes {
            let detail = format!("{} at {at}, though {} was written at {}", it.group, out.text, out.at);
            found.push(Violation::new(detail, it.subjects().into_iter().chain([phone.clone()])));
        }
    }
    found
}

pub(super) fn weekly_cap(history: &History, businesses: &[SimulatedBusiness]) -> Vec<Violation> {
    let mut people: BTreeMap<(&str, String), Vec<Accepted>> = BTreeMap::new();
    for it in received(history, businesses).filter(|it| it.kind() == "marketing") {
        let customer = it.record().and_then(|(_, record)| record.customer.clone()).unwrap_or_default();
        people.entry((&it.business.id, customer)).or_default().push(it);
    }
    let mut found = Vec::new();
    for ((_, customer), all) in people {
        let cap = all.first().map_or(0, |it| it.business.weekly_cap);
        for (first, last) in all.iter().zip(all.iter().skip(cap)) {
            if last.sent.arrived_at - first.sent.arrived_at < TimeDelta::days(7) - ON_ITS_WAY {
                let (from, to) = (first.sent.arrived_at, last.sent.arrived_at);
                let detail = format!("customer {customer} got {} from {from} to {to}", cap + 1);
                let subjects = all.iter().flat_map(Accepted::subjects).chain([customer.clone()]);
                found.push(Violation::new(detail, subjects));
                break;
            }
        }
    }
    found
}
