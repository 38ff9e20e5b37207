use super::super::tests::meta;
use crate::tests::{ANA, at};
use domain::Updates;
use domain::inbound::{IdentityChange, PersonIdentity};
use serde_json::{Value, json};

const OTHER: &str = "5511999990002";
/// The number of the business in the webhooks of these tests.
const BUSINESS: &str = "15550001111";

pub fn who(phone: Option<&str>, bsuid: Option<&str>) -> PersonIdentity {
    let phone = phone.map(|digits| domain::Phone::from_gateway(digits).unwrap());
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
            number(
                Some(ANA),
                json!({"type": kind, "body": format!("User x from 5511888880000 to y changed from +{ANA} to +{OTHER}.")}),
            ),
            number(
                None,
                json!({"type": kind, "customer": ANA, "body": format!("User A changed from {ANA} to {OTHER}")}),
            ),
            number(Some(ANA), json!({"type": kind, "body": format!("User A changed from {ANA} to {OTHER}")})),
            number(Some(OTHER), json!({"type": kind, "body": format!("User A changed from {ANA} to {OTHER}")})),
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
        json!({"from_user_id": old, "system": {"type": kind, "body": body}}),
        json!({"from_user_id": old, "system": {"type": kind, "body": format!("User BR.7 changed from {old} to {new}")}}),
        json!({"from_user_id": new, "system": {"type": kind, "body": body}}),
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
        json!({"from": ANA, "system": {"type": "user_identity_changed", "body": body, "user_id": new}}),
        json!({"system": {"type": "user_changed_number", "wa_id": OTHER}}),
        json!({"from": ANA, "system": {"type": "user_changed_number"}}),
        json!({"from": ANA, "system": {"type": "customer_identity_changed", "identity": "h", "wa_id": ANA, "customer": ANA}}),
        json!({"from": ANA, "system": {"type": "customer_identity_changed", "identity": "h", "wa_id": OTHER}}),
        json!({"from": ANA, "system": {"type": "customer_identity_changed", "user_id": new}}),
        json!({"from": ANA, "system": {"type": "user_changed_name", "user_id": new, "previous_user_id": old}}),
        // The text is about somebody else than the field.
        json!({"system": {"type": kind, "user_id": "BR.3", "body": body}}),
    ] {
        assert_eq!(change(other.clone()), Updates { ignored: 1, ..Updates::default() }, "{other}");
    }
}

/// A user id is known by the old one, by the number that has stayed, or by both.
#[test]
fn a_new_user_id_finds_its_person_by_whatever_has_stayed() {
    let (old, new) = ("BR.1000000001", "BR.1000000002");
    let kind = "user_changed_user_id";
    let by_phone = (who(Some(ANA), None), who(None, Some(new)));
    let by_id = (who(None, Some(old)), who(None, Some(new)));
    let by_both = (who(Some(ANA), Some(old)), who(None, Some(new)));
    let system = |system: Value| json!({"system": system});
    for (message, contacts, expected) in [
        (system(json!({"type": kind, "user_id": new, "wa_id": ANA})), json!([]), &by_phone),
        (system(json!({"type": kind, "user_id": new, "wa_id": "+55 11 99999-0001"})), json!([]), &by_phone),
        (system(json!({"type": kind, "user_id": new, "wa_id": ANA, "customer": ANA})), json!([]), &by_phone),
        (system(json!({"type": kind, "user_id": new, "customer": ANA})), json!([]), &by_phone),
        (system(json!({"type": kind, "user_id": new})), json!([{"wa_id": ANA, "user_id": new}]), &by_phone),
        (
            system(json!({"type": kind, "user_id": new})),
            json!([{"wa_id": OTHER, "user_id": "BR.7"}, {"wa_id": ANA, "user_id": new}]),
            &by_phone,
        ),
        (system(json!({"type": kind, "user_id": new})), json!([{"wa_id": ANA}]), &by_phone),
        (system(json!({"type": kind, "user_id": new})), json!([{"wa_id": ANA, "user_id": old}]), &by_both),
        (
            system(json!({"type": kind, "user_id": new, "previous_user_id": old})),
            json!([{"wa_id": ANA, "user_id": old}]),
            &by_both,
        ),
        (system(json!({"type": kind, "wa_id": new, "customer": old})), json!([]), &by_id),
        (system(json!({"type": kind, "user_id": {"previous": old, "current": new}})), json!([]), &by_id),
        (system(json!({"type": "USER_CHANGED_USER_ID", "user_id": new, "previous_user_id": old})), json!([]), &by_id),
        (system(json!({"type": "user_identity_changed", "user_id": new, "previous_user_id": old})), json!([]), &by_id),
        // Another person's contact.
        (
            system(json!({"type": kind, "user_id": new, "previous_user_id": old})),
            json!([{"wa_id": OTHER, "user_id": "BR.7"}]),
            &by_id,
        ),
        (
            system(json!({"type": kind, "user_id": new, "wa_id": ANA})),
            json!([{"wa_id": OTHER, "user_id": old}]),
            &by_phone,
        ),
    ] {
        let mut message = message;
        (message["type"], message["id"]) = (json!("system"), json!("m"));
        let told = meta("messages", json!({"messages": [message], "contacts": contacts})).identity_changes;
        let told: Vec<_> = told.into_iter().map(|change| (change.before, change.after)).collect();
        assert_eq!(told, std::slice::from_ref(expected), "{message} {contacts}");
    }
    // The only contact may be of the other message's author.
    let text = json!({"from": ANA, "id": "t", "type": "text", "text": {"body": "oi"}});
    let changed = json!({"id": "m", "type": "system", "system": {"type": kind, "user_id": new}});
    let told = meta("messages", json!({"messages": [text, changed], "contacts": [{"wa_id": ANA}]}));
    assert_eq!((told.identity_changes.len(), told.inbound.len(), told.ignored), (0, 1, 1));

    let key = json!({"from": ANA, "system": {"type": "customer_identity_changed", "wa_id": OTHER, "customer": ANA}});
    let told = change(key).identity_changes.remove(0);
    assert_eq!((told.before, told.after), (who(Some(ANA), None), who(Some(OTHER), None)));
    let moved = json!({"from": ANA, "system": {"type": kind, "user_id": new, "wa_id": OTHER}});
    let told = change(moved).identity_changes.remove(0);
    assert_eq!((told.before, told.after), (who(Some(ANA), None), who(Some(OTHER), Some(new))), "with a new number");
    let beside = json!({"messages": [], "user_id_update": [{"wa_id": ANA, "user_id": new}]});
    assert_eq!(meta("messages", beside).identity_changes.len(), 1);
}

#[test]
fn the_text_completes_a_field_in_any_words() {
    let (old, new) = ("BR.1000000001", "BR.1000000002");
    let told = |kind: &str, from: Option<&str>, body: &str| {
        let key = if kind.contains("user_id") { "from_user_id" } else { "from" };
        let told = change(json!({key: from, "system": {"type": kind, "body": body}}));
        told.identity_changes.into_iter().next().map(|change| (change.before, change.after))
    };
    let moved = (who(Some(ANA), None), who(Some(OTHER), None));
    for body in [
        "User A changed from \u{202a}5511999990001\u{202c} to \u{202a}5511999990002\u{202c}",
        "User A changed from 5511999990001 to 5511999990002\u{200e}",
        "User A changed from +55 (11) 99999-0001 to +55\u{a0}11\u{a0}99999\u{2011}0002",
        "A mudou de 5511999990001 para 5511999990002",
        "A cambió 5511999990001 → 5511999990002",
        "5511999990001 - 5511999990002",
        "5511999990001/5511999990002",
        "User A changed from 5511999990001 to 5511999990002. Tap to message.",
        "User A (15) changed from 5511999990001 to 5511999990002 on 2026-12-01",
        "User BR.7 changed from 5511999990001 to 5511999990002",
    ] {
        for from in [ANA, OTHER] {
            assert_eq!(told("user_changed_number", Some(from), body).as_ref(), Some(&moved), "{body} from {from}");
        }
        assert_eq!(told("user_changed_number", None, body), None, "{body} from nobody");
    }
    let with_another = "User 5511888880000 changed from 5511999990001 to 5511999990002";
    assert_eq!(told("user_changed_number", Some(ANA), with_another), Some(moved));
    let moved = (who(None, Some(old)), who(None, Some(new)));
    for body in [
        format!("Bea mudou de {old} para {new}"),
        format!("Dr.Ana9 and Sr.Silva2: {old} -> {new}. Tap to message."),
        format!("\u{202a}{old}\u{202c} \u{202a}{new}\u{202c}"),
    ] {
        for from in [old, new] {
            assert_eq!(told("user_changed_user_id", Some(from), &body), Some(moved.clone()), "{body} from {from}");
        }
        assert_eq!(told("user_changed_user_id", None, &body), None, "{body} from nobody");
    }
    for (kind, from, body) in [
        ("user_changed_number", None, "User A changed to 5511999990002"),
        ("user_changed_number", None, "User A changed from 1234567 to 7654321"),
        ("user_changed_number", Some(ANA), "User A changed the number"),
        // About somebody else than who speaks.
        ("user_changed_number", Some("573001234567"), "User A changed from 5511999990001 to 5511999990002"),
        ("user_changed_user_id", Some(old), "User Dr.Ana changed from BR.1000000001"),
        ("user_changed_user_id", Some("Dr.Ana"), "Sr.Silva is Dr.Ana now"),
        ("user_identity_changed", Some(ANA), "User A changed from 5511999990001 to 5511999990002"),
    ] {
        assert_eq!(told(kind, from, body), None, "{body}");
    }
}

/// A person chooses the name that the text begins with.
#[test]
fn a_name_moves_nobody_elses_record() {
    let (old, new) = ("BR.1000000001", "BR.1000000002");
    let attack = format!("User {ANA} changed to {OTHER}");
    let of_three = |old: &str| format!("User {ANA} changed from {old} to {OTHER}");
    let of_ids = format!("User BR.7 changed from {old} to {new}");
    let number = "user_changed_number";
    let user_id = "user_changed_user_id";
    for message in [
        json!({"system": {"type": number, "body": attack}}),
        json!({"system": {"type": "customer_changed_number", "body": attack}}),
        json!({"system": {"type": number, "body": attack, "wa_id": OTHER}}),
        json!({"from_user_id": new, "system": {"type": number, "body": attack, "user_id": new}}),
        json!({"user_id": new, "system": {"type": number, "body": attack}}),
        json!({"from": OTHER, "system": {"type": number, "body": of_three("573001234567")}}),
        // In no plan.
        json!({"from": OTHER, "system": {"type": number, "body": of_three("5511888880000")}}),
        json!({"system": {"type": user_id, "body": format!("User BR.7 changed from {old}")}}),
        json!({"system": {"type": user_id, "body": of_ids, "user_id": new}}),
        json!({"from_user_id": new, "system": {"type": user_id, "body": of_ids}}),
        json!({"from": OTHER, "system": {"type": user_id, "body": format!("User {ANA} {OTHER} changed the user id")}}),
    ] {
        assert_eq!(change(message.clone()), Updates { ignored: 1, ..Updates::default() }, "{message}");
    }
    let of_new = json!({"from": OTHER, "system": {"type": user_id, "body": attack, "user_id": new}});
    let told = change(of_new).identity_changes.remove(0);
    assert_eq!((told.before, told.after), (who(Some(OTHER), None), who(None, Some(new))), "the author alone");
    for update in [
        json!({"detail": format!("User Bea changed from {old} to {new}")}),
        json!({"detail": of_ids, "user_id": new}),
        json!({"detail": of_ids, "from_user_id": new}),
    ] {
        let told = meta("user_id_update", json!({"user_id_update": [update]}));
        assert_eq!(told, Updates { ignored: 1, ..Updates::default() });
    }
}

#[test]
fn the_businesss_number_becomes_no_customers() {
    let (old, new) = ("BR.1000000001", "BR.1000000002");
    let pair = json!({"previous": old, "current": new});
    for flat in [json!({"to": BUSINESS}), json!({"from": ANA, "to": BUSINESS}), json!({"to": "BR.9"})] {
        let mut update = json!({"wa_id": ANA, "user_id": pair});
        update.as_object_mut().unwrap().extend(flat.as_object().unwrap().clone());
        let told = meta("user_id_update", json!({"user_id_update": [update]})).identity_changes.remove(0);
        assert_eq!((told.before, told.after), (who(Some(ANA), Some(old)), who(Some(ANA), Some(new))), "{flat}");
    }
    let told = meta("user_id_update", json!({"user_id_update": [{"from": ANA, "to": "BR.9"}]}));
    assert_eq!(told, Updates { ignored: 1, ..Updates::default() }, "the addressee is no new user id");
    let addressed = json!({"from": ANA, "system": {"type": "user_changed_number", "from": ANA, "to": OTHER}});
    assert_eq!(change(addressed), Updates { ignored: 1, ..Updates::default() });
    // Beside each other in an object of their own they are the old and the new one.
    let inner = json!({"system": {"type": "user_changed_number", "wa_id": {"from": ANA, "to": OTHER}}});
    let told = change(inner).identity_changes.remove(0);
    assert_eq!((told.before, told.after), (who(Some(ANA), None), who(Some(OTHER), None)));
    let inner = json!({"user_id_update": [{"user_id": {"from": old, "to": new}}]});
    let told = meta("user_id_update", inner).identity_changes.remove(0);
    assert_eq!((told.before, told.after), (who(None, Some(old)), who(None, Some(new))));

    for number in [BUSINESS, "+1 555-000-1111"] {
        let system = json!({"type": "user_changed_number", "customer": ANA, "wa_id": number});
        assert_eq!(change(json!({"system": system})), Updates { ignored: 1, ..Updates::default() }, "{number}");
        let update = json!({"user_id": pair, "previous_wa_id": ANA, "current_wa_id": number});
        let told = meta("user_id_update", json!({"user_id_update": [update.clone()]}));
        assert_eq!(told, Updates { ignored: 1, ..Updates::default() }, "{number}");
        let told = meta("messages", json!({"user_id_update": [update]}));
        assert_eq!(told, Updates { ignored: 1, ..Updates::default() }, "{number}");
    }
}

#[test]
fn replaced_user_ids_come_by_a_field_of_their_own_too() {
    let moved = |phone| (who(phone, Some("BR.1")), who(phone, Some("BR.2")));
    let by_phone = (who(Some(ANA), None), who(Some(ANA), Some("BR.2")));
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
        (json!({"user_id_update": [{"detail": "User Ana changed from BR.1 to BR.2", "user_id": "BR.2"}]}), moved(None)),
        (
            json!({"user_id_update": [{"detail": "User Ana changed from BR.1 to BR.2", "previous_user_id": "BR.1"}]}),
            moved(None),
        ),
        (
            json!({"user_id_update": [{"wa_id": ANA, "user_id": "BR.2"}],
                   "contacts": [{"wa_id": OTHER, "user_id": "BR.7"}, {"wa_id": ANA, "user_id": "BR.1"}]}),
            moved(Some(ANA)),
        ),
        (json!({"user_id_update": [{"user_id": {"current": "BR.2"}}], "contacts": [{"user_id": "BR.1"}]}), moved(None)),
        (json!({"user_ids": [{"previous": "BR.1", "current": "BR.2"}]}), moved(None)),
        (json!({"user_id_update": [{"wa_id": ANA, "user_id": "BR.2"}]}), by_phone.clone()),
        (json!({"user_id_update": [{"wa_id": "+55 11 99999-0001", "user_id": {"current": "BR.2"}}]}), by_phone.clone()),
        (
            json!({"user_id_update": [{"user_id": {"current": "BR.2"}}], "contacts": [{"wa_id": ANA, "user_id": "BR.2"}]}),
            by_phone.clone(),
        ),
        (
            json!({"user_id_update": [{"user_id": "BR.2"}],
                   "contacts": [{"wa_id": OTHER, "user_id": "BR.7"}, {"wa_id": ANA, "user_id": "BR.2"}]}),
            by_phone.clone(),
        ),
        // Another person's contact tells nothing of this one.
        (
            json!({"user_id_update": [{"wa_id": ANA, "user_id": "BR.2"}], "contacts": [{"wa_id": OTHER, "user_id": "BR.1"}]}),
            by_phone,
        ),
        (
            json!({"user_id_update": [{"previous_user_id": "BR.1", "user_id": "BR.2"}],
                   "contacts": [{"wa_id": OTHER, "user_id": "BR.7"}]}),
            moved(None),
        ),
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
        json!({"user_id_update": [{"user_id": "BR.2"}], "contacts": [{"wa_id": OTHER, "user_id": "BR.7"}, {"wa_id": ANA}]}),
        json!({"user_id_update": 7}),
    ] {
        assert_eq!(meta("user_id_update", nothing), Updates { ignored: 1, ..Updates::default() });
    }
}
