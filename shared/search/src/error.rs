//! What can go wrong with the objects of an index.

/// A failure of the index. None names a customer.
#[derive(Debug, thiserror::Error)]
pub enum SearchError {
    /// Another writer has committed on top of the base. Open or refresh, and commit again.
    #[error("another commit came first")]
    Conflict,
    /// The store did not answer as it should. Whether a write took place is not known.
    #[error("the object store failed: {0}")]
    Store(#[from] object_store::Error),
    /// An object is not what was written.
    #[error("the object {object} is damaged: {reason}")]
    Damaged {
        /// Its path.
        object: String,
        /// The first thing that is wrong with it.
        reason: Damage,
    },
    /// An object that the newest manifest names is not there.
    #[error("the object {object} is missing")]
    Missing {
        /// Its path.
        object: String,
    },
}

impl SearchError {
    /// Whether an object of the index is not what was written, or not there. A human has to look.
    #[must_use]
    pub fn is_damage(&self) -> bool {
        matches!(self, Self::Damaged { .. } | Self::Missing { .. })
    }
}

/// The first thing that is wrong with the bytes of an object.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct Damage(pub(crate) &'static str);
