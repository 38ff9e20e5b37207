use std::{
    sync::{Arc, Mutex},
    time::Duration,
};

use bytes::Bytes;
use serde_json::Value;

use crate::{
    clock::Clock,
    invoke::{Invoke, InvokeError},
    observe::Observe,
    queues::{QueueConfig, Queues},
};

mod queue;
mod stream;

type Behaviour = dyn Fn(&Value) -> Result<Value, InvokeError> + Send + Sync;

/// A function that takes its time, keeps what it was called with and answers as told.
struct Worker {
    clock: Clock,
    takes: Duration,
    answer: Box<Behaviour>,
    at_work: Mutex<(usize, usize)>,
    /// Second of the call and its event.
    calls: Mutex<Vec<(i64, Value)>>,
}

impl Worker {
    fn new(
        clock: &Clock,
        takes: u64,
        answer: impl Fn(&Value) -> Result<Value, InvokeError> + Send + Sync + 'static,
    ) -> Arc<Self> {
        Arc::new(Self {
            clock: clock.clone(),
            takes: Duration::from_secs(takes),
            answer: Box::new(answer),
            at_work: Mutex::default(),
            calls: Mutex::default(),
        })
    }

    /// Bodies or sequence numbers of each call.
    fn batches(&self) -> Vec<Vec<String>> {
        let name = |record: &Value| {
            let name = record["body"].as_str().or(record["dynamodb"]["SequenceNumber"].as_str());
            name.unwrap_or_default().to_owned()
        };
        let calls = self.calls.lock().unwrap();
        calls.iter().map(|(_, event)| event["Records"].as_array().unwrap().iter().map(name).collect()).collect()
    }

    fn times(&self) -> Vec<i64> {
        self.calls.lock().unwrap().iter().map(|(at, _)| *at).collect()
    }
}

#[async_trait::async_trait]
impl Invoke for Worker {
    async fn invoke(&self, _: &str, payload: Bytes) -> Result<Bytes, InvokeError> {
        let event: Value = serde_json::from_slice(&payload).unwrap();
        self.calls.lock().unwrap().push((self.clock.now().timestamp(), event.clone()));
        {
            let mut at_work = self.at_work.lock().unwrap();
            at_work.0 += 1;
            at_work.1 = at_work.1.max(at_work.0);
        }
        self.clock.sleep(self.takes).await;
        self.at_work.lock().unwrap().0 -= 1;
        (self.answer)(&event).map(|answer| answer.to_string().into())
    }
}

fn epoch() -> Clock {
    Clock::starting_at(chrono::DateTime::UNIX_EPOCH)
}

fn engine(queue: QueueConfig, observe: Arc<dyn Observe>) -> (Queues, Clock) {
    let clock = epoch();
    let queues = Queues::new(clock.clone(), fastrand::Rng::with_seed(5), observe);
    queues.create(queue).unwrap();
    (queues, clock)
}
