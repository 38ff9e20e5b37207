//! Every example is what its schema says, and has no field that the schema does not name.

use crate::valid::{document, walk};
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

/// The faults of values, each by the schema at its pointer of the document. One validator reads them all, as it is
/// making one that takes time.
pub fn problems(document: &Value, cases: &[(String, Value)]) -> Vec<String> {
    let schemas: Vec<_> = cases.iter().map(|(schema, _)| document.pointer(schema).unwrap()).collect();
    let values: Value = cases.iter().map(|(_, value)| value.clone()).collect();
    let root = json!({"prefixItems": schemas, "components": {"schemas": document["components"]["schemas"]}});
    let validator = jsonschema::options().should_validate_formats(true).build(&root).unwrap();
    let tell = |error: jsonschema::ValidationError<'_>| {
        let place = error.instance_path().to_string();
        let index: usize = place.split('/').nth(1).unwrap().parse().unwrap();
        format!("{} {place}: {error}", cases[index].0)
    };
    validator.iter_errors(&values).map(tell).collect()
}

#[test]
fn every_example_is_what_its_schema_says() {
    let document = strict();
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
    let problems = problems(&document, &found);
    assert!(problems.is_empty(), "{problems:#?}");
}

#[test]
fn a_body_that_the_sources_refuse_is_refused_by_the_schemas() {
    let document = strict();
    let phone = "5511987654321";
    let refused = [
        ("Registration", json!({"name": "Ana"})),
        ("Registration", json!({"phone": phone, "nmae": "Ana"})),
        ("Registration", json!({"phone": phone, "birthday": "12/03/1990"})),
        ("Registration", json!({"phone": phone, "locale": "fr"})),
        ("CustomerChange", json!({"phone": phone})),
        ("CustomerChange", json!({"labels": ["a", "b", "c", "d"]})),
        ("PointsLoad", json!({"phone": phone, "points": 0, "load_id": "a"})),
        ("PointsLoad", json!({"phone": phone, "points": 1, "load_id": "a b"})),
        ("PointsLoad", json!({"phone": phone, "customer_id": uuid::Uuid::nil(), "points": 1, "load_id": "a"})),
        ("PointsLoad", json!({"points": 1, "load_id": "a"})),
        ("NewMessage", json!({"phone": phone})),
        ("NewMessage", json!({"phone": phone, "text": "a", "kind": "owner"})),
        ("NewMessage", json!({"phone": phone, "text": "a".repeat(4_097)})),
        ("NewKey", json!({"label": "", "limit": 5})),
        ("NewKey", json!({"label": "a", "limit": 0})),
        ("Settings", json!({"quiet": "20:00"})),
        ("Settings", json!({"quiet_from": "24:00"})),
        ("Settings", json!({"birthday_offer": 101})),
        ("Settings", json!({"win_back_offer": -1})),
        ("Settings", json!({"inactive_days": 0})),
        ("Settings", json!({"formality": "vos"})),
        ("AutomationChange", json!({"cron": "0 9 * *"})),
        ("AutomationChange", json!({"cron": "0 0 9 * * *"})),
        ("AutomationChange", json!({"cron": "*/5 9 * * *"})),
        ("AutomationChange", json!({"action": "ask"})),
        ("AutomationChange", json!({"name": "birthdays"})),
        ("OpeningHours", json!({"someday": []})),
        ("NewSender", json!({"gateway": "whapi", "address": "a", "credentials": {"access_token": "a"}})),
        ("NewSender", json!({"gateway": "evolution", "address": "a", "credentials": {"api_key": "a"}})),
        (
            "NewSender",
            json!({"gateway": "baileys", "address": "a", "credentials": {"api_key": "a", "webhook_secret": "s"}}),
        ),
    ];
    let cases = refused.map(|(schema, value)| (format!("/components/schemas/{schema}"), value));
    let problems = problems(&document, &cases);
    for (index, (schema, value)) in cases.iter().enumerate() {
        let is_refused = problems.iter().any(|problem| problem.contains(&format!(" /{index}")));
        assert!(is_refused, "{schema} takes {value}");
    }
}
