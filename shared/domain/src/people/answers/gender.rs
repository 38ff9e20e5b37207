//! A gender in the words of a clause.

use super::reading::is_in;
use super::tokens::{Kind, Token};
use super::words::{
    BINARY, CALLED, FEMALE, GENDER_FILL, GENDER_LABEL, MALE, MEN, NEITHER, NEUTRAL, NO, OTHER, WOMEN, Words,
};
use crate::Gender;

/// What a word of a gender may be instead of an answer.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Calls {
    /// It is an answer.
    Nobody,
    /// `Hombre, claro` calls out.
    Out,
    /// `Gracias, señora` calls who reads it.
    Somebody,
}

/// `alone` if nothing but a gender was asked for here.
pub(super) fn gender(tokens: &[Token<'_>], alone: bool) -> Option<Gender> {
    let labelled = tokens.iter().any(|token| is_in(token, &[GENDER_LABEL]));
    let around: &[Words] = if labelled { &[GENDER_LABEL, GENDER_FILL, NEUTRAL] } else { &[GENDER_FILL] };
    let is_sign = |token: &&Token<'_>| labelled && matches!(token.kind, Kind::Sign(':' | '-' | '–' | '='));
    let words: Vec<_> = tokens.iter().filter(|token| !is_sign(token) && !is_in(token, around)).collect();
    let word = match words[..] {
        [word] => word,
        // `Não binário`.
        [no, kind] if (is_in(no, &[NO]) || no.folded == "non") && is_in(kind, &[BINARY]) => return Some(Gender::Other),
        _ => return None,
    };
    let letter = labelled || tokens.len() == 1;
    match word.folded.as_str() {
        "f" if letter => Some(Gender::Female),
        "m" if letter => Some(Gender::Male),
        _ if is_in(word, &[FEMALE, WOMEN]) => Some(Gender::Female),
        _ if is_in(word, &[MALE, MEN]) => Some(Gender::Male),
        _ if is_in(word, &[NEITHER]) => Some(Gender::Other),
        _ if is_in(word, &[OTHER]) && (alone || labelled) => Some(Gender::Other),
        _ => None,
    }
}

/// Whether it is no more than a word by which somebody may be called: `moça`.
pub(super) fn is_call(tokens: &[Token<'_>]) -> bool {
    matches!(tokens, [word] if is_in(word, &[WOMEN, MEN]))
}

/// What the words of a gender may be instead.
pub(super) fn calls(tokens: &[Token<'_>]) -> Calls {
    match tokens {
        [_] if is_call(tokens) => Calls::Somebody,
        [word] if is_in(word, &[CALLED]) => Calls::Out,
        _ => Calls::Nobody,
    }
}
