use super::super::tests::meta;
use crate::tests::{ANA, ana_phone, at, now};
use domain::inbound::{IdentityChange, PersonIdentity};
use domain::{Phone, Updates};
use serde_json::{Value, json};

const OTHER: &str = "5511999990002";

fn who(phone: Option<&str>, bsuid: Option<&str>) -> PersonIdentity {
    let phone = phone.map(|digits| Phone::from_gateway(digits).unwrap());
    PersonIdentity { phone, bsuid: bsuid.map(str::to_owned), chat_id: None }
}

fn change(mut message: Value) -> Updates {
    message["type"] = json!("system");
    message["id"] = json!("m");
    meta("messages", json!({"messages": [message]}))
}

#[test]
fn a_changed_number_or_user_id_is_understood_wherever_it_stands() {
    let number = |from: Option<&str>, system: Value| json!({"from": from, "system": system});
    for kind in ["customer_changed_number", "user_changed_number"] {
        let moved = (who(Some(ANA), None), who(Some(OTHER), None));
        for message in [
            number(Some(ANA), json!({"type": kind, "wa_id": OTHER, "customer": ANA, "body": "changed"})),
            number(Some(ANA), json!({"type": kind, "new_wa_id": OTHER})),
            number(Some(OTHER), json!({"type": kind, "customer": ANA})),
            number(Some(OTHER), json!({"type": kind, "wa_id": OTHER, "customer": ANA})),
            number(None, json!({"type": kind, "wa_id": OTHER, "customer": ANA})),
            number(None, json!({"type": kind, "body": format!("User A changed from {ANA} to {OTHER}")})),
            number(
                None,
                json!({"type": kind, "body": format!("User x from 5511888880000 to y changed from +{ANA} to +{OTHER}.")}),
            ),
            number(Some(ANA), json!({"type": kind, "body": format!("User A changed from {ANA} to {OTHER}")})),
        ] {
            let told = change(message.clone()).identity_changes.pop().unwrap_or_else(|| panic!("{message}"));
            assert_eq!((told.before, told.after), moved, "{message}");
        }
    }
    let (old, new) = ("BR.1000000001", "BR.1000000002");
    let moved = (who(None, Some(old)), who(None, Some(new)));
    let kind = "user_changed_user_id";
    let body = format!("User Bea changed from {old} to {new}");
    for message in [
        json!({"timestamp": "1790416800", "system": {"type": kind, "body": body, "user_id": new}}),
        json!({"system": {"type": kind, "body": body}}),
        json!({"from_user_id": new, "system": {"type": kind, "user_id": new, "previous_user_id": old}}),
        json!({"from_user_id": old, "system": {"type": kind, "user_id": new}}),
        json!({"from_user_id": new, "system": {"type": kind, "body": body, "user_id": new}}),
        json!({"user_id": new, "previous_user_id": old, "system": {"type": kind}}),
    ] {
        let told = change(message.clone()).identity_changes.pop().unwrap_or_else(|| panic!("{message}"));
        assert_eq!((told.before, told.after), moved, "{message}");
    }
    let by_contact = |message: Value, contacts: Value| {
        let mut message = message;
        (message["type"], message["id"]) = (json!("system"), json!("m"));
        let told = meta("messages", json!({"messages": [message], "contacts": contacts})).identity_changes;
        told.into_iter().map(|change| (change.before, change.after)).collect::<Vec<_>>()
    };
    let of_new = json!({"from_user_id": new, "system": {"type": kind, "user_id": new}});
    assert_eq!(
        by_contact(of_new.clone(), json!([{"user_id": old, "profile": {"name": "Bea"}}])),
        std::slice::from_ref(&moved)
    );
    assert_eq!(by_contact(of_new, json!([{"user_id": new}])), []);
    let of_phone = json!({"from": ANA, "system": {"type": kind, "user_id": new}});
    let told = by_contact(of_phone.clone(), json!([{"wa_id": ANA, "user_id": old}])).remove(0);
    assert_eq!(told.0.bsuid.as_deref(), Some(old));
    let told = by_contact(of_phone, json!([{"wa_id": OTHER, "user_id": old}])).remove(0);
    assert_eq!(told.0, who(Some(ANA), None), "another person's contact");

    let both = json!({"from": ANA, "timestamp": "1790416800", "system": {"type": "user_changed_number",
        "wa_id": OTHER, "user_id": new, "previous_user_id": old}});
    let told = change(both).identity_changes.remove(0);
    let expected = IdentityChange {
        before: who(Some(ANA), Some(old)),
        after: who(Some(OTHER), Some(new)),
        at: at(1_790_416_800),
        joins: false,
    };
    assert_eq!(told, expected);

    for other in [
        json!({"from": ANA}),
        json!({"from": ANA, "system": {"type": "customer_identity_changed", "wa_id": OTHER, "customer": ANA}}),
        json!({"from": ANA, "system": {"type": "user_identity_changed", "body": body, "user_id": new}}),
        json!({"system": {"type": "user_changed_number", "wa_id": OTHER}}),
        json!({"from": ANA, "system": {"type": "user_changed_number"}}),
        // The text is about somebody else than the field.
        json!({"system": {"type": kind, "user_id": "BR.3", "body": body}}),
    ] {
        assert_eq!(change(other.clone()), Updates { ignored: 1, ..Updates::default() }, "{other}");
    }
}

#[test]
fn replaced_user_ids_come_by_a_field_of_their_own_too() {
    let moved = |phone| (who(phone, Some("BR.1")), who(phone, Some("BR.2")));
    for (value, expected) in [
        (
            json!({"user_id_update": [{"wa_id": ANA, "detail": "…", "timestamp": "1790416800",
                   "user_id": {"previous": "BR.1", "current": "BR.2"},
                   "parent_user_id": {"previous": "BR.ENT.1", "current": "BR.ENT.2"}}]}),
            moved(Some(ANA)),
        ),
        (
            json!({"user_id_update": [{"user_id": {"previous": "BR.1", "current": "BR.2"}}],
                   "contacts": [{"profile": {"name": "Ana"}, "wa_id": ANA}]}),
            moved(Some(ANA)),
        ),
        (json!({"user_id_update": [{"previous_user_id": "BR.1", "user_id": "BR.2"}]}), moved(None)),
        (json!({"user_id_update": {"old_user_id": "BR.1", "new_user_id": "BR.2"}}), moved(None)),
        (json!({"user_id": {"old": "BR.1", "new": "BR.2"}}), moved(None)),
        (json!({"user_id_update": [{"previous": "BR.1", "current": "BR.2"}]}), moved(None)),
        (json!({"user_id_update": [{"detail": "User Ana changed from BR.1 to BR.2"}]}), moved(None)),
        (
            json!({"user_id_update": [{"wa_id": ANA, "user_id": "BR.2"}],
                   "contacts": [{"wa_id": OTHER, "user_id": "BR.7"}, {"wa_id": ANA, "user_id": "BR.1"}]}),
            moved(Some(ANA)),
        ),
        (json!({"user_id_update": [{"user_id": {"current": "BR.2"}}], "contacts": [{"user_id": "BR.1"}]}), moved(None)),
        (
            json!({"user_id_update": [{"wa_id": ANA, "new_user_id": "BR.2"}],
                   "contacts": [{"wa_id": ANA, "user_id": "BR.1"}]}),
            moved(Some(ANA)),
        ),
    ] {
        let told = meta("user_id_update", value.clone()).identity_changes;
        let told: Vec<_> = told.into_iter().map(|change| (change.before, change.after)).collect();
        assert_eq!(told, [expected], "{value}");
    }
    for nothing in [
        json!({}),
        json!({"user_id_update": [{"user_id": {"current": "BR.2"}}]}),
        json!({"user_id_update": [{"user_id": "BR.2"}], "contacts": [{"user_id": "BR.2"}]}),
        // Another person's contact.
        json!({"user_id_update": [{"wa_id": ANA, "user_id": "BR.2"}], "contacts": [{"wa_id": OTHER, "user_id": "BR.1"}]}),
        json!({"user_id_update": 7}),
    ] {
        assert_eq!(meta("user_id_update", nothing), Updates { ignored: 1, ..Updates::default() });
    }
}

#[test]
fn the_own_contact_is_trusted_only_as_an_answer_to_our_request() {
    let contact = |origin: Option<&str>, contacts: Value| {
        let message = json!({"from_user_id": "BR.88000001", "id": "wamid.T18", "timestamp": "1790416800", "type": "contacts",
            "origin": origin, "contacts": contacts});
        meta(
            "messages",
            json!({"contacts": [{"profile": {"name": "Bea", "username": "@bea"}, "user_id": "BR.88000001"}],
            "messages": [message]}),
        )
    };
    let card = "BEGIN:VCARD\nVERSION:3.0\nFN:Bea\nTEL;TYPE=CELL:+5511987650018\nEND:VCARD";
    let own = json!([{"vcard": card, "phones": [{"phone": "5511987650018"}]}]);
    let expected = IdentityChange {
        before: who(None, Some("BR.88000001")),
        after: who(Some("5511987650018"), Some("BR.88000001")),
        at: at(1_790_416_800),
        joins: true,
    };
    for contacts in [
        own.clone(),
        json!([{"vcard": card}]),
        json!([{"phones": [{"phone": "+55 11 98765-0018", "wa_id": "5511987650018"}]}]),
    ] {
        let told = contact(Some("contact_request"), contacts);
        assert_eq!(told.identity_changes, std::slice::from_ref(&expected));
        let message = &told.inbound[0];
        assert_eq!((message.name.as_deref(), message.username.as_deref()), (Some("Bea"), Some("bea")));
        assert_eq!(message.from, expected.before, "the message alone does not say so");
    }
    let two = json!([{"phones": [{"phone": "5511987650018"}, {"phone": ANA}]}]);
    for (origin, contacts) in [(Some("other"), own.clone()), (None, own), (Some("contact_request"), two)] {
        let told = contact(origin, contacts);
        assert_eq!((told.identity_changes.len(), told.inbound.len()), (0, 1));
    }
}

#[test]
fn a_contact_is_the_authors_in_any_spelling() {
    let names = |from: &[&str], contacts: Value| -> Vec<Option<String>> {
        let text = |from: &&str| json!({"from": from, "id": "m", "type": "text", "text": {"body": "oi"}});
        let messages: Vec<Value> = from.iter().map(text).collect();
        let told = meta("messages", json!({"messages": messages, "contacts": contacts}));
        told.inbound.into_iter().map(|message| message.name).collect()
    };
    let contact = |wa_id: &str, name: &str| json!({"wa_id": wa_id, "profile": {"name": name}});
    let some = |names: &[&str]| -> Vec<Option<String>> { names.iter().map(|name| Some((*name).to_owned())).collect() };
    assert_eq!(names(&["5531987650001"], json!([contact("553187650001", "Ana Teste")])), some(&["Ana Teste"]));
    assert_eq!(names(&["553187650001"], json!([contact("+5531987650001", "Ana")])), some(&["Ana"]));
    assert_eq!(names(&["525512345678"], json!([contact("5215512345678", "Luz")])), some(&["Luz"]));
    assert_eq!(names(&[ANA], json!([{"profile": {"name": "Ana"}}])), some(&["Ana"]));
    let two = json!([contact("553187650001", "Ana"), contact(OTHER, "Rui")]);
    assert_eq!(names(&[OTHER, "5531987650001"], two), some(&["Rui", "Ana"]));
    assert_eq!(names(&[ANA, OTHER], json!([contact("573001234567", "Pilar")])), [None, None]);
    assert_eq!(names(&[ANA], json!([contact("573001234567", "Pilar")])), [None], "another person's");
    assert_eq!(names(&[ANA], json!([{"user_id": "BR.1", "profile": {"name": "Ana"}}])), some(&["Ana"]));
    assert_eq!(names(&[ANA], json!([contact(ANA, "Ana\nSouza\u{0}")])), some(&["Ana Souza"]));
    assert_eq!(names(&[ANA], json!([contact(ANA, "\u{7}")])), [None]);
}

#[test]
fn the_marketing_switch_in_every_form() {
    let told = |preference: Value, contacts: Value| {
        meta("user_preferences", json!({"user_preferences": [preference], "contacts": contacts}))
    };
    for (value, stop) in [
        ("stop", true),
        ("opt_out", true),
        ("OPT-OUT", true),
        ("resume", false),
        ("signup", false),
        ("sign_up", false),
        ("start", false),
        ("opt_in", false),
    ] {
        let one = told(json!({"wa_id": ANA, "value": value, "timestamp": 1_790_000_000}), json!([])).preferences;
        assert_eq!((one[0].stop, one[0].at, &one[0].who.phone), (stop, at(1_790_000_000), &ana_phone()), "{value}");
    }
    let contact = json!([{"wa_id": ANA, "user_id": "BR.1", "profile": {"name": "Ana"}}]);
    for (preference, contacts, expected) in [
        (json!({"from": ANA}), json!([]), who(Some(ANA), None)),
        (json!({"user_id": "BR.1"}), json!([]), who(None, Some("BR.1"))),
        (json!({"user_id": "BR.1", "parent_user_id": "BR.ENT.1"}), json!([]), who(None, Some("BR.1"))),
        (json!({"parent_user_id": "BR.ENT.1"}), json!([]), who(None, Some("BR.ENT.1"))),
        (json!({}), contact.clone(), who(Some(ANA), Some("BR.1"))),
        (json!({"user_id": "BR.1"}), contact.clone(), who(Some(ANA), Some("BR.1"))),
    ] {
        let mut preference = preference;
        preference["value"] = json!("stop");
        preference["category"] = json!("marketing_messages");
        let one = told(preference.clone(), contacts).preferences;
        assert_eq!((&one[0].who, one[0].at), (&expected, now()), "{preference}");
    }
    for nothing in [
        json!({"wa_id": ANA, "category": "marketing_messages", "value": "later"}),
        json!({"wa_id": ANA, "category": "utility_messages", "value": "stop"}),
        json!({"category": "marketing_messages", "value": "stop"}),
    ] {
        assert_eq!(told(nothing, json!([])), Updates { ignored: 1, ..Updates::default() });
    }
}
