//! The changes of the tables, in order, kept until every reader has seen them.

use std::collections::{BTreeMap, VecDeque};

use chrono::{DateTime, Utc};
use dynoxide::Item;
use dynoxide::types::item_size;
use serde_json::{Map, Value, json};

use super::Stream;
use crate::arn::REGION;

/// Makes a sequence number of 21 digits, as DynamoDB's are.
const SEQUENCE_OFFSET: u128 = 100_000_000_000_000_000_000;

/// A stream forgets after a day.
const RETENTION_MICROS: u64 = 24 * 3_600 * 1_000_000;

/// The records of all tables that were not trimmed.
#[derive(Debug, Default)]
pub(super) struct Streams {
    last: u64,
    tables: BTreeMap<String, VecDeque<Record>>,
}

#[derive(Debug)]
struct Record {
    sequence: u64,
    /// Epoch microseconds.
    at: u64,
    event: Value,
}

pub(super) struct Change<'a> {
    pub(super) table: &'a str,
    pub(super) stream: &'a Stream,
    pub(super) key: &'a Value,
    pub(super) old: Option<Item>,
    pub(super) new: Option<Item>,
    pub(super) by_ttl: bool,
}

impl Streams {
    /// Adds the record of `change`; its number grows with the clock, so that a restart repeats none.
    pub(super) fn push(&mut self, change: Change<'_>, now: DateTime<Utc>) {
        let clock = u64::try_from(now.timestamp_micros()).unwrap_or_default();
        self.last = clock.max(self.last + 1);
        let event = event(&change, self.last, now);
        let records = self.tables.entry(change.table.to_owned()).or_default();
        records.push_back(Record { sequence: self.last, at: clock, event });
        while records.front().is_some_and(|record| record.at + RETENTION_MICROS < clock) {
            records.pop_front();
        }
    }

    /// At most `limit` records of `table` after `after`, oldest first.
    pub(super) fn after(&self, table: &str, after: Option<&str>, limit: usize) -> Vec<Value> {
        let after = after.and_then(number).unwrap_or_default();
        let records = self.tables.get(table).into_iter().flatten();
        records.skip_while(|record| record.sequence <= after).take(limit).map(|record| record.event.clone()).collect()
    }

    /// Sequence number of the last record of `table` that is kept.
    pub(super) fn latest(&self, table: &str) -> Option<String> {
        Some(sequence_number(self.tables.get(table)?.back()?.sequence))
    }

    /// Forgets the records of `table` up to `up_to`.
    pub(super) fn trim(&mut self, table: &str, up_to: &str) {
        let Some(up_to) = number(up_to) else { return };
        if let Some(records) = self.tables.get_mut(table) {
            while records.front().is_some_and(|record| record.sequence <= up_to) {
                records.pop_front();
            }
        }
    }

    /// Everything kept, by table.
    pub(super) fn save(&self) -> Value {
        let events = |records: &VecDeque<Record>| records.iter().map(|record| record.event.clone()).collect::<Value>();
        let tables: Map<_, _> = self.tables.iter().map(|(table, records)| (table.clone(), events(records))).collect();
        json!({"last": self.last, "tables": tables})
    }

    /// Takes up what [`Self::save`] gave.
    pub(super) fn load(&mut self, saved: &Value) {
        self.last = self.last.max(saved["last"].as_u64().unwrap_or_default());
        for (table, events) in saved["tables"].as_object().into_iter().flatten() {
            let records = self.tables.entry(table.clone()).or_default();
            for event in events.as_array().into_iter().flatten() {
                if let Some(sequence) = event["dynamodb"]["SequenceNumber"].as_str().and_then(number) {
                    records.push_back(Record { sequence, at: sequence, event: event.clone() });
                }
            }
        }
    }
}

fn sequence_number(number: u64) -> String {
    (SEQUENCE_OFFSET + u128::from(number)).to_string()
}

fn number(sequence: &str) -> Option<u64> {
    u64::try_from(sequence.parse::<u128>().ok()?.checked_sub(SEQUENCE_OFFSET)?).ok()
}

/// A record as Lambda's DynamoDB event carries it.
fn event(change: &Change<'_>, sequence: u64, now: DateTime<Utc>) -> Value {
    let name = match (&change.old, &change.new) {
        (None, _) => "INSERT",
        (_, None) => "REMOVE",
        _ => "MODIFY",
    };
    let view = change.stream.view.as_str();
    let keys: Item = serde_json::from_value(change.key.clone()).unwrap_or_default();
    let mut size = item_size(&keys);
    let mut record = Map::new();
    record.insert("ApproximateCreationDateTime".to_owned(), now.timestamp().into());
    record.insert("Keys".to_owned(), change.key.clone());
    for (member, image, views) in [
        ("NewImage", &change.new, ["NEW_IMAGE", "NEW_AND_OLD_IMAGES"]),
        ("OldImage", &change.old, ["OLD_IMAGE", "NEW_AND_OLD_IMAGES"]),
    ] {
        if let Some(image) = image.as_ref().filter(|_| views.contains(&view)) {
            size += item_size(image);
            record.insert(member.to_owned(), sorted(image));
        }
    }
    record.insert("SequenceNumber".to_owned(), sequence_number(sequence).into());
    record.insert("SizeBytes".to_owned(), size.into());
    record.insert("StreamViewType".to_owned(), view.into());
    let mut event = json!({
        "eventID": format!("{sequence:032x}"),
        "eventName": name,
        "eventVersion": "1.1",
        "eventSource": "aws:dynamodb",
        "awsRegion": REGION,
        "dynamodb": record,
        "eventSourceARN": change.stream.arn,
    });
    if change.by_ttl {
        event["userIdentity"] = json!({"type": "Service", "principalId": "dynamodb.amazonaws.com"});
    }
    event
}

/// The item as JSON with its attributes in order of their names.
fn sorted(item: &Item) -> Value {
    let ordered: BTreeMap<_, _> = item.iter().collect();
    serde_json::to_value(ordered).unwrap_or_default()
}
