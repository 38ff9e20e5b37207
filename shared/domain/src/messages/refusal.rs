//! Why a gateway did not take a message, and when it is tried again.

use crate::Reason;
use crate::ledger::{Again, retry_at};
use chrono::{DateTime, TimeDelta, Utc};
use serde::{Deserialize, Serialize};
use std::time::Duration;
use strum::{EnumIter, IntoStaticStr};

/// Why a message was surely not accepted, named by the step that must follow.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, EnumIter, IntoStaticStr)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
pub enum Refusal {
    /// Passing: again after 1, 5 and 15 minutes.
    Retry,
    /// The sender is too fast: all its messages wait; no failure.
    RateLimited {
        /// As the gateway told, if it did.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        after: Option<Duration>,
    },
    /// Too many to this recipient: only this recipient's messages wait, see [`pair_wait`]; no failure.
    PairLimited,
    /// The person has had enough marketing for now: not within 24 hours.
    WaitADay,
    /// More than 24 hours since the person last wrote: only an approved template may go.
    WindowClosed,
    /// The person stopped marketing at the gateway: record it, never again.
    OptedOut,
    /// The person blocked the business: never again.
    Blocked,
    /// Cannot reach this person: never again for this message.
    Undeliverable,
    /// WhatsApp knows nobody of this number: never again for this message.
    NotOnWhatsapp,
    /// The approved template is missing, paused or does not fit: a person must mend it.
    TemplateProblem,
    /// The gateway restricts the sender or its account: stop sending, alert.
    SenderRestricted,
    /// The session is not connected: again after 1, 5 and 15 minutes.
    SenderDisconnected,
    /// The gateway does not accept our token: alert.
    Credentials,
    /// The request itself is wrong: never again for this message.
    BadRequest,
}

impl Refusal {
    /// A stable word for records and metrics.
    #[must_use]
    pub fn word(self) -> &'static str {
        self.into()
    }

    /// The record's word for a message that was refused so.
    #[must_use]
    pub fn reason(self) -> Reason {
        match self {
            Self::Retry | Self::WaitADay | Self::Credentials => Reason::NotAccepted,
            Self::RateLimited { .. } | Self::PairLimited => Reason::RateLimited,
            Self::SenderDisconnected => Reason::SenderDown,
            Self::SenderRestricted => Reason::SenderRestricted,
            Self::WindowClosed => Reason::WindowClosed,
            Self::OptedOut => Reason::OptedOut,
            Self::NotOnWhatsapp => Reason::NotOnWhatsapp,
            Self::Blocked | Self::Undeliverable | Self::TemplateProblem | Self::BadRequest => Reason::Refused,
        }
    }

    /// When a message is tried again that was refused so in its `attempts`-th attempt, as its `failures`-th failure;
    /// `None` if it is not, or if the delays are used up. If the reply window is closed, the gate says whether the
    /// approved template goes instead.
    #[must_use]
    pub fn again(self, attempts: u32, failures: u32, delays: &[Duration], now: DateTime<Utc>) -> Option<Again> {
        let counted = retry_at(failures, delays, now);
        let (not_before, counts) = match self {
            Self::RateLimited { after } => (now + slow_down(after), false),
            Self::PairLimited => (now + pair_wait(attempts), false),
            Self::WaitADay => (now + counted.map(|_| TimeDelta::hours(24))?, true),
            Self::WindowClosed => (counted.map(|_| now)?, true),
            Self::Retry | Self::SenderDisconnected | Self::SenderRestricted | Self::Credentials => (counted?, true),
            Self::OptedOut
            | Self::Blocked
            | Self::Undeliverable
            | Self::NotOnWhatsapp
            | Self::TemplateProblem
            | Self::BadRequest => return None,
        };
        Some(Again { not_before, counts })
    }
}

/// The wait of a sender that was told to slow down. It is as long as it was told, but no longer than an hour, and 10 s
/// if it was not told.
#[must_use]
pub fn slow_down(after: Option<Duration>) -> Duration {
    const UNTOLD: Duration = Duration::from_secs(10);
    const LONGEST: Duration = Duration::from_secs(3_600);
    after.map_or(UNTOLD, |after| after.min(LONGEST))
}

/// The wait of one recipient's messages after the `n`-th refusal in a row (from 1) for too many to the same recipient.
/// It is 4ⁿ seconds as Meta asks, at most 15 minutes.
#[must_use]
pub fn pair_wait(n: u32) -> Duration {
    const LONGEST: u64 = 900;
    Duration::from_secs(4u64.checked_pow(n).map_or(LONGEST, |wait| wait.min(LONGEST)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pair_waits_four_to_the_nth_seconds() {
        let waits: Vec<u64> = [1, 2, 4, 5, 40].map(|n| pair_wait(n).as_secs()).to_vec();
        assert_eq!(waits, [4, 16, 256, 900, 900]);
    }
}
