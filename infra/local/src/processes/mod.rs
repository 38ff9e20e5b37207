//! The functions as processes: each function's own program behind the Lambda Runtime API, started at its first event,
//! more of them while more is asked, killed when it takes too long or when somebody wants to see what happens then.

mod group;
mod instance;
mod logs;
mod runtime_api;

#[cfg(test)]
mod tests;

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::process::Stdio;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, SystemTime};

use async_trait::async_trait;
use aws::clock::Clock;
use aws::invoke::{Invoke, InvokeError};
use aws::usage::{Invocation, Usage};
use bytes::Bytes;
use chrono::{DateTime, Utc};
use serde::Serialize;
use tokio::net::TcpListener;
use tokio::process::{Child, Command};
use tokio::sync::Semaphore;
use uuid::Uuid;

pub use logs::{LogLine, Logs};

use group::Group;
use instance::Instance;

/// A function and how it is run.
#[derive(Clone)]
pub struct Spec {
    /// Name, which is that of its program.
    pub name: String,
    /// Path of its program.
    pub program: PathBuf,
    /// The time that an invocation may take.
    pub timeout: Duration,
    /// Its memory in MB, for the bill.
    pub memory_mb: u32,
    /// The most processes that it may have at once.
    pub most: usize,
    /// Its whole environment, except for its own name.
    pub environment: BTreeMap<String, String>,
}

/// All functions by their logical ids; a clone is another handle to the same ones.
#[derive(Clone)]
pub struct Processes {
    inner: Arc<Inner>,
}

/// The processes of a function, counted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Standing {
    /// Name of the function, which is that of its program.
    pub name: String,
    /// Processes that run, at work or not.
    pub instances: usize,
    /// Processes with an invocation at hand.
    pub busy: usize,
}

struct Inner {
    functions: BTreeMap<String, FunctionProcesses>,
    address: SocketAddr,
    group: tokio::sync::Mutex<Group>,
    group_id: i32,
    logs: Logs,
    usage: Arc<Usage>,
    clock: Clock,
    next_number: AtomicU64,
}

struct FunctionProcesses {
    spec: Spec,
    slots: Semaphore,
    instances: Mutex<Vec<Arc<Instance>>>,
    idle: Mutex<Vec<Arc<Instance>>>,
}

impl Processes {
    /// Functions by logical id, none of them started; serves the runtime API on a port of its own while it lives.
    pub async fn new(
        functions: BTreeMap<String, Spec>,
        clock: Clock,
        usage: Arc<Usage>,
        logs: Logs,
    ) -> std::io::Result<(Self, impl Future<Output = ()> + Send + use<>)> {
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        let group = Group::start()?;
        let function = |spec: Spec| FunctionProcesses {
            slots: Semaphore::new(spec.most),
            spec,
            instances: Mutex::default(),
            idle: Mutex::default(),
        };
        let inner = Arc::new(Inner {
            functions: functions.into_iter().map(|(id, spec)| (id, function(spec))).collect(),
            address: listener.local_addr()?,
            group_id: group.id(),
            group: tokio::sync::Mutex::new(group),
            logs,
            usage,
            clock,
            next_number: AtomicU64::new(1),
        });
        let serving = crate::serve::serve(listener, runtime_api::router(inner.clone()));
        Ok((Self { inner }, serving))
    }

    /// The standing of the functions, in order of their logical ids.
    pub fn standing(&self) -> Vec<Standing> {
        self.inner.functions.values().map(FunctionProcesses::standing).collect()
    }

    /// Kills all processes of a function (by logical id or name) with -9; `None` if there is no such function.
    pub fn kill(&self, function: &str) -> Option<usize> {
        let (id, found) = self
            .inner
            .functions
            .get_key_value(function)
            .or_else(|| self.inner.functions.iter().find(|(_, found)| found.spec.name == function))?;
        let instances: Vec<_> = lock(&found.instances).iter().filter(|instance| !instance.is_lost()).cloned().collect();
        instances.iter().for_each(|instance| instance.kill());
        tracing::info!(function = id, "killed {} processes", instances.len());
        Some(instances.len())
    }

    /// Ends the processes that have had nothing to do for so long, as Lambda does with its environments.
    pub fn end_idle(&self, longest: Duration) {
        for function in self.inner.functions.values() {
            lock(&function.idle).retain(|instance| {
                let stays = instance.idle_for() < longest;
                if !stays {
                    instance.kill();
                }
                stays
            });
        }
    }

    /// The lines that the functions wrote.
    pub fn logs(&self) -> &Logs {
        &self.inner.logs
    }

    /// Lets every process be killed, without waiting.
    pub fn abandon(&self) {
        if let Ok(mut group) = self.inner.group.try_lock() {
            group.let_go();
        }
    }

    /// Kills every process and waits until they are gone.
    pub async fn end(&self) {
        self.inner.group.lock().await.end().await;
        let all = |function: &FunctionProcesses| lock(&function.instances).is_empty();
        while !self.inner.functions.values().all(all) {
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
    }
}

#[async_trait]
impl Invoke for Processes {
    async fn invoke(&self, function: &str, payload: Bytes) -> Result<Bytes, InvokeError> {
        let (inner, function) = (self.inner.clone(), function.to_owned());
        // The caller may go away; the function works on.
        let invocation = tokio::spawn(async move { inner.invoke(&function, payload).await });
        invocation.await.unwrap_or(Err(InvokeError::Crashed))
    }
}

impl Inner {
    async fn invoke(self: &Arc<Self>, id: &str, payload: Bytes) -> Result<Bytes, InvokeError> {
        let function = self.functions.get(id).ok_or_else(|| InvokeError::Missing(id.to_owned()))?;
        let _slot = function.slots.acquire().await.map_err(|_| InvokeError::Throttled)?;
        loop {
            let (instance, fresh) = match self.idle(function) {
                Some(instance) => (instance, false),
                None => (self.spawn(id, function)?, true),
            };
            let request_id = Uuid::now_v7().to_string();
            let outcome = instance.run(request_id, payload.clone(), function.spec.timeout).await;
            if !outcome.delivered && !fresh {
                continue;
            }
            if outcome.delivered && !instance.is_lost() {
                lock(&function.idle).push(instance);
            }
            self.usage.invocation(&Invocation {
                function: &function.spec.name,
                memory_mb: function.spec.memory_mb,
                time: outcome.time,
                init: outcome.init,
                failed: outcome.result.is_err(),
            });
            if let Err(error) = &outcome.result {
                tracing::warn!("{}: {error}", function.spec.name);
            }
            return outcome.result;
        }
    }

    /// The instance that was idle for the shortest time and still lives in the present.
    fn idle(&self, function: &FunctionProcesses) -> Option<Arc<Instance>> {
        let epoch = self.epoch();
        loop {
            let instance = lock(&function.idle).pop()?;
            if instance.epoch == epoch && !instance.is_lost() {
                return Some(instance);
            }
            instance.kill();
        }
    }

    /// Changes whenever the clock jumps.
    fn epoch(&self) -> i64 {
        self.clock.skipped().num_milliseconds()
    }

    /// Seconds by which the clock is ahead of this machine's; `None` if it shows the same time.
    fn clock_offset(&self) -> Option<i64> {
        let ahead = (self.clock.now() - DateTime::<Utc>::from(SystemTime::now())).num_milliseconds();
        let seconds = (ahead + ahead.signum() * 500) / 1_000;
        (seconds != 0).then_some(seconds)
    }

    fn spawn(self: &Arc<Self>, id: &str, function: &FunctionProcesses) -> Result<Arc<Instance>, InvokeError> {
        let number = self.next_number.fetch_add(1, Ordering::Relaxed);
        let instance = Arc::new(Instance::new(number, self.epoch()));
        lock(&function.instances).push(instance.clone());
        match self.command(id, function, number).spawn() {
            Ok(child) => {
                tokio::spawn(self.clone().watch(id.to_owned(), instance.clone(), child));
                Ok(instance)
            }
            Err(error) => {
                lock(&function.instances).retain(|other| other.number != number);
                tracing::error!("function {} does not start: {error}", function.spec.name);
                Err(InvokeError::Missing(function.spec.name.clone()))
            }
        }
    }

    fn command(&self, id: &str, function: &FunctionProcesses, number: u64) -> Command {
        let Spec { name, program, memory_mb, environment, .. } = &function.spec;
        let root = program.parent().map(PathBuf::from).unwrap_or_default();
        let mut command = Command::new(program);
        command
            .env_clear()
            .envs(environment)
            .env("AWS_LAMBDA_RUNTIME_API", format!("http://{}/runtime/{id}/{number}", self.address))
            .env("AWS_LAMBDA_FUNCTION_NAME", name)
            .env("AWS_LAMBDA_FUNCTION_MEMORY_SIZE", memory_mb.to_string())
            .env("AWS_LAMBDA_FUNCTION_VERSION", "$LATEST")
            .env("AWS_LAMBDA_INITIALIZATION_TYPE", "on-demand")
            .env("AWS_LAMBDA_LOG_GROUP_NAME", format!("/aws/lambda/{name}"))
            .env("AWS_LAMBDA_LOG_STREAM_NAME", format!("laptop/[$LATEST]{number}"))
            .env("_HANDLER", "bootstrap")
            .env("LAMBDA_TASK_ROOT", &root)
            .env("LAMBDA_RUNTIME_DIR", &root)
            .envs(self.clock_offset().map(|seconds| ("CLOCK_OFFSET_SECONDS", seconds.to_string())))
            .current_dir(&root)
            .process_group(self.group_id)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .kill_on_drop(true);
        command
    }

    /// Follows a process to its end.
    async fn watch(self: Arc<Self>, id: String, instance: Arc<Instance>, mut child: Child) {
        let Some(function) = self.functions.get(&id) else { return };
        let name = &function.spec.name;
        if let Some(output) = child.stdout.take() {
            tokio::spawn(self.logs.clone().follow(name.clone(), output));
        }
        let errors = child.stderr.take().map(|output| tokio::spawn(self.logs.clone().follow(name.clone(), output)));
        let status = tokio::select! {
            status = child.wait() => status.map_or_else(|error| error.to_string(), |status| status.to_string()),
            () = instance.killed() => {
                // A process that is gone already cannot be killed again.
                let _ = child.kill().await;
                "killed".to_owned()
            }
        };
        if !instance.was_ready() && status != "killed" {
            if let Some(errors) = errors {
                // Its last line says why.
                let _ = tokio::time::timeout(Duration::from_secs(1), errors).await;
            }
            let last = self.logs.last_of(name).map(|line| format!(": {line}")).unwrap_or_default();
            tracing::error!("function {name} does not start, {status}{last}");
        }
        lock(&function.idle).retain(|other| other.number != instance.number);
        lock(&function.instances).retain(|other| other.number != instance.number);
        instance.end();
    }

    fn find(&self, id: &str, number: u64) -> Option<(&FunctionProcesses, Arc<Instance>)> {
        let function = self.functions.get(id)?;
        let instances = lock(&function.instances);
        let instance = instances.iter().find(|instance| instance.number == number)?.clone();
        Some((function, instance))
    }
}

impl FunctionProcesses {
    fn standing(&self) -> Standing {
        let busy = self.spec.most - self.slots.available_permits();
        Standing { name: self.spec.name.clone(), instances: lock(&self.instances).len(), busy }
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
