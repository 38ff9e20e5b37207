//! What an event does to a session: where it stands then, what the upstream is told, and what the gateway is to do.
//!
//! Events come twice, late and out of order. The newest by the gateway's clock is true. An event that was taken before is
//! told again, unless a newer one has replaced it: the process may have died before it was told.

use super::limits::{CodeLimits, GRACE, MOST_FALLS, RESTART, STEADY, UNSTEADY};
use super::news::{SessionEvent, SessionNews};
use super::session::{Code, How, Session, SessionStatus, Told};
use chrono::{DateTime, Utc};
use strum::IntoStaticStr;

/// WhatsApp asks the gateway to connect anew, as it does right after a scan.
const RESTART_REQUIRED: u16 = 515;
/// The phone has removed the session.
const LOGGED_OUT: u16 = 401;
/// Another program took its place.
const REPLACED: u16 = 440;
/// No more codes, or no connection.
const TIMED_OUT: u16 = 408;

/// What became of an event.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Tracked {
    /// Nothing: it is counted by its reason.
    Dropped(Dropped),
    /// It holds.
    Taken(Taken),
}

/// Why an event does nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, IntoStaticStr)]
#[strum(serialize_all = "snake_case")]
pub enum Dropped {
    /// The session is stopped.
    Stopped,
    /// A newer event came first.
    Late,
    /// A newer code or status came before this one could be told.
    Superseded,
    /// The code is worth nothing any more.
    Expired,
    /// It says what is known.
    Repeated,
}

/// What follows from an event.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Taken {
    /// What the upstream is told now, in this order.
    pub forward: Vec<Forward>,
    /// From when on the upstream may be told the rest; the event comes again then.
    pub not_before: Option<DateTime<Utc>>,
    /// What the gateway is to do.
    pub command: Option<Command>,
    /// A session that was connected fell.
    pub fell: bool,
    /// It falls again and again.
    pub unsteady: bool,
    /// It fell so often that it is given up, for the first time.
    pub given_up: bool,
}

impl Taken {
    /// What was taken, or the reason why nothing was.
    fn or(self, reason: Dropped) -> Tracked {
        if self == Self::default() { Tracked::Dropped(reason) } else { Tracked::Taken(self) }
    }
}

/// What the upstream is told of a session.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Forward {
    /// Its code.
    Code,
    /// Its status, as [`Session::told`] has it.
    Status,
}

/// What the gateway is to do with a session.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Command {
    /// Connect it anew.
    Restart,
    /// Connect it no more by itself.
    Pause,
}

impl Session {
    /// Takes an event that came by a webhook. `now` is UTC.
    pub fn take(&mut self, event: &SessionEvent, now: DateTime<Utc>, codes: CodeLimits) -> Tracked {
        if self.status == SessionStatus::Stopped {
            let forward = vec![Forward::Status];
            let is_its_end = self.has_told(&event.event_id);
            let end = Taken { forward, ..Taken::default() };
            return if is_its_end { Tracked::Taken(end) } else { Tracked::Dropped(Dropped::Stopped) };
        }
        if let SessionNews::Code { code } = &event.news {
            return self.take_code(event, code.as_deref(), now, codes);
        }
        if self.has_told(&event.event_id) {
            let given_up = self.status == SessionStatus::Looping;
            let command = (given_up || self.status == SessionStatus::Replaced).then_some(Command::Pause);
            return Tracked::Taken(Taken { forward: vec![Forward::Status], command, given_up, ..Taken::default() });
        }
        if self.heard_at.is_some_and(|heard| event.at < heard) {
            return Tracked::Dropped(Dropped::Late);
        }
        self.heard_at = Some(event.at);
        self.follow(&event.news, &event.event_id, event.at, How::Webhook, now)
    }

    /// Takes what the gateway answers to a question at `now`, UTC. `event_id` names the answer. An event from before it
    /// comes too late.
    pub fn learn(&mut self, news: &SessionNews, event_id: &str, now: DateTime<Utc>) -> Tracked {
        let at = self.hear(now);
        let SessionNews::Code { code } = news else { return self.follow(news, event_id, at, How::Answer, now) };
        let mut taken = Taken::default();
        self.wait_for_scan(event_id, at, How::Answer, now, &mut taken);
        if let Some(text) = code
            && self.code.as_ref().is_none_or(|known| known.text != *text)
        {
            self.keep_code(text, event_id, at);
            taken.forward.push(Forward::Code);
        }
        taken.or(Dropped::Repeated)
    }

    /// Nothing from before `now` (UTC) is news any more. Answers the time of what is known now: no less than that of the
    /// newest event, by a clock of the gateway's that may be ahead of ours.
    fn hear(&mut self, now: DateTime<Utc>) -> DateTime<Utc> {
        let at = self.heard_at.map_or(now, |heard| heard.max(now));
        self.heard_at = Some(at);
        at
    }

    /// Takes that nothing came within its time: it does not stand as it should. `event_id` names that.
    pub fn miss(&mut self, event_id: &str, now: DateTime<Utc>) -> Tracked {
        let at = self.hear(now);
        self.follow(&SessionNews::Disconnected { reason: None }, event_id, at, How::Timeout, now)
    }

    /// The gateway cannot open it; `false` if it is not to be opened any more. `event_id` names that, `now` is UTC.
    pub fn fail(&mut self, event_id: &str, now: DateTime<Utc>) -> bool {
        let before = self.status;
        if before == SessionStatus::Opening {
            let at = self.hear(now);
            self.turn(SessionStatus::Failed, None, How::Answer, now);
            self.tell(event_id, at, now, &mut Taken::default());
        }
        before == SessionStatus::Opening
    }

    /// The event that the upstream is to be told of, as if it came again.
    #[must_use]
    pub fn event(&self, forward: Forward) -> Option<SessionEvent> {
        use SessionStatus as S;
        let address = self.session_id.to_string();
        match forward {
            Forward::Code => {
                let code = self.code.clone()?;
                let news = SessionNews::Code { code: Some(code.text) };
                Some(SessionEvent { event_id: code.event_id, address, at: code.at, news })
            }
            Forward::Status => {
                let told = self.told.clone()?;
                let news = match told.status {
                    S::Connected => SessionNews::Connected { phone: None },
                    S::Connecting => SessionNews::Connecting,
                    S::NotScanned => SessionNews::CodesEnded,
                    _ => SessionNews::Disconnected { reason: told.reason },
                };
                Some(SessionEvent { event_id: told.event_id, address, at: told.at, news })
            }
        }
    }

    /// Ends it for good; `false` if it is over already. `event_id` names that, `now` is UTC.
    pub fn stop(&mut self, event_id: &str, now: DateTime<Utc>) -> bool {
        let goes_on = self.status != SessionStatus::Stopped;
        if goes_on {
            let at = self.hear(now);
            self.turn(SessionStatus::Stopped, None, How::Request, now);
            self.tell(event_id, at, now, &mut Taken::default());
        }
        goes_on
    }

    /// Somebody has removed it at the gateway: it is opened anew. `event_id` names that, `now` is UTC.
    pub fn lose(&mut self, event_id: &str, now: DateTime<Utc>) {
        let at = self.hear(now);
        self.follow(&SessionNews::Ended, event_id, at, How::Answer, now);
        self.tries += 1;
        self.turn(SessionStatus::Opening, None, How::Answer, now);
    }

    fn take_code(
        &mut self,
        event: &SessionEvent,
        text: Option<&str>,
        now: DateTime<Utc>,
        codes: CodeLimits,
    ) -> Tracked {
        let mut taken = Taken::default();
        if self.has_told(&event.event_id) {
            taken.forward.push(Forward::Status);
        }
        let known = self.code.as_ref().is_some_and(|code| code.event_id == event.event_id);
        if !known {
            // The one that waits to be told may be older than the newest event, and still be the newest code.
            let newest = self.code.as_ref().map_or(self.heard_at, |code| self.heard_at.max(Some(code.at)));
            if newest.is_some_and(|newest| event.at < newest) {
                return taken.or(if self.code.is_some() { Dropped::Superseded } else { Dropped::Late });
            }
            let Some(text) = text else { return taken.or(Dropped::Repeated) };
            self.heard_at = Some(event.at);
            self.wait_for_scan(&event.event_id, event.at, How::Webhook, now, &mut taken);
            self.keep_code(text, &event.event_id, event.at);
        }
        let Some(code) = &self.code else { return taken.or(Dropped::Late) };
        if now >= code.expires_at(codes.valid) {
            return taken.or(Dropped::Expired);
        }
        let told_already = self.told_code() == Some(event.event_id.as_str());
        match self.code_told_at.map(|at| at + codes.apart).filter(|free| now < *free) {
            Some(free) if !told_already => taken.not_before = Some(free),
            // If it was told already, the process may have died before.
            _ => taken.forward.push(Forward::Code),
        }
        Tracked::Taken(taken)
    }

    /// It wants a person to scan its code.
    fn wait_for_scan(&mut self, event_id: &str, at: DateTime<Utc>, how: How, now: DateTime<Utc>, taken: &mut Taken) {
        taken.fell = self.status == SessionStatus::Connected;
        self.turn(SessionStatus::WaitingForScan, None, how, now);
        self.tell(event_id, at, now, taken);
    }

    /// Whether the event is the one that the upstream is told of.
    fn has_told(&self, event_id: &str) -> bool {
        self.told.as_ref().is_some_and(|told| told.event_id == event_id)
    }

    fn told_code(&self) -> Option<&str> {
        self.code.as_ref().and_then(|code| code.forwarded.as_deref())
    }

    fn keep_code(&mut self, text: &str, event_id: &str, at: DateTime<Utc>) {
        let forwarded = self.code.take().and_then(|before| before.forwarded);
        self.code = Some(Code { text: text.to_owned(), at, event_id: event_id.to_owned(), forwarded });
    }

    /// The code goes to the upstream at `now`, UTC: the next one waits.
    pub fn forward_code(&mut self, now: DateTime<Utc>) {
        if let Some(code) = &mut self.code {
            code.forwarded = Some(code.event_id.clone());
            self.code_told_at = Some(now);
        }
    }

    /// Where the news leads.
    fn follow(
        &mut self,
        news: &SessionNews,
        event_id: &str,
        at: DateTime<Utc>,
        how: How,
        now: DateTime<Utc>,
    ) -> Tracked {
        use SessionStatus as S;
        let (before, mut taken) = (self.status, Taken::default());
        match news {
            SessionNews::Code { .. } => {}
            // A gateway that mends a fall by itself may tell of nothing else.
            SessionNews::Connecting if before == S::Connected => self.restart(None, how, now, &mut taken),
            // It may be an old event that came again; a connection or a code would tell that somebody opened it.
            SessionNews::Connecting if before.is_at_rest() => {}
            SessionNews::Connecting => {
                // No gateway tells of the restart after a scan: it connects anew.
                if before == S::WaitingForScan {
                    self.restarted_at = Some(at);
                }
                self.turn(S::Connecting, None, how, now);
            }
            SessionNews::CodesEnded => self.turn(S::NotScanned, None, how, now),
            SessionNews::ActionRequired => self.turn(S::ActionRequired, None, how, now),
            SessionNews::Connected { phone } => {
                self.phone = phone.clone().or(self.phone.take());
                self.turn(S::Connected, None, how, now);
            }
            SessionNews::Ended if before.is_at_rest() => self.turn(before, self.reason, how, now),
            SessionNews::Ended => self.turn(S::Ended, None, how, now),
            SessionNews::Disconnected { reason } => self.fall(*reason, at, how, now, &mut taken),
        }
        taken.fell = before == S::Connected && !matches!(self.status, S::Connected | S::LoggedOut | S::Refused);
        self.tell(event_id, at, now, &mut taken);
        let is_news = before != self.status || how != How::Webhook;
        if is_news { Tracked::Taken(taken) } else { taken.or(Dropped::Repeated) }
    }

    fn fall(&mut self, reason: Option<u16>, at: DateTime<Utc>, how: How, now: DateTime<Utc>, taken: &mut Taken) {
        use SessionStatus as S;
        let before = self.status;
        let restarting = self.restarted_at.is_some_and(|restart| at < restart + RESTART);
        let status = match reason {
            Some(RESTART_REQUIRED) => {
                self.restarted_at = Some(at);
                return self.restart(reason, how, now, taken);
            }
            // The gateway's own end of what is over already: some can give a session up only by a logout.
            Some(LOGGED_OUT) if before.is_at_rest() => return self.turn(before, self.reason, how, now),
            // Nobody can remove a session on a phone that is not linked yet.
            Some(LOGGED_OUT) if restarting || before == S::WaitingForScan => {
                // The gateway takes it for a logout and would not come back by itself.
                taken.command = Some(Command::Restart);
                self.restarted_at = self.restarted_at.filter(|_| restarting).or(Some(at));
                S::Connecting
            }
            Some(LOGGED_OUT) => S::LoggedOut,
            Some(402 | 403 | 406) => S::Refused,
            Some(REPLACED) => {
                taken.command = Some(Command::Pause);
                S::Replaced
            }
            Some(TIMED_OUT) if before == S::WaitingForScan => S::NotScanned,
            _ if before.is_at_rest() => before,
            // Told once more.
            _ if before == S::Disconnected && how == How::Webhook => before,
            _ if self.is_one_fall_too_many(now, taken) => S::Looping,
            _ => S::Disconnected,
        };
        self.turn(status, reason, how, now);
    }

    /// It is being connected anew: one that was connected fell for a moment.
    fn restart(&mut self, reason: Option<u16>, how: How, now: DateTime<Utc>, taken: &mut Taken) {
        let fell = self.status == SessionStatus::Connected;
        let looping = fell && self.is_one_fall_too_many(now, taken);
        let status = if looping { SessionStatus::Looping } else { SessionStatus::Connecting };
        self.turn(status, reason, how, now);
    }

    /// Counts a fall.
    fn is_one_fall_too_many(&mut self, now: DateTime<Utc>, taken: &mut Taken) -> bool {
        if self.status == SessionStatus::Connected && now - self.since >= STEADY {
            self.falls = 0;
        }
        self.falls += 1;
        taken.unsteady = self.falls >= UNSTEADY;
        let too_many = self.falls >= MOST_FALLS;
        if too_many {
            (taken.command, taken.given_up) = (Some(Command::Pause), self.falls == MOST_FALLS);
        }
        too_many
    }

    /// The upstream is told if the status is another than it knows. A connected session that is being connected anew
    /// counts as connected for a moment longer.
    fn tell(&mut self, event_id: &str, at: DateTime<Utc>, now: DateTime<Utc>, taken: &mut Taken) {
        use SessionStatus as S;
        let known = self.told.as_ref().map(|told| told.status);
        let is_told = match self.status {
            S::Opening => false,
            // Its code tells of that, unless the upstream believes that it can send.
            S::WaitingForScan => known.is_some_and(S::is_active),
            S::Connecting if known.is_some_and(S::is_active) && now < self.since + GRACE => {
                taken.not_before = Some(self.since + GRACE);
                false
            }
            _ => true,
        };
        if is_told && known != Some(self.status) {
            let (status, reason) = (self.status, self.reason);
            self.told = Some(Told { status, reason, event_id: event_id.to_owned(), at });
            taken.forward.push(Forward::Status);
        }
    }
}
