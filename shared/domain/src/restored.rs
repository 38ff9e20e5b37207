//! A deployment whose tables are those of another one, as they were at an earlier time.

use crate::{Kind, Message, MessageEvent};
use chrono::{DateTime, Utc};

/// When a deployment took over from the one whose tables it was restored from, UTC; none for any other deployment. Until then
/// the other one went on: what these tables call open may be done, and what they do not know may have been said.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct RestoredAt(pub Option<DateTime<Utc>>);

impl RestoredAt {
    /// Whether the deployment before may have done what was to be done at `time` (UTC).
    #[must_use]
    pub fn covers(self, time: DateTime<Utc>) -> bool {
        self.0.is_some_and(|at| time <= at)
    }
}

impl Message {
    /// Whether the deployment before may have sent it: its time had come by then, and no human has sent it again since.
    #[must_use]
    pub fn may_have_gone(&self, restored: RestoredAt) -> bool {
        let time = self.created_at.max(self.scheduled_for);
        restored.covers(self.retried_at.map_or(time, |at| at.max(time)))
    }

    /// The policy for it when there is no evidence in time: transactional messages go once more, others do not, and neither
    /// does one whose claim the deployment before may have settled.
    #[must_use]
    pub fn unknown_policy(&self, restored: RestoredAt) -> MessageEvent {
        let is_of_before = self.claimed_at.is_some_and(|at| restored.covers(at));
        if self.kind == Kind::Transactional && !self.repeated && !is_of_before {
            MessageEvent::PolicyRepeat
        } else {
            MessageEvent::PolicyGiveUp
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::message::tests::message;
    use chrono::TimeDelta;

    const HOUR: TimeDelta = TimeDelta::hours(1);

    fn at() -> DateTime<Utc> {
        "2026-11-30T12:00:00Z".parse().unwrap()
    }

    #[test]
    fn what_had_its_time_before_the_restore_may_have_gone_until_a_human_sends_it_again() {
        let restored = RestoredAt(Some(at()));
        let one = |created_at, scheduled_for| Message { created_at, scheduled_for, ..message() };
        assert!(one(at() - HOUR, at() - HOUR).may_have_gone(restored));
        assert!(one(at() - HOUR, at()).may_have_gone(restored), "at its very moment");
        assert!(!one(at() - HOUR, at() + HOUR).may_have_gone(restored), "scheduled for later");
        assert!(!one(at() + HOUR, at() - HOUR).may_have_gone(restored), "made since, for a time that had passed");
        let again = |retried_at| Message { retried_at: Some(retried_at), ..one(at() - HOUR, at() - HOUR) };
        assert!(again(at() - HOUR).may_have_gone(restored), "that retry is one of before");
        assert!(!again(at() + HOUR).may_have_gone(restored));
        assert!(!one(at() - HOUR, at() - HOUR).may_have_gone(RestoredAt::default()));
    }

    #[test]
    fn nothing_that_was_claimed_before_the_restore_goes_once_more() {
        let restored = RestoredAt(Some(at()));
        let claimed = |claimed_at| Message { kind: Kind::Transactional, claimed_at: Some(claimed_at), ..message() };
        assert_eq!(claimed(at() - HOUR).unknown_policy(restored), MessageEvent::PolicyGiveUp);
        assert_eq!(claimed(at() + HOUR).unknown_policy(restored), MessageEvent::PolicyRepeat);
        assert_eq!(claimed(at() - HOUR).unknown_policy(RestoredAt::default()), MessageEvent::PolicyRepeat);
        let marketing = Message { kind: Kind::Marketing, ..claimed(at() + HOUR) };
        assert_eq!(marketing.unknown_policy(restored), MessageEvent::PolicyGiveUp);
    }
}
