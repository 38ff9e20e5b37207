//! The address of a message.

use domain::Phone;
use std::fmt;

/// The address of a message, as the gateway wants it. `Debug` hides it.
#[derive(Clone, PartialEq, Eq, Hash)]
pub enum Address {
    /// A WhatsApp number.
    Phone(Phone),
    /// Meta's business-scoped user id.
    Bsuid(String),
    /// The gateway's own id of the chat.
    Chat(String),
}

impl fmt::Debug for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Phone(_) => "Phone(…)",
            Self::Bsuid(_) => "Bsuid(…)",
            Self::Chat(_) => "Chat(…)",
        })
    }
}
