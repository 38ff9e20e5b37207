//! The types of what a text is filled with: how each is written, and what stands in for one that is missing.

use super::people::People;
use super::words::{first_name, number, one_line, percent};
use crate::fold::fold;
use crate::{Locale, Voice};
use strum::{EnumIter, IntoEnumIterator, VariantNames};

/// Something that a variable of a text holds.
pub trait Value {
    /// What an approved template gets where it is missing; `None` if it may not be missing.
    const FALLBACK: Option<fn(Voice) -> &'static str> = None;

    /// The words that it chooses among, the usual one first; none if it does not choose a wording.
    const OCCASIONS: &'static [&'static str] = &[];

    /// As the person is written to, a list in at most `room` characters; `None` if it is missing.
    fn write(&self, voice: Voice, room: usize) -> Option<String>;
}

/// A customer's name, of which the first is written.
#[derive(Clone, Copy)]
pub struct CustomerName<'a>(pub Option<&'a str>);

impl Value for CustomerName<'_> {
    const FALLBACK: Option<fn(Voice) -> &'static str> = Some(|voice| match voice.locale() {
        Locale::Es | Locale::PtBr => "cliente",
        Locale::En => "customer",
    });

    fn write(&self, _: Voice, _: usize) -> Option<String> {
        self.0.and_then(first_name)
    }
}

/// An owner's name, of which the first is written.
#[derive(Clone, Copy)]
pub struct OwnerName<'a>(pub Option<&'a str>);

impl Value for OwnerName<'_> {
    const FALLBACK: Option<fn(Voice) -> &'static str> = Some(|voice| match voice.locale() {
        Locale::Es => "equipo",
        Locale::PtBr => "equipe",
        Locale::En => "team",
    });

    fn write(&self, _: Voice, _: usize) -> Option<String> {
        self.0.and_then(first_name)
    }
}

/// A text of somebody else, in one line.
#[derive(Clone, Copy)]
pub struct Line<'a>(pub &'a str);

impl Value for Line<'_> {
    fn write(&self, _: Voice, _: usize) -> Option<String> {
        Some(one_line(self.0))
    }
}

/// A pet's name.
#[derive(Clone, Copy)]
pub struct PetName<'a>(pub Option<&'a str>);

impl Value for PetName<'_> {
    const FALLBACK: Option<fn(Voice) -> &'static str> = Some(|voice| match voice.locale() {
        Locale::Es if voice.is_usted() => "usted",
        Locale::Es => "ti",
        Locale::PtBr => "você",
        Locale::En => "you",
    });

    fn write(&self, _: Voice, _: usize) -> Option<String> {
        self.0.map(one_line).filter(|name| !name.is_empty())
    }
}

/// Why something was done, as somebody said.
#[derive(Clone, Copy)]
pub struct Reason<'a>(pub Option<&'a str>);

impl Value for Reason<'_> {
    const FALLBACK: Option<fn(Voice) -> &'static str> = Some(|_| "–");

    fn write(&self, _: Voice, _: usize) -> Option<String> {
        self.0.map(one_line).filter(|reason| !reason.is_empty())
    }
}

/// How many there are.
#[derive(Clone, Copy)]
pub struct Count(pub u64);

impl Value for Count {
    fn write(&self, voice: Voice, _: usize) -> Option<String> {
        Some(number(self.0, voice.locale()))
    }
}

/// How many there are, if there are any.
#[derive(Clone, Copy)]
pub struct IfAny(pub u64);

impl Value for IfAny {
    const FALLBACK: Option<fn(Voice) -> &'static str> = Some(|_| "0");

    fn write(&self, voice: Voice, _: usize) -> Option<String> {
        (self.0 > 0).then(|| number(self.0, voice.locale()))
    }
}

/// How many there are with their word, if there are any.
#[derive(Clone, Copy)]
pub struct CountedIfAny(pub u64, pub Unit);

impl Value for CountedIfAny {
    const FALLBACK: Option<fn(Voice) -> &'static str> = Some(|_| "0");

    fn write(&self, voice: Voice, _: usize) -> Option<String> {
        (self.0 > 0).then(|| self.1.counted(self.0, voice.locale()))
    }
}

/// A text of somebody else in one line, which may be missing.
#[derive(Clone, Copy)]
pub struct LineIfAny<'a>(pub Option<&'a str>);

impl Value for LineIfAny<'_> {
    const FALLBACK: Option<fn(Voice) -> &'static str> = Some(|_| "–");

    fn write(&self, _: Voice, _: usize) -> Option<String> {
        self.0.map(one_line).filter(|line| !line.is_empty())
    }
}

/// How much off; missing if it is nothing.
#[derive(Clone, Copy)]
pub struct Percent(pub u8);

impl Value for Percent {
    const FALLBACK: Option<fn(Voice) -> &'static str> = Some(|voice| match voice.locale() {
        Locale::Es => "0\u{a0}%",
        Locale::PtBr | Locale::En => "0%",
    });

    fn write(&self, voice: Voice, _: usize) -> Option<String> {
        (self.0 > 0).then(|| percent(self.0, voice.locale()))
    }
}

/// Something that there is a number of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, EnumIter)]
pub enum Unit {
    /// Of the points of a customer.
    Point,
    /// Of a business.
    Customer,
    /// Of a customer or pet.
    Birthday,
    /// Of the calendar.
    Day,
    /// Of a business.
    Appointment,
    /// A customer, where they are counted as people.
    Person,
}

impl Unit {
    /// For one, and for any other number.
    fn words(self, locale: Locale) -> (&'static str, &'static str) {
        match (self, locale) {
            (Self::Point, Locale::Es) => ("punto", "puntos"),
            (Self::Point, Locale::PtBr) => ("ponto", "pontos"),
            (Self::Point, Locale::En) => ("point", "points"),
            (Self::Customer, Locale::Es | Locale::PtBr) => ("cliente", "clientes"),
            (Self::Customer, Locale::En) => ("customer", "customers"),
            (Self::Birthday, Locale::Es) => ("cumpleaños", "cumpleaños"),
            (Self::Birthday, Locale::PtBr) => ("aniversário", "aniversários"),
            (Self::Birthday, Locale::En) => ("birthday", "birthdays"),
            (Self::Day, Locale::Es) => ("día", "días"),
            (Self::Day, Locale::PtBr) => ("dia", "dias"),
            (Self::Day, Locale::En) => ("day", "days"),
            (Self::Appointment, Locale::Es) => ("cita", "citas"),
            (Self::Appointment, Locale::PtBr) => ("agendamento", "agendamentos"),
            (Self::Appointment, Locale::En) => ("appointment", "appointments"),
            (Self::Person, Locale::Es) => ("persona", "personas"),
            (Self::Person, Locale::PtBr) => ("pessoa", "pessoas"),
            (Self::Person, Locale::En) => ("person", "people"),
        }
    }

    /// `1 cita`, `2 citas`.
    pub(super) fn counted(self, count: u64, locale: Locale) -> String {
        let (one, many) = self.words(locale);
        format!("{} {}", number(count, locale), if count == 1 { one } else { many })
    }
}

/// Whether a word is that of a unit, in any language and number.
pub(crate) fn is_unit(word: &str) -> bool {
    let word = fold(word);
    Unit::iter().any(|unit| {
        Locale::iter().any(|locale| {
            let (one, many) = unit.words(locale);
            // A word that is the same for one cannot be wrong.
            one != many && (fold(one) == word || fold(many) == word)
        })
    })
}

/// How many there are of something, with its word: `1 ponto`, `50 pontos`.
#[derive(Clone, Copy)]
pub struct Counted(pub u64, pub Unit);

impl Value for Counted {
    fn write(&self, voice: Voice, _: usize) -> Option<String> {
        Some(self.1.counted(self.0, voice.locale()))
    }
}

/// The occasion of a message, by which a wording is chosen. It is not written itself. Its words are its variants in
/// `snake_case`, the usual one first.
pub trait Choice: VariantNames + Into<&'static str> + Copy {}

impl<C: Choice> Value for C {
    const OCCASIONS: &'static [&'static str] = C::VARIANTS;

    fn write(&self, _: Voice, _: usize) -> Option<String> {
        let word: &'static str = (*self).into();
        Some(word.to_owned())
    }
}

/// A line for each of the people that fit.
#[derive(Clone, Copy)]
pub struct Lines<'a>(pub People<'a>);

impl Value for Lines<'_> {
    fn write(&self, voice: Voice, room: usize) -> Option<String> {
        Some(self.0.listed(voice, room).0)
    }
}

/// How many people there are besides those that fit.
#[derive(Clone, Copy)]
pub struct Others<'a>(pub People<'a>);

impl Value for Others<'_> {
    const FALLBACK: Option<fn(Voice) -> &'static str> = Some(|_| "0");

    fn write(&self, voice: Voice, room: usize) -> Option<String> {
        self.0.listed(voice, room).1.map(|others| number(others, voice.locale()))
    }
}
