//! Drift: changes that no function has made. Somebody writes another number into a customer's record, or the index of a
//! business has other customers than there are. The next nightly sync puts it right.

use crate::faults::Fault;
use crate::history::Wish;
use crate::run::Run;
use chrono::{DateTime, TimeDelta, Utc};
use domain::{BusinessId, CustomerId};
use kit::App;
use search::{Change, Index, SearchError};
use std::sync::Arc;
use std::time::Duration;
use uuid::Uuid;

/// The bucket of the indexes.
pub const BUCKET: &str = "recado-indexbucket";
/// The time between two moments at which something may drift.
const EVERY: Duration = Duration::from_secs(3_600);
/// A sync that begins later has not looked at anything yet.
const AHEAD: TimeDelta = TimeDelta::hours(1);
/// The time before the end at which nothing drifts any more: a night, and all that may hold its sync up.
const LAST: TimeDelta = TimeDelta::hours(40);
const TRIES: usize = 8;

/// Lets things drift now and then until shortly before the end.
pub async fn spoil(run: Arc<Run>, app: App, end: DateTime<Utc>) {
    let mut rng = fastrand::Rng::with_seed(run.now().timestamp().cast_unsigned());
    while run.now() < end - LAST {
        tokio::time::sleep(EVERY).await;
        for business in run.businesses() {
            let Ok(id) = business.id.parse() else { continue };
            if run.faults.strikes(Fault::RecordDrift) {
                record(&run, &app, id, &mut rng).await;
            }
            if run.faults.strikes(Fault::IndexDrift) {
                index(&run, &app, id, &mut rng).await;
            }
        }
    }
}

/// Another number in the record of a customer who has bought since the last sync. Of the others a sync counts none.
async fn record(run: &Run, app: &App, business: BusinessId, rng: &mut fastrand::Rng) {
    let Ok(Some(sync)) = app.store().sync(business).await else { return };
    let sync = sync.record;
    if sync.run.is_some() || sync.next_at < run.now() + AHEAD {
        return;
    }
    let bought: Vec<CustomerId> = run
        .history()
        .asked
        .iter()
        .filter(|asked| {
            asked.status == 201 && asked.since > sync.counted_until && asked.business == business.to_string()
        })
        .filter_map(|asked| match &asked.what {
            Wish::Buy { customer, .. } => customer.parse().ok(),
            _ => None,
        })
        .collect();
    let Some(customer) = rng.choice(&bought).copied() else { return };
    let Ok(Some(known)) = app.store().customer(business, customer).await else { return };
    let mut other = known.record.clone();
    let statistics = &mut other.statistics;
    match rng.u8(..3) {
        0 => statistics.total_spent += 700,
        1 => statistics.purchases += 1,
        _ => statistics.last_purchase_at = Some(DateTime::UNIX_EPOCH),
    }
    if app.store().update_customer(business, &known, &other, &app.attempt()).await.is_ok() {
        run.note(format_args!("somebody writes into the record of customer {customer}"));
        *run.history().drifted.entry(business.to_string()).or_default() += 1;
    }
}

/// The index loses a customer, has one otherwise, or has one who is not there.
async fn index(run: &Run, app: &App, business: BusinessId, rng: &mut fastrand::Rng) {
    let index = Index::new(app.bucket(BUCKET));
    for _ in 0..TRIES {
        let Ok(base) = index.open(business).await else { return };
        let all = base.customers_after(None, usize::MAX);
        let Some(row) = rng.choice(&all).and_then(|customer| base.row(*customer)) else { return };
        let customer = row.customer_id;
        let (change, how) = match rng.u8(..3) {
            0 => (Change::Remove(customer), "loses"),
            1 => {
                let other = search::Row { total_spent: row.total_spent + 1, ..row };
                (Change::Put(Box::new(other)), "has otherwise")
            }
            _ => {
                let nobody = CustomerId(Uuid::from_u128(rng.u128(..)));
                (Change::Put(Box::new(search::Row { customer_id: nobody, ..row })), "has somebody like")
            }
        };
        match index.commit(&base, vec![change], run.now(), &app.attempt()).await {
            Ok(_) => return run.note(format_args!("the index of {business} {how} customer {customer}")),
            Err(SearchError::Conflict) => {}
            Err(_) => return,
        }
    }
}
