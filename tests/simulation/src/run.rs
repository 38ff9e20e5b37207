//! One run: the cloud, the functions, the world, people and callers, on tokio's paused clock.

use crate::businesses::{self, SimulatedBusiness};
use crate::client::Client;
use crate::faults::Faults;
use crate::history::{History, POISON};
use crate::invariants::{self, Violation};
use crate::options::Options;
use crate::stage::Stage;
use crate::trace::Trace;
use crate::{actors, drift, script, sessions};
use aws::clock::Clock;
use aws::dynamodb::TableError;
use aws::pollers::StreamSource;
use aws::queues::{NewMessage, Refusal};
use aws::template::TemplateError;
use chrono::{DateTime, DurationRound, TimeDelta, Utc};
use futures::FutureExt;
use futures::future::BoxFuture;
use http::{HeaderValue, Uri};
use http_body_util::BodyExt;
use local::cloud::{Cloud, CloudError};
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::panic::AssertUnwindSafe;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};
use std::time::Duration;
use tokio::task::{LocalSet, spawn_local};
use world::{Tick, WebhookAnswer, WebhookCall};

/// The time after the last fault by which everything must have come to its end: three waits of a day and their nights.
const END: TimeDelta = TimeDelta::days(6);
/// The time by which an index may be behind.
const INDEX_LAG: TimeDelta = TimeDelta::seconds(5);
/// The time between two moments at which changes that all have seen are forgotten.
const TRIM: Duration = Duration::from_secs(600);
/// The time that it takes an operator to see to an alarm.
const REDRIVE: Duration = Duration::from_secs(1_800);
/// The most records of a table's stream that are taken in at once.
const ALL: usize = 100_000;

/// The state that all parts of a run share.
pub struct Run {
    pub faults: Faults,
    trace: Trace,
    clock: Clock,
    cloud: OnceLock<Cloud>,
    businesses: OnceLock<Vec<SimulatedBusiness>>,
    history: Mutex<History>,
    seen: Mutex<BTreeMap<String, String>>,
    written: Mutex<BTreeMap<String, DateTime<Utc>>>,
    timed_writes: AtomicU64,
    delays: Mutex<fastrand::Rng>,
}

/// Why a run could not be made.
#[derive(Debug, thiserror::Error)]
pub enum RunError {
    /// The template cannot be read or resolved.
    #[error(transparent)]
    Template(#[from] TemplateError),
    /// Something else in it is.
    #[error(transparent)]
    Cloud(#[from] CloudError),
    /// A table is.
    #[error(transparent)]
    Table(#[from] TableError),
    /// A schedule is.
    #[error("template: {0}")]
    Schedule(#[from] aws::schedules::ExpressionError),
    /// A function's environment is.
    #[error(transparent)]
    Env(#[from] kit::env::EnvError),
    /// The businesses could not be opened.
    #[error("a business could not be opened: {0}")]
    Business(String),
    /// The messages could not be read by the API.
    #[error("the messages could not be read: {0}")]
    Messages(String),
    /// The end could not be looked at.
    #[error("a table's answer: {0}")]
    Answer(#[from] serde_json::Error),
    /// The async runtime could not be made.
    #[error("no runtime: {0}")]
    Runtime(#[from] std::io::Error),
}

/// The functions that change when a chat is analysed.
const ANALYSIS: [&str; 3] = ["analyze-conversation#", "record-activity#", "run-due#"];

/// The end of a run: violations, trace and counts.
pub struct Outcome {
    /// The invariants that do not hold.
    pub violations: Vec<Violation>,
    /// All lines of the run, in order.
    pub trace: Trace,
    /// The events that were seen.
    pub history: History,
    /// The number of times that each kind of fault struck.
    pub faults: BTreeMap<crate::faults::Fault, u64>,
    /// Firings of rules, and minutes in which nothing was due.
    pub rules: (u64, u64),
    /// From the first to the last moment.
    pub simulated: TimeDelta,
}

impl Run {
    /// Of these options, before there is a cloud.
    #[must_use]
    pub fn new(options: &Options, clock: Clock, delays: fastrand::Rng) -> Self {
        Self {
            faults: Faults::new(options.seed, &options.without),
            trace: Trace::new(options.aloud),
            clock,
            cloud: OnceLock::new(),
            businesses: OnceLock::new(),
            history: Mutex::default(),
            seen: Mutex::default(),
            written: Mutex::default(),
            timed_writes: AtomicU64::new(0),
            delays: Mutex::new(delays),
        }
    }

    /// The cloud is set once.
    pub fn set_cloud(&self, cloud: Cloud) {
        let _ = self.cloud.set(cloud);
    }

    #[must_use]
    pub fn now(&self) -> DateTime<Utc> {
        self.clock.now()
    }

    /// Adds a line to the trace.
    pub fn note(&self, what: impl fmt::Display) {
        self.trace.note(self.now(), what);
    }

    /// Tables, queues, bus, routes, the outside.
    #[must_use]
    pub fn cloud(&self) -> &Cloud {
        self.cloud.get().unwrap_or_else(|| unreachable!("the cloud is set before anything runs"))
    }

    /// The businesses, once they are open.
    #[must_use]
    pub fn businesses(&self) -> &[SimulatedBusiness] {
        self.businesses.get().map_or(&[], Vec::as_slice)
    }

    /// The events that were seen so far.
    pub fn history(&self) -> MutexGuard<'_, History> {
        self.history.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Waits for some time from `least` to below `most`, in milliseconds.
    pub async fn pause(&self, least: u64, most: u64) {
        let wait = self.delays.lock().unwrap_or_else(PoisonError::into_inner).u64(least..most.max(least + 1));
        tokio::time::sleep(Duration::from_millis(wait)).await;
    }

    /// One of two ways.
    #[must_use]
    pub fn coin(&self) -> bool {
        self.delays.lock().unwrap_or_else(PoisonError::into_inner).bool()
    }

    /// The number of requests to write automations, campaigns, and chats that wait for their analysis.
    #[must_use]
    pub fn timed_writes(&self) -> u64 {
        self.timed_writes.load(Ordering::Relaxed)
    }

    /// Notes who writes what, and whether it is the data of a business that the event is not about.
    pub fn wrote(&self, who: &str, operation: &str, keys: &[String], concerned: &BTreeSet<String>) {
        let is_timed = |key: &String| {
            key.starts_with("Automations")
                || key.starts_with("Campaigns")
                || key.starts_with("Appointments")
                || key.starts_with("Conversations") && ANALYSIS.iter().any(|name| who.starts_with(name))
        };
        if keys.iter().any(is_timed) {
            self.timed_writes.fetch_add(1, Ordering::Relaxed);
        }
        // It takes what is due of all.
        if who.starts_with("run-due#") {
            return;
        }
        for business in self.businesses().iter().filter(|business| !concerned.contains(&business.id)) {
            for key in keys.iter().filter(|key| key.contains(&business.id)) {
                self.history().foreign.push(format!("{who} {operation} {key}"));
            }
        }
    }

    /// Whether the items under a key were written so shortly ago that an index may not show them.
    #[must_use]
    pub fn is_fresh(&self, key: &str) -> bool {
        let written = self.written.lock().unwrap_or_else(PoisonError::into_inner).get(key).copied();
        written.is_some_and(|at| self.now() - at < INDEX_LAG)
    }

    /// Takes in what has changed in the tables since the last look.
    pub fn look(&self) {
        let (cloud, now) = (self.cloud(), self.now());
        let mut seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        for (short, table) in cloud.names.tables().filter(|(_, table)| cloud.streamed.iter().any(|it| it == table)) {
            for record in cloud.dynamodb.records(table, seen.get(table).map(String::as_str), ALL) {
                if let Some(line) = self.history().see(short, &record, now) {
                    self.note(line);
                }
                let key = record["dynamodb"]["Keys"]["pk"]["S"].as_str().unwrap_or_default();
                self.written.lock().unwrap_or_else(PoisonError::into_inner).insert(key.to_owned(), now);
                let number = record["dynamodb"]["SequenceNumber"].as_str().unwrap_or_default();
                seen.insert(table.to_owned(), number.to_owned());
            }
        }
    }

    /// Looks at what the gateways have accepted and what lies in dead letters.
    fn look_outside(&self) {
        let cloud = self.cloud();
        let dead = cloud.queues.names().into_iter().filter(|queue| !cloud.read.contains(queue));
        let bodies =
            |queue: &str| cloud.queues.peek(queue, ALL).unwrap_or_default().into_iter().map(|it| it.message.body);
        let dead = dead.map(|queue| (queue.clone(), bodies(&queue).collect())).collect();
        let sent = cloud.world.sent();
        let mut history = self.history();
        (history.sent, history.dead, history.now) = (sent, dead, Some(self.now()));
        let seen = &mut history.sessions;
        (seen.effects, seen.batches) = (cloud.world.upstream_effects(), cloud.world.upstream_batches());
        let standing = cloud.world.sessions().into_iter().map(|view| (view.session.clone(), view));
        seen.at_gateway = standing.collect();
    }

    /// Looks which of what people wrote has arrived at the businesses' webhooks.
    fn look_at_arrivals(&self) {
        let mut history = self.history();
        for written in history.written.iter_mut().filter(|it| it.arrived.is_none()) {
            let Some(business) = self.businesses().iter().find(|business| business.id == written.business) else {
                continue;
            };
            let chat = self.cloud().world.chat(&business.address, &written.phone, false);
            let bubbles = chat.into_iter().flat_map(|chat| chat.bubbles);
            let is_there = bubbles.filter(|it| it.id == written.id).any(|it| it.tick >= Tick::Delivered);
            written.arrived = is_there.then_some(self.now());
        }
    }

    /// The automations that are switched on.
    ///
    /// # Errors
    /// The table's answer cannot be read.
    pub async fn automations(&self) -> Result<Vec<(String, String, DateTime<Utc>)>, serde_json::Error> {
        let read = |item: &Value| {
            let (key, sort) = (item["pk"]["S"].as_str()?, item["sk"]["S"].as_str());
            let (business, name) = sort.map(|name| (key, name)).or_else(|| key.split_once('/'))?;
            let at = DateTime::from_timestamp_millis(item["not_before"]["N"].as_str()?.parse().ok()?)?;
            Some((business.to_owned(), name.to_owned(), at))
        };
        let table = self.cloud().names.table("Automations").unwrap_or_default();
        Ok(self.items(table).await?.iter().filter_map(read).collect())
    }

    /// When the first campaign is looked after.
    ///
    /// # Errors
    /// The table's answer cannot be read.
    pub async fn first_campaign(&self) -> Result<Option<DateTime<Utc>>, serde_json::Error> {
        self.first_due_of("Campaigns").await
    }

    /// When the first chat is to be analysed, or the first request for an appointment to be looked at.
    ///
    /// # Errors
    /// The table's answer cannot be read.
    pub async fn first_of_a_quarter(&self) -> Result<Option<DateTime<Utc>>, serde_json::Error> {
        // They are looked for in each quarter of an hour alone.
        let quarter = TimeDelta::minutes(15);
        let (chat, request) = (self.first_due_of("Conversations").await?, self.first_due_of("Appointments").await?);
        let first = chat.into_iter().chain(request).min();
        Ok(first.map(|at| at.duration_trunc(quarter).map_or(at, |begin| if begin < at { begin + quarter } else { at })))
    }

    async fn first_due_of(&self, table: &str) -> Result<Option<DateTime<Utc>>, serde_json::Error> {
        let due = |item: &Value| DateTime::from_timestamp_millis(item["not_before"]["N"].as_str()?.parse().ok()?);
        let table = self.cloud().names.table(table).unwrap_or_default();
        Ok(self.read(json!({"TableName": table, "IndexName": "due"})).await?.iter().filter_map(due).min())
    }

    /// All items of a table, read past the functions' way to it.
    pub(crate) async fn items(&self, table: &str) -> Result<Vec<Value>, serde_json::Error> {
        self.read(json!({"TableName": table})).await
    }

    async fn read(&self, mut body: Value) -> Result<Vec<Value>, serde_json::Error> {
        let mut found = Vec::new();
        loop {
            let reply = self.cloud().dynamodb.handle("DynamoDB_20120810.Scan", body.to_string().as_bytes()).await;
            let mut answer: Value = serde_json::from_slice(&reply.body)?;
            if let Value::Array(items) = answer["Items"].take() {
                found.extend(items);
            }
            body["ExclusiveStartKey"] = answer["LastEvaluatedKey"].take();
            if body["ExclusiveStartKey"].is_null() {
                return Ok(found);
            }
        }
    }

    /// Looks at all that the tables hold.
    pub(crate) async fn look_at_tables(&self) -> Result<(), serde_json::Error> {
        let automations = self.automations().await?;
        let mut kept = Vec::new();
        for (short, table) in self.cloud().names.tables() {
            kept.extend(self.items(table).await?.into_iter().map(|item| (short.to_owned(), item.to_string())));
        }
        let mut history = self.history();
        (history.automations, history.kept) = (automations, kept);
        let spent = self.cloud().world.model_counts();
        history.tokens = spent.input_tokens + spent.output_tokens;
        history.keeping = spent.keeping;
        Ok(())
    }

    /// Notes a panic of a task that everything else stands on.
    pub fn watch(self: &Arc<Self>, name: &'static str, task: impl Future<Output = ()> + 'static) {
        let run = self.clone();
        spawn_local(async move {
            if AssertUnwindSafe(task).catch_unwind().await.is_err() {
                run.panicked(name);
            }
        });
    }

    /// Notes a panic.
    pub fn panicked(&self, who: &str) {
        self.note(format_args!("{who} panics"));
        self.history().panics.push(format!("{who}: at {}", self.now()));
    }

    /// The operator's act on dead letters once their cause is mended: each that can be read goes back.
    fn redrive(&self) -> Result<(), Refusal> {
        let queues = &self.cloud().queues;
        for mapping in &self.cloud().queue_mappings {
            let Some(redrive) = queues.config(&mapping.queue)?.0.redrive else { continue };
            while let [letter] = queues.receive(&redrive.dead_letters, 1, None)?.as_slice() {
                let message = letter.message.clone();
                if message.body != POISON {
                    if let Some(reason) = message.attributes.get("reason").and_then(|it| it.string_value.clone()) {
                        self.history().condemned.push(format!("{}: {reason}: {}", mapping.queue, message.body));
                    }
                    self.note(format_args!("a dead letter goes back to {}", mapping.queue));
                    let (body, group) = (message.body, message.group);
                    queues.send(&mapping.queue, NewMessage { group, ..NewMessage::text(body) })?;
                    queues.delete(&redrive.dead_letters, &letter.receipt_handle)?;
                }
            }
        }
        Ok(())
    }

    /// Whether nothing is left to do.
    fn is_quiet(&self) -> bool {
        let cloud = self.cloud();
        let settled = |status: &str| !matches!(status, "pending" | "sending" | "unknown");
        let messages = self.history().messages.values().all(|it| it.gone.is_some() || settled(it.status()));
        let delayed = cloud.queues.depths().iter().any(|(queue, it)| cloud.read.contains(queue) && it.delayed > 0);
        let history = self.history();
        let sessions = history.ended.is_none_or(|ended| history.sessions.are_settled(ended));
        drop(history);
        messages && sessions && !delayed && cloud.queues_are_empty() && cloud.streams_are_read()
    }
}

/// Makes a run, on this thread.
///
/// # Errors
/// It could not be made; what it shows is its outcome.
pub fn simulate(options: &Options) -> Result<Outcome, RunError> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_time().start_paused(true).build()?;
    // Whatever is still at work is dropped with the set, before the runtime.
    let local = LocalSet::new();
    local.block_on(&runtime, one(options))
}

async fn one(options: &Options) -> Result<Outcome, RunError> {
    let Stage { run, client, rules, app, begin, mut rng, .. } = Stage::set(options)?;
    let businesses = businesses::open(&run, &client, options.businesses, options.customers, &mut rng).await;
    let _ = run.businesses.set(businesses.map_err(RunError::Business)?);
    run.faults.begin(&run.cloud().world);
    for act in script::script(&mut rng, run.businesses(), run.now(), options.weeks) {
        run.watch("an actor", actors::act(run.clone(), client.clone(), act));
    }
    let gateway = sessions::script::gateway(options.seed);
    for act in sessions::script::script(options.seed, run.businesses().is_empty(), run.now(), options.weeks) {
        run.watch("an actor", sessions::actors::act(run.clone(), client.clone(), gateway, act));
    }
    let end = run.now() + TimeDelta::weeks(options.weeks.into());
    run.watch("the drift", drift::spoil(run.clone(), app, end));
    let mut violations = Vec::new();
    for _ in 0..options.weeks * 7 {
        tokio::time::sleep(Duration::from_secs(86_400)).await;
        violations = check(&run, invariants::ALWAYS);
        if !violations.is_empty() {
            break;
        }
    }
    run.faults.end(&run.cloud().world);
    run.history().ended = Some(run.now());
    if violations.is_empty() {
        let end = run.now() + END;
        while run.now() < end && !run.is_quiet() {
            tokio::time::sleep(Duration::from_secs(600)).await;
            run.look();
        }
        run.look_at_tables().await?;
        look_at_the_api(&run, &client).await.map_err(RunError::Messages)?;
        violations = check(&run, invariants::ALWAYS);
        violations.extend(check(&run, invariants::AT_END));
    }
    Ok(Outcome {
        violations,
        faults: run.faults.hits(),
        rules: rules.counts(),
        simulated: run.now() - begin,
        history: std::mem::take(&mut *run.history()),
        trace: run.trace.take(),
    })
}

/// Reads the text of each message as a business does.
async fn look_at_the_api(run: &Run, client: &Client) -> Result<(), String> {
    for business in run.businesses() {
        let messages = client.messages(&business.key).await?;
        let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        let shown =
            messages.iter().map(|it| ((business.id.clone(), text(&it["message_id"])), text(&it["content"]["text"])));
        run.history().shown.extend(shown);
        let campaigns = client.campaigns(&business.key).await?;
        let named = campaigns.into_iter().map(|it| ((business.id.clone(), text(&it["campaign_id"])), it));
        let named: Vec<_> = named.collect();
        for ((of, campaign), _) in &named {
            let path = format!("/api/campaigns/{campaign}/returns");
            let returns = client.must("GET", &path, &business.key, None).await?;
            run.history().returns.insert((of.clone(), campaign.clone()), returns);
        }
        run.history().campaigns.extend(named);
        let searched = client.searched(&business.key).await?;
        run.history().searched.insert(business.id.clone(), searched);
    }
    Ok(())
}

fn check(run: &Run, these: &[invariants::Invariant]) -> Vec<Violation> {
    run.look();
    run.look_outside();
    run.look_at_arrivals();
    let history = run.history();
    these.iter().flat_map(|(name, check)| check(&history, run.businesses()).into_iter().map(|it| it.of(name))).collect()
}

/// Lets time pass outside; webhooks come by the HTTP API.
pub(crate) async fn outside(run: Arc<Run>) {
    let world = run.cloud().world.clone();
    let sink = Arc::new(move |call: WebhookCall| -> BoxFuture<'static, WebhookAnswer> {
        let run = run.clone();
        let answer = async move {
            let nothing = WebhookAnswer { status: 0, body: bytes::Bytes::new() };
            let Ok(uri) = call.url.parse::<Uri>() else { return nothing };
            let mut headers = call.headers;
            headers.insert("host", HeaderValue::from_static("api.simulation"));
            let response = run.cloud().gateway.call(&call.method, &uri, &headers, call.body).await;
            let status = response.status().as_u16();
            match response.into_body().collect().await {
                Ok(body) => WebhookAnswer { status, body: body.to_bytes() },
                Err(_) => nothing,
            }
        };
        answer.boxed()
    });
    world.run(sink).await;
}

/// Dead letters are an alarm; an operator sends them back, and again if they come again.
pub(crate) async fn operator(run: Arc<Run>) {
    loop {
        tokio::time::sleep(REDRIVE).await;
        if let Err(error) = run.redrive() {
            run.note(format_args!("dead letters stay: {error}"));
        }
    }
}

/// The upkeep that AWS does by itself: it forgets changes that all have seen, and items that have outlived their time.
pub(crate) async fn upkeep(run: Arc<Run>) {
    let mut swept = run.now();
    loop {
        tokio::time::sleep(TRIM).await;
        run.look();
        run.look_at_arrivals();
        run.cloud().trim_streams();
        if run.now() - swept > TimeDelta::hours(12) {
            swept = run.now();
            if let Err(error) = run.cloud().dynamodb.sweep_ttl() {
                run.note(format_args!("what has outlived its time stays: {error}"));
            }
        }
    }
}
