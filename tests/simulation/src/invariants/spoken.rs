//! Recordings: where the business has them written down, their words are kept once, or their author is asked to write.

use super::Violation;
use super::purchases::items;
use crate::businesses::SimulatedBusiness;
use crate::history::{History, Key, Person, Written};
use chrono::TimeDelta;
use std::collections::BTreeMap;

/// A conversation is asked once to write: the question stands within this time of each of its recordings.
const CONVERSATION: TimeDelta = TimeDelta::hours(3);
/// A person of the business has a chat for an hour after each of its words; outages add up.
const HANDOVER: TimeDelta = TimeDelta::hours(3);

pub(super) fn understood(history: &History, businesses: &[SimulatedBusiness]) -> Vec<Violation> {
    let mut kept: BTreeMap<(String, String), usize> = BTreeMap::new();
    for (partition, _, item) in items(history, "Conversations") {
        // One that was not understood is kept as a file without words.
        if item["text"]["S"].as_str().is_none_or(str::is_empty) {
            continue;
        }
        if let (Some((business, _)), Some(id)) = (partition.split_once('/'), item["gateway_message_id"]["S"].as_str()) {
            *kept.entry((business.to_owned(), id.to_owned())).or_default() += 1;
        }
    }
    let mut found = Vec::new();
    for it in history.written.iter().filter(|it| it.spoken && it.arrived.is_some()) {
        let Some(business) = businesses.iter().find(|business| business.id == it.business) else { continue };
        let times = kept.get(&(it.business.clone(), it.id.clone())).copied().unwrap_or_default();
        let is_right = match (business.hears, times) {
            (true, 1) | (false, 0) => true,
            (true, 0) => is_asked_or_excused(history, it),
            _ => false,
        };
        if !is_right {
            let detail = format!("the words of {} of {} at {} are kept {times} times", it.id, it.phone, it.at);
            found.push(Violation::new(detail, [it.id.clone(), it.phone.clone()]));
        }
    }
    found
}

/// Whether the author was asked to write in the same conversation, a person of the business had the chat, or the author was
/// erased since.
fn is_asked_or_excused(history: &History, it: &Written) -> bool {
    let is_same = |(key, who): &(&Key, &Person)| key.0 == it.business && who.phone.as_ref() == Some(&it.phone);
    history.customers.iter().filter(is_same).any(|(key, who)| {
        let to = format!("write-instead/customer/{}/", key.1);
        let mut asked = history.messages.iter().filter(|((of, id), _)| *of == key.0 && id.starts_with(&to));
        let is_near = |made: chrono::DateTime<chrono::Utc>| (made - it.at).abs() < CONVERSATION;
        asked.any(|(_, record)| record.steps.first().is_some_and(|(made, _)| is_near(*made)))
            || history.silenced.iter().any(|(chat, at)| chat == key && (*at - it.at).abs() < HANDOVER)
            || who.gone.is_some_and(|gone| gone + TimeDelta::hours(1) > it.at)
    })
}
