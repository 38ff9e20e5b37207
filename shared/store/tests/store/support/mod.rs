//! A store of its own for each test.

mod database;
mod peer;
mod world;

pub use database::{Database, Fault, described, streamed};
pub use world::*;
