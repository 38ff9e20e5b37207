//! Greets the customers and pets whose birthday is today, or proposes it to the owners (R1.4, R5.3).

pub use automations::worker::{Worker as Function, handle};
