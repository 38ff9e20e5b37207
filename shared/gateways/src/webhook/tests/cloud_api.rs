use super::*;
use crate::cloud_api::meaning;
use domain::Refusal;
use domain::inbound::{Identity, InboundKind, InboundMessage, StatusError};
use domain::{MessageId, Status};

#[test]
fn metas_text_message() {
    let body = r#"{"object":"whatsapp_business_account","entry":[{"id":"<WABA>","changes":[{"field":"messages","value":{
 "messaging_product":"whatsapp","metadata":{"display_phone_number":"15550001111","phone_number_id":"200000000000002"},
 "contacts":[{"profile":{"name":"Ana","username":"ana_p"},"wa_id":"5511999990001","user_id":"BR.10000000000000000001"}],
 "messages":[{"from":"5511999990001","from_user_id":"BR.10000000000000000001","id":"wamid.IN1","timestamp":"1790416800","type":"text","text":{"body":"oi"}}]}}]}]}"#;
    let expected = InboundMessage {
        gateway_message_id: "wamid.IN1".to_owned(),
        from: Identity { phone: ana(), bsuid: Some("BR.10000000000000000001".to_owned()), chat_id: None },
        name: Some("Ana".to_owned()),
        username: Some("ana_p".to_owned()),
        kind: InboundKind::Text,
        text: Some("oi".to_owned()),
        payload: None,
        reply_to: None,
        at: at(1_790_416_800),
    };
    let parsed = parse(Gateway::CloudApi, NUMBER, body.as_bytes(), now()).unwrap();
    assert_eq!(parsed, Updates { inbound: vec![expected], ..Updates::default() });

    let foreign = parse(Gateway::CloudApi, "another number", body.as_bytes(), now()).unwrap();
    assert_eq!(foreign, Updates { foreign: 1, ..Updates::default() });
}

#[test]
fn a_person_without_a_phone_is_known_by_the_user_id() {
    let from = |contacts: Value, message: Value| meta("messages", json!({"contacts": contacts, "messages": [message]}));
    let bsuid = Some("BR.1".to_owned());
    let nobody = json!({"id": "m", "type": "text", "text": {"body": "oi"}});

    let message = json!({"from_user_id": "BR.1", "id": "m", "type": "text", "text": {"body": "oi"}});
    let only = from(json!([{"profile": {"name": "Ana"}, "user_id": "BR.1"}]), message.clone());
    assert_eq!(only.inbound[0].from, Identity { bsuid: bsuid.clone(), ..Identity::default() });
    assert_eq!(only.inbound[0].name.as_deref(), Some("Ana"));
    assert_eq!(only.inbound[0].at, now(), "no time in it");

    let by_contact = from(json!([{"wa_id": "1"}, {"wa_id": ANA, "user_id": "BR.1"}]), message);
    assert_eq!(by_contact.inbound[0].from, Identity { phone: ana(), bsuid, chat_id: None });

    assert_eq!(from(json!([{"wa_id": ANA}]), nobody).ignored, 1);
}

#[test]
fn metas_statuses() {
    let parsed = meta(
        "messages",
        json!({"statuses": [
            {"id": "wamid.OUT1", "status": "delivered", "timestamp": "1790416832", "recipient_id": ANA,
             "recipient_user_id": "BR.1", "biz_opaque_callback_data": "direct/run:42",
             "pricing": {"billable": true, "pricing_model": "PMP", "type": "regular", "category": "utility"}},
            {"id": "wamid.OUT2", "status": "failed", "timestamp": "1790503200", "recipient_id": ANA,
             "errors": [{"code": 131_047, "title": "…", "message": "…", "error_data": {"details": "More than 24 hours"}, "href": "…"}]},
            {"id": "wamid.OUT3", "status": "failed", "timestamp": 1_790_503_201, "errors": [{"code": 999_999}]},
            {"id": "wamid.OUT4", "status": "played", "timestamp": "1790503202"},
            {"id": "wamid.OUT5", "status": "sent", "timestamp": "1790503203", "biz_opaque_callback_data": "not our id"},
            {"id": "wamid.OUT6", "status": "deleted", "timestamp": "1790503204"},
            {"status": "sent"}, null, []
        ]}),
    );
    let own: MessageId = "direct/run:42".parse().unwrap();
    let told: Vec<_> = parsed
        .statuses
        .iter()
        .map(|it| (it.gateway_message_id.as_str(), it.status, it.at.timestamp(), it.message_id.clone(), it.error))
        .collect();
    let error = |code, refusal| Some(StatusError { code, refusal });
    assert_eq!(
        told,
        [
            ("wamid.OUT1", Status::Delivered, 1_790_416_832, Some(own), None),
            ("wamid.OUT2", Status::Failed, 1_790_503_200, None, error(131_047, Some(Refusal::WindowClosed))),
            ("wamid.OUT3", Status::Failed, 1_790_503_201, None, error(999_999, None)),
            ("wamid.OUT4", Status::Read, 1_790_503_202, None, None),
            ("wamid.OUT5", Status::Sent, 1_790_503_203, None, None),
        ]
    );
    assert_eq!(parsed.ignored, 4);
    assert_eq!(meaning(999_999), None);
}

#[test]
fn metas_marketing_switch() {
    let preference = |value: &str, category: &str| {
        json!({"wa_id": ANA, "detail": "User requested to stop marketing messages", "category": category,
               "value": value, "timestamp": 1_790_000_000})
    };
    let told = meta(
        "user_preferences",
        json!({"user_preferences": [
            preference("stop", "marketing_messages"), preference("resume", "marketing_messages"),
            preference("stop", "other"), preference("later", "marketing_messages"),
            {"user_id": "BR.1", "category": "marketing_messages", "value": "stop"}, {}
        ]}),
    );
    let stops: Vec<_> = told.preferences.iter().map(|it| (it.stop, it.at, it.who.phone.is_some())).collect();
    assert_eq!(stops, [(true, at(1_790_000_000), true), (false, at(1_790_000_000), true), (true, now(), false)]);
    assert_eq!(told.ignored, 3);
}

#[test]
fn a_changed_number_or_user_id() {
    let change = |message: Value| meta("messages", json!({"messages": [message]}));
    let phone = |digits| Some(Phone::from_gateway(digits).unwrap());

    let number = change(json!({"from": ANA, "id": "m", "timestamp": "1790416800", "type": "system",
        "system": {"type": "user_changed_number", "wa_id": "5511999990002", "user_id": "BR.2", "previous_user_id": "BR.1"}}));
    let told = &number.identity_changes[0];
    assert_eq!((&told.before.phone, told.before.bsuid.as_deref()), (&ana(), Some("BR.1")));
    assert_eq!((&told.after.phone, told.after.bsuid.as_deref()), (&phone("5511999990002"), Some("BR.2")));
    assert_eq!(told.at, at(1_790_416_800));

    let user = change(json!({"from_user_id": "BR.2", "id": "m", "type": "system",
        "system": {"type": "user_changed_user_id", "user_id": "BR.2", "previous_user_id": "BR.1"}}));
    let told = &user.identity_changes[0];
    assert_eq!((told.before.bsuid.as_deref(), told.after.bsuid.as_deref()), (Some("BR.1"), Some("BR.2")));

    for other in [
        json!({"type": "system", "from": ANA}),
        json!({"type": "system", "from": ANA, "system": {"type": "customer_identity_changed", "wa_id": "5511999990002"}}),
        json!({"type": "system", "system": {"type": "user_changed_number", "wa_id": "5511999990002"}}),
        json!({"type": "system", "from": ANA, "system": {"type": "user_changed_number"}}),
    ] {
        assert_eq!(change(other), Updates { ignored: 1, ..Updates::default() });
    }
}
