//! The function's own configuration.

use kit::config::Backstop;
use kit::env::{FromEnv, Vars};
use queues::QueueUrls;
use std::time::Duration;

/// The function's own configuration.
pub struct Config {
    pub(crate) urls: QueueUrls,
    pub(crate) backstop: Backstop,
    /// The time after its last message at which a conversation ends.
    pub(crate) conversation_ends: Duration,
}

impl FromEnv for Config {
    fn from_env(vars: &mut Vars<'_>) -> Self {
        Self {
            urls: QueueUrls::from_env(vars),
            backstop: Backstop::from_env(vars),
            conversation_ends: vars.seconds_or("CONVERSATION_SECONDS", 600),
        }
    }
}
