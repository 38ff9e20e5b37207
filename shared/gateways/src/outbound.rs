//! The message as it is sent.

use crate::Address;
use domain::buttons::numbered;
use domain::{Button, MessageId, SentAs};
use std::borrow::Cow;
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
    /// Free text with choices to tap, under the same rule. A gateway that cannot show them writes them below the text.
    Buttons {
        /// Above the buttons.
        text: String,
        /// From 1 to 3.
        buttons: Vec<Button>,
    },
    /// Free text with a button by which the person shares their number. A gateway that has no such button shows the text.
    ContactRequest(String),
    /// A template that the gateway has approved.
    Template {
        /// Its name and language at the gateway, and its text as the phone shows it.
        sent_as: SentAs,
        /// For its positional body parameters, in order.
        parameters: Vec<String>,
        /// The ids that its quick-reply buttons carry, in order: not more than it has buttons.
        payloads: Vec<String>,
    },
}

impl Body {
    /// The approved template, if it is one.
    #[must_use]
    pub fn sent_as(&self) -> Option<&SentAs> {
        match self {
            Self::Text(_) | Self::Buttons { .. } | Self::ContactRequest(_) => None,
            Self::Template { sent_as, .. } => Some(sent_as),
        }
    }

    /// As one text, for a gateway that shows no buttons: the choices stand below it. `None` if the text is empty.
    pub(crate) fn as_text(&self) -> Option<Cow<'_, str>> {
        let (Self::Text(text)
        | Self::ContactRequest(text)
        | Self::Buttons { text, .. }
        | Self::Template { sent_as: SentAs { text, .. }, .. }) = self;
        if text.trim().is_empty() {
            return None;
        }
        Some(match self {
            Self::Buttons { buttons, .. } => Cow::Owned(numbered(text, buttons)),
            Self::Text(_) | Self::ContactRequest(_) | Self::Template { .. } => Cow::Borrowed(text),
        })
    }
}

impl fmt::Debug for Body {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Text(_) => f.write_str("Text(…)"),
            Self::ContactRequest(_) => f.write_str("ContactRequest(…)"),
            Self::Buttons { buttons, .. } => write!(f, "Buttons(…, {})", buttons.len()),
            Self::Template { sent_as, .. } => write!(f, "Template({}, {}, …)", sent_as.template, sent_as.language),
        }
    }
}
