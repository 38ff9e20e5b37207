//! When an automation runs: a cron in a zone, and the rule for slots that were missed.
//!
//! A slot is a local time that the cron names. It keeps its local date whatever the clocks do, so that work by date is
//! done once for each date. A change of zone moves the moment of a slot and not the slot.

use crate::RestoredAt;
use crate::local_time::moment;
use chrono::{DateTime, NaiveDateTime, TimeDelta, Utc};
use chrono_tz::Tz;
use croner::parser::{CronParser, Seconds, Year};
use serde::{Deserialize, Serialize};
use std::fmt;
use std::str::FromStr;

/// Five fields as Unix has them: minute, hour, day of month, month, day of week (0 and 7 are Sunday, 1 is Monday). If
/// both days are given, either is enough.
#[derive(Clone, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Cron {
    text: String,
    pattern: Box<croner::Cron>,
}

/// Of a cron, in bytes.
const LONGEST: usize = 100;

/// A cron that was refused, with the form that was expected.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CronError {
    /// Not five fields of a cron.
    #[error("expected five fields of a Unix cron, as 0 9 * * 1-5 for 9:00 from Monday to Friday")]
    Form,
    /// As 30 February.
    #[error("expected a cron whose time comes")]
    Never,
}

impl Cron {
    /// The first slot after a local time; `None` if there is none in the calendar's years.
    #[must_use]
    pub fn next(&self, after: NaiveDateTime) -> Option<NaiveDateTime> {
        self.pattern.find_next_occurrence(&after, false).ok()
    }

    /// The last slot up to a local time.
    fn last(&self, until: NaiveDateTime) -> Option<NaiveDateTime> {
        self.pattern.find_previous_occurrence(&until, true).ok()
    }

    /// Whether it names one minute of an hour, so that two slots are at least an hour apart.
    #[must_use]
    pub fn is_at_most_hourly(&self) -> bool {
        self.text.split(' ').next().is_some_and(|minute| minute.bytes().all(|b| b.is_ascii_digit()))
    }

    /// As it was given, its fields parted by one blank.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.text
    }
}

impl FromStr for Cron {
    type Err = CronError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let fields: Vec<&str> = text.split_ascii_whitespace().collect();
        let letters =
            |field: &str| field.split(|c: char| !c.is_ascii_alphabetic()).all(|word| [0, 3].contains(&word.len()));
        let unix =
            |field: &&str| letters(field) && field.bytes().all(|b| b.is_ascii_alphanumeric() || b"*,-/".contains(&b));
        if text.len() > LONGEST || fields.len() != 5 || !fields.iter().all(unix) {
            return Err(CronError::Form);
        }
        let text = fields.join(" ");
        let parser = CronParser::builder().seconds(Seconds::Disallowed).year(Year::Disallowed).build();
        let pattern = Box::new(parser.parse(&text).map_err(|_| CronError::Form)?);
        let cron = Self { text, pattern };
        cron.next(NaiveDateTime::default()).map(|_| cron).ok_or(CronError::Never)
    }
}

impl TryFrom<String> for Cron {
    type Error = CronError;
    fn try_from(text: String) -> Result<Self, Self::Error> {
        text.parse()
    }
}

impl From<Cron> for String {
    fn from(cron: Cron) -> Self {
        cron.text
    }
}

impl PartialEq for Cron {
    fn eq(&self, other: &Self) -> bool {
        self.text == other.text
    }
}

impl Eq for Cron {}

impl fmt::Debug for Cron {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Cron({})", self.text)
    }
}

/// The misfire rule: of several slots whose time has passed, only the latest ever runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Misfire {
    /// It runs, however late.
    Latest,
    /// It runs if it is late by no more than this.
    Within(TimeDelta),
}

/// The slots that an automation runs and leaves out at a time.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Firing {
    /// The slot to run now.
    pub run: Option<NaiveDateTime>,
    /// Slots that are left out: too late, or before one that runs; the latest of them, and how many (at most
    /// [`Firing::MOST_COUNTED`]).
    pub skipped: Option<(NaiveDateTime, u32)>,
    /// The slot after, and its moment.
    pub next: (NaiveDateTime, DateTime<Utc>),
}

impl Firing {
    /// So many slots that were left out are counted.
    pub const MOST_COUNTED: u32 = 1_000;

    /// The firing at `now` of an automation whose next slot is `pending`. `None` if the cron has no further slot.
    #[must_use]
    pub fn at(now: DateTime<Utc>, cron: &Cron, zone: Tz, pending: NaiveDateTime, misfire: Misfire) -> Option<Self> {
        if moment(pending, zone)? > now {
            return Some(Self { run: None, skipped: None, next: (pending, moment(pending, zone)?) });
        }
        // When clocks are put back, the local time now may be before a slot that has been.
        let mut latest = cron.last(now.with_timezone(&zone).naive_local()).map_or(pending, |last| last.max(pending));
        let mut next = cron.next(latest)?;
        while moment(next, zone)? <= now {
            latest = next;
            next = cron.next(latest)?;
        }
        let late = now - moment(latest, zone)?;
        let run = match misfire {
            Misfire::Within(most) if late > most => None,
            Misfire::Latest | Misfire::Within(_) => Some(latest),
        };
        let mut skipped = None;
        let mut slot = pending;
        for count in 1..=Self::MOST_COUNTED {
            if slot > latest || run == Some(slot) {
                break;
            }
            skipped = Some((if run.is_none() { latest } else { slot }, count));
            slot = cron.next(slot)?;
        }
        Some(Self { run, skipped, next: (next, moment(next, zone)?) })
    }

    /// The same after a restore: a slot is left out that the deployment before may have run.
    #[must_use]
    pub fn unless_run_before(self, restored: RestoredAt, zone: Tz) -> Self {
        let Some(slot) = self.run.filter(|slot| moment(*slot, zone).is_some_and(|at| restored.covers(at))) else {
            return self;
        };
        let before = self.skipped.map_or(0, |(_, count)| count);
        Self { run: None, skipped: Some((slot, (before + 1).min(Self::MOST_COUNTED))), ..self }
    }

    /// The first slot after `now`, and its moment.
    #[must_use]
    pub fn first_after(now: DateTime<Utc>, cron: &Cron, zone: Tz) -> Option<(NaiveDateTime, DateTime<Utc>)> {
        let mut slot = cron.next(now.with_timezone(&zone).naive_local())?;
        // A slot that the clock has shown already in the hour that comes twice.
        while moment(slot, zone)? <= now {
            slot = cron.next(slot)?;
        }
        Some((slot, moment(slot, zone)?))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn cron(text: &str) -> Cron {
        text.parse().unwrap()
    }

    fn utc(text: &str) -> DateTime<Utc> {
        text.parse().unwrap()
    }

    fn local(text: &str) -> NaiveDateTime {
        text.parse().unwrap()
    }

    const DAY: Misfire = Misfire::Within(TimeDelta::hours(10));

    #[test]
    fn a_slot_of_before_a_restore_is_left_out_and_the_next_one_runs() {
        let (nine, zone, pending) = (cron("0 9 * * *"), Tz::America__Sao_Paulo, local("2026-11-24T09:00:00"));
        // Restored at ten, to the day before yesterday; looked at a minute later.
        let restored = RestoredAt(Some(utc("2026-11-26T13:00:00Z")));
        let fired = |now| Firing::at(utc(now), &nine, zone, pending, Misfire::Latest).unwrap();
        let left = fired("2026-11-26T13:01:00Z").unless_run_before(restored, zone);
        assert_eq!((left.run, left.skipped), (None, Some((local("2026-11-26T09:00:00"), 3))));
        assert_eq!(left.next.0, local("2026-11-27T09:00:00"));
        // One that has come since runs, and an ordinary deployment leaves out nothing.
        let next = fired("2026-11-27T12:01:00Z").unless_run_before(restored, zone);
        assert_eq!(
            (next.run, next.skipped),
            (Some(local("2026-11-27T09:00:00")), Some((local("2026-11-26T09:00:00"), 3)))
        );
        let usual = fired("2026-11-26T13:01:00Z");
        assert_eq!(usual.clone().unless_run_before(RestoredAt::default(), zone), usual);
    }

    #[test]
    fn says_what_was_expected() {
        for (text, error) in [
            ("", CronError::Form),
            ("0 9 * *", CronError::Form),
            ("0 9 * * * *", CronError::Form),
            ("@daily", CronError::Form),
            ("0 9 ? * *", CronError::Form),
            ("0 9 * * 1#2", CronError::Form),
            ("60 9 * * *", CronError::Form),
            ("0 9 L * *", CronError::Form),
            ("0 9 15W * *", CronError::Form),
            ("0 9 * * 5L", CronError::Form),
            (&"1,".repeat(60), CronError::Form),
            ("0 24 * * *", CronError::Form),
            ("0 9 * * 8", CronError::Form),
            ("0 9 30 2 *", CronError::Never),
        ] {
            assert_eq!(text.parse::<Cron>(), Err(error), "{text}");
        }
        assert_eq!(cron(" 0  9 * * 1-5 ").as_str(), "0 9 * * 1-5");
        assert_eq!(cron("0 9 * jan-MAR mon").as_str(), "0 9 * jan-MAR mon");
        assert!(cron("59 * * * *").is_at_most_hourly() && !cron("*/30 9 * * *").is_at_most_hourly());
    }

    #[test]
    fn one_is_monday_and_either_day_is_enough() {
        let from = local("2026-11-25T12:00:00");
        for (text, next) in [
            ("0 10 * * 1", "2026-11-30T10:00:00"),
            ("0 10 * * 0", "2026-11-29T10:00:00"),
            ("0 10 * * 7", "2026-11-29T10:00:00"),
            ("0 15 * * 2,4", "2026-11-26T15:00:00"),
            ("0 10 29 2 *", "2028-02-29T10:00:00"),
            ("0 10 27 * 1", "2026-11-27T10:00:00"),
        ] {
            assert_eq!(cron(text).next(from), Some(local(next)), "{text}");
        }
    }

    #[test]
    fn a_midnight_that_santiago_skips_and_an_hour_that_comes_twice() {
        // From 23:59:59 on 5 September to 1:00 on the 6th; from 23:59:59 on 4 April back to 23:00.
        let zone = Tz::America__Santiago;
        let midnight = cron("0 0 * * *");
        let (slot, at) = Firing::first_after(utc("2026-09-05T12:00:00Z"), &midnight, zone).unwrap();
        assert_eq!((slot, at), (local("2026-09-06T00:00:00"), utc("2026-09-06T04:00:00Z")));
        let fired = Firing::at(at, &midnight, zone, slot, DAY).unwrap();
        assert_eq!((fired.run, fired.skipped), (Some(slot), None));
        assert_eq!(fired.next, (local("2026-09-07T00:00:00"), utc("2026-09-07T03:00:00Z")));

        let late = cron("30 23 * * *");
        let (slot, at) = Firing::first_after(utc("2026-04-04T12:00:00Z"), &late, zone).unwrap();
        assert_eq!((slot, at), (local("2026-04-04T23:30:00"), utc("2026-04-05T02:30:00Z")));
        let next = (local("2026-04-05T23:30:00"), utc("2026-04-06T03:30:00Z"));
        // In the hour that comes again.
        assert_eq!(Firing::first_after(utc("2026-04-05T03:10:00Z"), &late, zone), Some(next));
        let again = Firing::at(utc("2026-04-05T03:10:00Z"), &late, zone, slot, DAY).unwrap();
        assert_eq!((again.run, again.next), (Some(slot), next));
    }

    #[test]
    fn an_outage_of_26_hours_over_the_night_on_which_clocks_change() {
        // New York, clocks put forward at 2:00 on 8 March 2026: 8:30 on the 7th to 11:30 on the 8th are 26 hours.
        let (zone, nine) = (Tz::America__New_York, cron("0 9 * * *"));
        let pending = local("2026-03-07T09:00:00");
        let back = utc("2026-03-07T13:30:00Z") + TimeDelta::hours(26);
        let greeted = Firing::at(back, &nine, zone, pending, DAY).unwrap();
        assert_eq!(greeted.run, Some(local("2026-03-08T09:00:00")));
        assert_eq!(greeted.skipped, Some((pending, 1)));
        assert_eq!(greeted.next, (local("2026-03-09T09:00:00"), utc("2026-03-09T13:00:00Z")));
        // Back in the evening, the second is too late as well.
        let evening = Firing::at(back + TimeDelta::hours(8), &nine, zone, pending, DAY).unwrap();
        assert_eq!((evening.run, evening.skipped), (None, Some((local("2026-03-08T09:00:00"), 2))));
        // A weekly automation runs late.
        let weekly = Firing::at(back, &cron("0 10 * * 6"), zone, local("2026-03-07T10:00:00"), Misfire::Latest);
        assert_eq!(weekly.unwrap().run, Some(local("2026-03-07T10:00:00")));
    }

    fn zones() -> Vec<Tz> {
        let names = ["America/", "Europe/", "Australia/Lord_Howe", "Africa/Casablanca", "Pacific/Apia"];
        let is_one = |zone: &Tz| names.iter().any(|name| zone.name().starts_with(name));
        chrono_tz::TZ_VARIANTS.iter().copied().filter(is_one).collect()
    }

    proptest! {
        /// Looked at each minute or after outages of any length: no slot runs twice, they run in order, never early, and
        /// one that is not run is said to be skipped.
        #[test]
        fn each_slot_once(
            zone in prop::sample::select(zones()),
            text in prop::sample::select(vec!["0 9 * * *", "30 2 * * *", "0 0 * * *", "0 10 * * 1", "*/20 * * * *"]),
            start in 1_577_836_800..2_208_988_800i64,
            pauses in prop::collection::vec(prop_oneof![1..180i64, 180..6_000i64], 1..40),
            latest: bool,
        ) {
            let cron = cron(text);
            let misfire = if latest { Misfire::Latest } else { DAY };
            let mut now = DateTime::from_timestamp(start, 0).unwrap();
            let (mut pending, first) = Firing::first_after(now, &cron, zone).unwrap();
            prop_assert!(first > now);
            let mut expected = pending;
            for pause in pauses {
                now += TimeDelta::minutes(pause);
                let fired = Firing::at(now, &cron, zone, pending, misfire).unwrap();
                let mut handled = 0;
                while expected < fired.next.0 {
                    prop_assert!(moment(expected, zone).unwrap() <= now, "early");
                    handled += 1;
                    expected = cron.next(expected).unwrap();
                }
                let skipped = fired.skipped.map_or(0, |(_, count)| count);
                prop_assert_eq!(handled.min(1_000), (u32::from(fired.run.is_some()) + skipped).min(1_000));
                if let Some(run) = fired.run {
                    prop_assert!(run >= pending && run < fired.next.0);
                    prop_assert!(latest || now - moment(run, zone).unwrap() <= TimeDelta::hours(10));
                }
                prop_assert!(fired.next.1 > now);
                pending = fired.next.0;
            }
        }
    }
}
