//! Which reminder a message of a customer answers, and how.

use super::added::Wish;
use super::{About, Answers};
use crate::engine::JobError;
use crate::request_missing_fields::RequestMissingFields;
use chrono::{DateTime, TimeDelta, Utc};
use domain::buttons::chosen;
use domain::{Attendance, Customer, CustomerId, Message, MessageId, Status, appointment_answer};

/// Words that quote nothing answer a reminder within this time of it. Later they are about something else.
const ANSWERED_WITHIN: TimeDelta = TimeDelta::hours(24);
/// The most messages to a customer among which the last question is looked for.
const LOOK_AT: usize = 100;
/// The most replies among which a wish is looked for, after words that are no answer.
const NEWEST_REPLIES: usize = 5;

/// Something that a customer has said or tapped.
#[derive(Clone, Copy)]
pub struct Said<'a> {
    /// As it was written; of a tap the button's title.
    pub text: Option<&'a str>,
    /// When, UTC.
    pub at: DateTime<Utc>,
    /// A name of the inbound message that is no one's secret, the same for each delivery.
    pub id: &'a str,
    /// The gateway's id of the message that it quotes.
    pub reply_to: Option<&'a str>,
    /// The id of the button that was tapped.
    pub payload: Option<&'a str>,
}

/// An answer to a reminder, or to what we replied to one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answered {
    pub(super) about: About,
    pub(super) meant: Meant,
}

/// What such an answer does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Meant {
    Answer(Attendance),
    /// Words for people to read, after a wish.
    Added(Wish),
    /// No more than thanks for our reply.
    Nothing,
}

impl Answers<'_> {
    /// The answer to a reminder that a message is; `None` if it is none. A tap names its appointment. Words belong to the
    /// message of ours that they quote, else to the last question. Words that are no answer cost the ids of the last
    /// messages and the newest replies, and more only if one of these is of a wish.
    ///
    /// # Errors
    /// Those of the store.
    pub async fn answered(&self, customer: &Customer, said: Said<'_>) -> Result<Option<Answered>, JobError> {
        if let Some((about, answer)) = said.payload.and_then(About::of_button) {
            return Ok(Some(Answered { about, meant: Meant::Answer(answer) }));
        }
        let Some(text) = said.text else { return Ok(None) };
        let question = match said.reply_to {
            Some(quoted) => self.quoted(quoted).await?,
            None => self.last_question(customer.customer_id, said.at, may_answer(text)).await?,
        };
        let Some((question, about)) = question.and_then(|it| About::of(&it).map(|about| (it, about))) else {
            return Ok(None);
        };
        let answer = read(text, &question);
        let added = self.added(&about, &question, said, answer).await?;
        let meant = added.or(answer.map(Meant::Answer));
        Ok(meant.map(|meant| Answered { about, meant }))
    }

    async fn quoted(&self, gateway_message_id: &str) -> Result<Option<Message>, JobError> {
        let (store, business) = (self.app.store(), self.business.business_id);
        let Some(id) = store.find_by_gateway_id(business, gateway_message_id).await? else { return Ok(None) };
        Ok(store.message(business, &id).await?)
    }

    /// What the customer was last asked, if that was lately. Words that cannot answer are about no question, unless the
    /// customer had a wish lately.
    async fn last_question(
        &self,
        customer: CustomerId,
        at: DateTime<Utc>,
        answers: bool,
    ) -> Result<Option<Message>, JobError> {
        let (store, business) = (self.app.store(), self.business.business_id);
        let ids = store.customer_message_ids(business, customer, LOOK_AT).await?;
        if !answers {
            let replies: Vec<_> = ids.iter().filter(|id| is_reply(id)).take(NEWEST_REPLIES).cloned().collect();
            if replies.is_empty() {
                return Ok(None);
            }
            let wishes = store.messages(business, &replies).await?.into_iter().filter_map(|reply| Wish::of(&reply));
            if !wishes.into_iter().any(|(_, wished_at)| at - wished_at <= ANSWERED_WITHIN) {
                return Ok(None);
            }
        }
        let questions: Vec<_> = ids.into_iter().filter(|id| is_question(id, customer)).collect();
        if questions.is_empty() {
            return Ok(None);
        }
        let asked = store.messages(business, &questions).await?.into_iter();
        let asked = asked.filter(|it| asks(it, customer)).filter_map(|it| Some((asked_at(&it)?, it)));
        // Gateways tell times in whole seconds, and their clocks may be behind.
        let before = asked.filter(|(asked_at, _)| *asked_at <= at + TimeDelta::minutes(1));
        let last = before.max_by_key(|(asked_at, _)| *asked_at);
        Ok(last.filter(|(asked_at, _)| at - *asked_at <= ANSWERED_WITHIN).map(|(_, question)| question))
    }
}

/// Whether words may be an answer, before it is known to which question.
fn may_answer(text: &str) -> bool {
    appointment_answer(text).is_some() || text.chars().filter(char::is_ascii_digit).count() == 1
}

/// Whether a message replies to an answer, or tells of a change, by its id.
fn is_reply(id: &MessageId) -> bool {
    ["appointment-answer/", "booking-answer/"].iter().any(|purpose| id.as_str().starts_with(purpose))
}

/// A choice that was written out by its number counts as a tap.
fn read(text: &str, question: &Message) -> Option<Attendance> {
    let choice = chosen(&question.content.buttons, text).and_then(|button| About::of_button(&button.id));
    choice.map(|(_, answer)| answer).or_else(|| appointment_answer(text))
}

/// Whether a message to a customer may ask something, by its id.
fn is_question(id: &MessageId, customer: CustomerId) -> bool {
    let reminds = ["appointment-reminder/", "appointment-answer/", "booking-answer/", "profile-thanks/"];
    *id == MessageId::opt_question(customer)
        || *id == RequestMissingFields::message_id(customer)
        || reminds.iter().any(|purpose| id.as_str().starts_with(purpose))
}

/// Whether it asks something: a thanks does only if it goes on to.
fn asks(message: &Message, customer: CustomerId) -> bool {
    let id = &message.message_id;
    About::of(message).is_some() || RequestMissingFields::asks(message) || *id == MessageId::opt_question(customer)
}

/// When a question went to the person; `None` if it has not. Words may cross our reply to a wish: it counts from the wish.
pub(super) fn asked_at(question: &Message) -> Option<DateTime<Utc>> {
    if let Some((_, wished_at)) = Wish::of(question) {
        return Some(wished_at);
    }
    let went = match question.status {
        Status::Sent | Status::Delivered | Status::Read | Status::Unknown | Status::Sending => true,
        Status::Failed => question.gave_up,
        Status::Pending | Status::Skipped => false,
    };
    question.claimed_at.filter(|_| went)
}
