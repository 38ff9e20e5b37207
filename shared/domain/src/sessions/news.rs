//! What a QR gateway says of a session, in our own words.

use crate::Phone;
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use std::fmt;
use strum::IntoStaticStr;

/// One thing that a gateway said of a session.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SessionEvent {
    /// The same in every repeat of its delivery, and another for every other event of the session.
    pub event_id: String,
    /// The session as the gateway names it.
    pub address: String,
    /// When it happened, UTC, by the gateway's clock and to the millisecond. Of two events of a session the later one is
    /// true, in whichever order they come.
    pub at: DateTime<Utc>,
    /// What happened.
    pub news: SessionNews,
}

/// What happened to a session. `Debug` hides the code and the number.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, IntoStaticStr)]
#[serde(tag = "kind", rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
pub enum SessionNews {
    /// The gateway is connecting it.
    Connecting,
    /// A code to scan, in place of the one before.
    Code {
        /// The text that the picture of the code holds; `None` if the gateway has to be asked for it.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        code: Option<String>,
    },
    /// Nobody scanned any of the codes, and the gateway makes no more.
    CodesEnded,
    /// A person must do something on the phone beyond scanning, as confirming a passkey.
    ActionRequired,
    /// It can send.
    Connected {
        /// The number of the phone, if it is told.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        phone: Option<Phone>,
    },
    /// It cannot send. The gateway may connect it again by itself.
    Disconnected {
        /// The reason by WhatsApp's own numbers, as 401, 440 or 515; absent if it is not told.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        reason: Option<u16>,
    },
    /// The gateway has ended it: it connects no more by itself.
    Ended,
}

impl fmt::Debug for SessionNews {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let kind: &'static str = self.into();
        match self {
            Self::Disconnected { reason: Some(reason) } => write!(f, "{kind}({reason})"),
            _ => f.write_str(kind),
        }
    }
}
