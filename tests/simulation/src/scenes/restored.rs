//! Tables that are brought back to an earlier time: a new deployment goes on with them, and says nothing that the old one
//! said since.

use super::{ANA, BIA, OUTAGE, Scene, SceneBusiness, bookings, play};
use crate::faults::Fault;
use crate::options::Options;
use crate::stage::Stage;
use aws::pollers::StreamSource;
use chrono::{DateTime, Utc};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use strum::IntoEnumIterator;

const OWNER: &str = "5511990000001";
const TARGET: &str = "DynamoDB_20120810.";

/// Whom the business writes to.
const PEOPLE: [&str; 3] = [ANA, BIA, OWNER];

/// The texts of each person, without times.
type Texts = BTreeMap<&'static str, Vec<String>>;

fn texts(scene: &Scene, business: &SceneBusiness) -> Texts {
    let of = |phone| scene.got(business, phone).into_iter().map(|(_, text)| text).collect();
    PEOPLE.into_iter().map(|phone| (phone, of(phone))).collect()
}

async fn dynamodb(scene: &Scene, operation: &str, request: Value) -> Value {
    let body = request.to_string();
    let reply = scene.stage.run.cloud().dynamodb.handle(&format!("{TARGET}{operation}"), body.as_bytes()).await;
    assert_eq!(reply.status, 200, "{operation} {:?}", reply.body);
    serde_json::from_slice(&reply.body).unwrap()
}

/// All tables as they are now, as point-in-time recovery keeps them: without streams.
async fn copy(scene: &Scene) -> BTreeMap<String, Vec<Value>> {
    let mut tables = BTreeMap::new();
    for table in scene.stage.tables.values() {
        let (mut items, mut from) = (Vec::new(), Value::Null);
        loop {
            let mut request = json!({"TableName": table});
            if !from.is_null() {
                request["ExclusiveStartKey"] = from;
            }
            let page = dynamodb(scene, "Scan", request).await;
            items.extend(page["Items"].as_array().unwrap().clone());
            from = page["LastEvaluatedKey"].clone();
            if from.is_null() {
                break;
            }
        }
        tables.insert(table.clone(), items);
    }
    tables
}

/// A new deployment on such tables, with empty queues and streams, in a world whose phones have nothing yet.
async fn restore(tables: &BTreeMap<String, Vec<Value>>, business: &SceneBusiness, at: &str, guarded: bool) -> Scene {
    let at: DateTime<Utc> = at.parse().unwrap();
    let without = Fault::iter().filter(|fault| *fault != OUTAGE).collect();
    let restored = guarded.then_some(at);
    let options = Options { seed: 2, start: Some(at), restored, without, sessions: true, ..Options::default() };
    let scene = Scene { stage: Stage::set(&options).unwrap() };
    for (table, items) in tables {
        for item in items {
            dynamodb(&scene, "PutItem", json!({"TableName": table, "Item": item})).await;
            let source = &scene.stage.run.cloud().dynamodb;
            if let Some(last) = source.latest(table) {
                source.trim_stream(table, &last);
            }
        }
    }
    let (asked, told) = &business.made;
    assert!(local::connect(&scene.stage.run.cloud().world, asked, told));
    scene
}

/// A day with everything that goes out by itself, up to the moment at which the tables are kept.
async fn morning(scene: &Scene) -> SceneBusiness {
    let business = scene.open(1, "America/Sao_Paulo").await;
    scene.register(&business, ANA, "--11-25", json!([])).await;
    scene.register(&business, BIA, "--03-01", json!([])).await;
    scene.automation(&business, "daily-summary", json!({"enabled": true})).await;
    for (id, phone, start) in [("a", ANA, "2026-11-26T15:00:00Z"), ("b", BIA, "2026-11-27T15:00:00Z")] {
        let visit = json!({"appointment_id": id, "phone": phone, "service": "Baño", "start": start, "overbook": true});
        scene.call("POST", "/api/appointments", &business.key, Some(visit)).await;
    }
    let campaign = |id: &str, at: &str| {
        json!({"campaign_id": id, "name": id, "audience": {"segment": "all"}, "start_at": at,
               "message": format!("Hola, {{{{name}}}}: {id}.")})
    };
    for (id, at) in [("today", "2026-11-25T14:00:00Z"), ("tomorrow", "2026-11-26T14:00:00Z")] {
        scene.call("POST", "/api/campaigns", &business.key, Some(campaign(id, at))).await;
    }
    scene.until("2026-11-25T11:30:00Z").await;
    assert_eq!(texts(scene, &business).values().flatten().count(), 0, "nothing has gone yet");
    business
}

/// The old deployment goes on until half past seven in the evening: a greeting, a campaign, a reminder, the owner's reports.
async fn day(scene: &Scene, business: &SceneBusiness) -> Texts {
    scene.until("2026-11-25T22:30:00Z").await;
    let said = texts(scene, business);
    let counts: Vec<usize> = PEOPLE.iter().map(|phone| said[phone].len()).collect();
    assert_eq!(counts, [3, 1, 3], "{said:?}");
    said
}

fn twice(before: &Texts, after: &Texts) -> Vec<String> {
    let said = |phone: &str, text: &String| before[phone].contains(text);
    after.iter().flat_map(|(phone, texts)| texts.iter().filter(|text| said(phone, text)).cloned()).collect()
}

#[test]
fn what_went_after_the_time_of_a_restore_does_not_go_again_and_what_was_ahead_goes() {
    play("2026-11-25T10:00:00Z", async |scene| {
        let business = morning(scene).await;
        let kept = copy(scene).await;
        let before = day(scene, &business).await;
        let new = restore(&kept, &business, "2026-11-25T22:30:00Z", true).await;
        new.until("2026-11-25T23:30:00Z").await;
        let after = texts(&new, &business);
        assert_eq!(after.values().flatten().count(), 0, "{after:?}");

        // The business sees what is left to it.
        let failed = new.call("GET", "/api/messages?status=failed", &business.key, None).await;
        let failed = failed["messages"].as_array().unwrap().clone();
        assert_eq!(failed.len(), 1, "the reminder of today: {failed:?}");
        assert!(failed[0]["error_message"].as_str().unwrap().starts_with("restored: "), "{failed:?}");
        let campaign = new.call("GET", "/api/campaigns/today", &business.key, None).await;
        assert_eq!(campaign["status"], "paused");
        assert!(campaign["reason"].as_str().unwrap().starts_with("restored: "), "{campaign}");
        let birthdays = new.call("GET", "/api/automations/birthdays", &business.key, None).await;
        assert_eq!(birthdays["last_skipped"], "2026-11-25T09:00:00");

        // A human has the reminder sent again: once, however often it is looked at.
        let path = format!("/api/messages/{}/retry", failed[0]["message_id"].as_str().unwrap());
        new.call("POST", &path, &business.key, None).await;
        new.until("2026-11-26T13:50:00Z").await;
        let after = texts(&new, &business);
        assert_eq!(after.values().flatten().count(), 1, "{after:?}");
        assert_eq!(twice(&before, &after).len(), 1);

        // What was ahead goes at its time: tomorrow's campaign, Bia's reminder, the summary of the evening.
        new.until("2026-11-27T14:00:00Z").await;
        let after = texts(&new, &business);
        assert_eq!((after[ANA].len(), after[BIA].len()), (2, 2), "{after:?}");
        assert!(after[BIA].iter().any(|text| text.contains("tomorrow")), "{after:?}");
        assert_eq!(twice(&before, &after).len(), 1);
        assert!(!after[OWNER].is_empty(), "{after:?}");

        // Somebody lets the other campaign go on.
        new.call("POST", "/api/campaigns/today/resume", &business.key, None).await;
        new.until("2026-11-27T15:00:00Z").await;
        assert!(texts(&new, &business)[BIA].iter().any(|text| text.contains("today")));
    });
}

/// The guard is what keeps it from going.
#[test]
fn without_the_guard_the_same_goes_again() {
    play("2026-11-25T10:00:00Z", async |scene| {
        let business = morning(scene).await;
        let kept = copy(scene).await;
        let before = day(scene, &business).await;
        let new = restore(&kept, &business, "2026-11-25T22:30:00Z", false).await;
        new.until("2026-11-26T13:30:00Z").await;
        let again = twice(&before, &texts(&new, &business));
        assert!(!again.is_empty());
    });
}

/// A campaign is half through when the tables are kept: nobody whom it has reached since gets it again.
#[test]
fn a_campaign_that_was_under_way_is_paused() {
    play("2026-11-25T12:00:00Z", async |scene| {
        let sender = json!({"gateway": "whapi", "address": "CHANNEL-1", "messages_per_minute": 1,
                            "credentials": {"token": "t1", "webhook_secret": "s"}});
        let business = scene.open_with(1, "America/Sao_Paulo", sender).await;
        for phone in [ANA, BIA] {
            scene.register(&business, phone, "--03-01", json!([])).await;
        }
        let body = json!({"campaign_id": "c", "name": "c", "audience": {"segment": "all"}, "message": "Hola"});
        scene.call("POST", "/api/campaigns", &business.key, Some(body)).await;
        scene.call("POST", "/api/campaigns/c/start", &business.key, None).await;
        scene.until("2026-11-25T12:00:30Z").await;
        let kept = copy(scene).await;
        let reached = |texts: &Texts| texts[ANA].len() + texts[BIA].len();
        assert_eq!(reached(&texts(scene, &business)), 1, "one of the two");
        scene.until("2026-11-25T12:10:00Z").await;
        let before = texts(scene, &business);
        assert_eq!(reached(&before), 2);
        let new = restore(&kept, &business, "2026-11-25T12:10:00Z", true).await;
        new.until("2026-11-25T18:00:00Z").await;
        assert_eq!(reached(&texts(&new, &business)), 0);
        let campaign = new.call("GET", "/api/campaigns/c", &business.key, None).await;
        assert_eq!(campaign["status"], "paused", "{campaign}");
    });
}

/// After the tables were kept the owners were asked again about a request, and it expired in the end. What the old deployment
/// has told is not told again, wherever between the new one begins.
#[test]
fn a_request_for_an_appointment_takes_the_steps_of_before_without_a_word() {
    for (at, told) in [
        // Asked again: it expires at its time, and that is told.
        ("2026-11-25T16:00:00Z", 1),
        // Expired: a human has ten minutes until its start, and then it is over.
        ("2026-11-27T11:50:00Z", 0),
    ] {
        play("2026-11-25T12:00:00Z", async |scene| {
            let business = bookings::open(scene).await;
            bookings::after(scene, &business, ANA, "quero marcar um banho sexta às 9h").await;
            let kept = copy(scene).await;
            scene.until(at).await;
            let before = texts(scene, &business);
            assert!(before[OWNER].iter().any(|text| text.contains("ainda espera uma resposta")), "{before:?}");
            let new = restore(&kept, &business, at, true).await;
            if at < "2026-11-27" {
                new.until("2026-11-27T10:50:00Z").await;
                assert_eq!(bookings::diary(&new, &business, "2026-11-27").await[0]["request"], "waiting");
            }
            new.until("2026-11-27T13:00:00Z").await;
            let after = texts(&new, &business);
            assert_eq!(twice(&before, &after), [] as [&str; 0]);
            let of_it = |phone: &str| after[phone].iter().filter(|text| text.contains("a tempo")).count();
            assert_eq!([ANA, OWNER].map(of_it), [told, told], "{after:?}");
            let one = &bookings::diary(&new, &business, "2026-11-27").await[0];
            assert_eq!(one["status"], "cancelled", "{one}");
        });
    }
}
