//! One person in every table, queue and log that there is. Their export has all of it. Once they are erased, nothing of them
//! is left.

use super::assistant::seconds;
use super::people::minutes_pass;
use super::{Scene, SceneBusiness, play};
use aws::queues::QueueFault;
use metrics::{Counter, Gauge, Histogram, Key, KeyName, Metadata, Recorder, SharedString, Unit};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::io::Write;
use std::sync::{Arc, Mutex};
use store::Table;
use strum::IntoEnumIterator;
use world::{ByHand, Inbound};

const BEGIN: &str = "2026-11-25T11:30:00Z";
const PHONE: &str = "5511977665544";
const OWNER: &str = "5511990000001";
/// Words that nobody else says, and where the person's export has them.
const MARKS: [&str; 15] = [
    PHONE,
    "Zuleica",
    "zuleica.q@example.com",
    "Quixeramobim",
    "Abracadabra",
    "presente do girafário",
    "load-zuleica-1",
    "invoice-zuleica-1",
    "coleira turquesa",
    "visit-zuleica-1",
    "recado abacaxi",
    "hipopótamo anil",
    "girassol falante",
    "zebra listrada",
    "ornitorrinco",
];
/// Tables that hold nobody but businesses, their keys, senders and sessions.
const OF_NOBODY: [Table; 4] = [Table::Businesses, Table::ApiKeys, Table::Senders, Table::Sessions];
/// The id alone stays among the people of a campaign and of a proposal, until these expire, and in the name of the last
/// message to an owner, until the next one.
const KEEP_THE_ID: [Table; 3] = [Table::Automations, Table::Campaigns, Table::Recipients];
/// The most messages of a queue that are looked at.
const ALL: usize = 100_000;

/// What the functions log, and the names and labels that they measure.
#[derive(Clone, Default)]
struct Lines(Arc<Mutex<String>>);

impl Lines {
    fn add(&self, text: &str) {
        let mut all = self.0.lock().unwrap();
        all.push_str(text);
        all.push('\n');
    }

    fn text(&self) -> String {
        self.0.lock().unwrap().clone()
    }
}

impl Write for Lines {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.add(&String::from_utf8_lossy(bytes));
        Ok(bytes.len())
    }
    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

impl Recorder for Lines {
    fn describe_counter(&self, _: KeyName, _: Option<Unit>, _: SharedString) {}
    fn describe_gauge(&self, _: KeyName, _: Option<Unit>, _: SharedString) {}
    fn describe_histogram(&self, _: KeyName, _: Option<Unit>, _: SharedString) {}
    fn register_counter(&self, key: &Key, _: &Metadata<'_>) -> Counter {
        self.add(&key.to_string());
        Counter::noop()
    }
    fn register_gauge(&self, key: &Key, _: &Metadata<'_>) -> Gauge {
        self.add(&key.to_string());
        Gauge::noop()
    }
    fn register_histogram(&self, key: &Key, _: &Metadata<'_>) -> Histogram {
        self.add(&key.to_string());
        Histogram::noop()
    }
}

fn says(scene: &Scene, business: &SceneBusiness, text: &str, kind: Option<&str>) {
    let (sender, phone, kind) = (business.address.clone(), PHONE.to_owned(), kind.map(str::to_owned));
    let said = Inbound { sender, phone, text: text.to_owned(), kind, ..Inbound::default() };
    scene.stage.run.cloud().world.inbound(&said).unwrap();
}

/// The items of each table in which any of these words stands.
async fn holding(scene: &Scene, words: &[&str]) -> BTreeMap<Table, Vec<String>> {
    scene.stage.run.look_at_tables().await.unwrap();
    let kept = scene.stage.run.history().kept.clone();
    let of = |table: Table| {
        let resource = table.resource();
        let short = resource.strip_suffix("Table").unwrap().to_owned();
        let items = kept.iter().filter(move |(name, _)| *name == short);
        let hold = items.filter(|(_, item)| words.iter().any(|word| item.contains(word)));
        (table, hold.map(|(_, item)| item.clone()).collect::<Vec<_>>())
    };
    Table::iter().map(of).filter(|(_, items)| !items.is_empty()).collect()
}

/// The messages of all queues, those of dead letters too, in which any of these words stands.
fn queued(scene: &Scene, words: &[&str]) -> Vec<String> {
    let queues = &scene.stage.run.cloud().queues;
    let all = queues.names().into_iter().flat_map(|queue| queues.peek(&queue, ALL).unwrap());
    let bodies = all.map(|peeked| peeked.message.body);
    bodies.filter(|body| words.iter().any(|word| body.contains(word))).collect()
}

/// Brings the person into everything that the business has; answers their id.
async fn seed(scene: &Scene, business: &SceneBusiness) -> String {
    let call = async |method: &str, path: &str, body: Value| {
        scene.call(method, path, &business.key, Some(body)).await;
    };
    let span = json!([{"opens": "09:00", "closes": "18:00"}]);
    let settings = json!({"instructions": "Pet shop: cães e gatos.", "voice_notes": true,
                          "services": [{"name": "Banho", "minutes": 60, "price": 70}]});
    let hours = json!({"wednesday": span, "thursday": span, "friday": span});
    let path = format!("/api/businesses/{}", business.id);
    call("PATCH", &path, json!({"opening_hours": hours, "settings": settings})).await;
    scene.automation(business, "birthdays", json!({"action": "propose"})).await;
    let registered = json!({"phone": PHONE, "name": "Zuleica", "email": "zuleica.q@example.com", "birthday": "--11-25",
        "gender": "female", "city": "Quixeramobim", "marketing_consent": true,
        "pets": [{"name": "Abracadabra", "birthday": "--11-25"}]});
    call("POST", "/api/customers", registered).await;
    let told = scene.call("GET", &format!("/api/customers/{PHONE}"), &business.key, None).await;
    let id = told["customer_id"].as_str().unwrap().to_owned();
    let load = json!({"customer_id": id, "points": 30, "reason": "presente do girafário", "load_id": "load-zuleica-1"});
    call("POST", "/api/points/load", load).await;
    // By her rhythm she is due tomorrow.
    for (nth, day) in ["18", "11", "04"].into_iter().enumerate() {
        let bought = json!({"customer_id": id, "invoice_id": format!("invoice-zuleica-{}", nth + 1), "total": 50,
                            "at": format!("2026-11-{day}T12:00:00Z"),
                            "lines": [{"product": "coleira turquesa", "amount": 50}]});
        call("POST", "/api/purchases", bought).await;
    }
    let visit = json!({"appointment_id": "visit-zuleica-1", "customer_id": id, "service": "Banho",
                       "start": "2026-12-11T10:00"});
    call("POST", "/api/appointments", visit).await;
    call("POST", "/api/messages", json!({"customer_id": id, "text": "recado abacaxi"})).await;
    // Over nine o'clock, when the owners are asked about birthdays, and four, when customers for tomorrow are proposed.
    scene.until("2026-11-25T19:15:00Z").await;
    let campaign = json!({"campaign_id": "offer", "name": "Offer", "audience": {"customers": [id]},
                          "message": "{{name}}, temos novidades"});
    call("POST", "/api/campaigns", campaign).await;
    call("POST", "/api/campaigns/offer/start", json!({})).await;
    minutes_pass(2).await;
    says(scene, business, "hipopótamo anil", None);
    minutes_pass(1).await;
    says(scene, business, "girassol falante", Some("audio"));
    minutes_pass(1).await;
    says(scene, business, "quero marcar um banho amanhã às 10h", None);
    minutes_pass(2).await;
    says(scene, business, "quero falar com uma pessoa", None);
    minutes_pass(2).await;
    let (sender, phone, text) = (business.address.clone(), PHONE.to_owned(), "zebra listrada".to_owned());
    scene.stage.run.cloud().world.by_hand(&ByHand { sender, phone, text }).unwrap();
    // Until the conversation is analysed.
    minutes_pass(90).await;
    let step = json!({"next_action": "perguntar do ornitorrinco", "next_action_date": "2026-11-26"});
    call("PATCH", &format!("/api/customers/{id}"), step).await;
    id
}

/// All pages of the export.
async fn export(scene: &Scene, business: &SceneBusiness, id: &str) -> String {
    let (mut all, mut cursor) = (String::new(), String::new());
    loop {
        let page = scene.call("GET", &format!("/api/customers/{id}/export{cursor}"), &business.key, None).await;
        all.push_str(&page.to_string());
        match page["cursor"].as_str() {
            Some(next) => cursor = format!("?cursor={next}"),
            None => return all,
        }
    }
}

async fn one_person(scene: &Scene) {
    let business = scene.open_in(1, "pt-BR", "America/Sao_Paulo").await;
    // Another test may have come to a line of the log before anybody listened, and told it so just now.
    tracing::callsite::rebuild_interest_cache();
    let id = seed(scene, &business).await;
    // A new table is brought the person too, or is named as one that holds nobody.
    let words: Vec<&str> = MARKS.into_iter().chain([id.as_str()]).collect();
    let before = holding(scene, &words).await;
    let held: Vec<Table> = before.keys().copied().collect();
    let expected: Vec<Table> = Table::iter().filter(|table| !OF_NOBODY.contains(table)).collect();
    assert_eq!(held, expected, "{:?} {:?}", scene.got(&business, OWNER), holding(scene, &["proposal"]).await);
    let owners = scene.got(&business, OWNER);
    assert!(owners.iter().filter(|(_, text)| text.contains("Zuleica")).count() >= 3, "{owners:?}");
    let exported = export(scene, &business, &id).await;
    for mark in MARKS {
        assert!(exported.contains(mark), "the export lacks {mark}: {exported}");
    }

    // What she says last is on its way, twice, when she is erased.
    let cloud = scene.stage.run.cloud();
    let inbound = cloud.read.iter().find(|queue| queue.contains("InboundMessages")).unwrap();
    cloud.queues.inject(inbound, QueueFault::DeliverTwice, 1);
    says(scene, &business, "hipopótamo anil", None);
    seconds(1).await;
    scene.call("DELETE", &format!("/api/customers/{id}"), &business.key, None).await;
    minutes_pass(180).await;
    let left = holding(scene, &words).await;
    let is_more = |(table, items): &(&Table, &Vec<String>)| {
        !KEEP_THE_ID.contains(table) || items.iter().any(|item| MARKS.iter().any(|mark| item.contains(mark)))
    };
    let more: Vec<_> = left.iter().filter(is_more).collect();
    assert!(more.is_empty(), "{more:?}");
    assert_eq!(queued(scene, &words), [""; 0]);
}

#[test]
fn nothing_of_an_erased_person_is_left_anywhere() {
    let lines = Lines::default();
    let to = lines.clone();
    let subscriber = kit::tracing::subscriber(Some("info"), move || to.clone());
    tracing::dispatcher::with_default(&subscriber.into(), || {
        metrics::with_local_recorder(&lines, || play(BEGIN, one_person));
    });
    let text = lines.text();
    assert!(text.contains("\"level\"") && text.contains("conversations_ended"), "{}", text.len());
    for mark in MARKS {
        let line = text.lines().find(|line| line.contains(mark));
        assert_eq!(line, None, "{mark} is logged or measured");
    }
}
