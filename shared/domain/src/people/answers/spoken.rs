//! Days and years in words, in three languages.

use super::tokens::{Kind, Token};

/// Folded numbers below a hundred.
const NUMBERS: &[(u32, &str)] = &[
    (1, "um uno"),
    (2, "dois dos"),
    (3, "tres"),
    (4, "quatro cuatro"),
    (5, "cinco"),
    (6, "seis"),
    (7, "sete siete"),
    (8, "oito ocho"),
    (9, "nove nueve"),
    (10, "dez diez"),
    (11, "onze once"),
    (12, "doze doce"),
    (13, "treze trece"),
    (14, "quatorze catorze catorce"),
    (15, "quinze quince"),
    (16, "dezesseis dezasseis dieciseis"),
    (17, "dezessete dezassete diecisiete"),
    (18, "dezoito dieciocho"),
    (19, "dezenove dezanove diecinueve"),
    (20, "vinte veinte"),
    (21, "veintiuno"),
    (22, "veintidos"),
    (23, "veintitres"),
    (24, "veinticuatro"),
    (25, "veinticinco"),
    (26, "veintiseis"),
    (27, "veintisiete"),
    (28, "veintiocho"),
    (29, "veintinueve"),
    (30, "trinta treinta"),
    (40, "quarenta cuarenta"),
    (50, "cinquenta cincuenta"),
    (60, "sessenta sesenta"),
    (70, "setenta"),
    (80, "oitenta ochenta"),
    (90, "noventa"),
];

/// Folded days in English, in their order.
const ORDINALS: &str = "\
    first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth thirteenth fourteenth fifteenth \
    sixteenth seventeenth eighteenth nineteenth twentieth twentyfirst twentysecond twentythird twentyfourth twentyfifth \
    twentysixth twentyseventh twentyeighth twentyninth thirtieth thirtyfirst";

fn word<'a>(here: &'a [Token<'_>], at: usize) -> Option<&'a str> {
    here.get(at).filter(|token| token.kind == Kind::Word).map(|token| token.folded.as_str())
}

/// `Fourth`, `twenty-first`, and of how many tokens it is.
pub(super) fn ordinal(here: &[Token<'_>], at: usize) -> Option<(u32, usize)> {
    let place = |word: &str| ORDINALS.split_whitespace().position(|known| known == word);
    let first = word(here, at)?;
    let two = || place(&format!("{first}{}", word(here, at + 1)?)).map(|place| (place, 2));
    let (place, len) = place(first).map(|place| (place, 1)).or_else(two)?;
    Some((u32::try_from(place + 1).ok()?, len))
}

/// `Doze`, `trinta e um`, `noventa y dos`, and of how many tokens it is.
pub(super) fn number(here: &[Token<'_>], at: usize) -> Option<(u32, usize)> {
    let of = |at: usize| {
        let word = word(here, at)?;
        let known = |(_, words): &&(u32, &str)| words.split_whitespace().any(|known| known == word);
        NUMBERS.iter().find(known).map(|(number, _)| *number)
    };
    let first = of(at)?;
    let and = first >= 20 && first % 10 == 0 && matches!(word(here, at + 1), Some("e" | "y"));
    match of(at + 2).filter(|unit| and && *unit < 10) {
        Some(unit) => Some((first + unit, 3)),
        None => Some((first, 1)),
    }
}

/// The figures of `noventa`, `mil novecentos e noventa`, `dos mil cinco`, and of how many tokens it is.
pub(super) fn year(here: &[Token<'_>], at: usize) -> Option<(String, usize)> {
    let (century, before) = match (word(here, at)?, word(here, at + 1)) {
        ("mil", Some("novecentos" | "novecientos")) => (1900, 2),
        ("dois" | "dos", Some("mil")) => (2000, 2),
        _ => (0, 0),
    };
    let and = usize::from(before > 0 && word(here, at + before) == Some("e"));
    match number(here, at + before + and) {
        Some((number, len)) if century > 0 => Some(((century + number).to_string(), before + and + len)),
        Some((number, len)) if number >= 10 => Some((number.to_string(), len)),
        _ => (century > 0).then(|| (century.to_string(), before)),
    }
}
