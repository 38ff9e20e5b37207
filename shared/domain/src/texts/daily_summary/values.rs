//! The parts of the day's summary.

use crate::texts::dates::at;
use crate::texts::words::{number, one_line, shortened};
use crate::texts::{Row, Unit, Value};
use crate::{Locale, Voice};
use chrono::{Datelike, NaiveDate, NaiveTime, Weekday};

/// An appointment in the day's list.
#[derive(Clone, Copy)]
pub struct Visit<'a> {
    /// The pet that it is for.
    pub pet: Option<&'a str>,
    /// The customer's name, if it is known.
    pub customer: Option<&'a str>,
    /// As the business calls it.
    pub service: &'a str,
    /// When it begins, local time.
    pub time: NaiveTime,
    /// Whether the customer did not come.
    pub no_show: bool,
}

/// The longest name of a customer, a pet or a service in the list, in characters.
const LONGEST: usize = 40;

impl Row for Visit<'_> {
    fn line(&self, voice: Voice) -> String {
        let locale = voice.locale();
        let word = match locale {
            Locale::Es | Locale::PtBr => "cliente",
            Locale::En => "customer",
        };
        let known = |name: Option<&str>| name.map(one_line).filter(|name| !name.is_empty());
        let subject = known(self.pet).or_else(|| known(self.customer)).unwrap_or_else(|| word.to_owned());
        let (subject, service) = (shortened(subject, LONGEST), shortened(one_line(self.service), LONGEST));
        let missed = match locale {
            _ if !self.no_show => "",
            Locale::Es => " (no vino)",
            Locale::PtBr => " (não veio)",
            Locale::En => " (did not come)",
        };
        format!("{subject} – {service} {}{missed}", at(self.time, locale))
    }
}

/// What became of the day's appointments.
#[derive(Clone, Copy)]
pub struct Details {
    /// They took place.
    pub done: u64,
    /// That is not known yet.
    pub open: u64,
    /// The customer did not come.
    pub no_shows: u64,
}

impl Value for Details {
    const FALLBACK: Option<fn(Voice) -> &'static str> = Some(|_| "–");

    fn write(&self, voice: Voice, _: usize) -> Option<String> {
        let Self { done, open, no_shows } = *self;
        if no_shows == 0 && (done == 0 || open == 0) {
            return None;
        }
        let locale = voice.locale();
        let [done_word, open_word, missed_word] = match locale {
            Locale::Es => [
                if done == 1 { "realizada" } else { "realizadas" },
                "por realizar",
                if no_shows == 1 { "no vino" } else { "no vinieron" },
            ],
            Locale::PtBr => [
                if done == 1 { "realizado" } else { "realizados" },
                "a realizar",
                if no_shows == 1 { "não veio" } else { "não vieram" },
            ],
            Locale::En => ["done", "still open", "did not come"],
        };
        let all = [(done, done_word), (open, open_word), (no_shows, missed_word)];
        let some = all.into_iter().filter(|(count, _)| *count > 0);
        Some(some.map(|(count, word)| format!("{} {word}", number(count, locale))).collect::<Vec<_>>().join(", "))
    }
}

/// The appointments of the next day.
#[derive(Clone, Copy)]
pub struct Tomorrow(pub Option<u64>);

impl Value for Tomorrow {
    const FALLBACK: Option<fn(Voice) -> &'static str> = Some(|_| "–");

    fn write(&self, voice: Voice, _: usize) -> Option<String> {
        let (count, locale) = (self.0?, voice.locale());
        let counted = Unit::Appointment.counted(count, locale);
        Some(match (locale, count) {
            (Locale::Es, 0) => "Mañana todavía no hay citas.".to_owned(),
            (Locale::PtBr, 0) => "Amanhã ainda não há agendamentos.".to_owned(),
            (Locale::En, 0) => "Tomorrow has no appointments yet.".to_owned(),
            (Locale::Es, _) => format!("Mañana: {counted}."),
            (Locale::PtBr, _) => format!("Amanhã: {counted}."),
            (Locale::En, _) => format!("Tomorrow: {counted}."),
        })
    }
}

/// A kind word at the end of a day: the same on a date, and not the same every evening.
#[derive(Clone, Copy)]
pub struct Cheer {
    /// The local date.
    pub date: NaiveDate,
    /// Whether it was a day without work.
    pub quiet: bool,
    /// Whether the next day has appointments, so that no weekend begins.
    pub works: bool,
}

const CHEERS: [[&str; 4]; 3] = [
    ["¡Buen trabajo! 💪", "¡A descansar! 🌙", "¡Gracias por el esfuerzo de hoy! 👏", "¡Buen fin de semana! ☀️"],
    ["Mandaram bem hoje! 💪", "Bom descanso! 🌙", "Valeu pelo esforço de hoje! 👏", "Bom fim de semana! ☀️"],
    ["Well done! 💪", "Have a good evening! 🌙", "Thanks for all your work today! 👏", "Have a lovely weekend! ☀️"],
];

impl Value for Cheer {
    fn write(&self, voice: Voice, _: usize) -> Option<String> {
        let language = match voice.locale() {
            Locale::Es => CHEERS.first(),
            Locale::PtBr => CHEERS.get(1),
            Locale::En => CHEERS.get(2),
        };
        let nth = match self.date.weekday() {
            Weekday::Fri | Weekday::Sat if !self.works => 3,
            _ if self.quiet => 1,
            _ => usize::try_from(self.date.ordinal0() % 3).unwrap_or_default(),
        };
        language?.get(nth).map(|cheer| (*cheer).to_owned())
    }
}
