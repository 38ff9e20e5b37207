//! Which tables and items a request touches, and how they looked before and after it.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use dynoxide::types::{item_size, write_capacity_units};
use dynoxide::{Database, DynoxideError, Item};
use serde_json::Value;

use super::capacity::Units;
use super::streams::Change;
use super::{Engine, Table, operations};

/// One item that a request writes, or whose state it depends on.
#[derive(Debug)]
pub(super) struct Touched {
    pub(super) table: String,
    pub(super) key: Value,
}

/// An item of a table with a stream, as it was before the request.
pub(super) struct Before {
    table: String,
    key: Value,
    item: Option<Item>,
}

/// The tables that `request` names, each once, in order of their names.
pub(super) fn tables_of(operation: &str, request: &Value) -> Vec<String> {
    let mut names: Vec<String> = match operation {
        "BatchGetItem" | "BatchWriteItem" => {
            request["RequestItems"].as_object().into_iter().flatten().map(|(name, _)| name.clone()).collect()
        }
        "TransactWriteItems" | "TransactGetItems" => {
            actions(request).filter_map(|(_, action)| text(&action["TableName"])).collect()
        }
        _ => text(&request["TableName"]).into_iter().collect(),
    };
    names.sort();
    names.dedup();
    names
}

fn text(value: &Value) -> Option<String> {
    value.as_str().map(str::to_owned)
}

/// The actions of a transaction with their kinds.
fn actions(request: &Value) -> impl Iterator<Item = (&str, &Value)> {
    let items = request["TransactItems"].as_array().into_iter().flatten();
    items.filter_map(|item| item.as_object()?.iter().next().map(|(kind, action)| (kind.as_str(), action)))
}

/// The items that `request` would write (condition checks too), in the order of the request.
fn touched(operation: &str, request: &Value, tables: &BTreeMap<String, Table>) -> Vec<Touched> {
    let of_item = |table: &str, item: &Value| -> Value {
        let keys = tables.get(table).map(|table| table.keys.as_slice()).unwrap_or_default();
        keys.iter().map(|key| (key.clone(), item[key].clone())).collect::<serde_json::Map<_, _>>().into()
    };
    let one = |kind: &str, action: &Value| -> Option<Touched> {
        let table = text(&action["TableName"])?;
        let key = if kind == "Put" { of_item(&table, &action["Item"]) } else { action["Key"].clone() };
        Some(Touched { table, key })
    };
    match operation {
        "PutItem" => one("Put", request).into_iter().collect(),
        "UpdateItem" | "DeleteItem" => one("Update", request).into_iter().collect(),
        "TransactWriteItems" => actions(request).filter_map(|(kind, action)| one(kind, action)).collect(),
        "BatchWriteItem" => {
            let tables = request["RequestItems"].as_object().into_iter().flatten();
            let writes = tables
                .flat_map(|(table, writes)| writes.as_array().into_iter().flatten().map(move |write| (table, write)));
            let key = |table: &String, write: &Value| match write.get("PutRequest") {
                Some(put) => of_item(table, &put["Item"]),
                None => write["DeleteRequest"]["Key"].clone(),
            };
            writes.map(|(table, write)| Touched { table: table.clone(), key: key(table, write) }).collect()
        }
        _ => Vec::new(),
    }
}

impl Engine {
    /// The items with a stream that `request` would write, as they are now.
    pub(super) fn images(&self, operation: &str, request: &Value) -> Vec<Before> {
        let streamed = |touched: &Touched| self.tables.get(&touched.table).is_some_and(|table| table.stream.is_some());
        touched(operation, request, &self.tables)
            .into_iter()
            .filter(streamed)
            .map(|Touched { table, key }| {
                let item = read(&self.database, &table, &key);
                Before { table, key, item }
            })
            .collect()
    }

    /// Adds a stream record for every item that changed; says whether any did.
    pub(super) fn record(&mut self, before: Vec<Before>, now: DateTime<Utc>) -> bool {
        let mut changed = false;
        for Before { table, key, item: old } in before {
            let new = read(&self.database, &table, &key);
            let Some(stream) = self.tables.get(&table).and_then(|table| table.stream.as_ref()) else { continue };
            if old != new {
                let change = Change { table: &table, stream, key: &key, old, new, by_ttl: false };
                self.streams.push(change, now);
                changed = true;
            }
        }
        changed
    }

    /// The cost of a refused conditional write: one write of each item as it stands, twice in a transaction.
    /// <https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/HowItWorks.ReadWriteCapacityMode.html>
    pub(super) fn failed_writes(&self, operation: &str, request: &Value, error: &DynoxideError) -> Vec<Units> {
        let factor = match error {
            DynoxideError::ConditionalCheckFailedException(..) => 1.0,
            DynoxideError::TransactionCanceledException(..) => 2.0,
            _ => return Vec::new(),
        };
        touched(operation, request, &self.tables)
            .into_iter()
            .map(|Touched { table, key }| {
                let size = read(&self.database, &table, &key).map_or(0, |item| item_size(&item));
                Units { table, index: None, read: 0.0, write: factor * write_capacity_units(size) }
            })
            .collect()
    }
}

/// The item under `key`; a key that the table cannot have is no item (the request itself will be refused).
pub(super) fn read(database: &Database, table: &str, key: &Value) -> Option<Item> {
    let request = serde_json::json!({"TableName": table, "Key": key, "ConsistentRead": true});
    let response = operations::parse(&request).and_then(|request| database.get_item(request));
    response.ok().and_then(|response| response.item)
}
