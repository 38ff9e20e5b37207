//! Asks a customer for a review some hours after a visit: everyone alike, without a reward, and seldom.

use crate::engine::{Automation, JobError, Spec, Start, StillStands, Triggered, always_holds};
use chrono::{DateTime, TimeDelta, Utc};
use domain::texts::review_request;
use domain::texts::{CustomerName, Line, LineIfAny};
use domain::{
    Appointment, AppointmentId, AppointmentStatus, AutomationName, Business, BusinessId, Customer, CustomerId, Draft,
    Message, MessageId, MessageType, Reason, Recipient, Status,
};
use futures::FutureExt;
use kit::App;
use queues::events::{AppointmentDone, Happening};

/// From the end of the visit.
const AFTER: TimeDelta = TimeDelta::hours(2);
/// A visit that ended longer ago is not asked about: its event comes late.
const WITHIN: TimeDelta = TimeDelta::days(2);
/// A customer is asked at most once in this time. Message records are kept for as long.
const SELDOM: TimeDelta = TimeDelta::days(90);
/// The metadata of a request: the appointment that it follows.
const APPOINTMENT: &str = "appointment";

/// Asks for reviews.
pub struct ReviewRequest;

impl Automation for ReviewRequest {
    const SPEC: Spec = Spec {
        name: AutomationName::ReviewRequest,
        start: Start::OnEvent(AppointmentDone::DETAIL_TYPE),
        text: MessageType::ReviewRequest,
        topic: None,
        still_holds: always_holds,
    };

    const STILL_STANDS: Option<StillStands> =
        Some(|app, business, message| async move { still_stands(app, business, message).await }.boxed());
}

impl Triggered for ReviewRequest {
    type Event = AppointmentDone;

    /// One request after a visit; none if the customer was asked within the ninety days before. Two visits of one period
    /// share an id, so that one of them is asked about.
    async fn messages(
        app: &App,
        business: &Business,
        customer: &Customer,
        event: &AppointmentDone,
    ) -> Result<Vec<Draft>, JobError> {
        let Some(link) = business.settings.review_url.as_deref() else { return Ok(Vec::new()) };
        let at = event.end + AFTER;
        if event.end + WITHIN <= app.now() || is_asked_before(app, event.business_id, customer.customer_id, at).await? {
            return Ok(Vec::new());
        }
        let found = app.store().appointment(event.business_id, &event.appointment_id).await?;
        // It may have another customer by now, or have been no visit after all.
        let is_visit = |it: &Appointment| is_done(it) && it.customer_id == customer.customer_id && !it.over_at_import;
        let Some(visit) = found.map(|it| it.record).filter(is_visit) else { return Ok(Vec::new()) };
        let text = review_request::ReviewRequest {
            name: CustomerName(customer.known_name()),
            business: Line(&business.name),
            pet: LineIfAny(visit.pet.as_deref()),
            link: Line(link),
        };
        let to = Recipient::Customer(customer.customer_id);
        let draft = Draft::new(id(customer.customer_id, period(at)), to, &text, business.voice(customer.locale))?;
        Ok(vec![draft.noting(APPOINTMENT, event.appointment_id.to_string()).later(at)])
    }
}

/// Which stretch of ninety days a time is in. A customer has one request in each.
fn period(at: DateTime<Utc>) -> i64 {
    at.timestamp().div_euclid(SELDOM.num_seconds())
}

fn id(customer: CustomerId, period: i64) -> MessageId {
    MessageId::of(format!("review-request/{}/{period}", Recipient::Customer(customer)))
}

/// Whether the customer was asked in the period before, and less than ninety days before `at`.
async fn is_asked_before(
    app: &App,
    business: BusinessId,
    customer: CustomerId,
    at: DateTime<Utc>,
) -> Result<bool, JobError> {
    let before = app.store().message(business, &id(customer, period(at) - 1)).await?;
    let was_asked = |it: &Message| !matches!(it.status, Status::Failed | Status::Skipped);
    Ok(before.filter(was_asked).is_some_and(|it| at < it.sent_at.unwrap_or(it.scheduled_for) + SELDOM))
}

fn is_done(appointment: &Appointment) -> bool {
    appointment.status == AppointmentStatus::Done
}

/// Whether the visit still counts as one, the business still asks for reviews, and no other request has gone meanwhile.
async fn still_stands(app: &App, business: &Business, message: &Message) -> Result<Result<(), Reason>, JobError> {
    if business.switched_off.contains(&ReviewRequest::SPEC.name) || business.settings.review_url.is_none() {
        return Ok(Err(Reason::SwitchedOff));
    }
    let noted = message.metadata.get(APPOINTMENT).and_then(|it| it.parse::<AppointmentId>().ok());
    let (Some(appointment), Some(customer)) = (noted, message.customer_id()) else { return Ok(Ok(())) };
    let visit = app.store().appointment(message.business_id, &appointment).await?;
    if !visit.is_some_and(|it| is_done(&it.record)) {
        return Ok(Err(Reason::AppointmentChanged));
    }
    let repeats = is_asked_before(app, message.business_id, customer, message.scheduled_for).await?;
    Ok(if repeats { Err(Reason::AskedLately) } else { Ok(()) })
}
