//! Customers who end marketing while they say something else, or who say it so that nobody can be sure.

use super::conversation::after;
use super::people::{customer, minutes_pass, open};
use super::webhooks::{messages, meta, post, turns};
use super::{ANA, BIA, assistant, play};
use serde_json::json;

/// A person who was asked and says it again is not asked a second time, and is not ignored.
#[test]
fn a_second_doubtful_wish_answers_the_question() {
    play("2026-11-25T12:00:00Z", async |scene| {
        let business = scene.open_in(1, "pt-BR", "America/Sao_Paulo").await;
        for phone in [ANA, BIA] {
            scene.register(&business, phone, "--03-01", json!([])).await;
            let asked = after(scene, &business, phone, "quero cancelar").await;
            assert!(asked.len() == 1 && asked[0].contains('?') && asked[0].contains("SAIR"), "{asked:?}");
        }
        let told = after(scene, &business, ANA, "cancela por favor").await;
        assert!(told.len() == 1 && told[0].contains("VOLTAR"), "{told:?}");
        assert_eq!(customer(scene, &business, ANA).await["marketing_consent"], false);
        // Days later the same words are about something else.
        scene.until("2026-11-28T12:00:00Z").await;
        assert_eq!(after(scene, &business, BIA, "quero cancelar").await.len(), 0);
        assert_ne!(customer(scene, &business, BIA).await["marketing_consent"], false);
    });
}

#[test]
fn what_is_told_beside_a_stop_is_kept_and_nothing_is_asked() {
    play("2026-11-25T12:00:00Z", async |scene| {
        let business = scene.open_in(1, "pt-BR", "America/Sao_Paulo").await;
        scene.call("POST", "/api/customers", &business.key, Some(json!({"phone": ANA, "name": "Ana"}))).await;
        minutes_pass(2).await;
        assert_eq!(scene.got(&business, ANA).len(), 1);
        let told = after(scene, &business, ANA, "ana@example.com, 12/03/1990, não quero receber promoções").await;
        assert!(told.len() == 1 && told[0].contains("VOLTAR"), "{told:?}");
        let ana = customer(scene, &business, ANA).await;
        assert_eq!((&ana["email"], &ana["birthday"]), (&json!("ana@example.com"), &json!("1990-03-12")));
        assert_eq!(ana["marketing_consent"], false);
    });
}

/// A customer may answer at night, and is thanked. The next question is not asked then.
#[test]
fn thanks_in_the_night_ask_nothing() {
    play("2026-11-25T21:00:00Z", async |scene| {
        let business = scene.open_in(1, "pt-BR", "America/Sao_Paulo").await;
        let night = json!({"settings": {"quiet_from": "20:00", "quiet_until": "08:00"}});
        scene.call("PATCH", &format!("/api/businesses/{}", business.id), &business.key, Some(night)).await;
        scene.call("POST", "/api/customers", &business.key, Some(json!({"phone": ANA, "name": "Ana"}))).await;
        minutes_pass(2).await;
        scene.until("2026-11-26T02:00:00Z").await;
        let thanks = after(scene, &business, ANA, "ana@example.com").await;
        assert!(thanks.len() == 1 && !thanks[0].contains('?'), "{thanks:?}");
        assert_eq!(customer(scene, &business, ANA).await["email"], "ana@example.com");
    });
}

/// A person who reacts to a message or edits one has not begun a conversation.
#[test]
fn a_reaction_and_an_edit_bring_no_question() {
    play("2026-11-25T12:00:00Z", async |scene| {
        let business = open(scene).await;
        let contacts = || json!([{"wa_id": ANA, "profile": {"name": "Ana"}}]);
        let text = json!([{"from": ANA, "id": "wamid.1", "type": "text", "text": {"body": "oi"}}]);
        messages(scene, &business, text, contacts()).await;
        scene.until("2026-11-28T12:00:00Z").await;
        let reaction = json!({"message_id": "wamid.1", "emoji": "👍"});
        let reaction = json!([{"from": ANA, "id": "wamid.2", "type": "reaction", "reaction": reaction}]);
        messages(scene, &business, reaction, contacts()).await;
        let edit = json!({"original_message_id": "wamid.1", "message": {"type": "text", "text": {"body": "oi!"}}});
        messages(scene, &business, json!([{"from": ANA, "id": "wamid.3", "type": "edit", "edit": edit}]), contacts())
            .await;
        minutes_pass(30).await;
        assert_eq!(scene.got(&business, ANA), []);
        // A text does, so the question was possible.
        let text = json!([{"from": ANA, "id": "wamid.4", "type": "text", "text": {"body": "tem vaga?"}}]);
        messages(scene, &business, text, contacts()).await;
        minutes_pass(30).await;
        assert_eq!(scene.got(&business, ANA).len(), 1);
    });
}

/// A gateway tells whole seconds, and the API's decision of the same second has milliseconds.
#[test]
fn a_stop_in_the_second_of_an_opt_in_stands() {
    play("2026-11-25T12:00:00Z", async |scene| {
        let business = open(scene).await;
        scene.register(&business, ANA, "--03-01", json!([])).await;
        scene.change(&business, ANA, json!({"marketing_consent": true})).await;
        messages(
            scene,
            &business,
            json!([{"from": ANA, "id": "s1", "type": "text", "text": {"body": "SAIR"}}]),
            json!([]),
        )
        .await;
        assert_eq!(customer(scene, &business, ANA).await["marketing_consent"], false);
    });
}

/// A message of a time to come counts from its arrival, so a later word outweighs it.
#[test]
fn a_stop_of_a_clock_that_is_ahead_does_not_outweigh_later_words() {
    play("2026-11-25T12:00:00Z", async |scene| {
        let business = open(scene).await;
        scene.register(&business, ANA, "--03-01", json!([])).await;
        minutes_pass(1).await;
        let ahead = (scene.stage.run.now() + chrono::TimeDelta::hours(1)).timestamp().to_string();
        let stop = json!([{"from": ANA, "id": "s1", "timestamp": ahead, "type": "text", "text": {"body": "SAIR"}}]);
        for _ in 0..2 {
            post(scene, &business, &meta(&business, "messages", json!({"messages": stop}))).await;
            minutes_pass(1).await;
        }
        assert_eq!(customer(scene, &business, ANA).await["marketing_consent"], false);
        assert_eq!(turns(scene, &business, ANA).await, ["SAIR"]);
        messages(
            scene,
            &business,
            json!([{"from": ANA, "id": "s2", "type": "text", "text": {"body": "VOLTAR"}}]),
            json!([]),
        )
        .await;
        assert_eq!(customer(scene, &business, ANA).await["marketing_consent"], true);
    });
}

/// The assistant answers a request beside a stop, and nothing to a stop alone.
#[test]
fn a_request_beside_a_stop_is_answered() {
    play("2026-11-25T12:00:00Z", async |scene| {
        let business = assistant::open(scene).await;
        let told = after(scene, &business, ANA, "Quanto custa o banho? E parem de mandar promoção").await;
        assert!(told.len() == 2 && told[0].contains("VOLTAR"), "{told:?}");
        assert_eq!(customer(scene, &business, ANA).await["marketing_consent"], false);
        scene.register(&business, BIA, "--03-01", json!([])).await;
        let told = after(scene, &business, BIA, "parem de mandar promoção").await;
        assert!(told.len() == 1 && told[0].contains("VOLTAR"), "{told:?}");
        // A customer who gets no promotions has something else in mind.
        assert_eq!(after(scene, &business, BIA, "quero cancelar").await.len(), 1);
    });
}

/// Days after the question a doubtful wish is for the assistant.
#[test]
fn a_doubtful_wish_long_after_the_question_is_answered() {
    play("2026-11-25T12:00:00Z", async |scene| {
        let business = assistant::open(scene).await;
        let asked = after(scene, &business, ANA, "quero cancelar").await;
        assert!(asked.len() == 1 && asked[0].contains("SAIR"), "{asked:?}");
        scene.until("2026-11-28T12:00:00Z").await;
        let answer = after(scene, &business, ANA, "quero cancelar").await;
        assert!(answer.len() == 1 && !answer[0].contains("SAIR"), "{answer:?}");
        assert_ne!(customer(scene, &business, ANA).await["marketing_consent"], false);
    });
}

/// Words that end promotions cancel no appointment, though `cancelar` alone would; an answer beside them counts.
#[test]
fn a_stop_after_a_reminder_is_about_the_promotions() {
    play("2026-11-23T12:00:00Z", async |scene| {
        let business = scene.open_in(1, "pt-BR", "America/Sao_Paulo").await;
        let texts = [
            (ANA, "cancelar assinatura", "pending"),
            (BIA, "Não, obrigado. Quero sair da lista.", "pending"),
            ("5511987650109", "Confirmo. E parem de mandar promoções", "confirmed"),
        ];
        for (phone, _, _) in texts {
            scene.register(&business, phone, "--03-01", json!([])).await;
            let start = json!({"appointment_id": phone, "phone": phone, "service": "Banho",
                               "start": "2026-11-26T12:00:00Z", "overbook": true});
            scene.call("POST", "/api/appointments", &business.key, Some(start)).await;
        }
        scene.until("2026-11-25T13:00:00Z").await;
        for (phone, text, status) in texts {
            assert_eq!(scene.got(&business, phone).len(), 1, "the reminder");
            let told = after(scene, &business, phone, text).await;
            assert!(told.iter().any(|told| told.contains("VOLTAR")), "{told:?}");
            assert_eq!(customer(scene, &business, phone).await["marketing_consent"], false);
            let path = format!("/api/appointments?customer={phone}");
            let found = scene.call("GET", &path, &business.key, None).await;
            assert_eq!(found["appointments"][0]["status"], status, "{text}");
        }
    });
}
