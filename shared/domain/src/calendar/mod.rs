//! Hours and days in the zone of a business.

pub mod days;
pub mod holidays;
pub mod local_time;
pub mod quiet;
pub mod schedule;
