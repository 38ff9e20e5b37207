//! The record of conversations: what the assistant has found in them, and the next steps of the day.

use crate::automations::{EventDone, run_later};
use crate::campaigns::Cost;
use crate::parameters::OfBusiness;
use crate::values::Date;
use crate::{Address, Operation, Tag};
use chrono::NaiveDate;
use serde::Serialize;
use std::collections::BTreeMap;
use strum::{EnumIter, EnumMessage, IntoStaticStr};
use utoipa::ToSchema;

/// The routes.
#[derive(Clone, Copy, EnumIter, EnumMessage, IntoStaticStr)]
#[strum(serialize_all = "camelCase")]
pub enum Route {
    /// Take the day's next steps now
    ///
    /// Writes to the customers whose next step is today and has a text, and tells the owners of those who wait for a
    /// person, whatever the hour. A customer who was written to for today is not written to again. No body.
    ExecuteDailyActions,
    /// Read how the day's next steps and the conversations stand
    ReadCrmStatus,
}

impl crate::Route for Route {
    const TAG: Tag = Tag {
        name: "CRM",
        description: "What conversations say of customers, the next steps of the day, and what the assistant costs.",
    };

    fn address(self) -> Address {
        match self {
            Self::ExecuteDailyActions => Address::post("/api/crm/execute-daily-actions"),
            Self::ReadCrmStatus => Address::get("/api/crm/status"),
        }
    }

    fn operation(self) -> Operation {
        let of_business = || Operation::with_key().query::<OfBusiness>().not_found();
        match self {
            Self::ExecuteDailyActions => run_later(of_business().answer::<EventDone>(200, "The work that was done.")),
            Self::ReadCrmStatus => of_business().answer::<CrmStatus>(200, "As they stand now."),
        }
    }
}

/// How the day's next steps and the conversations stand.
#[derive(Serialize, ToSchema)]
#[schema(examples(json!({
    "date": "2026-12-01",
    "next_steps": {"due": 2, "waiting": 1, "done": 14, "failed": 0, "skipped": {"weekly_cap": 1}, "for_a_person": 3},
    "conversations": {"days": 30, "conversations": 412, "answers": 1130, "tokens": 903210, "analysed": 398,
        "model_cost": {"amount": 0.68, "currency": "USD"}, "gateway_cost": {"amount": 7.69, "currency": "USD"},
        "cost_each": {"amount": 0.0204, "currency": "USD"}},
})))]
pub struct CrmStatus {
    /// Today at the business.
    #[schema(value_type = Date)]
    pub date: NaiveDate,
    /// The next steps of today.
    pub next_steps: NextSteps,
    /// Conversations with the assistant that have ended.
    pub conversations: Conversations,
}

/// The next steps of today, in customers.
#[derive(Default, Serialize, ToSchema)]
pub struct NextSteps {
    /// To be written to, and no message is made yet.
    #[schema(minimum = 0)]
    pub due: u64,
    /// A message is made, and waits or is being sent.
    #[schema(minimum = 0)]
    pub waiting: u64,
    /// Written to.
    #[schema(minimum = 0)]
    pub done: u64,
    /// The message failed, or it is not known whether it went.
    #[schema(minimum = 0)]
    pub failed: u64,
    /// Not written to, by reason.
    pub skipped: BTreeMap<String, u64>,
    /// A person has to act.
    #[schema(minimum = 0)]
    pub for_a_person: u64,
}

/// What the assistant has done in the last days, and what that costs.
#[derive(Serialize, ToSchema)]
pub struct Conversations {
    /// So many days until now are counted, of UTC.
    #[schema(minimum = 1)]
    pub days: u32,
    /// Conversations that have ended in which the assistant has said something.
    #[schema(minimum = 0)]
    pub conversations: u64,
    /// Its messages in them.
    #[schema(minimum = 0)]
    pub answers: u64,
    /// Tokens of its turns and of the analyses.
    #[schema(minimum = 0)]
    pub tokens: u64,
    /// Conversations that were analysed.
    #[schema(minimum = 0)]
    pub analysed: u64,
    /// The price of the tokens; absent if the deployment does not know it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub model_cost: Option<Cost>,
    /// What WhatsApp takes at most for the answers; absent if its price in the business's country is not known, or nothing
    /// goes by the Cloud API.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub gateway_cost: Option<Cost>,
    /// Both for each conversation, rounded up to a hundredth of a cent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cost_each: Option<Cost>,
}
