//! Points over HTTP: load, balance, entries.

use api::Route as _;
use api::customers::CustomerPath;
use api::parameters::OfBusiness;
use api::points::{PointsEntry, PointsLoad, PointsLoaded, PointsPage, PointsQuery, Route};
use axum::Router;
use axum::extract::State;
use axum::http::StatusCode;
use domain::CustomerRef;
use domain::points::MAX_CHANGE;
use kit::config::Keys;
use kit::fields::Fields;
use kit::json::Json;
use kit::keys::{Caller, guarded};
use kit::params::{Path, Query};
use kit::{App, Problem};
use store::{Load, LoadPoints};

/// The routes, as `template.yaml` names them.
pub fn router(app: App, keys: Keys) -> Router {
    let routes = api::router(|route: Route| match route {
        Route::LoadPoints => route.to(load),
        Route::ReadPoints => route.to(balance),
    });
    guarded(&app, keys, routes.with_state(app.clone()))
}

async fn load(
    State(app): State<App>,
    caller: Caller,
    Query(about): Query<OfBusiness>,
    Json(request): Json<PointsLoad>,
) -> Result<(StatusCode, Json<PointsLoaded>), Problem> {
    let business = caller.business(about.business_id)?;
    let mut fields = Fields::new();
    let bounded = request.points != 0 && request.points.unsigned_abs() <= MAX_CHANGE.unsigned_abs();
    fields.require("points", bounded, "expected from 1 to 1000000000 points to add, or as many with a minus to take");
    let reason = request.reason.as_deref();
    let short = reason.is_none_or(|reason| reason.chars().count() <= 200);
    fields.require("reason", short, "expected at most 200 characters");
    let who = match (request.customer_id, request.phone) {
        (Some(id), None) => Some(CustomerRef::Id(id)),
        (None, Some(phone)) => fields.check("phone", CustomerRef::phone(&phone)),
        _ => {
            fields.refuse("customer_id", "expected either customer_id or phone");
            None
        }
    };
    fields.finish()?;
    let who = who.ok_or_else(|| Problem::internal("a field was refused without a word"))?;

    let customer = app.store().resolve(business, &who).await?.ok_or_else(no_customer)?;
    let load = Load { load_id: &request.load_id, points: request.points, reason, at: app.now() };
    let (status, balance) = match app.store().load_points(business, customer, &load, &app.attempt()).await? {
        LoadPoints::Loaded { balance } => (StatusCode::CREATED, balance),
        LoadPoints::Repeated { balance } => (StatusCode::OK, balance),
        LoadPoints::BelowZero { balance } => {
            let detail = format!("The balance is {balance} points, and it cannot go below zero.");
            return Err(Problem::conflict(detail).coded("below_zero"));
        }
        LoadPoints::NoCustomer => return Err(no_customer()),
    };
    Ok((status, Json(PointsLoaded { balance, load_id: request.load_id })))
}

async fn balance(
    State(app): State<App>,
    caller: Caller,
    Path(who): Path<CustomerPath>,
    Query(page): Query<PointsQuery>,
) -> Result<Json<PointsPage>, Problem> {
    let business = caller.business(page.business_id)?;
    let limit = page.limit.unwrap_or(50);
    if !(1..=200).contains(&limit) {
        return Err(Problem::field("/limit", "expected from 1 to 200"));
    }
    let customer = app.store().resolve(business, &who.customer).await?.ok_or_else(no_customer)?;
    let balance = app.store().balance(business, customer).await?.ok_or_else(no_customer)?;
    let page = app.store().entries(business, customer, limit, page.cursor.as_deref()).await?;
    let entries = page.items.into_iter().map(|entry| PointsEntry {
        load_id: entry.load_id,
        points: entry.points,
        reason: entry.reason,
        balance: entry.balance_after,
        created_at: entry.created_at,
    });
    Ok(Json(PointsPage { balance, entries: entries.collect(), cursor: page.cursor }))
}

fn no_customer() -> Problem {
    Problem::not_found("This business has no such customer.")
}
