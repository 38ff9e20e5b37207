//! What people and tests do to sessions: they look at the code, scan it, unlink it, and let connections fall.

use crate::core::gateway::Gateway;
use crate::core::people;
use crate::core::session::SessionState;
use crate::core::world::{State, World};
use chrono::{DateTime, Utc};
use serde::Serialize;
use std::fmt;

/// A session as it stands at its gateway.
#[derive(Clone, PartialEq, Eq, Serialize)]
pub struct SessionView {
    /// The gateway's name for it, which is its sender's address.
    pub session: String,
    /// The gateway that holds it.
    pub gateway: Gateway,
    /// Where it stands.
    pub state: SessionState,
    /// Since when it stands there, UTC.
    pub since: DateTime<Utc>,
    /// The number of the phone that is linked, E.164 digits.
    pub number: Option<String>,
    /// The text of the code that can be scanned now.
    pub code: Option<String>,
    /// When that code ends, UTC.
    pub code_expires_at: Option<DateTime<Utc>>,
    /// Codes so far, as the gateway counts them.
    pub codes: u32,
    /// The reason of the last fall, by WhatsApp's numbers.
    pub reason: Option<u16>,
}

/// Why a person can do no such thing to a session.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SessionRefusal {
    /// No gateway has a session of this name.
    Unknown,
    /// There is no code to scan.
    NoCode,
    /// The session has no connection that could end.
    NotConnected,
}

impl fmt::Display for SessionRefusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Unknown => "no gateway has a session of this name",
            Self::NoCode => "there is no code to scan",
            Self::NotConnected => "the session has no connection that could end",
        })
    }
}

impl std::error::Error for SessionRefusal {}

impl World {
    /// The sessions of all gateways, in the order of their names.
    #[must_use]
    pub fn sessions(&self) -> Vec<SessionView> {
        let state = self.state();
        state.senders.keys().filter_map(|name| state.session_view(name)).collect()
    }

    /// One session, by its name.
    #[must_use]
    pub fn session(&self, name: &str) -> Option<SessionView> {
        self.state().session_view(name)
    }

    /// The holder of this phone scans the session's code: the phone is linked.
    ///
    /// # Errors
    /// [`SessionRefusal::Unknown`], [`SessionRefusal::NoCode`].
    pub fn scan(&self, session: &str, phone: &str) -> Result<(), SessionRefusal> {
        let (now, number) = (self.now(), people::person(phone));
        self.change(|state| {
            state.session(session).ok_or(SessionRefusal::Unknown)?.good_code().ok_or(SessionRefusal::NoCode)?;
            state.pair(session, &number, now);
            Ok(())
        })
    }

    /// The session's connection ends for a reason by WhatsApp's numbers: 401 logged out on the phone, 408 lost, 428
    /// closed, 440 replaced, 515 to be connected anew. The gateway does next what it does after such a reason.
    ///
    /// # Errors
    /// [`SessionRefusal::Unknown`], [`SessionRefusal::NotConnected`].
    pub fn disconnect(&self, session: &str, reason: u16) -> Result<(), SessionRefusal> {
        let now = self.now();
        self.change(|state| {
            let is_active = state.session(session).ok_or(SessionRefusal::Unknown)?.is_active();
            if !is_active {
                return Err(SessionRefusal::NotConnected);
            }
            state.fall(session, reason, now);
            Ok(())
        })
    }

    /// All open sessions, of one gateway or of all, fall at once. Answers how many.
    pub fn storm(&self, gateway: Option<Gateway>, reason: u16) -> usize {
        let now = self.now();
        self.change(|state| {
            let open = state.senders.iter().filter(|(_, sender)| {
                sender.session.as_ref().is_some_and(|session| session.state == SessionState::Open)
                    && gateway.is_none_or(|gateway| gateway == sender.setup.gateway)
            });
            let open: Vec<String> = open.map(|(address, _)| address.clone()).collect();
            open.iter().for_each(|session| state.fall(session, reason, now));
            open.len()
        })
    }

    /// The key of the gateway's server, at a gateway that has sessions.
    #[must_use]
    pub fn server_key(&self, gateway: Gateway) -> Option<String> {
        self.state().server_key(gateway)
    }

    /// Gives the gateway's server another key.
    pub fn set_server_key(&self, gateway: Gateway, key: &str) {
        self.change(|state| state.server_keys.insert(gateway, key.to_owned()));
    }
}

impl State {
    pub fn server_key(&self, gateway: Gateway) -> Option<String> {
        let rules = self.protocols.of(gateway).sessions()?;
        Some(self.server_keys.get(&gateway).cloned().unwrap_or_else(|| rules.server_key.to_owned()))
    }

    fn session_view(&self, name: &str) -> Option<SessionView> {
        let (setup, session) = (&self.senders.get(name)?.setup, self.session(name)?);
        let code = session.good_code();
        Some(SessionView {
            session: name.to_owned(),
            gateway: setup.gateway,
            state: session.state,
            since: session.since,
            number: session.paired.then(|| setup.number.clone()),
            code: code.map(|code| code.text.clone()),
            code_expires_at: code.map(|code| code.expires_at),
            codes: session.codes,
            reason: session.reason,
        })
    }
}
