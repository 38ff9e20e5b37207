//! Days of birth of customers and pets.

use chrono::{DateTime, Datelike, NaiveDate, TimeDelta, Utc};
use serde::{Deserialize, Serialize};
use std::fmt;
use std::str::FromStr;

/// A day of the year, with the year of birth if it is known. Text form `YYYY-MM-DD` or `--MM-DD`; the year 1604, which
/// contacts of iOS have for an unknown one, is read as none. `Debug` hides it.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Birthday {
    year: Option<i32>,
    month: u32,
    day: u32,
}

/// A birthday that was refused, with the form that was expected.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BirthdayError {
    /// Neither of the two forms.
    #[error("expected a birthday as YYYY-MM-DD or --MM-DD")]
    Form,
    /// As 31 February.
    #[error("expected a day that the calendar has")]
    NoSuchDay,
    /// Before 1900.
    #[error("expected a year from 1900 on, or --MM-DD without a year")]
    Year,
}

/// A leap year, in which every day of a birthday without a year exists.
const LEAP_YEAR: i32 = 2000;
/// The year that iOS writes for an unknown one.
const UNKNOWN_YEAR: i32 = 1604;
/// No zone is further ahead of UTC (Kiribati), in hours.
const FURTHEST_ZONE: i64 = 14;

impl Birthday {
    /// Of a day, and of a year if it is known.
    ///
    /// # Errors
    /// If the calendar has no such day, or the year is before 1900.
    pub fn new(year: Option<i32>, month: u32, day: u32) -> Result<Self, BirthdayError> {
        let year = year.filter(|year| *year != UNKNOWN_YEAR);
        if year.is_some_and(|year| !(1900..=9999).contains(&year)) {
            return Err(BirthdayError::Year);
        }
        NaiveDate::from_ymd_opt(year.unwrap_or(LEAP_YEAR), month, day).ok_or(BirthdayError::NoSuchDay)?;
        Ok(Self { year, month, day })
    }

    /// The year of birth, if it is known.
    #[must_use]
    pub fn year(self) -> Option<i32> {
        self.year
    }

    /// What is wrong with it at `now`: it lies ahead, wherever on earth the person is.
    #[must_use]
    pub fn problem(self, now: DateTime<Utc>) -> Option<&'static str> {
        let today = (now + TimeDelta::hours(FURTHEST_ZONE)).date_naive();
        let ahead =
            self.year.is_some_and(|year| (year, self.month, self.day) > (today.year(), today.month(), today.day()));
        ahead.then_some("expected a day of birth that is not ahead of today")
    }

    /// Month and day as `MM-DD`, as it was born, 29 February included.
    #[must_use]
    pub fn month_day(self) -> String {
        format!("{:02}-{:02}", self.month, self.day)
    }

    /// Whether it is kept on this local date: 29 February is kept on 28 February in common years.
    #[must_use]
    pub fn celebrated_on(self, date: NaiveDate) -> bool {
        let kept =
            if (self.month, self.day) == (2, 29) && !date.leap_year() { (2, 28) } else { (self.month, self.day) };
        kept == (date.month(), date.day())
    }

    /// The `MM-DD`s of the birthdays kept on this local date: one, or on 28 February of a common year two.
    #[must_use]
    pub fn month_days_kept_on(date: NaiveDate) -> Vec<String> {
        let mut days = vec![date.format("%m-%d").to_string()];
        if (date.month(), date.day()) == (2, 28) && !date.leap_year() {
            days.push("02-29".to_owned());
        }
        days
    }
}

impl fmt::Display for Birthday {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.year {
            Some(year) => write!(f, "{year:04}-{:02}-{:02}", self.month, self.day),
            None => write!(f, "--{:02}-{:02}", self.month, self.day),
        }
    }
}

impl fmt::Debug for Birthday {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Birthday(…)")
    }
}

impl FromStr for Birthday {
    type Err = BirthdayError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let text = text.trim();
        let (year, rest) = match text.strip_prefix("--") {
            Some(rest) => (None, rest),
            None => {
                let (year, rest) = text.split_once('-').ok_or(BirthdayError::Form)?;
                (Some(number(year, 4)?), rest)
            }
        };
        let (month, day) = rest.split_once('-').ok_or(BirthdayError::Form)?;
        Self::new(year, number(month, 2)?, number(day, 2)?)
    }
}

/// Exactly so many ASCII digits.
fn number<N: FromStr>(text: &str, digits: usize) -> Result<N, BirthdayError> {
    if text.len() != digits || !text.bytes().all(|b| b.is_ascii_digit()) {
        return Err(BirthdayError::Form);
    }
    text.parse().map_err(|_| BirthdayError::Form)
}

impl TryFrom<String> for Birthday {
    type Error = BirthdayError;
    fn try_from(text: String) -> Result<Self, Self::Error> {
        text.parse()
    }
}

impl From<Birthday> for String {
    fn from(birthday: Birthday) -> Self {
        birthday.to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn says_what_was_expected() {
        for (text, error) in [
            ("", BirthdayError::Form),
            ("1990", BirthdayError::Form),
            ("12/03/1990", BirthdayError::Form),
            ("90-03-12", BirthdayError::Form),
            ("1990-3-12", BirthdayError::Form),
            ("--+3-12", BirthdayError::Form),
            ("1990-03-12T00:00", BirthdayError::Form),
            ("1990-02-31", BirthdayError::NoSuchDay),
            ("--02-31", BirthdayError::NoSuchDay),
            ("--02-30", BirthdayError::NoSuchDay),
            ("--00-10", BirthdayError::NoSuchDay),
            ("1999-02-29", BirthdayError::NoSuchDay),
            ("1899-12-31", BirthdayError::Year),
        ] {
            assert_eq!(text.parse::<Birthday>(), Err(error), "{text}");
        }
        for text in ["--02-29", "2000-02-29", "1900-01-01", "2026-12-31"] {
            assert_eq!(text.parse::<Birthday>().map(|b| b.to_string()), Ok(text.to_owned()));
        }
    }

    #[test]
    fn the_year_1604_is_an_unknown_one() {
        for (text, read) in [("1604-03-12", "--03-12"), ("1604-02-29", "--02-29")] {
            let birthday: Birthday = text.parse().unwrap();
            assert_eq!((birthday.to_string().as_str(), birthday.year()), (read, None));
        }
        for (text, error) in [
            ("1604-02-30", BirthdayError::NoSuchDay),
            ("1603-03-12", BirthdayError::Year),
            ("1605-03-12", BirthdayError::Year),
            ("0001-03-12", BirthdayError::Year),
        ] {
            assert_eq!(text.parse::<Birthday>(), Err(error), "{text}");
        }
    }

    #[test]
    fn nobody_is_born_ahead_of_today() {
        let now = "2026-11-29T08:00:00Z".parse().unwrap();
        for (text, fine) in [
            ("2026-11-29", true),
            ("1990-12-31", true),
            ("--12-31", true),
            ("2026-11-30", false),
            ("2026-12-01", false),
            ("2030-01-01", false),
            ("9999-12-31", false),
        ] {
            assert_eq!(text.parse::<Birthday>().unwrap().problem(now).is_none(), fine, "{text}");
        }
        // It is the thirtieth in Kiribati.
        let late = "2026-11-29T10:00:00Z".parse().unwrap();
        assert_eq!("2026-11-30".parse::<Birthday>().unwrap().problem(late), None);
    }

    proptest! {
        /// Every birthday is kept on exactly one day of every year, found by one of that day's `MM-DD`s, and reads back.
        #[test]
        fn kept_once_a_year(year in prop::option::of(1900..2100i32), ordinal in 1..=366u32, in_year in 1900..2200i32) {
            let born = NaiveDate::from_yo_opt(year.unwrap_or(LEAP_YEAR), ordinal)
                .or(NaiveDate::from_yo_opt(LEAP_YEAR, ordinal));
            let born = born.unwrap();
            let year = year.map(|_| born.year());
            let birthday = Birthday::new(year, born.month(), born.day()).unwrap();
            prop_assert_eq!(birthday.to_string().parse::<Birthday>(), Ok(birthday));

            let days = NaiveDate::from_yo_opt(in_year, 1).unwrap().iter_days().take_while(|d| d.year() == in_year);
            let mut kept = 0;
            for day in days {
                let found = Birthday::month_days_kept_on(day).contains(&birthday.month_day());
                prop_assert_eq!(found, birthday.celebrated_on(day));
                kept += u32::from(found);
            }
            prop_assert_eq!(kept, 1);
        }
    }
}
