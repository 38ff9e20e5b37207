//! A campaign that an automation suggests to the owners; their yes starts it.

use crate::{AutomationName, BusinessId};
use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};

/// A campaign that is suggested. One of each automation and date: the first stays.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Proposal {
    /// To whose owners.
    pub business_id: BusinessId,
    /// The automation that makes it.
    pub automation: AutomationName,
    /// Of which local date.
    pub date: NaiveDate,
    /// How many customers it is about.
    pub found: u64,
    /// What they are offered, percent.
    pub offer: u8,
    /// When it was made, UTC.
    pub created_at: DateTime<Utc>,
}
