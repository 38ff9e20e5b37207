//! Campaigns: one text to many customers, at the sender's pace, and measured.

use crate::messages::{GivenTemplate, Message};
use crate::parameters::{OfBusiness, PageSize};
use crate::returns::CampaignReturns;
use crate::values::{
    AutomationName, CampaignId, CampaignStatus, GivenCampaignId, Id, LeftOut, MessageStatus, SearchName, Segment,
    StatusCounts, Time,
};
use crate::{Address, Operation, Schemas, Tag};
use chrono::{DateTime, Utc};
use domain::{BusinessId, CustomerId, Status};
use serde::{Deserialize, Serialize};
use serde_json::json;
use std::collections::BTreeMap;
use strum::{EnumIter, EnumMessage, IntoStaticStr};
use utoipa::{IntoParams, ToSchema};

/// The routes.
#[derive(Clone, Copy, EnumIter, EnumMessage, IntoStaticStr)]
#[strum(serialize_all = "camelCase")]
pub enum Route {
    /// Make a campaign
    ///
    /// A draft, which waits for `start`; with `start_at` it starts by itself at that time. The same campaign under the same
    /// `campaign_id` again answers 200 and changes nothing. Its messages are marketing: they go only to people who have
    /// not opted out, outside the quiet hours and within the weekly cap, each person once.
    CreateCampaign,
    /// List campaigns
    ///
    /// The newest first, of the last half a year.
    ListCampaigns,
    /// Read a campaign and its progress
    ReadCampaign,
    /// Delete a campaign
    ///
    /// A draft, or one that was cancelled before its audience was frozen. Any other stays for half a year, as its messages
    /// are named by it. One that runs, waits for its time or is paused has to be cancelled first.
    DeleteCampaign,
    /// Count the audience of a campaign
    ///
    /// How many people it would be sent to now (or at its `start_at`), who is left out and why, and the time that it takes.
    /// Nobody is written to. The start compares the frozen audience with it.
    PreflightCampaign,
    /// Start a campaign
    ///
    /// A draft, or a scheduled one before its time. Its audience is frozen, and then its messages go out. No body.
    StartCampaign,
    /// Pause a campaign
    ///
    /// No message leaves five seconds later. Resuming goes on with those who have none. No body.
    PauseCampaign,
    /// Go on with a campaign that is paused
    ///
    /// Nobody gets it twice. One that was paused before its `start_at` waits for it again. No body.
    ResumeCampaign,
    /// End a campaign before its end
    ///
    /// No message leaves five seconds later. No body.
    CancelCampaign,
    /// List the people of a campaign
    ///
    /// Those of the frozen audience, with the status of their message; a page may have fewer than its part of the audience
    /// has people of this status. Somebody who was erased is not shown.
    ListRecipients,
    /// Read who bought after a campaign
    ///
    /// The purchases within 30 days after its messages, each of one campaign, with their revenue, the cost of the messages and
    /// the return; and the audience beside those who were held out, with the 95 % interval of the difference. Counted from the
    /// purchases as they now stand: refunds and late purchases change it.
    ReadReturns,
}

impl crate::Route for Route {
    const TAG: Tag =
        Tag { name: "Campaigns", description: "One text to many customers, at the sender's pace, and measured." };

    fn address(self) -> Address {
        match self {
            Self::CreateCampaign => Address::post("/api/campaigns"),
            Self::ListCampaigns => Address::get("/api/campaigns"),
            Self::ReadCampaign => Address::get("/api/campaigns/{campaign_id}"),
            Self::DeleteCampaign => Address::delete("/api/campaigns/{campaign_id}"),
            Self::PreflightCampaign => Address::get("/api/campaigns/{campaign_id}/preflight"),
            Self::StartCampaign => Address::post("/api/campaigns/{campaign_id}/start"),
            Self::PauseCampaign => Address::post("/api/campaigns/{campaign_id}/pause"),
            Self::ResumeCampaign => Address::post("/api/campaigns/{campaign_id}/resume"),
            Self::CancelCampaign => Address::post("/api/campaigns/{campaign_id}/cancel"),
            Self::ListRecipients => Address::get("/api/campaigns/{campaign_id}/recipients"),
            Self::ReadReturns => Address::get("/api/campaigns/{campaign_id}/returns"),
        }
    }

    fn operation(self) -> Operation {
        let of_campaign = || Operation::with_key().path::<CampaignPath>().not_found();
        let moves = |description| {
            of_campaign().query::<OfBusiness>().answer::<Campaign>(200, "The campaign as it now stands.").conflict(
                "campaign_status",
                description,
                "This campaign is finished.",
                "The status of the campaign does not allow this.",
            )
        };
        match self {
            Self::CreateCampaign => Operation::with_key()
                .query::<OfBusiness>()
                .body::<NewCampaign>([
                    (
                        "text",
                        "A text to inactive customers, of whom a tenth is held out",
                        json!({"name": "Volta às aulas", "audience": {"segment": "inactive"},
                            "message": "Oi, {{name}}! Aqui é {{business}}: banho com 15% esta semana 🐾",
                            "holdout": 10}),
                    ),
                    (
                        "template",
                        "An approved template to two customers",
                        json!({"campaign_id": "offer-47", "name": "Offer",
                            "audience": {"customers": ["019ab1c0-3f2e-7c41-9d5a-6b0e2f4a8c11",
                                                       "019ab1c0-3f2e-7c41-9d5a-6b0e2f4a8c12"]},
                            "template": {"name": "offer", "variables": {"name": "{{name}}", "discount": "20"}}}),
                    ),
                ])
                .answer::<CampaignMade>(200, "There is this same campaign already.")
                .answer::<CampaignMade>(201, "It is made.")
                .not_found()
                .conflict(
                    "campaign_id_taken",
                    "There is another campaign of this `campaign_id`",
                    "There is another campaign of this campaign_id.",
                    "There is another campaign of this campaign_id.",
                ),
            Self::ListCampaigns => Operation::with_key()
                .query::<CampaignsQuery>()
                .answer::<CampaignPage>(200, "A page of campaigns.")
                .not_found(),
            Self::ReadCampaign => {
                of_campaign().query::<OfBusiness>().answer::<Campaign>(200, "The campaign and its progress.")
            }
            Self::DeleteCampaign => {
                of_campaign().query::<OfBusiness>().answer::<CampaignDeleted>(200, "It is deleted.").conflicts(
                    "It cannot be deleted",
                    &[
                        (
                            "campaign_status",
                            "It is not over",
                            "This campaign is running; cancel it first.",
                            "The status of the campaign does not allow this.",
                        ),
                        (
                            "campaign_has_messages",
                            "Its audience was frozen",
                            "This campaign has messages; it is kept for half a year.",
                            "The campaign has messages.",
                        ),
                    ],
                )
            }
            Self::PreflightCampaign => {
                of_campaign().query::<OfBusiness>().answer::<Preflight>(200, "The counts of its audience.").conflicts(
                    "It cannot be counted",
                    &[
                        (
                            "no_sender",
                            "The business has no sender",
                            "This business has no sender to write from.",
                            "The business has no sender to write from.",
                        ),
                        (
                            "audience_too_large",
                            "Its audience takes longer to count than a call may take; it can be started all the same",
                            "This audience is too large to be counted in one call.",
                            "The audience is too large to be counted.",
                        ),
                        (
                            "campaign_status",
                            "It has been started already",
                            "This campaign is running.",
                            "The status of the campaign does not allow this.",
                        ),
                    ],
                )
            }
            Self::StartCampaign => moves("It is paused or over"),
            Self::PauseCampaign => moves("It is a draft or over"),
            Self::ResumeCampaign => moves("It is not paused"),
            Self::CancelCampaign => moves("It is finished"),
            Self::ListRecipients => {
                of_campaign().query::<RecipientsQuery>().answer::<RecipientPage>(200, "A page of people.")
            }
            Self::ReadReturns => of_campaign()
                .query::<OfBusiness>()
                .answer::<CampaignReturns>(200, "The purchases as they stand.")
                .conflict(
                    "audience_too_large",
                    "Its audience takes longer to count than a call may take",
                    "This audience is too large to be counted in one call.",
                    "The audience is too large to be counted.",
                ),
        }
    }

    fn refine(schemas: &mut Schemas) {
        let what = json!([{"required": ["message"]}, {"required": ["template"]}]);
        schemas.say("NewCampaign", "anyOf", what);
        let who = json!([{"required": ["segment"]}, {"required": ["customers"]}, {"required": ["search"]}]);
        schemas.say("GivenAudience", "oneOf", who);
    }
}

/// The campaign that a call is about.
#[derive(Deserialize, IntoParams)]
pub struct CampaignPath {
    /// Its name.
    #[param(value_type = CampaignId, example = "offer-47")]
    pub campaign_id: domain::CampaignId,
}

/// Which page of the campaigns.
#[derive(Deserialize, IntoParams)]
pub struct CampaignsQuery {
    /// The business. The operator key must name it; a business key may leave it out.
    #[param(value_type = Option<Id>)]
    pub business_id: Option<BusinessId>,
    /// Campaigns on a page, at most.
    #[param(inline)]
    pub limit: Option<PageSize<50, 20>>,
    /// From the page before.
    #[param(min_length = 1)]
    pub cursor: Option<String>,
}

/// Which of the people of a campaign, and which page of them.
#[derive(Deserialize, IntoParams)]
pub struct RecipientsQuery {
    /// The business. The operator key must name it; a business key may leave it out.
    #[param(value_type = Option<Id>)]
    pub business_id: Option<BusinessId>,
    /// Only those whose message stands here. Without it, those with no message yet are listed too.
    #[param(value_type = Option<MessageStatus>)]
    pub status: Option<Status>,
    /// From the page before.
    #[param(min_length = 1)]
    pub cursor: Option<String>,
}

/// A campaign to make.
#[derive(Deserialize, ToSchema)]
pub struct NewCampaign {
    /// The caller's own name of it, so that it is made once.
    #[schema(value_type = Option<GivenCampaignId>)]
    pub campaign_id: Option<domain::CampaignId>,
    /// For people.
    #[schema(min_length = 1, max_length = 200, format = "line")]
    pub name: String,
    /// The people that it is for.
    pub audience: GivenAudience,
    /// The text, in which `{{name}}` and `{{business}}` are filled. The word that stops promotions is added to it. May be left
    /// out if there is a template.
    #[schema(min_length = 1, max_length = 3800)]
    pub message: Option<String>,
    /// An approved template (gateway `cloud_api`). It goes in the place of `message`, also to those who have written in the
    /// last 24 hours. To these `message` goes if the template cannot be filled; others are left out then. By a gateway
    /// without templates `message` goes. In the values of its variables `{{name}}` and `{{business}}` are filled; a name
    /// that is not known is `cliente` or `customer`.
    pub template: Option<GivenTemplate>,
    /// When it starts by itself. A time that has passed is refused.
    #[schema(value_type = Option<Time>)]
    pub start_at: Option<DateTime<Utc>>,
    /// The share of the audience that is left out on purpose, in percent.
    #[schema(minimum = 0, maximum = 50, default = 0)]
    pub holdout: Option<u8>,
}

/// The people that a campaign is for: a segment, customers one by one, or a saved search.
#[derive(Deserialize, ToSchema)]
pub struct GivenAudience {
    /// All customers of a kind.
    #[schema(value_type = Option<Segment>)]
    pub segment: Option<domain::Segment>,
    /// These.
    #[schema(value_type = Option<Vec<Id>>, min_items = 1, max_items = 1000)]
    pub customers: Option<Vec<CustomerId>>,
    /// All that this saved search finds when the campaign starts. The search counts as it is now: to change or delete it
    /// later changes nothing of the campaign.
    #[schema(value_type = Option<SearchName>)]
    pub search: Option<domain::SearchName>,
}

/// A campaign that is made.
#[derive(Serialize, ToSchema)]
#[schema(examples(json!({"campaign_id": "offer-47", "status": "draft"})))]
pub struct CampaignMade {
    /// Its name.
    #[schema(value_type = CampaignId)]
    pub campaign_id: domain::CampaignId,
    /// Where it stands.
    #[schema(value_type = CampaignStatus)]
    pub status: domain::CampaignStatus,
}

/// A campaign that was deleted.
#[derive(Serialize, ToSchema)]
pub struct CampaignDeleted {
    /// Its name.
    #[schema(value_type = CampaignId)]
    pub campaign_id: domain::CampaignId,
}

/// The people that a campaign is for: one of these.
#[derive(Default, Serialize, ToSchema)]
pub struct CampaignAudience {
    /// All customers of a kind.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<Segment>)]
    pub segment: Option<domain::Segment>,
    /// So many that were named one by one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub customers: Option<u64>,
    /// All that this saved search finds when the campaign starts.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<SearchName>)]
    pub search: Option<domain::SearchName>,
    /// Those whom this automation found; the owners have said yes to its proposal.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<AutomationName>)]
    pub proposal: Option<domain::AutomationName>,
}

/// The counts of an audience.
#[derive(Serialize, ToSchema)]
#[schema(examples(json!({
    "recipients": 180, "left_out": {"opted_out": 6, "weekly_cap": 2},
    "cost": {"amount": 11.25, "currency": "USD"}, "minutes": 10, "at_best_hours": false
})))]
pub struct Preflight {
    /// The people who would be written to.
    pub recipients: u64,
    /// Those who would not, by reason.
    #[schema(value_type = LeftOut)]
    pub left_out: BTreeMap<String, u64>,
    /// What WhatsApp charges for the approved templates among the messages; `null` if the price of a country is not known.
    #[schema(required)]
    pub cost: Option<Cost>,
    /// The time that it takes at the sender's pace. Quiet hours come on top.
    pub minutes: u64,
    /// Whether messages wait for the hours at which their people are usually around, for at most a day on top.
    pub at_best_hours: bool,
}

/// An amount of money.
#[derive(Serialize, ToSchema)]
pub struct Cost {
    /// In the currency's units.
    #[schema(examples(11.25))]
    pub amount: f64,
    /// ISO 4217.
    #[schema(examples("USD"))]
    pub currency: String,
}

/// A difference between the last preflight and the frozen audience.
#[derive(Serialize, ToSchema)]
pub struct Difference {
    /// `recipients`, or the reason for which people are left out.
    pub of: String,
    /// As the preflight counted.
    pub before: u64,
    /// As the audience was frozen.
    pub after: u64,
}

/// A campaign and its progress.
#[derive(Serialize, ToSchema)]
#[schema(examples(json!({
    "campaign_id": "offer-47",
    "business_id": "019ab1bf-8d21-7f00-b1a2-5e6f7a8b9c01",
    "name": "Offer",
    "audience": {"segment": "inactive"},
    "message": "Oi, {{name}}! Banho com 15% esta semana 🐾",
    "template": null,
    "start_at": null,
    "holdout": 0,
    "status": "running",
    "reason": null,
    "recipients": 180,
    "left_out": {"opted_out": 6},
    "differences": [],
    "counts": {"sent": 60},
    "expected_end": "2026-11-21T14:12:00Z",
    "created_at": "2026-11-21T14:00:00Z",
    "started_at": "2026-11-21T14:03:00Z",
    "ended_at": null
})))]
pub struct Campaign {
    /// Its name.
    #[schema(value_type = CampaignId)]
    pub campaign_id: domain::CampaignId,
    /// Whose it is.
    #[schema(value_type = Id)]
    pub business_id: BusinessId,
    /// For people.
    pub name: String,
    /// The people that it is for.
    pub audience: CampaignAudience,
    /// The text; `null` if it is a template alone, or an automation's own.
    #[schema(required)]
    pub message: Option<String>,
    /// The approved template, by its name among the sender's.
    #[schema(required)]
    pub template: Option<String>,
    /// When it starts by itself.
    #[schema(value_type = Option<Time>, required)]
    pub start_at: Option<DateTime<Utc>>,
    /// The share that is left out on purpose, in percent.
    pub holdout: u8,
    /// Where it stands.
    #[schema(value_type = CampaignStatus)]
    pub status: domain::CampaignStatus,
    /// Why it is paused, cancelled or waits: a stable word, a colon, a sentence.
    #[schema(required)]
    pub reason: Option<String>,
    /// The people of the frozen audience; 0 until then.
    pub recipients: u64,
    /// The people who are not in it, by reason.
    #[schema(value_type = LeftOut)]
    pub left_out: BTreeMap<String, u64>,
    /// In what the frozen audience differs from the last preflight.
    pub differences: Vec<Difference>,
    /// Its messages by status, of the parts of the audience that are done.
    #[schema(value_type = StatusCounts)]
    pub counts: BTreeMap<Status, u64>,
    /// When the last message is going to leave, at the sender's pace; `null` unless it runs. At the latest, if messages wait
    /// for the best hours of their people.
    #[schema(value_type = Option<Time>, required)]
    pub expected_end: Option<DateTime<Utc>>,
    /// When it was made.
    #[schema(value_type = Time)]
    pub created_at: DateTime<Utc>,
    /// When it was started.
    #[schema(value_type = Option<Time>, required)]
    pub started_at: Option<DateTime<Utc>>,
    /// When every recipient had an end, or it was cancelled.
    #[schema(value_type = Option<Time>, required)]
    pub ended_at: Option<DateTime<Utc>>,
}

/// A page of campaigns.
#[derive(Serialize, ToSchema)]
pub struct CampaignPage {
    /// The newest first.
    pub campaigns: Vec<Campaign>,
    /// For the next page; `null` at the end.
    #[schema(required)]
    pub cursor: Option<String>,
}

/// A person of a campaign.
#[derive(Serialize, ToSchema)]
pub struct CampaignRecipient {
    /// The customer.
    #[schema(value_type = Id)]
    pub customer_id: CustomerId,
    /// Where the message stands; `null` if there is none yet.
    #[schema(value_type = Option<MessageStatus>, required)]
    pub status: Option<Status>,
    /// The message, once there is one.
    #[schema(required)]
    pub message: Option<Message>,
}

/// A page of the people of a campaign.
#[derive(Serialize, ToSchema)]
pub struct RecipientPage {
    /// In the order in which they are written to.
    pub recipients: Vec<CampaignRecipient>,
    /// For the next page; `null` at the end.
    #[schema(required)]
    pub cursor: Option<String>,
}
