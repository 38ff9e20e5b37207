//! People whom WhatsApp knows under another spelling of their number.

use super::people::{minutes_pass, status};
use super::{ANA, Scene, SceneBusiness, play};
use serde_json::{Value, json};
use store::Identity;
use world::{FaultKind, FaultRule, Inbound};

const BELO_HORIZONTE: &str = "5531987650101";

async fn send(scene: &Scene, business: &SceneBusiness, phone: &str, id: &str) {
    let message = json!({"phone": format!("+{phone}"), "text": id, "message_id": id});
    scene.call("POST", "/api/messages", &business.key, Some(message)).await;
    minutes_pass(2).await;
}

fn lookups(scene: &Scene) -> Vec<String> {
    scene.stage.run.cloud().world.lookups().into_iter().map(|(_, person)| person).collect()
}

#[test]
fn a_first_message_goes_to_the_chat_that_whatsapp_knows_and_only_it_costs_a_request_more() {
    play("2026-11-25T12:00:00Z", async |scene| {
        let business = scene.open(1, "America/Sao_Paulo").await;
        let people = [(BELO_HORIZONTE, true), ("5592981720105", true), ("525512345678", true), (ANA, false)];
        for (phone, _) in people {
            scene.register(&business, phone, "--03-01", json!([])).await;
            for nth in [1, 2] {
                send(scene, &business, phone, &format!("{phone}-{nth}")).await;
                assert_eq!(status(scene, &business, &format!("{phone}-{nth}")).await, "read", "{phone}");
            }
        }
        let asked: Vec<&str> = people.iter().filter(|(_, asked)| *asked).map(|(phone, _)| *phone).collect();
        assert_eq!(lookups(scene), asked, "one for each, and none for whom it is plain");
        // The person's answer finds the record by the chat.
        let path = format!("/api/customers/{BELO_HORIZONTE}");
        let before = scene.call("GET", &path, &business.key, None).await;
        assert_eq!(before["chat_id"], "553187650101@s.whatsapp.net");
        let business_id = business.id.parse().unwrap();
        let found = scene.stage.store.customer_id(business_id, Identity::Chat("553187650101@s.whatsapp.net")).await;
        assert_eq!(found.unwrap().unwrap().to_string(), before["customer_id"].as_str().unwrap());
    });
}

#[test]
fn several_first_messages_ask_once() {
    play("2026-11-25T12:00:00Z", async |scene| {
        let business = scene.open(1, "America/Sao_Paulo").await;
        scene.register(&business, BELO_HORIZONTE, "--03-01", json!([])).await;
        for nth in 0..5 {
            let message = json!({"phone": BELO_HORIZONTE, "text": format!("m{nth}"), "message_id": format!("m{nth}")});
            scene.call("POST", "/api/messages", &business.key, Some(message)).await;
        }
        minutes_pass(5).await;
        assert_eq!(scene.got(&business, BELO_HORIZONTE).len(), 5);
        assert_eq!(lookups(scene), [BELO_HORIZONTE]);
    });
}

#[test]
fn an_owners_report_goes_to_the_chat_too() {
    play("2026-11-25T10:00:00Z", async |scene| {
        let business = scene.open(1, "America/Sao_Paulo").await;
        let owners = json!({"owners": [{"name": "Rui", "phone": BELO_HORIZONTE}]});
        let path = format!("/api/businesses/{}", business.id);
        scene.call("PATCH", &path, scene.stage.client.operator(), Some(owners)).await;
        for (phone, birthday) in [(ANA, "--11-25"), ("5511987654322", "--11-26")] {
            scene.register(&business, phone, birthday, json!([])).await;
        }
        scene.until("2026-11-26T15:00:00Z").await;
        let sent = scene.stage.run.cloud().world.sent();
        let reports: Vec<_> = sent.iter().filter(|it| it.to == BELO_HORIZONTE).map(|it| it.fails).collect();
        assert_eq!(reports, [None, None]);
        assert!((1..=2).contains(&lookups(scene).len()));
    });
}

#[test]
fn who_has_written_is_not_asked_for() {
    play("2026-11-25T12:00:00Z", async |scene| {
        let business = scene.open(1, "America/Sao_Paulo").await;
        let (sender, phone, text) = (business.address.clone(), BELO_HORIZONTE.to_owned(), "oi".to_owned());
        scene.stage.run.cloud().world.inbound(&Inbound { sender, phone, text, ..Inbound::default() }).unwrap();
        minutes_pass(1).await;
        send(scene, &business, BELO_HORIZONTE, "m").await;
        assert_eq!((status(scene, &business, "m").await.as_str(), lookups(scene)), ("read", vec![]));
    });
}

#[test]
fn nobody_of_a_number_is_a_reason_of_its_own_and_a_check_that_fails_is_tried_again() {
    play("2026-11-25T12:00:00Z", async |scene| {
        let business = scene.open(1, "America/Sao_Paulo").await;
        for phone in [BELO_HORIZONTE, "5592981720105"] {
            scene.register(&business, phone, "--03-01", json!([])).await;
        }
        let world = &scene.stage.run.cloud().world;
        let nobody = FaultRule { to: Some(BELO_HORIZONTE.to_owned()), ..FaultRule::always(FaultKind::NotOnWhatsapp) };
        world.set_fault(nobody);
        for id in ["first", "second"] {
            send(scene, &business, BELO_HORIZONTE, id).await;
            let told = scene.call("GET", &format!("/api/messages/direct/{id}"), &business.key, None).await;
            assert_eq!(told["status"], "failed");
            let error = told["error_message"].as_str().unwrap();
            assert!(error.starts_with("not_on_whatsapp: "), "{error}");
        }
        assert_eq!(lookups(scene).len(), 1);

        let id = world.set_fault(FaultRule::always(FaultKind::Disconnected));
        send(scene, &business, "5592981720105", "third").await;
        let told = scene.call("GET", "/api/messages/direct/third", &business.key, None).await;
        assert_eq!(told["status"], "pending", "{told}");
        world.clear_fault(Some(id));
        minutes_pass(30).await;
        assert_eq!(status(scene, &business, "third").await, "read");
        assert_ne!(told["error_message"], Value::Null);
    });
}
