//! The check of the fields of a body, by a list of those that OpenAI knows.

use super::problem::Problem;
use serde_json::{Map, Value};

/// The most pairs of `metadata`.
const MOST_PAIRS: usize = 16;
/// The longest name and the longest value of a pair, in characters.
const LONGEST_PAIR: (usize, usize) = (64, 512);

/// The values that a field takes. Each may be null as well.
#[derive(Clone, Copy)]
pub(super) enum Kind {
    /// A string of so many characters at most.
    Text(usize),
    Bool,
    /// A whole number from the first to the second.
    Whole(i64, i64),
    /// A number from the first to the second.
    Number(f64, f64),
    /// One of these words.
    Word(&'static [&'static str]),
    Object,
    /// So many things at most.
    List(usize),
    /// Pairs of strings.
    Metadata,
    /// Whoever reads the field checks it.
    Other,
    /// OpenAI takes it, and this server does not.
    Unsupported,
}

/// A name, and what may be under it.
pub(super) type Field = (&'static str, Kind);

/// The body of a request as an object, with no field but these. An empty body has none.
///
/// # Errors
/// The refusal that OpenAI would answer.
pub(super) fn body(bytes: &[u8], fields: &[Field]) -> Result<Map<String, Value>, Problem> {
    let body = if bytes.is_empty() { Ok(Value::Object(Map::new())) } else { serde_json::from_slice(bytes) };
    let Ok(Value::Object(body)) = body else { return Err(Problem::not_json()) };
    check(&body, fields, "")?;
    Ok(body)
}

/// Holds an object at `place`, which ends with a point unless it is the body itself, to these fields.
///
/// # Errors
/// The refusal that OpenAI would answer.
pub(super) fn check(object: &Map<String, Value>, fields: &[Field], place: &str) -> Result<(), Problem> {
    for (name, value) in object {
        let param = format!("{place}{name}");
        let Some((_, kind)) = fields.iter().find(|(known, _)| known == name) else {
            return Err(Problem::unknown(&param));
        };
        if !value.is_null() {
            kind.check(value, &param)?;
        }
    }
    Ok(())
}

impl Kind {
    fn check(self, value: &Value, param: &str) -> Result<(), Problem> {
        match self {
            Self::Text(most) => {
                let text = value.as_str().ok_or_else(|| Problem::kind(param, "a string", value))?;
                at_most(param, "string", text.chars().count(), most)
            }
            Self::Bool if value.is_boolean() => Ok(()),
            Self::Bool => Err(Problem::kind(param, "a boolean", value)),
            Self::Whole(least, most) => {
                let number = value.as_i64().ok_or_else(|| Problem::kind(param, "an integer", value))?;
                within(param, "integer", (number < least).then_some(least), (number > most).then_some(most), value)
            }
            Self::Number(least, most) => {
                let number = value.as_f64().ok_or_else(|| Problem::kind(param, "a decimal number", value))?;
                within(param, "decimal", (number < least).then_some(least), (number > most).then_some(most), value)
            }
            Self::Word(words) => match value.as_str() {
                Some(word) if words.contains(&word) => Ok(()),
                Some(_) => Err(Problem::word(param, value, words)),
                None => Err(Problem::kind(param, "a string", value)),
            },
            Self::Object if value.is_object() => Ok(()),
            Self::Object => Err(Problem::kind(param, "an object", value)),
            Self::List(most) => {
                let list = value.as_array().ok_or_else(|| Problem::kind(param, "an array", value))?;
                at_most(param, "array", list.len(), most)
            }
            Self::Metadata => metadata(value, param),
            Self::Other => Ok(()),
            Self::Unsupported => Err(Problem::unsupported(param, "unsupported_parameter")),
        }
    }
}

fn metadata(value: &Value, param: &str) -> Result<(), Problem> {
    let pairs = value.as_object().ok_or_else(|| Problem::kind(param, "an object", value))?;
    at_most(param, "object", pairs.len(), MOST_PAIRS)?;
    for (name, value) in pairs {
        let param = format!("{param}.{name}");
        at_most(&param, "string", name.chars().count(), LONGEST_PAIR.0)?;
        Kind::Text(LONGEST_PAIR.1).check(value, &param)?;
    }
    Ok(())
}

fn at_most(param: &str, what: &str, length: usize, most: usize) -> Result<(), Problem> {
    if length <= most {
        return Ok(());
    }
    let (code, is) = match what {
        "string" => ("string_above_max_length", "string too long"),
        "array" => ("array_above_max_length", "array too long"),
        _ => ("object_above_max_properties", "too many properties"),
    };
    let message = format!("Invalid '{param}': {is}. Expected at most {most}, but got {length} instead.");
    Err(Problem::of(param, code, &message))
}

fn within<N: std::fmt::Display>(
    param: &str,
    what: &str,
    below: Option<N>,
    above: Option<N>,
    value: &Value,
) -> Result<(), Problem> {
    let refused = |side: &str, word: &str, bound: N, sign: &str| {
        let message = format!(
            "Invalid '{param}': {what} {side} {word}imum value. Expected a value {sign} {bound}, but got {value} instead."
        );
        Err(Problem::of(param, &format!("{what}_{side}_{word}_value"), &message))
    };
    match (below, above) {
        (Some(least), _) => refused("below", "min", least, ">="),
        (_, Some(most)) => refused("above", "max", most, "<="),
        _ => Ok(()),
    }
}
