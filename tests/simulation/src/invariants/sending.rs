//! Messages, as the gateways accepted them.

use super::Violation;
use crate::history::{History, Key, Record};
use crate::shops::Shop;
use chrono::{DateTime, TimeDelta, Timelike, Utc};
use domain::Status;
use std::collections::BTreeMap;
use world::Sent;

/// Between the gate's decision and the arrival at the gateway lie a reserved slot, a claim and a call.
const ON_ITS_WAY: TimeDelta = TimeDelta::seconds(15);
/// How much closer than their slots two calls may arrive: the network is not always as fast.
const NETWORK: TimeDelta = TimeDelta::milliseconds(20);

/// An accepted message and the records that it may be of. The Cloud API tells ours; elsewhere it is known by person and
/// text.
struct Accepted<'a> {
    shop: &'a Shop,
    sent: &'a Sent,
    group: String,
    records: Vec<(&'a Key, &'a Record)>,
}

impl Accepted<'_> {
    fn kind(&self) -> &str {
        self.records.first().map_or("", |(_, record)| record.kind.as_str())
    }

    /// The one that it is of, as far as can be told: who was erased and came again has two of one text.
    fn record(&self) -> Option<&(&Key, &Record)> {
        let at = self.sent.arrived_at;
        let is_there = |record: &Record| {
            record.steps.first().is_some_and(|(made, _)| *made <= at) && record.gone.is_none_or(|gone| gone >= at)
        };
        self.records.iter().find(|(_, record)| is_there(record)).or(self.records.first())
    }

    fn subjects(&self) -> Vec<String> {
        self.records.iter().map(|(key, _)| key.1.clone()).collect()
    }
}

/// Everything accepted, in order of arrival.
fn accepted<'a>(history: &'a History, shops: &'a [Shop]) -> Vec<Accepted<'a>> {
    let mut by_text: BTreeMap<_, Vec<(&Key, &Record)>> = BTreeMap::new();
    for (key, record) in &history.messages {
        let shop = shops.iter().find(|shop| shop.id == key.0);
        let owner = shop.filter(|_| record.customer.is_none()).map(|shop| shop.owner.as_str());
        let person = history.person(&key.0, record).and_then(|person| person.phone.as_deref());
        let phone = owner.or(person).unwrap_or_default();
        by_text.entry((key.0.as_str(), phone, record.text.as_str())).or_default().push((key, record));
    }
    let of = |sent: &'a Sent| {
        let shop = shops.iter().find(|shop| shop.address == sent.sender)?;
        let (group, records) = match &sent.callback_id {
            Some(id) => {
                let found = history.messages.get_key_value(&(shop.id.clone(), id.clone()));
                (id.clone(), found.into_iter().collect())
            }
            None => {
                let found = by_text.get(&(shop.id.as_str(), sent.to.as_str(), sent.text.as_str()));
                (format!("{} {}", sent.to, sent.text), found.cloned().unwrap_or_default())
            }
        };
        Some(Accepted { shop, sent, group, records })
    };
    let mut all: Vec<Accepted<'a>> = history.sent.iter().filter_map(of).collect();
    all.sort_by_key(|it| it.sent.arrived_at);
    all
}

/// What was accepted and reached the person.
fn received<'a>(history: &'a History, shops: &'a [Shop]) -> impl Iterator<Item = Accepted<'a>> {
    accepted(history, shops).into_iter().filter(|it| it.sent.fails.is_none())
}

/// How often a message may be accepted: once, once more if policy or a human said so.
fn allowed(record: &Record) -> usize {
    1 + record.moves("unknown", "pending") + record.moves("failed", "pending")
}

pub(super) fn twice(history: &History, shops: &[Shop]) -> Vec<Violation> {
    let mut groups: BTreeMap<(&str, String), Vec<Accepted>> = BTreeMap::new();
    for it in received(history, shops) {
        groups.entry((&it.shop.id, it.group.clone())).or_default().push(it);
    }
    let mut found = Vec::new();
    for ((_, group), all) in groups {
        let Some(first) = all.first() else { continue };
        let most: usize = first.records.iter().map(|(_, record)| allowed(record)).sum();
        if all.len() > most {
            let times: Vec<String> = all.iter().map(|it| it.sent.arrived_at.to_string()).collect();
            let detail = format!("accepted {} times, allowed {most}: {group} at {}", all.len(), times.join(", "));
            found.push(Violation::new(detail, first.subjects()));
        }
    }
    for (key, record) in &history.messages {
        let (repeats, retries) = (record.moves("unknown", "pending"), record.moves("failed", "pending"));
        if repeats > usize::from(record.kind == "transactional") * (1 + retries) {
            let detail = format!("{} ({}) was repeated by policy {repeats} times", key.1, record.kind);
            found.push(Violation::new(detail, [key.1.clone()]));
        }
    }
    found
}

pub(super) fn moves(history: &History, _: &[Shop]) -> Vec<Violation> {
    let mut found = Vec::new();
    for (key, record) in &history.messages {
        for (nth, pair) in record.steps.windows(2).enumerate() {
            let [(_, from), (at, to)] = pair else { continue };
            // One that was given up, as nothing was known of it, is lifted by evidence as an unknown one is.
            let before = nth.checked_sub(1).and_then(|nth| record.steps.get(nth)).map(|(_, status)| status.as_str());
            let given_up = (from == "failed" && before == Some("unknown")).then_some("unknown");
            let may = |from: &str| from.parse::<Status>().ok().zip(to.parse::<Status>().ok());
            if !given_up.into_iter().chain([from.as_str()]).filter_map(may).any(|(from, to)| from.may_become(to)) {
                let detail = format!("{} went from {from} to {to} at {at}", key.1);
                found.push(Violation::new(detail, [key.1.clone()]));
            }
        }
    }
    found
}

pub(super) fn at_night(history: &History, shops: &[Shop]) -> Vec<Violation> {
    let is_night = |shop: &Shop, at: DateTime<Utc>| {
        let hour = at.with_timezone(&shop.zone).hour();
        hour >= shop.quiet.0 || hour < shop.quiet.1
    };
    let awake = |it: &Accepted| {
        let at = it.sent.arrived_at;
        it.kind() == "transactional" || !is_night(it.shop, at) || !is_night(it.shop, at - ON_ITS_WAY)
    };
    let woken = accepted(history, shops).into_iter().filter(|it| !awake(it));
    let told = |it: Accepted| {
        let local = it.sent.arrived_at.with_timezone(&it.shop.zone);
        Violation::new(format!("{} ({}) at {local}", it.group, it.kind()), it.subjects())
    };
    woken.map(told).collect()
}

pub(super) fn unwanted(history: &History, shops: &[Shop]) -> Vec<Violation> {
    let mut found = Vec::new();
    for it in accepted(history, shops).into_iter().filter(|it| it.kind() == "marketing") {
        let Some((key, record)) = it.record() else { continue };
        let Some(person) = history.person(&key.0, record) else { continue };
        let before = it.sent.arrived_at - ON_ITS_WAY;
        let last = person.consent.iter().rev().find(|(at, _)| *at <= before);
        // Who has changed their mind on its way may have it or not.
        let meanwhile = person.consent.iter().any(|(at, yes)| *yes && *at > before && *at <= it.sent.arrived_at);
        if let Some((at, false)) = last
            && !meanwhile
        {
            let detail = format!("{} at {}, though out since {at}", it.group, it.sent.arrived_at);
            found.push(Violation::new(detail, it.subjects().into_iter().chain(record.customer.clone())));
        }
    }
    found
}

pub(super) fn weekly_cap(history: &History, shops: &[Shop]) -> Vec<Violation> {
    let mut people: BTreeMap<(&str, String), Vec<Accepted>> = BTreeMap::new();
    for it in received(history, shops).filter(|it| it.kind() == "marketing") {
        let customer = it.record().and_then(|(_, record)| record.customer.clone()).unwrap_or_default();
        let all = people.entry((&it.shop.id, customer)).or_default();
        // What a human sends again because it did not arrive counts once.
        all.retain(|earlier: &Accepted| earlier.group != it.group || earlier.sent.fails.is_none());
        all.push(it);
    }
    let mut found = Vec::new();
    for ((_, customer), all) in people {
        let cap = all.first().map_or(0, |it| it.shop.weekly_cap);
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

pub(super) fn sender_pace(history: &History, shops: &[Shop]) -> Vec<Violation> {
    let mut found = Vec::new();
    for shop in shops {
        let mine = history.sent.iter().filter(|sent| sent.sender == shop.address);
        let mut times: Vec<DateTime<Utc>> = mine.map(|sent| sent.arrived_at).collect();
        times.sort_unstable();
        let second = (TimeDelta::seconds(1), shop.per_minute as usize / 60);
        let minute = (TimeDelta::seconds(60), shop.per_minute as usize);
        for (window, most) in [minute, second].into_iter().filter(|(_, most)| *most > 0) {
            let faster = times.iter().zip(times.iter().skip(most)).find(|(first, last)| **last - **first < window);
            if let Some((first, last)) = faster {
                let detail = format!("{} from {first} to {last} from sender {}", most + 1, shop.address);
                found.push(Violation::new(detail, [shop.sender_id.clone()]));
            }
        }
    }
    found
}

pub(super) fn pair_pace(history: &History, shops: &[Shop]) -> Vec<Violation> {
    let mut people: BTreeMap<(&str, &str), Vec<Accepted>> = BTreeMap::new();
    for it in received(history, shops) {
        people.entry((&it.shop.id, &it.sent.to)).or_default().push(it);
    }
    let mut found = Vec::new();
    for ((_, to), all) in people {
        for (one, other) in all.iter().zip(all.iter().skip(1)) {
            let customer = |it: &Accepted| it.record().and_then(|(_, record)| record.customer.clone());
            // Who was forgotten and comes again is another customer.
            let same = customer(one) == customer(other);
            if same && other.sent.arrived_at - one.sent.arrived_at < domain::reach::PAIR_TIME - NETWORK {
                let (from, until) = (one.sent.arrived_at, other.sent.arrived_at);
                let detail = format!("{to} got {} at {from} and {} at {until}", one.group, other.group);
                found.push(Violation::new(detail, one.subjects().into_iter().chain(other.subjects())));
            }
        }
    }
    found
}

/// How long a message may be held: it comes to the next worker when the queue delivers it again, twice if need be, and
/// a rule may be silent for an hour.
const HELD_AT_MOST: TimeDelta = TimeDelta::hours(3);

pub(super) fn held(history: &History, _: &[Shop]) -> Vec<Violation> {
    let mut found = Vec::new();
    for (key, record) in &history.messages {
        for (step, next) in record.steps.iter().zip(record.steps.iter().skip(1)) {
            let (from, to) = (step.0, next.0);
            if step.1 == "sending" && to - from > HELD_AT_MOST {
                found.push(Violation::new(format!("{} was held from {from} to {to}", key.1), [key.1.clone()]));
            }
        }
    }
    found
}

pub(super) fn ends(history: &History, _: &[Shop]) -> Vec<Violation> {
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

pub(super) fn sent_is_accepted(history: &History, shops: &[Shop]) -> Vec<Violation> {
    let accepted = accepted(history, shops);
    let known: Vec<&Key> = accepted.iter().flat_map(|it| it.records.iter().map(|(key, _)| *key)).collect();
    let nowhere = history
        .messages
        .iter()
        .filter(|(key, record)| matches!(record.status(), "sent" | "delivered" | "read") && !known.contains(key));
    let told = |(key, record): (&Key, &Record)| {
        Violation::new(format!("{} is {} and no gateway has it", key.1, record.status()), [key.1.clone()])
    };
    nowhere.map(told).collect()
}
