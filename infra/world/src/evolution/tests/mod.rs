mod messages;

use crate::tests::{ANA, Outside, outside, wait};
use crate::{Call, FaultKind, FaultRule, Gateway, NoAnswer, SessionState};
use hmac::{Hmac, KeyInit, Mac};
use http::Method;
use serde_json::{Value, json};

const KEY: &str = "world-evolution-key";
const PHONE: &str = "5511955554444";
/// In another spelling than WhatsApp's own.
const BELO_HORIZONTE: &str = "5531987654321";

async fn ask(outside: &Outside, method: Method, path: &str, body: &Value) -> (u16, Value) {
    outside.ask((method, &format!("/evolution/{path}")), &[("apikey", KEY)], body).await.unwrap()
}

fn wish(name: &str) -> Value {
    json!({"instanceName": name, "integration": "WHATSAPP-BAILEYS", "qrcode": true, "webhook": {
        "enabled": true, "url": "https://h.example/evo", "headers": {"x-secret": "s3cr3t"}, "byEvents": false, "events": []}})
}

/// The events told since the last look: each by its name and what it says of the state.
fn told(outside: &Outside) -> Vec<String> {
    let word = |body: &Value| {
        let data = &body["data"];
        let detail = ["state", "status", "message"].into_iter().find_map(|name| data[name].as_str());
        let reason =
            ["statusReason", "disconnectionReasonCode", "statusCode"].into_iter().find_map(|name| data[name].as_u64());
        let parts = [body["event"].as_str(), detail];
        let words: Vec<String> =
            parts.into_iter().flatten().map(str::to_owned).chain(reason.map(|it| it.to_string())).collect();
        words.join(" ")
    };
    outside.told().iter().map(word).collect()
}

async fn open(outside: &Outside, name: &str) {
    assert_eq!(ask(outside, Method::POST, "instance/create", &wish(name)).await.0, 201);
    outside.world.scan(name, PHONE).unwrap();
    wait(3_000).await;
    assert_eq!(outside.world.session(name).unwrap().state, SessionState::Open);
    outside.calls();
}

#[tokio::test(start_paused = true)]
async fn an_instance_is_made_scanned_and_opens() {
    let outside = outside();
    let began = tokio::time::Instant::now();
    let (status, made) = ask(&outside, Method::POST, "instance/create", &wish("acme")).await;
    assert_eq!((status, began.elapsed().as_secs()), (201, 5), "it waits for the code");
    assert_eq!((&made["instance"]["status"], &made["qrcode"]["count"]), (&json!("connecting"), &json!(1)));
    assert_eq!(made["webhook"]["webhookHeaders"], json!({"x-secret": "s3cr3t"}));
    let code = made["qrcode"]["code"].as_str().unwrap().to_owned();
    assert!(
        code.starts_with("2@") && made["qrcode"]["base64"].as_str().unwrap().starts_with("data:image/png;base64,iVBOR")
    );
    let bodies = outside.told();
    assert_eq!(bodies[2]["data"]["qrcode"]["code"], code);
    assert_eq!(bodies[2]["date_time"], "2026-11-21T09:00:00.500Z", "the server's own time, called UTC");
    assert_eq!((&bodies[2]["apikey"], bodies[2].get("sender")), (&Value::Null, None));
    // The code is another after 45 seconds; `connect` tells it too.
    wait(42_000).await;
    assert_eq!(told(&outside), ["qrcode.updated"]);
    let (_, shown) = ask(&outside, Method::GET, "instance/connect/acme", &Value::Null).await;
    assert_eq!((shown["count"].as_u64(), shown["code"] == json!(code)), (Some(2), false));
    assert_eq!(outside.world.session("acme").unwrap().code.as_deref(), shown["code"].as_str());

    assert_eq!(outside.world.scan("nobody", PHONE), Err(crate::SessionRefusal::Unknown));
    outside.world.scan("acme", PHONE).unwrap();
    assert_eq!(outside.world.scan("acme", PHONE), Err(crate::SessionRefusal::NoCode));
    let state = async || ask(&outside, Method::GET, "instance/connectionState/acme", &Value::Null).await.1;
    assert_eq!(state().await, json!({"instance": {"instanceName": "acme", "state": "close"}}), "it restarts: 515");
    wait(1_200).await;
    assert_eq!(state().await["instance"]["state"], "connecting");
    wait(1_000).await;
    assert_eq!(state().await["instance"]["state"], "open");
    let bodies = outside.told();
    let states: Vec<&str> = bodies.iter().filter_map(|body| body["data"]["state"].as_str()).collect();
    assert_eq!(states, ["connecting", "open"], "the fall in between makes no webhook");
    assert_eq!(bodies[1]["data"]["wuid"], format!("{PHONE}@s.whatsapp.net"));
    assert_eq!(bodies[1]["sender"], bodies[1]["data"]["wuid"]);
    let (_, open) = ask(&outside, Method::GET, "instance/connect/acme", &Value::Null).await;
    assert_eq!(open, json!({"instance": {"instanceName": "acme", "state": "open"}}));
    let (_, rows) = ask(&outside, Method::GET, "instance/fetchInstances?instanceName=acme", &Value::Null).await;
    assert_eq!((&rows[0]["connectionStatus"], &rows[0]["ownerJid"]), (&json!("open"), &bodies[1]["sender"]));
    assert!(outside.world.senders().iter().any(|sender| sender.number == PHONE));
}

#[tokio::test(start_paused = true)]
async fn the_server_refuses_in_its_own_words_and_order() {
    let outside = outside();
    open(&outside, "acme").await;
    let (_, rows) = ask(&outside, Method::GET, "instance/fetchInstances", &Value::Null).await;
    let token = rows[0]["token"].as_str().unwrap();
    for (method, path, key, body, status, message) in [
        (
            Method::GET,
            "instance/connectionState/nobody",
            "wrong",
            json!({}),
            404,
            json!(["The \"nobody\" instance does not exist"]),
        ),
        (Method::GET, "instance/connectionState/acme", "wrong", json!({}), 401, json!("Unauthorized")),
        (Method::GET, "instance/connectionState/acme", "", json!({}), 401, json!("Unauthorized")),
        (Method::POST, "instance/create", KEY, wish("acme"), 403, json!(["This name \"acme\" is already in use."])),
        (Method::POST, "instance/create", token, wish("other"), 401, json!("Unauthorized")),
        (Method::POST, "instance/create", KEY, json!({"instanceName": "x"}), 400, json!(["Invalid integration"])),
        (
            Method::GET,
            "instance/fetchInstances?instanceName=x",
            KEY,
            json!({}),
            404,
            json!(["Instance \"x\" not found"]),
        ),
        (
            Method::POST,
            "message/sendText/acme",
            token,
            json!({"text": "oi"}),
            400,
            json!(["requires property \"number\""]),
        ),
        (
            Method::POST,
            "message/sendText/acme",
            token,
            json!({"number": ANA, "text": " "}),
            400,
            json!(["Text is required"]),
        ),
        (
            Method::POST,
            "webhook/set/acme",
            KEY,
            json!({"webhook": {"url": "x"}}),
            400,
            json!(["webhook requires property \"enabled\""]),
        ),
        (Method::PUT, "instance/acme", KEY, json!({}), 404, json!(["Cannot PUT /instance/acme"])),
    ] {
        let asked = (method, &*format!("/evolution/{path}"));
        let (got, answer) = outside.ask(asked, &[("apikey", key)], &body).await.unwrap();
        assert_eq!((got, &answer["response"]["message"]), (status, &message), "{path}");
        assert_eq!(answer["status"], status);
    }
    assert_eq!(
        outside
            .ask((Method::GET, "/evolution/instance/connectionState/acme"), &[("apikey", token)], &Value::Null)
            .await
            .unwrap()
            .0,
        200
    );
    let mut no_events = wish("third");
    no_events["webhook"].as_object_mut().unwrap().remove("events");
    let (status, answer) = ask(&outside, Method::POST, "instance/create", &no_events).await;
    assert_eq!(
        (status, answer["response"]["message"][0].as_str()),
        (400, Some("Cannot read properties of undefined (reading 'length')"))
    );
    assert!(outside.world.session("third").is_none(), "and nothing is made");
    outside.world.set_server_key(Gateway::Evolution, "another");
    assert_eq!(ask(&outside, Method::GET, "instance/fetchInstances", &Value::Null).await.0, 401);
}

#[tokio::test(start_paused = true)]
async fn nobody_scans_and_the_server_gives_up_after_thirty_codes() {
    let outside = outside();
    ask(&outside, Method::POST, "instance/create", &wish("acme")).await;
    wait(30 * 60_000).await;
    let told = told(&outside);
    let codes = told.iter().filter(|word| *word == "qrcode.updated").count();
    let connections = told.iter().filter(|word| word.starts_with("connection.update connecting")).count();
    assert_eq!((codes, connections), (30, 6), "a connection has six codes");
    let end = ["qrcode.updated QR code limit reached, please login again 500", "connection.update refused 428"];
    assert_eq!(told[told.len() - 2..], end);
    let state = outside.world.session("acme").unwrap();
    assert_eq!((state.state, state.code), (SessionState::Failed, None));
    let (_, shown) = ask(&outside, Method::GET, "instance/connect/acme", &Value::Null).await;
    assert_eq!((&shown["count"], shown["code"].is_string()), (&json!(1), true), "it begins anew");
}

#[tokio::test(start_paused = true)]
async fn a_fall_is_mended_unless_its_reason_is_final() {
    for (reason, open_again) in
        [(428, true), (408, true), (440, true), (515, true), (503, true), (401, false), (403, false)]
    {
        let outside = outside();
        open(&outside, "acme").await;
        outside.world.disconnect("acme", reason).unwrap();
        wait(5_000).await;
        let expected: Vec<String> = match open_again {
            true => vec!["connection.update connecting 200".to_owned(), "connection.update open 200".to_owned()],
            false => vec![
                format!("status.instance closed {reason}"),
                "logout.instance".to_owned(),
                format!("connection.update close {reason}"),
            ],
        };
        assert_eq!(told(&outside), expected, "{reason}");
        assert_eq!(outside.world.session("acme").unwrap().state == SessionState::Open, open_again);
        assert_eq!(outside.world.disconnect("acme", 428).is_ok(), open_again, "{reason}");
    }
}

#[tokio::test(start_paused = true)]
async fn an_instance_is_restarted_logged_out_and_deleted() {
    let outside = outside();
    open(&outside, "acme").await;
    let (_, answer) = ask(&outside, Method::POST, "instance/restart/acme", &Value::Null).await;
    assert_eq!(answer["instance"]["state"], "open", "as it stood before");
    wait(3_000).await;
    assert_eq!(told(&outside), ["connection.update connecting 200", "connection.update open 200"]);
    let (status, answer) = ask(&outside, Method::DELETE, "instance/logout/acme", &Value::Null).await;
    assert_eq!((status, &answer["response"]["message"]), (200, &json!("Instance logged out")));
    wait(10).await;
    assert_eq!(told(&outside), ["status.instance closed 401", "logout.instance", "connection.update close 401"]);
    let row = async || {
        ask(&outside, Method::GET, "instance/fetchInstances?instanceName=acme", &Value::Null).await.1[0].clone()
    };
    let kept = row().await;
    assert_eq!((&kept["connectionStatus"], &kept["disconnectionReasonCode"]), (&json!("close"), &json!(401)));
    assert_eq!(ask(&outside, Method::DELETE, "instance/logout/acme", &Value::Null).await.0, 400);
    let (status, answer) = ask(&outside, Method::POST, "instance/restart/acme", &Value::Null).await;
    assert_eq!((status, &answer["error"]), (200, &json!(true)));
    // Connected again it shows another code; deleted, it is gone, and its last words still come.
    ask(&outside, Method::GET, "instance/connect/acme", &Value::Null).await;
    outside.calls();
    assert_eq!(ask(&outside, Method::DELETE, "instance/delete/acme", &Value::Null).await.0, 200);
    wait(10).await;
    assert_eq!(told(&outside)[3..], ["instance.delete", "remove.instance"]);
    assert_eq!(ask(&outside, Method::GET, "instance/connectionState/acme", &Value::Null).await.0, 404);
    assert!(outside.world.sessions().is_empty());
    open(&outside, "acme").await;
}

#[tokio::test(start_paused = true)]
async fn sessions_have_faults_of_their_own() {
    let outside = outside();
    let of = |call: Call, kind: FaultKind| FaultRule { call: Some(call), times: Some(1), ..FaultRule::always(kind) };
    let create = async |name: &str| {
        outside
            .ask((Method::POST, "/evolution/instance/create"), &[("apikey", KEY)], &wish(name))
            .await
            .map(|answer| answer.0)
    };
    let status = FaultKind::Status { status: 500, retry_after: None, accepted: false };
    for (kind, answer, made) in [
        (status, Ok(500), false),
        (FaultKind::RequestLost, Err(NoAnswer::Lost), false),
        (FaultKind::RefuseConnection, Err(NoAnswer::Refused), false),
        (FaultKind::AnswerLost, Err(NoAnswer::Lost), true),
    ] {
        outside.world.set_fault(of(Call::Open, kind.clone()));
        assert_eq!(
            ask(&outside, Method::GET, "instance/fetchInstances", &Value::Null).await.0,
            200,
            "another kind of call"
        );
        assert_eq!(create("acme").await, answer, "{kind:?}");
        assert_eq!(outside.world.session("acme").is_some(), made, "{kind:?}");
    }
    wait(5_000).await;
    outside.world.scan("acme", PHONE).unwrap();
    let falls = FaultKind::FallsAgain { milliseconds: 2_000, reason: 440 };
    outside.world.set_fault(FaultRule::times(falls, 3));
    wait(60_000).await;
    let opened = told(&outside).iter().filter(|word| *word == "connection.update open 200").count();
    assert_eq!((opened, outside.world.session("acme").unwrap().state), (4, SessionState::Open));

    // While the rule stands it is not connected, and as soon as it is cleared it connects again.
    let down = outside
        .world
        .set_fault(FaultRule { sender: Some("acme".to_owned()), ..FaultRule::always(FaultKind::Disconnected) });
    wait(60_000).await;
    assert_eq!(outside.world.session("acme").unwrap().state, SessionState::Connecting);
    outside.world.clear_fault(Some(down));
    wait(2_000).await;
    assert_eq!(outside.world.session("acme").unwrap().state, SessionState::Open);
    open(&outside, "zeta").await;
    outside.register_session(Gateway::Evolution);
    assert_eq!(outside.world.storm(Some(Gateway::Evolution), 428), 3);
    assert_eq!(outside.world.storm(None, 428), 0);
    wait(5_000).await;
    assert!(outside.world.sessions().iter().all(|session| session.state == SessionState::Open));
    let no_code = outside
        .world
        .set_fault(FaultRule { sender: Some("late".to_owned()), ..FaultRule::always(FaultKind::StuckConnecting) });
    let (status, made) = ask(&outside, Method::POST, "instance/create", &wish("late")).await;
    assert_eq!((status, &made["qrcode"]), (201, &json!({"count": 0})), "the code never comes");
    outside.world.clear_fault(Some(no_code));
    wait(2_000).await;
    assert!(outside.world.session("late").unwrap().code.is_some());
}
