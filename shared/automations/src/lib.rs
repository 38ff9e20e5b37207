//! The runs of automations, for whoever starts them: the due index, an owner, an operator. A run reads who matches,
//! makes the messages that follow from it, and reports to the owners. Every message has the id of what it is for, so that
//! a run that is repeated, in either mode, makes nothing twice.

mod find;
mod report;
pub mod worker;
mod write;

use crate::find::Match;
use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use domain::{Action, Automation, AutomationName, Business, BusinessId, Job, Listed, Mode, Reason, Tally};
use kit::App;
use kit::batch::Failure;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use store::{Meter, Store, StoreError};

/// Why a run could not go on. Says nothing of anybody.
#[derive(Debug, thiserror::Error)]
pub enum JobError {
    /// The store.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// A text that cannot be written.
    #[error(transparent)]
    Text(#[from] domain::TextError),
    /// Event-driven runs are of one business.
    #[error("a run by index is of one business")]
    NoBusiness,
}

impl From<JobError> for Failure {
    fn from(error: JobError) -> Self {
        match error {
            JobError::Store(error) => error.into(),
            JobError::Text(_) | JobError::NoBusiness => Self::permanent(error),
        }
    }
}

/// How far a run has come.
#[derive(Clone, Debug, PartialEq)]
pub enum Progress {
    /// To its end.
    Done(Job),
    /// There is more to do.
    More(Job),
}

/// Does runs.
#[derive(Clone)]
pub struct Jobs {
    app: App,
    backstop: TimeDelta,
}

/// A business whose automation runs.
struct Shop {
    business: Business,
    automation: AutomationName,
    action: Action,
    /// In its zone.
    date: NaiveDate,
}

/// A run at work: what is read is counted apart from everything else.
struct Work<'a> {
    app: &'a App,
    store: Store,
    backstop: TimeDelta,
    shops: BTreeMap<BusinessId, Option<Arc<Shop>>>,
}

impl Jobs {
    /// Of the App; its messages are looked at again after `backstop` if nothing else brings them to a worker.
    #[must_use]
    pub fn new(app: App, backstop: TimeDelta) -> Self {
        Self { app, backstop }
    }

    /// Goes on with a job page by page, until it is done or `until` has passed: then with the next page, by whoever is
    /// given the rest.
    ///
    /// # Errors
    /// The store did not answer. The job may be done again as it was given.
    pub async fn work(&self, mut job: Job, until: DateTime<Utc>) -> Result<Progress, JobError> {
        let meter = Meter::default();
        let store = self.app.store().counted(meter.clone());
        let mut work = Work { app: &self.app, store, backstop: self.backstop, shops: BTreeMap::new() };
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

/// Where it is counted what a page costs.
fn cost_of(job: &mut Job) -> &mut Tally {
    match job.business_id {
        Some(business) => job.done.entry(business).or_default(),
        None => &mut job.together,
    }
}

impl Work<'_> {
    /// Reads a page and writes to whom it names; says whether it was the last.
    async fn page(&mut self, job: &mut Job) -> Result<bool, JobError> {
        let found = match job.mode {
            Mode::EventDriven => {
                let business = job.business_id.ok_or(JobError::NoBusiness)?;
                let Some(shop) = self.shop(business, job).await? else { return Ok(true) };
                if shop.is_over(self.app.now()) {
                    job.done.entry(business).or_default().skip(Reason::DayOver);
                    return Ok(true);
                }
                let (found, cursor) = find::by_index(&self.store, &shop, job.begun_at, job.cursor.as_deref()).await?;
                job.cursor = cursor;
                BTreeMap::from([(business, found)])
            }
            Mode::Legacy => self.scanned(job).await?,
        };
        if let Some(business) = job.business_id {
            // What has begun goes on as it began.
            job.action = self.shop(business, job).await?.map(|shop| shop.action);
        }
        for (business, matches) in found {
            let Some(shop) = self.shop(business, job).await? else { continue };
            let begun_at = job.begun_at;
            let tally = job.done.entry(business).or_default();
            if shop.is_over(self.app.now()) {
                tally.skip(Reason::DayOver);
                continue;
            }
            write::write_to(self, &shop, &matches, begun_at, tally).await?;
            // A job of all businesses would carry too many; it looks for them again when it tells the owners.
            if job.business_id.is_some() {
                matches.iter().for_each(|found| write::list(found, &mut tally.listed));
            }
        }
        Ok(job.cursor.is_none())
    }

    /// A page of all customers there are; those that match, by business.
    async fn scanned(&mut self, job: &mut Job) -> Result<BTreeMap<BusinessId, Vec<Match>>, JobError> {
        let (customers, cursor) = self.store.scan_customers(job.cursor.as_deref()).await?;
        job.cursor = cursor;
        let is_asked = |business: &BusinessId| job.business_id.is_none_or(|only| only == *business);
        let customers: Vec<_> = customers.into_iter().filter(|(business, _)| is_asked(business)).collect();
        self.load(customers.iter().map(|(business, _)| *business).collect(), job).await?;
        let mut found: BTreeMap<BusinessId, Vec<Match>> = BTreeMap::new();
        for (business, customer) in customers {
            let Some(Some(shop)) = self.shops.get(&business) else { continue };
            let matches = find::of_customer(shop, &customer, job.begun_at);
            if !matches.is_empty() {
                found.entry(business).or_default().extend(matches);
            }
        }
        Ok(found)
    }

    /// Tells the owners of each business in turn; says whether all are told.
    async fn tell(&mut self, job: &mut Job, until: DateTime<Utc>) -> Result<bool, JobError> {
        let open = job.done.iter().filter(|(_, tally)| tally.found > 0 && !tally.told).map(|(business, _)| *business);
        for business in open.collect::<Vec<_>>() {
            if self.app.now() >= until {
                return Ok(false);
            }
            let shop = self.shop(business, job).await?;
            let begun_at = job.begun_at;
            let tally = job.done.entry(business).or_default();
            // A list of today's birthdays would be yesterday's.
            if let Some(shop) = shop.filter(|shop| !shop.is_over(self.app.now())) {
                if tally.listed.is_empty() {
                    tally.listed = self.listed(&shop, begun_at).await?;
                }
                report::report(self, &shop, begun_at, tally).await?;
            }
            (tally.told, tally.listed) = (true, Vec::new());
        }
        Ok(true)
    }

    /// Who stands in the report, found by the index.
    async fn listed(&self, shop: &Shop, begun_at: DateTime<Utc>) -> Result<Vec<Listed>, JobError> {
        let (mut listed, mut cursor) = (Vec::new(), None);
        loop {
            let (found, next) = find::by_index(&self.store, shop, begun_at, cursor.as_deref()).await?;
            found.iter().for_each(|found| write::list(found, &mut listed));
            cursor = next;
            if cursor.is_none() {
                return Ok(listed);
            }
        }
    }

    /// The business of a run; `None` if there is none, or it has switched off what was due.
    async fn shop(&mut self, business: BusinessId, job: &Job) -> Result<Option<Arc<Shop>>, JobError> {
        self.load(BTreeSet::from([business]), job).await?;
        Ok(self.shops.get(&business).cloned().flatten())
    }

    /// Reads those of the businesses that are not known yet, all together.
    async fn load(&mut self, mut businesses: BTreeSet<BusinessId>, job: &Job) -> Result<(), JobError> {
        businesses.retain(|business| !self.shops.contains_key(business));
        let ids: Vec<BusinessId> = businesses.into_iter().collect();
        if ids.is_empty() {
            return Ok(());
        }
        let known = match job.action {
            Some(_) => Vec::new(),
            None => self.store.automations_of(&ids, job.automation).await?,
        };
        let known: BTreeMap<BusinessId, Automation> = known.into_iter().map(|it| (it.business_id, it)).collect();
        let found = self.store.businesses_of(&ids).await?;
        self.shops.extend(ids.into_iter().map(|id| (id, None)));
        for business in found {
            let id = business.business_id;
            let shop = Shop::new(business, known.get(&id), job);
            self.shops.insert(id, shop.map(Arc::new));
        }
        Ok(())
    }
}

impl Shop {
    /// `None` if the business has switched off what was due.
    fn new(business: Business, known: Option<&Automation>, job: &Job) -> Option<Self> {
        if job.unless_off && known.is_some_and(|known| !known.enabled()) {
            return None;
        }
        let usual = known.map_or_else(|| job.automation.default_action(), |known| known.action);
        let today = || job.begun_at.with_timezone(&business.timezone).date_naive();
        let date = job.slot.map_or_else(today, |slot| slot.date());
        Some(Self { automation: job.automation, action: job.action.unwrap_or(usual), date, business })
    }

    /// Whether the job comes so late that a greeting would be for another day.
    fn is_over(&self, now: DateTime<Utc>) -> bool {
        let today = now.with_timezone(&self.business.timezone).date_naive();
        self.automation == AutomationName::Birthdays && self.date < today
    }
}
