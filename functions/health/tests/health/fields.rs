//! The fields of what functions read and write, as their sources have them and as the document tells them.

use crate::document::{document, operations};
use crate::routes::sources;
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};

struct Field {
    name: String,
    kind: String,
    attributes: String,
}

impl Field {
    fn is_option(&self) -> bool {
        self.kind.starts_with("Option<")
    }
}

struct Struct {
    /// Between it and what is before it.
    attributes: String,
    fields: Vec<Field>,
}

/// A struct of a source, as rustfmt writes it.
fn find(sources: &BTreeMap<String, String>, file: &str, name: &str) -> Struct {
    let source = sources.get(file).unwrap_or_else(|| panic!("{file} is gone"));
    let head = format!("struct {name} {{\n");
    let (before, body) = source.split_once(&head).unwrap_or_else(|| panic!("{file} has no {name}"));
    let attributes = before.rsplit("\n\n").next().unwrap().to_owned();
    let mut fields = Vec::new();
    let mut own = String::new();
    for line in body.lines().take_while(|line| *line != "}").map(str::trim) {
        if line.starts_with('#') {
            own.push_str(line);
        } else if let Some((name, kind)) = line.split_once(": ").filter(|_| !line.starts_with("//")) {
            let name = name.trim_start_matches("pub(crate) ").trim_start_matches("r#").to_owned();
            let name = own.split("rename = \"").nth(1).map_or(name, |it| it.split('"').next().unwrap().to_owned());
            fields.push(Field { name, kind: kind.to_owned(), attributes: std::mem::take(&mut own) });
        }
    }
    assert!(!fields.is_empty(), "{file}: {name}");
    Struct { attributes, fields }
}

/// File, struct, schema; and what the schema has from elsewhere, or the struct only for others.
const BODIES: [(&str, &str, &str, &[&str]); 36] = [
    ("businesses/src/request.rs", "NewBusiness", "NewBusiness", &[]),
    ("businesses/src/request.rs", "BusinessChange", "BusinessChange", &[]),
    ("businesses/src/request.rs", "GivenOwner", "GivenOwner", &[]),
    ("businesses/src/senders.rs", "GivenSender", "SenderChange", &[]),
    ("businesses/src/senders.rs", "GivenSender", "NewSender", &["sender_id"]),
    ("businesses/src/view.rs", "SenderView", "Sender", &[]),
    ("businesses/src/view.rs", "BusinessPage", "BusinessPage", &[]),
    ("businesses/src/keys.rs", "NewKey", "NewKey", &[]),
    ("businesses/src/keys.rs", "KeyView", "Key", &[]),
    ("businesses/src/keys.rs", "KeyList", "KeyList", &[]),
    ("customers/src/change.rs", "Change", "CustomerChange", &[]),
    ("customers/src/lib.rs", "Erasing", "Erasing", &[]),
    ("customers/src/export.rs", "Exported", "CustomerExport", &[]),
    ("customers/src/export.rs", "Points", "PointsEntry", &[]),
    ("customers/src/export.rs", "Sent", "ExportedMessage", &[]),
    ("customers/src/export.rs", "Written", "ExportedTurn", &[]),
    ("customers/src/export.rs", "Marketing", "ExportedMarketing", &[]),
    ("points/src/lib.rs", "LoadRequest", "PointsLoad", &[]),
    ("points/src/lib.rs", "Loaded", "PointsLoaded", &[]),
    ("points/src/lib.rs", "Balance", "PointsPage", &[]),
    ("points/src/lib.rs", "Entry", "PointsEntry", &[]),
    ("messages/src/request.rs", "NewMessage", "NewMessage", &[]),
    ("messages/src/request.rs", "GivenTemplate", "GivenTemplate", &[]),
    ("messages/src/view.rs", "MessageView", "Message", &[]),
    ("messages/src/view.rs", "MessagePage", "MessagePage", &[]),
    ("automations/src/settings.rs", "Change", "AutomationChange", &[]),
    ("automations/src/view.rs", "AutomationView", "Automation", &[]),
    ("automations/src/view.rs", "Part", "RunPart", &[]),
    ("automations/src/view.rs", "Done", "RunDone", &[]),
    ("automations/src/view.rs", "Later", "RunLater", &[]),
    ("automations/src/view.rs", "RunView", "Run", &[]),
    ("automations/src/test_customer.rs", "TestCustomer", "TestCustomer", &[]),
    ("automations/src/test_customer.rs", "Question", "TestQuestion", &[]),
    ("health/src/health.rs", "Report", "Healthy", &["error"]),
    ("health/src/health.rs", "Report", "Unhealthy", &[]),
    ("health/src/health.rs", "Components", "HealthComponents", &[]),
];

#[test]
fn bodies_have_the_fields_of_the_sources() {
    let sources: BTreeMap<_, _> = sources().into_iter().collect();
    let document = document();
    for (file, name, schema, apart) in BODIES {
        let found = find(&sources, file, name);
        let told = &document["components"]["schemas"][schema];
        let is_answer = found.attributes.contains("Serialize");
        let mut required = BTreeSet::new();
        let mut names = BTreeSet::new();
        for field in found.fields.iter().filter(|field| !apart.contains(&field.name.as_str())) {
            names.insert(field.name.as_str());
            let may_lack = if is_answer {
                field.attributes.contains("skip_serializing_if")
            } else {
                field.is_option() || [&field.attributes, &found.attributes].iter().any(|it| it.contains("(default)"))
            };
            if !may_lack {
                required.insert(field.name.as_str());
            }
            if is_answer {
                let is_null = told["properties"][&field.name]["type"][1] == "null";
                assert_eq!(is_null, field.is_option() && !may_lack, "{schema}: {} may be null", field.name);
            }
        }
        let properties: BTreeSet<_> = told["properties"].as_object().unwrap().keys().map(String::as_str).collect();
        assert_eq!(properties, names, "{schema} and {name} of {file}");
        let listed = told["required"].as_array().into_iter().flatten().filter_map(Value::as_str);
        let by_document: BTreeSet<_> = listed.collect();
        // What one struct has for two schemas is optional in it.
        let by_document: BTreeSet<_> = match schema {
            "Healthy" => by_document.into_iter().filter(|it| *it != "customerCount").collect(),
            "Unhealthy" => by_document.into_iter().filter(|it| *it != "error").collect(),
            "NewSender" | "SenderChange" => BTreeSet::new(),
            _ => by_document,
        };
        assert_eq!(by_document, required, "required of {schema}, {name} of {file}");
    }
}

#[test]
fn queries_have_the_fields_of_the_sources() {
    let sources: BTreeMap<_, _> = sources().into_iter().collect();
    let document = document();
    let queries: BTreeMap<_, _> = operations(&document)
        .iter()
        .map(|it| (it.id().to_owned(), it.names("query").into_iter().map(str::to_owned).collect::<BTreeSet<_>>()))
        .collect();
    let mut seen = BTreeSet::new();
    for (file, name, ids) in [
        ("businesses/src/lib.rs", "PageRequest", &["listBusinesses"][..]),
        (
            "customers/src/lib.rs",
            "About",
            &["registerCustomer", "readCustomer", "changeCustomer", "eraseCustomer", "exportCustomer"],
        ),
        ("points/src/lib.rs", "About", &["loadPoints"]),
        ("points/src/lib.rs", "Page", &["readPoints"]),
        ("messages/src/lib.rs", "About", &["sendMessage", "readMessage", "retryMessage"]),
        ("messages/src/lib.rs", "ListRequest", &["listMessages"]),
        ("automations/src/lib.rs", "EventRequest", &["runAutomation", "runAutomationByGet"]),
        ("automations/src/lib.rs", "AllRequest", &["runAutomations", "runAutomationsByGet"]),
        ("automations/src/lib.rs", "ReadRequest", &["readRun"]),
        ("automations/src/settings.rs", "About", &["readAutomation", "changeAutomation"]),
    ] {
        let fields: BTreeSet<_> = find(&sources, file, name).fields.into_iter().map(|field| field.name).collect();
        for id in ids {
            assert_eq!(queries[*id], fields, "{id} and {name} of {file}");
            seen.insert(*id);
        }
    }
    for (id, query) in &queries {
        let is_theirs = seen.contains(id.as_str()) || id == "verifyWebhook";
        assert!(is_theirs || query.is_empty(), "{id} takes {query:?}, and no source says so");
    }
}

/// They are flattened into what customers read, so they are not seen in a struct there.
#[test]
fn a_registration_has_the_fields_of_a_profile() {
    let profile = serde_json::to_value(domain::Profile::default()).unwrap();
    let mut fields: BTreeSet<_> = profile.as_object().unwrap().keys().map(String::as_str).collect();
    fields.insert("phone");
    let document = document();
    let told = document["components"]["schemas"]["Registration"]["properties"].as_object().unwrap();
    assert_eq!(told.keys().map(String::as_str).collect::<BTreeSet<_>>(), fields);
}
