//! The inputs of a function's code, in place of asking the world: time, chance, connections, settings.

use crate::aws::{CONNECT_TIMEOUT, Clients, Service};
use crate::chance::Chance;
use crate::clock::Clock;
use crate::config::{Aws, Process};
use crate::dead_letters::DeadLetters;
use crate::env::{Env, EnvError, FromEnv};
use crate::http::{Http, Network, SetupError, Tls};
use aws_sdk_dynamodb::config::retry::RetryPartition;
use bytes::Bytes;
use chrono::{DateTime, Utc};
use domain::Attempt;
use object_store::ObjectStore;
use std::fmt;
use std::sync::{Arc, OnceLock};
use std::time::Duration;
use store::{Meter, Store, Tables};
use uuid::Uuid;

/// To connect to a gateway. Below every gateway time-out, so that a connection that fails is known as one.
const GATEWAY_CONNECT_TIMEOUT: Duration = Duration::from_secs(3);

/// The parts that a function stands on. Clones share everything. AWS clients are made when first asked for, which is
/// best done while the function starts.
#[derive(Clone)]
pub struct App(Arc<Inner>);

struct Inner {
    env: Env,
    process: Process,
    clock: Clock,
    chance: Chance,
    http: Arc<dyn Http>,
    aws_http: Arc<dyn Http>,
    clients: Clients,
    tables: Tables,
    meter: Meter,
    store: OnceLock<Store>,
    sqs: OnceLock<aws_sdk_sqs::Client>,
    eventbridge: OnceLock<aws_sdk_eventbridge::Client>,
}

/// The parts that an App is made of, in tests and the simulation.
#[derive(Clone, Debug)]
pub struct Parts {
    /// The variables that it was started with.
    pub env: Env,
    /// The only source of the time.
    pub clock: Clock,
    /// The only source of chance.
    pub chance: Chance,
    /// HTTP to the gateways, a new connection for each call.
    pub http: Arc<dyn Http>,
    /// HTTP to AWS, with connections that are kept.
    pub aws_http: Arc<dyn Http>,
    /// Keeps the SDK's retry quota of one run apart from others'; `None` is the process's own.
    pub retry_partition: Option<RetryPartition>,
    /// Counts what the store consumes.
    pub meter: Meter,
}

/// Why a function cannot start.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// Variables are missing or bad.
    #[error(transparent)]
    Env(#[from] EnvError),
    /// No HTTP client.
    #[error(transparent)]
    Http(#[from] SetupError),
}

impl App {
    /// An App of the given parts, with the function's own configuration read from the same environment.
    ///
    /// # Errors
    /// Every variable that is missing or bad.
    pub fn new<C: FromEnv>(parts: Parts) -> Result<(Self, C), EnvError> {
        let ((process, aws, tables), config) = parts.env.read()?;
        Ok((Self::assemble(parts, process, aws, tables), config))
    }

    /// The App of a process that was given `env`: the machine's clock, the system's randomness, the real network.
    ///
    /// # Errors
    /// Every variable that is missing or bad, or `EXTRA_CA_FILE` cannot be used.
    pub fn from_process<C: FromEnv>(env: Env) -> Result<(Self, C), StartError> {
        let ((process, aws, tables), config): ((Process, Aws, Tables), C) = env.read()?;
        let tls = Tls::new(process.extra_ca.as_deref())?;
        let parts = Parts {
            env,
            clock: Clock::machine(process.clock_offset),
            chance: Chance::os(),
            http: Arc::new(Network::fresh(&tls, GATEWAY_CONNECT_TIMEOUT)?),
            aws_http: Arc::new(Network::pooled(&tls, CONNECT_TIMEOUT)?),
            retry_partition: None,
            meter: Meter::default(),
        };
        Ok((Self::assemble(parts, process, aws, tables), config))
    }

    fn assemble(parts: Parts, process: Process, aws: Aws, tables: Tables) -> Self {
        let Parts { env, clock, chance, http, aws_http, retry_partition, meter } = parts;
        let clients = Clients::new(aws, aws_http.clone(), clock, &chance, retry_partition);
        Self(Arc::new(Inner {
            env,
            process,
            clock,
            chance,
            http,
            aws_http,
            clients,
            tables,
            meter,
            store: OnceLock::new(),
            sqs: OnceLock::new(),
            eventbridge: OnceLock::new(),
        }))
    }

    /// The clock, which also sleeps.
    #[must_use]
    pub fn clock(&self) -> &Clock {
        &self.0.clock
    }

    /// Now, UTC.
    #[must_use]
    pub fn now(&self) -> DateTime<Utc> {
        self.0.clock.now()
    }

    /// The source of ids, tokens and jitter.
    #[must_use]
    pub fn chance(&self) -> &Chance {
        &self.0.chance
    }

    /// A new id: UUID v7 of now.
    #[must_use]
    pub fn id(&self) -> Uuid {
        self.0.chance.uuid(self.now())
    }

    /// A new token for one conditional write.
    #[must_use]
    pub fn attempt(&self) -> Attempt {
        self.0.chance.attempt()
    }

    /// The way to the gateways: a new connection for each request.
    #[must_use]
    pub fn http(&self) -> &Arc<dyn Http> {
        &self.0.http
    }

    /// The store of the function's tables, made when it is first asked for.
    #[must_use]
    pub fn store(&self) -> &Store {
        let inner = &self.0;
        inner.store.get_or_init(|| Store::new(inner.clients.dynamodb(), inner.tables.clone(), inner.meter.clone()))
    }

    /// The client of SQS, made when it is first asked for.
    #[must_use]
    pub fn sqs(&self) -> &aws_sdk_sqs::Client {
        self.0.sqs.get_or_init(|| self.0.clients.sqs())
    }

    /// The client of EventBridge, made when it is first asked for.
    #[must_use]
    pub fn eventbridge(&self) -> &aws_sdk_eventbridge::Client {
        self.0.eventbridge.get_or_init(|| self.0.clients.eventbridge())
    }

    /// The objects of a bucket.
    #[must_use]
    pub fn bucket(&self, name: &str) -> Arc<dyn ObjectStore> {
        self.0.clients.bucket(name)
    }

    #[cfg(test)]
    pub(crate) fn clients(&self) -> &Clients {
        &self.0.clients
    }

    /// The queue for dead letters, by `DEAD_LETTERS_URL`.
    #[must_use]
    pub fn dead_letters(&self) -> DeadLetters<'_> {
        DeadLetters::new(self, self.0.process.dead_letters.as_deref())
    }

    /// The environment, for what is read later than at the start.
    #[must_use]
    pub fn env(&self) -> &Env {
        &self.0.env
    }

    /// The part of the configuration that belongs to the process.
    #[must_use]
    pub fn process(&self) -> &Process {
        &self.0.process
    }

    /// Opens the connections of the clients that were made so far, and of the store if the function has tables: a start
    /// has a whole processor, a first call a share. Only for TLS, and a failure is the first call's to meet.
    pub async fn warm(&self) {
        let inner = &self.0;
        if !inner.tables.is_empty() {
            let _ = self.store();
        }
        let services = [
            (Service::DynamoDb, inner.store.get().is_some()),
            (Service::Sqs, inner.sqs.get().is_some()),
            (Service::EventBridge, inner.eventbridge.get().is_some()),
        ];
        let addresses =
            services.into_iter().filter(|(_, used)| *used).map(|(service, _)| inner.clients.address(service));
        let pings = addresses.filter(|address| address.starts_with("https:")).filter_map(|address| {
            let request = ::http::Request::get(format!("{address}/ping")).body(Bytes::new()).ok()?;
            Some(inner.aws_http.send(request, CONNECT_TIMEOUT))
        });
        futures::future::join_all(pings).await;
    }
}

impl fmt::Debug for App {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("App").field("env", &self.0.env).field("clock", &self.0.clock).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{FakeHttp, app_with, env};

    #[tokio::test(start_paused = true)]
    async fn two_apps_of_one_seed_draw_the_same() {
        let draw = || {
            let app = app_with(env([]), &FakeHttp::hanging());
            (app.id(), app.attempt(), app.chance().secret())
        };
        assert_eq!(draw(), draw());
    }

    #[tokio::test(start_paused = true)]
    async fn warming_opens_only_what_is_used_and_not_on_a_laptop() {
        let http = FakeHttp::answering(|_| Ok(FakeHttp::json(200, "healthy")));
        let app = app_with(env([("TABLE_POINTS", "points")]), &http);
        let _ = app.eventbridge();
        app.warm().await;
        let urls: Vec<_> = http.requests().iter().map(|request| request.uri().to_string()).collect();
        let host = "us-east-1.amazonaws.com/ping";
        assert_eq!(urls, [format!("https://dynamodb.{host}"), format!("https://events.{host}")]);

        let laptop = FakeHttp::hanging();
        let app = app_with(env([("AWS_ENDPOINT_URL_DYNAMODB", "http://127.0.0.1:1/_aws/dynamodb")]), &laptop);
        let _ = app.store();
        app.warm().await;
        assert_eq!(laptop.requests().len(), 0);
    }

    #[test]
    fn everything_missing_is_told_before_anything_starts() {
        let parts = |env| Parts { env, ..crate::testing::parts(Env::default(), &FakeHttp::hanging()) };
        let error = App::new::<crate::config::Keys>(parts(Env::default())).map(|_| ()).unwrap_err().to_string();
        assert!(error.contains("AWS_REGION") && error.contains("OPERATOR_KEY_HASH"), "{error}");
    }
}
