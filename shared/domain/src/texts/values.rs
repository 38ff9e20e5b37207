//! The types of what a text is filled with: how each is written, and what stands in for one that is missing.

use super::people::People;
use super::words::{first_name, number, one_line, percent, points};
use crate::{Locale, Voice};

/// Something that a variable of a text holds.
pub trait Value {
    /// What an approved template gets where it is missing; `None` if it may not be missing.
    const FALLBACK: Option<fn(Voice) -> &'static str> = None;

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

/// So many points, with the word: `1 punto`, `50 puntos`.
#[derive(Clone, Copy)]
pub struct InPoints(pub u64);

impl Value for InPoints {
    fn write(&self, voice: Voice, _: usize) -> Option<String> {
        Some(points(self.0, voice.locale()))
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

/// A word that chooses among the wordings of a text and is not written itself.
#[derive(Clone, Copy)]
pub struct Choice(pub &'static str);

impl Value for Choice {
    fn write(&self, _: Voice, _: usize) -> Option<String> {
        Some(self.0.to_owned())
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
