//! The opening hours in words.

use super::briefing::{Briefing, time_of};
use super::days::Moment;
use super::language::Language;
use super::texts;
use chrono::{Datelike, NaiveTime, Timelike, Weekday};

/// Days that are named as closed at most.
const MOST_CLOSED: usize = 3;

type Spans = Vec<(String, String)>;

/// The answer about opening hours, of a day if one is named; `None` if nothing is known of them.
pub(super) fn answer(language: Language, briefing: &Briefing, moment: &Moment) -> Option<String> {
    if briefing.hours.is_empty() {
        return None;
    }
    let Some(weekday) = moment.weekday else { return Some(week(language, briefing)) };
    let day = match (moment.day, briefing.today) {
        (Some(day), Some(today)) if day == today => texts::today(language).to_owned(),
        (Some(day), Some(today)) if today.succ_opt() == Some(day) => texts::tomorrow(language).to_owned(),
        _ => texts::on_weekday(language, weekday),
    };
    let day = if moment.names_weekday { texts::on_weekday(language, weekday) } else { day };
    Some(match briefing.hours.get(&number(weekday)) {
        Some(spans) => texts::open_on(language, &day, &spans_of(language, spans)),
        None => {
            let day = if moment.names_weekday { texts::on_weekdays(language, weekday) } else { day };
            format!("{} {}", texts::closed(language, &day), open_days(language, briefing))
        }
    })
}

fn week(language: Language, briefing: &Briefing) -> String {
    let open = open_days(language, briefing);
    let closed: Vec<_> = (0..7).filter(|day| !briefing.hours.contains_key(day)).map(weekday).collect();
    if closed.is_empty() || closed.len() > MOST_CLOSED {
        return open;
    }
    let names: Vec<_> = closed.into_iter().map(|day| texts::on_weekdays(language, day)).collect();
    format!("{open} {}", texts::closed(language, &texts::joined(language, &names)))
}

/// Equal days that follow each other are told together.
fn open_days(language: Language, briefing: &Briefing) -> String {
    let mut groups: Vec<(u8, u8, &Spans)> = Vec::new();
    for (day, spans) in &briefing.hours {
        match groups.last_mut() {
            Some((_, last, same)) if *last + 1 == *day && *same == spans => *last = *day,
            _ => groups.push((*day, *day, spans)),
        }
    }
    let told = groups.into_iter().map(|(first, last, spans)| {
        let days = if first == last {
            texts::on_weekdays(language, weekday(first))
        } else {
            texts::weekdays(language, weekday(first), weekday(last))
        };
        format!("{days} {}", spans_of(language, spans))
    });
    let told: Vec<_> = told.collect();
    let has_breaks = briefing.hours.values().any(|spans| spans.len() > 1);
    texts::open(language, &if has_breaks { told.join("; ") } else { texts::joined(language, &told) })
}

fn spans_of(language: Language, spans: &Spans) -> String {
    let told: Vec<_> =
        spans.iter().map(|(from, to)| texts::span(language, &clock(language, from), &clock(language, to))).collect();
    texts::joined(language, &told)
}

fn clock(language: Language, written: &str) -> String {
    time_of(written).map_or_else(|| written.to_owned(), |time| hour(language, time))
}

/// `9h30`, `9:30` or `9:30 AM`.
pub(super) fn hour(language: Language, time: NaiveTime) -> String {
    let (hour, minute) = (time.hour(), time.minute());
    match language {
        Language::Portuguese if minute == 0 => format!("{hour}h"),
        Language::Portuguese => format!("{hour}h{minute:02}"),
        Language::Spanish => format!("{hour}:{minute:02}"),
        Language::English => {
            let (is_pm, hour) = time.hour12();
            format!("{hour}:{minute:02} {}", if is_pm { "PM" } else { "AM" })
        }
    }
}

/// The weekday of a date in words, with its day and month.
pub(super) fn date(language: Language, day: chrono::NaiveDate) -> String {
    let name = texts::weekday(language, day.weekday());
    match language {
        Language::Portuguese => format!("{name}, {}", day.format("%d/%m")),
        Language::Spanish => format!("{name} {}", day.format("%d/%m")),
        Language::English => format!("{name}, {}", day.format("%b %-d")),
    }
}

fn number(weekday: Weekday) -> u8 {
    u8::try_from(weekday.num_days_from_monday()).unwrap_or_default()
}

fn weekday(number: u8) -> Weekday {
    Weekday::try_from(number).unwrap_or(Weekday::Mon)
}
