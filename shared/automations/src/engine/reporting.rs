//! A run of an automation that only reports: it gathers the facts, keeps what it proposes, and tells the owners.

use super::report::Question;
use super::running::{JobError, Running};
use super::work::Progress;
use super::{Reporting, report};
use chrono::{DateTime, Utc};
use domain::{Job, Reason, Tally};
use kit::App;
use kit::config::Backstop;
use kit::outbox::Outbox;
use std::marker::PhantomData;
use store::{Meter, Store};

/// Does the runs of one automation that reports.
pub struct Reports<A> {
    app: App,
    outbox: Outbox,
    automation: PhantomData<fn() -> A>,
}

impl<A: Reporting> Reports<A> {
    /// Of the App; its messages are looked at again after `backstop` if nothing else brings them to a sender.
    #[must_use]
    pub fn new(app: App, backstop: Backstop) -> Self {
        Self { outbox: Outbox::new(app.clone(), backstop), app, automation: PhantomData }
    }

    /// Goes on with a job until all owners are told or `until` has passed. Then it answers the rest of the job.
    ///
    /// # Errors
    /// The store did not answer. The job may be done again as it was given.
    pub async fn work(&self, mut job: Job, until: DateTime<Utc>) -> Result<Progress, JobError> {
        let (begun, meter) = (self.app.now(), Meter::default());
        let store = self.app.store().counted(meter.clone());
        let business = job.business_id.ok_or(JobError::NoBusiness)?;
        let mut tally = job.done.remove(&business).unwrap_or_default();
        let running = Running::of(&store, &A::SPEC, &[business], &job).await?.pop();
        let done = match &running {
            Some(running) => self.tell(running, &store, &mut tally, until).await?,
            None => true,
        };
        // A job that has begun goes on as it began.
        job.action = running.map(|running| running.action);
        let used = meter.reset();
        tally.queries += used.queries;
        tally.items_read += used.items_read;
        tally.read_units += used.read_units;
        tally.milliseconds += u64::try_from((self.app.now() - begun).num_milliseconds()).unwrap_or_default();
        tally.told = done;
        job.done.insert(business, tally);
        Ok(if done { Progress::Done(job) } else { Progress::More(job) })
    }

    /// Tells the owners; says whether all are told.
    async fn tell(
        &self,
        running: &Running,
        store: &Store,
        tally: &mut Tally,
        until: DateTime<Utc>,
    ) -> Result<bool, JobError> {
        if running.is_over(self.app.now()) {
            tally.skip(Reason::DayOver);
            return Ok(true);
        }
        let gathered = A::gather(running, store).await?;
        let (app, outbox, name, purpose) = (&self.app, &self.outbox, A::SPEC.name, A::purpose(running));
        tally.found = gathered.as_ref().map_or(0, A::found);
        let mut facts = match gathered {
            Some(facts) if A::has_news(&facts) => facts,
            // A day without a report is told of to an owner who asks.
            facts if facts.is_some() && running.tells_nothing(name) || running.is_asked_for() => {
                let line = |owner| A::nothing(running, owner, facts.as_ref());
                return report::tell(app, outbox, (name, &purpose), running, tally, until, line).await;
            }
            _ => return Ok(true),
        };
        let mut question = Question::Nobody;
        if let Some((date, suggestion)) = A::suggestion(running, &facts) {
            let kept = report::propose(app, store, running, (name, date), suggestion).await?;
            // An earlier try may have found others.
            A::keep_only(&mut facts, &kept.people);
            question = Question::about(&kept, app.now());
        }
        let text = |owner| A::report(running, owner, &facts, question);
        report::tell(app, outbox, (name, &purpose), running, tally, until, text).await
    }
}
