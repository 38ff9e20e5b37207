use super::*;
use domain::Status;
use domain::inbound::{Identity, InboundKind, InboundMessage};

#[test]
fn whapis_messages_and_statuses() {
    let body = r#"{"messages":[{"id":"p.w30M7.g4CA-gBgTwl","from_me":false,"type":"text","chat_id":"5511999990001@s.whatsapp.net",
  "timestamp":1790000000,"source":"mobile","text":{"body":"hello"},"from":"5511999990001","from_name":"Ana","chat":{"mute_until":18446744073709552000}}],
 "event":{"type":"messages","event":"post"},"channel_id":"MANTIS-M72HC"}"#;
    let told = parse(Gateway::Whapi, "MANTIS-M72HC", body.as_bytes(), now()).unwrap();
    let expected = InboundMessage {
        gateway_message_id: "p.w30M7.g4CA-gBgTwl".to_owned(),
        from: Identity { phone: ana(), bsuid: None, chat_id: Some(format!("{ANA}@s.whatsapp.net")) },
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
    assert_eq!(hidden(ANA).phone, ana());
    assert_eq!(hidden("").chat_id.as_deref(), Some("987654321012345@lid"));
}
