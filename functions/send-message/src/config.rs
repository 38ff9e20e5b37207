//! The function's own configuration.

use chrono::TimeDelta;
use domain::RestoredAt;
use gateways::Gateways;
use kit::env::{FromEnv, Secret, Vars};
use queues::QueueUrls;
use std::time::Duration;

/// Every delay is a parameter of the template, so that a rehearsal can shorten it.
pub struct Config {
    pub(crate) urls: QueueUrls,
    pub(crate) gateways: Gateways,
    pub(crate) sealing_key: Secret<32>,
    /// The time for which a claim is held from its slot on.
    pub(crate) lease: TimeDelta,
    /// Waits before a message that was surely not accepted is tried again.
    pub(crate) retry_delays: Vec<Duration>,
    /// The time for which the function waits for evidence of a message whose answer was lost.
    pub(crate) unknown_wait: TimeDelta,
    pub(crate) restored: RestoredAt,
}

impl FromEnv for Config {
    fn from_env(vars: &mut Vars<'_>) -> Self {
        Self {
            urls: QueueUrls::from_env(vars),
            gateways: Gateways::from_env(vars),
            sealing_key: vars.base64_key("SEALING_KEY"),
            lease: span(vars.seconds_or("LEASE_SECONDS", 30)),
            retry_delays: vars.durations_or("RETRY_DELAYS_SECONDS", &[60, 300, 900]),
            unknown_wait: span(vars.seconds_or("UNKNOWN_WAIT_SECONDS", 600)),
            restored: RestoredAt::from_env(vars),
        }
    }
}

pub(crate) fn span(duration: Duration) -> TimeDelta {
    TimeDelta::from_std(duration).unwrap_or(TimeDelta::MAX)
}
