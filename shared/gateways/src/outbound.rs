//! The message as it is sent.

use crate::Address;
use domain::{MessageId, SentAs};
use std::fmt;

/// One message to be sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Outbound {
    /// The address that it goes to.
    pub to: Address,
    /// The content that is sent.
    pub body: Body,
    /// Our id; comes back in the statuses of a gateway that carries it.
    pub message_id: MessageId,
}

/// The content of a message. `Debug` hides it.
#[derive(Clone, PartialEq, Eq)]
pub enum Body {
    /// Free text: only within the reply window, if the gateway has one.
    Text(String),
    /// A template that the gateway has approved.
    Template {
        /// Its name and language at the gateway, and its text as the phone shows it.
        sent_as: SentAs,
        /// For its positional body parameters, in order.
        parameters: Vec<String>,
    },
}

impl Body {
    /// The approved template, if it is one.
    #[must_use]
    pub fn sent_as(&self) -> Option<&SentAs> {
        match self {
            Self::Text(_) => None,
            Self::Template { sent_as, .. } => Some(sent_as),
        }
    }
}

impl fmt::Debug for Body {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Text(_) => f.write_str("Text(…)"),
            Self::Template { sent_as, .. } => write!(f, "Template({}, {}, …)", sent_as.template, sent_as.language),
        }
    }
}
