//! Who bought after a campaign: late, twice, given back, between two campaigns, under another record, and while something
//! dies.

use super::people::{customer, minutes_pass, write};
use super::{ANA, BIA, Scene, SceneBusiness, play};
use aws::queues::NewMessage;
use serde_json::{Value, json};

const DAY: u64 = 24 * 60;

async fn open(scene: &Scene) -> SceneBusiness {
    let business = scene.open(1, "America/Sao_Paulo").await;
    for phone in [ANA, BIA] {
        scene.register(&business, phone, "--03-01", json!([])).await;
    }
    business
}

/// Sends a campaign to everybody, and waits for its end.
async fn send(scene: &Scene, business: &SceneBusiness, id: &str, more: Value) {
    let mut body =
        json!({"campaign_id": id, "name": id, "audience": {"segment": "all"}, "message": format!("{id} {{{{name}}}}")});
    body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    scene.call("POST", "/api/campaigns", &business.key, Some(body)).await;
    scene.call("POST", &format!("/api/campaigns/{id}/start"), &business.key, None).await;
    minutes_pass(5).await;
    let status = scene.call("GET", &format!("/api/campaigns/{id}"), &business.key, None).await["status"].clone();
    assert_eq!(status, "finished", "{id}");
}

async fn buy(scene: &Scene, business: &SceneBusiness, phone: &str, id: &str, version: u64, at: &str, total: u64) {
    let lines = if total == 0 { json!([]) } else { json!([{"product": "Banho", "amount": total}]) };
    let body = json!({"invoice_id": id, "phone": phone, "at": at, "total": total, "version": version, "lines": lines});
    scene.call("POST", "/api/purchases", &business.key, Some(body)).await;
}

async fn returns(scene: &Scene, business: &SceneBusiness, id: &str) -> Value {
    scene.call("GET", &format!("/api/campaigns/{id}/returns"), &business.key, None).await
}

/// Customers, purchases and revenue of a campaign.
async fn told(scene: &Scene, business: &SceneBusiness, id: &str) -> (u64, u64, f64) {
    let told = returns(scene, business, id).await;
    let number = |name: &str| told[name].as_u64().unwrap();
    (number("bought"), number("purchases"), told["revenue"]["amount"].as_f64().unwrap())
}

async fn forget_messages(scene: &Scene) {
    let cloud = scene.stage.run.cloud();
    let (_, table) = cloud.names.tables().find(|(short, _)| *short == "Messages").unwrap();
    let items = scene.stage.run.items(table).await.unwrap();
    assert!(items.len() >= 2);
    for item in items {
        let request = json!({"TableName": table, "Key": {"pk": item["pk"]}});
        cloud.dynamodb.handle("DynamoDB_20120810.DeleteItem", request.to_string().as_bytes()).await;
    }
}

#[test]
fn a_purchase_is_of_the_last_message_before_it_whenever_it_is_told() {
    play("2026-11-25T12:00:00Z", async |scene| {
        let business = open(scene).await;
        buy(scene, &business, ANA, "before", 1, "2026-11-25T11:00:00Z", 10).await;
        send(scene, &business, "first", json!({})).await;
        scene.until("2026-11-27T12:00:00Z").await;
        send(scene, &business, "second", json!({})).await;
        scene.until("2026-11-28T12:00:00Z").await;
        // Told late, and in the wrong order; one of them comes twice.
        for _ in 0..2 {
            buy(scene, &business, ANA, "after-both", 1, "2026-11-28T09:00:00Z", 40).await;
        }
        buy(scene, &business, ANA, "between", 1, "2026-11-26T09:00:00Z", 20).await;
        buy(scene, &business, BIA, "long-ago", 1, "2025-01-01T09:00:00Z", 80).await;
        assert_eq!(told(scene, &business, "first").await, (1, 1, 20.0));
        assert_eq!(told(scene, &business, "second").await, (1, 1, 40.0));
        // The second's count of a day after its end does not change anything.
        scene.until("2026-11-30T12:00:00Z").await;
        assert_eq!(told(scene, &business, "first").await, (1, 1, 20.0));
        assert_eq!(told(scene, &business, "second").await, (1, 1, 40.0));
        let all = returns(scene, &business, "second").await;
        assert_eq!((&all["messaged"], &all["conversion"], &all["won_back"]), (&json!(2), &json!(0.5), &json!(0)));
        assert_eq!(
            (&all["cost"]["amount"], &all["return"], &all["comparison"]),
            (&json!(0.0), &Value::Null, &Value::Null)
        );
        assert_eq!((&all["complete"], &all["window_days"]), (&json!(false), &json!(30)));
    });
}

#[test]
fn a_refund_takes_back_and_a_correction_may_move_a_purchase() {
    play("2026-11-25T12:00:00Z", async |scene| {
        let business = open(scene).await;
        send(scene, &business, "first", json!({})).await;
        minutes_pass(60).await;
        buy(scene, &business, ANA, "a", 1, "2026-11-25T12:10:00Z", 100).await;
        buy(scene, &business, BIA, "b", 1, "2026-11-25T12:20:00Z", 50).await;
        assert_eq!(told(scene, &business, "first").await, (2, 2, 150.0));
        buy(scene, &business, ANA, "a", 2, "2026-11-25T12:10:00Z", 30).await;
        assert_eq!(told(scene, &business, "first").await, (2, 2, 80.0));
        // Given back whole; the version before comes again after it.
        buy(scene, &business, ANA, "a", 4, "2026-11-25T12:10:00Z", 0).await;
        buy(scene, &business, ANA, "a", 3, "2026-11-25T12:10:00Z", 60).await;
        assert_eq!(told(scene, &business, "first").await, (1, 1, 50.0));
        // Bia bought before the message, as it turns out.
        buy(scene, &business, BIA, "b", 2, "2026-11-25T11:20:00Z", 50).await;
        assert_eq!(told(scene, &business, "first").await, (0, 0, 0.0));
        buy(scene, &business, BIA, "b", 3, "2026-11-25T12:20:00Z", 50).await;
        assert_eq!(told(scene, &business, "first").await, (1, 1, 50.0));
        scene.call("DELETE", &format!("/api/customers/{BIA}"), &business.key, None).await;
        minutes_pass(30).await;
        assert_eq!(told(scene, &business, "first").await, (0, 0, 0.0));
    });
}

#[test]
fn thirty_days_after_the_message_it_is_over_and_refunds_still_count() {
    play("2026-09-01T12:00:00Z", async |scene| {
        let business = open(scene).await;
        send(scene, &business, "first", json!({})).await;
        scene.until("2026-10-01T11:59:00Z").await;
        buy(scene, &business, ANA, "a", 1, "2026-10-01T11:58:00Z", 100).await;
        scene.until("2026-10-01T13:00:00Z").await;
        buy(scene, &business, BIA, "b", 1, "2026-10-01T12:30:00Z", 50).await;
        let all = returns(scene, &business, "first").await;
        assert_eq!(
            (&all["bought"], &all["revenue"]["amount"], &all["complete"]),
            (&json!(1), &json!(100.0), &json!(true))
        );
        // Later the messages' own records are gone.
        forget_messages(scene).await;
        assert_eq!(told(scene, &business, "first").await, (1, 1, 100.0));
        buy(scene, &business, ANA, "a", 2, "2026-10-01T11:58:00Z", 70).await;
        assert_eq!(told(scene, &business, "first").await, (1, 1, 70.0));
    });
}

#[test]
fn those_who_were_held_out_are_counted_alike() {
    play("2026-11-25T12:00:00Z", async |scene| {
        let business = scene.open(1, "America/Sao_Paulo").await;
        let phone = |nth: u32| format!("55119876{nth:05}");
        for nth in 0..80 {
            scene.register(&business, &phone(nth), "--03-01", json!([])).await;
        }
        // Who wants no promotions would not get it: they are in neither group.
        for nth in 0..10 {
            scene.change(&business, &phone(nth), json!({"marketing_consent": false})).await;
        }
        send(scene, &business, "first", json!({"holdout": 50})).await;
        let got: Vec<bool> = (0..80).map(|nth| !scene.got(&business, &phone(nth)).is_empty()).collect();
        let campaign = scene.call("GET", "/api/campaigns/first", &business.key, None).await;
        let held = campaign["left_out"]["held_out"].as_u64().unwrap();
        assert_eq!(campaign["left_out"]["opted_out"], 10, "{campaign}");
        assert_eq!(campaign["recipients"].as_u64().unwrap() + held, 70);
        minutes_pass(10).await;
        let is_of = |nth: u32, wanted: bool| nth >= 10 && got[nth as usize] == wanted;
        let messaged: Vec<u32> = (0..80).filter(|nth| is_of(*nth, true)).collect();
        let others: Vec<u32> = (0..80).filter(|nth| is_of(*nth, false)).collect();
        let bought = messaged.iter().take(20).chain(others.iter().take(2));
        for nth in bought {
            buy(scene, &business, &phone(*nth), &format!("i{nth}"), 1, "2026-11-25T12:10:00Z", 10).await;
        }
        // Of nobody's group.
        buy(scene, &business, &phone(0), "none", 1, "2026-11-25T12:10:00Z", 10).await;
        minutes_pass(10).await;
        let all = returns(scene, &business, "first").await;
        let compared = &all["comparison"];
        assert_eq!((&all["bought"], &all["messaged"]), (&json!(20), &json!(messaged.len())), "{all}");
        let group =
            |name: &str| (compared[name]["people"].as_u64().unwrap(), compared[name]["bought"].as_u64().unwrap());
        assert_eq!(group("audience"), (messaged.len() as u64, 20), "{all}");
        assert_eq!((group("held_out"), held), ((others.len() as u64, 2), others.len() as u64), "{all}");
        let enough = messaged.len().min(others.len()) >= 30;
        assert_eq!(compared["evidence"], if enough { "more" } else { "too_little" }, "{all}");
        assert!(compared["low"].as_f64().unwrap() > 0.0, "{all}");
        // The same a day later, when what left has been counted.
        scene.until("2026-11-27T12:00:00Z").await;
        assert_eq!(returns(scene, &business, "first").await["comparison"], *compared);
    });
}

/// Of those who were inactive when the audience was frozen, whoever bought is won back; others are not.
#[test]
fn who_was_inactive_and_bought_is_won_back() {
    play("2026-09-01T12:00:00Z", async |scene| {
        let business = open(scene).await;
        scene.until("2026-10-09T12:00:00Z").await;
        buy(scene, &business, BIA, "recent", 1, "2026-10-09T11:00:00Z", 10).await;
        send(scene, &business, "first", json!({})).await;
        minutes_pass(10).await;
        buy(scene, &business, ANA, "a", 1, "2026-10-09T12:10:00Z", 10).await;
        buy(scene, &business, BIA, "b", 1, "2026-10-09T12:10:00Z", 10).await;
        minutes_pass(DAY * 2).await;
        let all = returns(scene, &business, "first").await;
        assert_eq!((&all["bought"], &all["won_back"]), (&json!(2), &json!(1)), "{all}");
    });
}

/// Templates cost dollars; the return needs to know what one costs.
#[test]
fn the_return_is_in_the_money_of_the_business() {
    play("2026-11-25T12:00:00Z", async |scene| {
        let templates = json!({"offer": {"name": "offer", "language": "es", "variables": ["name"]}});
        let sender = json!({"gateway": "cloud_api", "address": "15550000000", "templates": templates,
                            "credentials": {"access_token": "t", "app_secret": "s", "verify_token": "v"}});
        let business = scene.open_with(1, "America/Sao_Paulo", sender).await;
        for phone in [ANA, BIA] {
            scene.register(&business, phone, "--03-01", json!([])).await;
        }
        let template = json!({"template": {"name": "offer", "variables": {"name": "{{name}}"}}});
        send(scene, &business, "first", template).await;
        buy(scene, &business, ANA, "a", 1, "2026-11-25T12:04:00Z", 100).await;
        let at_once = returns(scene, &business, "first").await;
        assert_eq!((&at_once["cost"], &at_once["return"]), (&Value::Null, &Value::Null));
        scene.until("2026-11-27T12:00:00Z").await;
        let all = returns(scene, &business, "first").await;
        assert_eq!(
            (&all["cost"], &all["return"]),
            (&json!({"amount": 0.13, "currency": "USD"}), &Value::Null),
            "{all}"
        );
        let rate = json!({"settings": {"dollar_rate": "5.00"}});
        scene.call("PATCH", &format!("/api/businesses/{}", business.id), &business.key, Some(rate)).await;
        assert_eq!(returns(scene, &business, "first").await["return"], 153.85);
    });
}

/// A person who was written to under one record buys under the other that it has become.
#[test]
fn a_purchase_under_the_record_that_a_person_goes_on_under_counts() {
    play("2026-11-25T12:00:00Z", async |scene| {
        let business = open(scene).await;
        send(scene, &business, "first", json!({})).await;
        let id = |told: Value| told["customer_id"].as_str().unwrap().parse().unwrap();
        let (ana, bia) = (id(customer(scene, &business, ANA).await), id(customer(scene, &business, BIA).await));
        let store = &scene.stage.store;
        let of = business.id.parse().unwrap();
        let carla = "5511987654329";
        scene.register(&business, carla, "--03-01", json!([])).await;
        let into = id(customer(scene, &business, carla).await);
        buy(scene, &business, carla, "c", 1, "2026-11-25T12:04:00Z", 10).await;
        assert_eq!(told(scene, &business, "first").await, (0, 0, 0.0));
        // Two have gone into it, one of them by way of the other.
        let now = scene.stage.run.now();
        for (from, into) in [(ana, bia), (bia, into), (bia, into)] {
            store.note_join(of, from, into, now).await.unwrap();
        }
        assert_eq!(told(scene, &business, "first").await, (1, 1, 10.0));
        write(scene, &business, carla, "gracias");
        scene.until("2026-11-27T12:00:00Z").await;
        assert_eq!(told(scene, &business, "first").await, (1, 1, 10.0));
    });
}

/// The count of a day after the end is delivered again and again, and dies in the middle: what left is kept once.
#[test]
fn the_last_count_may_be_repeated() {
    play("2026-11-25T12:00:00Z", async |scene| {
        let business = open(scene).await;
        send(scene, &business, "first", json!({})).await;
        buy(scene, &business, ANA, "a", 1, "2026-11-25T12:04:00Z", 10).await;
        scene.until("2026-11-26T11:00:00Z").await;
        let cloud = scene.stage.run.cloud();
        let queue = cloud.read.iter().find(|queue| queue.contains("RunCampaign")).unwrap();
        let look = |due: &str| {
            let task =
                json!({"v": 1, "type": "run_campaign", "business_id": business.id, "campaign_id": "first", "due": due});
            cloud.queues.send(queue, NewMessage::text(task.to_string())).unwrap();
        };
        // Before its time it counts nothing.
        look("2026-11-26T11:00:00Z");
        minutes_pass(5).await;
        let (store, of, id) = (&scene.stage.store, business.id.parse().unwrap(), "first".parse().unwrap());
        assert!(store.measured_chunks(of, &id, 0..1).await.unwrap()[0].left.is_none());
        scene.until("2026-11-26T12:30:00Z").await;
        let counted = store.measured_chunks(of, &id, 0..1).await.unwrap();
        assert_eq!(counted[0].left.as_ref().unwrap().iter().flatten().count(), 2);
        for _ in 0..3 {
            look("2026-11-26T12:06:00Z");
        }
        minutes_pass(5).await;
        assert_eq!(store.measured_chunks(of, &id, 0..1).await.unwrap(), counted);
        assert_eq!(told(scene, &business, "first").await, (1, 1, 10.0));
    });
}

/// A campaign that was cancelled, and one that has not begun.
#[test]
fn what_was_not_sent_brings_nothing() {
    play("2026-11-25T12:00:00Z", async |scene| {
        let business = open(scene).await;
        let draft = json!({"campaign_id": "draft", "name": "draft", "audience": {"segment": "all"}, "message": "Hola"});
        scene.call("POST", "/api/campaigns", &business.key, Some(draft)).await;
        buy(scene, &business, ANA, "a", 1, "2026-11-25T11:30:00Z", 10).await;
        let all = returns(scene, &business, "draft").await;
        assert_eq!((&all["from"], &all["bought"], &all["conversion"]), (&Value::Null, &json!(0), &Value::Null));
        let unknown = scene.stage.client.call("GET", "/api/campaigns/no/returns", &business.key, None).await;
        assert_eq!(unknown.status, 404);
        scene.call("POST", "/api/campaigns/draft/cancel", &business.key, None).await;
        assert_eq!(told(scene, &business, "draft").await, (0, 0, 0.0));
    });
}
