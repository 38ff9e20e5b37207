use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

/// The position of each stream mapping; a clone is another handle to the same positions.
#[derive(Clone, Debug, Default)]
pub struct Checkpoints(Arc<Mutex<BTreeMap<String, String>>>);

impl Checkpoints {
    /// Sequence number of the last change that a mapping is done with.
    pub fn get(&self, mapping: &str) -> Option<String> {
        self.all().get(mapping).cloned()
    }

    /// Notes how far a mapping has come.
    pub fn set(&self, mapping: &str, sequence_number: &str) {
        self.all().insert(mapping.to_owned(), sequence_number.to_owned());
    }

    /// All of them by mapping, for `--data`.
    pub fn dump(&self) -> BTreeMap<String, String> {
        self.all().clone()
    }

    /// Puts back what a [`Checkpoints::dump`] holds.
    pub fn restore(&self, dump: BTreeMap<String, String>) {
        self.all().extend(dump);
    }

    fn all(&self) -> MutexGuard<'_, BTreeMap<String, String>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
