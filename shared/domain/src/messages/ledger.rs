//! The moves of a message's status. There is a claim before the gateway call and a settlement after it. A message whose
//! answer is lost stays `unknown` until evidence or policy decides, so that nothing is silently sent twice.

use crate::{Message, Status};
use chrono::{DateTime, TimeDelta, Utc};
use std::time::Duration;

/// An event that may move a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum MessageEvent {
    /// The gate says later, or the pace has no slot.
    Defer,
    /// The gate says never, by a rule of the business or the person.
    Skip,
    /// A worker takes it under a lease.
    Claim,
    /// The gateway took it.
    Accepted,
    /// The gateway surely did not take it: it is tried again, or the delays are used up.
    NotAccepted {
        /// Whether there is a delay left.
        retry: bool,
    },
    /// The call went out and its answer is not known.
    PerhapsAccepted,
    /// It can never be sent: refused for good by the gateway, or no sender can carry it.
    Permanent,
    /// The worker that claimed it has not settled it in its lease.
    LeaseExpired,
    /// The gateway says what became of it, by a status webhook or by the chat itself.
    Evidence(Evidence),
    /// The gateway says that it was not delivered, for a reason that passes, and there is a delay left.
    FailedForNow,
    /// There was no evidence in time, and its kind goes once more.
    PolicyRepeat,
    /// There was no evidence in time, and its kind does not go again.
    PolicyGiveUp,
    /// A human sends it again.
    Retry,
}

/// A gateway's evidence of a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Evidence {
    /// Accepted by the gateway.
    Sent,
    /// On the person's phone.
    Delivered,
    /// The person has seen it.
    Read,
    /// Accepted and then not delivered.
    Failed,
}

impl From<Evidence> for Status {
    fn from(evidence: Evidence) -> Self {
        match evidence {
            Evidence::Sent => Self::Sent,
            Evidence::Delivered => Self::Delivered,
            Evidence::Read => Self::Read,
            Evidence::Failed => Self::Failed,
        }
    }
}

/// The status to which the event takes a message of this status. `None` if it changes nothing, as evidence that is
/// already known, or must not happen.
#[must_use]
pub fn next(status: Status, event: MessageEvent) -> Option<Status> {
    use Status::{Delivered, Failed, Pending, Read, Sending, Sent, Skipped, Unknown};
    match (status, event) {
        (Pending, MessageEvent::Defer) => Some(Pending),
        (Pending, MessageEvent::Skip) => Some(Skipped),
        (Pending, MessageEvent::Claim) => Some(Sending),
        (Sending | Unknown, MessageEvent::Accepted) => Some(Sent),
        (Sending, MessageEvent::NotAccepted { retry: true }) => Some(Pending),
        (Sending, MessageEvent::NotAccepted { retry: false }) => Some(Failed),
        (Sending, MessageEvent::PerhapsAccepted | MessageEvent::LeaseExpired) => Some(Unknown),
        (Pending | Sending, MessageEvent::Permanent) => Some(Failed),
        (Unknown, MessageEvent::PolicyRepeat) => Some(Pending),
        (Unknown, MessageEvent::PolicyGiveUp) => Some(Failed),
        (Failed, MessageEvent::Retry) => Some(Pending),
        (Sending | Unknown | Sent, MessageEvent::FailedForNow) => Some(Pending),
        (_, MessageEvent::Evidence(evidence)) => {
            let taken = match evidence {
                // A `sent` that comes late says nothing against a failure after it.
                Evidence::Sent => matches!(status, Pending | Sending | Unknown | Skipped),
                Evidence::Delivered => !matches!(status, Delivered | Read),
                Evidence::Read => status != Read,
                Evidence::Failed => matches!(status, Sending | Unknown | Sent),
            };
            taken.then(|| evidence.into())
        }
        _ => None,
    }
}

impl Status {
    /// Whether some event takes a message from here to `next`.
    #[must_use]
    pub fn may_become(self, next: Self) -> bool {
        EVENTS.iter().any(|event| self::next(self, *event) == Some(next))
    }

    /// Whether nobody has to look at it again: it is sent, failed or skipped.
    #[must_use]
    pub fn is_settled(self) -> bool {
        !matches!(self, Self::Pending | Self::Sending | Self::Unknown)
    }
}

const EVENTS: [MessageEvent; 17] = [
    MessageEvent::Defer,
    MessageEvent::Skip,
    MessageEvent::Claim,
    MessageEvent::Accepted,
    MessageEvent::NotAccepted { retry: true },
    MessageEvent::NotAccepted { retry: false },
    MessageEvent::PerhapsAccepted,
    MessageEvent::Permanent,
    MessageEvent::LeaseExpired,
    MessageEvent::Evidence(Evidence::Sent),
    MessageEvent::Evidence(Evidence::Delivered),
    MessageEvent::Evidence(Evidence::Read),
    MessageEvent::Evidence(Evidence::Failed),
    MessageEvent::FailedForNow,
    MessageEvent::PolicyRepeat,
    MessageEvent::PolicyGiveUp,
    MessageEvent::Retry,
];

impl Message {
    /// The status to which the event takes it. As [`next`], but a message that failed only because nothing was known of
    /// it takes evidence as an unknown one does.
    #[must_use]
    pub fn next(&self, event: MessageEvent) -> Option<Status> {
        let reported = matches!(event, MessageEvent::Evidence(_) | MessageEvent::FailedForNow);
        let unknown = self.gave_up && self.status == Status::Failed && reported;
        next(if unknown { Status::Unknown } else { self.status }, event)
    }

    /// When it was claimed before, if that claim was surely not accepted. Such a claim does not count for the weekly
    /// cap.
    #[must_use]
    pub fn refused_claim(&self) -> Option<DateTime<Utc>> {
        self.claimed_at.filter(|_| !self.gave_up)
    }
}

/// When a message is tried again that surely did not go.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Again {
    /// No earlier, UTC.
    pub not_before: DateTime<Utc>,
    /// Whether it uses up one of the delays.
    pub counts: bool,
}

/// When a message that the gateway has surely not accepted for the `failures`th time is tried again; `None` when
/// the delays are used up.
#[must_use]
pub fn retry_at(failures: u32, delays: &[Duration], now: DateTime<Utc>) -> Option<DateTime<Utc>> {
    let index = usize::try_from(failures.checked_sub(1)?).ok()?;
    let delay = TimeDelta::from_std(*delays.get(index)?).ok()?;
    now.checked_add_signed(delay)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use strum::IntoEnumIterator;

    proptest! {
        /// Whatever happens in whatever order: what reached the phone stays there, and a message is only claimed again
        /// when it surely was not accepted, or policy or a human said so.
        #[test]
        fn only_forward(events in prop::collection::vec(prop::sample::select(EVENTS.as_slice()), 0..60)) {
            let mut status = Status::Pending;
            let mut claimed = false;
            for event in events {
                let Some(after) = next(status, event) else { continue };
                prop_assert!(status.may_become(after));
                match status {
                    Status::Read => prop_assert!(false, "left read"),
                    Status::Delivered => prop_assert_eq!(after, Status::Read),
                    Status::Sent => prop_assert!(matches!(event, MessageEvent::Evidence(_) | MessageEvent::FailedForNow)),
                    Status::Skipped => prop_assert!(matches!(event, MessageEvent::Evidence(_))),
                    Status::Failed => prop_assert!(matches!(event, MessageEvent::Evidence(_) | MessageEvent::Retry)),
                    _ => {}
                }
                match event {
                    MessageEvent::Claim => {
                        prop_assert!(!claimed, "claimed twice");
                        claimed = true;
                    }
                    MessageEvent::NotAccepted { retry: true }
                    | MessageEvent::PolicyRepeat
                    | MessageEvent::Retry
                    | MessageEvent::FailedForNow => claimed = false,
                    _ => {}
                }
                status = after;
            }
        }
    }

    #[test]
    fn every_move() {
        let table: Vec<String> = Status::iter()
            .map(|from| {
                let to: Vec<String> =
                    Status::iter().filter(|to| from.may_become(*to)).map(|to| to.to_string()).collect();
                format!("{from} → {}", to.join(" ")).trim_end().to_owned()
            })
            .collect();
        insta::assert_snapshot!(table.join("\n"), @r"
        pending → pending sending sent delivered read failed skipped
        sending → pending unknown sent delivered read failed
        unknown → pending sent delivered read failed
        sent → pending delivered read failed
        delivered → read
        read →
        failed → pending delivered read
        skipped → sent delivered read
        ");
    }

    #[test]
    fn a_message_given_up_is_lifted_by_evidence_that_a_failed_one_does_not_take() {
        let mut message = crate::message::tests::message();
        message.status = Status::Failed;
        assert_eq!(message.next(MessageEvent::Evidence(Evidence::Sent)), None);
        assert_eq!(message.next(MessageEvent::Evidence(Evidence::Delivered)), Some(Status::Delivered));
        message.gave_up = true;
        assert_eq!(message.next(MessageEvent::Evidence(Evidence::Sent)), Some(Status::Sent));
        assert_eq!(message.next(MessageEvent::Accepted), None);
        message.status = Status::Sent;
        assert_eq!(message.next(MessageEvent::Evidence(Evidence::Sent)), None);
    }

    #[test]
    fn retries_end() {
        let delays = [60, 300, 900].map(Duration::from_secs);
        let now = DateTime::UNIX_EPOCH;
        let after: Vec<_> = (0..6).map(|n| retry_at(n, &delays, now).map(|at| at.timestamp())).collect();
        assert_eq!(after, [None, Some(60), Some(300), Some(900), None, None]);
    }
}
