//! The things that a run writes down at its end and takes up at its next start.

use std::collections::BTreeMap;

use aws::queues::Dump;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use world::Kept;

use crate::book;
use crate::data::{Data, DataError};
use crate::parts::Parts;

/// Name of the file with what waits.
const WAITING: &str = "waiting.json";
const OUTSIDE: &str = "outside.json";

/// The messages and changes that wait in queues and streams.
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
            self.cloud.queues.restore(waiting.queues);
            self.cloud.dynamodb.load_streams(&waiting.streams);
            self.cloud.checkpoints.restore(waiting.checkpoints);
        }
        // The waiting messages are handed over once: a run that ends badly must not bring them twice.
        data.forget(WAITING);
        if let Some(kept) = data.load(book::KEPT) {
            self.book.take_up(kept);
        }
        if let Some(kept) = data.load::<Kept>(OUTSIDE) {
            self.cloud.world.recall(kept);
        }
    }

    /// Writes down senders, chats and what was accepted; gateways do not forget because a laptop does.
    pub(crate) fn keep_outside(&self, data: &Data) -> Result<(), DataError> {
        data.save(OUTSIDE, &self.cloud.world.keep())
    }

    /// Writes down everything that waits.
    pub(crate) fn keep_waiting(&self, data: &Data) -> Result<(), DataError> {
        self.cloud.trim_streams();
        let waiting = Waiting {
            queues: self.cloud.queues.dump(),
            streams: self.cloud.dynamodb.save_streams(),
            checkpoints: self.cloud.checkpoints.dump(),
        };
        data.save(WAITING, &waiting)
    }
}
