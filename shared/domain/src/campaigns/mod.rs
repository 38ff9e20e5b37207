//! Campaigns: one text to many customers, at the sender's pace.

pub mod campaign;
pub mod difference;
pub mod progress;
pub mod rates;
pub mod returns;
