//! Items of a conversation: as they come in a request, as they are shown, and what is said in them.

use super::ask::{ModelRole, ModelTurn};
use super::compact;
use super::fields::{self, Field, Kind};
use super::problem::Problem;
use super::response;
use serde_json::{Map, Value, json};

const STATUSES: &[&str] = &["in_progress", "completed", "incomplete"];
const LONGEST_ID: usize = 64;
const LONGEST_TEXT: usize = 10 << 20;
const ROLES: &[&str] = &["user", "assistant", "system", "developer"];

const MESSAGE: &[Field] = &[
    ("type", Kind::Other),
    ("id", Kind::Text(LONGEST_ID)),
    ("role", Kind::Word(ROLES)),
    ("content", Kind::Other),
    ("status", Kind::Word(STATUSES)),
    ("phase", Kind::Word(&["commentary", "final_answer"])),
];
const CALL: &[Field] = &[
    ("type", Kind::Other),
    ("id", Kind::Text(LONGEST_ID)),
    ("call_id", Kind::Text(LONGEST_ID)),
    ("name", Kind::Text(128)),
    ("arguments", Kind::Text(LONGEST_TEXT)),
    ("status", Kind::Word(STATUSES)),
];
const CALL_OUTPUT: &[Field] = &[
    ("type", Kind::Other),
    ("id", Kind::Text(LONGEST_ID)),
    ("call_id", Kind::Text(LONGEST_ID)),
    ("output", Kind::Other),
    ("status", Kind::Word(STATUSES)),
];
const REASONING: &[Field] = &[
    ("type", Kind::Other),
    ("id", Kind::Text(LONGEST_ID)),
    ("summary", Kind::List(100)),
    ("content", Kind::List(100)),
    ("encrypted_content", Kind::Text(LONGEST_TEXT)),
    ("status", Kind::Word(STATUSES)),
];
const COMPACTION: &[Field] =
    &[("type", Kind::Other), ("id", Kind::Text(LONGEST_ID)), ("encrypted_content", Kind::Text(LONGEST_TEXT))];
const TYPES: &[&str] = &["message", "function_call", "function_call_output", "reasoning", "compaction"];

const INPUT_TEXT: &[Field] =
    &[("type", Kind::Other), ("text", Kind::Text(LONGEST_TEXT)), ("prompt_cache_breakpoint", Kind::Object)];
const INPUT_IMAGE: &[Field] = &[
    ("type", Kind::Other),
    ("image_url", Kind::Text(20 << 20)),
    ("file_id", Kind::Unsupported),
    ("detail", Kind::Word(&["low", "high", "auto", "original"])),
    ("prompt_cache_breakpoint", Kind::Object),
];
const OUTPUT_TEXT: &[Field] = &[
    ("type", Kind::Other),
    ("text", Kind::Text(LONGEST_TEXT)),
    ("annotations", Kind::List(1000)),
    ("logprobs", Kind::List(1 << 20)),
];
const REFUSAL: &[Field] = &[("type", Kind::Other), ("refusal", Kind::Text(LONGEST_TEXT))];

/// The items of an array at `place`, each as it is shown, but without an id if it came without one.
///
/// # Errors
/// The refusal that OpenAI would answer.
pub(super) fn read(items: &[Value], place: &str) -> Result<Vec<Value>, Problem> {
    items.iter().enumerate().map(|(index, item)| one(item, &format!("{place}[{index}]"))).collect()
}

/// A text that a person has written, as an item.
pub(super) fn of_text(text: &str) -> Value {
    json!({"type": "message", "status": "completed", "role": "user",
        "content": [{"type": "input_text", "text": text}]})
}

/// Gives an id to an item that has none.
pub(super) fn name(item: &mut Value, rng: &mut fastrand::Rng) {
    if item["id"].is_string() {
        return;
    }
    let kind = match item["type"].as_str() {
        Some("function_call") => "fc",
        Some("function_call_output") => "fco",
        Some("reasoning") => "rs",
        Some("compaction") => "cmp",
        _ => "msg",
    };
    item["id"] = json!(response::id(kind, rng));
}

/// What is said in an item: nothing in a call of a function or its result, for the mind knows no functions.
pub(super) fn turns(item: &Value) -> Vec<ModelTurn> {
    match item["type"].as_str() {
        Some("message") => {
            let Ok(role) = serde_json::from_value::<ModelRole>(item["role"].clone()) else { return Vec::new() };
            let parts = item["content"].as_array().into_iter().flatten();
            let texts = parts.filter_map(|part| part["text"].as_str().or(part["refusal"].as_str()));
            vec![ModelTurn { role, text: texts.collect::<Vec<_>>().join("\n") }]
        }
        Some("compaction") => {
            compact::unpack(item["encrypted_content"].as_str().unwrap_or_default()).unwrap_or_default()
        }
        _ => Vec::new(),
    }
}

fn one(item: &Value, place: &str) -> Result<Value, Problem> {
    let fields = item.as_object().ok_or_else(|| Problem::kind(place, "an object", item))?;
    let within = |name: &str| format!("{place}.{name}");
    let check = |known: &[Field], needed: &[&str]| {
        fields::check(fields, known, &format!("{place}."))?;
        match needed.iter().find(|name| fields.get(**name).is_none_or(Value::is_null)) {
            Some(name) => Err(Problem::missing(&within(name))),
            None => Ok(()),
        }
    };
    let mut shown = fields.clone();
    match item["type"].as_str() {
        None if item["type"].is_null() => {}
        Some("message") => {}
        Some("function_call") => {
            check(CALL, &["call_id", "name", "arguments"])?;
            return Ok(completed(shown));
        }
        Some("function_call_output") => {
            check(CALL_OUTPUT, &["call_id", "output"])?;
            if !item["output"].is_string() && !item["output"].is_array() {
                return Err(Problem::kind(&within("output"), "a string or an array", &item["output"]));
            }
            return Ok(completed(shown));
        }
        Some("reasoning") => {
            check(REASONING, &["summary"])?;
            return Ok(item.clone());
        }
        Some("compaction") => {
            check(COMPACTION, &["encrypted_content"])?;
            let packed = item["encrypted_content"].as_str().unwrap_or_default();
            return compact::unpack(packed).map(|_| item.clone()).ok_or_else(|| {
                let message = "The encrypted content could not be verified.";
                Problem::of(&within("encrypted_content"), "invalid_encrypted_content", message)
            });
        }
        _ => return Err(Problem::word(place, &item["type"], TYPES)),
    }
    check(MESSAGE, &["role", "content"])?;
    let is_assistant = item["role"] == "assistant";
    if !is_assistant && !item["phase"].is_null() {
        return Err(Problem::unsupported(&within("phase"), "unsupported_parameter"));
    }
    let place = within("content");
    let content = match &item["content"] {
        Value::String(text) if is_assistant => json!([{"type": "output_text", "text": text, "annotations": []}]),
        Value::String(text) => json!([{"type": "input_text", "text": text}]),
        Value::Array(parts) => {
            let parts = parts.iter().enumerate();
            parts.map(|(index, it)| part(it, is_assistant, &format!("{place}[{index}]"))).collect::<Result<_, _>>()?
        }
        other => return Err(Problem::kind(&place, "a string or an array", other)),
    };
    shown.insert("type".to_owned(), json!("message"));
    shown.insert("content".to_owned(), content);
    Ok(completed(shown))
}

/// An item that has a status: `completed`, if it came without one.
fn completed(mut item: Map<String, Value>) -> Value {
    let status = item.entry("status").or_insert(Value::Null);
    if status.is_null() {
        *status = json!("completed");
    }
    Value::Object(item)
}

/// A part of a message; each side of a conversation has types of its own.
fn part(part: &Value, is_assistant: bool, place: &str) -> Result<Value, Problem> {
    let fields = part.as_object().ok_or_else(|| Problem::kind(place, "an object", part))?;
    let (known, needed) = match (is_assistant, part["type"].as_str()) {
        (true, Some("output_text")) => (OUTPUT_TEXT, "text"),
        (true, Some("refusal")) => (REFUSAL, "refusal"),
        (true, _) => return Err(Problem::word(place, &part["type"], &["output_text", "refusal"])),
        (false, Some("input_text")) => (INPUT_TEXT, "text"),
        (false, Some("input_image")) => (INPUT_IMAGE, "image_url"),
        (false, _) => return Err(Problem::word(place, &part["type"], &["input_text", "input_image"])),
    };
    fields::check(fields, known, &format!("{place}."))?;
    let Some(value) = part[needed].as_str() else { return Err(Problem::missing(&format!("{place}.{needed}"))) };
    let mut shown = part.clone();
    match needed {
        "image_url" => {
            if !["data:image/", "https://", "http://"].iter().any(|scheme| value.starts_with(scheme)) {
                let message = "Expected a base64-encoded data URL with an image MIME type, or a URL.";
                return Err(Problem::of(&format!("{place}.image_url"), "invalid_value", message));
            }
            if part["detail"].is_null() {
                shown["detail"] = json!("auto");
            }
        }
        "text" if is_assistant && part["annotations"].is_null() => shown["annotations"] = json!([]),
        _ => {}
    }
    Ok(shown)
}
