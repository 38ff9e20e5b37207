//! Jobs as their queue brings them.

use super::{Hours, JobError, Jobs, Progress, Reporting, Reports, Scheduled, Start};
use aws_lambda_events::event::sqs::{SqsBatchResponse, SqsEvent};
use chrono::TimeDelta;
use domain::{BusinessId, Job, RunId, RunState, Tally};
use futures::stream::{self, StreamExt};
use kit::App;
use kit::batch::{Failure, Item, Order, Outcome, batch};
use kit::config::Backstop;
use queues::tasks::JobTask;
use queues::{QueueUrls, Queues, Received, Task};
use serde::de::{Deserialize, Deserializer, Error};
use serde_json::value::RawValue;
use std::convert::Infallible;
use std::marker::PhantomData;
use store::RunPart;

/// The time for which one delivery of a job is worked on, less than a function has: the page at hand is still finished.
const SLICE: TimeDelta = TimeDelta::seconds(15);

/// Parts of a run that are kept at the same time.
const AT_ONCE: usize = 16;

/// Does the jobs of one automation that writes to customers.
pub struct Worker<A> {
    desk: Desk,
    jobs: Jobs<A>,
}

impl<A: Scheduled> Worker<A> {
    /// Of the App and the function's own configuration.
    #[must_use]
    pub fn new(app: App, (urls, backstop): (QueueUrls, Backstop)) -> Self {
        Self { jobs: Jobs::new(app.clone(), backstop), desk: Desk::new(app, urls) }
    }

    /// Does each job of a batch by itself.
    ///
    /// # Errors
    /// None: each failure is answered for by itself.
    pub async fn handle(&self, event: SqsEvent) -> Result<SqsBatchResponse, Infallible> {
        let work = async |item: Item<Received<JobTask>>| {
            let until = self.desk.app.now() + SLICE;
            self.desk.deliver(item.body.0.0, async |job| self.jobs.work(job, until).await).await
        };
        Ok(batch(&self.desk.app, event, Order::Concurrent(10), work).await)
    }
}

/// Does the jobs that read every customer, of whichever automation. No other function may read so.
pub struct LegacyWorker {
    desk: Desk,
    backstop: Backstop,
}

impl LegacyWorker {
    /// Of the App and the function's own configuration.
    #[must_use]
    pub fn new(app: App, (urls, backstop): (QueueUrls, Backstop)) -> Self {
        Self { desk: Desk::new(app, urls), backstop }
    }

    /// Does each job of a batch by itself.
    ///
    /// # Errors
    /// None: each failure is answered for by itself.
    pub async fn handle(&self, event: SqsEvent) -> Result<SqsBatchResponse, Infallible> {
        let work = async |item: Item<Received<JobTask>>| {
            let (app, until) = (&self.desk.app, self.desk.app.now() + SLICE);
            self.desk.deliver(item.body.0.0, async |job| crate::work(app, self.backstop, job, until).await).await
        };
        Ok(batch(&self.desk.app, event, Order::Concurrent(10), work).await)
    }
}

/// Does the jobs of one automation that reports to the owners, and answers its event if it has one.
pub struct Reporter<A> {
    desk: Desk,
    reports: Reports<A>,
}

impl<A: Reporting> Reporter<A> {
    /// Of the App and the function's own configuration.
    #[must_use]
    pub fn new(app: App, (urls, backstop): (QueueUrls, Backstop)) -> Self {
        Self { reports: Reports::new(app.clone(), backstop), desk: Desk::new(app, urls) }
    }

    /// Does each job or event of a batch by itself.
    ///
    /// # Errors
    /// None: each failure is answered for by itself.
    pub async fn handle(&self, event: SqsEvent) -> Result<SqsBatchResponse, Infallible> {
        let work = async |item: Item<Brought<A>>| {
            let until = self.desk.app.now() + SLICE;
            self.desk.deliver(item.body.0, async |job| self.reports.work(job, until).await).await
        };
        Ok(batch(&self.desk.app, event, Order::Concurrent(10), work).await)
    }
}

/// A job as its queue brings it, or as an event starts it.
struct Brought<A>(Job, PhantomData<fn() -> A>);

impl<'de, A: Reporting> Deserialize<'de> for Brought<A> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let body = Box::<RawValue>::deserialize(deserializer)?;
        let job = JobTask::parse(body.get()).map(|task| task.0).or_else(|error| match A::SPEC.start {
            Start::AtHours(Hours { also_on: Some(_), .. }) => A::on_event(body.get()),
            _ => Err(error),
        });
        job.map(|job| Self(job, PhantomData)).map_err(D::Error::custom)
    }
}

/// What all automations do with a job around the work itself.
struct Desk {
    app: App,
    queues: Queues,
}

impl Desk {
    fn new(app: App, urls: QueueUrls) -> Self {
        Self { queues: Queues::new(app.sqs().clone(), urls), app }
    }

    /// Does a delivery of a job; a run that somebody has started by hand is told how far it is.
    async fn deliver(&self, job: Job, work: impl AsyncFnOnce(Job) -> Result<Progress, JobError>) -> Outcome {
        let followed = job.is_followed.then_some(()).and(job.business_id.zip(job.run));
        self.tell(followed, RunState::Active).await?;
        let worked = match work(job).await {
            Ok(Progress::Done(job)) => {
                self.done(job).await?;
                return self.tell(followed, RunState::Completed).await;
            }
            Ok(Progress::More(job)) => self.go_on(job).await,
            Err(error) => Err(error.into()),
        };
        if let Err(Failure::Permanent(_)) = worked {
            self.tell(followed, RunState::Failed).await?;
        }
        worked
    }

    async fn tell(&self, followed: Option<(BusinessId, RunId)>, state: RunState) -> Outcome {
        if let Some((business, run)) = followed {
            self.app.store().move_asked(business, run, state, self.app.now(), &self.app.attempt()).await?;
        }
        Ok(())
    }

    /// The rest is a task of its own. A rest that does not fit into a task never will.
    async fn go_on(&self, job: Job) -> Outcome {
        let unsent = self.queues.send_all(&[JobTask(job)]).await.map_err(Failure::retry)?;
        match unsent.into_iter().next() {
            None => Ok(()),
            Some(unsent) if unsent.permanent => Err(Failure::permanent(unsent.code)),
            Some(unsent) => Err(Failure::retry(unsent.code)),
        }
    }

    async fn done(&self, job: Job) -> Outcome {
        let automation: &'static str = job.automation.into();
        let (found, messages) = job.done.values().fold((0, 0), |sum, it| (sum.0 + it.found, sum.1 + it.messages));
        metrics::counter!("jobs_done", "automation" => automation).increment(1);
        metrics::counter!("job_messages", "automation" => automation).increment(messages);
        tracing::info!(automation, found, messages, "a job of {automation} found {found} and made {messages} messages");
        let Some(run) = job.run else { return Ok(()) };
        let part = |business_id, is_job, tally: &Tally| RunPart {
            automation: job.automation,
            business_id,
            is_job,
            tally: tally.clone(),
        };
        let mut parts = Vec::new();
        match job.business_id {
            Some(business) => {
                let nothing = Tally::default();
                parts.push(part(Some(business), true, job.done.get(&business).unwrap_or(&nothing)));
            }
            None => {
                parts.extend(job.done.iter().map(|(business, tally)| part(Some(*business), false, tally)));
                parts.push(part(None, true, &job.together));
            }
        }
        // The parts that say that a job is done come last.
        parts.sort_by_key(|part| part.is_job);
        let (store, now) = (self.app.store(), self.app.now());
        let last = parts.pop();
        let mut kept = stream::iter(&parts).map(|part| store.put_run_part(run, part, now)).buffer_unordered(AT_ONCE);
        while let Some(kept) = kept.next().await {
            kept?;
        }
        if let Some(part) = last {
            store.put_run_part(run, &part, now).await?;
        }
        Ok(())
    }
}
