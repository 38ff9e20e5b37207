//! Dates and times, with the day, the month or the year first.

use chrono::{NaiveDate, NaiveDateTime, NaiveTime};
use domain::Birthday;

/// In which order the parts of a date stand. A year of four digits in front is seen as such anyway.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub(crate) enum DateOrder {
    /// `31/12/1990`
    DayFirst,
    /// `12/31/1990`
    MonthFirst,
}

impl DateOrder {
    pub(crate) fn in_words(self) -> &'static str {
        match self {
            Self::DayFirst => "day/month/year",
            Self::MonthFirst => "month/day/year",
        }
    }
}

/// Dates that can be read in one way only.
#[derive(Clone, Debug, Default)]
pub(crate) struct DateVotes {
    pub(crate) day_first: u64,
    pub(crate) month_first: u64,
    /// Such as `03/04/1990`.
    pub(crate) unsure: u64,
}

impl DateVotes {
    pub(crate) fn look(&mut self, text: &str) {
        let (date, _) = split(text);
        let Some(Parts { numbers: [a, b], year_first: false, .. }) = parts(date) else { return };
        match (a > 12, b > 12) {
            (true, false) => self.day_first += 1,
            (false, true) => self.month_first += 1,
            (false, false) if a != b => self.unsure += 1,
            _ => {}
        }
    }

    /// The order of most dates; `usual` if none tells.
    pub(crate) fn decide(&self, usual: DateOrder) -> DateOrder {
        match self.day_first.cmp(&self.month_first) {
            std::cmp::Ordering::Greater => DateOrder::DayFirst,
            std::cmp::Ordering::Less => DateOrder::MonthFirst,
            std::cmp::Ordering::Equal => usual,
        }
    }
}

/// The numbers of a date besides its year, in their order.
struct Parts {
    numbers: [u32; 2],
    year: Option<i32>,
    year_first: bool,
}

/// The date, and the time of day behind it.
fn split(text: &str) -> (&str, Option<&str>) {
    let text = text.trim();
    match text.split_once(['T', ' ']) {
        Some((date, time)) if time.contains(':') => (date, Some(time.trim())),
        _ => (text, None),
    }
}

fn parts(date: &str) -> Option<Parts> {
    let date = date.trim().trim_start_matches("--");
    let texts: Vec<&str> = date.split(['/', '-', '.', ' ']).filter(|part| !part.is_empty()).collect();
    let number = |text: &str| text.parse::<u32>().ok().filter(|_| text.len() <= 2);
    let year = |text: &str| {
        let number: i32 = text.parse().ok().filter(|_| text.bytes().all(|byte| byte.is_ascii_digit()))?;
        match text.len() {
            4 => Some(number),
            // A year of two digits is of this century up to 2069, as spreadsheets have it for such cells.
            2 => Some(if number < 70 { 2000 + number } else { 1900 + number }),
            _ => None,
        }
    };
    match texts.as_slice() {
        [y, a, b] if y.len() == 4 => {
            Some(Parts { numbers: [number(a)?, number(b)?], year: Some(year(y)?), year_first: true })
        }
        [a, b, y] => Some(Parts { numbers: [number(a)?, number(b)?], year: Some(year(y)?), year_first: false }),
        [a, b] => Some(Parts { numbers: [number(a)?, number(b)?], year: None, year_first: date.contains('-') }),
        [packed] if packed.len() == 8 => {
            let part = |range| packed.get(range).and_then(|text: &str| text.parse().ok());
            Some(Parts { numbers: [part(4..6)?, part(6..8)?], year: Some(year(packed.get(..4)?)?), year_first: true })
        }
        _ => None,
    }
}

/// Whether it is the date that databases write for none.
fn is_none(date: &str) -> bool {
    date.contains('0') && date.chars().all(|c| c == '0' || !c.is_alphanumeric())
}

fn expected(order: DateOrder) -> String {
    let example = if order == DateOrder::DayFirst { "31/12/1990" } else { "12/31/1990" };
    format!("expected a date as {example} ({}) or 1990-12-31", order.in_words())
}

fn month_and_day(parts: &Parts, order: DateOrder) -> (u32, u32) {
    let [a, b] = parts.numbers;
    if parts.year_first || order == DateOrder::MonthFirst { (a, b) } else { (b, a) }
}

/// Reads a birthday, with or without a year; `None` if the cell says that there is none. A year of two digits is not ahead
/// of `this_year`.
pub(crate) fn birthday(text: &str, order: DateOrder, this_year: i32) -> Result<Option<String>, String> {
    let (date, _) = split(text);
    if is_none(date) {
        return Ok(None);
    }
    let parts = parts(date).ok_or_else(|| expected(order))?;
    let (month, day) = month_and_day(&parts, order);
    let short = date.split(['/', '-', '.', ' ']).next_back().is_some_and(|last| last.len() == 2);
    let year = parts.year.map(|year| if short && year > this_year { year - 100 } else { year });
    let birthday = Birthday::new(year, month, day).map_err(|_| expected(order))?;
    Ok(Some(birthday.to_string()))
}

/// Reads a date with the time of day, if there is one in the cell or in one of its own. `None` if there is no date.
pub(crate) fn date_time(
    text: &str,
    time: Option<&str>,
    order: DateOrder,
) -> Result<Option<(NaiveDate, Option<NaiveTime>)>, String> {
    let (date, own) = split(text);
    if is_none(date) {
        return Ok(None);
    }
    let parts = parts(date).ok_or_else(|| expected(order))?;
    let (month, day) = month_and_day(&parts, order);
    let year = parts.year.ok_or_else(|| expected(order))?;
    let date = NaiveDate::from_ymd_opt(year, month, day).ok_or_else(|| expected(order))?;
    let time = own.or(time).map(self::time).transpose()?;
    Ok(Some((date, time)))
}

/// Reads a time of day, as `14:30`, `14:30:00`, `2:30 PM` or `14h30`.
fn time(text: &str) -> Result<NaiveTime, String> {
    let lower = text.trim().to_lowercase().replace(['.', '\u{a0}', ' '], "");
    let (clock, half) = match lower.strip_suffix("am") {
        Some(clock) => (clock, Some(false)),
        None => lower.strip_suffix("pm").map_or((lower.as_str(), None), |clock| (clock, Some(true))),
    };
    let clock = clock.replace('h', ":");
    let clock = clock.trim_end_matches(':');
    let forms = ["%H:%M", "%H:%M:%S", "%H:%M:%S%.f"];
    let whole = if clock.contains(':') { clock.to_owned() } else { format!("{clock}:00") };
    let read = forms.iter().find_map(|form| NaiveTime::parse_from_str(&whole, form).ok());
    let read = read.ok_or("expected a time of day as 14:30")?;
    let twelve = chrono::TimeDelta::hours(12);
    use chrono::Timelike;
    Ok(match half {
        Some(true) if read.hour() < 12 => read + twelve,
        Some(false) if read.hour() == 12 => read - twelve,
        _ => read,
    })
}

/// Local time, in the form that the API reads.
pub(crate) fn local(at: NaiveDateTime) -> String {
    at.format("%Y-%m-%dT%H:%M:%S").to_string()
}

#[cfg(test)]
mod tests {
    use super::*;
    use DateOrder::{DayFirst, MonthFirst};

    #[test]
    fn birthdays_as_people_write_them() {
        for (text, order, read) in [
            ("31/12/1990", DayFirst, "1990-12-31"),
            ("3/4/1990", DayFirst, "1990-04-03"),
            ("3/4/1990", MonthFirst, "1990-03-04"),
            ("03-04-1990", DayFirst, "1990-04-03"),
            ("03.04.90", DayFirst, "1990-04-03"),
            ("03/04/15", DayFirst, "2015-04-03"),
            ("03/04/45", DayFirst, "1945-04-03"),
            ("1990-12-31", MonthFirst, "1990-12-31"),
            ("1990/12/31", DayFirst, "1990-12-31"),
            ("19901231", DayFirst, "1990-12-31"),
            ("31/12/1990 00:00:00", DayFirst, "1990-12-31"),
            ("1990-12-31T00:00:00", DayFirst, "1990-12-31"),
            ("31/12", DayFirst, "--12-31"),
            ("--12-31", DayFirst, "--12-31"),
        ] {
            assert_eq!(birthday(text, order, 2026), Ok(Some(read.to_owned())), "{text}");
        }
        for none in ["00/00/0000", "0000-00-00", "0000-00-00 00:00:00"] {
            assert_eq!(birthday(none, DayFirst, 2026), Ok(None), "{none}");
        }
        for wrong in ["31/02/1990", "12/31/1990", "ayer", "1990", "31/12/990", "//"] {
            assert!(birthday(wrong, DayFirst, 2026).is_err(), "{wrong}");
        }
    }

    #[test]
    fn times_stand_in_the_cell_or_beside_it() {
        let read = |text, time| {
            let (date, time) = date_time(text, time, DayFirst).unwrap().unwrap();
            format!("{date} {}", time.map_or("-".to_owned(), |time| time.to_string()))
        };
        assert_eq!(read("21/11/2026", None), "2026-11-21 -");
        assert_eq!(read("21/11/2026", Some("14:30")), "2026-11-21 14:30:00");
        assert_eq!(read("21/11/2026 9:05", Some("14:30")), "2026-11-21 09:05:00");
        assert_eq!(read("2026-11-21T14:30:15", None), "2026-11-21 14:30:15");
        assert_eq!(read("21/11/26", Some("2:30 p. m.")), "2026-11-21 14:30:00");
        assert_eq!(read("21/11/26", Some("12:10 am")), "2026-11-21 00:10:00");
        assert_eq!(read("21/11/26", Some("14h30")), "2026-11-21 14:30:00");
        assert_eq!(read("21/11/26", Some("9h")), "2026-11-21 09:00:00");
        assert!(date_time("21/11/2026", Some("25:00"), DayFirst).is_err());
    }

    #[test]
    fn most_dates_decide() {
        let decided = |cells: &[&str]| {
            let mut votes = DateVotes::default();
            cells.iter().for_each(|cell| votes.look(cell));
            votes.decide(DayFirst)
        };
        assert_eq!(decided(&["03/04/1990", "12/31/1990"]), MonthFirst);
        assert_eq!(decided(&["03/04/1990", "31/12/1990"]), DayFirst);
        assert_eq!(decided(&["03/04/1990", "1990-12-31"]), DayFirst);
        assert_eq!(decided(&["12/31/1990", "31/12/1990", "30/12/1990"]), DayFirst);
    }
}
