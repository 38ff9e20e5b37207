use super::*;
use crate::http::Response;
use crate::testing::{FakeHttp, app_with, env};
use serde_json::{Value, json};
use std::sync::Mutex;

fn event(bodies: &[&str]) -> SqsEvent {
    let records: Vec<Value> = bodies
        .iter()
        .enumerate()
        .map(|(nth, body)| {
            json!({
                "messageId": format!("m{nth}"),
                "receiptHandle": "r",
                "body": body,
                "attributes": {
                    "ApproximateReceiveCount": "2", "SentTimestamp": "1772355600000", "MessageGroupId": "b1",
                },
                "messageAttributes": {
                    "note": {"stringValue": "kept", "stringListValues": [], "binaryListValues": [], "dataType": "String"},
                    "raw": {"binaryValue": "AQI=", "stringListValues": [], "binaryListValues": [], "dataType": "Binary"},
                },
                "eventSource": "aws:sqs",
            })
        })
        .collect();
    serde_json::from_value(json!({ "Records": records })).unwrap()
}

fn kept() -> Response {
    FakeHttp::json(200, r#"{"MessageId":"1","MD5OfMessageBody":"2"}"#)
}

fn app(answer: fn() -> Response) -> (App, FakeHttp) {
    let http = FakeHttp::answering(move |_| Ok(answer()));
    (app_with(env([("DEAD_LETTERS_URL", "http://sqs.test/dead")]), &http), http)
}

fn failed(response: &SqsBatchResponse) -> Vec<&str> {
    response.batch_item_failures.iter().map(|failure| failure.item_identifier.as_str()).collect()
}

/// 0 is done, 1 is tried again, 2 never will be.
async fn by_number(item: Item<u8>) -> Outcome {
    match item.body {
        0 => Ok(()),
        1 => Err(Failure::retry("busy")),
        _ => Err(Failure::permanent("no such customer")),
    }
}

#[tokio::test(start_paused = true)]
async fn each_message_ends_where_it_belongs() {
    for order in [Order::InOrder, Order::Concurrent(2), Order::Concurrent(0)] {
        let (app, http) = app(kept);
        let response = batch(&app, event(&["0", "1", "2", "not json", "0"]), order, by_number).await;
        assert_eq!(failed(&response), ["m1"], "{order:?}");

        let letters: Vec<Value> =
            http.requests().iter().map(|request| serde_json::from_slice(request.body()).unwrap()).collect();
        let reasons: Vec<_> = letters.iter().map(|l| l["MessageAttributes"]["reason"]["StringValue"].clone()).collect();
        assert_eq!(letters.len(), 2);
        assert!(reasons.contains(&json!("no such customer")));
        assert!(reasons.contains(&json!("unreadable at .: Syntax error, line 1 column 2")), "{reasons:?}");
        for letter in &letters {
            assert_eq!(letter["MessageGroupId"], "b1");
            assert_eq!(letter["MessageAttributes"]["note"]["StringValue"], "kept");
            assert_eq!(letter["MessageAttributes"]["raw"]["BinaryValue"], "AQI=");
        }
        assert!(letters.iter().any(|letter| letter["MessageBody"] == "not json"));
    }
}

#[tokio::test(start_paused = true)]
async fn nothing_is_acknowledged_that_the_dead_letters_did_not_take() {
    let (app, _) = app(|| FakeHttp::json(400, r#"{"__type":"com.amazonaws.sqs#QueueDoesNotExist"}"#));
    let response = batch(&app, event(&["0", "2", "x"]), Order::InOrder, by_number).await;
    let mut again = failed(&response);
    again.sort_unstable();
    assert_eq!(again, ["m1", "m2"]);

    let without = app_with(env([]), &FakeHttp::hanging());
    assert_eq!(failed(&batch(&without, event(&["2"]), Order::InOrder, by_number).await), ["m0"]);
}

#[tokio::test(start_paused = true)]
async fn a_whole_batch_is_seen_at_once_and_answered_item_by_item() {
    let (app, _) = app(kept);
    let response = whole_batch(&app, event(&["5", "x", "6", "7"]), async |items: Vec<Item<u8>>| {
        assert_eq!(items.iter().map(|item| item.body).collect::<Vec<_>>(), [5, 6, 7]);
        assert_eq!((items[0].message_id.as_str(), items[0].deliveries), ("m0", 2));
        assert_eq!(items[0].group.as_deref(), Some("b1"));
        assert_eq!(items[0].sent_at.unwrap().timestamp(), 1_772_355_600);
        vec![Ok(()), Err(Failure::retry("later"))]
    });
    assert_eq!(failed(&response.await), ["m2", "m3"]);
}

#[tokio::test(start_paused = true)]
async fn messages_are_done_side_by_side_or_one_after_the_other() {
    for (order, expected) in [(Order::InOrder, 1), (Order::Concurrent(3), 3)] {
        let (app, _) = app(kept);
        let (running, most) = (&Mutex::new(0), &Mutex::new(0));
        let handle = |_: Item<u8>| async move {
            *running.lock().unwrap() += 1;
            let now = *running.lock().unwrap();
            most.lock().map(|mut most| *most = now.max(*most)).unwrap();
            tokio::time::sleep(std::time::Duration::from_secs(1)).await;
            *running.lock().unwrap() -= 1;
            Ok(())
        };
        assert!(failed(&batch(&app, event(&["0"; 6]), order, handle).await).is_empty());
        assert_eq!(*most.lock().unwrap(), expected);
    }
}

#[tokio::test(start_paused = true)]
async fn a_failed_message_comes_again_soon_whatever_the_visibility() {
    let (app, http) = app(|| FakeHttp::json(200, r#"{"Successful":[],"Failed":[]}"#));
    let mut event = event(&["1"; 12]);
    for record in &mut event.records {
        record.event_source_arn = Some("arn:aws:sqs:us-east-1:000000000000:jobs".to_owned());
    }
    assert_eq!(failed(&batch(&app, event, Order::InOrder, by_number).await).len(), 12);
    let calls: Vec<Value> =
        http.requests().iter().map(|request| serde_json::from_slice(request.body()).unwrap()).collect();
    let entries: Vec<&Value> = calls.iter().flat_map(|call| call["Entries"].as_array().unwrap()).collect();
    assert_eq!((calls.len(), entries.len()), (2, 12));
    assert_eq!(calls[0]["QueueUrl"], "https://sqs.us-east-1.amazonaws.com/000000000000/jobs");
    // The second delivery: 25 s, and up to a quarter of it.
    assert!(entries.iter().all(|entry| (25..=32).contains(&entry["VisibilityTimeout"].as_u64().unwrap())));
}

#[tokio::test(start_paused = true)]
async fn an_empty_batch_is_not_handled() {
    let (app, _) = app(kept);
    let response = whole_batch(&app, event(&["x"]), async |_: Vec<Item<u8>>| unreachable!()).await;
    assert!(failed(&response).is_empty());
}

#[test]
fn debug_and_reasons_hide_the_message() {
    let item = Item { body: "5511999998888", message_id: "m".into(), group: None, deliveries: 1, sent_at: None };
    assert!(!format!("{item:?}").contains("5511"));
    let reason = read::<Vec<u8>>(r#"[1, "5511999998888"]"#).unwrap_err();
    assert_eq!(reason, "unreadable at [1]: Data error, line 1 column 19");
    assert!(matches!(Failure::from(store::StoreError::Throttled("GetItem")), Failure::Retry(_)));
    assert!(matches!(Failure::from(store::StoreError::Corrupt("points")), Failure::Permanent(_)));
}
