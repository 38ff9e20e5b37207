//! The nightly sync of a business: counts the numbers of customers anew from their purchases, holds the index of the search
//! against the records, and puts right whatever differs. A sync goes in slices: each begins where the row of the sync says,
//! and ends by moving it on. So a crash repeats a slice, and of two workers the slower one stops.
//!
//! A customer changes in the index up to a minute after the record. So one who differs is looked at again five minutes later,
//! and counts as drift only if the record has not changed meanwhile. A whole sync puts everybody right at once: it is how an
//! index begins, and how one that is lost comes back.

mod indexes;
mod steps;

use crate::indexes::Indexing;
use crate::steps::{Outline, Step};
use aws_lambda_events::event::sqs::{SqsBatchResponse, SqsEvent};
use chrono::{DateTime, TimeDelta, Utc};
use domain::sync::{Sync, SyncReport};
use domain::{Business, BusinessId, QuietHours, Tz};
use kit::App;
use kit::batch::{Failure, Item, Order, Outcome, batch};
use kit::config::Indexes;
use kit::env::{FromEnv, Vars};
use queues::tasks::SyncTask;
use queues::{QueueUrls, Queues, Received};
use std::convert::Infallible;
use std::time::Duration;
use store::{Updated, Versioned};

/// The time for which one delivery is worked on, less than the function has: the page at hand is still finished.
const SLICE: TimeDelta = TimeDelta::seconds(35);
/// After which time the index of a business that is gone is looked for again: a writer may have been under way.
const AGAIN: Duration = Duration::from_mins(15);

/// The function's own configuration.
pub struct Config {
    indexes: Indexes,
    urls: QueueUrls,
}

impl FromEnv for Config {
    fn from_env(vars: &mut Vars<'_>) -> Self {
        Self { indexes: Indexes::from_env(vars), urls: QueueUrls::from_env(vars) }
    }
}

/// The parts that the function stands on.
pub struct Syncer {
    app: App,
    queues: Queues,
    indexing: Indexing,
}

impl Syncer {
    /// Of the App and the function's own configuration.
    #[must_use]
    pub fn new(app: App, Config { indexes, urls }: Config) -> Self {
        let queues = Queues::new(app.sqs().clone(), urls);
        Self { indexing: Indexing::new(app.clone(), queues.clone(), &indexes), queues, app }
    }

    /// Takes the sync of a business further, if it is time.
    async fn sync(&self, task: &SyncTask) -> Outcome {
        let business = task.business_id;
        let Some(found) = self.app.store().business(business).await? else {
            return self.forget(task).await;
        };
        let Some(known) = self.app.store().sync(business).await? else { return Ok(()) };
        let (now, zone) = (self.app.now(), found.record.timezone);
        let mut sync = known.record.clone();
        if let Some(look_at) = sync.run.as_ref().and_then(|run| run.look_at).filter(|look_at| *look_at > now) {
            return self.go_on(task, look_at - now).await;
        }
        if sync.run.is_none() {
            let Some(begun) = sync.begun(now, zone) else { return Ok(()) };
            sync = begun;
            let index = self.indexing.newest(business).await?;
            if index.generation() == 0 && sync.reports.first().is_some_and(|last| last.customers > 0) {
                metrics::counter!("sync_drift").increment(1);
                tracing::error!(business_id = %business, "the index of business {business} is lost");
            }
            if let Some(run) = &mut sync.run {
                run.report.bytes_before = index.bytes();
            }
        }
        let next = self.slice(business, &mut sync, zone).await?;
        let now = self.app.now();
        let ended = match next {
            Step::Done => {
                self.keep_best_hour(&found, &mut sync).await?;
                sync = sync.ended(now);
                sync.reports.first().cloned()
            }
            Step::More | Step::Wait(_) => None,
        };
        if self.app.store().update_sync(business, &known, &sync, now, &self.app.attempt()).await? == Updated::Conflict {
            // Another worker has taken it further, somebody has asked for one, or the business is being closed.
            return match self.app.store().sync(business).await? {
                Some(newer) if newer.record.run == known.record.run => Err(Failure::retry("somebody asked meanwhile")),
                _ => Ok(()),
            };
        }
        if let Some(report) = ended {
            tell(business, &report, now);
        }
        match next {
            Step::Done => Ok(()),
            Step::More => self.go_on(task, TimeDelta::zero()).await,
            Step::Wait(wait) => self.go_on(task, wait).await,
        }
    }

    /// Goes through the steps for as long as there is time, or until one has to wait.
    async fn slice(&self, business: BusinessId, sync: &mut Sync, zone: Tz) -> Result<Step, Failure> {
        let until = self.app.now() + SLICE;
        let Some(run) = &mut sync.run else { return Ok(Step::Done) };
        if run.is_late(self.app.now()) {
            metrics::counter!("syncs_late").increment(1);
            tracing::error!(business_id = %business, "the sync of business {business} has not ended after six hours");
        }
        let outline = Outline { app: &self.app, indexing: &self.indexing, business, zone };
        loop {
            match outline.step(run).await? {
                Step::More if self.app.now() < until => {}
                step => return Ok(step),
            }
        }
    }

    /// Brings the hour at which its customers are around to the business, if it lets marketing wait for that. Should somebody
    /// change the business meanwhile, the next night brings it.
    async fn keep_best_hour(&self, found: &Versioned<Business>, sync: &mut Sync) -> Result<(), Failure> {
        let (Some(run), settings) = (&mut sync.run, &found.record.settings) else { return Ok(()) };
        let best_hour = run.hours.of_business(QuietHours::from(settings));
        run.report.best_hour = best_hour;
        if settings.best_hour && found.record.best_hour != best_hour {
            let after = Business { best_hour, ..found.record.clone() };
            self.app.store().update_business(found, &after, &[], &self.app.attempt()).await?;
        }
        Ok(())
    }

    async fn go_on(&self, task: &SyncTask, wait: TimeDelta) -> Outcome {
        let wait = wait.to_std().unwrap_or_default();
        self.queues.send(task, wait).await.map_err(Failure::retry)
    }

    /// Deletes the index of a business that is gone, and looks once more after a time in which something was there.
    async fn forget(&self, task: &SyncTask) -> Outcome {
        match self.indexing.erase(task.business_id).await? {
            0 => Ok(()),
            _ => self.queues.send(task, AGAIN).await.map_err(Failure::retry),
        }
    }

    /// Takes the sync of each business of a batch further.
    ///
    /// # Errors
    /// None: each failure is answered for by itself.
    pub async fn handle(&self, event: SqsEvent) -> Result<SqsBatchResponse, Infallible> {
        let sync = async |item: Item<Received<SyncTask>>| self.sync(&item.body.0).await;
        Ok(batch(&self.app, event, Order::InOrder, sync).await)
    }
}

/// One line for each sync, and its figures. Drift was counted when it was put right.
fn tell(business: BusinessId, report: &SyncReport, now: DateTime<Utc>) {
    let seconds = (now - report.started_at).num_seconds();
    metrics::counter!("syncs_ended").increment(1);
    metrics::counter!("sync_customers_counted").increment(report.customers_counted);
    metrics::counter!("sync_customers_compared").increment(report.customers_compared);
    let SyncReport { whole, customers_counted: counted, customers_repaired: repaired, .. } = *report;
    let SyncReport { customers_compared: compared, rows_repaired, rows_removed, unreadable, .. } = *report;
    let SyncReport { bytes_before, bytes_after, days_renewed, .. } = *report;
    tracing::info!(
        business_id = %business,
        whole,
        seconds,
        counted,
        repaired,
        days_renewed,
        compared,
        rows_repaired,
        rows_removed,
        unreadable,
        bytes_before,
        bytes_after,
        "the sync of business {business} has ended: {counted} customers counted and {repaired} put right, {compared} held \
         against the index"
    );
}
