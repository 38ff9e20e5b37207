//! Time to live.

use chrono::{DateTime, Utc};
use dynoxide::DynoxideError;
use serde_json::{Value, json};

use super::streams::Change;
use super::{Engine, images, operations};

/// Deletes every item whose time-to-live attribute is a number of epoch seconds before `now`.
pub(super) fn sweep(engine: &mut Engine, now: DateTime<Utc>) -> Result<usize, DynoxideError> {
    let tables: Vec<(String, String, Vec<String>)> = engine
        .tables
        .iter()
        .filter_map(|(name, table)| Some((name.clone(), table.ttl.clone()?, table.keys.clone())))
        .collect();
    let mut gone = 0;
    for (table, attribute, keys) in tables {
        for key in expired(engine, &table, &attribute, &keys, now)? {
            let old = images::read(&engine.database, &table, &key);
            let request = json!({"TableName": table, "Key": key});
            engine.database.delete_item(operations::parse(&request)?)?;
            if let Some(stream) = engine.tables.get(&table).and_then(|table| table.stream.as_ref()) {
                let change = Change { table: &table, stream, key: &key, old, new: None, by_ttl: true };
                engine.streams.push(change, now);
            }
            gone += 1;
        }
    }
    Ok(gone)
}

/// The keys of what is over.
fn expired(
    engine: &Engine,
    table: &str,
    attribute: &str,
    keys: &[String],
    now: DateTime<Utc>,
) -> Result<Vec<Value>, DynoxideError> {
    let names: serde_json::Map<_, _> = keys
        .iter()
        .enumerate()
        .map(|(n, key)| (format!("#k{n}"), Value::from(key.clone())))
        .chain([("#ttl".to_owned(), Value::from(attribute))])
        .collect();
    let projection: Vec<String> = (0..keys.len()).map(|n| format!("#k{n}")).collect();
    let mut request = json!({
        "TableName": table,
        "FilterExpression": "#ttl < :now",
        "ProjectionExpression": projection.join(", "),
        "ExpressionAttributeNames": names,
        "ExpressionAttributeValues": {":now": {"N": now.timestamp().to_string()}},
    });
    let mut found = Vec::new();
    loop {
        let page = engine.database.scan(operations::parse(&request)?)?;
        for key in page.items.iter().flatten() {
            found.push(
                serde_json::to_value(key).map_err(|error| DynoxideError::InternalServerError(error.to_string()))?,
            );
        }
        let Some(last) = page.last_evaluated_key else { return Ok(found) };
        request["ExclusiveStartKey"] =
            serde_json::to_value(last).map_err(|error| DynoxideError::InternalServerError(error.to_string()))?;
    }
}
