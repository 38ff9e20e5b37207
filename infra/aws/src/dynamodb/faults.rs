//! The failures of a real DynamoDB that an embedded one never has.

use std::sync::{Arc, Mutex};

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

use super::errors::WireError;
use super::lock;

/// A failure of one request.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum TableFault {
    /// `ProvisionedThroughputExceededException`; nothing was done.
    Throttled,
    /// `TransactionConflictException`, in a transaction a cancellation by conflict; nothing was done.
    TransactionConflict,
    /// `InternalServerError`; nothing was done.
    InternalError,
    /// All is done, but the answer does not arrive.
    AnswerLost,
    /// The request is carried out only after this time.
    Slow {
        /// The delay before the request is carried out.
        milliseconds: u64,
    },
    /// A batch leaves its last part unprocessed; other requests are answered well.
    Unprocessed,
}

/// A fault and the requests that it meets.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Rule {
    /// The failure that a request meets.
    #[serde(flatten)]
    pub fault: TableFault,
    /// Only requests of this operation, such as `TransactWriteItems`.
    #[serde(default)]
    pub operation: Option<String>,
    /// Only requests that name this table.
    #[serde(default)]
    pub table: Option<String>,
    /// The number of requests that the rule meets. Without it, the rule meets all until it is cleared.
    #[serde(default)]
    pub times: Option<u32>,
}

/// One request, before it is carried out.
#[derive(Debug, Clone, Copy)]
pub struct Call<'a> {
    /// Operation, such as `PutItem`.
    pub operation: &'a str,
    /// Tables that it names.
    pub tables: &'a [String],
}

/// Decides what meets a request.
pub type Chance = Arc<dyn Fn(&Call<'_>) -> Option<TableFault> + Send + Sync>;

/// The standing rules, and the chance of a simulation.
#[derive(Default)]
pub struct TableFaults {
    rules: Mutex<Vec<Rule>>,
    chance: Mutex<Option<Chance>>,
}

impl TableFaults {
    /// Adds a rule; the oldest that fits a request decides.
    pub fn add(&self, rule: Rule) {
        lock(&self.rules).push(rule);
    }

    /// The rules that are not used up.
    pub fn list(&self) -> Vec<Rule> {
        lock(&self.rules).clone()
    }

    /// Removes all rules.
    pub fn clear(&self) {
        lock(&self.rules).clear();
    }

    /// Asks `chance` about every request that no rule fits.
    pub fn by_chance(&self, chance: Option<Chance>) {
        *lock(&self.chance) = chance;
    }

    pub(super) fn next(&self, call: &Call<'_>) -> Option<TableFault> {
        self.by_rule(call).or_else(|| {
            let chance = lock(&self.chance).clone();
            chance.and_then(|chance| chance(call))
        })
    }

    fn by_rule(&self, call: &Call<'_>) -> Option<TableFault> {
        let mut rules = lock(&self.rules);
        let position = rules.iter().position(|rule| {
            rule.operation.as_deref().is_none_or(|operation| operation == call.operation)
                && rule.table.as_ref().is_none_or(|table| call.tables.contains(table))
        })?;
        let rule = &mut rules[position];
        let fault = rule.fault.clone();
        if let Some(times) = &mut rule.times {
            *times = times.saturating_sub(1);
            if *times == 0 {
                rules.remove(position);
            }
        }
        Some(fault)
    }
}

/// The error that `fault` answers instead of doing anything.
pub(super) fn refusal(fault: &TableFault, operation: &str, request: &Value) -> Option<WireError> {
    match fault {
        TableFault::Throttled => Some(WireError::named(
            400,
            "ProvisionedThroughputExceededException",
            "The level of configured provisioned throughput for the table was exceeded. Consider increasing your \
             provisioning level with the UpdateTable API.",
        )),
        TableFault::TransactionConflict if operation == "TransactWriteItems" => Some(conflict(request)),
        TableFault::TransactionConflict => {
            Some(WireError::named(400, "TransactionConflictException", "Transaction is ongoing for the item"))
        }
        TableFault::InternalError => Some(WireError::named(500, "InternalServerError", "Internal server error")),
        TableFault::AnswerLost | TableFault::Slow { .. } | TableFault::Unprocessed => None,
    }
}

/// A transaction whose first item is held by another.
fn conflict(request: &Value) -> WireError {
    let count = request["TransactItems"].as_array().map_or(1, Vec::len);
    let codes: Vec<&str> = (0..count).map(|n| if n == 0 { "TransactionConflict" } else { "None" }).collect();
    let message =
        format!("Transaction cancelled, please refer cancellation reasons for specific reasons [{}]", codes.join(", "));
    let reason = |code: &&str| match *code {
        "None" => json!({"Code": "None"}),
        code => json!({"Code": code, "Message": "Transaction is ongoing for the item"}),
    };
    let reasons: Vec<Value> = codes.iter().map(reason).collect();
    WireError::json(
        400,
        &json!({
            "__type": "com.amazonaws.dynamodb.v20120810#TransactionCanceledException",
            "Message": message,
            "CancellationReasons": reasons,
        }),
    )
}

/// The part of a batch that is left undone.
pub(super) struct Held {
    member: &'static str,
    table: String,
    left: Value,
}

/// Takes the last key or write of a batch's last table out of the request; `None` if nothing else would be left.
pub(super) fn hold_back(operation: &str, request: &mut Value) -> Option<Held> {
    let member = match operation {
        "BatchGetItem" => "UnprocessedKeys",
        "BatchWriteItem" => "UnprocessedItems",
        _ => return None,
    };
    let (table, part) = request["RequestItems"].as_object_mut()?.iter_mut().next_back()?;
    let table = table.clone();
    let list = if operation == "BatchGetItem" { part.get_mut("Keys")? } else { part };
    let list = list.as_array_mut().filter(|list| list.len() > 1)?;
    let last = list.pop()?;
    let left = if operation == "BatchGetItem" {
        let mut left = request["RequestItems"][&table].clone();
        left["Keys"] = json!([last]);
        left
    } else {
        json!([last])
    };
    Some(Held { member, table, left })
}

impl Held {
    /// The answer with what was left undone.
    pub(super) fn put_into(self, body: &[u8]) -> Vec<u8> {
        let mut answer: Value = serde_json::from_slice(body).unwrap_or_else(|_| Map::new().into());
        answer[self.member][&self.table] = self.left;
        answer.to_string().into_bytes()
    }
}
