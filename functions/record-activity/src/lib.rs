//! Brings a conversation to its customer's record, by one write, ten minutes after its last message. A task comes ten
//! minutes after each message of either side. Only that of the last one finds that nobody has written since. If the customer
//! has written for the assistant, the conversation is to be analysed some time later.

use aws_lambda_events::event::sqs::{SqsBatchResponse, SqsEvent};
use chrono::TimeDelta;
use kit::App;
use kit::batch::{Failure, Item, Order, Outcome, batch};
use kit::env::{FromEnv, Vars};
use queues::Received;
use queues::tasks::ActivityTask;
use std::convert::Infallible;
use store::Recorded;

/// Conversations that are recorded at the same time.
const AT_ONCE: usize = 10;
/// Tries of a write that somebody else's change comes between.
const TRIES: usize = 5;

/// The function's own configuration.
pub struct Config {
    /// The time after its last message at which a conversation may be analysed.
    analysed_after: TimeDelta,
}

impl FromEnv for Config {
    fn from_env(vars: &mut Vars<'_>) -> Self {
        let after = vars.seconds_or("ANALYZE_AFTER_SECONDS", 3_600);
        Self { analysed_after: TimeDelta::from_std(after).unwrap_or(TimeDelta::hours(1)) }
    }
}

/// The parts that the function stands on.
pub struct Recorder {
    app: App,
    analysed_after: TimeDelta,
}

impl Recorder {
    /// Of the App and the function's own configuration.
    #[must_use]
    pub fn new(app: App, Config { analysed_after }: Config) -> Self {
        Self { app, analysed_after }
    }

    /// Records the conversations of a batch side by side.
    ///
    /// # Errors
    /// None: each failure is answered for by itself.
    pub async fn handle(&self, event: SqsEvent) -> Result<SqsBatchResponse, Infallible> {
        let record = |item: Item<Received<ActivityTask>>| self.record(item.body.0);
        Ok(batch(&self.app, event, Order::Concurrent(AT_ONCE), record).await)
    }

    async fn record(&self, task: ActivityTask) -> Outcome {
        let ActivityTask { business_id, customer_id, activity } = task;
        let store = self.app.store();
        for _ in 0..TRIES {
            let before = store.chat(business_id, customer_id).await?;
            let mut chat = before.record.clone();
            // Somebody has written since, or the record knows it.
            let Some(settled) = chat.settle(activity, self.analysed_after) else { return Ok(()) };
            let (now, attempt) = (self.app.now(), self.app.attempt());
            let recorded =
                store.record_conversation(business_id, customer_id, &before, &chat, &settled, now, &attempt).await?;
            match recorded {
                Recorded::Done => {
                    metrics::counter!("conversations_ended").increment(1);
                    return Ok(());
                }
                // Erased meanwhile.
                Recorded::NoCustomer => return Ok(()),
                Recorded::Conflict => {}
            }
        }
        Err(Failure::retry("contended"))
    }
}
