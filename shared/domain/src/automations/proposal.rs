//! What an automation suggests to the owners, and their yes starts.

use crate::{AutomationName, BusinessId};
use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};

/// A campaign that is suggested. One of each automation and date: the first stays.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Proposal {
    /// To whose owners.
    pub business_id: BusinessId,
    /// By which automation.
    pub automation: AutomationName,
    /// Of which local date.
    pub date: NaiveDate,
    /// How many customers it is about.
    pub found: u64,
    /// What they are offered, percent.
    pub offer: u8,
    /// UTC.
    pub created_at: DateTime<Utc>,
}
