//! Marketing that waits for the hour at which the customer is around.

use super::people::minutes_pass;
use super::{ANA, BIA, Scene, SceneBusiness, play};
use serde_json::{Value, json};

const CARLA: &str = "5511987654323";

async fn open(scene: &Scene) -> SceneBusiness {
    let business = scene.open(1, "America/Sao_Paulo").await;
    let change = json!({"settings": {"best_hour": true}});
    scene.call("PATCH", &format!("/api/businesses/{}", business.id), &business.key, Some(change)).await;
    business
}

async fn buy(scene: &Scene, business: &SceneBusiness, phone: &str, at: &str) {
    let lines = json!([{"product": "Banho", "amount": 10}]);
    let body = json!({"invoice_id": format!("{phone}-{at}"), "phone": phone, "at": at, "total": 10, "lines": lines});
    scene.call("POST", "/api/purchases", &business.key, Some(body)).await;
}

async fn campaign(scene: &Scene, business: &SceneBusiness, call: &str, body: Option<Value>) -> Value {
    let method = if call.is_empty() && body.is_none() { "GET" } else { "POST" };
    let path = if body.is_some() { String::new() } else { format!("/spring{call}") };
    scene.call(method, &format!("/api/campaigns{path}"), &business.key, body).await
}

/// A campaign to everybody, at nine in São Paulo.
async fn start(scene: &Scene, business: &SceneBusiness) {
    let body = json!({"campaign_id": "spring", "name": "Spring", "audience": {"segment": "all"},
                      "message": "Hola, {{name}}: 15 % esta semana."});
    campaign(scene, business, "", Some(body)).await;
    let preflight = scene.call("GET", "/api/campaigns/spring/preflight", &business.key, None).await;
    assert_eq!(preflight["at_best_hours"], true);
    campaign(scene, business, "/start", None).await;
    minutes_pass(5).await;
}

#[test]
fn a_campaign_and_a_greeting_wait_for_the_hour_of_each_customer() {
    play("2026-11-25T11:30:00Z", async |scene| {
        let business = open(scene).await;
        scene.register(&business, ANA, "--11-26", json!([])).await;
        scene.register(&business, BIA, "--11-26", json!([])).await;
        scene.register(&business, CARLA, "--03-01", json!([])).await;
        for day in 18..23 {
            // Ana buys around six in the evening, and Carla at eight in the morning.
            buy(scene, &business, ANA, &format!("2026-11-{day}T21:15:00Z")).await;
            buy(scene, &business, CARLA, &format!("2026-11-{day}T11:05:00Z")).await;
        }
        scene.automation(&business, "birthdays", json!({"action": "auto"})).await;
        scene.until("2026-11-25T12:00:00Z").await;
        start(scene, &business).await;
        assert_eq!(scene.minutes(&business, BIA), ["11-25T12:00"]);
        assert_eq!(scene.minutes(&business, ANA), [] as [&str; 0]);
        let running = campaign(scene, &business, "", None).await;
        assert_eq!(running["status"], "running");
        // Carla's is the last.
        let end = running["expected_end"].as_str().unwrap();
        assert!(("2026-11-26T12:00".."2026-11-26T12:06").contains(&end), "{end}");

        scene.until("2026-11-25T22:02:00Z").await;
        let ana = scene.minutes(&business, ANA);
        assert!(ana.len() == 1 && ana[0].starts_with("11-25T21"), "{ana:?}");
        assert_eq!(scene.minutes(&business, CARLA), [] as [&str; 0]);

        // Carla's comes tomorrow. A greeting waits on its own day alone.
        scene.until("2026-11-26T23:00:00Z").await;
        let (ana, carla) = (scene.minutes(&business, ANA), scene.minutes(&business, CARLA));
        assert!(carla.len() == 1 && carla[0].starts_with("11-26T11"), "{carla:?}");
        assert!(ana.len() == 2 && ana[1].starts_with("11-26T21"), "{ana:?}");
        assert_eq!(scene.minutes(&business, BIA), ["11-25T12:00", "11-26T12:00"]);
        assert_eq!(campaign(scene, &business, "", None).await["status"], "finished");
    });
}

#[test]
fn customers_of_whom_little_is_known_are_written_to_at_the_hour_of_the_business() {
    play("2026-11-24T12:00:00Z", async |scene| {
        let business = open(scene).await;
        let phones: Vec<String> = (0..31).map(|nth| format!("55119876{nth:05}")).collect();
        for phone in &phones {
            scene.register(&business, phone, "--03-01", json!([])).await;
        }
        scene.until("2026-11-24T22:00:00Z").await;
        for phone in &phones[1..] {
            buy(scene, &business, phone, "2026-11-24T21:15:00Z").await;
        }
        // The nightly sync is at two in the morning.
        scene.until("2026-11-25T12:00:00Z").await;
        let path = format!("/api/businesses/{}/sync", business.id);
        let told = scene.call("GET", &path, &business.key, None).await;
        assert_eq!(told["last"][0]["best_hour"], 18, "{told}");
        start(scene, &business).await;
        assert!(phones.iter().all(|phone| scene.got(&business, phone).is_empty()));
        scene.until("2026-11-25T22:02:00Z").await;
        for phone in &phones {
            let minutes = scene.minutes(&business, phone);
            assert!(minutes.len() == 1 && minutes[0].starts_with("11-25T21"), "{minutes:?}");
        }
    });
}

#[test]
fn a_campaign_does_not_wait_for_an_hour_of_a_closed_day() {
    play("2026-11-25T11:30:00Z", async |scene| {
        let business = open(scene).await;
        let change = json!({"settings": {"closed_days": ["2026-11-26"]}});
        scene.call("PATCH", &format!("/api/businesses/{}", business.id), &business.key, Some(change)).await;
        scene.register(&business, CARLA, "--03-01", json!([])).await;
        for day in 18..23 {
            buy(scene, &business, CARLA, &format!("2026-11-{day}T11:05:00Z")).await;
        }
        scene.until("2026-11-25T12:00:00Z").await;
        start(scene, &business).await;
        assert_eq!(scene.minutes(&business, CARLA), ["11-25T12:00"]);
    });
}
