//! Weeks of the bundle in seconds, decided by a seed: the handlers of all functions in process, through the code of the
//! Lambdas, over the engine and the world of the laptop, on tokio's paused clock. Whatever can go wrong does, and what
//! must hold is looked at as it runs and at the end.
//!
//! No socket, no thread, no real time: the same options make the same trace, byte for byte.

mod actors;
mod businesses;
mod client;
mod drift;
pub mod faults;
pub mod functions;
pub mod history;
pub mod invariants;
mod keys;
mod lambda;
mod network;
mod options;
mod record;
mod reports;
mod roles;
mod rules;
mod run;
mod script;
pub mod sessions;
mod stage;
mod streams;
mod templates;
mod trace;
pub mod transcript;

#[cfg(test)]
mod scenes;
#[cfg(test)]
mod tests;

pub use options::Options;
pub use run::{Outcome, RunError, simulate};
pub use trace::Trace;
