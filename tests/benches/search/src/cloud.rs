//! The bundle's tables and buckets in this process, with one business and its key, and a store that is as slow as S3.

use crate::{BUSINESS, ZONE};
use async_trait::async_trait;
use bench_cloud::{BenchCloud, response};
use chrono::{DateTime, Utc};
use domain::KeyId;
use kit::App;
use kit::chance::Chance;
use kit::clock::Clock;
use kit::config::Indexes;
use kit::env::FromEnv;
use kit::http::{Http, HttpError, Request, Response};
use object_store::ObjectStore;
use std::error::Error;
use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use store::api_keys::ApiKey;
use tokio::time::Instant;
use uuid::Uuid;

const OBJECTS: &str = "/_aws/s3";
/// The key of the business.
pub const KEY: &str = "bench-key";

/// Tables and buckets of the template.
pub struct Bench {
    inner: BenchCloud,
    tables_took: Mutex<Duration>,
}

/// The way to a store: each request waits for its first byte, and all share the bandwidth.
pub struct Link {
    first_byte: Duration,
    bytes_a_second: f64,
    free_at: Mutex<Instant>,
    waited: Mutex<Duration>,
}

impl Link {
    /// As S3 is to a function.
    pub fn to_s3() -> Arc<Self> {
        Arc::new(Self {
            first_byte: Duration::from_millis(20),
            bytes_a_second: 60e6,
            free_at: Mutex::new(Instant::now()),
            waited: Mutex::default(),
        })
    }

    async fn carry(&self, bytes: usize) {
        let begin = Instant::now();
        tokio::time::sleep(self.first_byte).await;
        let until = {
            let mut free_at = self.free_at.lock().unwrap_or_else(PoisonError::into_inner);
            *free_at = Instant::now().max(*free_at) + Duration::from_secs_f64(bytes as f64 / self.bytes_a_second);
            *free_at
        };
        tokio::time::sleep_until(until).await;
        *self.waited.lock().unwrap_or_else(PoisonError::into_inner) += begin.elapsed();
    }

    /// The time of all requests since the last look; those at the same time count each.
    pub fn waited(&self) -> Duration {
        std::mem::take(&mut *self.waited.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl Bench {
    /// With the business and its key.
    pub async fn new(now: DateTime<Utc>) -> Result<Arc<Self>, Box<dyn Error>> {
        let inner = BenchCloud::new(now, None)?;
        let bench = Arc::new(Self { inner, tables_took: Mutex::default() });
        let (app, ()) = bench.app("businesses", Clock::tokio(now), None)?;
        let business = bench_cloud::business(BUSINESS, ZONE, now);
        app.store().create_business(&business, &[], &app.attempt()).await?;
        let record = ApiKey {
            key_id: KeyId(Uuid::from_u128(1)),
            business_id: Some(BUSINESS),
            label: "bench".to_owned(),
            limit_requests: Some(u32::MAX),
            created_at: now,
        };
        app.store().create_key(&kit::keys::hash_of(KEY), &record, &app.attempt()).await?;
        Ok(bench)
    }

    /// An App with what the template gives a function.
    pub fn app<C: FromEnv>(
        self: &Arc<Self>,
        program: &str,
        clock: Clock,
        link: Option<Arc<Link>>,
    ) -> Result<(App, C), Box<dyn Error>> {
        self.inner.app(program, clock, Chance::seeded(1), Arc::new(Direct { bench: self.clone(), link }))
    }

    /// The bucket of the indexes.
    pub fn bucket(self: &Arc<Self>, link: Option<Arc<Link>>) -> Result<Arc<dyn ObjectStore>, Box<dyn Error>> {
        let (app, indexes): (App, Indexes) = self.app("index-customers", Clock::tokio(crate::people::now()), link)?;
        Ok(app.bucket(&indexes.bucket))
    }

    /// The time of requests to tables since the last look, which is that of the tables of this process and not of DynamoDB.
    pub fn tables_took(&self) -> Duration {
        std::mem::take(&mut *self.tables_took.lock().unwrap_or_else(PoisonError::into_inner))
    }

    async fn table_request(&self, target: &str, request: &Request) -> Result<Response, HttpError> {
        // Of the machine: tokio's may stand still.
        let begin = std::time::Instant::now();
        let reply = self.inner.cloud.dynamodb.handle(target, request.body()).await;
        *self.tables_took.lock().unwrap_or_else(PoisonError::into_inner) += begin.elapsed();
        response(&reply)
    }

    async fn bucket_request(&self, request: Request, link: Option<&Link>) -> Result<Response, HttpError> {
        let (mut head, body) = request.into_parts();
        let path = head.uri.path_and_query().map(|path| path.as_str()).unwrap_or_default();
        head.uri = path.strip_prefix(OBJECTS).unwrap_or(path).parse().map_err(|_| failed("an address"))?;
        let sent = body.len();
        let reply = self.inner.cloud.s3.handle(&Request::from_parts(head, body));
        if let Some(link) = link {
            link.carry(sent + reply.body.len()).await;
        }
        response(&reply)
    }
}

/// The network of an App, without a socket.
struct Direct {
    bench: Arc<Bench>,
    link: Option<Arc<Link>>,
}

impl fmt::Debug for Direct {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Direct")
    }
}

#[async_trait]
impl Http for Direct {
    async fn send(&self, request: Request, timeout: Duration) -> Result<Response, HttpError> {
        let target = request.headers().get("x-amz-target").and_then(|target| target.to_str().ok());
        match target {
            Some(target) => self.bench.table_request(target, &request).await,
            None => {
                let answered = tokio::time::timeout(timeout, self.bench.bucket_request(request, self.link.as_deref()));
                answered.await.unwrap_or_else(|_| Err(late()))
            }
        }
    }
}

fn late() -> HttpError {
    HttpError::MaybeSent { timeout: true, detail: "too late".to_owned() }
}

fn failed(what: &str) -> HttpError {
    HttpError::MaybeSent { timeout: false, detail: format!("{what} cannot be used") }
}
