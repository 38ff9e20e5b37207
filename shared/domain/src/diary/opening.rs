//! The days and hours on which a business is open.

use crate::Business;
use crate::business::Span;
use crate::holidays::is_holiday;
use crate::local_time::moments;
use chrono::{DateTime, Datelike, NaiveDate, Utc};
use std::ops::Range;

/// The spans in which a business is open on a local day, in their order. A closed day has none, whatever else is said
/// of it. A holiday has none, unless it is one of the business's open days.
#[must_use]
pub fn opens_on(business: &Business, date: NaiveDate) -> Vec<Span> {
    if is_day_off(business, date) {
        return Vec::new();
    }
    let mut spans = business.opening_hours.get(&date.weekday().into()).cloned().unwrap_or_default();
    spans.sort_by_key(|span| (span.opens, span.closes));
    spans
}

/// Whether a local day is off, whatever its weekday: the business has closed it, or it is a holiday that is none of the
/// business's open days.
#[must_use]
pub fn is_day_off(business: &Business, date: NaiveDate) -> bool {
    let settings = &business.settings;
    let is_holiday = || is_holiday(&business.country, date) && !settings.open_days.contains(&date);
    settings.closed_days.contains(&date) || is_holiday()
}

/// As [`opens_on`], in UTC: from the first moment at which the clock shows the hour of opening until before the last at
/// which it shows that of closing. An hour that the clock skips is the first moment after it.
#[must_use]
pub fn open_times(business: &Business, date: NaiveDate) -> Vec<Range<DateTime<Utc>>> {
    let times = opens_on(business, date).into_iter().filter_map(|span| {
        let opens = moments(date.and_time(span.opens), business.timezone).first().copied()?;
        let closes = moments(date.and_time(span.closes), business.timezone).last().copied()?;
        Some(opens..closes).filter(|time| !time.is_empty())
    });
    times.collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diary::slots::tests::business;

    #[test]
    fn a_day_is_open_by_its_weekday_unless_it_is_closed_or_a_holiday() {
        let mut business = business("BR", "America/Sao_Paulo");
        let is_open = |business: &Business, date: &str| !opens_on(business, date.parse().unwrap()).is_empty();
        // A Friday, a Sunday, Good Friday.
        assert!(is_open(&business, "2026-04-10"));
        assert!(!is_open(&business, "2026-04-12"));
        assert!(!is_open(&business, "2026-04-03"));
        business.settings.open_days.insert("2026-04-03".parse().unwrap());
        // An open day is one by the hours of its weekday, of which a Sunday has none.
        business.settings.open_days.insert("2026-04-12".parse().unwrap());
        assert!(is_open(&business, "2026-04-03"));
        assert!(!is_open(&business, "2026-04-12"));
        business.settings.closed_days.insert("2026-04-03".parse().unwrap());
        business.settings.closed_days.insert("2026-04-10".parse().unwrap());
        assert!(!is_open(&business, "2026-04-03"));
        assert!(!is_open(&business, "2026-04-10"));
        business.country = "US".to_owned();
        business.settings.closed_days.clear();
        assert!(is_open(&business, "2026-04-03"));
    }
}
