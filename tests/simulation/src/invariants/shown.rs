//! The text of a message: on the phone, and in its record.

use super::Violation;
use super::accepted::{Accepted, accepted};
use super::greeted::made;
use crate::businesses::SimulatedBusiness;
use crate::history::{History, Key, Record};
use crate::templates;
use chrono::{DateTime, TimeDelta, Utc};
use std::collections::{BTreeMap, BTreeSet};

/// A call may arrive so long before its claim is seen.
const NETWORK: TimeDelta = TimeDelta::seconds(1);
/// The longest from the reading of a customer's record to the message that is made of it.
const WRITTEN: TimeDelta = TimeDelta::hours(3);

/// The record that an accepted message surely is of: the Cloud API tells ours, Whapi gives an id.
fn record_of<'a>(it: &Accepted<'a>) -> Option<(&'a Key, &'a Record)> {
    let is_it = |(_, record): &&(&Key, &Record)| {
        it.sent.callback_id.is_some() || record.gateway_ids.contains(&it.sent.gateway_id)
    };
    it.records.iter().find(is_it).copied()
}

/// The record shows the text of the bubble. Of several attempts it is the last one's, if the gateway took that.
pub(super) fn text(history: &History, businesses: &[SimulatedBusiness]) -> Vec<Violation> {
    let mut last: BTreeMap<&Key, (Accepted, &Record)> = BTreeMap::new();
    for it in accepted(history, businesses) {
        if let Some((key, record)) = record_of(&it).filter(|(_, record)| record.gone.is_none()) {
            last.insert(key, (it, record));
        }
    }
    let mut found = Vec::new();
    for (key, (it, record)) in last {
        let of_the_last_claim = record.claims().last().is_some_and(|claim| claim <= it.sent.arrived_at + NETWORK);
        let shown = history.shown.get(key);
        if of_the_last_claim && shown != Some(&it.sent.text) {
            let detail = format!("{} shows {shown:?}, and the phone shows {:?}", key.1, it.sent.text);
            found.push(Violation::new(detail, [key.1.clone()]));
        }
    }
    found
}

/// A template goes in the person's language if the sender has one in it; else a caller's own goes in the first language
/// that there is, and any other in the business's.
pub(super) fn language(history: &History, businesses: &[SimulatedBusiness]) -> Vec<Violation> {
    let mut found = Vec::new();
    for it in accepted(history, businesses).into_iter().filter(|it| it.sent.template.is_some()) {
        let Some((key, record)) = record_of(&it) else { continue };
        let made = made(record);
        let otherwise = match record.message_type.as_str() {
            "direct" => it.business.languages.first().copied().unwrap_or_default(),
            _ => it.business.locale,
        };
        let person = history.person(&key.0, record);
        let locales = person.map(|person| spoken(&person.locales, made - WRITTEN, made + NETWORK)).unwrap_or_default();
        let has = |wanted: &Option<String>| {
            it.business.languages.iter().copied().find(|language| Some(*language) == wanted.as_deref())
        };
        let expected: BTreeSet<&str> = locales.iter().map(|locale| has(locale).unwrap_or(otherwise)).collect();
        let is_right = |went: &str| if expected.is_empty() { went == otherwise } else { expected.contains(went) };
        if !templates::language_of(&it.sent.text).is_some_and(is_right) {
            let detail = format!("{} went as {:?}, and not in {expected:?}", key.1, it.sent.text);
            found.push(Violation::new(detail, [key.1.clone()].into_iter().chain(record.customer.clone())));
        }
    }
    found
}

/// The languages that a record had at some moment of a span.
fn spoken(all: &[(DateTime<Utc>, Option<String>)], from: DateTime<Utc>, until: DateTime<Utc>) -> Vec<Option<String>> {
    let before = all.iter().rfind(|(at, _)| *at <= from);
    let within = all.iter().filter(|(at, _)| *at > from && *at <= until);
    before.into_iter().chain(within).map(|(_, locale)| locale.clone()).collect()
}
