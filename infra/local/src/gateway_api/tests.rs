use std::sync::Mutex;

use async_trait::async_trait;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use chrono::DateTime;
use serde_json::{Value, json};

use super::*;

/// Returns what it is told to, and keeps what it got.
struct Canned {
    result: Mutex<Result<Value, InvokeError>>,
    events: Mutex<Vec<Value>>,
}

#[async_trait]
impl Invoke for Canned {
    async fn invoke(&self, _: &str, payload: Bytes) -> Result<Bytes, InvokeError> {
        self.events.lock().unwrap().push(serde_json::from_slice(&payload).unwrap());
        let result = self.result.lock().unwrap().clone();
        match result {
            Ok(Value::String(text)) if text == "never" => std::future::pending().await,
            other => other.map(|value| value.to_string().into()),
        }
    }
}

fn api(result: Result<Value, InvokeError>) -> (Gateway, Arc<Canned>) {
    let clock = Clock::starting_at(DateTime::from_timestamp(1_700_000_000, 0).unwrap());
    let function = Arc::new(Canned { result: Mutex::new(result), events: Mutex::default() });
    let usage = Arc::new(Usage::new(clock.clone(), Vec::new()));
    let route = Route { function: "F".to_owned(), method: "ANY".to_owned(), path: "/api/{proxy+}".to_owned() };
    (Gateway::new(&[route], function.clone(), usage, clock, fastrand::Rng::with_seed(7)), function)
}

async fn text(response: Response<Body>) -> (u16, String) {
    let status = response.status().as_u16();
    let body = response.into_body().collect().await.unwrap().to_bytes();
    (status, String::from_utf8(body.to_vec()).unwrap())
}

#[tokio::test]
async fn the_event_is_that_of_payload_format_2() {
    let (gateway, function) = api(Ok(json!({"statusCode": 204})));
    let request = Request::post("/api/caf%C3%A9/1?a=1&a=2&b=x%20y+z")
        .header("Host", "localhost:3000")
        .header("X-Two", "1")
        .header("X-Two", "2")
        .header("Cookie", "k=v; l=w")
        .header("User-Agent", "test")
        .header("Content-Type", "application/json; charset=utf-8")
        .body(Body::from("{}"))
        .unwrap();
    assert_eq!(gateway.serve(request).await.status(), 204);
    let mut event = function.events.lock().unwrap().remove(0);
    assert!(event["requestContext"]["requestId"].take().is_string());
    let expected = json!({
        "version": "2.0",
        "routeKey": "ANY /api/{proxy+}",
        "rawPath": "/api/café/1",
        "rawQueryString": "a=1&a=2&b=x%20y+z",
        "cookies": ["k=v", "l=w"],
        "headers": {
            "content-length": "2", "content-type": "application/json; charset=utf-8", "host": "localhost:3000",
            "user-agent": "test", "x-two": "1,2", "x-forwarded-for": "127.0.0.1", "x-forwarded-port": "3000",
            "x-forwarded-proto": "http",
        },
        "queryStringParameters": {"a": "1,2", "b": "x y z"},
        "pathParameters": {"proxy": "café/1"},
        "requestContext": {
            "accountId": "000000000000", "apiId": "local", "domainName": "localhost:3000", "domainPrefix": "local",
            "http": {
                "method": "POST", "path": "/api/café/1", "protocol": "HTTP/1.1", "sourceIp": "127.0.0.1",
                "userAgent": "test",
            },
            "requestId": null, "routeKey": "ANY /api/{proxy+}", "stage": "$default",
            "time": "14/Nov/2023:22:13:20 +0000", "timeEpoch": 1_700_000_000_000_i64,
        },
        "body": "{}",
        "isBase64Encoded": false,
    });
    assert_eq!(event, expected);
}

#[tokio::test]
async fn only_text_comes_as_text() {
    let (gateway, function) = api(Ok(json!({"statusCode": 200})));
    for (content_type, body, is_text) in [
        ("text/csv", "a,b", true),
        ("application/x-www-form-urlencoded", "a=b", false),
        ("", "{}", false),
        ("image/png", "\u{1}", false),
    ] {
        let request = Request::post("/api/x").header("content-type", content_type).body(Body::from(body)).unwrap();
        gateway.serve(request).await;
        let event = function.events.lock().unwrap().remove(0);
        assert_eq!(event["isBase64Encoded"], !is_text, "{content_type}");
        let expected = if is_text { body.to_owned() } else { STANDARD.encode(body) };
        assert_eq!(event["body"], expected);
    }
}

#[tokio::test(start_paused = true)]
async fn every_result_has_its_answer() {
    let failed = |kind| (500, format!(r#"{{"message":"{kind}"}}"#));
    for (result, expected) in [
        (Ok(json!({"statusCode": 201, "body": "made"})), (201, "made".to_owned())),
        (Ok(json!({"statusCode": 200, "body": "aMOp", "isBase64Encoded": true})), (200, "hé".to_owned())),
        (Ok(json!({"done": true})), (200, r#"{"done":true}"#.to_owned())),
        (Ok(json!({"statusCode": "what"})), failed("Internal Server Error")),
        (Err(InvokeError::Crashed), failed("Internal Server Error")),
        (Err(InvokeError::TimedOut), failed("Internal Server Error")),
        (Err(InvokeError::Throttled), (503, r#"{"message":"Service Unavailable"}"#.to_owned())),
        (Ok(json!("never")), (503, r#"{"message":"Service Unavailable"}"#.to_owned())),
    ] {
        let (gateway, _) = api(result);
        let request = Request::get("/api/x").body(Body::empty()).unwrap();
        assert_eq!(text(gateway.serve(request).await).await, expected);
    }
    let (gateway, function) = api(Ok(json!({
        "statusCode": 302, "headers": {"Location": "/b", "content-length": "7"}, "cookies": ["a=1", "b=2"],
    })));
    let response = gateway.serve(Request::get("/api/x").body(Body::empty()).unwrap()).await;
    assert_eq!(response.headers()["location"], "/b");
    assert_eq!(response.headers().get_all("set-cookie").iter().count(), 2);
    let elsewhere = Request::get("/elsewhere").body(Body::empty()).unwrap();
    assert_eq!(text(gateway.serve(elsewhere).await).await, (404, r#"{"message":"Not Found"}"#.to_owned()));
    function.events.lock().unwrap().clear();
    for size in [LARGEST_BODY + 1, LARGEST_EVENT] {
        let large = Request::post("/api/x").header("content-type", "text/plain").body(Body::from("x".repeat(size)));
        assert_eq!(text(gateway.serve(large.unwrap()).await).await.0, 413);
    }
    assert!(function.events.lock().unwrap().is_empty());
}
