//! The life of a session: connected, scanned, fallen, connected again, ended.

use crate::core::agenda::Due;
use crate::core::fault::{FaultKind, Subject};
use crate::core::sender::{Sender, SenderState};
use crate::core::session::{Code, Session, SessionNews, SessionRules, SessionState};
use crate::core::update::{News, Update};
use crate::core::world::State;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use chrono::{DateTime, TimeDelta, Utc};
use serde_json::{Map, Value};
use std::time::Duration;
use tokio::time::Instant;

/// From the begin of a connection until WhatsApp has answered.
const HANDSHAKE: Duration = Duration::from_millis(500);
/// The pause before a connection that a fault keeps from coming is looked at again.
const STUCK: Duration = Duration::from_secs(1);

/// WhatsApp's reasons for the end of a connection.
pub(crate) mod reasons {
    /// The phone, or the gateway, has logged the session out.
    pub const LOGGED_OUT: u16 = 401;
    /// Nobody has scanned the codes of the connection.
    pub const TIMED_OUT: u16 = 408;
    /// The connection was closed.
    pub const CLOSED: u16 = 428;
    /// WhatsApp asks for a new connection, as after each scan.
    pub const RESTART: u16 = 515;
}

/// The next thing that happens to a session by itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Step {
    /// WhatsApp has answered.
    Answered,
    /// The code is no longer good.
    CodeEnds,
    /// The gateway connects again.
    Again,
    /// The connection falls, for this reason.
    Fall(u16),
}

impl State {
    pub fn rules(&self, sender: &str) -> Option<&'static SessionRules> {
        self.protocols.of(self.senders.get(sender)?.setup.gateway).sessions()
    }

    pub fn session(&self, sender: &str) -> Option<&Session> {
        self.senders.get(sender)?.session.as_ref().filter(|session| session.state != SessionState::Removed)
    }

    fn session_mut(&mut self, sender: &str) -> Option<&mut Session> {
        self.senders.get_mut(sender)?.session.as_mut()
    }

    /// Makes a session that nobody has connected yet, with the settings of its protocol.
    pub fn create_session(&mut self, setup: Sender, settings: Map<String, Value>, now: DateTime<Utc>) {
        let address = setup.address.clone();
        let mut made = SenderState::new(setup, false, now);
        made.session = Some(Session::new(now));
        made.settings = settings;
        made.connected = false;
        self.senders.insert(address.clone(), made);
        self.tell_session(&address, SessionNews::Created, now);
    }

    /// Begins a connection.
    pub fn connect(&mut self, sender: &str, now: DateTime<Utc>) {
        if let Some(session) = self.session_mut(sender) {
            session.codes_here = 0;
        }
        self.enter(sender, SessionState::Connecting, now);
        self.due(sender, HANDSHAKE, Step::Answered);
    }

    /// A phone scans the code: it is linked, and WhatsApp asks for a new connection.
    pub fn pair(&mut self, sender: &str, number: &str, now: DateTime<Utc>) {
        let Some(registered) = self.senders.get_mut(sender) else { return };
        number.clone_into(&mut registered.setup.number);
        if let Some(session) = &mut registered.session {
            session.paired = true;
        }
        self.fall(sender, reasons::RESTART, now);
    }

    /// The connection ends. The gateway connects again, unless the reason is final.
    pub fn fall(&mut self, sender: &str, reason: u16, now: DateTime<Utc>) {
        let Some(rules) = self.rules(sender) else { return };
        if rules.final_reasons.contains(&reason) {
            return self.end(sender, reason, rules.ended, now);
        }
        let Some(session) = self.session_mut(sender) else { return };
        session.reason = Some(reason);
        if !session.paired
            && session.state == SessionState::Code
            && let Some(state) = rules.unscanned
        {
            return self.enter(sender, state, now);
        }
        self.enter(sender, SessionState::Fallen, now);
        self.due(sender, rules.pause, Step::Again);
    }

    /// The session has ended: it needs another code.
    pub fn end(&mut self, sender: &str, reason: u16, state: SessionState, now: DateTime<Utc>) {
        let Some(session) = self.session_mut(sender) else { return };
        session.reason = Some(reason);
        session.ended = Some((reason, now));
        session.paired = false;
        session.held.clear();
        self.tell_session(sender, SessionNews::Ended { reason }, now);
        self.tell_session(sender, SessionNews::LoggedOut, now);
        self.enter(sender, state, now);
    }

    /// The gateway ends the connection and begins no other; the phone stays linked.
    pub fn stop(&mut self, sender: &str, now: DateTime<Utc>) {
        self.enter(sender, SessionState::Stopped, now);
    }

    /// The gateway forgets the phone that is linked, if one is.
    pub fn unlink(&mut self, sender: &str) {
        if let Some(session) = self.session_mut(sender) {
            session.paired = false;
            session.held.clear();
        }
    }

    /// The gateway begins a connection later, if nothing happens to the session meanwhile.
    pub fn connect_after(&mut self, sender: &str, wait: Duration) {
        self.due(sender, wait, Step::Again);
    }

    /// Removes a session. What was told before still goes out.
    pub fn remove_session(&mut self, sender: &str, now: DateTime<Utc>) {
        self.tell_session(sender, SessionNews::Removing, now);
        self.tell_session(sender, SessionNews::Removed, now);
        let Some(session) = self.session_mut(sender) else { return };
        session.enter(SessionState::Removed, now);
        session.held.clear();
        if let Some(registered) = self.senders.get_mut(sender) {
            registered.connected = false;
        }
    }

    /// A step that was due, if nothing else has happened meanwhile.
    pub fn step(&mut self, sender: &str, turn: u64, step: Step, now: DateTime<Utc>) {
        let Some(session) = self.session(sender).filter(|session| session.turn == turn) else { return };
        match step {
            Step::Answered if self.is_stuck(sender) => self.due(sender, STUCK, step),
            Step::Answered if session.paired => self.open(sender, now),
            Step::Answered => self.show_code(sender, now),
            Step::CodeEnds => {
                let ended = session.codes_here;
                match self.rules(sender) {
                    Some(rules) if ended >= rules.codes_of_connection => self.fall(sender, reasons::TIMED_OUT, now),
                    _ => self.show_code(sender, now),
                }
            }
            Step::Again => self.connect(sender, now),
            Step::Fall(reason) => self.fall(sender, reason, now),
        }
        self.version += 1;
    }

    fn is_stuck(&self, sender: &str) -> bool {
        let Some(gateway) = self.senders.get(sender).map(|sender| sender.setup.gateway) else { return false };
        let subject = Subject::of_sender(gateway, sender);
        self.faults.stands(&subject, &FaultKind::StuckConnecting)
            || self.faults.stands(&subject, &FaultKind::Disconnected)
    }

    fn open(&mut self, sender: &str, now: DateTime<Utc>) {
        let Some(gateway) = self.senders.get(sender).map(|sender| sender.setup.gateway) else { return };
        self.enter(sender, SessionState::Open, now);
        let held = self.session_mut(sender).map(|session| std::mem::take(&mut session.held));
        for update in held.unwrap_or_default() {
            self.enqueue(sender, Update { brought_at: Some(now), ..update });
        }
        let falls = self.faults.on_open(&Subject::of_sender(gateway, sender), &mut self.rng);
        if let Some((after, reason)) = falls {
            self.due(sender, after, Step::Fall(reason));
        }
    }

    fn show_code(&mut self, sender: &str, now: DateTime<Utc>) {
        let Some(rules) = self.rules(sender) else { return };
        let text = code(&mut self.rng);
        let Some(session) = self.session_mut(sender) else { return };
        if session.codes >= rules.most_codes {
            session.codes = 0;
            session.code = None;
            session.reason = Some(reasons::CLOSED);
            self.tell_session(sender, SessionNews::CodesEnded, now);
            return self.enter(sender, rules.given_up, now);
        }
        let life = if session.codes_here == 0 { rules.code_life.0 } else { rules.code_life.1 };
        let code = Code { text, expires_at: now + TimeDelta::from_std(life).unwrap_or_default() };
        session.codes += 1;
        session.codes_here += 1;
        session.code = Some(code.clone());
        self.enter(sender, SessionState::Code, now);
        self.tell_session(sender, SessionNews::Code(code), now);
        self.due(sender, life, Step::CodeEnds);
    }

    fn enter(&mut self, sender: &str, state: SessionState, now: DateTime<Utc>) {
        let Some(registered) = self.senders.get_mut(sender) else { return };
        let Some(session) = &mut registered.session else { return };
        session.enter(state, now);
        registered.connected = state == SessionState::Open;
        let number = session.paired.then(|| registered.setup.number.clone());
        let (reason, history) = (session.reason, session.history.clone());
        self.version += 1;
        self.tell_session(sender, SessionNews::State { state, reason, number, history }, now);
    }

    fn due(&mut self, sender: &str, wait: Duration, step: Step) {
        let Some(turn) = self.session(sender).map(|session| session.turn) else { return };
        self.agenda.at(Instant::now() + wait, Due::Session { sender: sender.to_owned(), turn, step });
    }

    fn tell_session(&mut self, sender: &str, news: SessionNews, at: DateTime<Utc>) {
        self.enqueue(sender, Update::of_sender(News::Session { news, at }));
    }

    /// Connects anew each session whose connection was being made when the world was kept.
    pub fn resume_sessions(&mut self, now: DateTime<Utc>) {
        let halfway = |sender: &SenderState| {
            sender.session.as_ref().is_some_and(|session| session.is_active() && session.state != SessionState::Open)
        };
        let found = self.senders.iter().filter(|(_, sender)| halfway(sender));
        let found: Vec<String> = found.map(|(address, _)| address.clone()).collect();
        found.iter().for_each(|address| self.connect(address, now));
    }
}

/// The text of a code: a reference of the server, and three keys of 32 bytes.
fn code(rng: &mut fastrand::Rng) -> String {
    let mut bytes = |count: usize| STANDARD.encode((0..count).map(|_| rng.u8(..)).collect::<Vec<u8>>());
    format!("2@{},{},{},{}", bytes(116), bytes(32), bytes(32), bytes(32))
}
