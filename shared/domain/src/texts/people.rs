//! The people that a report to an owner lists.

use super::values::Value;
use super::words::{one_line, shortened};
use crate::{Locale, Voice};

/// The longest that a name may be in a report, in characters.
const LONGEST_NAME: usize = 60;
/// The longest that a next step may be in a report, in characters.
const LONGEST_STEP: usize = 120;

/// A person in a report to an owner. What is missing or blank is left out.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Person<'a> {
    /// The customer's name as [`Customer::known_name`](crate::Customer::known_name) has it.
    pub name: Option<&'a str>,
    /// The digits of the phone.
    pub phone: Option<&'a str>,
    /// The pet that it is about: the one whose birthday it is, or a pet of the inactive customer.
    pub pet: Option<&'a str>,
    /// The next step that it is about.
    pub step: Option<Step<'a>>,
}

/// The next step for a person in a report.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Step<'a> {
    /// What is to be done; maybe blank.
    pub action: &'a str,
    /// Whether a person has to act. Else the customer is written to.
    pub by_person: bool,
}

impl Person<'_> {
    pub(super) fn name(&self) -> Option<String> {
        known(self.name)
    }

    pub(super) fn pet(&self) -> Option<String> {
        known(self.pet)
    }

    fn phone(&self) -> Option<String> {
        let digits: String = self.phone?.chars().filter(char::is_ascii_digit).collect();
        (!digits.is_empty()).then(|| format!("+{digits}"))
    }

    fn name_or_word(&self, voice: Voice) -> String {
        let word = match voice.locale() {
            Locale::Es | Locale::PtBr => "cliente",
            Locale::En => "customer",
        };
        self.name().unwrap_or_else(|| word.to_owned())
    }

    /// `Rex (tutor: Ana – +573001112233)` or `Ana – +573001112233`.
    pub(super) fn celebrating(&self, voice: Voice) -> String {
        let mut person = self.name_or_word(voice);
        if let Some(phone) = self.phone() {
            person = format!("{person} – {phone}");
        }
        let tutor = match voice.locale() {
            Locale::Es | Locale::PtBr => "tutor",
            Locale::En => "owner",
        };
        match self.pet() {
            Some(pet) => format!("{pet} ({tutor}: {person})"),
            None => person,
        }
    }

    /// `Ana (+573001112233) – Rex`.
    pub(super) fn invited(&self, voice: Voice) -> String {
        let mut line = self.name_or_word(voice);
        if let Some(phone) = self.phone() {
            line = format!("{line} ({phone})");
        }
        if let Some(pet) = self.pet() {
            line = format!("{line} – {pet}");
        }
        line
    }

    /// `💬 Ana (+573001112233) – Preguntar si quiere reservar`, with 👤 where a person has to act.
    pub(super) fn with_step(&self, voice: Voice) -> String {
        let mark = if self.step.is_some_and(|step| step.by_person) { "👤" } else { "💬" };
        let line = Person { pet: None, ..*self }.invited(voice);
        match self.step.map(|step| shortened(one_line(step.action), LONGEST_STEP)).filter(|step| !step.is_empty()) {
            Some(step) => format!("{mark} {line} – {step}"),
            None => format!("{mark} {line}"),
        }
    }

    /// `Ana (+573001112233) – Mascota: Rex`.
    pub(super) fn away(&self, voice: Voice) -> String {
        let mut line = self.name_or_word(voice);
        if let Some(phone) = self.phone() {
            line = format!("{line} ({phone})");
        }
        let word = match voice.locale() {
            Locale::Es => "Mascota",
            Locale::PtBr | Locale::En => "Pet",
        };
        if let Some(pet) = self.pet() {
            line = format!("{line} – {word}: {pet}");
        }
        line
    }
}

/// A person by name and phone, as `Ana María Souza (+573001112233)`.
#[derive(Clone, Copy)]
pub struct Caller<'a>(pub Person<'a>);

impl Value for Caller<'_> {
    fn write(&self, voice: Voice, _: usize) -> Option<String> {
        Some(Person { pet: None, ..self.0 }.invited(voice))
    }
}

/// The lines that fit into `room` characters, with line breaks between, and how many of `count` there are besides them.
pub(super) fn fitting(all: impl Iterator<Item = String>, count: u64, room: usize) -> (String, Option<u64>) {
    let mut left = room;
    let mut lines = Vec::new();
    let mut others = count;
    for line in all {
        // A bullet, a blank and a line break stand around it.
        let Some(rest) = left.checked_sub(line.chars().count() + 3) else { break };
        left = rest;
        others = others.saturating_sub(1);
        lines.push(line);
    }
    (lines.join("\n"), (others > 0).then_some(others))
}

fn known(name: Option<&str>) -> Option<String> {
    name.map(one_line).filter(|name| !name.is_empty()).map(|name| shortened(name, LONGEST_NAME))
}

/// Words in the place of each one's own name and pet.
pub(super) fn gaps(voice: Voice) -> (&'static str, &'static str) {
    match voice.locale() {
        Locale::Es => ("[nombre]", "[mascota]"),
        Locale::PtBr => ("[nome]", "[pet]"),
        Locale::En => ("[name]", "[pet]"),
    }
}

/// The people of a report: those to list, at least one and the best first, and how each is written.
#[derive(Clone, Copy)]
pub struct People<'a> {
    /// Those to list.
    pub people: &'a [Person<'a>],
    /// How many there are, listed or not.
    pub count: u64,
    /// A person's line.
    pub line: fn(&Person<'_>, Voice) -> String,
}

impl People<'_> {
    /// The lines of as many people as fit into `room` characters, and how many there are besides them.
    pub(super) fn listed(&self, voice: Voice, room: usize) -> (String, Option<u64>) {
        fitting(self.people.iter().map(|person| (self.line)(person, voice)), self.count, room)
    }

    /// The name and the pet in a text that goes to these people: those of the one person that there is, or words in the
    /// place of each one's own names.
    pub(super) fn addressed(&self, voice: Voice) -> (Option<String>, Option<String>) {
        if let ([person], 1) = (self.people, self.count) {
            return (person.name(), person.pet());
        }
        let (name, pet) = gaps(voice);
        let pets_only = self.people.iter().all(|person| person.pet().is_some());
        (Some(name.to_owned()), pets_only.then(|| pet.to_owned()))
    }
}
