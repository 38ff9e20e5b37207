//! The bundle's tables and queues in this process, and an App that stands on them without a socket.

use async_trait::async_trait;
use aws::clock::Clock;
use aws::invoke::{Invoke, InvokeError};
use aws::template::Template;
use aws::usage::Usage;
use bytes::Bytes;
use chrono::{DateTime, TimeDelta, Utc};
use kit::chance::Chance;
use kit::env::{Env, FromEnv};
use kit::http::{Http, HttpError, Request, Response};
use kit::{App, Parts};
use local::cloud::{Cloud, Setting, queues_read};
use local::setup::{Addresses, environment, given};
use serde_json::Value;
use std::error::Error;
use std::fmt;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;
use store::Meter;

const AWS: &str = "http://aws.bench";

/// Tables and queues of the template. Streams are not kept: nobody reads them here.
pub struct Bench {
    pub cloud: Cloud,
    template: Template,
    sends: AtomicU64,
    apps: AtomicU64,
}

/// Nobody is called.
struct Nobody;

#[async_trait]
impl Invoke for Nobody {
    async fn invoke(&self, function: &str, _: Bytes) -> Result<Bytes, InvokeError> {
        Err(InvokeError::Missing(function.to_owned()))
    }
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
        let addresses = Addresses { public: AWS.to_owned(), outside: "http://outside.bench".to_owned() };
        let sealing_key = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=".to_owned();
        let path = local::Options::default().template;
        // Without sessions, as most deployments are.
        let parameters = [("SessionGateway".to_owned(), String::new())].into();
        let mut template = Template::load(&path, &given(&addresses, sealing_key, &parameters))?;
        template.tables.values_mut().for_each(|table| table.stream = None);
        template.stream_mappings.clear();
        let clock = Clock::starting_at(now);
        let setting = Setting {
            clock: clock.clone(),
            rng: fastrand::Rng::with_seed(1),
            usage: Arc::new(Usage::new(clock, queues_read(&template))),
            functions: Arc::new(Nobody),
            tables,
            buckets: None,
            queue_base_url: format!("{AWS}/_aws/sqs"),
        };
        let cloud = Cloud::new(&template, setting)?;
        Ok(Arc::new(Self { cloud, template, sends: AtomicU64::default(), apps: AtomicU64::default() }))
    }

    /// An App with what the template gives a function.
    pub fn app<C: FromEnv>(self: &Arc<Self>, program: &str) -> Result<(App, C), Box<dyn Error>> {
        let addresses = Addresses { public: AWS.to_owned(), outside: "http://outside.bench".to_owned() };
        let function = self.template.functions.values().find(|it| it.program() == program).ok_or("no such function")?;
        let variables = function.environment.0.clone().into_iter().chain(environment(&addresses));
        let variables: Vec<(String, String)> = variables.collect();
        let network: Arc<dyn Http> = Arc::new(Direct(self.clone()));
        let parts = Parts {
            env: Env::from_pairs(variables.iter().map(|(name, value)| (name.as_str(), value.as_str()))),
            clock: kit::clock::Clock::machine(TimeDelta::zero()),
            chance: Chance::seeded(self.apps.fetch_add(1, Ordering::Relaxed)),
            http: network.clone(),
            aws_http: network,
            retry_partition: None,
            meter: Meter::default(),
        };
        Ok(App::new(parts)?)
    }

    /// Physical name of a table.
    pub fn table(&self, short: &str) -> &str {
        self.cloud.names.table(short).unwrap_or_default()
    }

    pub async fn dynamodb(&self, operation: &str, body: &Value) -> Result<Value, Box<dyn Error>> {
        let target = format!("DynamoDB_20120810.{operation}");
        let reply = self.cloud.dynamodb.handle(&target, body.to_string().as_bytes()).await;
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
        let cloud = &self.0.cloud;
        let reply = if target.starts_with("AmazonSQS") {
            self.0.sends.fetch_add(1, Ordering::Relaxed);
            cloud.sqs.handle(&target, request.body()).await
        } else {
            cloud.dynamodb.handle(&target, request.body()).await
        };
        let mut response = http::Response::builder().status(reply.status);
        for (name, value) in &reply.headers {
            response = response.header(*name, value);
        }
        let failed = |error: http::Error| HttpError::MaybeSent { timeout: false, detail: error.to_string() };
        response.body(Bytes::clone(&reply.body)).map_err(failed)
    }
}
