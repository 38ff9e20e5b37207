//! Owners' answers to appointments that customers asked for. An answer is about the request whose number it has, that it
//! quotes, or of which the owner was told last. The decision itself tells the customer: the change of the appointment does.

use super::Of;
use crate::Receiver;
use chrono::SubsecRound;
use domain::appointment::AppointmentChange;
use domain::inbound::InboundMessage;
use domain::request_answer::request_answer;
use domain::texts::booking_decision::{BookingDecision, Decided};
use domain::{
    Appointment, AppointmentId, AppointmentStatus, BookingRequest, Decision, Message, MessageId, Recipient,
    RequestNumber, RequestStep, Status,
};
use kit::batch::{Failure, Outcome};
use store::{NumberedRequest, Taking, UpdateAppointment};

/// The beginnings of the ids of our messages to owners that ask about a request: the first, and one that asks again.
const NOTICE: &str = "booking-notice/";
const DECISION: &str = "booking-decision/";
/// The metadata of these: the appointment, and its number.
const APPOINTMENT: &str = "appointment";
const NUMBER: &str = "number";
/// How often an appointment that somebody else changes meanwhile is read again.
const ROUNDS: usize = 5;

/// A request that a message of ours is about.
struct About {
    appointment_id: AppointmentId,
    number: RequestNumber,
}

impl About {
    fn of(message: &Message) -> Option<Self> {
        let noted = |name| message.metadata.get(name);
        let number = RequestNumber(noted(NUMBER)?.parse().ok()?);
        Some(Self { appointment_id: noted(APPOINTMENT)?.parse().ok()?, number })
    }
}

impl Receiver {
    /// What an owner's words do to each request that they are about; nothing if they are no answer to one.
    pub(super) async fn request_steps(
        &self,
        of: &Of<'_>,
        message: &InboundMessage,
        said: &str,
    ) -> Result<Vec<RequestStep>, Failure> {
        let (store, business) = (self.app.store(), of.business.business_id);
        if let Some(quoted) = &message.reply_to {
            let Some(id) = store.find_by_gateway_id(business, quoted).await?.filter(asks) else {
                return Ok(Vec::new());
            };
            let Some(about) = store.message(business, &id).await?.as_ref().and_then(About::of) else {
                return Ok(Vec::new());
            };
            let answers = request_answer(said, &[], Some(about.number));
            return Ok(answers
                .into_iter()
                .map(|(number, decision)| step(&about.appointment_id, number, decision))
                .collect());
        }
        let last = self.last_request_told(of).await?;
        let named = store.numbered_requests(business).await?;
        let numbers: Vec<RequestNumber> = named.iter().map(|it| it.number).collect();
        let mut steps = Vec::new();
        for (number, decision) in request_answer(said, &numbers, last.as_ref().map(|it| it.number)) {
            // Numbers begin at 1 again, so the one that was told last comes first.
            let appointment_id = match last.as_ref().filter(|it| it.number == number) {
                Some(last) => &last.appointment_id,
                None => match self.told_before(of, &named, number).await? {
                    Some(named) => &named.appointment_id,
                    None => return Ok(Vec::new()),
                },
            };
            steps.push(step(appointment_id, number, decision));
        }
        Ok(steps)
    }

    /// The request of which the owner was told last, if that was the last message to them before they wrote.
    async fn last_request_told(&self, of: &Of<'_>) -> Result<Option<About>, Failure> {
        let (store, business) = (self.app.store(), of.business.business_id);
        let reach = store.reach(business, Recipient::Owner(of.owner.owner_id)).await?;
        let Some(id) = reach.last_message_id.filter(asks) else { return Ok(None) };
        let last = store.message(business, &id).await?;
        Ok(last.filter(|last| went_before(last, of)).as_ref().and_then(About::of))
    }

    /// The request of a number, if this owner was asked about it before they wrote.
    async fn told_before<'a>(
        &self,
        of: &Of<'_>,
        named: &'a [NumberedRequest],
        number: RequestNumber,
    ) -> Result<Option<&'a NumberedRequest>, Failure> {
        let Some(named) = named.iter().find(|it| it.number == number) else { return Ok(None) };
        let notice = MessageId::of(format!("{NOTICE}{}/{}", named.appointment_id, of.owner.owner_id));
        let notice = self.app.store().message(of.business.business_id, &notice).await?;
        Ok(notice.is_some_and(|notice| went_before(&notice, of)).then_some(named))
    }

    /// Takes the steps. Each may be taken again.
    pub(super) async fn take_requests(&self, of: &Of<'_>, steps: &[RequestStep]) -> Outcome {
        for RequestStep { appointment_id, number, decision } in steps {
            let Some((appointment, answer)) = self.decide_on(of, appointment_id, *decision).await? else { continue };
            let (store, business) = (self.app.store(), of.business);
            if answer != Decided::Unclear {
                store.settle_request(business.business_id, appointment_id, &self.app.attempt()).await?;
            }
            let start = appointment.start.with_timezone(&business.timezone).naive_local();
            let about = (appointment.service.as_str(), start);
            let text = BookingDecision::new(&of.owner.name, &business.name, answer, about, *number);
            let id = MessageId::of(format!("{DECISION}{appointment_id}/{}", of.inbound));
            let noted = [(APPOINTMENT, appointment_id.to_string()), (NUMBER, number.yes().to_string())];
            // What asks again may be answered; the rest is told.
            let noted = noted.into_iter().filter(|_| answer == Decided::Unclear);
            self.say_noting(of, id, &text, noted).await?;
        }
        Ok(())
    }

    /// The appointment as it is after the decision, and what follows; `None` if it is gone. A decision that stands already
    /// is told as if it were made now: so is a repeat of the same answer.
    async fn decide_on(
        &self,
        of: &Of<'_>,
        appointment: &AppointmentId,
        decision: Decision,
    ) -> Result<Option<(Appointment, Decided)>, Failure> {
        let (store, business, now) = (self.app.store(), of.business.business_id, self.app.now());
        for _ in 0..ROUNDS {
            let Some(found) = store.appointment(business, appointment).await? else { return Ok(None) };
            let (status, answer) = match decision {
                Decision::Unclear => return Ok(Some((found.record, Decided::Unclear))),
                Decision::Confirm => (AppointmentStatus::Confirmed, Decided::Confirmed),
                Decision::Decline => (AppointmentStatus::Cancelled, Decided::Declined),
            };
            if !found.record.is_waiting() {
                let is_cancelled = found.record.status == AppointmentStatus::Cancelled;
                let answer = match (decision, is_cancelled) {
                    (_, true) if found.record.request == Some(BookingRequest::Expired) => Decided::Expired,
                    (Decision::Confirm, true) => Decided::WasDeclined,
                    (Decision::Decline, false) => Decided::WasConfirmed,
                    _ => answer,
                };
                return Ok(Some((found.record, answer)));
            }
            let change = AppointmentChange { status: Some(status), ..AppointmentChange::default() };
            let changed = if now < found.record.start { found.record.changed(change, now).ok() } else { None };
            let Some(after) = changed else { return Ok(Some((found.record, Decided::Over))) };
            let attempt = self.app.attempt();
            match store.update_appointment(business, &found, &after, Taking::AnyTime, &attempt).await? {
                UpdateAppointment::Done(_) | UpdateAppointment::Unchanged => return Ok(Some((after, answer))),
                UpdateAppointment::Conflict | UpdateAppointment::Taken => {}
            }
        }
        Err(Failure::retry("contended"))
    }
}

fn step(appointment: &AppointmentId, number: RequestNumber, decision: Decision) -> RequestStep {
    RequestStep { appointment_id: appointment.clone(), number, decision }
}

/// Whether a message to an owner asks about a request, by its id.
fn asks(id: &MessageId) -> bool {
    id.as_str().starts_with(NOTICE) || id.as_str().starts_with(DECISION)
}

/// Whether a message went to the owner before they wrote. Gateways tell whole seconds.
fn went_before(message: &Message, of: &Of<'_>) -> bool {
    let went = message.sent_at.or(message.claimed_at);
    let went = went.filter(|_| !matches!(message.status, Status::Failed | Status::Skipped));
    went.is_some_and(|went| went.trunc_subsecs(0) <= of.at)
}
