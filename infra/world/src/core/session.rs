//! Sessions: senders that were opened at a QR gateway by its own API, each with its code to scan and its connection.

use crate::core::update::Update;
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use std::time::Duration;

/// States that a session remembers.
const MOST_HISTORY: usize = 20;

/// The state of a session, in the words of no gateway.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SessionState {
    /// It is not connected, and nobody connects it.
    Stopped,
    /// Its connection has ended, and the gateway will soon connect it again.
    Fallen,
    /// The gateway connects it.
    Connecting,
    /// A person has to scan its code.
    Code,
    /// It can send.
    Open,
    /// The gateway has given it up.
    Failed,
    /// It was removed. Webhooks from before may still be under way.
    Removed,
}

/// A code to scan.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Code {
    /// The text that the picture holds.
    pub text: String,
    pub expires_at: DateTime<Utc>,
}

/// The part of a sender that only a session has.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct Session {
    pub state: SessionState,
    pub since: DateTime<Utc>,
    /// The last states, the oldest first.
    pub history: Vec<(SessionState, DateTime<Utc>)>,
    /// Whether a phone has scanned a code and has not logged the session out.
    pub paired: bool,
    /// The last code, be it good or not.
    pub code: Option<Code>,
    /// Codes so far, as the gateway counts them.
    pub codes: u32,
    /// Codes of the connection that stands.
    pub codes_here: u32,
    /// The reason of the last fall, by WhatsApp's numbers.
    pub reason: Option<u16>,
    /// The last time that it ended for good, and the reason.
    pub ended: Option<(u16, DateTime<Utc>)>,
    /// Grows whenever the things that are due of the session are no longer.
    #[serde(skip)]
    pub turn: u64,
    /// News of chats that wait for its connection.
    #[serde(skip)]
    pub held: Vec<Update>,
}

impl Session {
    /// A session that nobody has connected yet.
    pub fn new(now: DateTime<Utc>) -> Self {
        Self {
            state: SessionState::Stopped,
            since: now,
            history: Vec::new(),
            paired: false,
            code: None,
            codes: 0,
            codes_here: 0,
            reason: None,
            ended: None,
            turn: 0,
            held: Vec::new(),
        }
    }

    /// A session whose code was scanned before the world began.
    pub fn open(now: DateTime<Utc>) -> Self {
        let mut session = Self { paired: true, ..Self::new(now) };
        session.enter(SessionState::Open, now);
        session
    }

    /// Goes to another state, and makes void all that was due in the last.
    pub fn enter(&mut self, state: SessionState, now: DateTime<Utc>) {
        self.turn += 1;
        self.state = state;
        self.since = now;
        self.history.push((state, now));
        if self.history.len() > MOST_HISTORY {
            self.history.remove(0);
        }
    }

    /// Whether the gateway holds a connection for it or makes one.
    pub fn is_active(&self) -> bool {
        use SessionState::{Code, Connecting, Fallen, Open};
        matches!(self.state, Fallen | Connecting | Code | Open)
    }

    /// The code that can be scanned now.
    pub fn good_code(&self) -> Option<&Code> {
        self.code.as_ref().filter(|_| self.state == SessionState::Code)
    }
}

/// How the sessions of a gateway go.
pub(crate) struct SessionRules {
    /// The key of its server, if the world is not told another.
    pub server_key: &'static str,
    /// The life of the first code of a connection, and of each that follows it.
    pub code_life: (Duration, Duration),
    /// Codes of one connection, which then falls with 408.
    pub codes_of_connection: u32,
    /// From a fall until the gateway connects again.
    pub pause: Duration,
    /// The state of a session that falls before its code is scanned; `None` if it is connected again.
    pub unscanned: Option<SessionState>,
    /// Codes in all, after which the gateway gives up.
    pub most_codes: u32,
    /// The state of a session that the gateway has given up.
    pub given_up: SessionState,
    /// The state of a session that is logged out from the phone or forbidden.
    pub ended: SessionState,
    /// The reasons after which a session is not connected again.
    pub final_reasons: &'static [u16],
}

/// The news of a session, as it stood when they happened.
#[derive(Clone)]
pub(crate) enum SessionNews {
    /// It was made.
    Created,
    /// It has another state.
    State {
        state: SessionState,
        reason: Option<u16>,
        /// The number of its phone, if one is linked.
        number: Option<String>,
        history: Vec<(SessionState, DateTime<Utc>)>,
    },
    /// There is another code to scan.
    Code(Code),
    /// Nobody has scanned any of the codes.
    CodesEnded,
    /// It has ended for this reason and is not connected again.
    Ended { reason: u16 },
    /// Its credentials are gone.
    LoggedOut,
    /// It is about to be removed.
    Removing,
    /// It is removed.
    Removed,
}
