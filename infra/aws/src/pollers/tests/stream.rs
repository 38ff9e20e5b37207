use std::{
    sync::{Arc, Mutex},
    time::Duration,
};

use serde_json::{Value, json};
use tokio::sync::Notify;

use super::{Worker, engine};
use crate::{
    invoke::InvokeError,
    observe::Unobserved,
    pattern::Pattern,
    pollers::{Checkpoints, StreamPoller, StreamSource},
    queues::{QueueConfig, Queues},
    template::StreamMapping,
};

/// A stream of numbered changes.
#[derive(Default)]
struct Changes {
    all: Mutex<Vec<Value>>,
    changed: Arc<Notify>,
}

impl Changes {
    fn add(&self, count: usize) {
        let mut all = self.all.lock().unwrap();
        for _ in 0..count {
            let number = all.len() + 1;
            let name = if number.is_multiple_of(10) { "REMOVE" } else { "INSERT" };
            let change = json!({"SequenceNumber": format!("{number:03}"), "ApproximateCreationDateTime": 7});
            all.push(json!({"eventName": name, "dynamodb": change}));
        }
        self.changed.notify_waiters();
    }
}

impl StreamSource for Changes {
    fn records(&self, _: &str, after: Option<&str>, limit: usize) -> Vec<Value> {
        let all = self.all.lock().unwrap();
        let later = all.iter().filter(|change| change["dynamodb"]["SequenceNumber"].as_str() > after);
        later.take(limit).cloned().collect()
    }

    fn latest(&self, _: &str) -> Option<String> {
        Some(self.all.lock().unwrap().last()?["dynamodb"]["SequenceNumber"].as_str()?.to_owned())
    }

    fn changed(&self) -> Arc<Notify> {
        self.changed.clone()
    }
}

fn stream_mapping() -> StreamMapping {
    StreamMapping {
        name: "F/S".to_owned(),
        function: "F".to_owned(),
        function_name: "recado-F".to_owned(),
        table: "t".to_owned(),
        from_oldest: true,
        batch_size: 8,
        window: Duration::ZERO,
        bisect: true,
        maximum_retries: Some(2),
        maximum_age: None,
        partial_failures: true,
        on_failure: Some("q".to_owned()),
        filters: vec![Pattern::new(&json!({"eventName": ["INSERT"]})).unwrap()],
    }
}

struct Stream {
    changes: Arc<Changes>,
    queues: Queues,
    worker: Arc<Worker>,
    checkpoints: Checkpoints,
    poller: StreamPoller,
}

fn stream(
    mapping: StreamMapping,
    takes: u64,
    answer: impl Fn(&Value) -> Result<Value, InvokeError> + Send + Sync + 'static,
) -> Stream {
    let (queues, clock) = engine(QueueConfig::new("q"), Arc::new(Unobserved));
    let (changes, checkpoints) = (Arc::new(Changes::default()), Checkpoints::default());
    let worker = Worker::new(&clock, takes, answer);
    let poller = StreamPoller::new(mapping, changes.clone(), checkpoints.clone(), queues.clone(), worker.clone());
    Stream { changes, queues, worker, checkpoints, poller }
}

impl Stream {
    async fn work(&self, seconds: u64) {
        let _ = tokio::time::timeout(Duration::from_secs(seconds), self.poller.clone().run()).await;
    }

    /// Each sequence number once, in the order of the calls.
    fn seen(&self) -> Vec<String> {
        let mut seen = self.worker.batches().concat();
        let mut known = std::collections::BTreeSet::new();
        seen.retain(|number| known.insert(number.clone()));
        seen
    }
}

fn holds(event: &Value, number: &str) -> bool {
    event["Records"].as_array().unwrap().iter().any(|record| record["dynamodb"]["SequenceNumber"] == number)
}

fn wanted(count: usize) -> Vec<String> {
    (1..=count).filter(|number| !number.is_multiple_of(10)).map(|number| format!("{number:03}")).collect()
}

#[tokio::test(start_paused = true)]
async fn changes_come_in_order_each_batch_once_it_is_done_with_the_one_before() {
    let stream = stream(stream_mapping(), 3, |_| Ok(Value::Null));
    stream.changes.add(12);
    let later = async {
        tokio::time::sleep(Duration::from_secs(60)).await;
        stream.changes.add(13);
    };
    tokio::join!(stream.work(120), later);
    assert_eq!(stream.worker.batches().concat(), wanted(25));
    assert_eq!(stream.worker.at_work.lock().unwrap().1, 1);
    assert_eq!(stream.checkpoints.get("F/S").as_deref(), Some("025"));

    // Dropped in the middle of a batch, it repeats that batch and no other.
    stream.changes.add(4);
    stream.work(2).await;
    stream.work(20).await;
    let batches = stream.worker.batches();
    assert_eq!(batches[batches.len() - 2..], [wanted(29)[23..].to_vec(), wanted(29)[23..].to_vec()]);
}

#[tokio::test(start_paused = true)]
async fn one_change_that_always_fails_is_given_up_alone() {
    type FakeFunction = fn(&Value) -> Result<Value, InvokeError>;
    let crash: FakeFunction = |event| if holds(event, "006") { Err(InvokeError::Crashed) } else { Ok(Value::Null) };
    let report: FakeFunction = |event| match holds(event, "006") {
        true => Ok(json!({"batchItemFailures": [{"itemIdentifier": "006"}]})),
        false => Ok(json!({"batchItemFailures": []})),
    };
    for answer in [crash, report] {
        let stream = stream(stream_mapping(), 0, answer);
        stream.changes.add(21);
        stream.work(600).await;
        assert_eq!(stream.seen(), wanted(21));
        let alone = stream.worker.batches().iter().filter(|batch| *batch == &["006"]).count();
        assert_eq!(alone, 3, "two retries after the first try");
        let pointers = stream.queues.receive("q", 10, None).unwrap();
        let pointer: Value = serde_json::from_str(&pointers[0].message.body).unwrap();
        let batch = &pointer["DDBStreamBatchInfo"];
        assert_eq!((pointers.len(), &batch["batchSize"], &batch["startSequenceNumber"]), (1, &json!(1), &json!("006")));
        assert_eq!(batch["approximateArrivalOfFirstRecord"], "1970-01-01T00:00:07Z");
        assert_eq!(pointer["requestContext"]["condition"], "RetryAttemptsExhausted");
    }
}

#[tokio::test(start_paused = true)]
async fn an_outage_is_waited_out_until_a_change_is_too_old() {
    let mapping =
        StreamMapping { maximum_retries: None, maximum_age: Some(Duration::from_secs(3_600)), ..stream_mapping() };
    let stream = stream(mapping, 0, |_| Err(InvokeError::Crashed));
    stream.changes.add(1);
    stream.work(3_600).await;
    assert_eq!((stream.queues.depths()["q"].visible, stream.checkpoints.get("F/S")), (0, None));
    stream.work(200).await;
    assert_eq!((stream.queues.depths()["q"].visible, stream.checkpoints.get("F/S").as_deref()), (1, Some("001")));
}

#[tokio::test(start_paused = true)]
async fn without_bisecting_a_batch_fails_as_a_whole_and_a_throttled_one_waits() {
    let mapping = StreamMapping { bisect: false, ..stream_mapping() };
    let stream_of = |answer: fn(&Value) -> Result<Value, InvokeError>| stream(mapping.clone(), 0, answer);
    let failing = stream_of(|event| if holds(event, "006") { Err(InvokeError::TimedOut) } else { Ok(Value::Null) });
    failing.changes.add(9);
    failing.work(600).await;
    assert_eq!(failing.worker.batches().iter().map(Vec::len).collect::<Vec<_>>(), [8, 8, 8, 1]);
    assert_eq!(failing.queues.depths()["q"].visible, 1);

    let throttled = stream_of(|_| Err(InvokeError::Throttled));
    throttled.changes.add(3);
    throttled.work(600).await;
    assert_eq!((throttled.queues.depths()["q"].visible, throttled.checkpoints.get("F/S")), (0, None));
}

#[tokio::test(start_paused = true)]
async fn a_window_gathers_and_latest_begins_with_the_next_change() {
    let mapping = StreamMapping { from_oldest: false, window: Duration::from_secs(5), ..stream_mapping() };
    let stream = stream(mapping, 0, |_| Ok(Value::Null));
    stream.changes.add(3);
    let later = async {
        for _ in 0..3 {
            tokio::time::sleep(Duration::from_secs(2)).await;
            stream.changes.add(1);
        }
        tokio::time::sleep(Duration::from_secs(10)).await;
        stream.changes.add(20);
    };
    tokio::join!(stream.work(60), later);
    let sizes: Vec<usize> = stream.worker.batches().iter().map(Vec::len).collect();
    // 4–6 within five seconds, then eight at a time (less what the filter drops), then the rest after its window.
    assert_eq!((stream.seen(), sizes), (wanted(26)[3..].to_vec(), vec![3, 7, 7, 4]));
    assert_eq!(stream.worker.times()[0], 7);
}
