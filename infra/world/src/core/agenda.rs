//! The things that are due, each with its time.

use crate::core::chat::Tick;
use crate::core::session_life::Step;
use crate::core::update::{Delivery, Update};
use std::collections::BTreeMap;
use tokio::time::Instant;

pub(crate) enum Due {
    /// A message of a business comes one step further.
    Advance { sender: String, person: String, id: String, tick: Tick, error: Option<u32> },
    /// An update that was late is posted.
    Post { sender: String, update: Box<Update> },
    /// Updates that were held are posted.
    Release { sender: String },
    /// The updates that have gathered for a sender go out.
    Flush { sender: String },
    /// A webhook goes out.
    Deliver(Delivery),
    /// A gateway's challenge goes out.
    Verify { sender: String, attempts: u32 },
    /// A session goes on by itself, unless its turn is over.
    Session { sender: String, turn: u64, step: Step },
}

/// The things that are due, by time; at the same time in the order they were put.
#[derive(Default)]
pub(crate) struct Agenda {
    entries: BTreeMap<(Instant, u64), Due>,
    count: u64,
}

impl Agenda {
    pub fn at(&mut self, time: Instant, due: Due) {
        self.count += 1;
        self.entries.insert((time, self.count), due);
    }

    pub fn next(&self) -> Option<Instant> {
        self.entries.keys().next().map(|(time, _)| *time)
    }

    pub fn take(&mut self, now: Instant) -> Option<Due> {
        if self.next()? > now { None } else { self.entries.pop_first().map(|(_, due)| due) }
    }
}
