//! A search, and the numbers that its filter lets through at a moment.

use crate::cursor::Cursor;
use chrono::{DateTime, Days, NaiveDate, TimeDelta, Utc};
use chrono_tz::Tz;
use domain::customer_filter::{CustomerFilter, Inactivity, Sort};
use domain::{day_range, local_day};
use std::ops::Range;

/// A search.
#[derive(Clone, Debug, Default)]
pub struct Query {
    /// Which customers.
    pub filter: CustomerFilter,
    /// By id if absent, which is the order of registration.
    pub sort: Option<Sort>,
    /// The most customers of a page.
    pub limit: usize,
    /// The end of the page before.
    pub cursor: Option<Cursor>,
}

/// Every number from the first until before the second.
pub(crate) type Numbers = Range<i128>;
/// Below and above all numbers.
pub(crate) const ANY: Numbers = -(1 << 64)..1 << 64;

/// The first second of the day so many local days ago. Before the calendar begins there is nobody.
fn begin_of(days_ago: u32, now: DateTime<Utc>, zone: Tz) -> i128 {
    bound(days_ago, now, zone, |day| day.start)
}

fn end_of(days_ago: u32, now: DateTime<Utc>, zone: Tz) -> i128 {
    bound(days_ago, now, zone, |day| day.end)
}

fn bound(days_ago: u32, now: DateTime<Utc>, zone: Tz, of: fn(Range<DateTime<Utc>>) -> DateTime<Utc>) -> i128 {
    let day = local_day(now, zone).checked_sub_days(Days::new(days_ago.into())).unwrap_or(NaiveDate::MIN);
    if day <= FIRST_DAY { ANY.start } else { of(day_range(day, zone)).timestamp().into() }
}

/// The seconds of last purchases, if they matter.
pub(crate) fn last_purchase(filter: &CustomerFilter, now: DateTime<Utc>, zone: Tz) -> Option<Numbers> {
    let (min, max) = (filter.min_days_since_last_purchase, filter.max_days_since_last_purchase);
    if min.is_none() && max.is_none() {
        return None;
    }
    let from = max.map_or(ANY.start, |days| begin_of(days, now, zone));
    Some(from..min.map_or(ANY.end, |days| end_of(days, now, zone)))
}

/// The seconds of registrations, if they matter.
pub(crate) fn registration(filter: &CustomerFilter, now: DateTime<Utc>, zone: Tz) -> Option<Numbers> {
    filter.max_days_since_registration.map(|days| begin_of(days, now, zone)..ANY.end)
}

/// The seconds of last contacts, if they matter.
pub(crate) fn last_contact(filter: &CustomerFilter, now: DateTime<Utc>) -> Option<Numbers> {
    let Inactivity { is_inactive, days } = filter.inactivity?;
    let since = now.checked_sub_signed(TimeDelta::days(days.into())).unwrap_or(DateTime::<Utc>::MIN_UTC);
    // Contacts are whole seconds, so one before a fraction of a second is one before its end.
    let since = i128::from(since.timestamp()) + i128::from(since.timestamp_subsec_nanos() > 0);
    Some(if is_inactive { ANY.start..since } else { since..ANY.end })
}

/// Nothing is older, and the calendar of every zone has the day before it.
const FIRST_DAY: NaiveDate = match NaiveDate::from_ymd_opt(1, 1, 1) {
    Some(day) => day,
    None => NaiveDate::MIN,
};
