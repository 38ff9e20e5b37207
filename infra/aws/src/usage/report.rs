//! The meter's reading; money in US dollars.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use serde::Serialize;

use super::prices;

/// The requests that a run has made to AWS, with their cost.
#[derive(Debug, Clone, Serialize)]
pub struct Report {
    /// When the meter stood at zero, UTC.
    pub since: DateTime<Utc>,
    /// When it was read, UTC.
    pub until: DateTime<Utc>,
    /// Time between.
    pub seconds: f64,
    /// Tables by physical name.
    pub tables: BTreeMap<String, TableUse>,
    /// Queues by physical name.
    pub queues: BTreeMap<String, QueueUse>,
    /// Functions by the name in their invocations.
    pub functions: BTreeMap<String, FunctionUse>,
    /// Event buses by name.
    pub buses: BTreeMap<String, Bus>,
    /// Buckets by name.
    pub buckets: BTreeMap<String, BucketUse>,
    /// The HTTP API, as API Gateway would bill it.
    pub api: Api,
    /// The cost of all that, without any free tier.
    pub usd: Cost,
}

/// Use of a table, its indexes apart.
#[derive(Debug, Clone, Default, Serialize)]
pub struct TableUse {
    /// Requests that name it.
    pub requests: u64,
    /// Those that were answered by an error, refused conditions too.
    pub failed: u64,
    /// Requests by operation, such as `PutItem`.
    pub operations: BTreeMap<String, u64>,
    /// Read request units of the table itself.
    pub read_units: f64,
    /// Write request units of the table itself.
    pub write_units: f64,
    /// Its global secondary indexes by name.
    pub indexes: BTreeMap<String, Index>,
    /// Cost with its indexes.
    pub usd: f64,
}

/// Units of an index, which are not among those of its table.
#[derive(Debug, Clone, Default, Serialize)]
pub struct Index {
    /// Read request units of queries on the index.
    pub read_units: f64,
    /// Write request units of the copies that the index keeps.
    pub write_units: f64,
}

/// Use of a queue, idle polls included.
#[derive(Debug, Clone, Default, Serialize)]
pub struct QueueUse {
    /// Requests of 64 KiB, those of the pollers among them when they bring something.
    pub requests: u64,
    /// The same by SQS's action.
    pub actions: BTreeMap<String, u64>,
    /// Long polls that AWS's pollers would have made in the time, whether something waited or not.
    pub idle_polls: u64,
    /// Cost of its requests and idle polls.
    pub usd: f64,
}

/// Use of a function; its time is this machine's.
#[derive(Debug, Clone, Default, Serialize)]
pub struct FunctionUse {
    /// Invocations, failed ones too.
    pub invocations: u64,
    /// Those that failed.
    pub errors: u64,
    /// Those that needed a new instance.
    pub cold_starts: u64,
    /// Time in steps of a millisecond, inits included; this machine's time, not that of AWS.
    pub billed_ms: u64,
    /// That time by the function's memory.
    pub gb_seconds: f64,
    /// Cost of its invocations and its time.
    pub usd: f64,
}

/// Use of an event bus.
#[derive(Debug, Clone, Default, Serialize)]
pub struct Bus {
    /// Events of 64 KiB put on it.
    pub events: u64,
    /// Cost of its events.
    pub usd: f64,
}

/// Use of a bucket.
#[derive(Debug, Clone, Default, Serialize)]
pub struct BucketUse {
    /// Requests that write an object or list objects.
    pub writes_and_lists: u64,
    /// Requests that read an object, or ask for one that is not there.
    pub reads: u64,
    /// Requests that delete an object.
    pub deletions: u64,
    /// Bytes that were written.
    pub bytes_written: u64,
    /// Cost of its requests, without storage.
    pub usd: f64,
}

/// Use of the HTTP API.
#[derive(Debug, Clone, Default, Serialize)]
pub struct Api {
    /// Requests, counted in steps of 512 KiB of the body.
    pub requests: u64,
    /// Cost of its requests.
    pub usd: f64,
}

/// Cost by service, in US dollars.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct Cost {
    /// DynamoDB's request units.
    pub dynamodb: f64,
    /// SQS, idle polls included.
    pub sqs: f64,
    /// Lambda, by invocations and by memory times time.
    pub lambda: f64,
    /// EventBridge, by events on buses of one's own.
    pub eventbridge: f64,
    /// S3, by requests.
    pub s3: f64,
    /// API Gateway, by requests.
    pub http_api: f64,
    /// The sum of the six.
    pub total: f64,
}

impl Report {
    /// Fills in what everything costs.
    pub(super) fn priced(mut self) -> Self {
        for table in self.tables.values_mut() {
            let read = sum(table.indexes.values().map(|index| index.read_units));
            let write = sum(table.indexes.values().map(|index| index.write_units));
            table.usd =
                (table.read_units + read) * prices::READ_UNIT + (table.write_units + write) * prices::WRITE_UNIT;
        }
        for queue in self.queues.values_mut() {
            queue.usd = (queue.requests + queue.idle_polls) as f64 * prices::QUEUE_REQUEST;
        }
        for function in self.functions.values_mut() {
            function.usd = function.invocations as f64 * prices::INVOCATION + function.gb_seconds * prices::GB_SECOND;
        }
        for bus in self.buses.values_mut() {
            bus.usd = bus.events as f64 * prices::EVENT;
        }
        for bucket in self.buckets.values_mut() {
            bucket.usd =
                bucket.writes_and_lists as f64 * prices::BUCKET_WRITE + bucket.reads as f64 * prices::BUCKET_READ;
        }
        self.api.usd = self.api.requests as f64 * prices::API_REQUEST;
        self.usd = Cost {
            dynamodb: sum(self.tables.values().map(|table| table.usd)),
            sqs: sum(self.queues.values().map(|queue| queue.usd)),
            lambda: sum(self.functions.values().map(|function| function.usd)),
            eventbridge: sum(self.buses.values().map(|bus| bus.usd)),
            s3: sum(self.buckets.values().map(|bucket| bucket.usd)),
            http_api: self.api.usd,
            total: 0.0,
        };
        let Cost { dynamodb, sqs, lambda, eventbridge, s3, http_api, .. } = self.usd;
        self.usd.total = dynamodb + sqs + lambda + eventbridge + s3 + http_api;
        self
    }
}

/// A sum that is 0 for nothing; the standard one is -0.
fn sum(numbers: impl Iterator<Item = f64>) -> f64 {
    numbers.fold(0.0, |sum, number| sum + number)
}
