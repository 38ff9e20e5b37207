//! The rules that fire by time: late, twice, or not at all for an hour. A minute in which nothing is due is passed
//! over; that nothing is due is asked of the store itself.

use crate::faults::Fault;
use crate::lambda::Lambda;
use crate::run::Run;
use async_trait::async_trait;
use aws::invoke::{Invoke, InvokeError};
use bytes::Bytes;
use chrono::{DateTime, TimeDelta, Utc};
use futures::future::join;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use store::{Store, due_shards};

/// Calls functions by time.
pub struct Rules {
    run: Arc<Run>,
    lambda: Lambda,
    store: Store,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    silent_until: Option<DateTime<Utc>>,
    /// When the first row is due, as of so many writes.
    first_due: Option<(u64, Option<DateTime<Utc>>)>,
    fired: u64,
    passed_over: u64,
}

impl Rules {
    /// Rules that call through `lambda` and look at what is due by `store`.
    #[must_use]
    pub fn new(run: Arc<Run>, lambda: Lambda, store: Store) -> Self {
        Self { run, lambda, store, state: Mutex::default() }
    }

    /// How often a function was called, and how often nothing was due.
    #[must_use]
    pub fn counts(&self) -> (u64, u64) {
        let state = self.state();
        (state.fired, state.passed_over)
    }

    /// Whether nothing is due. What was learnt holds until something is written.
    async fn is_idle(&self) -> bool {
        let writes = self.run.writes();
        let known = self.state().first_due.filter(|(as_of, _)| *as_of == writes);
        let first = match known {
            Some((_, first)) => first,
            None => {
                let mut first: Option<DateTime<Utc>> = None;
                for shard in due_shards() {
                    let Ok((due, _)) = self.store.due(shard, DateTime::<Utc>::MAX_UTC, 1, None).await else {
                        return false;
                    };
                    let automations = self.store.due_automations(shard, DateTime::<Utc>::MAX_UTC, 1, None).await;
                    let Ok((automations, ..)) = automations else { return false };
                    let due = due.first().map(|due| due.not_before);
                    let automation = automations.first().map(|due| due.not_before);
                    first = due.into_iter().chain(automation).chain(first).min();
                }
                self.state().first_due = Some((writes, first));
                first
            }
        };
        first.is_none_or(|first| first > self.run.now())
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
        if faults.strikes(Fault::RuleSilent) {
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
