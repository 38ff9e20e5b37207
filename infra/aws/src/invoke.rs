//! The call of a function by the engine, be the function a process or code in this one.

use std::time::Duration;

use async_trait::async_trait;
use bytes::Bytes;

use crate::clock::Clock;

/// Carries out functions: real processes on a laptop, handlers in process in a simulation.
#[async_trait]
pub trait Invoke: Send + Sync {
    /// Calls a function (its logical id in the template) with an event and waits for what it returns.
    async fn invoke(&self, function: &str, payload: Bytes) -> Result<Bytes, InvokeError>;
}

/// Why a call brought no result.
#[derive(Clone, Debug, thiserror::Error)]
pub enum InvokeError {
    /// The handler returned an error; only its type is shown, its text may hold a person's data.
    #[error("the function failed: {0}")]
    Failed(String),
    /// The function did not return within its time-out.
    #[error("the function timed out")]
    TimedOut,
    /// The process ended before it returned.
    #[error("the function's process ended")]
    Crashed,
    /// All instances are at work.
    #[error("the function is throttled")]
    Throttled,
    /// The template has no such function, or its program is not built.
    #[error("no function {0}")]
    Missing(String),
}

/// Waits of Lambda between the tries of an asynchronous call.
const ASYNC_RETRIES: [Duration; 2] = [Duration::from_secs(60), Duration::from_secs(120)];

/// Calls as Lambda calls asynchronously: two more tries after a failure, one and two minutes later. What is missing is
/// not tried again.
pub async fn invoke_later(
    invoke: &dyn Invoke,
    clock: &Clock,
    function: &str,
    payload: Bytes,
) -> Result<Bytes, InvokeError> {
    let mut waits = ASYNC_RETRIES.iter();
    loop {
        let error = match invoke.invoke(function, payload.clone()).await {
            Err(error) if !matches!(error, InvokeError::Missing(_)) => error,
            result => return result,
        };
        let Some(wait) = waits.next() else { return Err(error) };
        tracing::warn!(function, %error, "call failed, tried again in {} s", wait.as_secs());
        clock.sleep(*wait).await;
    }
}
