//! A line of a chat, as the assistant is shown it.

use crate::{Kind, Message, Status};
use chrono::{DateTime, Utc};

/// The side that wrote a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Side {
    /// The customer.
    Customer,
    /// The business: the assistant, a person, or a message that Recado sent.
    Business,
    /// Neither: what the assistant has to know of the chat. The customer has not seen it.
    Note,
}

/// A line of a chat. `Debug` is not derived: it holds what a person wrote.
#[derive(Clone, PartialEq, Eq)]
pub struct ChatLine {
    /// The side that wrote it.
    pub side: Side,
    /// Whether a person of the business wrote it, on the phone or by the API.
    pub by_person: bool,
    /// When, UTC.
    pub at: DateTime<Utc>,
    /// Whether the words were typed. A picture or a place is told in ours.
    pub is_typed: bool,
    /// The words.
    pub text: String,
}

impl ChatLine {
    /// The line that a message to the customer is at `now` (UTC); `None` if the customer does not have it, and does not
    /// surely get it now. An answer that is on its way was said.
    #[must_use]
    pub fn of(message: &Message, now: DateTime<Utc>) -> Option<Self> {
        let is_said = match message.status {
            Status::Sending | Status::Unknown | Status::Sent | Status::Delivered | Status::Read => true,
            Status::Pending => message.kind == Kind::Transactional && message.scheduled_for <= now,
            Status::Failed | Status::Skipped => false,
        };
        let at = message.sent_at.unwrap_or(message.created_at);
        let by_person = message.by_person;
        is_said.then(|| Self { side: Side::Business, by_person, at, is_typed: true, text: message.shown().to_owned() })
    }
}
