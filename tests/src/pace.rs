//! The pace as the gateway sees it: never above the limit in any window of its size, and a transactional message does
//! not wait behind marketing.

use crate::bundle::{Bundle, TestBusiness};
use chrono::{DateTime, TimeDelta, Utc};
use futures::stream::{self, StreamExt};
use serde_json::json;
use world::Gateway;

fn most_in(window: TimeDelta, arrivals: &[DateTime<Utc>]) -> usize {
    let ends = arrivals.iter().map(|start| arrivals.partition_point(|at| *at < *start + window));
    ends.enumerate().map(|(start, end)| end - start).max().unwrap_or(0)
}

async fn send_all(bundle: &Bundle, business: &TestBusiness, count: usize, kind: &str) -> Vec<String> {
    let phones: Vec<String> = (0..count).map(|nth| format!("5511977{:06}", 500_000 + nth)).collect();
    for_all(&phones, 16, async |phone| {
        bundle.customer(business, phone).await;
    })
    .await;
    bundle.laptop.settled().await;
    for_all(&phones, 16, async |phone| {
        let message = json!({"phone": phone, "text": "hello", "kind": kind, "message_id": format!("m-{phone}")});
        bundle.post("/api/messages", &business.key, message).await.expect(202);
    })
    .await;
    phones
}

async fn for_all<T>(items: &[T], at_once: usize, each: impl AsyncFn(&T)) {
    stream::iter(items).map(|item| each(item)).buffer_unordered(at_once).collect::<Vec<()>>().await;
}

fn arrivals(bundle: &Bundle, business: &TestBusiness) -> Vec<DateTime<Utc>> {
    let sent = bundle.laptop.world().sent().into_iter().filter(|it| it.sender == business.address);
    let mut arrivals: Vec<_> = sent.map(|it| it.arrived_at).collect();
    arrivals.sort_unstable();
    arrivals
}

#[tokio::test(flavor = "multi_thread")]
async fn eighty_a_second_by_several_instances() {
    let bundle = Bundle::alone().await;
    let business = bundle.business(Gateway::Whapi, 4_800).await;
    send_all(&bundle, &business, 600, "transactional").await;
    bundle.until("all are sent", async || arrivals(&bundle, &business).len() == 600).await;
    let arrivals = arrivals(&bundle, &business);
    let most = most_in(TimeDelta::seconds(1), &arrivals);
    let took = *arrivals.last().unwrap() - arrivals[0];
    eprintln!(
        "600 messages at 80/s: at most {most} in a second, {} ms, {} slots forfeited",
        took.num_milliseconds(),
        bundle.counted("slots_forfeited")
    );
    // The slots keep the limit exactly, as the domain's property test shows; here each arrival also carries the noise
    // of a machine that runs everything at once.
    assert!(most <= 84, "{most} in a second");
    bundle.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn twenty_a_minute_and_a_transactional_message_goes_first() {
    let bundle = Bundle::alone().await;
    let business = bundle.business(Gateway::Whapi, 20).await;
    bundle.customer(&business, "5511966660000").await;
    send_all(&bundle, &business, 40, "marketing").await;
    bundle.until("some are sent", async || arrivals(&bundle, &business).len() >= 3).await;
    let asked = Utc::now();
    let urgent = json!({"phone": "5511966660000", "text": "your code", "message_id": "urgent"});
    bundle.post("/api/messages", &business.key, urgent).await.expect(202);
    bundle.until("the urgent one", async || !bundle.got(&business, "5511966660000").is_empty()).await;
    let sent = bundle.laptop.world().sent();
    let urgent = sent.iter().find(|it| it.text == "your code").unwrap();
    let before =
        sent.iter().filter(|it| it.text == "hello" && it.arrived_at > asked && it.arrived_at < urgent.arrived_at);
    let before = before.count();
    eprintln!("20/min: {before} marketing messages between asking and sending");
    // One slot may be reserved 2 s ahead, and one may be under way.
    assert!(before <= 2, "{before} went before it");
    assert!(most_in(TimeDelta::seconds(60), &arrivals(&bundle, &business)) <= 20);
    bundle.end().await;
}
