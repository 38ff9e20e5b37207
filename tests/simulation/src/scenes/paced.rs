//! The cost and the pace of a campaign at a fast sender, in chunks by a runner, and beside it as one task for each message.
//! The figures of docs/performance.md come from here:
//!
//! `cargo test --workspace --lib -- --ignored --nocapture twenty_thousand`
//! `PEOPLE=100000 cargo test --workspace --lib -- --ignored --nocapture so_many_people`

use super::runner::{FUNCTION, Frozen, customer, freeze, most_in, register, seconds, token};
use super::{Scene, SceneBusiness, play};
use aws::usage::Report;
use chrono::TimeDelta;
use domain::{Content, Kind, Message, MessageId, MessageType, Recipient, Wording};
use serde_json::json;
use std::collections::BTreeMap;
use world::{FaultKind, FaultRule, Habits};

/// Eighty a second.
const PER_MINUTE: u32 = 4_800;
/// The most people in a chunk.
const CHUNK: usize = 500;
/// The gateway answers after so long, in milliseconds.
const ANSWER: u64 = 200;

/// A business at the Cloud API. No status report comes: they are not of the sending.
async fn open(scene: &Scene) -> SceneBusiness {
    let sender = json!({
        "gateway": "cloud_api", "address": "15550000000", "messages_per_minute": PER_MINUTE,
        "credentials": {"access_token": "t", "app_secret": "s", "verify_token": "v"},
        "templates": {"offer": {"name": "offer", "language": "es", "variables": ["name", "offer"],
                                "body": "¡Hola {{1}}! 🐾 Hace un tiempo que no te vemos por aquí. Esta semana el baño tiene \
                                         {{2}} % de descuento: responde a este mensaje y buscamos la mejor hora. Si no \
                                         quieres recibir promociones, responde BAJA."}},
    });
    let business = scene.open_with(1, "America/Bogota", sender).await;
    let world = &scene.stage.run.cloud().world;
    world.set_habits(Habits { answer: ANSWER, read: None, ..world.habits() });
    world.set_fault(FaultRule::always(FaultKind::WebhookLost));
    business
}

fn wording() -> Wording {
    let variables = [("name", "{{name}}"), ("offer", "20")].map(|(name, value)| (name.to_owned(), value.to_owned()));
    Wording::Template { name: "offer".to_owned(), variables: variables.into(), message: None }
}

/// What a way of sending took, for each message.
#[derive(Debug)]
struct Took {
    sent: usize,
    /// From the first to the last, seconds.
    seconds: f64,
    /// The most in any second.
    most: usize,
    write_units: f64,
    read_units: f64,
    queue_requests: f64,
    invocations: f64,
    billed_ms: f64,
}

impl Took {
    fn print(&self, way: &str) {
        let Self { sent, seconds, most, write_units, read_units, queue_requests, invocations, billed_ms } = self;
        eprintln!(
            "{way}: {sent} sent in {seconds:.1} s, at most {most} in a second; for each {write_units:.3} write units, \
                  {read_units:.3} read units, {queue_requests:.4} queue requests, {invocations:.4} invocations, \
                  {billed_ms:.2} billed ms"
        );
    }
}

/// Reads the meter for so many messages.
fn took(scene: &Scene, frozen: &Frozen) -> Took {
    let times = frozen.times(scene);
    let Report { tables, queues, functions, .. } = scene.stage.run.cloud().usage.report();
    let each = |sum: f64| sum / times.len() as f64;
    let units = |of: fn(&aws::usage::TableUse) -> f64| tables.values().map(of).sum::<f64>();
    let indexes = |of: fn(&aws::usage::Index) -> f64| {
        tables.values().flat_map(|table| table.indexes.values()).map(of).sum::<f64>()
    };
    let used = functions.values().fold((0, 0), |sum, it| (sum.0 + it.invocations, sum.1 + it.billed_ms));
    let sends: u64 = queues.iter().filter(|(name, _)| name.contains("Send")).map(|(_, it)| it.requests).sum();
    Took {
        sent: times.len(),
        seconds: (*times.last().unwrap() - times[0]).as_seconds_f64(),
        most: most_in(TimeDelta::seconds(1), &times),
        write_units: each(units(|it| it.write_units) + indexes(|it| it.write_units)),
        read_units: each(units(|it| it.read_units) + indexes(|it| it.read_units)),
        queue_requests: each(sends as f64),
        invocations: each(used.0 as f64),
        billed_ms: each(used.1 as f64),
    }
}

/// Sends a campaign by its runner. It is killed after so many polls, each time anew.
fn in_chunks(people: usize, kills: &'static [u64], then: impl Fn(&Took)) {
    play("2026-11-25T15:00:00Z", async |scene| {
        let business = open(scene).await;
        register(scene, &business, people).await;
        // Their way into the search is not of the sending.
        seconds(300).await;
        let frozen = freeze(scene, &business, people, CHUNK, wording()).await;
        scene.stage.run.faults.crash(FUNCTION, kills.iter().copied());
        scene.stage.run.cloud().usage.reset();
        frozen.run(scene, 1);
        seconds(people as u64 / 77 + 10 + kills.len() as u64 * 360).await;
        then(&took(scene, &frozen));
        assert_eq!(frozen.messages(scene).await.values().sum::<usize>(), people, "somebody lost");
        assert_eq!(frozen.progress(scene).await.done as usize, people.div_ceil(CHUNK));
    });
}

/// Sends the same as messages of their own: a record that waits, its stream, and a task for each.
fn one_by_one(people: usize, then: impl Fn(&Took)) {
    play("2026-11-25T15:00:00Z", async |scene| {
        let business = open(scene).await;
        register(scene, &business, people).await;
        let frozen = freeze(scene, &business, people, CHUNK, wording()).await;
        scene.stage.run.cloud().usage.reset();
        let now = scene.stage.run.now();
        for nth in 0..people {
            let variables = [("name", "Ana"), ("offer", "20")].map(|(name, value)| (name.to_owned(), value.to_owned()));
            let content =
                Content { template: Some("offer".to_owned()), variables: variables.into(), ..Content::default() };
            let (id, to) = (MessageId::campaign(&frozen.id, customer(nth)), Recipient::Customer(customer(nth)));
            let backstop = TimeDelta::minutes(15);
            let message = Message::new(frozen.business, id, to, MessageType::Direct, content, now, backstop);
            let message = Message { kind: Kind::Marketing, ..message };
            scene.stage.store.create_message(&message, &token(format!("m{nth}"))).await.unwrap();
        }
        while frozen.messages(scene).await != BTreeMap::from([(domain::Status::Sent, people)]) {
            seconds(10).await;
        }
        then(&took(scene, &frozen));
    });
}

/// What the runner promises, with nothing going wrong.
fn holds(people: usize, took: &Took) {
    assert_eq!(took.sent, people);
    let least = people as f64 / 80.0;
    assert!(took.seconds <= least * 1.05 && took.most <= 80, "{took:?}");
    assert!(took.write_units <= 6.1 && took.queue_requests <= 0.01 && took.billed_ms <= 15.0, "{took:?}");
}

#[test]
fn a_fast_campaign_keeps_its_pace_and_its_budget() {
    in_chunks(1_000, &[], |took| holds(1_000, took));
}

#[test]
#[ignore = "prints the figures of docs/performance.md, and takes minutes"]
fn twenty_thousand_people() {
    in_chunks(20_000, &[], |took| {
        took.print("a runner");
        holds(20_000, took);
    });
    in_chunks(20_000, &[3_000, 9_000, 20_000], |took| took.print("a runner that is killed three times"));
    one_by_one(20_000, |took| took.print("a task for each"));
}

#[test]
#[ignore = "prints the figures of docs/performance.md, and takes minutes"]
fn so_many_people() {
    let people = std::env::var("PEOPLE").ok().and_then(|people| people.parse().ok()).unwrap_or(100_000);
    in_chunks(people, &[], |took| {
        took.print("a runner");
        holds(people, took);
    });
}
