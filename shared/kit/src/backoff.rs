//! When a failed task is redelivered: soon at first, later each time. Without this it would come when the queue's
//! visibility ends. That is long, because it must outlast the function's time-out.

use crate::app::App;
use aws_lambda_events::event::sqs::SqsMessage;
use aws_sdk_sqs::types::ChangeMessageVisibilityBatchRequestEntry;
use std::collections::BTreeMap;
use std::time::Duration;

/// The most entries that SQS takes at once.
const BATCH: usize = 10;
/// After the first failure; five times as long after each other. Of ten deliveries the last is an hour and a half after
/// the first.
const FIRST: Duration = Duration::from_secs(5);
const LONGEST: Duration = Duration::from_mins(15);

/// Sets when the failed tasks of a batch come again. A task that SQS does not take comes when its visibility ends.
pub(crate) async fn put_off(app: &App, again: &[SqsMessage]) {
    let mut queues: BTreeMap<String, Vec<ChangeMessageVisibilityBatchRequestEntry>> = BTreeMap::new();
    for (nth, record) in again.iter().enumerate() {
        let Some(url) = record.event_source_arn.as_deref().and_then(queue_url) else { continue };
        let wait = pause(deliveries(record));
        let wait = wait + app.chance().jitter(wait / 4);
        let entry = ChangeMessageVisibilityBatchRequestEntry::builder()
            .id(nth.to_string())
            .set_receipt_handle(record.receipt_handle.clone())
            .visibility_timeout(i32::try_from(wait.as_secs()).unwrap_or(i32::MAX))
            .build();
        if let Ok(entry) = entry {
            queues.entry(url).or_default().push(entry);
        }
    }
    let chunks = queues.iter().flat_map(|(url, entries)| entries.chunks(BATCH).map(move |chunk| (url, chunk)));
    let changes = chunks.map(async |(url, entries)| {
        let change = app.sqs().change_message_visibility_batch().queue_url(url);
        if change.set_entries(Some(entries.to_vec())).send().await.is_err() {
            tracing::warn!("the messages to be tried again come when their visibility ends");
        }
    });
    futures::future::join_all(changes).await;
}

/// Deliveries of a message so far, with this one.
pub(crate) fn deliveries(record: &SqsMessage) -> u32 {
    let count = record.attributes.get("ApproximateReceiveCount");
    count.and_then(|text| text.parse().ok()).unwrap_or(1)
}

fn pause(deliveries: u32) -> Duration {
    FIRST.saturating_mul(5_u32.saturating_pow(deliveries.saturating_sub(1))).min(LONGEST)
}

/// The queue of `arn:aws:sqs:region:account:name`.
fn queue_url(arn: &str) -> Option<String> {
    let mut parts = arn.split(':').skip(3);
    let (region, account, name) = (parts.next()?, parts.next()?, parts.next()?);
    Some(format!("https://sqs.{region}.amazonaws.com/{account}/{name}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_pause_is_longer_than_the_one_before_it() {
        let pauses: Vec<u64> = (0..8).map(|deliveries| pause(deliveries).as_secs()).collect();
        assert_eq!(pauses, [5, 5, 25, 125, 625, 900, 900, 900]);
    }

    #[test]
    fn a_queue_is_known_by_its_arn() {
        let url = queue_url("arn:aws:sqs:eu-west-1:123456789012:recado-Send").unwrap();
        assert_eq!(url, "https://sqs.eu-west-1.amazonaws.com/123456789012/recado-Send");
        assert_eq!(queue_url("arn:aws:sqs"), None);
    }
}
