//! A sender that is slower than what it has to send.

use super::{ANA, Scene, SceneBusiness, play};
use serde_json::json;
use std::time::Duration;

const MESSAGES: usize = 40;

/// The tasks of messages in all queues.
fn tasks(scene: &Scene) -> usize {
    let queues = &scene.stage.run.cloud().queues;
    let sends = queues.depths().into_iter().filter(|(queue, _)| queue.contains("Send"));
    sends.map(|(_, depth)| depth.visible + depth.delayed + depth.in_flight).sum()
}

fn pending(scene: &Scene) -> usize {
    scene.stage.run.look();
    scene.stage.run.history().messages.values().filter(|it| it.status() == "pending").count()
}

async fn send_all(scene: &Scene, business: &SceneBusiness) {
    scene.register(business, ANA, "--03-01", json!([])).await;
    for nth in 0..MESSAGES {
        let message = json!({"phone": ANA, "text": format!("number {nth}"), "kind": "transactional"});
        scene.call("POST", "/api/messages", &business.key, Some(message)).await;
    }
}

/// The due index brings up again what waits for its slot; that makes no second task of it for long.
#[test]
fn a_message_that_waits_for_a_slow_sender_has_one_task() {
    play("2026-11-25T12:00:00Z", async |scene| {
        let sender = json!({"gateway": "whapi", "address": "CHANNEL-1", "messages_per_minute": 1,
                            "credentials": {"token": "t1", "webhook_secret": "s"}});
        let business = scene.open_with(1, "America/Sao_Paulo", sender).await;
        send_all(scene, &business).await;
        for least in [20, 5] {
            // Just before the due index comes again, all that it brought up has been looked at.
            tokio::time::sleep(Duration::from_secs(14 * 60)).await;
            let (tasks, pending) = (tasks(scene), pending(scene));
            assert!(pending > least && tasks <= pending + 2, "{tasks} tasks for {pending} messages");
            tokio::time::sleep(Duration::from_secs(60)).await;
        }
    });
}
