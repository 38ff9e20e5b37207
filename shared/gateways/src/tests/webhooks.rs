//! Any webhook, of any gateway.

use super::{ANA, NUMBER, now};
use crate::adapter;
use domain::{BusinessId, Gateway, SenderId};
use proptest::prelude::*;
use queues::Task;
use queues::Tasks;
use serde_json::{Value, json};
use strum::IntoEnumIterator;
use uuid::Uuid;

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
        "user_id_update",
        "previous",
        "origin",
        "phones",
        "edit",
        "message",
        "action",
        "edited_content",
        "new_category",
        "correct_category",
        "ban_info",
        "waba_ban_state",
        "messages_updates",
        "trigger",
        "before_update",
        "after_update",
        "votes",
        "customer",
        "contact",
        "vcard",
        "detail",
        "instance",
        "session",
        "data",
        "payload",
        "date_time",
        "key",
        "remoteJid",
        "fromMe",
        "conversation",
        "extendedTextMessage",
        "ephemeralMessage",
        "editedMessage",
        "contextInfo",
        "keyId",
        "messageTimestamp",
        "qrcode",
        "state",
        "statusReason",
        "wuid",
        "statuses",
        "_data",
        "ack",
        "editedMessageId",
        "media",
        "me",
    ]);
    let words = prop::sample::select(vec![
        "messages",
        "user_preferences",
        "user_id_update",
        "edit",
        "contacts",
        "contact_request",
        "user_changed_number",
        "user_changed_user_id",
        "BEGIN:VCARD\nTEL;waid=5511999990001:(11) 99999-0001",
        "User requested to stop marketing messages",
        "User A changed from BR.1 to 5511999990002",
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
        "messages.upsert",
        "messages.update",
        "connection.update",
        "qrcode.updated",
        "message.edited",
        "session.status",
        "FAILED",
        "SCAN_QR_CODE",
        "WORKING",
        "open",
        "READ",
        "2026-11-21T18:00:00.000Z",
        "false_1@c.us_3EB0",
        "true__",
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
        for gateway in Gateway::iter() {
            let _ = adapter(gateway).read_webhook(&bytes, NUMBER, now());
            let wrapped = json!({"entry": [{"changes": [{"field": "messages", "value": &json}]}]});
            let event = |event: &str| json!({"instance": NUMBER, "session": NUMBER, "event": event,
                "date_time": "2026-11-21T18:00:00.000Z", "data": &json, "payload": &json});
            let events = ["messages.upsert", "messages.update", "connection.update", "qrcode.updated", "message",
                "message.edited", "message.ack", "session.status"].map(event);
            for body in [&json, &wrapped].into_iter().chain(&events) {
                let told = adapter(gateway).read_webhook(body.to_string().as_bytes(), NUMBER, now());
                prop_assert_eq!(told.is_ok(), body.is_object());
                let tasks = Tasks::of(told.unwrap_or_default(), BusinessId(Uuid::nil()), SenderId(Uuid::nil()), gateway);
                for task in &tasks.inbound {
                    let sent = task.body().unwrap();
                    prop_assert_eq!(queues::inbound::InboundWork::parse(&sent).unwrap().body().unwrap(), sent);
                }
            }
        }
    }
}
