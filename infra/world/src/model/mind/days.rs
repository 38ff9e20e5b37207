//! Days and hours that a text names.

use super::briefing::FreeDay;
use super::words::{Phrases, Words};
use chrono::{Datelike, Days, NaiveDate, NaiveTime, Weekday};

/// A day without a year of its own, as `12/03` or `12 de março`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Written {
    pub year: Option<i32>,
    pub month: u32,
    pub day: u32,
}

/// When something is wished for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Moment {
    pub day: Option<NaiveDate>,
    pub weekday: Option<Weekday>,
    /// The weekday has its name in the text.
    pub names_weekday: bool,
    /// The hours that may be meant, the likeliest first: three o'clock is rather 15:00.
    pub hours: Vec<NaiveTime>,
    pub part: Option<Part>,
}

/// A part of the day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Part {
    Morning,
    Afternoon,
}

impl Part {
    pub fn holds(self, time: NaiveTime) -> bool {
        let noon = NaiveTime::from_hms_opt(12, 0, 0).unwrap_or_default();
        (time < noon) == (self == Self::Morning)
    }
}

const MONTHS: [Phrases; 12] = [
    Phrases("janeiro, enero, january, jan, ene"),
    Phrases("fevereiro, febrero, february, fev, feb"),
    Phrases("marco, marzo, march, mar"),
    Phrases("abril, april, abr, apr"),
    Phrases("maio, mayo, may, mai"),
    Phrases("junho, junio, june, jun"),
    Phrases("julho, julio, july, jul"),
    Phrases("agosto, august, ago, aug"),
    Phrases("setembro, septiembre, setiembre, september, set, sep"),
    Phrases("outubro, octubre, october, out, oct"),
    Phrases("novembro, noviembre, november, nov"),
    Phrases("dezembro, diciembre, december, dez, dic, dec"),
];
const WEEKDAYS: [(Phrases, Weekday); 7] = [
    (Phrases("segunda, segundas, lunes, monday, mondays"), Weekday::Mon),
    (Phrases("terca, tercas, martes, tuesday, tuesdays"), Weekday::Tue),
    (Phrases("quarta, quartas, miercoles, wednesday, wednesdays"), Weekday::Wed),
    (Phrases("quinta, quintas, jueves, thursday, thursdays"), Weekday::Thu),
    (Phrases("sexta, sextas, viernes, friday, fridays"), Weekday::Fri),
    (Phrases("sabado, sabados, saturday, saturdays"), Weekday::Sat),
    (Phrases("domingo, domingos, sunday, sundays"), Weekday::Sun),
];
const MORNING: Phrases =
    Phrases("de manha, da manha, pela manha, por la manana, de la manana, en la manana, a la manana, morning, am, a m");
const AFTERNOON: Phrases = Phrases(
    "a tarde, da tarde, de tarde, pela tarde, por la tarde, de la tarde, en la tarde, la tarde, da noite, a noite, \
     por la noche, de la noche, afternoon, evening, pm, p m",
);
/// They name no time that is wished for.
const GREETINGS: Phrases = Phrases("good morning, good afternoon, good evening");
const AFTER_TOMORROW: Phrases = Phrases("depois de amanha, pasado manana, day after tomorrow");
const TOMORROW: Phrases = Phrases("amanha, tomorrow");
const TODAY: Phrases = Phrases("hoje, hoy, today, agora, ahora, now, right now");
/// A morning and no tomorrow, although Spanish has one word for both.
const SPANISH_MORNINGS: Phrases = Phrases("por la manana, de la manana, en la manana, a la manana");

impl Moment {
    pub fn is_empty(&self) -> bool {
        self.day.is_none() && self.hours.is_empty() && self.part.is_none()
    }

    /// What the text names, seen from `from`. A number alone is an hour only if `takes_number`.
    pub fn read(words: &Words, from: Option<NaiveDate>, free: &[FreeDay], takes_number: bool) -> Self {
        let mut tokens = words.folded();
        let part = part(words);
        let weekday = WEEKDAYS.iter().find(|(names, _)| words.say(*names)).map(|(_, weekday)| *weekday);
        let mut day = written(&tokens).map(|(written, place, length)| {
            tokens[place..place + length].fill("");
            written.nearest(from, free)
        });
        if day.is_none()
            && let Some((number, place)) = day_of_month(&tokens)
        {
            tokens[place] = "";
            day = Some(from.and_then(|from| next_with(from, |day| day.day() == number)));
        }
        let day = day.flatten().or_else(|| relative(words, from)).or_else(|| on(weekday?, from?, free));
        let names_weekday = weekday.is_some();
        let weekday = weekday.or(day.map(|day| day.weekday()));
        Self { day, weekday, names_weekday, hours: hours(&tokens, part, takes_number), part }
    }
}

impl Written {
    /// The next such day; the other way round, if only that is free.
    fn nearest(self, from: Option<NaiveDate>, free: &[FreeDay]) -> Option<NaiveDate> {
        let from = from?;
        let swapped = Self { month: self.day, day: self.month, ..self };
        let found = [self, swapped].map(|written| written.after(from));
        let is_free = |day: &NaiveDate| free.iter().any(|free| free.day == *day);
        found.into_iter().flatten().find(is_free).or(found[0]).or(found[1])
    }

    fn after(self, from: NaiveDate) -> Option<NaiveDate> {
        match self.year {
            Some(year) => NaiveDate::from_ymd_opt(year, self.month, self.day),
            None => next_with(from, |day| (day.month(), day.day()) == (self.month, self.day)),
        }
    }
}

/// The day that is written in the words, with its place and how many words it takes.
pub(super) fn written(tokens: &[&str]) -> Option<(Written, usize, usize)> {
    (0..tokens.len()).find_map(|place| {
        let word = |ahead: usize| tokens.get(place + ahead).copied().unwrap_or_default();
        let number = |ahead: usize| word(ahead).parse::<u32>().ok();
        let (month, day, length) = match (number(0), number(1)) {
            (Some(year @ 1900..), Some(month)) => {
                let written = Written { year: i32::try_from(year).ok(), month, day: number(2)? };
                return Some((written, place, 3));
            }
            (Some(day), None) if word(1) == "/" => (number(2)?, day, 3),
            (Some(day), None) => {
                let skipped = (1..4).take_while(|ahead| ["de", "of", "st", "nd", "rd", "th"].contains(&word(*ahead)));
                let skipped = skipped.count();
                (month(word(skipped + 1))?, day, skipped + 2)
            }
            (None, Some(day)) => (month(word(0))?, day, 2),
            _ => return None,
        };
        let year =
            ["/", "de", "del", "st", "nd", "rd", "th"].contains(&word(length)).then(|| number(length + 1)).flatten();
        let year = year.or_else(|| number(length).filter(|year| *year >= 1900));
        let year = year.and_then(full_year);
        let is_day = (1..=31).contains(&day) && (1..=31).contains(&month);
        is_day.then_some((Written { year, month, day }, place, length))
    })
}

/// `90` is 1990 and `26` is 2026.
fn full_year(year: u32) -> Option<i32> {
    let year = i32::try_from(year).ok()?;
    match year {
        0..40 => Some(2000 + year),
        40..100 => Some(1900 + year),
        1900..2100 => Some(year),
        _ => None,
    }
}

fn month(word: &str) -> Option<u32> {
    let place = MONTHS.iter().position(|names| names.has(word))?;
    u32::try_from(place + 1).ok()
}

/// The number of `dia 30` or `the 30th`, and its place.
fn day_of_month(tokens: &[&str]) -> Option<(u32, usize)> {
    tokens.windows(2).enumerate().find_map(|(place, pair)| {
        let number = pair[1].parse().ok().filter(|number| (1..=31).contains(number))?;
        let next = tokens.get(place + 2).copied().unwrap_or_default();
        let is_day =
            pair[0] == "dia" || (pair[0] == "el" && !is_hour_mark(next)) || ["st", "nd", "rd", "th"].contains(&next);
        is_day.then_some((number, place + 1))
    })
}

fn is_hour_mark(word: &str) -> bool {
    [":", "h", "hs", "hrs", "hr", "horas", "hora", "am", "pm"].contains(&word)
}

fn relative(words: &Words, from: Option<NaiveDate>) -> Option<NaiveDate> {
    let from = from?;
    // "Mañana por la mañana" has a tomorrow, "por la mañana" has none.
    let mornings = words.count(SPANISH_MORNINGS);
    let all = words.all.iter().filter(|word| word.folded == "manana").count();
    let says_tomorrow = words.say(TOMORROW) || all > mornings;
    match () {
        () if words.say(AFTER_TOMORROW) => from.checked_add_days(Days::new(2)),
        () if says_tomorrow => from.succ_opt(),
        () if words.say(TODAY) => Some(from),
        () => None,
    }
}

/// The next such weekday, a free one if there is one.
fn on(weekday: Weekday, from: NaiveDate, free: &[FreeDay]) -> Option<NaiveDate> {
    let is_free = free.iter().map(|free| free.day).find(|day| day.weekday() == weekday);
    is_free.or_else(|| next_with(from, |day| day.weekday() == weekday))
}

fn next_with(from: NaiveDate, is_it: impl Fn(NaiveDate) -> bool) -> Option<NaiveDate> {
    from.iter_days().take(366).find(|day| is_it(*day))
}

fn part(words: &Words) -> Option<Part> {
    let is_greeting = words.say(GREETINGS);
    match () {
        () if is_greeting => None,
        () if words.say(MORNING) => Some(Part::Morning),
        () if words.say(AFTERNOON) => Some(Part::Afternoon),
        () => None,
    }
}

fn hours(tokens: &[&str], part: Option<Part>, takes_number: bool) -> Vec<NaiveTime> {
    let word = |place: usize| tokens.get(place).copied().unwrap_or_default();
    let number = |place: usize| word(place).parse::<u32>().ok();
    let named = [["meio", "dia"], ["mediodia", ""], ["noon", ""]];
    let is_noon = |place: usize| {
        named.iter().any(|[one, two]| word(place) == *one && (two.is_empty() || word(place + 1) == *two))
    };
    for place in 0..tokens.len() {
        if is_noon(place) {
            return times(12, 0, part);
        }
        let Some(hour) = number(place).filter(|hour| *hour < 24) else { continue };
        let before = if place == 0 { "" } else { word(place - 1) };
        let half = matches!((word(place + 1), word(place + 2)), ("y", "media") | ("e", "meia"));
        let minute = match (word(place + 1), number(place + 2)) {
            (":" | "h", Some(minute)) if minute < 60 => minute,
            _ if half => 30,
            _ => 0,
        };
        let is_named = ["as", "las", "la", "at", "around"].contains(&before) || is_hour_mark(word(place + 1)) || half;
        if is_named || (takes_number && (5..=22).contains(&hour)) {
            return times(hour, minute, part);
        }
    }
    Vec::new()
}

fn times(hour: u32, minute: u32, part: Option<Part>) -> Vec<NaiveTime> {
    let later = hour + 12;
    let hours = match part {
        _ if hour >= 12 || hour == 0 => vec![hour],
        Some(Part::Morning) => vec![hour],
        Some(Part::Afternoon) => vec![later],
        None if hour < 7 => vec![later, hour],
        None => vec![hour, later],
    };
    hours.into_iter().filter_map(|hour| NaiveTime::from_hms_opt(hour, minute, 0)).collect()
}
