//! Tells a customer what has become of an appointment. One that they asked for in the chat is booked, declined, or was
//! answered by nobody in time. One that they know of was moved or cancelled by the business.

use crate::confirm_appointments;
use crate::engine::{Automation, JobError, Spec, Start, StillStands, Triggered, always_holds};
use chrono::{DateTime, Utc};
use domain::texts::booking_answer::{Booked, BookingAnswer};
use domain::{
    Appointment, AppointmentId, AppointmentStatus, AutomationName, BookingRequest, Business, Customer, Draft, Message,
    MessageId, MessageType, Reason, Recipient, Status,
};
use futures::FutureExt;
use kit::App;
use queues::events::{AppointmentDecided, Happening};

/// The metadata of an answer: the appointment.
const APPOINTMENT: &str = "appointment";
/// The metadata of an answer: what it tells, and the start.
const TELLS: &str = "tells";
/// The beginnings of the ids of messages that tell a customer of an appointment.
const TOLD_BY: [&str; 3] = ["appointment-reminder", "appointment-answer", "booking-answer"];
/// The most messages to a customer among which one of these is looked for.
const LOOK_AT: usize = 100;

/// Tells customers what has become of their appointments.
pub struct TellBookings;

impl Automation for TellBookings {
    const SPEC: Spec = Spec {
        name: AutomationName::TellBookings,
        start: Start::OnEvent(AppointmentDecided::DETAIL_TYPE),
        text: MessageType::BookingAnswer,
        topic: None,
        still_holds: always_holds,
    };

    const STILL_STANDS: Option<StillStands> =
        Some(|app, business, message| async move { still_stands(app, business, message).await }.boxed());
}

impl Triggered for TellBookings {
    type Event = AppointmentDecided;

    /// The decision as it stands now: the event may be older than the last one.
    async fn messages(
        app: &App,
        business: &Business,
        customer: &Customer,
        event: &AppointmentDecided,
    ) -> Result<Vec<Draft>, JobError> {
        let found = app.store().appointment(event.business_id, &event.appointment_id).await?;
        let Some(appointment) = found.map(|it| it.record).filter(|it| it.customer_id == customer.customer_id) else {
            return Ok(Vec::new());
        };
        let Some(told) = told(&appointment, app.now()) else { return Ok(Vec::new()) };
        if appointment.announced_at.is_some() && !is_known(app, business, customer, &appointment).await? {
            return Ok(Vec::new());
        }
        Ok(vec![draft(business, customer, &appointment, told)?])
    }
}

impl TellBookings {
    /// The text that a request still waits for the business; none if the business does not want such texts.
    ///
    /// # Errors
    /// The text cannot be made.
    pub fn not_yet(
        business: &Business,
        customer: &Customer,
        appointment: &Appointment,
    ) -> Result<Option<Draft>, JobError> {
        if business.switched_off.contains(&Self::SPEC.name) {
            return Ok(None);
        }
        draft(business, customer, appointment, Booked::NotYet).map(Some)
    }
}

/// What is told of an appointment at `now`, UTC; `None` if there is nothing to tell. Once it has begun nothing is told of it, but
/// that a request has expired, even if the sweep was late.
fn told(appointment: &Appointment, now: DateTime<Utc>) -> Option<Booked> {
    decided(appointment).filter(|told| *told == Booked::Expired || now < appointment.start)
}

fn decided(appointment: &Appointment) -> Option<Booked> {
    let status = appointment.status;
    if appointment.announced_at.is_some() {
        return match status {
            AppointmentStatus::Cancelled => Some(Booked::Cancelled),
            _ if status.is_open() => Some(Booked::Moved),
            _ => None,
        };
    }
    match (appointment.request?, status) {
        (BookingRequest::Waiting, AppointmentStatus::Pending) => Some(Booked::NotYet),
        (BookingRequest::Confirmed, AppointmentStatus::Confirmed) => Some(Booked::Confirmed),
        (BookingRequest::Declined, AppointmentStatus::Cancelled) => Some(Booked::Declined),
        (BookingRequest::Expired, AppointmentStatus::Cancelled) => Some(Booked::Expired),
        _ => None,
    }
}

/// Whether the customer asked for the appointment, or a message of ours has told them of it.
async fn is_known(
    app: &App,
    business: &Business,
    customer: &Customer,
    appointment: &Appointment,
) -> Result<bool, JobError> {
    if appointment.request.is_some() {
        return Ok(true);
    }
    let (store, id) = (app.store(), appointment.appointment_id.to_string());
    let ids = store.customer_message_ids(business.business_id, customer.customer_id, LOOK_AT).await?;
    let tells =
        |message: &MessageId| TOLD_BY.iter().any(|purpose| message.as_str().starts_with(&format!("{purpose}/{id}/")));
    let about: Vec<_> = ids.into_iter().filter(tells).collect();
    if about.is_empty() {
        return Ok(false);
    }
    let went = |it: &Message| !matches!(it.status, Status::Pending | Status::Skipped | Status::Failed);
    let messages = store.messages(business.business_id, &about).await?;
    Ok(messages.iter().any(|it| went(it) && it.metadata.get(APPOINTMENT) == Some(&id)))
}

/// The text about an appointment as it is, under an id that names what it tells. An answer to it is understood as one to a
/// reminder; after a cancellation, where no assistant answers, the owners read what the customer writes.
fn draft(business: &Business, customer: &Customer, appointment: &Appointment, told: Booked) -> Result<Draft, JobError> {
    let start = appointment.start.with_timezone(&business.timezone).naive_local();
    let about = (appointment.service.as_str(), start);
    let text = BookingAnswer::new(customer.known_name(), &business.name, told, about);
    let tells = tells(told, appointment);
    let id = MessageId::of(format!("booking-answer/{}/{tells}", appointment.appointment_id));
    let voice = business.voice(customer.locale);
    let draft = Draft::new(id, Recipient::Customer(customer.customer_id), &text, voice)?;
    let draft = draft.noting(APPOINTMENT, appointment.appointment_id.to_string()).noting(TELLS, tells);
    match (told, appointment.announced_at) {
        (Booked::Moved, _) => confirm_appointments::asking(draft, appointment, voice),
        (Booked::Cancelled, Some(at)) if business.settings.instructions.is_none() => {
            Ok(confirm_appointments::hearing(draft, appointment, at))
        }
        _ => Ok(draft),
    }
}

/// What a text tells: the same appointment may be moved to one time twice.
fn tells(told: Booked, appointment: &Appointment) -> String {
    let (word, start) = (<&str>::from(told), appointment.start.format("%Y-%m-%dT%H:%MZ"));
    match appointment.announced_at {
        Some(at) => format!("{word}/{start}/{}", at.timestamp_millis()),
        None => format!("{word}/{start}"),
    }
}

/// Whether the appointment is still as the text tells it.
async fn still_stands(app: &App, business: &Business, message: &Message) -> Result<Result<(), Reason>, JobError> {
    if business.switched_off.contains(&TellBookings::SPEC.name) {
        return Ok(Err(Reason::SwitchedOff));
    }
    let noted = message.metadata.get(APPOINTMENT).and_then(|it| it.parse::<AppointmentId>().ok());
    let Some(id) = noted else { return Ok(Ok(())) };
    let found = app.store().appointment(message.business_id, &id).await?.map(|it| it.record);
    let told = found.and_then(|it| told(&it, app.now()).map(|told| tells(told, &it)));
    Ok(if told.as_ref() == message.metadata.get(TELLS) { Ok(()) } else { Err(Reason::AppointmentChanged) })
}

#[cfg(test)]
mod tests {
    use super::*;
    use chrono::TimeDelta;
    use domain::CustomerId;
    use uuid::Uuid;

    fn asked_for(request: BookingRequest, status: AppointmentStatus) -> Appointment {
        let start = "2026-03-08T14:00:00Z".parse().unwrap();
        Appointment {
            appointment_id: "chat-1".parse().unwrap(),
            customer_id: CustomerId(Uuid::from_u128(2)),
            customer_name: None,
            pet: None,
            service: "Banho".to_owned(),
            start,
            minutes: 60,
            price: None,
            status,
            request: Some(request),
            over_at_import: false,
            remind_at: None,
            announced_at: None,
            created_at: start - TimeDelta::days(2),
            updated_at: start - TimeDelta::days(1),
        }
    }

    /// Two days later a human may send a text again that had failed.
    #[test]
    fn nothing_is_told_of_an_appointment_that_has_begun_but_that_a_request_has_expired() {
        use AppointmentStatus as Status;
        for (request, status, told_before, told_after) in [
            (BookingRequest::Waiting, Status::Pending, Booked::NotYet, None),
            (BookingRequest::Confirmed, Status::Confirmed, Booked::Confirmed, None),
            (BookingRequest::Declined, Status::Cancelled, Booked::Declined, None),
            (BookingRequest::Expired, Status::Cancelled, Booked::Expired, Some(Booked::Expired)),
        ] {
            let appointment = asked_for(request, status);
            let told = |later| told(&appointment, appointment.start + TimeDelta::milliseconds(later));
            assert_eq!((told(-1), told(0)), (Some(told_before), told_after));
        }
        let moved = Appointment {
            announced_at: Some("2026-03-07T10:00:00Z".parse().unwrap()),
            ..asked_for(BookingRequest::Confirmed, Status::Confirmed)
        };
        assert_eq!(
            [-1, 0].map(|later| told(&moved, moved.start + TimeDelta::milliseconds(later))),
            [Some(Booked::Moved), None]
        );
    }
}
