//! Typed producers for the queues and the bus. Both services answer 200 with failed entries inside, so each call
//! tells exactly which entries did not go: a caller acknowledges only what was sent.

use crate::envelope::{Task, TaskError};
use crate::events::{Event, SOURCE};
use crate::queue::{NoQueue, Queue, QueueUrls};
use aws_sdk_eventbridge::types::PutEventsRequestEntry;
use aws_sdk_sqs::error::{ProvideErrorMetadata, SdkError};
use aws_sdk_sqs::types::SendMessageBatchRequestEntry;
use futures::stream::{self, StreamExt};
use std::collections::BTreeMap;
use std::ops::Range;
use std::time::Duration;

/// The most entries of one batch, on queues and bus.
pub const MAX_ENTRIES: usize = 10;

/// The most bytes of one message and of one batch; SQS and the bus have the same limit.
pub const MAX_BYTES: usize = 1024 * 1024;

/// The longest delay a queue knows.
pub const MAX_DELAY: Duration = Duration::from_secs(900);

/// The bytes of an event beyond its detail: source, type and some room.
const EVENT_OVERHEAD: usize = 256;

/// The number of times that an entry is tried in all that the service could not take. A call that fails whole was
/// already repeated by the SDK.
const TRIES: u32 = 3;

/// Between the first and the second try; then twice as long.
const PAUSE: Duration = Duration::from_millis(50);

/// Batches under way at once.
const AT_ONCE: usize = 8;

/// Nothing of the call was sent. Never quotes a body.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ProducerError {
    /// The function was not given the queue.
    #[error(transparent)]
    NoQueue(#[from] NoQueue),
    /// A task or event could not be written.
    #[error(transparent)]
    Task(#[from] TaskError),
    /// Tried as often as allowed.
    #[error("not sent: {0}")]
    NotSent(String),
}

/// An entry that could not be sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unsent {
    /// Its place in what was given.
    pub index: usize,
    /// The service's code, or `TooLarge`, or the kind of the call's failure.
    pub code: String,
    /// Whether to try again is pointless.
    pub permanent: bool,
}

impl Unsent {
    /// The whole call failed.
    fn by_call<E: ProvideErrorMetadata, R>(index: usize, error: &SdkError<E, R>) -> Self {
        let code = match error {
            SdkError::ServiceError(it) => it.err().code().unwrap_or("ServiceError"),
            SdkError::TimeoutError(_) => "Timeout",
            SdkError::DispatchFailure(_) => "DispatchFailure",
            SdkError::ResponseError(_) => "ResponseError",
            _ => "ConstructionFailure",
        };
        Self { index, code: code.to_owned(), permanent: false }
    }
}

/// Sends tasks to their queues.
#[derive(Clone, Debug)]
pub struct Queues {
    sqs: aws_sdk_sqs::Client,
    urls: QueueUrls,
}

struct Entry {
    index: usize,
    body: String,
    group: String,
    delay: i32,
}

impl Queues {
    /// A producer over this client, for the queues that have a URL.
    #[must_use]
    pub fn new(sqs: aws_sdk_sqs::Client, urls: QueueUrls) -> Self {
        Self { sqs, urls }
    }

    /// Sends one task, visible after `delay`. The delay is rounded up to seconds and cut to 15 minutes; a longer wait
    /// goes by the due index.
    ///
    /// # Errors
    /// If it was not, or perhaps not, sent: then it may be sent again.
    pub async fn send<T: Task>(&self, task: &T, delay: Duration) -> Result<(), ProducerError> {
        match self.send_each([(task, delay)]).await?.into_iter().next() {
            None => Ok(()),
            Some(unsent) => Err(ProducerError::NotSent(unsent.code)),
        }
    }

    /// Sends many tasks at once and tells which did not go.
    ///
    /// # Errors
    /// If a queue is not configured or a task cannot be written; then nothing was sent.
    pub async fn send_all<T: Task>(&self, tasks: &[T]) -> Result<Vec<Unsent>, ProducerError> {
        self.send_each(tasks.iter().map(|task| (task, Duration::ZERO))).await
    }

    /// Sends many tasks, each after its own delay and to its own queue, in as few requests as the limits allow, and
    /// tells which did not go.
    ///
    /// # Errors
    /// If a queue is not configured or a task cannot be written; then nothing was sent.
    pub async fn send_each<'a, T: Task + 'a>(
        &self,
        tasks: impl IntoIterator<Item = (&'a T, Duration)>,
    ) -> Result<Vec<Unsent>, ProducerError> {
        let mut queues: BTreeMap<Queue, Vec<Entry>> = BTreeMap::new();
        for (index, (task, delay)) in tasks.into_iter().enumerate() {
            let group = task.group();
            let entry = Entry { index, body: task.body()?, group, delay: seconds(delay) };
            queues.entry(task.queue()).or_default().push(entry);
        }
        let mut calls = Vec::new();
        let mut unsent = Vec::new();
        for (queue, entries) in queues {
            let url = self.urls.url(queue)?;
            let sizes: Vec<usize> = entries.iter().map(|entry| entry.body.len()).collect();
            let (ranges, too_large) = batches(&sizes);
            let places: Vec<usize> = entries.iter().map(|entry| entry.index).collect();
            unsent.extend(too_large.into_iter().map(|it| Unsent { index: places[it.index], ..it }));
            let mut entries: Vec<Option<Entry>> = entries.into_iter().map(Some).collect();
            for range in ranges {
                let batch: Vec<Entry> = entries[range].iter_mut().filter_map(Option::take).collect();
                calls.push(self.send_batch(url, batch));
            }
        }
        let results: Vec<Vec<Unsent>> = stream::iter(calls).buffered(AT_ONCE).collect().await;
        unsent.extend(results.into_iter().flatten());
        unsent.sort_by_key(|entry| entry.index);
        Ok(unsent)
    }

    async fn send_batch(&self, url: &str, mut batch: Vec<Entry>) -> Vec<Unsent> {
        let mut unsent = Vec::new();
        for round in 1..=TRIES {
            let mut call = self.sqs.send_message_batch().queue_url(url);
            for (place, entry) in batch.iter().enumerate() {
                let entry = SendMessageBatchRequestEntry::builder()
                    .id(place.to_string())
                    .message_body(&entry.body)
                    .message_group_id(&entry.group)
                    .delay_seconds(entry.delay)
                    .build();
                call = match entry {
                    Ok(entry) => call.entries(entry),
                    Err(_) => continue,
                };
            }
            let answer = match call.send().await {
                Ok(answer) => answer,
                Err(error) => {
                    unsent.extend(batch.iter().map(|entry| Unsent::by_call(entry.index, &error)));
                    break;
                }
            };
            let failures = answer.failed().iter().filter_map(|it| {
                let failure = Failure { code: it.code().to_owned(), permanent: it.sender_fault() };
                it.id().parse().ok().map(|place| (place, failure))
            });
            batch = keep_failed(batch, failures, round == TRIES, |entry| entry.index, &mut unsent);
            if batch.is_empty() {
                break;
            }
            tokio::time::sleep(PAUSE * 2u32.pow(round - 1)).await;
        }
        unsent
    }
}

/// Puts events on the bus.
#[derive(Clone, Debug)]
pub struct Bus {
    events: aws_sdk_eventbridge::Client,
    name: String,
}

impl Bus {
    /// A producer over this client, for the bus of this name.
    #[must_use]
    pub fn new(events: aws_sdk_eventbridge::Client, name: impl Into<String>) -> Self {
        Self { events, name: name.into() }
    }

    /// Publishes in as few requests as the limits allow and tells which events did not go.
    pub async fn publish(&self, events: &[Event]) -> Vec<Unsent> {
        let sizes: Vec<usize> = events.iter().map(|event| event.detail.len() + EVENT_OVERHEAD).collect();
        let (batches, mut unsent) = batches(&sizes);
        let calls = batches.into_iter().map(|range| self.put_batch(events, range.collect()));
        let results: Vec<Vec<Unsent>> = stream::iter(calls).buffered(AT_ONCE).collect().await;
        unsent.extend(results.into_iter().flatten());
        unsent.sort_by_key(|entry| entry.index);
        unsent
    }

    async fn put_batch(&self, events: &[Event], mut batch: Vec<usize>) -> Vec<Unsent> {
        let mut unsent = Vec::new();
        for round in 1..=TRIES {
            let mut call = self.events.put_events();
            for &index in &batch {
                call = call.entries(
                    PutEventsRequestEntry::builder()
                        .event_bus_name(&self.name)
                        .source(SOURCE)
                        .detail_type(events[index].detail_type)
                        .detail(&events[index].detail)
                        .build(),
                );
            }
            let answer = match call.send().await {
                Ok(answer) => answer,
                Err(error) => {
                    unsent.extend(batch.iter().map(|index| Unsent::by_call(*index, &error)));
                    break;
                }
            };
            let failures = answer.entries().iter().enumerate().filter_map(|(place, entry)| {
                let code = entry.error_code()?;
                // The codes that the bus answers about the entry itself, not about its own load.
                let permanent = matches!(code, "MalformedDetail" | "NotAuthorizedForSource" | "InvalidArgument");
                Some((place, Failure { code: code.to_owned(), permanent }))
            });
            batch = keep_failed(batch, failures, round == TRIES, |index| *index, &mut unsent);
            if batch.is_empty() {
                break;
            }
            tokio::time::sleep(PAUSE * 2u32.pow(round - 1)).await;
        }
        unsent
    }
}

struct Failure {
    code: String,
    permanent: bool,
}

/// The entries of a batch that are worth another try; the other failures go to `unsent`.
fn keep_failed<T>(
    batch: Vec<T>,
    failures: impl Iterator<Item = (usize, Failure)>,
    last: bool,
    index: impl Fn(&T) -> usize,
    unsent: &mut Vec<Unsent>,
) -> Vec<T> {
    let mut places: Vec<Option<T>> = batch.into_iter().map(Some).collect();
    let mut again = Vec::new();
    for (place, failure) in failures {
        let Some(entry) = places.get_mut(place).and_then(Option::take) else { continue };
        if last || failure.permanent {
            unsent.push(Unsent { index: index(&entry), code: failure.code, permanent: failure.permanent });
        } else {
            again.push(entry);
        }
    }
    again
}

/// Runs of entries that fit one request each, in order; and those that fit none.
fn batches(sizes: &[usize]) -> (Vec<Range<usize>>, Vec<Unsent>) {
    let (mut runs, mut too_large) = (Vec::new(), Vec::new());
    let (mut start, mut bytes) = (0, 0);
    for (index, &size) in sizes.iter().enumerate() {
        let fits_none = size > MAX_BYTES;
        if fits_none || index - start == MAX_ENTRIES || bytes + size > MAX_BYTES {
            runs.push(start..index);
            (start, bytes) = (index, 0);
        }
        if fits_none {
            too_large.push(Unsent { index, code: "TooLarge".to_owned(), permanent: true });
            start = index + 1;
        } else {
            bytes += size;
        }
    }
    runs.push(start..sizes.len());
    runs.retain(|run| !run.is_empty());
    (runs, too_large)
}

fn seconds(delay: Duration) -> i32 {
    let delay = delay.min(MAX_DELAY);
    let up = u64::from(delay.subsec_nanos() > 0);
    i32::try_from(delay.as_secs() + up).unwrap_or(900).min(900)
}

#[cfg(test)]
mod tests;
