use super::*;

#[tokio::test(start_paused = true)]
async fn messages_go_out_and_come_in_with_their_steps() {
    let outside = outside();
    open(&outside, "acme").await;
    let send = async |number: &str| {
        ask(&outside, Method::POST, "message/sendText/acme", &json!({"number": number, "text": "Oi"})).await
    };
    let (status, sent) = send(BELO_HORIZONTE).await;
    assert_eq!((status, &sent["status"], &sent["key"]["fromMe"]), (201, &json!("PENDING"), &json!(true)));
    assert_eq!(sent["key"]["remoteJid"], "553187654321@s.whatsapp.net", "WhatsApp's own spelling");
    wait(6_000).await;
    let bodies = outside.told();
    assert_eq!((&bodies[0]["event"], &bodies[0]["data"]["key"]), (&json!("send.message"), &sent["key"]));
    let steps: Vec<&str> = bodies[1..].iter().filter_map(|body| body["data"]["status"].as_str()).collect();
    assert_eq!(steps, ["SERVER_ACK", "DELIVERY_ACK", "READ"]);
    assert!(bodies[1..].iter().all(|body| body["data"]["keyId"] == sent["key"]["id"]));

    outside.write("acme", ANA, "tudo bem?");
    wait(10).await;
    let came = outside.told().remove(0);
    assert_eq!(
        (&came["event"], &came["data"]["message"]["conversation"]),
        (&json!("messages.upsert"), &json!("tudo bem?"))
    );
    assert_eq!(came["data"]["key"]["remoteJid"], format!("{ANA}@s.whatsapp.net"));
    let find = json!({"where": {"key": {"remoteJid": "553187654321@s.whatsapp.net", "fromMe": true}}});
    let (_, found) = ask(&outside, Method::POST, "chat/findMessages/acme", &find).await;
    let record = &found["messages"]["records"][0];
    assert_eq!((&found["messages"]["total"], &record["key"]["id"]), (&json!(1), &sent["key"]["id"]));
    assert_eq!(record["MessageUpdate"][2]["status"], "READ");

    let nobody = FaultRule { to: Some("573009999999".to_owned()), ..FaultRule::always(FaultKind::NotOnWhatsapp) };
    outside.world.set_fault(nobody);
    let (status, refused) = send("573009999999").await;
    let absent = json!([{"jid": "573009999999@s.whatsapp.net", "exists": false, "number": "573009999999"}]);
    assert_eq!((status, &refused["response"]["message"]), (400, &absent));
    let (_, found) =
        ask(&outside, Method::POST, "chat/whatsappNumbers/acme", &json!({"numbers": [ANA, "573009999999"]})).await;
    assert_eq!((&found[0]["exists"], &found[1]["exists"]), (&json!(true), &json!(false)));
    // A hidden number is an id in the chat, and an answer to it arrives.
    let hidden = crate::Inbound {
        sender: "acme".into(),
        phone: ANA.into(),
        text: "psiu".into(),
        without_phone: true,
        ..Default::default()
    };
    outside.world.inbound(&hidden).unwrap();
    wait(10).await;
    let jid = outside.told()[0]["data"]["key"]["remoteJid"].as_str().unwrap().to_owned();
    assert!(jid.ends_with("@lid"));
    assert_eq!(send(&jid).await.0, 201);
    assert_eq!(outside.world.sent().pop().unwrap().to, ANA);
}

#[tokio::test(start_paused = true)]
async fn nothing_is_sent_while_the_connection_is_closed_and_what_was_written_comes_later() {
    let outside = outside();
    let made = json!({"instanceName": "idle", "integration": "WHATSAPP-BAILEYS", "qrcode": false});
    assert_eq!(ask(&outside, Method::POST, "instance/create", &made).await.1["instance"]["status"], "close");
    let send = async |name: &str, to: &str| {
        ask(&outside, Method::POST, &format!("message/sendText/{name}"), &json!({"number": to, "text": "Oi"})).await
    };
    let (status, answer) = send("idle", ANA).await;
    assert_eq!(
        (status, answer["response"]["message"].as_str()),
        (500, Some("Cannot read properties of undefined (reading 'onWhatsApp')"))
    );
    open(&outside, "acme").await;
    send("acme", ANA).await;
    wait(10_000).await;
    let stuck = outside.world.set_fault(FaultRule::always(FaultKind::StuckConnecting));
    outside.world.disconnect("acme", 428).unwrap();
    wait(60_000).await;
    let (_, rows) = ask(&outside, Method::GET, "instance/fetchInstances?instanceName=acme", &Value::Null).await;
    assert_eq!(rows[0]["connectionStatus"], "open", "the table knows nothing of a fall");
    outside.calls();
    let (status, answer) = send("acme", "573001234567").await;
    assert_eq!((status, &answer["response"]["message"]), (500, &json!("Connection Closed")));
    let (status, answer) = send("acme", ANA).await;
    assert_eq!((status, &answer["response"]["message"]), (400, &json!(["Error: Connection Closed"])));
    outside.write("acme", ANA, "cadê?");
    wait(60_000).await;
    assert!(told(&outside).is_empty());
    outside.world.clear_fault(Some(stuck));
    wait(2_000).await;
    let bodies = outside.told();
    let states: Vec<_> = bodies.iter().map(|body| (&body["event"], &body["date_time"])).collect();
    let (open, came) = (json!("connection.update"), json!("messages.upsert"));
    assert_eq!(
        (states[0].0, states[1].0, states[0].1),
        (&open, &came, states[1].1),
        "it is told of when it is brought"
    );
    let written = bodies[1]["data"]["messageTimestamp"].as_i64().unwrap();
    assert!(
        outside.world.chat("acme", ANA, false).unwrap().bubbles[1].at.timestamp() == written,
        "not when it was written"
    );
    assert_eq!(outside.world.sent().len(), 1);
}
#[tokio::test(start_paused = true)]
async fn webhooks_go_where_the_instance_says_and_are_tried_again() {
    let outside = outside();
    open(&outside, "acme").await;
    let set =
        async |webhook: Value| ask(&outside, Method::POST, "webhook/set/acme", &json!({"webhook": webhook})).await;
    let wanted = json!({"enabled": true, "url": "https://h.example/other", "byEvents": true, "headers": {"jwt_key": "k"}, "events": ["MESSAGES_UPSERT"]});
    let (status, row) = set(wanted).await;
    assert_eq!((status, &row["webhookByEvents"]), (201, &json!(true)));
    outside.answer(&[500, 500]);
    outside.write("acme", ANA, "oi");
    wait(1_000_000).await;
    let calls = outside.calls();
    assert_eq!((calls.len(), calls[0].url.as_str()), (3, "https://h.example/other/messages-upsert"));
    let bearer = calls[0].headers["authorization"].to_str().unwrap().strip_prefix("Bearer ").unwrap();
    let (signed, signature) = bearer.rsplit_once('.').unwrap();
    let mac = Hmac::<sha2::Sha256>::new_from_slice(b"k").unwrap().chain_update(signed).finalize();
    let expected = base64::Engine::encode(&base64::engine::general_purpose::URL_SAFE_NO_PAD, mac.into_bytes());
    assert_eq!(signature, expected);
    // An answer that says no is the last one, and the tenth try too.
    for (statuses, tries) in [(vec![401], 1), (vec![503; 10], 10)] {
        outside.answer(&statuses);
        outside.write("acme", ANA, "oi");
        wait(10_000_000).await;
        assert_eq!(outside.calls().len(), tries);
    }
}
