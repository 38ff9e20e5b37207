//! The messages that the gateways accepted, and the records that they are of.

use crate::businesses::SimulatedBusiness;
use crate::history::{History, Key, Record};
use chrono::TimeDelta;
use std::collections::BTreeMap;
use world::Sent;

/// Between the gate's decision and the arrival at the gateway lie a reserved slot, a claim and a call.
pub(super) const ON_ITS_WAY: TimeDelta = TimeDelta::seconds(15);

/// An accepted message and the records that it may be of. The Cloud API tells ours; elsewhere it is known by person and
/// text.
pub(super) struct Accepted<'a> {
    pub(super) business: &'a SimulatedBusiness,
    pub(super) sent: &'a Sent,
    pub(super) group: String,
    pub(super) records: Vec<(&'a Key, &'a Record)>,
}

impl Accepted<'_> {
    pub(super) fn kind(&self) -> &str {
        self.records.first().map_or("", |(_, record)| record.kind.as_str())
    }

    /// The record that it belongs to, as far as can be told: a customer who was erased and came again has two with one
    /// text, and so has one with two appointments at one time. Of several it is the one that was claimed last by then.
    pub(super) fn record(&self) -> Option<&(&Key, &Record)> {
        let at = self.sent.arrived_at;
        let is_there = |record: &Record| {
            record.steps.first().is_some_and(|(made, _)| *made <= at) && record.gone.is_none_or(|gone| gone >= at)
        };
        let claimed = |record: &Record| record.claims().filter(|claim| *claim <= at).max();
        let there = self.records.iter().rev().filter(|(_, record)| is_there(record));
        there.max_by_key(|(_, record)| claimed(record)).or(self.records.first())
    }

    pub(super) fn subjects(&self) -> Vec<String> {
        self.records.iter().map(|(key, _)| key.1.clone()).collect()
    }
}

/// Everything accepted, in order of arrival.
pub(super) fn accepted<'a>(history: &'a History, businesses: &'a [SimulatedBusiness]) -> Vec<Accepted<'a>> {
    let mut by_text: BTreeMap<_, Vec<(&Key, &Record)>> = BTreeMap::new();
    for (key, record) in &history.messages {
        let business = businesses.iter().find(|business| business.id == key.0);
        let owner = business.filter(|_| record.customer.is_none()).map(|business| business.owner.as_str());
        let person = history.person(&key.0, record).and_then(|person| person.phone.as_deref());
        let phone = owner.or(person).unwrap_or_default();
        by_text.entry((key.0.as_str(), phone, record.text.as_str())).or_default().push((key, record));
    }
    let of = |sent: &'a Sent| {
        let business = businesses.iter().find(|business| business.address == sent.sender)?;
        let (group, records) = match &sent.callback_id {
            Some(id) => {
                let found = history.messages.get_key_value(&(business.id.clone(), id.clone()));
                (id.clone(), found.into_iter().collect())
            }
            None => {
                let found = by_text.get(&(business.id.as_str(), sent.to.as_str(), sent.text.as_str()));
                (format!("{} {}", sent.to, sent.text), found.cloned().unwrap_or_default())
            }
        };
        Some(Accepted { business, sent, group, records })
    };
    let mut all: Vec<Accepted<'a>> = history.sent.iter().filter_map(of).collect();
    all.sort_by_key(|it| it.sent.arrived_at);
    all
}

/// The messages that were accepted and reached the person.
pub(super) fn received<'a>(
    history: &'a History,
    businesses: &'a [SimulatedBusiness],
) -> impl Iterator<Item = Accepted<'a>> {
    accepted(history, businesses).into_iter().filter(|it| it.sent.fails.is_none())
}
