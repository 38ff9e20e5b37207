//! Jobs as their queue brings them.

use super::{Jobs, Progress, Scheduled};
use aws_lambda_events::event::sqs::{SqsBatchResponse, SqsEvent};
use chrono::TimeDelta;
use domain::{Job, Tally};
use futures::stream::{self, StreamExt};
use kit::App;
use kit::batch::{Failure, Item, Order, Outcome, batch};
use kit::config::Backstop;
use queues::tasks::JobTask;
use queues::{QueueUrls, Queues, Received};
use std::convert::Infallible;
use store::RunPart;

/// The time for which one delivery of a job is worked on, less than a function has: the page at hand is still finished.
const SLICE: TimeDelta = TimeDelta::seconds(15);

/// Parts of a run that are kept at the same time.
const AT_ONCE: usize = 16;

/// Does the jobs of one automation.
pub struct Worker<A> {
    app: App,
    queues: Queues,
    jobs: Jobs<A>,
}

impl<A: Scheduled> Worker<A> {
    /// Of the App and the function's own configuration.
    #[must_use]
    pub fn new(app: App, (urls, backstop): (QueueUrls, Backstop)) -> Self {
        let queues = Queues::new(app.sqs().clone(), urls);
        Self { queues, jobs: Jobs::new(app.clone(), backstop), app }
    }

    /// Does each job of a batch by itself.
    ///
    /// # Errors
    /// None: each failure is answered for by itself.
    pub async fn handle(&self, event: SqsEvent) -> Result<SqsBatchResponse, Infallible> {
        let work = async |item: Item<Received<JobTask>>| self.work(item.body.0.0).await;
        Ok(batch(&self.app, event, Order::Concurrent(10), work).await)
    }

    async fn work(&self, job: Job) -> Outcome {
        let until = self.app.now() + SLICE;
        match self.jobs.work(job, until).await? {
            Progress::Done(job) => self.done(job).await,
            Progress::More(job) => self.go_on(job).await,
        }
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
