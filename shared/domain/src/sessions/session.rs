//! A session, and where it stands.

use super::user::UserId;
use crate::{Gateway, Phone, SessionId};
use chrono::{DateTime, TimeDelta, Utc};
use serde::{Deserialize, Serialize};
use std::fmt;
use strum::{Display, EnumIter, IntoStaticStr, VariantNames};

/// Where a session stands.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, Display, EnumIter, IntoStaticStr, VariantNames,
)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
pub enum SessionStatus {
    /// It is to be opened at the gateway.
    Opening,
    /// The gateway is connecting it.
    Connecting,
    /// It waits for a person to scan its code.
    WaitingForScan,
    /// A person must do something on the phone beyond scanning.
    ActionRequired,
    /// It can send.
    Connected,
    /// It cannot send, and is expected back.
    Disconnected,
    /// The gateway has ended it without a reason of WhatsApp's.
    Ended,
    /// Nobody scanned any of its codes.
    NotScanned,
    /// Somebody removed it on the phone.
    LoggedOut,
    /// WhatsApp refuses the number, as it does with one that is banned.
    Refused,
    /// Another program has taken its place, which goes on only one of them.
    Replaced,
    /// It fell and came back so often that it is not connected again by itself.
    Looping,
    /// The gateway could not open it.
    Failed,
    /// Somebody stopped it. It is over for good.
    Stopped,
}

impl SessionStatus {
    /// Whether the gateway can send by it.
    #[must_use]
    pub fn is_active(self) -> bool {
        self == Self::Connected
    }

    /// Whether it stays so until somebody opens it again.
    #[must_use]
    pub fn is_at_rest(self) -> bool {
        matches!(
            self,
            Self::NotScanned | Self::LoggedOut | Self::Refused | Self::Replaced | Self::Looping | Self::Failed
        )
    }
}

/// How its status is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, IntoStaticStr, VariantNames)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
pub enum How {
    /// The gateway told of it by a webhook.
    Webhook,
    /// The gateway answered a question.
    Answer,
    /// Nothing came within its time.
    Timeout,
    /// A caller of the API.
    Request,
}

/// A code to scan. `Debug` hides it.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Code {
    /// The text that the picture of the code holds.
    pub text: String,
    /// When it was made, UTC.
    #[serde(with = "chrono::serde::ts_milliseconds")]
    pub at: DateTime<Utc>,
    /// The event that brought it.
    pub event_id: String,
    /// The event that brought the code that was last given to the upstream.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub forwarded: Option<String>,
}

impl Code {
    /// When it is worth nothing any more, UTC.
    #[must_use]
    pub fn expires_at(&self, valid: TimeDelta) -> DateTime<Utc> {
        self.at + valid
    }
}

impl fmt::Debug for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Code").field("at", &self.at).field("event_id", &self.event_id).finish_non_exhaustive()
    }
}

/// What the upstream was last told of the session's status, or is to be.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Told {
    /// The status.
    pub status: SessionStatus,
    /// WhatsApp's number of the reason, if there is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<u16>,
    /// The event that brought it.
    pub event_id: String,
    /// When it became so, UTC.
    #[serde(with = "chrono::serde::ts_milliseconds")]
    pub at: DateTime<Utc>,
}

/// A session. All times in UTC. `Debug` hides the user, the number and the code.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Session {
    /// Written once.
    pub session_id: SessionId,
    /// The user of the operator; written once.
    pub user_id: UserId,
    /// The gateway at which it is; written once.
    pub gateway: Gateway,
    /// Where it stands.
    pub status: SessionStatus,
    /// Since when, by our clock.
    #[serde(with = "chrono::serde::ts_milliseconds")]
    pub since: DateTime<Utc>,
    /// How that is known.
    pub how: How,
    /// When it was last known so, by our clock.
    #[serde(with = "chrono::serde::ts_milliseconds")]
    pub seen_at: DateTime<Utc>,
    /// WhatsApp's number of the reason, as 401 or 440, if there is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<u16>,
    /// The time of the newest event, by the gateway's clock, or of the last look: an older event comes too late.
    #[serde(default, with = "chrono::serde::ts_milliseconds_option", skip_serializing_if = "Option::is_none")]
    pub heard_at: Option<DateTime<Utc>>,
    /// The number of the phone that scanned.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub phone: Option<Phone>,
    /// The newest code, while it waits to be scanned.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub code: Option<Code>,
    /// When a code was last given to the upstream, whatever became of the session since; the next one waits.
    #[serde(default, with = "chrono::serde::ts_milliseconds_option", skip_serializing_if = "Option::is_none")]
    pub code_told_at: Option<DateTime<Utc>>,
    /// What the upstream knows, or is to know next.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub told: Option<Told>,
    /// The batch that took the session's last news to the upstream: until that is over no other may.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub flight: Option<Flight>,
    /// How often it fell since it last stood for a while.
    #[serde(default)]
    pub falls: u32,
    /// How often it was opened at the gateway without an answer.
    #[serde(default)]
    pub tries: u32,
    /// When WhatsApp last asked for a restart (515), or the gateway connected anew after a scan, by the gateway's clock.
    #[serde(default, with = "chrono::serde::ts_milliseconds_option", skip_serializing_if = "Option::is_none")]
    pub restarted_at: Option<DateTime<Utc>>,
    /// Since when nobody has written, though it says that it is connected and people used to write more often.
    #[serde(default, with = "chrono::serde::ts_milliseconds_option", skip_serializing_if = "Option::is_none")]
    pub silent_since: Option<DateTime<Utc>>,
    /// Whether the gateway has removed it after it was stopped.
    #[serde(default)]
    pub closed: bool,
    /// When somebody opened it.
    #[serde(with = "chrono::serde::ts_milliseconds")]
    pub created_at: DateTime<Utc>,
}

/// A batch on its way to the upstream.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Flight {
    /// The batch.
    pub id: String,
    /// When it is surely over, UTC.
    #[serde(with = "chrono::serde::ts_milliseconds")]
    pub until: DateTime<Utc>,
}

impl Session {
    /// A session that somebody asks for at `now`, UTC.
    #[must_use]
    pub fn new(session_id: SessionId, user_id: UserId, gateway: Gateway, now: DateTime<Utc>) -> Self {
        Self {
            session_id,
            user_id,
            gateway,
            status: SessionStatus::Opening,
            since: now,
            how: How::Request,
            seen_at: now,
            reason: None,
            heard_at: None,
            phone: None,
            code: None,
            code_told_at: None,
            told: None,
            flight: None,
            falls: 0,
            tries: 0,
            restarted_at: None,
            silent_since: None,
            closed: false,
            created_at: now,
        }
    }

    /// Opens it again at `now` (UTC), if it rests; `false` if it is alive or over.
    pub fn reopen(&mut self, now: DateTime<Utc>) -> bool {
        let rests = self.status.is_at_rest();
        if rests {
            (self.falls, self.tries) = (0, 0);
            self.turn(SessionStatus::Opening, None, How::Request, now);
        }
        rests
    }

    /// Moves it to a status, and remembers how that is known.
    pub(super) fn turn(&mut self, status: SessionStatus, reason: Option<u16>, how: How, now: DateTime<Utc>) {
        if self.status != status {
            self.since = now;
        }
        (self.status, self.reason, self.how, self.seen_at) = (status, reason, how, now);
        if status != SessionStatus::WaitingForScan {
            self.code = None;
        }
        if status != SessionStatus::Connected {
            self.silent_since = None;
        }
        // The gateway can open it.
        if matches!(status, SessionStatus::WaitingForScan | SessionStatus::Connected) {
            self.tries = 0;
        }
    }
}

impl fmt::Debug for Session {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Session")
            .field("session_id", &self.session_id)
            .field("status", &self.status)
            .field("since", &self.since)
            .field("how", &self.how)
            .finish_non_exhaustive()
    }
}
