//! Everything that a run is made of.

use crate::cloud::Cloud;
use crate::processes::Processes;

/// The parts of a run.
pub struct Parts {
    /// AWS and the outside.
    pub cloud: Cloud,
    /// The functions.
    pub processes: Processes,
}
