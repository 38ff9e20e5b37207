//! The customers of an index one after the other, to hold them against something else.

use crate::snapshot::Snapshot;
use domain::CustomerId;
use uuid::Uuid;

impl Snapshot {
    /// The customers behind this one in the order of their ids, at most so many; all from the first on without one.
    #[must_use]
    pub fn customers_after(&self, after: Option<CustomerId>, most: usize) -> Vec<CustomerId> {
        let after = after.map(|customer| customer.0.as_u128());
        let mut keys = Vec::new();
        for layer in &self.layers {
            let from = after.map_or(0, |key| layer.part.rows_until(key));
            let shown = (from..layer.part.len()).filter(|row| !layer.hidden.contains(*row));
            keys.extend(shown.take(most).map(|row| layer.part.key(row)));
        }
        keys.sort_unstable();
        keys.truncate(most);
        keys.into_iter().map(|key| CustomerId(Uuid::from_u128(key))).collect()
    }
}
