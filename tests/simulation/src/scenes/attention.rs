//! What happens beside an answer: the customer sees that somebody types, and the gateway is asked who they are.

use super::assistant::{open, open_at, record, seconds, texts};
use super::people::{customer, minutes_pass, write};
use super::{ANA, Scene, SceneBusiness, play};
use serde_json::{Value, json};
use std::time::Duration;
use world::{Call, FaultKind, FaultRule};

const BEGIN: &str = "2026-11-25T12:00:00Z";
const PRICE: &str = "quanto custa o banho?";

fn sender(gateway: &str, address: &str, credentials: Value) -> Value {
    json!({"gateway": gateway, "address": address, "credentials": credentials, "messages_per_minute": 600})
}

fn senders() -> [Value; 4] {
    [
        sender("whapi", "CHANNEL-1", json!({"token": "t1", "webhook_secret": "s"})),
        sender("cloud_api", "15550000001", json!({"access_token": "t", "app_secret": "s", "verify_token": "v"})),
        sender("evolution", "shop-1", json!({"api_key": "k", "webhook_secret": "s"})),
        sender("waha", "shop-1", json!({"api_key": "world-waha-key", "webhook_secret": "s"})),
    ]
}

fn typings(scene: &Scene) -> usize {
    scene.stage.run.cloud().world.typings().len()
}

fn looks(scene: &Scene) -> usize {
    scene.stage.run.cloud().world.contacts_asked().len()
}

fn label(scene: &Scene, business: &SceneBusiness, labels: &[&str]) {
    scene.stage.run.cloud().world.set_labels(&business.address, ANA, labels);
}

/// At each gateway, at once and once for what is answered together; and only if an answer will come.
#[test]
fn a_customer_who_waits_for_the_assistant_sees_that_somebody_types() {
    for sender in senders() {
        play(BEGIN, async |scene| {
            let business = open_at(scene, sender.clone()).await;
            assert_eq!(typings(scene), 0, "nobody answers without instructions");
            for _ in 0..5 {
                write(scene, &business, ANA, PRICE);
                tokio::time::sleep(Duration::from_millis(400)).await;
            }
            seconds(1).await;
            assert_eq!((typings(scene), texts(scene, &business, ANA).len()), (1, 0), "{sender}");
            seconds(15).await;
            assert_eq!((typings(scene), texts(scene, &business, ANA).len()), (1, 1), "{sender}");
            write(scene, &business, ANA, "SAIR");
            seconds(15).await;
            let path = format!("/api/conversations/{ANA}/takeover");
            scene.call("POST", &path, &business.key, None).await;
            write(scene, &business, ANA, PRICE);
            minutes_pass(1).await;
            assert_eq!(typings(scene), 1, "{sender}: a word that code answers, and a person has the chat");
        });
    }
}

/// A gateway that is slow, refuses or is away costs an answer two seconds at most, and once in a quarter of an hour.
#[test]
fn an_answer_waits_for_no_gateway() {
    for kind in [
        FaultKind::Slow { milliseconds: 30_000 },
        FaultKind::RequestLost,
        FaultKind::Status { status: 500, retry_after: None, accepted: false },
    ] {
        play(BEGIN, async |scene| {
            let business = open(scene).await;
            label(scene, &business, &["VIP"]);
            let rule = FaultRule { call: Some(Call::Look), ..FaultRule::always(kind.clone()) };
            scene.stage.run.cloud().world.set_fault(rule);
            write(scene, &business, ANA, PRICE);
            seconds(12).await;
            assert_eq!(texts(scene, &business, ANA).len(), 1, "{kind:?}");
            write(scene, &business, ANA, PRICE);
            seconds(8).await;
            assert_eq!(texts(scene, &business, ANA).len(), 2, "{kind:?}");
            minutes_pass(12).await;
            assert_eq!(customer(scene, &business, ANA).await["labels"], Value::Null);
        });
    }
}

/// A hundred messages, one a minute, are one conversation: a look each quarter of an hour and after each change that the
/// gateway tells of, and one write of the record, whatever the labels do.
#[test]
fn labels_cost_few_looks_and_no_write_of_their_own() {
    // Before which message the chat gets which labels.
    type Labels = &'static [&'static str];
    // The name of a case, its changes, the looks that it costs, and the labels at its end.
    type Case = (&'static str, &'static [(usize, Labels)], usize, Labels);
    const VIP: Labels = &["VIP"];
    const BOTH: Labels = &["VIP", "novo"];
    let cases: [Case; 3] = [
        ("never change", &[], 7, VIP),
        ("change once", &[(50, BOTH)], 8, BOTH),
        ("change and change back", &[(50, BOTH), (55, VIP)], 8, VIP),
    ];
    for (name, changes, expected_looks, expected) in cases {
        play(BEGIN, async |scene| {
            let business = open(scene).await;
            label(scene, &business, VIP);
            seconds(5).await;
            let (before, _) = record(scene, &business, ANA).await;
            let looked = looks(scene);
            for nth in 0..100 {
                for (_, labels) in changes.iter().filter(|(at, _)| *at == nth) {
                    label(scene, &business, labels);
                    seconds(2).await;
                }
                write(scene, &business, ANA, PRICE);
                minutes_pass(1).await;
            }
            minutes_pass(12).await;
            let (after, ana) = record(scene, &business, ANA).await;
            eprintln!("100 messages, labels {name}: {} look-ups, {} writes", looks(scene) - looked, after - before);
            assert_eq!((looks(scene) - looked, after - before), (expected_looks, 1), "{name}");
            assert_eq!(ana.labels, expected, "{name}");
        });
    }
}

/// A label that is taken away goes from the record, one that a call has put stays, and WAHA tells of it too.
#[test]
fn the_record_follows_the_gateway_and_keeps_what_a_call_has_put() {
    for sender in [&senders()[0], &senders()[3]] {
        play(BEGIN, async |scene| {
            let business = open_at(scene, sender.clone()).await;
            scene.change(&business, ANA, json!({"labels": ["da casa"]})).await;
            let labels = async || customer(scene, &business, ANA).await["labels"].clone();
            for (given, expected) in [
                (&["VIP"][..], json!(["VIP", "da casa"])),
                (&["VIP"], json!(["VIP", "da casa"])),
                (&[], json!(["da casa"])),
            ] {
                label(scene, &business, given);
                minutes_pass(1).await;
                write(scene, &business, ANA, PRICE);
                minutes_pass(12).await;
                assert_eq!(labels().await, expected, "{sender}");
            }
        });
    }
}
