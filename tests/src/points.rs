//! A load counts once and is told once.

use crate::bundle::Bundle;
use futures::future::join_all;
use serde_json::json;
use world::Gateway;

#[tokio::test(flavor = "multi_thread")]
async fn one_load_id_fifty_times_at_once_counts_once() {
    let bundle = Bundle::start().await;
    let shop = bundle.shop(Gateway::Whapi, 4_800).await;
    bundle.customer(&shop, "5511987654321").await;
    let load = json!({"phone": "5511987654321", "points": 7, "load_id": "once"});
    let answers = join_all((0..50).map(|_| bundle.post("/api/points/load", &shop.key, load.clone()))).await;
    assert_eq!(answers.iter().filter(|answer| answer.status == 201).count(), 1);
    assert!(answers.iter().all(|answer| answer.body["balance"] == 7), "{answers:?}");
    bundle.until("the notice", async || !bundle.got(&shop, "5511987654321").is_empty()).await;
    bundle.laptop.settled().await;
    assert_eq!(bundle.got(&shop, "5511987654321").len(), 1);
    let below = json!({"phone": "5511987654321", "points": -8, "load_id": "too-much"});
    let refused = bundle.post("/api/points/load", &shop.key, below).await.expect(409);
    assert_eq!(refused["type"], "urn:recado:problem:below_zero");
    bundle.end().await;
}
