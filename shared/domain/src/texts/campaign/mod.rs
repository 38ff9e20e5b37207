//! A campaign's built-in text to a customer.

use super::{Choice, CustomerName, Line, Percent};
use serde::{Deserialize, Serialize};
use strum::{Display, EnumIter, EnumString, IntoStaticStr, VariantNames};

text! {
    /// Tells a customer of an offer, in the words of the campaign's type.
    Campaign: Marketing, Always
    /// the customer's first name
    name: CustomerName<'a>,
    /// the business's name
    business: Line<'a>,
    /// `promocional`, `reativacao`, `aniversario` or `relampago`
    campaign_type: CampaignType,
    /// how much off, as `10 %` in Spanish or `10%`; missing if it is nothing
    offer: Percent,
}

/// The type of a campaign that has words of its own.
#[derive(
    Clone,
    Copy,
    Debug,
    PartialEq,
    Eq,
    Hash,
    Serialize,
    Deserialize,
    Display,
    EnumString,
    EnumIter,
    IntoStaticStr,
    VariantNames,
)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
pub enum CampaignType {
    /// An offer.
    Promocional,
    /// To customers who have been away for long.
    Reativacao,
    /// A celebration, of the business or of its customers.
    Aniversario,
    /// An offer for a short time.
    Relampago,
}

impl Choice for CampaignType {}

#[cfg(test)]
pub(super) fn samples() -> Vec<Box<dyn super::Text>> {
    use strum::IntoEnumIterator;
    let all = CampaignType::iter().flat_map(|campaign_type| [(campaign_type, 15), (campaign_type, 0)]);
    super::tests::for_each_name(all, |name, (campaign_type, offer)| Campaign {
        name,
        business: Line("Pet Amigo"),
        campaign_type,
        offer: Percent(offer),
    })
}
