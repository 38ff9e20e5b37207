//! How a report asks for an owner's yes.

use super::values::{Choice, Value};
use crate::{Locale, Voice};
use strum::{IntoStaticStr, VariantNames};

/// A proposal that a report asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Ask {
    /// Its short number.
    pub number: u32,
    /// How many of the people may be written to.
    pub writable: u64,
}

/// Whether a report asks for a yes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, IntoStaticStr, VariantNames)]
#[strum(serialize_all = "snake_case")]
pub enum Asking {
    /// The owner's yes sends the text.
    Asked,
    /// Nothing is proposed.
    Told,
    /// An owner has answered the proposal already.
    Answered,
}

impl Choice for Asking {}

impl Asking {
    pub(super) fn of(ask: Option<Ask>) -> Self {
        if ask.is_some() { Self::Asked } else { Self::Told }
    }
}

/// The number by which an owner answers a proposal. The fallback, the word of a yes, stands well in its place.
#[derive(Clone, Copy)]
pub struct ProposalNumber(pub Option<u32>);

impl Value for ProposalNumber {
    const FALLBACK: Option<fn(Voice) -> &'static str> = Some(|voice| match voice.locale() {
        Locale::Es => "sí",
        Locale::PtBr => "sim",
        Locale::En => "yes",
    });

    fn write(&self, _: Voice, _: usize) -> Option<String> {
        self.0.map(|number| number.to_string())
    }
}

/// The people that a proposal would be sent to, as `a todos` or `a las 12 personas que aceptan mensajes`.
#[derive(Clone, Copy)]
pub struct ToWhom {
    /// The proposal; missing if nothing is asked.
    pub ask: Option<Ask>,
    /// All that the report tells of.
    pub count: u64,
}

impl Value for ToWhom {
    const FALLBACK: Option<fn(Voice) -> &'static str> = Some(|voice| match voice.locale() {
        Locale::Es => "a todos",
        Locale::PtBr => "para todos",
        Locale::En => "to everyone",
    });

    fn write(&self, voice: Voice, _: usize) -> Option<String> {
        let writable = self.ask?.writable;
        let all = writable >= self.count;
        Some(match (voice.locale(), all, writable) {
            (Locale::Es, true, 1) => "a esta persona".to_owned(),
            (Locale::PtBr, true, 1) => "para essa pessoa".to_owned(),
            (Locale::En, true, 1) => "to this person".to_owned(),
            (Locale::Es, true, _) => "a todos".to_owned(),
            (Locale::PtBr, true, _) => "para todos".to_owned(),
            (Locale::En, true, _) => "to everyone".to_owned(),
            (Locale::Es, false, 1) => "a la única persona que acepta mensajes".to_owned(),
            (Locale::PtBr, false, 1) => "para a única pessoa que aceita mensagens".to_owned(),
            (Locale::En, false, 1) => "to the only person who accepts messages".to_owned(),
            (locale, false, many) => {
                let many = super::words::number(many, locale);
                match locale {
                    Locale::Es => format!("a las {many} personas que aceptan mensajes"),
                    Locale::PtBr => format!("para as {many} pessoas que aceitam mensagens"),
                    Locale::En => format!("to the {many} people who accept messages"),
                }
            }
        })
    }
}
