//! Requests for a review: after each visit, seldom to one customer, and never about a visit that was none.

use super::people::minutes_pass;
use super::{ANA, BIA, Scene, SceneBusiness, play};
use serde_json::json;

const PAGE: &str = "https://g.page/r/shop-1/review";

async fn open(scene: &Scene) -> SceneBusiness {
    let business = scene.open_in(1, "pt-BR", "America/Sao_Paulo").await;
    let settings = json!({"settings": {"review_url": PAGE, "reminder_hours": [], "weekly_cap": 9}});
    let path = format!("/api/businesses/{}", business.id);
    scene.call("PATCH", &path, scene.stage.client.operator(), Some(settings)).await;
    for name in ["low-occupancy", "opportunities", "inactive-customers"] {
        scene.automation(&business, name, json!({"enabled": false})).await;
    }
    for phone in [ANA, BIA] {
        scene.register(&business, phone, "--03-01", json!([{"name": "Rex"}])).await;
    }
    business
}

/// Makes an appointment of half an hour that begins now, and says that it took place.
async fn visit(scene: &Scene, business: &SceneBusiness, phone: &str, id: &str) {
    let body = json!({"appointment_id": id, "phone": phone, "service": "Banho", "pet": "Rex",
                      "start": scene.stage.run.now().format("%Y-%m-%dT%H:%M:00Z").to_string(), "minutes": 30, "overbook": true});
    scene.call("POST", "/api/appointments", &business.key, Some(body)).await;
    status(scene, business, id, "done").await;
}

async fn status(scene: &Scene, business: &SceneBusiness, id: &str, status: &str) {
    let path = format!("/api/appointments/{id}");
    scene.call("PATCH", &path, &business.key, Some(json!({"status": status}))).await;
}

/// The minutes in which a person was asked for a review.
fn asked(scene: &Scene, business: &SceneBusiness, phone: &str) -> Vec<String> {
    let asked = scene.got(business, phone).into_iter().filter(|(_, text)| text.contains(PAGE));
    asked.map(|(at, _)| at.format("%m-%dT%H:%M").to_string()).collect()
}

/// Two hours after the visit's end. The next one is ninety days later at the earliest, whatever is between.
#[test]
fn a_customer_is_asked_two_hours_after_a_visit_and_then_not_for_ninety_days() {
    play("2026-11-25T13:00:00Z", async |scene| {
        let business = open(scene).await;
        visit(scene, &business, ANA, "first").await;
        minutes_pass(149).await;
        assert_eq!(asked(scene, &business, ANA), [""; 0]);
        minutes_pass(2).await;
        let first = asked(scene, &business, ANA);
        assert_eq!(first, ["11-25T15:30"]);
        for (id, days) in [("second", 1), ("third", 30), ("fourth", 57)] {
            minutes_pass(days * 24 * 60).await;
            visit(scene, &business, ANA, id).await;
        }
        minutes_pass(24 * 60).await;
        assert_eq!(asked(scene, &business, ANA), first, "on the eighty-ninth day");
        minutes_pass(2 * 24 * 60).await;
        visit(scene, &business, ANA, "fifth").await;
        minutes_pass(24 * 60).await;
        assert_eq!(asked(scene, &business, ANA).len(), 2);
    });
}

/// Nobody is asked about a visit that was none after all, nor by a business without a page; the rest are asked alike.
#[test]
fn a_visit_that_was_none_is_not_asked_about() {
    play("2026-11-25T13:00:00Z", async |scene| {
        let business = open(scene).await;
        visit(scene, &business, ANA, "missed").await;
        visit(scene, &business, BIA, "kept").await;
        minutes_pass(60).await;
        status(scene, &business, "missed", "no_show").await;
        minutes_pass(180).await;
        assert_eq!(asked(scene, &business, ANA), [""; 0]);
        assert_eq!(asked(scene, &business, BIA).len(), 1);
        let path = format!("/api/businesses/{}", business.id);
        let none = json!({"settings": {"review_url": ""}});
        scene.call("PATCH", &path, scene.stage.client.operator(), Some(none)).await;
        visit(scene, &business, ANA, "again").await;
        minutes_pass(240).await;
        assert_eq!(asked(scene, &business, ANA), [""; 0]);
    });
}
