mod cloud_api;
mod whapi;

use super::*;
use domain::inbound::{InboundKind, SenderEvent};
use domain::{BusinessId, Phone, SenderId};
use proptest::prelude::*;
use queues::tasks::{StatusTask, Task};
use queues::{MAX_STATUS_TASK, Tasks};
use serde_json::{Value, json};
use uuid::Uuid;

const NUMBER: &str = "200000000000002";
const ANA: &str = "5511999990001";

fn at(seconds: i64) -> DateTime<Utc> {
    DateTime::from_timestamp(seconds, 0).unwrap()
}

fn now() -> DateTime<Utc> {
    at(1_790_500_000)
}

fn ana() -> Option<Phone> {
    Some(Phone::from_gateway(ANA).unwrap())
}

fn parsed(gateway: Gateway, body: &Value) -> Updates {
    parse(gateway, NUMBER, body.to_string().as_bytes(), now()).unwrap()
}

/// One change of Meta's, for our number.
fn meta(field: &str, mut value: Value) -> Updates {
    value["messaging_product"] = json!("whatsapp");
    value["metadata"] = json!({"display_phone_number": "15550001111", "phone_number_id": NUMBER});
    let change = json!({"field": field, "value": value});
    parsed(
        Gateway::CloudApi,
        &json!({"object": "whatsapp_business_account", "entry": [{"id": "1", "changes": [change]}]}),
    )
}

fn channel(body: &Value) -> Updates {
    parsed(Gateway::Whapi, body)
}

#[test]
fn what_a_message_says_by_its_kind() {
    let cloud_api = |message: Value| {
        let mut message = message;
        message["from"] = json!(ANA);
        message["id"] = json!("m");
        meta("messages", json!({"messages": [message]})).inbound.remove(0)
    };
    let through_whapi = |message: Value| {
        let mut message = message;
        message["id"] = json!("m");
        message["from_me"] = json!(false);
        message["chat_id"] = json!(format!("{ANA}@s.whatsapp.net"));
        channel(&json!({"messages": [message]})).inbound.remove(0)
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
        (
            through_whapi(
                json!({"type": "link_preview", "link_preview": {"body": "see https://x.test", "title": "X"}}),
            ),
            K::Text,
            Some("see https://x.test"),
            None,
        ),
        (
            through_whapi(
                json!({"type": "reply", "reply": {"type": "buttons_reply", "buttons_reply": {"id": "yes", "title": "Sim"}}}),
            ),
            K::Reply,
            Some("Sim"),
            Some("yes"),
        ),
        (
            through_whapi(
                json!({"type": "reply", "reply": {"type": "list_reply", "list_reply": {"id": "7", "title": "Banho"}}}),
            ),
            K::Reply,
            Some("Banho"),
            Some("7"),
        ),
        (through_whapi(json!({"type": "voice", "voice": {"id": "1"}})), K::Audio, None, None),
        (
            through_whapi(json!({"type": "document", "document": {"caption": "the bill"}})),
            K::Document,
            Some("the bill"),
            None,
        ),
        (
            through_whapi(json!({"type": "action", "action": {"type": "reaction", "target": "x", "emoji": "👍"}})),
            K::Reaction,
            None,
            None,
        ),
        (through_whapi(json!({"type": "poll"})), K::Other, None, None),
    ];
    for (message, kind, text, payload) in cases {
        let said = (message.kind, message.text.as_deref(), message.payload.as_deref());
        assert_eq!(said, (kind, text, payload));
    }
}

#[test]
fn notices_about_the_account_and_the_channel() {
    let notice = parsed(
        Gateway::CloudApi,
        &json!({"entry": [{"id": "1", "time": 1, "changes": [{"field": "account_update", "value": {"event": "X"}}]}]}),
    );
    assert_eq!(notice.sender, [SenderEvent::AccountNotice("account_update".to_owned())]);

    let health = |name: &str| {
        channel(&json!({"health": {"start_at": 1_790_000_000, "uptime": 78, "status": {"code": 3, "text": name}},
                      "event": {"type": "channel", "event": "post"}, "channel_id": "MANTIS-M72HC"}))
        .sender
    };
    assert_eq!(health("AUTH"), [SenderEvent::Connected]);
    assert_eq!(health("LAUNCH"), [SenderEvent::Connecting]);
    assert_eq!(health("QR"), [SenderEvent::NeedsLogin]);
    assert_eq!(health("STOP"), [SenderEvent::Disconnected]);
    assert_eq!(health("NEW"), []);

    let user = |key: &str, verb: &str| {
        channel(&json!({"user": {"id": ANA, "name": "Shop"}, "event": {"type": "users", key: verb}, "channel_id": "c"}))
            .sender
    };
    assert_eq!(user("event", "post"), [SenderEvent::Connected]);
    assert_eq!(user("method", "delete"), [SenderEvent::Disconnected]);

    let qr =
        json!({"qr": {"status": "OK", "base64": "…", "expire": 20}, "event": {"type": "channel", "event": "patch"}});
    assert_eq!(channel(&qr), Updates { ignored: 1, ..Updates::default() });
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

/// JSON of any shape, with the names that the parsers look for.
fn any_json() -> impl Strategy<Value = Value> {
    let names = prop::sample::select(vec![
        "entry",
        "changes",
        "field",
        "value",
        "metadata",
        "phone_number_id",
        "messages",
        "statuses",
        "contacts",
        "profile",
        "from",
        "from_user_id",
        "id",
        "type",
        "text",
        "body",
        "timestamp",
        "status",
        "errors",
        "code",
        "system",
        "wa_id",
        "user_id",
        "interactive",
        "button_reply",
        "reply",
        "chat_id",
        "from_me",
        "event",
        "health",
        "user_preferences",
    ]);
    let words = prop::sample::select(vec![
        "messages",
        "user_preferences",
        "text",
        "system",
        "interactive",
        "reply",
        "sent",
        "failed",
        "stop",
        NUMBER,
        ANA,
        "1@lid",
        "1@s.whatsapp.net",
        "users",
        "post",
        "99999999999999999999",
        "-1",
        "",
    ]);
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<u64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        words.prop_map(Value::from),
        any::<String>().prop_map(Value::from),
    ];
    leaf.prop_recursive(9, 96, 6, move |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            prop::collection::vec((names.clone(), inner), 0..6).prop_map(|pairs| pairs
                .into_iter()
                .map(|(k, v)| (k.to_owned(), v))
                .collect::<serde_json::Map<_, _>>()
                .into()),
        ]
    })
}

proptest! {
    #[test]
    fn no_bytes_and_no_json_make_a_parser_panic(bytes: Vec<u8>, json in any_json()) {
        for gateway in [Gateway::CloudApi, Gateway::Whapi] {
            let _ = parse(gateway, NUMBER, &bytes, now());
            let wrapped = json!({"entry": [{"changes": [{"field": "messages", "value": &json}]}]});
            for body in [&json, &wrapped] {
                let told = parse(gateway, NUMBER, body.to_string().as_bytes(), now());
                prop_assert_eq!(told.is_ok(), body.is_object());
                let tasks = Tasks::of(told.unwrap_or_default(), BusinessId(Uuid::nil()), SenderId(Uuid::nil()), gateway);
                for task in &tasks.inbound {
                    let sent = task.body().unwrap();
                    prop_assert_eq!(queues::tasks::InboundWork::parse(&sent).unwrap().body().unwrap(), sent);
                }
            }
        }
    }
}
