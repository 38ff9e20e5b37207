//! What a run writes down at its end and takes up at its next start.

use std::collections::BTreeMap;

use aws::pollers::StreamSource;
use aws::queues::Dump;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use world::Kept;

use crate::data::{Data, DataError};
use crate::parts::Parts;

/// Name of the file with what waits.
const WAITING: &str = "waiting.json";
/// Name of the file with the outside.
const OUTSIDE: &str = "outside.json";

/// What waits in queues and streams.
#[derive(Serialize, Deserialize)]
struct Waiting {
    queues: Dump,
    streams: Value,
    checkpoints: BTreeMap<String, String>,
}

impl Parts {
    /// Takes up what the last run left in `data`.
    pub(crate) fn take_up(&self, data: &Data) {
        if let Some(waiting) = data.load::<Waiting>(WAITING) {
            self.queues.restore(waiting.queues);
            self.dynamodb.load_streams(&waiting.streams);
            self.checkpoints.restore(waiting.checkpoints);
        }
        // What waits is handed over once: a run that ends badly must not bring it twice.
        data.forget(WAITING);
        if let Some(kept) = data.load::<Kept>(OUTSIDE) {
            self.world.recall(kept);
        }
    }

    /// Writes down senders, chats and what was accepted; gateways do not forget because a laptop does.
    pub(crate) fn keep_outside(&self, data: &Data) -> Result<(), DataError> {
        data.save(OUTSIDE, &self.world.keep())
    }

    /// Writes down everything that waits.
    pub(crate) fn keep_waiting(&self, data: &Data) -> Result<(), DataError> {
        self.trim_streams();
        let waiting = Waiting {
            queues: self.queues.dump(),
            streams: self.dynamodb.save_streams(),
            checkpoints: self.checkpoints.dump(),
        };
        data.save(WAITING, &waiting)
    }

    /// Forgets the changes that every function has seen.
    pub(crate) fn trim_streams(&self) {
        for table in &self.streamed {
            let mappings = self.stream_mappings.iter().filter(|mapping| mapping.table == *table);
            let seen: Vec<_> = mappings.map(|mapping| self.checkpoints.get(&mapping.name)).collect();
            // Sequence numbers are of one length, so the least text is the least number.
            let done = if seen.is_empty() { self.dynamodb.latest(table) } else { seen.into_iter().min().flatten() };
            if let Some(done) = done {
                self.dynamodb.trim_stream(table, &done);
            }
        }
    }

    /// Whether every change has been seen.
    pub(crate) fn streams_are_read(&self) -> bool {
        self.stream_mappings.iter().all(|mapping| {
            let seen = self.checkpoints.get(&mapping.name);
            self.dynamodb.records(&mapping.table, seen.as_deref(), 1).is_empty()
        })
    }
}
