//! Reports and campaigns that somebody starts by hand, and how far they are.

use crate::run::{Runs, no_business};
use crate::view;
use api::parameters::OfBusiness;
use api::proactive::{
    NewProactive, Proactive, ProactiveData, ProactivePage, ProactivePath, ProactiveQuery, ProactiveStarted,
    ProactiveType,
};
use axum::extract::State;
use axum::http::StatusCode;
use axum::http::header::LOCATION;
use axum::response::{IntoResponse, Response};
use domain::texts::own_message;
use domain::{
    Audience, AutomationName, Business, BusinessId, Campaign, CampaignId, Job, Mode, OwnerId, Progress, RunId,
    RunState, Wording,
};
use kit::Problem;
use kit::fields::Fields;
use kit::json::Json;
use kit::keys::Caller;
use kit::params::{Path, Query};
use queues::tasks::JobTask;
use std::time::Duration;
use store::Asked;

/// The most starts of one page.
const PAGE: usize = 50;

pub(crate) async fn start(
    State(runs): State<Runs>,
    caller: Caller,
    Query(about): Query<OfBusiness>,
    Json(given): Json<NewProactive>,
) -> Result<Response, Problem> {
    let business = caller.business(about.business_id)?;
    let business = runs.app.store().business(business).await?.ok_or_else(no_business)?.record;
    let mut fields = Fields::new();
    let is_owner = |id| business.owners.iter().any(|owner| owner.owner_id == id);
    fields.require("ownerNumberId", given.owner_number_id.is_none_or(is_owner), "expected an owner of the business");
    let id = match given.r#type.automation() {
        Some(automation) => {
            fields.require("data", given.data.is_none(), "expected none but for a custom_campaign");
            fields.finish()?;
            report(&runs, &business, automation, given.owner_number_id).await?
        }
        None => campaign(&runs, &business, given, fields).await?,
    };
    let location = [(LOCATION, format!("/api/aurora/proactive/{id}"))];
    Ok((StatusCode::ACCEPTED, location, Json(ProactiveStarted { id })).into_response())
}

/// Starts an automation by its queue. What is kept first says that it waits: a job that is lost is told as failed.
async fn report(
    runs: &Runs,
    business: &Business,
    automation: AutomationName,
    owner_id: Option<OwnerId>,
) -> Result<RunId, Problem> {
    let business_id = business.business_id;
    let id = runs.keep(Some(business_id), 1).await?;
    keep(runs, business_id, id, (Some(automation), None), owner_id, RunState::Waiting).await?;
    let job = Job::new(automation, Some(business_id), Mode::EventDriven, runs.app.now());
    let task = JobTask(Job { run: Some(id), is_followed: true, owner_id, ..job });
    runs.queues.send(&task, Duration::ZERO).await.map_err(Problem::unavailable)?;
    Ok(id)
}

/// Makes a campaign of the caller's own and starts it. It tells of its progress itself.
async fn campaign(runs: &Runs, business: &Business, given: NewProactive, mut fields: Fields) -> Result<RunId, Problem> {
    let to_owner = given.owner_number_id.is_some();
    fields.require("ownerNumberId", !to_owner, "expected none: a campaign goes to customers");
    fields.require("data", given.data.is_some(), "must be given");
    let read = given.data.map(|data| (data.target_audience, wording(&data, business, &mut fields), data.campaign_type));
    fields.finish()?;
    let Some((segment, wording, name)) = read else { return Err(Problem::field("/data", "must be given")) };
    let (app, id) = (&runs.app, RunId(runs.app.id()));
    let campaign_id: CampaignId = id.to_string().parse().map_err(Problem::internal)?;
    let campaign = Campaign {
        campaign_id: campaign_id.clone(),
        business_id: business.business_id,
        name,
        audience: Audience::Segment(segment),
        wording,
        start_at: None,
        holdout: 0,
        created_at: app.now(),
        progress: Progress::new(None),
    };
    keep(runs, business.business_id, id, (None, Some(campaign_id)), None, RunState::Waiting).await?;
    runs.campaigns.create_and_start(&campaign).await?;
    let (store, done) = (app.store(), RunState::Completed);
    store.move_asked(business.business_id, id, done, app.now(), &app.attempt()).await?;
    Ok(id)
}

/// The text of a campaign: the caller's own, or that of its type.
fn wording(data: &ProactiveData, business: &Business, fields: &mut Fields) -> Wording {
    let message = data.message.as_deref().map(str::trim).filter(|text| !text.is_empty());
    for problem in message.iter().flat_map(|text| own_message::problems(text)) {
        fields.refuse("/data/message", problem.to_string());
    }
    match (message, data.campaign_type.parse()) {
        (Some(text), _) => Wording::Message(text.to_owned()),
        (None, Ok(campaign_type)) => Wording::of_type(campaign_type, &business.settings),
        (None, Err(_)) => {
            fields.refuse("/data/message", "must be given, as this campaignType has no text of its own");
            Wording::Message(String::new())
        }
    }
}

async fn keep(
    runs: &Runs,
    business: BusinessId,
    run_id: RunId,
    (automation, campaign_id): (Option<AutomationName>, Option<CampaignId>),
    owner_id: Option<OwnerId>,
    state: RunState,
) -> Result<(), Problem> {
    let now = runs.app.now();
    let asked = Asked { run_id, automation, campaign_id, owner_id, state, moved_at: now, created_at: now };
    Ok(runs.app.store().put_asked(business, &asked).await?)
}

pub(crate) async fn read(
    State(runs): State<Runs>,
    caller: Caller,
    Path(ProactivePath { id }): Path<ProactivePath>,
    Query(about): Query<OfBusiness>,
) -> Result<Json<Proactive>, Problem> {
    let business = caller.business(about.business_id)?;
    let store = runs.app.store();
    let asked = store.asked(business, id).await?.ok_or_else(|| Problem::not_found("There is no such run."))?;
    let part = store.run_parts(id, None).await?.items.into_iter().next();
    Ok(Json(Proactive { result: part.map(view::part), ..told(&runs, asked) }))
}

pub(crate) async fn list(
    State(runs): State<Runs>,
    caller: Caller,
    Query(request): Query<ProactiveQuery>,
) -> Result<Json<ProactivePage>, Problem> {
    let business = caller.business(request.business_id)?;
    let page = runs.app.store().all_asked(business, PAGE, request.cursor.as_deref()).await?;
    let items = page.items.into_iter().map(|asked| told(&runs, asked));
    let items = items.filter(|it| request.state.is_none_or(|state| state == it.state)).collect();
    Ok(Json(ProactivePage { items, cursor: page.cursor }))
}

fn told(runs: &Runs, asked: Asked) -> Proactive {
    let state = asked.state(runs.app.now());
    let Asked { run_id, automation, campaign_id, owner_id, moved_at, created_at, .. } = asked;
    Proactive {
        id: run_id,
        r#type: ProactiveType::of(automation),
        state,
        owner_number_id: owner_id,
        campaign_id,
        result: None,
        created_at,
        updated_at: moved_at,
    }
}
