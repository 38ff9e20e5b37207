//! Points over HTTP: load, balance, entries (R1.3).

use axum::Router;
use axum::extract::State;
use axum::http::StatusCode;
use axum::routing::{get, post};
use chrono::{DateTime, Utc};
use domain::CustomerRef;
use domain::points::MAX_CHANGE;
use domain::{BusinessId, CustomerId, LoadId};
use kit::config::Keys;
use kit::fields::Fields;
use kit::json::Json;
use kit::keys::{Caller, guarded};
use kit::params::{Path, Query};
use kit::{App, Problem};
use serde::{Deserialize, Serialize};
use store::{Load, LoadPoints};

/// The routes.
pub fn router(app: App, keys: Keys) -> Router {
    let routes = Router::new()
        .route("/api/points/load", post(load))
        .route("/api/customers/{customer}/points", get(balance))
        .with_state(app.clone());
    guarded(&app, keys, routes)
}

#[derive(Deserialize)]
struct About {
    business_id: Option<BusinessId>,
}

#[derive(Deserialize)]
struct LoadRequest {
    customer_id: Option<CustomerId>,
    phone: Option<String>,
    points: i64,
    reason: Option<String>,
    load_id: LoadId,
}

#[derive(Serialize)]
struct Loaded {
    balance: i64,
    load_id: LoadId,
}

async fn load(
    State(app): State<App>,
    caller: Caller,
    Query(about): Query<About>,
    Json(request): Json<LoadRequest>,
) -> Result<(StatusCode, Json<Loaded>), Problem> {
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
    Ok((status, Json(Loaded { balance, load_id: request.load_id })))
}

#[derive(Deserialize)]
struct Page {
    business_id: Option<BusinessId>,
    limit: Option<usize>,
    cursor: Option<String>,
}

#[derive(Serialize)]
struct Balance {
    balance: i64,
    entries: Vec<Entry>,
    cursor: Option<String>,
}

#[derive(Serialize)]
struct Entry {
    load_id: LoadId,
    points: i64,
    reason: Option<String>,
    balance: i64,
    created_at: DateTime<Utc>,
}

async fn balance(
    State(app): State<App>,
    caller: Caller,
    Path(customer): Path<CustomerRef>,
    Query(page): Query<Page>,
) -> Result<Json<Balance>, Problem> {
    let business = caller.business(page.business_id)?;
    let limit = page.limit.unwrap_or(50);
    if !(1..=200).contains(&limit) {
        return Err(Problem::field("/limit", "expected from 1 to 200"));
    }
    let customer = app.store().resolve(business, &customer).await?.ok_or_else(no_customer)?;
    let balance = app.store().balance(business, customer).await?.ok_or_else(no_customer)?;
    let page = app.store().entries(business, customer, limit, page.cursor.as_deref()).await?;
    let entries = page.items.into_iter().map(|entry| Entry {
        load_id: entry.load_id,
        points: entry.points,
        reason: entry.reason,
        balance: entry.balance_after,
        created_at: entry.created_at,
    });
    Ok(Json(Balance { balance, entries: entries.collect(), cursor: page.cursor }))
}

fn no_customer() -> Problem {
    Problem::not_found("This business has no such customer.")
}
