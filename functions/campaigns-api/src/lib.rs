//! Campaigns over HTTP: make one, count its audience, start, pause, resume, cancel, and its progress.

mod recipients;
mod request;
mod returns;
mod view;

use crate::request::read_campaign;
use crate::view::{shown, told};
use api::Route as _;
use api::campaigns::{
    Campaign, CampaignDeleted, CampaignMade, CampaignPage, CampaignPath, CampaignsQuery, NewCampaign, Preflight, Route,
};
use api::parameters::{OfBusiness, PageSize};
use axum::Router;
use axum::extract::State;
use axum::http::StatusCode;
use campaigns::{Campaigns, Moved};
use chrono::TimeDelta;
use domain::{BusinessId, CampaignStatus, Progress};
use kit::config::{Indexes, Keys};
use kit::customers::no_business;
use kit::json::{Given, Json};
use kit::keys::{Caller, guarded};
use kit::params::{Path, Query};
use kit::{App, Problem};
use queues::QueueUrls;
use store::{CreateCampaign, Versioned};

/// The time for which an audience is counted: an API answers within half a minute.
const COUNTED_WITHIN: TimeDelta = TimeDelta::seconds(20);

/// The routes, as `template.yaml` names them.
pub fn router(app: App, (keys, urls, indexes): (Keys, QueueUrls, Indexes)) -> Router {
    let routes = api::router(|route: Route| match route {
        Route::CreateCampaign => route.to(create),
        Route::ListCampaigns => route.to(list),
        Route::ReadCampaign => route.to(read),
        Route::DeleteCampaign => route.to(delete),
        Route::PreflightCampaign => route.to(count),
        Route::StartCampaign => route.to(start),
        Route::PauseCampaign => route.to(pause),
        Route::ResumeCampaign => route.to(resume),
        Route::CancelCampaign => route.to(cancel),
        Route::ListRecipients => route.to(recipients::list),
        Route::ReadReturns => route.to(returns::read),
    });
    guarded(&app, keys, routes.with_state(Campaigns::new(app.clone(), urls).with_indexes(&indexes)))
}

type Of = (State<Campaigns>, Caller, Path<CampaignPath>, Query<OfBusiness>);

async fn create(
    State(campaigns): State<Campaigns>,
    caller: Caller,
    Query(about): Query<OfBusiness>,
    given: Given<NewCampaign>,
) -> Result<(StatusCode, Json<CampaignMade>), Problem> {
    let (app, business) = (campaigns.app(), caller.business(about.business_id)?);
    let campaign = read_campaign(app, business, given.read(None)?).await?;
    let made = |campaign: domain::Campaign| {
        Json(CampaignMade { campaign_id: campaign.campaign_id, status: campaign.progress.status })
    };
    // A call that is repeated after the start is none of a time that has passed.
    if campaign.start_at.is_some_and(|at| at < app.now() - Progress::BEGUN_WITHIN) {
        let known = app.store().campaign(business, &campaign.campaign_id).await?;
        return match known {
            Some(known) if known.record.asks_the_same(&campaign) => Ok((StatusCode::OK, made(known.record))),
            _ => Err(Problem::field("/start_at", "expected a time that has not passed")),
        };
    }
    app.store().business(business).await?.ok_or_else(no_business)?;
    match app.store().create_campaign(&campaign, &app.attempt()).await? {
        CreateCampaign::Created => Ok((StatusCode::CREATED, made(campaign))),
        CreateCampaign::Exists(known) if known.record.asks_the_same(&campaign) => {
            Ok((StatusCode::OK, made(known.record)))
        }
        CreateCampaign::Exists(_) => {
            Err(Problem::conflict("There is another campaign of this campaign_id.").coded("campaign_id_taken"))
        }
    }
}

async fn list(
    State(campaigns): State<Campaigns>,
    caller: Caller,
    Query(request): Query<CampaignsQuery>,
) -> Result<Json<CampaignPage>, Problem> {
    let business = caller.business(request.business_id)?;
    let limit = PageSize::of(request.limit);
    let page = campaigns.app().store().campaigns(business, limit, request.cursor.as_deref()).await?;
    let mut shown_all = Vec::with_capacity(page.items.len());
    for campaign in page.items {
        shown_all.push(shown(&campaigns, campaign).await?);
    }
    Ok(Json(CampaignPage { campaigns: shown_all, cursor: page.cursor }))
}

/// The campaign that a call is about.
async fn found(
    campaigns: &Campaigns,
    business: BusinessId,
    path: &CampaignPath,
) -> Result<Versioned<domain::Campaign>, Problem> {
    campaigns.app().store().campaign(business, &path.campaign_id).await?.ok_or_else(no_campaign)
}

async fn read((State(campaigns), caller, Path(path), Query(about)): Of) -> Result<Json<Campaign>, Problem> {
    let business = caller.business(about.business_id)?;
    let campaign = found(&campaigns, business, &path).await?.record;
    shown(&campaigns, campaign).await.map(Json)
}

async fn delete((State(campaigns), caller, Path(path), Query(about)): Of) -> Result<Json<CampaignDeleted>, Problem> {
    let business = caller.business(about.business_id)?;
    let campaign = found(&campaigns, business, &path).await?;
    let status = campaign.record.progress.status;
    if !status.is_over() && status != CampaignStatus::Draft {
        return Err(wrong_status(format!("This campaign is {status}; cancel it first.")));
    }
    // Its messages are named by it: those of another one of this id would count as sent.
    if campaign.record.progress.chunks > 0 {
        let detail = "This campaign has messages; it is kept for half a year.";
        return Err(Problem::conflict(detail).coded("campaign_has_messages"));
    }
    let app = campaigns.app();
    if !app.store().delete_campaign(&campaign, &app.attempt()).await? {
        return Err(Problem::unavailable("the campaign was changed meanwhile"));
    }
    Ok(Json(CampaignDeleted { campaign_id: path.campaign_id }))
}

async fn count((State(campaigns), caller, Path(path), Query(about)): Of) -> Result<Json<Preflight>, Problem> {
    let (app, business) = (campaigns.app(), caller.business(about.business_id)?);
    let campaign = found(&campaigns, business, &path).await?.record;
    let status = campaign.progress.status;
    if !matches!(status, CampaignStatus::Draft | CampaignStatus::Scheduled) {
        return Err(wrong_status(format!("This campaign is {status}.")));
    }
    let known = app.store().business_with_senders(business).await?.ok_or_else(no_business)?;
    if known.senders.is_empty() {
        return Err(campaigns::CampaignError::NoSender.into());
    }
    let now = app.now();
    let counted = campaigns.preflight(&known, &campaign, now, now + COUNTED_WITHIN).await?;
    // A repeat would take as long.
    let too_large = || Problem::conflict("This audience is too large to be counted in one call.");
    let counted = counted.ok_or_else(|| too_large().coded("audience_too_large"))?;
    app.store().keep_preflight(business, &path.campaign_id, &counted.counted, &app.attempt()).await?;
    Ok(Json(told(counted)))
}

async fn start((State(campaigns), caller, Path(path), Query(about)): Of) -> Result<Json<Campaign>, Problem> {
    let business = caller.business(about.business_id)?;
    let moved = campaigns.start(business, &path.campaign_id).await?;
    answer(&campaigns, business, &path, moved).await
}

async fn pause((State(campaigns), caller, Path(path), Query(about)): Of) -> Result<Json<Campaign>, Problem> {
    let business = caller.business(about.business_id)?;
    let moved = campaigns.pause(business, &path.campaign_id, "asked: Somebody has paused it.").await?;
    answer(&campaigns, business, &path, moved).await
}

async fn resume((State(campaigns), caller, Path(path), Query(about)): Of) -> Result<Json<Campaign>, Problem> {
    let business = caller.business(about.business_id)?;
    let moved = campaigns.resume(business, &path.campaign_id).await?;
    answer(&campaigns, business, &path, moved).await
}

async fn cancel((State(campaigns), caller, Path(path), Query(about)): Of) -> Result<Json<Campaign>, Problem> {
    let business = caller.business(about.business_id)?;
    let moved = campaigns.cancel(business, &path.campaign_id, "asked: Somebody has cancelled it.").await?;
    answer(&campaigns, business, &path, moved).await
}

/// The campaign after a move, or why it cannot be made.
async fn answer(
    campaigns: &Campaigns,
    business: BusinessId,
    path: &CampaignPath,
    moved: Moved,
) -> Result<Json<Campaign>, Problem> {
    match moved {
        Moved::To(progress) => {
            let campaign = found(campaigns, business, path).await?.record;
            shown(campaigns, domain::Campaign { progress, ..campaign }).await.map(Json)
        }
        Moved::Not(progress) => Err(wrong_status(format!("This campaign is {}.", progress.status))),
        Moved::NoCampaign => Err(no_campaign()),
    }
}

fn wrong_status(detail: String) -> Problem {
    Problem::conflict(detail).coded("campaign_status")
}

pub(crate) fn no_campaign() -> Problem {
    Problem::not_found("This business has no such campaign.")
}
