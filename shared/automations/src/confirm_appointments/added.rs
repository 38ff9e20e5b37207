//! What customers write after a wish to move or to cancel: a time that suits them, or a reason. The owners read it.

use super::answers::{ANSWERS, is_a_number, noted, said_at};
use super::asked::{Meant, Said, asked_at};
use super::words::Words;
use super::{About, Answers};
use crate::engine::JobError;
use chrono::{DateTime, TimeDelta, Utc};
use domain::texts::appointment_moved_notice::Change;
use domain::{
    Appointment, AppointmentStatus, Attendance, Customer, Draft, Message, MessageId, Recipient, is_acknowledgement,
    yes_or_no,
};
use store::CreateMessage;
use strum::{EnumString, IntoStaticStr};

/// The metadata of our reply to a wish: which one.
const WISH: &str = "wish";

/// A wish that we have replied to, after which more words may come.
#[derive(Clone, Copy, Debug, PartialEq, Eq, EnumString, IntoStaticStr)]
#[strum(serialize_all = "snake_case")]
pub(super) enum Wish {
    /// Another time. We asked which one.
    Move,
    /// Another time, after the appointment was cancelled. We asked which one.
    Again,
    /// Not to come. We asked nothing.
    NotComing,
}

impl Wish {
    pub(super) fn noted(self, draft: Draft) -> Draft {
        draft.noting(WISH, <&str>::from(self).to_owned())
    }

    /// The wish that a message of ours replies to, and when the customer had it.
    pub(super) fn of(reply: &Message) -> Option<(Self, DateTime<Utc>)> {
        Some((noted(reply, WISH)?.parse().ok()?, said_at(reply)?))
    }

    /// How long after it words that quote nothing belong to it.
    fn within(self) -> TimeDelta {
        match self {
            Self::Move | Self::Again => TimeDelta::hours(24),
            Self::NotComing => TimeDelta::minutes(10),
        }
    }

    /// How many texts after it the owners read.
    fn at_most(self) -> u8 {
        match self {
            Self::Move | Self::Again => 3,
            Self::NotComing => 1,
        }
    }

    /// Whether an answer that words are read as is one beside this wish. Any other tells more of the wish.
    fn leaves(self, answer: Option<Attendance>, text: &str) -> bool {
        match (self, answer) {
            (_, Some(_)) if is_a_number(text) && text.chars().filter(char::is_ascii_digit).count() == 1 => true,
            (Self::Move | Self::Again, Some(Attendance::NotComing)) => true,
            // `Voy el jueves` names another day.
            (Self::Move | Self::Again, Some(Attendance::Coming)) => yes_or_no(text) == Some(true),
            (Self::NotComing, Some(Attendance::Coming | Attendance::Move)) => true,
            _ => false,
        }
    }

    /// Whether the appointment stands as the wish has left it.
    fn fits(self, appointment: &Appointment) -> bool {
        match self {
            Self::Move => appointment.status.is_open(),
            Self::Again | Self::NotComing => appointment.status == AppointmentStatus::Cancelled,
        }
    }
}

impl Answers<'_> {
    /// What words do after a wish that nothing has changed since; `None` if they are an answer of their own, or nothing.
    pub(super) async fn added(
        &self,
        about: &About,
        question: &Message,
        said: Said<'_>,
        answer: Option<Attendance>,
    ) -> Result<Option<Meant>, JobError> {
        let Some(text) = said.text.filter(|_| said.payload.is_none()) else { return Ok(None) };
        let mut replies = self.replies(about, said).await?;
        let to_reply = Wish::of(question).is_some();
        if to_reply {
            replies.push(question.clone());
        }
        let last = replies.into_iter().max_by_key(said_at);
        let Some((reply, (wish, wished_at))) = last.and_then(|it| Wish::of(&it).map(|wish| (it, wish))) else {
            return Ok(None);
        };
        let is_itself = noted(&reply, ANSWERS) == Some(said.id);
        let asked_since = !to_reply && asked_at(question).is_none_or(|at| at > wished_at);
        if is_itself || asked_since || said.at < wished_at {
            return Ok(None);
        }
        let quotes_reminder = said.reply_to.is_some() && !to_reply;
        let says_nothing = is_acknowledgement(text) || !text.chars().any(char::is_alphanumeric);
        if says_nothing && !quotes_reminder {
            return Ok(Some(Meant::Nothing));
        }
        let sure = matches!(answer, Some(Attendance::Coming | Attendance::NotComing));
        let late = said.reply_to.is_none() && said.at - wished_at > wish.within();
        let other = wish.leaves(answer, text) || (quotes_reminder && sure);
        Ok((!late && !other && !says_nothing).then_some(Meant::Added(wish)))
    }

    /// Tells the owners what a customer has written after a wish: the first texts, each once. Each takes a place, so a
    /// text that is delivered again finds its own.
    pub(super) async fn add(
        &self,
        customer: &Customer,
        about: &About,
        wish: Wish,
        said: Said<'_>,
    ) -> Result<(), JobError> {
        let (store, business) = (self.app.store(), self.business.business_id);
        let Some(found) = store.appointment(business, &about.appointment_id).await? else { return Ok(()) };
        let (appointment, now) = (&found.record, self.app.now());
        let stands = appointment.start == about.start && appointment.start > now && wish.fits(appointment);
        if !stands || appointment.customer_id != customer.customer_id {
            return Ok(());
        }
        let words = Words { business: self.business, customer, appointment, read_at: now };
        let word = <&str>::from(wish);
        for owner in &self.business.owners {
            for nth in 1..=wish.at_most() {
                let id = MessageId::of(format!("appointment-notice/{}/{about}/{word}-added-{nth}", owner.owner_id));
                let (to, text) = (Recipient::Owner(owner.owner_id), words.notice(owner, Change::Added, said.text));
                let draft = Draft::new(id, to, &text, self.business.voice(None))?.noting(ANSWERS, said.id.to_owned());
                match self.outbox.write(business, draft).await? {
                    CreateMessage::Exists(other) if noted(&other, ANSWERS) != Some(said.id) => {}
                    CreateMessage::Created | CreateMessage::Exists(_) => break,
                }
            }
        }
        Ok(())
    }
}
