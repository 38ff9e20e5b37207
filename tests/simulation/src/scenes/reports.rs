//! The reports that owners get of their day, of the next days, and of a day with few appointments.

use super::{ANA, BIA, Scene, SceneBusiness, play};
use serde_json::{Value, json};

const OWNER: &str = "5511990000001";

/// Opens a business in a zone that is open on every day from nine to six, and not written to at night.
async fn open(scene: &Scene, zone: &str) -> SceneBusiness {
    let business = scene.open_in(1, "pt-BR", zone).await;
    let span = json!([{"opens": "09:00", "closes": "18:00"}]);
    let days = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"];
    let hours: serde_json::Map<String, Value> = days.iter().map(|day| ((*day).to_owned(), span.clone())).collect();
    let change = json!({"opening_hours": hours, "slot_minutes": 60,
                        "settings": {"quiet_from": "20:00", "quiet_until": "08:00"}});
    let path = format!("/api/businesses/{}", business.id);
    scene.call("PATCH", &path, scene.stage.client.operator(), Some(change)).await;
    scene.automation(&business, "daily-summary", json!({"enabled": true})).await;
    business
}

/// Books times of a local day, as `("a-1", phone, "2026-11-25T10:00")`.
async fn book(scene: &Scene, business: &SceneBusiness, (id, phone, start): (&str, &str, &str)) {
    let body = json!({"appointment_id": id, "phone": phone, "service": "Banho", "pet": "Rex", "start": start,
                      "minutes": 60, "price": 80});
    scene.call("POST", "/api/appointments", &business.key, Some(body)).await;
}

async fn change_appointment(scene: &Scene, business: &SceneBusiness, id: &str, change: Value) {
    scene.call("PATCH", &format!("/api/appointments/{id}"), &business.key, Some(change)).await;
}

/// The minute and the text of all that the owner got, without those of other automations.
fn told(scene: &Scene, business: &SceneBusiness) -> Vec<(String, String)> {
    let all = scene.got(business, OWNER).into_iter();
    all.map(|(at, text)| (at.format("%m-%dT%H:%M").to_string(), text)).collect()
}

/// At six in the business's zone, with the day's appointments; on a day on which nothing happened, one line.
#[test]
fn the_day_is_summed_up_at_six_in_the_zone() {
    for (zone, at) in [("America/Sao_Paulo", "21:00"), ("America/Tijuana", "02:00")] {
        play("2026-11-25T13:00:00Z", async |scene| {
            let business = open(scene, zone).await;
            scene.automation(&business, "low-occupancy", json!({"enabled": false})).await;
            scene.register(&business, ANA, "--03-01", json!([{"name": "Rex"}])).await;
            book(scene, &business, ("a-1", ANA, "2026-11-25T14:00")).await;
            book(scene, &business, ("a-2", ANA, "2026-11-25T16:00")).await;
            change_appointment(scene, &business, "a-2", json!({"status": "cancelled"})).await;
            scene.until("2026-11-26T04:00:00Z").await;
            let told = told(scene, &business);
            assert!(told.len() == 1 && told[0].0.ends_with(at), "{told:?}");
            let text = &told[0].1;
            assert!(text.contains("Rex – Banho às 14h") && !text.contains("16h"), "{text}");
            assert!(text.contains("80,00"), "{text}");
            assert!(!text.contains(" 0 ") && text.contains("Rui"), "{text}");
            // Nothing happens on the next day: one line.
            scene.until("2026-11-27T04:00:00Z").await;
            let told = super::reports::told(scene, &business);
            assert!(told.len() == 2 && told[1].1.contains("Um dia tranquilo"), "{told:?}");
        });
    }
}

/// A closed day on which nothing happened is not told of, nor is one by a business that wants no empty reports.
#[test]
fn a_closed_day_is_not_summed_up() {
    play("2026-11-25T13:00:00Z", async |scene| {
        let business = open(scene, "America/Sao_Paulo").await;
        let path = format!("/api/businesses/{}", business.id);
        let change = |settings: Value| json!({"settings": settings});
        let operator = scene.stage.client.operator();
        scene.automation(&business, "low-occupancy", json!({"enabled": false})).await;
        scene.call("PATCH", &path, operator, Some(change(json!({"closed_days": ["2026-11-25", "2026-11-26"]})))).await;
        scene.until("2026-11-26T23:00:00Z").await;
        assert_eq!(told(scene, &business), []);
        scene.call("PATCH", &path, operator, Some(change(json!({"empty_reports": []})))).await;
        scene.until("2026-11-28T23:00:00Z").await;
        assert_eq!(told(scene, &business), []);
    });
}

/// Tomorrow has two appointments: the owner is told at four, once, with those who may be written to.
#[test]
fn a_day_with_few_appointments_is_told_on_the_day_before() {
    play("2026-11-25T13:00:00Z", async |scene| {
        let business = open(scene, "America/Sao_Paulo").await;
        scene.automation(&business, "daily-summary", json!({"enabled": false})).await;
        scene.register(&business, ANA, "--03-01", json!([{"name": "Rex"}])).await;
        scene.register(&business, BIA, "--03-01", json!([])).await;
        book(scene, &business, ("a-1", ANA, "2026-11-26T10:00")).await;
        book(scene, &business, ("a-2", ANA, "2026-11-26T14:00")).await;
        scene.until("2026-11-25T23:00:00Z").await;
        let first = told(scene, &business);
        assert!(first.len() == 1 && first[0].0 == "11-25T19:00", "{first:?}");
        // The next day is a holiday of the business, and the day after has appointments enough.
        let path = format!("/api/businesses/{}", business.id);
        let closed = json!({"settings": {"closed_days": ["2026-11-27"]}});
        scene.call("PATCH", &path, scene.stage.client.operator(), Some(closed)).await;
        for (id, hour) in [("b-1", 9), ("b-2", 10), ("b-3", 11)] {
            book(scene, &business, (id, ANA, &format!("2026-11-28T{hour:02}:00"))).await;
        }
        scene.until("2026-11-27T23:00:00Z").await;
        assert_eq!(told(scene, &business).len(), 1);
    });
}

/// A cancellation at noon takes tomorrow below three: the owner is told at once, and not at four again, nor by the next
/// cancellation, nor by one of another day.
#[test]
fn a_cancellation_that_empties_tomorrow_is_told_once() {
    play("2026-11-25T13:00:00Z", async |scene| {
        let business = open(scene, "America/Sao_Paulo").await;
        scene.automation(&business, "daily-summary", json!({"enabled": false})).await;
        scene.register(&business, ANA, "--03-01", json!([])).await;
        for (id, start) in [("a-1", "26T09"), ("a-2", "26T10"), ("a-3", "26T11"), ("b-1", "27T09")] {
            book(scene, &business, (id, ANA, &format!("2026-11-{start}:00"))).await;
        }
        scene.until("2026-11-25T14:30:00Z").await;
        change_appointment(scene, &business, "b-1", json!({"status": "cancelled"})).await;
        scene.until("2026-11-25T15:00:00Z").await;
        assert_eq!(told(scene, &business), []);
        change_appointment(scene, &business, "a-1", json!({"status": "cancelled"})).await;
        scene.until("2026-11-25T15:05:00Z").await;
        assert_eq!(told(scene, &business).len(), 1);
        change_appointment(scene, &business, "a-2", json!({"start": "2026-11-28T10:00"})).await;
        scene.until("2026-11-25T23:30:00Z").await;
        let told = told(scene, &business);
        assert!(told.len() == 1 && told[0].0.starts_with("11-25T15:0"), "{told:?}");
    });
}

/// A summary by hand goes besides that of the evening, and each start by hand tells how far it is.
#[test]
fn a_report_is_started_by_hand() {
    play("2026-11-25T13:00:00Z", async |scene| {
        let business = open(scene, "America/Sao_Paulo").await;
        scene.automation(&business, "low-occupancy", json!({"enabled": false})).await;
        scene.register(&business, ANA, "--03-01", json!([])).await;
        let preview = scene.call("GET", "/api/automations/daily-summary/preview", &business.key, None).await;
        assert_eq!(preview["owners"].as_array().unwrap().len(), 1);
        assert_eq!(told(scene, &business), []);
        let start = json!({"type": "daily_summary"});
        let started = scene.call("POST", "/api/aurora/proactive", &business.key, Some(start)).await;
        let path = format!("/api/aurora/proactive/{}", started["id"].as_str().unwrap());
        scene.until("2026-11-25T13:05:00Z").await;
        let done = scene.call("GET", &path, &business.key, None).await;
        assert_eq!((&done["state"], &done["result"]["messages"]), (&json!("completed"), &json!(1)), "{done}");
        let by_hand = told(scene, &business);
        assert!(by_hand.len() == 1 && by_hand[0].1 == preview["owners"][0]["text"], "{by_hand:?} {preview}");
        for (state, count) in [("completed", 1), ("waiting", 0), ("failed", 0)] {
            let path = format!("/api/aurora/proactive?state={state}");
            let list = scene.call("GET", &path, &business.key, None).await;
            assert_eq!(list["items"].as_array().unwrap().len(), count, "{state}: {list}");
        }
        scene.until("2026-11-25T23:00:00Z").await;
        let told: Vec<String> = told(scene, &business).into_iter().map(|(at, _)| at).collect();
        assert_eq!(told, ["11-25T13:00", "11-25T21:00"]);
    });
}

/// A customer who buys every fortnight is due on Tuesday: the owner is told at three, with the next three open days, and is
/// asked under the proposal's number.
#[test]
fn regular_customers_who_are_due_are_told_on_tuesday() {
    play("2026-11-24T13:00:00Z", async |scene| {
        let business = open(scene, "America/Sao_Paulo").await;
        for name in ["daily-summary", "low-occupancy"] {
            scene.automation(&business, name, json!({"enabled": false})).await;
        }
        scene.register(&business, ANA, "--03-01", json!([{"name": "Rex"}])).await;
        scene.register(&business, BIA, "--03-01", json!([])).await;
        for (nth, day) in ["2026-10-13", "2026-10-27", "2026-11-10"].into_iter().enumerate() {
            for (phone, who) in [(ANA, "a"), (BIA, "b")] {
                let purchase = json!({"invoice_id": format!("{who}-{nth}"), "phone": phone, "at": format!("{day}T15:00:00Z"),
                                      "total": 80, "lines": [{"product": "Banho", "amount": 80}]});
                scene.call("POST", "/api/purchases", &business.key, Some(purchase)).await;
            }
        }
        // She is due too, but wants no marketing.
        scene.change(&business, BIA, json!({"marketing_consent": false})).await;
        scene.until("2026-11-24T19:00:00Z").await;
        let told = told(scene, &business);
        assert!(told.len() == 1 && told[0].0 == "11-24T18:00", "{told:?}");
        let text = &told[0].1;
        assert!(text.contains("Rex") && text.contains("a cada duas semanas") && text.contains("*1*"), "{text}");
        assert_eq!(text.matches("livres").count(), 3, "{text}");
        let open = scene.stage.store.open_proposals(business.id.parse().unwrap()).await.unwrap();
        let [proposal] = open.as_slice() else { panic!("{open:?}") };
        // As many times of each of three days as a text tells.
        assert_eq!((proposal.number, proposal.people.len(), proposal.free.len()), (1, 1, 18));
        assert_eq!(scene.got(&business, ANA), []);
    });
}

/// A campaign of the caller's own is started by hand, and tells of itself.
#[test]
fn a_campaign_is_started_by_hand() {
    play("2026-11-25T13:00:00Z", async |scene| {
        let business = open(scene, "America/Sao_Paulo").await;
        scene.register(&business, ANA, "--03-01", json!([])).await;
        let data =
            json!({"campaignType": "promocional", "targetAudience": "all", "message": "{{name}}, hoje tem banho!"});
        let start = json!({"type": "custom_campaign", "data": data});
        let started = scene.call("POST", "/api/aurora/proactive", &business.key, Some(start)).await;
        scene.until("2026-11-25T13:20:00Z").await;
        let path = format!("/api/aurora/proactive/{}", started["id"].as_str().unwrap());
        let told = scene.call("GET", &path, &business.key, None).await;
        assert_eq!((&told["state"], &told["type"]), (&json!("completed"), &json!("custom_campaign")), "{told}");
        let campaign = format!("/api/campaigns/{}", told["campaign_id"].as_str().unwrap());
        assert_eq!(scene.call("GET", &campaign, &business.key, None).await["name"], "promocional");
        let got = scene.got(&business, ANA);
        assert!(got.len() == 1 && got[0].1.starts_with("Ana, hoje tem banho!"), "{got:?}");
    });
}
