//! Days and times of day as people say them.

use super::values::Value;
use super::words::joined;
use crate::{Locale, Voice};
use chrono::{Datelike, NaiveDate, NaiveDateTime, NaiveTime, Timelike, Weekday};
use std::sync::Arc;

const WEEKDAYS: [[&str; 7]; 3] = [
    ["lunes", "martes", "miércoles", "jueves", "viernes", "sábado", "domingo"],
    ["segunda", "terça", "quarta", "quinta", "sexta", "sábado", "domingo"],
    ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"],
];

const MONTHS: [[&str; 12]; 3] = [
    [
        "enero",
        "febrero",
        "marzo",
        "abril",
        "mayo",
        "junio",
        "julio",
        "agosto",
        "septiembre",
        "octubre",
        "noviembre",
        "diciembre",
    ],
    [
        "janeiro",
        "fevereiro",
        "março",
        "abril",
        "maio",
        "junho",
        "julho",
        "agosto",
        "setembro",
        "outubro",
        "novembro",
        "dezembro",
    ],
    [
        "January",
        "February",
        "March",
        "April",
        "May",
        "June",
        "July",
        "August",
        "September",
        "October",
        "November",
        "December",
    ],
];

fn language(locale: Locale) -> usize {
    match locale {
        Locale::Es => 0,
        Locale::PtBr => 1,
        Locale::En => 2,
    }
}

fn named(all: &'static [&'static str], nth: usize) -> &'static str {
    all.get(nth).copied().unwrap_or_default()
}

/// The name of a weekday, `segunda` without `-feira`.
pub(super) fn weekday(day: Weekday, locale: Locale) -> &'static str {
    let nth = usize::try_from(day.num_days_from_monday()).unwrap_or_default();
    WEEKDAYS.get(language(locale)).map_or("", |all| named(all, nth))
}

/// `domingo 29 de noviembre`, `domingo, 29 de novembro`, `Sunday 29 November`.
pub(super) fn date(date: NaiveDate, locale: Locale) -> String {
    let month = MONTHS.get(language(locale)).map_or("", |all| named(all, usize::try_from(date.month0()).unwrap_or(12)));
    let (weekday, day) = (weekday(date.weekday(), locale), date.day());
    match locale {
        Locale::Es => format!("{weekday} {day} de {month}"),
        Locale::PtBr => format!("{weekday}, {day} de {month}"),
        Locale::En => format!("{weekday} {day} {month}"),
    }
}

/// A day that is looked at from `today`, where it stands after a verb: `mañana, domingo 29 de noviembre`, `el martes 1 de
/// diciembre`, `na terça (01/12)`, `on Tuesday 1 December`.
pub(super) fn on(day: NaiveDate, today: NaiveDate, locale: Locale) -> String {
    let word = match ((day - today).num_days(), locale) {
        (0, Locale::Es) => "hoy, ",
        (0, Locale::PtBr) => "hoje, ",
        (0, Locale::En) => "today, ",
        (1, Locale::Es) => "mañana, ",
        (1, Locale::PtBr) => "amanhã, ",
        (1, Locale::En) => "tomorrow, ",
        _ => return on_any(day, locale),
    };
    format!("{word}{}", after_a_verb(day, locale))
}

/// The same, whatever the day is on which it is read.
fn on_any(day: NaiveDate, locale: Locale) -> String {
    let word = match locale {
        Locale::Es => "el ",
        Locale::PtBr => in_portuguese(day.weekday()),
        Locale::En => "on ",
    };
    format!("{word}{}", after_a_verb(day, locale))
}

/// In Portuguese two commas would stand beside each other.
fn after_a_verb(day: NaiveDate, locale: Locale) -> String {
    match locale {
        Locale::Es | Locale::En => date(day, locale),
        Locale::PtBr => format!("{} ({:02}/{:02})", weekday(day.weekday(), locale), day.day(), day.month()),
    }
}

fn in_portuguese(day: Weekday) -> &'static str {
    if matches!(day, Weekday::Sat | Weekday::Sun) { "no " } else { "na " }
}

/// `9:30`, in Portuguese `9h30`.
pub(super) fn clock(time: NaiveTime, locale: Locale) -> String {
    let (hour, minute) = (time.hour(), time.minute());
    match locale {
        Locale::Es | Locale::En => format!("{hour}:{minute:02}"),
        Locale::PtBr if minute == 0 => format!("{hour}h"),
        Locale::PtBr => format!("{hour}h{minute:02}"),
    }
}

/// `a las 9:30`, `às 9h30`, `at 9:30`.
pub(super) fn at(time: NaiveTime, locale: Locale) -> String {
    let preposition = match locale {
        Locale::Es if time.hour() == 1 => "a la",
        Locale::Es => "a las",
        Locale::PtBr if time.hour() <= 1 => "à",
        Locale::PtBr => "às",
        Locale::En => "at",
    };
    format!("{preposition} {}", clock(time, locale))
}

/// `el martes 1 de diciembre, a las 9:30`, `tomorrow, Sunday 29 November, at 9:30`, `on Tuesday 1 December at 9:30`.
fn with_time(day: &str, time: NaiveTime, locale: Locale) -> String {
    let comma = if locale == Locale::En && !day.contains(',') { "" } else { "," };
    format!("{day}{comma} {}", at(time, locale))
}

/// A local date, as `domingo 29 de noviembre`.
#[derive(Clone, Copy)]
pub struct Date(pub NaiveDate);

impl Value for Date {
    fn write(&self, voice: Voice, _: usize) -> Option<String> {
        Some(date(self.0, voice.locale()))
    }
}

/// A local date, if it is told.
#[derive(Clone, Copy)]
pub struct DateIfAny(pub Option<NaiveDate>);

impl Value for DateIfAny {
    const FALLBACK: Option<fn(Voice) -> &'static str> = Some(|_| "–");

    fn write(&self, voice: Voice, _: usize) -> Option<String> {
        self.0.map(|day| date(day, voice.locale()))
    }
}

/// A local day as it is said on another, as `mañana, domingo 29 de noviembre` or `el martes 1 de diciembre`.
#[derive(Clone, Copy)]
pub struct OnDay {
    /// The day that is meant.
    pub day: NaiveDate,
    /// The local date on which the text is read.
    pub today: NaiveDate,
}

impl Value for OnDay {
    fn write(&self, voice: Voice, _: usize) -> Option<String> {
        Some(on(self.day, self.today, voice.locale()))
    }
}

/// A local time of a day, as `mañana, domingo 29 de noviembre, a las 9:30`.
#[derive(Clone, Copy)]
pub struct AtTime {
    /// The day that is meant.
    pub day: OnDay,
    /// The local time.
    pub time: NaiveTime,
}

impl Value for AtTime {
    fn write(&self, voice: Voice, room: usize) -> Option<String> {
        Some(with_time(&self.day.write(voice, room)?, self.time, voice.locale()))
    }
}

/// A local time with its day, as `el domingo 29 de noviembre, a las 9:30`; missing if it is now.
#[derive(Clone, Copy)]
pub struct AtIfAny(pub Option<NaiveDateTime>);

impl Value for AtIfAny {
    const FALLBACK: Option<fn(Voice) -> &'static str> = Some(|voice| match voice.locale() {
        Locale::Es => "ahora",
        Locale::PtBr => "agora",
        Locale::En => "now",
    });

    fn write(&self, voice: Voice, _: usize) -> Option<String> {
        let locale = voice.locale();
        self.0.map(|it| with_time(&on_any(it.date(), locale), it.time(), locale))
    }
}

/// A local time with its day, as `el domingo 29 de noviembre, a las 9:30`: the same on whatever day it is read.
#[derive(Clone, Copy)]
pub struct At(pub NaiveDateTime);

impl Value for At {
    fn write(&self, voice: Voice, _: usize) -> Option<String> {
        let locale = voice.locale();
        Some(with_time(&on_any(self.0.date(), locale), self.0.time(), locale))
    }
}

/// Free local times, a line for each: `• domingo 29 de noviembre, 9:30`. Missing if there are none.
#[derive(Clone)]
pub struct FreeTimes(pub Arc<[NaiveDateTime]>);

impl Value for FreeTimes {
    const FALLBACK: Option<fn(Voice) -> &'static str> = Some(|_| "–");

    fn write(&self, voice: Voice, _: usize) -> Option<String> {
        let locale = voice.locale();
        let line = |it: &NaiveDateTime| format!("• {}, {}", date(it.date(), locale), clock(it.time(), locale));
        (!self.0.is_empty()).then(|| self.0.iter().map(line).collect::<Vec<_>>().join("\n"))
    }
}

/// The most times of day that are listed.
const MOST_HOURS: usize = 6;

/// Local times of one day, as `9:00, 10:00 y 15:00`: the first six. Missing if there are none.
#[derive(Clone)]
pub struct Hours(pub Arc<[NaiveTime]>);

impl Value for Hours {
    const FALLBACK: Option<fn(Voice) -> &'static str> = Some(|_| "–");

    fn write(&self, voice: Voice, _: usize) -> Option<String> {
        let locale = voice.locale();
        let hours: Vec<String> = self.0.iter().take(MOST_HOURS).map(|time| clock(*time, locale)).collect();
        let hours: Vec<&str> = hours.iter().map(String::as_str).collect();
        match hours.len() {
            0 => None,
            many if many < self.0.len() => {
                let more = match locale {
                    Locale::Es => "y otras",
                    Locale::PtBr => "e outros",
                    Locale::En => "and more",
                };
                Some(format!("{} {more}", hours.join(", ")))
            }
            _ => Some(joined(&hours, locale)),
        }
    }
}

/// Local days as they are said on another, the first in full: `mañana, domingo 29 de noviembre`, or of several `mañana, el
/// lunes y el martes`.
#[derive(Clone)]
pub struct OnDays {
    /// The days that are meant, in order.
    pub days: Arc<[NaiveDate]>,
    /// The local date on which the text is read.
    pub today: NaiveDate,
}

impl Value for OnDays {
    fn write(&self, voice: Voice, _: usize) -> Option<String> {
        let locale = voice.locale();
        if let [only] = *self.days {
            return Some(on(only, self.today, locale));
        }
        let short = |day: &NaiveDate| match ((*day - self.today).num_days(), locale) {
            (0, Locale::Es) => "hoy".to_owned(),
            (0, Locale::PtBr) => "hoje".to_owned(),
            (0, Locale::En) => "today".to_owned(),
            (1, Locale::Es) => "mañana".to_owned(),
            (1, Locale::PtBr) => "amanhã".to_owned(),
            (1, Locale::En) => "tomorrow".to_owned(),
            (_, Locale::Es) => format!("el {} {}", weekday(day.weekday(), locale), day.day()),
            (_, Locale::PtBr) => format!("{}{}", in_portuguese(day.weekday()), after_a_verb(*day, locale)),
            (_, Locale::En) => format!("on {} {}", weekday(day.weekday(), locale), day.day()),
        };
        let days: Vec<String> = self.days.iter().map(short).collect();
        let days: Vec<&str> = days.iter().map(String::as_str).collect();
        (!days.is_empty()).then(|| joined(&days, locale))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_and_times_as_people_say_them() {
        let day = |text: &str| text.parse::<NaiveDate>().unwrap();
        let today = day("2026-11-28");
        for (other, es, pt, en) in [
            ("2026-11-28", "hoy, sábado 28 de noviembre", "hoje, sábado (28/11)", "today, Saturday 28 November"),
            (
                "2026-11-29",
                "mañana, domingo 29 de noviembre",
                "amanhã, domingo (29/11)",
                "tomorrow, Sunday 29 November",
            ),
            ("2026-12-01", "el martes 1 de diciembre", "na terça (01/12)", "on Tuesday 1 December"),
            ("2026-12-05", "el sábado 5 de diciembre", "no sábado (05/12)", "on Saturday 5 December"),
        ] {
            for (locale, text) in [(Locale::Es, es), (Locale::PtBr, pt), (Locale::En, en)] {
                assert_eq!(on(day(other), today, locale), text);
            }
        }
        for (time, es, pt, en) in [
            ("09:00:00", "a las 9:00", "às 9h", "at 9:00"),
            ("01:30:00", "a la 1:30", "à 1h30", "at 1:30"),
            ("13:05:00", "a las 13:05", "às 13h05", "at 13:05"),
        ] {
            for (locale, text) in [(Locale::Es, es), (Locale::PtBr, pt), (Locale::En, en)] {
                assert_eq!(at(time.parse().unwrap(), locale), text);
            }
        }
        for (day, with_it) in [
            ("on Tuesday 1 December", "on Tuesday 1 December at 9:00"),
            ("tomorrow, Sunday 29 November", "tomorrow, Sunday 29 November, at 9:00"),
        ] {
            assert_eq!(with_time(day, "09:00:00".parse().unwrap(), Locale::En), with_it);
        }
    }
}
