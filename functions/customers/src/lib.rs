//! Customers over HTTP: register, read, change, export, erase (R1.1, R4.7).

mod change;
mod export;
mod view;

use crate::change::Change;
use crate::export::Exported;
use crate::view::CustomerView;
use axum::Router;
use axum::extract::State;
use axum::http::StatusCode;
use axum::routing::{get, post};
use domain::{Birthday, Business, BusinessId, Customer, CustomerId, CustomerRef, Gender, Locale, Pet, Phone, Profile};
use kit::config::Keys;
use kit::fields::Fields;
use kit::json::Json;
use kit::keys::{Caller, guarded};
use kit::params::{Path, Query};
use kit::{App, Problem};
use queues::tasks::EraseTask;
use queues::{QueueUrls, Queues};
use serde::{Deserialize, Serialize};
use std::time::Duration;
use store::{RegisterOutcome, Updated, Versioned};

/// Tries of a change that somebody else's change comes between.
const TRIES: usize = 5;

#[derive(Clone)]
struct Customers {
    app: App,
    queues: Queues,
}

/// The routes.
pub fn router(app: App, (keys, urls): (Keys, QueueUrls)) -> Router {
    let customers = Customers { queues: Queues::new(app.sqs().clone(), urls), app: app.clone() };
    let routes = Router::new()
        .route("/api/customers", post(register))
        .route("/api/customers/{customer}", get(read).patch(change).delete(erase))
        .route("/api/customers/{customer}/export", get(export))
        .with_state(customers);
    guarded(&app, keys, routes)
}

#[derive(Deserialize)]
struct About {
    business_id: Option<BusinessId>,
}

/// The fields of a [`Profile`], by name: in a flattened one, serde would not see which are unknown.
#[derive(Deserialize)]
struct Registration {
    phone: String,
    name: Option<String>,
    email: Option<String>,
    birthday: Option<Birthday>,
    gender: Option<Gender>,
    city: Option<String>,
    locale: Option<Locale>,
    marketing_consent: Option<bool>,
    #[serde(default)]
    pets: Vec<Pet>,
}

impl Registration {
    fn into_profile(self) -> Profile {
        let Self { phone: _, name, email, birthday, gender, city, locale, marketing_consent, pets } = self;
        Profile { name, email, birthday, gender, city, locale, marketing_consent, pets }
    }
}

async fn register(
    State(Customers { app, .. }): State<Customers>,
    caller: Caller,
    Query(about): Query<About>,
    Json(given): Json<Registration>,
) -> Result<(StatusCode, Json<CustomerView>), Problem> {
    let business = app.store().business(caller.business(about.business_id)?).await?;
    let Business { business_id, country, .. } = business.ok_or_else(no_business)?.record;
    let mut fields = Fields::new();
    let phone = fields.check("phone", Phone::parse(&given.phone, Some(&country)));
    let profile = given.into_profile();
    fields.add(profile.problems());
    fields.finish()?;

    let fresh = Customer::new(CustomerId(app.id()), phone, &profile, app.now());
    Ok(match app.store().register(business_id, &fresh, &profile, &app.attempt()).await? {
        RegisterOutcome::Created => (StatusCode::CREATED, Json(CustomerView::of(fresh))),
        RegisterOutcome::Known { customer, .. } => (StatusCode::OK, Json(CustomerView::of(*customer))),
    })
}

async fn read(
    State(Customers { app, .. }): State<Customers>,
    caller: Caller,
    Path(who): Path<CustomerRef>,
    Query(about): Query<About>,
) -> Result<Json<CustomerView>, Problem> {
    let business = caller.business(about.business_id)?;
    let customer = find(&app, business, &who).await?.record;
    let balance = app.store().balance(business, customer.customer_id).await?;
    Ok(Json(CustomerView::of(customer).with_balance(balance)))
}

async fn change(
    State(Customers { app, .. }): State<Customers>,
    caller: Caller,
    Path(who): Path<CustomerRef>,
    Query(about): Query<About>,
    Json(change): Json<Change>,
) -> Result<Json<CustomerView>, Problem> {
    let business = caller.business(about.business_id)?;
    change.check()?;
    for _ in 0..TRIES {
        let before = find(&app, business, &who).await?;
        let mut after = before.record.clone();
        change.apply(&mut after);
        if after == before.record {
            return Ok(Json(CustomerView::of(after)));
        }
        after.updated_at = app.now();
        match app.store().update_customer(business, &before, &after, &app.attempt()).await? {
            Updated::Done(_) | Updated::Unchanged => return Ok(Json(CustomerView::of(after))),
            Updated::Conflict => {}
        }
    }
    Err(Problem::unavailable("a customer's record kept changing"))
}

#[derive(Serialize)]
struct Erasing {
    customer_id: CustomerId,
}

async fn erase(
    State(Customers { app, queues }): State<Customers>,
    caller: Caller,
    Path(who): Path<CustomerRef>,
    Query(about): Query<About>,
) -> Result<(StatusCode, Json<Erasing>), Problem> {
    let business_id = caller.business(about.business_id)?;
    let customer_id = app.store().resolve(business_id, &who).await?.ok_or_else(no_customer)?;
    let task = EraseTask { business_id, customer_id, again: false };
    queues.send(&task, Duration::ZERO).await.map_err(Problem::unavailable)?;
    Ok((StatusCode::ACCEPTED, Json(Erasing { customer_id })))
}

async fn export(
    State(Customers { app, .. }): State<Customers>,
    caller: Caller,
    Path(who): Path<CustomerRef>,
    Query(about): Query<About>,
) -> Result<Json<Exported>, Problem> {
    let business = caller.business(about.business_id)?;
    let customer = find(&app, business, &who).await?.record;
    Ok(Json(Exported::gather(app.store(), business, customer, app.now()).await?))
}

async fn find(app: &App, business: BusinessId, who: &CustomerRef) -> Result<Versioned<Customer>, Problem> {
    let id = app.store().resolve(business, who).await?.ok_or_else(no_customer)?;
    app.store().customer(business, id).await?.ok_or_else(no_customer)
}

fn no_customer() -> Problem {
    Problem::not_found("This business has no such customer.")
}

fn no_business() -> Problem {
    Problem::not_found("There is no such business.")
}
