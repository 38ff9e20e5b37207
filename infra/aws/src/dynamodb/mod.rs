//! DynamoDB's JSON protocol over `dynoxide`, in process: tables and indexes of the template, consumed capacity per
//! table and index, streams on our own clock, and the failures a real DynamoDB has.
//!
//! Streams are kept here and not by `dynoxide`, which never forgets a record and looks through all of them at every
//! write (its cost per write grows with the records kept); ours have ids that depend only on the clock and on order.

mod capacity;
mod errors;
mod faults;
mod images;
mod operations;
mod streams;
mod tables;
mod ttl;

#[cfg(test)]
mod tests;

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use dynoxide::Database;
use serde_json::Value;
use tokio::sync::Notify;

pub use capacity::{Consumed, Observer, Units};
pub use faults::{Call, Rule, TableFault, TableFaults};
pub use tables::TableError;

use crate::{Reply, clock::Clock, pollers::StreamSource};
use capacity::Mode;
use errors::WireError;
use streams::Streams;

const TARGET_PREFIX: &str = "DynamoDB_20120810.";
const CONTENT_TYPE: &str = "application/x-amz-json-1.0";

/// An embedded DynamoDB, with streams, time to live and faults added to its engine.
pub struct Dynamodb {
    engine: Mutex<Engine>,
    changed: Arc<Notify>,
    faults: TableFaults,
    observer: Mutex<Option<Arc<dyn Observer>>>,
    clock: Clock,
}

struct Engine {
    database: Database,
    tables: BTreeMap<String, Table>,
    streams: Streams,
}

/// The facts of a table that this module must know.
#[derive(Debug, Clone, Default)]
struct Table {
    keys: Vec<String>,
    stream: Option<Stream>,
    ttl: Option<String>,
}

#[derive(Debug, Clone)]
struct Stream {
    arn: String,
    view: String,
}

impl Dynamodb {
    /// A database that lives in memory and ends with the process.
    pub fn memory(clock: Clock) -> Result<Self, TableError> {
        Ok(Self::over(Database::memory().map_err(TableError::from_engine)?, clock))
    }

    /// A database in one file, made if it does not exist; what was committed survives the end of the process.
    pub fn file(path: &Path, clock: Clock) -> Result<Self, TableError> {
        let path = path.to_str().ok_or_else(|| TableError("the path of the tables is not UTF-8".to_owned()))?;
        let database = Database::new(path).map_err(TableError::from_engine)?;
        database.disable_bulk_loading().map_err(TableError::from_engine)?;
        Ok(Self::over(database, clock))
    }

    fn over(database: Database, clock: Clock) -> Self {
        let engine = Engine { database, tables: BTreeMap::new(), streams: Streams::default() };
        Self {
            engine: Mutex::new(engine),
            changed: Arc::default(),
            faults: TableFaults::default(),
            observer: Mutex::new(None),
            clock,
        }
    }

    /// Tells `observer` of every request from now on.
    pub fn observe(&self, observer: Arc<dyn Observer>) {
        *lock(&self.observer) = Some(observer);
    }

    /// The failures that requests meet.
    pub fn faults(&self) -> &TableFaults {
        &self.faults
    }

    /// Answers one request; `target` is the header `x-amz-target`.
    pub async fn handle(&self, target: &str, body: &[u8]) -> Reply {
        let Some(operation) = target.strip_prefix(TARGET_PREFIX).filter(|name| operations::known(name)) else {
            return WireError::unknown_operation().reply();
        };
        let Ok(request @ Value::Object(_)) = serde_json::from_slice::<Value>(body) else {
            return WireError::not_json().reply();
        };
        let tables = images::tables_of(operation, &request);
        let fault = self.faults.next(&Call { operation, tables: &tables });
        if let Some(TableFault::Slow { milliseconds }) = &fault {
            tokio::time::sleep(Duration::from_millis(*milliseconds)).await;
        }
        if let Some(error) = fault.as_ref().and_then(|fault| faults::refusal(fault, operation, &request)) {
            self.tell(&Consumed { operation, tables: &tables, failed: true, used: &[] });
            return error.reply();
        }
        let mut reply = self.run(operation, request, &tables, fault == Some(TableFault::Unprocessed));
        reply.lost = fault == Some(TableFault::AnswerLost);
        reply
    }

    fn run(&self, operation: &str, mut request: Value, tables: &[String], hold_back: bool) -> Reply {
        let mode = Mode::of(&request);
        let held = if hold_back { faults::hold_back(operation, &mut request) } else { None };
        request["ReturnConsumedCapacity"] = Value::from("INDEXES");
        let mut engine = lock(&self.engine);
        let before = engine.images(operation, &request);
        match operations::execute(&engine.database, operation, &request, mode) {
            Ok(answer) => {
                let changed = engine.record(before, self.clock.now());
                drop(engine);
                if changed {
                    self.changed.notify_waiters();
                }
                self.tell(&Consumed { operation, tables, failed: false, used: &answer.used });
                let body = match held {
                    Some(held) => held.put_into(&answer.body),
                    None => answer.body,
                };
                reply(200, body)
            }
            Err(error) => {
                let used = engine.failed_writes(operation, &request, &error);
                drop(engine);
                self.tell(&Consumed { operation, tables, failed: true, used: &used });
                WireError::of(operation, error).reply()
            }
        }
    }

    fn tell(&self, consumed: &Consumed<'_>) {
        let observer = lock(&self.observer).clone();
        if let Some(observer) = observer {
            observer.dynamodb(consumed);
        }
    }

    /// Forgets the stream records of `table` up to the sequence number `up_to`: every reader is past them.
    pub fn trim_stream(&self, table: &str, up_to: &str) {
        lock(&self.engine).streams.trim(table, up_to);
    }

    /// The stream records that were not trimmed, to be kept over a restart.
    pub fn save_streams(&self) -> Value {
        lock(&self.engine).streams.save()
    }

    /// Takes up the stream records that [`Self::save_streams`] gave.
    pub fn load_streams(&self, saved: &Value) {
        lock(&self.engine).streams.load(saved);
        self.changed.notify_waiters();
    }

    /// Deletes what its table's time-to-live attribute says is over, as DynamoDB does some time later; free of charge.
    /// Answers how many items went.
    pub fn sweep_ttl(&self) -> Result<usize, TableError> {
        let now = self.clock.now();
        let mut engine = lock(&self.engine);
        let gone = ttl::sweep(&mut engine, now).map_err(TableError::from_engine)?;
        drop(engine);
        if gone > 0 {
            self.changed.notify_waiters();
        }
        Ok(gone)
    }

    /// The number of items in `table`, now and exactly.
    pub fn count(&self, table: &str) -> Result<u64, TableError> {
        let engine = lock(&self.engine);
        let request = serde_json::json!({ "TableName": table });
        let described = operations::parse(&request).and_then(|request| engine.database.describe_table(request));
        let count = described.map_err(TableError::from_engine)?.table.item_count;
        Ok(u64::try_from(count.unwrap_or_default()).unwrap_or_default())
    }
}

impl StreamSource for Dynamodb {
    fn records(&self, table: &str, after: Option<&str>, limit: usize) -> Vec<Value> {
        lock(&self.engine).streams.after(table, after, limit)
    }

    fn latest(&self, table: &str) -> Option<String> {
        lock(&self.engine).streams.latest(table)
    }

    fn changed(&self) -> Arc<Notify> {
        self.changed.clone()
    }
}

fn reply(status: u16, body: Vec<u8>) -> Reply {
    Reply { status, headers: vec![("content-type", CONTENT_TYPE.to_owned())], body: body.into(), lost: false }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
