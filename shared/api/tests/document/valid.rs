//! The document itself: valid, whole, and told in one way.

use serde_json::Value;
use std::collections::BTreeSet;

/// The methods that a path may have.
pub const METHODS: [&str; 5] = ["get", "post", "put", "patch", "delete"];

pub fn document() -> Value {
    serde_json::from_str(include_str!("../../openapi.json")).unwrap()
}

/// Every operation with its path, its method and the parameters of path and operation, references followed.
pub fn operations(document: &Value) -> Vec<Operation<'_>> {
    let resolve = |parameter: &Value| match parameter["$ref"].as_str() {
        Some(place) => document.pointer(place.trim_start_matches('#')).unwrap().clone(),
        None => parameter.clone(),
    };
    let mut operations = Vec::new();
    for (path, item) in document["paths"].as_object().unwrap() {
        for method in METHODS {
            let Some(operation) = item.get(method) else { continue };
            let lists = [&item["parameters"], &operation["parameters"]];
            let parameters = lists.into_iter().filter_map(Value::as_array).flatten().map(resolve).collect();
            operations.push(Operation { path, method, operation, parameters });
        }
    }
    operations
}

pub struct Operation<'a> {
    pub path: &'a str,
    pub method: &'static str,
    pub operation: &'a Value,
    pub parameters: Vec<Value>,
}

impl Operation<'_> {
    pub fn id(&self) -> &str {
        self.operation["operationId"].as_str().unwrap()
    }

    /// The names of the parameters that stand in the path, or in the query.
    pub fn names(&self, place: &str) -> BTreeSet<&str> {
        let here = self.parameters.iter().filter(|parameter| parameter["in"] == place);
        here.map(|parameter| parameter["name"].as_str().unwrap()).collect()
    }

    /// The heading that it stands under.
    pub fn tag(&self) -> &str {
        text(&self.operation["tags"][0])
    }

    fn has_key(&self) -> bool {
        let own = self.operation["security"].as_array();
        own.is_none_or(|ways| ways.iter().any(|way| way.get("apiKey").is_some()))
    }
}

/// Every value with its JSON pointer.
pub fn walk(value: &Value, place: &str, visit: &mut impl FnMut(&str, &Value)) {
    visit(place, value);
    match value {
        Value::Object(map) => {
            for (name, inner) in map {
                walk(inner, &format!("{place}/{}", name.replace('~', "~0").replace('/', "~1")), visit);
            }
        }
        Value::Array(items) => {
            for (index, inner) in items.iter().enumerate() {
                walk(inner, &format!("{place}/{index}"), visit);
            }
        }
        _ => {}
    }
}

/// The schema is <https://spec.openapis.org/oas/3.1/schema/2022-10-07>, Apache-2.0.
#[test]
fn is_openapi_3_1() {
    let schema: Value = serde_json::from_str(include_str!("openapi-3.1.schema.json")).unwrap();
    let validator = jsonschema::validator_for(&schema).unwrap();
    let document = document();
    let errors: Vec<_> = validator.iter_errors(&document).map(|e| format!("{}: {e}", e.instance_path())).collect();
    assert!(errors.is_empty(), "{errors:#?}");
    assert_eq!(document["info"]["version"], env!("CARGO_PKG_VERSION"));
}

#[test]
fn every_reference_is_there_and_every_component_is_used() {
    let document = document();
    let mut used = BTreeSet::new();
    walk(&document, "", &mut |place, value| {
        if let Some(target) = value.get("$ref").and_then(Value::as_str) {
            let target = target.strip_prefix('#').unwrap();
            assert!(document.pointer(target).is_some(), "{place} refers to {target}");
            used.insert(target.to_owned());
        }
    });
    for (kind, components) in document["components"].as_object().unwrap() {
        if kind == "securitySchemes" {
            continue;
        }
        for name in components.as_object().unwrap().keys() {
            assert!(used.contains(&format!("/components/{kind}/{name}")), "{kind} {name} is used nowhere");
        }
    }
}

#[test]
fn every_operation_is_told_whole() {
    let document = document();
    let tags: BTreeSet<_> = document["tags"].as_array().unwrap().iter().map(|tag| &tag["name"]).map(text).collect();
    let mut ids = BTreeSet::new();
    for operation in operations(&document) {
        let id = operation.id();
        assert!(ids.insert(id.to_owned()), "{id} is there twice");
        assert!(tags.contains(operation.tag()), "{id} has no tag");
        let in_path: BTreeSet<_> = operation.path.split(['{', '}']).skip(1).step_by(2).collect();
        assert_eq!(in_path, operation.names("path"), "{id}");

        let answers = operation.operation["responses"].as_object().unwrap();
        let mut expected = vec![];
        if operation.has_key() {
            expected.extend(["400", "401", "403", "429", "default"]);
            if operation.operation.get("requestBody").is_some() {
                expected.extend(["413", "415"]);
            }
        }
        for status in expected {
            assert!(answers.contains_key(status), "{id} says nothing of {status}");
        }
        // A problem is told by the shared answer of its status.
        for (status, shared) in [
            ("400", "BadRequest"),
            ("401", "Unauthorized"),
            ("403", "Forbidden"),
            ("404", "NotFound"),
            ("413", "PayloadTooLarge"),
            ("415", "UnsupportedMediaType"),
            ("429", "TooManyRequests"),
            ("default", "Other"),
        ] {
            let told = answers.get(status).map(|answer| text(&answer["$ref"]));
            assert!(told.is_none_or(|told| told == format!("#/components/responses/{shared}")), "{id} {status}");
        }
        let only_operator = operation.operation["security"][0]["apiKey"][0] == "operator";
        let says_so =
            operation.operation["description"].as_str().is_some_and(|it| it.starts_with("Operator key only."));
        assert_eq!(only_operator, says_so, "{id}");
    }
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}
