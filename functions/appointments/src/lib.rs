//! The diary over HTTP: appointments are made, changed and listed, and free slots told.

mod make;
mod request;

use crate::request::{instant, minor, read_also};
use api::Route as _;
use api::appointments::{
    Appointment, AppointmentChange, AppointmentPage, AppointmentPath, AppointmentsQuery, FreeSlot, FreeSlots, Route,
    SlotsQuery,
};
use api::parameters::{OfBusiness, PageSize};
use axum::Router;
use axum::extract::State;
use chrono::{DateTime, Datelike, NaiveDate, Utc};
use domain::appointment::StatusError;
use domain::slots::{free_beside, is_bookable};
use domain::{Business, BusinessId, day_range, opens_on};
use kit::config::Keys;
use kit::customers::{named_in, no_business, no_customer};
use kit::json::{Given, Json};
use kit::keys::{Caller, guarded};
use kit::params::{Path, Query};
use kit::{App, Problem};
use std::ops::Range;
use store::{Taking, UpdateAppointment};

/// Tries of a change that others come before.
const TRIES: usize = 5;
/// Days that are read: the years in which an appointment may begin.
const YEARS: Range<i32> = 2000..2100;

/// The routes, as `template.yaml` names them.
pub fn router(app: App, keys: Keys) -> Router {
    let routes = api::router(|route: Route| match route {
        Route::MakeAppointments => route.to(make::make),
        Route::ListAppointments => route.to(list),
        Route::ChangeAppointment => route.to(change),
        Route::ListSlots => route.to(slots),
    });
    guarded(&app, keys, routes.with_state(app.clone()))
}

/// The business that a call is about.
async fn business(app: &App, caller: Caller, requested: Option<BusinessId>) -> Result<Business, Problem> {
    let found = app.store().business(caller.business(requested)?).await?;
    Ok(found.ok_or_else(no_business)?.record)
}

async fn list(
    State(app): State<App>,
    caller: Caller,
    Query(query): Query<AppointmentsQuery>,
) -> Result<Json<AppointmentPage>, Problem> {
    let business = business(&app, caller, query.business_id).await?;
    let (appointments, cursor) = match (query.date, query.customer) {
        (Some(date), None) => {
            if query.limit.is_some() || query.cursor.is_some() {
                let name = if query.limit.is_some() { "/limit" } else { "/cursor" };
                return Err(Problem::field(name, "expected only with: customer"));
            }
            let day = day(&business, date)?;
            (app.store().appointments_between(business.business_id, day.start, day.end).await?, None)
        }
        (None, Some(who)) => {
            let id = named_in(&app, business.business_id, &who, &business.country, "/customer").await?;
            app.store().customer(business.business_id, id).await?.ok_or_else(no_customer)?;
            let (store, cursor) = (app.store(), query.cursor.as_deref());
            let page = store.customer_appointments(business.business_id, id, PageSize::of(query.limit), cursor).await?;
            (page.items, page.cursor)
        }
        (None, None) => return Err(Problem::field("/date", "expected one of the fields: date, customer")),
        (Some(_), Some(_)) => return Err(Problem::field("/date", "expected only one of: date, customer")),
    };
    let appointments = appointments.into_iter().map(|one| Appointment::of(one, &business)).collect();
    Ok(Json(AppointmentPage { appointments, cursor }))
}

async fn slots(
    State(app): State<App>,
    caller: Caller,
    Query(query): Query<SlotsQuery>,
) -> Result<Json<FreeSlots>, Problem> {
    let business = business(&app, caller, query.business_id).await?;
    let (date, day) = (query.date, day(&business, query.date)?);
    let taken = app.store().taken_times(business.business_id, &day).await?;
    let free = free_beside(&business, date, &taken).into_iter().filter(|start| app.now() <= *start);
    let slot =
        |start: DateTime<Utc>| FreeSlot { start, local_start: start.with_timezone(&business.timezone).naive_local() };
    let (slots, opening_hours) = (free.map(slot).collect(), opens_on(&business, date));
    Ok(Json(FreeSlots { date, slot_minutes: business.slot_minutes, opening_hours, slots }))
}

async fn change(
    State(app): State<App>,
    caller: Caller,
    Path(path): Path<AppointmentPath>,
    Query(about): Query<OfBusiness>,
    given: Given<AppointmentChange>,
) -> Result<Json<Appointment>, Problem> {
    let business = business(&app, caller, about.business_id).await?;
    let given = given.read_also(None, |name, value| read_also(name, value, &business))?;
    let start = given.start.as_deref().map(|text| instant(text, &business)).transpose()?;
    let price = minor(given.price.as_ref(), &business)?;
    let change = domain::AppointmentChange {
        pet: given.pet,
        service: given.service,
        start,
        minutes: given.minutes,
        price,
        status: given.status,
        tells: given.tell_customer,
    };
    for _ in 0..TRIES {
        let found = app.store().appointment(business.business_id, &path.appointment_id).await?;
        let before = found.ok_or_else(no_appointment)?;
        let after = before.record.changed(change.clone(), app.now()).map_err(refused)?;
        let taking = if given.overbook { Taking::AnyTime } else { Taking::FreeTime };
        let has_to_be_free = taking == Taking::FreeTime && after.needs_time(Some(&before.record));
        if has_to_be_free && !is_bookable(&business, &after.time()) {
            return Err(no_slot());
        }
        let store = app.store();
        match store.update_appointment(business.business_id, &before, &after, taking, &app.attempt()).await? {
            UpdateAppointment::Done(_) | UpdateAppointment::Unchanged => {
                return Ok(Json(Appointment::of(after, &business)));
            }
            UpdateAppointment::Taken => return Err(taken()),
            UpdateAppointment::Conflict => {}
        }
    }
    Err(Problem::unavailable("an appointment kept changing"))
}

fn day(business: &Business, date: NaiveDate) -> Result<Range<DateTime<Utc>>, Problem> {
    if !YEARS.contains(&date.year()) {
        return Err(Problem::field("/date", "expected a date as 2026-11-21"));
    }
    Ok(day_range(date, business.timezone))
}

fn no_appointment() -> Problem {
    Problem::not_found("This business has no such appointment.")
}

fn no_slot() -> Problem {
    Problem::conflict("This time is no slot of the opening hours.").coded("no_free_slot")
}

fn taken() -> Problem {
    Problem::conflict("Another appointment has a part of this time.").coded("no_free_slot")
}

fn refused(error: StatusError) -> Problem {
    match error {
        StatusError::NotBegun => {
            Problem::conflict("An appointment is done or missed only once it has begun.").coded("not_begun")
        }
        StatusError::Cancelled => {
            Problem::conflict("A cancelled appointment comes back only with a start.").coded("appointment_cancelled")
        }
    }
}
