//! The send ledger under fire: workers killed, answers lost. Nothing is sent twice, lost or stuck.

use crate::bundle::{Bundle, TestBusiness};
use futures::stream::{self, StreamExt};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::time::Duration;
use world::{FaultKind, FaultRule, Gateway};

const QUICK: [(&str, &str); 9] = [
    ("BackstopSeconds", "20"),
    ("SendTimeoutSeconds", "8"),
    ("SendVisibilitySeconds", "8"),
    ("HandlerTimeoutSeconds", "5"),
    ("HandlerVisibilitySeconds", "5"),
    ("LeaseSeconds", "5"),
    ("GatewayTimeoutSeconds", "3"),
    ("RetryDelaysSeconds", "1,2,3"),
    ("SendConcurrency", "5"),
];

async fn campaign(bundle: &Bundle, business: &TestBusiness, count: usize) -> Vec<String> {
    let phones: Vec<String> = (0..count).map(|nth| format!("5511955{:06}", 500_000 + nth)).collect();
    let register = stream::iter(&phones).map(async |phone| bundle.customer(business, phone).await);
    register.buffer_unordered(16).collect::<Vec<_>>().await;
    let send = stream::iter(phones.iter().enumerate()).map(async |(nth, phone)| {
        let kind = if nth % 2 == 0 { "marketing" } else { "transactional" };
        let message = json!({"phone": phone, "text": format!("offer {nth}"), "kind": kind,
                             "template": {"name": "points", "variables": {"points": nth.to_string(), "balance": "1"}},
                             "message_id": format!("c-{nth}")});
        bundle.post("/api/messages", &business.key, message).await.expect(202);
    });
    send.buffer_unordered(16).collect::<Vec<_>>().await;
    phones
}

async fn under_fire(gateway: Gateway, count: usize) {
    // Evidence comes by status webhooks: on this machine they take longer the more there are.
    let unknown_wait = (6 + count / 50).to_string();
    let bundle = Bundle::with(&[&QUICK[..], &[("UnknownWaitSeconds", &unknown_wait)]].concat()).await;
    let business = bundle.business(gateway, 4_800).await;
    bundle.laptop.world().set_fault(FaultRule { probability: Some(0.02), ..FaultRule::always(FaultKind::AnswerLost) });
    let killer = async {
        for _ in 0..3 {
            let before = bundle.laptop.world().sent().len();
            let more = async || bundle.laptop.world().sent().len() >= before + count / 10;
            bundle.until("more are sent", more).await;
            let killed = bundle.laptop.kill("send-message").unwrap();
            eprintln!("killed {killed} processes of send-message");
        }
    };
    let (phones, ()) = tokio::join!(campaign(&bundle, &business, count), killer);
    let mut messages = bundle.messages(&business).await;
    let (mut open, mut idle_rounds) = (count, 0);
    while open > 0 && idle_rounds < 30 {
        bundle.call("POST", "/_local/schedules/run-due/fire", "", Some(&json!({}))).await;
        tokio::time::sleep(Duration::from_secs(2)).await;
        messages = bundle.messages(&business).await;
        let still = messages.iter().filter(|message| !is_settled(message)).count();
        idle_rounds = if still < open { 0 } else { idle_rounds + 1 };
        open = still;
    }
    let mut ends: BTreeMap<String, usize> = BTreeMap::new();
    for message in &messages {
        let status = message["status"].as_str().unwrap();
        *ends.entry(format!("{} {status}", message["kind"].as_str().unwrap())).or_default() += 1;
    }
    let mut arrived: BTreeMap<String, usize> = BTreeMap::new();
    for sent in bundle.laptop.world().sent() {
        *arrived.entry(sent.to).or_default() += 1;
    }
    let twice: Vec<_> = phones.iter().enumerate().filter(|(_, phone)| arrived.get(*phone) > Some(&1)).collect();
    let repeated = messages.iter().filter(|message| message["attempts"].as_u64() > Some(1)).count();
    eprintln!(
        "{gateway:?}: {} messages, {ends:?}; {} arrived, {} twice, {repeated} tried again",
        messages.len(),
        arrived.len(),
        twice.len()
    );

    assert_eq!(messages.len(), count, "every message has its record");
    assert!(messages.iter().all(is_settled), "none is stuck: {ends:?}");
    assert!(twice.is_empty(), "sent twice: {}", twice.len());
    // Lost would be a person who got nothing though the record says sent.
    for (nth, phone) in phones.iter().enumerate() {
        let id = format!("direct/c-{nth}");
        let message = messages.iter().find(|message| message["message_id"] == id.as_str()).unwrap();
        let sent = ["sent", "delivered", "read"].contains(&message["status"].as_str().unwrap());
        assert_eq!(sent, arrived.contains_key(phone), "{message}");
    }
    assert_eq!(bundle.dead_letters().await, 0);
    bundle.end().await;
}

/// `LEDGER_MESSAGES=3000` for the figures of `docs/performance.md`.
fn messages() -> usize {
    std::env::var("LEDGER_MESSAGES").map_or(200, |count| count.parse().unwrap())
}

fn is_settled(message: &Value) -> bool {
    !["pending", "sending", "unknown"].contains(&message["status"].as_str().unwrap())
}

#[tokio::test(flavor = "multi_thread")]
async fn cloud_api_under_fire() {
    under_fire(Gateway::CloudApi, messages()).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn whapi_under_fire() {
    under_fire(Gateway::Whapi, messages()).await;
}
