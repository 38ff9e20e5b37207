//! The answers of the bundle, held to the document that it serves.

use crate::bundle::{Answer, Bundle};
use jsonschema::Validator;
use serde_json::{Map, Value, json};
use std::collections::HashMap;
use std::sync::{LazyLock, Mutex};
use world::Gateway;

/// The document that `functions/health` serves.
static DOCUMENT: LazyLock<Value> =
    LazyLock::new(|| serde_json::from_str(include_str!("../../shared/api/openapi.json")).unwrap());
/// The schemas with every object closed: an answer has no field that they do not name.
static SCHEMAS: LazyLock<Value> = LazyLock::new(|| {
    fn close(value: &mut Value) {
        if let Value::Object(map) = value {
            if map.contains_key("properties") {
                map.insert("additionalProperties".to_owned(), json!(false));
            }
            map.values_mut().for_each(close);
        }
    }
    let mut schemas = DOCUMENT["components"]["schemas"].clone();
    close(&mut schemas);
    schemas
});

/// Each path of the document as its segments, with its operations.
pub fn paths() -> impl Iterator<Item = (&'static str, &'static Map<String, Value>)> {
    DOCUMENT["paths"].as_object().unwrap().iter().map(|(path, item)| (path.as_str(), item.as_object().unwrap()))
}

/// A schema of the document, or the one that it refers to.
pub fn resolved(schema: &'static Value) -> &'static Value {
    let Some(place) = schema["$ref"].as_str() else { return schema };
    resolved(DOCUMENT.pointer(place.trim_start_matches('#')).unwrap())
}

/// Whether an address is of this path. An id of a message or an appointment takes several segments.
fn is_of(path: &str, address: &str) -> bool {
    let mut given: Vec<_> = address.split('/').collect();
    let segments: Vec<_> = path.split('/').collect();
    if let Some(at) = segments.iter().position(|segment| ["{message_id}", "{appointment_id}"].contains(segment)) {
        let after = segments.len() - at - 1;
        if given.len() < segments.len() {
            return false;
        }
        given.splice(at..given.len() - after, ["id"]);
    }
    given.len() == segments.len()
        && segments.iter().zip(&given).all(|(segment, given)| segment.starts_with('{') || segment == given)
}

/// The operation that an address leads to: of the path with the fewest parameters.
fn operation(method: &str, address: &str) -> Option<&'static Value> {
    let address = address.split('?').next().unwrap();
    let of_it = paths().filter(|(path, _)| is_of(path, address));
    let (_, item) = of_it.min_by_key(|(path, _)| (path.matches('{').count(), usize::MAX - path.len()))?;
    item.get(&method.to_lowercase())
}

/// Fails unless the answer is one that the document has for the call.
pub fn holds(method: &str, address: &str, answer: &Answer) {
    static VALIDATORS: LazyLock<Mutex<HashMap<String, Validator>>> = LazyLock::new(Mutex::default);
    let Some(operation) = operation(method, address) else {
        let is_local = address.starts_with("/_local/");
        assert!(is_local || [404, 405].contains(&answer.status), "{method} {address} is in no document: {answer:?}");
        return;
    };
    let id = operation["operationId"].as_str().unwrap();
    let answers = &operation["responses"];
    let told = answers.get(answer.status.to_string()).unwrap_or(&answers["default"]);
    assert!(told.is_object(), "{id} says nothing of {}: {}", answer.status, answer.body);
    let told = match told["$ref"].as_str() {
        Some(place) => DOCUMENT.pointer(place.trim_start_matches('#')).unwrap(),
        None => told,
    };
    let content_type = answer.content_type.split(';').next().unwrap();
    // Of a function that was killed, API Gateway says so in its own words.
    if answer.status >= 500 && answer.body == json!({"message": answer.body["message"]}) {
        return;
    }
    let Some(content) = told.get("content") else { return };
    let schema = &content[content_type]["schema"];
    assert!(schema.is_object(), "{id} says nothing of {content_type} under {}", answer.status);
    if content_type.ends_with("json") && id != "readDocument" {
        let mut validators = VALIDATORS.lock().unwrap();
        let validator = validators.entry(schema.to_string()).or_insert_with(|| {
            let root = json!({"allOf": [schema], "components": {"schemas": *SCHEMAS}});
            jsonschema::options().should_validate_formats(true).build(&root).unwrap()
        });
        let problems: Vec<_> =
            validator.iter_errors(&answer.body).map(|error| format!("{}: {error}", error.instance_path())).collect();
        drop(validators);
        assert!(problems.is_empty(), "{id} {}: {problems:#?} in {:#}", answer.status, answer.body);
    }
    if let Some(code) = answer.body["type"].as_str().filter(|_| answer.status == 409) {
        assert!(answers["409"].to_string().contains(code), "{id} says nothing of {code}");
    }
}

#[test]
fn an_address_is_of_one_path() {
    for (method, address, id) in [
        ("GET", "/api/automations/birthdays", "readAutomation"),
        ("GET", "/api/automations/runs/1?cursor=a", "readRun"),
        ("GET", "/api/messages?limit=1", "listMessages"),
        ("GET", "/api/messages/birthday/1/2", "readMessage"),
        ("POST", "/api/messages/direct/1/retry", "retryMessage"),
        ("GET", "/api/customers/1/points", "readPoints"),
    ] {
        assert_eq!(operation(method, address).unwrap()["operationId"], id, "{method} {address}");
    }
    assert!(operation("GET", "/_local/queues").is_none());
}

/// Every example of a body is sent as it is, and none is called wrong.
#[tokio::test(flavor = "multi_thread")]
async fn every_example_is_understood() {
    let bundle = Bundle::start().await;
    let business = bundle.business(Gateway::CloudApi, 4_800).await;
    let path = format!("/api/businesses/{}", business.id);
    let sender = bundle.get(&path, bundle.operator()).await.expect(200)["senders"][0]["sender_id"].clone();
    let mut sent = 0;
    for (path, item) in paths() {
        for (method, operation) in item {
            let content = &operation["requestBody"]["content"]["application/json"];
            let examples = content["examples"].as_object().into_iter().flatten();
            for (name, example) in examples.filter(|_| path.starts_with("/api/")) {
                let mut address = path.replace("{business_id}", &business.id);
                for parameter in operation["parameters"].as_array().into_iter().flatten() {
                    let example = parameter["example"].as_str().unwrap_or_default();
                    address = address.replace(&format!("{{{}}}", parameter["name"].as_str().unwrap()), example);
                }
                if !path.contains("{business_id}") && path != "/api/businesses" {
                    address.push_str(&format!("?business_id={}", business.id));
                }
                // Of these the document cannot know which there are.
                let text = example["value"].to_string();
                let text = text.replace("019ab1bf-9a10-7e6b-8c2d-3d4f5a6b7c02", sender.as_str().unwrap());
                let body = serde_json::from_str(&text).unwrap();
                let answer = bundle.call(&method.to_uppercase(), &address, bundle.operator(), Some(&body)).await;
                assert!([200, 201, 202, 404].contains(&answer.status), "{method} {address}, {name}: {answer:?}");
                sent += 1;
            }
        }
    }
    assert!(sent >= 15, "{sent} examples");
    bundle.end().await;
}
