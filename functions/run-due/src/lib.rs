//! Enqueues what has become due (P6), every minute: automations at their hours, messages that waited for more than a queue
//! can, and messages that made no progress. It enqueues first and then puts the row off, so a repeat is harmless and
//! nothing is lost.

mod automations;

use aws_lambda_events::event::eventbridge::EventBridgeEvent;
use chrono::{DateTime, Utc};
use futures::stream::{self, StreamExt};
use kit::config::Backstop;
use kit::{App, Error};
use queues::tasks::SendTask;
use queues::{QueueUrls, Queues};
use serde_json::Value;
use std::collections::BTreeSet;
use store::{DueMessage, DuePage, due_shards};

/// Rows of one page, and of one round of sending.
const PAGE: usize = 200;
/// Pages of a shard in one minute; the rest is taken by the next minute.
const PAGES: usize = 10;
/// Rows that are put off at the same time.
const AT_ONCE: usize = 16;

/// What the function stands on.
pub struct Function {
    app: App,
    queues: Queues,
    backstop: Backstop,
}

impl Function {
    /// Of the App and the function's own configuration.
    #[must_use]
    pub fn new(app: App, (urls, backstop): (QueueUrls, Backstop)) -> Self {
        Self { queues: Queues::new(app.sqs().clone(), urls), backstop, app }
    }

    /// Automations first: they have an hour to keep. A shard that fails does not keep the others from their turn, nor,
    /// should the time not do for all messages, the first ones the last from theirs: each minute begins elsewhere.
    async fn run(&self, now: DateTime<Utc>) -> Result<usize, Error> {
        let (mut enqueued, mut failed) = (0, None);
        let mut note = |ran: Result<usize, Error>| match ran {
            Ok(more) => enqueued += more,
            Err(error) => failed = Some(error),
        };
        for shard in due_shards() {
            note(self.run_automations(shard, now).await);
        }
        let shards: Vec<u8> = due_shards().collect();
        let minute = usize::try_from(now.timestamp() / 60).unwrap_or_default();
        for shard in shards.iter().cycle().skip(minute % shards.len().max(1)).take(shards.len()) {
            note(self.run_messages(*shard, now).await);
        }
        failed.map_or(Ok(enqueued), Err)
    }

    async fn run_messages(&self, shard: u8, now: DateTime<Utc>) -> Result<usize, Error> {
        let (mut enqueued, mut cursor) = (0, None);
        for _ in 0..PAGES {
            let DuePage { rows, next, .. } = self.app.store().due_messages(shard, now, PAGE, cursor).await?;
            enqueued += self.enqueue(rows, now).await?;
            cursor = next;
            if cursor.is_none() {
                break;
            }
        }
        Ok(enqueued)
    }

    async fn enqueue(&self, due: Vec<DueMessage>, now: DateTime<Utc>) -> Result<usize, Error> {
        let next = now + self.backstop.0;
        let tasks: Vec<SendTask> = due
            .iter()
            .map(|it| SendTask {
                business_id: it.business_id,
                message_id: it.message_id.clone(),
                kind: it.kind,
                not_before: Some(next),
                put_backs: 0,
            })
            .collect();
        let unsent: BTreeSet<usize> = self.queues.send_all(&tasks).await?.into_iter().map(|it| it.index).collect();
        let sent = due.into_iter().enumerate().filter(|(index, _)| !unsent.contains(index)).map(|(_, due)| due);
        let put_off = sent.map(async |due| self.app.store().advance_message(&due, next, &self.app.attempt()).await);
        let results: Vec<_> = stream::iter(put_off).buffer_unordered(AT_ONCE).collect().await;
        let done = results.len();
        metrics::counter!("due_enqueued").increment(done as u64);
        results.into_iter().collect::<Result<Vec<_>, _>>()?;
        Ok(done)
    }
}

/// Takes what is due by the time of the event, or by now where that is later: a rule that is fired as of a later time
/// by hand sees what will be due then.
///
/// # Errors
/// The store or a queue did not answer; the next minute goes on.
pub async fn handle(function: &Function, event: EventBridgeEvent<Value>) -> Result<(), Error> {
    let as_of = event.time.unwrap_or_else(|| function.app.now()).max(function.app.now());
    let enqueued = function.run(as_of).await?;
    if enqueued > 0 {
        tracing::info!(enqueued, "{enqueued} messages and automations were due");
    }
    Ok(())
}
