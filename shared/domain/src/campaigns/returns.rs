//! The returns of a campaign: the purchases that followed its messages.
//!
//! A purchase is of the campaign whose message the customer got last before it, if that is within [`WINDOW`].

use crate::{CampaignId, CustomerId, Message, Status};
use chrono::{DateTime, TimeDelta, Utc};
use std::collections::{HashMap, HashSet};

/// So long after a message a purchase is counted for its campaign.
pub const WINDOW: TimeDelta = TimeDelta::days(30);

/// What was known of a recipient when the audience was frozen.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Mark {
    /// The country of the phone (ISO 3166-1 alpha-2), if there is a phone.
    pub country: Option<[u8; 2]>,
    /// Whether the last contact was longer ago than the business's limit.
    pub is_inactive: bool,
}

/// A message that has left for its recipient.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Left {
    /// When the gateway took it, UTC.
    pub at: DateTime<Utc>,
    /// Whether it went as an approved template, which WhatsApp charges for.
    pub as_template: bool,
}

impl Left {
    /// Of a campaign's message; `None` if it has not left, or is of another campaign.
    #[must_use]
    pub fn of(message: &Message, campaign: &CampaignId) -> Option<Self> {
        let has_left = matches!(message.status, Status::Sent | Status::Delivered | Status::Read);
        let is_own = message.campaign_id.as_ref() == Some(campaign);
        // Evidence of a claim whose answer was lost tells no time of its own.
        let at = message.sent_at.or(message.claimed_at).filter(|_| has_left && is_own)?;
        Some(Self { at, as_template: message.sent_as.is_some() })
    }
}

/// The purchases of a time by customer, and the messages of campaigns that they followed.
#[derive(Clone, Debug, Default)]
pub struct Purchased {
    buyers: HashMap<CustomerId, Buyer>,
}

#[derive(Clone, Debug, Default)]
struct Buyer {
    /// When, and for how much in minor units.
    bought: Vec<(DateTime<Utc>, i64)>,
    messages: Vec<Told>,
}

/// A message that a buyer got. Of two at the same time, that of the higher campaign is the later one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Told {
    at: DateTime<Utc>,
    campaign: usize,
    was_inactive: bool,
}

/// What followed the messages of a campaign.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Followed {
    /// Customers who bought.
    pub bought: u64,
    /// Their purchases.
    pub purchases: u64,
    /// What is left of these, in minor units.
    pub revenue: i64,
    /// The customers among them who were inactive before.
    pub won_back: u64,
}

impl Purchased {
    /// A purchase that counts.
    pub fn add(&mut self, customer: CustomerId, at: DateTime<Utc>, minor: i64) {
        self.buyers.entry(customer).or_default().bought.push((at, minor));
    }

    /// Whether the customer bought anything.
    #[must_use]
    pub fn has(&self, customer: CustomerId) -> bool {
        self.buyers.contains_key(&customer)
    }

    /// A message of a campaign, by the place of the campaign's id among all of them. Only buyers are remembered.
    pub fn add_message(&mut self, customer: CustomerId, left: Left, campaign: usize, was_inactive: bool) {
        if let Some(buyer) = self.buyers.get_mut(&customer) {
            buyer.messages.push(Told { at: left.at, campaign, was_inactive });
        }
    }

    /// What followed the messages of a campaign.
    #[must_use]
    pub fn followed(&self, campaign: usize) -> Followed {
        let mut sum = Followed::default();
        for buyer in self.buyers.values() {
            let before = |at: DateTime<Utc>| buyer.messages.iter().filter(|told| told.at <= at).max();
            let (mut purchases, mut was_inactive) = (0, false);
            for (at, minor) in &buyer.bought {
                let Some(told) = before(*at).filter(|it| it.campaign == campaign && *at < it.at + WINDOW) else {
                    continue;
                };
                purchases += 1;
                was_inactive |= told.was_inactive;
                sum.revenue = sum.revenue.saturating_add(*minor);
            }
            sum.purchases += purchases;
            sum.bought += u64::from(purchases > 0);
            sum.won_back += u64::from(was_inactive);
        }
        sum
    }

    /// How many of these people bought between two times, whatever they were told; each counts once.
    #[must_use]
    pub fn bought_between(&self, people: &HashSet<CustomerId>, from: DateTime<Utc>, until: DateTime<Utc>) -> u64 {
        let bought = |person: &&CustomerId| {
            let bought = self.buyers.get(*person).map(|buyer| buyer.bought.as_slice()).unwrap_or_default();
            bought.iter().any(|(at, _)| (from..until).contains(at))
        };
        people.iter().filter(bought).count() as u64
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{BusinessId, Content, Kind, MessageId, MessageType, Recipient, SentAs};
    use uuid::Uuid;

    const ANA: CustomerId = CustomerId(Uuid::from_u128(1));
    const BIA: CustomerId = CustomerId(Uuid::from_u128(2));

    fn at(hours: i64) -> DateTime<Utc> {
        DateTime::UNIX_EPOCH + TimeDelta::hours(hours)
    }

    fn left(hours: i64) -> Left {
        Left { at: at(hours), as_template: false }
    }

    fn of(bought: &[(CustomerId, i64, i64)]) -> Purchased {
        let mut purchased = Purchased::default();
        for (customer, hours, minor) in bought {
            purchased.add(*customer, at(*hours), *minor);
        }
        purchased
    }

    #[test]
    fn a_purchase_is_of_the_last_message_before_it() {
        let mut all =
            of(&[(ANA, 9, 1), (ANA, 10, 2), (ANA, 19, 4), (ANA, 20, 8), (ANA, 20 + 719, 16), (ANA, 20 + 720, 32)]);
        all.add_message(ANA, left(20), 1, true);
        all.add_message(ANA, left(10), 0, false);
        all.add_message(BIA, left(10), 0, false);
        let (first, second) = (all.followed(0), all.followed(1));
        assert_eq!(first, Followed { bought: 1, purchases: 2, revenue: 6, won_back: 0 });
        assert_eq!(second, Followed { bought: 1, purchases: 2, revenue: 24, won_back: 1 });
        assert_eq!(all.followed(2), Followed::default());
    }

    /// A later message that is older than the window does not give the purchase to one before it.
    #[test]
    fn an_old_message_hides_those_before_it() {
        let mut all = of(&[(ANA, 721, 1)]);
        all.add_message(ANA, left(0), 0, false);
        all.add_message(ANA, left(1), 1, false);
        assert_eq!((all.followed(0).purchases, all.followed(1).purchases), (0, 0));
    }

    #[test]
    fn messages_of_the_same_moment_share_no_purchase() {
        let mut all = of(&[(ANA, 5, 1), (BIA, 5, 1)]);
        for campaign in [1, 0] {
            all.add_message(ANA, left(5), campaign, false);
            all.add_message(BIA, left(5), campaign, false);
        }
        assert_eq!((all.followed(0).purchases, all.followed(1).purchases), (0, 2));
    }

    /// Whatever was bought and told, no purchase is of two campaigns.
    #[test]
    fn no_purchase_is_of_two_campaigns() {
        let mut rng = 1_u64;
        let mut next = |most: u64| {
            rng = rng.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            i64::try_from((rng >> 33) % most).unwrap()
        };
        for _ in 0..500 {
            let mut all = Purchased::default();
            for _ in 0..next(6) {
                all.add(ANA, at(next(2_000)), 1);
            }
            for _ in 0..next(6) {
                all.add_message(ANA, left(next(2_000)), usize::try_from(next(3)).unwrap(), false);
            }
            let told: u64 = (0..3).map(|campaign| all.followed(campaign).purchases).sum();
            let bought = all.buyers.get(&ANA).map_or(0, |buyer| buyer.bought.len());
            assert!(told <= bought as u64, "{all:?}");
        }
    }

    #[test]
    fn each_person_of_a_group_counts_once() {
        let all = of(&[(ANA, 1, 1), (ANA, 2, 1), (BIA, 9, 1)]);
        let people = HashSet::from([ANA, BIA, CustomerId(Uuid::from_u128(3))]);
        assert_eq!(all.bought_between(&people, at(1), at(9)), 1);
        assert_eq!(all.bought_between(&people, at(2), at(10)), 2);
        assert_eq!(all.bought_between(&HashSet::new(), at(0), at(10)), 0);
    }

    #[test]
    fn only_what_has_left_counts() {
        let (own, other): (CampaignId, CampaignId) = ("own".parse().unwrap(), "other".parse().unwrap());
        let to = Recipient::Customer(ANA);
        let id = MessageId::campaign(&own, ANA);
        let business = BusinessId(Uuid::from_u128(1));
        let mut message =
            Message::new(business, id, to, MessageType::Direct, Content::default(), at(0), TimeDelta::zero());
        message.kind = Kind::Marketing;
        message.campaign_id = Some(own.clone());
        message.claimed_at = Some(at(3));
        for status in [Status::Pending, Status::Sending, Status::Unknown, Status::Failed, Status::Skipped] {
            message.status = status;
            assert_eq!(Left::of(&message, &own), None, "{status}");
        }
        message.status = Status::Delivered;
        assert_eq!(Left::of(&message, &own), Some(Left { at: at(3), as_template: false }));
        message.sent_at = Some(at(4));
        let (template, language, text) = ("offer".to_owned(), "es".to_owned(), "Hola".to_owned());
        message.sent_as = Some(SentAs { template, language, text, buttons: Vec::new() });
        assert_eq!(Left::of(&message, &own), Some(Left { at: at(4), as_template: true }));
        // An automation has its own names for messages: this one was another campaign's.
        assert_eq!(Left::of(&message, &other), None);
    }
}
