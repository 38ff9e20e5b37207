//! A run at work: it reads the people who match page by page, makes the messages that follow, and reports to the
//! owners. The id of a message says its purpose, so a run that is repeated, in either mode, makes nothing twice.

use super::running::{JobError, Running};
use super::{Scheduled, report, write};
use chrono::{DateTime, Utc};
use domain::{Action, BusinessId, Job, Listed, Mode, Reason, Tally};
use kit::App;
use kit::config::Backstop;
use kit::outbox::Outbox;
use std::collections::{BTreeMap, BTreeSet};
use std::marker::PhantomData;
use std::sync::Arc;
use store::{Meter, Store};

/// The progress of a job, with the job as it now stands.
#[derive(Clone, Debug, PartialEq)]
pub enum Progress {
    /// The job is done.
    Done(Job),
    /// There is more to do.
    More(Job),
}

/// Does the runs of one automation.
pub struct Jobs<A> {
    app: App,
    outbox: Outbox,
    automation: PhantomData<fn() -> A>,
}

/// A run at work, with a meter of its own for its reads.
struct Work<'a, A> {
    app: &'a App,
    outbox: &'a Outbox,
    store: Store,
    businesses: BTreeMap<BusinessId, Option<Arc<Running>>>,
    automation: PhantomData<fn() -> A>,
}

/// The most of a page if each of them is written to, so that a page is done in seconds.
const WRITTEN_TO: i32 = 1_000;

impl<A: Scheduled> Jobs<A> {
    /// Of the App; its messages are looked at again after `backstop` if nothing else brings them to a sender.
    #[must_use]
    pub fn new(app: App, backstop: Backstop) -> Self {
        Self { outbox: Outbox::new(app.clone(), backstop), app, automation: PhantomData }
    }

    /// Goes on with a job page by page, until it is done or `until` has passed. Then it answers the rest of the job,
    /// which begins with the next page.
    ///
    /// # Errors
    /// The store did not answer. The job may be done again as it was given.
    pub async fn work(&self, mut job: Job, until: DateTime<Utc>) -> Result<Progress, JobError> {
        let meter = Meter::default();
        let store = self.app.store().counted(meter.clone());
        let (app, outbox) = (&self.app, &self.outbox);
        let mut work = Work::<A> { app, outbox, store, businesses: BTreeMap::new(), automation: PhantomData };
        loop {
            let begun = self.app.now();
            if !job.is_read {
                job.is_read = work.page(&mut job).await?;
            }
            let done = job.is_read && work.tell(&mut job, until).await?;
            let (cost, used) = (cost_of(&mut job), meter.reset());
            cost.queries += used.queries;
            cost.items_read += used.items_read;
            cost.read_units += used.read_units;
            let took = (self.app.now() - begun).num_milliseconds();
            cost.milliseconds += u64::try_from(took).unwrap_or_default();
            if done {
                return Ok(Progress::Done(job));
            }
            if self.app.now() >= until {
                return Ok(Progress::More(job));
            }
        }
    }
}

/// The tally in which the cost of a page is counted.
fn cost_of(job: &mut Job) -> &mut Tally {
    match job.business_id {
        Some(business) => job.done.entry(business).or_default(),
        None => &mut job.together,
    }
}

impl<A: Scheduled> Work<'_, A> {
    /// Reads a page and writes to the customers in it; says whether it was the last.
    async fn page(&mut self, job: &mut Job) -> Result<bool, JobError> {
        let found = match job.mode {
            Mode::EventDriven => {
                let business = job.business_id.ok_or(JobError::NoBusiness)?;
                let Some(running) = self.running(business, job).await? else { return Ok(true) };
                if running.is_over(self.app.now()) {
                    job.done.entry(business).or_default().skip(Reason::DayOver);
                    return Ok(true);
                }
                let (found, cursor) = self.by_index(&running, job.cursor.as_deref()).await?;
                job.cursor = cursor;
                BTreeMap::from([(business, found)])
            }
            Mode::Legacy => self.scanned(job).await?,
        };
        if let Some(business) = job.business_id {
            job.done.entry(business).or_default();
            // A job that has begun goes on as it began.
            job.action = self.running(business, job).await?.map(|running| running.action);
        }
        for (business, matches) in found {
            let Some(running) = self.running(business, job).await? else { continue };
            let tally = job.done.entry(business).or_default();
            if running.is_over(self.app.now()) {
                tally.skip(Reason::DayOver);
                continue;
            }
            write::write_to::<A>(self.outbox, &running, &matches, tally).await?;
            // A job of all businesses would carry too many; it looks for them again when it tells the owners.
            if job.business_id.is_some() {
                write::list::<A>(&running, &matches, &mut tally.listed);
            }
        }
        Ok(job.cursor.is_none())
    }

    /// A page of all customers there are; those that match, by business.
    async fn scanned(&mut self, job: &mut Job) -> Result<BTreeMap<BusinessId, Vec<A::Match>>, JobError> {
        let (customers, cursor) = self.store.scan_customers(job.cursor.as_deref()).await?;
        job.cursor = cursor;
        let is_asked = |business: &BusinessId| job.business_id.is_none_or(|only| only == *business);
        let customers: Vec<_> = customers.into_iter().filter(|(business, _)| is_asked(business)).collect();
        self.load(customers.iter().map(|(business, _)| *business).collect(), job).await?;
        let mut found: BTreeMap<BusinessId, Vec<A::Match>> = BTreeMap::new();
        for (business, customer) in customers {
            let Some(Some(running)) = self.businesses.get(&business) else { continue };
            let matches = A::of_customer(running, &customer);
            if !matches.is_empty() {
                found.entry(business).or_default().extend(matches);
            }
        }
        Ok(found)
    }

    /// Tells the owners of each business in turn; says whether all are told.
    async fn tell(&mut self, job: &mut Job, until: DateTime<Utc>) -> Result<bool, JobError> {
        let is_one = job.business_id.is_some();
        let open = job.done.iter().filter(|(_, tally)| (tally.found > 0 || is_one) && !tally.told);
        for business in open.map(|(business, _)| *business).collect::<Vec<_>>() {
            if self.app.now() >= until {
                return Ok(false);
            }
            let running = self.running(business, job).await?;
            let tally = job.done.entry(business).or_default();
            // A list of today's birthdays would be yesterday's.
            let has_news = |running: &Running| tally.found > 0 || running.tells_nothing(A::SPEC.name);
            if let Some(running) = running.filter(|it| !it.is_over(self.app.now()) && has_news(it)) {
                if tally.found > 0 && tally.listed.is_empty() {
                    tally.listed = self.listed(&running).await?;
                }
                let (app, outbox) = (self.app, self.outbox);
                if !report::report::<A>(app, &self.store, outbox, &running, tally, until).await? {
                    return Ok(false);
                }
            }
            (tally.told, tally.listed) = (true, Vec::new());
        }
        Ok(true)
    }

    /// The people in the owner report, found by the index.
    async fn listed(&self, running: &Running) -> Result<Vec<Listed>, JobError> {
        let (mut listed, mut cursor) = (Vec::new(), None);
        loop {
            let (found, next) = self.by_index(running, cursor.as_deref()).await?;
            write::list::<A>(running, &found, &mut listed);
            cursor = next;
            if cursor.is_none() {
                return Ok(listed);
            }
        }
    }

    async fn by_index(
        &self,
        running: &Running,
        cursor: Option<&str>,
    ) -> Result<(Vec<A::Match>, Option<String>), JobError> {
        let limit = (running.action == Action::Auto).then_some(WRITTEN_TO);
        Ok(A::by_index(running, &self.store, limit, cursor).await?)
    }

    /// The business of a run; `None` if there is none, or it has switched off what was due.
    async fn running(&mut self, business: BusinessId, job: &Job) -> Result<Option<Arc<Running>>, JobError> {
        self.load(BTreeSet::from([business]), job).await?;
        Ok(self.businesses.get(&business).cloned().flatten())
    }

    /// Reads those of the businesses that are not known yet, all together.
    async fn load(&mut self, mut businesses: BTreeSet<BusinessId>, job: &Job) -> Result<(), JobError> {
        businesses.retain(|business| !self.businesses.contains_key(business));
        let ids: Vec<BusinessId> = businesses.into_iter().collect();
        if ids.is_empty() {
            return Ok(());
        }
        let found = Running::of(&self.store, &A::SPEC, &ids, job).await?;
        self.businesses.extend(ids.into_iter().map(|id| (id, None)));
        let found = found.into_iter().map(|running| (running.business.business_id, Some(Arc::new(running))));
        self.businesses.extend(found);
        Ok(())
    }
}
