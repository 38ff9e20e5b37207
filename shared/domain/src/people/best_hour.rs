//! The best hour to write to a customer: the one around which they write and buy.

use crate::QuietHours;
use chrono::{DateTime, NaiveTime, TimeDelta, Timelike, Utc};
use chrono_tz::Tz;
use serde::{Deserialize, Serialize};

const SECONDS: i64 = 3_600;

/// The hours in which a customer wrote or bought: the latest twenty, as whole hours since the epoch, each once.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct ActiveHours(Vec<i64>);

impl ActiveHours {
    /// How many are kept: so a habit of a year ago is forgotten.
    pub const KEPT: usize = 20;
    /// Fewer say nothing of a customer.
    pub const LEAST: u32 = 5;

    /// Whether none is known.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Their begins, UTC, the earliest first.
    pub fn begins(&self) -> impl Iterator<Item = DateTime<Utc>> {
        self.0.iter().filter_map(|hour| DateTime::from_timestamp(hour * SECONDS, 0))
    }

    /// The customer was active then, UTC. In whatever order the times are told, the latest are kept.
    pub fn note(&mut self, at: DateTime<Utc>) {
        self.insert(at.timestamp().div_euclid(SECONDS));
    }

    /// These hours are the same person's.
    pub fn take_over(&mut self, other: &Self) {
        other.0.iter().for_each(|hour| self.insert(*hour));
    }

    fn insert(&mut self, hour: i64) {
        if let Err(place) = self.0.binary_search(&hour) {
            self.0.insert(place, hour);
            if self.0.len() > Self::KEPT {
                self.0.remove(0);
            }
        }
    }

    /// The local hour, 0 to 23, around which the customer is active. `None` if there are fewer than five, or if less than half
    /// of them lie within an hour of it.
    #[must_use]
    pub fn best(&self, zone: Tz, quiet: QuietHours) -> Option<u8> {
        let mut counts = HourCounts::default();
        self.begins().for_each(|at| counts.add(at, zone));
        counts.best(quiet, Self::LEAST, 2)
    }
}

/// How many were active in each local hour of the day.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct HourCounts([u32; 24]);

impl HourCounts {
    /// Fewer customers say nothing of a business.
    const LEAST: u32 = 30;

    /// Whether nobody is counted.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// Somebody was active then, UTC. A local midnight to the second is a date without a time, and not counted.
    pub fn add(&mut self, at: DateTime<Utc>, zone: Tz) {
        let local = at.with_timezone(&zone).time();
        if let Some(count) = self.0.get_mut(local.hour() as usize).filter(|_| local != NaiveTime::MIN) {
            *count = count.saturating_add(1);
        }
    }

    /// The hour around which the customers of a business are active. `None` if there are fewer than thirty, or if less than
    /// a third of them lie within an hour of it: then no hour is better than another.
    #[must_use]
    pub fn of_business(&self, quiet: QuietHours) -> Option<u8> {
        self.best(quiet, Self::LEAST, 3)
    }

    /// The hour with the most around it, itself twice; the earliest of equal ones. An hour with a quiet moment is none.
    fn best(&self, quiet: QuietHours, least: u32, share: u32) -> Option<u8> {
        let at = |hour: u8| self.0.get(usize::from(hour % 24)).copied().unwrap_or_default();
        let near = |hour: u8| at(hour + 23).saturating_add(at(hour)).saturating_add(at(hour + 1));
        let all = (0..24).fold(0_u32, |sum, hour| sum.saturating_add(at(hour)));
        let is_quiet = |hour: u8| {
            let first = NaiveTime::from_hms_opt(hour.into(), 0, 0).unwrap_or_default();
            let last = first.overflowing_add_signed(TimeDelta::minutes(59)).0;
            quiet.contains(first) || quiet.contains(last)
        };
        let hours = (0..24).filter(|hour| !is_quiet(*hour));
        let best = hours.rev().max_by_key(|hour| near(*hour).saturating_add(at(*hour)))?;
        (all >= least && near(best).saturating_mul(share) >= all).then_some(best)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Settings;
    use chrono::Days;
    use proptest::prelude::*;

    const ZONE: Tz = Tz::America__Sao_Paulo;

    fn night() -> QuietHours {
        QuietHours::from(&Settings::default())
    }

    /// So many days after a Monday, at an hour of UTC; São Paulo is three hours behind.
    fn at(day: u64, hour: u32) -> DateTime<Utc> {
        let day = "2026-03-02".parse::<chrono::NaiveDate>().unwrap() + Days::new(day);
        day.and_hms_opt(hour, 30, 0).unwrap().and_utc()
    }

    fn active(hours: &[u32]) -> ActiveHours {
        let mut active = ActiveHours::default();
        hours.iter().zip(0..).for_each(|(hour, day)| active.note(at(day, *hour)));
        active
    }

    #[test]
    fn five_times_of_which_half_are_near_make_an_hour() {
        for (hours, best) in [
            (&[21, 21, 21, 21][..], None),
            (&[21, 21, 21, 21, 21], Some(18)),
            (&[20, 21, 22, 12, 13], Some(18)),
            (&[21, 21, 12, 14, 16], None),
            // At night nobody is written to.
            (&[3, 3, 3, 3, 3], None),
            (&[12, 12, 12, 21, 21, 21], Some(9)),
        ] {
            assert_eq!(active(hours).best(ZONE, night()), best, "{hours:?}");
        }
    }

    #[test]
    fn a_date_without_a_time_says_nothing() {
        let mut active = ActiveHours::default();
        (0..10).for_each(|day| active.note(at(day, 3) - TimeDelta::minutes(30)));
        let always = QuietHours { from: NaiveTime::MIN, until: NaiveTime::MIN };
        assert_eq!(active.best(ZONE, always), None);
    }

    #[test]
    fn a_business_has_an_hour_if_a_third_of_thirty_people_are_near_it() {
        let mut counts = HourCounts::default();
        (0..29).for_each(|day| counts.add(at(day, 21), ZONE));
        assert_eq!(counts.of_business(night()), None);
        counts.add(at(29, 21), ZONE);
        assert_eq!(counts.of_business(night()), Some(18));
        (0..90).for_each(|nth| counts.add(at(nth, 11 + u32::try_from(nth).unwrap() % 8), ZONE));
        assert_eq!(counts.of_business(night()), None);
    }

    proptest! {
        /// In whatever order and however often the times are told, the latest twenty hours decide; and the hour is never
        /// a quiet one.
        #[test]
        fn the_order_does_not_matter(told in prop::collection::vec((0..40_u64, 0..24_u32), 0..60)) {
            let mut times: Vec<_> = told.iter().map(|(day, hour)| at(*day, *hour)).collect();
            let note = |times: &[DateTime<Utc>]| {
                let mut active = ActiveHours::default();
                times.iter().for_each(|at| active.note(*at));
                active
            };
            let first = note(&times);
            times.reverse();
            prop_assert_eq!(&note(&times), &first);
            let (one, other) = times.split_at(times.len() / 2);
            let mut joined = note(one);
            joined.take_over(&note(other));
            prop_assert_eq!(&joined, &first);
            times.sort_unstable();
            times.dedup();
            let latest = times.len().saturating_sub(ActiveHours::KEPT);
            prop_assert_eq!(&note(&times[latest..]), &first);
            prop_assert!(first.best(ZONE, night()).is_none_or(|hour| (8..20).contains(&hour)));
        }
    }

    /// The effect on people who are there around an hour of their own, as `docs/decisions.md` tells it: how many get a
    /// message within an hour of it.
    #[test]
    fn most_people_are_met_near_their_own_hour() {
        let mut random = fastrand::Rng::with_seed(7);
        let mut met = [0_u32; 3];
        for _ in 0..1_000 {
            let own = 9 + random.i64(0..10);
            let mut active = ActiveHours::default();
            for day in 0..8 {
                // A fifth of the times are at any hour of the day.
                let hour = if random.u8(0..5) == 0 { random.i64(8..20) } else { own + random.i64(-1..2) };
                active.note(at(day, 0) + TimeDelta::hours(hour + 3));
            }
            let near = |hour: i64| u32::from((hour - own).abs() <= 1);
            let best = active.best(ZONE, night());
            met[0] += near(10);
            met[1] += near(best.map_or(10, i64::from));
            met[2] += u32::from(best.is_some());
        }
        let [by_default, by_habit, with_an_hour] = met;
        eprintln!(
            "within an hour of their own: {by_default} of 1,000 at ten, {by_habit} at their best hour; {with_an_hour} have one"
        );
        assert!(by_habit > 900 && by_default < 350, "{met:?}");
    }
}
