//! The template leads every route of the tables to one function, and nothing else; functions have no other routes.

use crate::valid::{document, operations};
use std::collections::{BTreeMap, BTreeSet};
use yaml_serde::Value;

/// An event of API Gateway, and the function that it starts.
struct Event {
    function: String,
    method: String,
    path: String,
}

impl Event {
    /// Whether it takes what comes to a route. `{proxy+}` is one segment or more.
    fn takes(&self, method: &str, path: &str) -> bool {
        let is_method = self.method == "ANY" || self.method.eq_ignore_ascii_case(method);
        let is_path = match self.path.strip_suffix("{proxy+}") {
            Some(begin) => path.strip_prefix(begin).is_some_and(|rest| !rest.is_empty()),
            None => self.path == path,
        };
        is_method && is_path
    }

    /// As API Gateway prefers: the whole path before a part of it.
    fn rank(&self) -> (bool, usize) {
        (!self.path.ends_with("{proxy+}"), self.path.len())
    }
}

fn events() -> Vec<Event> {
    let text = std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/../../template.yaml")).unwrap();
    let template: Value = yaml_serde::from_str(&text).unwrap();
    let mut events = Vec::new();
    for (function, resource) in template["Resources"].as_mapping().unwrap() {
        for (_, event) in resource["Properties"]["Events"].as_mapping().into_iter().flatten() {
            if event["Type"] != "HttpApi" {
                continue;
            }
            let text = |name: &str| event["Properties"][name].as_str().unwrap().to_owned();
            let function = function.as_str().unwrap().to_owned();
            events.push(Event { function, method: text("Method"), path: text("Path") });
        }
    }
    events
}

/// A router is made by [`api::router`] of a table, so that no route is served that the document does not have.
#[test]
fn functions_have_the_routes_of_the_tables_alone() {
    let functions = std::fs::read_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/../../functions")).unwrap();
    let mut paths: Vec<_> = functions.map(|function| function.unwrap().path().join("src")).collect();
    let mut routers = 0;
    while let Some(path) = paths.pop() {
        if path.is_dir() {
            paths.extend(std::fs::read_dir(&path).unwrap().map(|entry| entry.unwrap().path()));
            continue;
        }
        let text = std::fs::read_to_string(&path).unwrap();
        routers += text.matches("api::router(").count();
        for by_hand in [".route(", "axum::routing"] {
            assert!(!text.contains(by_hand), "{} makes a route by hand", path.display());
        }
    }
    assert!(routers >= 7, "{routers} routers");
}

#[test]
fn every_route_has_its_function_and_every_event_has_a_route() {
    let (document, events) = (document(), events());
    let mut used = BTreeSet::new();
    let mut functions: BTreeMap<String, BTreeSet<&str>> = BTreeMap::new();
    for operation in operations(&document) {
        let takes = events.iter().filter(|event| event.takes(operation.method, operation.path));
        let Some(event) = takes.max_by_key(|event| event.rank()) else {
            panic!("no function is started by {} {}", operation.method, operation.path);
        };
        used.insert(event.path.as_str());
        functions.entry(operation.tag().to_owned()).or_default().insert(&event.function);
    }
    for event in &events {
        // A function tells itself which methods an address takes. A slash at the end leads to the same function.
        assert_eq!(event.method, "ANY", "{} of {}", event.path, event.function);
        let path = event.path.trim_end_matches('/');
        assert!(used.contains(path), "{} of {} leads to no route", event.path, event.function);
        let twin = format!("{path}/");
        let has_twin = |other: &Event| other.path == twin && other.function == event.function;
        assert!(path.ends_with("{proxy+}") || events.iter().any(has_twin), "{twin} leads nowhere");
    }
    for (tag, functions) in functions {
        assert_eq!(functions.len(), 1, "{tag} is served by {functions:?}");
    }
}
