use crate::Adapter;
use crate::cloud_api::CloudApi;
use crate::cloud_api::codes::meaning;
use crate::tests::{ANA, NUMBER, ana_phone, at, now};
use domain::inbound::{InboundKind, InboundMessage, PersonIdentity, SenderEvent, StatusError};
use domain::{BusinessId, Gateway, MessageId, Phone, Refusal, SenderId, Status, Updates};
use queues::Task;
use queues::tasks::StatusTask;
use queues::{MAX_STATUS_TASK, Tasks};
use serde_json::{Value, json};
use uuid::Uuid;

fn read(body: &Value) -> Updates {
    CloudApi.read_webhook(body.to_string().as_bytes(), NUMBER, now()).unwrap()
}

/// One change of Meta's, for our number.
fn meta(field: &str, mut value: Value) -> Updates {
    value["messaging_product"] = json!("whatsapp");
    value["metadata"] = json!({"display_phone_number": "15550001111", "phone_number_id": NUMBER});
    let change = json!({"field": field, "value": value});
    read(&json!({"object": "whatsapp_business_account", "entry": [{"id": "1", "changes": [change]}]}))
}

#[test]
fn metas_text_message() {
    let body = r#"{"object":"whatsapp_business_account","entry":[{"id":"<WABA>","changes":[{"field":"messages","value":{
 "messaging_product":"whatsapp","metadata":{"display_phone_number":"15550001111","phone_number_id":"200000000000002"},
 "contacts":[{"profile":{"name":"Ana","username":"ana_p"},"wa_id":"5511999990001","user_id":"BR.10000000000000000001"}],
 "messages":[{"from":"5511999990001","from_user_id":"BR.10000000000000000001","id":"wamid.IN1","timestamp":"1790416800","type":"text","text":{"body":"oi"}}]}}]}]}"#;
    let expected = InboundMessage {
        gateway_message_id: "wamid.IN1".to_owned(),
        from: PersonIdentity { phone: ana_phone(), bsuid: Some("BR.10000000000000000001".to_owned()), chat_id: None },
        name: Some("Ana".to_owned()),
        username: Some("ana_p".to_owned()),
        kind: InboundKind::Text,
        text: Some("oi".to_owned()),
        payload: None,
        reply_to: None,
        at: at(1_790_416_800),
    };
    let parsed = CloudApi.read_webhook(body.as_bytes(), NUMBER, now()).unwrap();
    assert_eq!(parsed, Updates { inbound: vec![expected], ..Updates::default() });

    let foreign = CloudApi.read_webhook(body.as_bytes(), "another number", now()).unwrap();
    assert_eq!(foreign, Updates { foreign: 1, ..Updates::default() });
}

#[test]
fn a_person_without_a_phone_is_known_by_the_user_id() {
    let from = |contacts: Value, message: Value| meta("messages", json!({"contacts": contacts, "messages": [message]}));
    let bsuid = Some("BR.1".to_owned());
    let nobody = json!({"id": "m", "type": "text", "text": {"body": "oi"}});

    let message = json!({"from_user_id": "BR.1", "id": "m", "type": "text", "text": {"body": "oi"}});
    let only = from(json!([{"profile": {"name": "Ana"}, "user_id": "BR.1"}]), message.clone());
    assert_eq!(only.inbound[0].from, PersonIdentity { bsuid: bsuid.clone(), ..PersonIdentity::default() });
    assert_eq!(only.inbound[0].name.as_deref(), Some("Ana"));
    assert_eq!(only.inbound[0].at, now(), "no time in it");

    let by_contact = from(json!([{"wa_id": "1"}, {"wa_id": ANA, "user_id": "BR.1"}]), message);
    assert_eq!(by_contact.inbound[0].from, PersonIdentity { phone: ana_phone(), bsuid, chat_id: None });

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
    assert_eq!((&told.before.phone, told.before.bsuid.as_deref()), (&ana_phone(), Some("BR.1")));
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

#[test]
fn each_kind_of_message_says_its_own() {
    let cloud_api = |message: Value| {
        let mut message = message;
        message["from"] = json!(ANA);
        message["id"] = json!("m");
        meta("messages", json!({"messages": [message]})).inbound.remove(0)
    };
    use InboundKind as K;
    let cases = [
        (cloud_api(json!({"type": "image", "image": {"id": "1", "caption": "look"}})), K::Image, Some("look"), None),
        (cloud_api(json!({"type": "audio", "audio": {"id": "1"}})), K::Audio, None, None),
        (
            cloud_api(json!({"type": "button", "button": {"payload": "STOP", "text": "Parar"}})),
            K::Reply,
            Some("Parar"),
            Some("STOP"),
        ),
        (
            cloud_api(
                json!({"type": "interactive", "interactive": {"type": "button_reply", "button_reply": {"id": "yes", "title": "Sim"}}}),
            ),
            K::Reply,
            Some("Sim"),
            Some("yes"),
        ),
        (
            cloud_api(
                json!({"type": "interactive", "interactive": {"type": "list_reply", "list_reply": {"id": "7", "title": "Banho", "description": "d"}}}),
            ),
            K::Reply,
            Some("Banho"),
            Some("7"),
        ),
        (
            cloud_api(
                json!({"type": "interactive", "interactive": {"type": "nfm_reply", "nfm_reply": {"name": "flow", "body": "Sent", "response_json": "{}"}}}),
            ),
            K::Reply,
            Some("Sent"),
            None,
        ),
        (
            cloud_api(json!({"type": "reaction", "reaction": {"message_id": "x", "emoji": "👍"}})),
            K::Reaction,
            None,
            None,
        ),
        (cloud_api(json!({"type": "unsupported", "errors": [{"code": 131_051}]})), K::Other, None, None),
        (cloud_api(json!({"type": "text", "text": "not an object"})), K::Text, None, None),
        (cloud_api(json!({"type": 7})), K::Other, None, None),
    ];
    for (message, kind, text, payload) in cases {
        let said = (message.kind, message.text.as_deref(), message.payload.as_deref());
        assert_eq!(said, (kind, text, payload));
    }
}

#[test]
fn notices_about_the_account() {
    let notice = read(
        &json!({"entry": [{"id": "1", "time": 1, "changes": [{"field": "account_update", "value": {"event": "X"}}]}]}),
    );
    assert_eq!(notice.sender, [SenderEvent::AccountNotice("account_update".to_owned())]);
}

#[test]
fn a_webhook_of_three_megabytes_becomes_few_tasks_that_fit() {
    let codes = [130_429, 131_049, 999_999];
    let status = |n: usize| {
        let errors = json!([{"code": codes[n % 3], "title": "…"}]);
        json!({"errors": errors, "id": format!("wamid.{n:060}"), "status": "delivered", "timestamp": "1790416832", "recipient_id": ANA,
               "biz_opaque_callback_data": format!("points/{}/load-{n}", Uuid::from_u128(7)), "padding": "x".repeat(2500)})
    };
    let text =
        |n: usize| json!({"from": ANA, "id": format!("in.{n}"), "type": "text", "text": {"body": "y".repeat(4000)}});
    let body = json!({"statuses": (0..1000).map(status).collect::<Vec<_>>(), "messages": (0..20).map(text).collect::<Vec<_>>()});
    assert!(body.to_string().len() > 2_800_000);
    let told = meta("messages", body);
    let (statuses, messages) = (told.statuses.clone(), told.inbound.clone());
    assert_eq!((statuses.len(), messages.len()), (1000, 20));

    let (business, sender) = (BusinessId(Uuid::nil()), SenderId(Uuid::nil()));
    let tasks = Tasks::of(told, business, sender, Gateway::CloudApi);
    for task in &tasks.statuses {
        assert_eq!(StatusTask::parse(&task.body().unwrap()).as_ref(), Ok(task));
    }
    let sizes: Vec<usize> = tasks.statuses.iter().map(|task| task.body().unwrap().len()).collect();
    assert!(sizes.iter().all(|size| *size <= MAX_STATUS_TASK), "{sizes:?}");
    assert!(sizes[..sizes.len() - 1].iter().all(|size| *size > MAX_STATUS_TASK - 600), "{sizes:?}");
    let together: Vec<_> = tasks.statuses.into_iter().flat_map(|task| task.statuses).collect();
    assert_eq!(together, statuses);
    assert_eq!(tasks.inbound.len(), messages.len());
}

#[test]
fn nothing_private_is_shown() {
    let told = meta(
        "messages",
        json!({"contacts": [{"profile": {"name": "Ana", "username": "ana_p"}, "wa_id": ANA, "user_id": "BR.1"}],
               "messages": [{"from": ANA, "id": "wamid.1", "type": "text", "text": {"body": "secret words"}}],
               "statuses": [{"id": "wamid.2", "status": "sent"}]}),
    );
    let tasks = Tasks::of(told.clone(), BusinessId(Uuid::nil()), SenderId(Uuid::nil()), Gateway::CloudApi);
    let shown = format!("{told:?} {tasks:?}");
    for private in [ANA, "Ana", "ana_p", "BR.1", "secret", "wamid"] {
        assert!(!shown.contains(private), "{private} in {shown}");
    }
}
