use crate::tests::{ANA, SHOP, outside, statuses, wait};
use crate::{FaultKind, FaultRule, Habits, Inbound, Sender, Tick, UnknownSender, user_id};
use http::Method;
use serde_json::{Value, json};

#[tokio::test(start_paused = true)]
async fn validates_as_meta_does() {
    let outside = outside();
    let template = |template: Value| json!({"type": "template", "template": template});
    let parameters = |parameters: Value| json!([{"type": "body", "parameters": parameters}]);
    let text = |text: &str| json!({"type": "text", "text": text});
    let points = |list: Value| {
        template(json!({"name": "points", "language": {"code": "pt_BR"}, "components": parameters(list)}))
    };
    let long = "a".repeat(4_097);
    let cases = [
        (json!({}), 200, 0),
        (json!({"text": {"body": &long[1..]}}), 200, 0),
        (json!({"to": "11999990001"}), 200, 0),
        (json!({"text": {"body": long}}), 400, 100),
        (json!({"text": {"body": ""}}), 400, 131_008),
        (json!({"messaging_product": null}), 400, 100),
        (json!({"recipient_type": "group"}), 400, 100),
        (json!({"to": null}), 400, 131_008),
        (json!({"to": "+12"}), 400, 131_009),
        (json!({"to": null, "recipient": "BR.1"}), 400, 131_009),
        (json!({"type": "video"}), 400, 131_051),
        (json!({"biz_opaque_callback_data": "x".repeat(513)}), 400, 100),
        (template(json!({"name": "points"})), 400, 131_008),
        (template(json!({"name": "points", "language": {"code": "es"}})), 404, 132_001),
        (points(json!([text("Ana")])), 400, 132_000),
        (points(json!([text("Ana"), text("5"), text("6")])), 400, 132_000),
        (points(json!([text("Ana\n"), text("5")])), 400, 132_012),
        (points(json!([text("Ana"), text("5")])), 200, 0),
    ];
    for (number, (fields, status, code)) in cases.into_iter().enumerate() {
        let (found, answer) = outside.cloud(fields).await.unwrap();
        assert_eq!((found, answer["error"]["code"].as_u64().unwrap_or(0)), (status, code), "case {number}: {answer}");
    }
    let sent = outside.world.sent();
    assert!(sent.iter().all(|sent| sent.to == ANA));
    assert_eq!(sent.last().unwrap().text, "Olá Ana, você tem 5 pontos.");
    assert_eq!(sent.last().unwrap().template.as_deref(), Some("points"));
}

#[tokio::test(start_paused = true)]
async fn checks_token_version_and_path() {
    let outside = outside();
    outside.world.register(Sender { address: "3".into(), token: "other".into(), ..outside.world.senders()[0].clone() });
    let body = json!({"messaging_product": "whatsapp", "to": format!("+{ANA}"), "text": {"body": "Oi"}});
    for (path, token, code) in [
        (format!("v26.0/{SHOP}/messages"), "", 190),
        (format!("v26.0/{SHOP}/messages"), "nobody's", 190),
        (format!("v26.0/{SHOP}/messages"), "other", 131_005),
        ("v26.0/4/messages".to_owned(), "other", 100),
        (format!("v20.0/{SHOP}/messages"), "meta token", 2_500),
        (format!("v26.0/{SHOP}/media"), "meta token", 100),
    ] {
        let (_, answer) = outside.call(Method::POST, &format!("/_world/cloud_api/{path}"), token, &body).await.unwrap();
        assert_eq!(answer["error"]["code"], code, "{path}");
        assert!(answer["error"]["fbtrace_id"].is_string());
    }
    assert!(outside.world.sent().is_empty());
}

#[tokio::test(start_paused = true)]
async fn ticks_move_on_and_are_told() {
    let outside = outside();
    outside.write(SHOP, ANA, "oi");
    wait(10).await;
    outside.told();
    let (_, answer) = outside.cloud(json!({"biz_opaque_callback_data": "points/1"})).await.unwrap();
    assert_eq!(answer["contacts"][0], json!({"input": format!("+{ANA}"), "wa_id": ANA}));
    let id = answer["messages"][0]["id"].clone();
    wait(1_000).await;
    let told = outside.told();
    assert_eq!(statuses(&told), ["sent", "delivered"]);
    let status = &told[1]["statuses"][0];
    assert_eq!(status["id"], id);
    assert_eq!(status["recipient_id"], ANA);
    assert_eq!(status["biz_opaque_callback_data"], "points/1");
    let pricing =
        json!({"billable": false, "pricing_model": "PMP", "type": "free_customer_service", "category": "service"});
    assert_eq!(status["pricing"], pricing);
    assert_eq!(told[1]["metadata"]["phone_number_id"], SHOP);
    // Read by itself after a while; at once if somebody looks.
    wait(5_000).await;
    assert_eq!(statuses(&outside.told()), ["read"]);
    outside.cloud(json!({})).await.unwrap();
    wait(400).await;
    let chat = outside.world.chat(SHOP, "+55 11 99999-0001", true).unwrap();
    assert_eq!(chat.bubbles.last().unwrap().tick, Tick::Delivered);
    wait(10).await;
    assert_eq!(statuses(&outside.told()), ["sent", "delivered", "read"]);
    wait(10_000).await;
    assert!(outside.told().is_empty(), "read once");
    assert_eq!(outside.world.chat(SHOP, ANA, false).unwrap().bubbles.last().unwrap().tick, Tick::Read);
}

#[tokio::test(start_paused = true)]
async fn free_text_needs_an_open_window() {
    let outside = outside();
    let (status, _) = outside.cloud(json!({"biz_opaque_callback_data": "c"})).await.unwrap();
    assert_eq!(status, 200);
    wait(1_000).await;
    let told = outside.told();
    assert_eq!(statuses(&told), ["failed"]);
    let failed = &told[0]["statuses"][0];
    assert_eq!((&failed["errors"][0]["code"], &failed["biz_opaque_callback_data"]), (&json!(131_047), &json!("c")));
    assert!(failed.get("recipient_user_id").is_none() && told[0].get("contacts").is_none());
    outside.write(SHOP, ANA, "oi");
    wait(23 * 3_600_000).await;
    outside.cloud(json!({})).await.unwrap();
    wait(2 * 3_600_000).await;
    outside.told();
    outside.world.set_fault(FaultRule::always(FaultKind::WindowAtOnce));
    let (_, answer) = outside.cloud(json!({})).await.unwrap();
    assert_eq!(answer["error"]["code"], 131_047);
    // A template needs no window, unless the person has stopped marketing.
    let offer = json!({"type": "template", "template": {"name": "offer", "language": {"code": "pt_BR"}, "components": [
        {"type": "body", "parameters": [{"type": "text", "parameter_name": "first_name", "text": "Ana"}]}]}});
    outside.cloud(offer.clone()).await.unwrap();
    outside.world.stop_marketing(SHOP, ANA, true);
    wait(1_000).await;
    outside.cloud(offer).await.unwrap();
    wait(500).await;
    let told = outside.told();
    assert_eq!(statuses(&told), ["sent", "delivered", "failed"]);
    let stop = told.iter().find(|value| value.get("user_preferences").is_some()).unwrap();
    assert_eq!(stop["user_preferences"][0]["value"], "stop");
    assert_eq!(outside.world.sent().last().unwrap().text, "Oi Ana!");
}

#[tokio::test(start_paused = true)]
async fn inbound_messages_are_signed_and_may_hide_the_phone() {
    let outside = outside();
    let message = |without_phone, kind: Option<&str>| Inbound {
        sender: "+551130000001".to_owned(),
        phone: "5531987654321".to_owned(),
        text: "SAIR".to_owned(),
        name: Some("Rui".to_owned()),
        without_phone,
        kind: kind.map(str::to_owned),
        ..Inbound::default()
    };
    outside.world.inbound(&message(false, None)).unwrap();
    wait(10).await;
    let call = outside.calls().remove(0);
    assert_eq!((call.method, call.url.as_str()), (Method::POST, "/webhooks/cloud_api/abc"));
    let signature = call.headers["x-hub-signature-256"].to_str().unwrap();
    assert!(signature.starts_with("sha256=") && signature.len() == 71);
    let body: Value = serde_json::from_slice(&call.body).unwrap();
    let value = &body["entry"][0]["changes"][0]["value"];
    let user_id = user_id(SHOP, "5531987654321");
    assert_eq!(value["contacts"][0], json!({"profile": {"name": "Rui"}, "wa_id": "553187654321", "user_id": user_id}));
    let told = &value["messages"][0];
    assert_eq!((&told["from"], &told["from_user_id"]), (&json!("553187654321"), &json!(user_id)));
    assert_eq!((&told["text"]["body"], &told["timestamp"]), (&json!("SAIR"), &json!("1795262400")));

    outside.world.inbound(&message(true, Some("button"))).unwrap();
    let (_, answer) = outside.cloud(json!({"to": null, "recipient": user_id})).await.unwrap();
    assert_eq!(answer["contacts"][0], json!({"input": user_id, "user_id": user_id}));
    wait(100).await;
    let told = outside.told();
    assert!(told[0]["contacts"][0].get("wa_id").is_none() && told[0]["messages"][0].get("from").is_none());
    assert_eq!(told[0]["messages"][0]["button"], json!({"payload": "SAIR", "text": "SAIR"}));
    let status = &told[1]["statuses"][0];
    assert!(status.get("recipient_id").is_none());
    assert_eq!(status["recipient_user_id"], json!(user_id));
    assert_eq!(outside.world.inbound(&Inbound { sender: "1".into(), ..message(false, None) }), Err(UnknownSender));
}

fn reply(id: &str, title: &str) -> Value {
    json!({"type": "reply", "reply": {"id": id, "title": title}})
}

fn interactive(text: &str, buttons: &[Value]) -> Value {
    json!({"type": "interactive",
           "interactive": {"type": "button", "body": {"text": text}, "action": {"buttons": buttons}}})
}

#[tokio::test(start_paused = true)]
async fn buttons_are_shown_and_a_tap_names_message_and_button() {
    let outside = outside();
    outside.write(SHOP, ANA, "oi");
    let asked = interactive("Você vem?", &[reply("a/come", "Vou"), reply("a/cannot", "Não posso")]);
    let (status, answer) = outside.cloud(asked).await.unwrap();
    assert_eq!(status, 200, "{answer}");
    let id = answer["messages"][0]["id"].as_str().unwrap().to_owned();
    let bubble = outside.world.chat(SHOP, ANA, false).unwrap().bubbles.pop().unwrap();
    assert_eq!((bubble.kind.as_str(), bubble.text.as_str()), ("interactive", "Você vem?"));
    let titles: Vec<_> = bubble.buttons.iter().map(|it| it.title.as_str()).collect();
    assert_eq!(titles, ["Vou", "Não posso"]);
    wait(10_000).await;
    outside.calls();
    outside.tap(SHOP, ANA, &id, "a/cannot");
    wait(100).await;
    let told = outside.told().remove(0);
    let message = &told["messages"][0];
    assert_eq!(message["context"], json!({"from": "551130000001", "id": id}));
    assert_eq!(message["type"], "interactive");
    let chosen = json!({"type": "button_reply", "button_reply": {"id": "a/cannot", "title": "Não posso"}});
    assert_eq!(message["interactive"], chosen);
}

#[tokio::test(start_paused = true)]
async fn buttons_that_whatsapp_does_not_take_are_refused() {
    let outside = outside();
    outside.write(SHOP, ANA, "oi");
    let one = || reply("a", "Vou");
    for (text, buttons, code) in [
        ("Oi", vec![], 131_009),
        ("Oi", vec![one(), reply("b", "B"), reply("c", "C"), reply("d", "D")], 131_009),
        ("Oi", vec![reply("a", &"é".repeat(21))], 131_009),
        ("Oi", vec![reply(&"a".repeat(257), "Vou")], 131_009),
        ("Oi", vec![one(), reply("b", "Vou")], 131_009),
        ("Oi", vec![one(), reply("a", "Não")], 131_009),
        (" ", vec![one()], 131_008),
        (&"é".repeat(1_025), vec![one()], 100),
    ] {
        let (_, answer) = outside.cloud(interactive(text, &buttons)).await.unwrap();
        assert_eq!(answer["error"]["code"], code, "{buttons:?}: {answer}");
    }
    // Outside of the 24 hours it fails as any free text.
    wait(25 * 3_600_000).await;
    outside.calls();
    assert_eq!(outside.cloud(interactive("Oi", &[one()])).await.unwrap().0, 200);
    wait(1_000).await;
    assert_eq!(statuses(&outside.told()), ["failed"]);
}

#[tokio::test(start_paused = true)]
async fn a_templates_quick_replies_carry_payloads() {
    let outside = outside();
    let mut shop = outside.world.senders()[0].clone();
    shop.templates[0].buttons = vec!["Vou".to_owned(), "Não posso".to_owned()];
    outside.world.register(shop);
    let button = |index: &str, payload: &str| {
        json!({"type": "button", "sub_type": "quick_reply", "index": index,
                                                    "parameters": [{"type": "payload", "payload": payload}]})
    };
    let template = |buttons: &[Value]| {
        let text = |text: &str| json!({"type": "text", "text": text});
        let mut components = vec![json!({"type": "body", "parameters": [text("Ana"), text("20")]})];
        components.extend_from_slice(buttons);
        json!({"type": "template",
               "template": {"name": "points", "language": {"code": "pt_BR"}, "components": components}})
    };
    for wrong in [button("2", "x"), button("0", ""), json!({"type": "button", "sub_type": "url", "index": "0"})] {
        let (_, answer) = outside.cloud(template(&[wrong])).await.unwrap();
        assert_eq!(answer["error"]["code"], 132_012, "{answer}");
    }
    let (_, answer) = outside.cloud(template(&[button("1", "a/cannot")])).await.unwrap();
    let id = answer["messages"][0]["id"].as_str().unwrap().to_owned();
    wait(10_000).await;
    outside.calls();
    for (payload, title) in [("a/cannot", "Não posso"), ("Vou", "Vou")] {
        outside.tap(SHOP, ANA, &id, payload);
        wait(100).await;
        let told = outside.told().remove(0);
        let message = &told["messages"][0];
        assert_eq!((&message["type"], &message["context"]["id"]), (&json!("button"), &json!(id)));
        assert_eq!(message["button"], json!({"payload": payload, "text": title}));
    }
}

#[tokio::test(start_paused = true)]
async fn webhooks_wait_for_the_challenge_and_are_tried_again() {
    let outside = outside();
    let verify_token = Some("a token&".to_owned());
    outside.world.register(Sender { verify_token, ..outside.world.senders()[0].clone() });
    outside.answer(&[403, 200, 500, 0, 200]);
    let id = outside.write(SHOP, ANA, "oi");
    wait(500).await;
    assert_eq!(outside.world.verified(SHOP), Some(false));
    wait(20_000).await;
    assert_eq!(outside.world.verified(SHOP), Some(true));
    let calls = outside.calls();
    let methods: Vec<&str> = calls.iter().map(|call| call.method.as_str()).collect();
    assert_eq!(methods, ["GET", "GET", "POST", "POST", "POST"]);
    assert!(calls[0].url.starts_with("/webhooks/cloud_api/abc?hub.mode=subscribe&hub.challenge="));
    assert!(calls[0].url.ends_with("&hub.verify_token=a%20token%26"));
    assert_eq!(calls[2].body, calls[4].body);
    let chat = outside.world.chat(SHOP, ANA, false).unwrap();
    assert_eq!((&chat.bubbles[0].id, chat.bubbles[0].tick), (&id, Tick::Delivered));
}

#[tokio::test(start_paused = true)]
async fn updates_share_a_webhook() {
    let outside = outside();
    outside.world.set_habits(Habits { batch: 100, ..outside.world.habits() });
    for number in 0..1_500 {
        outside.write(SHOP, &format!("55119{number:08}"), "oi");
    }
    wait(1_000).await;
    let counts: Vec<usize> = outside.told().iter().map(|value| value["messages"].as_array().unwrap().len()).collect();
    assert_eq!(counts, [1_000, 500]);
}
