//! The languages that messages are written in.

use serde::{Deserialize, Serialize};
use std::str::FromStr;
use strum::{Display, EnumIter, IntoStaticStr};

/// The language a person or business is written to in. Read loosely (`pt`, `pt_BR`, `es-CO`), written as `es`,
/// `pt-BR` or `en`.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, Display, EnumIter, IntoStaticStr,
)]
#[serde(try_from = "String")]
pub enum Locale {
    /// Spanish.
    #[serde(rename = "es")]
    #[strum(serialize = "es")]
    Es,
    /// Brazilian Portuguese.
    #[serde(rename = "pt-BR")]
    #[strum(serialize = "pt-BR")]
    PtBr,
    /// English.
    #[serde(rename = "en")]
    #[strum(serialize = "en")]
    En,
}

/// A language that was refused, with the form that was expected.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("expected es, pt-BR or en")]
pub struct LocaleError;

impl Locale {
    /// The language of a tag such as `pt`, `pt_BR`, `es-419` or `en-US`; `None` for one that Recado does not write.
    #[must_use]
    pub fn parse(tag: &str) -> Option<Self> {
        match tag.trim().split(['-', '_']).next()?.to_ascii_lowercase().as_str() {
            "es" => Some(Self::Es),
            "pt" => Some(Self::PtBr),
            "en" => Some(Self::En),
            _ => None,
        }
    }

    /// The language for people of a country (ISO 3166-1 alpha-2): Portuguese or Spanish where it is official, English
    /// elsewhere.
    #[must_use]
    pub fn of_country(country: &str) -> Self {
        match country.to_ascii_uppercase().as_str() {
            "BR" | "PT" | "AO" | "MZ" | "CV" => Self::PtBr,
            "AR" | "BO" | "CL" | "CO" | "CR" | "CU" | "DO" | "EC" | "ES" | "GQ" | "GT" | "HN" | "MX" | "NI" | "PA"
            | "PE" | "PR" | "PY" | "SV" | "UY" | "VE" => Self::Es,
            _ => Self::En,
        }
    }

    /// The best of an `Accept-Language` header by its weights (RFC 9110 12.5.4), the first among equals; `None` if
    /// none of them is written here.
    #[must_use]
    pub fn from_accept_language(header: &str) -> Option<Self> {
        let mut best: Option<(f32, Self)> = None;
        for range in header.split(',') {
            let mut parts = range.split(';');
            let Some(locale) = parts.next().and_then(Self::parse) else { continue };
            let weight = parts.find_map(|part| part.trim().strip_prefix("q=")?.trim().parse().ok()).unwrap_or(1.0);
            if weight > 0.0 && best.is_none_or(|(highest, _)| weight > highest) {
                best = Some((weight, locale));
            }
        }
        best.map(|(_, locale)| locale)
    }
}

impl FromStr for Locale {
    type Err = LocaleError;
    fn from_str(tag: &str) -> Result<Self, Self::Err> {
        Self::parse(tag).ok_or(LocaleError)
    }
}

impl TryFrom<String> for Locale {
    type Error = LocaleError;
    fn try_from(tag: String) -> Result<Self, Self::Error> {
        tag.parse()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use strum::IntoEnumIterator;

    #[test]
    fn reads_loosely_and_writes_strictly() {
        for (tag, locale) in [
            ("pt", Some(Locale::PtBr)),
            ("pt_BR", Some(Locale::PtBr)),
            ("PT-br", Some(Locale::PtBr)),
            ("es-CO", Some(Locale::Es)),
            (" es_419 ", Some(Locale::Es)),
            ("en-US", Some(Locale::En)),
            ("fr", None),
            ("", None),
            ("español", None),
        ] {
            assert_eq!(Locale::parse(tag), locale, "{tag}");
        }
        for locale in Locale::iter() {
            let json = serde_json::to_value(locale).unwrap();
            assert_eq!(json, locale.to_string());
            assert_eq!(serde_json::from_value::<Locale>(json).unwrap(), locale);
        }
    }

    #[test]
    fn best_of_a_header() {
        for (header, locale) in [
            ("es-CO,es;q=0.9,en;q=0.8", Some(Locale::Es)),
            ("en;q=0.5, pt-BR;q=0.9", Some(Locale::PtBr)),
            ("fr-FR, fr;q=0.9, en;q=0.1", Some(Locale::En)),
            ("pt;q=0, en;q=0.3", Some(Locale::En)),
            ("en, es", Some(Locale::En)),
            ("fr, *;q=0.5", None),
            ("", None),
            (";;q=,,=", None),
        ] {
            assert_eq!(Locale::from_accept_language(header), locale, "{header}");
        }
    }
}
