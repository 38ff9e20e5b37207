//! Tasks of a queue, one by one or all together. A failure says whether the task comes again or never.

use crate::app::App;
use crate::backoff;
use crate::dead_letters::DeadLetter;
use aws_lambda_events::event::sqs::BatchItemFailure;
use aws_lambda_events::event::sqs::{SqsBatchResponse, SqsEvent, SqsMessage, SqsMessageAttribute};
use aws_sdk_sqs::primitives::Blob;
use aws_sdk_sqs::types::MessageAttributeValue;
use chrono::{DateTime, Utc};
use futures::stream::{self, StreamExt};
use serde::de::DeserializeOwned;
use std::fmt;

/// Dead letters that are put away at the same time.
const PUT_AT_ONCE: usize = 10;

/// Why a message was not done. The reason may hold nothing personal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Failure {
    /// It never can be done: it goes to the dead letters at once.
    Permanent(String),
    /// It may be done later: the queue redelivers it, after 5 s at first, then five times as long each time.
    Retry(String),
}

impl Failure {
    /// It never will be.
    pub fn permanent(reason: impl fmt::Display) -> Self {
        Self::Permanent(reason.to_string())
    }

    /// It may be later.
    pub fn retry(reason: impl fmt::Display) -> Self {
        Self::Retry(reason.to_string())
    }
}

impl From<store::StoreError> for Failure {
    fn from(error: store::StoreError) -> Self {
        match error {
            store::StoreError::Corrupt(_) | store::StoreError::Unwritable(_) | store::StoreError::BadCursor => {
                Self::permanent(error)
            }
            // A refusal is most often a permission or a table that is being repaired.
            error => Self::retry(error),
        }
    }
}

/// The outcome of one message of a batch.
pub type Outcome = Result<(), Failure>;

/// A message that could be read. `Debug` does not show its body.
#[derive(Clone)]
pub struct Item<T> {
    /// The content of the message, as the function reads it.
    pub body: T,
    /// SQS's id of the message, the same at every delivery.
    pub message_id: String,
    /// The message group, by which the queue is shared fairly: the business.
    pub group: Option<String>,
    /// Deliveries so far, with this one.
    pub deliveries: u32,
    /// When it was put into the queue.
    pub sent_at: Option<DateTime<Utc>>,
}

impl<T> fmt::Debug for Item<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Item").field("message_id", &self.message_id).finish_non_exhaustive()
    }
}

/// The order in which the tasks of a batch are done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Order {
    /// One after the other.
    InOrder,
    /// So many at the same time.
    Concurrent(usize),
}

/// Does each message of a batch by itself.
pub async fn batch<T, F, Fut>(app: &App, event: SqsEvent, order: Order, handle: F) -> SqsBatchResponse
where
    T: DeserializeOwned,
    F: Fn(Item<T>) -> Fut,
    Fut: Future<Output = Outcome>,
{
    let at_once = match order {
        Order::InOrder => 1,
        Order::Concurrent(most) => most.max(1),
    };
    whole_batch(app, event, async |items: Vec<Item<T>>| {
        stream::iter(items).map(handle).buffered(at_once).collect().await
    })
    .await
}

/// Gives all messages of a batch that can be read to `handle` at once, which answers for each in the same order. One it
/// does not answer for is delivered again.
pub async fn whole_batch<T, F>(app: &App, event: SqsEvent, handle: F) -> SqsBatchResponse
where
    T: DeserializeOwned,
    F: AsyncFnOnce(Vec<Item<T>>) -> Vec<Outcome>,
{
    let mut items = Vec::with_capacity(event.records.len());
    let mut readable = Vec::with_capacity(event.records.len());
    let mut failures = Vec::new();
    for record in event.records {
        match read(record.body.as_deref().unwrap_or_default()) {
            Ok(body) => {
                items.push(item(&record, body));
                readable.push(record);
            }
            Err(reason) => failures.push((record, Failure::Permanent(reason))),
        }
    }
    if !items.is_empty() {
        let mut outcomes = handle(items).await.into_iter();
        for record in readable {
            match outcomes.next() {
                Some(Ok(())) => {}
                Some(Err(failure)) => failures.push((record, failure)),
                None => failures.push((record, Failure::retry("no outcome"))),
            }
        }
    }
    let put = stream::iter(failures).map(|(record, failure)| again(app, record, failure)).buffered(PUT_AT_ONCE);
    let again: Vec<Option<SqsMessage>> = put.collect().await;
    let again: Vec<SqsMessage> = again.into_iter().flatten().collect();
    backoff::put_off(app, &again).await;
    let mut response = SqsBatchResponse::default();
    response.batch_item_failures = again.into_iter().map(not_done).collect();
    response
}

/// The task, or its fault; not in serde's words, which may repeat the body.
fn read<T: DeserializeOwned>(body: &str) -> Result<T, String> {
    let mut json = serde_json::Deserializer::from_str(body);
    let read = serde_path_to_error::deserialize(&mut json).map_err(|error| {
        let path = error.path().to_string();
        (path, error.into_inner())
    });
    let value = read.and_then(|value| json.end().map(|()| value).map_err(|error| (".".to_owned(), error)));
    value.map_err(|(path, error)| {
        format!("unreadable at {path}: {:?} error, line {} column {}", error.classify(), error.line(), error.column())
    })
}

fn item<T>(record: &SqsMessage, body: T) -> Item<T> {
    let attribute = |name| record.attributes.get(name).map(String::as_str);
    Item {
        body,
        message_id: record.message_id.clone().unwrap_or_default(),
        group: attribute("MessageGroupId").map(str::to_owned),
        deliveries: backoff::deliveries(record),
        sent_at: attribute("SentTimestamp")
            .and_then(|text| text.parse().ok())
            .and_then(DateTime::from_timestamp_millis),
    }
}

/// Settles a failure; answers the message if it must be delivered again.
async fn again(app: &App, record: SqsMessage, failure: Failure) -> Option<SqsMessage> {
    let message_id = record.message_id.as_deref().unwrap_or_default();
    match failure {
        Failure::Retry(reason) => {
            tracing::warn!(message_id, reason, "message {message_id} again: {reason}");
        }
        Failure::Permanent(reason) => match app.dead_letters().put(dead_letter(&record), &reason).await {
            Ok(()) => {
                tracing::error!(message_id, reason, "message {message_id} to the dead letters: {reason}");
                return None;
            }
            Err(error) => {
                tracing::error!(message_id, reason, %error, "message {message_id} again, as {error}: {reason}");
            }
        },
    }
    Some(record)
}

fn not_done(record: SqsMessage) -> BatchItemFailure {
    let mut failure = BatchItemFailure::default();
    failure.item_identifier = record.message_id.unwrap_or_default();
    failure
}

fn dead_letter(record: &SqsMessage) -> DeadLetter {
    DeadLetter {
        group: record.attributes.get("MessageGroupId").cloned(),
        attributes: record
            .message_attributes
            .iter()
            .filter_map(|(name, value)| Some((name.clone(), attribute_value(value.clone())?)))
            .collect(),
        body: record.body.clone().unwrap_or_default(),
    }
}

fn attribute_value(value: SqsMessageAttribute) -> Option<MessageAttributeValue> {
    MessageAttributeValue::builder()
        .data_type(value.data_type?)
        .set_string_value(value.string_value)
        .set_binary_value(value.binary_value.map(|binary| Blob::new(binary.0)))
        .build()
        .ok()
}

#[cfg(test)]
#[path = "batch_tests.rs"]
mod tests;
