//! Businesses over HTTP: onboarding by the operator, settings, API keys, and the nightly sync.

mod keys;
mod request;
mod senders;
mod sync;

use crate::senders::Sealer;
use api::Route as _;
use api::businesses::{Business, BusinessChange, BusinessPage, BusinessesQuery, Closing, NewBusiness, Route};
use api::parameters::{BusinessPath, Nothing, PageSize};
use api::senders::Sender;
use automations::Hours;
use axum::Router;
use axum::extract::State;
use axum::http::StatusCode;
use domain::Automation;
use gateways::SealingKey;
use kit::config::Keys;
use kit::customers::no_business;
use kit::env::{FromEnv, Secret, Vars};
use kit::json::{Given, Json};
use kit::keys::{Caller, guarded};
use kit::params::{Path, Query};
use kit::{App, Problem};
use queues::tasks::EraseTask;
use queues::{QueueUrls, Queues};
use std::time::Duration;
use store::Updated;

/// Tries of a change that somebody else's change comes between.
pub(crate) const TRIES: usize = 5;

/// The function's own configuration.
pub struct Config {
    keys: Keys,
    sealing_key: Secret<32>,
    urls: QueueUrls,
}

impl FromEnv for Config {
    fn from_env(vars: &mut Vars<'_>) -> Self {
        let (keys, urls) = (Keys::from_env(vars), QueueUrls::from_env(vars));
        Self { keys, sealing_key: vars.base64_key("SEALING_KEY"), urls }
    }
}

#[derive(Clone)]
pub(crate) struct Businesses {
    app: App,
    sealer: Sealer,
    queues: Queues,
}

/// The routes, as `template.yaml` names them.
pub fn router(app: App, config: Config) -> Router {
    let sealer = Sealer::new(app.clone(), SealingKey::new(config.sealing_key.expose()));
    let businesses = api::router(|route: Route| match route {
        Route::CreateBusiness => route.to(create),
        Route::ListBusinesses => route.to(list),
        Route::ReadBusiness => route.to(read),
        Route::ChangeBusiness => route.to(change),
        Route::CloseBusiness => route.to(close),
    });
    let keys = api::router(|route: api::keys::Route| match route {
        api::keys::Route::CreateKey => route.to(keys::create),
        api::keys::Route::ListKeys => route.to(keys::list),
        api::keys::Route::RevokeKey => route.to(keys::revoke),
    });
    let syncs = api::router(|route: api::sync::Route| match route {
        api::sync::Route::ReadSync => route.to(sync::read),
        api::sync::Route::StartSync => route.to(sync::start),
    });
    let queues = Queues::new(app.sqs().clone(), config.urls);
    let routes = businesses.merge(keys).merge(syncs).with_state(Businesses { app: app.clone(), sealer, queues });
    guarded(&app, config.keys, routes)
}

async fn create(
    State(Businesses { app, sealer, .. }): State<Businesses>,
    caller: Caller,
    Query(Nothing {}): Query<Nothing>,
    given: Given<NewBusiness>,
) -> Result<(StatusCode, Json<Business>), Problem> {
    caller.operator()?;
    let (request, mut fields) = given.read_with(given.text("country"), request::wrong)?;
    let id = domain::BusinessId(app.id());
    let business = request.and_then(|request| request::read(&request, id, &app, &mut fields));
    let senders = sealer.read_all(id, &[], &given.list("senders"), &mut fields);
    fields.finish()?;
    let business = business.ok_or_else(request::unnoted)?;
    sealer.check_addresses(&senders).await?;
    // The business last: senders of none harm nobody, a business without the senders it was given does.
    let senders = sealer.keep_all(senders).await?;
    let automations = automations(&app, &business)?;
    app.store().create_business(&business, &automations, &app.attempt()).await?;
    Ok((StatusCode::CREATED, Json(Business::from(business).with_senders(senders))))
}

/// All that run at their hours, with their defaults, from now on.
fn automations(app: &App, business: &domain::Business) -> Result<Vec<Automation>, Problem> {
    let new = |(name, hours): (_, Hours)| hours.automation(business, name, app.now());
    automations::scheduled().map(new).collect::<Result<_, _>>().map_err(Problem::internal)
}

async fn list(
    State(Businesses { app, .. }): State<Businesses>,
    caller: Caller,
    Query(page): Query<BusinessesQuery>,
) -> Result<Json<BusinessPage>, Problem> {
    caller.operator()?;
    let page = app.store().businesses(PageSize::of(page.limit), page.cursor.as_deref()).await?;
    Ok(Json(BusinessPage { businesses: page.items.into_iter().map(Business::from).collect(), cursor: page.cursor }))
}

async fn read(
    State(Businesses { app, .. }): State<Businesses>,
    caller: Caller,
    Path(path): Path<BusinessPath>,
    Query(Nothing {}): Query<Nothing>,
) -> Result<Json<Business>, Problem> {
    let business = caller.business(Some(path.business_id))?;
    let found = app.store().business_with_senders(business).await?.ok_or_else(no_business)?;
    let senders = found.senders.into_iter().map(Sender::from).collect();
    Ok(Json(Business::from(found.business.record).with_senders(senders)))
}

async fn change(
    State(Businesses { app, sealer, .. }): State<Businesses>,
    caller: Caller,
    Path(path): Path<BusinessPath>,
    Query(Nothing {}): Query<Nothing>,
    given: Given<BusinessChange>,
) -> Result<Json<Business>, Problem> {
    let business = caller.business(Some(path.business_id))?;
    let at_hours: Vec<_> = automations::scheduled().map(|(name, _)| name).collect();
    for _ in 0..TRIES {
        let found = app.store().business_with_senders(business).await?.ok_or_else(no_business)?;
        let country = given.text("country").unwrap_or(&found.business.record.country);
        let (change, mut fields) = given.read_with(Some(country), request::wrong)?;
        if let Some(change) = &change {
            request::allowed(change, caller)?;
        }
        let after = change.as_ref().map(|change| request::apply(change, &app, &found.business.record, &mut fields));
        let changed = sealer.read_all(business, &found.senders, &given.list("senders"), &mut fields);
        fields.finish()?;
        let (Some(change), Some(after)) = (change, after) else { return Err(request::unnoted()) };
        sealer.check_addresses(&changed).await?;
        if app.store().update_business(&found.business, &after, &at_hours, &app.attempt()).await? == Updated::Conflict {
            continue;
        }
        let changed = sealer.keep_all(changed).await?;
        if change.owners.is_some() {
            // Not only those that this call takes off: an earlier one may have been cut off here.
            let owners: Vec<_> = after.owners.iter().map(|owner| owner.owner_id).collect();
            app.store().forget_other_owners(business, &owners).await?;
        }
        return Ok(Json(Business::from(after).with_senders(senders::merged(found.senders, changed))));
    }
    Err(Problem::unavailable("a business's record kept changing"))
}

/// Closed at once, and erased by the queue. The task goes first: should this end before it is done, the task does it.
async fn close(
    State(Businesses { app, queues, .. }): State<Businesses>,
    caller: Caller,
    Path(BusinessPath { business_id }): Path<BusinessPath>,
    Query(Nothing {}): Query<Nothing>,
) -> Result<(StatusCode, Json<Closing>), Problem> {
    caller.operator()?;
    let store = app.store();
    if store.business(business_id).await?.is_none() && !store.is_closed(business_id).await? {
        return Err(no_business());
    }
    queues.send(&EraseTask::of_business(business_id), Duration::ZERO).await.map_err(Problem::unavailable)?;
    store.close_business(business_id, &app.attempt()).await?;
    Ok((StatusCode::ACCEPTED, Json(Closing { business_id })))
}
