use super::super::changes::tests::who;
use super::super::tests::meta;
use crate::tests::{ANA, ana_phone, at, now};
use domain::Updates;
use serde_json::{Value, json};

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
    let spelled = "+55 11 99999-0001";
    for (fields, expected) in [
        (json!({"recipient_id": ANA}), who(Some(ANA), None)),
        (json!({"recipient_user_id": "BR.1"}), who(None, Some("BR.1"))),
        (json!({"contact": {"wa_id": ANA}}), who(Some(ANA), None)),
        (json!({"user": {"wa_id": ANA, "user_id": "BR.1"}}), who(Some(ANA), Some("BR.1"))),
        (json!({"wa_id": spelled}), who(Some(ANA), None)),
        (json!({"wa_id": ANA, "category": "all"}), who(Some(ANA), None)),
        (json!({"wa_id": ANA, "category": "MARKETING"}), who(Some(ANA), None)),
        (json!({"wa_id": ANA, "value": "pause"}), who(Some(ANA), None)),
        (
            json!({"wa_id": ANA, "value": "halt", "detail": "User requested to stop marketing messages"}),
            who(Some(ANA), None),
        ),
    ] {
        let mut preference = json!({"category": "marketing_messages", "value": "stop", "timestamp": 1_790_000_000});
        preference.as_object_mut().unwrap().extend(fields.as_object().unwrap().clone());
        for (field, value) in [
            ("user_preferences", json!({"user_preferences": [preference]})),
            ("user_preferences", json!({"user_preferences": preference})),
            ("user_preferences", preference.clone()),
            ("messages", json!({"messages": [], "user_preferences": [preference]})),
        ] {
            let told = meta(field, value.clone());
            let stops: Vec<_> = told.preferences.iter().map(|it| (&it.who, it.stop, it.at)).collect();
            assert_eq!(stops, [(&expected, true, at(1_790_000_000))], "{value}");
            assert_eq!(told.ignored, 0);
        }
    }
    for nothing in [
        json!({"wa_id": ANA, "value": "later", "detail": "User requested to resume marketing messages"}),
        json!({"wa_id": ANA, "value": "stop", "category": "call_permission"}),
        json!({"wa_id": "+1 202 555-0143", "value": "stop"}),
        json!({"contact": "Ana", "value": "stop"}),
        json!({"wa_id": ANA, "detail": "User requested to stop utility messages"}),
        json!({"wa_id": ANA, "category": "marketing_messages", "value": "later"}),
        json!({"wa_id": ANA, "category": "utility_messages", "value": "stop"}),
        json!({"category": "marketing_messages", "value": "stop"}),
    ] {
        assert_eq!(told(nothing, json!([])), Updates { ignored: 1, ..Updates::default() });
    }
}
