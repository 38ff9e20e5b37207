//! Lambda in process: instances that do one event at a time, time-outs, throttling, and crashes: a handler is dropped
//! after one of its polls, whatever it was doing.

use crate::faults::Fault;
use crate::functions::{Instance, Start, functions};
use crate::network::{AWS, Concerned, Network, OUTSIDE};
use crate::reports;
use crate::roles::Roles;
use crate::run::Run;
use async_trait::async_trait;
use aws::invoke::{Invoke, InvokeError};
use aws::template::Template;
use aws::usage::Invocation;
use aws_sdk_dynamodb::config::retry::RetryPartition;
use bytes::Bytes;
use futures::FutureExt;
use kit::env::Env;
use kit::{Parts, chance::Chance, clock::Clock};
use local::setup::{Addresses, environment, most};
use std::cell::RefCell;
use std::collections::BTreeMap;
use std::future::poll_fn;
use std::panic::AssertUnwindSafe;
use std::rc::Rc;
use std::sync::{Arc, PoisonError};
use std::task::Poll;
use store::Meter;
use tokio::sync::{mpsc, oneshot};

/// A handler that is to crash does so after at most so many polls; about as many as a long one has.
const LAST_POLL: f64 = 90.0;

/// The door to the functions, for what brings events.
#[derive(Clone)]
pub struct Lambda(mpsc::UnboundedSender<Job>);

/// An event on its way to a function.
pub struct Job {
    function: String,
    event: Bytes,
    answer: oneshot::Sender<Result<Bytes, InvokeError>>,
}

impl Lambda {
    /// The door, and the events that come through it.
    #[must_use]
    pub fn new() -> (Self, mpsc::UnboundedReceiver<Job>) {
        let (door, jobs) = mpsc::unbounded_channel();
        (Self(door), jobs)
    }
}

#[async_trait]
impl Invoke for Lambda {
    async fn invoke(&self, function: &str, event: Bytes) -> Result<Bytes, InvokeError> {
        let (answer, answered) = oneshot::channel();
        let job = Job { function: function.to_owned(), event, answer };
        if self.0.send(job).is_err() {
            return std::future::pending().await;
        }
        answered.await.unwrap_or(Err(InvokeError::Crashed))
    }
}

/// The host that carries the functions out.
pub struct Host {
    run: Arc<Run>,
    template: Rc<Template>,
    roles: Roles,
    functions: BTreeMap<&'static str, Start>,
    standing: RefCell<BTreeMap<String, Standing>>,
    rng: RefCell<fastrand::Rng>,
}

/// The instances of a function: the idle ones, and two counts.
#[derive(Default)]
struct Standing {
    idle: Vec<Warm>,
    busy: usize,
    started: u64,
}

/// An instance that has started.
struct Warm {
    who: Arc<str>,
    instance: Rc<dyn Instance>,
    concerned: Concerned,
}

impl Host {
    /// Carries out the functions of a template under their roles.
    #[must_use]
    pub fn new(run: Arc<Run>, template: Rc<Template>, roles: Roles, rng: fastrand::Rng) -> Rc<Self> {
        let (standing, rng) = (RefCell::default(), RefCell::new(rng));
        Rc::new(Self { run, template, roles, functions: functions(), standing, rng })
    }

    /// Takes every event that comes, for ever.
    pub async fn work(self: Rc<Self>, mut jobs: mpsc::UnboundedReceiver<Job>) {
        while let Some(job) = jobs.recv().await {
            let host = self.clone();
            tokio::task::spawn_local(async move {
                let result = host.invoke(&job.function, job.event).await;
                let _ = job.answer.send(result);
            });
        }
    }

    async fn invoke(&self, id: &str, event: Bytes) -> Result<Bytes, InvokeError> {
        let Some(function) = self.template.functions.get(id) else { return Err(InvokeError::Missing(id.to_owned())) };
        {
            let mut all = self.standing.borrow_mut();
            let standing = all.entry(id.to_owned()).or_default();
            if standing.busy >= most(&self.template, id) {
                return Err(InvokeError::Throttled);
            }
            standing.busy += 1;
        }
        if let Some(wait) = self.run.faults.draw_below(Fault::LateStart, 20_000) {
            self.run.pause(wait, wait + 1).await;
        }
        let warm = self.instance(id, function)?;
        self.concern(&warm, &event);
        let about = crate::keys::subjects(&event).join(" ");
        self.run.note(format_args!("{} begins {about}", warm.who));
        let reports = reports::given(function.program(), &event, &self.run.history());
        let (begun, last_poll) = (self.run.now(), self.run.faults.crash_of(id, LAST_POLL));
        let work = AssertUnwindSafe(crashing(warm.instance.call(event), last_poll)).catch_unwind();
        let result = match tokio::time::timeout(function.timeout, work).await {
            Ok(Ok(Some(Ok(answer)))) => Ok(answer),
            Ok(Ok(Some(Err(error)))) => Err(InvokeError::Failed(error)),
            Ok(Ok(None)) => {
                self.run.faults.count(Fault::Crash);
                Err(InvokeError::Crashed)
            }
            Ok(Err(_)) => {
                self.run.panicked(&warm.who);
                Err(InvokeError::Crashed)
            }
            Err(_) => Err(InvokeError::TimedOut),
        };
        // In virtual time: that of the calls, and none of the code.
        self.run.cloud().usage.invocation(&Invocation {
            function: id,
            memory_mb: function.memory_mb,
            time: (self.run.now() - begun).to_std().unwrap_or_default(),
            init: None,
            failed: result.is_err(),
        });
        match &result {
            Ok(answer) => {
                reports::done(reports, answer, self.run.now(), &mut self.run.history());
                let failed = String::from_utf8_lossy(answer).contains("itemIdentifier");
                let failed = if failed { " with failures" } else { "" };
                self.run.note(format_args!("{} ends{failed}", warm.who));
            }
            Err(error) => self.run.note(format_args!("{} is over: {error}", warm.who)),
        }
        let mut all = self.standing.borrow_mut();
        let standing = all.entry(id.to_owned()).or_default();
        standing.busy -= 1;
        if matches!(result, Ok(_) | Err(InvokeError::Failed(_))) {
            standing.idle.push(warm);
        }
        result
    }

    /// An instance that waits, or a new one.
    fn instance(&self, id: &str, function: &aws::template::FunctionResource) -> Result<Warm, InvokeError> {
        let number = {
            let mut all = self.standing.borrow_mut();
            let standing = all.entry(id.to_owned()).or_default();
            if let Some(warm) = standing.idle.pop() {
                return Ok(warm);
            }
            standing.started += 1;
            standing.started
        };
        let program = function.program();
        let missing = || InvokeError::Missing(id.to_owned());
        let start = self.functions.get(program).ok_or_else(missing)?;
        let who: Arc<str> = format!("{program}#{number}").into();
        let concerned = Concerned::default();
        let network =
            Network::of_instance(self.run.clone(), who.clone(), concerned.clone(), self.roles.get(id).cloned());
        let variables = function.environment.0.clone();
        let parts = parts(&self.run, variables, network, Chance::seeded(self.rng.borrow_mut().u64(..)));
        let instance = start(parts).map_err(|error| InvokeError::Failed(error.to_string()))?;
        Ok(Warm { who, instance, concerned })
    }

    /// Notes whose data the event is about.
    fn concern(&self, warm: &Warm, event: &[u8]) {
        let said = String::from_utf8_lossy(event);
        let concerned = self
            .run
            .businesses()
            .iter()
            .filter(|business| business.is_named_in(&said))
            .map(|business| business.id.clone());
        *warm.concerned.lock().unwrap_or_else(PoisonError::into_inner) = concerned.collect();
    }
}

/// The parts that an instance is made of.
pub fn parts(run: &Arc<Run>, variables: BTreeMap<String, String>, network: Network, chance: Chance) -> Parts {
    let all = variables.into_iter().chain(environment(&addresses()));
    let all: Vec<(String, String)> = all.collect();
    let network: Arc<dyn kit::http::Http> = Arc::new(network);
    Parts {
        env: Env::from_pairs(all.iter().map(|(name, value)| (name.as_str(), value.as_str()))),
        clock: Clock::tokio(run.now()),
        chance,
        http: network.clone(),
        aws_http: network,
        retry_partition: Some(RetryPartition::custom("instance").build()),
        meter: Meter::default(),
    }
}

/// The addresses at which functions find everything.
#[must_use]
pub fn addresses() -> Addresses {
    Addresses { public: AWS.to_owned(), outside: OUTSIDE.to_owned() }
}

/// The work's result, or nothing if it was dropped after poll `last_poll`.
async fn crashing<T>(work: impl Future<Output = T>, last_poll: Option<u64>) -> Option<T> {
    let mut work = Box::pin(work);
    let mut polls = 0;
    poll_fn(|context| match work.as_mut().poll(context) {
        Poll::Ready(result) => Poll::Ready(Some(result)),
        Poll::Pending if last_poll == Some(polls) => Poll::Ready(None),
        Poll::Pending => {
            polls += 1;
            Poll::Pending
        }
    })
    .await
}
