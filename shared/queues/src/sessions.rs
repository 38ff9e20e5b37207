//! The tasks about sessions of QR gateways.

use crate::envelope::task;
use crate::queue::Queue;
use chrono::{DateTime, Utc};
use domain::SessionId;
use domain::sessions::{SessionEvent, SessionNews};
use serde::{Deserialize, Serialize};
use strum::{EnumIter, IntoStaticStr};

/// Whose turn it is: each lane is a queue of its own, so that none waits for another.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, EnumIter)]
#[serde(rename_all = "snake_case")]
pub enum Lane {
    /// At once: the first news after a quiet time.
    Express,
    /// Within about a second.
    Disconnects,
    /// Many together.
    Statuses,
    /// Many together.
    Codes,
}

impl Lane {
    /// The lane of an event, if others came shortly before it.
    #[must_use]
    pub fn of(news: &SessionNews) -> Self {
        match news {
            SessionNews::Disconnected { .. } | SessionNews::Ended => Self::Disconnects,
            SessionNews::Code { .. } => Self::Codes,
            SessionNews::Connecting
            | SessionNews::CodesEnded
            | SessionNews::ActionRequired
            | SessionNews::Connected { .. } => Self::Statuses,
        }
    }
}

/// An event of a session, which the store and the upstream are to know.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SessionTask {
    /// The session that it is about.
    pub session_id: SessionId,
    /// The event.
    pub event: SessionEvent,
    /// When its webhook came, UTC.
    pub received_at: DateTime<Utc>,
    /// The queue on which it travels.
    pub lane: Lane,
    /// Whether the session has taken it, and all but the upstream knows what follows from it.
    #[serde(default)]
    pub taken: bool,
    /// The number of times that the upstream did not take it.
    #[serde(default)]
    pub tries: u32,
}
impl SessionTask {
    /// An event that came at `now` (UTC), on the lane on which it goes with others.
    #[must_use]
    pub fn new(session_id: SessionId, event: SessionEvent, now: DateTime<Utc>) -> Self {
        let lane = Lane::of(&event.news);
        Self { session_id, event, received_at: now, lane, taken: false, tries: 0 }
    }
}

task!(
    SessionTask,
    "session_event",
    |task| match task.lane {
        Lane::Express => Queue::SessionExpress,
        Lane::Disconnects => Queue::SessionDisconnects,
        Lane::Statuses => Queue::SessionStatuses,
        Lane::Codes => Queue::SessionCodes,
    },
    session_id
);

/// What is to be done with a session at its gateway.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, IntoStaticStr)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
pub enum Act {
    /// Make it there, and connect it.
    Open,
    /// Connect it anew.
    Restart,
    /// Connect it no more by itself.
    Pause,
    /// Log it out and remove it: it is stopped.
    Close,
    /// Its time is over: ask how it stands.
    Look,
}

/// Do something with a session at its gateway.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ManageTask {
    /// The session.
    pub session_id: SessionId,
    /// What is to be done.
    pub act: Act,
}
task!(ManageTask, "manage_session", |_| Queue::ManageSessions, session_id);
