//! The built-in texts, in three languages: minijinja templates in `texts/{locale}/{message type}.txt`.

use crate::{Content, Locale, MessageType, ProfileField};
use minijinja::{Environment, ErrorKind, UndefinedBehavior};
use std::collections::BTreeMap;
use std::sync::LazyLock;

/// A variable of a built-in text, as an approved template may take it too.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Variable {
    /// Its name.
    pub name: &'static str,
    /// What it holds.
    pub meaning: &'static str,
    /// Whether it may be missing. The built-in text then goes without it; an approved template, which takes no empty
    /// parameter, gets [`fallback`].
    pub optional: bool,
}

const NAME: Variable = Variable { name: "name", meaning: "the customer's first name", optional: true };
const BUSINESS: Variable = Variable { name: "business", meaning: "the business's name", optional: false };
const MISSING_FIELDS: &[Variable] = &[
    NAME,
    BUSINESS,
    Variable { name: "fields", meaning: "what is missing, as `tu nombre, ciudad y cumpleaños`", optional: false },
];
const POINTS: &[Variable] = &[
    NAME,
    BUSINESS,
    Variable { name: "change", meaning: "`added` or `taken`", optional: false },
    Variable { name: "points", meaning: "how many, without a sign", optional: false },
    Variable { name: "balance", meaning: "how many there are now", optional: false },
    Variable { name: "reason", meaning: "why, as the caller said", optional: true },
];
const OPT: &[Variable] = &[NAME, BUSINESS];

/// The variables of a type's built-in text; none if it has no built-in text.
#[must_use]
pub fn variables(message_type: MessageType) -> &'static [Variable] {
    match message_type {
        MessageType::MissingFields => MISSING_FIELDS,
        MessageType::Points => POINTS,
        MessageType::OptOut | MessageType::OptIn => OPT,
        MessageType::Direct => &[],
    }
}

/// What an approved template gets for an optional variable that is missing.
#[must_use]
pub fn fallback(variable: &str, locale: Locale) -> Option<&'static str> {
    match (variable, locale) {
        ("name", Locale::Es | Locale::PtBr) => Some("cliente"),
        ("name", Locale::En) => Some("customer"),
        ("reason", _) => Some("–"),
        _ => None,
    }
}

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
    "es": "missing_fields" "points" "opt_out" "opt_in";
    "pt-BR": "missing_fields" "points" "opt_out" "opt_in";
    "en": "missing_fields" "points" "opt_out" "opt_in";
};

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
    /// The customer's name as [`Customer::known_name`](crate::Customer::known_name) has it.
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
        }
    }

    /// Its variables as [`variables`] documents them; optional ones that are missing are left out.
    #[must_use]
    pub fn variables(&self, locale: Locale) -> BTreeMap<String, String> {
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
        }
        all.into_iter().filter_map(|(name, value)| Some((name.to_owned(), value?))).collect()
    }

    /// What a message of it holds: the text, and every variable for an approved template, fallbacks included.
    ///
    /// # Errors
    /// If the built-in text cannot be written.
    pub fn content(&self, locale: Locale) -> Result<Content, TextError> {
        let mut variables = self.variables(locale);
        let text = render(self.message_type(), locale, &variables)?;
        for variable in self::variables(self.message_type()) {
            if let Some(fallback) = fallback(variable.name, locale) {
                variables.entry(variable.name.to_owned()).or_insert_with(|| fallback.to_owned());
            }
        }
        Ok(Content { text, template: None, variables })
    }
}

/// Without line breaks and runs of blanks, which approved templates refuse in a parameter.
fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// What a friendly greeting says: the first word, but for a title or an initial all of the name.
fn first_name(name: &str) -> Option<String> {
    let name = one_line(name);
    let first = name.split(' ').next().filter(|first| !first.is_empty())?;
    Some(if first.ends_with('.') || first.chars().count() < 2 { name } else { first.to_owned() })
}

/// A count with its thousands parted: by a point in Portuguese, a comma in English, and in Spanish, from five digits
/// on, by a no-break space (Ortografía de la lengua española, 2010).
fn number(count: u64, locale: Locale) -> String {
    let digits = count.to_string();
    let separator = match locale {
        Locale::PtBr => '.',
        Locale::En => ',',
        Locale::Es if digits.len() < 5 => return digits,
        Locale::Es => '\u{a0}',
    };
    let mut written = String::with_capacity(digits.len() * 2);
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            written.push(separator);
        }
        written.push(digit);
    }
    written
}

/// The fields in one phrase, as `tu nombre, ciudad y si quieres recibir nuestras novedades`; consent comes last.
fn list(fields: &[ProfileField], locale: Locale) -> String {
    let mut fields = fields.to_vec();
    fields.sort_by_key(|field| *field == ProfileField::Consent);
    let mut phrase = String::new();
    for (index, field) in fields.iter().enumerate() {
        let (possessive, word) = word(*field, locale);
        match index {
            0 => phrase.push_str(possessive),
            _ if index + 1 < fields.len() => phrase.push_str(", "),
            _ => phrase.push_str(match locale {
                Locale::Es => " y ",
                Locale::PtBr => " e ",
                Locale::En => " and ",
            }),
        }
        phrase.push_str(word);
    }
    phrase
}

/// The possessive that the field takes if it comes first, and what it is called.
fn word(field: ProfileField, locale: Locale) -> (&'static str, &'static str) {
    match (locale, field) {
        (Locale::Es, ProfileField::Name) => ("tu ", "nombre"),
        (Locale::Es, ProfileField::Email) => ("tu ", "correo electrónico"),
        (Locale::Es, ProfileField::Birthday) => ("tu ", "cumpleaños"),
        (Locale::Es, ProfileField::Gender) => ("tu ", "género"),
        (Locale::Es, ProfileField::City) => ("tu ", "ciudad"),
        (Locale::Es, ProfileField::Consent) => ("", "si quieres recibir nuestras novedades"),
        (Locale::PtBr, ProfileField::Name) => ("seu ", "nome"),
        (Locale::PtBr, ProfileField::Email) => ("seu ", "e-mail"),
        (Locale::PtBr, ProfileField::Birthday) => ("seu ", "aniversário"),
        (Locale::PtBr, ProfileField::Gender) => ("seu ", "gênero"),
        (Locale::PtBr, ProfileField::City) => ("sua ", "cidade"),
        (Locale::PtBr, ProfileField::Consent) => ("", "se quer receber nossas novidades"),
        (Locale::En, ProfileField::Name) => ("your ", "name"),
        (Locale::En, ProfileField::Email) => ("your ", "email"),
        (Locale::En, ProfileField::Birthday) => ("your ", "birthday"),
        (Locale::En, ProfileField::Gender) => ("your ", "gender"),
        (Locale::En, ProfileField::City) => ("your ", "city"),
        (Locale::En, ProfileField::Consent) => ("", "whether you would like to hear our news"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use strum::IntoEnumIterator;

    fn abouts() -> Vec<About<'static>> {
        use ProfileField::{Birthday, City, Consent, Email, Gender, Name};
        let points = |points, balance, reason| About::Points { points, balance, reason };
        vec![
            About::MissingFields(&[Name, Email, Birthday]),
            About::MissingFields(&[Consent, City, Gender]),
            About::MissingFields(&[Email]),
            About::MissingFields(&[Consent]),
            points(150, 1_200, Some("compra #12")),
            points(1, 1, None),
            points(25_000, 1_234_567, None),
            points(-50, 0, Some("prêmio")),
            points(-1, 1, None),
            About::OptOut,
            About::OptIn,
        ]
    }

    #[test]
    fn every_text_in_every_language_with_and_without_a_name() {
        for locale in Locale::iter() {
            let mut texts = Vec::new();
            for about in abouts() {
                for name in [Some("Ana María Souza"), None] {
                    let text = Text { name, business: "Pet Amigo", about };
                    let content = text.content(locale).unwrap();
                    texts.push(content.text);
                    for variable in variables(text.message_type()) {
                        assert!(!content.variables[variable.name].is_empty(), "{}", variable.name);
                    }
                }
            }
            insta::assert_snapshot!(format!("texts_{locale}"), texts.join("\n"));
        }
    }

    #[test]
    fn every_built_in_text_is_there_and_needs_its_variables() {
        for (message_type, locale) in MessageType::iter().flat_map(|t| Locale::iter().map(move |l| (t, l))) {
            let documented = variables(message_type);
            if documented.is_empty() {
                assert_eq!(render(message_type, locale, &BTreeMap::new()), Err(TextError::NoBuiltIn(message_type)));
                continue;
            }
            let all = |without: &str| -> BTreeMap<String, String> {
                let names = documented.iter().map(|variable| variable.name).filter(|name| *name != without);
                names.map(|name| (name.to_owned(), format!("‹{name}›"))).collect()
            };
            let text = render(message_type, locale, &all("")).unwrap();
            for variable in documented {
                assert!(text.contains(&format!("‹{}›", variable.name)) || variable.name == "change", "{text}");
                let without = render(message_type, locale, &all(variable.name));
                assert_eq!(without.is_ok(), variable.optional, "{message_type} {locale} {}", variable.name);
                assert_eq!(fallback(variable.name, locale).is_some(), variable.optional);
            }
        }
    }

    #[test]
    fn names_as_one_greets() {
        for (name, greeted) in [
            ("Ana Souza", Some("Ana")),
            ("  João\n Pedro ", Some("João")),
            ("Dr. Pérez", Some("Dr. Pérez")),
            ("J Silva", Some("J Silva")),
            ("Ana", Some("Ana")),
            (" ", None),
        ] {
            assert_eq!(first_name(name).as_deref(), greeted, "{name}");
        }
    }
}
