//! Everything that a run is made of.

use crate::cloud::Cloud;
use crate::processes::Processes;
use crate::setup::Outside;

/// The parts of a run.
pub struct Parts {
    /// AWS and the outside.
    pub cloud: Cloud,
    /// The functions.
    pub processes: Processes,
    /// Where the gateways outside answer.
    pub outside: Outside,
}
