//! Reminders of appointments: each goes once at its hour and never for an old time, and each answer does what it says.

use super::people::{customer, minutes_pass, write};
use super::{ANA, BIA, Scene, SceneBusiness, play};
use serde_json::{Value, json};
use world::{Bubble, FaultKind, FaultRule, Inbound};

const OWNER: &str = "5511990000001";
const NONE: [&str; 0] = [];

/// Makes an appointment at a time that need not be free.
async fn book(scene: &Scene, business: &SceneBusiness, phone: &str, id: &str, start: &str) -> Value {
    let body = json!({"appointment_id": id, "phone": phone, "service": "Baño", "start": start, "overbook": true});
    scene.call("POST", "/api/appointments", &business.key, Some(body)).await
}

async fn patch(scene: &Scene, business: &SceneBusiness, id: &str, change: Value) {
    scene.call("PATCH", &format!("/api/appointments/{id}"), &business.key, Some(change)).await;
}

/// Where an appointment stands.
async fn status(scene: &Scene, business: &SceneBusiness, id: &str) -> String {
    let found = scene.stage.store.appointment(business.id.parse().unwrap(), &id.parse().unwrap()).await.unwrap();
    found.unwrap().record.status.to_string()
}

/// The bubbles of the business on a phone.
fn bubbles(scene: &Scene, business: &SceneBusiness, phone: &str) -> Vec<Bubble> {
    let chat = scene.stage.run.cloud().world.chat(&business.address, phone, false);
    let all = chat.map(|chat| chat.bubbles).unwrap_or_default();
    all.into_iter().filter(|bubble| bubble.from == world::Author::Business).collect()
}

/// The newest message that has buttons.
fn asked(scene: &Scene, business: &SceneBusiness, phone: &str) -> Bubble {
    bubbles(scene, business, phone).into_iter().rfind(|bubble| !bubble.buttons.is_empty()).unwrap()
}

/// Taps the button at this place of a message.
fn tap(scene: &Scene, business: &SceneBusiness, phone: &str, message: &Bubble, place: usize) {
    let reply = Inbound {
        sender: business.address.clone(),
        phone: phone.to_owned(),
        kind: Some("reply".to_owned()),
        reply_to: Some(message.id.clone()),
        payload: Some(message.buttons[place].id.clone()),
        ..Inbound::default()
    };
    scene.stage.run.cloud().world.inbound(&reply).unwrap();
}

/// The phone's texts from the business after this, once everything has been done.
async fn after(scene: &Scene, business: &SceneBusiness, phone: &str, act: impl FnOnce()) -> Vec<String> {
    let before = scene.got(business, phone).len();
    act();
    minutes_pass(2).await;
    let texts: Vec<_> = scene.got(business, phone).split_off(before).into_iter().map(|(_, text)| text).collect();
    texts.iter().for_each(|text| eprintln!("< {text}"));
    texts
}

#[test]
fn a_reminder_goes_once_at_its_hour_whoever_asks_for_the_appointment_again() {
    play("2026-11-23T12:00:00Z", async |scene| {
        let business = scene.open(1, "America/Sao_Paulo").await;
        scene.register(&business, ANA, "--03-01", json!([])).await;
        book(scene, &business, ANA, "bath-1", "2026-11-26T12:00:00Z").await;
        book(scene, &business, ANA, "bath-1", "2026-11-26T12:00:00Z").await;
        patch(scene, &business, "bath-1", json!({"status": "confirmed"})).await;
        scene.until("2026-11-25T11:59:50Z").await;
        assert_eq!(scene.minutes(&business, ANA), NONE);
        scene.until("2026-11-27T12:00:00Z").await;
        assert_eq!(scene.minutes(&business, ANA), ["11-25T12:00"]);
        let titles: Vec<_> = asked(scene, &business, ANA).buttons.into_iter().map(|it| it.title).collect();
        assert_eq!(titles.len(), 3, "{titles:?}");
        let shown = scene.call("GET", &format!("/api/messages?customer={ANA}"), &business.key, None).await;
        let shown = shown["messages"][0]["content"]["buttons"].as_array().unwrap();
        assert_eq!(shown.iter().map(|it| it["title"].as_str().unwrap()).collect::<Vec<_>>(), titles);
    });
}

#[test]
fn an_appointment_that_moved_is_told_of_at_its_new_time_only_and_a_cancelled_one_never() {
    play("2026-11-23T12:00:00Z", async |scene| {
        let business = scene.open(1, "America/Sao_Paulo").await;
        scene.register(&business, ANA, "--03-01", json!([])).await;
        scene.register(&business, BIA, "--03-01", json!([])).await;
        book(scene, &business, ANA, "bath-1", "2026-11-26T12:00:00Z").await;
        book(scene, &business, BIA, "bath-2", "2026-11-26T13:00:00Z").await;
        minutes_pass(5).await;
        // Away, back and away again: the first time gets nothing.
        for start in ["2026-11-27T15:00:00Z", "2026-11-26T12:00:00Z", "2026-11-28T15:00:00Z"] {
            patch(scene, &business, "bath-1", json!({"start": start, "overbook": true})).await;
            minutes_pass(5).await;
        }
        patch(scene, &business, "bath-2", json!({"status": "cancelled"})).await;
        scene.until("2026-11-29T12:00:00Z").await;
        assert_eq!(scene.minutes(&business, ANA), ["11-27T15:00"]);
        assert_eq!(scene.minutes(&business, BIA), NONE);
        let reasons = scene.call("GET", "/api/messages?status=skipped", &business.key, None).await;
        let reasons: Vec<_> =
            reasons["messages"].as_array().unwrap().iter().map(|it| it["error_message"].clone()).collect();
        assert_eq!(reasons.len(), 3);
        assert!(reasons.iter().all(|it| it.as_str().unwrap().starts_with("appointment_changed")), "{reasons:?}");
    });
}

/// The text tells the service and the pet.
#[test]
fn an_appointment_with_another_service_or_pet_is_told_of_as_it_is_and_once() {
    play("2026-11-23T12:00:00Z", async |scene| {
        let business = scene.open(1, "America/Sao_Paulo").await;
        for phone in [ANA, BIA] {
            scene.register(&business, phone, "--03-01", json!([])).await;
        }
        book(scene, &business, ANA, "bath-1", "2026-11-26T12:00:00Z").await;
        book(scene, &business, BIA, "bath-2", "2026-11-26T13:00:00Z").await;
        minutes_pass(5).await;
        // There and back, and there again.
        for service in ["Corte", "Baño", "Corte"] {
            patch(scene, &business, "bath-1", json!({"service": service})).await;
            minutes_pass(5).await;
        }
        patch(scene, &business, "bath-2", json!({"pet": "Rex"})).await;
        scene.until("2026-11-25T14:00:00Z").await;
        let told = [scene.got(&business, ANA), scene.got(&business, BIA)].concat();
        let texts: Vec<_> = told.iter().map(|(_, text)| text.as_str()).collect();
        assert!(texts.len() == 2 && texts[0].contains("Corte") && texts[1].contains("Rex"), "{texts:?}");
        let skipped = scene.call("GET", "/api/messages?status=skipped", &business.key, None).await;
        let reasons = skipped["messages"].as_array().unwrap().iter().map(|it| it["error_message"].as_str().unwrap());
        assert_eq!(reasons.filter(|it| it.starts_with("appointment_changed")).count(), 2);
        // Who was reminded is not reminded again.
        patch(scene, &business, "bath-1", json!({"service": "Baño y corte"})).await;
        scene.until("2026-11-27T12:00:00Z").await;
        assert_eq!(scene.minutes(&business, ANA), ["11-25T12:00"]);
    });
}

#[test]
fn an_hour_that_is_past_is_left_out_and_the_night_is_kept() {
    play("2026-11-25T12:00:00Z", async |scene| {
        let business = scene.open(1, "America/Sao_Paulo").await;
        let settings =
            json!({"settings": {"reminder_hours": [48, 24, 2], "quiet_from": "20:00", "quiet_until": "08:00"}});
        scene.call("PATCH", &format!("/api/businesses/{}", business.id), &business.key, Some(settings)).await;
        scene.register(&business, ANA, "--03-01", json!([])).await;
        // 48 hours before is past. 24 hours before is 6:00 in São Paulo, and 2 hours before is 4:00.
        book(scene, &business, ANA, "bath-1", "2026-11-27T09:00:00Z").await;
        book(scene, &business, ANA, "bath-2", "2026-11-25T13:30:00Z").await;
        scene.until("2026-11-29T12:00:00Z").await;
        assert_eq!(scene.minutes(&business, ANA), ["11-26T11:00", "11-26T22:00"]);
    });
}

#[test]
fn a_business_that_switches_it_off_reminds_nobody_any_more() {
    play("2026-11-23T12:00:00Z", async |scene| {
        let business = scene.open(1, "America/Sao_Paulo").await;
        scene.register(&business, ANA, "--03-01", json!([])).await;
        book(scene, &business, ANA, "bath-1", "2026-11-26T12:00:00Z").await;
        minutes_pass(5).await;
        scene.automation(&business, "confirm-appointments", json!({"enabled": false})).await;
        book(scene, &business, ANA, "bath-2", "2026-11-26T15:00:00Z").await;
        scene.until("2026-11-27T12:00:00Z").await;
        assert_eq!(scene.minutes(&business, ANA), NONE);
    });
}

#[test]
fn each_tap_does_what_it_says_once() {
    play("2026-11-24T12:00:00Z", async |scene| {
        let business = scene.open(1, "America/Sao_Paulo").await;
        scene.register(&business, ANA, "--03-01", json!([])).await;
        book(scene, &business, ANA, "bath-1", "2026-11-26T12:00:00Z").await;
        scene.until("2026-11-25T12:05:00Z").await;
        let reminder = asked(scene, &business, ANA);

        let told = after(scene, &business, ANA, || tap(scene, &business, ANA, &reminder, 0)).await;
        assert_eq!((told.len(), status(scene, &business, "bath-1").await.as_str()), (1, "confirmed"));
        assert_eq!(after(scene, &business, ANA, || tap(scene, &business, ANA, &reminder, 0)).await, NONE);

        // It stays, and somebody is asked to see to it.
        let told = after(scene, &business, ANA, || tap(scene, &business, ANA, &reminder, 1)).await;
        assert_eq!((told.len(), status(scene, &business, "bath-1").await.as_str()), (1, "confirmed"));
        assert_eq!(scene.got(&business, OWNER).len(), 1);

        let told = after(scene, &business, ANA, || tap(scene, &business, ANA, &reminder, 2)).await;
        assert_eq!((told.len(), status(scene, &business, "bath-1").await.as_str()), (1, "cancelled"));
        assert_eq!(scene.got(&business, OWNER).len(), 2);
        assert_eq!(after(scene, &business, ANA, || tap(scene, &business, ANA, &reminder, 2)).await, NONE);

        // Its time may be another's by now.
        let told = after(scene, &business, ANA, || tap(scene, &business, ANA, &reminder, 0)).await;
        assert_eq!((told.len(), status(scene, &business, "bath-1").await.as_str()), (1, "cancelled"));
        assert!(customer(scene, &business, ANA).await["marketing_consent"] == true);
    });
}

#[test]
fn an_answer_in_words_is_one_while_the_reminder_is_the_last_question() {
    play("2026-11-24T12:00:00Z", async |scene| {
        let business = scene.open(1, "America/Sao_Paulo").await;
        for phone in [ANA, BIA] {
            scene.register(&business, phone, "--03-01", json!([])).await;
        }
        book(scene, &business, ANA, "bath-1", "2026-11-26T12:00:00Z").await;
        book(scene, &business, BIA, "bath-2", "2026-11-26T12:00:00Z").await;
        // Nothing was asked yet.
        assert_eq!(after(scene, &business, BIA, || write(scene, &business, BIA, "no puedo")).await, NONE);
        assert_eq!(status(scene, &business, "bath-2").await, "pending");
        // She is asked whether promotions are to end, and has not answered when the reminder comes.
        scene.until("2026-11-25T11:30:00Z").await;
        assert_eq!(after(scene, &business, ANA, || write(scene, &business, ANA, "quiero cancelar")).await.len(), 1);
        scene.until("2026-11-25T12:05:00Z").await;

        assert_eq!(after(scene, &business, ANA, || write(scene, &business, ANA, "¿cuánto cuesta?")).await, NONE);
        assert_eq!(after(scene, &business, ANA, || write(scene, &business, ANA, "Sí")).await.len(), 1);
        assert_eq!(status(scene, &business, "bath-1").await, "confirmed");
        assert!(customer(scene, &business, ANA).await["marketing_consent"] == true);

        // A bare word that would be about marketing is about the appointment here.
        assert_eq!(after(scene, &business, BIA, || write(scene, &business, BIA, "Cancelar")).await.len(), 1);
        assert_eq!(status(scene, &business, "bath-2").await, "cancelled");
        assert!(customer(scene, &business, BIA).await["marketing_consent"] == true);
        // One that names marketing is about marketing.
        assert_eq!(after(scene, &business, BIA, || write(scene, &business, BIA, "BAJA")).await.len(), 1);
        assert!(customer(scene, &business, BIA).await["marketing_consent"] == false);
    });
}

#[test]
fn a_number_is_a_choice_and_what_is_unclear_is_asked_once_more() {
    play("2026-11-24T12:00:00Z", async |scene| {
        let business = scene.open(1, "America/Sao_Paulo").await;
        scene.register(&business, ANA, "--03-01", json!([])).await;
        book(scene, &business, ANA, "bath-1", "2026-11-26T12:00:00Z").await;
        scene.until("2026-11-25T12:05:00Z").await;
        assert_eq!(after(scene, &business, ANA, || write(scene, &business, ANA, "tal vez")).await.len(), 1);
        assert_eq!(after(scene, &business, ANA, || write(scene, &business, ANA, "tal vez")).await, NONE);
        assert_eq!(status(scene, &business, "bath-1").await, "pending");
        assert_eq!(after(scene, &business, ANA, || write(scene, &business, ANA, "1")).await.len(), 1);
        assert_eq!(status(scene, &business, "bath-1").await, "confirmed");
        // The owners hear what she wants, and not its number.
        assert_eq!(after(scene, &business, ANA, || write(scene, &business, ANA, "2")).await.len(), 1);
        let told = scene.got(&business, OWNER);
        assert!(told.len() == 1 && !told[0].1.contains('💬'), "{told:?}");
        assert_eq!(after(scene, &business, ANA, || write(scene, &business, ANA, "la 3")).await.len(), 1);
        assert_eq!(status(scene, &business, "bath-1").await, "cancelled");
    });
}

#[test]
fn an_answer_to_an_old_time_hears_which_one_holds() {
    play("2026-11-24T12:00:00Z", async |scene| {
        let business = scene.open(1, "America/Sao_Paulo").await;
        scene.register(&business, ANA, "--03-01", json!([])).await;
        book(scene, &business, ANA, "bath-1", "2026-11-26T12:00:00Z").await;
        scene.until("2026-11-25T12:05:00Z").await;
        let reminder = asked(scene, &business, ANA);
        let before = scene.got(&business, ANA).len();
        patch(scene, &business, "bath-1", json!({"start": "2026-11-28T12:00:00Z", "overbook": true})).await;
        scene.until("2026-11-25T12:07:00Z").await;
        assert_eq!(scene.got(&business, ANA).len(), before + 1, "she hears of the move");
        for place in [2, 0] {
            let told = after(scene, &business, ANA, || tap(scene, &business, ANA, &reminder, place)).await;
            assert_eq!(told.len(), usize::from(place == 2), "{told:?}");
            assert_eq!(status(scene, &business, "bath-1").await, "pending");
        }
        // After its start nothing is done any more.
        scene.until("2026-11-28T12:05:00Z").await;
        let reminder = asked(scene, &business, ANA);
        assert_eq!(after(scene, &business, ANA, || tap(scene, &business, ANA, &reminder, 2)).await, NONE);
        assert_eq!(status(scene, &business, "bath-1").await, "pending");
    });
}

/// A question whose answer nobody reads is none: what follows a wish goes to the owners, each text once.
#[test]
fn the_time_that_a_customer_names_after_a_wish_to_move_reaches_the_owners() {
    play("2026-11-24T12:00:00Z", async |scene| {
        let business = scene.open(1, "America/Sao_Paulo").await;
        scene.stage.run.cloud().world.set_fault(FaultRule::always(FaultKind::WebhookTwice));
        for phone in [ANA, BIA] {
            scene.register(&business, phone, "--03-01", json!([])).await;
        }
        book(scene, &business, ANA, "bath-1", "2026-11-26T12:00:00Z").await;
        book(scene, &business, BIA, "bath-2", "2026-11-26T12:00:00Z").await;
        scene.until("2026-11-25T12:05:00Z").await;
        let reminder = asked(scene, &business, ANA);
        assert_eq!(after(scene, &business, ANA, || tap(scene, &business, ANA, &reminder, 1)).await.len(), 1);
        assert_eq!(scene.got(&business, OWNER).len(), 1);
        let told = async |phone: &str, text: &str| {
            let before = scene.got(&business, OWNER).len();
            assert_eq!(after(scene, &business, phone, || write(scene, &business, phone, text)).await, NONE, "{text}");
            let all = scene.got(&business, OWNER).into_iter().skip(before);
            let told: Vec<String> = all.map(|(_, notice)| notice).collect();
            assert!(told.iter().all(|notice| notice.contains(text)), "{text}: {told:?}");
            told.len()
        };
        assert_eq!(told(ANA, "Ok, muchas gracias 🙏").await, 0);
        assert_eq!(told(ANA, "Pode ser quinta às 10h?").await, 1);
        minutes_pass(90).await;
        assert_eq!(told(ANA, "Voy el viernes").await, 1);
        assert_eq!(told(ANA, "15:30").await, 1);
        assert_eq!(told(ANA, "O el sábado").await, 0, "three are enough");
        assert_eq!(status(scene, &business, "bath-1").await, "pending");

        // Once it has moved, her words are about something else.
        assert_eq!(after(scene, &business, BIA, || write(scene, &business, BIA, "Otro día")).await.len(), 1);
        patch(scene, &business, "bath-2", json!({"start": "2026-11-28T12:00:00Z", "overbook": true})).await;
        minutes_pass(2).await;
        assert_eq!(told(BIA, "¿Dónde queda?").await, 0);
    });
}

#[test]
fn a_reason_that_follows_a_cancellation_reaches_the_owners_once_and_thanks_do_not() {
    play("2026-11-24T12:00:00Z", async |scene| {
        let business = scene.open(1, "America/Sao_Paulo").await;
        for phone in [ANA, BIA] {
            scene.register(&business, phone, "--03-01", json!([])).await;
        }
        book(scene, &business, ANA, "bath-1", "2026-11-26T12:00:00Z").await;
        book(scene, &business, BIA, "bath-2", "2026-11-26T12:00:00Z").await;
        scene.until("2026-11-25T12:05:00Z").await;
        for phone in [ANA, BIA] {
            let reminder = asked(scene, &business, phone);
            assert_eq!(after(scene, &business, phone, || tap(scene, &business, phone, &reminder, 2)).await.len(), 1);
        }
        for (phone, text, notices) in
            [(ANA, "Ok, gracias", 2), (ANA, "Estoy enferma, perdón", 3), (ANA, "Qué pena con ustedes", 3)]
        {
            assert_eq!(after(scene, &business, phone, || write(scene, &business, phone, text)).await, NONE, "{text}");
            assert_eq!(scene.got(&business, OWNER).len(), notices, "{text}");
        }
        assert!(scene.got(&business, OWNER)[2].1.contains("“Estoy enferma, perdón”"));
        minutes_pass(10).await;
        assert_eq!(after(scene, &business, BIA, || write(scene, &business, BIA, "Estoy enferma")).await, NONE);
        assert_eq!(scene.got(&business, OWNER).len(), 3);
    });
}

/// Outside of the 24 hours an approved template goes, whose quick replies carry our ids.
#[test]
fn a_template_reminds_who_has_not_written_lately() {
    play("2026-11-24T12:00:00Z", async |scene| {
        let sender = json!({
            "gateway": "cloud_api", "address": "15550000000",
            "credentials": {"access_token": "t", "app_secret": "s", "verify_token": "v"},
            "templates": {"appointment_reminder": {"name": "reminder", "language": "es", "variables": ["when"],
                          "body": "¿Nos vemos {{1}}?", "buttons": ["Allí estaré", "Otro día", "No llego"]}},
        });
        let business = scene.open_with(1, "America/Sao_Paulo", sender).await;
        scene.register(&business, ANA, "--03-01", json!([])).await;
        book(scene, &business, ANA, "bath-1", "2026-11-26T12:00:00Z").await;
        scene.until("2026-11-25T12:05:00Z").await;
        let reminder = asked(scene, &business, ANA);
        assert_eq!((reminder.kind.as_str(), reminder.buttons[2].title.as_str()), ("template", "No llego"));
        let shown = scene.call("GET", &format!("/api/messages?customer={ANA}"), &business.key, None).await;
        assert_eq!(shown["messages"][0]["content"]["buttons"][2]["title"], "No llego");
        let told = after(scene, &business, ANA, || tap(scene, &business, ANA, &reminder, 2)).await;
        assert_eq!((told.len(), status(scene, &business, "bath-1").await.as_str()), (1, "cancelled"));
    });
}
