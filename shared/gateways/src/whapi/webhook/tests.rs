use crate::Adapter;
use crate::tests::{ANA, NUMBER, ana_phone, at, now};
use crate::whapi::Whapi;
use domain::inbound::{InboundKind, InboundMessage, PersonIdentity, SenderEvent};
use domain::{Status, Updates};
use serde_json::{Value, json};

fn channel(body: &Value) -> Updates {
    Whapi.read_webhook(body.to_string().as_bytes(), NUMBER, now()).unwrap()
}

#[test]
fn whapis_messages_and_statuses() {
    let body = r#"{"messages":[{"id":"p.w30M7.g4CA-gBgTwl","from_me":false,"type":"text","chat_id":"5511999990001@s.whatsapp.net",
  "timestamp":1790000000,"source":"mobile","text":{"body":"hello"},"from":"5511999990001","from_name":"Ana","chat":{"mute_until":18446744073709552000}}],
 "event":{"type":"messages","event":"post"},"channel_id":"MANTIS-M72HC"}"#;
    let told = Whapi.read_webhook(body.as_bytes(), "MANTIS-M72HC", now()).unwrap();
    let expected = InboundMessage {
        gateway_message_id: "p.w30M7.g4CA-gBgTwl".to_owned(),
        from: PersonIdentity { phone: ana_phone(), bsuid: None, chat_id: Some(format!("{ANA}@s.whatsapp.net")) },
        name: Some("Ana".to_owned()),
        username: None,
        kind: InboundKind::Text,
        text: Some("hello".to_owned()),
        payload: None,
        reply_to: None,
        at: at(1_790_000_000),
    };
    assert_eq!(told, Updates { inbound: vec![expected], ..Updates::default() });

    let told = channel(&json!({"statuses": [
        {"id": "AbC-dEf", "code": 4, "status": "read", "recipient_id": "5511999990001@s.whatsapp.net", "timestamp": "1790000050"},
        {"id": "AbC-dEf", "code": 1, "status": "pending", "timestamp": "1790000049"},
        {"id": "x", "status": "failed", "timestamp": "1790000051", "errors": [{"code": 463, "title": "…"}]}],
        "event": {"type": "statuses", "event": "post"}, "channel_id": "MANTIS-M72HC"}));
    let short: Vec<_> = told.statuses.iter().map(|it| (it.status, it.at, it.error.map(|e| e.code))).collect();
    assert_eq!(short, [(Status::Read, at(1_790_000_050), None), (Status::Failed, at(1_790_000_051), Some(463))]);
    assert_eq!(told.ignored, 1);
}

#[test]
fn whapis_groups_own_messages_and_hidden_numbers() {
    let message = |chat: &str, from: &str, from_me: bool| {
        channel(
            &json!({"messages": [{"id": "m", "from_me": from_me, "type": "text", "chat_id": chat, "from": from, "text": {"body": "x"}}]}),
        )
    };
    for chat in ["123-456@g.us", "123@newsletter", "status@broadcast", "stories", ANA] {
        assert_eq!(message(chat, ANA, false), Updates { ignored: 1, ..Updates::default() }, "{chat}");
    }
    assert_eq!(message("5511999990001@s.whatsapp.net", ANA, true).inbound, []);

    let hidden = |from: &str| message("987654321012345@lid", from, false).inbound.remove(0).from;
    assert_eq!(hidden("987654321012345").phone, None);
    assert_eq!(hidden("987654321012345@lid").phone, None);
    assert_eq!(hidden(ANA).phone, ana_phone());
    assert_eq!(hidden("").chat_id.as_deref(), Some("987654321012345@lid"));
}

#[test]
fn each_kind_of_message_says_its_own() {
    let through_whapi = |message: Value| {
        let mut message = message;
        message["id"] = json!("m");
        message["from_me"] = json!(false);
        message["chat_id"] = json!(format!("{ANA}@s.whatsapp.net"));
        channel(&json!({"messages": [message]})).inbound.remove(0)
    };
    use InboundKind as K;
    let cases = [
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
fn notices_about_the_channel() {
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
