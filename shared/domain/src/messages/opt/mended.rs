//! A short text with one word mended: `stpo texting me`, `no queiro promociones`.

use super::Wish;
use super::keys::{Miss, miss};
use super::lexicon::{Class, entries};
use super::rules::say_of;
use super::sentence::{BOOKED, Sentence};
use super::verbs::Says;
use std::collections::HashSet;
use std::sync::LazyLock;

/// The most words of a text that is mended.
const LONGEST: usize = 12;

/// The most unknown words in it.
const UNKNOWN: usize = 2;

/// The fewest letters of a word that may be meant.
const SHORTEST: usize = 4;

/// Words that may be meant by one of three letters.
const SHORT: &[&str] = &["stop", "baja", "sair", "list", "text", "tira", "pare"];

/// Real words that stand a slip away from a known one.
#[rustfmt::skip]
const REAL: &[&str] = &[
    // Portuguese
    "anda", "aula", "casa", "deus", "festa", "ligo", "mandarem", "mimo", "pede", "perco", "pessoas", "preco", "salvo", "tento", "tosa", "unhas",
    // Spanish
    "bano", "canela", "enviame", "fallar", "hombre", "llevar", "mama", "mandame", "mire", "muestra", "parra", "pide", "prefiero", "precio", "precios", "quedo", "quien",
    "quieto", "toca",
    // English
    "dies", "edit", "fall", "fire", "have", "home", "hour", "hours", "live", "lost", "made", "mind", "mode", "nail", "nails", "near", "quiet", "same", "sign",
    "test", "tests", "tier", "tour", "year",
];

/// Every word that may be meant, once.
static MEANT: LazyLock<Vec<&'static str>> = LazyLock::new(|| {
    let phrases = entries().filter(|(class, _)| {
        matches!(
            class,
            Class::Strong
                | Class::Baja
                | Class::Stop
                | Class::Leave
                | Class::Remove
                | Class::RemoveMe
                | Class::Cancel
                | Class::Send
                | Class::SendMe
                | Class::Text
                | Class::Receive
                | Class::Marketing
                | Class::Note
                | Class::List
                | Class::Own
                | Class::Want
                | Class::More
                | Class::Fill
        )
    });
    // `Msgs` has too little in it, and `param de` tells.
    let may = |word: &&str| word.len() >= SHORTEST && word.contains(['a', 'e', 'i', 'o', 'u']) && *word != "param";
    let words = phrases.flat_map(|(_, phrase)| phrase.split(' ')).filter(may);
    let words: HashSet<&str> = words.collect();
    words.into_iter().collect()
});

/// The wish of a text in which nothing was understood, if one of its few unknown words is a known one with a slip. A
/// letter may make another word, so only letters exchanged or doubled are believed; of others the person is asked.
pub(super) fn mended(text: &str, folded: &[(String, bool)]) -> Option<Wish> {
    let sentences: Vec<Sentence<'_>> = folded.iter().map(Sentence::read).collect();
    let words =
        || sentences.iter().enumerate().flat_map(|(n, sentence)| sentence.words.iter().map(move |word| (n, word)));
    let unknown: Vec<(usize, &str)> = words()
        .filter(|(_, word)| word.class == Class::Other && !word.text.contains(' '))
        .filter(|(_, word)| !REAL.contains(&word.text) && !BOOKED.contains(&word.text))
        .map(|(n, word)| (n, word.text))
        .collect();
    if !(2..=LONGEST).contains(&words().count()) || unknown.len() > UNKNOWN {
        return None;
    }
    let mut found = None;
    for (n, word) in unknown {
        // A letter more or less at the end is another form: `recibí`, `received`.
        let meant = MEANT.iter().filter(|meant| !meant.starts_with(word) && !word.starts_with(**meant));
        let meant = meant.filter(|meant| word.len() >= SHORTEST || SHORT.contains(*meant));
        for (meant, miss) in meant.filter_map(|meant| miss(word, meant).map(|miss| (meant, miss))) {
            let mut mended = folded.to_vec();
            if let Some((sentence, _)) = mended.get_mut(n) {
                *sentence = replaced(sentence, word, meant);
            }
            let sentences: Vec<Sentence<'_>> = mended.iter().map(Sentence::read).collect();
            // A part of a phrase is known in its phrase only.
            if sentences.get(n).is_some_and(|sentence| {
                sentence.words.iter().any(|word| word.class == Class::Other && word.text == *meant)
            }) {
                continue;
            }
            match (say_of(text, &sentences), miss) {
                (Some(Says(Wish::Out)), Miss::Plain) => return Some(Wish::Out),
                (Some(Says(Wish::Out)), Miss::Near) => found = Some(Wish::Unsure),
                _ => {}
            }
        }
    }
    found
}

fn replaced(sentence: &str, word: &str, meant: &str) -> String {
    let clauses = sentence.split(',').map(|clause| {
        clause.split(' ').map(|part| if part == word { meant } else { part }).collect::<Vec<_>>().join(" ")
    });
    clauses.collect::<Vec<_>>().join(",")
}
