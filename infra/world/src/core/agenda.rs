//! What is due, and when.

use crate::core::chat::Tick;
use crate::core::update::{Delivery, Update};
use std::collections::BTreeMap;
use tokio::time::Instant;

/// Something that is due.
pub(crate) enum Due {
    /// A message of a business comes one step further.
    Advance { sender: String, person: String, id: String, tick: Tick, error: Option<u32> },
    /// An update that was late is posted.
    Post { sender: String, update: Update },
    /// Updates that were held are posted.
    Release { sender: String },
    /// What has gathered for a sender goes out.
    Flush { sender: String },
    /// A webhook goes out.
    Deliver(Delivery),
    /// A gateway's challenge goes out.
    Verify { sender: String, attempts: u32 },
}

/// What is due, by time; at the same time in the order it was put.
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
