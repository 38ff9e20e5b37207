//! A load counts once and is told once, whatever dies in between.

use crate::bundle::Bundle;
use futures::future::join_all;
use serde_json::{Value, json};
use std::time::Duration;
use world::Gateway;

#[tokio::test(flavor = "multi_thread")]
async fn one_load_id_fifty_times_at_once_counts_once() {
    let bundle = Bundle::start().await;
    let business = bundle.business(Gateway::Whapi, 4_800).await;
    bundle.customer(&business, "5511987654321").await;
    let load = json!({"phone": "5511987654321", "points": 7, "load_id": "once"});
    let answers = join_all((0..50).map(|_| bundle.post("/api/points/load", &business.key, load.clone()))).await;
    assert_eq!(answers.iter().filter(|answer| answer.status == 201).count(), 1);
    assert!(answers.iter().all(|answer| answer.body["balance"] == 7), "{answers:?}");
    bundle.until("the notice", async || !bundle.got(&business, "5511987654321").is_empty()).await;
    bundle.laptop.settled().await;
    assert_eq!(bundle.got(&business, "5511987654321").len(), 1);
    let below = json!({"phone": "5511987654321", "points": -8, "load_id": "too-much"});
    let refused = bundle.post("/api/points/load", &business.key, below).await.expect(409);
    assert_eq!(refused["type"], "urn:recado:problem:below_zero");
    bundle.end().await;
}

/// Every function on the way from a load to its notice is killed again and again while 60 loads go through.
#[tokio::test(flavor = "multi_thread")]
async fn no_balance_without_its_notice_and_no_notice_without_its_balance() {
    let quick = [
        ("BackstopSeconds", "5"),
        ("SendVisibilitySeconds", "8"),
        ("SendTimeoutSeconds", "8"),
        ("HandlerTimeoutSeconds", "3"),
        ("LeaseSeconds", "2"),
        ("GatewayTimeoutSeconds", "1"),
        ("UnknownWaitSeconds", "2"),
        ("HandlerVisibilitySeconds", "3"),
    ];
    let bundle = Bundle::with(&quick).await;
    let business = bundle.business(Gateway::CloudApi, 4_800).await;
    let phones: Vec<String> = (0..60).map(|nth| format!("55119876{:05}", 50_000 + nth)).collect();
    for phone in &phones {
        bundle.customer(&business, phone).await;
    }
    bundle.laptop.settled().await;
    let killer = async {
        for round in 0..12 {
            tokio::time::sleep(Duration::from_millis(150)).await;
            let victims = ["points", "publish-changes", "notify-points", "send-message"];
            bundle.laptop.kill(victims[round % victims.len()]).unwrap();
        }
    };
    let loads = async {
        for (nth, phone) in phones.iter().enumerate() {
            let load = json!({"phone": phone, "points": 5, "load_id": format!("load-{nth}")});
            // A caller who got no answer asks again.
            while !matches!(bundle.post("/api/points/load", &business.key, load.clone()).await.status, 200 | 201) {}
        }
    };
    tokio::join!(killer, loads);
    let told = async || {
        bundle.call("POST", "/_local/schedules/run-due/fire", "", Some(&json!({}))).await;
        let messages = bundle.messages(&business).await;
        let settled =
            |message: &&Value| !["pending", "sending", "unknown"].contains(&message["status"].as_str().unwrap());
        messages.len() == phones.len() && messages.iter().filter(settled).count() == phones.len()
    };
    bundle.until("all notices are settled", told).await;
    for phone in &phones {
        let customer = bundle.get(&format!("/api/customers/{phone}"), &business.key).await.expect(200);
        assert_eq!(customer["points_balance"], 5);
        let notices = bundle.got(&business, phone).len();
        // One whose answer was lost by a kill may go once more.
        assert!((1..=2).contains(&notices), "{notices} notices");
    }
    assert_eq!(bundle.dead_letters().await, 0);
    bundle.end().await;
}
