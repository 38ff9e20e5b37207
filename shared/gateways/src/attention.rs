//! What may be asked and shown while a customer waits for an answer: who they are at the gateway, and that somebody types.
//! Neither matters so much that an answer would wait for it.

use crate::transport::{Failed, GatewayAnswer};
use domain::chat::contact::Shown;
use std::fmt;

/// What a gateway says of a person.
#[derive(Clone, PartialEq, Eq)]
pub enum ContactOutcome {
    /// The name and the labels.
    Shown(Shown),
    /// The gateway does not tell labels.
    Unsupported,
    /// The question was not answered.
    Unavailable {
        /// A stable word first; nothing private.
        reason: String,
    },
}

impl fmt::Debug for ContactOutcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Shown(shown) => write!(f, "{shown:?}"),
            Self::Unsupported => f.write_str("Unsupported"),
            Self::Unavailable { reason } => write!(f, "Unavailable({reason})"),
        }
    }
}

impl ContactOutcome {
    pub(crate) fn unavailable(answer: &GatewayAnswer) -> Self {
        Self::Unavailable { reason: format!("http_{}", answer.status.as_u16()) }
    }
}

impl From<Failed> for ContactOutcome {
    fn from(failed: Failed) -> Self {
        Self::Unavailable { reason: failed.word().to_owned() }
    }
}

/// Whether a person sees that somebody types.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TypingOutcome {
    /// They do, for some seconds or until a message comes.
    Shown,
    /// The person cannot be named at this gateway.
    Unsupported,
    /// The gateway did not take it.
    Unavailable {
        /// A stable word first; nothing private.
        reason: String,
    },
}

impl TypingOutcome {
    pub(crate) fn of(answer: Result<GatewayAnswer, Failed>) -> Self {
        match answer {
            Ok(answer) if answer.status.is_success() => Self::Shown,
            Ok(answer) => Self::Unavailable { reason: format!("http_{}", answer.status.as_u16()) },
            Err(failed) => Self::Unavailable { reason: failed.word().to_owned() },
        }
    }
}
