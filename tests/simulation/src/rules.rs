//! The rules that fire by time: late, twice, or not at all for an hour. A minute in which nothing is due is passed
//! over.

use crate::faults::Fault;
use crate::lambda::Lambda;
use crate::run::Run;
use async_trait::async_trait;
use aws::invoke::{Invoke, InvokeError};
use bytes::Bytes;
use chrono::{DateTime, TimeDelta, Utc};
use futures::future::join;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// Calls functions by time.
pub struct Rules {
    run: Arc<Run>,
    lambda: Lambda,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    silent_until: Option<DateTime<Utc>>,
    /// When the first automation runs, the first campaign is looked after or the first chat is analysed, as of so many
    /// writes.
    first_timed: Option<(u64, Option<DateTime<Utc>>)>,
    fired: u64,
    passed_over: u64,
}

impl Rules {
    /// Rules that call through `lambda`.
    #[must_use]
    pub fn new(run: Arc<Run>, lambda: Lambda) -> Self {
        Self { run, lambda, state: Mutex::default() }
    }

    /// The number of calls of a function, and the number of minutes in which nothing was due.
    #[must_use]
    pub fn counts(&self) -> (u64, u64) {
        let state = self.state();
        (state.fired, state.passed_over)
    }

    /// Whether nothing is due. The first time of automations, campaigns, requests and chats holds until one of them is written.
    async fn is_idle(&self) -> bool {
        let writes = self.run.timed_writes();
        let known = self.state().first_timed.filter(|(as_of, _)| *as_of == writes);
        let timed = match known {
            Some((_, first)) => first,
            None => {
                let Ok(first) = self.first_timed().await else { return false };
                self.state().first_timed = Some((writes, first));
                first
            }
        };
        let other = self.run.history().first_due();
        timed.into_iter().chain(other).min().is_none_or(|first| first > self.run.now())
    }

    async fn first_timed(&self) -> Result<Option<DateTime<Utc>>, serde_json::Error> {
        let automations = self.run.automations().await?.into_iter().map(|(_, _, at)| at);
        let (campaign, quarter) = (self.run.first_campaign().await?, self.run.first_of_a_quarter().await?);
        Ok(automations.chain(campaign).chain(quarter).min())
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[async_trait]
impl Invoke for Rules {
    async fn invoke(&self, function: &str, event: Bytes) -> Result<Bytes, InvokeError> {
        let faults = &self.run.faults;
        let now = self.run.now();
        let was_silent = self.state().silent_until.is_some_and(|until| until > now);
        // Not in the middle of another silence: an hour is the longest.
        if !was_silent && faults.strikes(Fault::RuleSilent) {
            self.state().silent_until = Some(now + TimeDelta::hours(1));
            self.run.note("rules are silent for an hour");
        }
        let is_silent = self.state().silent_until.is_some_and(|until| until > now);
        if is_silent || faults.stands(Fault::RuleSilent) {
            return Ok(Bytes::from_static(b"null"));
        }
        if self.is_idle().await {
            self.state().passed_over += 1;
            return Ok(Bytes::from_static(b"null"));
        }
        self.state().fired += 1;
        if let Some(late) = faults.draw_below(Fault::RuleLate, 90_000) {
            self.run.pause(late, late + 1).await;
        }
        let first = self.lambda.invoke(function, event.clone());
        if faults.strikes(Fault::RuleTwice) {
            return join(first, self.lambda.invoke(function, event)).await.0;
        }
        first.await
    }
}
