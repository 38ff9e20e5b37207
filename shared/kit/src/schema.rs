//! A JSON value held to a JSON schema, so that one answer names every field that is wrong. It knows the words that the
//! OpenAPI document uses for bodies; patterns and formats it leaves to the reader of the value, [`Values`].

use crate::json::escaped;
use crate::problem::FieldError;
use serde_json::{Map, Value};
use std::borrow::Cow;

/// More than so many fields that are wrong are not told.
const TOLD: usize = 100;

/// Tells of a value whose schema has this name, or this `format`, why it cannot be read; `None` if it can.
pub type Values<'a> = &'a dyn Fn(&str, &Value) -> Option<Cow<'static, str>>;

/// All that is wrong with a value, by the schema of this name.
pub fn problems(schemas: &Value, name: &str, value: &Value, values: Values<'_>) -> Vec<FieldError> {
    let mut walker = Walker { schemas, values, found: Vec::new() };
    walker.named(name, value, "");
    walker.found.truncate(TOLD);
    walker.found
}

/// The unknown name, with the known one that it is a slip of.
#[must_use]
pub fn unknown<'a>(what: &str, given: &str, known: impl Iterator<Item = &'a str>) -> String {
    let plain = |name: &str| name.to_lowercase().replace(['_', '-'], "");
    let given = plain(given);
    let near = known.map(|known| (strsim::osa_distance(&given, &plain(known)), known)).min();
    let is_slip = |(distance, known): &(usize, &str)| {
        let known = plain(known);
        let is_part = given.len().min(known.len()) > 2 && (known.starts_with(&given) || given.starts_with(&known));
        is_part || *distance <= 1 + known.len().min(given.len()) / 4
    };
    match near.filter(is_slip) {
        Some((_, known)) => format!("unknown {what}; did you mean `{known}`?"),
        None => format!("unknown {what}"),
    }
}

struct Walker<'a> {
    schemas: &'a Value,
    values: Values<'a>,
    found: Vec<FieldError>,
}

impl<'a> Walker<'a> {
    fn refuse(&mut self, at: &str, detail: impl Into<Cow<'static, str>>) {
        self.found.push(FieldError { pointer: at.to_owned(), detail: detail.into() });
    }

    fn named(&mut self, name: &str, value: &Value, at: &str) {
        let Some(schema) = self.schemas.get(name) else { return };
        let before = self.found.len();
        self.check(schema, value, at);
        if self.found.len() == before {
            self.read(name, value, at);
        }
    }

    fn read(&mut self, name: &str, value: &Value, at: &str) {
        if let Some(detail) = (self.values)(name, value) {
            self.refuse(at, detail);
        }
    }

    fn check(&mut self, schema: &'a Value, value: &Value, at: &str) {
        if let Some(name) = schema["$ref"].as_str().and_then(|place| place.rsplit('/').next()) {
            return self.named(name, value, at);
        }
        for choice in ["oneOf", "anyOf"] {
            if let Some(choices) = schema[choice].as_array() {
                self.choose(choices, choice == "oneOf", value, at);
            }
        }
        for part in schema["allOf"].as_array().into_iter().flatten() {
            self.check(part, value, at);
        }
        if !schema["type"].is_null() && !is_of(&schema["type"], value) {
            return self.refuse(at, expected(&schema["type"], value));
        }
        if let Some(words) = schema["enum"].as_array().filter(|words| !words.contains(value)) {
            let words: Vec<&str> = words.iter().filter_map(Value::as_str).collect();
            return self.refuse(at, format!("expected one of: {}", words.join(", ")));
        }
        if !schema["not"]["const"].is_null() && schema["not"]["const"] == *value {
            return self.refuse(at, format!("expected another value than {value}"));
        }
        match value {
            Value::Number(_) => self.number(schema, value, at),
            Value::String(text) => self.text(schema, text, value, at),
            Value::Array(items) => self.list(schema, items, at),
            Value::Object(object) => self.object(schema, object, at),
            Value::Null | Value::Bool(_) => {}
        }
    }

    fn number(&mut self, schema: &Value, value: &Value, at: &str) {
        let number = value.as_f64().unwrap_or_default();
        let (least, most) = (schema["minimum"].as_f64(), schema["maximum"].as_f64());
        if least.is_some_and(|least| number < least) || most.is_some_and(|most| number > most) {
            self.refuse(at, between(least, most, ""));
        }
    }

    fn text(&mut self, schema: &Value, text: &str, value: &Value, at: &str) {
        let (least, most) = (schema["minLength"].as_u64(), schema["maxLength"].as_u64());
        let length = |text: &str| text.chars().count() as u64;
        if least.is_some_and(|least| length(text.trim()) < least) || most.is_some_and(|most| length(text) > most) {
            let detail = match (least, most) {
                (Some(1), None) => "expected a text that is not empty".to_owned(),
                _ => between(least, most, " characters"),
            };
            return self.refuse(at, detail);
        }
        if let Some(format) = schema["format"].as_str() {
            self.read(format, value, at);
        }
    }

    fn list(&mut self, schema: &'a Value, items: &[Value], at: &str) {
        let most = schema["maxItems"].as_u64();
        if most.is_some_and(|most| items.len() as u64 > most) {
            return self.refuse(at, between(None::<u64>, most, " entries"));
        }
        for (nth, item) in items.iter().enumerate() {
            let at = format!("{at}/{nth}");
            if schema["uniqueItems"] == true && items.iter().take(nth).any(|other| other == item) {
                self.refuse(&at, "is given twice");
            }
            self.check(&schema["items"], item, &at);
        }
    }

    fn object(&mut self, schema: &'a Value, object: &Map<String, Value>, at: &str) {
        let most = schema["maxProperties"].as_u64();
        if most.is_some_and(|most| object.len() as u64 > most) {
            return self.refuse(at, between(None::<u64>, most, " entries"));
        }
        let none = Map::new();
        let properties = schema["properties"].as_object();
        let allowed: Option<Vec<&str>> = schema["propertyNames"]["enum"]
            .as_array()
            .map(|names| names.iter().filter_map(Value::as_str).collect())
            .or_else(|| {
                let closed = schema["additionalProperties"] == false;
                closed.then(|| properties.unwrap_or(&none).keys().map(String::as_str).collect())
            });
        let (shortest, longest) =
            (schema["propertyNames"]["minLength"].as_u64(), schema["propertyNames"]["maxLength"].as_u64());
        for name in schema["required"].as_array().into_iter().flatten().filter_map(Value::as_str) {
            if !object.contains_key(name) {
                self.refuse(&format!("{at}/{}", escaped(name)), "must be given");
            }
        }
        for (name, value) in object {
            let at = format!("{at}/{}", escaped(name));
            let length = name.trim().chars().count() as u64;
            if allowed.as_ref().is_some_and(|allowed| !allowed.contains(&name.as_str())) {
                let known = allowed.iter().flatten().copied().filter(|known| !object.contains_key(*known));
                self.refuse(&at, unknown("field", name, known));
            } else if shortest.is_some_and(|least| length < least) || longest.is_some_and(|most| length > most) {
                self.refuse(&at, between(shortest, longest, " characters in its name"));
            } else if let Some(detail) = self.wrong_name(schema, name) {
                self.refuse(&at, detail);
            } else if let Some(property) = properties.and_then(|properties| properties.get(name)) {
                self.check(property, value, &at);
            } else if schema["additionalProperties"].is_object() {
                self.check(&schema["additionalProperties"], value, &at);
            }
        }
    }

    /// Why a name that the caller chose cannot be read.
    fn wrong_name(&self, schema: &Value, name: &str) -> Option<Cow<'static, str>> {
        (self.values)(schema["propertyNames"]["format"].as_str()?, &name.into())
    }

    /// One of several: of alternatives that none fits, the problems of the nearest are told.
    fn choose(&mut self, choices: &'a [Value], only_one: bool, value: &Value, at: &str) {
        let needs: Option<Vec<Vec<&str>>> = choices.iter().map(needed).collect();
        if let Some(needs) = needs {
            return self.need(&needs, only_one, value, at);
        }
        let mut nearest: Option<((bool, usize), Vec<FieldError>)> = None;
        for choice in choices {
            if choice["type"] == "null" {
                if value.is_null() {
                    return;
                }
                continue;
            }
            let mut tried = Walker { schemas: self.schemas, values: self.values, found: Vec::new() };
            tried.check(choice, value, at);
            if tried.found.is_empty() {
                return;
            }
            let strange = tried.found.iter().filter(|error| error.detail.starts_with("unknown")).count();
            let distance = (!self.is_of_type(choice, value), strange);
            if nearest.as_ref().is_none_or(|(least, _)| distance <= *least) {
                nearest = Some((distance, tried.found));
            }
        }
        self.found.extend(nearest.into_iter().flat_map(|(_, found)| found));
    }

    /// Whether the type of the schema, or of the one that it refers to, is the value's.
    fn is_of_type(&self, schema: &Value, value: &Value) -> bool {
        let named = schema["$ref"].as_str().and_then(|place| self.schemas.get(place.rsplit('/').next()?));
        let kind = &named.unwrap_or(schema)["type"];
        kind.is_null() || is_of(kind, value)
    }

    /// Fields of which one has to be given.
    fn need(&mut self, needs: &[Vec<&str>], only_one: bool, value: &Value, at: &str) {
        let Some(object) = value.as_object() else { return };
        let given = needs.iter().filter(|names| names.iter().all(|name| object.contains_key(*name))).count();
        if given == 1 || (given > 1 && !only_one) {
            return;
        }
        let names: Vec<&str> = needs.iter().flatten().copied().collect();
        let first = names.first().copied().unwrap_or_default();
        let names = names.join(", ");
        let detail = if given == 0 {
            format!("expected one of the fields: {names}")
        } else {
            format!("expected only one of: {names}")
        };
        self.refuse(&format!("{at}/{}", escaped(first)), detail);
    }
}

/// The fields that an alternative asks for, if it asks for nothing else.
fn needed(choice: &Value) -> Option<Vec<&str>> {
    let object = choice.as_object().filter(|object| object.len() == 1)?;
    Some(object.get("required")?.as_array()?.iter().filter_map(Value::as_str).collect())
}

fn types(schema: &Value) -> impl Iterator<Item = &str> {
    schema.as_str().into_iter().chain(schema.as_array().into_iter().flatten().filter_map(Value::as_str))
}

fn is_of(schema: &Value, value: &Value) -> bool {
    types(schema).any(|kind| match kind {
        "string" => value.is_string(),
        "integer" => value.is_i64() || value.is_u64(),
        "number" => value.is_number(),
        "boolean" => value.is_boolean(),
        "array" => value.is_array(),
        "object" => value.is_object(),
        "null" => value.is_null(),
        _ => true,
    })
}

fn expected(schema: &Value, value: &Value) -> &'static str {
    if value.is_null() {
        return "expected a value: null is none, leave the field out";
    }
    match types(schema).next() {
        Some("string") => "expected a text",
        Some("integer") => "expected a whole number",
        Some("number") => "expected a number",
        Some("boolean") => "expected true or false",
        Some("array") => "expected a list",
        _ => "expected an object with fields",
    }
}

fn between(least: Option<impl ToString>, most: Option<impl ToString>, unit: &str) -> String {
    match (least.map(|least| least.to_string()), most.map(|most| most.to_string())) {
        (Some(least), Some(most)) => format!("expected from {least} to {most}{unit}"),
        (Some(least), None) => format!("expected at least {least}{unit}"),
        (None, most) => format!("expected at most {}{unit}", most.unwrap_or_default()),
    }
}
