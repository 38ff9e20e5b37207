//! Everything that a run is made of.

use crate::book::Book;
use crate::cloud::Cloud;
use crate::processes::Processes;
use crate::setup::Outside;

/// The parts of a run.
pub struct Parts {
    /// AWS and the outside.
    pub cloud: Cloud,
    /// The processes of the functions.
    pub processes: Processes,
    /// The businesses and their keys.
    pub book: Book,
    /// The address at which the gateways outside answer.
    pub outside: Outside,
}
