//! The indexes that a sync holds against the records. A commit holds only if nobody has written the index since it was read,
//! and the records are read after the index: so no change that comes meanwhile is lost.

use chrono::TimeDelta;
use domain::{BusinessId, CustomerId};
use kit::App;
use kit::batch::{Failure, Outcome};
use kit::config::Indexes;
use queues::Queues;
use queues::producer::MAX_DELAY;
use queues::tasks::IndexTask;
use search::{Change, Index, Kept, Row, SearchError, Snapshot};

/// Tries of a commit that another writer comes between.
const TRIES: usize = 8;
/// No reader holds an object for longer than an hour after it was superseded.
const HELD: TimeDelta = TimeDelta::minutes(61);

/// The indexes, and the queue of the function that writes them by day.
pub(crate) struct Indexing {
    app: App,
    queues: Queues,
    index: Index,
    snapshots: Kept,
}

/// The rows that were written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Brought {
    pub(crate) put: u64,
    pub(crate) removed: u64,
}

impl Indexing {
    pub(crate) fn new(app: App, queues: Queues, indexes: &Indexes) -> Self {
        let index = Index::new(app.bucket(&indexes.bucket));
        Self { app, queues, snapshots: Kept::new(index.clone(), indexes.memory), index }
    }

    /// The newest state. A damaged index is begun anew: the sync fills it.
    pub(crate) async fn newest(&self, business: BusinessId) -> Result<Snapshot, Failure> {
        match self.snapshots.newest(business, self.app.now()).await {
            Ok(newest) => Ok(newest),
            Err(error @ SearchError::Damaged { .. }) => {
                metrics::counter!("indexes_begun_anew").increment(1);
                metrics::counter!("sync_drift").increment(1);
                tracing::error!(business_id = %business, %error, "the index of business {business} is begun anew");
                let reset = self.index.reset(business, self.app.now(), &self.app.attempt()).await;
                let empty = reset.map_err(Failure::retry)?;
                self.snapshots.keep(empty.clone(), self.app.now());
                Ok(empty)
            }
            Err(error) => Err(Failure::retry(error)),
        }
    }

    /// Brings customers to the index as their records are, and those who are gone out of it. Says what differed.
    pub(crate) async fn bring(&self, business: BusinessId, customers: &[CustomerId]) -> Result<Brought, Failure> {
        for _ in 0..TRIES {
            let base = self.newest(business).await?;
            let records = self.app.store().searched_customers(business, customers).await?;
            let change = |customer: &CustomerId| {
                let expected = records.get(customer).map(|(record, names)| Row::of(record, names));
                let differs = base.row(*customer) != expected.clone().map(Row::stored);
                differs.then(|| match expected {
                    Some(row) => Change::Put(Box::new(row)),
                    None => Change::Remove(*customer),
                })
            };
            let changes: Vec<Change> = customers.iter().filter_map(change).collect();
            let removed: Vec<CustomerId> = changes
                .iter()
                .filter_map(|change| match change {
                    Change::Remove(customer) => Some(*customer),
                    Change::Put(_) => None,
                })
                .collect();
            let brought = Brought { put: (changes.len() - removed.len()) as u64, removed: removed.len() as u64 };
            match self.index.commit(&base, changes, self.app.now(), &self.app.attempt()).await {
                Ok(written) => {
                    metrics::counter!("index_bytes_written").increment(written.cost().bytes_written);
                    self.snapshots.keep(written, self.app.now());
                    if let Some(customer) = removed.first() {
                        self.sweep_later(business, *customer).await?;
                    }
                    return Ok(brought);
                }
                Err(SearchError::Conflict) => {}
                Err(error) => return Err(Failure::retry(error)),
            }
        }
        Err(Failure::retry("other writers of the index came first"))
    }

    /// Older objects hold the removed for an hour, and then a task deletes them.
    async fn sweep_later(&self, business: BusinessId, customer: CustomerId) -> Outcome {
        let sweep_at = Some(self.app.now() + HELD);
        let task = IndexTask { sweep_at, ..IndexTask::of(business, customer) };
        self.queues.send(&task, MAX_DELAY).await.map_err(Failure::retry)
    }

    /// Makes the index as small as it can be.
    pub(crate) async fn compact(&self, business: BusinessId) -> Result<Snapshot, Failure> {
        for _ in 0..TRIES {
            let base = self.newest(business).await?;
            match self.index.compact(&base, self.app.now(), &self.app.attempt()).await {
                Ok(written) => {
                    metrics::counter!("index_bytes_written").increment(written.cost().bytes_written);
                    self.snapshots.keep(written.clone(), self.app.now());
                    return Ok(written);
                }
                Err(SearchError::Conflict) => {}
                Err(error) => return Err(Failure::retry(error)),
            }
        }
        Err(Failure::retry("other writers of the index came first"))
    }

    /// Deletes all of an index; answers how many objects there were.
    pub(crate) async fn erase(&self, business: BusinessId) -> Result<u64, Failure> {
        self.index.erase(business).await.map_err(Failure::retry)
    }
}
