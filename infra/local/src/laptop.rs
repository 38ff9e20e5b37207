//! A run: everything that the template describes, at work on this machine.

use std::io;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use aws::clock::Clock;
use aws::template::{Template, TemplateError};
use aws::usage::{Report, Usage};
use axum::Router;
use axum::body::Body;
use axum::http::{HeaderMap, HeaderValue, Request, Uri, header};
use axum::middleware::{Next, from_fn};
use futures::future::BoxFuture;
use http_body_util::BodyExt;
use tokio::net::TcpListener;
use tokio::task::JoinSet;
use world::{WebhookAnswer, WebhookCall, World};

use crate::book::Book;
use crate::cloud::{self, Cloud, CloudError, Setting};
use crate::control::origin;
use crate::data::{self, Data, DataError};
use crate::gate::Gate;
use crate::options::Options;
use crate::parts::Parts;
use crate::processes::{LogLine, Logs, Processes};
use crate::programs::{self, ProgramError};
use crate::request_log::RequestLog;
use crate::setup::{self, Addresses, OPERATOR_KEY};
use crate::{control, endpoints, page, serve, watch};

/// SQLite's word for a file without a name, which ends with the process. So a long run's tables do not fill the memory.
const UNNAMED: &str = "";
/// The time that work under way may take at the end of a run.
const LAST_MOMENT: Duration = Duration::from_secs(5);
/// The time between two searches for items that have outlived their time; DynamoDB takes its time too.
const SWEEP: Duration = Duration::from_secs(3_600);
/// The time between two moments at which changes that all have seen are forgotten. Under load, a second makes hundreds.
const TRIM: Duration = Duration::from_secs(2);

/// The time without an event after which a process is ended. Lambda does not promise one; it is minutes there too.
const IDLE: Duration = Duration::from_secs(600);

/// Why a run does not start; one clear line.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// Another program has the port.
    #[error("port {0} is in use; choose another one with --port, or any that is free with --port 0")]
    PortInUse(u16),
    /// The network is not there.
    #[error("nothing can be served on this machine: {0}")]
    Network(io::Error),
    /// A helper process does not start.
    #[error("no process can be started: {0}")]
    Processes(io::Error),
    /// The template cannot be read or resolved.
    #[error(transparent)]
    Template(#[from] TemplateError),
    /// Something else in it is broken, or the tables kept are other ones.
    #[error(transparent)]
    Cloud(#[from] CloudError),
    /// A function's program is not there.
    #[error(transparent)]
    Program(#[from] ProgramError),
    /// The folder for what is kept cannot be used.
    #[error(transparent)]
    Data(#[from] DataError),
}

/// A run. Dropping it kills its processes; [`Laptop::shutdown`] ends it well.
pub struct Laptop {
    parts: Arc<Parts>,
    gate: Arc<Gate>,
    addresses: Addresses,
    data: Option<Arc<Data>>,
    log: RequestLog,
    /// The server of the runtime API, which the processes talk to; it outlives them.
    runtime_api: JoinSet<()>,
    tasks: JoinSet<()>,
}

impl Laptop {
    /// Starts everything; the functions start at their first events. Their programs must be there.
    pub async fn start(options: Options) -> Result<Self, StartError> {
        let data = options.data.as_deref().map(Data::open).transpose()?.map(Arc::new);
        let listener = listen(options.port).await?;
        let outside = listen(0).await?;
        let addresses = Addresses { public: address(&listener)?, outside: address(&outside)? };
        let sealing_key = match &data {
            Some(data) => data.sealing_key()?,
            None => data::random_key().map_err(StartError::Processes)?,
        };
        let given = setup::given(&addresses, sealing_key, &options.parameters);
        let template = Template::load(&options.template, &given)?;
        let folder = options.programs.map_or_else(programs::folder, Ok)?;
        let functions = setup::functions(&template, &folder, &addresses)?;

        let rng = options.seed.map_or_else(fastrand::Rng::new, fastrand::Rng::with_seed);
        let clock = Clock::starting_at(options.start.unwrap_or_else(|| SystemTime::now().into()));
        let usage = Arc::new(Usage::new(clock.clone(), cloud::queues_read(&template)));
        let logs = Logs::new(options.show_logs);
        let made = Processes::new(functions, clock.clone(), usage.clone(), logs).await;
        let (processes, runtime_api) = made.map_err(StartError::Processes)?;
        let gate = Arc::new(Gate::new(Arc::new(processes.clone())));
        let tables = match &data {
            Some(data) => data.tables()?,
            None => UNNAMED.into(),
        };
        let buckets = data.as_ref().map(|data| data.folder().join("buckets"));
        let setting = Setting {
            clock,
            rng,
            usage,
            functions: gate.clone(),
            tables: Some(&tables),
            buckets: buckets.as_deref(),
            queue_base_url: format!("{}/_aws/sqs", addresses.public),
        };
        let (cloud, outside_urls) = (Cloud::new(&template, setting)?, addresses.gateways());
        if let Some(most) = options.remember {
            cloud.world.remember(most);
        }
        let parts = Arc::new(Parts { cloud, processes, book: Book::default(), outside: outside_urls });
        if let Some(data) = &data {
            parts.take_up(data);
        }
        let log = RequestLog { shown: options.show_requests };
        let mut laptop = Self { parts, gate, addresses, data, log, runtime_api: JoinSet::new(), tasks: JoinSet::new() };
        laptop.runtime_api.spawn(runtime_api);
        laptop.work(listener, outside);
        Ok(laptop)
    }

    /// Sets everything to work.
    fn work(&mut self, listener: TcpListener, outside: TcpListener) {
        let Self { parts, addresses, data, log, tasks, .. } = self;
        tasks.spawn(serve::serve(listener, router(parts.clone(), data.clone(), *log)));
        let world = parts.cloud.world.clone();
        tasks.spawn(async move {
            if let Err(error) = world.serve(outside).await {
                tracing::error!("the gateways outside are gone: {error}");
            }
        });
        let (world, sink) = (parts.cloud.world.clone(), webhooks(parts.clone(), &addresses.public, *log));
        tasks.spawn(async move { world.run(sink).await });
        tasks.spawn(parts.cloud.schedules.clone().run());
        for worker in parts.cloud.workers() {
            tasks.spawn(worker);
        }
        tasks.spawn(sweep(parts.clone()));
        tasks.spawn(trim(parts.clone()));
        tasks.spawn(end_idle(parts.processes.clone()));
    }

    /// The address of everything, as `http://127.0.0.1:3000`.
    pub fn address(&self) -> &str {
        &self.addresses.public
    }

    /// The key that may do everything.
    pub fn operator_key(&self) -> &'static str {
        OPERATOR_KEY
    }

    /// The parts of the run: clock, tables, queues, bus, schedules, functions, the world outside.
    pub fn parts(&self) -> &Parts {
        &self.parts
    }

    /// Gateways, phones, people.
    pub fn world(&self) -> &World {
        &self.parts.cloud.world
    }

    /// The meter's reading, by short names.
    pub fn usage(&self) -> Report {
        self.parts.cloud.names.shorten(self.parts.cloud.usage.report())
    }

    /// `kill -9` of all processes of a function; `None` if there is no such function.
    pub fn kill(&self, function: &str) -> Option<usize> {
        self.parts.processes.kill(self.parts.cloud.names.function(function)?)
    }

    /// The last lines that the functions wrote.
    pub fn logs(&self) -> Vec<LogLine> {
        self.parts.processes.logs().lines()
    }

    /// Waits until nothing is under way: no message that can be received or is with a function, no change unseen, no
    /// function at work. Messages that wait for a delay are not waited for, nor is the world outside.
    pub async fn settled(&self) {
        loop {
            let passed = self.gate.passed();
            if self.is_quiet() && self.gate.passed() == passed {
                return;
            }
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    }

    fn is_quiet(&self) -> bool {
        !self.is_busy() && self.parts.cloud.queues_are_empty() && self.parts.cloud.streams_are_read()
    }

    fn is_busy(&self) -> bool {
        self.parts.processes.standing().iter().any(|function| function.busy > 0)
    }

    /// Writes down what must outlive even a bad end of the run, if it keeps anything.
    pub fn keep_outside(&self) -> Result<(), DataError> {
        match &self.data {
            Some(data) => self.parts.keep_outside(data),
            None => Ok(()),
        }
    }

    /// The run's folder.
    pub fn data(&self) -> Option<&Data> {
        self.data.as_deref()
    }

    /// Ends the run: nothing new begins, what is under way gets a moment, what waits is written down if the run keeps
    /// anything, and no process is left.
    pub async fn shutdown(mut self) -> Result<(), DataError> {
        self.gate.close();
        let done = async {
            while self.is_busy() {
                tokio::time::sleep(Duration::from_millis(5)).await;
            }
            // A waiter for a result has a moment to note it.
            tokio::time::sleep(Duration::from_millis(20)).await;
        };
        if tokio::time::timeout(LAST_MOMENT, done).await.is_err() {
            tracing::warn!("functions still at work are killed");
        }
        self.tasks.shutdown().await;
        self.parts.processes.end().await;
        self.runtime_api.shutdown().await;
        if let Some(data) = &self.data {
            self.parts.keep_outside(data)?;
            self.parts.keep_waiting(data)?;
        }
        Ok(())
    }
}

impl Drop for Laptop {
    fn drop(&mut self) {
        self.parts.processes.abandon();
    }
}

/// Whether a run could have this port: to be asked before the functions are built. Anything may take it meanwhile.
///
/// # Errors
/// Another program has it, or there is no network.
pub async fn check_port(port: u16) -> Result<(), StartError> {
    listen(port).await.map(drop)
}

async fn listen(port: u16) -> Result<TcpListener, StartError> {
    TcpListener::bind(("127.0.0.1", port)).await.map_err(|error| match error.kind() {
        io::ErrorKind::AddrInUse => StartError::PortInUse(port),
        _ => StartError::Network(error),
    })
}

fn address(listener: &TcpListener) -> Result<String, StartError> {
    listener.local_addr().map(|address| format!("http://{address}")).map_err(StartError::Network)
}

fn router(parts: Arc<Parts>, data: Option<Arc<Data>>, log: RequestLog) -> Router {
    let api = parts.clone();
    let gateway = move |request: Request<Body>| {
        let (api, data) = (api.clone(), data.clone());
        async move {
            let (method, path) = (request.method().clone(), request.uri().path().to_owned());
            log.follow(&method, &path, watch::serve(&api, data.as_deref(), request)).await
        }
    };
    let acts = move |request: Request<Body>, next: Next| async move {
        let (method, path) = (request.method().clone(), request.uri().path().to_owned());
        // The page asks every second how all stands.
        let log = RequestLog { shown: log.shown && !method.is_safe() };
        log.follow(&method, &path, next.run(request)).await
    };
    let control = control::routes(parts.clone()).route_layer(from_fn(origin::guard)).route_layer(from_fn(acts));
    Router::new()
        .merge(page::routes())
        .merge(endpoints::routes(parts).route_layer(from_fn(origin::guard)))
        .merge(control)
        .fallback(gateway)
}

/// Brings the webhooks of the world outside to the HTTP API.
fn webhooks(parts: Arc<Parts>, public: &str, log: RequestLog) -> world::Sink {
    let host = HeaderValue::from_str(public.trim_start_matches("http://")).ok();
    Arc::new(move |call: WebhookCall| -> BoxFuture<'static, WebhookAnswer> {
        let parts = parts.clone();
        let mut headers: HeaderMap = call.headers;
        headers.extend(host.clone().map(|host| (header::HOST, host)));
        Box::pin(async move {
            let nothing = WebhookAnswer { status: 0, body: bytes::Bytes::new() };
            let Ok(uri) = call.url.parse::<Uri>() else { return nothing };
            let answer = parts.cloud.gateway.call(&call.method, &uri, &headers, call.body);
            let response = log.follow(&call.method, uri.path(), answer).await;
            let status = response.status().as_u16();
            match response.into_body().collect().await {
                Ok(body) => WebhookAnswer { status, body: body.to_bytes() },
                Err(_) => nothing,
            }
        })
    })
}

/// Deletes what has outlived its time, now and then.
async fn sweep(parts: Arc<Parts>) {
    loop {
        parts.cloud.clock.sleep(SWEEP).await;
        if let Err(error) = parts.cloud.dynamodb.sweep_ttl() {
            tracing::error!("what has outlived its time stays: {error}");
        }
    }
}

async fn trim(parts: Arc<Parts>) {
    loop {
        tokio::time::sleep(TRIM).await;
        parts.cloud.trim_streams();
    }
}

async fn end_idle(processes: Processes) {
    loop {
        tokio::time::sleep(IDLE / 10).await;
        processes.end_idle(IDLE);
    }
}
