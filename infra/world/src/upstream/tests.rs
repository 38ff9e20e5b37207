use crate::tests::{Outside, outside, wait};
use crate::{Endpoint, NoAnswer, Outcome, Told, UpstreamFault, UpstreamRule};
use http::Method;
use serde_json::{Value, json};

const KEY: &str = "world-upstream-key";
const QR: &str = "/upstream/api/qr/batch";
const STATUS: &str = "/upstream/api/whatsapp/status/batch";
const NOON: &str = "2026-11-21T12:00:00Z";

fn code(event: &str, session: &str, at: &str) -> Value {
    json!({"event_id": event, "session_id": session, "user_id": 7, "qr": "2@x", "at": at, "expires_at": "2026-11-21T12:00:45Z"})
}

fn standing(event: &str, session: &str, at: &str) -> Value {
    json!({"event_id": event, "session_id": session, "user_id": "u7", "status": "inactive", "state": "logged_out",
        "reason": 401, "at": at})
}

async fn post(outside: &Outside, path: &str, items: &[Value]) -> Result<(u16, Value), NoAnswer> {
    let headers = [("authorization", &*format!("Bearer {KEY}")), ("idempotency-key", "b1")];
    outside.ask((Method::POST, path), &headers, &json!({"batch_id": "b1", "items": items})).await
}

fn results(answer: &Value) -> Vec<&str> {
    answer["results"].as_array().unwrap().iter().filter_map(|result| result["status"].as_str()).collect()
}

#[tokio::test(start_paused = true)]
async fn an_item_takes_effect_once() {
    let outside = outside();
    wait(1_000).await;
    let items = [code("e1", "a", NOON), code("e2", "b", "2026-11-21T12:00:00.500Z"), code("e1", "a", NOON)];
    let (status, answer) = post(&outside, QR, &items).await.unwrap();
    assert_eq!((status, results(&answer)), (200, vec!["accepted", "accepted", "repeated"]));
    let (_, answer) = post(&outside, STATUS, &[standing("e1", "a", NOON), standing("e3", "a", NOON)]).await.unwrap();
    assert_eq!(results(&answer), ["repeated", "accepted"]);
    let effects = outside.world.upstream_effects();
    let ids: Vec<&str> = effects["a"].iter().map(|effect| effect.event_id.as_str()).collect();
    assert_eq!((ids, &effects["a"][1].user_id), (vec!["e1", "e3"], &json!("u7")));
    assert!(matches!(&effects["a"][1].told, Told::Status { state, reason: Some(401), .. } if state == "logged_out"));
    let counts = outside.world.upstream_counts();
    assert_eq!((counts.requests, counts.items, counts.accepted, counts.repeated), (2, 5, 3, 2));
    assert_eq!((counts.stalest_ms, counts.out_of_order, counts.expired_codes), (1_000, 0, 0));
    let batches = outside.world.upstream_batches();
    assert_eq!((batches[0].endpoint, batches[0].answer, batches[0].stalest_ms), (Endpoint::Qr, Some(200), 1_000));
    assert_eq!(batches[1].items[0], ("e1".to_owned(), Some(Outcome::Repeated)));
    // An older code of the same session, and a code after its end.
    wait(60_000).await;
    post(&outside, QR, &[code("e4", "b", "2026-11-21T12:00:00.499Z"), code("e5", "a", NOON)]).await.unwrap();
    let counts = outside.world.upstream_counts();
    assert_eq!((counts.out_of_order, counts.expired_codes), (1, 2));
}

#[tokio::test(start_paused = true)]
async fn a_request_that_is_no_batch_is_turned_away() {
    let outside = outside();
    let whole = json!({"batch_id": "b1", "items": [code("e1", "a", NOON)]});
    let without = |name: &str| {
        let mut batch = whole.clone();
        batch["items"][0].as_object_mut().unwrap().remove(name);
        batch
    };
    let with = |name: &str, value: Value| {
        let mut batch = whole.clone();
        batch["items"][0][name] = value;
        batch
    };
    let bearer = format!("Bearer {KEY}");
    for (path, bearer, key, body, status) in [
        (QR, bearer.as_str(), "b1", whole.clone(), 200),
        (QR, "Bearer wrong", "b1", whole.clone(), 401),
        (QR, &bearer, "b2", whole.clone(), 400),
        ("/upstream/api/batch", &bearer, "b1", whole.clone(), 404),
        (STATUS, &bearer, "b1", whole.clone(), 400),
        (QR, &bearer, "b1", json!({"batch_id": "b1", "items": []}), 400),
        (QR, &bearer, "b1", without("expires_at"), 400),
        (QR, &bearer, "b1", without("user_id"), 400),
        (QR, &bearer, "b1", with("user_id", json!(1.5)), 400),
        (QR, &bearer, "b1", with("at", json!("today")), 400),
        (QR, &bearer, "b1", with("more", json!(1)), 400),
    ] {
        let headers = [("authorization", bearer), ("idempotency-key", key)];
        assert_eq!(outside.ask((Method::POST, path), &headers, &body).await.unwrap().0, status, "{path} {body}");
    }
    let counts = outside.world.upstream_counts();
    assert_eq!((counts.requests, counts.turned_away, counts.accepted), (1, 10, 1));
}

#[tokio::test(start_paused = true)]
async fn every_failure_of_the_operators_service() {
    let of_b = |kind| UpstreamRule { session: Some("b".to_owned()), ..UpstreamRule::times(kind, 1) };
    let status = |status, retry_after| UpstreamRule::times(UpstreamFault::Status { status, retry_after }, 1);
    let once = |kind| UpstreamRule::times(kind, 1);
    for (rule, expected, effects) in [
        (once(UpstreamFault::Down), Err(NoAnswer::Refused), 0),
        (once(UpstreamFault::AnswerLost), Err(NoAnswer::Lost), 2),
        (once(UpstreamFault::Slow { milliseconds: 9_000 }), Ok(200), 2),
        (status(500, None), Ok(500), 0),
        (status(429, Some(7)), Ok(429), 0),
        (status(401, None), Ok(401), 0),
        (once(UpstreamFault::Garbage), Ok(200), 2),
        (of_b(UpstreamFault::BadItem), Ok(400), 0),
        (of_b(UpstreamFault::Refused), Ok(207), 1),
        (of_b(UpstreamFault::Later), Ok(207), 1),
        (once(UpstreamFault::Later), Ok(207), 0),
        (UpstreamRule { session: Some("c".to_owned()), ..once(UpstreamFault::Down) }, Ok(200), 2),
        (UpstreamRule { endpoint: Some(Endpoint::Status), ..once(UpstreamFault::Down) }, Ok(200), 2),
    ] {
        let outside = outside();
        let items = [code("e1", "a", NOON), code("e2", "b", NOON)];
        let id = outside.world.set_upstream_fault(rule.clone());
        let began = tokio::time::Instant::now();
        let answer = post(&outside, QR, &items).await;
        assert_eq!(answer.as_ref().map(|answer| answer.0).map_err(|it| *it), expected, "{rule:?}");
        assert_eq!(began.elapsed().as_secs(), if matches!(rule.kind, UpstreamFault::Slow { .. }) { 9 } else { 0 });
        let taken: usize = outside.world.upstream_effects().values().map(Vec::len).sum();
        assert_eq!(taken, effects, "{rule:?}");
        if let Ok((207, answer)) = &answer {
            let word = if rule.kind == UpstreamFault::Later { "later" } else { "refused" };
            assert_eq!(results(answer).pop(), Some(word));
        }
        // Sent once more, everything is there, and nothing twice.
        let (status, answer) = post(&outside, QR, &items).await.unwrap();
        assert_eq!((status, results(&answer).len(), outside.world.upstream_effects().len()), (200, 2, 2), "{rule:?}");
        assert!(outside.world.clear_upstream_fault(Some(id)) && outside.world.upstream_faults().is_empty());
    }
}

#[tokio::test(start_paused = true)]
async fn the_service_does_not_forget_because_a_laptop_does() {
    let before = outside();
    before.world.remember(2);
    for event in ["e1", "e2", "e3"] {
        post(&before, QR, &[code(event, "a", NOON)]).await.unwrap();
    }
    assert_eq!(before.world.upstream_batches().len(), 2);
    let kept = serde_json::to_string(&before.world.keep()).unwrap();
    let after = outside();
    after.world.recall(serde_json::from_str(&kept).unwrap());
    let (_, answer) = post(&after, QR, &[code("e1", "a", NOON)]).await.unwrap();
    assert_eq!((results(&answer), after.world.upstream_counts().requests), (vec!["repeated"], 4));
}
