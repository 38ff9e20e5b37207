use crate::tests::{HOTEL, outside, statuses, wait};
use crate::{FaultKind, FaultRule, Gateway};
use http::Method;
use serde_json::{Value, json};

const PILAR: &str = "573001234567";

#[tokio::test(start_paused = true)]
async fn sends_echoes_and_tells_statuses() {
    let outside = outside();
    let (status, answer) = outside.whapi(&format!("{PILAR}@s.whatsapp.net"), "Hola").await.unwrap();
    assert_eq!((status, &answer["sent"]), (200, &json!(true)));
    let message = &answer["message"];
    assert_eq!(message["chat_id"], format!("{PILAR}@s.whatsapp.net"));
    assert_eq!((&message["status"], &message["text"]["body"]), (&json!("pending"), &json!("Hola")));
    wait(6_000).await;
    let calls = outside.calls();
    assert!(calls.iter().all(|call| call.headers["x-recado-secret"] == "s3cr3t" && call.url == "/webhooks/whapi/def"));
    let bodies: Vec<Value> = calls.iter().map(|call| serde_json::from_slice(&call.body).unwrap()).collect();
    assert_eq!(statuses(&bodies), ["sent", "delivered", "read"]);
    assert_eq!((&bodies[0]["messages"][0]["id"], &bodies[0]["messages"][0]["from_me"]), (&message["id"], &json!(true)));
    assert_eq!(bodies[0]["event"], json!({"type": "messages", "event": "post"}));
    let read = &bodies[3]["statuses"][0];
    assert_eq!((&read["id"], &read["code"], &read["timestamp"]), (&message["id"], &json!(4), &json!("1795262405")));

    outside.write(HOTEL, PILAR, "¿Hay cupo?");
    wait(10).await;
    let told = &outside.told()[0]["messages"][0];
    assert_eq!((&told["from"], &told["from_me"]), (&json!(PILAR), &json!(false)));
    assert_eq!(told["text"]["body"], "¿Hay cupo?");
}

#[tokio::test(start_paused = true)]
async fn buttons_are_shown_listed_and_answered() {
    let outside = outside();
    let button = |id: &str, title: &str| json!({"type": "quick_reply", "id": id, "title": title});
    let send = async |text: &str, buttons: Value| {
        let body = json!({"to": PILAR, "type": "button", "body": {"text": text}, "action": {"buttons": buttons}});
        outside.call(Method::POST, "/whapi/messages/interactive", "whapi token", &body).await.unwrap()
    };
    for (text, buttons) in [
        ("¿Vienes?", json!([])),
        ("", json!([button("a", "Voy")])),
        ("¿Vienes?", json!([button("", "Voy")])),
        ("¿Vienes?", json!([button("a", &"é".repeat(26))])),
        ("¿Vienes?", json!([{"type": "url", "id": "a", "title": "Voy"}])),
    ] {
        assert_eq!(send(text, buttons.clone()).await.0, 400, "{text} {buttons}");
    }
    let (status, answer) = send("¿Vienes?", json!([button("a/come", "Voy"), button("a/cannot", "No puedo")])).await;
    assert_eq!((status, &answer["message"]["type"]), (200, &json!("interactive")));
    assert_eq!(answer["message"]["interactive"]["body"]["text"], "¿Vienes?");
    let id = answer["message"]["id"].as_str().unwrap();
    let list = format!("/whapi/messages/list/{PILAR}%40s.whatsapp.net?from_me=true");
    assert_eq!(outside.get(&list).await.1["messages"][0]["interactive"]["action"]["buttons"][1]["id"], "a/cannot");
    wait(10_000).await;
    outside.calls();
    outside.tap(HOTEL, PILAR, id, "a/come");
    wait(10).await;
    let told = &outside.told()[0]["messages"][0];
    assert_eq!((&told["type"], &told["context"]["quoted_id"]), (&json!("reply"), &json!(id)));
    let reply = json!({"type": "buttons_reply", "buttons_reply": {"id": "ButtonsV3:a/come", "title": "Voy"}});
    assert_eq!(told["reply"], reply);
}

#[tokio::test(start_paused = true)]
async fn lists_what_was_written() {
    let outside = outside();
    assert_eq!(outside.get(&format!("/whapi/chats/{PILAR}%40s.whatsapp.net")).await.0, 404);
    for text in ["uno", "dos"] {
        outside.whapi(PILAR, text).await.unwrap();
        wait(10_000).await;
    }
    outside.write(HOTEL, PILAR, "tres");
    let list = format!("/whapi/messages/list/{PILAR}%40s.whatsapp.net");
    for (query, texts) in [
        ("", vec!["tres", "dos", "uno"]),
        ("?from_me=true", vec!["dos", "uno"]),
        ("?from_me=true&count=1", vec!["dos"]),
        ("?sort=asc&offset=1", vec!["dos", "tres"]),
        ("?time_from=1795262405&from_me=true", vec!["dos"]),
        ("?time_to=1795262405", vec!["uno"]),
    ] {
        let (_, answer) = outside.get(&format!("{list}{query}")).await;
        let found: Vec<&str> =
            answer["messages"].as_array().unwrap().iter().filter_map(|m| m["text"]["body"].as_str()).collect();
        assert_eq!(found, texts, "{query}");
    }
    // A chat is known by WhatsApp's own spelling of the number only.
    outside.whapi("5531987654321", "oi").await.unwrap();
    for (chat, total) in [("5531987654321", 0), ("553187654321", 1)] {
        assert_eq!(outside.get(&format!("/whapi/messages/list/{chat}@s.whatsapp.net")).await.1["total"], total);
    }
    outside.world.set_labels(HOTEL, PILAR, &["VIP"]);
    let (_, chat) = outside.get(&format!("/whapi/chats/{PILAR}%40s.whatsapp.net")).await;
    assert_eq!((&chat["type"], &chat["labels"][0]["name"]), (&json!("contact"), &json!("VIP")));
    assert_eq!(outside.get("/whapi/chats?count=5").await.1["total"], 2);
    assert_eq!(outside.get("/whapi/labels").await.1, json!([{"id": "1", "name": "VIP", "color": "gold"}]));
    assert_eq!(outside.get("/whapi/limits").await.0, 204);
    wait(10).await;
    assert!(outside.told().iter().any(|body| body["chats_updates"][0]["changes"] == json!(["labels"])));
}

#[tokio::test(start_paused = true)]
async fn a_message_reaches_whatsapps_own_spelling_alone_and_the_check_tells_it() {
    let outside = outside();
    let check = async |numbers: Value| {
        let body = json!({"blocking": "wait", "force_check": false, "contacts": numbers});
        outside.call(Method::POST, "/whapi/contacts", "whapi token", &body).await.unwrap()
    };
    let nobody = FaultRule { to: Some("573009999999".to_owned()), ..FaultRule::always(FaultKind::NotOnWhatsapp) };
    outside.world.set_fault(nobody);
    let (status, told) = check(json!(["5531987650101", "525512345678", "5511987650102", "573009999999"])).await;
    let valid = |input: &str, wa_id: &str| json!({"input": input, "status": "valid", "wa_id": wa_id});
    let expected = json!([
        valid("5531987650101", "553187650101"),
        valid("525512345678", "5215512345678"),
        valid("5511987650102", "5511987650102"),
        {"input": "573009999999", "status": "invalid"},
    ]);
    assert_eq!((status, &told["contacts"]), (200, &expected));
    assert_eq!(outside.world.lookups().len(), 4);
    assert_eq!(check(json!([])).await.0, 400);
    for (to, reached) in [
        ("553187650101@s.whatsapp.net", true),
        ("553187650101", true),
        ("5531987650101@s.whatsapp.net", false),
        ("525512345678", false),
        ("573009999999", false),
    ] {
        assert_eq!(outside.whapi(to, "oi").await.unwrap().0, 200, "it is taken");
        assert_eq!(outside.world.sent().pop().unwrap().fails.is_none(), reached, "{to}");
        wait(10_000).await;
        assert_eq!(statuses(&outside.told()).contains(&"delivered"), reached, "{to}");
    }
}

#[tokio::test(start_paused = true)]
async fn refuses_what_whapi_refuses() {
    let outside = outside();
    for (to, body, status) in [(PILAR, "", 400), ("ana", "x", 400), ("120363@g.us", "x", 403), ("1@lid", "x", 400)] {
        assert_eq!(outside.whapi(to, body).await.unwrap().0, status, "{to}");
    }
    let (status, answer) = outside.call(Method::GET, "/whapi/health", "wrong", &Value::Null).await.unwrap();
    assert_eq!((status, &answer["error"]["code"]), (401, &json!(401)));
    assert!(outside.world.sent().is_empty());
}

#[tokio::test(start_paused = true)]
async fn a_channel_comes_and_goes() {
    let outside = outside();
    assert_eq!(outside.get("/whapi/health").await.1["status"], json!({"code": 4, "text": "AUTH"}));
    let id = outside
        .world
        .set_fault(FaultRule { gateway: Some(Gateway::Whapi), ..FaultRule::always(FaultKind::Disconnected) });
    assert_eq!(outside.whapi(PILAR, "Hola").await.unwrap().0, 401);
    assert_eq!(outside.get("/whapi/health").await.1["status"]["text"], "QR");
    assert_eq!(outside.get(&format!("/whapi/messages/list/{PILAR}@s.whatsapp.net")).await.0, 401);
    outside.world.clear_fault(Some(id));
    assert_eq!(outside.whapi(PILAR, "Hola").await.unwrap().0, 200);
    wait(10).await;
    let told = outside.told();
    let states: Vec<&str> = told.iter().filter_map(|body| body["health"]["status"]["text"].as_str()).collect();
    assert_eq!(states, ["QR", "AUTH"]);
    assert_eq!(told[0]["event"]["type"], "channel");
}

#[tokio::test(start_paused = true)]
async fn settings_say_where_webhooks_go() {
    let outside = outside();
    let patch = |body: Value| {
        let outside = &outside;
        async move { outside.call(Method::PATCH, "/whapi/settings", "whapi token", &body).await.unwrap().0 }
    };
    assert_eq!(patch(json!({"callback_backoff_delay_ms": 1})).await, 400);
    let webhook = json!({"url": "https://h.example/hook", "mode": "body", "headers": {"Authorization": "Bearer x"},
        "events": [{"type": "messages", "method": "post"}]});
    assert_eq!(patch(json!({"webhooks": [webhook], "callback_backoff_delay_ms": 5_000})).await, 200);
    assert_eq!(outside.get("/whapi/settings").await.1["webhooks"][0]["url"], "https://h.example/hook");
    outside.answer(&[500]);
    outside.whapi(PILAR, "Hola").await.unwrap();
    wait(4_900).await;
    assert_eq!(outside.calls().len(), 1);
    wait(2_000).await;
    let calls = outside.calls();
    assert_eq!(calls.len(), 1, "no statuses, as nobody subscribed to them");
    assert_eq!(calls[0].headers["authorization"], "Bearer x");
}
