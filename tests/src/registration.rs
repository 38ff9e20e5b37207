//! One person is one customer, however often and in whatever spelling.

use crate::bundle::Bundle;
use futures::future::join_all;
use serde_json::json;
use std::collections::BTreeSet;
use world::Gateway;

#[tokio::test(flavor = "multi_thread")]
async fn twenty_registrations_at_once_of_one_phone_are_one_customer_and_one_question() {
    let bundle = Bundle::start().await;
    let business = bundle.business(Gateway::Whapi, 4_800).await;
    let spellings = ["+55 11 98765-4321", "551187654321", "5511987654321", "(11) 98765-4321", "+55 (11) 8765 4321"];
    let calls = (0..20).map(|nth| bundle.post("/api/customers", &business.key, json!({"phone": spellings[nth % 5]})));
    let answers = join_all(calls).await;
    let created = answers.iter().filter(|answer| answer.status == 201).count();
    assert!(answers.iter().all(|answer| [200, 201].contains(&answer.status)), "{answers:?}");
    let ids: BTreeSet<_> = answers.iter().map(|answer| answer.body["customer_id"].to_string()).collect();
    assert_eq!((created, ids.len()), (1, 1));
    bundle.until("the question", async || !bundle.got(&business, "5511987654321").is_empty()).await;
    bundle.laptop.settled().await;
    assert_eq!(bundle.got(&business, "5511987654321").len(), 1);
    bundle.end().await;
}
