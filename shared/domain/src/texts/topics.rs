//! Which proposal or campaign a text to an owner is about.

use super::dates::date;
use super::rows::Row;
use super::values::{Unit, Value};
use super::words::{one_line, shortened};
use crate::{Locale, Voice};
use chrono::NaiveDate;

/// What a proposal or a campaign is about, as it stands after a verb: `los cumpleaños de hoy`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Topic<'a> {
    /// The greeting of the day's birthdays.
    Birthdays,
    /// The campaign to those who have been away for long.
    Inactive,
    /// What was left open with customers, on the day of their next step.
    FollowUps,
    /// The offer for a day with few appointments.
    LowOccupancy,
    /// The invitation to those who are due.
    Opportunities,
    /// A campaign with a name of its own.
    Named(&'a str),
}

/// The longest name of a campaign in a text, in characters.
const LONGEST_NAME: usize = 60;

impl Topic<'_> {
    fn written(self, locale: Locale) -> String {
        let text = match (self, locale) {
            (Self::Named(name), locale) => return named(&shortened(one_line(name), LONGEST_NAME), locale),
            (Self::Birthdays, Locale::Es) => "la felicitación de cumpleaños",
            (Self::Birthdays, Locale::PtBr) => "a mensagem de aniversário",
            (Self::Birthdays, Locale::En) => "the birthday greeting",
            (Self::Inactive, Locale::Es) => "la campaña para clientes inactivos",
            (Self::Inactive, Locale::PtBr) => "a campanha para clientes inativos",
            (Self::Inactive, Locale::En) => "the campaign for inactive customers",
            (Self::FollowUps, Locale::Es) => "el seguimiento de hoy",
            (Self::FollowUps, Locale::PtBr) => "o acompanhamento de hoje",
            (Self::FollowUps, Locale::En) => "today's follow-ups",
            (Self::LowOccupancy, Locale::Es) => "la oferta relámpago",
            (Self::LowOccupancy, Locale::PtBr) => "a oferta relâmpago",
            (Self::LowOccupancy, Locale::En) => "the flash offer",
            (Self::Opportunities, Locale::Es) => "la invitación a los clientes habituales",
            (Self::Opportunities, Locale::PtBr) => "o convite aos clientes habituais",
            (Self::Opportunities, Locale::En) => "the invitation to regular customers",
        };
        text.to_owned()
    }
}

fn named(name: &str, locale: Locale) -> String {
    match locale {
        Locale::Es => format!("la campaña «{name}»"),
        Locale::PtBr => format!("a campanha “{name}”"),
        Locale::En => format!("the campaign “{name}”"),
    }
}

impl Value for Topic<'_> {
    fn write(&self, voice: Voice, _: usize) -> Option<String> {
        Some(self.written(voice.locale()))
    }
}

/// What a proposal or a campaign is about, if that is told.
#[derive(Clone, Copy)]
pub struct TopicIfAny<'a>(pub Option<Topic<'a>>);

impl Value for TopicIfAny<'_> {
    const FALLBACK: Option<fn(Voice) -> &'static str> = Some(|voice| match voice.locale() {
        Locale::Es => "la propuesta",
        Locale::PtBr => "a proposta",
        Locale::En => "the proposal",
    });

    fn write(&self, voice: Voice, room: usize) -> Option<String> {
        self.0?.write(voice, room)
    }
}

/// A proposal in a list. `line` is `*2.* La oferta relámpago (12 personas)`.
#[derive(Clone, Copy)]
pub struct Proposed<'a> {
    /// Its short number.
    pub number: u32,
    /// What it is about.
    pub topic: Topic<'a>,
    /// How many people it is for.
    pub people: u64,
    /// The local day that it is about, if the line tells it.
    pub day: Option<NaiveDate>,
}

impl Row for Proposed<'_> {
    fn line(&self, voice: Voice) -> String {
        let locale = voice.locale();
        let topic = self.topic.written(locale);
        let mut letters = topic.chars();
        let first: String = letters.next().into_iter().flat_map(char::to_uppercase).collect();
        let day = self.day.map(|day| format!(" – {}", date(day, locale))).unwrap_or_default();
        let people = Unit::Person.counted(self.people, locale);
        format!("*{}.* {first}{}{day} ({people})", self.number, letters.as_str())
    }
}
