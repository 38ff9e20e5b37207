//! What is said of an appointment, clause by clause: the phrases about it, the times of day, and the words that are left.

use super::Attendance;
use crate::messages::reply::{Part, Token, class_of, read, tokens};
use std::collections::HashMap;
use std::sync::LazyLock;

/// The meaning of a phrase of `words.txt`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Class {
    /// Says it alone.
    Says(Attendance),
    /// `Vou`: says that the customer comes, unless another verb follows.
    Going,
    /// `No puedo`: says that the customer does not come, unless it denies what follows.
    Cannot,
    /// `Mejor`: a time of day beside it is proposed.
    Rather,
    /// `No hay problema`: has a no in it and denies nothing.
    Harmless,
    /// `Lo siento`: changes nothing beside a denial or a time of day.
    Neutral,
    /// `Porque`, `estoy`: what follows is a reason.
    Reason,
    /// `Mi esposo lo lleva`: beside a denial, the appointment may still take place.
    NotSo,
}

impl Class {
    /// Whether its words are read again as those of any short answer.
    fn is_read_again(self) -> bool {
        matches!(self, Self::Rather | Self::Neutral | Self::Reason | Self::NotSo)
    }

    pub(super) fn denies(self) -> bool {
        matches!(self, Self::Says(Attendance::NotComing) | Self::Cannot)
    }
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Piece {
    /// A phrase, with its words.
    Phrase(Class, String),
    Word(String),
    Part(Part),
    /// The figure of a time of day.
    Time,
}

impl Piece {
    pub(super) fn is(&self, class: Class) -> bool {
        matches!(self, Self::Phrase(own, _) if *own == class)
    }

    pub(super) fn denies(&self) -> bool {
        matches!(self, Self::Phrase(class, _) if class.denies())
    }
}

/// The words between two signs that part them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Clause {
    pub(super) pieces: Vec<Piece>,
    /// Whether it ends with a question mark.
    pub(super) asks: bool,
}

/// The class that a heading of `words.txt` begins.
fn headed(line: &str) -> Option<Class> {
    Some(match line.strip_prefix('[')?.strip_suffix(']')? {
        "coming" => Class::Says(Attendance::Coming),
        "going" => Class::Going,
        "move" => Class::Says(Attendance::Move),
        "rather" => Class::Rather,
        "not coming" => Class::Says(Attendance::NotComing),
        "cannot" => Class::Cannot,
        "unclear" => Class::Says(Attendance::Unclear),
        "harmless" => Class::Harmless,
        "neutral" => Class::Neutral,
        "reason" => Class::Reason,
        "not so" => Class::NotSo,
        _ => return None,
    })
}

static WORDS: LazyLock<HashMap<String, Class>> = LazyLock::new(|| {
    let mut class = Class::Says(Attendance::Unclear);
    let mut words = HashMap::new();
    for line in include_str!("words.txt").lines().filter(|line| !line.starts_with('#')) {
        match headed(line) {
            Some(next) => class = next,
            None => words.extend(line.split(',').filter_map(|phrase| Some((as_read(phrase)?, class)))),
        }
    }
    words
});

/// A phrase as texts are read, in which a word may count as another with a slip: `miss` as `mis`.
fn as_read(phrase: &str) -> Option<String> {
    let (tokens, _) = tokens(phrase);
    let words: Vec<String> =
        tokens.into_iter().filter_map(|token| if let Token::Word(word) = token { Some(word) } else { None }).collect();
    (!words.is_empty()).then(|| words.join(" "))
}

/// The most words of a phrase.
const LONGEST: usize = 8;

/// The clauses of the beginning of a text.
pub(super) fn clauses(text: &str) -> Vec<Clause> {
    let letters: Vec<char> = text.chars().take(300).collect();
    let mut clauses = Vec::new();
    let mut written = String::new();
    for (at, letter) in letters.iter().enumerate() {
        let is = |at: Option<usize>, kind: fn(&char) -> bool| at.and_then(|at| letters.get(at)).is_some_and(kind);
        let parts = match letter {
            ',' => !(is(at.checked_sub(1), char::is_ascii_digit) && is(Some(at + 1), char::is_ascii_digit)),
            '.' | ':' => !is(Some(at + 1), |next| !next.is_whitespace()),
            ';' | '!' | '?' | '¿' | '¡' | '…' | '(' | ')' | '\n' => true,
            _ => false,
        };
        written.push(*letter);
        if parts {
            add(&mut clauses, &std::mem::take(&mut written));
        }
    }
    add(&mut clauses, &written);
    clauses
}

/// Adds a clause. A question mark alone ends the one before it.
fn add(clauses: &mut Vec<Clause>, text: &str) {
    let next = clause(text);
    match clauses.last_mut() {
        Some(last) if next.pieces.is_empty() => last.asks |= next.asks,
        _ if next.pieces.is_empty() => {}
        _ => clauses.push(next),
    }
}

fn clause(text: &str) -> Clause {
    let (tokens, asks) = tokens(text);
    let words: Vec<Option<&str>> =
        tokens.iter().map(|token| if let Token::Word(word) = token { Some(word.as_str()) } else { None }).collect();
    let (mut pieces, mut at) = (Vec::new(), 0);
    while let Some(token) = tokens.get(at) {
        let phrase = (1..=LONGEST).rev().find_map(|length| {
            let phrase: Option<Vec<&str>> = words.get(at..at + length)?.iter().copied().collect();
            let phrase = phrase?.join(" ");
            Some((*WORDS.get(phrase.as_str())?, phrase, length))
        });
        let (piece, length) = match (phrase, token) {
            _ if is_time(&tokens, &words, at) => (Piece::Time, 1),
            (Some((class, phrase, length)), _) => (Piece::Phrase(class, phrase), length),
            (None, Token::Word(word)) => (Piece::Word(word.clone()), 1),
            (None, Token::Part(part)) => (Piece::Part(*part), 1),
        };
        pieces.push(piece);
        at += length;
    }
    Clause { pieces, asks }
}

/// Words between which and a figure nothing stands if the figure is a time of day. `À 1` and `a 1` are folded alike.
const BEFORE_A_TIME: &[&str] = &[
    "las", "as", "at", "a", "pelas", "umas", "unas", "around", "about", "ate", "hasta", "until", "till", "das",
    "desde", "hoy", "hoje", "today", "manana", "amanha", "tomorrow",
];
/// Those of them after which a number that is written out is a time too.
const BEFORE_AN_HOUR: &[&str] = &["las", "as", "at", "pelas", "about", "around"];

const HOURS: &[&str] = &[
    "una", "uma", "one", "dos", "duas", "two", "tres", "three", "cuatro", "quatro", "four", "cinco", "five", "seis",
    "six", "siete", "sete", "seven", "ocho", "oito", "eight", "nueve", "nove", "nine", "diez", "dez", "ten", "once",
    "onze", "eleven", "doce", "doze", "twelve",
];

fn is_time(tokens: &[Token], words: &[Option<&str>], at: usize) -> bool {
    let before = |back: usize| at.checked_sub(back).and_then(|at| words.get(at).copied().flatten());
    let Some(last) = before(1) else { return false };
    // `La 1` is a choice, and `a la 1` is a time.
    let one_oclock = last == "la" && matches!(before(2), Some("a" | "para" | "de"));
    match tokens.get(at) {
        Some(Token::Part(Part::Number(_) | Part::Other)) => one_oclock || BEFORE_A_TIME.contains(&last),
        Some(Token::Word(word)) if HOURS.contains(&word.as_str()) => one_oclock || BEFORE_AN_HOUR.contains(&last),
        _ => false,
    }
}

/// The parts of the pieces that are no phrase about appointments, as of any short answer. Each question that is not one
/// about appointments makes them doubtful.
pub(super) fn rest<'a>(pieces: impl IntoIterator<Item = &'a Piece>, asks: bool) -> Vec<Part> {
    let mut rest = String::new();
    for piece in pieces {
        match piece {
            Piece::Phrase(class, words) if class.is_read_again() => rest.extend([" ", words]),
            Piece::Word(word) => rest.extend([" ", word]),
            Piece::Part(part) => rest.push_str(&written(*part)),
            Piece::Phrase(..) | Piece::Time => {}
        }
    }
    if asks {
        rest.push('?');
    }
    read(&rest)
}

/// A part that is no word, as it is read again.
fn written(part: Part) -> String {
    match part {
        Part::Number(number) => format!(" {number} "),
        Part::Ack => " 👍 ".to_owned(),
        Part::No => " 👎 ".to_owned(),
        Part::Doubt => " 🤔 ".to_owned(),
        Part::Noise => String::new(),
        _ => " $ ".to_owned(),
    }
}

/// How many pieces at the beginning change nothing: courtesy, apologies, days, a second no.
pub(super) fn neutral(pieces: &[Piece]) -> usize {
    let mut at = 0;
    while let Some(piece) = pieces.get(at) {
        at += match piece {
            Piece::Phrase(Class::Neutral | Class::Harmless, _) => 1,
            Piece::Part(part) if is_neutral(*part) => 1,
            Piece::Word(_) => match class_of(&words(pieces.get(at..).unwrap_or_default())) {
                Some((part, length)) if is_neutral(part) => length,
                _ => break,
            },
            _ => break,
        };
    }
    at
}

fn is_neutral(part: Part) -> bool {
    matches!(part, Part::Noise | Part::No)
}

/// The words that stand at the beginning, without a phrase between them.
pub(super) fn words(pieces: &[Piece]) -> Vec<&str> {
    pieces.iter().map_while(|piece| if let Piece::Word(word) = piece { Some(word.as_str()) } else { None }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fold::fold;

    #[test]
    fn words_are_folded_and_no_longer_than_they_are_looked_up() {
        let mut seen = std::collections::BTreeSet::new();
        for line in include_str!("words.txt").lines().filter(|line| !line.starts_with(['#', '['])) {
            for phrase in line.split(',').map(str::trim).filter(|phrase| !phrase.is_empty()) {
                assert_eq!(fold(phrase), phrase);
                assert!(seen.insert(as_read(phrase)), "{phrase} stands twice");
                assert!(phrase.split(' ').count() <= LONGEST, "{phrase}");
            }
        }
        assert!(seen.len() > 200);
    }

    #[test]
    fn every_heading_is_a_class() {
        let headings: Vec<&str> = include_str!("words.txt").lines().filter(|line| line.starts_with('[')).collect();
        assert_eq!(headings.len(), 11);
        assert!(headings.iter().all(|heading| headed(heading).is_some()), "{headings:?}");
    }
}
