//! Recado on a laptop.

pub mod gateway_api;
pub mod processes;
mod serve;
