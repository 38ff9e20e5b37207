//! The cost of a search: list prices of AWS in us-east-1 on arm64, November 2026, in US dollars, without a free tier.

use api::search::SearchCost;
use kit::env::{FromEnv, Vars};
use search::Cost;
use std::time::Duration;

/// A request to an HTTP API, and an invocation.
const CALL: f64 = 1.0e-6 + 0.2e-6;
/// A gigabyte of memory for a second.
const GB_SECOND: f64 = 0.000_013_333_4;
/// A request to a bucket that reads.
const READ: f64 = 0.4e-6;
/// A request to a bucket that lists.
const LIST: f64 = 5.0e-6;

/// What a millisecond of this function costs.
pub(crate) struct Prices {
    millisecond: f64,
}

impl FromEnv for Prices {
    fn from_env(vars: &mut Vars<'_>) -> Self {
        let megabytes: u32 = vars.parsed_or("AWS_LAMBDA_FUNCTION_MEMORY_SIZE", 1_024, "a whole number");
        Self { millisecond: f64::from(megabytes) / 1_024.0 * GB_SECOND / 1_000.0 }
    }
}

impl Prices {
    /// Of an answer that took this time, in whole milliseconds as Lambda bills them.
    pub(crate) fn of(&self, asked: Cost, time: Duration) -> SearchCost {
        let milliseconds = (time.as_secs_f64() * 1_000.0).ceil().max(1.0);
        let usd = CALL + milliseconds * self.millisecond + asked.gets as f64 * READ + asked.lists as f64 * LIST;
        SearchCost {
            index_requests: asked.gets + asked.lists,
            bytes_read: asked.bytes_read,
            // A nanodollar is the least that is told.
            usd: (usd * 1e9).round() / 1e9,
        }
    }
}
