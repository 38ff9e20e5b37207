//! Customers who speak: where the business wants it, their words are read as if they had been written.

use super::people::minutes_pass;
use super::{ANA, Scene, SceneBusiness, play};
use aws::queues::QueueFault;
use serde_json::{Value, json};
use world::{FaultKind, FaultRule, Inbound, ModelEndpoint, ModelFault, ModelRule};

const BEGIN: &str = "2026-11-25T12:00:00Z";
const WORDS: &str = "quanto custa o banho?";
/// The beginning of the text that asks for words.
const ASKED: &str = "Ana, não conseguimos ouvir seu áudio";

fn senders() -> [Value; 4] {
    let sender = |gateway: &str, address: &str, credentials: Value| json!({"gateway": gateway, "address": address, "credentials": credentials});
    [
        sender("cloud_api", "15550000000", json!({"access_token": "t", "app_secret": "s", "verify_token": "v"})),
        sender("whapi", "CHANNEL-1", json!({"token": "t1", "webhook_secret": "s"})),
        sender("evolution", "shop-1", json!({"api_key": "k", "webhook_secret": "s"})),
        sender("waha", "shop-1", json!({"api_key": "world-waha-key", "webhook_secret": "s"})),
    ]
}

/// A business with the assistant, and Ana as a customer of whom nothing is missing.
async fn open(scene: &Scene, sender: Value, wants_voice: bool) -> SceneBusiness {
    let business = scene.open_with_locale(1, "pt-BR", "America/Sao_Paulo", sender).await;
    scene.register(&business, ANA, "--03-01", json!([])).await;
    let settings = json!({"instructions": "Pet shop: cães e gatos.", "voice_notes": wants_voice,
                          "services": [{"name": "Banho", "minutes": 60, "price": 70}]});
    let path = format!("/api/businesses/{}", business.id);
    scene.call("PATCH", &path, &business.key, Some(json!({"settings": settings}))).await;
    business
}

fn speak(scene: &Scene, business: &SceneBusiness, words: &str) {
    let (sender, phone, text) = (business.address.clone(), ANA.to_owned(), words.to_owned());
    let spoken = Inbound { sender, phone, text, kind: Some("audio".to_owned()), ..Inbound::default() };
    scene.stage.run.cloud().world.inbound(&spoken).unwrap();
}

fn texts(scene: &Scene, business: &SceneBusiness) -> Vec<String> {
    scene.got(business, ANA).into_iter().map(|(_, text)| text).collect()
}

/// What is kept of Ana's words.
async fn kept(scene: &Scene, business: &SceneBusiness) -> Vec<String> {
    let path = format!("/api/messages?direction=in&customer={ANA}");
    let told = scene.call("GET", &path, &business.key, None).await;
    let texts = told["inbound"].as_array().unwrap_or_else(|| panic!("{told}")).iter();
    texts.map(|one| one["text"].as_str().unwrap().to_owned()).collect()
}

#[test]
fn words_of_a_recording_are_kept_and_answered_once_at_each_gateway() {
    for sender in senders() {
        play(BEGIN, async |scene| {
            let gateway = sender["gateway"].to_string();
            let business = open(scene, sender.clone(), true).await;
            let cloud = scene.stage.run.cloud();
            for name in ["InboundMessages", "TranscribeVoice"] {
                let queue = cloud.read.iter().find(|queue| queue.contains(name)).unwrap();
                cloud.queues.inject(queue, QueueFault::DeliverTwice, 2);
            }
            speak(scene, &business, WORDS);
            minutes_pass(2).await;
            let said = texts(scene, &business);
            assert_eq!(said.len(), 1, "{gateway}: {said:?}");
            assert!(said[0].contains("70"), "{gateway}: {said:?}");
            assert_eq!(kept(scene, &business).await, [WORDS], "{gateway}");
        });
    }
}

#[test]
fn a_wish_that_is_spoken_is_a_wish() {
    play(BEGIN, async |scene| {
        let business = open(scene, senders()[0].clone(), true).await;
        // A webhook tells whole seconds, and the consent of the registration is younger than the second that it began in.
        minutes_pass(1).await;
        speak(scene, &business, "SAIR");
        minutes_pass(2).await;
        let ana = scene.call("GET", &format!("/api/customers/{ANA}"), &business.key, None).await;
        assert_eq!((texts(scene, &business).len(), &ana["marketing_consent"]), (1, &json!(false)), "{ana}");
    });
}

#[test]
fn who_speaks_where_nobody_hears_is_asked_to_write_once_in_a_conversation() {
    play(BEGIN, async |scene| {
        let business = open(scene, senders()[1].clone(), false).await;
        for _ in 0..2 {
            speak(scene, &business, WORDS);
            minutes_pass(2).await;
        }
        let said = texts(scene, &business);
        assert!(said.len() == 1 && said[0].starts_with(ASKED), "{said:?}");
        assert_eq!(kept(scene, &business).await, ["[audio]"; 2]);
        minutes_pass(12).await;
        speak(scene, &business, WORDS);
        minutes_pass(2).await;
        assert_eq!(texts(scene, &business).len(), 2);
        assert_eq!(scene.stage.run.cloud().world.model_counts().transcriptions, 0);
    });
}

/// A model that is down for a moment costs nothing but time. One that stays down costs the words, and the customer is
/// asked for them.
#[test]
fn a_recording_is_tried_four_times_and_then_asked_for_in_words() {
    for (failures, answer, heard) in [(3, "70", 1), (4, ASKED, 0)] {
        play(BEGIN, async |scene| {
            let business = open(scene, senders()[0].clone(), true).await;
            let world = &scene.stage.run.cloud().world;
            let down = ModelFault::Status { status: 503, code: None, retry_after: None };
            let endpoint = Some(ModelEndpoint::Transcriptions);
            world.set_model_fault(ModelRule { endpoint, ..ModelRule::times(down, failures) });
            speak(scene, &business, WORDS);
            minutes_pass(5).await;
            let said = texts(scene, &business);
            assert!(said.len() == 1 && said[0].contains(answer), "{failures} failures: {said:?}");
            assert_eq!(world.model_counts().transcriptions, heard);
        });
    }
}

#[test]
fn a_gateway_that_has_lost_the_recording_leaves_nobody_without_an_answer() {
    for (nth, kind) in
        [(0, FaultKind::Status { status: 410, retry_after: None, accepted: false }), (1, FaultKind::Disconnected)]
    {
        play(BEGIN, async |scene| {
            let business = open(scene, senders()[nth].clone(), true).await;
            let world = &scene.stage.run.cloud().world;
            let call = Some(world::Call::Look).filter(|_| nth == 0);
            let rule = world.set_fault(FaultRule { call, ..FaultRule::always(kind.clone()) });
            speak(scene, &business, WORDS);
            minutes_pass(4).await;
            world.clear_fault(Some(rule));
            minutes_pass(10).await;
            let said = texts(scene, &business);
            assert!(said.len() == 1 && said[0].starts_with(ASKED), "{said:?}");
        });
    }
}

/// The process dies after each of its steps in turn.
#[test]
fn a_crash_costs_neither_the_words_nor_the_answer() {
    for function in ["TranscribeVoiceFunction", "ReceiveMessagesFunction"] {
        for polls in 0..12 {
            play(BEGIN, async |scene| {
                let business = open(scene, senders()[1].clone(), true).await;
                scene.stage.run.faults.crash(function, [polls]);
                speak(scene, &business, WORDS);
                minutes_pass(20).await;
                let said = texts(scene, &business);
                assert_eq!(said.len(), 1, "{function} after {polls} polls: {said:?}");
                assert_eq!(kept(scene, &business).await, [WORDS], "{function} after {polls} polls");
            });
        }
    }
}
