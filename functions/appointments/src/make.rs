//! Making appointments: one, or a list of which each is made or refused by itself.

use crate::request::{instant, minor, read_also};
use crate::{business, no_slot, refused, taken};
use api::appointments::{AnsweredAppointments, Appointment, AppointmentResult, AppointmentResults, NewAppointment};
use api::parameters::OfBusiness;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use domain::slots::is_bookable;
use domain::{AppointmentStatus, Business};
use futures::StreamExt;
use futures::stream;
use kit::customers::{named_in, no_customer};
use kit::json::{Given, Json};
use kit::keys::Caller;
use kit::params::Query;
use kit::serve::locale;
use kit::{App, Problem};
use std::collections::BTreeMap;
use store::{CreateAppointment, MadeAs, MadeBefore, Taking};

/// Days that are worked on at once; those of one day would stand in each other's way.
const DAYS_AT_ONCE: usize = 10;

/// The most appointments of one request.
const MOST: usize = 500;

type Answer = (StatusCode, Json<AnsweredAppointments>);

pub(crate) async fn make(
    State(app): State<App>,
    caller: Caller,
    Query(about): Query<OfBusiness>,
    headers: HeaderMap,
    given: Given<NewAppointment>,
) -> Result<Answer, Problem> {
    let business = business(&app, caller, about.business_id).await?;
    if let Some(entries) = given.entries_beside("appointments", MOST, &["import"])? {
        let results = make_all(&app, &business, entries, given.flag("import")?).await;
        let results = results.into_iter().map(|result| told(result, &headers)).collect();
        return Ok((StatusCode::OK, Json(AnsweredAppointments::Several(AppointmentResults { results }))));
    }
    let (status, appointment) = make_one(&app, &business, read(&given, &business)?, false).await?;
    Ok((status, Json(AnsweredAppointments::One(appointment))))
}

fn read(given: &Given<NewAppointment>, business: &Business) -> Result<NewAppointment, Problem> {
    given.read_also(Some(&business.country), |name, value| read_also(name, value, business))
}

fn told(result: Result<(StatusCode, Appointment), Problem>, headers: &HeaderMap) -> AppointmentResult {
    match result {
        Ok((status, appointment)) => {
            AppointmentResult { status: status.as_u16(), appointment: Some(appointment), problem: None }
        }
        Err(problem) => {
            if let Some(cause) = problem.cause() {
                tracing::error!(cause, "an appointment of a list was not made: {cause}");
            }
            let (status, problem) = (problem.status().as_u16(), Some(problem.told(locale(headers))));
            AppointmentResult { status, appointment: None, problem }
        }
    }
}

/// Makes them, those of a day one after the other.
async fn make_all(
    app: &App,
    business: &Business,
    entries: Vec<Given<NewAppointment>>,
    import: bool,
) -> Vec<Result<(StatusCode, Appointment), Problem>> {
    let (mut results, mut days) = (BTreeMap::new(), BTreeMap::<_, Vec<_>>::new());
    for (place, entry) in entries.iter().enumerate() {
        match read(entry, business) {
            Ok(one) => {
                let day = instant(&one.start, business).ok().map(|start| start.date_naive());
                days.entry(day).or_default().push((place, one));
            }
            Err(problem) => drop(results.insert(place, Err(problem))),
        }
    }
    let of_day = |ones: Vec<(usize, NewAppointment)>| async move {
        let mut done = Vec::with_capacity(ones.len());
        for (place, one) in ones {
            done.push((place, make_one(app, business, one, import).await));
        }
        done
    };
    let done = stream::iter(days.into_values().map(of_day)).buffer_unordered(DAYS_AT_ONCE);
    results.extend(done.collect::<Vec<_>>().await.into_iter().flatten());
    results.into_values().collect()
}

async fn make_one(
    app: &App,
    business: &Business,
    given: NewAppointment,
    import: bool,
) -> Result<(StatusCode, Appointment), Problem> {
    let store = app.store();
    let (text, pointer) = match (given.customer_id, &given.phone) {
        (Some(id), _) => (id.to_string(), "/customer_id"),
        (None, phone) => (phone.clone().unwrap_or_default(), "/phone"),
    };
    let customer_id = named_in(app, business.business_id, &text, &business.country, pointer).await?;
    let customer = store.customer(business.business_id, customer_id).await?.ok_or_else(no_customer)?.record;
    let price = minor(given.price.as_ref(), business)?;
    let now = app.now();
    let status = given.status.unwrap_or(AppointmentStatus::Pending);
    let appointment = domain::Appointment {
        appointment_id: match given.appointment_id {
            Some(id) => id,
            None => app.id().to_string().parse().map_err(Problem::internal)?,
        },
        customer_id,
        customer_name: customer.name,
        pet: given.pet,
        service: given.service,
        start: instant(&given.start, business)?,
        minutes: given.minutes.unwrap_or(business.slot_minutes),
        price,
        status,
        request: None,
        over_at_import: import && status == AppointmentStatus::Done,
        remind_at: None,
        announced_at: None,
        created_at: now,
        updated_at: now,
    };
    let made_as = MadeAs::of(&appointment, given.minutes);
    appointment.check_status(now).map_err(refused)?;
    let taking = if given.overbook { Taking::AnyTime } else { Taking::FreeTime };
    let has_to_be_free = taking == Taking::FreeTime && appointment.needs_time(None);
    if has_to_be_free && !is_bookable(business, &appointment.time()) {
        // The hours may be others than when it was made.
        return match store.appointment_made_before(business.business_id, &appointment.appointment_id, &made_as).await? {
            Some(before) => repeated(before, business),
            None => Err(no_slot()),
        };
    }
    match store.create_appointment(business.business_id, &appointment, &made_as, taking, &app.attempt()).await? {
        CreateAppointment::Created => Ok((StatusCode::CREATED, Appointment::of(appointment, business))),
        CreateAppointment::Exists(before) => repeated(*before, business),
        CreateAppointment::Taken => Err(taken()),
    }
}

/// The answer to an appointment whose id is there already.
fn repeated(before: MadeBefore, business: &Business) -> Result<(StatusCode, Appointment), Problem> {
    if before.is_repeat {
        Ok((StatusCode::OK, Appointment::of(before.appointment.record, business)))
    } else {
        let detail = "Another appointment was made under this appointment_id.";
        Err(Problem::conflict(detail).coded("appointment_id_taken"))
    }
}
