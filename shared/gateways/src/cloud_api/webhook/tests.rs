use crate::Adapter;
use crate::cloud_api::CloudApi;
use crate::cloud_api::codes::meaning;
use crate::tests::{ANA, NUMBER, ana_phone, at, now};
use domain::inbound::{InboundKind, InboundMessage, PersonIdentity, StatusError};
use domain::{BusinessId, Gateway, MessageId, Refusal, SenderId, Status, Updates};
use queues::Task;
use queues::tasks::StatusTask;
use queues::{MAX_STATUS_TASK, Tasks};
use serde_json::{Value, json};
use uuid::Uuid;

/// The updates of a whole document.
pub fn read(body: &Value) -> Updates {
    CloudApi.read_webhook(body.to_string().as_bytes(), NUMBER, now()).unwrap()
}

/// One change of Meta's, for our number.
pub fn meta(field: &str, mut value: Value) -> Updates {
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
        told: None,
        media: None,
        is_own_contact: false,
        undated: false,
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
    let at = at(1_790_000_000);
    // The sentence beside an unknown word says no.
    assert_eq!(stops, [(true, at, true), (false, at, true), (true, at, true), (true, now(), false)]);
    assert_eq!(told.ignored, 2);
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
            K::Button,
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
        (cloud_api(json!({"type": "unsupported", "errors": [{"code": 131_051}]})), K::Unsupported, None, None),
        (cloud_api(json!({"type": "text", "text": "not an object"})), K::Text, None, None),
        (cloud_api(json!({"type": 7})), K::Other, None, None),
    ];
    for (message, kind, text, payload) in cases {
        assert!(message.undated);
        let said = (message.kind, message.text.as_deref(), message.payload.as_deref());
        assert_eq!(said, (kind, text, payload));
    }
}

#[test]
fn an_edit_is_said_anew_under_an_id_of_its_own() {
    let edit = |message: Value| {
        meta("messages", json!({"messages": [message], "contacts": [{"wa_id": ANA, "profile": {"name": "Ana Teste"}}]}))
    };
    let new = |inner: Value, id: &str| {
        json!({"from": ANA, "id": id, "timestamp": "1790416800", "type": "edit",
               "edit": {"original_message_id": "wamid.T0", "message": inner}})
    };
    let text = json!({"context": {"id": "M0"}, "type": "text", "text": {"body": "Sair"}});
    let told = edit(new(text.clone(), "wamid.T1")).inbound.remove(0);
    assert_eq!((told.kind, told.text.as_deref()), (InboundKind::Edit, Some("Sair")));
    assert_eq!((told.gateway_message_id.as_str(), told.reply_to.as_deref()), ("wamid.T1", Some("wamid.T0")));
    assert_eq!(told.name.as_deref(), Some("Ana Teste"));
    let image = edit(new(json!({"type": "image", "image": {"caption": "Sair"}}), "wamid.T2")).inbound.remove(0);
    assert_eq!(image.text.as_deref(), Some("Sair"));
    let same = edit(new(text, "wamid.T0")).inbound.remove(0);
    assert_eq!(same.gateway_message_id, "wamid.T0/edit/1790416800");
    let form = |kind: &str, part: Value| {
        let mut message = json!({"from": ANA, "id": "wamid.T3", "timestamp": "1790416800", "type": kind, kind: part});
        message[kind]["original_message_id"] = json!("wamid.T0");
        message
    };
    let text = json!({"type": "text", "text": {"body": "Sair"}});
    let mut beside = form("edit", json!({}));
    beside["text"] = json!({"body": "Sair"});
    let mut under_another_name = form("edit", json!({"message": text}));
    under_another_name["type"] = json!("edited");
    for message in [
        form("edit", json!({"text": {"body": "Sair"}})),
        form("edit", json!({"body": "Sair"})),
        form("edit", json!({"message": {"text": {"body": "Sair"}}})),
        form("edit", json!({"message": {"video": {"caption": "Sair"}}})),
        form("edit", json!({"message": {"document": {"id": "1", "caption": "Sair"}}})),
        form("edit", json!({"message": {"type": "new", "new": 1, "text": {"body": "Sair"}}})),
        form("edit", json!({"edited_message": text})),
        form("edited", json!({"message": text})),
        form("message_edit", json!({"message": text})),
        beside,
        under_another_name,
    ] {
        let told = edit(message.clone()).inbound.remove(0);
        assert_eq!((told.kind, told.text.as_deref()), (InboundKind::Edit, Some("Sair")), "{message}");
        assert_eq!((told.gateway_message_id.as_str(), told.reply_to.as_deref()), ("wamid.T3", Some("wamid.T0")));
    }
    // What cannot be read is kept.
    for message in
        [form("edit", json!({"message": {"image": {"id": "1"}}})), json!({"from": ANA, "id": "m", "type": "edit"})]
    {
        let told = edit(message).inbound.remove(0);
        assert_eq!((told.kind, told.text), (InboundKind::Edit, None));
    }
    let revoked = json!({"from": ANA, "id": "m", "type": "revoke", "revoke": {"original_message_id": "wamid.T0"}});
    assert_eq!(edit(revoked), Updates { ignored: 1, ..Updates::default() });
}

#[test]
fn no_person_wrote_these() {
    let text = |from: &str| json!({"from": from, "id": "m", "type": "text", "text": {"body": "oi"}});
    let mut welcome = text(ANA);
    welcome["type"] = json!("request_welcome");
    let mut group = text(ANA);
    group["group_id"] = json!("g");
    for message in
        [text("0"), text("16505361212"), text("13135550002"), text("15550001111"), text("12025550143"), welcome, group]
    {
        assert_eq!(meta("messages", json!({"messages": [message]})), Updates { ignored: 1, ..Updates::default() });
    }
    for field in ["smb_message_echoes", "message_echoes", "history", "smb_app_state_sync", "group_lifecycle_update"] {
        let told = meta(field, json!({"messages": [text(ANA)], "message_echoes": [text(ANA)]}));
        assert_eq!(told, Updates { ignored: 1, ..Updates::default() }, "{field}");
    }
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

/// Where the number is used in WhatsApp's own app beside Cloud API.
#[test]
fn what_a_person_of_the_business_writes_in_the_app_is_told() {
    let echo = |message: Value| meta("smb_message_echoes", json!({"message_echoes": [message]}));
    let text = json!({"from": "15550001111", "to": ANA, "id": "wamid.ECHO", "timestamp": "1790416800", "type": "text",
                      "text": {"body": "Já vejo isso"}});
    let told = echo(text.clone());
    let own = &told.own[0];
    assert_eq!((own.gateway_message_id.as_str(), own.text.as_deref()), ("wamid.ECHO", Some("Já vejo isso")));
    assert_eq!((own.to.phone.clone(), own.at, own.by_hand), (ana_phone(), at(1_790_416_800), true));
    assert!(told.is_of_people() && told.inbound.is_empty());
    let mut hidden = text.clone();
    hidden.as_object_mut().unwrap().remove("to");
    assert_eq!(echo(hidden.clone()).ignored, 1, "to nobody");
    hidden["to_user_id"] = json!("BR.1");
    assert_eq!(echo(hidden).own[0].to.bsuid.as_deref(), Some("BR.1"));
    let mut group = text.clone();
    group["group_id"] = json!("g");
    assert_eq!(echo(group), Updates { ignored: 1, ..Updates::default() });
    let revoked = json!({"from": "15550001111", "to": ANA, "id": "wamid.X", "type": "revoke", "revoke": {}});
    assert_eq!(echo(revoked).ignored, 1);
}
