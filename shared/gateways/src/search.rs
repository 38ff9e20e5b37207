//! Looking for what a gateway knows: a person's chat, and a message of which it is not known whether it was accepted.

use crate::{Address, SendOutcome};
use chrono::{DateTime, TimeDelta, Utc};
use domain::buttons::numbered;
use domain::{Button, Refusal};
use std::fmt;

/// The time by which a gateway's clock may be behind ours. Less than the time between two messages to one person, so
/// that an equal message before the sought one is not taken for it.
const CLOCK_SKEW: TimeDelta = TimeDelta::seconds(5);

/// What the look for a person's chat found.
#[derive(Clone, PartialEq, Eq)]
pub enum ChatOutcome {
    /// The id of the chat.
    Found(String),
    /// WhatsApp knows nobody of this number.
    Nobody,
    /// This gateway cannot be asked, and need not be.
    Unsupported,
    /// The question was not answered. Nothing was sent.
    Refused {
        /// What must happen now.
        refusal: Refusal,
        /// The gateway's code or HTTP status, for the record; nothing private.
        detail: String,
    },
}

impl ChatOutcome {
    /// A question that fails has sent nothing, whatever is known of it.
    pub(crate) fn not_answered(outcome: SendOutcome) -> Self {
        let (refusal, detail) = match outcome {
            // What is wrong with the question is wrong with no message.
            SendOutcome::NotAccepted { refusal: Refusal::BadRequest | Refusal::Undeliverable, detail } => {
                (Refusal::Retry, detail)
            }
            SendOutcome::NotAccepted { refusal, detail } => (refusal, detail),
            SendOutcome::Perhaps { reason } => (Refusal::Retry, reason),
            SendOutcome::Accepted { .. } => (Refusal::Retry, "unreadable answer".to_owned()),
        };
        Self::Refused { refusal, detail: format!("contact check: {detail}") }
    }
}

impl fmt::Debug for ChatOutcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Found(_) => f.write_str("Found(…)"),
            Self::Nobody => f.write_str("Nobody"),
            Self::Unsupported => f.write_str("Unsupported"),
            Self::Refused { refusal, detail } => write!(f, "Refused({refusal:?}, {detail})"),
        }
    }
}

/// A message of which it is not known whether it was accepted.
#[derive(Clone, PartialEq, Eq)]
pub struct Sought {
    /// The address that it went to.
    pub to: Address,
    /// As the person would read it.
    pub text: String,
    /// The choices that went with it: a gateway that could not show them has written them below the text.
    pub buttons: Vec<Button>,
    /// When it was claimed, UTC.
    pub since: DateTime<Utc>,
}

impl Sought {
    /// The first second of the gateway's clock in which it may have left.
    pub(crate) fn earliest(&self) -> i64 {
        (self.since - CLOCK_SKEW).timestamp()
    }

    /// Whether a message with these words may be it, with the choices below the text or without them.
    pub(crate) fn reads(&self, words: &str) -> bool {
        let is = |text: &str| words.trim().lines().eq(text.trim().lines());
        is(&self.text) || !self.buttons.is_empty() && is(&numbered(&self.text, &self.buttons))
    }

    /// The outcome of a look that found these messages, each with its time, in any order.
    pub(crate) fn found(&self, messages: impl Iterator<Item = (DateTime<Utc>, String)>) -> SearchOutcome {
        let mut found: Vec<_> = messages.filter(|(at, _)| at.timestamp() >= self.earliest()).collect();
        if found.is_empty() {
            return SearchOutcome::NotFound;
        }
        found.sort();
        SearchOutcome::Found { gateway_message_ids: found.into_iter().map(|(_, id)| id).collect() }
    }
}

impl fmt::Debug for Sought {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Sought").field("since", &self.since).finish_non_exhaustive()
    }
}

/// The outcome of a look for a message.
#[derive(Clone, PartialEq, Eq)]
pub enum SearchOutcome {
    /// Equal messages that left since the claim, oldest first; the first that belongs to no other record is ours.
    Found {
        /// Never empty.
        gateway_message_ids: Vec<String>,
    },
    /// The gateway shows no such message (yet).
    NotFound,
    /// This gateway cannot be asked; its evidence comes by webhook.
    Unsupported,
    /// The look-up failed; ask again.
    Unavailable {
        /// A stable word first; nothing private.
        reason: String,
    },
}

impl fmt::Debug for SearchOutcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Found { gateway_message_ids } => write!(f, "Found({})", gateway_message_ids.len()),
            Self::NotFound => f.write_str("NotFound"),
            Self::Unsupported => f.write_str("Unsupported"),
            Self::Unavailable { reason } => write!(f, "Unavailable({reason})"),
        }
    }
}
