use crate::Adapter;
use crate::tests::{ana_phone, at, now};
use crate::waha::Waha;
use domain::inbound::{InboundKind, InboundMessage, PersonIdentity, SenderEvent};
use domain::sessions::news::{SessionEvent, SessionNews};
use domain::{Status, Updates};
use serde_json::{Value, json};

const CHAT: &str = "5511999990001@c.us";

fn told(event: &str, payload: Value) -> Updates {
    told_by("acme", event, payload)
}

fn told_by(session: &str, event: &str, payload: Value) -> Updates {
    let body = json!({"id": "evt_01", "timestamp": 1_790_000_000_123_i64, "event": event, "session": session,
        "metadata": {}, "me": {"id": CHAT, "pushName": "Shop"}, "payload": payload, "engine": "WEBJS",
        "environment": {"version": "2026.7.1", "engine": "WEBJS", "tier": "PLUS"}});
    Waha.read_webhook(body.to_string().as_bytes(), "acme", now()).unwrap()
}

/// A message with the fields that all engines have, and these.
fn message(own: Value) -> Value {
    let mut message = json!({"id": format!("false_{CHAT}_AAAA"), "timestamp": 1_790_000_000, "from": CHAT,
        "fromMe": false, "to": "573001234567@c.us", "body": "oi", "hasMedia": false, "ack": 1});
    message.as_object_mut().unwrap().extend(own.as_object().unwrap().clone());
    message
}

fn ignored() -> Updates {
    Updates { ignored: 1, ..Updates::default() }
}

#[test]
fn a_persons_message() {
    let whole = message(json!({"replyTo": {"id": "true_5511999990001@c.us_BBBB", "body": "Você vem?"},
                               "_data": {"type": "chat", "notifyName": "Ana"}}));
    let expected = InboundMessage {
        gateway_message_id: "AAAA".to_owned(),
        from: PersonIdentity { phone: ana_phone(), bsuid: None, chat_id: Some(CHAT.to_owned()) },
        name: Some("Ana".to_owned()),
        username: None,
        kind: InboundKind::Text,
        text: Some("oi".to_owned()),
        payload: None,
        reply_to: Some("BBBB".to_owned()),
        at: at(1_790_000_000),
        told: None,
        media: None,
        is_own_contact: false,
        undated: false,
    };
    assert_eq!(told("message", whole.clone()), Updates { inbound: vec![expected], ..Updates::default() });
    assert_eq!(told_by("other", "message", whole), Updates { foreign: 1, ..Updates::default() });
    for (data, name) in [
        (json!({"pushName": "Ana"}), Some("Ana")),
        (json!({"Info": {"PushName": "Ana"}}), Some("Ana")),
        (json!({}), None),
        (json!(null), None),
    ] {
        let told = told("message", message(json!({"_data": data}))).inbound.remove(0);
        assert_eq!(told.name.as_deref(), name, "{data}");
    }
}

#[test]
fn each_kind_of_message_says_its_own() {
    use InboundKind as K;
    let media = |mimetype: &str| json!({"hasMedia": true, "media": {"url": "http://w/f", "mimetype": mimetype}});
    for (own, kind, text) in [
        (json!({}), K::Text, Some("oi")),
        (media("image/jpeg"), K::Image, Some("oi")),
        (media("image/webp"), K::Sticker, None),
        (media("video/mp4"), K::Video, Some("oi")),
        (media("audio/ogg; codecs=opus"), K::Audio, None),
        (media("application/pdf"), K::Document, Some("oi")),
        (json!({"hasMedia": true, "media": null}), K::Other, Some("oi")),
        (json!({"location": {"latitude": "1", "longitude": "2"}}), K::Location, None),
        (json!({"vCards": ["BEGIN:VCARD"]}), K::Contacts, None),
        (json!({"body": null}), K::Other, None),
        (json!({"_data": {"type": "ptt"}, "body": ""}), K::Audio, None),
        (json!({"_data": {"type": "image"}}), K::Image, Some("oi")),
        (json!({"_data": {"type": "location"}}), K::Location, None),
        (json!({"_data": {"type": "vcard"}}), K::Contacts, None),
        (json!({"_data": {"type": "list_response"}}), K::Reply, Some("oi")),
        (json!({"_data": {"type": "poll_creation"}}), K::Other, Some("oi")),
        (json!({"_data": {"message": {"imageMessage": {"caption": "Sair"}}}}), K::Image, Some("Sair")),
        (json!({"_data": {"message": {"audioMessage": {}}}}), K::Audio, None),
        (json!({"_data": {"Message": {"extendedTextMessage": {"text": "oi"}}}}), K::Text, Some("oi")),
        (json!({"_data": {"Message": {"locationMessage": {}}}}), K::Location, None),
    ] {
        let told = told("message", message(own.clone())).inbound.remove(0);
        assert_eq!((told.kind, told.text.as_deref()), (kind, text), "{own}");
    }
    let chosen = json!({"buttonsResponseMessage": {"selectedButtonID": "a/come", "selectedDisplayText": "Vou"}});
    let told = told("message", message(json!({"_data": {"Message": chosen}, "body": null}))).inbound.remove(0);
    assert_eq!((told.kind, told.text.as_deref(), told.payload.as_deref()), (K::Reply, Some("Vou"), Some("a/come")));
}

#[test]
fn no_person_wrote_these() {
    for from in ["1-2@g.us", "1@newsletter", "status@broadcast", "0@c.us", "13135550002@c.us", "5511999990001"] {
        assert_eq!(told("message", message(json!({"from": from}))), ignored(), "{from}");
    }
    assert_eq!(told("message.any", message(json!({"fromMe": true, "source": "api"}))), ignored());
    for kind in ["revoked", "e2e_notification", "notification_template", "call_log", "ciphertext", "gp2", "protocol"] {
        assert_eq!(told("message", message(json!({"_data": {"type": kind}}))), ignored(), "{kind}");
    }
    let deleted = json!({"_data": {"message": {"protocolMessage": {"type": "REVOKE"}}}});
    assert_eq!(told("message", message(deleted)), ignored());
    for event in ["message.revoked", "message.waiting", "state.change", "presence.update", "new"] {
        assert_eq!(told(event, message(json!({}))), ignored(), "{event}");
    }
}

#[test]
fn a_hidden_number_is_told_among_the_engines_data_or_not_at_all() {
    let hidden = |data: Value| {
        let from = json!({"from": "987654321012345@lid", "id": "false_987654321012345@lid_AAAA", "_data": data});
        told("message", message(from)).inbound.remove(0).from
    };
    assert_eq!(hidden(json!({})).phone, None);
    assert_eq!(hidden(json!({"key": {"remoteJidAlt": "1@lid"}})).phone, None);
    assert_eq!(hidden(json!({"key": {"remoteJidAlt": "5511999990001@s.whatsapp.net"}})).phone, ana_phone());
    assert_eq!(hidden(json!({"Info": {"SenderAlt": "5511999990001:22@s.whatsapp.net"}})).phone, ana_phone());
    assert_eq!(hidden(json!({})).chat_id.as_deref(), Some("987654321012345@lid"));
}

#[test]
fn a_reaction_and_an_edit() {
    let own = json!({"body": null, "timestamp": 1_790_000_000.853, "participant": CHAT,
                     "reaction": {"text": "🙏", "messageId": format!("true_{CHAT}_BBBB")}});
    let reaction = told("message.reaction", message(own)).inbound.remove(0);
    assert_eq!((reaction.kind, reaction.text, reaction.at), (InboundKind::Reaction, None, at(1_790_000_000)));
    assert_eq!(told("message.reaction", message(json!({"fromMe": true}))), ignored());

    let edited = |id: &str| {
        let own = json!({"id": format!("false_{CHAT}_{id}"), "editedMessageId": "AAAA", "body": "Sair"});
        told("message.edited", message(own)).inbound.remove(0)
    };
    let edit = edited("CCCC");
    assert_eq!((edit.kind, edit.text.as_deref()), (InboundKind::Edit, Some("Sair")));
    assert_eq!((edit.gateway_message_id.as_str(), edit.reply_to.as_deref()), ("CCCC", Some("AAAA")));
    assert_eq!((edit.at.timestamp_millis(), edit.undated), (1_790_000_000_123, false));
    assert_eq!(edited("AAAA").gateway_message_id, "AAAA/edit/1790000000123");
    assert_eq!(told("message.edited", message(json!({"fromMe": true, "editedMessageId": "AAAA"}))), ignored());
    assert_eq!(told("message.edited", message(json!({}))), ignored());
}

#[test]
fn reports_of_our_messages() {
    let report = |own: Value| {
        let mut payload =
            json!({"id": format!("true_{CHAT}_BBBB"), "from": CHAT, "participant": null, "fromMe": true, "ack": 3});
        payload.as_object_mut().unwrap().extend(own.as_object().unwrap().clone());
        told("message.ack", payload)
    };
    for (ack, expected) in
        [(-1, Status::Failed), (1, Status::Sent), (2, Status::Delivered), (3, Status::Read), (4, Status::Read)]
    {
        let told = report(json!({"ack": ack})).statuses.remove(0);
        assert_eq!((told.status, told.gateway_message_id.as_str()), (expected, "BBBB"), "{ack}");
        assert_eq!(told.at.timestamp_millis(), 1_790_000_000_123);
    }
    let hidden = report(json!({"id": "true_987654321012345@lid_BBBB", "from": "987654321012345@lid"}));
    assert_eq!(hidden.statuses[0].gateway_message_id, "BBBB");
    for own in [
        json!({"ack": 0}),
        json!({"ack": 9}),
        json!({"ack": null}),
        json!({"fromMe": false}),
        json!({"id": "true_1-2@g.us_BBBB_9@lid", "from": "1-2@g.us"}),
        json!({"id": null}),
    ] {
        assert_eq!(report(own.clone()), ignored(), "{own}");
    }
}

#[test]
fn news_of_the_session() {
    let status = |status: &str, before: &[&str]| {
        let statuses: Vec<_> = before.iter().chain([&status]).map(|it| json!({"status": it, "timestamp": 1})).collect();
        json!({"name": "acme", "status": status, "statuses": statuses, "data": null})
    };
    let failed = SessionNews::Disconnected { reason: None };
    use SenderEvent as S;
    for (payload, news, sender) in [
        (status("STARTING", &["STOPPED"]), SessionNews::Connecting, S::Connecting),
        (status("SCAN_QR_CODE", &["STARTING"]), SessionNews::Code { code: None }, S::NeedsLogin),
        (status("PASSKEY_REQUIRED", &["SCAN_QR_CODE"]), SessionNews::ActionRequired, S::NeedsLogin),
        (status("PASSKEY_CONFIRMATION_REQUIRED", &[]), SessionNews::ActionRequired, S::NeedsLogin),
        (status("WORKING", &["STARTING"]), SessionNews::Connected { phone: ana_phone() }, S::Connected),
        (status("STOPPED", &["WORKING"]), SessionNews::Ended, S::Disconnected),
        (status("FAILED", &["STARTING", "SCAN_QR_CODE"]), SessionNews::CodesEnded, S::Disconnected),
        (status("FAILED", &["SCAN_QR_CODE", "STARTING"]), failed.clone(), S::Disconnected),
        (status("FAILED", &["SCAN_QR_CODE", "WORKING"]), failed.clone(), S::Disconnected),
        (status("FAILED", &[]), failed.clone(), S::Disconnected),
        // The history may end before the status itself, or be absent.
        (
            json!({"status": "FAILED", "statuses": [{"status": "SCAN_QR_CODE"}]}),
            SessionNews::CodesEnded,
            S::Disconnected,
        ),
        (json!({"status": "FAILED"}), failed, S::Disconnected),
    ] {
        let told = told("session.status", payload.clone());
        assert_eq!(told.sender, [sender], "{payload}");
        let at = chrono::DateTime::from_timestamp_millis(1_790_000_000_123).unwrap();
        let expected = SessionEvent { event_id: "evt_01".to_owned(), address: "acme".to_owned(), at, news };
        assert_eq!(told.sessions, [expected], "{payload}");
        assert_eq!((told.ignored, told.foreign), (0, 0));
    }
    assert_eq!(told("session.status", json!({"status": "NEW"})), ignored());
    assert_eq!(told("session.status", json!({})), ignored());
    let other = told_by("other", "session.status", json!({"status": "STOPPED"}));
    assert_eq!(other, Updates { foreign: 1, ..Updates::default() });
}

#[test]
fn an_event_without_an_id_is_named_alike_in_each_delivery() {
    let read = |payload: Value| {
        let body = json!({"timestamp": 1_790_000_000_123_i64, "event": "session.status", "session": "acme",
                          "payload": payload});
        Waha.read_webhook(body.to_string().as_bytes(), "acme", now()).unwrap().sessions.remove(0).event_id
    };
    assert_eq!(read(json!({"status": "STARTING"})), read(json!({"status": "STARTING"})));
    assert_ne!(read(json!({"status": "STARTING"})), read(json!({"status": "STOPPED"})));
}

#[test]
fn what_a_person_of_the_business_writes_is_told_apart_from_what_a_program_sends() {
    let own = |source: Value| {
        let fields = json!({"id": format!("true_{CHAT}_BBBB"), "fromMe": true, "from": "573001234567@c.us", "to": CHAT,
                            "source": source, "_data": {"type": "chat"}});
        told("message.any", message(fields)).own
    };
    let by_hand = &own(json!("app"))[0];
    assert_eq!((by_hand.gateway_message_id.as_str(), by_hand.text.as_deref()), ("BBBB", Some("oi")));
    assert_eq!((by_hand.to.phone.clone(), by_hand.at, by_hand.by_hand), (ana_phone(), at(1_790_000_000), true));
    assert!(!own(Value::Null)[0].by_hand);
    assert_eq!(own(json!("api")), []);
    // An engine that names the chat in `from`, whoever wrote.
    let noweb = json!({"fromMe": true, "to": null, "source": "app"});
    assert_eq!(told("message.any", message(noweb)).own[0].to.phone, ana_phone());
    assert_eq!(told("message.any", message(json!({}))).inbound.len(), 1);
    assert_eq!(told("message.reaction", message(json!({"fromMe": true, "source": "app"}))).own, []);
}
