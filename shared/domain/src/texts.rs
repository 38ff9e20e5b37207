//! The built-in texts, in three languages: minijinja templates in `texts/{locale}/{message type}.txt`.

mod people;
mod variables;
mod words;

pub use people::Person;
pub use variables::{Variable, fallback, variables};

use crate::{Content, Locale, MessageType, ProfileField};
use minijinja::{Environment, ErrorKind, UndefinedBehavior};
use std::collections::BTreeMap;
use std::sync::LazyLock;
use words::{first_name, list, number, one_line, percent};

/// A text that cannot be written. Says nothing of the values.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TextError {
    /// This type has no text of its own: what it says comes with it.
    #[error("{0} has no built-in text")]
    NoBuiltIn(MessageType),
    /// A variable that is not optional is missing, or the template is broken.
    #[error("the text {message_type} in {locale} cannot be written: {kind}")]
    Template {
        /// Which text.
        message_type: MessageType,
        /// In which language.
        locale: Locale,
        /// What minijinja says.
        kind: ErrorKind,
    },
}

macro_rules! sources {
    ($($locale:literal: $($name:literal)*;)*) => {
        &[$($((concat!($locale, "/", $name), include_str!(concat!("../texts/", $locale, "/", $name, ".txt")))),*),*]
    };
}

const SOURCES: &[(&str, &str)] = sources! {
    "es": "missing_fields" "points" "opt_out" "opt_in" "birthday" "win_back" "birthdays_report" "inactive_report";
    "pt-BR": "missing_fields" "points" "opt_out" "opt_in" "birthday" "win_back" "birthdays_report" "inactive_report";
    "en": "missing_fields" "points" "opt_out" "opt_in" "birthday" "win_back" "birthdays_report" "inactive_report";
};

/// What a report's list may take of a message of 4,096 characters.
const ROOM: usize = 3_000;
/// What it may take of an approved template, which Meta holds to 1,024 characters with its parameters unless it is
/// nothing but a body.
const TEMPLATE_ROOM: usize = 500;

static ENVIRONMENT: LazyLock<Environment<'static>> = LazyLock::new(|| {
    let mut environment = Environment::new();
    environment.set_undefined_behavior(UndefinedBehavior::SemiStrict);
    for (name, source) in SOURCES {
        // One that does not parse is missing when it is asked for; a test asks for all.
        let _ = environment.add_template(name, source);
    }
    environment
});

/// The built-in text of a type, filled with variables by name.
///
/// # Errors
/// If the type has no built-in text, or a variable that is not optional is missing.
pub fn render(
    message_type: MessageType,
    locale: Locale,
    variables: &BTreeMap<String, String>,
) -> Result<String, TextError> {
    if self::variables(message_type).is_empty() {
        return Err(TextError::NoBuiltIn(message_type));
    }
    let template = ENVIRONMENT.get_template(&format!("{locale}/{message_type}"));
    let text = template.and_then(|template| template.render(variables));
    text.map_err(|error| TextError::Template { message_type, locale, kind: error.kind() })
}

/// A built-in text with what it is filled with.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Text<'a> {
    /// The customer's name as [`Customer::known_name`](crate::Customer::known_name) has it; in a report the owner's.
    pub name: Option<&'a str>,
    /// The business's name.
    pub business: &'a str,
    /// Which text it is.
    pub about: About<'a>,
}

/// Which built-in text it is, with what belongs to it alone.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum About<'a> {
    /// Asks for these fields.
    MissingFields(&'a [ProfileField]),
    /// Tells of a points entry.
    Points {
        /// Added, or taken if negative.
        points: i64,
        /// The balance after it.
        balance: i64,
        /// As the caller said.
        reason: Option<&'a str>,
    },
    /// Confirms an opt-out.
    OptOut,
    /// Confirms an opt-in.
    OptIn,
    /// Greets on a birthday.
    Birthday {
        /// The pet whose birthday it is; the customer's own if `None`.
        pet: Option<&'a str>,
        /// Percent off.
        offer: u8,
    },
    /// Misses somebody who has been away for long.
    WinBack {
        /// Percent off.
        offer: u8,
    },
    /// Tells an owner whose birthday it is.
    BirthdaysReport {
        /// Those to list, at least one.
        people: &'a [Person<'a>],
        /// How many there are, listed or not.
        count: u64,
        /// Percent off, in the greeting.
        offer: u8,
        /// Whether they have been greeted; else the owner is asked.
        greeted: bool,
    },
    /// Tells an owner who has been away for long.
    InactiveReport {
        /// Those to list, at least one, the best first.
        people: &'a [Person<'a>],
        /// How many there are, listed or not.
        count: u64,
        /// They have been away for more than so many days.
        days: u16,
        /// Percent off, in the text that wins them back.
        offer: u8,
        /// Whether they have been written to; else the owner is asked.
        written: bool,
    },
}

impl Text<'_> {
    /// The type of the message that it is.
    #[must_use]
    pub fn message_type(&self) -> MessageType {
        match self.about {
            About::MissingFields(_) => MessageType::MissingFields,
            About::Points { .. } => MessageType::Points,
            About::OptOut => MessageType::OptOut,
            About::OptIn => MessageType::OptIn,
            About::Birthday { .. } => MessageType::Birthday,
            About::WinBack { .. } => MessageType::WinBack,
            About::BirthdaysReport { .. } => MessageType::BirthdaysReport,
            About::InactiveReport { .. } => MessageType::InactiveReport,
        }
    }

    /// Its variables as [`variables`] documents them, for an approved template; optional ones that are missing are left
    /// out.
    #[must_use]
    pub fn variables(&self, locale: Locale) -> BTreeMap<String, String> {
        self.fill(locale, TEMPLATE_ROOM)
    }

    fn fill(&self, locale: Locale, room: usize) -> BTreeMap<String, String> {
        let mut all = vec![("name", self.name.and_then(first_name)), ("business", Some(one_line(self.business)))];
        match self.about {
            About::MissingFields(fields) => all.push(("fields", Some(list(fields, locale)))),
            About::Points { points, balance, reason } => all.extend([
                ("change", Some(if points < 0 { "taken" } else { "added" }.to_owned())),
                ("points", Some(number(points.unsigned_abs(), locale))),
                ("balance", Some(number(balance.unsigned_abs(), locale))),
                ("reason", reason.map(one_line).filter(|reason| !reason.is_empty())),
            ]),
            About::OptOut | About::OptIn => {}
            About::Birthday { pet, offer } => all.extend([
                ("pet", pet.map(one_line).filter(|pet| !pet.is_empty())),
                ("offer", Some(percent(offer, locale))),
            ]),
            About::WinBack { offer } => all.push(("offer", Some(percent(offer, locale)))),
            About::BirthdaysReport { people, count, offer, greeted } => {
                let (lines, more) = people::listed(people, count, room, |person| person.celebrating(locale));
                let (name, pet) = people::addressed(people, count, locale);
                let greeting = About::Birthday { pet: pet.as_deref(), offer };
                all.extend([
                    ("count", Some(number(count, locale))),
                    ("people", Some(lines)),
                    ("more", more.map(|more| number(more, locale))),
                    ("offer", Some(percent(offer, locale))),
                    ("suggestion", self.suggestion(name.as_deref(), greeting, locale)),
                    ("action", Some(if greeted { "greeted" } else { "proposed" }.to_owned())),
                ]);
            }
            About::InactiveReport { people, count, days, offer, written } => {
                let (lines, more) = people::listed(people, count, room, |person| person.away(locale));
                let (name, _) = people::addressed(people, count, locale);
                all.extend([
                    ("count", Some(number(count, locale))),
                    ("days", Some(number(days.into(), locale))),
                    ("people", Some(lines)),
                    ("more", more.map(|more| number(more, locale))),
                    ("offer", Some(percent(offer, locale))),
                    ("suggestion", self.suggestion(name.as_deref(), About::WinBack { offer }, locale)),
                    ("action", Some(if written { "written" } else { "proposed" }.to_owned())),
                ]);
            }
        }
        all.into_iter().filter_map(|(name, value)| Some((name.to_owned(), value?))).collect()
    }

    /// What a report's people are told or would be; one that cannot be written is missing.
    fn suggestion(&self, name: Option<&str>, about: About<'_>, locale: Locale) -> Option<String> {
        let text = Text { name, business: self.business, about };
        render(text.message_type(), locale, &text.fill(locale, ROOM)).ok()
    }

    /// What a message of it holds: the text, and every variable for an approved template, fallbacks included.
    ///
    /// # Errors
    /// If the built-in text cannot be written.
    pub fn content(&self, locale: Locale) -> Result<Content, TextError> {
        let message_type = self.message_type();
        let text = render(message_type, locale, &self.fill(locale, ROOM))?;
        let mut variables = self.variables(locale);
        for variable in self::variables(message_type) {
            if let Some(fallback) = fallback(message_type, variable.name, locale) {
                variables.entry(variable.name.to_owned()).or_insert_with(|| fallback.to_owned());
            }
        }
        Ok(Content { text, template: None, variables })
    }
}

#[cfg(test)]
mod tests;
