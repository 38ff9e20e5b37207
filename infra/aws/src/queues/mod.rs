//! Queues as SQS has them: standard with fair groups and FIFO, delays, visibility, dead letters, retention.

mod check;
pub(crate) mod digest;
mod queue;
mod refusal;
mod state;
mod types;

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use chrono::{DateTime, TimeDelta, Utc};
use serde::{Deserialize, Serialize};

use crate::{
    clock::Clock,
    observe::{Observe, chunks},
};
pub(crate) use check::bytes;
use queue::Queue;
pub use refusal::Refusal;
use state::State;
pub use types::{
    Attribute, Attributes, Depth, Dump, Message, NewMessage, Peeked, QueueConfig, Received, Redrive, Sent, Standing,
};

/// Something that goes wrong at a queue as often as it was asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum QueueFault {
    /// A send, single or batch, is answered with 500 and does nothing.
    RefuseSend,
    /// A send is done and its answer lost.
    LoseSendAnswer,
    /// The first entry of a batch of sends fails.
    RefuseEntry,
    /// A deletion is answered as done and not done, so that the message comes again.
    LoseDelete,
    /// A received message stays visible, so that it is delivered twice.
    DeliverTwice,
}

/// All queues; a clone is another handle to the same ones. Queues are named by their physical names.
#[derive(Clone)]
pub struct Queues {
    shared: Arc<Shared>,
}

struct Shared {
    clock: Clock,
    observe: Arc<dyn Observe>,
    state: Mutex<State>,
}

impl Queues {
    /// No queues yet; ids and receipts come from `rng`.
    pub fn new(clock: Clock, rng: fastrand::Rng, observe: Arc<dyn Observe>) -> Self {
        Self { shared: Arc::new(Shared { clock, observe, state: Mutex::new(State::new(rng)) }) }
    }

    /// Makes a queue; one that is there must be the same.
    pub fn create(&self, config: QueueConfig) -> Result<(), Refusal> {
        let now = self.shared.clock.now();
        self.state().create(config, now)
    }

    /// Names of all queues, in order.
    pub fn names(&self) -> Vec<String> {
        self.state().names()
    }

    /// The settings of a queue, and the time at which it was made.
    pub fn config(&self, queue: &str) -> Result<(QueueConfig, DateTime<Utc>), Refusal> {
        self.with(queue, |queue, _| Ok((queue.config.clone(), queue.created_at)))
    }

    /// Puts a message into a queue.
    pub fn send(&self, queue: &str, message: NewMessage) -> Result<Sent, Refusal> {
        let now = self.shared.clock.now();
        self.state().send(queue, message, now)
    }

    /// Receives what can be had at once, at most `most`, hidden for so many seconds (the queue's own if `None`).
    pub fn receive(&self, queue: &str, most: usize, visibility: Option<i64>) -> Result<Vec<Received>, Refusal> {
        let now = self.shared.clock.now();
        self.state().receive(queue, most, visibility, now)
    }

    /// Waits until something can be received or the time has come; tells whether there is something.
    pub async fn wait(&self, queue: &str, until: DateTime<Utc>) -> Result<bool, Refusal> {
        let changed = self.state().changed(queue)?;
        loop {
            let changed = changed.notified();
            let now = self.shared.clock.now();
            let (ready, timer) = self.state().outlook(queue, now)?;
            if ready || now >= until {
                return Ok(ready);
            }
            let next = timer.map_or(until, |timer| timer.min(until));
            tokio::select! {
                biased;
                () = changed => {}
                () = self.shared.clock.sleep_until(next) => {}
            }
        }
    }

    /// Receives as [`Queues::receive`], waiting for the first message at most so many seconds.
    pub async fn receive_within(
        &self,
        queue: &str,
        most: usize,
        visibility: Option<i64>,
        seconds: i64,
    ) -> Result<Vec<Received>, Refusal> {
        let until = self.shared.clock.now() + TimeDelta::seconds(seconds);
        loop {
            let received = self.receive(queue, most, visibility)?;
            if !received.is_empty() || !self.wait(queue, until).await? {
                return Ok(received);
            }
        }
    }

    /// Deletes a received message by its receipt handle.
    pub fn delete(&self, queue: &str, receipt_handle: &str) -> Result<(), Refusal> {
        if self.strikes(queue, QueueFault::LoseDelete) {
            return Ok(());
        }
        let now = self.shared.clock.now();
        self.state().delete(queue, receipt_handle, now)
    }

    /// Hides a received message for so many seconds from now.
    pub fn change_visibility(&self, queue: &str, receipt_handle: &str, seconds: i64) -> Result<(), Refusal> {
        let now = self.shared.clock.now();
        self.state().change_visibility(queue, receipt_handle, seconds, now)
    }

    /// Deletes all messages of a queue.
    pub fn purge(&self, queue: &str) -> Result<(), Refusal> {
        self.with(queue, |queue, _| {
            queue.purge();
            Ok(())
        })
    }

    /// Moves the visible messages of a dead-letter queue as new ones to a queue, or each to where it failed; tells how
    /// many. Refused if no queue has it for its dead letters.
    pub fn redrive(&self, dead_letters: &str, to: Option<&str>) -> Result<usize, Refusal> {
        let now = self.shared.clock.now();
        self.state().redrive(dead_letters, to, now)
    }

    /// The number of messages that wait, by queue.
    pub fn depths(&self) -> BTreeMap<String, Depth> {
        let now = self.shared.clock.now();
        self.state().depths(now)
    }

    /// The first messages of a queue, without receiving them.
    pub fn peek(&self, queue: &str, most: usize) -> Result<Vec<Peeked>, Refusal> {
        self.with(queue, |queue, _| Ok(queue.peek(most)))
    }

    /// Everything that waits.
    pub fn dump(&self) -> Dump {
        self.state().dump()
    }

    /// Puts back what a [`Queues::dump`] holds into queues that are there; those that are not are passed over.
    pub fn restore(&self, dump: Dump) {
        let now = self.shared.clock.now();
        self.state().restore(dump, now);
    }

    /// Lets something go wrong at a queue the next so many times; 0 ends it.
    pub fn inject(&self, queue: &str, fault: QueueFault, times: usize) {
        self.state().inject(queue, fault, times);
    }

    /// The faults that are still to strike, each with its queue and the number of times that are left.
    #[must_use]
    pub fn faults(&self) -> Vec<(String, QueueFault, usize)> {
        self.state().faults()
    }

    /// Whether this is the time for something to go wrong; counts it.
    pub(crate) fn strikes(&self, queue: &str, fault: QueueFault) -> bool {
        self.state().strikes(queue, fault)
    }

    /// A random id in the form of those of AWS.
    pub(crate) fn new_id(&self) -> String {
        self.state().new_id()
    }

    pub(crate) fn clock(&self) -> &Clock {
        &self.shared.clock
    }

    /// Tells the observer of a billed request with so many bytes.
    pub(crate) fn count(&self, queue: &str, action: &str, bytes: usize) {
        self.shared.observe.queue_requests(queue, action, chunks(bytes));
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.shared.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn with<T>(
        &self,
        queue: &str,
        act: impl FnOnce(&mut Queue, DateTime<Utc>) -> Result<T, Refusal>,
    ) -> Result<T, Refusal> {
        let now = self.shared.clock.now();
        act(self.state().settled(queue, now)?, now)
    }
}

#[cfg(test)]
mod tests;
