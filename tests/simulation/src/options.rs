//! The options that decide a run.

use crate::faults::Fault;
use chrono::{DateTime, Utc};
use std::collections::BTreeSet;

/// The same options make the same run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Options {
    /// Decides everything that is left to chance.
    pub seed: u64,
    /// The weeks in which people and callers are at work.
    pub weeks: u32,
    /// The number of businesses.
    pub businesses: usize,
    /// The number of people at each.
    pub customers: usize,
    /// Whether sessions can be opened beside businesses. In a run without businesses they are all there is.
    pub sessions: bool,
    /// The faults that never strike.
    pub without: BTreeSet<Fault>,
    /// The first moment; by the seed if `None`.
    pub start: Option<DateTime<Utc>>,
    /// When the deployment took over from the one whose tables it has, as the template's parameter says it.
    pub restored: Option<DateTime<Utc>>,
    /// Whether each line of the trace goes to standard error at once; decides nothing.
    pub aloud: bool,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            seed: 1,
            weeks: 1,
            businesses: 2,
            customers: 5,
            sessions: false,
            without: BTreeSet::new(),
            start: None,
            restored: None,
            aloud: false,
        }
    }
}
