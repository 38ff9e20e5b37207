use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex},
    time::Duration,
};

use serde_json::{Value, json};

use super::{Worker, engine};
use crate::{
    invoke::InvokeError,
    observe::{Observe, Unobserved},
    pattern::Pattern,
    pollers::QueuePoller,
    queues::{Attribute, NewMessage, QueueConfig, Queues},
    template::QueueMapping,
};

fn queue_mapping(queue: &str) -> QueueMapping {
    QueueMapping {
        name: "F/E".to_owned(),
        function: "F".to_owned(),
        queue: queue.to_owned(),
        batch_size: 10,
        window: Duration::ZERO,
        maximum_concurrency: Some(2),
        partial_failures: true,
        filters: Vec::new(),
    }
}

/// Lets the poller work for so many seconds.
async fn work(poller: &QueuePoller, seconds: u64) {
    let _ = tokio::time::timeout(Duration::from_secs(seconds), poller.clone().run()).await;
}

fn send(queues: &Queues, queue: &str, bodies: impl IntoIterator<Item = impl ToString>) {
    for body in bodies {
        let group = queue.ends_with(".fifo").then(|| "g".to_owned());
        let deduplication_id = group.as_ref().map(|_| body.to_string());
        queues.send(queue, NewMessage { group, deduplication_id, ..NewMessage::text(body.to_string()) }).unwrap();
    }
}

#[tokio::test(start_paused = true)]
async fn a_function_sees_messages_as_lambda_shows_them() {
    let (queues, clock) = engine(QueueConfig::new("q"), Arc::new(Unobserved));
    let worker = Worker::new(&clock, 0, |_| Ok(Value::Null));
    let attribute =
        Attribute { data_type: "String".to_owned(), string_value: Some("v".to_owned()), binary_value: None };
    let message = NewMessage {
        attributes: BTreeMap::from([("a".to_owned(), attribute)]),
        group: Some("b1".to_owned()),
        ..NewMessage::text("hola")
    };
    let sent = queues.send("q", message).unwrap();
    work(&QueuePoller::new(queue_mapping("q"), queues.clone(), worker.clone()), 1).await;
    let mut event = worker.calls.lock().unwrap()[0].1.clone();
    assert!(event["Records"][0]["receiptHandle"].take().is_string());
    let expected = json!({"Records": [{
        "messageId": sent.message_id,
        "receiptHandle": null,
        "body": "hola",
        "attributes": {
            "ApproximateFirstReceiveTimestamp": "0",
            "ApproximateReceiveCount": "1",
            "MessageGroupId": "b1",
            "SenderId": "000000000000",
            "SentTimestamp": "0",
        },
        "messageAttributes": {
            "a": {"stringValue": "v", "stringListValues": [], "binaryListValues": [], "dataType": "String"},
        },
        "md5OfBody": "4d186321c1a7f0f354b297e8914ab240",
        "md5OfMessageAttributes": sent.md5_of_attributes,
        "eventSource": "aws:sqs",
        "eventSourceARN": "arn:aws:sqs:us-east-1:000000000000:q",
        "awsRegion": "us-east-1",
    }]});
    assert_eq!(event, expected);
    assert_eq!(queues.depths()["q"].in_flight, 0);
}

#[tokio::test(start_paused = true)]
async fn batches_keep_to_size_window_and_concurrency() {
    let (queues, clock) = engine(QueueConfig::new("q"), Arc::new(Unobserved));
    let worker = Worker::new(&clock, 5, |_| Ok(json!({"batchItemFailures": []})));
    let poller = QueuePoller::new(queue_mapping("q"), queues.clone(), worker.clone());
    send(&queues, "q", 0..35);
    work(&poller, 4).await;
    let sizes: Vec<usize> = worker.batches().iter().map(Vec::len).collect();
    assert_eq!(
        (sizes, worker.at_work.lock().unwrap().1),
        (vec![10, 10], 2),
        "two at once, the rest waits in the queue"
    );
    assert_eq!(queues.depths()["q"].visible, 15);

    // A window gathers from the first message on, and ends early if the batch is full.
    let (queues, clock) = engine(QueueConfig::new("q"), Arc::new(Unobserved));
    let worker = Worker::new(&clock, 0, |_| Ok(Value::Null));
    let mapping = QueueMapping { batch_size: 25, window: Duration::from_secs(4), ..queue_mapping("q") };
    let sending = async {
        for (at, bodies) in [(10, 0..3), (12, 3..6), (20, 6..50)] {
            clock.sleep_until(chrono::DateTime::from_timestamp(at, 0).unwrap()).await;
            send(&queues, "q", bodies);
        }
    };
    let poller = QueuePoller::new(mapping, queues.clone(), worker.clone());
    tokio::join!(work(&poller, 60), sending);
    let sizes: Vec<usize> = worker.batches().iter().map(Vec::len).collect();
    assert_eq!((sizes, worker.times()), (vec![6, 25, 19], vec![14, 20, 24]));
}

#[tokio::test(start_paused = true)]
async fn a_failed_message_comes_again_when_its_visibility_ends() {
    let failing = |event: &Value| {
        let failures = event["Records"]
            .as_array()
            .unwrap()
            .iter()
            .filter(|record| record["body"] == "bad" && record["attributes"]["ApproximateReceiveCount"] == "1");
        let failures: Vec<Value> = failures.map(|record| json!({"itemIdentifier": record["messageId"]})).collect();
        Ok(json!({"batchItemFailures": failures}))
    };
    let (queues, clock) = engine(QueueConfig::new("q"), Arc::new(Unobserved));
    let worker = Worker::new(&clock, 1, failing);
    send(&queues, "q", ["good", "bad", "fine"]);
    work(&QueuePoller::new(queue_mapping("q"), queues.clone(), worker.clone()), 60).await;
    assert_eq!(worker.batches(), [vec!["good", "bad", "fine"], vec!["bad"]]);
    assert_eq!(worker.times(), [0, 30]);

    // An answer that cannot be understood, or an error, is a failure of all. Without the setting nobody looks at it.
    let cases: [(Result<Value, InvokeError>, bool, usize); 9] = [
        (Ok(json!({"batchItemFailures": [{"itemIdentifier": "unknown"}]})), true, 2),
        (Ok(json!({"batchItemFailures": [{"itemIdentifier": ""}]})), true, 2),
        (Ok(json!({"batchItemFailures": [{"id": "x"}]})), true, 2),
        (Ok(json!("nonsense")), true, 2),
        (Err(InvokeError::Crashed), true, 2),
        (Ok(json!({})), true, 0),
        (Ok(json!({"batchItemFailures": null})), true, 0),
        (Ok(json!("nonsense")), false, 0),
        (Err(InvokeError::Crashed), false, 2),
    ];
    for (answer, partial_failures, left) in cases {
        let (queues, clock) = engine(QueueConfig::new("q"), Arc::new(Unobserved));
        let worker = Worker::new(&clock, 1, {
            let answer = answer.clone();
            move |_| answer.clone()
        });
        send(&queues, "q", ["a", "b"]);
        let mapping = QueueMapping { partial_failures, ..queue_mapping("q") };
        work(&QueuePoller::new(mapping, queues.clone(), worker), 10).await;
        assert_eq!(queues.depths()["q"].in_flight, left, "{answer:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_dropped_poller_leaves_its_messages_to_the_next() {
    let (queues, clock) = engine(QueueConfig::new("q"), Arc::new(Unobserved));
    let worker = Worker::new(&clock, 10, |_| Ok(Value::Null));
    let poller = QueuePoller::new(queue_mapping("q"), queues.clone(), worker.clone());
    send(&queues, "q", ["a"]);
    work(&poller, 5).await;
    work(&poller, 60).await;
    assert_eq!(worker.times(), [0, 30]);
    assert_eq!(queues.depths()["q"].in_flight, 0);
}

#[tokio::test(start_paused = true)]
async fn a_fifo_group_is_worked_on_in_order_and_filters_delete_the_rest() {
    let (queues, clock) = engine(QueueConfig::new("q.fifo"), Arc::new(Unobserved));
    let worker = Worker::new(&clock, 1, |_| Ok(Value::Null));
    send(&queues, "q.fifo", 0..25);
    work(&QueuePoller::new(queue_mapping("q.fifo"), queues.clone(), worker.clone()), 60).await;
    let all: Vec<String> = worker.batches().concat();
    assert_eq!(all, (0..25).map(|n| n.to_string()).collect::<Vec<_>>());
    assert_eq!(worker.at_work.lock().unwrap().1, 1);

    let (queues, clock) = engine(QueueConfig::new("q"), Arc::new(Unobserved));
    let worker = Worker::new(&clock, 1, |_| Ok(Value::Null));
    send(&queues, "q", [r#"{"kind": "a"}"#, r#"{"kind": "b"}"#, "text"]);
    let filters = vec![Pattern::new(&json!({"body": {"kind": ["a"]}})).unwrap()];
    let mapping = QueueMapping { filters, ..queue_mapping("q") };
    work(&QueuePoller::new(mapping, queues.clone(), worker.clone()), 10).await;
    assert_eq!(worker.batches(), [[r#"{"kind": "a"}"#]]);
    assert_eq!((queues.depths()["q"].visible, queues.depths()["q"].in_flight), (0, 0));
}

#[tokio::test(start_paused = true)]
async fn requests_are_counted_as_aws_bills_them() {
    #[derive(Default)]
    struct Counter(Mutex<BTreeMap<String, u64>>);
    impl Observe for Counter {
        fn queue_requests(&self, _: &str, action: &str, requests: u64) {
            *self.0.lock().unwrap().entry(action.to_owned()).or_default() += requests;
        }
    }
    let counter = Arc::new(Counter::default());
    let (queues, clock) = engine(QueueConfig::new("q"), counter.clone());
    let worker = Worker::new(&clock, 0, |_| Ok(Value::Null));
    let mapping = QueueMapping { batch_size: 100, window: Duration::from_secs(1), ..queue_mapping("q") };
    send(&queues, "q", (0..25).map(|n| format!("{n} {}", "x".repeat(10_000))));
    work(&QueuePoller::new(mapping, queues, worker), 10).await;
    // 10, 10 and 5 messages: 100 KB, 100 KB and 50 KB received, three requests to delete.
    let expected = [("DeleteMessageBatch".to_owned(), 3), ("ReceiveMessage".to_owned(), 5)];
    assert_eq!(*counter.0.lock().unwrap(), BTreeMap::from(expected));
}
