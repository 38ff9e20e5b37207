use crate::tests::{ANA, Outside, outside, wait};
use crate::{Call, FaultKind, FaultRule, Gateway, SessionState};
use http::Method;
use serde_json::{Value, json};

const KEY: &str = "world-waha-key";
const PHONE: &str = "5511955554444";
const BELO_HORIZONTE: &str = "5531987654321";

async fn ask(outside: &Outside, method: Method, path: &str, body: &Value) -> (u16, Value) {
    outside.ask((method, &format!("/waha/api/{path}")), &[("x-api-key", KEY)], body).await.unwrap()
}

fn wish(name: &str) -> Value {
    json!({"name": name, "config": {"noweb": {"store": {"enabled": true}}, "metadata": {"tenant": "t1"}, "webhooks": [{
        "url": "https://h.example/waha", "events": ["session.status", "message", "message.ack"],
        "hmac": {"key": "k"}, "customHeaders": [{"name": "X-A", "value": "b"}],
        "retries": {"policy": "linear", "delaySeconds": 2, "attempts": 3}}]}})
}

/// The words of the events told since the last look.
fn told(outside: &Outside) -> Vec<String> {
    let word = |body: Value| {
        let detail = ["status", "ackName", "body"].into_iter().find_map(|name| body["payload"][name].as_str());
        format!("{} {}", body["event"].as_str().unwrap_or_default(), detail.unwrap_or_default())
    };
    outside.told().into_iter().map(word).collect()
}

async fn open(outside: &Outside, name: &str) {
    assert_eq!(ask(outside, Method::POST, "sessions", &wish(name)).await.0, 201);
    wait(1_000).await;
    outside.world.scan(name, PHONE).unwrap();
    wait(5_000).await;
    assert_eq!(outside.world.session(name).unwrap().state, SessionState::Open);
    outside.calls();
}

#[tokio::test(start_paused = true)]
async fn a_session_is_made_scanned_and_works() {
    let outside = outside();
    let (status, made) = ask(&outside, Method::POST, "sessions", &wish("acme")).await;
    assert_eq!((status, &made["status"], &made["me"]), (201, &json!("STARTING"), &Value::Null));
    assert_eq!(made["config"]["metadata"]["tenant"], "t1");
    wait(1_000).await;
    let calls = outside.calls();
    let (call, body) = (&calls[1], serde_json::from_slice::<Value>(&calls[1].body).unwrap());
    assert_eq!((&body["payload"]["status"], &body["metadata"]["tenant"]), (&json!("SCAN_QR_CODE"), &json!("t1")));
    assert_eq!(
        (&call.headers["x-a"], &call.headers["x-webhook-hmac-algorithm"]),
        (&"b".parse().unwrap(), &"sha512".parse().unwrap())
    );
    assert!(body["id"].as_str().unwrap().starts_with("evt_") && call.headers["x-webhook-hmac"].len() == 128);
    // The code in its three forms.
    let code = outside.world.session("acme").unwrap().code.unwrap();
    assert_eq!(ask(&outside, Method::GET, "acme/auth/qr?format=raw", &Value::Null).await.1, json!({"value": code}));
    let asked = (Method::GET, "/waha/api/acme/auth/qr");
    let (_, picture) =
        outside.ask(asked, &[("x-api-key", KEY), ("accept", "application/json")], &Value::Null).await.unwrap();
    assert!(picture["mimetype"] == "image/png" && picture["data"].as_str().unwrap().starts_with("iVBOR"));
    let request = http::Request::builder().uri("/waha/api/acme/auth/qr").header("x-api-key", KEY);
    let answer = outside.world.call(request.body(bytes::Bytes::new()).unwrap()).await.unwrap();
    assert!(answer.headers()["content-type"] == "image/png" && answer.body().starts_with(b"\x89PNG"));

    outside.world.scan("acme", PHONE).unwrap();
    let status = async || ask(&outside, Method::GET, "sessions/acme", &Value::Null).await.1["status"].clone();
    assert_eq!(status().await, "SCAN_QR_CODE", "it says so until it connects again");
    wait(5_000).await;
    let bodies = outside.told();
    let statuses: Vec<&Value> = bodies.iter().map(|body| &body["payload"]["status"]).collect();
    assert_eq!(statuses, ["STARTING", "WORKING"]);
    let last: Vec<&Value> =
        bodies[1]["payload"]["statuses"].as_array().unwrap().iter().map(|it| &it["status"]).collect();
    assert_eq!(
        (last, &bodies[1]["me"]["id"]),
        (vec![&json!("SCAN_QR_CODE"), &json!("STARTING"), &json!("WORKING")], &json!(format!("{PHONE}@c.us")))
    );
    assert_eq!(ask(&outside, Method::GET, "sessions/acme/me", &Value::Null).await.1["id"], format!("{PHONE}@c.us"));
}

#[tokio::test(start_paused = true)]
async fn nobody_scans_six_codes_and_a_restart_shows_another() {
    let outside = outside();
    ask(&outside, Method::POST, "sessions", &wish("acme")).await;
    wait(160_000).await;
    assert_eq!(outside.world.session("acme").unwrap().state, SessionState::Code);
    wait(2_000).await;
    let told = told(&outside);
    assert_eq!(told.iter().filter(|word| *word == "session.status SCAN_QR_CODE").count(), 6);
    assert_eq!(told.last().unwrap(), "session.status FAILED");
    let (_, started) = ask(&outside, Method::POST, "sessions/acme/start", &Value::Null).await;
    assert_eq!(started["status"], "FAILED", "it runs, so nothing is to be started");
    assert_eq!(ask(&outside, Method::POST, "sessions/acme/restart", &Value::Null).await.0, 201);
    wait(1_000).await;
    assert_eq!(
        self::told(&outside),
        ["session.status STOPPED", "session.status STARTING", "session.status SCAN_QR_CODE"]
    );
}

#[tokio::test(start_paused = true)]
async fn the_server_refuses_in_its_own_words() {
    let outside = outside();
    open(&outside, "acme").await;
    let (status, answer) =
        outside.ask((Method::GET, "/waha/api/sessions"), &[("x-api-key", "x")], &Value::Null).await.unwrap();
    assert_eq!((status, answer), (401, json!({"message": "Unauthorized", "statusCode": 401})));
    let no_url = json!({"name": "x", "config": {"webhooks": [{"url": "h", "events": []}]}});
    for (method, path, body, status, message) in [
        (Method::POST, "sessions", wish("acme"), 422, "Session 'acme' already exists. Use PUT to update it."),
        (Method::POST, "sessions", no_url, 400, "config.webhooks.0.url must be a URL address"),
        (Method::GET, "sessions/nobody", json!(null), 404, "Session not found"),
        (Method::POST, "sessions/nobody/restart", json!(null), 404, "Session not found"),
        (
            Method::POST,
            "sendText",
            json!({"session": "nobody", "chatId": "1@c.us"}),
            404,
            "We didn't find a session with name 'nobody'.\nPlease start it first by using POST /api/sessions/nobody/start request",
        ),
        (Method::PATCH, "sessions", json!(null), 404, "Cannot PATCH /api/sessions"),
    ] {
        let (got, answer) = ask(&outside, method, path, &body).await;
        assert_eq!((got, answer["message"].as_str()), (status, Some(message)), "{path}");
    }
    assert_eq!(ask(&outside, Method::DELETE, "sessions/nobody", &Value::Null).await.0, 200, "idempotent");
    // A status that is not as the request needs it is waited for.
    let began = tokio::time::Instant::now();
    let (status, answer) = ask(&outside, Method::GET, "acme/auth/qr", &Value::Null).await;
    assert_eq!((status, began.elapsed().as_secs(), &answer["status"]), (422, 5, &json!("WORKING")));
    assert_eq!(answer["expected"], json!(["SCAN_QR_CODE"]));
}

#[tokio::test(start_paused = true)]
async fn a_session_is_stopped_logged_out_updated_and_deleted() {
    let outside = outside();
    open(&outside, "acme").await;
    let status = |answer: (u16, Value)| answer.1["status"].as_str().unwrap_or_default().to_owned();
    assert_eq!(status(ask(&outside, Method::POST, "sessions/acme/stop", &Value::Null).await), "STOPPED");
    assert_eq!(ask(&outside, Method::GET, "sessions", &Value::Null).await.1, json!([]));
    assert_eq!(ask(&outside, Method::GET, "sessions?all=true", &Value::Null).await.1[0]["status"], "STOPPED");
    assert_eq!(ask(&outside, Method::GET, "sessions/acme/me", &Value::Null).await.0, 404);
    assert_eq!(status(ask(&outside, Method::POST, "sessions/acme/start", &Value::Null).await), "STARTING");
    wait(1_000).await;
    assert_eq!(
        told(&outside),
        ["session.status STOPPED", "session.status STARTING", "session.status WORKING"],
        "the phone is still linked"
    );
    let mut other = wish("acme");
    other["config"]["webhooks"][0]["url"] = json!("https://h.example/other");
    assert_eq!(ask(&outside, Method::PUT, "sessions/acme", &other).await.0, 200);
    wait(1_000).await;
    let calls = outside.calls();
    assert!(calls.len() == 3 && calls.iter().all(|call| call.url == "https://h.example/other"));
    assert_eq!(ask(&outside, Method::POST, "sessions/acme/logout", &Value::Null).await.0, 201);
    wait(1_000).await;
    assert_eq!(told(&outside).last().unwrap(), "session.status SCAN_QR_CODE");
    assert_eq!(ask(&outside, Method::DELETE, "sessions/acme", &Value::Null).await.0, 200);
    assert_eq!(told(&outside), ["session.status STOPPED"]);
    assert!(outside.world.sessions().is_empty());
    let idle = json!({"name": "idle", "start": false});
    assert_eq!(status(ask(&outside, Method::POST, "sessions", &idle).await), "STOPPED");
    ask(&outside, Method::POST, "sessions/idle/start", &Value::Null).await;
    wait(1_000).await;
    outside.world.scan("idle", PHONE).unwrap();
    wait(5_000).await;
    let (status, answer) = ask(&outside, Method::GET, &format!("idle/chats/{ANA}@c.us/messages"), &Value::Null).await;
    assert!(status == 400 && answer["message"].as_str().unwrap().starts_with("Enable NOWEB store"), "it keeps none");
    let (_, named) = ask(&outside, Method::POST, "sessions", &json!({})).await;
    assert!(named["name"].as_str().unwrap().starts_with("session_"));
}

#[tokio::test(start_paused = true)]
async fn a_fall_is_mended_unless_the_phone_has_logged_out() {
    for (reason, expected) in [
        (428, vec!["session.status STARTING", "session.status WORKING"]),
        (440, vec!["session.status STARTING", "session.status WORKING"]),
        (403, vec!["session.status STARTING", "session.status WORKING"]),
        (401, vec!["session.status FAILED"]),
    ] {
        let outside = outside();
        open(&outside, "acme").await;
        outside.world.disconnect("acme", reason).unwrap();
        wait(10_000).await;
        assert_eq!(told(&outside), expected, "{reason}");
    }
    // Before anybody has scanned, a fall is the end.
    let outside = outside();
    ask(&outside, Method::POST, "sessions", &wish("acme")).await;
    wait(1_000).await;
    outside.world.disconnect("acme", 428).unwrap();
    assert_eq!(outside.world.session("acme").unwrap().state, SessionState::Failed);
}

#[tokio::test(start_paused = true)]
async fn messages_go_out_and_come_in_with_their_steps() {
    let outside = outside();
    open(&outside, "acme").await;
    let send = async |chat: &str| {
        ask(&outside, Method::POST, "sendText", &json!({"session": "acme", "chatId": chat, "text": "Oi"})).await
    };
    let (status, sent) = send(&format!("{ANA}@c.us")).await;
    let id = sent["key"]["id"].as_str().unwrap();
    assert_eq!((status, &sent["key"]["remoteJid"]), (201, &json!(format!("{ANA}@s.whatsapp.net"))));
    wait(6_000).await;
    let bodies = outside.told();
    let acks: Vec<(i64, &str)> = bodies
        .iter()
        .map(|body| (body["payload"]["ack"].as_i64().unwrap(), body["payload"]["ackName"].as_str().unwrap()))
        .collect();
    assert_eq!(acks, [(1, "SERVER"), (2, "DEVICE"), (3, "READ")]);
    assert!(bodies.iter().all(|body| body["payload"]["id"] == format!("true_{ANA}@c.us_{id}")));
    outside.write("acme", ANA, "tudo bem?");
    wait(10).await;
    let came = outside.told().remove(0);
    assert_eq!(
        (&came["event"], &came["payload"]["body"], &came["payload"]["from"]),
        (&json!("message"), &json!("tudo bem?"), &json!(format!("{ANA}@c.us")))
    );
    let (_, list) = ask(
        &outside,
        Method::GET,
        &format!("acme/chats/{ANA}%40c.us/messages?limit=5&filter.fromMe=true"),
        &Value::Null,
    )
    .await;
    assert_eq!((list.as_array().unwrap().len(), &list[0]["ackName"]), (1, &json!("READ")));
    assert_eq!(list[0]["id"], format!("true_{ANA}@c.us_{id}"));

    // Under another spelling of the number it is taken, and reaches nobody; the check tells the right one.
    send(&format!("{BELO_HORIZONTE}@c.us")).await;
    wait(1_000).await;
    assert_eq!(told(&outside), ["message.ack ERROR"]);
    let (_, known) =
        ask(&outside, Method::GET, &format!("contacts/check-exists?phone={BELO_HORIZONTE}&session=acme"), &Value::Null)
            .await;
    assert_eq!(known, json!({"numberExists": true, "chatId": "553187654321@c.us", "pn": "553187654321@c.us"}));
    send("553187654321@c.us").await;
    wait(1_000).await;
    assert_eq!(told(&outside), ["message.ack SERVER", "message.ack DEVICE"]);
    assert_eq!(
        ask(&outside, Method::POST, "sendSeen", &json!({"session": "acme", "chatId": format!("{ANA}@c.us")})).await.0,
        201
    );
}

#[tokio::test(start_paused = true)]
async fn a_send_waits_for_the_connection_and_fails_where_it_has_just_fallen() {
    let outside = outside();
    open(&outside, "acme").await;
    let send = async || {
        ask(
            &outside,
            Method::POST,
            "sendText",
            &json!({"session": "acme", "chatId": format!("{ANA}@c.us"), "text": "Oi"}),
        )
        .await
    };
    outside.world.disconnect("acme", 428).unwrap();
    let (status, answer) = send().await;
    assert_eq!(
        (status, &answer["exception"]["message"]),
        (500, &json!("Connection Closed")),
        "its status is still WORKING"
    );
    wait(2_100).await;
    assert_eq!(send().await.0, 201, "it starts, and is waited for");
    let stuck = outside.world.set_fault(FaultRule::always(FaultKind::StuckConnecting));
    outside.world.disconnect("acme", 428).unwrap();
    wait(10_000).await;
    let (status, answer) = send().await;
    assert_eq!((status, &answer["status"]), (422, &json!("STARTING")));
    outside.world.clear_fault(Some(stuck));
    let refused = FaultKind::Status { status: 500, retry_after: None, accepted: false };
    outside.world.set_fault(FaultRule {
        call: Some(Call::Open),
        gateway: Some(Gateway::Waha),
        ..FaultRule::times(refused, 1)
    });
    assert_eq!(ask(&outside, Method::POST, "sessions", &wish("other")).await.0, 500);
    assert!(outside.world.session("other").is_none());
    assert_eq!(outside.world.sent().len(), 1);
}

#[tokio::test(start_paused = true)]
async fn a_webhook_is_the_same_when_it_is_tried_again() {
    let outside = outside();
    open(&outside, "acme").await;
    outside.answer(&[500; 4]);
    outside.write("acme", ANA, "oi");
    wait(60_000).await;
    let calls = outside.calls();
    assert_eq!(calls.len(), 4, "once, and three times more as the session has asked");
    assert!(calls.iter().all(|call| call.body == calls[0].body && call.headers == calls[0].headers));
    outside.world.set_fault(FaultRule::times(FaultKind::BadSignature, 1));
    outside.answer(&[401]);
    outside.write("acme", ANA, "oi");
    wait(10_000).await;
    let calls = outside.calls();
    assert_eq!((calls.len(), &calls[0].body), (2, &calls[1].body));
    assert_ne!(calls[0].headers["x-webhook-hmac"], calls[1].headers["x-webhook-hmac"]);
}
