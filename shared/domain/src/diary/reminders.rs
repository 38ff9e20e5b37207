//! When a customer is reminded of an appointment.

use crate::QuietHours;
use chrono::{DateTime, TimeDelta, Utc};
use chrono_tz::Tz;
use std::collections::{BTreeMap, BTreeSet};

/// Before the night begins, a reminder goes so early that the answer may still come in the evening.
const BEFORE_THE_NIGHT: TimeDelta = TimeDelta::hours(1);

/// The reminders of an appointment that begins at `start`: for each time the hours before the start that it stands for.
/// Two that would go at one moment are one.
#[must_use]
pub fn reminders(
    start: DateTime<Utc>,
    hours: &BTreeSet<u16>,
    night: QuietHours,
    zone: Tz,
) -> BTreeMap<DateTime<Utc>, u16> {
    hours.iter().map(|hours| (reminder(start, TimeDelta::hours((*hours).into()), night, zone), *hours)).collect()
}

/// So long before the start, but not in the night. A reminder may go at any hour, yet one that wakes people is answered
/// by none. It waits for the morning if that leaves at least half of the time to give the place to somebody else. Else it
/// goes in the evening before: one that comes too late is worse than one that comes early.
fn reminder(start: DateTime<Utc>, before: TimeDelta, night: QuietHours, zone: Tz) -> DateTime<Utc> {
    let at = start - before;
    let Some(morning) = night.ends_after(at, zone) else { return at };
    if start - morning >= before / 2 {
        return morning;
    }
    night.began_before(at, zone).map_or(at, |evening| evening - BEFORE_THE_NIGHT)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Settings;

    #[test]
    fn a_reminder_goes_its_hours_before_but_not_in_the_night() {
        let night = QuietHours::from(&Settings::default());
        for (start, hours, at) in [
            // São Paulo is three hours behind UTC: 9:00, 7:00, 8:00 and 9:00 there.
            ("2026-11-26T12:00:00Z", 24, "2026-11-25T12:00:00Z"),
            ("2026-11-26T10:00:00Z", 24, "2026-11-25T11:00:00Z"),
            ("2026-11-26T11:00:00Z", 2, "2026-11-25T22:00:00Z"),
            ("2026-11-26T12:00:00Z", 2, "2026-11-26T11:00:00Z"),
            ("2026-11-26T12:00:00Z", 3, "2026-11-25T22:00:00Z"),
            ("2026-11-26T23:30:00Z", 24, "2026-11-26T11:00:00Z"),
            ("2026-11-26T22:00:00Z", 168, "2026-11-19T22:00:00Z"),
        ] {
            let found = reminders(start.parse().unwrap(), &[hours].into(), night, Tz::America__Sao_Paulo);
            let at: DateTime<Utc> = at.parse().unwrap();
            assert_eq!(found, [(at, hours)].into(), "{start} {hours}");
        }
        let none = QuietHours { from: night.from, until: night.from };
        let found = reminders("2026-11-26T11:00:00Z".parse().unwrap(), &[2].into(), none, Tz::America__Sao_Paulo);
        assert_eq!(found.keys().next().unwrap().to_rfc3339(), "2026-11-26T09:00:00+00:00");
    }

    #[test]
    fn two_that_meet_in_one_evening_are_one() {
        let night = QuietHours::from(&Settings::default());
        let start = "2026-11-26T11:00:00Z".parse().unwrap();
        let found = reminders(start, &[2, 3, 48].into(), night, Tz::America__Sao_Paulo);
        assert_eq!(found.into_values().collect::<Vec<_>>(), [48, 3]);
    }

    /// The day before the clocks go back has 24 hours less one by the clock: the hours are real ones.
    #[test]
    fn hours_are_real_ones() {
        let none = QuietHours { from: Settings::default().quiet_from, until: Settings::default().quiet_from };
        let start: DateTime<Utc> = "2026-03-08T15:00:00Z".parse().unwrap();
        let found = reminders(start, &[24].into(), none, Tz::America__New_York);
        assert_eq!(found, [(start - TimeDelta::hours(24), 24)].into());
    }
}
