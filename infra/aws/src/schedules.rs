//! Functions called by time, as EventBridge rules do it.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use bytes::Bytes;
use chrono::{DateTime, SecondsFormat, Utc};
use futures::{StreamExt, stream::FuturesUnordered};
use serde::Serialize;
use serde_json::json;
use tokio::sync::Notify;

pub use crate::expression::{Expression, ExpressionError};
use crate::{
    arn,
    clock::Clock,
    invoke::{Invoke, InvokeError, invoke_later},
    template::Schedule,
};

/// A schedule as the control page shows it.
#[derive(Clone, Debug, Serialize)]
pub struct ScheduleView {
    /// Logical ids of function and event, with a slash.
    pub name: String,
    /// Logical id of the function.
    pub function: String,
    /// `rate(…)` or `cron(…)`.
    pub expression: String,
    /// Whether it runs by itself.
    pub enabled: bool,
    /// When it runs next, in UTC.
    pub next: Option<DateTime<Utc>>,
    /// For which time it ran last, in UTC.
    pub last: Option<DateTime<Utc>>,
    /// Why the last run failed.
    pub last_error: Option<String>,
}

/// All schedules; a clone is another handle to the same ones.
#[derive(Clone)]
pub struct Schedules {
    shared: Arc<Shared>,
}

struct Shared {
    clock: Clock,
    since: DateTime<Utc>,
    invoke: Arc<dyn Invoke>,
    changed: Notify,
    state: Mutex<State>,
}

struct State {
    rng: fastrand::Rng,
    entries: BTreeMap<String, Entry>,
}

struct Entry {
    schedule: Schedule,
    expression: Expression,
    next: Option<DateTime<Utc>>,
    last: Option<DateTime<Utc>>,
    last_error: Option<String>,
}

impl Schedules {
    /// Takes the schedules of a template; rates count from now.
    pub fn new(
        schedules: &[Schedule],
        clock: Clock,
        rng: fastrand::Rng,
        invoke: Arc<dyn Invoke>,
    ) -> Result<Self, ExpressionError> {
        let since = clock.now();
        let entries = schedules.iter().map(|schedule| {
            let expression = Expression::parse(&schedule.expression)?;
            let next = expression.next(since, since);
            let entry = Entry { schedule: schedule.clone(), expression, next, last: None, last_error: None };
            Ok((schedule.name.clone(), entry))
        });
        let state = State { rng, entries: entries.collect::<Result<_, _>>()? };
        Ok(Self { shared: Arc::new(Shared { clock, since, invoke, changed: Notify::new(), state: Mutex::new(state) }) })
    }

    /// All schedules, in the order of their names.
    pub fn list(&self) -> Vec<ScheduleView> {
        let view = |entry: &Entry| ScheduleView {
            name: entry.schedule.name.clone(),
            function: entry.schedule.function.clone(),
            expression: entry.schedule.expression.clone(),
            enabled: entry.schedule.enabled,
            next: entry.next.filter(|_| entry.schedule.enabled),
            last: entry.last,
            last_error: entry.last_error.clone(),
        };
        self.state().entries.values().map(view).collect()
    }

    /// Switches a schedule on or off; tells whether there is one of this name.
    pub fn enable(&self, name: &str, enabled: bool) -> bool {
        let now = self.shared.clock.now();
        let mut state = self.state();
        let Some(entry) = state.entries.get_mut(name) else { return false };
        entry.schedule.enabled = enabled;
        entry.next = entry.expression.next(self.shared.since, now);
        drop(state);
        self.shared.changed.notify_waiters();
        true
    }

    /// Runs a schedule once as if it were `as_of`, and waits for the function; `None` if there is none of this name.
    pub async fn fire(&self, name: &str, as_of: DateTime<Utc>) -> Option<Result<Bytes, InvokeError>> {
        let (function, event) = self.event(name, as_of)?;
        let result = self.shared.invoke.invoke(&function, event).await;
        self.note(name, as_of, &result);
        Some(result)
    }

    /// Runs what is due, for ever. After a jump of the clock each schedule runs once, for its latest time.
    pub async fn run(self) {
        let mut calls = FuturesUnordered::new();
        loop {
            let changed = self.shared.changed.notified();
            let now = self.shared.clock.now();
            for (name, as_of) in self.take_due(now) {
                calls.push(self.call(name, as_of));
            }
            let next = self.next_due();
            tokio::select! {
                biased;
                Some(()) = calls.next(), if !calls.is_empty() => {}
                () = changed => {}
                () = self.shared.clock.sleep_until(next) => {}
            }
        }
    }

    async fn call(&self, name: String, as_of: DateTime<Utc>) {
        let Some((function, event)) = self.event(&name, as_of) else { return };
        let result = invoke_later(self.shared.invoke.as_ref(), &self.shared.clock, &function, event).await;
        self.note(&name, as_of, &result);
    }

    fn take_due(&self, now: DateTime<Utc>) -> Vec<(String, DateTime<Utc>)> {
        let since = self.shared.since;
        let mut state = self.state();
        let due = state.entries.iter_mut().filter(|(_, entry)| entry.next.is_some_and(|next| next <= now));
        let taken = due.filter_map(|(name, entry)| {
            let as_of = entry.expression.latest(since, now).or(entry.next)?;
            entry.next = entry.expression.next(since, now);
            entry.schedule.enabled.then(|| (name.clone(), as_of))
        });
        taken.collect()
    }

    fn next_due(&self) -> DateTime<Utc> {
        let next = self.state().entries.values().filter_map(|entry| entry.next).min();
        next.unwrap_or(DateTime::<Utc>::MAX_UTC)
    }

    fn note(&self, name: &str, as_of: DateTime<Utc>, result: &Result<Bytes, InvokeError>) {
        if let Some(entry) = self.state().entries.get_mut(name) {
            entry.last = Some(as_of);
            entry.last_error = result.as_ref().err().map(ToString::to_string);
        }
    }

    /// The function of a schedule and what it is given.
    fn event(&self, name: &str, as_of: DateTime<Utc>) -> Option<(String, Bytes)> {
        let mut state = self.state();
        let id = uuid::Builder::from_random_bytes(state.rng.u128(..).to_be_bytes()).into_uuid();
        let Schedule { function, rule, input, .. } = &state.entries.get(name)?.schedule;
        let event = input.clone().unwrap_or_else(|| {
            json!({
                "version": "0",
                "id": id,
                "detail-type": "Scheduled Event",
                "source": "aws.events",
                "account": arn::ACCOUNT,
                "time": as_of.to_rfc3339_opts(SecondsFormat::Secs, true),
                "region": arn::REGION,
                "resources": [arn::rule("default", rule)],
                "detail": {},
            })
        });
        Some((function.clone(), event.to_string().into()))
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.shared.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests;
