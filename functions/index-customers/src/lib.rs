//! Brings changes of customers to the index that searches are answered from. The tasks of about a minute come together.
//! Each names a customer only: the record is read when the index is written, so tasks may come twice and in any order.
//!
//! A commit holds only if nobody has written the index since it was read, and the records are read after the index. So
//! of two writers the second reads again, and the index never goes back to an older record.

mod row;

use aws_lambda_events::event::sqs::{SqsBatchResponse, SqsEvent};
use domain::{BusinessId, CustomerId};
use futures::{StreamExt, stream};
use kit::App;
use kit::batch::{Failure, Item, Outcome, whole_batch};
use kit::env::{FromEnv, Vars};
use queues::Received;
use queues::tasks::IndexTask;
use search::{Change, Index, Kept, SearchError};
use std::collections::{BTreeMap, BTreeSet};
use std::convert::Infallible;

/// Businesses whose indexes are written at the same time.
const AT_ONCE: usize = 4;
/// Tries of a commit that another writer comes between.
const TRIES: usize = 8;

/// The function's own configuration.
pub struct Config {
    bucket: String,
    /// Memory for indexes, in bytes.
    memory: u64,
}

impl FromEnv for Config {
    fn from_env(vars: &mut Vars<'_>) -> Self {
        let megabytes: u64 = vars.parsed_or("INDEX_MEMORY_MB", 512, "a whole number");
        Self { bucket: vars.text("INDEX_BUCKET", "the name of the bucket with the indexes"), memory: megabytes << 20 }
    }
}

/// The parts that the function stands on.
pub struct Indexer {
    app: App,
    index: Index,
    snapshots: Kept,
}

impl Indexer {
    /// Of the App and the function's own configuration.
    #[must_use]
    pub fn new(app: App, Config { bucket, memory }: Config) -> Self {
        let index = Index::new(app.bucket(&bucket));
        Self { app, snapshots: Kept::new(index.clone(), memory), index }
    }

    /// Brings the customers of a batch to the indexes of their businesses, one commit for each business.
    ///
    /// # Errors
    /// None: each failure is answered for by itself.
    pub async fn handle(&self, event: SqsEvent) -> Result<SqsBatchResponse, Infallible> {
        Ok(whole_batch(&self.app, event, async |items: Vec<Item<Received<IndexTask>>>| {
            let tasks: Vec<IndexTask> = items.into_iter().map(|item| item.body.0).collect();
            let mut businesses: BTreeMap<BusinessId, BTreeSet<CustomerId>> = BTreeMap::new();
            for task in &tasks {
                businesses.entry(task.business_id).or_default().insert(task.customer_id);
            }
            let writing = businesses.into_iter().map(|(business, customers)| async move {
                (business, self.index(business, customers.into_iter().collect()).await)
            });
            let done: BTreeMap<BusinessId, Outcome> = stream::iter(writing).buffer_unordered(AT_ONCE).collect().await;
            tasks.iter().map(|task| done.get(&task.business_id).cloned().unwrap_or(Ok(()))).collect()
        })
        .await)
    }

    async fn index(&self, business: BusinessId, customers: Vec<CustomerId>) -> Outcome {
        for _ in 0..TRIES {
            let base = self.snapshots.newest(business, self.app.now()).await.map_err(failure)?;
            let records = self.app.store().searched_customers(business, &customers).await?;
            let change = |customer: &CustomerId| match records.get(customer) {
                Some((record, names)) => Change::Put(Box::new(row::of(record, names))),
                None => Change::Remove(*customer),
            };
            let changes = customers.iter().map(change).collect();
            match self.index.commit(&base, changes, self.app.now(), &self.app.attempt()).await {
                Ok(written) => {
                    metrics::counter!("customers_indexed").increment(customers.len() as u64);
                    metrics::counter!("index_bytes_written").increment(written.cost().bytes_written);
                    self.snapshots.keep(written, self.app.now());
                    return Ok(());
                }
                Err(SearchError::Conflict) => {}
                Err(error) => return Err(failure(error)),
            }
        }
        Err(Failure::retry("other writers of the index came first"))
    }
}

/// A damaged index stays damaged until somebody looks.
fn failure(error: SearchError) -> Failure {
    match error {
        SearchError::Damaged { .. } => Failure::permanent(error),
        error => Failure::retry(error),
    }
}
