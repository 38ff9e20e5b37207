//! The bundle's tables and queues in this process, and an App that stands on them without a socket.

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
    sends: AtomicU64,
    apps: AtomicU64,
}

impl Bench {
    pub fn new(now: DateTime<Utc>) -> Result<Arc<Self>, Box<dyn Error>> {
        Self::with_tables(now, None)
    }

    /// With its tables in a file that ends with the process, so that they do not count as its memory.
    pub fn on_disk(now: DateTime<Utc>) -> Result<Arc<Self>, Box<dyn Error>> {
        Self::with_tables(now, Some(Path::new("")))
    }

    fn with_tables(now: DateTime<Utc>, tables: Option<&Path>) -> Result<Arc<Self>, Box<dyn Error>> {
        let inner = BenchCloud::new(now, tables)?;
        Ok(Arc::new(Self { inner, sends: AtomicU64::default(), apps: AtomicU64::default() }))
    }

    /// An App with what the template gives a function.
    pub fn app<C: FromEnv>(self: &Arc<Self>, program: &str) -> Result<(App, C), Box<dyn Error>> {
        let chance = Chance::seeded(self.apps.fetch_add(1, Ordering::Relaxed));
        self.inner.app(program, Clock::machine(TimeDelta::zero()), chance, Arc::new(Direct(self.clone())))
    }

    /// Physical name of a table.
    pub fn table(&self, short: &str) -> &str {
        self.inner.cloud.names.table(short).unwrap_or_default()
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
        } else {
            cloud.dynamodb.handle(&target, request.body()).await
        };
        bench_cloud::response(&reply)
    }
}
