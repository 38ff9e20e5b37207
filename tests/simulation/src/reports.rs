//! The status reports that a function is given, and what their messages' records say before and after.

use crate::history::{History, Key};
use chrono::{DateTime, Utc};
use serde_json::Value;
use std::collections::BTreeSet;

/// The function to which they come.
const READER: &str = "update-message-status";

/// A report that the function has taken as done.
#[derive(Clone, Debug)]
pub struct Report {
    /// When it was done with, UTC.
    pub at: DateTime<Utc>,
    /// The message.
    pub key: Key,
    /// The gateway's id of the message.
    pub gateway_id: String,
    /// `sent`, `delivered`, `read` or `failed`.
    pub status: String,
    /// The number of the message's statuses, and the last of them, before the function was called.
    pub before: (usize, String),
    /// The same afterwards.
    pub after: (usize, String),
}

/// A report that the function is given.
pub struct Given {
    item: String,
    key: Key,
    gateway_id: String,
    status: String,
    before: (usize, String),
}

/// The reports of an event that name a message: at a gateway that carries it by our id, elsewhere by the gateway's. Empty
/// for any other function.
#[must_use]
pub fn given(program: &str, event: &[u8], history: &History) -> Vec<Given> {
    if program != READER {
        return Vec::new();
    }
    let event: Value = serde_json::from_slice(event).unwrap_or_default();
    let mut given = Vec::new();
    for record in event["Records"].as_array().into_iter().flatten() {
        let task: Value = record["body"].as_str().and_then(|body| serde_json::from_str(body).ok()).unwrap_or_default();
        let business = task["business_id"].as_str().unwrap_or_default();
        for report in task["statuses"].as_array().into_iter().flatten() {
            let text = |name: &str| report[name].as_str().unwrap_or_default().to_owned();
            let gateway_id = text("gateway_message_id");
            let key = match report["message_id"].as_str() {
                Some(id) => Some((business.to_owned(), id.to_owned())),
                None => history.of_gateway_id(business, &gateway_id),
            };
            let Some(key) = key else { continue };
            let item = record["messageId"].as_str().unwrap_or_default().to_owned();
            let before = standing(history, &key);
            given.push(Given { item, key, gateway_id, status: text("status"), before });
        }
    }
    given
}

/// Keeps the reports that the function's answer does not want again.
pub fn done(given: Vec<Given>, answer: &[u8], at: DateTime<Utc>, history: &mut History) {
    if given.is_empty() {
        return;
    }
    let answer: Value = serde_json::from_slice(answer).unwrap_or_default();
    let again = answer["batchItemFailures"].as_array().into_iter().flatten();
    let again: BTreeSet<&str> = again.filter_map(|item| item["itemIdentifier"].as_str()).collect();
    for Given { item, key, gateway_id, status, before } in given {
        if !again.contains(item.as_str()) {
            let after = standing(history, &key);
            history.reports.push(Report { at, key, gateway_id, status, before, after });
        }
    }
}

fn standing(history: &History, key: &Key) -> (usize, String) {
    history.messages.get(key).map(|record| (record.steps.len(), record.status().to_owned())).unwrap_or_default()
}
