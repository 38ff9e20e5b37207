//! A campaign: the people that it is for, its wording, and where it stands.

use crate::returns::Mark;
use crate::texts::campaign::CampaignType;
use crate::{BusinessId, CampaignId, CustomerFilter, CustomerId, MessageId, Progress, Proposal, SearchName, Settings};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;
use std::fmt;
use strum::{Display, EnumIter, EnumString, IntoStaticStr};

/// A campaign of a business. All times in UTC. All but its progress stays as it was made.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Campaign {
    /// The caller's own name for it, or one of ours; unique within a business.
    pub campaign_id: CampaignId,
    /// Whose it is.
    pub business_id: BusinessId,
    /// For people.
    pub name: String,
    /// The people that it is for. It is frozen at the start.
    pub audience: Audience,
    /// The text that they are sent.
    pub wording: Wording,
    /// When it is to start; absent for a draft, which a call or an owner's yes starts.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub start_at: Option<DateTime<Utc>>,
    /// The share of the audience that is left out on purpose, in percent, so that the effect can be measured.
    #[serde(default)]
    pub holdout: u8,
    /// When it was made.
    pub created_at: DateTime<Utc>,
    /// Where it stands. It is kept beside the rest, as it changes.
    #[serde(skip)]
    pub progress: Progress,
}

impl Campaign {
    /// The largest share that may be held out, percent.
    pub const MOST_HELD_OUT: u8 = 50;
    /// The most customers that an audience may name one by one.
    pub const MOST_CUSTOMERS: usize = 1_000;

    /// Whether a customer belongs to the share that is left out on purpose: always the same answer for the same campaign.
    #[must_use]
    pub fn holds_out(&self, customer: CustomerId) -> bool {
        if self.holdout == 0 {
            return false;
        }
        let hash = Sha256::digest(format!("{}/{}/{customer}", self.business_id, self.campaign_id));
        let first = hash.iter().take(4).fold(0_u32, |sum, byte| (sum << 8) | u32::from(*byte));
        first % 100 < u32::from(self.holdout)
    }

    /// Whether another one asks for the same: a call that is repeated.
    #[must_use]
    pub fn asks_the_same(&self, other: &Self) -> bool {
        let is_same_audience = match (&self.audience, &other.audience) {
            // The search may have changed between the calls.
            (Audience::Search(own), Audience::Search(others)) => own.name == others.name,
            (own, others) => own == others,
        };
        is_same_audience
            && (&self.name, &self.wording, self.start_at, self.holdout)
                == (&other.name, &other.wording, other.start_at, other.holdout)
    }
}

/// The people that a campaign is for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Audience {
    /// All customers of a kind.
    Segment(Segment),
    /// These.
    Customers(Vec<CustomerId>),
    /// All that a search finds when the campaign starts.
    Search(Box<SearchAudience>),
    /// Those whom a proposal is about; an owner has said yes to it.
    Proposal(Box<Proposal>),
}

/// The audience of a saved search. Its filter is that of the time at which the campaign was made: to change or delete the
/// search changes nothing of the campaign.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SearchAudience {
    /// The name of the search.
    pub name: SearchName,
    /// Which customers.
    pub filter: CustomerFilter,
}

/// A kind of customers.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, Display, EnumString, EnumIter, IntoStaticStr,
)]
#[serde(rename_all = "lowercase")]
#[strum(serialize_all = "lowercase")]
pub enum Segment {
    /// No contact for longer than the business's limit.
    Inactive,
    /// Labelled so, or with at least 20 appointments done or purchases.
    Vip,
    /// Every customer.
    All,
}

/// The text of a campaign. `Debug` hides it.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Wording {
    /// The business's own text, in which `{{name}}` and `{{business}}` are filled.
    Message(String),
    /// An approved template of the sender, with its variables.
    Template {
        /// Its name among the sender's.
        name: String,
        /// By name.
        #[serde(default)]
        variables: BTreeMap<String, String>,
        /// The text where the template does not go: at a gateway without a reply window, and inside the window if the
        /// sender lacks the template or a variable has no value.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        message: Option<String>,
    },
    /// The built-in text of a campaign of this type, with this offer.
    Typed {
        /// Whose words.
        campaign_type: CampaignType,
        /// Percent off; 0 for none.
        offer: u8,
    },
    /// The built-in text of the automation whose proposal the audience is of.
    Proposed,
}

impl Wording {
    /// The built-in text of a campaign of a type, with the offer that the business has set.
    #[must_use]
    pub fn of_type(campaign_type: CampaignType, settings: &Settings) -> Self {
        let offer = match campaign_type {
            CampaignType::Promocional => 0,
            CampaignType::Reativacao => settings.win_back_offer,
            CampaignType::Aniversario => settings.birthday_offer,
            CampaignType::Relampago => settings.flash_offer,
        };
        Self::Typed { campaign_type, offer }
    }
}

impl fmt::Debug for Wording {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Message(_) => f.write_str("Message(…)"),
            Self::Template { name, .. } => f.debug_struct("Template").field("name", name).finish_non_exhaustive(),
            Self::Typed { campaign_type, offer } => {
                f.debug_struct("Typed").field("campaign_type", campaign_type).field("offer", offer).finish()
            }
            Self::Proposed => f.write_str("Proposed"),
        }
    }
}

/// The status of a campaign.
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
pub enum CampaignStatus {
    /// Made, and not to start by itself.
    #[default]
    Draft,
    /// Starts at its time.
    Scheduled,
    /// Its messages go out.
    Running,
    /// No further message goes out until it is resumed.
    Paused,
    /// Every recipient has an end state.
    Finished,
    /// Ended before its end; nothing goes out any more.
    Cancelled,
}

impl CampaignStatus {
    /// Whether nothing of it goes out any more.
    #[must_use]
    pub fn is_over(self) -> bool {
        matches!(self, Self::Finished | Self::Cancelled)
    }
}

/// A part of the frozen audience: the people to whom a sender writes in about half a minute.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Chunk {
    /// In the order in which they are written to.
    pub recipients: Vec<CustomerId>,
    /// The ids of their messages, where those are an automation's own; else empty.
    pub message_ids: Vec<MessageId>,
    /// What was known of each when the audience was frozen; empty in one that was frozen before marks were kept.
    pub marks: Vec<Mark>,
}

impl Chunk {
    /// The most people in a chunk.
    pub const MOST: usize = 500;

    /// The number of people that a sender of so many messages a minute writes to in half a minute.
    #[must_use]
    pub fn size(per_minute: u32) -> usize {
        usize::try_from(per_minute / 2).unwrap_or(Self::MOST).clamp(1, Self::MOST)
    }

    /// The id of the message to the recipient in this place; `None` beyond the last.
    #[must_use]
    pub fn message_id(&self, campaign: &Campaign, place: usize) -> Option<MessageId> {
        self.message_id_of(&campaign.campaign_id, place)
    }

    /// The same, by the campaign's id.
    #[must_use]
    pub fn message_id_of(&self, campaign: &CampaignId, place: usize) -> Option<MessageId> {
        let customer = self.recipients.get(place)?;
        Some(self.message_ids.get(place).cloned().unwrap_or_else(|| MessageId::campaign(campaign, *customer)))
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use proptest::prelude::*;
    use uuid::Uuid;

    pub(crate) fn campaign(holdout: u8) -> Campaign {
        Campaign {
            campaign_id: "spring".parse().unwrap(),
            business_id: BusinessId(Uuid::from_u128(1)),
            name: "Spring".to_owned(),
            audience: Audience::Segment(Segment::All),
            wording: Wording::Message("Hi {{name}}!".to_owned()),
            start_at: None,
            holdout,
            created_at: DateTime::UNIX_EPOCH,
            progress: Progress::default(),
        }
    }

    proptest! {
        /// A person who is held out at a share is held out at every larger one, whoever asks and when.
        #[test]
        fn a_held_out_person_stays_so(customer: u128, less in 0..=50u8, more in 0..=50u8) {
            let customer = CustomerId(Uuid::from_u128(customer));
            let (less, more) = (less.min(more), less.max(more));
            prop_assert!(!campaign(less).holds_out(customer) || campaign(more).holds_out(customer));
        }
    }

    #[test]
    fn the_share_that_is_held_out_is_what_was_asked_for() {
        for (percent, from, to) in [(0, 0, 0), (10, 900, 1_100), (50, 4_800, 5_200)] {
            let campaign = campaign(percent);
            let held = (0..10_000).filter(|n| campaign.holds_out(CustomerId(Uuid::from_u128(*n)))).count();
            assert!((from..=to).contains(&held), "{percent} %: {held}");
        }
    }

    #[test]
    fn a_chunk_is_half_a_minute_of_the_pace() {
        for (per_minute, size) in [(0, 1), (1, 1), (20, 10), (600, 300), (4_800, 500), (u32::MAX, 500)] {
            assert_eq!(Chunk::size(per_minute), size, "{per_minute} a minute");
        }
    }

    #[test]
    fn debug_does_not_say_what_it_says() {
        assert!(!format!("{:?}", campaign(0)).contains("Hi"));
    }
}
