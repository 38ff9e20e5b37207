//! How long a session may stay as it is, and how often its news go to the upstream.

use super::session::{Session, SessionStatus};
use chrono::{DateTime, TimeDelta, Utc};

/// Falls without a steady time between them, after which a session is not connected again by itself.
pub const MOST_FALLS: u32 = 20;
/// Falls likewise, after which a session counts as unsteady.
pub const UNSTEADY: u32 = 3;
/// A session that stood so long before it fell is not in a loop.
pub const STEADY: TimeDelta = TimeDelta::minutes(10);
/// A connected session that is being connected anew counts as connected for so long.
pub const GRACE: TimeDelta = TimeDelta::seconds(5);
/// WhatsApp asks for a restart right after a scan, and may log the old connection out with it: within so long a logout
/// after a restart is none.
pub const RESTART: TimeDelta = TimeDelta::seconds(30);
/// How often a session is opened at the gateway without an answer, before it has failed.
pub const MOST_TRIES: u32 = 5;

/// How often codes go to the upstream.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CodeLimits {
    /// Between two codes of a session.
    pub apart: TimeDelta,
    /// From the making of a code until it is worth nothing.
    pub valid: TimeDelta,
}

impl Default for CodeLimits {
    fn default() -> Self {
        Self { apart: TimeDelta::seconds(30), valid: TimeDelta::minutes(2) }
    }
}

impl Session {
    /// When it is looked at, if nothing is heard of it until then, UTC.
    #[must_use]
    pub fn deadline(&self) -> DateTime<Utc> {
        use SessionStatus as S;
        let limit = match self.status {
            // Until it is closed, and then never.
            S::Opening | S::Connecting | S::Stopped => TimeDelta::minutes(1),
            S::Disconnected | S::Ended => TimeDelta::minutes(2),
            S::WaitingForScan => TimeDelta::minutes(3),
            S::ActionRequired => TimeDelta::minutes(5),
            // It may speak again soon.
            S::Connected if self.silent_since.is_some() => TimeDelta::minutes(15),
            S::Connected => TimeDelta::hours(6),
            // Nobody has opened it again for a month: it is stopped.
            S::NotScanned | S::LoggedOut | S::Refused | S::Replaced | S::Looping | S::Failed => TimeDelta::days(30),
        };
        self.seen_at + limit
    }
}
