//! The message as it is sent.

use crate::Address;
use domain::MessageId;
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
        /// The name of the approved template at the gateway.
        name: String,
        /// Its language code at the gateway.
        language: String,
        /// For its positional body parameters, in order.
        parameters: Vec<String>,
        /// The text that the person reads; a gateway without templates sends this.
        text: String,
    },
}

impl fmt::Debug for Body {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Text(_) => f.write_str("Text(…)"),
            Self::Template { name, language, .. } => write!(f, "Template({name}, {language}, …)"),
        }
    }
}
