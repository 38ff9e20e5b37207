//! Proposals: campaigns that reports have suggested to the owners, and the answers to them.

use crate::parameters::OfBusiness;
use crate::values::{AutomationName, Date, Time};
use crate::{Address, Operation, Tag};
use chrono::{DateTime, NaiveDate, Utc};
use domain::{CampaignId, ProposalStatus};
use serde::Serialize;
use strum::{EnumIter, EnumMessage, IntoStaticStr};
use utoipa::ToSchema;

/// The routes.
#[derive(Clone, Copy, EnumIter, EnumMessage, IntoStaticStr)]
#[strum(serialize_all = "camelCase")]
pub enum Route {
    /// List the proposals to the owners
    ///
    /// Of the last 90 days, the newest first. An owner answers one by WhatsApp, with its number or a yes.
    ListProposals,
}

impl crate::Route for Route {
    const TAG: Tag =
        Tag { name: "Proposals", description: "Campaigns that reports suggest, which an owner's yes starts." };

    fn address(self) -> Address {
        match self {
            Self::ListProposals => Address::get("/api/proposals"),
        }
    }

    fn operation(self) -> Operation {
        match self {
            Self::ListProposals => Operation::with_key()
                .query::<OfBusiness>()
                .answer::<ProposalList>(200, "The proposals, open and past ones."),
        }
    }
}

/// The status of a proposal. `confirming`: an owner has said yes, and so many people would be written to that a second yes
/// is waited for.
#[derive(ToSchema)]
#[schema(rename_all = "snake_case")]
pub enum StatusOfProposal {
    /// An owner may answer.
    Open,
    /// An owner has said yes once.
    Confirming,
    /// An owner has said yes.
    Accepted,
    /// An owner has said no.
    Declined,
    /// Nobody has answered in time.
    Expired,
}

/// A campaign that a report has suggested.
#[derive(Serialize, ToSchema)]
pub struct Proposal {
    /// The number by which an owner names it. It counts from 1 again once none is open.
    #[schema(minimum = 0)]
    pub number: u32,
    /// The automation whose report it ends.
    #[schema(value_type = AutomationName)]
    pub automation: domain::AutomationName,
    /// The local date that it is about.
    #[schema(value_type = Date)]
    pub date: NaiveDate,
    /// The customers that it is about.
    #[schema(minimum = 0)]
    pub found: u64,
    /// The offer to them, percent.
    #[schema(minimum = 0, maximum = 100)]
    pub offer: u8,
    /// Where it stands now.
    #[schema(value_type = StatusOfProposal)]
    pub status: ProposalStatus,
    /// The campaign that a yes has made.
    #[schema(value_type = Option<String>, required)]
    pub campaign_id: Option<CampaignId>,
    /// When it was made.
    #[schema(value_type = Time)]
    pub created_at: DateTime<Utc>,
    /// Until when an owner may answer.
    #[schema(value_type = Time)]
    pub until: DateTime<Utc>,
}

/// The proposals of a business.
#[derive(Serialize, ToSchema)]
#[schema(examples(json!({
    "proposals": [{
        "number": 1,
        "automation": "low-occupancy",
        "date": "2026-11-22",
        "found": 15,
        "offer": 25,
        "status": "accepted",
        "campaign_id": "proposal/low-occupancy/2026-11-22",
        "created_at": "2026-11-21T19:00:04.120Z",
        "until": "2026-11-23T03:00:00Z"
    }]
})))]
pub struct ProposalList {
    /// The newest first.
    pub proposals: Vec<Proposal>,
}
