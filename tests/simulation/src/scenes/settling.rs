//! The end of a conversation: when it is, and who is told of it.

use super::assistant::{open, record, seconds, texts};
use super::people::{minutes_pass, write};
use super::{ANA, BIA, Scene, SceneBusiness, play};
use serde_json::{Value, json};

const BEGIN: &str = "2026-11-25T12:00:00Z";
const PRICE: &str = "quanto custa o banho?";

/// The conversations of a customer of which the bus was told.
fn settled(scene: &Scene, customer: &str) -> Vec<Value> {
    let history = scene.stage.run.history();
    let of_customer =
        |(kind, detail): &&(String, Value)| kind == "ConversationSettled" && detail["customer_id"] == customer;
    history.events.iter().filter(of_customer).map(|(_, detail)| detail.clone()).collect()
}

async fn send(scene: &Scene, business: &SceneBusiness, phone: &str, kind: &str, more: Value) {
    let mut message = json!({"phone": phone, "kind": kind, "text": "Seu pedido está pronto"});
    for (name, value) in more.as_object().into_iter().flatten() {
        message[name] = value.clone();
    }
    scene.call("POST", "/api/messages", &business.key, Some(message)).await;
}

async fn state(scene: &Scene, business: &SceneBusiness, phone: &str) -> String {
    let told = scene.call("GET", &format!("/api/conversations/{phone}"), &business.key, None).await;
    told["conversation"]["state"].as_str().unwrap().to_owned()
}

#[test]
fn each_conversation_that_ends_is_told_once_on_the_bus_without_its_words() {
    play(BEGIN, async |scene| {
        let business = open(scene).await;
        let (_, ana) = record(scene, &business, ANA).await;
        let id = ana.customer_id.to_string();
        assert_eq!(settled(scene, &id).len(), 1, "the greeting of before");
        for _ in 0..2 {
            for _ in 0..3 {
                write(scene, &business, ANA, PRICE);
                seconds(20).await;
            }
            minutes_pass(12).await;
        }
        // A change of the record that ends no conversation.
        scene.change(&business, ANA, json!({"city": "Santos"})).await;
        minutes_pass(1).await;
        let told = settled(scene, &id);
        let (_, ana) = record(scene, &business, ANA).await;
        assert_eq!(told.iter().map(|it| &it["conversation"]).collect::<Vec<_>>(), [&json!(1), &json!(2), &json!(3)]);
        let tokens: u64 = told.iter().map(|it| it["tokens"].as_u64().unwrap()).sum();
        assert_eq!((tokens, told[0]["tokens"].as_u64()), (ana.thread_token_count, Some(0)));
        assert_eq!(told[2]["last_activity"].as_str().unwrap().parse().ok(), ana.last_activity);
        assert_eq!(told[2]["thread_id"].as_str(), ana.thread_id.as_deref());
        assert!(
            told.iter().all(|it| it.as_object().unwrap().len() <= 7 && !it.to_string().contains("banho")),
            "{told:?}"
        );
    });
}

/// Eight minutes after the answer comes a notice of the business's system: the conversation ends ten minutes after that.
#[test]
fn what_a_caller_sends_within_a_conversation_puts_its_end_off() {
    play(BEGIN, async |scene| {
        let business = open(scene).await;
        let (before, _) = record(scene, &business, ANA).await;
        write(scene, &business, ANA, PRICE);
        minutes_pass(8).await;
        send(scene, &business, ANA, "transactional", json!({})).await;
        minutes_pass(1).await;
        let sent_at = scene.got(&business, ANA).last().unwrap().0;
        minutes_pass(7).await;
        assert_eq!(
            (record(scene, &business, ANA).await.0, state(scene, &business, ANA).await.as_str()),
            (before, "open")
        );
        minutes_pass(4).await;
        let (after, ana) = record(scene, &business, ANA).await;
        assert_eq!((after, state(scene, &business, ANA).await.as_str()), (before + 1, "quiet"));
        let apart = (ana.last_activity.unwrap() - sent_at).num_seconds().abs();
        assert!(apart <= 2, "the last activity is the notice: {apart} s");
    });
}

/// Neither a notice nor an offer opens a conversation with somebody who is silent, and neither costs a write of the record.
#[test]
fn what_is_sent_to_somebody_silent_opens_no_conversation() {
    play(BEGIN, async |scene| {
        let business = open(scene).await;
        scene.register(&business, BIA, "--03-01", json!([])).await;
        let (before, _) = record(scene, &business, BIA).await;
        for kind in ["transactional", "marketing"] {
            send(scene, &business, BIA, kind, json!({})).await;
            minutes_pass(15).await;
        }
        assert_eq!(texts(scene, &business, BIA).len(), 2);
        let (after, bia) = record(scene, &business, BIA).await;
        assert_eq!((after, bia.last_activity), (before, None));
        assert_eq!(settled(scene, &bia.customer_id.to_string()), [Value::Null; 0]);
        let listed = scene.call("GET", "/api/conversations", &business.key, None).await;
        assert!(!listed.to_string().contains(BIA), "{listed}");
    });
}

/// A person who writes from an inbox has the chat by that; a notice of a system leaves it to the assistant.
#[test]
fn a_message_takes_the_chat_over_if_a_person_writes_it() {
    play(BEGIN, async |scene| {
        let business = open(scene).await;
        write(scene, &business, ANA, PRICE);
        seconds(2).await;
        send(scene, &business, ANA, "transactional", json!({})).await;
        seconds(20).await;
        assert_eq!(texts(scene, &business, ANA).len(), 2, "a notice, and the answer");
        write(scene, &business, ANA, PRICE);
        seconds(2).await;
        let said = json!({"takeover": true, "text": "Oi, aqui é a Rita", "message_id": "r1"});
        for _ in 0..2 {
            send(scene, &business, ANA, "transactional", said.clone()).await;
        }
        minutes_pass(1).await;
        let got = texts(scene, &business, ANA);
        assert_eq!((got.len(), got[2].as_str()), (3, "Oi, aqui é a Rita"), "{got:?}");
        let path = format!("/api/conversations/{ANA}");
        let told = scene.call("GET", &path, &business.key, None).await;
        assert_eq!(told["conversation"]["handover"]["stage"], "taken", "{told}");
        assert_eq!(
            (&told["messages"][0]["author"], &told["messages"][2]["author"]),
            (&json!("person"), &json!("recado"))
        );
        write(scene, &business, ANA, "obrigada!");
        minutes_pass(2).await;
        assert_eq!(texts(scene, &business, ANA).len(), 3, "the assistant is silent");
        // Given back, and nothing waits but what came after the person's words.
        minutes_pass(60).await;
        assert_eq!(texts(scene, &business, ANA).len(), 4);
        let wrong = json!({"phone": ANA, "kind": "marketing", "text": "x", "takeover": true});
        let refused = scene.stage.client.call("POST", "/api/messages", &business.key, Some(&wrong)).await;
        assert!(format!("{refused:?}").contains("400"), "{refused:?}");
    });
}
