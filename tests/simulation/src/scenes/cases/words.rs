//! Words that are filled in: `<PHONE>` in a text of a case stands for the value of this name.

use serde_json::{Map, Value};
use std::collections::BTreeMap;

/// Values by their names: capitals and low lines.
pub(super) type Words = BTreeMap<String, Value>;

/// The value with all words filled in, in texts and in names of keys. A text that is one word becomes its value.
pub(super) fn filled(value: &Value, words: &Words) -> Result<Value, String> {
    match value {
        Value::String(text) => filled_text(text, words),
        Value::Array(items) => items.iter().map(|item| filled(item, words)).collect(),
        Value::Object(members) => {
            let mut filled_members = Map::new();
            for (key, value) in members {
                filled_members.insert(written(&filled_text(key, words)?), filled(value, words)?);
            }
            Ok(Value::Object(filled_members))
        }
        other => Ok(other.clone()),
    }
}

fn filled_text(text: &str, words: &Words) -> Result<Value, String> {
    if let Some((name, "")) = word(text) {
        return value_of(name, words);
    }
    let (mut done, mut rest) = (String::new(), text);
    while let Some((before, _)) = rest.split_once('<') {
        done.push_str(before);
        rest = &rest[before.len()..];
        match word(rest) {
            Some((name, after)) => {
                done.push_str(&written(&value_of(name, words)?));
                rest = after;
            }
            None => {
                done.push('<');
                rest = &rest[1..];
            }
        }
    }
    done.push_str(rest);
    Ok(Value::String(done))
}

/// The word with which a text begins, and the text behind it.
fn word(text: &str) -> Option<(&str, &str)> {
    let (name, rest) = text.strip_prefix('<')?.split_once('>')?;
    let is_name = !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_uppercase() || byte == b'_');
    is_name.then_some((name, rest))
}

/// The value may have other words in turn.
fn value_of(name: &str, words: &Words) -> Result<Value, String> {
    let mut others = words.clone();
    let value = others.remove(name).ok_or_else(|| format!("the word {name} has no value"))?;
    filled(&value, &others)
}

/// As it stands within a text.
fn written(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}
