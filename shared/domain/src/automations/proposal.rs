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
    /// The local date that it is about.
    pub date: NaiveDate,
    /// The number of customers that it is about.
    pub found: u64,
    /// The offer to them, percent.
    pub offer: u8,
    /// When it was made, UTC.
    pub created_at: DateTime<Utc>,
}
