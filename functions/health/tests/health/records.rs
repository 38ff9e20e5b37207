//! What the rooms write out, by the schemas; lists of words and limits as the rooms have them.

use crate::document::document;
use crate::examples::{problems, strict};
use domain::business::{ApprovedTemplate, Day, Span};
use domain::{
    Action, AutomationName, Business, BusinessId, Content, Customer, CustomerId, Gateway, Gender, Kind, LoadId, Locale,
    MessageId, MessageName, MessageType, Mode, Owner, OwnerId, Pet, Phone, Profile, ProfileField, Reason, Settings,
    Status,
};
use serde::Serialize;
use serde_json::{Value, json};
use std::collections::BTreeMap;
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
    is_told("Customer", &customer);
    customer.set_labels(["VIP"]);
    customer.chat_id = Some("5511987654321@s.whatsapp.net".to_owned());
    customer.bsuid = Some("BR.1".to_owned());
    customer.username = Some("ana".to_owned());
    is_told("Customer", &customer);
    is_told("Customer", Customer::new(CustomerId(Uuid::from_u128(2)), None, &Profile::default(), at));

    let span: Span = serde_json::from_value(json!({"opens": "09:00", "closes": "12:30"})).unwrap();
    is_told(
        "Business",
        Business {
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
            created_at: at,
            updated_at: at,
        },
    );
    let variables = BTreeMap::from([("name".to_owned(), "Ana".to_owned())]);
    is_told("Content", Content { text: "Oi".to_owned(), template: Some("offer".to_owned()), variables });
    is_told("Content", Content { text: "Oi".to_owned(), template: None, variables: BTreeMap::new() });
    let variables = vec!["name".to_owned()];
    let (name, language) = ("offer".to_owned(), "pt_BR".to_owned());
    is_told("ApprovedTemplate", ApprovedTemplate { name, language, variables });
}

#[test]
fn defaults_are_those_of_the_rooms() {
    let told = &document()["components"]["schemas"]["Settings"]["properties"];
    let settings = serde_json::to_value(Settings::default()).unwrap();
    for (name, value) in settings.as_object().unwrap() {
        assert_eq!(told[name]["default"], *value, "{name}");
    }
    assert_eq!(told.as_object().unwrap().len(), settings.as_object().unwrap().len());
    let told = &document()["components"]["schemas"]["AutomationName"]["description"];
    for (name, hours) in automations::scheduled() {
        let default = format!("`{}`, `{}` unless it is set", hours.cron, hours.action);
        let (_, own) = told.as_str().unwrap().split_once(&format!("`{name}` ")).unwrap();
        assert!(own.split('.').next().unwrap().ends_with(&default), "{name}: {default}");
    }
}

#[test]
fn lists_of_words_are_those_of_the_rooms() {
    fn words<T: IntoEnumIterator + Serialize>() -> Value {
        serde_json::to_value(T::iter().collect::<Vec<_>>()).unwrap()
    }
    let schemas = &document()["components"]["schemas"];
    for (name, expected) in [
        ("Day", words::<Day>()),
        ("Gateway", words::<Gateway>()),
        ("Gender", words::<Gender>()),
        ("Locale", words::<Locale>()),
        ("MessageKind", words::<Kind>()),
        ("MessageStatus", words::<Status>()),
        ("MessageType", words::<MessageType>()),
        ("AutomationName", words::<AutomationName>()),
        ("AutomationAction", json!([Action::Auto, Action::Propose])),
        ("RunMode", json!([Mode::EventDriven, Mode::Legacy])),
        ("ProfileField", words::<ProfileField>()),
    ] {
        assert_eq!(schemas[name]["enum"], expected, "{name}");
    }
    let reasons = Reason::iter().map(|reason| format!("`{reason}`")).collect::<Vec<_>>().join(", ");
    let told = schemas["Message"]["properties"]["error_message"]["description"].as_str().unwrap();
    assert!(told.ends_with(&format!("The words: {reasons}.")), "{reasons}");
}

#[test]
fn limits_are_those_of_the_rooms() {
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
    assert_eq!(schemas["LoadId"]["pattern"], id(LoadId::MAX_LEN));
    assert_eq!(schemas["MessageId"]["pattern"], id(MessageId::MAX_LEN));
    assert_eq!(schemas["NewMessage"]["properties"]["message_id"]["pattern"], id(MessageName::MAX_LEN));
    assert_eq!(kit::json::BODY_LIMIT, 1 << 20);
}
