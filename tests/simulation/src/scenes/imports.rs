//! Customers, purchases and visits that come from another system: nobody is written to because of them.

use super::people::{customer, minutes_pass};
use super::{ANA, BIA, Scene, SceneBusiness, play};
use serde_json::{Value, json};

const CARLA: &str = "5511987654323";
const PAGE: &str = "https://g.page/r/shop-1/review";

async fn open(scene: &Scene) -> SceneBusiness {
    let business = scene.open_in(1, "pt-BR", "America/Sao_Paulo").await;
    let settings = json!({"settings": {"review_url": PAGE, "weekly_cap": 9, "empty_reports": []}});
    scene
        .call("PATCH", &format!("/api/businesses/{}", business.id), scene.stage.client.operator(), Some(settings))
        .await;
    scene.automation(&business, "daily-summary", json!({"enabled": true})).await;
    business
}

async fn import(scene: &Scene, business: &SceneBusiness, customers: Value) -> Vec<Value> {
    let body = json!({"import": true, "customers": customers});
    let mut told = scene.call("POST", "/api/customers", &business.key, Some(body)).await;
    told["results"].as_array_mut().map(std::mem::take).unwrap()
}

fn outcomes(results: &[Value]) -> Vec<(u64, String)> {
    let told = |it: &Value| (it["status"].as_u64().unwrap(), it["outcome"].as_str().unwrap_or("-").to_owned());
    results.iter().map(told).collect()
}

fn as_told(outcomes: &[(u64, &str)]) -> Vec<(u64, String)> {
    outcomes.iter().map(|(status, word)| (*status, (*word).to_owned())).collect()
}

/// Registered beside them, somebody who lacks the same fields is asked: the question is on.
#[test]
fn nobody_who_was_imported_is_greeted_or_asked() {
    play("2026-11-25T12:30:00Z", async |scene| {
        let business = open(scene).await;
        let people = json!([{"phone": ANA, "name": "Ana"}, {"phone": BIA}, {"phone": "12", "name": "Nobody"}]);
        let made = import(scene, &business, people.clone()).await;
        assert_eq!(outcomes(&made), as_told(&[(201, "created"), (201, "created"), (400, "-")]));
        assert_eq!(made[2]["problem"]["errors"][0]["pointer"], "/phone");
        scene.call("POST", "/api/customers", &business.key, Some(json!({"phone": CARLA}))).await;

        let visit = |id: &str, start: &str, status: &str| {
            json!({"appointment_id": id, "phone": ANA, "service": "Banho", "start": start, "minutes": 30, "status": status,
                   "overbook": true})
        };
        let diary = json!({"import": true, "appointments": [
            visit("old", "2025-03-01T10:00", "done"), visit("today", "2026-11-25T08:30", "done")]});
        let told = scene.call("POST", "/api/appointments", &business.key, Some(diary)).await;
        assert!(told["results"].as_array().unwrap().iter().all(|it| it["status"] == 201), "{told}");
        let sales = json!({"purchases": [{"invoice_id": "1", "phone": BIA, "at": "2025-03-01T10:00:00Z", "total": 60,
                                          "lines": [{"product": "Banho", "amount": 60}]}]});
        let told = scene.call("POST", "/api/purchases", &business.key, Some(sales)).await;
        assert_eq!(told["results"][0]["status"], 201, "{told}");

        // The same file again, with more in it.
        let more =
            json!([{"phone": ANA, "name": "Other", "city": "Santos"}, {"phone": BIA}, {"phone": BIA, "name": "Bia"}]);
        let again = import(scene, &business, more).await;
        assert_eq!(outcomes(&again), as_told(&[(200, "updated"), (200, "unchanged"), (200, "updated")]));
        minutes_pass(12 * 60).await;
        assert_eq!((scene.got(&business, ANA), scene.got(&business, BIA)), (vec![], vec![]));
        assert_eq!(scene.got(&business, CARLA).len(), 1);
        let ana = customer(scene, &business, ANA).await;
        assert_eq!((&ana["name"], &ana["city"]), (&json!("Ana"), &json!("Santos")));
        // The summary at 18:00 tells the owner of Carla alone.
        let owner = scene.got(&business, "5511990000001");
        assert!(owner.iter().any(|(_, text)| text.contains("Clientes novos: 1")), "{owner:?}");
    });
}

/// The business registers somebody who was imported: from then on they are as anybody.
#[test]
fn somebody_who_was_imported_and_then_registered_is_asked_once() {
    play("2026-11-25T12:30:00Z", async |scene| {
        let business = open(scene).await;
        import(scene, &business, json!([{"phone": ANA, "name": "Ana"}])).await;
        minutes_pass(5).await;
        assert_eq!(scene.got(&business, ANA), []);
        for _ in 0..2 {
            scene.call("POST", "/api/customers", &business.key, Some(json!({"phone": ANA}))).await;
            minutes_pass(5).await;
        }
        import(scene, &business, json!([{"phone": ANA, "name": "Ana"}])).await;
        minutes_pass(5).await;
        assert_eq!(scene.got(&business, ANA).len(), 1);
    });
}
