//! Work that somebody starts by hand: the reports to owners, and campaigns.

use crate::automations::RunPart;
use crate::parameters::OfBusiness;
use crate::values::{Id, Segment, Time};
use crate::{Address, Operation, Tag};
use chrono::{DateTime, Utc};
use domain::{BusinessId, CampaignId, OwnerId, RunId, RunState};
use serde::{Deserialize, Serialize};
use serde_json::json;
use strum::{EnumIter, EnumMessage, IntoEnumIterator, IntoStaticStr};
use utoipa::openapi::header::HeaderBuilder;
use utoipa::openapi::schema::{ObjectBuilder, SchemaFormat, Type};
use utoipa::{IntoParams, ToSchema};

/// The routes.
#[derive(Clone, Copy, EnumIter, EnumMessage, IntoStaticStr)]
#[strum(serialize_all = "camelCase")]
pub enum Route {
    /// Start an automation or a campaign by hand
    ///
    /// Now and whatever its hour, for all owners or for one. A report on the birthdays, on inactive customers, on the next
    /// days or on a day with few appointments goes to an owner once for its date, as by its hour. A daily summary that is
    /// started by hand goes besides that of the evening. Each call is a start of its own.
    StartProactive,
    /// Read how far a start by hand is
    ///
    /// Kept 7 days.
    ReadProactive,
    /// List what was started by hand
    ///
    /// Of the last 7 days, the newest first.
    ListProactive,
}

impl crate::Route for Route {
    const TAG: Tag = Tag { name: "Proactive", description: "Reports and campaigns that are started by hand." };

    fn address(self) -> Address {
        match self {
            Self::StartProactive => Address::post("/api/aurora/proactive"),
            Self::ReadProactive => Address::get("/api/aurora/proactive/{id}"),
            Self::ListProactive => Address::get("/api/aurora/proactive"),
        }
    }

    fn operation(self) -> Operation {
        match self {
            Self::StartProactive => {
                let place = ObjectBuilder::new()
                    .schema_type(Type::String)
                    .format(Some(SchemaFormat::Custom("uri-reference".to_owned())))
                    .examples(["/api/aurora/proactive/019ab1d2-5c0e-7a31-8f44-0d1e2f3a4b5c"]);
                let header = HeaderBuilder::new().description(Some("Where it is told of.")).schema(place.build());
                Operation::with_key()
                    .query::<OfBusiness>()
                    .body::<NewProactive>([
                        ("summary", "The day's summary to all owners", json!({"type": "daily_summary"})),
                        (
                            "campaign",
                            "A campaign to the VIPs",
                            json!({"type": "custom_campaign", "data": {
                                "campaignType": "promocional", "targetAudience": "vip",
                                "message": "{{name}}, esta semana o banho tem 15% de desconto 🛁"
                            }}),
                        ),
                    ])
                    .answer_with_header::<ProactiveStarted>(202, "It has been started.", "Location", header.build())
                    .not_found()
            }
            Self::ReadProactive => Operation::with_key()
                .path::<ProactivePath>()
                .query::<OfBusiness>()
                .answer::<Proactive>(200, "How far it is.")
                .not_found(),
            Self::ListProactive => {
                Operation::with_key().query::<ProactiveQuery>().answer::<ProactivePage>(200, "The starts.").not_found()
            }
        }
    }
}

/// What is started by hand.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize, EnumIter, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ProactiveType {
    /// The day's appointments, revenue and new customers, to the owners.
    DailySummary,
    /// The inactive customers, as the automation of them has it.
    InactiveClients,
    /// The birthdays of the day, as the automation of them has it.
    Birthdays,
    /// The free times of the next days and the customers who are due, to the owners.
    Opportunities,
    /// Whether tomorrow has few appointments, to the owners.
    LowOccupancy,
    /// A campaign of the caller's own.
    CustomCampaign,
}

impl ProactiveType {
    /// The automation that it starts; `None` for a campaign.
    #[must_use]
    pub fn automation(self) -> Option<domain::AutomationName> {
        use domain::AutomationName as Name;
        match self {
            Self::DailySummary => Some(Name::DailySummary),
            Self::InactiveClients => Some(Name::InactiveCustomers),
            Self::Birthdays => Some(Name::Birthdays),
            Self::Opportunities => Some(Name::Opportunities),
            Self::LowOccupancy => Some(Name::LowOccupancy),
            Self::CustomCampaign => None,
        }
    }

    /// By the automation that was started, if it was one.
    #[must_use]
    pub fn of(automation: Option<domain::AutomationName>) -> Self {
        Self::iter().find(|it| it.automation() == automation).unwrap_or(Self::CustomCampaign)
    }
}

/// A start by hand.
#[derive(Deserialize, ToSchema)]
pub struct NewProactive {
    /// What to start.
    pub r#type: ProactiveType,
    /// The owner who is told; all owners if absent.
    #[serde(rename = "ownerNumberId")]
    #[schema(value_type = Option<Id>)]
    pub owner_number_id: Option<OwnerId>,
    /// For `custom_campaign` alone, which needs it.
    pub data: Option<ProactiveData>,
}

/// The campaign to start.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ProactiveData {
    /// `promocional`, `reativacao`, `aniversario` or `relampago`; another name needs a `message`.
    #[schema(min_length = 1, max_length = 100, format = "line")]
    pub campaign_type: String,
    /// The customers that it is for.
    #[schema(value_type = Segment)]
    pub target_audience: domain::Segment,
    /// The text that they get, in which `{{name}}` and `{{business}}` are filled; the built-in one if absent.
    #[schema(min_length = 1, max_length = 3800)]
    pub message: Option<String>,
}

/// That it was started.
#[derive(Serialize, ToSchema)]
#[schema(examples(json!({"id": "019ab1d2-5c0e-7a31-8f44-0d1e2f3a4b5c"})))]
pub struct ProactiveStarted {
    /// To ask by.
    #[schema(value_type = Id)]
    pub id: RunId,
}

/// The start that a call is about.
#[derive(Deserialize, IntoParams)]
pub struct ProactivePath {
    /// As the answer 202 named it.
    #[param(value_type = Id, example = "019ab1d2-5c0e-7a31-8f44-0d1e2f3a4b5c")]
    pub id: RunId,
}

/// Which starts, and of which business.
#[derive(Deserialize, IntoParams)]
pub struct ProactiveQuery {
    /// Only those that are so far.
    #[param(value_type = Option<ProactiveState>, inline)]
    pub state: Option<RunState>,
    /// The business; a business key may leave it out.
    #[param(value_type = Option<Id>)]
    pub business_id: Option<BusinessId>,
    /// From the page before.
    #[param(min_length = 1)]
    pub cursor: Option<String>,
}

/// How far a start is. `failed`: it could not be done, or was not for two hours; it may be started again.
#[derive(ToSchema)]
#[schema(rename_all = "lowercase")]
pub enum ProactiveState {
    /// Not begun.
    Waiting,
    /// Begun.
    Active,
    /// Done.
    Completed,
    /// Not done.
    Failed,
}

/// A start by hand, and how far it is.
#[derive(Serialize, ToSchema)]
#[schema(examples(json!({
    "id": "019ab1d2-5c0e-7a31-8f44-0d1e2f3a4b5c",
    "type": "daily_summary",
    "state": "completed",
    "ownerNumberId": null,
    "campaign_id": null,
    "result": {
        "business_id": "019ab1bf-8d21-7f00-b1a2-5e6f7a8b9c01",
        "automation": "daily-summary",
        "found": 9,
        "messages": 2,
        "skipped": {},
        "queries": 3,
        "items_read": 31,
        "read_units": 4.5,
        "milliseconds": 48
    },
    "created_at": "2026-11-21T14:20:00.512Z",
    "updated_at": "2026-11-21T14:20:01.104Z"
})))]
pub struct Proactive {
    /// As the answer 202 named it.
    #[schema(value_type = Id)]
    pub id: RunId,
    /// What was started.
    pub r#type: ProactiveType,
    /// How far it is.
    #[schema(value_type = ProactiveState)]
    pub state: RunState,
    /// The owner who is told; `null` for all.
    #[serde(rename = "ownerNumberId")]
    #[schema(value_type = Option<Id>, required)]
    pub owner_number_id: Option<OwnerId>,
    /// The campaign that was started.
    #[schema(value_type = Option<String>, required)]
    pub campaign_id: Option<CampaignId>,
    /// The work that was done, once it is completed; not in lists, and not for a campaign.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub result: Option<RunPart>,
    /// When it was started.
    #[schema(value_type = Time)]
    pub created_at: DateTime<Utc>,
    /// When it last moved.
    #[schema(value_type = Time)]
    pub updated_at: DateTime<Utc>,
}

/// A page of starts.
#[derive(Serialize, ToSchema)]
#[schema(examples(json!({"items": [], "cursor": null})))]
pub struct ProactivePage {
    /// The newest first. A page of one `state` may have few or none, and still another page behind it.
    pub items: Vec<Proactive>,
    /// For the next page; `null` at the end.
    #[schema(required)]
    pub cursor: Option<String>,
}
