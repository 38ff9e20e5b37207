//! Tells a customer whether the appointment that they asked for in the chat is booked. The business has decided: an owner
//! by an answer, or somebody by the API.

use crate::engine::{Automation, JobError, Spec, Start, StillStands, Triggered, always_holds};
use domain::texts::booking_answer::{Booked, BookingAnswer};
use domain::{
    Appointment, AppointmentId, AppointmentStatus, AutomationName, BookingRequest, Business, Customer, Draft, Message,
    MessageId, MessageType, Reason, Recipient,
};
use futures::FutureExt;
use kit::App;
use queues::events::{AppointmentDecided, Happening};

/// The metadata of an answer: the appointment.
const APPOINTMENT: &str = "appointment";
/// The metadata of an answer: the decision that it tells, and the start.
const TELLS: &str = "tells";

/// Tells customers of decisions.
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
        let Some(decided) = decided(&appointment).filter(|_| app.now() < appointment.start) else {
            return Ok(Vec::new());
        };
        let start = appointment.start.with_timezone(&business.timezone).naive_local();
        let about = (appointment.service.as_str(), start);
        let text = BookingAnswer::new(customer.known_name(), &business.name, decided, about);
        let tells = tells(decided, &appointment);
        let id = MessageId::of(format!("booking-answer/{}/{tells}", appointment.appointment_id));
        let draft = Draft::new(id, Recipient::Customer(customer.customer_id), &text, business.voice(customer.locale))?;
        Ok(vec![draft.noting(APPOINTMENT, appointment.appointment_id.to_string()).noting(TELLS, tells)])
    }
}

/// What is told of an appointment that was asked for; `None` if there is nothing to tell.
fn decided(appointment: &Appointment) -> Option<Booked> {
    match (appointment.request?, appointment.status) {
        (BookingRequest::Confirmed, AppointmentStatus::Confirmed) => Some(Booked::Confirmed),
        (BookingRequest::Declined, AppointmentStatus::Cancelled) => Some(Booked::Declined),
        _ => None,
    }
}

fn tells(decided: Booked, appointment: &Appointment) -> String {
    let word: &str = decided.into();
    format!("{word}/{}", appointment.start.format("%Y-%m-%dT%H:%MZ"))
}

/// Whether the appointment is still as the text tells it.
async fn still_stands(app: &App, business: &Business, message: &Message) -> Result<Result<(), Reason>, JobError> {
    if business.switched_off.contains(&TellBookings::SPEC.name) {
        return Ok(Err(Reason::SwitchedOff));
    }
    let noted = message.metadata.get(APPOINTMENT).and_then(|it| it.parse::<AppointmentId>().ok());
    let Some(id) = noted else { return Ok(Ok(())) };
    let found = app.store().appointment(message.business_id, &id).await?.map(|it| it.record);
    let told = found.and_then(|it| decided(&it).map(|decided| tells(decided, &it)));
    Ok(if told.as_ref() == message.metadata.get(TELLS) { Ok(()) } else { Err(Reason::AppointmentChanged) })
}
