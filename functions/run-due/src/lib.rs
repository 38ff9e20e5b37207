//! Enqueues what has become due, every minute: automations at their hours, campaigns at theirs, messages that waited for
//! their time or for more than a queue can, messages that made no progress, and sessions of which nothing was heard. Each kind that waits in a due index is a file; the sweep is
//! the same for all.

mod automations;
mod campaigns;
mod messages;
mod sessions;
mod sweep;

use crate::automations::Automations;
use crate::campaigns::Campaigns;
use crate::messages::Messages;
use crate::sessions::Sessions;
use aws_lambda_events::event::eventbridge::EventBridgeEvent;
use chrono::{DateTime, Utc};
use kit::config::Backstop;
use kit::{App, Error};
use queues::{QueueUrls, Queues};
use serde_json::Value;

/// The parts that the function stands on.
pub struct Sweeper {
    app: App,
    queues: Queues,
    backstop: Backstop,
}

impl Sweeper {
    /// Of the App and the function's own configuration.
    #[must_use]
    pub fn new(app: App, (urls, backstop): (QueueUrls, Backstop)) -> Self {
        Self { queues: Queues::new(app.sqs().clone(), urls), backstop, app }
    }

    /// Automations first: they have an hour to keep. A kind that fails does not keep the others from their turn.
    async fn run(&self, now: DateTime<Utc>) -> Result<usize, Error> {
        let (jobs, automations) = self.sweep(&Automations(&self.app), now).await;
        let (campaigns, looked) = self.sweep(&Campaigns(&self.app), now).await;
        let (sessions, seen) = self.sweep(&Sessions(&self.app), now).await;
        let messages = Messages { app: &self.app, backstop: self.backstop };
        let (sends, messages) = self.sweep(&messages, now).await;
        automations.and(looked).and(seen).and(messages).map(|()| jobs + campaigns + sessions + sends)
    }
}

impl Sweeper {
    /// Takes all rows that are due by the time of the event, or by now if that is later. A rule that a human fires as
    /// of a later time sees the rows that will be due then.
    ///
    /// # Errors
    /// The store or a queue did not answer; the next minute goes on.
    pub async fn handle(&self, event: EventBridgeEvent<Value>) -> Result<(), Error> {
        let as_of = event.time.unwrap_or_else(|| self.app.now()).max(self.app.now());
        let enqueued = self.run(as_of).await?;
        if enqueued > 0 {
            tracing::info!(enqueued, "{enqueued} messages, automations, campaigns and sessions were due");
        }
        Ok(())
    }
}
