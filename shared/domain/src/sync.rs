//! The nightly sync of a business: when it comes, how far it is, and what the last ones have done.
//!
//! A sync counts the numbers of customers anew from their purchases, and holds the index of the search against the
//! records. A *whole* one does so for every customer, a nightly one counts only those whose purchases were recorded since
//! the last.

use crate::{Customer, CustomerId, Firing, HourCounts};
use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use chrono_tz::Tz;
use serde::{Deserialize, Serialize};

/// Two o'clock, in the zone of the business.
const HOUR: &str = "0 2 * * *";
/// The reports that are kept.
const KEPT: usize = 7;
/// After which time a sync of which nothing was heard is taken up again.
const AGAIN: TimeDelta = TimeDelta::minutes(30);
/// After which time a sync is late.
const LATE: TimeDelta = TimeDelta::hours(6);
/// A last contact from before says nothing of the hours of today.
const LATELY: TimeDelta = TimeDelta::days(90);
/// The clocks of two instances differ by less.
const CLOCKS: TimeDelta = TimeDelta::minutes(10);

/// The sync of a business.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sync {
    /// When the next one begins, UTC.
    pub next_at: DateTime<Utc>,
    /// Whether the next one is a whole one.
    #[serde(default)]
    pub whole: bool,
    /// Purchases that were recorded before are counted, UTC.
    pub counted_until: DateTime<Utc>,
    /// The one that is under way.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub run: Option<SyncRun>,
    /// Those that have ended, the latest first.
    #[serde(default)]
    pub reports: Vec<SyncReport>,
}

/// A sync that is under way.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SyncRun {
    /// Counts purchases that were recorded since, UTC.
    pub since: DateTime<Utc>,
    /// The work that comes next.
    pub step: SyncStep,
    /// Customers whom the index had otherwise than their records, to be looked at again.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub suspects: Vec<Suspect>,
    /// When they are looked at again, UTC.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub look_at: Option<DateTime<Utc>>,
    /// The hours of the last contacts so far.
    #[serde(default, skip_serializing_if = "HourCounts::is_empty")]
    pub hours: HourCounts,
    /// The work that is done.
    pub report: SyncReport,
}

/// A step of a sync, and how far it is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SyncStep {
    /// The customers whose purchases were recorded on a day of UTC, and on those after it.
    Purchases {
        /// The day.
        day: NaiveDate,
        /// Where it goes on.
        after: Option<String>,
    },
    /// All customers.
    Customers {
        /// Where they go on.
        after: Option<String>,
        /// Those so far whom the index has.
        known: u64,
    },
    /// The rows of the index: whether there is a customer for each.
    Rows {
        /// Where they go on.
        after: Option<CustomerId>,
    },
    /// The index becomes as small as it can be.
    Compact,
}

/// A customer whom the index had otherwise than the record.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Suspect {
    /// The customer, by id.
    pub customer_id: CustomerId,
    /// Of the record then; `None` if there was none. A record that has changed since has its own task for the index.
    pub version: Option<u64>,
}

/// The work of a sync.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct SyncReport {
    /// When it began, UTC.
    pub started_at: DateTime<Utc>,
    /// When it ended, UTC.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ended_at: Option<DateTime<Utc>>,
    /// Whether it was a whole one.
    pub whole: bool,
    /// Customers whose purchases were counted.
    pub customers_counted: u64,
    /// Those of them whose numbers or names were put right.
    pub customers_repaired: u64,
    /// Those of them whose days of visits were put right.
    pub days_renewed: u64,
    /// Customers who were held against the index.
    pub customers_compared: u64,
    /// Rows of the index that were put right.
    pub rows_repaired: u64,
    /// Rows of the index whose customers were gone.
    pub rows_removed: u64,
    /// Records that could not be read.
    pub unreadable: u64,
    /// Customers in the index at the end.
    pub customers: u64,
    /// Of the index, at the begin.
    pub bytes_before: u64,
    /// Of the index, at the end.
    pub bytes_after: u64,
    /// The local hour around which the customers were last in contact, if many were near one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub best_hour: Option<u8>,
}

impl Sync {
    /// Of a business that is new at `now`: nothing is to be caught up on.
    #[must_use]
    pub fn new(now: DateTime<Utc>, zone: Tz) -> Self {
        Self { next_at: next(now, zone), whole: false, counted_until: now, run: None, reports: Vec::new() }
    }

    /// A whole one is wanted at once, or as soon as the one that is under way has ended.
    #[must_use]
    pub fn asked(self, now: DateTime<Utc>) -> Self {
        Self { next_at: now, whole: true, ..self }
    }

    /// Begins at `now`, if it is time and none is under way. The next one comes by the zone that the business has now.
    #[must_use]
    pub fn begun(self, now: DateTime<Utc>, zone: Tz) -> Option<Self> {
        if self.run.is_some() || self.next_at > now {
            return None;
        }
        let since = self.counted_until - CLOCKS;
        let step = match self.whole {
            true => SyncStep::Customers { after: None, known: 0 },
            false => SyncStep::Purchases { day: since.date_naive(), after: None },
        };
        let report = SyncReport { started_at: now, whole: self.whole, ..SyncReport::default() };
        let run = SyncRun { since, step, suspects: Vec::new(), look_at: None, hours: HourCounts::default(), report };
        Some(Self { next_at: next(now, zone), whole: false, run: Some(run), ..self })
    }

    /// The one that is under way has ended at `now`.
    #[must_use]
    pub fn ended(mut self, now: DateTime<Utc>) -> Self {
        if let Some(SyncRun { report, .. }) = self.run.take() {
            self.counted_until = report.started_at;
            self.reports.insert(0, SyncReport { ended_at: Some(now), ..report });
            self.reports.truncate(KEPT);
        }
        self
    }

    /// When it comes due again if nothing is heard of it after `now`.
    #[must_use]
    pub fn due_at(&self, now: DateTime<Utc>) -> DateTime<Utc> {
        match &self.run {
            Some(run) => run.look_at.map_or(now, |look_at| look_at.max(now)) + AGAIN,
            None => self.next_at,
        }
    }
}

impl SyncRun {
    /// Counts the hours in which these customers were last in contact, if that was lately and after they were registered.
    pub fn count_hours(&mut self, customers: &[Customer], zone: Tz) {
        let since = self.report.started_at - LATELY;
        let in_contact = customers.iter().filter(|one| one.last_contact_at > one.created_at.max(since));
        in_contact.for_each(|customer| self.hours.add(customer.last_contact_at, zone));
    }

    /// Whether it should have ended long ago.
    #[must_use]
    pub fn is_late(&self, now: DateTime<Utc>) -> bool {
        now - self.report.started_at > LATE
    }

    /// The last time of UTC, as a day, of which purchases are counted.
    #[must_use]
    pub fn last_day(&self) -> NaiveDate {
        (self.report.started_at + CLOCKS).date_naive()
    }
}

/// The next two o'clock.
fn next(now: DateTime<Utc>, zone: Tz) -> DateTime<Utc> {
    let slot = HOUR.parse().ok().and_then(|hour| Firing::first_after(now, &hour, zone));
    slot.map_or(now + TimeDelta::days(1), |(_, at)| at)
}

#[cfg(test)]
mod tests {
    use super::*;

    const ZONE: Tz = Tz::America__Sao_Paulo;

    fn utc(time: &str) -> DateTime<Utc> {
        time.parse().unwrap()
    }

    #[test]
    fn it_begins_once_a_night_by_the_clock_of_the_business() {
        let new = Sync::new(utc("2026-11-25T12:00:00Z"), ZONE);
        assert_eq!(new.next_at, utc("2026-11-26T05:00:00Z"));
        assert_eq!(new.clone().begun(utc("2026-11-26T04:59:59Z"), ZONE), None);
        let begun = new.begun(utc("2026-11-26T05:01:00Z"), Tz::America__Bogota).unwrap();
        // The business has moved: the next night is one of the new zone.
        assert_eq!(begun.next_at, utc("2026-11-26T07:00:00Z"));
        assert_eq!(begun.clone().begun(utc("2026-11-27T07:00:00Z"), ZONE), None);
        assert_eq!(begun.due_at(utc("2026-11-26T05:02:00Z")), utc("2026-11-26T05:32:00Z"));
        let run = begun.run.clone().unwrap();
        assert_eq!(run.step, SyncStep::Purchases { day: "2026-11-25".parse().unwrap(), after: None });
        assert_eq!((run.since, run.report.whole), (utc("2026-11-25T11:50:00Z"), false));
        let ended = begun.ended(utc("2026-11-26T05:03:00Z"));
        assert_eq!(ended.due_at(utc("2026-11-26T05:03:00Z")), utc("2026-11-26T07:00:00Z"));
        // What is recorded while it runs is for the next.
        assert_eq!(ended.counted_until, utc("2026-11-26T05:01:00Z"));
        assert_eq!(ended.clone().ended(utc("2026-11-26T06:00:00Z")), ended);
    }

    #[test]
    fn one_that_is_asked_for_meanwhile_comes_after_it() {
        let begun = Sync::new(utc("2026-11-25T12:00:00Z"), ZONE).begun(utc("2026-11-26T05:00:00Z"), ZONE).unwrap();
        let asked = begun.asked(utc("2026-11-26T05:05:00Z"));
        assert!(!asked.run.as_ref().unwrap().report.whole);
        let ended = asked.ended(utc("2026-11-26T05:10:00Z"));
        assert_eq!(ended.due_at(utc("2026-11-26T05:10:00Z")), utc("2026-11-26T05:05:00Z"));
        let whole = ended.begun(utc("2026-11-26T05:11:00Z"), ZONE).unwrap();
        assert_eq!(whole.run.as_ref().unwrap().step, SyncStep::Customers { after: None, known: 0 });
        assert_eq!((whole.whole, whole.next_at), (false, utc("2026-11-27T05:00:00Z")));
    }

    #[test]
    fn the_reports_of_a_week_are_kept() {
        let mut sync = Sync::new(utc("2026-11-25T12:00:00Z"), ZONE);
        for _ in 0..9 {
            let at = sync.next_at;
            sync = sync.begun(at, ZONE).unwrap().ended(at + TimeDelta::minutes(1));
        }
        assert_eq!(sync.reports.len(), KEPT);
        assert_eq!(sync.reports.first().unwrap().started_at, utc("2026-12-04T05:00:00Z"));
    }
}
