use super::*;
use axum::body::Body;
use http_body_util::BodyExt;
use tower::ServiceExt;

async fn ask(outside: &Outside, method: Method, path: &str, body: Value) -> (u16, Value) {
    let request = Request::builder().method(method).uri(path).header("content-type", "application/json");
    let request = request.body(Body::from(body.to_string())).unwrap();
    let response = outside.world.page_api().oneshot(request).await.unwrap();
    let status = response.status().as_u16();
    let body = response.into_body().collect().await.unwrap().to_bytes();
    (status, serde_json::from_slice(&body).unwrap_or_default())
}

#[tokio::test(start_paused = true)]
async fn a_business_lists_people_beside_their_profiles() {
    let outside = outside();
    let listed = |name: Option<&str>| Listed {
        name: name.map(str::to_owned),
        customer_id: Some("c".to_owned()),
        ..Listed::default()
    };
    outside.world.list_person(SHOP, ANA, listed(Some("Ana of the shop")));
    outside.world.list_person(SHOP, ANA, listed(None));
    let shown =
        async || ask(&outside, Method::GET, "/contacts", Value::Null).await.1["businesses"][0]["contacts"][0].clone();
    let ana = shown().await;
    assert_eq!(
        (&ana["name"], &ana["customer_id"], &ana["role"]),
        (&json!("Ana of the shop"), &json!("c"), &json!("customer"))
    );
    let owner = Listed { owner_id: Some("o".to_owned()), ..Listed::default() };
    outside.world.list_person(SHOP, ANA, owner);
    outside.world.unlist_customer(SHOP, "someone else");
    let ana = shown().await;
    assert_eq!((&ana["customer_id"], &ana["owner_id"], &ana["role"]), (&json!("c"), &json!("o"), &json!("owner")));
    outside.world.unlist_customer(SHOP, ANA);
    let ana = shown().await;
    assert_eq!((&ana["name"], &ana["customer_id"]), (&json!("Ana of the shop"), &Value::Null));

    outside.world.add_contacts([Contact {
        sender: SHOP.into(),
        phone: "5511988880000".into(),
        name: "Bia".into(),
        role: Role::Customer,
    }]);
    outside.write(SHOP, "5511988880000", "oi");
    wait(1_000).await;
    let told = outside.told();
    assert_eq!(told[0]["contacts"][0]["profile"]["name"], "Bia", "a profile is the person's own");
}

#[tokio::test(start_paused = true)]
async fn a_world_forgets_the_oldest_where_it_has_a_limit() {
    let outside = outside();
    outside.write(SHOP, "5511988880000", "first");
    outside.world.remember(3);
    for nth in 0..5 {
        outside.cloud(json!({"biz_opaque_callback_data": nth.to_string()})).await.unwrap();
        wait(1_000).await;
    }
    let left = |phone: &str| outside.world.chat(SHOP, phone, false).map_or(0, |chat| chat.bubbles.len());
    assert_eq!((left(ANA), left("5511988880000"), outside.world.sent().len()), (3, 0, 3));
    let (_, sent) = ask(&outside, Method::GET, "/sent?after=3", Value::Null).await;
    let ids: Vec<_> = sent["sent"].as_array().unwrap().iter().map(|one| one["callback_id"].clone()).collect();
    assert_eq!((&sent["total"], ids), (&json!(5), vec![json!("3"), json!("4")]));

    let after = super::outside();
    after.world.remember(2);
    after.world.recall(serde_json::from_value(serde_json::to_value(outside.world.keep()).unwrap()).unwrap());
    assert_eq!(after.world.chat(SHOP, ANA, false).unwrap().bubbles.len(), 2);
    assert_eq!(after.world.sent().len(), 2);
}

#[tokio::test(start_paused = true)]
async fn the_page_sees_and_does_everything() {
    let outside = outside();
    let contact =
        |phone: &str, name: &str, role| Contact { sender: SHOP.into(), phone: phone.into(), name: name.into(), role };
    outside.world.add_contacts([contact(ANA, "Ana", Role::Customer), contact("+5511988880000", "Bia", Role::Owner)]);
    let get = |path: String| {
        let outside = &outside;
        async move { ask(outside, Method::GET, &path, Value::Null).await }
    };

    let (_, list) = get("/contacts".to_owned()).await;
    assert_eq!(list["businesses"].as_array().unwrap().len(), 2);
    let unchanged = get(format!("/contacts?since={}", list["version"])).await.1;
    assert_eq!(unchanged["unchanged"], true);

    let message = json!({"sender": SHOP, "phone": ANA, "text": "<b>oi</b>"});
    assert_eq!(ask(&outside, Method::POST, "/inbound", message.clone()).await.0, 202);
    assert_eq!(ask(&outside, Method::POST, "/inbound", json!({"sender": "4", "phone": ANA, "text": "x"})).await.0, 404);
    assert_eq!(
        ask(&outside, Method::POST, "/inbound", json!({"sender": SHOP, "phone": "1", "text": "x"})).await.0,
        400
    );
    outside.cloud(json!({})).await.unwrap();
    wait(1_000).await;
    let (_, list) = get(format!("/contacts?since={}", list["version"])).await;
    let people = list["businesses"][0]["contacts"].as_array().unwrap();
    let ana = people.iter().find(|person| person["phone"] == ANA).unwrap();
    assert_eq!((&ana["unread"], &ana["last"]["tick"]), (&json!(1), &json!("delivered")));

    let (_, chat) = get(format!("/chat?sender={SHOP}&phone={ANA}&seen=true")).await;
    assert_eq!((&chat["business"], &chat["bubbles"][0]["text"]), (&json!("Pet shop"), &json!("<b>oi</b>")));
    assert_eq!(get(format!("/chat?sender={SHOP}&phone=551")).await, (200, Value::Null));

    let (status, set) = ask(&outside, Method::POST, "/faults", json!({"kind": "answer_lost"})).await;
    assert_eq!((status, get("/faults".to_owned()).await.1["faults"][0]["hits"].clone()), (201, json!(0)));
    assert_eq!(ask(&outside, Method::DELETE, &format!("/faults/{}", set["id"]), Value::Null).await.0, 204);
    assert_eq!(ask(&outside, Method::DELETE, "/faults/99", Value::Null).await.0, 404);
    assert_eq!(get("/sent?after=0".to_owned()).await.1["total"], 1);
    assert_eq!(ask(&outside, Method::PUT, "/habits", json!({"sent": 1})).await.1["sent"], 1);
}

#[tokio::test(start_paused = true)]
async fn the_page_scans_unlinks_and_shows_what_the_operator_was_told() {
    let outside = outside();
    let wish = json!({"instanceName": "acme", "integration": "WHATSAPP-BAILEYS", "qrcode": true});
    let headers = [("apikey", "world-evolution-key")];
    outside.ask((Method::POST, "/evolution/instance/create"), &headers, &wish).await.unwrap();
    let shown = async || ask(&outside, Method::GET, "/sessions", Value::Null).await.1["sessions"][0].clone();
    let session = shown().await;
    assert_eq!(
        (&session["session"], &session["state"], &session["number"]),
        (&json!("acme"), &json!("code"), &Value::Null)
    );
    assert!(session["code"].as_str().unwrap().starts_with("2@"));
    let listed =
        async || ask(&outside, Method::GET, "/contacts", Value::Null).await.1["businesses"].as_array().unwrap().len();
    assert_eq!(listed().await, 2, "nobody can write to it yet");
    let post = async |path: &str, body: Value| ask(&outside, Method::POST, path, body).await;
    assert_eq!(post("/sessions/acme/scan", json!({"phone": "1"})).await.0, 400);
    assert_eq!(post("/sessions/nobody/scan", json!({"phone": ANA})).await.0, 404);
    assert_eq!(post("/sessions/acme/scan", json!({"phone": ANA})).await.0, 204);
    assert_eq!(post("/sessions/acme/scan", json!({"phone": ANA})).await.0, 409);
    wait(3_000).await;
    assert_eq!((shown().await["number"].clone(), listed().await), (json!(ANA), 3));
    assert_eq!(post("/storm", json!({})).await.1["fallen"], 1);
    wait(3_000).await;
    assert_eq!(post("/sessions/acme/disconnect", json!({"reason": 401})).await.0, 204);
    assert_eq!((&shown().await["state"], &shown().await["reason"]), (&json!("stopped"), &json!(401)));

    let (status, set) =
        post("/upstream/faults", json!({"kind": "status", "status": 429, "retry_after": 2, "times": 1})).await;
    assert_eq!(status, 201);
    let item = json!({"event_id": "e", "session_id": "acme", "user_id": 1, "status": "active", "state": "connected", "at": "2026-11-21T12:00:00Z"});
    let headers = [("authorization", "Bearer world-upstream-key"), ("idempotency-key", "b")];
    for status in [429, 200] {
        let path = "/upstream/api/whatsapp/status/batch";
        let body = json!({"batch_id": "b", "items": [item]});
        assert_eq!(outside.ask((Method::POST, path), &headers, &body).await.unwrap().0, status);
    }
    let (_, upstream) = ask(&outside, Method::GET, "/upstream", Value::Null).await;
    assert_eq!((&upstream["counts"]["accepted"], &upstream["batches"][0]["answer"]), (&json!(1), &json!(200)));
    assert_eq!(upstream["batches"][1]["items"], json!([["e", null]]));
    let (_, effects) = ask(&outside, Method::GET, "/upstream/effects", Value::Null).await;
    assert_eq!(effects["sessions"]["acme"][0]["state"], "connected");
    assert_eq!(ask(&outside, Method::GET, "/upstream/faults", Value::Null).await.1["faults"][0]["hits"], 1);
    assert_eq!(ask(&outside, Method::DELETE, &format!("/upstream/faults/{}", set["id"]), Value::Null).await.0, 204);
    assert_eq!(ask(&outside, Method::DELETE, "/upstream/faults/9", Value::Null).await.0, 404);
}

#[tokio::test(start_paused = true)]
async fn the_page_shows_what_the_model_was_asked_and_sets_its_faults() {
    let outside = outside();
    let post = async |body: Value| ask(&outside, Method::POST, "/model/faults", body).await;
    let (status, set) = post(json!({"kind": "status", "status": 429, "retry_after": 2, "times": 1})).await;
    assert_eq!(status, 201);
    assert_eq!(post(json!({"kind": "worse"})).await.0, 422);
    let body = json!({"model": "gpt-5.4-mini", "input": "hola"});
    for status in [429, 200] {
        let headers = [("authorization", "Bearer world-model-key")];
        let answer = outside.ask((Method::POST, "/model/v1/responses"), &headers, &body).await.unwrap();
        assert_eq!(answer.0, status);
    }
    let (_, model) = ask(&outside, Method::GET, "/model?limit=1", Value::Null).await;
    assert_eq!((&model["counts"]["requests"], &model["counts"]["failures"]), (&json!(2), &json!(1)));
    let last = &model["requests"][0];
    assert_eq!((&last["answer"], &last["status"]), (&json!(200), &json!("completed")));
    assert_eq!(last["input"], json!([{"role": "user", "text": "hola"}]));
    assert!(last["output"].as_str().is_some_and(|text| text.starts_with("¡Hola!")));
    assert_eq!(ask(&outside, Method::GET, "/model/faults", Value::Null).await.1["faults"][0]["hits"], 1);
    assert_eq!(ask(&outside, Method::DELETE, &format!("/model/faults/{}", set["id"]), Value::Null).await.0, 204);
    assert_eq!(ask(&outside, Method::DELETE, "/model/faults/9", Value::Null).await.0, 404);
    assert_eq!(ask(&outside, Method::DELETE, "/model/faults", Value::Null).await.0, 204);
}

#[tokio::test(start_paused = true)]
async fn a_session_goes_on_where_the_world_was_kept() {
    let before = outside();
    let headers = [("apikey", "world-evolution-key")];
    for name in ["open", "waits", "gone"] {
        let wish = json!({"instanceName": name, "integration": "WHATSAPP-BAILEYS", "qrcode": true});
        before.ask((Method::POST, "/evolution/instance/create"), &headers, &wish).await.unwrap();
    }
    before.world.scan("open", ANA).unwrap();
    before.ask((Method::DELETE, "/evolution/instance/delete/gone"), &headers, &Value::Null).await.unwrap();
    wait(3_000).await;
    let kept = serde_json::to_string(&before.world.keep()).unwrap();
    let after = super::outside();
    after.world.recall(serde_json::from_str(&kept).unwrap());
    wait(1_000).await;
    let states: Vec<_> = after.world.sessions().into_iter().map(|session| (session.session, session.state)).collect();
    assert_eq!(states, [("open".to_owned(), SessionState::Open), ("waits".to_owned(), SessionState::Code)]);
}
