//! The bundle's tables and queues in this process, the gateway outside, and an App that stands on them without a socket.

use crate::phones::Phones;
use async_trait::async_trait;
use bench_cloud::BenchCloud;
use chrono::{DateTime, TimeDelta, Utc};
use kit::App;
use kit::chance::Chance;
use kit::clock::Clock;
use kit::env::FromEnv;
use kit::http::{Http, HttpError, Request, Response};
use serde_json::Value;
use std::error::Error;
use std::fmt;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

/// Tables and queues of the template.
pub struct Bench {
    pub inner: BenchCloud,
    /// All that is at neither table nor queue goes to them.
    pub phones: Phones,
    clock: Clock,
    sends: AtomicU64,
    apps: AtomicU64,
}

impl Bench {
    pub fn new(now: DateTime<Utc>) -> Result<Arc<Self>, Box<dyn Error>> {
        Self::with_tables(now, None, Clock::machine(TimeDelta::zero()))
    }

    /// With its tables in a file that ends with the process, so that they do not count as its memory.
    pub fn on_disk(now: DateTime<Utc>) -> Result<Arc<Self>, Box<dyn Error>> {
        Self::with_tables(now, Some(Path::new("")), Clock::machine(TimeDelta::zero()))
    }

    /// The same, at a time of its own, which goes with tokio's.
    pub fn on_disk_from(start: DateTime<Utc>) -> Result<Arc<Self>, Box<dyn Error>> {
        Self::with_tables(start, Some(Path::new("")), Clock::tokio(start))
    }

    fn with_tables(now: DateTime<Utc>, tables: Option<&Path>, clock: Clock) -> Result<Arc<Self>, Box<dyn Error>> {
        let inner = BenchCloud::new(now, tables)?;
        let (phones, sends, apps) = (Phones::default(), AtomicU64::default(), AtomicU64::default());
        Ok(Arc::new(Self { inner, phones, clock, sends, apps }))
    }

    /// An App with what the template gives a function.
    pub fn app<C: FromEnv>(self: &Arc<Self>, program: &str) -> Result<(App, C), Box<dyn Error>> {
        let chance = Chance::seeded(self.apps.fetch_add(1, Ordering::Relaxed));
        self.inner.app(program, self.clock, chance, Arc::new(Direct(self.clone())))
    }

    /// Physical name of a table.
    pub fn table(&self, short: &str) -> &str {
        self.inner.cloud.names.table(short).unwrap_or_default()
    }

    /// Physical name of a queue.
    pub fn queue(&self, short: &str) -> String {
        self.inner.cloud.names.queue(short).unwrap_or_default().to_owned()
    }

    pub async fn dynamodb(&self, operation: &str, body: &Value) -> Result<Value, Box<dyn Error>> {
        let target = format!("DynamoDB_20120810.{operation}");
        let reply = self.inner.cloud.dynamodb.handle(&target, body.to_string().as_bytes()).await;
        let answer: Value = serde_json::from_slice(&reply.body)?;
        if reply.status == 200 { Ok(answer) } else { Err(format!("{operation}: {answer}").into()) }
    }

    /// Requests to queues since the last look.
    pub fn queue_requests(&self) -> u64 {
        self.sends.swap(0, Ordering::Relaxed)
    }
}

struct Direct(Arc<Bench>);

impl fmt::Debug for Direct {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Direct")
    }
}

#[async_trait]
impl Http for Direct {
    async fn send(&self, request: Request, _: Duration) -> Result<Response, HttpError> {
        let target =
            request.headers().get("x-amz-target").and_then(|it| it.to_str().ok()).unwrap_or_default().to_owned();
        let cloud = &self.0.inner.cloud;
        let reply = if target.starts_with("AmazonSQS") {
            self.0.sends.fetch_add(1, Ordering::Relaxed);
            cloud.sqs.handle(&target, request.body()).await
        } else if target.is_empty() {
            return self.0.phones.answer(&request, &self.0.clock).await;
        } else if target.ends_with(".TransactWriteItems") {
            cloud.dynamodb.handle(&target, &without_token(request.body())?).await
        } else {
            cloud.dynamodb.handle(&target, request.body()).await
        };
        bench_cloud::response(&reply)
    }
}

/// A transaction without its token. The engine keeps the answer for ten minutes of the machine's time, and looks through all
/// that it keeps at each transaction: hours of paused time pass meanwhile. Nothing is repeated in a bench.
fn without_token(body: &[u8]) -> Result<Vec<u8>, HttpError> {
    let not_json = |error: serde_json::Error| HttpError::NotSent { timeout: false, detail: error.to_string() };
    let mut body: serde_json::Map<String, Value> = serde_json::from_slice(body).map_err(not_json)?;
    body.remove("ClientRequestToken");
    serde_json::to_vec(&body).map_err(not_json)
}
