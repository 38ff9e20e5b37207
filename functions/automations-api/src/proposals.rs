//! The proposals of a business.

use crate::run::Runs;
use api::parameters::OfBusiness;
use api::proposals::{Proposal, ProposalList};
use axum::extract::State;
use domain::ProposalStatus;
use kit::Problem;
use kit::json::Json;
use kit::keys::Caller;
use kit::params::Query;

pub(crate) async fn list(
    State(runs): State<Runs>,
    caller: Caller,
    Query(about): Query<OfBusiness>,
) -> Result<Json<ProposalList>, Problem> {
    let business = caller.business(about.business_id)?;
    let now = runs.app.now();
    let found = runs.app.store().proposals(business).await?;
    let told = |it: domain::Proposal| {
        let has_expired = it.status.is_open() && !it.is_open(now);
        Proposal {
            status: if has_expired { ProposalStatus::Expired } else { it.status },
            number: it.number,
            automation: it.automation,
            date: it.date,
            found: it.found,
            offer: it.offer,
            campaign_id: it.campaign_id,
            created_at: it.created_at,
            until: it.until,
        }
    };
    Ok(Json(ProposalList { proposals: found.into_iter().map(told).collect() }))
}
