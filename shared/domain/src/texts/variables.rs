//! What each built-in text is filled with.

use crate::{Kind, Locale, MessageType};

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
const OFFER: Variable =
    Variable { name: "offer", meaning: "how much off, as `10 %` in Spanish or `10%`", optional: false };
const BIRTHDAY: &[Variable] = &[
    NAME,
    BUSINESS,
    Variable {
        name: "pet",
        meaning: "the pet whose birthday it is; missing on the customer's own. The fallback reads well after a \
                  preposition, as in `¡Feliz cumpleaños a …!`, `Parabéns para …!` or `Happy birthday to …!`",
        optional: true,
    },
    OFFER,
];
const WIN_BACK: &[Variable] = &[NAME, BUSINESS, OFFER];
const OWNER_NAME: Variable = Variable { name: "name", meaning: "the owner's first name", optional: true };
const MORE: Variable = Variable { name: "more", meaning: "how many there are besides those listed", optional: true };
const BIRTHDAYS_REPORT: &[Variable] = &[
    OWNER_NAME,
    BUSINESS,
    Variable { name: "count", meaning: "how many birthdays there are today", optional: false },
    Variable {
        name: "people",
        meaning: "a line for each, as `Rex (tutor: Ana – +573001112233)` or `Ana – +573001112233`; between them a line \
                  break, in an approved template `; `",
        optional: false,
    },
    MORE,
    OFFER,
    Variable { name: "suggestion", meaning: "the greeting that the customers get", optional: false },
    Variable { name: "action", meaning: "`greeted`, or `proposed`: the owner is asked", optional: false },
];
const INACTIVE_REPORT: &[Variable] = &[
    OWNER_NAME,
    BUSINESS,
    Variable { name: "count", meaning: "how many customers have been away", optional: false },
    Variable { name: "days", meaning: "for more than how many days", optional: false },
    Variable {
        name: "people",
        meaning: "a line for each, as `Ana (+573001112233) – Mascota: Rex`; between them a line break, in an approved \
                  template `; `",
        optional: false,
    },
    MORE,
    OFFER,
    Variable { name: "suggestion", meaning: "the text that wins the customers back", optional: false },
    Variable { name: "action", meaning: "`written`, or `proposed`: the owner is asked", optional: false },
];

/// The variables of a type's built-in text; none if it has no built-in text.
#[must_use]
pub fn variables(message_type: MessageType) -> &'static [Variable] {
    match message_type {
        MessageType::MissingFields => MISSING_FIELDS,
        MessageType::Points => POINTS,
        MessageType::OptOut | MessageType::OptIn => OPT,
        MessageType::Direct => &[],
        MessageType::Birthday => BIRTHDAY,
        MessageType::WinBack => WIN_BACK,
        MessageType::BirthdaysReport => BIRTHDAYS_REPORT,
        MessageType::InactiveReport => INACTIVE_REPORT,
    }
}

/// What an approved template for a type gets for an optional variable that is missing.
#[must_use]
pub fn fallback(message_type: MessageType, variable: &str, locale: Locale) -> Option<&'static str> {
    match (variable, locale) {
        ("name", _) if message_type.kind() == Kind::Owner => Some(match locale {
            Locale::Es => "equipo",
            Locale::PtBr => "equipe",
            Locale::En => "team",
        }),
        ("name", Locale::Es | Locale::PtBr) => Some("cliente"),
        ("name", Locale::En) => Some("customer"),
        ("reason", _) => Some("–"),
        ("pet", Locale::Es) => Some("ti"),
        ("pet", Locale::PtBr) => Some("você"),
        ("pet", Locale::En) => Some("you"),
        ("more", _) => Some("0"),
        _ => None,
    }
}
