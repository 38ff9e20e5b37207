//! Sessions of a QR gateway, from the call that opens one to the operator's backend, through crashes and a backend that
//! fails.

use crate::bundle::Bundle;
use futures::future::join_all;
use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::time::Duration;

impl Bundle {
    async fn start_session(&self, user: Value) -> String {
        let started = self.post("/start", self.operator(), json!({"user_id": user})).await.expect(200);
        assert_eq!(started["success"], true);
        started["session_id"].as_str().unwrap().to_owned()
    }

    async fn session(&self, session: &str) -> Value {
        self.get(&format!("/sessions/{session}"), self.operator()).await.expect(200)
    }

    async fn until_status(&self, session: &str, status: &str) {
        let what = format!("the session is {status}");
        self.until(&what, async || self.session(session).await["status"] == status).await;
    }

    /// What the backend was told of a session's status, in order.
    fn told(&self, session: &str) -> Vec<String> {
        let effects = serde_json::to_value(self.laptop.world().upstream_effects()).unwrap();
        let items = effects[session].as_array().cloned().unwrap_or_default();
        items.iter().filter_map(|item| item["state"].as_str().map(str::to_owned)).collect()
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_session_is_opened_scanned_lost_and_stopped_and_the_backend_hears_of_it() {
    let bundle = Bundle::start().await;
    let world = bundle.laptop.world();
    let ids: BTreeSet<String> = join_all((0..20).map(|_| bundle.start_session(json!(1)))).await.into_iter().collect();
    assert_eq!(ids.len(), 1, "the same user gets the same session");
    let session = ids.into_iter().next().unwrap();
    assert_ne!(bundle.start_session(json!("2")).await, session);

    bundle.until_status(&session, "waiting_for_scan").await;
    let waiting = bundle.session(&session).await;
    assert_eq!((&waiting["user_id"], &waiting["connection"]), (&json!(1), &json!("inactive")));
    assert!(waiting["qr"]["code"].as_str().unwrap().starts_with("2@"), "{waiting}");
    let svg = bundle.call("GET", &format!("/sessions/{session}/qr.svg"), bundle.operator(), None).await;
    assert_eq!((svg.status, svg.content_type.as_str()), (200, "image/svg+xml"));

    world.scan(&session, "5511987650001").unwrap();
    bundle.until_status(&session, "connected").await;
    let gone = bundle.call("GET", &format!("/sessions/{session}/qr.png"), bundle.operator(), None).await;
    assert_eq!(gone.status, 404);
    // A logout so soon after the scan would be taken for the end of the first connection.
    world.disconnect(&session, 403).unwrap();
    bundle.until_status(&session, "refused").await;
    bundle.until("the backend knows", async || bundle.told(&session).last().is_some_and(|it| it == "refused")).await;
    // Of several statuses in one batch the last is told.
    let told: Vec<_> = bundle.told(&session).into_iter().filter(|status| status != "connecting").collect();
    assert_eq!(told, ["connected", "refused"]);

    let path = format!("/sessions/{session}/stop");
    assert_eq!(bundle.call("POST", &path, bundle.operator(), None).await.expect(200)["status"], "stopped");
    bundle.until("it is gone at the gateway", async || world.session(&session).is_none()).await;
    bundle.until("the backend knows", async || bundle.told(&session).last().is_some_and(|it| it == "stopped")).await;
    let next = bundle.start_session(json!(1)).await;
    assert_ne!(next, session);
    assert_eq!(bundle.call("POST", &path, bundle.operator(), None).await.expect(200)["status"], "stopped");
    bundle.end().await;
}

/// The functions on the way are killed again and again, and the backend fails in every way it can.
#[tokio::test(flavor = "multi_thread")]
async fn a_backend_that_fails_and_functions_that_die_lose_nothing() {
    let quick = [
        ("HandlerTimeoutSeconds", "5"),
        ("HandlerVisibilitySeconds", "5"),
        ("UpstreamTimeoutSeconds", "1"),
        ("UpstreamLongestPauseSeconds", "1"),
        ("SessionWindowSeconds", "1"),
    ];
    let bundle = Bundle::with(&quick).await;
    let world = bundle.laptop.world();
    let ids = join_all((0..30).map(|user| bundle.start_session(json!(user)))).await;
    for session in &ids {
        bundle.until_status(session, "waiting_for_scan").await;
    }
    let faults = [
        json!({"kind": "status", "status": 500}),
        json!({"kind": "slow", "milliseconds": 1_500}),
        json!({"kind": "answer_lost"}),
        json!({"kind": "status", "status": 429, "retry_after": 1}),
        json!({"kind": "garbage"}),
    ];
    let trouble = async {
        for fault in faults {
            let fault = world.set_upstream_fault(serde_json::from_value(fault).unwrap());
            tokio::time::sleep(Duration::from_secs(1)).await;
            bundle.laptop.kill("forward-session-events").unwrap();
            world.clear_upstream_fault(Some(fault));
        }
    };
    let life = async {
        for (nth, session) in ids.iter().enumerate() {
            world.scan(session, &format!("55119876{:05}", 60_000 + nth)).unwrap();
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
    };
    tokio::join!(trouble, life);
    for session in &ids {
        bundle
            .until("the backend knows", async || bundle.told(session).last().is_some_and(|it| it == "connected"))
            .await;
        let told = bundle.told(session);
        assert_eq!(told.iter().filter(|status| *status == "connected").count(), 1, "{told:?}");
    }
    bundle.end().await;
}
