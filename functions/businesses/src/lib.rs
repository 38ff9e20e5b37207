//! Businesses over HTTP: onboarding by the operator, settings, API keys (R7.1, R7.8).

mod keys;
mod request;
mod senders;
mod view;

use crate::request::{BusinessChange, NewBusiness};
use crate::senders::Sealer;
use crate::view::{BusinessPage, BusinessView};
use automations::Hours;
use axum::Router;
use axum::extract::State;
use axum::http::StatusCode;
use axum::routing::{delete, get, post};
use domain::{Automation, Business, BusinessId};
use gateways::SealingKey;
use kit::config::Keys;
use kit::env::{FromEnv, Secret, Vars};
use kit::json::Json;
use kit::keys::{Caller, guarded};
use kit::params::{Path, Query};
use kit::{App, Problem};
use serde::Deserialize;
use store::Updated;

/// Tries of a change that somebody else's change comes between.
const TRIES: usize = 5;

/// What the function itself is configured with.
pub struct Config {
    keys: Keys,
    sealing_key: Secret<32>,
}

impl FromEnv for Config {
    fn from_env(vars: &mut Vars<'_>) -> Self {
        Self { keys: Keys::from_env(vars), sealing_key: vars.base64_key("SEALING_KEY") }
    }
}

#[derive(Clone)]
pub(crate) struct Businesses {
    app: App,
    sealer: Sealer,
}

/// The routes.
pub fn router(app: App, config: Config) -> Router {
    let sealer = Sealer::new(app.clone(), SealingKey::new(config.sealing_key.expose()));
    let routes = Router::new()
        .route("/api/businesses", post(create).get(list))
        .route("/api/businesses/{business_id}", get(read).patch(change))
        .route("/api/businesses/{business_id}/keys", post(keys::create).get(keys::list))
        .route("/api/businesses/{business_id}/keys/{key_id}", delete(keys::remove))
        .with_state(Businesses { app: app.clone(), sealer });
    guarded(&app, config.keys, routes)
}

async fn create(
    State(Businesses { app, sealer }): State<Businesses>,
    caller: Caller,
    Json(request): Json<NewBusiness>,
) -> Result<(StatusCode, Json<BusinessView>), Problem> {
    caller.operator()?;
    let (business, given) = request.read(&app)?;
    let senders = sealer.read_all(business.business_id, &[], given)?;
    // The business last: senders of none harm nobody, a business without the senders it was given does.
    let senders = sealer.keep_all(senders).await?;
    let automations = automations(&app, &business)?;
    app.store().create_business(&business, &automations, &app.attempt()).await?;
    Ok((StatusCode::CREATED, Json(BusinessView::of(business, senders))))
}

/// All that run at their hours, with their defaults, from now on.
fn automations(app: &App, business: &Business) -> Result<Vec<Automation>, Problem> {
    let new = |(name, hours): (_, Hours)| hours.automation(business, name, app.now());
    automations::scheduled().map(new).collect::<Result<_, _>>().map_err(Problem::internal)
}

#[derive(Deserialize)]
struct PageRequest {
    limit: Option<usize>,
    cursor: Option<String>,
}

async fn list(
    State(Businesses { app, .. }): State<Businesses>,
    caller: Caller,
    Query(page): Query<PageRequest>,
) -> Result<Json<BusinessPage>, Problem> {
    caller.operator()?;
    let limit = page.limit.unwrap_or(50);
    if !(1..=100).contains(&limit) {
        return Err(Problem::field("/limit", "expected from 1 to 100"));
    }
    let page = app.store().businesses(limit, page.cursor.as_deref()).await?;
    Ok(Json(BusinessPage::of(page)))
}

async fn read(
    State(Businesses { app, .. }): State<Businesses>,
    caller: Caller,
    Path(business): Path<BusinessId>,
) -> Result<Json<BusinessView>, Problem> {
    let business = caller.business(Some(business))?;
    let found = app.store().business_with_senders(business).await?.ok_or_else(no_business)?;
    Ok(Json(BusinessView::of(found.business.record, found.senders.into_iter().map(Into::into).collect())))
}

async fn change(
    State(Businesses { app, sealer }): State<Businesses>,
    caller: Caller,
    Path(business): Path<BusinessId>,
    Json(change): Json<BusinessChange>,
) -> Result<Json<BusinessView>, Problem> {
    let business = caller.business(Some(business))?;
    change.allowed(caller)?;
    for _ in 0..TRIES {
        let found = app.store().business_with_senders(business).await?.ok_or_else(no_business)?;
        let after = change.apply(&app, &found.business.record)?;
        let given = change.senders();
        let changed = sealer.read_all(business, &found.senders, given)?;
        if app.store().update_business(&found.business, &after, &app.attempt()).await? == Updated::Conflict {
            continue;
        }
        let changed = sealer.keep_all(changed).await?;
        return Ok(Json(BusinessView::of(after, view::merged(found.senders, changed))));
    }
    Err(Problem::unavailable("a business's record kept changing"))
}

pub(crate) fn no_business() -> Problem {
    Problem::not_found("There is no such business.")
}
