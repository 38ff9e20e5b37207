//! National holidays of Latin America. `infra/ci/holidays` makes the table.

use chrono::{Datelike, NaiveDate};

const TABLE: &str = include_str!("holidays.txt");

/// Whether a day is a national holiday of a country (ISO 3166-1 alpha-2). Of countries and years that the table lacks
/// no day is.
#[must_use]
pub fn is_holiday(country: &str, date: NaiveDate) -> bool {
    let (year, day) = (date.year().to_string(), format!("{:02}{:02}", date.month(), date.day()));
    // A date that is a holiday in every year stands in the table's years alone too.
    let is_known = || lines(country).any(|(of, _)| of == year);
    lines(country).any(|(of, mut days)| (of == year || (of == "*" && is_known())) && days.any(|one| one == day))
}

/// The years of a country, and their holidays as `MMDD`; under `*` stand those of every year.
fn lines(country: &str) -> impl Iterator<Item = (&'static str, impl Iterator<Item = &'static str>)> {
    TABLE.lines().filter_map(move |line| {
        let mut words = line.split(' ');
        words.next().filter(|word| word.eq_ignore_ascii_case(country))?;
        Some((words.next()?, words))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeMap;

    #[test]
    fn some_that_people_know() {
        for (country, date, is_one) in [
            ("BR", "2026-04-03", true),
            ("BR", "2026-09-07", true),
            ("BR", "2026-09-08", false),
            ("br", "2036-12-25", true),
            // Colombia moves most to the Monday after.
            ("CO", "2026-01-12", true),
            ("CO", "2026-01-06", false),
            ("CO", "2026-07-20", true),
            ("MX", "2026-11-16", true),
            ("MX", "2027-11-15", true),
            ("AR", "2026-02-16", true),
            ("CL", "2026-09-18", true),
            // Not in the table: later years, other countries.
            ("BR", "2037-12-25", false),
            ("BR", "2025-12-25", false),
            ("US", "2026-07-04", false),
            ("#", "2026-01-01", false),
        ] {
            assert_eq!(is_holiday(country, date.parse().unwrap()), is_one, "{country} {date}");
        }
    }

    /// Twenty countries, eleven years, and in each year a handful of holidays that the calendar has.
    #[test]
    fn the_table_is_whole() {
        let mut years: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
        for line in TABLE.lines().filter(|line| !line.starts_with('#')) {
            let mut words = line.split(' ');
            let (country, year) = (words.next().unwrap(), words.next().unwrap());
            years.entry(country).or_default().push(year);
            for day in words {
                let leap = NaiveDate::parse_from_str(&format!("2028{day}"), "%Y%m%d");
                assert!(leap.is_ok() && day.len() == 4, "{line}");
            }
        }
        let whole: Vec<String> =
            std::iter::once("*".to_owned()).chain((2026..=2036).map(|year| year.to_string())).collect();
        assert_eq!(years.len(), 20);
        assert!(years.values().all(|years| *years == whole));
        for country in years.keys() {
            for year in 2026..=2036 {
                let days =
                    NaiveDate::from_ymd_opt(year, 1, 1).unwrap().iter_days().take_while(|day| day.year() == year);
                let found = days.filter(|day| is_holiday(country, *day)).count();
                assert!((5..=25).contains(&found), "{country} {year} {found}");
            }
        }
    }
}
