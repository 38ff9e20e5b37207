//! Lists of items, a page at a time.

use super::problem::Problem;
use form_urlencoded::parse;
use serde_json::{Value, json};

/// Items of a page, unless the request says another number.
const USUAL: usize = 20;
const MOST: usize = 100;

/// A page of items that are kept oldest first. `query` has `limit`, `order` (`desc`, if absent) and `after`.
///
/// # Errors
/// The refusal that OpenAI would answer.
pub(super) fn page(items: &[Value], query: Option<&str>) -> Result<Value, Problem> {
    let (mut limit, mut is_ascending, mut after) = (USUAL, false, None);
    for (name, value) in parse(query.unwrap_or_default().as_bytes()) {
        match (&*name, &*value) {
            ("limit", number) => {
                let number = number.parse().ok().filter(|number| (1..=MOST).contains(number));
                let message = format!("Invalid 'limit': expected an integer from 1 to {MOST}.");
                limit = number.ok_or_else(|| Problem::of("limit", "invalid_value", &message))?;
            }
            ("order", "asc") => is_ascending = true,
            ("order", "desc") => is_ascending = false,
            ("order", other) => return Err(Problem::word("order", &json!(other), &["asc", "desc"])),
            ("after", id) => after = Some(id.to_owned()),
            ("include" | "include[]", _) => {}
            (other, _) => return Err(Problem::unknown(other)),
        }
    }
    let mut all: Vec<&Value> = items.iter().collect();
    if !is_ascending {
        all.reverse();
    }
    let begin = match after {
        None => 0,
        Some(id) => {
            let before = all.iter().position(|item| item["id"] == *id);
            1 + before.ok_or_else(|| Problem::of("after", "invalid_value", &format!("No item has the id '{id}'.")))?
        }
    };
    let rest = &all[begin..];
    Ok(list(&rest[..limit.min(rest.len())], rest.len() > limit))
}

/// A list of items as it is shown.
pub(super) fn list(items: &[&Value], has_more: bool) -> Value {
    let id = |item: Option<&&Value>| item.map_or(Value::Null, |item| item["id"].clone());
    json!({"object": "list", "data": items, "first_id": id(items.first()), "last_id": id(items.last()),
        "has_more": has_more})
}
