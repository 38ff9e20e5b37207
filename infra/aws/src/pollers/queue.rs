use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
    time::Duration,
};

use bytes::Bytes;
use chrono::{DateTime, TimeDelta, Utc};
use futures::{StreamExt, stream::FuturesUnordered};
use serde_json::{Value, json};

use super::response::failures;
use crate::{
    arn,
    invoke::Invoke,
    queues::{Attribute, Queues, Received, Refusal, bytes, digest},
    sqs::attributes,
    template::QueueMapping,
};

/// Calls at once if the mapping sets no bound (Lambda begins with five and adds more than a laptop holds).
const USUAL_CONCURRENCY: usize = 10;
/// Messages of one receive or delete request.
const REQUEST: usize = 10;
/// Most bytes of messages in one call; Lambda's limit for the event is 6 MB.
const MOST_BYTES: usize = 5_500_000;

/// Brings the messages of a queue to a function.
#[derive(Clone)]
pub struct QueuePoller {
    mapping: Arc<QueueMapping>,
    queues: Queues,
    invoke: Arc<dyn Invoke>,
}

impl QueuePoller {
    /// A poller that is not at work yet.
    pub fn new(mapping: QueueMapping, queues: Queues, invoke: Arc<dyn Invoke>) -> Self {
        Self { mapping: Arc::new(mapping), queues, invoke }
    }

    /// Brings messages, for ever; ends only if there is no such queue. Dropped, it leaves what it has received to the
    /// end of the visibility, as a poller that dies does.
    pub async fn run(self) {
        let most = self.mapping.maximum_concurrency.unwrap_or(USUAL_CONCURRENCY);
        let mut calls = FuturesUnordered::new();
        let mut gathering = Box::pin(self.gather());
        loop {
            tokio::select! {
                biased;
                Some(()) = calls.next(), if !calls.is_empty() => {}
                // Nothing is received that could not be worked on at once.
                batch = &mut gathering, if calls.len() < most => match batch {
                    Ok(batch) => {
                        calls.push(self.work(batch));
                        gathering = Box::pin(self.gather());
                    }
                    Err(refusal) => {
                        tracing::error!(mapping = self.mapping.name, %refusal, "mapping ends");
                        return;
                    }
                },
            }
        }
    }

    /// Waits for messages: for what is there, or with a window until the batch is full or the window over.
    async fn gather(&self) -> Result<Vec<Received>, Refusal> {
        let QueueMapping { queue, batch_size, window, .. } = self.mapping.as_ref();
        let mut batch = Vec::new();
        while batch.is_empty() {
            self.queues.wait(queue, DateTime::<Utc>::MAX_UTC).await?;
            batch = self.receive(*batch_size)?;
        }
        let end = self.queues.clock().now() + TimeDelta::from_std(*window).unwrap_or_default();
        while *window > Duration::ZERO && batch.len() < *batch_size && self.size(&batch) < MOST_BYTES {
            let mut more = self.receive(batch_size - batch.len())?;
            let none = more.is_empty();
            batch.append(&mut more);
            if none && !self.queues.wait(queue, end).await? {
                break;
            }
        }
        Ok(batch)
    }

    fn receive(&self, most: usize) -> Result<Vec<Received>, Refusal> {
        let received = self.queues.receive(&self.mapping.queue, most.min(REQUEST), None)?;
        if !received.is_empty() {
            self.queues.count(&self.mapping.queue, "ReceiveMessage", self.size(&received));
        }
        Ok(received)
    }

    fn size(&self, batch: &[Received]) -> usize {
        batch.iter().map(|received| bytes(&received.message.body, &received.message.attributes)).sum()
    }

    /// Calls the function with a batch, in pieces if it is too large for one event.
    async fn work(&self, batch: Vec<Received>) {
        let mut batch = self.drop_unwanted(batch);
        while !batch.is_empty() {
            let mut total = 0;
            let fits = batch.iter().take_while(|received| {
                total += self.size(std::slice::from_ref(received));
                total <= MOST_BYTES
            });
            let rest = batch.split_off(fits.count().max(1));
            // After a failure a FIFO queue's order forbids to go on.
            if !self.call(batch).await && self.mapping.queue.ends_with(".fifo") {
                return;
            }
            batch = rest;
        }
    }

    /// Deletes what no filter wants, as Lambda does.
    fn drop_unwanted(&self, batch: Vec<Received>) -> Vec<Received> {
        let filters = &self.mapping.filters;
        if filters.is_empty() {
            return batch;
        }
        let (wanted, unwanted): (Vec<_>, Vec<_>) = batch.into_iter().partition(|received| {
            let mut record = self.record(received);
            let parsed = serde_json::from_str(&received.message.body).ok().filter(Value::is_object);
            filters.iter().any(|filter| match (&parsed, filter.looks_into("body")) {
                (Some(parsed), true) => {
                    record["body"] = parsed.clone();
                    filter.matches(&record)
                }
                (None, true) => false,
                (_, false) => filter.matches(&self.record(received)),
            })
        });
        self.delete(&unwanted);
        wanted
    }

    /// Whether all of the batch is done.
    async fn call(&self, batch: Vec<Received>) -> bool {
        let function = &self.mapping.function;
        let records: Vec<Value> = batch.iter().map(|received| self.record(received)).collect();
        let event = Bytes::from(json!({"Records": records}).to_string());
        drop(records);
        let failed = match self.invoke.invoke(function, event).await {
            Err(error) => {
                tracing::warn!(function, %error, messages = batch.len(), "messages wait for their visibility to end");
                return false;
            }
            Ok(response) if self.mapping.partial_failures => {
                let ids: Vec<&str> = batch.iter().map(|received| received.message.message_id.as_str()).collect();
                failures(&response, &ids)
            }
            Ok(_) => Some(BTreeSet::new()),
        };
        let Some(failed) = failed else {
            tracing::warn!(function, "the answer names no messages of the batch, so all count as failed");
            return false;
        };
        let done: Vec<Received> =
            batch.into_iter().filter(|received| !failed.contains(&received.message.message_id)).collect();
        self.delete(&done);
        failed.is_empty()
    }

    fn delete(&self, done: &[Received]) {
        for request in done.chunks(REQUEST) {
            self.queues.count(&self.mapping.queue, "DeleteMessageBatch", 0);
            for received in request {
                if let Err(refusal) = self.queues.delete(&self.mapping.queue, &received.receipt_handle) {
                    tracing::warn!(mapping = self.mapping.name, code = refusal.code, "a message was not deleted");
                }
            }
        }
    }

    /// A message as Lambda shows it to a function.
    fn record(&self, received: &Received) -> Value {
        let message = &received.message;
        let shown = |attribute: &Attribute| {
            let mut shown = json!({
                "stringListValues": [],
                "binaryListValues": [],
                "dataType": attribute.data_type,
            });
            match attribute {
                Attribute { binary_value: Some(value), .. } => shown["binaryValue"] = json!(value),
                Attribute { string_value, .. } => shown["stringValue"] = json!(string_value),
            }
            shown
        };
        let own: BTreeMap<&String, Value> =
            message.attributes.iter().map(|(name, attribute)| (name, shown(attribute))).collect();
        let mut record = json!({
            "messageId": message.message_id,
            "receiptHandle": received.receipt_handle,
            "body": message.body,
            "attributes": attributes::of_message(message),
            "messageAttributes": own,
            "md5OfBody": digest::of_body(&message.body),
            "eventSource": "aws:sqs",
            "eventSourceARN": arn::queue(&self.mapping.queue),
            "awsRegion": arn::REGION,
        });
        if let Some(digest) = digest::of_attributes(&message.attributes) {
            record["md5OfMessageAttributes"] = digest.into();
        }
        record
    }
}
