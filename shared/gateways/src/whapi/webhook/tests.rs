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
        told: None,
        media: None,
        is_own_contact: false,
        undated: false,
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
    assert!(!message("5511999990001@s.whatsapp.net", ANA, true).own[0].by_hand, "or one of ours");
    assert_eq!(message("123-456@g.us", ANA, true), Updates { ignored: 1, ..Updates::default() });

    let hidden = |from: &str| message("987654321012345@lid", from, false).inbound.remove(0).from;
    assert_eq!(hidden("987654321012345").phone, None);
    assert_eq!(hidden("987654321012345@lid").phone, None);
    assert_eq!(hidden(ANA).phone, ana_phone());
    assert_eq!(hidden("").chat_id.as_deref(), Some("987654321012345@lid"));
}

#[test]
fn what_a_person_of_the_business_writes_is_told_apart_from_what_a_program_sends() {
    let own = |source: &str| {
        let message = json!({"id": "m", "from_me": true, "type": "text", "chat_id": format!("{ANA}@s.whatsapp.net"),
            "from": "573001234567", "source": source, "timestamp": 1_790_000_000, "text": {"body": "Já vejo isso"}});
        channel(&json!({"messages": [message]})).own
    };
    for source in ["mobile", "web"] {
        let by_hand = &own(source)[0];
        assert_eq!((by_hand.gateway_message_id.as_str(), by_hand.text.as_deref()), ("m", Some("Já vejo isso")));
        assert_eq!((by_hand.to.phone.clone(), by_hand.at, by_hand.by_hand), (ana_phone(), at(1_790_000_000), true));
    }
    assert!(!own("unknown")[0].by_hand);
    for source in ["api", "system", "business_api"] {
        assert_eq!(own(source), [], "{source}");
    }
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
            through_whapi(json!({"type": "reply", "reply": {"type": "buttons_reply",
                "buttons_reply": {"id": "ButtonsV3:appointment/7/come", "title": "Vou"}}})),
            K::Reply,
            Some("Vou"),
            Some("appointment/7/come"),
        ),
        (
            through_whapi(json!({"type": "reply", "reply": {"type": "list_reply",
                "list_reply": {"id": "ListV3:a:b", "title": "Vou"}}})),
            K::Reply,
            Some("Vou"),
            Some("a:b"),
        ),
        (
            through_whapi(json!({"type": "reply", "reply": {"type": "buttons_reply",
                "buttons_reply": {"id": "offer:7", "title": "Vou"}}})),
            K::Reply,
            Some("Vou"),
            Some("offer:7"),
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
    let part = |name: &str, part: Value| through_whapi(json!({"type": name, name: part}));
    for (name, content, kind, text) in [
        ("documentWithCaption", json!({"caption": "Sair", "filename": "f.pdf"}), K::Document, Some("Sair")),
        ("gif", json!({"caption": "Sair"}), K::Video, Some("Sair")),
        ("short", json!({"caption": "Sair"}), K::Video, Some("Sair")),
        ("order", json!({"order_id": "1", "text": "Sair", "title": "t"}), K::Order, Some("Sair")),
        ("poll", json!({"title": "Sair", "total": 1, "results": []}), K::Other, Some("Sair")),
        ("interactive", json!({"header": {"text": "h"}, "body": {"text": "Sair"}}), K::Other, Some("Sair")),
        ("hsm", json!({"body": "Sair", "footer": "f"}), K::Other, Some("Sair")),
        ("link_preview", json!({"title": "Sair", "url": "https://x.test"}), K::Text, Some("Sair")),
        ("event", json!({"name": "Sair", "start": 1}), K::Other, Some("Sair")),
        ("catalog", json!({"title": "Sair", "catalog_id": "1"}), K::Other, Some("Sair")),
        ("product", json!({"catalog_id": "1", "product_id": "2"}), K::Other, None),
        ("live_location", json!({"latitude": 1, "longitude": 2, "caption": "Sair"}), K::Location, Some("Sair")),
        ("location", json!({"latitude": 1, "longitude": 2, "comment": "Sair"}), K::Location, Some("Sair")),
        ("location", json!({"latitude": 1, "longitude": 2, "name": "Casa"}), K::Location, None),
        ("list", json!({"header": "Sair", "sections": []}), K::Other, Some("Sair")),
        ("list", json!({"header": "h", "body": "Sair"}), K::Other, Some("Sair")),
        ("interactive", json!({"header": {"text": "Sair"}}), K::Other, Some("Sair")),
        ("action", json!({"type": "comment", "target": "W1", "comment": "Sair"}), K::Text, Some("Sair")),
        ("action", json!({"type": "vote", "target": "W1", "votes": ["Sair"]}), K::Other, None),
        ("contact", json!({"name": "Bea", "vcard": "BEGIN:VCARD"}), K::Contacts, None),
    ] {
        let said = part(name, content);
        assert_eq!((said.kind, said.text.as_deref()), (kind, text), "{name}");
        assert!(said.undated);
    }
    let vote = part("action", json!({"type": "vote", "target": "W1", "votes": ["Terça", "Sexta"]}));
    assert_eq!(vote.told.as_deref(), Some("Terça, Sexta"), "a choice, and no words of the person's");
    assert_eq!(part("product", json!({"product_id": "racao"})).told.as_deref(), Some("racao"));
    let comment = part("action", json!({"type": "comment", "target": "W1", "comment": "Sair"}));
    assert_eq!((comment.gateway_message_id.as_str(), comment.reply_to.as_deref()), ("m", Some("W1")));
    let under_the_other_name =
        through_whapi(json!({"type": "documentWithCaption", "document": {"caption": "Sair", "id": "1"}}));
    assert_eq!(under_the_other_name.text.as_deref(), Some("Sair"));
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

#[test]
fn an_edit_is_said_anew_and_a_deletion_is_not() {
    let action = |id: &str, action: Value| {
        channel(&json!({"messages": [{"id": id, "from_me": false, "type": "action",
            "chat_id": format!("{ANA}@s.whatsapp.net"), "from": ANA, "timestamp": 0, "action": action}],
            "event": {"type": "messages", "event": "post"}}))
    };
    let edit = json!({"target": "W.T0", "type": "edit", "edited_type": "text", "edited_content": {"body": "Sair"}});
    let told = action("W.E1", edit.clone()).inbound.remove(0);
    assert_eq!((told.kind, told.text.as_deref()), (InboundKind::Edit, Some("Sair")));
    assert_eq!((told.gateway_message_id.as_str(), told.reply_to.as_deref()), ("W.E1", Some("W.T0")));
    assert_eq!((told.at, told.undated), (now(), true));
    let trigger = json!({"id": "W.E1", "from_me": false, "type": "action", "chat_id": format!("{ANA}@s.whatsapp.net"),
        "from": ANA, "timestamp": 0, "action": edit});
    let update = |trigger: &Value| {
        channel(&json!({"messages_updates": [{"id": "W.T0", "trigger": trigger, "changes": ["text"]}],
            "event": {"type": "messages", "event": "patch"}}))
    };
    assert_eq!(update(&trigger).inbound, std::slice::from_ref(&told));
    assert_eq!(update(&Value::Null), Updates { ignored: 1, ..Updates::default() });
    assert_ne!(action("W.T0", edit).inbound.remove(0).gateway_message_id, "W.T0");
    let caption = json!({"target": "W.T0", "type": "edit", "edited_type": "image", "edited_content": {"image": {"caption": "Sair"}}});
    assert_eq!(action("W.E2", caption).inbound[0].text.as_deref(), Some("Sair"));
    for other in ["delete", "ephemeral", "media_notify", "vote", "comment", "keep", "pin"] {
        let told = action("m", json!({"target": "W.T0", "type": other}));
        assert_eq!(told, Updates { ignored: 1, ..Updates::default() }, "{other}");
    }
}

/// Recorded as `ButtonsV3:STOP`: what we gave is behind the prefix.
#[test]
fn the_id_of_a_button_is_read_behind_whapis_prefix() {
    for (kind, id, payload) in [
        ("buttons_reply", "ButtonsV3:STOP", "STOP"),
        ("list_reply", "ListV3:menu:1", "menu:1"),
        ("list_reply", "ListV12:a", "a"),
        ("button_reply", "ButtonV2:BAJA", "BAJA"),
        ("buttons_reply", "STOP", "STOP"),
        ("buttons_reply", "order:17", "order:17"),
        ("buttons_reply", "ButtonsV3:", "ButtonsV3:"),
        ("buttons_reply", "ButtonsVIP:1", "ButtonsVIP:1"),
    ] {
        let message = json!({"id": "m", "from_me": false, "type": "reply", "chat_id": format!("{ANA}@s.whatsapp.net"),
            "reply": {"type": kind, kind: {"id": id, "title": "x"}}});
        let told = channel(&json!({"messages": [message]})).inbound.remove(0);
        assert_eq!(told.payload.as_deref(), Some(payload), "{id}");
    }
}

#[test]
fn no_person_wrote_these() {
    let message = |chat: &str, kind: &str, source: &str| {
        channel(&json!({"messages": [{"id": "m", "from_me": false, "type": kind, "chat_id": chat, "source": source,
            kind: {"body": "x"}}]}))
    };
    let ana = format!("{ANA}@s.whatsapp.net");
    for (chat, kind, source) in [
        ("0@s.whatsapp.net", "text", "mobile"),
        ("16505361212@s.whatsapp.net", "text", "mobile"),
        ("13135550002@s.whatsapp.net", "text", "mobile"),
        ("12025550143@s.whatsapp.net", "text", "mobile"),
        (ana.as_str(), "text", "system"),
        (ana.as_str(), "system", "mobile"),
        (ana.as_str(), "group_invite", "mobile"),
        (ana.as_str(), "newsletter_invite", "mobile"),
    ] {
        assert_eq!(message(chat, kind, source), Updates { ignored: 1, ..Updates::default() }, "{chat} {kind} {source}");
    }
}

/// The earlier message with its new words, where no message is named that made the change.
#[test]
fn an_edit_may_come_as_a_change_of_the_earlier_message() {
    let at_first = 1_790_000_000;
    let message = |id: &str, body: &str, timestamp: i64| {
        json!({"id": id, "from_me": false, "type": "text", "chat_id": format!("{ANA}@s.whatsapp.net"), "from": ANA,
            "timestamp": timestamp, "text": {"body": body}})
    };
    let told = |updates: &[&Value]| {
        channel(&json!({"messages_updates": updates, "event": {"type": "messages", "event": "patch"}}))
    };
    let update = |trigger: Value, before: Value, after: Value, changes: Value| {
        let mut update = json!({"id": "W.T0", "changes": changes});
        for (name, part) in [("trigger", trigger), ("before_update", before), ("after_update", after)] {
            if !part.is_null() {
                update[name] = part;
            }
        }
        update
    };
    let (before, after) = (message("W.T0", "oi", at_first), message("W.T0", "Sair", at_first + 60));
    let (same_time, itself) = (message("W.T0", "Sair", at_first), message("W.E2", "Sair", at_first + 60));
    let text = || json!(["text"]);
    let plain = update(Value::Null, before.clone(), after.clone(), text());
    let image = |caption: Value| {
        let mut image = message("W.T0", "", at_first);
        (image["type"], image["image"]) = (json!("image"), json!({"id": "1", "caption": caption}));
        image
    };
    for (change, own_id, dated) in [
        (plain.clone(), None, true),
        (update(Value::Null, before.clone(), same_time.clone(), text()), None, false),
        (update(Value::Null, Value::Null, after.clone(), text()), None, false),
        (update(itself.clone(), before.clone(), after.clone(), text()), Some("W.E2"), true),
        (update(itself.clone(), before.clone(), same_time.clone(), text()), Some("W.E2"), true),
        (update(same_time.clone(), before.clone(), same_time, text()), None, false),
        (update(after.clone(), before.clone(), Value::Null, text()), None, true),
        (update(Value::Null, image(json!("oi")), image(json!("Sair")), json!(["image"])), None, false),
        (update(Value::Null, image(Value::Null), image(json!("Sair")), json!(["image"])), None, false),
    ] {
        let edit = told(&[&change]).inbound.pop().unwrap_or_else(|| panic!("{change}"));
        assert_eq!((edit.kind, edit.text.as_deref()), (InboundKind::Edit, Some("Sair")), "{change}");
        assert_eq!((edit.from.phone.clone(), edit.reply_to.as_deref()), (ana_phone(), Some("W.T0")), "{change}");
        assert_eq!(edit.undated, !dated, "{change}");
        assert_eq!(edit.at, if dated { at(at_first + 60) } else { now() }, "{change}");
        match own_id {
            Some(own_id) => assert_eq!(edit.gateway_message_id, own_id),
            None => assert!(edit.gateway_message_id.starts_with("W.T0/edit/"), "{change}"),
        }
        assert_eq!(told(&[&change]).inbound.pop(), Some(edit), "the same in each repeat");
    }
    assert_eq!(told(&[&plain, &plain]).inbound.len(), 1, "twice the same");
    let again = update(Value::Null, after.clone(), message("W.T0", "Voltar", at_first + 60), text());
    let both = told(&[&plain, &again]).inbound;
    assert_ne!(both[0].gateway_message_id, both[1].gateway_message_id);
    let action = json!({"id": "W.E1", "from_me": false, "type": "action", "chat_id": format!("{ANA}@s.whatsapp.net"),
        "timestamp": at_first, "action": {"target": "W.T0", "type": "edit", "edited_content": {"body": "Sair"}}});
    let beside = channel(&json!({"messages": [action], "messages_updates": [plain]}));
    assert_eq!(beside.inbound.len(), 1);
    let wordless = json!({"id": "W.E1", "from_me": false, "type": "action", "chat_id": format!("{ANA}@s.whatsapp.net"),
        "timestamp": at_first, "action": {"target": "W.T0", "type": "edit"}});
    let edit = told(&[&update(wordless, before.clone(), after.clone(), text())]).inbound.remove(0);
    assert_eq!((edit.gateway_message_id.as_str(), edit.text.as_deref()), ("W.E1", Some("Sair")));

    let own = |message: &Value| {
        let mut own = message.clone();
        own["from_me"] = json!(true);
        own
    };
    let mut revoked = after.clone();
    revoked["type"] = json!("revoked");
    let mut preview = before.clone();
    (preview["type"], preview["link_preview"]) = (json!("link_preview"), json!({"body": "oi", "title": "X"}));
    let reaction = json!({"id": "W.R1", "from_me": false, "type": "action", "chat_id": format!("{ANA}@s.whatsapp.net"),
        "action": {"type": "reaction", "target": "W.T0", "emoji": "👍"}});
    for change in [
        update(Value::Null, own(&before), own(&after), text()),
        update(Value::Null, before.clone(), before.clone(), json!(["status"])),
        update(Value::Null, Value::Null, before.clone(), json!(["status"])),
        update(reaction, before.clone(), before.clone(), json!(["reactions"])),
        update(Value::Null, before.clone(), preview, json!(["type", "link_preview"])),
        update(Value::Null, before.clone(), revoked, json!(["type"])),
        update(Value::Null, image(json!("oi")), image(Value::Null), json!(["image"])),
        update(Value::Null, before, Value::Null, text()),
        json!(7),
    ] {
        assert_eq!(told(&[&change]), Updates { ignored: 1, ..Updates::default() }, "{change}");
    }
}
