//! The base of every function: settings, time, chance, the network, AWS clients, and the work around HTTP requests and
//! tasks. Knows nothing of gateways, of the content of a queue, or of a rule of the business.

pub mod app;
pub mod aws;
mod backoff;
pub mod batch;
pub mod chance;
pub mod clock;
pub mod config;
mod cors;
pub mod customers;
pub mod dead_letters;
pub mod env;
pub mod event;
pub mod fields;
pub mod http;
pub mod json;
pub mod keys;
pub mod metrics;
mod objects;
pub mod outbox;
pub mod params;
pub mod problem;
pub mod run;
pub mod schema;
pub mod serve;
#[cfg(test)]
mod testing;
pub mod tracing;

pub use app::{App, Parts};
pub use fields::Fields;
pub use json::{Given, Json};
pub use keys::{Caller, guarded};
pub use params::{Path, Query};
pub use problem::Problem;
pub use run::{Error, run_events, run_http};
pub use serve::serve;
