//! Looking for what a gateway knows: a person's chat, and a message of which it is not known whether it was accepted.

use crate::Address;
use chrono::{DateTime, Utc};
use domain::{Button, Refusal};
use std::fmt;

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
