//! Asks a customer, some hours before an appointment, whether they come. The answers are read in `answers`.

mod added;
mod answers;
mod asked;
mod words;

pub use answers::Answers;
pub use asked::{Answered, Said};

use crate::engine::{Automation, JobError, Spec, Start, StillStands, Triggered, always_holds};
use chrono::{DateTime, NaiveDateTime, Utc};
use domain::reminders::reminders;
use domain::texts::appointment_reminder;
use domain::{
    Appointment, AppointmentId, Attendance, AutomationName, Business, Button, Customer, Draft, Message, MessageId,
    MessageType, QuietHours, Reason, Recipient,
};
use futures::FutureExt;
use kit::App;
use queues::events::{AppointmentBooked, Happening};
use words::Words;

/// Reminds customers of their appointments.
pub struct ConfirmAppointments;

impl Automation for ConfirmAppointments {
    const SPEC: Spec = Spec {
        name: AutomationName::ConfirmAppointments,
        start: Start::OnEvent(AppointmentBooked::DETAIL_TYPE),
        text: MessageType::AppointmentReminder,
        topic: None,
        still_holds: always_holds,
    };

    const STILL_STANDS: Option<StillStands> =
        Some(|app, business, message| async move { still_stands(app, business, message).await }.boxed());
}

impl Triggered for ConfirmAppointments {
    type Event = AppointmentBooked;

    /// The reminders of the time that the appointment has now: the event may be older than its last move. Of one that the
    /// customer has only asked for, nobody is reminded.
    async fn messages(
        app: &App,
        business: &Business,
        customer: &Customer,
        event: &AppointmentBooked,
    ) -> Result<Vec<Draft>, JobError> {
        let found = app.store().appointment(event.business_id, &event.appointment_id).await?;
        let Some(appointment) = found.map(|found| found.record) else { return Ok(Vec::new()) };
        // The appointment may have another customer by now, who has an event of their own.
        let asks_about_it = is_ahead(&appointment, app.now()) && !appointment.is_waiting();
        if appointment.customer_id != customer.customer_id || !asks_about_it {
            return Ok(Vec::new());
        }
        drafts(business, customer, &appointment)
    }
}

/// A text that tells the time of an appointment, with the question whether the customer comes. It is answered as a reminder.
///
/// # Errors
/// The buttons cannot be made.
pub(crate) fn asking(draft: Draft, appointment: &Appointment, voice: domain::Voice) -> Result<Draft, JobError> {
    let about = About::at(appointment);
    Ok(about.noted(draft).offering(about.buttons(voice))?)
}

/// A text that tells at `at` (UTC) that an appointment was cancelled. The owners read what the customer writes then.
pub(crate) fn hearing(draft: Draft, appointment: &Appointment, at: DateTime<Utc>) -> Draft {
    About::at(appointment).noted(added::Wish::Again.noted(answers::said(draft, at)))
}

/// A reminder for each of the business's hours. An hour that was past when the appointment was made or moved is left
/// out; one that has passed since goes at once.
fn drafts(business: &Business, customer: &Customer, appointment: &Appointment) -> Result<Vec<Draft>, JobError> {
    let (night, zone) = (QuietHours::from(&business.settings), business.timezone);
    let voice = business.voice(customer.locale);
    let mut drafts = Vec::new();
    for (at, hours) in reminders(appointment.start, &business.settings.reminder_hours, night, zone) {
        if at <= appointment.updated_at {
            continue;
        }
        let about = About::at(appointment);
        let text = Words { business, customer, appointment, read_at: at }.reminder();
        // What the reminder tells is in its id: one that tells another service or pet is another reminder.
        let service = appointment.service_hash();
        let id = MessageId::of(format!("appointment-reminder/{about}/{hours}-{service}"));
        let draft = Draft::new(id, Recipient::Customer(customer.customer_id), &text, voice)?;
        let draft = about.noted(draft).noting(SERVICE, service.to_string()).offering(about.buttons(voice))?;
        drafts.push(draft.later(at));
    }
    Ok(drafts)
}

/// Whether an appointment is still to come.
fn is_ahead(appointment: &Appointment, now: DateTime<Utc>) -> bool {
    appointment.status.is_open() && appointment.start > now
}

/// Whether the appointment of a reminder still has the time, the service and the pet that it tells, and the business still
/// wants it told.
async fn still_stands(app: &App, business: &Business, message: &Message) -> Result<Result<(), Reason>, JobError> {
    let Some(about) = About::of(message) else { return Ok(Ok(())) };
    if business.switched_off.contains(&ConfirmAppointments::SPEC.name) {
        return Ok(Err(Reason::SwitchedOff));
    }
    let found = app.store().appointment(message.business_id, &about.appointment_id).await?;
    let told = message.metadata.get(SERVICE);
    let is_as_told = |appointment: &Appointment| {
        let same_service = told.is_none_or(|told| *told == appointment.service_hash().to_string());
        let is_booked = is_ahead(appointment, app.now()) && !appointment.is_waiting();
        same_service && appointment.start == about.start && is_booked
    };
    let stands = found.is_some_and(|it| is_as_told(&it.record));
    Ok(if stands { Ok(()) } else { Err(Reason::AppointmentChanged) })
}

/// An appointment at one of the times that it has had. In ids as `{appointment id}/{start}`.
#[derive(Clone, Debug, PartialEq, Eq)]
struct About {
    appointment_id: AppointmentId,
    start: DateTime<Utc>,
}

/// The purpose of our buttons: the beginning of their ids.
const PURPOSE: &str = "appointment";
/// The metadata of a message about an appointment: which one, and when it begins.
const APPOINTMENT: &str = "appointment";
const START: &str = "start";
/// The metadata of a reminder: the service and the pet that it tells, as a hash.
const SERVICE: &str = "service";
/// Appointments begin at whole minutes.
const MINUTE: &str = "%Y-%m-%dT%H:%MZ";

/// The buttons of a reminder in their order, each with the end of its id.
const CHOICES: [(Attendance, &str); 3] =
    [(Attendance::Coming, "come"), (Attendance::Move, "move"), (Attendance::NotComing, "cannot")];

impl About {
    /// The appointment that a message asks about; `None` if it asks about none.
    fn of(message: &Message) -> Option<Self> {
        let noted = |name| message.metadata.get(name).map(String::as_str);
        Self::read(noted(APPOINTMENT)?, noted(START)?)
    }

    /// At the time that it has.
    fn at(appointment: &Appointment) -> Self {
        Self { appointment_id: appointment.appointment_id.clone(), start: appointment.start }
    }

    fn noted(&self, draft: Draft) -> Draft {
        draft.noting(APPOINTMENT, self.appointment_id.to_string()).noting(START, self.minute())
    }

    fn read(id: &str, start: &str) -> Option<Self> {
        let start = NaiveDateTime::parse_from_str(start, MINUTE).ok()?.and_utc();
        Some(Self { appointment_id: id.parse().ok()?, start })
    }

    fn minute(&self) -> String {
        self.start.format(MINUTE).to_string()
    }

    /// Of a reminder; their ids say which appointment, which time, and which answer.
    fn buttons(&self, voice: domain::Voice) -> Vec<Button> {
        let all = CHOICES.iter().zip(appointment_reminder::buttons(voice));
        all.map(|((_, word), title)| Button::new(format!("{PURPOSE}/{self}/{word}"), title)).collect()
    }

    /// The appointment and the answer that the id of a button names.
    fn of_button(id: &str) -> Option<(Self, Attendance)> {
        let (rest, answer) = id.strip_prefix(PURPOSE)?.strip_prefix('/')?.rsplit_once('/')?;
        let (appointment, start) = rest.rsplit_once('/')?;
        let (answer, _) = CHOICES.iter().find(|(_, word)| *word == answer)?;
        Some((Self::read(appointment, start)?, *answer))
    }
}

impl std::fmt::Display for About {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}/{}", self.appointment_id, self.minute())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{business, customer};
    use domain::{AppointmentStatus, Profile};

    fn appointment(id: &str, made: &str) -> Appointment {
        let at = |text: &str| text.parse::<DateTime<Utc>>().unwrap();
        Appointment {
            appointment_id: id.parse().unwrap(),
            customer_id: customer(&Profile::default()).customer_id,
            customer_name: None,
            pet: Some("Rex".to_owned()),
            service: "Banho".to_owned(),
            start: at("2026-11-26T12:00:00Z"),
            minutes: 30,
            price: None,
            status: AppointmentStatus::Pending,
            request: None,
            over_at_import: false,
            remind_at: None,
            announced_at: None,
            created_at: at(made),
            updated_at: at(made),
        }
    }

    /// Any id of a caller may have slashes in it.
    #[test]
    fn a_button_names_appointment_time_and_answer() {
        for id in ["bath-1", "a/b", &"x".repeat(128)] {
            let it = appointment(id, "2026-11-01T00:00:00Z");
            let about = About { appointment_id: it.appointment_id, start: it.start };
            let buttons = about.buttons(business().voice(None));
            domain::buttons::check(&buttons).unwrap();
            let read: Vec<_> = buttons.iter().map(|button| About::of_button(&button.id).unwrap()).collect();
            let expected = CHOICES.map(|(answer, _)| (about.clone(), answer));
            assert_eq!(read, expected);
            assert!(buttons.iter().all(|button| domain::buttons::is_our_id(&button.id, Some(&button.title))));
        }
        for other in ["appointment/x/come", "appointment/x/2026-11-26T12:00Z/stay", "proposal/3/yes", "come", ""] {
            assert_eq!(About::of_button(other), None, "{other}");
        }
    }

    #[test]
    fn an_hour_before_the_appointment_was_made_or_moved_is_left_out() {
        let business = business();
        let times = |made: &str| {
            let drafts = drafts(&business, &customer(&Profile::default()), &appointment("bath-1", made)).unwrap();
            drafts
                .into_iter()
                .map(|draft| (draft.id.to_string(), draft.not_before.unwrap().to_rfc3339()))
                .collect::<Vec<_>>()
        };
        let service = appointment("bath-1", "2026-11-25T12:00:00Z").service_hash();
        let id = format!("appointment-reminder/bath-1/2026-11-26T12:00Z/24-{service}");
        let expected = (id, "2026-11-25T12:00:00+00:00".to_owned());
        assert_eq!(times("2026-11-25T11:59:59Z"), [expected]);
        assert_eq!(times("2026-11-25T12:00:00Z"), []);
    }

    /// The text says `tomorrow`: it is read on the day on which it goes, and not on that on which it is made.
    #[test]
    fn a_reminder_is_written_for_its_day() {
        let made = appointment("bath-1", "2026-11-20T12:00:00Z");
        let draft = drafts(&business(), &customer(&Profile::default()), &made).unwrap().remove(0);
        assert!(draft.content.text.contains("amanhã"), "{}", draft.content.text);
        let message = Message::of(business().business_id, draft, made.created_at, chrono::TimeDelta::minutes(15));
        let about = About { appointment_id: made.appointment_id, start: made.start };
        assert_eq!(About::of(&message), Some(about));
    }
}
