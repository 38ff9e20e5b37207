//! The function as it is served, before a DynamoDB that answers as a test says.

use async_trait::async_trait;
use axum::body::Body;
use axum::response::Response as Answer;
use bytes::Bytes;
use flate2::read::GzDecoder;
use kit::chance::Chance;
use kit::clock::Clock;
use kit::env::Env;
use kit::http::{Http, HttpError, Request, Response};
use kit::keys::hash_of;
use kit::{App, Parts, Problem};
use serde_json::{Value, json};
use std::io::Read;
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tower::ServiceExt;

/// Answers by operation, and remembers what it was asked for.
#[derive(Debug, Default)]
struct DynamoDb {
    down: Mutex<Vec<&'static str>>,
    asked: Mutex<Vec<String>>,
}

impl DynamoDb {
    fn down(&self, operations: &[&'static str]) {
        *self.down.lock().unwrap() = operations.to_vec();
    }

    fn asked(&self) -> Vec<String> {
        std::mem::take(&mut *self.asked.lock().unwrap())
    }
}

#[async_trait]
impl Http for DynamoDb {
    async fn send(&self, request: Request, _: Duration) -> Result<Response, HttpError> {
        let operation = request.headers()["x-amz-target"].to_str().unwrap().split('.').next_back().unwrap().to_owned();
        let body = serde_json::from_slice::<Value>(request.body()).unwrap();
        let table = body["TableName"].as_str().map(str::to_owned);
        let table = table.or_else(|| body["RequestItems"].as_object()?.keys().next().cloned()).unwrap();
        let is_down = self.down.lock().unwrap().contains(&operation.as_str());
        self.asked.lock().unwrap().push(format!("{operation} {table}"));
        let (status, body) = match operation.as_str() {
            _ if is_down => (400, json!({"__type": "x#ResourceNotFoundException", "message": "arn:aws:secret"})),
            "DescribeTable" => (200, json!({"Table": {"ItemCount": 1204}})),
            _ => (200, json!({})),
        };
        let response = http::Response::builder().status(status).header("content-type", "application/x-amz-json-1.0");
        Ok(response.body(Bytes::from(body.to_string())).unwrap())
    }
}

fn document() -> Value {
    serde_json::from_str(include_str!("../../../../shared/api/openapi.json")).unwrap()
}

/// Fails unless the answer is what the schema of this name says.
fn is_told(schema: &str, answer: &Value) {
    let schema = format!("#/components/schemas/{schema}");
    let root = json!({"$ref": schema, "components": {"schemas": document()["components"]["schemas"]}});
    let validator = jsonschema::options().should_validate_formats(true).build(&root).unwrap();
    let problems: Vec<_> = validator.iter_errors(answer).map(|error| error.to_string()).collect();
    assert!(problems.is_empty(), "{schema}: {problems:#?} in {answer:#}");
}

struct Served {
    app: App,
    router: axum::Router,
    dynamodb: Arc<DynamoDb>,
}

impl Served {
    fn new() -> Self {
        let operator = hash_of("operator");
        let env = [
            ("AWS_REGION", "us-east-1"),
            ("AWS_ACCESS_KEY_ID", "id"),
            ("AWS_SECRET_ACCESS_KEY", "key"),
            ("TABLE_CUSTOMERS", "customers"),
            ("TABLE_BUSINESSES", "businesses"),
            ("TABLE_SESSIONS", "sessions"),
            ("OPERATOR_KEY_HASH", &operator),
        ];
        let dynamodb = Arc::new(DynamoDb::default());
        let parts = Parts {
            env: Env::from_pairs(env),
            clock: Clock::tokio("2026-11-21T14:03:07Z".parse().unwrap()),
            chance: Chance::seeded(1),
            http: dynamodb.clone(),
            aws_http: dynamodb.clone(),
            retry_partition: None,
            meter: store::Meter::default(),
        };
        let (app, keys) = App::new(parts).unwrap();
        let router = kit::serve(&app, health::router(app.clone(), keys));
        Self { app, router, dynamodb }
    }

    async fn get(&self, path: &str, headers: &[(&str, &str)]) -> Answer {
        let request =
            headers.iter().fold(http::Request::get(path), |request, (name, value)| request.header(*name, *value));
        self.router.clone().oneshot(request.body(Body::empty()).unwrap()).await.unwrap()
    }

    async fn health(&self) -> (u16, Value) {
        let answer = self.get("/health", &[("x-api-key", "operator")]).await;
        assert_eq!(answer.headers()["cache-control"], "no-store");
        (answer.status().as_u16(), serde_json::from_slice(&bytes(answer).await).unwrap())
    }
}

async fn bytes(answer: Answer) -> Bytes {
    axum::body::to_bytes(answer.into_body(), usize::MAX).await.unwrap()
}

#[tokio::test(start_paused = true)]
async fn healthy_while_all_parts_answer() {
    let served = Served::new();
    served.app.clock().sleep(Duration::from_secs(75)).await;
    let (status, body) = served.health().await;
    let expected = json!({"status": "healthy", "timestamp": "2026-11-21T14:04:22Z", "customerCount": 1204, "uptime": 75,
        "components": {"customers": "ok", "businesses": "ok", "sessions": "ok", "upstream": "ok"}});
    assert_eq!((status, &body), (200, &expected));
    is_told("Healthy", &body);
    let mut asked = served.dynamodb.asked();
    asked.sort();
    assert_eq!(asked, ["BatchGetItem sessions", "DescribeTable customers", "GetItem businesses"]);
}

#[tokio::test(start_paused = true)]
async fn only_the_operator_is_told_the_count() {
    let served = Served::new();
    for headers in [&[][..], &[("x-api-key", "other")]] {
        let body = bytes(served.get("/health/", headers).await).await;
        let body: Value = serde_json::from_slice(&body).unwrap();
        assert_eq!((&body["status"], body.get("customerCount")), (&json!("healthy"), None));
        is_told("Healthy", &body);
    }
    assert_eq!(served.get("/health?verbos=1", &[]).await.status(), 400);
}

#[tokio::test(start_paused = true)]
async fn the_count_is_kept_for_some_seconds_and_never_longer() {
    let served = Served::new();
    served.health().await;
    served.dynamodb.asked();
    served.app.clock().sleep(Duration::from_secs(9)).await;
    assert_eq!(served.health().await.0, 200);
    let mut asked = served.dynamodb.asked();
    asked.sort();
    assert_eq!(asked, ["BatchGetItem sessions", "GetItem businesses"]);

    served.dynamodb.down(&["DescribeTable"]);
    assert_eq!(served.health().await.0, 200);
    served.app.clock().sleep(Duration::from_secs(1)).await;
    let (status, body) = served.health().await;
    assert_eq!((status, body.get("customerCount")), (503, None));
    served.dynamodb.down(&[]);
    assert_eq!(served.health().await.0, 200);
}

#[tokio::test(start_paused = true)]
async fn unhealthy_names_the_part_and_nothing_of_the_inside() {
    for (down, [customers, businesses, sessions], error) in [
        (&["DescribeTable"][..], ["failed", "ok", "ok"], "No answer from: customers."),
        (&["GetItem"], ["ok", "failed", "ok"], "No answer from: businesses."),
        (&["BatchGetItem"], ["ok", "ok", "failed"], "No answer from: sessions."),
        (&["DescribeTable", "GetItem"], ["failed", "failed", "ok"], "No answer from: customers, businesses."),
    ] {
        let served = Served::new();
        served.dynamodb.down(down);
        let (status, body) = served.health().await;
        assert_eq!((status, &body["status"], &body["error"]), (503, &json!("unhealthy"), &json!(error)));
        let components =
            json!({"customers": customers, "businesses": businesses, "sessions": sessions, "upstream": "ok"});
        assert_eq!(body["components"], components);
        assert!(!body.to_string().contains("arn") && !body.to_string().contains("Exception"), "{body}");
        is_told("Unhealthy", &body);
    }
}

#[tokio::test(start_paused = true)]
async fn document_and_page_are_served_without_a_store() {
    let served = Served::new();
    let answer = served.get("/openapi.json", &[]).await;
    assert_eq!(answer.headers()["content-type"], "application/json");
    assert_eq!(serde_json::from_slice::<Value>(&bytes(answer).await).unwrap(), document());

    let plain = served.get("/api-docs", &[("accept-encoding", "br, gzip;q=0")]).await;
    assert!(!plain.headers().contains_key("content-encoding"));
    let packed = served.get("/api-docs", &[("accept-encoding", "br, gzip;q=0.5")]).await;
    assert_eq!(packed.headers()["content-encoding"], "gzip");
    assert_eq!(packed.headers()["content-type"], "text/html; charset=utf-8");
    let policy = packed.headers()["content-security-policy"].to_str().unwrap().to_owned();
    assert!(policy.contains("default-src 'none'") && policy.contains("connect-src 'self';"), "{policy}");
    // The page shows an answer that is a picture, such as a code, from memory.
    assert!(policy.contains("img-src 'self' data: blob:;"), "{policy}");

    let packed = bytes(packed).await;
    assert!(packed.len() < 1 << 20, "{} bytes", packed.len());
    let mut html = String::new();
    GzDecoder::new(&*packed).read_to_string(&mut html).unwrap();
    assert_eq!(html.as_bytes(), bytes(plain).await);
    for (part, is_there) in
        [("SwaggerUIBundle({", true), ("{{bundle}}", false), ("{{start}}", false), ("{{style}}", false)]
    {
        assert_eq!(html.contains(part), is_there, "{part}");
    }
    // The key comes first, and where it is kept nobody else reads it.
    let (key, operations) = (html.find("<input id=\"key\""), html.find("<div id=\"page\">"));
    assert!(key.is_some() && key < operations, "{key:?} {operations:?}");
    assert!(html.contains("sessionStorage.setItem(KEPT") && !html.contains("localStorage.setItem(KEPT"));
    for outside in ["src=\"http", "href=\"http", "@import"] {
        assert!(!html.contains(outside), "{outside}");
    }
    assert!(served.dynamodb.asked().is_empty());
}

#[tokio::test(start_paused = true)]
async fn a_problem_is_as_its_schema_says() {
    let body = bytes(Served::new().get("/nothing", &[]).await).await;
    is_told("Problem", &serde_json::from_slice(&body).unwrap());
    let problem = Problem::field("/limit", "expected from 1 to 100").response(domain::Locale::Es);
    is_told("Problem", &serde_json::from_slice(&bytes(problem).await).unwrap());
}
