//! Days of birth as people write them, in three languages and in the order of a country.

use super::spoken;
use super::tokens::{Kind, Token};
use crate::Birthday;
use chrono::{Datelike, NaiveDate};

/// How dates are read.
pub(super) struct Calendar {
    order: Order,
    today: NaiveDate,
    /// Whether `12031990`, `12-3` and `12 3 90` are some.
    compact: bool,
}

/// The order of day and month where both are numbers.
#[derive(Clone, Copy, PartialEq)]
enum Order {
    DayFirst,
    MonthFirst,
    /// Both are in use.
    Either,
}

/// Nobody younger has a phone: such a date is of something else. In years.
const YOUNGEST: i32 = 5;

/// Folded names of the months and their short forms.
const MONTHS: [&[&str]; 12] = [
    &["jan", "january", "janeiro", "enero", "ene"],
    &["feb", "fev", "february", "fevereiro", "febrero"],
    &["mar", "march", "marco", "marzo"],
    &["apr", "abr", "april", "abril"],
    &["may", "mai", "maio", "mayo"],
    &["jun", "june", "junho", "junio"],
    &["jul", "july", "julho", "julio"],
    &["aug", "ago", "august", "agosto"],
    &["sep", "set", "sept", "september", "setembro", "septiembre", "setiembre"],
    &["oct", "out", "october", "outubro", "octubre"],
    &["nov", "november", "novembro", "noviembre"],
    &["dec", "dez", "dic", "december", "dezembro", "diciembre"],
];

impl Calendar {
    /// Of a country (ISO 3166-1 alpha-2); `compact` if bare figures can be nothing but a date.
    pub(super) fn new(country: &str, today: NaiveDate, compact: bool) -> Self {
        let order = match country.to_ascii_uppercase().as_str() {
            "US" => Order::MonthFirst,
            "CA" | "PH" | "PR" => Order::Either,
            _ => Order::DayFirst,
        };
        Self { order, today, compact }
    }

    /// Of two numbers as they stand, and of a year.
    fn numbers(&self, first: u32, second: u32, year: Option<i32>) -> Option<Birthday> {
        let (day, month) = match self.order {
            // There is no 13th month: `05/13/1990` is month first.
            Order::DayFirst if year.is_some() && second > 12 => (second, first),
            Order::DayFirst => (first, second),
            Order::MonthFirst => (second, first),
            Order::Either if first == second || second > 12 => (second, first),
            Order::Either if first > 12 => (first, second),
            Order::Either => return None,
        };
        self.date(day, month, year)
    }

    fn date(&self, day: u32, month: u32, year: Option<i32>) -> Option<Birthday> {
        if let Some(year) = year {
            let oldest_child = NaiveDate::from_ymd_opt(year.checked_add(YOUNGEST)?, month, 1)?;
            if oldest_child > self.today {
                return None;
            }
        }
        Birthday::new(year, month, day).ok()
    }

    /// A year of four digits, or of two: the last one with these that is not ahead.
    fn year(&self, digits: &str) -> Option<i32> {
        let year: i32 = digits.parse().ok()?;
        match digits.len() {
            4 => Some(year),
            2 => Some(if 2000 + year > self.today.year() { 1900 + year } else { 2000 + year }),
            _ => None,
        }
    }
}

/// The date that begins at a token, and of how many tokens it is.
pub(super) fn date_at(tokens: &[Token<'_>], index: usize, calendar: &Calendar) -> Option<(Birthday, usize)> {
    if joined_before(tokens, index) {
        return None;
    }
    let here = tokens.get(index..)?;
    let (date, len) = in_numbers(here, calendar)
        .or_else(|| day_month(here, calendar))
        .or_else(|| day_number(here, calendar))
        .or_else(|| month_day(here, calendar))
        .or_else(|| compact(here, calendar))?;
    (!joined_after(here, len)).then_some((date, len))
}

/// Whether the token goes on with a longer row of figures.
fn joined_before(tokens: &[Token<'_>], index: usize) -> bool {
    let touches = tokens.get(index).is_some_and(|token| !token.parted);
    let before = index.checked_sub(1).and_then(|before| tokens.get(before));
    touches
        && before
            .is_some_and(|before| matches!(before.kind, Kind::Number | Kind::Sign('/' | '-' | '.' | ':' | '+' | '$')))
}

fn joined_after(here: &[Token<'_>], len: usize) -> bool {
    let (sign, next) = (here.get(len), here.get(len + 1));
    let sign = sign.filter(|it| !it.parted);
    let word = sign.is_some_and(|it| matches!(it.kind, Kind::Word | Kind::Number));
    let figures = sign.is_some_and(|it| matches!(it.kind, Kind::Sign('/' | '-' | '.' | ':' | ',')));
    word || (figures && next.is_some_and(|it| it.kind == Kind::Number && !it.parted))
}

fn number<'a>(here: &[Token<'a>], at: usize) -> Option<&'a str> {
    here.get(at).filter(|token| token.kind == Kind::Number).map(|token| token.text)
}

/// A day or a month in one or two digits.
fn small(here: &[Token<'_>], at: usize) -> Option<u32> {
    number(here, at).filter(|digits| digits.len() < 3)?.parse().ok()
}

fn sign(here: &[Token<'_>], at: usize) -> Option<char> {
    match here.get(at)?.kind {
        Kind::Sign(sign) => Some(sign),
        _ => None,
    }
}

fn word<'a>(here: &'a [Token<'_>], at: usize) -> Option<&'a str> {
    here.get(at).filter(|token| token.kind == Kind::Word).map(|token| token.folded.as_str())
}

/// `12/03/1990`, `12-3-90`, `1990-03-12`, `12 03 1990`, `12/03`, `12-03`.
fn in_numbers(here: &[Token<'_>], calendar: &Calendar) -> Option<(Birthday, usize)> {
    let first = number(here, 0)?;
    let separator = sign(here, 1).filter(|sign| matches!(sign, '/' | '-' | '.'));
    if let Some(separator) = separator {
        if sign(here, 3) == Some(separator)
            && let Some(last) = number(here, 4)
        {
            let second = small(here, 2)?;
            let date = if first.len() == 4 {
                calendar.date(small(here, 4)?, second, calendar.year(first))
            } else {
                calendar.numbers(small(here, 0)?, second, Some(calendar.year(last)?))
            };
            return Some((date?, 5));
        }
        let both = first.len() == 2 && number(here, 2).is_some_and(|second| second.len() == 2);
        let tight = here.get(1..3).is_some_and(|rest| rest.iter().all(|token| !token.parted));
        let dated = separator == '/' || (separator == '-' && (both || calendar.compact));
        let date = calendar.numbers(small(here, 0)?, small(here, 2)?, None).filter(|_| dated && tight)?;
        return Some((date, 3));
    }
    let year = number(here, 2).filter(|year| year.len() == 4 || (year.len() == 2 && calendar.compact))?;
    let date = calendar.numbers(small(here, 0)?, small(here, 1)?, Some(calendar.year(year)?))?;
    Some((date, 3))
}

/// `12 de março de 1990`, `12 mar 90`, `12/mar/1990`, `1º de maio`, `12th of March`, `primero de mayo`, `doze de março`.
fn day_month(here: &[Token<'_>], calendar: &Calendar) -> Option<(Birthday, usize)> {
    let (day, mut at) = match word(here, 0) {
        Some("primeiro" | "primero") => (1, 1),
        Some(_) => {
            let spoken = || spoken::number(here, 0).filter(|(_, len)| word(here, *len).is_some_and(is_of));
            spoken::ordinal(here, 0).or_else(spoken)?
        }
        None => (small(here, 0)?, 1),
    };
    at += usize::from(matches!(word(here, at), Some("st" | "nd" | "rd" | "th" | "ro" | "ero" | "er" | "o")));
    at += usize::from(is_link(here, at));
    let month = month(word(here, at)?)?;
    at += 1;
    let (year, len) = year_at(here, at, calendar);
    Some((calendar.date(day, month, year)?, len))
}

/// `12 do 3 de 1990`, `12 del 3`.
fn day_number(here: &[Token<'_>], calendar: &Calendar) -> Option<(Birthday, usize)> {
    let day = small(here, 0).filter(|_| matches!(word(here, 1), Some("do" | "del")))?;
    let (year, len) = year_at(here, 3, calendar);
    Some((calendar.date(day, small(here, 2)?, year)?, len))
}

/// `March 12, 1990`, `Mar 12th`, `Dic 24/85`, `May fourth`.
fn month_day(here: &[Token<'_>], calendar: &Calendar) -> Option<(Birthday, usize)> {
    let month = month(word(here, 0)?)?;
    let mut at = 1 + usize::from(sign(here, 1) == Some('.'));
    at += usize::from(word(here, at) == Some("the"));
    let (day, len) = small(here, at).map(|day| (day, 1)).or_else(|| spoken::ordinal(here, at))?;
    at += len;
    at += usize::from(matches!(word(here, at), Some("st" | "nd" | "rd" | "th")));
    let tight = here.get(at..at + 2).is_some_and(|rest| rest.iter().all(|token| !token.parted));
    if let Some(year) = number(here, at + 1).filter(|_| tight && sign(here, at) == Some('/')) {
        return Some((calendar.date(day, month, Some(calendar.year(year)?))?, at + 2));
    }
    let comma = usize::from(sign(here, at) == Some(',') || matches!(word(here, at), Some("de" | "del" | "of")));
    match number(here, at + comma).filter(|year| year.len() == 4) {
        Some(year) => Some((calendar.date(day, month, Some(calendar.year(year)?))?, at + comma + 1)),
        None => Some((calendar.date(day, month, None)?, at)),
    }
}

/// `12031990`.
fn compact(here: &[Token<'_>], calendar: &Calendar) -> Option<(Birthday, usize)> {
    let digits = number(here, 0).filter(|digits| digits.len() == 8 && calendar.compact)?;
    let part = |range: std::ops::Range<usize>| digits.get(range)?.parse().ok();
    let date = calendar.numbers(part(0..2)?, part(2..4)?, Some(calendar.year(digits.get(4..)?)?))?;
    Some((date, 1))
}

/// A year after a month, with what joins it, and where the date ends.
fn year_at(here: &[Token<'_>], at: usize, calendar: &Calendar) -> (Option<i32>, usize) {
    let dot = usize::from(sign(here, at) == Some('.') && here.get(at).is_some_and(|it| !it.parted));
    let link = dot + usize::from(is_link(here, at + dot) || sign(here, at + dot) == Some(','));
    let digits = number(here, at + link);
    let year = digits.filter(|digits| digits.len() == 4 || sign(here, at + link - link.min(1)) != Some(','));
    if let Some(year) = year.and_then(|digits| calendar.year(digits)) {
        return (Some(year), at + link + 1);
    }
    // `Del noventa`.
    let spoken = spoken::year(here, at + 1).filter(|_| word(here, at).is_some_and(is_of));
    match spoken.and_then(|(digits, len)| Some((calendar.year(&digits)?, len))) {
        Some((year, len)) => (Some(year), at + 1 + len),
        None => (None, at),
    }
}

fn is_of(word: &str) -> bool {
    matches!(word, "de" | "del" | "do" | "of")
}

fn is_link(here: &[Token<'_>], at: usize) -> bool {
    word(here, at).is_some_and(is_of) || matches!(sign(here, at), Some('/' | '-' | '.'))
}

fn month(word: &str) -> Option<u32> {
    let index = MONTHS.iter().position(|names| names.contains(&word))?;
    u32::try_from(index + 1).ok()
}
