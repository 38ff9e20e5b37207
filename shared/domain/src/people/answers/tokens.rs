//! A reply as tokens, and these as the clauses that are read one by one.

use super::dates::{Calendar, date_at};
use super::listed::markers;
use super::words::{AND, BUT, LABELS, NEGATIONS, SHORTENED, phrase_at};
use crate::Birthday;
use crate::fold::fold;
use crate::profile::is_email;
use std::ops::Range;
use unicode_normalization::char::is_combining_mark;

/// What a token is.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Kind {
    /// Letters, with dashes and apostrophes inside.
    Word,
    /// ASCII digits.
    Number,
    /// One character that is neither.
    Sign(char),
    /// An address for mail.
    Email,
    /// A day that exists, in the order of the country.
    Date(Birthday),
    /// Something with an `@` that is no address.
    Odd,
}

/// A part of the reply.
#[derive(Clone, Debug)]
pub(super) struct Token<'a> {
    pub(super) kind: Kind,
    pub(super) text: &'a str,
    /// Without case, accents, dashes and apostrophes.
    pub(super) folded: String,
    pub(super) at: Range<usize>,
    /// Whether a blank or nothing stands before it.
    pub(super) parted: bool,
}

/// Tokens that are read together.
#[derive(Clone, Debug, Default)]
pub(super) struct Clause<'a> {
    pub(super) tokens: Vec<Token<'a>>,
    /// Whether its sentence is a question.
    pub(super) asks: bool,
    /// Which sentence of the reply it is in.
    pub(super) sentence: usize,
    /// Whether it begins with words such as `birthday`, and no sign parts it from what stands before.
    pub(super) joined: bool,
}

impl Clause<'_> {
    /// What the customer wrote, on one line.
    pub(super) fn text(&self, reply: &str) -> String {
        let (start, end) = (self.tokens.first().map(|t| t.at.start), self.tokens.last().map(|t| t.at.end));
        let text = start.zip(end).and_then(|(start, end)| reply.get(start..end)).unwrap_or_default();
        text.split_whitespace().collect::<Vec<_>>().join(" ")
    }
}

/// The tokens of a reply, with its addresses and dates found.
pub(super) fn tokens<'a>(reply: &'a str, calendar: &Calendar) -> Vec<Token<'a>> {
    let mut plain = Vec::new();
    let mut rest = 0;
    for at in markers(reply) {
        push_part(reply, rest..at.start, &mut plain);
        rest = at.end;
        let text = reply.get(at.clone()).unwrap_or_default();
        plain.push(Token { kind: Kind::Sign('\n'), text, folded: String::new(), at, parted: true });
    }
    push_part(reply, rest..reply.len(), &mut plain);

    let mut tokens = Vec::with_capacity(plain.len());
    let mut index = 0;
    while let Some(token) = plain.get(index) {
        if let Some((date, len)) = date_at(&plain, index, calendar)
            && let Some(last) = plain.get(index + len - 1)
        {
            let at = token.at.start..last.at.end;
            let text = reply.get(at.clone()).unwrap_or_default();
            tokens.push(Token { kind: Kind::Date(date), text, folded: String::new(), at, parted: true });
            index += len;
        } else {
            tokens.push(token.clone());
            index += 1;
        }
    }
    tokens
}

/// A part of the reply, with its addresses found.
fn push_part<'a>(reply: &'a str, range: Range<usize>, tokens: &mut Vec<Token<'a>>) {
    let mut rest = range.start;
    for at in with_at_sign(reply.get(range.clone()).unwrap_or_default()) {
        let at = range.start + at.start..range.start + at.end;
        push_plain(reply, rest..at.start, tokens);
        let text = reply.get(at.clone()).unwrap_or_default();
        let kind = if is_email(text) && has_domain(text) { Kind::Email } else { Kind::Odd };
        rest = at.end;
        tokens.push(Token { kind, text, folded: String::new(), at, parted: true });
    }
    push_plain(reply, rest..range.end, tokens);
}

/// The places of the reply's parts that have an `@`, without the signs around them.
fn with_at_sign(reply: &str) -> Vec<Range<usize>> {
    let parts = |c: char| c.is_whitespace() || ",;:<>()[]\"'|/*“”".contains(c);
    let mut found = Vec::new();
    let mut start = 0;
    for part in reply.split_inclusive(parts) {
        let bare = part.trim_end_matches(parts);
        let bare = bare.trim_end_matches(|c: char| !c.is_alphanumeric());
        let lead = bare.len() - bare.trim_start_matches(|c: char| !c.is_alphanumeric() && !"_@".contains(c)).len();
        if bare.contains('@') {
            found.push(start + lead..start + bare.len());
        }
        start += part.len();
    }
    found
}

/// Whether the host ends in letters: `ana@gmail.c0m` is a slip of the finger.
fn has_domain(email: &str) -> bool {
    let plain = |c: char| c.is_ascii_alphanumeric() || ".-".contains(c);
    email.rsplit_once('@').is_some_and(|(_, host)| {
        let end = host.rsplit('.').next().unwrap_or_default();
        end.len() > 1 && end.bytes().all(|b| b.is_ascii_alphabetic()) && host.chars().all(plain)
    })
}

fn push_plain<'a>(reply: &'a str, range: Range<usize>, tokens: &mut Vec<Token<'a>>) {
    let part = reply.get(range.clone()).unwrap_or_default();
    let mut letters = part.char_indices().peekable();
    let mut parted = true;
    while let Some((offset, c)) = letters.next() {
        let class = class(c);
        let kind = match class {
            Class::Blank => {
                parted = true;
                continue;
            }
            Class::Hidden => continue,
            Class::Letter => Kind::Word,
            Class::Digit => Kind::Number,
            Class::Sign => Kind::Sign(c),
        };
        let mut end = offset + c.len_utf8();
        while let Some((at, next)) = letters.peek().copied() {
            let inside = match class {
                Class::Letter => {
                    is_letter(next)
                        || is_combining_mark(next)
                        || ("-'’".contains(next) && letter_at(part, at + next.len_utf8()))
                }
                Class::Digit => next.is_ascii_digit(),
                _ => false,
            };
            if !inside {
                break;
            }
            end = at + next.len_utf8();
            letters.next();
        }
        // The sign of an ordinal belongs to its number.
        if class == Class::Digit {
            letters.next_if(|(_, next)| "ºª°".contains(*next));
        }
        let text = part.get(offset..end).unwrap_or_default();
        let folded = if kind == Kind::Word { fold(text).replace(' ', "") } else { String::new() };
        tokens.push(Token { kind, text, folded, at: range.start + offset..range.start + end, parted });
        parted = false;
    }
}

fn letter_at(text: &str, at: usize) -> bool {
    text.get(at..).and_then(|rest| rest.chars().next()).is_some_and(is_letter)
}

fn is_letter(c: char) -> bool {
    c.is_alphabetic() && !"ºª".contains(c)
}

#[derive(Clone, Copy, PartialEq)]
enum Class {
    Letter,
    Digit,
    Blank,
    /// Marks that cannot be seen.
    Hidden,
    Sign,
}

fn class(c: char) -> Class {
    match c {
        '\n' => Class::Sign,
        '0'..='9' => Class::Digit,
        c if c.is_whitespace() => Class::Blank,
        '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}' => {
            Class::Hidden
        }
        '\u{fe00}'..='\u{fe0f}' => Class::Hidden,
        // Emoji.
        '\u{2190}'..='\u{2bff}' | '\u{1f000}'..='\u{1faff}' | '\u{e0000}'..='\u{e007f}' => Class::Blank,
        c if is_letter(c) || is_combining_mark(c) => Class::Letter,
        _ => Class::Sign,
    }
}

/// The clauses, parted at line breaks, punctuation, addresses, `e`, `y`, `and`, before words such as `me chamo`, and at a
/// `mas` before or after a date.
pub(super) fn clauses<'a>(tokens: &[Token<'a>]) -> Vec<Clause<'a>> {
    let mut clauses = Vec::new();
    // Of the sentence that has not ended.
    let mut sentence = 0;
    let mut current = Clause::default();
    for (index, token) in tokens.iter().enumerate() {
        let previous = current.tokens.last();
        match &token.kind {
            Kind::Email | Kind::Odd => {
                push(&mut clauses, &mut current);
                current.tokens.push(token.clone());
                push(&mut clauses, &mut current);
            }
            Kind::Sign(sign) if parts(*sign, tokens, index, previous) => {
                push(&mut clauses, &mut current);
                if matches!(sign, '.' | '!' | '?' | '\n') {
                    for clause in clauses.iter_mut().skip(sentence) {
                        clause.asks = *sign == '?';
                    }
                    sentence = clauses.len();
                    current.sentence += 1;
                }
            }
            Kind::Sign('¿' | '¡' | '*' | '"' | '\n') => {}
            Kind::Word if is_and(token) && !previous.is_some_and(is_label) => push(&mut clauses, &mut current),
            Kind::Word if is_but(token) && has_date(&current.tokens, tokens.get(index..).unwrap_or_default()) => {
                push(&mut clauses, &mut current);
            }
            Kind::Word if starts_label(tokens, index) && !previous.is_some_and(negates) => {
                let joined = previous.is_some();
                push(&mut clauses, &mut current);
                current.joined = joined;
                current.tokens.push(token.clone());
            }
            _ => current.tokens.push(token.clone()),
        }
    }
    push(&mut clauses, &mut current);
    clauses
}

fn push<'a>(clauses: &mut Vec<Clause<'a>>, current: &mut Clause<'a>) {
    let next = Clause { sentence: current.sentence, ..Clause::default() };
    let whole = std::mem::replace(current, next);
    if !whole.tokens.is_empty() {
        clauses.push(whole);
    }
}

/// Whether a sign ends a clause where it stands.
fn parts(sign: char, tokens: &[Token<'_>], index: usize, previous: Option<&Token<'_>>) -> bool {
    let next = tokens.get(index + 1);
    let ends = |token: Option<&Token<'_>>| token.is_none_or(|token| token.parted || token.kind == Kind::Sign('\n'));
    let state = next.is_some_and(|next| {
        next.text.len() == 2 && next.text.bytes().all(|b| b.is_ascii_uppercase()) && next.text != "OK"
    });
    match sign {
        // A value follows on the next line.
        '\n' => !previous.is_some_and(|previous| previous.kind == Kind::Sign(':')),
        // `Recife, PE` is one city.
        ',' | '-' | '–' if state => false,
        ',' => true,
        ';' | '!' | '?' | '|' | '…' | '(' | ')' | '&' | '+' => true,
        '.' => {
            let shortened = previous.is_some_and(|it| it.kind == Kind::Word && SHORTENED.have(&it.folded));
            !shortened && ends(next)
        }
        '-' | '–' | '—' => {
            tokens.get(index).is_some_and(|it| it.parted) && ends(next) && !previous.is_some_and(is_label)
        }
        '/' => tokens.get(index).is_some_and(|it| it.parted) && ends(next),
        _ => false,
    }
}

/// `e` joins, `é` does not.
fn is_and(token: &Token<'_>) -> bool {
    AND.have(&token.text.to_lowercase())
}

/// `Más` is no `mas`.
fn is_but(token: &Token<'_>) -> bool {
    BUT.have(&token.text.to_lowercase())
}

/// Whether there is a date in the clause so far, or in what is left of it.
fn has_date(before: &[Token<'_>], after: &[Token<'_>]) -> bool {
    let ends = |token: &&Token<'_>| !matches!(token.kind, Kind::Sign(',' | ';' | '.' | '!' | '?' | '\n'));
    before.iter().chain(after.iter().take_while(ends)).any(|token| matches!(token.kind, Kind::Date(_)))
}

/// Whether the word ends a label, so that an `e` after it is meant for `é`.
fn is_label(token: &Token<'_>) -> bool {
    LABELS.have(&token.folded)
}

fn negates(token: &Token<'_>) -> bool {
    NEGATIONS.have(&token.folded)
}

fn starts_label(tokens: &[Token<'_>], index: usize) -> bool {
    // Not inside a phrase that began a word before.
    let inside = index
        .checked_sub(1)
        .and_then(|before| tokens.get(before..))
        .is_some_and(|it| phrase_at(it).is_some_and(|len| len > 1));
    !inside && tokens.get(index..).and_then(phrase_at).is_some()
}
