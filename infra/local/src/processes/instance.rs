//! One process of a function and the invocation that it is at.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use aws::invoke::InvokeError;
use bytes::Bytes;
use tokio::sync::{Notify, mpsc, oneshot, watch};
use tokio::time::Instant;

/// Longest init of an instance, as Lambda has it.
const INIT_LIMIT: Duration = Duration::from_secs(10);

/// An invocation that the runtime API hands to the process.
pub(super) struct Handed {
    pub(super) request_id: String,
    pub(super) payload: Bytes,
    /// Told when the process has it.
    pub(super) delivered: oneshot::Sender<()>,
}

/// The invocation that a process is at.
struct Current {
    request_id: String,
    result: oneshot::Sender<Result<Bytes, InvokeError>>,
}

/// A process of a function.
pub(super) struct Instance {
    pub(super) number: u64,
    /// The clock's jump at its start; an instance of another time is not used again.
    pub(super) epoch: i64,
    spawned_at: Instant,
    /// The end of its last invocation.
    idle_since: Mutex<Instant>,
    ready: Mutex<Option<Duration>>,
    billed_init: AtomicBool,
    hand: mpsc::Sender<Handed>,
    handed: tokio::sync::Mutex<mpsc::Receiver<Handed>>,
    current: Mutex<Option<Current>>,
    doomed: AtomicBool,
    kill: Notify,
    ended: watch::Sender<bool>,
}

/// The end of an attempt to invoke.
pub(super) struct InvocationEnd {
    pub(super) result: Result<Bytes, InvokeError>,
    /// Whether the process had the event; if not, another may try.
    pub(super) delivered: bool,
    /// Time of the handler.
    pub(super) time: Duration,
    /// Time of the init, to whom it is billed.
    pub(super) init: Option<Duration>,
}

impl Instance {
    pub(super) fn new(number: u64, epoch: i64) -> Self {
        let (hand, handed) = mpsc::channel(1);
        Self {
            number,
            epoch,
            spawned_at: Instant::now(),
            idle_since: Mutex::new(Instant::now()),
            ready: Mutex::default(),
            billed_init: AtomicBool::new(false),
            hand,
            handed: tokio::sync::Mutex::new(handed),
            current: Mutex::default(),
            doomed: AtomicBool::new(false),
            kill: Notify::new(),
            ended: watch::Sender::new(false),
        }
    }

    /// Gives the event to the process and waits for its result; a process that takes too long is killed.
    pub(super) async fn run(&self, request_id: String, payload: Bytes, limit: Duration) -> InvocationEnd {
        let (result, mut answer) = oneshot::channel();
        let (delivered, mut delivery) = oneshot::channel();
        *lock(&self.current) = Some(Current { request_id: request_id.clone(), result });
        let mut ended = self.ended.subscribe();
        let handed = self.hand.send(Handed { request_id, payload, delivered }).await;
        let started = tokio::select! {
            biased;
            delivery = &mut delivery => delivery.is_ok() && handed.is_ok(),
            _ = ended.wait_for(|ended| *ended) => false,
            () = tokio::time::sleep(INIT_LIMIT) => false,
        };
        let init = self.take_init();
        if !started {
            self.kill();
            return InvocationEnd { result: Err(InvokeError::Crashed), delivered: false, time: Duration::ZERO, init };
        }
        let begun = Instant::now();
        let result = tokio::select! {
            biased;
            result = &mut answer => result.unwrap_or(Err(InvokeError::Crashed)),
            _ = ended.wait_for(|ended| *ended) => Err(InvokeError::Crashed),
            () = tokio::time::sleep(limit) => Err(InvokeError::TimedOut),
        };
        lock(&self.current).take();
        *lock(&self.idle_since) = Instant::now();
        if matches!(result, Err(InvokeError::TimedOut)) {
            self.kill();
        }
        InvocationEnd { result, delivered: true, time: begun.elapsed().min(limit), init }
    }

    /// The next event for the process; waits until there is one.
    pub(super) async fn next(&self) -> Option<Handed> {
        lock(&self.ready).get_or_insert_with(|| self.spawned_at.elapsed());
        self.handed.lock().await.recv().await
    }

    /// The process has a result for `request_id`; `false` if nobody waits for it.
    pub(super) fn settle(&self, request_id: &str, result: Result<Bytes, InvokeError>) -> bool {
        let mut current = lock(&self.current);
        match current.take_if(|current| current.request_id == request_id) {
            Some(current) => current.result.send(result).is_ok(),
            None => false,
        }
    }

    /// `kill -9`.
    pub(super) fn kill(&self) {
        self.doomed.store(true, Ordering::SeqCst);
        self.kill.notify_one();
    }

    /// Waits for [`Self::kill`].
    pub(super) async fn killed(&self) {
        self.kill.notified().await;
    }

    /// The process is gone.
    pub(super) fn end(&self) {
        self.ended.send_replace(true);
    }

    /// Whether it is gone or about to be.
    pub(super) fn is_lost(&self) -> bool {
        self.doomed.load(Ordering::SeqCst) || *self.ended.borrow()
    }

    /// The time since its last invocation.
    pub(super) fn idle_for(&self) -> Duration {
        lock(&self.idle_since).elapsed()
    }

    /// Whether the process has asked for an event at least once.
    pub(super) fn was_ready(&self) -> bool {
        lock(&self.ready).is_some()
    }

    fn take_init(&self) -> Option<Duration> {
        if self.billed_init.swap(true, Ordering::Relaxed) { None } else { *lock(&self.ready) }
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
