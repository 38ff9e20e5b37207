//! Messages that are made for a later time.

use super::{ANA, BIA, Scene, SceneBusiness, play};
use aws::queues::{NewMessage, QueueFault};
use chrono::{DateTime, TimeDelta, Utc};
use domain::{Attempt, Content, Kind, Message, MessageId, MessageType, Recipient};
use serde_json::json;
use store::CreateMessage;

/// Makes a message to a customer for a time, UTC.
async fn make(scene: &Scene, business: &SceneBusiness, phone: &str, kind: Kind, at: DateTime<Utc>) -> MessageId {
    let known = scene.call("GET", &format!("/api/customers/{phone}"), &business.key, None).await;
    let customer = known["customer_id"].as_str().unwrap().parse().unwrap();
    let id: MessageId = format!("direct/{phone}").parse().unwrap();
    let (now, backstop) = (scene.stage.run.now(), TimeDelta::minutes(15));
    let content = Content { text: "How was it?".to_owned(), ..Content::default() };
    let (of, to) = (business.id.parse().unwrap(), Recipient::Customer(customer));
    let message = Message::new(of, id.clone(), to, MessageType::Direct, content, now, backstop).later(at);
    let message = Message { kind, ..message };
    let made = scene.stage.store.create_message(&message, &Attempt(phone.to_owned())).await.unwrap();
    assert_eq!(made, CreateMessage::Created);
    id
}

/// A task of the message, which comes when nobody has asked for it.
fn bring(scene: &Scene, business: &SceneBusiness, kind: Kind, id: &MessageId) {
    let cloud = scene.stage.run.cloud();
    let queue = cloud.read.iter().find(|queue| queue.contains(&format!("Send{kind:?}"))).unwrap();
    let task = json!({"v": 1, "type": "send_message", "business_id": business.id, "message_id": id, "kind": kind});
    cloud.queues.inject(queue, QueueFault::DeliverTwice, 1);
    cloud.queues.send(queue, NewMessage::text(task.to_string())).unwrap();
}

#[test]
fn a_message_for_tomorrow_goes_tomorrow_and_once_whoever_brings_a_task_before() {
    play("2026-11-25T18:00:00Z", async |scene| {
        let business = scene.open(1, "America/Sao_Paulo").await;
        scene.register(&business, ANA, "--03-01", json!([])).await;
        let id = make(scene, &business, ANA, Kind::Transactional, "2026-11-26T12:00:00Z".parse().unwrap()).await;
        // At once; where the due index is far; where a queue can hold it until its time; and at its time.
        bring(scene, &business, Kind::Transactional, &id);
        for time in ["2026-11-26T03:00:00Z", "2026-11-26T11:50:00Z", "2026-11-26T11:59:58Z"] {
            scene.until(time).await;
            assert_eq!(scene.minutes(&business, ANA), [] as [&str; 0], "before {time}");
            bring(scene, &business, Kind::Transactional, &id);
        }
        scene.until("2026-11-26T12:01:30Z").await;
        let (came, text) = scene.got(&business, ANA).into_iter().next().unwrap();
        assert!(came >= "2026-11-26T12:00:00Z".parse::<DateTime<Utc>>().unwrap(), "{came}");
        assert_eq!(text, "How was it?");
        bring(scene, &business, Kind::Transactional, &id);
        scene.until("2026-11-28T12:00:00Z").await;
        assert_eq!(scene.got(&business, ANA).len(), 1);
    });
}

/// No task comes but the due index's, or the one that the stream makes where a queue can hold it until its time.
#[test]
fn a_message_for_later_comes_in_its_minute_by_itself() {
    play("2026-11-25T18:00:00Z", async |scene| {
        let business = scene.open(1, "America/Sao_Paulo").await;
        scene.register(&business, ANA, "--03-01", json!([])).await;
        scene.register(&business, BIA, "--03-01", json!([])).await;
        make(scene, &business, ANA, Kind::Transactional, "2026-11-26T12:00:00Z".parse().unwrap()).await;
        make(scene, &business, BIA, Kind::Transactional, "2026-11-25T18:10:00Z".parse().unwrap()).await;
        scene.until("2026-11-28T12:00:00Z").await;
        let (ana, bia) = (scene.got(&business, ANA), scene.got(&business, BIA));
        assert_eq!((ana.len(), bia.len()), (1, 1));
        for ((came, _), at) in [(&ana[0], "2026-11-26T12:00:00Z"), (&bia[0], "2026-11-25T18:10:00Z")] {
            let late = *came - at.parse::<DateTime<Utc>>().unwrap();
            assert!(late >= TimeDelta::zero() && late < TimeDelta::minutes(2), "{came} for {at}");
        }
    });
}

/// A customer who wants no marketing when a task comes too early may want it at the message's time.
#[test]
fn nothing_is_decided_of_a_message_before_its_time() {
    play("2026-11-25T18:00:00Z", async |scene| {
        let business = scene.open(1, "America/Sao_Paulo").await;
        scene.register(&business, ANA, "--03-01", json!([])).await;
        scene.change(&business, ANA, json!({"marketing_consent": false})).await;
        let id = make(scene, &business, ANA, Kind::Marketing, "2026-11-26T12:00:00Z".parse().unwrap()).await;
        bring(scene, &business, Kind::Marketing, &id);
        scene.until("2026-11-25T19:00:00Z").await;
        let waiting = scene.call("GET", "/api/messages", &business.key, None).await;
        assert_eq!(waiting["messages"][0]["status"], "pending", "{waiting}");
        scene.change(&business, ANA, json!({"marketing_consent": true})).await;
        scene.until("2026-11-26T13:00:00Z").await;
        assert_eq!(scene.got(&business, ANA).len(), 1);
    });
}
