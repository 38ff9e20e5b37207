//! Enqueues what has become due, every minute: automations at their hours, campaigns at theirs, the nightly sync of each
//! business, messages that waited for their time or for more than a queue can, messages that made no progress, and sessions of
//! which nothing was heard. Every
//! quarter of an hour it enqueues chats that wait for their analysis and requests that nobody has answered too. Each kind that
//! waits in a due index is a file; the sweep is the same for all.

mod automations;
mod campaigns;
mod chats;
mod messages;
mod requests;
mod sessions;
mod sweep;
mod syncs;

use crate::automations::Automations;
use crate::campaigns::Campaigns;
use crate::chats::Chats;
use crate::messages::Messages;
use crate::requests::Requests;
use crate::sessions::Sessions;
use crate::syncs::Syncs;
use aws_lambda_events::event::eventbridge::EventBridgeEvent;
use chrono::{DateTime, Timelike, Utc};
use domain::RestoredAt;
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
    restored: RestoredAt,
    has_sessions: bool,
    /// Chats that wait for their analysis, and requests that nobody has answered, are looked for in each such minute; `None`
    /// without an assistant.
    analyses_every: Option<u32>,
}

/// The function's own configuration.
pub struct Config {
    urls: QueueUrls,
    backstop: Backstop,
    restored: RestoredAt,
    /// Whether the deployment opens sessions: without a gateway for them none is looked for.
    has_sessions: bool,
    /// Minutes; `None` without an assistant, as nothing waits for it.
    analyses_every: Option<u32>,
}

impl FromEnv for Config {
    fn from_env(vars: &mut Vars<'_>) -> Self {
        Self {
            urls: QueueUrls::from_env(vars),
            backstop: Backstop::from_env(vars),
            restored: RestoredAt::from_env(vars),
            has_sessions: vars.optional("SESSION_GATEWAY").is_some_and(|name| !name.is_empty()),
            analyses_every: vars
                .optional_url("ASSISTANT_URL")
                .map(|_| vars.parsed_or("ANALYZE_EVERY_MINUTES", 15, "a number of minutes")),
        }
    }
}

impl Sweeper {
    /// Of the App and the function's own configuration.
    #[must_use]
    pub fn new(app: App, Config { urls, backstop, restored, has_sessions, analyses_every }: Config) -> Self {
        Self { queues: Queues::new(app.sqs().clone(), urls), backstop, restored, has_sessions, analyses_every, app }
    }

    /// Automations first: they have an hour to keep. A kind that fails does not keep the others from their turn.
    /// `minute` is the one that the rule fired for, however late its event comes.
    async fn run(&self, now: DateTime<Utc>, minute: u32) -> Result<usize, Error> {
        let automations = Automations { app: &self.app, restored: self.restored };
        let (jobs, automations) = self.sweep(&automations, now).await;
        let (campaigns, looked) = self.sweep(&Campaigns(&self.app), now).await;
        let (sessions, seen) = match self.has_sessions {
            true => self.sweep(&Sessions(&self.app), now).await,
            false => (0, Ok(())),
        };
        let analyses_now = |every: u32| minute.checked_rem(every) == Some(0);
        let looks_now = self.analyses_every.is_some_and(analyses_now);
        let (requests, looked_at) = match looks_now {
            true => self.sweep(&Requests(&self.app), now).await,
            false => (0, Ok(())),
        };
        let (chats, analysed) = match looks_now {
            true => self.sweep(&Chats(&self.app), now).await,
            false => (0, Ok(())),
        };
        let (syncs, synced) = self.sweep(&Syncs(&self.app), now).await;
        let messages = Messages { app: &self.app, backstop: self.backstop };
        let (sends, messages) = self.sweep(&messages, now).await;
        let done = automations.and(looked).and(seen).and(looked_at).and(analysed).and(synced).and(messages);
        done.map(|()| jobs + campaigns + sessions + requests + chats + syncs + sends)
    }
}

impl Sweeper {
    /// Takes all rows that are due by the time of the event, or by now if that is later. A rule that a human fires as
    /// of a later time sees the rows that will be due then.
    ///
    /// # Errors
    /// The store or a queue did not answer; the next minute goes on.
    pub async fn handle(&self, event: EventBridgeEvent<Value>) -> Result<(), Error> {
        let fired_for = event.time.unwrap_or_else(|| self.app.now());
        let enqueued = self.run(fired_for.max(self.app.now()), fired_for.minute()).await?;
        if enqueued > 0 {
            tracing::info!(
                enqueued,
                "{enqueued} messages, automations, campaigns, sessions, requests, chats and syncs were due"
            );
        }
        Ok(())
    }
}
