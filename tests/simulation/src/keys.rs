//! Which items a request to DynamoDB names, and which messages, customers and loads an event or a request is about.

use serde_json::Value;

/// The items that a request names, as `table/key`.
#[must_use]
pub fn keys(operation: &str, request: &Value) -> Vec<String> {
    match operation {
        "BatchGetItem" | "BatchWriteItem" => {
            let tables = request["RequestItems"].as_object().into_iter().flatten();
            let count = |part: &Value| part["Keys"].as_array().or(part.as_array()).map_or(0, Vec::len);
            tables.map(|(table, part)| format!("{}×{}", short(table), count(part))).collect()
        }
        "TransactWriteItems" | "TransactGetItems" => {
            let items = request["TransactItems"].as_array().into_iter().flatten();
            items.filter_map(|item| item.as_object()?.values().next()).map(one).collect()
        }
        _ => vec![one(request)],
    }
}

fn one(action: &Value) -> String {
    let table = short(action["TableName"].as_str().unwrap_or_default());
    let item = if action["Key"].is_object() { &action["Key"] } else { &action["Item"] };
    match (item["pk"]["S"].as_str(), item["sk"]["S"].as_str(), action["IndexName"].as_str()) {
        (Some(pk), Some(sk), _) => format!("{table}/{pk}/{sk}"),
        (Some(pk), None, _) => format!("{table}/{pk}"),
        (None, _, Some(index)) => format!("{table}.{index}"),
        (None, _, None) => table.to_owned(),
    }
}

/// The name of a table without that of the stack.
fn short(table: &str) -> &str {
    table.trim_start_matches("recado-").trim_end_matches("Table")
}

/// Fields whose values name what something is about.
const SUBJECTS: [&str; 5] = ["message_id", "customer_id", "load_id", "session_id", "biz_opaque_callback_data"];

/// The subjects of an event or a request, each once, in order of appearance; bodies inside bodies are looked into.
#[must_use]
pub fn subjects(json: &[u8]) -> Vec<String> {
    let mut found = Vec::new();
    if let Ok(value) = serde_json::from_slice::<Value>(json) {
        collect(&value, &mut found);
    }
    found
}

fn collect(value: &Value, found: &mut Vec<String>) {
    match value {
        Value::Array(values) => values.iter().for_each(|value| collect(value, found)),
        Value::Object(fields) => {
            for (name, value) in fields {
                match value.as_str() {
                    Some(text) if SUBJECTS.contains(&name.as_str()) => {
                        if !found.iter().any(|known| known == text) {
                            found.push(text.to_owned());
                        }
                    }
                    Some(text) if text.starts_with('{') => {
                        if let Ok(inner) = serde_json::from_str::<Value>(text) {
                            collect(&inner, found);
                        }
                    }
                    _ => collect(value, found),
                }
            }
        }
        _ => {}
    }
}
