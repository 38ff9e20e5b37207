//! The detail of a problem in the caller's language. The code says it in English; in the files here each of its sentences
//! has its words in the other languages.

mod bodies;
#[cfg(test)]
mod coverage;
mod fields;
mod messages;
mod people;
mod states;

use crate::Locale;
use std::borrow::Cow;

/// English, Spanish, Portuguese. `{}` stands for a part that every language takes over.
type Row = (&'static str, &'static str, &'static str);

/// Of two that fit, the first counts; those of `fields` fit the most.
fn rows() -> impl Iterator<Item = &'static Row> {
    [bodies::ROWS, people::ROWS, messages::ROWS, fields::ROWS, states::ROWS].into_iter().flatten()
}

/// The detail of a problem in a language. One that is not known stays as it is.
#[must_use]
pub fn detail_in(english: &str, locale: Locale) -> Cow<'_, str> {
    if locale == Locale::En {
        return Cow::Borrowed(english);
    }
    let told = rows().find_map(|(template, es, pt)| {
        let parts = parts(template, english)?;
        let other = if locale == Locale::Es { es } else { pt };
        Some(filled(other, &parts))
    });
    told.map_or(Cow::Borrowed(english), Cow::Owned)
}

/// A template with these parts in its places.
fn filled(template: &str, parts: &[&str]) -> String {
    let mut pieces = template.split("{}");
    let mut text = pieces.next().unwrap_or_default().to_owned();
    for (nth, piece) in pieces.enumerate() {
        text.push_str(parts.get(nth).copied().unwrap_or_default());
        text.push_str(piece);
    }
    text
}

/// What stands in the places of a template; `None` if the text is not of it.
fn parts<'a>(template: &str, text: &'a str) -> Option<Vec<&'a str>> {
    let mut pieces = template.split("{}");
    let mut rest = text.strip_prefix(pieces.next()?)?;
    let mut parts = Vec::new();
    let mut pieces = pieces.peekable();
    while let Some(piece) = pieces.next() {
        let at = if pieces.peek().is_none() {
            rest.ends_with(piece).then(|| rest.len() - piece.len())
        } else {
            rest.find(piece)
        };
        let (part, after) = rest.split_at_checked(at?)?;
        parts.push(part);
        rest = after.strip_prefix(piece)?;
    }
    rest.is_empty().then_some(parts)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_detail_is_told_in_each_language() {
        for (english, es, pt) in [
            ("must be given", "hay que indicarlo", "deve ser informado"),
            ("expected from 1 to 200", "se esperaba de 1 a 200", "era esperado de 1 a 200"),
            (
                "expected 1 to 200 characters",
                "se esperaban de 1 a 200 caracteres",
                "eram esperados de 1 a 200 caracteres",
            ),
            (
                "unknown field; did you mean `phone`?",
                "campo desconocido; ¿quería decir `phone`?",
                "campo desconhecido; quis dizer `phone`?",
            ),
            (
                "expected each of {{1}} to {{3}}, one for each variable",
                "se esperaba cada uno de {{1}} a {{3}}, uno por variable",
                "era esperado cada um de {{1}} a {{3}}, um por variável",
            ),
            (
                "The body is not JSON: trailing comma at line 2 column 4.",
                "El cuerpo no es JSON: sobra una coma (línea 2, columna 4).",
                "O corpo não é JSON: sobra uma vírgula (linha 2, coluna 4).",
            ),
            (
                "The balance is 5 points, and it cannot go below zero.",
                "El saldo es de 5 puntos y no puede quedar por debajo de cero.",
                "O saldo é de 5 pontos e não pode ficar abaixo de zero.",
            ),
            ("something else", "something else", "something else"),
        ] {
            assert_eq!(detail_in(english, Locale::En), english);
            assert_eq!(detail_in(english, Locale::Es), es);
            assert_eq!(detail_in(english, Locale::PtBr), pt);
        }
    }

    #[test]
    fn a_part_that_looks_like_a_place_stays_where_it_is() {
        let english = "unknown variable `a{}b`; did you mean `{{name}}`?";
        assert_eq!(detail_in(english, Locale::Es), "variable desconocida `a{}b`; ¿quería decir `{{name}}`?");
    }

    #[test]
    fn every_language_takes_over_every_part_and_no_template_hides_another() {
        for (nth, (english, es, pt)) in rows().enumerate() {
            let places = |text: &str| text.matches("{}").count();
            assert!(places(english) == places(es) && places(es) == places(pt), "{english}");
            let sample = english.replace("{}", "7");
            let first = rows().position(|(template, ..)| parts(template, &sample).is_some());
            assert_eq!(first, Some(nth), "{english}");
        }
    }
}
