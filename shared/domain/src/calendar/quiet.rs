//! Quiet hours: the part of the day in which marketing and owner reports wait.

use crate::Settings;
use crate::local_time::moments;
use chrono::{DateTime, Days, NaiveTime, Utc};
use chrono_tz::Tz;

/// From one local time of day until before another, over midnight if it ends earlier than it begins. Equal ends mean
/// that no hour is quiet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct QuietHours {
    /// The first quiet moment.
    pub from: NaiveTime,
    /// The first moment after.
    pub until: NaiveTime,
}

impl From<&Settings> for QuietHours {
    fn from(settings: &Settings) -> Self {
        Self { from: settings.quiet_from, until: settings.quiet_until }
    }
}

impl QuietHours {
    /// Whether this local time of day is quiet.
    #[must_use]
    pub fn contains(self, time: NaiveTime) -> bool {
        if self.from <= self.until {
            (self.from..self.until).contains(&time)
        } else {
            time >= self.from || time < self.until
        }
    }

    /// When they next end, if it is quiet now in the zone: at most 25 hours from now, and never a quiet moment itself.
    /// An end that the clock skips in spring moves to the first moment that exists; in an hour that comes twice in
    /// autumn it is quiet twice.
    #[must_use]
    pub fn ends_after(self, now: DateTime<Utc>, zone: Tz) -> Option<DateTime<Utc>> {
        let local = now.with_timezone(&zone).naive_local();
        if !self.contains(local.time()) {
            return None;
        }
        let today = local.date();
        let days = [Some(today), today.checked_add_days(Days::new(1)), today.checked_add_days(Days::new(2))];
        days.into_iter()
            .flatten()
            .flat_map(|day| moments(day.and_time(self.until), zone))
            .find(|end| *end > now && !self.contains(end.with_timezone(&zone).time()))
    }

    /// When they began, if it is quiet at this moment in the zone. A beginning that the clock skips in spring is the first
    /// moment after the gap.
    #[must_use]
    pub fn began_before(self, at: DateTime<Utc>, zone: Tz) -> Option<DateTime<Utc>> {
        let local = at.with_timezone(&zone).naive_local();
        if !self.contains(local.time()) {
            return None;
        }
        let today = local.date();
        let days = [Some(today), today.checked_sub_days(Days::new(1)), today.checked_sub_days(Days::new(2))];
        let begins = days.into_iter().flatten().flat_map(|day| moments(day.and_time(self.from), zone));
        begins.filter(|begin| *begin <= at).max()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use chrono::TimeDelta;
    use proptest::prelude::*;

    fn time(text: &str) -> NaiveTime {
        text.parse().unwrap()
    }

    fn night() -> QuietHours {
        QuietHours::from(&Settings::default())
    }

    #[test]
    fn over_midnight_and_not() {
        for (from, until, quiet, loud) in [
            ("20:00", "08:00", &["20:00", "23:59", "00:00", "07:59"][..], &["08:00", "12:00", "19:59"][..]),
            ("12:00", "14:00", &["12:00", "13:59"], &["11:59", "14:00", "00:00"]),
            ("08:00", "08:00", &[], &["08:00", "00:00", "20:00"]),
        ] {
            let hours = QuietHours { from: time(from), until: time(until) };
            assert!(quiet.iter().all(|at| hours.contains(time(at))));
            assert!(!loud.iter().any(|at| hours.contains(time(at))));
        }
    }

    #[test]
    fn ends_by_the_recipients_clock() {
        for (now, zone, end) in [
            ("2026-01-10T01:00:00Z", Tz::America__Bogota, Some("2026-01-10T13:00:00Z")),
            ("2026-01-10T12:59:59Z", Tz::America__Bogota, Some("2026-01-10T13:00:00Z")),
            ("2026-01-10T13:00:00Z", Tz::America__Bogota, None),
            ("2026-01-10T13:00:00Z", Tz::America__Tijuana, Some("2026-01-10T16:00:00Z")),
            // The night of the change in New York, spring and autumn.
            ("2026-03-08T02:00:00Z", Tz::America__New_York, Some("2026-03-08T12:00:00Z")),
            ("2026-11-01T02:00:00Z", Tz::America__New_York, Some("2026-11-01T13:00:00Z")),
        ] {
            let end = end.map(|end| end.parse::<DateTime<Utc>>().unwrap());
            assert_eq!(night().ends_after(now.parse().unwrap(), zone), end, "{now} {zone}");
        }
    }

    #[test]
    fn an_end_that_the_clock_skips_or_shows_twice() {
        let hours = |from, until| QuietHours { from: time(from), until: time(until) };
        let end = |hours: QuietHours, now: &str, zone| {
            hours
                .ends_after(now.parse().unwrap(), zone)
                .map(|end| end.to_rfc3339_opts(chrono::SecondsFormat::Secs, true))
        };
        // Santiago goes from 23:59:59 to 1:00 on 2026-09-06, and from 23:59:59 back to 23:00 on 2026-04-04.
        let santiago = Tz::America__Santiago;
        assert_eq!(
            end(hours("20:00", "00:30"), "2026-09-06T00:00:00Z", santiago).as_deref(),
            Some("2026-09-06T04:00:00Z")
        );
        assert_eq!(
            end(hours("20:00", "23:30"), "2026-04-05T00:00:00Z", santiago).as_deref(),
            Some("2026-04-05T02:30:00Z")
        );
        assert_eq!(
            end(hours("20:00", "23:30"), "2026-04-05T03:10:00Z", santiago).as_deref(),
            Some("2026-04-05T03:30:00Z")
        );
    }

    fn zones() -> Vec<Tz> {
        chrono_tz::TZ_VARIANTS.iter().copied().filter(|zone| zone.name().starts_with("America/")).collect()
    }

    proptest! {
        /// In every zone of the Americas, on any day: what waits goes in the future, within 25 hours, not in quiet
        /// hours, and it would have been quiet a moment before.
        #[test]
        fn a_message_that_waits_goes_at_the_end(
            zone in prop::sample::select(zones()),
            now in 1_577_836_800..2_208_988_800i64,
            from in 0..288u32, until in 0..288u32, usual: bool,
        ) {
            let at = |fives: u32| NaiveTime::from_num_seconds_from_midnight_opt(fives * 300, 0).unwrap();
            let hours = if usual { night() } else { QuietHours { from: at(from), until: at(until) } };
            let now = DateTime::from_timestamp(now, 0).unwrap();
            let local = |at: DateTime<Utc>| at.with_timezone(&zone).time();
            match hours.ends_after(now, zone) {
                None => prop_assert!(!hours.contains(local(now))),
                Some(end) => {
                    prop_assert!(hours.contains(local(now)));
                    prop_assert!(end > now && end - now <= TimeDelta::hours(25), "{} {}", now, end);
                    prop_assert!(!hours.contains(local(end)), "{} {}", now, end);
                    prop_assert!(hours.contains(local(end - TimeDelta::seconds(1))), "{} {}", now, end);
                }
            }
            match hours.began_before(now, zone) {
                None => prop_assert!(!hours.contains(local(now))),
                Some(began) => {
                    prop_assert!(hours.contains(local(now)));
                    prop_assert!(began <= now && now - began <= TimeDelta::hours(25), "{} {}", now, began);
                    prop_assert!(hours.contains(local(began)), "{} {}", now, began);
                    prop_assert!(!hours.contains(local(began - TimeDelta::seconds(1))), "{} {}", now, began);
                }
            }
        }
    }
}
