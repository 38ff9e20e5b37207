//! Short answers of people, read word by word: a yes, a no, not now, numbers, an offer, and words that fit none of them.
//!
//! Each phrase of `words` has a class, so one rule holds for three languages. What the classes mean together decides
//! the one that asked: [`yes_or_no`](crate::yes_or_no), an owner's answer, a customer's answer to a reminder.

mod tokens;
mod words;

pub(crate) use tokens::{Token, tokens};

use std::collections::HashMap;
use std::sync::LazyLock;

/// The longest text that is read, in characters. Of a longer one the beginning is read, and it counts as a sentence of
/// something else.
const LONGEST: usize = 300;

/// A part of a short answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Part {
    /// `Sim`.
    Yes,
    /// `Manda`, which `não` denies.
    Do,
    /// `Ok`, `👍`.
    Ack,
    /// `Não`, `👎`.
    No,
    /// `Amanhã`, `ahora no`.
    Later,
    /// `Todos`.
    All,
    /// `Los dos`.
    Both,
    /// `Para todos`: the people.
    ToAll,
    /// `Maybe`, and a question.
    Doubt,
    /// `Entendido`: neutral beside an answer.
    Near,
    /// `Pero`, `if`.
    But,
    /// `Só`, before the numbers that are meant.
    Only,
    /// `3`.
    Number(u32),
    /// `O primeiro`: a place in the list, from 1.
    Place(u8),
    /// `A última`.
    Last,
    /// `15%`; none if it is no whole percentage from 1 to 100.
    Offer(Option<u8>),
    /// `Con`, before a figure.
    With,
    /// `%`, after a figure.
    Percent,
    /// Words beside an answer that change nothing.
    Filler,
    /// Courtesy.
    Noise,
    /// A word with a slip that makes it doubtful: `caro` for `claro`.
    Almost,
    /// Anything else.
    Other,
}

static WORDS: LazyLock<HashMap<&str, Part>> = LazyLock::new(|| words::entries().collect());

/// Phrases that are an answer only where nothing else is said.
static ALONE: LazyLock<HashMap<&str, Part>> = LazyLock::new(|| words::alone().collect());

/// The most words of a phrase.
static LONGEST_PHRASE: LazyLock<usize> =
    LazyLock::new(|| words::entries().map(|(phrase, _)| phrase.split(' ').count()).max().unwrap_or(1));

#[cfg(test)]
pub(crate) use words::of_a_yes as phrases_of_a_yes;

/// The parts of a text in its order, without fillers and courtesy. A question ends with
/// [`Part::Doubt`]; courtesy such as `Tudo bem?` is none. A `Stop!` or `I was wrong` may be about another matter. It is
/// a [`Part::No`] with a [`Part::But`].
pub(crate) fn read(text: &str) -> Vec<Part> {
    let read: String = text.chars().take(LONGEST).collect();
    let (tokens, asks) = tokens(&read);
    if !asks && text.len() == read.len() {
        match alone(&tokens) {
            Some(Part::No) => return vec![Part::No, Part::But],
            Some(part) => return vec![part],
            None if tokens.is_empty() && text.contains(tokens::HALTING) => return vec![Part::No, Part::But],
            None => {}
        }
    }
    let mut parts = offers(ranges(phrases(&tokens)));
    if text.len() > read.len() {
        parts.push(Part::Other);
    }
    if asks && !parts.is_empty() {
        parts.push(Part::Doubt);
    }
    // `Y` is a yes in English, and parts the numbers in Spanish.
    if let [Token::Word(only)] = tokens.as_slice()
        && only == "y"
        && !asks
    {
        return vec![Part::Yes];
    }
    parts
}

/// Every part of a text in its order, as written; `None` of a question, and of a text too long to be a short answer.
pub(crate) fn whole(text: &str) -> Option<Vec<Part>> {
    let (tokens, asks) = tokens(text);
    let is_short = text.chars().count() <= LONGEST;
    (is_short && !asks).then(|| phrases(&tokens).into_iter().map(|(part, _)| part).collect())
}

/// The class of the longest phrase that these words begin with, and its number of words.
pub(crate) fn class_of(words: &[&str]) -> Option<(Part, usize)> {
    longest(&WORDS, words)
}

fn longest(phrases: &HashMap<&str, Part>, words: &[&str]) -> Option<(Part, usize)> {
    (1..=words.len().min(*LONGEST_PHRASE)).rev().find_map(|length| {
        let phrase = words.get(..length)?.join(" ");
        Some((*phrases.get(phrase.as_str())?, length))
    })
}

/// The class of a text that says nothing but a phrase which must stand alone, beside courtesy and words of the same class.
fn alone(tokens: &[Token]) -> Option<Part> {
    let (mut found, mut beside) = (None, None);
    let mut at = 0;
    while at < tokens.len() {
        let words = words_at(tokens, at);
        let known = class_of(&words);
        let own = longest(&ALONE, &words).filter(|(_, length)| known.is_none_or(|(_, longer)| *length >= longer));
        let (part, length) = own.or(known)?;
        match part {
            part if own.is_some() && found.is_none_or(|other| other == part) => found = Some(part),
            Part::Noise => {}
            part if own.is_none() && beside.is_none_or(|other| other == part) => beside = Some(part),
            _ => return None,
        }
        at += length;
    }
    found.filter(|part| beside.is_none_or(|other| other == *part))
}

/// Each phrase as its class, the longest phrase first; with the words, as far as a rule still asks for them.
fn phrases(tokens: &[Token]) -> Vec<(Part, String)> {
    let mut parts = Vec::with_capacity(tokens.len());
    let mut at = 0;
    while let Some(token) = tokens.get(at) {
        let (part, word, length) = match token {
            Token::Part(part) => (*part, String::new(), 1),
            Token::Word(word) => phrase_at(tokens, at).unwrap_or_else(|| (tokens::meant(word), word.clone(), 1)),
        };
        parts.push((part, word));
        at += length;
    }
    parts
}

fn phrase_at(tokens: &[Token], at: usize) -> Option<(Part, String, usize)> {
    let words = words_at(tokens, at);
    let (part, length) = class_of(&words)?;
    Some((part, words.get(..length)?.join(" "), length))
}

fn words_at(tokens: &[Token], at: usize) -> Vec<&str> {
    let rest = tokens.iter().skip(at).take(*LONGEST_PHRASE);
    rest.map_while(|token| if let Token::Word(word) = token { Some(word.as_str()) } else { None }).collect()
}

/// `1 a 3` names numbers that are not written, and `no 1` may be `number one`.
fn ranges(mut parts: Vec<(Part, String)>) -> Vec<Part> {
    for at in 0..parts.len() {
        let doubtful = match parts.get(at..) {
            Some([(Part::Number(_), _), (_, word), (Part::Number(_), _), ..]) => words::RANGE.contains(&word.as_str()),
            Some([(Part::No, word), (Part::Number(_), _), ..]) => matches!(word.as_str(), "no" | "n"),
            _ => false,
        };
        if doubtful && let Some((part, _)) = parts.get_mut(at) {
            *part = Part::Doubt;
        }
    }
    parts.into_iter().map(|(part, _)| part).collect()
}

/// The least figure that is an offer without a sign of percent: `con 15`. Lower ones are numbers of proposals.
const LEAST_BARE: u32 = 5;

/// Figures with a sign of percent as offers, without what changes nothing.
fn offers(parts: Vec<Part>) -> Vec<Part> {
    let mut kept: Vec<Part> = Vec::with_capacity(parts.len());
    let (mut after_with, mut after_word) = (false, false);
    for (at, part) in parts.iter().copied().enumerate() {
        let rest = parts.get(at + 1..).unwrap_or_default();
        match part {
            Part::Number(figure)
                if rest.first() == Some(&Part::Percent) || after_word || (after_with && figure >= LEAST_BARE) =>
            {
                kept.push(Part::Offer(u8::try_from(figure).ok().filter(|percent| (1..=100).contains(percent))));
            }
            // Its figure has been read.
            Part::Percent if matches!(kept.last(), Some(Part::Offer(_) | Part::Other)) => {}
            // `Con un descuento del 15 %`
            Part::Percent if matches!(rest.iter().find(|it| **it != Part::Filler), Some(Part::Number(_))) => {}
            Part::Percent => kept.push(Part::Other),
            Part::With | Part::Filler | Part::Noise => {}
            part => kept.push(part),
        }
        after_with = part == Part::With;
        after_word = part == Part::Percent && !matches!(kept.last(), Some(Part::Offer(_) | Part::Other))
            || after_word && part == Part::Filler;
    }
    kept
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fold::fold;

    #[test]
    fn words_are_folded_and_have_one_class() {
        let mut seen = HashMap::new();
        let mut wrong = Vec::new();
        let standing_alone: Vec<_> = words::alone().collect();
        let phrases: std::collections::BTreeSet<_> = standing_alone.iter().map(|(phrase, _)| *phrase).collect();
        assert_eq!(phrases.len(), standing_alone.len(), "a phrase stands twice");
        assert!(phrases.iter().all(|phrase| fold(phrase) == *phrase), "{phrases:?}");
        for (phrase, part) in words::entries() {
            if fold(phrase) != phrase {
                wrong.push(format!("{phrase} is not folded"));
            }
            if let Some(other) = seen.insert(phrase, part) {
                wrong.push(format!("{phrase} is {other:?} and {part:?}"));
            }
        }
        assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    }

    #[test]
    fn some_words_are_an_answer_only_alone() {
        use Part::{But, Do, No, ToAll, Yes};
        let stop = || vec![No, But];
        for (text, parts) in [
            ("para", stop()),
            ("PARA!", stop()),
            ("pára, por favor", stop()),
            ("páralo", vec![No]),
            ("stooop", stop()),
            ("alto", stop()),
            ("chega!!", stop()),
            ("errei, cancela", stop()),
            ("me equivoqué, no", stop()),
            ("foi sem querer", stop()),
            ("✋", stop()),
            ("para todos", vec![ToAll]),
            ("para ya", vec![No]),
            ("dele pues", vec![Do]),
            ("eso", vec![Yes]),
            ("eso no", vec![No]),
            ("sim ✋", vec![Yes]),
        ] {
            assert_eq!(read(text), parts, "{text}");
        }
        for text in [
            "para?",
            "para mañana",
            "o preço é alto",
            "ele chega às 10",
            "stop by at ten",
            "o banho dele",
            "dele",
            "me equivoqué, sí",
        ] {
            assert!(read(text) != stop() && read(text) != [Do], "{text}");
        }
    }

    #[test]
    fn figures() {
        use Part::{Doubt, No, Number, Offer, Other, Yes};
        for (text, parts) in [
            ("1", vec![Number(1)]),
            ("1️⃣", vec![Number(1)]),
            ("1, 3 y 4", vec![Number(1), Number(3), Number(4)]),
            ("1,3", vec![Number(1), Number(3)]),
            ("#2", vec![Number(2)]),
            ("la 2ª", vec![Number(2)]),
            ("nº 2", vec![Number(2)]),
            ("no 2", vec![Doubt, Number(2)]),
            ("no, la 2", vec![No, Number(2)]),
            ("1 a 3", vec![Doubt, Number(3)]),
            ("1-3", vec![Doubt]),
            ("10:30", vec![Other]),
            ("15h", vec![Other]),
            ("$15", vec![Other, Number(15)]),
            ("15%", vec![Offer(Some(15))]),
            ("15 % de descuento", vec![Offer(Some(15))]),
            ("con 15", vec![Offer(Some(15))]),
            ("con 2", vec![Number(2)]),
            ("1 com desconto de 15%", vec![Number(1), Offer(Some(15))]),
            ("con un descuento del 15 %", vec![Offer(Some(15))]),
            ("1 con descuento", vec![Number(1), Other]),
            ("sim com 10,5%", vec![Yes, Other]),
            ("101%", vec![Offer(None)]),
            ("0 %", vec![Offer(None)]),
            ("5511987654321", vec![Other]),
        ] {
            assert_eq!(read(text), parts, "{text}");
        }
    }
}
