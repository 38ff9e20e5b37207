//! Takes the events of sessions, many at a time: each changes its session in the store, and what the operator's backend
//! is to know goes there in one request.
//!
//! The session's record decides. It holds the newest news that the backend is to know, by the id of its event: so an event
//! that is delivered again is told again, and one that a newer one has replaced is not. While a batch is under way, no
//! other takes news of its sessions: an older word never comes after a newer one.

mod config;
mod tracking;
mod upstream;

pub use config::Config;

use crate::tracking::{Change, Heard};
use crate::upstream::{Found, Sent, Upstream as Way};
use api::upstream::{CODES, STATUSES};
use aws_lambda_events::event::sqs::{SqsBatchResponse, SqsEvent};
use chrono::{DateTime, TimeDelta, Utc};
use domain::sessions::limits::CodeLimits;
use gateways::Gateways;
use kit::App;
use kit::batch::{Failure, Item, Outcome, whole_batch};
use queues::inbound::SenderTask;
use queues::sessions::{Lane, SessionTask};
use queues::{Queues, Received, Task};
use std::convert::Infallible;
use std::time::Duration;
use store::{BatchEnd, Upstream, UpstreamRow};

/// How soon an event comes again whose session has news under way.
const UNDER_WAY: TimeDelta = TimeDelta::seconds(1);

/// The parts that the function stands on.
pub struct Forwarder {
    app: App,
    queues: Queues,
    gateways: Gateways,
    gateway_key: String,
    upstream: Way,
    codes: CodeLimits,
    requests_for: TimeDelta,
    flight: TimeDelta,
    storm: u64,
}

impl Forwarder {
    /// Of the App and the function's own configuration.
    #[must_use]
    pub fn new(app: App, config: Config) -> Self {
        Self {
            queues: Queues::new(app.sqs().clone(), config.urls),
            gateways: config.gateways,
            gateway_key: config.gateway_key,
            upstream: Way { http: app.http().clone(), config: config.upstream },
            codes: config.codes,
            requests_for: config.requests_for,
            flight: config.flight,
            storm: config.storm,
            app,
        }
    }

    /// Does a batch of events as one.
    ///
    /// # Errors
    /// None: each failure is answered for by itself.
    pub async fn handle(&self, event: SqsEvent) -> Result<SqsBatchResponse, Infallible> {
        let forward = async |items: Vec<Item<Received<SessionTask>>>| {
            self.forward(items.into_iter().map(|item| item.body.0).collect()).await
        };
        Ok(whole_batch(&self.app, event, forward).await)
    }

    /// Answers for each task: it is done if the store and the upstream have it, or if nobody needs it any more.
    async fn forward(&self, tasks: Vec<SessionTask>) -> Vec<Outcome> {
        let rows = match self.app.store().upstream().await {
            Ok(rows) => rows,
            Err(error) => return tasks.iter().map(|_| Err(Failure::from(error.clone()))).collect(),
        };
        let (flight, until) = (self.app.id().to_string(), self.app.now() + self.requests_for);
        let mut heard = self.track(&tasks, &flight, &rows).await;
        let mut done = Ok(());
        for (kind, row) in rows {
            let told = self.tell(kind, row, (&tasks, until), &mut heard).await;
            done = done.and(told);
        }
        if !heard.news.is_empty() {
            done = done.and(self.app.store().end_flight(&flight, self.app.now()).await.map_err(Failure::from));
        }
        let changes = std::mem::take(&mut heard.changes);
        done = done.and(self.send(&heard.commands).await).and(self.count_fallen(heard.fell).await);
        done = done.and(self.inform(changes).await);
        if let Err(failure) = done {
            // What was told is told again under the same ids.
            heard.ends.iter_mut().for_each(|end| *end = End::Settled(Err(failure.clone())));
        }
        self.settle(&tasks, heard.ends).await
    }

    /// Posts the news of one kind, and says for each task what became of it. Of what has no request before `until` (UTC) the
    /// rest comes again.
    async fn tell(
        &self,
        kind: Upstream,
        row: UpstreamRow,
        (tasks, until): (&[SessionTask], DateTime<Utc>),
        heard: &mut Heard,
    ) -> Outcome {
        let now = self.app.now();
        let in_time = || self.app.now() < until;
        let (places, (outcomes, found)) = match kind {
            Upstream::Codes => {
                let (places, codes) = heard.codes(now);
                (places, self.upstream.post_all(CODES, &codes, in_time).await)
            }
            Upstream::Statuses => {
                let (places, statuses) = heard.statuses();
                (places, self.upstream.post_all(STATUSES, &statuses, in_time).await)
            }
        };
        if places.is_empty() {
            return Ok(());
        }
        let now = self.app.now();
        let (end, next) = match found {
            Found::Open => (BatchEnd::Answered, now),
            Found::Closed(wait) => {
                let until = now + self.pause(row.failures, wait);
                (BatchEnd::Failed(row.failures, until), until)
            }
        };
        for (place, outcome) in places.into_iter().zip(outcomes) {
            let Some(task) = tasks.get(place) else { continue };
            let end = match outcome {
                Sent::Taken => {
                    measure(kind, task, now);
                    End::Settled(Ok(()))
                }
                Sent::Refused(reason) => End::Settled(Err(Failure::Permanent(reason))),
                Sent::Later(reason) if task.tries >= self.upstream.config.tries => {
                    End::Settled(Err(Failure::Permanent(reason)))
                }
                Sent::Later(_) => End::Again { until: next.max(now + backoff(task.tries)), taken: true, tried: true },
                Sent::Unasked => End::Again { until: next.max(now + UNDER_WAY), taken: true, tried: false },
            };
            note(&mut heard.ends, place, end);
        }
        Ok(self.app.store().note_batch(kind, end, now).await?)
    }

    /// The time for which nothing goes to an upstream that does not answer: twice as long after each failure, or as it
    /// asks.
    fn pause(&self, failures: u32, asked: Option<Duration>) -> TimeDelta {
        let own = TimeDelta::seconds(1 << failures.min(10)).min(self.upstream.config.longest_pause);
        asked.and_then(|wait| TimeDelta::from_std(wait).ok()).unwrap_or(own)
    }

    /// Tells the businesses whose senders these sessions are.
    async fn inform(&self, changes: Vec<Change>) -> Outcome {
        let addresses = changes.iter().map(|change| (change.gateway, change.session_id.to_string()));
        let senders = self.app.store().senders_at(addresses).await?;
        let task = |change: Change| {
            let address = change.session_id.to_string();
            let (_, business_id, sender_id) = senders.iter().find(|(own, ..)| *own == address)?;
            let (business_id, sender_id, gateway) = (*business_id, *sender_id, change.gateway);
            Some(SenderTask { business_id, sender_id, gateway, event: change.event })
        };
        self.send(&changes.into_iter().filter_map(task).collect::<Vec<_>>()).await
    }

    async fn send<T: Task>(&self, tasks: &[T]) -> Outcome {
        if tasks.is_empty() {
            return Ok(());
        }
        let unsent = self.queues.send_all(tasks).await.map_err(Failure::retry)?;
        unsent.into_iter().next().map_or(Ok(()), |unsent| Err(Failure::retry(unsent.code)))
    }

    /// Many sessions that fall in one minute fell for one reason: the operator is told once, by one line and one metric.
    async fn count_fallen(&self, fell: u64) -> Outcome {
        if fell == 0 {
            return Ok(());
        }
        metrics::counter!("sessions_fell").increment(fell);
        let all = self.app.store().count_fallen(fell, self.app.now(), &self.app.attempt()).await?;
        if all >= self.storm && all - fell < self.storm {
            metrics::counter!("session_storms").increment(1);
            tracing::error!(fell = all, "{all} sessions fell in one minute: the gateway or its network has a fault");
        }
        Ok(())
    }

    /// Sends again what has to wait, and answers for each task.
    async fn settle(&self, tasks: &[SessionTask], ends: Vec<End>) -> Vec<Outcome> {
        let now = self.app.now();
        let mut again = Vec::new();
        for (place, (task, end)) in tasks.iter().zip(&ends).enumerate() {
            let End::Again { until, taken, tried } = end else { continue };
            let (tries, lane) = (task.tries + u32::from(*tried), Lane::of(&task.event.news));
            let wait = (*until - now).to_std().unwrap_or_default();
            again.push((place, SessionTask { tries, lane, taken: *taken, ..task.clone() }, wait));
        }
        let sent = match again.is_empty() {
            true => Ok(Vec::new()),
            false => self.queues.send_each(again.iter().map(|(_, task, wait)| (task, *wait))).await,
        };
        let mut outcomes: Vec<Outcome> =
            ends.into_iter().map(|end| if let End::Settled(outcome) = end { outcome } else { Ok(()) }).collect();
        let failed: Vec<(usize, Failure)> = match sent {
            Ok(unsent) => unsent
                .into_iter()
                .filter_map(|unsent| Some((again.get(unsent.index)?.0, Failure::retry(unsent.code))))
                .collect(),
            Err(error) => again.iter().map(|(place, ..)| (*place, Failure::retry(&error))).collect(),
        };
        for (place, failure) in failed {
            if let Some(outcome) = outcomes.get_mut(place) {
                *outcome = Err(failure);
            }
        }
        outcomes
    }
}

/// What becomes of a task.
enum End {
    /// It is over, or the queue brings it again.
    Settled(Outcome),
    /// It is sent again.
    Again {
        /// When it comes, UTC.
        until: DateTime<Utc>,
        /// Whether only the upstream is left to know of it.
        taken: bool,
        /// Whether the upstream was asked to take it.
        tried: bool,
    },
}

impl End {
    /// How much is left to do.
    fn rank(&self) -> u8 {
        match self {
            Self::Settled(Ok(())) => 0,
            Self::Settled(Err(Failure::Permanent(_))) => 1,
            Self::Again { .. } => 2,
            Self::Settled(Err(Failure::Retry(_))) => 3,
        }
    }
}

/// Notes what becomes of a task. One that brings two news has the end of the one with which more is left to do.
fn note(ends: &mut [End], place: usize, end: End) {
    let Some(slot) = ends.get_mut(place) else { return };
    if let (End::Again { until, tried, .. }, End::Again { until: other, tried: also, .. }) = (&mut *slot, &end) {
        (*until, *tried) = ((*until).min(*other), *tried || *also);
    } else if end.rank() > slot.rank() {
        *slot = end;
    }
}

/// The age of news when the upstream had it, from the webhook that brought it.
fn measure(kind: Upstream, task: &SessionTask, now: DateTime<Utc>) {
    let kind: &'static str = kind.into();
    let age = (now - task.received_at).to_std().unwrap_or_default();
    metrics::histogram!("session_news_age_seconds", "kind" => kind).record(age.as_secs_f64());
}

/// One second at first, then twice as long each time, at most a minute.
fn backoff(tries: u32) -> TimeDelta {
    TimeDelta::seconds((1 << tries.min(6)).min(60))
}
