//! A server of language models, as OpenAI's own, below `/model/v1`: responses, also as streams, kept conversations, the
//! words of recordings, and the list of models. What it says is decided by rules: a run says the same each time.

mod ask;
mod compact;
mod conversations;
mod fault;
mod fields;
mod items;
mod listing;
mod mind;
mod models;
mod problem;
mod record;
pub(crate) mod requests;
mod respond;
mod response;
mod schema;
mod shelf;
mod stream;
mod tools;
pub(crate) mod transcription;

#[cfg(test)]
mod tests;

pub use ask::{ModelRole, ModelTurn};
pub use fault::{ModelEndpoint, ModelFault, ModelRule, StandingModelRule};
pub use record::{ModelCounts, ModelRequest};
pub use response::ModelStatus;

use crate::core::world::World;
use fault::Rules;
use record::Record;
use serde::{Deserialize, Serialize};
use shelf::Shelf;
use std::sync::{Mutex, MutexGuard, PoisonError};

/// Its name in paths.
pub(crate) const NAME: &str = "model";
/// The key that requests must bear, unless the world is told another.
const USUAL_KEY: &str = "world-model-key";

/// The state of the server.
pub(crate) struct Model {
    state: Mutex<State>,
}

struct State {
    key: String,
    record: Record,
    shelf: Shelf,
    rules: Rules,
    rng: fastrand::Rng,
}

/// The part that must not be forgotten when a run ends.
#[derive(Default, Serialize, Deserialize)]
pub(crate) struct Kept {
    #[serde(flatten)]
    record: Record,
    #[serde(default)]
    shelf: Shelf,
}

impl Model {
    pub fn new(seed: u64) -> Self {
        let rng = fastrand::Rng::with_seed(seed.rotate_left(16));
        let (record, shelf, rules) = (Record::default(), Shelf::default(), Rules::default());
        let state = State { key: USUAL_KEY.to_owned(), record, shelf, rules, rng };
        Self { state: Mutex::new(state) }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub fn keep(&self) -> Kept {
        let state = self.state();
        Kept { record: state.record.clone(), shelf: state.shelf.clone() }
    }

    pub fn recall(&self, kept: Kept) {
        let mut state = self.state();
        state.record.recall(kept.record);
        state.shelf = kept.shelf;
    }

    /// Remembers at most so many requests; the oldest are forgotten.
    pub fn remember(&self, most: usize) {
        self.state().record.remember(most);
    }
}

impl World {
    /// Gives the server of language models another key.
    pub fn set_model_key(&self, key: &str) {
        key.clone_into(&mut self.inner.model.state().key);
    }

    /// The requests for an answer of a language model, in the order they came.
    #[must_use]
    pub fn model_requests(&self) -> Vec<ModelRequest> {
        self.inner.model.state().record.requests().cloned().collect()
    }

    /// The counts of the server of language models.
    #[must_use]
    pub fn model_counts(&self) -> ModelCounts {
        self.inner.model.state().record.counts()
    }

    /// Sets a rule for what goes wrong at the server of language models; answers its id.
    pub fn set_model_fault(&self, rule: ModelRule) -> u64 {
        self.inner.model.state().rules.set(rule)
    }

    /// Clears a rule, or all. Answers whether there was one.
    pub fn clear_model_fault(&self, id: Option<u64>) -> bool {
        self.inner.model.state().rules.clear(id)
    }

    /// The rules of the server of language models that were set and not cleared.
    #[must_use]
    pub fn model_faults(&self) -> Vec<StandingModelRule> {
        self.inner.model.state().rules.list()
    }
}
