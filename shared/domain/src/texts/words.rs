//! How names, figures and profile fields are written in a text.

use crate::name::greeting_name;
use crate::{Locale, ProfileField};

/// In one line and with nothing in it that cannot be seen: no line breaks, runs of blanks (approved templates refuse
/// both in a parameter), control characters or marks that turn the direction of what follows.
pub(super) fn one_line(text: &str) -> String {
    let seen: String = text.chars().filter(|letter| letter.is_whitespace() || !is_hidden(*letter)).collect();
    seen.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn is_hidden(letter: char) -> bool {
    letter.is_control() || matches!(letter, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

/// At most so many characters, the last of them `…` if something was cut.
pub(super) fn shortened(text: String, most: usize) -> String {
    if text.chars().count() <= most {
        return text;
    }
    let kept: String = text.chars().take(most.saturating_sub(1)).collect();
    format!("{}…", kept.trim_end())
}

/// As a friendly greeting says it. The gap for a name in a suggestion stays as it is.
pub(super) fn first_name(name: &str) -> Option<String> {
    match name {
        "[nombre]" | "[nome]" | "[name]" => Some(name.to_owned()),
        _ => greeting_name(name),
    }
}

/// A count with its thousands parted: by a point in Portuguese, a comma in English, and in Spanish, from five digits
/// on, by a no-break space (Ortografía de la lengua española, 2010).
pub(super) fn number(count: u64, locale: Locale) -> String {
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

/// A percentage, which Spanish parts from its sign by a no-break space.
pub(super) fn percent(percent: u8, locale: Locale) -> String {
    match locale {
        Locale::Es => format!("{percent}\u{a0}%"),
        Locale::PtBr | Locale::En => format!("{percent}%"),
    }
}

/// The fields in one phrase, as `tu nombre, ciudad y si quieres recibir nuestras novedades`; consent comes last.
pub(super) fn list(fields: &[ProfileField], locale: Locale) -> String {
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

    #[test]
    fn names_as_one_greets() {
        for (name, greeted) in [
            ("Ana Souza", Some("Ana")),
            ("  João\n Pedro ", Some("João")),
            ("Dr. Pérez", Some("Dr. Pérez")),
            ("J Silva", Some("J Silva")),
            ("Ana", Some("Ana")),
            ("ANA", Some("Ana")),
            ("null", None),
            ("[nombre]", Some("[nombre]")),
            (" ", None),
        ] {
            assert_eq!(first_name(name).as_deref(), greeted, "{name}");
        }
    }

    #[test]
    fn texts_in_one_line_and_short() {
        for (text, line) in [
            (" Ana\r\n\tLuz  ", "Ana Luz"),
            ("Ana\u{2028}Luz\u{85}\u{b}Sol", "Ana Luz Sol"),
            ("Ana\u{0}\u{1b}\u{202e} Luz", "Ana Luz"),
            ("👩\u{200d}🦰", "👩\u{200d}🦰"),
        ] {
            assert_eq!(one_line(text), line);
        }
        for (text, short) in [("Añá", "Añá"), ("Añá Luz", "Añá…"), ("Añáñá Luz", "Añáñ…")] {
            assert_eq!(shortened(text.to_owned(), 5), short);
        }
    }
}
