//! A campaign that an automation suggests to the owners; their yes starts it.

use crate::{AutomationName, BusinessId, CampaignId, CustomerId};
use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use serde::{Deserialize, Serialize};
use strum::{Display, EnumIter, EnumString, IntoStaticStr};

/// A campaign that is suggested. One of each automation and date: the first stays. All times in UTC.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Proposal {
    /// To whose owners.
    pub business_id: BusinessId,
    /// The automation that makes it.
    pub automation: AutomationName,
    /// The local date that it is about.
    pub date: NaiveDate,
    /// The short number by which an owner names it: from 1, and from 1 again once none is open.
    #[serde(default)]
    pub number: u32,
    /// The number of customers that it is about.
    pub found: u64,
    /// The customers, if they are few and chosen; else those that match the automation on the date.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub people: Vec<CustomerId>,
    /// The offer to them, percent.
    pub offer: u8,
    /// The free times that it offers, UTC: those of one day, or the first of each of several days.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub free: Vec<DateTime<Utc>>,
    /// Where it stands.
    #[serde(default)]
    pub status: ProposalStatus,
    /// The campaign that an owner's yes has made.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub campaign_id: Option<CampaignId>,
    /// From here on it has expired, UTC. It is past when a text of it could not be read in time any more.
    #[serde(default)]
    pub until: DateTime<Utc>,
    /// When it was made, UTC.
    pub created_at: DateTime<Utc>,
}

impl Proposal {
    /// The longest time for which an owner may answer.
    pub const ANSWERED_WITHIN: TimeDelta = TimeDelta::days(7);

    /// Whether an owner may still answer it.
    #[must_use]
    pub fn is_open(&self, now: DateTime<Utc>) -> bool {
        self.status.is_open() && now < self.until
    }
}

/// The status of a proposal, as it is kept. One that is open for too long has expired.
#[derive(
    Clone,
    Copy,
    Debug,
    Default,
    PartialEq,
    Eq,
    Hash,
    Serialize,
    Deserialize,
    Display,
    EnumString,
    EnumIter,
    IntoStaticStr,
)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
pub enum ProposalStatus {
    /// An owner may answer.
    #[default]
    Open,
    /// An owner has said yes, and large enough that a second yes is waited for.
    Confirming,
    /// An owner has said yes; the campaign is started.
    Accepted,
    /// An owner has said no.
    Declined,
    /// Nobody has answered in time.
    Expired,
}

impl ProposalStatus {
    /// Whether an owner's answer is waited for.
    #[must_use]
    pub fn is_open(self) -> bool {
        matches!(self, Self::Open | Self::Confirming)
    }
}
