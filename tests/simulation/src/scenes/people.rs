//! People who change their number, their mind, or are more than one thing to a business; and gateways that say so late.

use super::{ANA, BIA, Scene, SceneBusiness, play};
use aws::queues::NewMessage;
use serde_json::{Value, json};
use std::time::Duration;
use world::{FaultKind, FaultRule, Inbound};

const OWNER: &str = "5511990000001";

/// A business at the Cloud API, whose template is written in Spanish.
pub(super) async fn open(scene: &Scene) -> SceneBusiness {
    let sender = json!({
        "gateway": "cloud_api", "address": "15550000000",
        "credentials": {"access_token": "t", "app_secret": "s", "verify_token": "v"},
        "templates": {"offer": {"name": "offer", "language": "es", "variables": ["name"]}},
    });
    scene.open_with(1, "America/Sao_Paulo", sender).await
}

pub(super) async fn customer(scene: &Scene, business: &SceneBusiness, phone: &str) -> Value {
    scene.call("GET", &format!("/api/customers/{phone}"), &business.key, None).await
}

pub(super) async fn status(scene: &Scene, business: &SceneBusiness, message: &str) -> String {
    let told = scene.call("GET", &format!("/api/messages/direct/{message}"), &business.key, None).await;
    told["status"].as_str().unwrap_or_default().to_owned()
}

pub(super) fn write(scene: &Scene, business: &SceneBusiness, phone: &str, text: &str) {
    let (sender, phone, text) = (business.address.clone(), phone.to_owned(), text.to_owned());
    scene.stage.run.cloud().world.inbound(&Inbound { sender, phone, text, ..Inbound::default() }).unwrap();
}

/// Sends Ana an offer by its template.
pub(super) async fn offer(scene: &Scene, business: &SceneBusiness, id: &str, kind: &str) {
    let message = json!({"phone": ANA, "kind": kind, "message_id": id,
                         "template": {"name": "offer", "variables": {"name": "Ana"}}});
    scene.call("POST", "/api/messages", &business.key, Some(message)).await;
}

pub(super) async fn minutes_pass(minutes: u64) {
    tokio::time::sleep(Duration::from_secs(minutes * 60)).await;
}

/// As the gateway tells it, and as queues deliver it: again.
fn tell_of_a_new_number(scene: &Scene, business: &SceneBusiness, before: &str, after: &str) {
    let cloud = scene.stage.run.cloud();
    let change = json!({
        "v": 1, "type": "identity_change", "business_id": business.id, "sender_id": business.sender, "gateway": "whapi",
        "change": {"before": {"phone": before}, "after": {"phone": after}, "at": scene.stage.run.now()},
    });
    let queue = cloud.read.iter().find(|queue| queue.contains("InboundMessages")).unwrap();
    cloud.queues.send(queue, NewMessage::text(change.to_string())).unwrap();
}

#[test]
fn a_number_that_changed_is_told_of_twice() {
    play("2026-11-25T12:00:00Z", async |scene| {
        let business = scene.open(1, "America/Sao_Paulo").await;
        scene.register(&business, ANA, "--03-01", json!([])).await;
        let before = customer(scene, &business, ANA).await;
        for _ in 0..2 {
            tell_of_a_new_number(scene, &business, ANA, BIA);
            minutes_pass(5).await;
        }
        assert_eq!(customer(scene, &business, BIA).await["customer_id"], before["customer_id"]);
        // Nobody knows whose number that is now.
        assert_eq!(scene.got(&business, ANA), []);
        scene.stage.run.look();
        assert_eq!(scene.stage.run.history().customers.len(), 1);
    });
}

#[test]
fn a_customer_who_wanted_no_marketing_wants_none_at_a_new_number() {
    play("2026-11-25T12:00:00Z", async |scene| {
        let business = scene.open(1, "America/Sao_Paulo").await;
        scene.register(&business, ANA, "--03-01", json!([])).await;
        minutes_pass(1).await;
        write(scene, &business, ANA, "SAIR");
        minutes_pass(5).await;
        // She writes from the new number before the gateway has told of it.
        write(scene, &business, BIA, "oi");
        minutes_pass(5).await;
        assert_eq!(customer(scene, &business, BIA).await["marketing_consent"], Value::Null);
        tell_of_a_new_number(scene, &business, ANA, BIA);
        minutes_pass(5).await;
        assert_eq!(customer(scene, &business, BIA).await["marketing_consent"], false);
    });
}

/// She was somebody new there before the gateway told of it; the old number may be another's by now.
#[test]
fn a_customer_with_a_new_number_is_not_written_to_at_the_old_one() {
    play("2026-02-28T20:00:00Z", async |scene| {
        let business = scene.open(1, "America/Sao_Paulo").await;
        scene.register(&business, ANA, "--03-01", json!([])).await;
        let before = customer(scene, &business, ANA).await;
        minutes_pass(1).await;
        write(scene, &business, BIA, "oi");
        minutes_pass(1).await;
        let got = scene.got(&business, ANA);
        tell_of_a_new_number(scene, &business, ANA, BIA);
        tell_of_a_new_number(scene, &business, ANA, BIA);
        minutes_pass(24 * 60).await;
        assert_eq!(scene.got(&business, ANA), got, "no greeting goes there");
        let path = format!("/api/customers/{}", before["customer_id"].as_str().unwrap());
        assert_eq!(scene.call("GET", &path, &business.key, None).await["phone"], Value::Null);
        // The person who writes from there now is another one.
        write(scene, &business, ANA, "oi");
        minutes_pass(5).await;
        assert_ne!(customer(scene, &business, ANA).await["customer_id"], before["customer_id"]);
    });
}

#[test]
fn an_owner_who_is_a_customer_too_opts_out() {
    play("2026-11-25T12:00:00Z", async |scene| {
        let business = scene.open(1, "America/Sao_Paulo").await;
        write(scene, &business, OWNER, "oi");
        minutes_pass(5).await;
        assert_eq!(scene.got(&business, OWNER), [], "an owner who only writes is asked nothing");
        scene.register(&business, OWNER, "--03-01", json!([])).await;
        minutes_pass(1).await;
        write(scene, &business, OWNER, "SAIR");
        minutes_pass(5).await;
        assert_eq!(customer(scene, &business, OWNER).await["marketing_consent"], false);
        assert_eq!(scene.got(&business, OWNER).len(), 1, "it is confirmed");
    });
}

/// The gateway alone knows that she stopped marketing; a form that is sent again does not take her back in.
#[test]
fn a_customer_who_stopped_marketing_at_the_gateway_is_out() {
    for kind in [FaultKind::ErrorCode { code: 131_050 }, FaultKind::FailLater { code: 131_050 }] {
        play("2026-11-25T12:00:00Z", async |scene| {
            let business = open(scene).await;
            let form = json!({"phone": ANA, "name": "Ana"});
            scene.call("POST", "/api/customers", &business.key, Some(form.clone())).await;
            let world = &scene.stage.run.cloud().world;
            world.set_fault(FaultRule::times(kind.clone(), 1));
            offer(scene, &business, "first", "marketing").await;
            minutes_pass(5).await;
            assert_eq!(status(scene, &business, "first").await, "failed");
            assert_eq!(customer(scene, &business, ANA).await["marketing_consent"], false);
            let mut form = form;
            form["marketing_consent"] = true.into();
            scene.call("POST", "/api/customers", &business.key, Some(form)).await;
            offer(scene, &business, "second", "marketing").await;
            minutes_pass(5).await;
            assert_eq!(status(scene, &business, "second").await, "skipped");
        });
    }
}

/// The gateway accepts it, and says afterwards that it was too fast, that something failed, or that she has had enough
/// for a day.
#[test]
fn a_message_that_the_gateway_refuses_afterwards_goes_again() {
    for (code, after) in [(130_429, 2), (131_056, 2), (131_016, 3), (131_049, 24 * 60 + 2)] {
        play("2026-11-25T12:00:00Z", async |scene| {
            let business = open(scene).await;
            scene.register(&business, ANA, "--03-01", json!([])).await;
            let world = &scene.stage.run.cloud().world;
            world.set_fault(FaultRule::times(FaultKind::FailLater { code }, 1));
            offer(scene, &business, "first", "transactional").await;
            minutes_pass(1).await;
            let early = status(scene, &business, "first").await;
            assert!(["pending", "sent", "delivered", "read"].contains(&early.as_str()), "{code}: {early}");
            minutes_pass(after).await;
            let sent: Vec<_> =
                world.sent().into_iter().filter(|it| it.callback_id.as_deref() == Some("direct/first")).collect();
            assert_eq!(sent.iter().map(|it| it.fails).collect::<Vec<_>>(), [Some(code), None], "{code}");
            assert!(
                ["sent", "delivered", "read"].contains(&status(scene, &business, "first").await.as_str()),
                "{code}"
            );
        });
    }
}

/// A text that she wrote before comes after she has been erased, and does not bring her back.
#[test]
fn an_erased_customer_does_not_come_back_by_an_earlier_text() {
    play("2026-11-25T12:00:00Z", async |scene| {
        let business = scene.open(1, "America/Sao_Paulo").await;
        scene.register(&business, ANA, "--03-01", json!([])).await;
        let late = FaultKind::WebhookLate { milliseconds: 1_200_000 };
        scene.stage.run.cloud().world.set_fault(FaultRule::times(late, 1));
        write(scene, &business, ANA, "oi");
        minutes_pass(1).await;
        scene.call("DELETE", &format!("/api/customers/{ANA}"), &business.key, None).await;
        minutes_pass(60).await;
        scene.stage.run.look();
        let known = |scene: &Scene| scene.stage.run.history().customers.values().filter(|it| it.gone.is_none()).count();
        assert_eq!((known(scene), scene.got(&business, ANA)), (0, Vec::new()));
        // A text that she writes from then on does.
        write(scene, &business, ANA, "oi");
        minutes_pass(5).await;
        scene.stage.run.look();
        assert_eq!(known(scene), 1);
    });
}
