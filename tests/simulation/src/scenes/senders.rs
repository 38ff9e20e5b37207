//! Senders that a gateway restricts, and that somebody mends.

use super::people::{minutes_pass, offer, open, status};
use super::{ANA, play};
use aws::queues::NewMessage;
use serde_json::json;
use world::{FaultKind, FaultRule};

/// A failure from before comes again, or late, when the sender has been mended.
#[test]
fn a_report_from_before_a_sender_was_mended_is_past() {
    play("2026-11-25T12:00:00Z", async |scene| {
        let business = open(scene).await;
        scene.register(&business, ANA, "--03-01", json!([])).await;
        let cloud = scene.stage.run.cloud();
        cloud.world.set_fault(FaultRule::times(FaultKind::FailLater { code: 368 }, 1));
        offer(scene, &business, "first", "transactional").await;
        minutes_pass(1).await;
        let restricted_at = scene.stage.run.now();
        offer(scene, &business, "second", "transactional").await;
        minutes_pass(1).await;
        assert_eq!(status(scene, &business, "second").await, "pending");
        let mended = json!({"senders": [{"sender_id": business.sender}]});
        let operator = scene.stage.client.operator();
        scene.call("PATCH", &format!("/api/businesses/{}", business.id), operator, Some(mended)).await;
        let report = json!({
            "v": 1, "type": "message_statuses", "business_id": business.id, "sender_id": business.sender,
            "gateway": "cloud_api", "statuses": [{
                "gateway_message_id": "wamid.first", "message_id": "direct/second", "status": "failed",
                "at": restricted_at, "error": {"code": 368, "refusal": "sender_restricted"},
            }],
        });
        let queue = cloud.read.iter().find(|queue| queue.contains("MessageStatuses")).unwrap();
        cloud.queues.send(queue, NewMessage::text(report.to_string())).unwrap();
        minutes_pass(1).await;
        offer(scene, &business, "third", "transactional").await;
        minutes_pass(1).await;
        let arrived = async |message| {
            let status = status(scene, &business, message).await;
            assert!(["sent", "delivered", "read"].contains(&status.as_str()), "{message}: {status}");
        };
        arrived("third").await;
        // The one that waited for the sender goes within the hour.
        minutes_pass(70).await;
        arrived("second").await;
    });
}
