use std::{collections::VecDeque, sync::Arc, time::Duration};

use bytes::Bytes;
use chrono::{DateTime, SecondsFormat, TimeDelta, Utc};
use serde_json::{Value, json};

use super::{Checkpoints, StreamSource, response::failures};
use crate::{
    arn,
    clock::Clock,
    invoke::{Invoke, InvokeError},
    queues::{NewMessage, Queues},
    template::StreamMapping,
};

/// Wait before the first retry; each next one waits twice as long.
const FIRST_WAIT: Duration = Duration::from_millis(500);
/// Longest wait between retries.
const LONGEST_WAIT: Duration = Duration::from_secs(60);

/// Brings the changes of a table to a function, one batch at a time and in order.
#[derive(Clone)]
pub struct StreamPoller {
    mapping: Arc<StreamMapping>,
    source: Arc<dyn StreamSource>,
    checkpoints: Checkpoints,
    queues: Queues,
    invoke: Arc<dyn Invoke>,
}

enum BatchResult {
    Done,
    /// The records before this index are done, this one is not.
    FailedFrom(usize),
    /// The function was not called.
    Throttled,
}

impl StreamPoller {
    /// A poller that is not at work yet; `queues` takes the pointers to what was given up.
    pub fn new(
        mapping: StreamMapping,
        source: Arc<dyn StreamSource>,
        checkpoints: Checkpoints,
        queues: Queues,
        invoke: Arc<dyn Invoke>,
    ) -> Self {
        Self { mapping: Arc::new(mapping), source, checkpoints, queues, invoke }
    }

    /// Brings changes, for ever. Dropped, it leaves its checkpoint behind what is done; the next run goes on there.
    pub async fn run(self) {
        let table = &self.mapping.table;
        if !self.mapping.from_oldest
            && self.checkpoints.get(&self.mapping.name).is_none()
            && let Some(latest) = self.source.latest(table)
        {
            self.checkpoints.set(&self.mapping.name, &latest);
        }
        loop {
            let batch = self.gather().await;
            let last = batch.last().map(sequence_number).unwrap_or_default();
            let filters = &self.mapping.filters;
            let wanted = |record: &Value| filters.is_empty() || filters.iter().any(|filter| filter.matches(record));
            let batch: Vec<Value> = batch.into_iter().filter(wanted).collect();
            if !batch.is_empty() {
                self.work(batch).await;
            }
            self.checkpoints.set(&self.mapping.name, &last);
        }
    }

    /// Waits for changes: for what is there, or with a window until the batch is full or the window over.
    async fn gather(&self) -> Vec<Value> {
        let StreamMapping { table, batch_size, window, name, .. } = self.mapping.as_ref();
        let after = self.checkpoints.get(name);
        let changed = self.source.changed();
        let mut end = None;
        loop {
            let changed = changed.notified();
            let records = self.source.records(table, after.as_deref(), *batch_size);
            let now = self.clock().now();
            if !records.is_empty() {
                let window = TimeDelta::from_std(*window).unwrap_or_default();
                if records.len() >= *batch_size || now >= *end.get_or_insert(now + window) {
                    return records;
                }
            }
            tokio::select! {
                biased;
                () = changed => {}
                () = self.clock().sleep_until(end.unwrap_or(DateTime::<Utc>::MAX_UTC)) => {}
            }
        }
    }

    /// Calls the function until each change of the batch is done or given up.
    async fn work(&self, batch: Vec<Value>) {
        let (mut pieces, mut tries) = (VecDeque::from([batch]), 0);
        while let Some(mut piece) = pieces.pop_front() {
            match self.call(&piece).await {
                BatchResult::Done => {
                    self.done(&piece);
                    tries = 0;
                    continue;
                }
                BatchResult::Throttled => pieces.push_front(piece),
                BatchResult::FailedFrom(index @ 1..) => {
                    let rest = piece.split_off(index);
                    self.done(&piece);
                    pieces.push_front(rest);
                    tries = 0;
                }
                // To halve a batch is no retry.
                BatchResult::FailedFrom(0) if self.mapping.bisect && piece.len() > 1 => {
                    let rest = piece.split_off(piece.len().div_ceil(2));
                    pieces.push_front(rest);
                    pieces.push_front(piece);
                }
                BatchResult::FailedFrom(0) => {
                    tries += 1;
                    if self.mapping.maximum_retries.is_some_and(|most| tries > most) || self.is_too_old(&piece) {
                        self.give_up(&piece, tries);
                        self.done(&piece);
                        tries = 0;
                        continue;
                    }
                    pieces.push_front(piece);
                }
            }
            self.clock().sleep(FIRST_WAIT.saturating_mul(1 << tries.min(10)).min(LONGEST_WAIT)).await;
        }
    }

    fn is_too_old(&self, piece: &[Value]) -> bool {
        let seconds = piece.first().and_then(|first| first["dynamodb"]["ApproximateCreationDateTime"].as_i64());
        let age = seconds.map(|seconds| self.clock().now().timestamp() - seconds).unwrap_or_default();
        self.mapping.maximum_age.is_some_and(|most| u64::try_from(age).is_ok_and(|age| age > most.as_secs()))
    }

    fn done(&self, piece: &[Value]) {
        if let Some(last) = piece.last() {
            self.checkpoints.set(&self.mapping.name, &sequence_number(last));
        }
    }

    async fn call(&self, piece: &[Value]) -> BatchResult {
        let function = &self.mapping.function;
        let event = Bytes::from(json!({"Records": piece}).to_string());
        let response = match self.invoke.invoke(function, event).await {
            Ok(response) => response,
            Err(InvokeError::Throttled) => return BatchResult::Throttled,
            Err(error) => {
                tracing::warn!(function, %error, changes = piece.len(), "changes are tried again");
                return BatchResult::FailedFrom(0);
            }
        };
        if !self.mapping.partial_failures {
            return BatchResult::Done;
        }
        let numbers: Vec<String> = piece.iter().map(sequence_number).collect();
        let numbers: Vec<&str> = numbers.iter().map(String::as_str).collect();
        let Some(failed) = failures(&response, &numbers) else { return BatchResult::FailedFrom(0) };
        match numbers.iter().position(|number| failed.contains(*number)) {
            Some(index) => BatchResult::FailedFrom(index),
            None => BatchResult::Done,
        }
    }

    /// Tells the on-failure queue where the changes stand that were given up; the changes themselves are not in it.
    fn give_up(&self, piece: &[Value], tries: u32) {
        let (Some(first), Some(last)) = (piece.first(), piece.last()) else { return };
        tracing::error!(mapping = self.mapping.name, changes = piece.len(), tries, "changes given up");
        let Some(queue) = &self.mapping.on_failure else { return };
        let now = self.clock().now();
        let pointer = json!({
            "requestContext": {
                "requestId": self.queues.new_id(),
                "functionArn": arn::function(&self.mapping.function_name),
                "condition": "RetryAttemptsExhausted",
                "approximateInvokeCount": tries,
            },
            "responseContext": {"statusCode": 200, "executedVersion": "$LATEST", "functionError": "Unhandled"},
            "version": "1.0",
            "timestamp": now.to_rfc3339_opts(SecondsFormat::Millis, true),
            "DDBStreamBatchInfo": {
                "shardId": "shardId-00000000000000000000-00000000",
                "startSequenceNumber": sequence_number(first),
                "endSequenceNumber": sequence_number(last),
                "approximateArrivalOfFirstRecord": arrival(first, now),
                "approximateArrivalOfLastRecord": arrival(last, now),
                "batchSize": piece.len(),
                "streamArn": arn::stream(&self.mapping.table),
            },
        });
        self.queues.count(queue, "SendMessage", 0);
        if let Err(refusal) = self.queues.send(queue, NewMessage::text(pointer.to_string())) {
            tracing::error!(queue, %refusal, "the pointer to changes given up is lost");
        }
    }

    fn clock(&self) -> &Clock {
        self.queues.clock()
    }
}

fn sequence_number(record: &Value) -> String {
    record["dynamodb"]["SequenceNumber"].as_str().unwrap_or_default().to_owned()
}

fn arrival(record: &Value, now: DateTime<Utc>) -> String {
    let seconds = record["dynamodb"]["ApproximateCreationDateTime"].as_f64();
    let at = seconds.and_then(|seconds| DateTime::from_timestamp(seconds as i64, 0)).unwrap_or(now);
    at.to_rfc3339_opts(SecondsFormat::Secs, true)
}
