//! The door between what brings events and the functions; at the end of a run it closes, so that what is under way
//! ends well and nothing new begins.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

use async_trait::async_trait;
use aws::invoke::{Invoke, InvokeError};
use bytes::Bytes;

/// Passes calls on until it is closed.
pub(crate) struct Gate {
    functions: Arc<dyn Invoke>,
    closed: AtomicBool,
    passed: AtomicU64,
}

impl Gate {
    /// An open gate.
    pub(crate) fn new(functions: Arc<dyn Invoke>) -> Self {
        Self { functions, closed: AtomicBool::new(false), passed: AtomicU64::new(0) }
    }

    /// Lets no event through any more; an event that comes then waits for ever.
    pub(crate) fn close(&self) {
        self.closed.store(true, Ordering::SeqCst);
    }

    /// The number of calls that came through.
    pub(crate) fn passed(&self) -> u64 {
        self.passed.load(Ordering::SeqCst)
    }
}

#[async_trait]
impl Invoke for Gate {
    async fn invoke(&self, function: &str, payload: Bytes) -> Result<Bytes, InvokeError> {
        self.passed.fetch_add(1, Ordering::SeqCst);
        if self.closed.load(Ordering::SeqCst) {
            return std::future::pending().await;
        }
        self.functions.invoke(function, payload).await
    }
}
