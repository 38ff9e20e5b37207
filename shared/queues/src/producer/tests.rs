use super::*;
use crate::events::CustomerRegistered;
use crate::tasks::SendTask;
use async_trait::async_trait;
use bytes::Bytes;
use domain::{AutomationName, BusinessId, CustomerId, Kind, MessageId};
use kit::aws::Clients;
use kit::chance::Chance;
use kit::clock::Clock;
use kit::env::Env;
use kit::http::{Http, HttpError, Request, Response};
use proptest::prelude::*;
use serde_json::{Value, json};
use std::sync::{Arc, Mutex};
use uuid::Uuid;

type Answer = dyn Fn(usize, &Value) -> (u16, Value) + Send + Sync;

/// AWS as a function from the number of the call and its body to an answer.
#[derive(Clone)]
struct FakeAws {
    answer: Arc<Answer>,
    seen: Arc<Mutex<Vec<Value>>>,
}

impl std::fmt::Debug for FakeAws {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("FakeAws")
    }
}

#[async_trait]
impl Http for FakeAws {
    async fn send(&self, request: Request, _: Duration) -> Result<Response, HttpError> {
        let body: Value = serde_json::from_slice(request.body()).unwrap();
        let nth = {
            let mut seen = self.seen.lock().unwrap();
            seen.push(body.clone());
            seen.len()
        };
        let (status, body) = (self.answer)(nth, &body);
        let response = http::Response::builder().status(status).header("content-type", "application/x-amz-json-1.1");
        Ok(response.body(Bytes::from(body.to_string())).unwrap())
    }
}

impl FakeAws {
    fn new(answer: impl Fn(usize, &Value) -> (u16, Value) + Send + Sync + 'static) -> Self {
        Self { answer: Arc::new(answer), seen: Arc::default() }
    }

    fn clients(&self) -> Clients {
        let env = Env::from_pairs([
            ("AWS_REGION", "us-east-1"),
            ("AWS_ACCESS_KEY_ID", "id"),
            ("AWS_SECRET_ACCESS_KEY", "key"),
            ("AWS_ENDPOINT_URL_SQS", "http://sqs.test"),
            ("AWS_ENDPOINT_URL_EVENTBRIDGE", "http://events.test"),
        ]);
        let clock = Clock::tokio("2026-11-21T18:00:00Z".parse().unwrap());
        Clients::new(env.read().unwrap(), Arc::new(self.clone()), clock, &Chance::seeded(1), None)
    }

    fn queues(&self) -> Queues {
        let urls = [(Queue::SendTransactional, "transactional"), (Queue::SendMarketing, "marketing")]
            .map(|(queue, name)| (queue, format!("http://sqs.test/{name}")));
        Queues::new(self.clients().sqs(), urls.into_iter().collect())
    }

    fn bus(&self) -> Bus {
        Bus::new(self.clients().eventbridge(), "recado")
    }

    fn calls(&self) -> Vec<Value> {
        self.seen.lock().unwrap().clone()
    }
}

fn ids(call: &Value) -> Vec<String> {
    call["Entries"].as_array().unwrap().iter().map(|entry| entry["Id"].as_str().unwrap().to_owned()).collect()
}

/// All entries of a batch succeed, except these: id, code, whether it is our fault.
fn batch(call: &Value, failed: &[(&str, &str, bool)]) -> (u16, Value) {
    let good = ids(call).into_iter().filter(|id| !failed.iter().any(|(bad, ..)| bad == id));
    let good: Vec<_> = good.map(|id| json!({"Id": id, "MessageId": "m", "MD5OfMessageBody": "x"})).collect();
    let bad: Vec<_> = failed
        .iter()
        .map(|(id, code, fault)| json!({"Id": id, "Code": code, "SenderFault": fault, "Message": "…"}))
        .collect();
    (200, json!({"Successful": good, "Failed": bad}))
}

fn task(n: u128) -> SendTask {
    SendTask {
        business_id: BusinessId(Uuid::from_u128(n)),
        message_id: MessageId::of(format!("missing-fields/{}", CustomerId(Uuid::from_u128(n)))),
        kind: Kind::Transactional,
        not_before: None,
        put_backs: 0,
    }
}

fn tasks(n: u128) -> Vec<SendTask> {
    (0..n).map(task).collect()
}

#[tokio::test]
async fn a_task_goes_with_its_business_as_group_and_its_delay() {
    let aws = FakeAws::new(|_, call| batch(call, &[]));
    aws.queues().send(&task(7), Duration::from_millis(1500)).await.unwrap();
    aws.queues().send(&task(7), Duration::from_secs(5000)).await.unwrap();
    let calls = aws.calls();
    assert_eq!(calls[0]["QueueUrl"], "http://sqs.test/transactional");
    let entry = &calls[0]["Entries"][0];
    assert_eq!(entry["MessageGroupId"], "00000000-0000-0000-0000-000000000007");
    assert_eq!(SendTask::parse(entry["MessageBody"].as_str().unwrap()).unwrap(), task(7));
    assert_eq!(entry["DelaySeconds"], 2);
    assert_eq!(calls[1]["Entries"][0]["DelaySeconds"], 900);
}

#[tokio::test]
async fn only_failed_entries_are_tried_again_and_what_stays_unsent_is_named() {
    let aws = FakeAws::new(|nth, call| match nth {
        1 => batch(
            call,
            &[("2", "InternalError", false), ("5", "InvalidMessageContents", true), ("7", "InternalError", false)],
        ),
        2 => batch(call, &[("1", "InternalError", false)]),
        _ => batch(call, &[("0", "InternalError", false)]),
    });
    let unsent = aws.queues().send_all(&tasks(10)).await.unwrap();
    let sizes: Vec<_> = aws.calls().iter().map(|call| ids(call).len()).collect();
    assert_eq!(sizes, [10, 2, 1]);
    assert_eq!(
        unsent,
        [
            Unsent { index: 5, code: "InvalidMessageContents".to_owned(), permanent: true },
            Unsent { index: 7, code: "InternalError".to_owned(), permanent: false },
        ]
    );
}

#[tokio::test]
async fn a_call_that_fails_whole_leaves_its_batch_unsent_and_no_other() {
    let aws = FakeAws::new(|_, call| match ids(call).len() {
        10 => (400, json!({"__type": "com.amazonaws.sqs#QueueDoesNotExist", "message": "…"})),
        _ => batch(call, &[]),
    });
    let unsent = aws.queues().send_all(&tasks(13)).await.unwrap();
    assert_eq!(unsent.iter().map(|it| it.index).collect::<Vec<_>>(), (0..10).collect::<Vec<_>>());
    let one = FakeAws::new(|_, _| (400, json!({"__type": "com.amazonaws.sqs#QueueDoesNotExist"})));
    let error = one.queues().send(&task(1), Duration::ZERO).await.unwrap_err();
    assert_eq!(error.to_string(), "not sent: QueueDoesNotExist");
}

#[tokio::test]
async fn each_task_goes_to_the_queue_of_its_kind_with_its_own_delay() {
    let aws = FakeAws::new(|_, call| batch(call, &[]));
    let kinds = [Kind::Marketing, Kind::Transactional, Kind::Owner];
    let tasks: Vec<_> = kinds.into_iter().map(|kind| SendTask { kind, ..task(1) }).collect();
    let delayed = tasks.iter().zip([3, 1, 2].map(Duration::from_secs));
    assert_eq!(aws.queues().send_each(delayed).await.unwrap(), []);
    let mut seen: Vec<_> = aws.calls().iter().map(|call| (call["QueueUrl"].clone(), call["Entries"].clone())).collect();
    seen.sort_by_key(|(url, _)| url.to_string());
    let delays = |nth: usize| -> Vec<i64> {
        seen[nth].1.as_array().unwrap().iter().map(|entry| entry["DelaySeconds"].as_i64().unwrap()).collect()
    };
    assert_eq!((seen[0].0.as_str().unwrap(), delays(0)), ("http://sqs.test/marketing", vec![3, 2]));
    assert_eq!((seen[1].0.as_str().unwrap(), delays(1)), ("http://sqs.test/transactional", vec![1]));
}

#[tokio::test]
async fn a_queue_without_a_url_is_named() {
    let aws = FakeAws::new(|_, call| batch(call, &[]));
    let queues = Queues::new(aws.clients().sqs(), QueueUrls::default());
    let error = queues.send(&task(1), Duration::ZERO).await.unwrap_err();
    assert_eq!(error.to_string(), "no URL is configured for the queue send-transactional");
    let urls: QueueUrls = Env::from_pairs([("QUEUE_NOTIFY_POINTS", "http://sqs.test/1")]).read().unwrap();
    assert_eq!(urls.url(Queue::Automation(AutomationName::NotifyPoints)), Ok("http://sqs.test/1"));
    assert!(aws.calls().is_empty());
}

fn registered(n: u128) -> Event {
    let business_id = BusinessId(Uuid::from_u128(1));
    Event::of(&CustomerRegistered { business_id, customer_id: CustomerId(Uuid::from_u128(n)) }).unwrap()
}

#[tokio::test]
async fn the_bus_is_looked_at_entry_by_entry() {
    let fine = || json!({"EventId": "e"});
    let aws = FakeAws::new(move |nth, call| {
        let mut entries = vec![fine(); call["Entries"].as_array().unwrap().len()];
        if nth == 1 {
            entries[3] = json!({"ErrorCode": "ThrottlingException", "ErrorMessage": "…"});
            entries[4] = json!({"ErrorCode": "MalformedDetail", "ErrorMessage": "…"});
        }
        (200, json!({"FailedEntryCount": 0, "Entries": entries}))
    });
    let events: Vec<Event> = (0..10).map(registered).collect();
    let unsent = aws.bus().publish(&events).await;
    assert_eq!(unsent, [Unsent { index: 4, code: "MalformedDetail".to_owned(), permanent: true }]);

    let calls = aws.calls();
    assert_eq!(calls.len(), 2);
    let entry = &calls[1]["Entries"][0];
    assert_eq!(calls[1]["Entries"].as_array().unwrap().len(), 1);
    assert_eq!((entry["Source"].as_str(), entry["EventBusName"].as_str()), (Some("recado"), Some("recado")));
    assert_eq!(entry["DetailType"], "CustomerRegistered");
    let detail: Value = serde_json::from_str(entry["Detail"].as_str().unwrap()).unwrap();
    assert_eq!(detail["customer_id"], "00000000-0000-0000-0000-000000000003");
    assert_eq!(detail["v"], 1);
}

proptest! {
    #[test]
    fn every_entry_is_in_one_batch_that_fits_or_is_too_large(sizes in prop::collection::vec(prop_oneof![
        0..2000usize, (MAX_BYTES - 10)..(MAX_BYTES + 10), (MAX_BYTES / 4)..(MAX_BYTES / 2)], 0..40)) {
        let (runs, too_large) = batches(&sizes);
        let mut covered: Vec<usize> = too_large.iter().map(|it| it.index).collect();
        for run in runs {
            prop_assert!(!run.is_empty() && run.len() <= MAX_ENTRIES);
            prop_assert!(sizes[run.clone()].iter().sum::<usize>() <= MAX_BYTES);
            covered.extend(run);
        }
        covered.sort_unstable();
        prop_assert_eq!(covered, (0..sizes.len()).collect::<Vec<_>>());
        prop_assert!(too_large.iter().all(|it| sizes[it.index] > MAX_BYTES));
    }
}
