//! Points over HTTP: load, balance, entries.

use api::Route as _;
use api::customers::CustomerPath;
use api::parameters::{OfBusiness, PageSize};
use api::points::{PointsEntry, PointsLoad, PointsLoaded, PointsPage, PointsQuery, Route};
use axum::Router;
use axum::extract::State;
use axum::http::StatusCode;
use kit::config::Keys;
use kit::customers::{self, no_customer};
use kit::json::{Given, Json};
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
    given: Given<PointsLoad>,
) -> Result<(StatusCode, Json<PointsLoaded>), Problem> {
    let business = caller.business(about.business_id)?;
    let (request, customer) = customers::of_body(&app, business, &given).await?;
    let reason = request.reason.as_deref();
    let load = Load { load_id: &request.load_id, points: request.points, reason, at: app.now() };
    let (status, balance) = match app.store().load_points(business, customer, &load, &app.attempt()).await? {
        LoadPoints::Loaded { balance } => (StatusCode::CREATED, balance),
        LoadPoints::Repeated { balance, points } if points == request.points => (StatusCode::OK, balance),
        LoadPoints::Repeated { .. } | LoadPoints::AnotherCustomers => {
            let detail = "Other points, or another customer's, were loaded under this load_id.";
            return Err(Problem::conflict(detail).coded("load_id_taken"));
        }
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
    let customer = customers::named(&app, business, &who.customer, "/customer").await?;
    let balance = app.store().balance(business, customer).await?.ok_or_else(no_customer)?;
    let page = app.store().entries(business, customer, PageSize::of(page.limit), page.cursor.as_deref()).await?;
    let entries = page.items.into_iter().map(|entry| PointsEntry {
        load_id: entry.load_id,
        points: entry.points,
        reason: entry.reason,
        balance: entry.balance_after,
        created_at: entry.created_at,
    });
    Ok(Json(PointsPage { balance, entries: entries.collect(), cursor: page.cursor }))
}
