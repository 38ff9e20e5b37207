//! Enqueues what has become due, every minute: automations at their hours, campaigns at theirs, messages that waited for
//! their time or for more than a queue can, messages that made no progress, and sessions of which nothing was heard. Each
//! kind that waits in a due index is a file; the sweep is the same for all.

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
use kit::env::{FromEnv, Vars};
use kit::{App, Error};
use queues::{QueueUrls, Queues};
use serde_json::Value;

/// The parts that the function stands on.
pub struct Sweeper {
    app: App,
    queues: Queues,
    backstop: Backstop,
    has_sessions: bool,
}

/// The function's own configuration.
pub struct Config {
    urls: QueueUrls,
    backstop: Backstop,
    /// Whether the deployment opens sessions: without a gateway for them none is looked for.
    has_sessions: bool,
}

impl FromEnv for Config {
    fn from_env(vars: &mut Vars<'_>) -> Self {
        Self {
            urls: QueueUrls::from_env(vars),
            backstop: Backstop::from_env(vars),
            has_sessions: vars.optional("SESSION_GATEWAY").is_some_and(|name| !name.is_empty()),
        }
    }
}

impl Sweeper {
    /// Of the App and the function's own configuration.
    #[must_use]
    pub fn new(app: App, Config { urls, backstop, has_sessions }: Config) -> Self {
        Self { queues: Queues::new(app.sqs().clone(), urls), backstop, has_sessions, app }
    }

    /// Automations first: they have an hour to keep. A kind that fails does not keep the others from their turn.
    async fn run(&self, now: DateTime<Utc>) -> Result<usize, Error> {
        let (jobs, automations) = self.sweep(&Automations(&self.app), now).await;
        let (campaigns, looked) = self.sweep(&Campaigns(&self.app), now).await;
        let (sessions, seen) = match self.has_sessions {
            true => self.sweep(&Sessions(&self.app), now).await,
            false => (0, Ok(())),
        };
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
