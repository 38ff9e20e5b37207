//! A yes or no to news.

use super::reading::{is_in, only, without_courtesy};
use super::tokens::{Kind, Token};
use super::words::{CONSENT_FILL, DECLINES, HOW_ONE_IS, NEWS, NO, PERMITS, WEAK_YES, WISHES, Words, YES};
use crate::messages::reply::{Part, read};

/// How far a yes or no is about news.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Strength {
    /// It may only confirm that a message was read.
    Weak,
    /// A yes or no to something.
    Plain,
    /// It names the news.
    Named,
}

/// A yes or no in words that are about news or nothing. `alone` if nothing but consent was asked for here.
pub(super) fn consent(tokens: &[Token<'_>], alone: bool) -> Option<(bool, Strength)> {
    if let [token] = tokens
        && alone
    {
        match token.folded.as_str() {
            "s" => return Some((true, Strength::Plain)),
            "n" => return Some((false, Strength::Plain)),
            _ => {}
        }
    }
    if !only(tokens, &[YES, WEAK_YES, NO, NEWS, WISHES, CONSENT_FILL]) || takes_back(tokens) {
        return None;
    }
    let has = |list: Words| tokens.iter().any(|token| is_in(token, &[list]));
    let (yes, no, news) = (has(YES), has(NO), has(NEWS));
    let sure_yes = tokens.iter().any(|token| is_in(token, &[YES]) && !is_in(token, &[WISHES]));
    let plain = if news { Strength::Named } else { Strength::Plain };
    match (yes, no) {
        (_, true) if sure_yes => None,
        (_, true) => Some((false, plain)),
        (true, false) => Some((true, plain)),
        (false, false) if news && (has(WISHES) || has(WEAK_YES)) => Some((true, plain)),
        (false, false) if has(WEAK_YES) => Some((true, Strength::Weak)),
        (false, false) => None,
    }
}

/// Whether a part after a no permits again: `não, pode mandar`.
fn takes_back(tokens: &[Token<'_>]) -> bool {
    let denies = |part: &&[Token<'_>]| part.iter().any(|token| is_in(token, &[NO]));
    let mut parts = tokens.split(|token| token.kind == Kind::Sign(',')).skip_while(|part| !denies(part)).skip(1);
    parts.any(|part| !denies(&part) && part.iter().any(|token| is_in(token, &[PERMITS, WISHES])))
}

/// A yes or no to news that is all of a reply, in the words of any short answer. Courtesy is none.
pub(super) fn short_consent(text: &str, tokens: &[Token<'_>]) -> Option<bool> {
    let said = without_courtesy(tokens.to_vec());
    if said.is_empty() && !tokens.is_empty() {
        return None;
    }
    let words = said.iter().map(|token| token.folded.as_str()).collect::<Vec<_>>().join(" ");
    if DECLINES.phrases().any(|phrase| phrase == words) {
        return Some(false);
    }
    if HOW_ONE_IS.phrases().any(|phrase| phrase == words) {
        return None;
    }
    let parts = read(text);
    let agrees = |part: &Part| matches!(part, Part::Yes | Part::Do | Part::Ack);
    match parts.as_slice() {
        [] => None,
        parts if parts.iter().all(agrees) => Some(true),
        parts if parts.iter().all(|part| *part == Part::No) => Some(false),
        _ => None,
    }
}
