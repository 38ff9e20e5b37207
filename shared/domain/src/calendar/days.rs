//! Local days as ranges of time.

use crate::local_time::moment;
use chrono::{DateTime, Days, NaiveDate, NaiveTime, Utc};
use chrono_tz::Tz;
use std::ops::Range;

/// A local day of a zone, from its first moment until before the next day's: 23 or 25 hours where the clocks are
/// changed, and empty if the zone has skipped it.
#[must_use]
pub fn day_range(date: NaiveDate, zone: Tz) -> Range<DateTime<Utc>> {
    let begin = |date: NaiveDate| {
        let midnight = date.and_time(NaiveTime::MIN);
        moment(midnight, zone).unwrap_or_else(|| midnight.and_utc())
    };
    begin(date)..begin(date.checked_add_days(Days::new(1)).unwrap_or(date))
}

/// The local day of a moment.
#[must_use]
pub fn local_day(at: DateTime<Utc>, zone: Tz) -> NaiveDate {
    at.with_timezone(&zone).date_naive()
}

#[cfg(test)]
mod tests {
    use super::*;
    use chrono::TimeDelta;
    use proptest::prelude::*;

    #[test]
    fn a_day_has_as_many_hours_as_its_clock_shows() {
        for (zone, date, begin, hours) in [
            (Tz::America__Bogota, "2026-11-21", "2026-11-21T05:00:00Z", 24),
            // Santiago goes from 23:59:59 to 1:00 on 2026-09-06, and from 23:59:59 back to 23:00 on 2026-04-04.
            (Tz::America__Santiago, "2026-09-06", "2026-09-06T04:00:00Z", 23),
            (Tz::America__Santiago, "2026-04-04", "2026-04-04T03:00:00Z", 25),
            (Tz::America__New_York, "2026-03-08", "2026-03-08T05:00:00Z", 23),
            (Tz::America__New_York, "2026-11-01", "2026-11-01T04:00:00Z", 25),
            // Midnight comes twice.
            (Tz::America__Havana, "2026-11-01", "2026-11-01T04:00:00Z", 25),
            (Tz::Pacific__Apia, "2011-12-30", "2011-12-30T10:00:00Z", 0),
        ] {
            let day = day_range(date.parse().unwrap(), zone);
            assert_eq!(day.start, begin.parse::<DateTime<Utc>>().unwrap(), "{zone} {date}");
            assert_eq!(day.end - day.start, TimeDelta::hours(hours), "{zone} {date}");
        }
    }

    fn zones() -> Vec<Tz> {
        chrono_tz::TZ_VARIANTS.iter().copied().filter(|zone| zone.name().starts_with("America/")).collect()
    }

    proptest! {
        /// Each moment is of one day, and days follow each other without a gap.
        #[test]
        fn every_moment_is_of_its_day(zone in prop::sample::select(zones()), at in 1_767_225_600..2_114_380_800i64) {
            let at = DateTime::from_timestamp(at, 0).unwrap();
            let date = local_day(at, zone);
            let (day, next) = (day_range(date, zone), day_range(date.succ_opt().unwrap(), zone));
            prop_assert!(day.contains(&at), "{} {} {:?}", zone, at, day);
            prop_assert_eq!(day.end, next.start);
            prop_assert!((22..=26).contains(&(day.end - day.start).num_hours()));
        }
    }
}
