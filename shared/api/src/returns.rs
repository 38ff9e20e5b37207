//! The returns of a campaign: who bought after its messages, beside those who were held out.

use crate::campaigns::Cost;
use crate::values::{CampaignEvidence, CampaignId, Time};
use chrono::{DateTime, Utc};
use serde::Serialize;
use utoipa::ToSchema;

/// The returns of a campaign. Each rate is a part of one, with four decimals; `null` of nobody.
#[derive(Serialize, ToSchema)]
#[schema(examples(json!({
    "campaign_id": "offer-47",
    "window_days": 30,
    "from": "2026-11-21T14:03:00Z",
    "until": "2026-12-21T14:12:00Z",
    "complete": false,
    "messaged": 180,
    "delivery_rate": 0.9833,
    "read_rate": 0.7111,
    "bought": 21,
    "conversion": 0.1167,
    "purchases": 24,
    "revenue": {"amount": 2840.0, "currency": "BRL"},
    "won_back": 9,
    "cost": {"amount": 11.25, "currency": "USD"},
    "return": 46.75,
    "comparison": {
        "audience": {"people": 184, "bought": 22, "conversion": 0.1196},
        "held_out": {"people": 46, "bought": 2, "conversion": 0.0435},
        "lift": 0.0761, "low": -0.0331, "high": 0.1428, "evidence": "not_shown"
    }
})))]
pub struct CampaignReturns {
    /// The campaign.
    #[schema(value_type = CampaignId)]
    pub campaign_id: domain::CampaignId,
    /// So many days after its message a purchase is the campaign's, unless another campaign's message came in between.
    pub window_days: i64,
    /// From when on purchases count: the start; `null` of a campaign that has not begun.
    #[schema(value_type = Option<Time>, required)]
    pub from: Option<DateTime<Utc>>,
    /// Until when they count; `null` while it is not over.
    #[schema(value_type = Option<Time>, required)]
    pub until: Option<DateTime<Utc>>,
    /// Whether that time has passed. Corrections and refunds still change the figures.
    pub complete: bool,
    /// Messages that have left.
    pub messaged: u64,
    /// The part of them that has reached the phone.
    #[schema(required)]
    pub delivery_rate: Option<f64>,
    /// The part of them that was read.
    #[schema(required)]
    pub read_rate: Option<f64>,
    /// Customers whose purchases are the campaign's.
    pub bought: u64,
    /// Their part of the messages.
    #[schema(required)]
    pub conversion: Option<f64>,
    /// The purchases that are the campaign's, those that were given back left out.
    pub purchases: u64,
    /// What is left of them.
    pub revenue: Cost,
    /// Those who bought and had been inactive when the audience was frozen.
    pub won_back: u64,
    /// What WhatsApp charges for the approved templates that left. `null` until it is counted, a day after the end, and if
    /// the price of a country is not known. A gateway without templates costs nothing.
    #[schema(required)]
    pub cost: Option<Cost>,
    /// Revenue divided by cost. `null` without a cost, and where the business has another currency and no `dollar_rate`.
    #[schema(required, rename = "return")]
    #[serde(rename = "return")]
    pub per_cost: Option<f64>,
    /// The audience beside those who were held out; `null` if nobody was.
    #[schema(required)]
    pub comparison: Option<CampaignComparison>,
}

/// Who bought between `from` and `until`, of two groups that chance alone has divided. All people of the frozen audience
/// count, whether their message has left or not, and all purchases, whatever other campaigns they follow: so both groups are
/// counted alike.
#[derive(Serialize, ToSchema)]
pub struct CampaignComparison {
    /// The frozen audience.
    pub audience: CampaignGroup,
    /// Those who were held out.
    pub held_out: CampaignGroup,
    /// The audience's conversion less that of those who were held out; `null` if a group is empty.
    #[schema(required)]
    pub lift: Option<f64>,
    /// The lower end of the lift's interval, which holds the truth in 95 of 100 campaigns.
    #[schema(required)]
    pub low: Option<f64>,
    /// The upper end.
    #[schema(required)]
    pub high: Option<f64>,
    /// What that proves.
    #[schema(value_type = CampaignEvidence)]
    pub evidence: domain::difference::Evidence,
}

/// A group of people, and those who bought.
#[derive(Serialize, ToSchema)]
pub struct CampaignGroup {
    /// All.
    pub people: u64,
    /// Those who bought.
    pub bought: u64,
    /// Their part.
    #[schema(required)]
    pub conversion: Option<f64>,
}
