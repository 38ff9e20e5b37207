//! Local times of day, where clocks are put forward and back.

use chrono::{DateTime, LocalResult, NaiveDateTime, TimeDelta, TimeZone, Utc};
use chrono_tz::Tz;

/// The moment of a local time: of one that comes twice the first, of one that the clock skips the first that exists
/// after it.
#[must_use]
pub fn moment(local: NaiveDateTime, zone: Tz) -> Option<DateTime<Utc>> {
    moments(local, zone).first().copied()
}

/// The moments at which the clock of the zone shows a local time, in order: mostly one, two in autumn; if it skips it,
/// the first moment after the gap.
pub(crate) fn moments(local: NaiveDateTime, zone: Tz) -> Vec<DateTime<Utc>> {
    match zone.from_local_datetime(&local) {
        LocalResult::Single(at) => vec![at.to_utc()],
        LocalResult::Ambiguous(first, second) => vec![first.to_utc(), second.to_utc()],
        LocalResult::None => after_gap(local, zone).into_iter().collect(),
    }
}

/// No zone has skipped more than a day; offsets change at whole minutes since the 1970s.
fn after_gap(local: NaiveDateTime, zone: Tz) -> Option<DateTime<Utc>> {
    let later = (1..=24 * 60 + 1).map(|minutes| local + TimeDelta::minutes(minutes));
    later.filter_map(|local| zone.from_local_datetime(&local).earliest()).map(|at| at.to_utc()).next()
}
