//! How regularly people write to a number, and when its silence is out of the ordinary: some sessions say that they are
//! connected and bring nothing any more.

use chrono::{DateTime, TimeDelta, Utc};
use serde::{Deserialize, Serialize};

/// A message within so long after the one before is not noted.
pub const NOTED: TimeDelta = TimeDelta::minutes(15);
/// The time for which the longest pause is remembered at least, and twice so long at most.
const PERIOD: TimeDelta = TimeDelta::days(14);
/// Before somebody has written for so long, there is no habit.
const HABIT: TimeDelta = TimeDelta::days(7);
/// No shorter silence is out of the ordinary.
const SHORTEST: TimeDelta = TimeDelta::hours(6);

/// When people wrote to a number. All times in UTC.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Pulse {
    /// The first message.
    #[serde(with = "chrono::serde::ts_milliseconds")]
    pub since: DateTime<Utc>,
    /// The last message, to within [`NOTED`].
    #[serde(with = "chrono::serde::ts_milliseconds")]
    pub heard_at: DateTime<Utc>,
    /// When the present period began.
    #[serde(with = "chrono::serde::ts_milliseconds")]
    pub period_since: DateTime<Utc>,
    /// The longest pause of the present period, in seconds.
    pub longest: i64,
    /// The longest pause of the period before, in seconds.
    pub longest_before: i64,
}

impl Pulse {
    /// After a message at `now`, UTC; `None` if that one need not be noted.
    #[must_use]
    pub fn beat(before: Option<Self>, now: DateTime<Utc>) -> Option<Self> {
        let Some(before) = before else {
            return Some(Self { since: now, heard_at: now, period_since: now, longest: 0, longest_before: 0 });
        };
        let pause = now - before.heard_at;
        if pause < NOTED {
            return None;
        }
        let longest = before.longest.max(pause.num_seconds());
        Some(if now - before.period_since < PERIOD {
            Self { heard_at: now, longest, ..before }
        } else {
            Self { heard_at: now, period_since: now, longest: 0, longest_before: longest, ..before }
        })
    }

    /// Since when nobody has written, if that is twice as long as the longest pause of the last weeks. `now` is UTC.
    #[must_use]
    pub fn silent_since(&self, now: DateTime<Utc>) -> Option<DateTime<Utc>> {
        let longest = TimeDelta::seconds(self.longest.max(self.longest_before));
        let has_habit = self.heard_at - self.since >= HABIT;
        let is_silent = now - self.heard_at > (longest * 2).max(SHORTEST);
        (has_habit && is_silent).then_some(self.heard_at)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hours(hours: i64) -> DateTime<Utc> {
        DateTime::from_timestamp(1_780_000_000, 0).unwrap() + TimeDelta::hours(hours)
    }

    /// After a message each hour of twelve, day by day.
    fn shop(days: i64) -> Pulse {
        let open = (0..days).flat_map(|day| (0..12).map(move |hour| day * 24 + hour));
        open.fold(None, |pulse, hour| Pulse::beat(pulse, hours(hour)).or(pulse)).unwrap()
    }

    #[test]
    fn a_night_is_no_silence_and_two_are() {
        let pulse = shop(10);
        let last = 9 * 24 + 11;
        assert_eq!(pulse.heard_at, hours(last));
        assert_eq!(pulse.silent_since(hours(last + 26)), None);
        assert_eq!(pulse.silent_since(hours(last + 27)), Some(hours(last)));
    }

    #[test]
    fn a_number_without_a_habit_is_never_silent() {
        assert_eq!(shop(7).silent_since(hours(10_000)), None);
        assert_eq!(Pulse::beat(None, hours(0)).unwrap().silent_since(hours(10_000)), None);
    }

    #[test]
    fn a_holiday_is_forgotten_after_two_weeks() {
        let mut pulse = shop(10);
        let back = 9 * 24 + 11 + 240;
        for hour in (back..back + 24 * 60).step_by(12) {
            pulse = Pulse::beat(Some(pulse), hours(hour)).unwrap();
            let silent = pulse.silent_since(hours(hour + 25));
            // The holiday is the longest pause for one more period.
            assert_eq!(silent.is_some(), hour - back >= 24 * 14, "{}", hour - back);
        }
    }

    #[test]
    fn messages_in_one_quarter_of_an_hour_are_noted_once() {
        let first = Pulse::beat(None, hours(0));
        assert_eq!(Pulse::beat(first, hours(0) + TimeDelta::minutes(14)), None);
        assert!(Pulse::beat(first, hours(0) + NOTED).is_some());
    }
}
