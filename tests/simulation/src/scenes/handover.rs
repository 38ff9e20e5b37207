//! A person of the business answers a customer: by the API, on the phone, or because the assistant called one. The assistant
//! is silent until it has the chat again.

use super::assistant::{OWNER, open, seconds, texts};
use super::people::{minutes_pass, write};
use super::{ANA, BIA, Scene, SceneBusiness, play};
use serde_json::{Value, json};
use world::ByHand;

const BEGIN: &str = "2026-11-25T12:00:00Z";
const PRICE: &str = "quanto custa o banho?";

fn by_hand(scene: &Scene, business: &SceneBusiness, phone: &str, text: &str) {
    let (sender, phone, text) = (business.address.clone(), phone.to_owned(), text.to_owned());
    scene.stage.run.cloud().world.by_hand(&ByHand { sender, phone, text }).unwrap();
}

async fn turn(scene: &Scene, business: &SceneBusiness, phone: &str, does: &str) -> Value {
    scene.call("POST", &format!("/api/conversations/{phone}/{does}"), &business.key, None).await
}

async fn conversation(scene: &Scene, business: &SceneBusiness, phone: &str) -> Value {
    scene.call("GET", &format!("/api/conversations/{phone}"), &business.key, None).await
}

/// The names of those who are listed, in order.
async fn listed(scene: &Scene, business: &SceneBusiness, state: &str) -> Vec<String> {
    let page = scene.call("GET", &format!("/api/conversations?state={state}"), &business.key, None).await;
    let all = page["conversations"].as_array().unwrap().iter();
    all.map(|it| it["phone"].as_str().unwrap_or_default().to_owned()).collect()
}

fn answers(scene: &Scene, business: &SceneBusiness) -> Vec<String> {
    texts(scene, business, ANA).into_iter().filter(|text| text.contains("70")).collect()
}

#[test]
fn a_person_takes_a_chat_over_by_the_api_and_gives_it_back() {
    play(BEGIN, async |scene| {
        let business = open(scene).await;
        write(scene, &business, ANA, "oi");
        seconds(15).await;
        let taken = turn(scene, &business, ANA, "takeover").await;
        assert_eq!((&taken["state"], &taken["handover"]["stage"]), (&json!("human"), &json!("taken")));
        assert_eq!(listed(scene, &business, "human").await, [ANA]);
        let said = texts(scene, &business, ANA).len();
        write(scene, &business, ANA, PRICE);
        minutes_pass(5).await;
        assert_eq!(texts(scene, &business, ANA).len(), said, "the assistant is silent");
        assert!(conversation(scene, &business, ANA).await["conversation"]["waiting_since"].is_string());
        // What waits is answered once, however often the chat is given back.
        for _ in 0..2 {
            let back = turn(scene, &business, ANA, "release").await;
            assert_eq!((&back["state"], &back["handover"]), (&json!("open"), &Value::Null));
        }
        seconds(30).await;
        assert_eq!(answers(scene, &business).len(), 1);
        assert_eq!(listed(scene, &business, "human").await, [""; 0]);
        minutes_pass(12).await;
        assert_eq!(conversation(scene, &business, ANA).await["conversation"]["state"], "quiet");
        assert_eq!(
            (listed(scene, &business, "open").await, listed(scene, &business, "all").await),
            (vec![], vec![ANA.to_owned()])
        );
    });
}

/// A person who answers by the API: what the customer asked is answered, so the assistant adds nothing.
#[test]
fn what_a_person_has_answered_is_not_answered_again() {
    play(BEGIN, async |scene| {
        let business = open(scene).await;
        turn(scene, &business, ANA, "takeover").await;
        write(scene, &business, ANA, PRICE);
        minutes_pass(1).await;
        let reply = json!({"phone": ANA, "text": "Para a Luna, faço por cinquenta.", "takeover": true});
        scene.call("POST", "/api/messages", &business.key, Some(reply)).await;
        minutes_pass(1).await;
        turn(scene, &business, ANA, "release").await;
        minutes_pass(2).await;
        assert_eq!(answers(scene, &business), [""; 0]);
        let waits = conversation(scene, &business, ANA).await["conversation"]["waiting_since"].clone();
        assert_eq!(waits, Value::Null);
        write(scene, &business, ANA, PRICE);
        seconds(20).await;
        assert_eq!(answers(scene, &business).len(), 1);
    });
}

/// At each gateway: a word on the phone takes the chat, a word gives it back, and the echo of what the assistant says does
/// neither.
#[test]
fn a_person_takes_a_chat_over_on_the_phone_and_gives_it_back_by_a_word() {
    for sender in [
        json!({"gateway": "whapi", "address": "C-1", "credentials": {"token": "t1", "webhook_secret": "s"}}),
        json!({"gateway": "cloud_api", "address": "15550000001",
               "credentials": {"access_token": "t", "app_secret": "s", "verify_token": "v"}}),
    ] {
        play(BEGIN, async |scene| {
            let business = super::assistant::open_at(scene, sender.clone()).await;
            write(scene, &business, ANA, PRICE);
            minutes_pass(2).await;
            assert_eq!(answers(scene, &business).len(), 1);
            assert_eq!(listed(scene, &business, "human").await, [""; 0], "its own echo takes nothing over");

            write(scene, &business, ANA, "aceita cartão?");
            seconds(3).await;
            by_hand(scene, &business, ANA, "Aceitamos sim!");
            minutes_pass(2).await;
            let said = texts(scene, &business, ANA).len();
            write(scene, &business, ANA, PRICE);
            minutes_pass(5).await;
            assert_eq!(texts(scene, &business, ANA).len(), said, "{sender}");
            let told = conversation(scene, &business, ANA).await;
            let authors: Vec<_> = told["messages"].as_array().unwrap().iter().map(|it| it["author"].clone()).collect();
            assert_eq!(authors[..4], ["customer", "person", "customer", "recado"].map(|it| json!(it)), "{told}");
            assert_eq!(told["messages"][3]["message_type"], "assistant_answer");

            by_hand(scene, &business, ANA, "/bot");
            seconds(30).await;
            assert_eq!(answers(scene, &business).len(), 2, "{sender}");
            // What persons write is no customer's.
            let path = format!("/api/messages?direction=in&customer={ANA}");
            let wrote = scene.call("GET", &path, &business.key, None).await;
            let wrote = wrote["inbound"].as_array().unwrap().iter().map(|it| it["text"].clone());
            assert!(
                wrote.clone().all(|text| text != "/bot" && text != "Aceitamos sim!"),
                "{:?}",
                wrote.collect::<Vec<_>>()
            );
        });
    }
}

#[test]
fn an_hour_after_the_persons_last_word_the_assistant_is_back() {
    play(BEGIN, async |scene| {
        let business = open(scene).await;
        by_hand(scene, &business, ANA, "Oi Ana, aqui é a Bia");
        minutes_pass(30).await;
        by_hand(scene, &business, ANA, "Mais alguma coisa?");
        minutes_pass(55).await;
        write(scene, &business, ANA, PRICE);
        minutes_pass(4).await;
        assert_eq!(
            (answers(scene, &business).len(), listed(scene, &business, "human").await),
            (0, vec![ANA.to_owned()])
        );
        minutes_pass(2).await;
        assert_eq!((answers(scene, &business).len(), listed(scene, &business, "human").await), (1, vec![]));
        // A chat in which nothing waits ends in silence.
        minutes_pass(20).await;
        by_hand(scene, &business, ANA, "Obrigada!");
        minutes_pass(62).await;
        assert_eq!(conversation(scene, &business, ANA).await["conversation"]["state"], "quiet");
        assert_eq!(answers(scene, &business).len(), 1);
    });
}

#[test]
fn a_business_decides_how_long_a_person_has_a_chat() {
    play(BEGIN, async |scene| {
        let business = open(scene).await;
        let path = format!("/api/businesses/{}", business.id);
        scene.call("PATCH", &path, &business.key, Some(json!({"settings": {"handover_minutes": 5}}))).await;
        turn(scene, &business, ANA, "takeover").await;
        write(scene, &business, ANA, PRICE);
        minutes_pass(4).await;
        assert_eq!(answers(scene, &business).len(), 0);
        minutes_pass(2).await;
        assert_eq!(answers(scene, &business).len(), 1);
    });
}

/// One line says that a person will answer, the owner is told once, and after its time the assistant answers what waits.
#[test]
fn a_customer_who_waits_for_a_person_is_told_so_once() {
    play(BEGIN, async |scene| {
        let business = open(scene).await;
        write(scene, &business, ANA, "quero falar com uma pessoa");
        minutes_pass(1).await;
        assert_eq!(listed(scene, &business, "human").await, [ANA]);
        let stage = conversation(scene, &business, ANA).await["conversation"]["handover"]["stage"].clone();
        assert_eq!(stage, "called");
        for _ in 0..3 {
            write(scene, &business, ANA, PRICE);
            minutes_pass(5).await;
        }
        let counts = [ANA, OWNER].map(|phone| texts(scene, &business, phone).len());
        assert_eq!(counts, [1, 1]);
        minutes_pass(50).await;
        assert_eq!(answers(scene, &business).len(), 1);
    });
}

/// The assistant's answer is written but not sent when a person takes the chat: it stays unsaid.
#[test]
fn an_answer_that_is_on_its_way_stays_unsaid_once_a_person_has_the_chat() {
    play(BEGIN, async |scene| {
        let business = open(scene).await;
        let sender = json!({"senders": [{"sender_id": business.sender, "messages_per_minute": 1}]});
        let operator = scene.stage.client.operator();
        scene.call("PATCH", &format!("/api/businesses/{}", business.id), operator, Some(sender)).await;
        let note = json!({"phone": BIA, "text": "Seu pedido está pronto"});
        scene.register(&business, BIA, "--03-01", json!([])).await;
        scene.call("POST", "/api/messages", &business.key, Some(note)).await;
        seconds(3).await;
        write(scene, &business, ANA, PRICE);
        seconds(10).await;
        turn(scene, &business, ANA, "takeover").await;
        minutes_pass(5).await;
        assert_eq!(texts(scene, &business, ANA), [""; 0]);
        let told = conversation(scene, &business, ANA).await;
        assert_eq!(told["messages"][0]["status"], "skipped", "{told}");
        assert!(told["messages"][0]["error_message"].as_str().unwrap().starts_with("person_answers"));
    });
}

/// The process dies after each of its steps in turn: the time of the handover ends it all the same, and what waits is answered
/// once.
#[test]
fn a_crash_at_any_moment_costs_neither_the_return_nor_the_answer() {
    for polls in 0..16 {
        play(BEGIN, async |scene| {
            let business = open(scene).await;
            turn(scene, &business, ANA, "takeover").await;
            write(scene, &business, ANA, PRICE);
            minutes_pass(55).await;
            scene.stage.run.faults.crash("ConverseFunction", [polls]);
            minutes_pass(40).await;
            assert_eq!(answers(scene, &business).len(), 1, "after {polls} polls");
            assert_eq!(listed(scene, &business, "human").await, [""; 0], "after {polls} polls");
        });
    }
}

#[test]
fn a_conversation_is_read_page_by_page_and_ends_with_its_customer() {
    play(BEGIN, async |scene| {
        let business = open(scene).await;
        for nth in 0..6 {
            write(scene, &business, ANA, &format!("{PRICE} {nth}"));
            seconds(20).await;
        }
        by_hand(scene, &business, ANA, "Aqui é a Bia");
        minutes_pass(1).await;
        let whole = conversation(scene, &business, ANA).await;
        let whole = whole["messages"].as_array().unwrap().clone();
        assert_eq!(whole.len(), 14, "{whole:?}");
        for limit in [1, 2, 3, 5] {
            let (mut read, mut cursor) = (Vec::new(), String::new());
            loop {
                let path = format!("/api/conversations/{ANA}?limit={limit}{cursor}");
                let page = scene.call("GET", &path, &business.key, None).await;
                let messages = page["messages"].as_array().unwrap();
                assert!(messages.len() <= limit);
                read.extend(messages.clone());
                match page["cursor"].as_str() {
                    Some(next) => cursor = format!("&cursor={next}"),
                    None => break,
                }
            }
            assert_eq!(read, whole, "{limit}");
        }
        scene.call("DELETE", &format!("/api/customers/{ANA}"), &business.key, None).await;
        minutes_pass(30).await;
        assert_eq!(listed(scene, &business, "all").await, [""; 0]);
    });
}
