//! What an answer to a reminder does: the appointment is confirmed or cancelled, the owners hear of it, and the customer
//! is told.
//!
//! The appointment changes first, then the owners are told, and last the customer. So an answer that the customer has a
//! reply to is done with when it is delivered again, and any other is done again without harm.

use super::added::Wish;
use super::asked::{Answered, Meant, Said};
use super::words::Words;
use super::{About, CHOICES, is_ahead};
use crate::engine::JobError;
use chrono::{DateTime, SecondsFormat, TimeDelta, Utc};
use domain::appointment::AppointmentChange;
use domain::texts::appointment_answer::Outcome;
use domain::texts::appointment_moved_notice::Change;
use domain::{Appointment, AppointmentStatus, Attendance, Business, Customer, Draft, Message, MessageId, Recipient};
use kit::App;
use kit::outbox::Outbox;
use store::{CreateMessage, StoreError, Taking, UpdateAppointment};

/// How often an appointment that somebody else changes meanwhile is read again.
const ROUNDS: usize = 5;
/// The same answer so soon after the first is a second tap, and none to a later reminder.
const SECOND_TAP: TimeDelta = TimeDelta::hours(1);
/// The metadata of a reply: the inbound message that it answers, as a hash, and when that was written.
pub(super) const ANSWERS: &str = "answers";
const SAID_AT: &str = "said_at";

/// Reads and does what customers answer to reminders.
pub struct Answers<'a> {
    pub(super) app: &'a App,
    pub(super) outbox: &'a Outbox,
    pub(super) business: &'a Business,
}

/// An appointment once an answer was done.
struct Done {
    appointment: Appointment,
    outcome: Outcome,
    /// Whether this answer has changed it.
    changed: bool,
}

impl<'a> Answers<'a> {
    /// Of the customers of one business.
    #[must_use]
    pub fn new(app: &'a App, outbox: &'a Outbox, business: &'a Business) -> Self {
        Self { app, outbox, business }
    }

    /// Does what an answer asks for, and tells the customer. Of two answers the one that was said later holds, in
    /// whichever order they come. One that comes after the appointment has begun is left to people.
    ///
    /// # Errors
    /// Those of the store and the texts.
    pub async fn settle(&self, customer: &Customer, answered: &Answered, said: Said<'_>) -> Result<(), JobError> {
        let about = &answered.about;
        let answer = match answered.meant {
            Meant::Answer(answer) => answer,
            Meant::Added(wish) => return self.add(customer, about, wish, said).await,
            Meant::Nothing => return Ok(()),
        };
        let earlier = self.replies(about, said).await?;
        let is_done = earlier.iter().any(|reply| noted(reply, ANSWERS) == Some(said.id));
        if is_done || earlier.iter().filter_map(said_at).any(|at| at > said.at) {
            return Ok(());
        }
        let Some(done) = self.change(customer, about, answer).await? else { return Ok(()) };
        let wished = match done.outcome {
            Outcome::Cancelled => Some(Change::Cancelled),
            Outcome::Move | Outcome::Gone => Some(Change::Move),
            Outcome::Confirmed | Outcome::Holds | Outcome::Unclear => None,
        };
        if let Some(wished) = wished {
            self.tell_owners(customer, about, &done.appointment, wished, said).await?;
        }
        self.reply(customer, about, &done, said).await
    }

    /// The replies to earlier answers about this time of the appointment, and one to this answer.
    pub(super) async fn replies(&self, about: &About, said: Said<'_>) -> Result<Vec<Message>, StoreError> {
        let words = CHOICES.iter().map(|(_, word)| *word);
        let ids: Vec<_> = words.flat_map(|word| [reply_id(about, word), again_id(about, word, said.id)]).collect();
        self.app.store().messages(self.business.business_id, &ids).await
    }

    /// Moves the appointment as the answer says; `None` if nothing is left to answer.
    async fn change(&self, customer: &Customer, about: &About, answer: Attendance) -> Result<Option<Done>, JobError> {
        use AppointmentStatus::{Cancelled, Confirmed, Pending};
        let (store, business, now) = (self.app.store(), self.business.business_id, self.app.now());
        for _ in 0..ROUNDS {
            let Some(found) = store.appointment(business, &about.appointment_id).await? else { return Ok(None) };
            let appointment = found.record.clone();
            let done = |outcome, appointment| Ok(Some(Done { appointment, outcome, changed: false }));
            // What the customer has only asked for is the business's to confirm.
            if appointment.customer_id != customer.customer_id || appointment.is_waiting() {
                return Ok(None);
            }
            if appointment.start != about.start {
                return if is_ahead(&appointment, now) { done(Outcome::Holds, appointment) } else { Ok(None) };
            }
            if appointment.start <= now {
                return Ok(None);
            }
            let (status, outcome) = match (answer, appointment.status) {
                (Attendance::Coming, Pending) => (Confirmed, Outcome::Confirmed),
                (Attendance::NotComing, Pending | Confirmed) => (Cancelled, Outcome::Cancelled),
                (Attendance::Coming, Confirmed) => return done(Outcome::Confirmed, appointment),
                (Attendance::NotComing, Cancelled) => return done(Outcome::Cancelled, appointment),
                (Attendance::Move, Pending | Confirmed) => return done(Outcome::Move, appointment),
                (Attendance::Unclear, Pending | Confirmed) => return done(Outcome::Unclear, appointment),
                (Attendance::Coming | Attendance::Move, Cancelled) => {
                    return done(Outcome::Gone, appointment);
                }
                _ => return Ok(None),
            };
            let change = AppointmentChange { status: Some(status), ..AppointmentChange::default() };
            let Ok(after) = appointment.changed(change, now) else { return Ok(None) };
            let attempt = self.app.attempt();
            match store.update_appointment(business, &found, &after, Taking::AnyTime, &attempt).await? {
                UpdateAppointment::Done(_) => return Ok(Some(Done { appointment: after, outcome, changed: true })),
                UpdateAppointment::Unchanged => return done(outcome, after),
                UpdateAppointment::Conflict | UpdateAppointment::Taken => {}
            }
        }
        Err(StoreError::Contended("answers").into())
    }

    /// Once for each wish about one time of an appointment.
    async fn tell_owners(
        &self,
        customer: &Customer,
        about: &About,
        appointment: &Appointment,
        wished: Change,
        said: Said<'_>,
    ) -> Result<(), JobError> {
        let (word, note) =
            (<&str>::from(wished), said.text.filter(|text| said.payload.is_none() && !is_a_number(text)));
        let words = Words { business: self.business, customer, appointment, read_at: self.app.now() };
        for owner in &self.business.owners {
            let id = MessageId::of(format!("appointment-notice/{}/{about}/{word}", owner.owner_id));
            let (to, text) = (Recipient::Owner(owner.owner_id), words.notice(owner, wished, note));
            let draft = Draft::new(id, to, &text, self.business.voice(None))?;
            self.outbox.write(self.business.business_id, draft).await?;
        }
        Ok(())
    }

    /// Replies to each kind of answer once, and once more to one that changed the appointment again or answers a later
    /// reminder.
    async fn reply(&self, customer: &Customer, about: &About, done: &Done, said: Said<'_>) -> Result<(), JobError> {
        let word = match done.outcome {
            Outcome::Confirmed => "come",
            Outcome::Move => "move",
            Outcome::Cancelled => "cannot",
            Outcome::Unclear => "unclear",
            Outcome::Gone => "gone",
            Outcome::Holds => "holds",
        };
        let id = match done.outcome {
            // Told for each time that the appointment has had since.
            Outcome::Holds => again_id(about, word, &done.appointment.start.format(super::MINUTE).to_string()),
            _ => reply_id(about, word),
        };
        let draft = |id| self.draft(customer, about, done, said, id);
        let written = self.outbox.write(self.business.business_id, draft(id)?).await?;
        let CreateMessage::Exists(earlier) = written else { return Ok(()) };
        let is_choice = CHOICES.iter().any(|(_, choice)| *choice == word);
        let is_later = said_at(&earlier).is_some_and(|at| said.at - at > SECOND_TAP);
        if is_choice && (done.changed || is_later) && noted(&earlier, ANSWERS) != Some(said.id) {
            self.outbox.write(self.business.business_id, draft(again_id(about, word, said.id))?).await?;
        }
        Ok(())
    }

    fn draft(
        &self,
        customer: &Customer,
        about: &About,
        done: &Done,
        said: Said<'_>,
        id: MessageId,
    ) -> Result<Draft, JobError> {
        let (business, appointment) = (self.business, &done.appointment);
        let text = Words { business, customer, appointment, read_at: self.app.now() }.reply(done.outcome);
        let voice = self.business.voice(customer.locale);
        let draft = Draft::new(id, Recipient::Customer(customer.customer_id), &text, voice)?
            .noting(ANSWERS, said.id.to_owned());
        let draft = self::said(draft, said.at);
        // What asks again is answered as a reminder is, about the time that it tells.
        let about = match done.outcome {
            Outcome::Move => return Ok(about.noted(Wish::Move.noted(draft))),
            Outcome::Gone => return Ok(about.noted(Wish::Again.noted(draft))),
            Outcome::Cancelled => return Ok(about.noted(Wish::NotComing.noted(draft))),
            Outcome::Unclear => about.clone(),
            Outcome::Holds => About { start: appointment.start, ..about.clone() },
            Outcome::Confirmed => return Ok(draft),
        };
        Ok(about.noted(draft).offering(about.buttons(voice))?)
    }
}

fn reply_id(about: &About, word: &str) -> MessageId {
    MessageId::of(format!("appointment-answer/{about}/{word}"))
}

fn again_id(about: &About, word: &str, which: &str) -> MessageId {
    MessageId::of(format!("appointment-answer/{about}/{word}/{which}"))
}

/// Whether words are no more than a choice by its number: they tell the owner nothing.
pub(super) fn is_a_number(text: &str) -> bool {
    !text.chars().any(char::is_alphabetic)
}

pub(super) fn noted<'a>(message: &'a Message, name: &str) -> Option<&'a str> {
    message.metadata.get(name).map(String::as_str)
}

/// With when something was said, UTC, after which more words may come.
pub(super) fn said(draft: Draft, at: DateTime<Utc>) -> Draft {
    draft.noting(SAID_AT, at.to_rfc3339_opts(SecondsFormat::Millis, true))
}

pub(super) fn said_at(reply: &Message) -> Option<DateTime<Utc>> {
    noted(reply, SAID_AT)?.parse().ok()
}
