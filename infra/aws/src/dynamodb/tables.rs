//! Tables as the template describes them.

use std::collections::BTreeMap;

use dynoxide::DynoxideError;
use serde_json::{Value, json};

use super::operations::parse;
use super::{Dynamodb, Engine, Stream, Table, lock};
use crate::arn;
use crate::template::{self, Index, Key, Projection};

/// Why a table cannot be opened; one clear line.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub struct TableError(pub String);

impl TableError {
    pub(super) fn from_engine(error: DynoxideError) -> Self {
        Self(error.to_string())
    }
}

impl Dynamodb {
    /// Makes a table, or brings the one that is there up to its description: indexes that are new are filled, those
    /// that are gone are dropped. Other keys are an error.
    pub fn open_table(&self, table: &template::Table) -> Result<(), TableError> {
        let opened = lock(&self.engine).open_table(table);
        opened.map_err(|TableError(reason)| TableError(format!("table {}: {reason}", table.name)))
    }
}

impl Engine {
    fn open_table(&mut self, table: &template::Table) -> Result<(), TableError> {
        let there = self.database.get_table_metadata(&table.name).map_err(TableError::from_engine)?;
        match there {
            None => self.create(table)?,
            Some(there) => {
                let keys: Value = serde_json::from_str(&there.key_schema).unwrap_or_default();
                if keys != schema(&table.keys) {
                    return Err(TableError("its keys are others than those of the data kept".to_owned()));
                }
                let kept = there.gsi_definitions.as_deref().unwrap_or("[]");
                self.change_indexes(table, &serde_json::from_str(kept).unwrap_or_default())?;
            }
        }
        let stream = table.stream.clone().map(|view| Stream { arn: arn::stream(&table.name), view });
        let keys = table.keys.iter().map(|key| key.attribute.clone()).collect();
        self.tables.insert(table.name.clone(), Table { keys, stream, ttl: table.time_to_live.clone() });
        Ok(())
    }

    fn create(&self, table: &template::Table) -> Result<(), TableError> {
        let mut request = json!({
            "TableName": table.name,
            "BillingMode": "PAY_PER_REQUEST",
            "AttributeDefinitions": attributes(table),
            "KeySchema": schema(&table.keys),
        });
        if !table.indexes.is_empty() {
            request["GlobalSecondaryIndexes"] = table.indexes.iter().map(index).collect();
        }
        let made = parse(&request).and_then(|request| self.database.create_table(request));
        made.map(drop).map_err(TableError::from_engine)
    }

    /// One index at a time, as DynamoDB wants it.
    fn change_indexes(&self, table: &template::Table, kept: &Value) -> Result<(), TableError> {
        let wanted: BTreeMap<_, _> = table.indexes.iter().map(|one| (one.name.as_str(), index(one))).collect();
        let kept = kept.as_array().into_iter().flatten();
        let kept: BTreeMap<_, _> = kept.filter_map(|one| Some((one["IndexName"].as_str()?, one))).collect();
        let same = |name: &str| match (wanted.get(name), kept.get(name)) {
            (Some(wanted), Some(kept)) => {
                wanted["KeySchema"] == kept["KeySchema"] && projected(wanted) == projected(kept)
            }
            _ => false,
        };
        let drops = kept.keys().filter(|name| !same(name)).map(|name| json!({"Delete": {"IndexName": name}}));
        let creates = wanted.iter().filter(|(name, _)| !same(name)).map(|(_, index)| json!({"Create": index}));
        for update in drops.chain(creates) {
            let request = json!({
                "TableName": table.name,
                "AttributeDefinitions": attributes(table),
                "GlobalSecondaryIndexUpdates": [update],
            });
            let made = parse(&request).and_then(|request| self.database.update_table(request));
            made.map_err(TableError::from_engine)?;
        }
        Ok(())
    }
}

/// Every key attribute of the table and its indexes, once.
fn attributes(table: &template::Table) -> Value {
    let keys = table.keys.iter().chain(table.indexes.iter().flat_map(|index| &index.keys));
    let kinds: BTreeMap<_, _> = keys.map(|key| (&key.attribute, &key.kind)).collect();
    kinds.iter().map(|(name, kind)| json!({"AttributeName": name, "AttributeType": kind})).collect()
}

fn schema(keys: &[Key]) -> Value {
    let kind = |key: &Key| if key.sorts { "RANGE" } else { "HASH" };
    keys.iter().map(|key| json!({"AttributeName": key.attribute, "KeyType": kind(key)})).collect()
}

/// The attributes that an index holds, in a form that can be compared.
fn projected(index: &Value) -> (Option<&str>, Vec<&str>) {
    let Value::Object(projection) = &index["Projection"] else { return (None, Vec::new()) };
    let names = projection.get("NonKeyAttributes").and_then(Value::as_array);
    let mut names: Vec<_> = names.into_iter().flatten().filter_map(Value::as_str).collect();
    names.sort_unstable();
    (projection.get("ProjectionType").and_then(Value::as_str), names)
}

fn index(index: &Index) -> Value {
    let projection = match &index.projection {
        Projection::All => json!({"ProjectionType": "ALL"}),
        Projection::KeysOnly => json!({"ProjectionType": "KEYS_ONLY"}),
        Projection::Include(names) => json!({"ProjectionType": "INCLUDE", "NonKeyAttributes": names}),
    };
    json!({"IndexName": index.name, "KeySchema": schema(&index.keys), "Projection": projection})
}
