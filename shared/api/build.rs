//! Takes the schemas of the bodies out of the document, so that a function holds a body to them without the document.
//! A body that the document does not have yet is refused: the document's test fails then, and makes it anew.

use serde_json::{Map, Value, json};
use std::collections::BTreeSet;
use std::error::Error;
use std::fmt::Write;
use std::path::Path;

const DOCUMENT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/openapi.json");
/// What only people read.
const FOR_PEOPLE: [&str; 4] = ["description", "examples", "default", "pattern"];

fn main() -> Result<(), Box<dyn Error>> {
    println!("cargo::rerun-if-changed={DOCUMENT}");
    let document: Value = serde_json::from_str(&std::fs::read_to_string(DOCUMENT)?)?;
    let known = &document["components"]["schemas"];
    let mut rules = String::new();
    for name in bodies(&document) {
        let mut schemas = Map::new();
        collect(known, &name, &mut schemas);
        writeln!(rules, "    ({name:?}) => {{ r##\"{}\"## }};", Value::Object(schemas))?;
    }
    #[expect(clippy::disallowed_methods, reason = "only cargo's environment says where to build to")]
    let out = std::env::var("OUT_DIR")?;
    let text = format!("macro_rules! schemas {{\n{rules}    ($other:literal) => {{ \"{{}}\" }};\n}}\n");
    std::fs::write(Path::new(&out).join("schemas.rs"), text)?;
    Ok(())
}

/// The names of the schemas of bodies.
fn bodies(document: &Value) -> BTreeSet<String> {
    let operations = document["paths"].as_object().into_iter().flat_map(Map::values).filter_map(Value::as_object);
    let schemas = operations.flat_map(Map::values).filter_map(|operation| {
        operation.pointer("/requestBody/content/application~1json/schema/$ref")?.as_str()?.rsplit('/').next()
    });
    // A body that may be one of several is read as one of them.
    let alternatives = |name: &str| {
        let choices = document["components"]["schemas"][name]["oneOf"].as_array().into_iter().flatten();
        let names = choices.filter_map(|choice| choice["$ref"].as_str()?.rsplit('/').next());
        names.map(str::to_owned).collect::<Vec<_>>()
    };
    schemas.flat_map(|name| alternatives(name).into_iter().chain([name.to_owned()])).collect()
}

/// A schema and those that it refers to. Credentials are the gateways' to read.
fn collect(known: &Value, name: &str, into: &mut Map<String, Value>) {
    if into.contains_key(name) {
        return;
    }
    let schema = if name == "Credentials" { json!({"type": "object"}) } else { without(&known[name], true) };
    into.insert(name.to_owned(), schema.clone());
    refer(known, &schema, into);
}

fn refer(known: &Value, schema: &Value, into: &mut Map<String, Value>) {
    match schema {
        Value::Object(map) => {
            if let Some(name) = map.get("$ref").and_then(Value::as_str).and_then(|place| place.rsplit('/').next()) {
                collect(known, name, into);
            }
            map.values().for_each(|inner| refer(known, inner, into));
        }
        Value::Array(items) => items.iter().for_each(|inner| refer(known, inner, into)),
        _ => {}
    }
}

/// The keywords that a body is held to. Names of properties are no keywords.
fn without(schema: &Value, is_schema: bool) -> Value {
    match schema {
        Value::Object(map) => {
            let kept = map.iter().filter(|(name, _)| !is_schema || !FOR_PEOPLE.contains(&name.as_str()));
            kept.map(|(name, inner)| (name.clone(), without(inner, !(is_schema && name == "properties")))).collect()
        }
        Value::Array(items) => items.iter().map(|inner| without(inner, true)).collect(),
        other => other.clone(),
    }
}
