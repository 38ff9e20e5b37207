//! The function's own configuration.

use chrono::TimeDelta;
use domain::sessions::limits::CodeLimits;
use gateways::Gateways;
use kit::env::{FromEnv, Vars};
use queues::QueueUrls;
use std::time::Duration;

/// The function's own configuration.
pub struct Config {
    pub(crate) urls: QueueUrls,
    pub(crate) gateways: Gateways,
    /// The key of the gateway's server, for a code that its webhook does not bring.
    pub(crate) gateway_key: String,
    pub(crate) upstream: UpstreamConfig,
    pub(crate) codes: CodeLimits,
    /// The time after which a batch begins no further request: the function's time-out leaves enough for the last one.
    pub(crate) requests_for: TimeDelta,
    /// After which time a batch is surely over: more than the function's time-out.
    pub(crate) flight: TimeDelta,
    /// Sessions that fall in one minute, from which on they fell together.
    pub(crate) storm: u64,
}

/// The operator's backend, and how it is spoken to.
pub(crate) struct UpstreamConfig {
    /// Without a slash at the end; `None` if there is none, and sessions are only kept.
    pub(crate) url: Option<String>,
    pub(crate) key: String,
    /// For one request, whole.
    pub(crate) timeout: Duration,
    /// Items of one request.
    pub(crate) batch: usize,
    /// How often an item goes that is not taken, before it is a dead letter.
    pub(crate) tries: u32,
    /// The longest time for which nothing goes after a failure.
    pub(crate) longest_pause: TimeDelta,
}

/// The time that the store needs after the last request of a batch.
const AFTERWARDS: Duration = Duration::from_secs(5);

impl FromEnv for Config {
    fn from_env(vars: &mut Vars<'_>) -> Self {
        let seconds = |wait: Duration| TimeDelta::from_std(wait).unwrap_or(TimeDelta::MAX);
        let (timeout, request) =
            (vars.seconds_or("HANDLER_TIMEOUT_SECONDS", 30), vars.seconds_or("UPSTREAM_TIMEOUT_SECONDS", 5));
        Self {
            urls: QueueUrls::from_env(vars),
            gateways: Gateways::from_env(vars),
            gateway_key: vars.optional("SESSION_GATEWAY_KEY").unwrap_or_default(),
            upstream: UpstreamConfig {
                url: vars.optional_url("UPSTREAM_URL"),
                key: vars.optional("UPSTREAM_KEY").unwrap_or_default(),
                timeout: request,
                batch: vars.parsed_or("UPSTREAM_BATCH", 50, "a whole number"),
                tries: vars.parsed_or("UPSTREAM_TRIES", 500, "a whole number"),
                longest_pause: seconds(vars.seconds_or("UPSTREAM_LONGEST_PAUSE_SECONDS", 60)),
            },
            codes: CodeLimits {
                apart: seconds(vars.seconds_or("CODE_APART_SECONDS", 30)),
                valid: seconds(vars.seconds_or("CODE_VALID_SECONDS", 120)),
            },
            // The last request, and the first of the other kind, may begin just before the end.
            requests_for: seconds(timeout.saturating_sub(request * 2).saturating_sub(AFTERWARDS)),
            flight: seconds(timeout) + TimeDelta::seconds(5),
            storm: vars.parsed_or("SESSION_STORM", 200, "a whole number"),
        }
    }
}
