use crate::Adapter;
use crate::evolution::Evolution;
use crate::tests::{ana_phone, at, now};
use domain::inbound::{InboundKind, InboundMessage, PersonIdentity, SenderEvent};
use domain::sessions::news::{SessionEvent, SessionNews};
use domain::{Status, Updates};
use serde_json::{Value, json};

const JID: &str = "5511999990001@s.whatsapp.net";

fn told(event: &str, data: Value) -> Updates {
    told_by("acme", event, data)
}

/// With the clock of São Paulo, at the moment at which it comes.
fn told_by(instance: &str, event: &str, data: Value) -> Updates {
    let date_time = (now() - chrono::TimeDelta::hours(3)).to_rfc3339_opts(chrono::SecondsFormat::Millis, true);
    let body = json!({"event": event, "instance": instance, "data": data, "destination": "https://h/evo",
        "date_time": date_time, "sender": "573001234567@s.whatsapp.net", "server_url": "http://e", "apikey": null});
    Evolution.read_webhook(body.to_string().as_bytes(), "acme", now()).unwrap()
}

fn record(remote: &str, from_me: bool, message: &Value) -> Value {
    json!({"key": {"remoteJid": remote, "fromMe": from_me, "id": "3EB0"}, "pushName": "Ana", "status": "DELIVERY_ACK",
        "message": message, "messageType": "conversation", "messageTimestamp": 1_790_000_000, "instanceId": "uuid",
        "source": "android"})
}

fn ignored() -> Updates {
    Updates { ignored: 1, ..Updates::default() }
}

#[test]
fn a_persons_message() {
    let mut data = record(JID, false, &json!({"conversation": "oi"}));
    data["contextInfo"] = json!({"stanzaId": "3EB0A1", "quotedMessage": {"conversation": "Você vem?"}});
    let expected = InboundMessage {
        gateway_message_id: "3EB0".to_owned(),
        from: PersonIdentity { phone: ana_phone(), bsuid: None, chat_id: Some(JID.to_owned()) },
        name: Some("Ana".to_owned()),
        username: None,
        kind: InboundKind::Text,
        text: Some("oi".to_owned()),
        payload: None,
        reply_to: Some("3EB0A1".to_owned()),
        at: at(1_790_000_000),
        told: None,
        media: None,
        is_own_contact: false,
        undated: false,
    };
    assert_eq!(told("messages.upsert", data.clone()), Updates { inbound: vec![expected], ..Updates::default() });
    assert_eq!(told_by("other", "messages.upsert", data), Updates { foreign: 1, ..Updates::default() });

    let picture = record(JID, false, &json!({"imageMessage": {"caption": "Sair", "url": "https://mmg"}}));
    let told = told("messages.upsert", picture).inbound.remove(0);
    assert_eq!((told.kind, told.text.as_deref()), (InboundKind::Image, Some("Sair")));
}

#[test]
fn no_person_wrote_these() {
    let text = json!({"conversation": "x"});
    for chat in ["123-456@g.us", "123@newsletter", "status@broadcast", "0@s.whatsapp.net", "13135550002@s.whatsapp.net"]
    {
        assert_eq!(told("messages.upsert", record(chat, false, &text)), ignored(), "{chat}");
    }
    assert_eq!(told("send.message", record(JID, true, &text)), ignored());
    assert_eq!(told("messages.upsert", record(JID, false, &json!({"protocolMessage": {"type": 0}}))), ignored());
    for event in ["send.message", "chats.upsert", "presence.update", "labels.edit", "messages.edited", "new.event"] {
        assert_eq!(told(event, record(JID, false, &text)), ignored(), "{event}");
    }
}

#[test]
fn a_hidden_number_is_told_beside_the_chat_or_not_at_all() {
    let hidden = |other: Value| {
        let mut data = record("987654321012345@lid", false, &json!({"conversation": "x"}));
        data["key"].as_object_mut().unwrap().extend(other.as_object().unwrap().clone());
        told("messages.upsert", data).inbound.remove(0).from
    };
    assert_eq!(hidden(json!({})).phone, None);
    assert_eq!(hidden(json!({"remoteJidAlt": "123@lid"})).phone, None);
    assert_eq!(hidden(json!({"remoteJidAlt": JID})).phone, ana_phone());
    assert_eq!(hidden(json!({"senderPn": "5511999990001:7@s.whatsapp.net"})).phone, ana_phone());
    assert_eq!(hidden(json!({})).chat_id.as_deref(), Some("987654321012345@lid"));
}

#[test]
fn reports_of_our_messages() {
    let report = |remote: &str, from_me: bool, status: &str| {
        told(
            "messages.update",
            json!({"keyId": "3EB0A1", "remoteJid": remote, "fromMe": from_me, "status": status,
            "instanceId": "uuid", "messageId": "cuid"}),
        )
    };
    for (status, expected) in [
        ("SERVER_ACK", Status::Sent),
        ("DELIVERY_ACK", Status::Delivered),
        ("READ", Status::Read),
        ("PLAYED", Status::Read),
        ("ERROR", Status::Failed),
    ] {
        let told = report(JID, true, status).statuses.remove(0);
        let expected = (expected, "3EB0A1", now());
        assert_eq!((told.status, told.gateway_message_id.as_str(), told.at), expected, "{status}");
        assert_eq!(report("1@lid", true, status).statuses.len(), 1);
    }
    for (remote, from_me, status) in
        [(JID, true, "PENDING"), (JID, true, "DELETED"), (JID, false, "READ"), ("1-2@g.us", true, "READ")]
    {
        assert_eq!(report(remote, from_me, status), ignored(), "{remote} {from_me} {status}");
    }
}

#[test]
fn an_edit_is_said_anew() {
    let update = |from_me: bool| {
        told(
            "messages.update",
            json!({"keyId": "3EB0", "remoteJid": JID, "fromMe": from_me, "status": "SERVER_ACK",
            "message": {"editedMessage": {"message": {"extendedTextMessage": {"text": "Sair"}}}}}),
        )
    };
    let edit = update(false).inbound.remove(0);
    assert_eq!((edit.kind, edit.text.as_deref()), (InboundKind::Edit, Some("Sair")));
    assert_eq!((edit.reply_to.as_deref(), edit.at, edit.undated), (Some("3EB0"), now(), false));
    assert!(edit.gateway_message_id.starts_with("3EB0/edit/"), "{}", edit.gateway_message_id);
    assert_eq!(update(false).inbound.remove(0), edit);
    assert_eq!(update(true).inbound, []);
}

#[test]
fn news_of_the_session() {
    let code = json!({"qrcode": {"instance": "acme", "pairingCode": null, "code": "2@abc", "base64": "data:…"}});
    let update = |state: &str, reason: u16| json!({"instance": "acme", "state": state, "statusReason": reason});
    let mut open = update("open", 200);
    open["wuid"] = json!(JID);
    open["profilePictureUrl"] = json!("https://pps.whatsapp.net/x");
    let disconnected = |reason| SessionNews::Disconnected { reason };
    use SenderEvent as S;
    for (event, data, news, sender) in [
        ("qrcode.updated", code, SessionNews::Code { code: Some("2@abc".to_owned()) }, S::NeedsLogin),
        (
            "qrcode.updated",
            json!({"message": "QR code limit reached, please login again", "statusCode": 500}),
            SessionNews::CodesEnded,
            S::Disconnected,
        ),
        ("connection.update", update("connecting", 200), SessionNews::Connecting, S::Connecting),
        ("connection.update", open, SessionNews::Connected { phone: ana_phone() }, S::Connected),
        ("connection.update", update("open", 200), SessionNews::Connected { phone: None }, S::Connected),
        ("connection.update", update("close", 401), disconnected(Some(401)), S::Disconnected),
        ("connection.update", update("close", 200), disconnected(None), S::Disconnected),
        ("connection.update", update("refused", 428), SessionNews::CodesEnded, S::Disconnected),
        ("connection.update", update("refused", 403), disconnected(Some(403)), S::Disconnected),
        (
            "status.instance",
            json!({"instance": "acme", "status": "closed", "disconnectionAt": "…", "disconnectionReasonCode": 403,
                   "disconnectionObject": "{}"}),
            disconnected(Some(403)),
            S::Disconnected,
        ),
        ("logout.instance", Value::Null, disconnected(Some(401)), S::Disconnected),
        ("remove.instance", Value::Null, SessionNews::Ended, S::Disconnected),
    ] {
        let told = told(event, data.clone());
        assert_eq!(told.sender, [sender], "{event} {data}");
        let [SessionEvent { event_id, address, at, news: found }] = &told.sessions[..] else { panic!("{event}") };
        assert_eq!((address.as_str(), *at, found, event_id.len()), ("acme", now(), &news, 32), "{event} {data}");
        assert_eq!((told.ignored, told.inbound.len(), told.statuses.len()), (0, 0, 0));
    }
    for (event, data) in [
        ("qrcode.updated", json!({"qrcode": {"base64": "x"}})),
        ("qrcode.updated", json!({})),
        ("connection.update", update("new", 1)),
        ("connection.update", json!({})),
        ("status.instance", json!({"status": "created"})),
    ] {
        assert_eq!(told(event, data), ignored(), "{event}");
    }
    assert_eq!(told_by("other", "logout.instance", Value::Null), Updates { foreign: 1, ..Updates::default() });
}

#[test]
fn an_event_is_named_alike_in_each_delivery_and_unlike_any_other() {
    let id = |event: &str, date_time: &str, data: Value| {
        let body = json!({"event": event, "instance": "acme", "data": data, "date_time": date_time});
        Evolution.read_webhook(body.to_string().as_bytes(), "acme", now()).unwrap().sessions.remove(0).event_id
    };
    let code = |code: &str, picture: &str| json!({"qrcode": {"code": code, "base64": picture}});
    let (one, other) = ("2026-11-21T18:00:00.000Z", "2026-11-21T18:00:45.000Z");
    let first = id("qrcode.updated", one, code("a", "x"));
    assert_eq!(id("qrcode.updated", one, code("a", "y")), first);
    let mut all = vec![first, id("qrcode.updated", other, code("a", "x")), id("qrcode.updated", one, code("b", "x"))];
    all.extend(["logout.instance", "remove.instance"].map(|event| id(event, one, Value::Null)));
    let unlike: std::collections::BTreeSet<_> = all.iter().collect();
    assert_eq!(unlike.len(), all.len());
}

#[test]
fn a_webhook_without_an_instance_or_a_time_is_read_as_far_as_it_goes() {
    let body = |body: Value| Evolution.read_webhook(body.to_string().as_bytes(), "acme", now()).unwrap();
    assert_eq!(body(json!({"event": "logout.instance"})), ignored());
    assert_eq!(body(json!({"instance": "acme"})), ignored());
    assert_eq!(body(json!({"event": "logout.instance", "instance": "acme"})).sessions[0].at, now());
}

/// The backend takes an id for known, whichever session it was of.
#[test]
fn sessions_that_are_logged_out_in_one_moment_have_events_of_their_own() {
    let of = |instance: &str| {
        let body = json!({"event": "logout.instance", "instance": instance, "data": null,
            "date_time": "2026-11-21T09:00:00.000Z"});
        let told = Evolution.read_webhook(body.to_string().as_bytes(), instance, now()).unwrap();
        told.sessions.into_iter().next().unwrap().event_id
    };
    assert_eq!(of("acme"), of("acme"));
    assert_ne!(of("acme"), of("beta"));
}

#[test]
fn what_a_person_of_the_business_writes_is_surely_theirs_on_a_phone() {
    let own = |source: &str, chat: &str, message: Value| {
        let mut data = record(chat, true, &message);
        data["source"] = json!(source);
        told("messages.upsert", data).own
    };
    let text = || json!({"conversation": "Já vejo isso"});
    let by_hand = &own("android", JID, text())[0];
    assert_eq!((by_hand.gateway_message_id.as_str(), by_hand.text.as_deref()), ("3EB0", Some("Já vejo isso")));
    assert_eq!((by_hand.to.phone.clone(), by_hand.at, by_hand.by_hand), (ana_phone(), at(1_790_000_000), true));
    assert!(!own("web", JID, text())[0].by_hand, "or one of ours");
    assert_eq!(own("android", "123-456@g.us", text()), []);
    assert_eq!(own("android", JID, json!({"reactionMessage": {"text": "👍"}})), []);
}
