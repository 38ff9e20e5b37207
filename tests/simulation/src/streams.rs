//! The streams of the tables, as Lambda reads them: four times a second, so that a batch brings all that has happened
//! since.

use aws::clock::Clock;
use aws::invoke::Invoke;
use aws::pollers::{QueuePoller, StreamPoller, StreamSource};
use futures::future::BoxFuture;
use local::cloud::Cloud;
use serde_json::Value;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use tokio::sync::Notify;

/// The time between two reads of a stream.
const EVERY: Duration = Duration::from_millis(250);

/// The workers that bring events to the functions, as [`Cloud::workers`], but for the pace of the streams. Each is read
/// at moments of its own.
pub fn workers(cloud: &Cloud, functions: &Arc<dyn Invoke>, rng: &mut fastrand::Rng) -> Vec<BoxFuture<'static, ()>> {
    let mut workers: Vec<BoxFuture<'static, ()>> = vec![Box::pin(cloud.bus.clone().run())];
    for mapping in &cloud.queue_mappings {
        let poller = QueuePoller::new(mapping.clone(), cloud.queues.clone(), functions.clone());
        workers.push(Box::pin(poller.run()));
    }
    for mapping in &cloud.stream_mappings {
        let stream = Arc::new(Stream {
            source: cloud.dynamodb.clone(),
            table: mapping.table.clone(),
            clock: cloud.clock.clone(),
            latest: Mutex::default(),
            read: Arc::default(),
        });
        let first = Duration::from_millis(rng.u64(..250));
        workers.push(Box::pin(stream.clone().read(first)));
        let (checkpoints, queues) = (cloud.checkpoints.clone(), cloud.queues.clone());
        let poller = StreamPoller::new(mapping.clone(), stream, checkpoints, queues, functions.clone());
        workers.push(Box::pin(poller.run()));
    }
    workers
}

/// The stream of one table, up to the change that the last read has seen.
struct Stream {
    source: Arc<dyn StreamSource>,
    table: String,
    clock: Clock,
    latest: Mutex<Option<String>>,
    read: Arc<Notify>,
}

impl Stream {
    /// Reads for ever. While nothing changes nothing is read: time that passes idly costs nothing.
    async fn read(self: Arc<Self>, first: Duration) {
        let begin = self.clock.now() + first;
        let changed = self.source.changed();
        loop {
            let changed = changed.notified();
            let latest = self.source.latest(&self.table);
            if latest == *self.latest() {
                changed.await;
                continue;
            }
            let since = (self.clock.now() - begin).num_milliseconds();
            let every = i64::try_from(EVERY.as_millis()).unwrap_or(i64::MAX);
            let wait = every - since.rem_euclid(every);
            tokio::time::sleep(Duration::from_millis(u64::try_from(wait).unwrap_or_default())).await;
            *self.latest() = self.source.latest(&self.table);
            self.read.notify_waiters();
        }
    }

    fn latest(&self) -> MutexGuard<'_, Option<String>> {
        self.latest.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl StreamSource for Stream {
    fn records(&self, table: &str, after: Option<&str>, limit: usize) -> Vec<Value> {
        let Some(latest) = self.latest().clone() else { return Vec::new() };
        let mut records = self.source.records(table, after, limit);
        // Sequence numbers are of one length, so the lesser text is the lesser number.
        records.retain(|record| record["dynamodb"]["SequenceNumber"].as_str().is_some_and(|it| it <= latest.as_str()));
        records
    }

    fn latest(&self, _: &str) -> Option<String> {
        self.latest().clone()
    }

    fn changed(&self) -> Arc<Notify> {
        self.read.clone()
    }
}
