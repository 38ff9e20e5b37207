//! Proposes to the owners to win back who has not been in contact for long, or writes to them (R1.5, R5.2).

pub use automations::worker::{Worker as Function, handle};
