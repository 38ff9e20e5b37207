//! The outcome of an attempt to send.

use domain::Refusal;
use std::fmt;

/// The outcome of an attempt to send, as far as it is known.
#[derive(Clone, PartialEq, Eq)]
pub enum SendOutcome {
    /// The gateway has it.
    Accepted {
        /// Its id there. Contains the number at Cloud API: not for logs.
        gateway_message_id: String,
    },
    /// The gateway surely does not have it.
    NotAccepted {
        /// The kind of refusal, by which the next step is decided.
        refusal: Refusal,
        /// The gateway's code or HTTP status, for the record; nothing private.
        detail: String,
    },
    /// The gateway may have it.
    Perhaps {
        /// A stable word first; nothing private.
        reason: String,
    },
}

impl SendOutcome {
    pub(crate) fn refused(refusal: Refusal, detail: impl Into<String>) -> Self {
        Self::NotAccepted { refusal, detail: detail.into() }
    }

    pub(crate) fn perhaps(reason: impl Into<String>) -> Self {
        Self::Perhaps { reason: reason.into() }
    }
}

impl fmt::Debug for SendOutcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Accepted { .. } => f.write_str("Accepted"),
            Self::NotAccepted { refusal, detail } => write!(f, "NotAccepted({refusal:?}, {detail})"),
            Self::Perhaps { reason } => write!(f, "Perhaps({reason})"),
        }
    }
}
