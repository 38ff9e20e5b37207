//! Customers over HTTP: register, read, change, export, erase.

mod change;
mod export;
mod register;

use api::Route as _;
use api::customers::{
    ContactOrder, Customer, CustomerChange, CustomerExport, CustomerPage, CustomerPath, CustomersQuery, Erasing,
    ExportQuery, Route,
};
use api::parameters::{OfBusiness, PageSize};
use axum::Router;
use axum::extract::State;
use axum::http::StatusCode;
use chrono::{DateTime, TimeDelta, Utc};
use domain::{Birthday, BusinessId, CustomerId, Favorites};
use kit::config::Keys;
use kit::customers::{named, no_business, no_customer};
use kit::json::{Given, Json};
use kit::keys::{Caller, guarded};
use kit::params::{Path, Query};
use kit::{App, Problem};
use queues::tasks::EraseTask;
use queues::{QueueUrls, Queues};
use serde_json::Value;
use std::borrow::Cow;
use std::time::Duration;
use store::{Store, StoreError, Updated, Versioned};

/// Tries of a change that somebody else's change comes between.
const TRIES: usize = 5;

#[derive(Clone)]
struct Customers {
    app: App,
    queues: Queues,
}

/// The routes, as `template.yaml` names them.
pub fn router(app: App, (keys, urls): (Keys, QueueUrls)) -> Router {
    let customers = Customers { queues: Queues::new(app.sqs().clone(), urls), app: app.clone() };
    let routes = api::router(|route: Route| match route {
        Route::RegisterCustomer => route.to(register::register),
        Route::ListCustomers => route.to(list),
        Route::ReadCustomer => route.to(read),
        Route::ChangeCustomer => route.to(change),
        Route::EraseCustomer => route.to(erase),
        Route::ExportCustomer => route.to(export),
    });
    guarded(&app, keys, routes.with_state(customers))
}

async fn list(
    State(Customers { app, .. }): State<Customers>,
    caller: Caller,
    Query(page): Query<CustomersQuery>,
) -> Result<Json<CustomerPage>, Problem> {
    let business = caller.business(page.business_id)?;
    app.store().business(business).await?.ok_or_else(no_business)?;
    let order = match page.order.unwrap_or_default() {
        ContactOrder::Newest => store::ContactOrder::NewestFirst,
        ContactOrder::Oldest => store::ContactOrder::OldestFirst,
    };
    let page = app.store().last_contacts(business, order, PageSize::of(page.limit), page.cursor.as_deref()).await?;
    let stays = page.items.into_iter().filter(|customer| goes_over(&app, customer).is_none());
    Ok(Json(CustomerPage { customers: stays.map(Customer::from).collect(), cursor: page.cursor }))
}

async fn read(
    State(Customers { app, .. }): State<Customers>,
    caller: Caller,
    Path(who): Path<CustomerPath>,
    Query(about): Query<OfBusiness>,
) -> Result<Json<Customer>, Problem> {
    let business = caller.business(about.business_id)?;
    let customer = find(&app, business, &who).await?.record;
    let balance = app.store().balance(business, customer.customer_id).await?;
    let favorites = favorites(app.store(), business, &customer).await?;
    Ok(Json(Customer { points_balance: balance, ..Customer::from(customer).with_favorites(&favorites) }))
}

async fn change(
    State(Customers { app, .. }): State<Customers>,
    caller: Caller,
    Path(who): Path<CustomerPath>,
    Query(about): Query<OfBusiness>,
    given: Given<CustomerChange>,
) -> Result<Json<Customer>, Problem> {
    let business = caller.business(about.business_id)?;
    let now = app.now();
    let change = given.read_also(None, |name, value| ahead(name, value, now))?;
    change::check(&change)?;
    for _ in 0..TRIES {
        let before = find(&app, business, &who).await?;
        let mut after = before.record.clone();
        change::apply(&change, &mut after, app.now());
        if after == before.record {
            return Ok(Json(after.into()));
        }
        after.updated_at = app.now();
        match app.store().update_customer(business, &before, &after, &app.attempt()).await? {
            Updated::Done(_) | Updated::Unchanged => return Ok(Json(after.into())),
            Updated::Conflict => {}
        }
    }
    Err(Problem::unavailable("a customer's record kept changing"))
}

async fn erase(
    State(Customers { app, queues }): State<Customers>,
    caller: Caller,
    Path(who): Path<CustomerPath>,
    Query(about): Query<OfBusiness>,
) -> Result<(StatusCode, Json<Erasing>), Problem> {
    let business_id = caller.business(about.business_id)?;
    let customer_id = named(&app, business_id, &who.customer, "/customer").await?;
    let mut next = app.store().customer(business_id, customer_id).await?.ok_or_else(no_customer)?.record;
    // Of one that was joined to another the person is meant, whose record is the other. The named one is the last: a call
    // that dies on the way can be made again.
    let mut records = vec![customer_id];
    while let Some(other) = next.joined_into.filter(|_| records.len() <= LONGEST_CHAIN) {
        records.push(other);
        let Some(found) = app.store().customer(business_id, other).await? else { break };
        next = found.record;
    }
    for id in records.into_iter().rev() {
        let task = EraseTask::of_customer(business_id, id);
        queues.send(&task, Duration::ZERO).await.map_err(Problem::unavailable)?;
    }
    Ok((StatusCode::ACCEPTED, Json(Erasing { customer_id })))
}

async fn export(
    State(Customers { app, .. }): State<Customers>,
    caller: Caller,
    Path(who): Path<CustomerPath>,
    Query(page): Query<ExportQuery>,
) -> Result<Json<CustomerExport>, Problem> {
    let business = app.store().business(caller.business(page.business_id)?).await?.ok_or_else(no_business)?.record;
    let customer = find(&app, business.business_id, &who).await?.record;
    Ok(Json(export::gather(app.store(), &business, customer, app.now(), page.cursor.as_deref()).await?))
}

/// A day of birth that is still to come.
fn ahead(name: &str, value: &Value, now: DateTime<Utc>) -> Option<Cow<'static, str>> {
    let birthday: Birthday = value.as_str().filter(|_| name == "Birthday")?.parse().ok()?;
    birthday.problem(now).map(Cow::Borrowed)
}

/// The names that stand in a customer's purchases; nothing is read of one who has bought nothing.
async fn favorites(store: &Store, business: BusinessId, customer: &domain::Customer) -> Result<Favorites, StoreError> {
    if customer.statistics.purchases == 0 {
        return Ok(Favorites::default());
    }
    store.favorites(business, customer.customer_id).await
}

/// A record that was joined to another is moved and erased within this time. One that stands longer has appointments or
/// purchases of its own.
const MOVES_WITHIN: TimeDelta = TimeDelta::hours(1);
/// The most records that went into each other one after another.
const LONGEST_CHAIN: usize = 3;

/// The record into which another is being moved.
fn goes_over(app: &App, customer: &domain::Customer) -> Option<CustomerId> {
    customer.joined_into.filter(|_| app.now() - customer.updated_at < MOVES_WITHIN)
}

/// The customer; while a record is being moved into another, the other.
async fn find(app: &App, business: BusinessId, who: &CustomerPath) -> Result<Versioned<domain::Customer>, Problem> {
    let id = named(app, business, &who.customer, "/customer").await?;
    let mut found = app.store().customer(business, id).await?.ok_or_else(no_customer)?;
    for _ in 0..LONGEST_CHAIN {
        let Some(other) = goes_over(app, &found.record) else { break };
        let Some(next) = app.store().customer(business, other).await? else { break };
        found = next;
    }
    Ok(found)
}
