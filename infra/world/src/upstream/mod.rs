//! The operator's own service, to which codes and the standing of sessions are delivered in batches: `POST
//! /upstream/api/qr/batch` and `POST /upstream/api/whatsapp/status/batch`. It has no gateway and no phone; it keeps what
//! it was told, and can go wrong by rules of its own.

mod batch;
mod fault;
mod record;
pub(crate) mod requests;

#[cfg(test)]
mod tests;

pub use batch::{Endpoint, Outcome};
pub use fault::{StandingUpstreamRule, UpstreamFault, UpstreamRule};
pub use record::{Batch, Effect, Told, UpstreamCounts};

use crate::core::world::World;
use fault::Rules;
use record::Record;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

/// Its name in paths.
pub(crate) const NAME: &str = "upstream";
/// The key that requests must bear, unless the world is told another.
const USUAL_KEY: &str = "world-upstream-key";

/// The state of the service.
pub(crate) struct Upstream {
    state: Mutex<State>,
}

struct State {
    key: String,
    record: Record,
    rules: Rules,
    rng: fastrand::Rng,
}

/// The part that must not be forgotten when a run ends.
#[derive(Default, Serialize, Deserialize)]
pub(crate) struct Kept(Record);

impl Upstream {
    pub fn new(seed: u64) -> Self {
        let rng = fastrand::Rng::with_seed(seed.rotate_left(32));
        let state = State { key: USUAL_KEY.to_owned(), record: Record::default(), rules: Rules::default(), rng };
        Self { state: Mutex::new(state) }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub fn keep(&self) -> Kept {
        Kept(self.state().record.clone())
    }

    pub fn recall(&self, kept: Kept) {
        self.state().record = kept.0;
    }

    /// Remembers so many batches and effects; the oldest are forgotten.
    pub fn remember(&self, most: usize) {
        self.state().record.remember(most);
    }
}

impl World {
    /// Gives the operator's service another key.
    pub fn set_upstream_key(&self, key: &str) {
        key.clone_into(&mut self.inner.upstream.state().key);
    }

    /// The batches that the operator's service was sent, in the order they came.
    #[must_use]
    pub fn upstream_batches(&self) -> Vec<Batch> {
        self.inner.upstream.state().record.batches().cloned().collect()
    }

    /// What took effect at the operator's service, by session and in order.
    #[must_use]
    pub fn upstream_effects(&self) -> BTreeMap<String, Vec<Effect>> {
        self.inner.upstream.state().record.effects()
    }

    /// The counts of the operator's service.
    #[must_use]
    pub fn upstream_counts(&self) -> UpstreamCounts {
        self.inner.upstream.state().record.counts()
    }

    /// Sets a rule for what goes wrong at the operator's service; answers its id.
    pub fn set_upstream_fault(&self, rule: UpstreamRule) -> u64 {
        self.inner.upstream.state().rules.set(rule)
    }

    /// Clears a rule, or all. Answers whether there was one.
    pub fn clear_upstream_fault(&self, id: Option<u64>) -> bool {
        self.inner.upstream.state().rules.clear(id)
    }

    /// The rules of the operator's service that were set and not cleared.
    #[must_use]
    pub fn upstream_faults(&self) -> Vec<StandingUpstreamRule> {
        self.inner.upstream.state().rules.list()
    }
}
