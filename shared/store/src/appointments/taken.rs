//! The rows of the days: which times are taken.

use super::WHAT;
use crate::dynamodb::{Item, VERSION, Write, number, read_number};
use crate::keys::appointments::{self as keys, TAKEN};
use crate::tables::Table;
use crate::{Store, StoreError};
use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use domain::slots::touches_any;
use domain::{Appointment, AppointmentId, BusinessId};
use sha2::{Digest, Sha256};
use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

/// Minutes are fewer than this.
const MINUTES: i64 = 10_000;

/// The rows of some days, as they were read. An absent one has no version.
pub(super) struct Days(BTreeMap<NaiveDate, Day>);

struct Day {
    version: Option<u64>,
    /// By the attribute of its appointment.
    taken: BTreeMap<String, Range<DateTime<Utc>>>,
}

impl Days {
    /// Whether no other appointment has a part of its time.
    pub(super) fn are_free(&self, appointment: &Appointment) -> bool {
        let own = name(&appointment.appointment_id);
        let others = self.0.values().flat_map(|day| &day.taken).filter(|(name, _)| **name != own);
        let others: Vec<_> = others.map(|(_, time)| time.clone()).collect();
        !touches_any(&appointment.time(), &others)
    }
}

/// The days, in UTC, that a time touches.
fn days_of(time: &Range<DateTime<Utc>>) -> BTreeSet<NaiveDate> {
    let last = (time.end - TimeDelta::nanoseconds(1)).max(time.start).date_naive();
    time.start.date_naive().iter_days().take_while(|day| *day <= last).collect()
}

/// The attribute that stands for an appointment: its id may be no attribute's name.
fn name(appointment: &AppointmentId) -> String {
    let hash = Sha256::digest(appointment.as_str());
    format!("{TAKEN}{}", hex::encode(hash.get(..8).unwrap_or(&hash)))
}

fn written(appointment: &Appointment) -> i64 {
    appointment.start.timestamp().div_euclid(60) * MINUTES + i64::from(appointment.minutes)
}

fn read(written: i64) -> Option<Range<DateTime<Utc>>> {
    let start = DateTime::from_timestamp(written.div_euclid(MINUTES) * 60, 0)?;
    Some(start..start + TimeDelta::minutes(written.rem_euclid(MINUTES)))
}

fn read_row(item: &Item) -> Result<Day, StoreError> {
    let names = item.keys().filter(|name| name.starts_with(TAKEN));
    let times = names.map(|name| Some((name.clone(), read(read_number(item, name)?)?)));
    let taken = times.collect::<Option<_>>().ok_or(StoreError::Corrupt(WHAT))?;
    Ok(Day { version: read_number(item, VERSION), taken })
}

/// Takes the time of an appointment and leaves the one that it had; only if the days are as they were read, if they were.
pub(super) fn writes(
    business: BusinessId,
    before: Option<&Appointment>,
    after: &Appointment,
    read: Option<&Days>,
) -> Vec<Write> {
    let days = |one: Option<&Appointment>| {
        let one = one.filter(|one| one.status.takes_time());
        one.map(|one| (written(one), days_of(&one.time()))).unwrap_or_default()
    };
    let (had, has) = (days(before), days(Some(after)));
    if had == has {
        return Vec::new();
    }
    let name = name(&after.appointment_id);
    let all: BTreeSet<_> = had.1.union(&has.1).copied().collect();
    let write = |day: NaiveDate| {
        let row = Write::update(Table::Appointments, keys::day(business, day));
        if !has.1.contains(&day) {
            return row.remove(&name);
        }
        let row = row.add_one(VERSION).set(&name, number(has.0));
        match read.and_then(|days| days.0.get(&day)) {
            Some(day) => row.if_same(VERSION, day.version.map(number)),
            None => row,
        }
    };
    all.into_iter().map(write).collect()
}

impl Store {
    /// The rows of the days that a time touches.
    pub(super) async fn days(&self, business: BusinessId, time: &Range<DateTime<Utc>>) -> Result<Days, StoreError> {
        let mut days = BTreeMap::new();
        for day in days_of(time) {
            let row = self.get(Table::Appointments, keys::day(business, day)).await?;
            days.insert(day, read_row(&row.unwrap_or_default())?);
        }
        Ok(Days(days))
    }

    /// The times of a business that are taken and touch a time, in no order. Every write before counts.
    ///
    /// # Errors
    /// As every operation: see [`StoreError`].
    pub async fn taken_times(
        &self,
        business: BusinessId,
        time: &Range<DateTime<Utc>>,
    ) -> Result<Vec<Range<DateTime<Utc>>>, StoreError> {
        let keys = days_of(time).into_iter().map(|day| keys::day(business, day)).collect();
        let rows = self.batch_get(Table::Appointments, keys).await?;
        let days = rows.iter().map(read_row).collect::<Result<Vec<_>, _>>()?;
        // A time that goes over midnight (UTC) stands in both days.
        let all: BTreeMap<_, _> = days.into_iter().flat_map(|day| day.taken).collect();
        Ok(all.into_values().filter(|taken| taken.start < time.end && time.start < taken.end).collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_is_read_as_it_was_written() {
        for (start, minutes) in
            [("2026-11-20T15:00:00Z", 60), ("2000-01-01T00:00:00Z", 1), ("2099-12-31T23:59:00Z", 1_440)]
        {
            let start: DateTime<Utc> = start.parse().unwrap();
            let written = start.timestamp() / 60 * MINUTES + minutes;
            assert_eq!(read(written), Some(start..start + TimeDelta::minutes(minutes)));
        }
    }

    #[test]
    fn a_time_touches_the_days_until_before_its_end() {
        let days = |start: &str, minutes| {
            let start: DateTime<Utc> = start.parse().unwrap();
            let days = days_of(&(start..start + TimeDelta::minutes(minutes)));
            days.into_iter().map(|day| day.to_string()).collect::<Vec<_>>().join(" ")
        };
        assert_eq!(days("2026-11-20T23:00:00Z", 60), "2026-11-20");
        assert_eq!(days("2026-11-20T23:00:00Z", 61), "2026-11-20 2026-11-21");
        assert_eq!(days("2026-11-20T00:00:00Z", 1_440), "2026-11-20");
        assert_eq!(days("2026-11-20T00:01:00Z", 1_440), "2026-11-20 2026-11-21");
    }
}
