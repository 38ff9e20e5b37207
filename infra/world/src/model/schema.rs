//! JSON schemas, as far as a strict form takes them: the check of one, and a value brought into its shape.

use serde_json::{Map, Value, json};

/// Keywords that a strict schema may not have.
const NOT_TAKEN: [&str; 8] = ["allOf", "oneOf", "not", "dependentRequired", "dependentSchemas", "if", "then", "else"];
/// Schemas in schemas that are followed at most.
const DEEPEST: usize = 12;

/// Whether a strict form takes the schema.
///
/// # Errors
/// What is wrong with it, in a sentence.
pub(super) fn check(schema: &Value) -> Result<(), String> {
    if schema["type"] != "object" {
        return Err("the schema is not of type 'object'".to_owned());
    }
    inside(schema, "()")
}

fn inside(schema: &Value, place: &str) -> Result<(), String> {
    let Some(fields) = schema.as_object() else { return Err(format!("In context={place}, it is no schema.")) };
    if let Some(keyword) = NOT_TAKEN.iter().find(|keyword| fields.contains_key(**keyword)) {
        return Err(format!("In context={place}, '{keyword}' is not permitted."));
    }
    if types(schema).contains(&"object") {
        if schema["additionalProperties"] != json!(false) {
            let wrong = "'additionalProperties' is required to be supplied and to be false.";
            return Err(format!("In context={place}, {wrong}"));
        }
        let required: Vec<&str> =
            schema["required"].as_array().into_iter().flatten().filter_map(Value::as_str).collect();
        for (name, property) in schema["properties"].as_object().into_iter().flatten() {
            if !required.contains(&name.as_str()) {
                return Err(format!("In context={place}, 'required' must hold every property. Missing '{name}'."));
            }
            inside(property, &format!("('properties', '{name}')"))?;
        }
    }
    if types(schema).contains(&"array") {
        inside(&schema["items"], &format!("{place} items"))?;
    }
    for branch in schema["anyOf"].as_array().into_iter().flatten() {
        inside(branch, &format!("{place} anyOf"))?;
    }
    for (name, definition) in schema["$defs"].as_object().into_iter().flatten() {
        inside(definition, &format!("('$defs', '{name}')"))?;
    }
    Ok(())
}

/// The value in the shape of the schema: what it lacks is empty, and what does not belong is left out.
pub(super) fn shape(value: &Value, schema: &Value) -> Value {
    shaped(value, schema, schema, DEEPEST)
}

fn shaped(value: &Value, schema: &Value, root: &Value, deep: usize) -> Value {
    if deep == 0 {
        return Value::Null;
    }
    if let Some(pointer) = schema["$ref"].as_str().and_then(|name| name.strip_prefix('#')) {
        return root.pointer(pointer).map_or(Value::Null, |schema| shaped(value, schema, root, deep - 1));
    }
    if let Some(branches) = schema["anyOf"].as_array() {
        let fits = |branch: &&Value| has_type(value, branch) || (value.is_object() && branch.get("$ref").is_some());
        let branch = branches.iter().find(fits).or(branches.first());
        return branch.map_or(Value::Null, |branch| shaped(value, branch, root, deep - 1));
    }
    if let Some(only) = schema.get("const") {
        return only.clone();
    }
    if let Some(words) = schema["enum"].as_array() {
        return words.iter().find(|word| *word == value).or(words.first()).cloned().unwrap_or_default();
    }
    let types = types(schema);
    let of = |value: &Value| match value {
        Value::Object(_) => object(value, schema, root, deep),
        Value::Array(items) => items.iter().map(|item| shaped(item, &schema["items"], root, deep - 1)).collect(),
        Value::Number(_) => within(value, schema),
        _ => value.clone(),
    };
    if has_type(value, schema) {
        return of(value);
    }
    match types.first() {
        _ if types.contains(&"null") => Value::Null,
        Some(&"string") => json!(""),
        Some(&("integer" | "number")) => of(&json!(0)),
        Some(&"boolean") => json!(false),
        Some(&"array") => json!([]),
        Some(&"object") => object(&Value::Null, schema, root, deep),
        _ => value.clone(),
    }
}

fn object(value: &Value, schema: &Value, root: &Value, deep: usize) -> Value {
    let properties = schema["properties"].as_object().into_iter().flatten();
    let shaped = properties.map(|(name, property)| (name.clone(), shaped(&value[name], property, root, deep - 1)));
    Value::Object(shaped.collect::<Map<_, _>>())
}

/// A number, not below the least and not above the most that the schema has.
fn within(value: &Value, schema: &Value) -> Value {
    let (number, least, most) = (value.as_f64(), schema["minimum"].as_f64(), schema["maximum"].as_f64());
    match (number, least, most) {
        (Some(number), Some(least), _) if number < least => schema["minimum"].clone(),
        (Some(number), _, Some(most)) if number > most => schema["maximum"].clone(),
        _ => value.clone(),
    }
}

fn types(schema: &Value) -> Vec<&str> {
    match &schema["type"] {
        Value::String(one) => vec![one],
        Value::Array(several) => several.iter().filter_map(Value::as_str).collect(),
        _ => Vec::new(),
    }
}

fn has_type(value: &Value, schema: &Value) -> bool {
    types(schema).iter().any(|name| match *name {
        "null" => value.is_null(),
        "string" => value.is_string(),
        "boolean" => value.is_boolean(),
        "integer" => value.is_i64() || value.is_u64(),
        "number" => value.is_number(),
        "array" => value.is_array(),
        "object" => value.is_object(),
        _ => false,
    })
}
