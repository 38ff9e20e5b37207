//! Brings changes of customers to the index that searches are answered from. The tasks of about a minute come together.
//! Each names a customer only: the record is read when the index is written, so tasks may come twice and in any order.
//!
//! A commit holds only if nobody has written the index since it was read, and the records are read after the index. So
//! of two writers the second reads again, and the index never goes back to an older record.
//!
//! A commit that removes a customer leaves them in none of its objects. Older objects serve slow readers for an hour, and are
//! deleted by a task that waits for that.

use aws_lambda_events::event::sqs::{SqsBatchResponse, SqsEvent};
use chrono::TimeDelta;
use domain::{BusinessId, CustomerId};
use futures::{StreamExt, stream};
use kit::App;
use kit::batch::{Failure, Item, Outcome, whole_batch};
use kit::config::Indexes;
use kit::env::{FromEnv, Vars};
use queues::producer::MAX_DELAY;
use queues::tasks::IndexTask;
use queues::{QueueUrls, Queues, Received};
use search::{Change, Index, Kept, Row, SearchError};
use std::collections::{BTreeMap, BTreeSet};
use std::convert::Infallible;

/// Businesses whose indexes are written at the same time.
const AT_ONCE: usize = 4;
/// Tries of a commit that another writer comes between.
const TRIES: usize = 8;
/// No reader holds an object for longer than an hour after it was superseded.
const HELD: TimeDelta = TimeDelta::minutes(61);

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
pub struct Indexer {
    app: App,
    queues: Queues,
    index: Index,
    snapshots: Kept,
}

impl Indexer {
    /// Of the App and the function's own configuration.
    #[must_use]
    pub fn new(app: App, Config { indexes, urls }: Config) -> Self {
        let index = Index::new(app.bucket(&indexes.bucket));
        let queues = Queues::new(app.sqs().clone(), urls);
        Self { app, queues, snapshots: Kept::new(index.clone(), indexes.memory), index }
    }

    /// Brings the customers of a batch to the indexes of their businesses, one commit for each business.
    ///
    /// # Errors
    /// None: each failure is answered for by itself.
    pub async fn handle(&self, event: SqsEvent) -> Result<SqsBatchResponse, Infallible> {
        Ok(whole_batch(&self.app, event, async |items: Vec<Item<Received<IndexTask>>>| {
            let tasks: Vec<IndexTask> = items.into_iter().map(|item| item.body.0).collect();
            let mut businesses: BTreeMap<BusinessId, BTreeSet<CustomerId>> = BTreeMap::new();
            for task in tasks.iter().filter(|task| task.sweep_at.is_none()) {
                businesses.entry(task.business_id).or_default().insert(task.customer_id);
            }
            let writing = businesses.into_iter().map(|(business, customers)| async move {
                (business, self.index(business, customers.into_iter().collect()).await)
            });
            let indexed: BTreeMap<BusinessId, Outcome> =
                stream::iter(writing).buffer_unordered(AT_ONCE).collect().await;
            let mut swept: BTreeMap<BusinessId, Outcome> = BTreeMap::new();
            let mut outcomes = Vec::with_capacity(tasks.len());
            for task in &tasks {
                let business = &task.business_id;
                outcomes.push(match task.sweep_at.map(|at| at - self.app.now()) {
                    None => indexed.get(business).cloned().unwrap_or(Ok(())),
                    Some(wait) if wait > TimeDelta::zero() => self.sweep_later(task, wait).await,
                    Some(_) => match swept.get(business) {
                        Some(outcome) => outcome.clone(),
                        None => {
                            let outcome = self.sweep(*business).await;
                            swept.insert(*business, outcome.clone());
                            outcome
                        }
                    },
                });
            }
            outcomes
        })
        .await)
    }

    async fn index(&self, business: BusinessId, customers: Vec<CustomerId>) -> Outcome {
        for _ in 0..TRIES {
            let base = self.snapshots.newest(business, self.app.now()).await.map_err(failure)?;
            let records = self.app.store().searched_customers(business, &customers).await?;
            let change = |customer: &CustomerId| match records.get(customer) {
                Some((record, names)) => Change::Put(Box::new(Row::of(record, names))),
                None => Change::Remove(*customer),
            };
            let changes: Vec<Change> = customers.iter().map(change).collect();
            let erased = changes.iter().find_map(|change| match change {
                Change::Remove(customer) => Some(*customer),
                Change::Put(_) => None,
            });
            match self.index.commit(&base, changes, self.app.now(), &self.app.attempt()).await {
                Ok(written) => {
                    metrics::counter!("customers_indexed").increment(customers.len() as u64);
                    metrics::counter!("index_bytes_written").increment(written.cost().bytes_written);
                    self.snapshots.keep(written, self.app.now());
                    return match erased {
                        Some(customer) => {
                            let sweep_at = Some(self.app.now() + HELD);
                            self.sweep_later(&IndexTask { sweep_at, ..IndexTask::of(business, customer) }, HELD).await
                        }
                        None => Ok(()),
                    };
                }
                Err(SearchError::Conflict) => metrics::counter!("index_conflicts").increment(1),
                Err(error) => return Err(failure(error)),
            }
        }
        Err(Failure::retry("other writers of the index came first"))
    }

    /// Sends the task of a sweep that has to wait; a queue holds it for a quarter of an hour at most.
    async fn sweep_later(&self, task: &IndexTask, wait: TimeDelta) -> Outcome {
        let wait = wait.to_std().unwrap_or_default().min(MAX_DELAY);
        self.queues.send(task, wait).await.map_err(Failure::retry)
    }

    /// Deletes the objects that were superseded an hour ago.
    async fn sweep(&self, business: BusinessId) -> Outcome {
        let now = self.app.now();
        for _ in 0..TRIES {
            let base = self.snapshots.newest(business, now).await.map_err(failure)?;
            match self.index.compact(&base, now, &self.app.attempt()).await {
                Ok(written) => {
                    self.snapshots.keep(written, now);
                    return Ok(());
                }
                Err(SearchError::Conflict) => metrics::counter!("index_conflicts").increment(1),
                Err(error) => return Err(failure(error)),
            }
        }
        Err(Failure::retry("other writers of the index came first"))
    }
}

/// A damaged index stays damaged until somebody looks.
fn failure(error: SearchError) -> Failure {
    if error.is_damage() {
        metrics::counter!("index_damaged").increment(1);
    }
    match error {
        SearchError::Damaged { .. } => Failure::permanent(error),
        error => Failure::retry(error),
    }
}
