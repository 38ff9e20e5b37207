//! The language in which a person is written to, and the form of address in it.

use crate::Locale;
use serde::{Deserialize, Serialize};
use strum::EnumIter;

/// A form of address, written `tu`, `usted` or `você`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, EnumIter)]
#[serde(rename_all = "lowercase")]
pub enum Formality {
    /// Spanish, familiar.
    Tu,
    /// Spanish, polite.
    Usted,
    /// Portuguese.
    #[serde(rename = "você")]
    Voce,
}

/// The language in which a person is written to, with a form of address that it has. Made by
/// [`Business::voice`](crate::Business::voice).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Voice {
    locale: Locale,
    formality: Option<Formality>,
    /// The business's own language, where that is another: its approved templates may be in that one only.
    fallback: Option<(Locale, Option<Formality>)>,
}

impl Voice {
    /// A business's form of address if the language has it. Else its country's (ISO 3166-1 alpha-2) in Spanish, `você` in
    /// Portuguese, and none in English.
    #[must_use]
    pub fn new(locale: Locale, decided: Option<Formality>, country: &str) -> Self {
        let formality = match (locale, decided) {
            (Locale::Es, Some(Formality::Tu | Formality::Usted)) => decided,
            (Locale::Es, _) => Some(Self::in_spanish(country)),
            (Locale::PtBr, _) => Some(Formality::Voce),
            (Locale::En, _) => None,
        };
        Self { locale, formality, fallback: None }
    }

    /// With the voice of the business's own language beside it, if that is another.
    #[must_use]
    pub fn or(self, own: Self) -> Self {
        let other = own.locale != self.locale;
        Self { fallback: other.then_some((own.locale, own.formality)), ..self }
    }

    /// The voice of the business's own language, if that is another.
    #[must_use]
    pub fn fallback(self) -> Option<Self> {
        self.fallback.map(|(locale, formality)| Self { locale, formality, fallback: None })
    }

    /// In Colombia and Costa Rica a business addresses its customers as *usted*, elsewhere as *tú*.
    fn in_spanish(country: &str) -> Formality {
        match country.to_ascii_uppercase().as_str() {
            "CO" | "CR" => Formality::Usted,
            _ => Formality::Tu,
        }
    }

    /// The language.
    #[must_use]
    pub fn locale(self) -> Locale {
        self.locale
    }

    /// The form of address; `None` in a language that has only one.
    #[must_use]
    pub fn formality(self) -> Option<Formality> {
        self.formality
    }

    /// Whether Spanish is to be polite.
    #[must_use]
    pub fn is_usted(self) -> bool {
        self.formality == Some(Formality::Usted)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;
    use strum::IntoEnumIterator;

    #[test]
    fn a_language_has_its_own_forms_only() {
        use Formality::{Tu, Usted, Voce};
        use Locale::{En, Es, PtBr};
        for (locale, decided, country, formality) in [
            (Es, None, "CO", Some(Usted)),
            (Es, None, "cr", Some(Usted)),
            (Es, None, "MX", Some(Tu)),
            (Es, None, "ES", Some(Tu)),
            (Es, None, "BR", Some(Tu)),
            (Es, Some(Tu), "CR", Some(Tu)),
            (Es, Some(Usted), "MX", Some(Usted)),
            (Es, Some(Voce), "BR", Some(Tu)),
            (Es, Some(Voce), "CO", Some(Usted)),
            (PtBr, None, "BR", Some(Voce)),
            (PtBr, Some(Usted), "CO", Some(Voce)),
            (PtBr, Some(Tu), "PT", Some(Voce)),
            (En, None, "CO", None),
            (En, Some(Usted), "CR", None),
        ] {
            let voice = Voice::new(locale, decided, country);
            assert_eq!((voice.locale(), voice.formality()), (locale, formality), "{decided:?} {country}");
            assert_eq!(voice.is_usted(), formality == Some(Usted));
        }
    }

    #[test]
    fn forms_are_written_as_people_write_them() {
        let written: Vec<_> = Formality::iter().map(|form| serde_json::to_value(form).unwrap()).collect();
        assert_eq!(written, ["tu", "usted", "você"]);
        for form in Formality::iter() {
            assert_eq!(serde_json::from_value::<Formality>(serde_json::to_value(form).unwrap()).unwrap(), form);
        }
        for wrong in [json!("vos"), json!("Tu"), json!("voce"), json!(""), json!(1)] {
            assert!(serde_json::from_value::<Formality>(wrong).is_err());
        }
    }
}
