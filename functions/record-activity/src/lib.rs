//! Brings a conversation to its customer's record, by one write, ten minutes after its last message. A task comes ten
//! minutes after each message of the customer, the assistant or a person. Only that of the last one finds that nobody has
//! written since. What campaigns, automations and callers send changes no chat: the task finds it in the reach row, and waits
//! until ten minutes after it. If the customer has written for the assistant, the conversation is to be analysed some time
//! later.

use aws_lambda_events::event::sqs::{SqsBatchResponse, SqsEvent};
use chrono::{DateTime, TimeDelta, Utc};
use domain::chat::Chat;
use domain::{BusinessId, CustomerId, Recipient};
use kit::App;
use kit::batch::{Failure, Item, Order, Outcome, batch};
use kit::env::{FromEnv, Vars};
use queues::tasks::ActivityTask;
use queues::{QueueUrls, Queues, Received};
use std::convert::Infallible;
use std::time::Duration;
use store::Recorded;

/// Conversations that are recorded at the same time.
const AT_ONCE: usize = 10;
/// Tries of a write that somebody else's change comes between.
const TRIES: usize = 5;
/// A message is sent some seconds after it is written, so the end of a conversation is not put off for so little.
const SOON: TimeDelta = TimeDelta::seconds(30);

/// The function's own configuration.
pub struct Config {
    urls: QueueUrls,
    /// The time after its last message at which a conversation ends.
    ends_after: Duration,
    /// The time after its last message at which a conversation may be analysed.
    analysed_after: TimeDelta,
}

impl FromEnv for Config {
    fn from_env(vars: &mut Vars<'_>) -> Self {
        let after = vars.seconds_or("ANALYZE_AFTER_SECONDS", 3_600);
        Self {
            urls: QueueUrls::from_env(vars),
            ends_after: vars.seconds_or("CONVERSATION_SECONDS", 600),
            analysed_after: TimeDelta::from_std(after).unwrap_or(TimeDelta::hours(1)),
        }
    }
}

/// The parts that the function stands on.
pub struct Recorder {
    app: App,
    queues: Queues,
    ends_after: Duration,
    analysed_after: TimeDelta,
}

impl Recorder {
    /// Of the App and the function's own configuration.
    #[must_use]
    pub fn new(app: App, Config { urls, ends_after, analysed_after }: Config) -> Self {
        Self { queues: Queues::new(app.sqs().clone(), urls), app, ends_after, analysed_after }
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
            if chat.ends_at(activity) {
                let sent_at = self.last_sent(business_id, customer_id).await?;
                if let Some(wait) = self.wait(&chat, sent_at) {
                    return self.queues.send(&task, wait).await.map_err(Failure::retry);
                }
                chat.last_at = chat.last_at.max(sent_at);
            }
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

    /// When the last message was sent to the customer, of whatever kind, UTC. One that was refused after all counts too.
    async fn last_sent(&self, business: BusinessId, customer: CustomerId) -> Result<Option<DateTime<Utc>>, Failure> {
        let reach = self.app.store().reach(business, Recipient::Customer(customer)).await?;
        Ok(reach.last_claim_at.map(|at| at.min(self.app.now())))
    }

    /// How long the conversation still goes on after what was sent at this time.
    fn wait(&self, chat: &Chat, sent_at: Option<DateTime<Utc>>) -> Option<Duration> {
        let sent_at = sent_at.filter(|at| chat.last_at.is_none_or(|last| last + SOON < *at))?;
        let left = (sent_at + self.ends_after - self.app.now()).to_std().ok()?;
        (!left.is_zero()).then_some(left)
    }
}
