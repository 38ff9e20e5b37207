use std::collections::BTreeSet;

use serde_json::Value;

/// Items of a batch that a function says have failed; `None` if the whole batch counts as failed.
///
/// Lambda's rule ("Reporting batch item failures"): nothing, null, `{}` and an absent, null or empty list are success;
/// what is no JSON, or a list with an identifier that is absent, empty or of no item in the batch, is a failure of all.
pub(super) fn failures(response: &[u8], items: &[&str]) -> Option<BTreeSet<String>> {
    if response.is_empty() {
        return Some(BTreeSet::new());
    }
    let list = match serde_json::from_slice(response).ok()? {
        Value::Null => return Some(BTreeSet::new()),
        Value::Object(mut response) => response.remove("batchItemFailures").unwrap_or_default(),
        _ => return None,
    };
    let failures = match list {
        Value::Null => return Some(BTreeSet::new()),
        Value::Array(failures) => failures,
        _ => return None,
    };
    let id = |failure: Value| {
        let id = failure.get("itemIdentifier")?.as_str()?;
        items.contains(&id).then(|| id.to_owned())
    };
    failures.into_iter().map(id).collect()
}
