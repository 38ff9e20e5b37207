use super::super::tests::read;
use crate::tests::ANA;
use domain::inbound::{AccountNotice, Concern, SenderEvent};
use serde_json::{Value, json};

#[test]
fn notices_about_the_account() {
    let of = |field: &str, value: Value, time: Option<i64>| {
        let entry = json!({"id": "1", "time": time, "changes": [{"field": field, "value": value}]});
        match read(&json!({"entry": [entry]})).sender.pop() {
            Some(SenderEvent::AccountNotice(notice)) => notice,
            other => panic!("{field}: {other:?}"),
        }
    };
    let template = |name: &str, value: &str| {
        json!({"message_template_id": 1, "message_template_name": "points_loaded", "message_template_language": "es",
               "previous_category": "UTILITY", "previous_quality_score": "GREEN", name: value})
    };
    let category = of("template_category_update", template("new_category", "MARKETING"), Some(1_790_000_000));
    let expected = AccountNotice {
        field: "template_category_update".to_owned(),
        template: Some("points_loaded".to_owned()),
        language: Some("es".to_owned()),
        before: Some("UTILITY".to_owned()),
        after: Some("MARKETING".to_owned()),
        time: Some(1_790_000_000),
        concern: Some(Concern::TemplateCategory),
    };
    assert_eq!(category, expected);
    let coming = json!({"message_template_name": "pts", "message_template_language": "pt_BR", "new_category": "UTILITY",
        "correct_category": "MARKETING", "category_update_timestamp": 1_790_086_400});
    let told = of("template_category_update", coming, Some(1_790_000_000));
    assert_eq!((told.before.as_deref(), told.after.as_deref()), (Some("UTILITY"), Some("MARKETING")));
    assert_eq!(told.concern, Some(Concern::TemplateCategoryComing));
    let name = |decision: &str| {
        json!({"decision": decision, "display_phone_number": ANA,
        "requested_verified_name": "Pet Amigo", "rejection_reason": "NAME_NOT_CONSISTENT"})
    };
    let told = of("phone_number_name_update", name("REJECTED"), None);
    assert_eq!((told.before.as_deref(), told.after.as_deref()), (None, Some("REJECTED")));
    let event = |event: &str| json!({"event": event, "display_phone_number": ANA, "phone_number": ANA});
    let pin = json!({"event": "PIN_RESET_REQUEST", "display_phone_number": ANA, "requester": ANA});
    let ban = |state: Value| json!({"event": "DISABLED_UPDATE", "ban_info": {"waba_ban_state": state}});
    use Concern as C;
    for (field, value, after, concern) in [
        ("template_category_update", template("new_category", "UTILITY"), Some("UTILITY"), None),
        ("template_correct_category_detection", template("correct_category", "MARKETING"), Some("MARKETING"), None),
        ("message_template_status_update", template("event", "APPROVED"), Some("APPROVED"), None),
        ("message_template_status_update", template("event", "PAUSED"), Some("PAUSED"), Some(C::TemplateStatus)),
        ("message_template_status_update", template("event", "REJECTED"), Some("REJECTED"), Some(C::TemplateStatus)),
        ("message_template_status_update", template("event", "DISABLED"), Some("DISABLED"), Some(C::TemplateStatus)),
        ("message_template_status_update", template("event", "DELETED"), Some("DELETED"), Some(C::TemplateStatus)),
        ("message_template_status_update", template("event", "ARCHIVED"), Some("ARCHIVED"), Some(C::TemplateStatus)),
        (
            "message_template_status_update",
            template("event", "pending_deletion"),
            Some("pending_deletion"),
            Some(C::TemplateStatus),
        ),
        (
            "message_template_status_update",
            template("event", "LIMIT_EXCEEDED"),
            Some("LIMIT_EXCEEDED"),
            Some(C::TemplateStatus),
        ),
        ("message_template_status_update", template("event", "REINSTATED"), Some("REINSTATED"), None),
        ("message_template_quality_update", template("new_quality_score", "YELLOW"), Some("YELLOW"), None),
        (
            "message_template_quality_update",
            template("new_quality_score", "RED"),
            Some("RED"),
            Some(C::TemplateQuality),
        ),
        ("phone_number_quality_update", event("UPGRADE"), Some("UPGRADE"), None),
        ("phone_number_quality_update", event("FLAGGED"), Some("FLAGGED"), Some(C::NumberQuality)),
        ("account_update", event("VERIFIED_ACCOUNT"), Some("VERIFIED_ACCOUNT"), None),
        ("account_update", event("ACCOUNT_RESTRICTION"), Some("ACCOUNT_RESTRICTION"), Some(C::Account)),
        ("account_update", ban(json!("DISABLE")), Some("DISABLE"), Some(C::Account)),
        ("account_update", ban(json!("REINSTATE")), Some("REINSTATE"), None),
        ("account_update", ban(json!(["DISABLE"])), Some("DISABLE"), Some(C::Account)),
        (
            "account_update",
            ban(json!(["REINSTATE", "SCHEDULE_FOR_DISABLE"])),
            Some("SCHEDULE_FOR_DISABLE"),
            Some(C::Account),
        ),
        ("account_update", ban(json!(["REINSTATE"])), Some("REINSTATE"), None),
        ("account_update", event("PARTNER_REMOVED"), Some("PARTNER_REMOVED"), Some(C::Account)),
        ("account_update", event("PARTNER_APP_UNINSTALLED"), Some("PARTNER_APP_UNINSTALLED"), Some(C::Account)),
        ("account_update", event("PARTNER_ADDED"), Some("PARTNER_ADDED"), None),
        ("phone_number_name_update", name("REJECTED"), Some("REJECTED"), Some(C::NumberName)),
        ("phone_number_name_update", name("APPROVED"), Some("APPROVED"), None),
        ("security", event("PIN_CHANGED"), Some("PIN_CHANGED"), None),
        ("security", pin, Some("PIN_RESET_REQUEST"), None),
        ("account_review_update", json!({"decision": "REJECTED"}), Some("REJECTED"), Some(C::Account)),
        (
            "account_alerts",
            json!({"alert_info": {"alert_severity": "INFORMATIONAL", "alert_type": "A"}}),
            Some("A"),
            None,
        ),
        ("business_capability_update", json!({"max_daily_conversation_per_phone": 250}), Some("250"), None),
        ("business_capability_update", json!({}), None, None),
    ] {
        let told = of(field, value, None);
        assert_eq!((told.after.as_deref(), told.concern), (after, concern), "{field}");
        assert!(!format!("{told:?}").contains(ANA), "{field}");
    }
}
