//! A short answer as words, figures and signs, and words with a slip.

use super::{Part, WORDS, words};
use crate::messages::opt::typo::{slip, without_runs};
use std::collections::HashSet;
use std::sync::LazyLock;
use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

/// A word, folded and with its slips mended, or a part that is no word.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Token {
    Word(String),
    Part(Part),
}

/// Signs that say yes to what was said last.
const RAISED: &[char] = &['👍', '👌', '✅', '☑', '✔', '🆗', '💯', '🙌', '💪', '🚀'];
/// Signs that say no.
const LOWERED: &[char] = &['👎', '❌', '🚫', '🙅', '✖', '❎'];
/// Signs that stop what runs, if nothing else is said.
pub(super) const HALTING: &[char] = &['✋', '🛑'];
/// Signs of somebody who is not sure.
const DOUBTFUL: &[char] = &['🤔', '🤷', '❓', '❔'];

/// The tokens, and whether the text asks something.
pub(crate) fn tokens(text: &str) -> (Vec<Token>, bool) {
    let spelled = ["nº", "n°", "Nº", "N°", "n.º", "N.º", "№"]
        .iter()
        .fold(text.to_owned(), |text, sign| if text.contains(sign) { text.replace(sign, " numero ") } else { text });
    let letters: Vec<char> =
        spelled.nfkd().filter(|letter| !is_combining_mark(*letter)).flat_map(char::to_lowercase).collect();
    let mut tokens = Vec::new();
    let mut asks = false;
    let mut at = 0;
    while let Some(letter) = letters.get(at).copied() {
        let run = letters.iter().skip(at).take_while(|letter| letter.is_alphanumeric()).count();
        if letter.is_ascii_digit() {
            let length = letters.iter().skip(at).take_while(|it| it.is_alphanumeric() || is_inside(**it)).count();
            let written: String = letters.iter().skip(at).take(length).collect();
            let written = written.trim_end_matches(is_inside);
            tokens.extend(figures(written, followed_by_percent(&letters, at + written.chars().count())));
            at += written.chars().count();
            continue;
        }
        if run > 0 {
            let word: String = letters.iter().skip(at).take(run).collect();
            tokens.push(if word.contains(|c: char| c.is_ascii_digit()) {
                Token::Part(Part::Other)
            } else if is_laughter(&word) {
                Token::Part(Part::Noise)
            } else {
                Token::Word(mended(word))
            });
            at += run;
            continue;
        }
        asks |= letter == '?';
        let part = match letter {
            '%' | '٪' => Some(Part::Percent),
            '$' | '€' | '£' => Some(Part::Other),
            sign if RAISED.contains(&sign) => Some(Part::Ack),
            sign if LOWERED.contains(&sign) => Some(Part::No),
            sign if DOUBTFUL.contains(&sign) => Some(Part::Doubt),
            _ => None,
        };
        tokens.extend(part.map(Token::Part));
        at += 1;
    }
    if text.contains(RAISED) && text.contains(LOWERED) {
        tokens.push(Token::Part(Part::Doubt));
    }
    (tokens, asks)
}

/// A sign between the digits of one figure, or between two figures.
fn is_inside(letter: char) -> bool {
    matches!(letter, ',' | '.' | ':' | '/' | '-' | '–')
}

fn followed_by_percent(letters: &[char], at: usize) -> bool {
    letters.iter().skip(at).find(|letter| !letter.is_whitespace()) == Some(&'%')
}

/// `1`, `1,3` and `2a` are numbers; `10,5%`, `10:30` and `15h` are not, and `1-3` may be some.
fn figures(written: &str, percent: bool) -> Vec<Token> {
    const ENDS: [&str; 14] = ["", "a", "o", "as", "os", "da", "do", "ra", "ro", "er", "st", "nd", "rd", "th"];
    let parts: Vec<&str> = written.split(',').collect();
    let number = |part: &&str| {
        let digits = part.trim_end_matches(|c: char| !c.is_ascii_digit());
        let end = part.get(digits.len()..)?;
        let is_number = digits.len() <= 6 && ENDS.contains(&end);
        is_number.then(|| digits.parse().ok()).flatten().map(Part::Number)
    };
    let numbers: Option<Vec<Part>> = parts.iter().map(number).collect();
    match numbers {
        Some(numbers) if numbers.len() == 1 || !percent => numbers.into_iter().map(Token::Part).collect(),
        _ if written.split(['-', '–', '/']).all(|part| part.len() <= 2 && number(&part).is_some()) => {
            vec![Token::Part(Part::Doubt)]
        }
        _ => vec![Token::Part(Part::Other)],
    }
}

/// `kkkk`, `jajaja`, `hahaha`, `rsrs`.
fn is_laughter(word: &str) -> bool {
    let of = |letters: &str| word.chars().all(|letter| letters.contains(letter));
    word.len() > 2 && (of("k") || (of("ja") || of("je") || of("ha") || of("he") || of("rs")) && word.len() > 3)
}

/// Every word of a phrase.
static KNOWN: LazyLock<HashSet<&str>> =
    LazyLock::new(|| words::entries().chain(words::alone()).flat_map(|(phrase, _)| phrase.split(' ')).collect());

/// Words that are an answer alone. A slip is mended in all of them but acknowledgements, where it makes a doubtful word.
static DECIDING: LazyLock<Vec<&str>> = LazyLock::new(|| {
    let decides = |part: &Part| matches!(part, Part::Yes | Part::Do | Part::Ack | Part::No | Part::Later);
    words::entries().filter(|(phrase, part)| !phrase.contains(' ') && decides(part)).map(|(word, _)| word).collect()
});

/// The most letters of a word in which only exchanged or doubled letters are a slip: `caro` is not `claro`.
const SHORT: usize = 6;

/// The word without repeated letters and slips: `siiim`, `mnada`.
fn mended(word: String) -> String {
    if KNOWN.contains(word.as_str()) {
        return word;
    }
    if let Some(short) = without_runs(&word).filter(|short| KNOWN.contains(short.as_str())) {
        return short;
    }
    let mut single: Vec<char> = word.chars().collect();
    single.dedup();
    let single: String = single.into_iter().collect();
    if KNOWN.contains(single.as_str()) {
        return single;
    }
    let certain = |keyword: &&&str| {
        let longer = word.chars().count() > keyword.chars().count();
        let exchanged = word.chars().count() == keyword.chars().count();
        word.chars().next() == keyword.chars().next()
            && (keyword.chars().count() > SHORT || longer || exchanged)
            && slip(&word, keyword)
            && WORDS.get(**keyword) != Some(&Part::Ack)
    };
    DECIDING.iter().find(certain).map_or(word, |keyword| (*keyword).to_owned())
}

/// The class of a word that is in no phrase.
pub(super) fn meant(word: &str) -> Part {
    const SHORTEST: [&str; 3] = ["sim", "sip", "yes"];
    let near = |keyword: &&str| WORDS.contains_key(keyword) && (slip(word, keyword) || one_off(word, keyword));
    let almost = DECIDING.iter().any(|keyword| slip(word, keyword)) || SHORTEST.iter().any(near);
    if almost { Part::Almost } else { Part::Other }
}

/// Whether one letter is wrong, too many or left out in a word of three.
fn one_off(word: &str, keyword: &str) -> bool {
    let (word, keyword): (Vec<char>, Vec<char>) = (word.chars().collect(), keyword.chars().collect());
    let before = word.iter().zip(&keyword).take_while(|(a, b)| a == b).count();
    let after = word.iter().rev().zip(keyword.iter().rev()).take_while(|(a, b)| a == b).count();
    let (longer, shorter) = (word.len().max(keyword.len()), word.len().min(keyword.len()));
    shorter >= 2 && longer - shorter <= 1 && before + after + 1 >= longer
}
