//! Every example is what its schema says, and has no field that the schema does not name.

use crate::document::{document, walk};
use serde_json::{Value, json};

/// The document with every object closed, so that a field which is misspelt in an example is found.
pub fn strict() -> Value {
    fn close(value: &mut Value) {
        match value {
            Value::Object(map) => {
                if map.contains_key("properties") && !map.contains_key("additionalProperties") {
                    map.insert("additionalProperties".to_owned(), json!(false));
                }
                map.values_mut().for_each(close);
            }
            Value::Array(items) => items.iter_mut().for_each(close),
            _ => {}
        }
    }
    let mut document = document();
    close(&mut document["paths"]);
    close(&mut document["components"]);
    document
}

/// What is wrong with a value by the schema at this pointer of the document.
pub fn problems(document: &Value, schema: &str, value: &Value) -> Vec<String> {
    let mut root = document.clone();
    root["$ref"] = json!(format!("#{schema}"));
    let validator = jsonschema::options().should_validate_formats(true).build(&root).unwrap();
    validator.iter_errors(value).map(|error| format!("{}: {error}", error.instance_path())).collect()
}

#[test]
fn every_example_is_what_its_schema_says() {
    // An object that answers in one shape everywhere, but for this one that any reader knows.
    let mut document = strict();
    document["paths"]["/openapi.json"]["get"]["responses"]["200"]["content"] = json!({});
    let mut found = Vec::new();
    walk(&document, "", &mut |place, value| {
        let Value::Object(map) = value else { return };
        if map.contains_key("schema") {
            // A media type, a parameter or a header.
            let schema = format!("{place}/schema");
            found.extend(map.get("example").map(|example| (schema.clone(), example.clone())));
            let examples = map.get("examples").and_then(Value::as_object).into_iter().flatten();
            found.extend(examples.map(|(_, example)| (schema.clone(), example["value"].clone())));
        } else if place.starts_with("/components/schemas/") || place.contains("/schema") {
            let examples = map.get("examples").and_then(Value::as_array).into_iter().flatten();
            let default = map.get("default").filter(|_| map.contains_key("type") || map.contains_key("$ref"));
            found.extend(examples.chain(default).map(|example| (place.to_owned(), example.clone())));
        }
    });
    assert!(found.len() > 90, "{} examples", found.len());
    for (schema, example) in found {
        let problems = problems(&document, &schema, &example);
        assert!(problems.is_empty(), "{schema}: {example}\n{problems:#?}");
    }
}

#[test]
fn what_the_sources_refuse_is_refused_by_the_schemas() {
    let document = strict();
    let refused = |schema: &str, value: Value| {
        let problems = problems(&document, &format!("/components/schemas/{schema}"), &value);
        assert!(!problems.is_empty(), "{schema} takes {value}");
    };
    refused("Registration", json!({"name": "Ana"}));
    refused("Registration", json!({"phone": "5511987654321", "nmae": "Ana"}));
    refused("Registration", json!({"phone": "5511987654321", "birthday": "12/03/1990"}));
    refused("Registration", json!({"phone": "5511987654321", "locale": "fr"}));
    refused("CustomerChange", json!({"phone": "5511987654321"}));
    refused("CustomerChange", json!({"labels": ["a", "b", "c", "d"]}));
    refused("PointsLoad", json!({"phone": "5511987654321", "points": 0, "load_id": "a"}));
    refused("PointsLoad", json!({"phone": "5511987654321", "points": 1, "load_id": "a b"}));
    refused("PointsLoad", json!({"phone": "5", "customer_id": uuid::Uuid::nil(), "points": 1, "load_id": "a"}));
    refused("PointsLoad", json!({"points": 1, "load_id": "a"}));
    refused("NewMessage", json!({"phone": "5511987654321"}));
    refused("NewMessage", json!({"phone": "5511987654321", "text": "a", "kind": "owner"}));
    refused("NewMessage", json!({"phone": "5511987654321", "text": "a".repeat(4_097)}));
    refused("NewKey", json!({"label": "", "limit": 5}));
    refused("NewKey", json!({"label": "a", "limit": 0}));
    refused("Settings", json!({"quiet": "20:00"}));
    refused("Settings", json!({"quiet_from": "24:00"}));
    refused("OpeningHours", json!({"someday": []}));
    refused("NewSender", json!({"gateway": "whapi", "address": "a", "credentials": {"access_token": "a"}}));
}
