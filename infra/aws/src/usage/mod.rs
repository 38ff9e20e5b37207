//! The meter: what a run has asked of AWS, and what that would cost there.
//!
//! Storage, logs and alarms are not in it: they do not follow from requests.

pub mod prices;
mod report;

#[cfg(test)]
mod tests;

use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use chrono::{DateTime, Utc};

pub use report::{Api, BucketUse, Bus, Cost, FunctionUse, Index, QueueUse, Report, TableUse};

use crate::clock::Clock;
use crate::dynamodb::{Consumed, Observer};
use crate::observe::Observe;

/// Long polls that the pollers of one mapping make a minute when nothing waits: five, of 20 s each.
const IDLE_POLLS_A_MINUTE: f64 = 15.0;
/// Bytes of one billed request to an HTTP API.
const API_CHUNK: usize = 512 * 1024;

/// Counts requests and units until it is reset.
pub struct Usage {
    clock: Clock,
    /// Names of the queues that a function reads.
    polled: Vec<String>,
    counts: Mutex<Counts>,
}

#[derive(Default)]
struct Counts {
    since: DateTime<Utc>,
    tables: BTreeMap<String, TableUse>,
    queues: BTreeMap<String, QueueUse>,
    functions: BTreeMap<String, FunctionUse>,
    buses: BTreeMap<String, Bus>,
    buckets: BTreeMap<String, BucketUse>,
    api: Api,
}

/// One invocation of a function, for the bill.
#[derive(Debug, Clone, Copy)]
pub struct Invocation<'a> {
    /// The function's name, under which the report counts it.
    pub function: &'a str,
    /// Its memory in MB, by which its time is billed.
    pub memory_mb: u32,
    /// Time of the handler, without the init.
    pub time: Duration,
    /// Time of the init before it, if the instance was new; billed too.
    pub init: Option<Duration>,
    /// Whether it failed, by an error, a crash or a time-out.
    pub failed: bool,
}

impl Usage {
    /// A meter at zero; the queues in `polled` (once for each mapping) are polled even when nothing waits in them.
    pub fn new(clock: Clock, polled: Vec<String>) -> Self {
        let counts = Counts { since: clock.now(), ..Counts::default() };
        Self { clock, polled, counts: Mutex::new(counts) }
    }

    /// Begins anew at zero.
    pub fn reset(&self) {
        *self.counts() = Counts { since: self.clock.now(), ..Counts::default() };
    }

    /// Counts one request to the HTTP API by the bytes of its body.
    pub fn api_request(&self, bytes: usize) {
        self.counts().api.requests += bytes.div_ceil(API_CHUNK).max(1) as u64;
    }

    /// Counts one invocation, with its time in steps of a millisecond.
    pub fn invocation(&self, invocation: &Invocation<'_>) {
        let mut counts = self.counts();
        let function = counts.functions.entry(invocation.function.to_owned()).or_default();
        let time = invocation.time + invocation.init.unwrap_or_default();
        let billed = u64::try_from(time.as_micros().div_ceil(1_000)).unwrap_or(u64::MAX);
        function.invocations += 1;
        function.errors += u64::from(invocation.failed);
        function.cold_starts += u64::from(invocation.init.is_some());
        function.billed_ms += billed;
        function.gb_seconds += billed as f64 / 1_000.0 * f64::from(invocation.memory_mb) / 1_024.0;
    }

    /// The counts since the last reset.
    pub fn report(&self) -> Report {
        let now = self.clock.now();
        let counts = self.counts();
        let seconds = (now - counts.since).as_seconds_f64();
        let mut queues = counts.queues.clone();
        for queue in &self.polled {
            let polls = (seconds / 60.0 * IDLE_POLLS_A_MINUTE) as u64;
            queues.entry(queue.clone()).or_default().idle_polls += polls;
        }
        Report {
            since: counts.since,
            until: now,
            seconds,
            tables: counts.tables.clone(),
            queues,
            functions: counts.functions.clone(),
            buses: counts.buses.clone(),
            buckets: counts.buckets.clone(),
            api: counts.api.clone(),
            usd: Cost::default(),
        }
        .priced()
    }

    fn counts(&self) -> MutexGuard<'_, Counts> {
        self.counts.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Observer for Usage {
    fn dynamodb(&self, consumed: &Consumed<'_>) {
        let mut counts = self.counts();
        for table in consumed.tables {
            let table = counts.tables.entry(table.clone()).or_default();
            table.requests += 1;
            table.failed += u64::from(consumed.failed);
            *table.operations.entry(consumed.operation.to_owned()).or_default() += 1;
        }
        for units in consumed.used {
            let table = counts.tables.entry(units.table.clone()).or_default();
            match &units.index {
                None => {
                    table.read_units += units.read;
                    table.write_units += units.write;
                }
                Some(index) => {
                    let index = table.indexes.entry(index.clone()).or_default();
                    index.read_units += units.read;
                    index.write_units += units.write;
                }
            }
        }
    }
}

impl Observe for Usage {
    fn queue_requests(&self, queue: &str, action: &str, requests: u64) {
        let mut counts = self.counts();
        let queue = counts.queues.entry(queue.to_owned()).or_default();
        queue.requests += requests;
        *queue.actions.entry(action.to_owned()).or_default() += requests;
    }

    fn bus_events(&self, bus: &str, chunks: u64) {
        self.counts().buses.entry(bus.to_owned()).or_default().events += chunks;
    }

    fn bucket_request(&self, bucket: &str, operation: &str, bytes: usize) {
        let mut counts = self.counts();
        let bucket = counts.buckets.entry(bucket.to_owned()).or_default();
        match operation {
            "PutObject" | "ListObjectsV2" => bucket.writes_and_lists += 1,
            "DeleteObject" => bucket.deletions += 1,
            _ => bucket.reads += 1,
        }
        bucket.bytes_written += bytes as u64;
    }
}
