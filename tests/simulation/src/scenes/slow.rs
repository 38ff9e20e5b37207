//! Numbers that send marketing slowly: fresh ones, and those whose session keeps falling.

use super::people::minutes_pass;
use super::{ANA, Scene, SceneBusiness, play};
use serde_json::{Value, json};

/// A business that writes by a session of Evolution, with so many customers of whom nothing is missing.
async fn open(scene: &Scene, customers: u32, in_use_since: Option<&str>) -> SceneBusiness {
    let mut sender = json!({"gateway": "evolution", "address": "shop-1",
                            "credentials": {"api_key": "k", "webhook_secret": "s"}});
    if let Some(day) = in_use_since {
        sender["in_use_since"] = json!(day);
    }
    let business = scene.open_with(1, "America/Sao_Paulo", sender).await;
    for nth in 0..customers {
        scene.register(&business, &phone(nth), "--03-01", json!([])).await;
    }
    business
}

fn phone(nth: u32) -> String {
    format!("55119876{nth:05}")
}

fn reached(scene: &Scene, business: &SceneBusiness, customers: u32) -> usize {
    (0..customers).map(|nth| scene.got(business, &phone(nth)).len()).sum()
}

async fn campaign(scene: &Scene, business: &SceneBusiness, path: &str, body: Option<Value>) -> Value {
    let method = if path == "/preflight" || path.is_empty() && body.is_none() { "GET" } else { "POST" };
    let path = if body.is_some() { String::new() } else { format!("/offer{path}") };
    scene.call(method, &format!("/api/campaigns{path}"), &business.key, body).await
}

async fn start(scene: &Scene, business: &SceneBusiness) -> Value {
    let body = json!({"campaign_id": "offer", "name": "Offer", "audience": {"segment": "all"},
                      "message": "Hola, {{name}}: 15 % esta semana."});
    campaign(scene, business, "", Some(body)).await;
    let counted = campaign(scene, business, "/preflight", None).await;
    campaign(scene, business, "/start", None).await;
    counted
}

/// Ten an hour on the first day, and what a person asked for at once.
#[test]
fn a_fresh_number_sends_a_campaign_slowly_and_answers_at_once() {
    play("2026-11-25T12:00:00Z", async |scene| {
        let business = open(scene, 15, None).await;
        let counted = start(scene, &business).await;
        assert_eq!(counted["minutes"], 90, "{counted}");
        minutes_pass(60).await;
        let soon = reached(scene, &business, 15);
        assert!((9..=11).contains(&soon), "{soon} in an hour at ten an hour");
        let told = campaign(scene, &business, "", None).await;
        assert!(told["reason"].as_str().is_some_and(|reason| reason.starts_with("warm_up: ")), "{told}");
        let message = json!({"phone": phone(14), "kind": "transactional", "text": "Sí, mañana a las 9."});
        scene.call("POST", "/api/messages", &business.key, Some(message)).await;
        minutes_pass(1).await;
        assert!(scene.got(&business, &phone(14)).iter().any(|(_, text)| text.starts_with("Sí")));
        minutes_pass(60).await;
        assert_eq!(reached(scene, &business, 15), 16);
        assert_eq!(campaign(scene, &business, "", None).await["status"], "finished");
    });
}

/// Messages that are marketing by themselves keep the same distance.
#[test]
fn the_offers_of_a_fresh_number_are_six_minutes_apart() {
    play("2026-11-25T12:00:00Z", async |scene| {
        let business = open(scene, 3, None).await;
        for nth in 0..3 {
            let message = json!({"phone": phone(nth), "kind": "marketing", "text": "15 % esta semana. BAJA para no recibir más."});
            scene.call("POST", "/api/messages", &business.key, Some(message)).await;
        }
        minutes_pass(5).await;
        assert_eq!(reached(scene, &business, 3), 1);
        minutes_pass(30).await;
        let mut times: Vec<_> = (0..3).flat_map(|nth| scene.got(&business, &phone(nth))).map(|(at, _)| at).collect();
        times.sort_unstable();
        assert_eq!(times.len(), 3);
        assert!(times.windows(2).all(|pair| (pair[1] - pair[0]).num_seconds() >= 355), "{times:?}");
    });
}

#[test]
fn a_number_that_has_been_in_use_sends_at_its_pace() {
    play("2026-11-25T12:00:00Z", async |scene| {
        let business = open(scene, 15, Some("2025-01-01")).await;
        assert_eq!(start(scene, &business).await["minutes"], 1);
        minutes_pass(3).await;
        assert_eq!(reached(scene, &business, 15), 15);
    });
}

/// WhatsApp says that people dislike what the number sends: at a quarter of its pace, until somebody has mended it.
#[test]
fn a_number_that_people_dislike_is_slow_until_it_is_mended() {
    play("2026-11-25T12:00:00Z", async |scene| {
        let business = super::people::open(scene).await;
        scene.register(&business, ANA, "--03-01", json!([])).await;
        let cloud = scene.stage.run.cloud();
        let queue = cloud.read.iter().find(|queue| queue.contains("InboundMessages")).unwrap();
        let notice = json!({"v": 1, "type": "sender", "business_id": business.id, "sender_id": business.sender,
                            "gateway": "cloud_api", "event": {"account_notice": {
                                "field": "phone_number_quality_update", "after": "FLAGGED", "concern": "number_quality"}}});
        cloud.queues.send(queue, aws::queues::NewMessage::text(notice.to_string())).unwrap();
        minutes_pass(1).await;
        let (id, sender) = (business.id.parse().unwrap(), business.sender.parse().unwrap());
        let slow_until = async || scene.stage.store.sender_row(id, sender).await.unwrap().state.slow_until;
        assert!(slow_until().await.is_some());
        let mended = json!({"senders": [{"sender_id": business.sender}]});
        let operator = scene.stage.client.operator();
        scene.call("PATCH", &format!("/api/businesses/{}", business.id), operator, Some(mended)).await;
        assert_eq!(slow_until().await, None);
    });
}
