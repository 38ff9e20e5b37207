//! The steps of a sync, a page of each at a time.

use crate::indexes::{Brought, Indexing};
use chrono::{NaiveDate, TimeDelta};
use domain::recount::Recount;
use domain::sync::{Suspect, SyncReport, SyncRun, SyncStep};
use domain::{BusinessId, Customer, CustomerId, Favorites, HourCounts, Tz};
use futures::stream::{self, StreamExt, TryStreamExt};
use kit::App;
use kit::batch::Failure;
use search::{Row, Snapshot};
use store::{Books, StoreError};

/// Customers who are counted at the same time.
const AT_ONCE: usize = 16;
/// Rows of the index on a page.
const ROWS: usize = 1_000;
/// Suspects who are looked at again together.
const SUSPECTS: usize = 500;
/// So many of them with drift are the sign of an index that is lost in large parts.
const MANY: usize = 250;
/// By then a change of a record has reached the index.
const LOOK_AGAIN: TimeDelta = TimeDelta::minutes(5);
/// Rounds of a repair that somebody else's change comes between.
const TRIES: usize = 5;

/// How a step has ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Step {
    /// There is more to do.
    More,
    /// There is more to do, after a time.
    Wait(TimeDelta),
    /// The sync has ended.
    Done,
}

/// All that the steps of a sync stand on.
pub(crate) struct Outline<'a> {
    pub(crate) app: &'a App,
    pub(crate) indexing: &'a Indexing,
    pub(crate) business: BusinessId,
    pub(crate) zone: Tz,
}

/// A customer who was counted.
#[derive(Default)]
struct Checked {
    counted: bool,
    repaired: bool,
    days_renewed: bool,
    unreadable: bool,
    /// Whether the index has the customer.
    known: bool,
    suspect: Option<Suspect>,
}

impl Outline<'_> {
    /// Takes a sync one page further.
    pub(crate) async fn step(&self, run: &mut SyncRun) -> Result<Step, Failure> {
        let base = self.indexing.newest(self.business).await?;
        if base.customers() == 0 && !run.report.whole {
            begin_whole(run);
        }
        if run.look_at.is_some() {
            self.look_again(run, &base).await?;
            return Ok(Step::More);
        }
        let step = run.step.clone();
        let (next, mut suspects) = match step {
            SyncStep::Purchases { day, after } => self.purchases(run, &base, day, after).await?,
            SyncStep::Customers { after, known } if run.report.whole => {
                self.everybody(run, &base, after, known).await?
            }
            SyncStep::Customers { after, known } => self.customers(run, &base, after, known).await?,
            SyncStep::Rows { after } => self.rows(&base, after).await?,
            SyncStep::Compact => return self.compact(run).await,
        };
        if run.report.whole {
            self.bring(run, &suspects).await?;
            suspects.clear();
        }
        run.suspects.append(&mut suspects);
        let is_last = next == SyncStep::Compact;
        run.step = next;
        if run.suspects.len() >= SUSPECTS || (is_last && !run.suspects.is_empty()) {
            run.look_at = Some(self.app.now() + LOOK_AGAIN);
            return Ok(Step::Wait(LOOK_AGAIN));
        }
        Ok(Step::More)
    }

    /// The customers whose purchases were recorded since the last sync.
    async fn purchases(
        &self,
        run: &mut SyncRun,
        base: &Snapshot,
        day: NaiveDate,
        after: Option<String>,
    ) -> Result<(SyncStep, Vec<Suspect>), Failure> {
        let (customers, after) = self.app.store().recorded_on(self.business, day, run.since, after.as_deref()).await?;
        let (suspects, _) = self.count(&mut run.report, base, customers.into_iter().collect()).await?;
        let next = match (after, day.succ_opt().filter(|next| *next <= run.last_day())) {
            (Some(after), _) => SyncStep::Purchases { day, after: Some(after) },
            (None, Some(day)) => SyncStep::Purchases { day, after: None },
            (None, None) => SyncStep::Customers { after: None, known: 0 },
        };
        Ok((next, suspects))
    }

    /// A page of all customers, by what the list of last contacts tells of them. Only of those who differ the record is read.
    async fn customers(
        &self,
        run: &mut SyncRun,
        base: &Snapshot,
        after: Option<String>,
        known: u64,
    ) -> Result<(SyncStep, Vec<Suspect>), Failure> {
        let (customers, after) = self.app.store().walk_customers(self.business, after.as_deref()).await?;
        let (mut differ, mut met) = (Vec::new(), 0);
        for customer in &customers {
            let row = base.row(customer.customer_id);
            met += u64::from(row.is_some());
            if !row.is_some_and(|row| shows(&row, customer)) {
                differ.push(customer.customer_id);
            }
        }
        run.report.customers_compared += customers.len() as u64;
        run.count_hours(&customers, self.zone);
        // Counting is not asked for here, so it is not told either.
        let mut counted = SyncReport::default();
        let (suspects, _) = self.count(&mut counted, base, differ).await?;
        run.report.customers_repaired += counted.customers_repaired;
        run.report.unreadable += counted.unreadable;
        Ok((after_customers(base, after, known + met, false), suspects))
    }

    /// A page of all customers, each of them counted.
    async fn everybody(
        &self,
        run: &mut SyncRun,
        base: &Snapshot,
        after: Option<String>,
        known: u64,
    ) -> Result<(SyncStep, Vec<Suspect>), Failure> {
        let (customers, after) = self.app.store().walk_customers(self.business, after.as_deref()).await?;
        let ids: Vec<CustomerId> = customers.iter().map(|customer| customer.customer_id).collect();
        run.report.customers_compared += ids.len() as u64;
        run.count_hours(&customers, self.zone);
        let (suspects, met) = self.count(&mut run.report, base, ids).await?;
        Ok((after_customers(base, after, known + met, true), suspects))
    }

    /// A page of the index: those who have no record any more.
    async fn rows(&self, base: &Snapshot, after: Option<CustomerId>) -> Result<(SyncStep, Vec<Suspect>), Failure> {
        let rows = base.customers_after(after, ROWS);
        let records = self.app.store().customers(self.business, &rows).await?;
        let gone = rows.iter().filter(|customer| !records.contains_key(customer));
        let suspects = gone.map(|customer| Suspect { customer_id: *customer, version: None }).collect();
        let next = match rows.last().filter(|_| rows.len() == ROWS) {
            Some(last) => SyncStep::Rows { after: Some(*last) },
            None => SyncStep::Compact,
        };
        Ok((next, suspects))
    }

    async fn compact(&self, run: &mut SyncRun) -> Result<Step, Failure> {
        let compacted = self.indexing.compact(self.business).await?;
        run.report.bytes_after = compacted.bytes();
        run.report.customers = compacted.customers();
        Ok(Step::Done)
    }

    /// The suspects whose records are still as they were: what the index has of them is drift.
    async fn look_again(&self, run: &mut SyncRun, base: &Snapshot) -> Result<(), Failure> {
        let ids = run.suspects.iter().map(|suspect| suspect.customer_id).collect();
        let (still, _) = self.count(&mut SyncReport::default(), base, ids).await?;
        let drifted: Vec<Suspect> = still.into_iter().filter(|suspect| run.suspects.contains(suspect)).collect();
        self.bring(run, &drifted).await?;
        if drifted.len() >= MANY {
            // A few hundred each five minutes would take days: from here on everybody is put right at once.
            run.report.whole = true;
        }
        (run.suspects, run.look_at) = (Vec::new(), None);
        Ok(())
    }

    async fn bring(&self, run: &mut SyncRun, suspects: &[Suspect]) -> Result<(), Failure> {
        if suspects.is_empty() {
            return Ok(());
        }
        let customers: Vec<CustomerId> = suspects.iter().map(|suspect| suspect.customer_id).collect();
        let Brought { put, removed } = self.indexing.bring(self.business, &customers).await?;
        run.report.rows_repaired += put;
        run.report.rows_removed += removed;
        metrics::counter!("sync_rows_repaired").increment(put + removed);
        if !run.report.whole && put + removed > 0 {
            metrics::counter!("sync_drift").increment(put + removed);
            tracing::error!(business_id = %self.business, put, removed,
                "the index of business {} had {} customers otherwise than their records", self.business, put + removed);
        }
        Ok(())
    }

    /// Counts customers anew, and holds them against the index: those that differ there, and how many it has.
    async fn count(
        &self,
        report: &mut SyncReport,
        base: &Snapshot,
        customers: Vec<CustomerId>,
    ) -> Result<(Vec<Suspect>, u64), Failure> {
        let checks = customers.into_iter().map(|customer| self.check(base, customer));
        let checked: Vec<Checked> = stream::iter(checks).buffer_unordered(AT_ONCE).try_collect().await?;
        let count = |what: fn(&Checked) -> bool| checked.iter().filter(|one| what(one)).count() as u64;
        report.customers_counted += count(|one| one.counted);
        report.customers_repaired += count(|one| one.repaired);
        report.days_renewed += count(|one| one.days_renewed);
        report.unreadable += count(|one| one.unreadable);
        let known = count(|one| one.known);
        Ok((checked.into_iter().filter_map(|one| one.suspect).collect(), known))
    }

    /// A record that cannot be read keeps nobody else from being counted.
    async fn check(&self, base: &Snapshot, customer: CustomerId) -> Result<Checked, Failure> {
        match self.books(base, customer).await {
            Err(StoreError::Corrupt(what)) => {
                metrics::counter!("sync_unreadable").increment(1);
                tracing::error!(business_id = %self.business, customer_id = %customer,
                    "{what} of customer {customer} cannot be read");
                Ok(Checked { unreadable: true, known: base.row(customer).is_some(), ..Checked::default() })
            }
            other => Ok(other?),
        }
    }

    async fn books(&self, base: &Snapshot, customer: CustomerId) -> Result<Checked, StoreError> {
        let store = self.app.store();
        let row = base.row(customer);
        let mut checked = Checked { known: row.is_some(), ..Checked::default() };
        for _ in 0..TRIES {
            let Some(books) = store.books(self.business, customer).await? else {
                checked.suspect = row.is_some().then_some(Suspect { customer_id: customer, version: None });
                return Ok(checked);
            };
            checked.counted = true;
            let Books { customer: known, favorites, purchases } = &books;
            let counted = Recount::of(&known.record, favorites, purchases, self.zone);
            if !counted.drifted && !counted.days_differ {
                let differs = row != expected(&known.record, favorites);
                checked.suspect = differs.then_some(Suspect { customer_id: customer, version: Some(known.version) });
                return Ok(checked);
            }
            if store.correct_books(self.business, &books, &counted, &self.app.attempt()).await? {
                checked.repaired |= counted.drifted;
                checked.days_renewed |= counted.days_differ;
                if counted.drifted {
                    metrics::counter!("sync_customers_repaired").increment(1);
                    metrics::counter!("sync_drift").increment(1);
                    tracing::error!(business_id = %self.business, customer_id = %customer,
                        "the numbers of customer {customer} were not those of their purchases");
                }
            }
        }
        Err(StoreError::Contended("count a customer"))
    }
}

/// An index without customers, as of a business from before there were any, is begun: nobody has to be looked at twice.
fn begin_whole(run: &mut SyncRun) {
    run.report.whole = true;
    run.step = SyncStep::Customers { after: None, known: 0 };
    (run.suspects, run.look_at, run.hours) = (Vec::new(), None, HourCounts::default());
}

/// The rows are looked at one by one only if there are others than those of the customers who were met. Nobody was met
/// twice, so no row of somebody who is gone can hide behind one who was.
fn after_customers(base: &Snapshot, after: Option<String>, known: u64, whole: bool) -> SyncStep {
    match after {
        Some(after) => SyncStep::Customers { after: Some(after), known },
        None if whole || base.customers() != known => SyncStep::Rows { after: None },
        None => SyncStep::Compact,
    }
}

/// The row that the index should have; none of a customer who goes on under another record.
fn expected(customer: &Customer, favorites: &Favorites) -> Option<Row> {
    customer.joined_into.is_none().then(|| Row::of(customer, favorites).stored())
}

/// Whether a row shows what the list of last contacts tells of a customer.
fn shows(row: &Row, customer: &Customer) -> bool {
    let told = Row::of(customer, &Favorites::default()).stored();
    let of_list = Row {
        gender: row.gender,
        city: row.city.clone(),
        favorite_products: row.favorite_products.clone(),
        favorite_ingredients: row.favorite_ingredients.clone(),
        profile_status: row.profile_status,
        ..told
    };
    *row == of_list
}
