//! The values that the domain writes out, by the schemas; lists of words and limits as the domain has them.

use crate::examples::{problems, strict};
use crate::valid::{document, operations, walk};
use domain::business::{Day, Span};
use domain::{
    Action, ApprovedTemplate, AutomationName, Business, BusinessId, Customer, CustomerId, Formality, Kind, LoadId,
    Locale, MessageId, MessageName, MessageType, Mode, Owner, OwnerId, Pet, Phone, Profile, ProfileField, Settings,
    Status,
};
use serde::Serialize;
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Display;
use strum::IntoEnumIterator;
use uuid::Uuid;

/// Fails unless the record is what the schema of this name says.
pub fn is_told(schema: &str, record: impl Serialize) {
    let value = serde_json::to_value(record).unwrap();
    let problems = problems(&strict(), &[(format!("/components/schemas/{schema}"), value)]);
    assert!(problems.is_empty(), "{schema}: {problems:#?}");
}

#[test]
fn records_are_as_their_schemas_say() {
    let at = "2026-11-21T14:03:07.123456789Z".parse().unwrap();
    let phone = Phone::parse("+55 11 98765-4321", None).unwrap();
    let given = json!({"name": "Ana", "email": "ana@example.com", "birthday": "--02-29", "gender": "mujer",
        "city": "Santos", "locale": "pt", "marketing_consent": true,
        "pets": [{"name": "Rex", "species": "dog", "birthday": "2020-05-01"}, {"name": "Mia"}]});
    let given: Profile = serde_json::from_value(given).unwrap();
    let mut customer = Customer::new(CustomerId(Uuid::from_u128(1)), Some(phone.clone()), &given, at);
    is_told("Customer", api::customers::Customer::from(customer.clone()));
    customer.set_labels(["VIP"]);
    customer.chat_id = Some("5511987654321@s.whatsapp.net".to_owned());
    customer.bsuid = Some("BR.1".to_owned());
    customer.username = Some("ana".to_owned());
    is_told("Customer", api::customers::Customer::from(customer.clone()));
    let bare = Customer::new(CustomerId(Uuid::from_u128(2)), None, &Profile::default(), at);
    is_told("Customer", api::customers::Customer::from(bare));

    let span: Span = serde_json::from_value(json!({"opens": "09:00", "closes": "12:30"})).unwrap();
    let business = Business {
        business_id: BusinessId(Uuid::from_u128(1)),
        name: "Bia".to_owned(),
        country: "BR".to_owned(),
        locale: Locale::PtBr,
        currency: iso_currency::Currency::BRL,
        timezone: "America/Sao_Paulo".parse().unwrap(),
        owners: vec![Owner { owner_id: OwnerId(Uuid::from_u128(3)), name: "Bia".to_owned(), phone }],
        opening_hours: Day::iter().map(|day| (day, vec![span])).collect(),
        slot_minutes: 60,
        wanted_fields: ProfileField::iter().collect(),
        settings: Settings::default(),
        best_hour: None,
        switched_off: Default::default(),
        created_at: at,
        updated_at: at,
    };
    is_told("Business", api::businesses::Business::from(business));
    let (text, variables, buttons) = ("Oi".to_owned(), BTreeMap::new(), Vec::new());
    is_told("Content", api::messages::Content { text, template: None, variables, buttons });
}

/// Schemas that are written beside the domain's types, each with a value that has every field.
#[test]
fn values_have_the_fields_of_their_schemas() {
    let variables = BTreeMap::from([("name".to_owned(), "Ana".to_owned())]);
    let text = |text: &str| Some(text.to_owned());
    for (schema, value) in [
        (
            "ApprovedTemplate",
            json!(ApprovedTemplate {
                name: "offer".to_owned(),
                language: "pt_BR".to_owned(),
                occasion: text("added"),
                variables: vec!["name".to_owned()],
                body: text("Oi, {{1}}"),
                buttons: vec!["Vou".to_owned()],
            }),
        ),
        (
            "Content",
            json!(api::messages::Content {
                text: "Oi".to_owned(),
                template: text("offer"),
                variables,
                buttons: vec![api::messages::Button { id: "a/come".to_owned(), title: "Vou".to_owned() }],
            }),
        ),
        ("Pet", json!(Pet { name: "Rex".to_owned(), species: text("dog"), birthday: "--05-01".parse().ok() })),
        (
            "Settings",
            json!(Settings {
                formality: Some(Formality::Tu),
                review_url: text("https://g.page/r/shop/review"),
                instructions: text("Cães e gatos."),
                follow_up_instructions: text("Ofereça um horário."),
                fallback_line: text("Já respondemos."),
                dollar_rate: text("5.42"),
                ..Settings::default()
            }),
        ),
        ("Span", json!({"opens": "09:00", "closes": "12:30"})),
    ] {
        is_told(schema, &value);
        let properties = document()["components"]["schemas"][schema]["properties"].clone();
        let names = |object: &serde_json::Value| object.as_object().unwrap().keys().cloned().collect::<Vec<_>>();
        assert_eq!(names(&value), names(&properties), "{schema}");
    }
}

#[test]
fn defaults_are_those_of_the_domain() {
    let told = &document()["components"]["schemas"]["Settings"]["properties"];
    let settings = serde_json::to_value(Settings::default()).unwrap();
    for (name, value) in settings.as_object().unwrap() {
        assert_eq!(told[name]["default"], *value, "{name}");
    }
    let without_default = told.as_object().unwrap().iter().filter(|(_, told)| told["default"].is_null());
    assert_eq!(
        without_default.map(|(name, _)| name.as_str()).collect::<Vec<_>>(),
        ["dollar_rate", "fallback_line", "follow_up_instructions", "formality", "instructions", "review_url"]
    );
}

/// The words of these stand in texts that are written by hand; those of others in texts that are made.
#[test]
fn every_word_is_described() {
    fn words<T: IntoEnumIterator + Display>() -> Vec<String> {
        T::iter().map(|word| format!("`{word}`")).collect()
    }
    let schemas = &document()["components"]["schemas"];
    for (name, words) in [
        ("AutomationAction", words::<Action>()),
        ("AutomationName", words::<AutomationName>()),
        ("MessageKind", words::<Kind>()),
        ("MessageStatus", words::<Status>()),
        ("MessageType", words::<MessageType>()),
        ("RunMode", words::<Mode>()),
    ] {
        for word in words {
            assert!(schemas[name]["description"].as_str().unwrap().contains(&word), "{name} does not describe {word}");
        }
    }
    let kinds = Kind::iter().filter(|kind| *kind != Kind::Owner).map(|kind| kind.to_string()).collect::<Vec<_>>();
    assert_eq!(schemas["GivenKind"]["enum"], json!(kinds));
}

/// A sender is read loosely, as what is given says whether it is new; each schema has the fields of its own case.
#[test]
fn both_schemas_of_a_sender_are_read() {
    let document = document();
    let schemas = &document["components"]["schemas"];
    let value = json!({"sender_id": Uuid::nil(), "gateway": "whapi", "address": "a", "credentials": {},
        "messages_per_minute": 1, "in_use_since": "2025-01-01", "templates": {}});
    let _: api::senders::GivenSender = serde_json::from_value(value.clone()).unwrap();
    let all: Vec<_> = value.as_object().unwrap().keys().collect();
    let fields = |schema: &str| schemas[schema]["properties"].as_object().unwrap().keys().cloned().collect::<Vec<_>>();
    assert_eq!(fields("SenderChange").iter().collect::<Vec<_>>(), all);
    assert_eq!(
        fields("NewSender").iter().collect::<Vec<_>>(),
        all.into_iter().filter(|it| *it != "sender_id").collect::<Vec<_>>()
    );
}

#[test]
fn limits_are_those_of_the_domain() {
    let document = document();
    let schemas = &document["components"]["schemas"];
    let points = &schemas["PointsLoad"]["properties"]["points"];
    assert_eq!(points["maximum"], domain::points::MAX_CHANGE);
    assert_eq!(points["minimum"], -domain::points::MAX_CHANGE);
    let labels = &schemas["CustomerChange"]["properties"]["labels"];
    assert_eq!(labels["maxItems"], Customer::MAX_LABELS);
    for schema in ["Registration", "CustomerChange"] {
        let most = usize::try_from(schemas[schema]["properties"]["pets"]["maxItems"].as_u64().unwrap()).unwrap();
        let pet = Pet { name: "Rex".to_owned(), species: None, birthday: None };
        let problems = |pets| Profile { pets: vec![pet.clone(); pets], ..Profile::default() }.problems().len();
        assert_eq!((problems(most), problems(most + 1)), (0, 1), "pets of {schema}");
    }
    let id = |longest: usize| format!("^[!-~]{{1,{longest}}}$");
    let given = |longest: usize| format!("^[!->@-~]{{1,{longest}}}$");
    assert_eq!(schemas["LoadId"]["pattern"], id(LoadId::MAX_LEN));
    assert_eq!(schemas["GivenLoadId"]["pattern"], given(LoadId::MAX_LEN));
    assert_eq!(schemas["MessageId"]["pattern"], id(MessageId::MAX_LEN));
    assert_eq!(schemas["MessageName"]["pattern"], given(MessageName::MAX_LEN));
    assert_eq!(kit::json::BODY_LIMIT, 1 << 20);
}

/// Texts of bodies that may have line breaks: messages as a person reads them, and a human's note.
const MANY_LINES: [&str; 10] = [
    "ApprovedTemplate/body",
    "CustomerChange/follow_up",
    "CustomerChange/next_action",
    "NewCampaign/message",
    "NewMessage/text",
    "ProactiveData/message",
    "Settings/fallback_line",
    "Settings/follow_up_instructions",
    "Settings/instructions",
    "Variables/additionalProperties",
];

/// A name, a label or a word stands inside a sentence, so no control character comes in by any body.
#[test]
fn every_short_text_that_is_given_is_one_line() {
    let document = document();
    let schemas = document["components"]["schemas"].as_object().unwrap();
    let mut given = BTreeSet::new();
    let mut next: Vec<String> = Vec::new();
    let refer = |value: &Value, next: &mut Vec<String>| {
        walk(value, "", &mut |place, inner| {
            if let Some(target) = inner.as_str().filter(|_| place.ends_with("/$ref")) {
                next.push(target.rsplit('/').next().unwrap().to_owned());
            }
        });
    };
    for operation in operations(&document) {
        refer(&operation.operation["requestBody"]["content"]["application/json"]["schema"], &mut next);
    }
    while let Some(name) = next.pop() {
        if given.insert(name.clone()) {
            refer(&schemas[&name], &mut next);
        }
    }
    let mut several = BTreeSet::new();
    for name in &given {
        walk(&schemas[name], name, &mut |place, schema| {
            let (format, pattern) = (&schema["format"], &schema["pattern"]);
            let bounded = schema["maxLength"].as_u64().is_some_and(|most| most > 0) && !place.contains("examples");
            if bounded && *format == "line" {
                assert_eq!(*pattern, r"^[^\x00-\x1f\x7f-\x9f\u2028\u2029]*$", "{place}");
            } else if bounded && format.is_null() && pattern.is_null() {
                several.insert(place.replace("/properties/", "/"));
            }
        });
    }
    assert_eq!(several, BTreeSet::from(MANY_LINES.map(str::to_owned)));
}
