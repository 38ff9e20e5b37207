//! Runs on demand: at once, if there is time for it, else by the queues.

use crate::view::{self, RunAnswer};
use api::automations::{RunDone, RunState};
use automations::{JobError, Progress};
use campaigns::Campaigns;
use chrono::{DateTime, TimeDelta, Utc};
use domain::{AutomationName, BusinessId, Job, Mode, RunId, Tally};
use kit::config::Backstop;
use kit::{App, Problem};
use queues::Queues;
use queues::tasks::JobTask;
use std::time::Duration;
use store::{Run, RunPart};

/// The time for which a request works by itself; API Gateway waits for 29 s.
const AT_ONCE: TimeDelta = TimeDelta::seconds(15);

/// The pause between two looks at a run that another function does.
const LOOK_AGAIN: Duration = Duration::from_millis(250);

/// The parts that runs stand on.
#[derive(Clone)]
pub(crate) struct Runs {
    pub(crate) app: App,
    pub(crate) backstop: Backstop,
    pub(crate) queues: Queues,
    pub(crate) campaigns: Campaigns,
    /// Cents of a US dollar for a million tokens of the model, if it is known.
    pub(crate) token_price: Option<u64>,
}

impl Runs {
    /// Runs automations of a business, or of all.
    pub(crate) async fn start(
        &self,
        automations: Vec<AutomationName>,
        business: Option<BusinessId>,
        mode: Mode,
    ) -> Result<RunAnswer, Problem> {
        match business {
            Some(business) => self.of_one(automations, business, mode).await,
            None => self.of_all(&automations, mode).await,
        }
    }

    async fn of_one(
        &self,
        automations: Vec<AutomationName>,
        business: BusinessId,
        mode: Mode,
    ) -> Result<RunAnswer, Problem> {
        self.app.store().business(business).await?.ok_or_else(no_business)?;
        let until = self.app.now() + AT_ONCE;
        if mode == Mode::Legacy {
            return self.by_scan(&automations, business, until).await;
        }
        let (mut done, mut rest) = (Vec::new(), Vec::new());
        for automation in automations {
            let job = Job::new(automation, Some(business), mode, self.app.now());
            if self.app.now() >= until {
                rest.push(job);
                continue;
            }
            match automations::work(&self.app, self.backstop, job, until).await.map_err(problem)? {
                Progress::Done(job) => done.push(part(&job, business)),
                Progress::More(job) => rest.push(job),
            }
        }
        if rest.is_empty() {
            return Ok(RunDone { mode, results: done.into_iter().map(view::part).collect() }.into());
        }
        let run = self.keep(Some(business), done.len() + rest.len()).await?;
        for part in done {
            self.app.store().put_run_part(run, &part, self.app.now()).await?;
        }
        self.enqueue(run, rest).await
    }

    /// Another function does it, as only that may read every customer. A short one is waited for.
    async fn by_scan(
        &self,
        automations: &[AutomationName],
        business: BusinessId,
        until: DateTime<Utc>,
    ) -> Result<RunAnswer, Problem> {
        let job = |automation: &AutomationName| Job::new(*automation, Some(business), Mode::Legacy, self.app.now());
        let jobs: Vec<Job> = automations.iter().map(job).collect();
        let run = self.keep(Some(business), jobs.len()).await?;
        let later = self.enqueue(run, jobs).await?;
        while self.app.now() < until {
            self.app.clock().sleep(LOOK_AGAIN).await;
            let found = self.read(run, Some(business), None).await?;
            if matches!(found.state, Some(RunState::Completed)) && found.cursor.is_none() {
                return Ok(RunDone { mode: Mode::Legacy, results: found.results }.into());
            }
        }
        Ok(later)
    }

    async fn of_all(&self, automations: &[AutomationName], mode: Mode) -> Result<RunAnswer, Problem> {
        let businesses: Vec<Option<BusinessId>> = match mode {
            Mode::EventDriven => self.app.store().business_ids().await?.into_iter().map(Some).collect(),
            // One scan is of all businesses.
            Mode::Legacy => vec![None],
        };
        let mut jobs = Vec::with_capacity(automations.len() * businesses.len());
        for automation in automations {
            // A business that has switched it off is not run for everybody's sake.
            let job = |business| Job { unless_off: true, ..Job::new(*automation, business, mode, self.app.now()) };
            jobs.extend(businesses.iter().map(|business| job(*business)));
        }
        let run = self.keep(None, jobs.len()).await?;
        self.enqueue(run, jobs).await
    }

    pub(crate) async fn keep(&self, business_id: Option<BusinessId>, jobs: usize) -> Result<RunId, Problem> {
        let run_id = RunId(self.app.id());
        let jobs = u64::try_from(jobs).map_err(Problem::internal)?;
        self.app.store().create_run(&Run { run_id, business_id, jobs, created_at: self.app.now() }).await?;
        Ok(run_id)
    }

    async fn enqueue(&self, run: RunId, jobs: Vec<Job>) -> Result<RunAnswer, Problem> {
        let tasks: Vec<JobTask> = jobs.into_iter().map(|job| JobTask(Job { run: Some(run), ..job })).collect();
        let unsent = self.queues.send_all(&tasks).await.map_err(Problem::unavailable)?;
        match unsent.first() {
            // Jobs that were sent do no harm: their effects are made once.
            Some(unsent) => Err(Problem::unavailable(&unsent.code)),
            None => Ok(RunAnswer::Later(run)),
        }
    }

    /// The work that a run has done so far: sums of all of it, and a page of its parts.
    pub(crate) async fn read(
        &self,
        run: RunId,
        business: Option<BusinessId>,
        cursor: Option<&str>,
    ) -> Result<api::automations::Run, Problem> {
        let store = self.app.store();
        let known = store.run(run).await?.filter(|run| business.is_none() || run.business_id == business);
        let known = known.ok_or_else(|| Problem::not_found("There is no such run."))?;
        let page = store.run_parts(run, cursor).await?;
        let mut jobs_done = page.items.iter().filter(|part| part.is_job).count();
        let (mut next, from_start) = (page.cursor.clone(), cursor.is_none());
        while let Some(cursor) = next.filter(|_| from_start) {
            let more = store.run_parts(run, Some(&cursor)).await?;
            jobs_done += more.items.iter().filter(|part| part.is_job).count();
            next = more.cursor;
        }
        let jobs_done = u64::try_from(jobs_done).map_err(Problem::internal)?;
        let state = if jobs_done >= known.jobs { RunState::Completed } else { RunState::Active };
        Ok(api::automations::Run {
            run_id: run,
            state: from_start.then_some(state),
            jobs: known.jobs,
            jobs_done: from_start.then_some(jobs_done),
            results: page.items.into_iter().map(view::part).collect(),
            cursor: page.cursor,
            created_at: known.created_at,
        })
    }
}

fn part(job: &Job, business: BusinessId) -> RunPart {
    let tally: Tally = job.done.get(&business).cloned().unwrap_or_default();
    RunPart { automation: job.automation, business_id: Some(business), is_job: true, tally }
}

pub(crate) fn problem(error: JobError) -> Problem {
    match error {
        JobError::Store(error) => error.into(),
        error => Problem::internal(error),
    }
}

pub(crate) fn no_business() -> Problem {
    Problem::not_found("There is no such business.")
}
