//! The diary of a business: appointments, and the times that are free.

pub mod answer;
pub mod appointment;
pub mod opening;
pub mod reminders;
pub mod request;
pub mod slots;
pub mod start;
