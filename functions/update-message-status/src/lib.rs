//! Moves messages forward as the gateways report. The status reports of a batch are folded by message first, so that
//! `sent`, `delivered` and `read` that come together cost one write.

mod fold;

use crate::fold::{Folded, Named, fold};
use aws_lambda_events::event::sqs::{SqsBatchResponse, SqsEvent};
use chrono::{DateTime, TimeDelta, Utc};
use domain::Refusal;
use domain::inbound::StatusUpdate;
use domain::ledger::Again;
use domain::refusal::slow_down;
use domain::{BusinessId, MessageId, Recipient, SenderId, Status};
use futures::stream::{self, StreamExt};
use kit::App;
use kit::batch::{Failure, Item, Outcome, whole_batch};
use kit::env::{FromEnv, Vars};
use queues::tasks::StatusTask;
use queues::{QueueUrls, Queues, Received};
use std::collections::BTreeMap;
use std::convert::Infallible;
use std::time::Duration;
use store::{Applied, Report};

/// Messages that are moved at the same time.
const AT_ONCE: usize = 16;
/// A repeated report of a failure is still learnt from for so long.
const RELEARNT: TimeDelta = TimeDelta::hours(1);
/// A message that failed longer ago than this is not tried again: its report may have lain among the dead letters.
const REOPENED: TimeDelta = TimeDelta::hours(24);
/// A report of a message that is not there is looked at again so soon: it may have overtaken our own write or the index.
/// The next look comes when the lease of the send must be over. After that it is somebody else's.
const SOON: Duration = Duration::from_secs(4);
/// The number of times that it is looked at again.
const PUT_BACKS: u32 = 2;
/// A sender that is not registered or not connected is tried again after so long, not with each of its messages.
const DISCONNECTED: TimeDelta = TimeDelta::minutes(1);

/// The function's own configuration.
pub struct Config {
    urls: QueueUrls,
    lease: Duration,
    /// Waits before a message is tried again that was not delivered for a reason that passes.
    retry_delays: Vec<Duration>,
}

impl FromEnv for Config {
    fn from_env(vars: &mut Vars<'_>) -> Self {
        Self {
            urls: QueueUrls::from_env(vars),
            lease: vars.seconds_or("LEASE_SECONDS", 30),
            retry_delays: vars.durations_or("RETRY_DELAYS_SECONDS", &[60, 300, 900]),
        }
    }
}

/// The parts that the function stands on.
pub struct StatusUpdater {
    app: App,
    queues: Queues,
    lease: Duration,
    retry_delays: Vec<Duration>,
}

impl StatusUpdater {
    /// Of the App and the function's own configuration.
    #[must_use]
    pub fn new(app: App, config: Config) -> Self {
        let Config { urls, lease, retry_delays } = config;
        Self { queues: Queues::new(app.sqs().clone(), urls), lease, retry_delays, app }
    }

    /// Answers for each task: it is done if all that it tells is.
    async fn update(&self, tasks: Vec<StatusTask>) -> Vec<Outcome> {
        let folded = fold(&tasks);
        let applied = folded.into_iter().map(async |folded| {
            let outcome = self.apply(&folded, &tasks).await;
            (folded, outcome)
        });
        let applied: Vec<_> = stream::iter(applied).buffer_unordered(AT_ONCE).collect().await;
        let mut outcomes: Vec<Outcome> = tasks.iter().map(|_| Ok(())).collect();
        let mut later: Later = BTreeMap::new();
        for (folded, outcome) in applied {
            match outcome {
                Ok(End::Done) => {}
                Ok(End::Later(wait)) => {
                    let Some(last) = folded.tasks.last() else { continue };
                    later.entry((*last, wait)).or_default().push(folded);
                }
                Err(failure) => fail(&mut outcomes, &folded, &failure),
            }
        }
        self.put_back(&tasks, later, &mut outcomes).await;
        outcomes
    }

    /// Looks again later at what was not settled: all that came together goes on together, so that hundreds of reports
    /// of somebody else's messages are one task and not hundreds.
    async fn put_back(&self, tasks: &[StatusTask], later: Later, outcomes: &mut [Outcome]) {
        let mut joint: BTreeMap<(BusinessId, SenderId, u32, Duration), Joint> = BTreeMap::new();
        for ((place, wait), folded) in later {
            let Some(task) = tasks.get(place) else { continue };
            if task.put_backs >= PUT_BACKS {
                metrics::counter!("message_statuses_unmatched").increment(folded.len() as u64);
                continue;
            }
            let again = StatusTask { statuses: Vec::new(), put_backs: task.put_backs + 1, ..task.clone() };
            let key = (task.business_id, task.sender_id, task.put_backs, wait);
            joint.entry(key).or_insert_with(|| Joint { task: again, folded: Vec::new() }).folded.extend(folded);
        }
        for ((.., wait), Joint { task, folded }) in joint {
            let again = task.with(folded.iter().map(|folded| folded.update.clone()).collect());
            let sent = self.queues.send_each(again.iter().map(|task| (task, wait + Duration::from_secs(1)))).await;
            let failure = match sent {
                Ok(unsent) => unsent.into_iter().next().map(|unsent| Failure::retry(unsent.code)),
                Err(error) => Some(Failure::retry(error)),
            };
            if let Some(failure) = failure {
                folded.iter().for_each(|folded| fail(outcomes, folded, &failure));
            }
        }
    }

    async fn apply(&self, folded: &Folded, tasks: &[StatusTask]) -> Result<End, Failure> {
        let Some(task) = folded.tasks.last().and_then(|place| tasks.get(*place)) else { return Ok(End::Done) };
        let update = &folded.update;
        let message = match &folded.named {
            Named::Ours(id) => id.clone(),
            Named::Theirs(id) => match self.app.store().find_by_gateway_id(task.business_id, id).await? {
                Some(id) => id,
                None => return Ok(self.not_there(task)),
            },
        };
        let now = self.app.now();
        let again = self.again(task, &message, update, now).await?;
        if again.is_some() && update.error.is_some_and(|error| error.refusal == Some(Refusal::WindowClosed)) {
            // The next attempt must find the window closed.
            self.learn(task, &message, update).await?;
        }
        let word = update.error.map(|error| match (error.refusal, again) {
            (Some(refusal), Some(_)) => {
                format!("{} ({}: code {}).", refusal.reason().error_message(), refusal.word(), error.code)
            }
            (Some(refusal), None) => format!("not_delivered: {} (code {}).", refusal.word(), error.code),
            (None, _) => format!("not_delivered: code {}.", error.code),
        });
        let report = Report {
            evidence: folded.evidence,
            at: update.at,
            gateway_message_id: Some(&update.gateway_message_id),
            gateway: task.gateway,
            error: word.as_deref(),
            again,
        };
        let applied =
            self.app.store().apply_report(task.business_id, &message, &report, now, &self.app.attempt()).await?;
        match applied {
            Applied::Done => {
                let status = Status::from(folded.evidence);
                metrics::counter!("message_statuses", "status" => <&'static str>::from(status)).increment(1);
                if status == Status::Failed && again.is_none() {
                    metrics::counter!("messages_failed").increment(1);
                }
                self.learn(task, &message, update).await?;
                Ok(End::Done)
            }
            // An earlier delivery may have died before it had learnt. A sender may have been mended since an old
            // report.
            Applied::AlreadyThere(Status::Failed | Status::Pending) if update.at + RELEARNT > now => {
                self.learn(task, &message, update).await?;
                Ok(End::Done)
            }
            Applied::AlreadyThere(_) => Ok(End::Done),
            // The worker has not settled it: a lease later it is known.
            Applied::NotYet { lease_until } => Ok(End::Later(until(lease_until, now))),
            Applied::Gone => Ok(self.not_there(task)),
        }
    }

    /// No message is known by the report's id: not yet, or it is not ours.
    fn not_there(&self, task: &StatusTask) -> End {
        End::Later(if task.put_backs == 0 { SOON.min(self.lease) } else { self.lease })
    }

    /// When the message is tried again, if it was not delivered for a reason that passes.
    async fn again(
        &self,
        task: &StatusTask,
        id: &MessageId,
        update: &StatusUpdate,
        now: DateTime<Utc>,
    ) -> Result<Option<Again>, Failure> {
        // A failure that is not tried again the first time never is.
        let refusal = update.error.and_then(|error| error.refusal).filter(|_| update.at + REOPENED > now);
        let Some(refusal) = refusal.filter(|it| it.again(1, 1, &self.retry_delays, now).is_some()) else {
            return Ok(None);
        };
        let message = self.app.store().message(task.business_id, id).await?;
        Ok(message.and_then(|it| refusal.again(it.attempts, it.failures + 1, &self.retry_delays, now)))
    }

    /// Keeps the meaning of a failure for the person or the sender, beyond this message.
    async fn learn(&self, task: &StatusTask, message: &MessageId, update: &StatusUpdate) -> Outcome {
        let Some(refusal) = update.error.and_then(|error| error.refusal) else { return Ok(()) };
        let store = self.app.store();
        // A gateway's clock may be ahead.
        let said_at = update.at.min(self.app.now());
        match refusal {
            Refusal::RateLimited { after } => {
                let until = said_at + slow_down(after);
                store.set_sender_down(task.business_id, task.sender_id, until, &self.app.attempt()).await?;
            }
            Refusal::SenderDisconnected => {
                tracing::error!(sender_id = %task.sender_id, "sender {} is not connected", task.sender_id);
                let until = said_at + DISCONNECTED;
                store.set_sender_down(task.business_id, task.sender_id, until, &self.app.attempt()).await?;
            }
            Refusal::SenderRestricted => {
                tracing::error!(sender_id = %task.sender_id, "sender {} is restricted", task.sender_id);
                store.restrict_sender(task.business_id, task.sender_id, said_at, &self.app.attempt()).await?;
            }
            Refusal::OptedOut | Refusal::WindowClosed => {
                let Some(recipient) = self.recipient(task, message).await? else { return Ok(()) };
                if refusal == Refusal::WindowClosed {
                    store.close_window(task.business_id, recipient, update.at, &self.app.attempt()).await?;
                } else {
                    store.opt_out(task.business_id, recipient, said_at, &self.app.attempt()).await?;
                }
            }
            _ => {}
        }
        Ok(())
    }

    async fn recipient(&self, task: &StatusTask, message: &MessageId) -> Result<Option<Recipient>, Failure> {
        let found = self.app.store().message(task.business_id, message).await?;
        Ok(found.map(|message| message.recipient))
    }
}

/// What is left to do with a report.
enum End {
    /// Nothing.
    Done,
    /// To look at it again after so long.
    Later(Duration),
}

/// Reports to look at again, by the task that told them last and the wait.
type Later = BTreeMap<(usize, Duration), Vec<Folded>>;

/// What goes on together, in tasks like this one.
struct Joint {
    task: StatusTask,
    folded: Vec<Folded>,
}

fn fail(outcomes: &mut [Outcome], folded: &Folded, failure: &Failure) {
    for place in &folded.tasks {
        if let Some(slot) = outcomes.get_mut(*place) {
            *slot = Err(failure.clone());
        }
    }
}

fn until(time: DateTime<Utc>, now: DateTime<Utc>) -> Duration {
    (time - now).to_std().unwrap_or_default()
}

impl StatusUpdater {
    /// Does a batch of tasks as one.
    ///
    /// # Errors
    /// None: each failure is answered for by itself.
    pub async fn handle(&self, event: SqsEvent) -> Result<SqsBatchResponse, Infallible> {
        let update = async |items: Vec<Item<Received<StatusTask>>>| {
            self.update(items.into_iter().map(|item| item.body.0).collect()).await
        };
        Ok(whole_batch(&self.app, event, update).await)
    }
}
