use std::sync::Arc;

use serde_json::Value;
use tokio::sync::Notify;

/// The source of a table's changes; `dynamodb` offers it.
pub trait StreamSource: Send + Sync {
    /// Changes of a table (its physical name) after a sequence number, oldest first, from the oldest that is kept if
    /// `None`; at most `limit`, each shaped as in Lambda's event, `eventSourceARN` included.
    fn records(&self, table: &str, after: Option<&str>, limit: usize) -> Vec<Value>;

    /// Sequence number of a table's latest change.
    fn latest(&self, table: &str) -> Option<String>;

    /// The handle whose `notify_waiters` is called after any table has changed.
    fn changed(&self) -> Arc<Notify>;
}
