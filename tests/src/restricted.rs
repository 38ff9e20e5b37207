//! A sender that its gateway has restricted: nothing leaves from it until somebody has mended it.

use crate::bundle::Bundle;
use serde_json::json;
use world::{FaultKind, FaultRule, Gateway};

#[tokio::test(flavor = "multi_thread")]
async fn a_restricted_sender_sends_again_once_it_is_mended() {
    let bundle = Bundle::start().await;
    let business = bundle.business(Gateway::CloudApi, 4_800).await;
    let phone = "5511987651234";
    bundle.customer(&business, phone).await;
    let message = |id: &str| {
        json!({"phone": phone, "text": "hello", "message_id": id,
               "template": {"name": "points", "variables": {"points": "1", "balance": "1"}}})
    };
    let status = async |id: &str| {
        let found = bundle.get(&format!("/api/messages/direct/{id}"), &business.key).await.expect(200);
        (found["status"].clone(), found["error_message"].as_str().unwrap_or_default().to_owned())
    };
    bundle
        .laptop
        .world()
        .set_fault(FaultRule { times: Some(1), ..FaultRule::always(FaultKind::ErrorCode { code: 131_031 }) });
    bundle.post("/api/messages", &business.key, message("first")).await.expect(202);
    bundle.until("it is refused", async || status("first").await.1.starts_with("sender_restricted")).await;
    bundle.post("/api/messages", &business.key, message("second")).await.expect(202);
    bundle.until("nothing leaves any more", async || status("second").await.1.starts_with("sender_restricted")).await;
    assert_eq!(status("second").await.0, "pending");
    assert!(bundle.got(&business, phone).is_empty());

    let found = bundle.get(&format!("/api/businesses/{}", business.id), bundle.operator()).await.expect(200);
    let mended = json!({"senders": [{"sender_id": found["senders"][0]["sender_id"]}]});
    let path = format!("/api/businesses/{}", business.id);
    bundle.call("PATCH", &path, bundle.operator(), Some(&mended)).await.expect(200);
    // It is looked at every hour.
    let later = chrono::Utc::now() + chrono::TimeDelta::minutes(90);
    bundle.call("POST", "/_local/schedules/run-due/fire", "", Some(&json!({"as_of": later}))).await;
    bundle.until("it is sent", async || !bundle.got(&business, phone).is_empty()).await;
    bundle.end().await;
}
