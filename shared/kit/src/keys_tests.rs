use super::*;
use crate::http::Response as Answer;
use crate::testing::{FakeHttp, app_with, body_json, env};
use axum::body::Body;
use axum::routing::get;
use std::sync::atomic::{AtomicBool, Ordering};
use tower::ServiceExt;

const BUSINESS: &str = "01890a5d-ac96-774b-bcce-b302099a8057";
const OTHER: &str = "01890a5d-ac96-774b-bcce-b302099a8058";

/// DynamoDB with one business key, `known`, that can be revoked and whose window can be full.
#[derive(Clone, Default)]
struct Table {
    revoked: Arc<AtomicBool>,
    full: Arc<AtomicBool>,
    /// Another clock, which goes before ours, has opened the window.
    ahead: Arc<AtomicBool>,
}

impl Table {
    fn http(&self) -> FakeHttp {
        let table = self.clone();
        FakeHttp::answering(move |request| {
            let body = String::from_utf8_lossy(request.body()).into_owned();
            Ok(match request.headers()["x-amz-target"].to_str().unwrap() {
                "DynamoDB_20120810.GetItem" => table.key(&body),
                "DynamoDB_20120810.UpdateItem" => table.count(),
                other => panic!("{other}"),
            })
        })
    }

    fn key(&self, body: &str) -> Answer {
        if !body.contains(&hash_of("known")) || self.revoked.load(Ordering::SeqCst) {
            return FakeHttp::json(200, "{}");
        }
        let item = serde_json::json!({
            "pk": {"S": format!("key/{}", hash_of("known"))},
            "key_id": {"S": OTHER},
            "business_id": {"S": BUSINESS},
            "label": {"S": "till"},
            "limit_requests": {"N": "7"},
            "created_at": {"S": "2026-02-01T00:00:00.000Z"},
        });
        FakeHttp::json(200, &serde_json::json!({ "Item": item }).to_string())
    }

    fn count(&self) -> Answer {
        // A minute of the quarter of an hour is over.
        let start = if self.ahead.load(Ordering::SeqCst) { "2026-03-01T09:01:00Z" } else { "2026-03-01T08:59:00Z" };
        let start = start.parse::<DateTime<Utc>>().unwrap().timestamp_millis();
        let item = serde_json::json!({"window_start": {"N": start.to_string()}, "requests": {"N": "7"}});
        if self.full.load(Ordering::SeqCst) {
            let refusal = serde_json::json!({
                "__type": "com.amazonaws.dynamodb.v20120810#ConditionalCheckFailedException",
                "message": "The conditional request failed",
                "Item": item,
            });
            return FakeHttp::json(400, &refusal.to_string());
        }
        FakeHttp::json(200, &serde_json::json!({ "Attributes": item }).to_string())
    }
}

struct World {
    table: Table,
    http: FakeHttp,
    app: App,
    router: Router,
}

fn world() -> World {
    let table = Table::default();
    let http = table.http();
    let hash = hash_of("operator");
    let app = app_with(env([("OPERATOR_KEY_HASH", &hash)]), &http);
    let whoami = async |caller: Caller| match caller {
        Caller::Operator => "operator".to_owned(),
        Caller::Business(id) => id.to_string(),
    };
    let router = guarded(&app, app.env().read().unwrap(), Router::new().route("/", get(whoami)));
    World { table, http, app, router }
}

impl World {
    async fn call(&self, key: Option<&str>) -> axum::response::Response {
        let mut request = Request::get("/");
        if let Some(key) = key {
            request = request.header("x-api-key", key);
        }
        self.router.clone().oneshot(request.body(Body::empty()).unwrap()).await.unwrap()
    }

    /// Reads and writes since the last look.
    fn calls(&self, seen: &mut usize) -> (usize, usize) {
        let requests = self.http.requests();
        let news =
            requests[*seen..].iter().map(|request| request.headers()["x-amz-target"].to_str().unwrap().to_owned());
        let (reads, writes): (Vec<_>, Vec<_>) = news.partition(|target| target.ends_with("GetItem"));
        *seen = requests.len();
        (reads.len(), writes.len())
    }
}

#[tokio::test(start_paused = true)]
async fn a_caller_is_known_by_the_key() {
    let world = world();
    for (key, status, text) in [
        (Some("operator"), 200, "operator"),
        (Some("known"), 200, BUSINESS),
        (Some("other"), 401, "not known"),
        (Some(""), 401, "missing"),
        (None, 401, "missing"),
    ] {
        let response = world.call(key).await;
        assert_eq!(response.status(), status, "{key:?}");
        let body = axum::body::to_bytes(response.into_body(), usize::MAX).await.unwrap();
        assert!(String::from_utf8_lossy(&body).contains(text), "{key:?}: {body:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_known_key_costs_one_write_and_an_unknown_one_none() {
    let world = world();
    let mut seen = 0;
    for (key, first, again) in [
        ("known", (1, 1), (0, 1)),
        ("operator", (0, 1), (0, 1)),
        ("other", (1, 0), (0, 0)),
        (&"x".repeat(300), (0, 0), (0, 0)),
    ] {
        world.call(Some(key)).await;
        assert_eq!(world.calls(&mut seen), first, "{key}");
        world.call(Some(key)).await;
        assert_eq!(world.calls(&mut seen), again, "{key}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_revocation_holds_after_a_minute_and_a_new_key_works_after_seconds() {
    let world = world();
    assert_eq!(world.call(Some("known")).await.status(), 200);
    world.table.revoked.store(true, Ordering::SeqCst);
    world.app.clock().sleep(Duration::from_secs(59)).await;
    assert_eq!(world.call(Some("known")).await.status(), 200);
    world.app.clock().sleep(Duration::from_secs(1)).await;
    assert_eq!(world.call(Some("known")).await.status(), 401);
    world.table.revoked.store(false, Ordering::SeqCst);
    world.app.clock().sleep(Duration::from_secs(10)).await;
    assert_eq!(world.call(Some("known")).await.status(), 200);
}

#[tokio::test(start_paused = true)]
async fn a_full_window_is_told_with_its_end_and_costs_nothing_more() {
    let world = world();
    world.table.full.store(true, Ordering::SeqCst);
    let response = world.call(Some("known")).await;
    assert_eq!(response.status(), 429);
    assert_eq!(response.headers()["retry-after"], "840");
    assert_eq!(body_json(response).await["type"], "urn:recado:problem:too_many_requests");

    let mut seen = world.http.requests().len();
    world.app.clock().sleep(Duration::from_secs(30)).await;
    assert_eq!(world.call(Some("known")).await.headers()["retry-after"], "810");
    assert_eq!(world.calls(&mut seen), (0, 0));

    world.table.full.store(false, Ordering::SeqCst);
    world.app.clock().sleep(Duration::from_secs(30)).await;
    assert_eq!(world.call(Some("known")).await.status(), 200);
}

#[tokio::test(start_paused = true)]
async fn nobody_waits_longer_than_a_window() {
    let world = world();
    world.table.full.store(true, Ordering::SeqCst);
    world.table.ahead.store(true, Ordering::SeqCst);
    let response = world.call(Some("known")).await;
    assert_eq!((response.status().as_u16(), response.headers()["retry-after"].to_str().unwrap()), (429, "900"));
}

#[tokio::test(start_paused = true)]
async fn a_store_that_does_not_answer_lets_nobody_in() {
    let http = FakeHttp::answering(|_| Ok(FakeHttp::json(500, "{}")));
    let hash = hash_of("operator");
    let app = app_with(env([("OPERATOR_KEY_HASH", &hash)]), &http);
    let router = guarded(&app, app.env().read().unwrap(), Router::new().route("/", get(async || "in")));
    let request = Request::get("/").header("x-api-key", "known").body(Body::empty()).unwrap();
    assert_eq!(router.oneshot(request).await.unwrap().status(), 503);
}

#[test]
fn a_business_acts_for_itself_and_an_operator_says_for_whom() {
    let (own, other) = (BUSINESS.parse().unwrap(), OTHER.parse().unwrap());
    let status = |caller: Caller, requested| caller.business(requested).map_err(|problem| problem.status().as_u16());
    assert_eq!(status(Caller::Operator, Some(own)), Ok(own));
    assert_eq!(status(Caller::Operator, None), Err(400));
    assert_eq!(status(Caller::Business(own), None), Ok(own));
    assert_eq!(status(Caller::Business(own), Some(own)), Ok(own));
    assert_eq!(status(Caller::Business(own), Some(other)), Err(403));
    assert!(Caller::Operator.operator().is_ok() && Caller::Business(own).operator().is_err());
}

#[test]
fn memory_is_bounded_and_never_trusts_the_future() {
    let mut memory = Remembered::default();
    let now: DateTime<Utc> = "2026-03-01T09:00:00Z".parse().unwrap();
    for nth in 0..3 * REMEMBERED {
        memory.put(nth, (), now);
        assert!(memory.0.len() <= REMEMBERED);
        assert!(memory.get(&nth, now, KNOWN_FOR).is_some());
    }
    memory.put(0, (), now);
    assert!(memory.get(&0, now - TimeDelta::seconds(1), KNOWN_FOR).is_none());
}
