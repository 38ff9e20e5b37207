//! From a text to a wish.

use super::Wish;
use super::alone::{alone, among, shouted, signed};
use super::lexicon::{Class, known};
use super::sentence::Sentence;
use super::text::sentences;
use super::typo::slip;
use super::verbs::{Keep, Say, Says, at_word};
use crate::fold::fold;

/// Nouns alone ask or tell, and stop nothing.
const NOUNS: &[&str] = &["cancelamento", "cancelacion", "cancellation", "remocao", "exclusao", "removal"];

/// The most words of a message that is asked about, if no rule knows it.
pub(super) const FEW: usize = 8;

pub(super) fn wish(text: &str) -> Option<Wish> {
    match say(text) {
        Some(Keep) => None,
        Some(Says(wish @ (Wish::Out | Wish::In | Wish::Back))) => Some(wish),
        Some(Says(Wish::Unsure)) => Some(signed(text).unwrap_or(Wish::Unsure)),
        None => signed(text),
    }
}

fn say(text: &str) -> Option<Say> {
    let folded: Vec<String> = sentences(text).into_iter().map(folded).collect();
    let sentences: Vec<Sentence<'_>> =
        folded.iter().filter(|text| !text.is_empty()).map(|text| Sentence::of(text)).collect();
    if let Some(wish) = alone(&sentences) {
        return Some(Says(wish));
    }
    let mut says = Vec::new();
    for sentence in &sentences {
        says.extend((0..sentence.words.len()).filter_map(|at| at_word(sentence, at)));
    }
    let has = |say| says.contains(&say);
    if has(Says(Wish::Out)) {
        // `Quiero recibir promociones pero no quiero mensajes`
        let clear = !has(Says(Wish::In)) && !has(Keep);
        return Some(Says(if clear { Wish::Out } else { Wish::Unsure }));
    }
    for say in [Keep, Says(Wish::In), Says(Wish::Unsure)] {
        if has(say) {
            return Some(say);
        }
    }
    if shouted(text) {
        return Some(Says(Wish::Out));
    }
    among(&sentences).or_else(|| doubtful(&sentences).then_some(Wish::Unsure)).map(Says)
}

/// The sentence folded, with its commas.
pub(super) fn folded(sentence: &str) -> String {
    let clauses: Vec<String> =
        sentence.split(',').map(|clause| joined(&fold(clause))).filter(|clause| !clause.is_empty()).collect();
    clauses.join(",")
}

/// `s t o p` is `stop`.
fn joined(folded: &str) -> String {
    let words: Vec<&str> = folded.split(' ').collect();
    let mut joined: Vec<String> = Vec::new();
    for group in words.chunk_by(|a, b| letter(a) && letter(b)) {
        let word = group.concat();
        if group.len() > 2 && (known(&word) || slip(&word, "stop")) {
            joined.push(word);
        } else {
            joined.extend(group.iter().map(|word| (*word).to_owned()));
        }
    }
    joined.join(" ")
}

fn letter(word: &str) -> bool {
    word.chars().count() == 1 && word.chars().all(char::is_alphabetic)
}

/// Whether so few words, all of them known, have a stop verb.
fn doubtful(sentences: &[Sentence<'_>]) -> bool {
    let words = || sentences.iter().flat_map(|sentence| &sentence.words);
    let length = words().map(|word| word.text.split(' ').count()).sum::<usize>();
    length <= FEW
        && sentences.iter().all(|sentence| sentence.known() && !sentence.has(Class::Doubt))
        && words().any(|word| {
            match word.class {
                Class::Stop => word.text != "alto" && !words().any(|word| word.class == Class::Here),
                Class::Leave => !word.text.starts_with("leave"),
                Class::RemoveMe | Class::Strong | Class::Baja => true,
                // `Tirar os nós do pelo`: so many small words may be nouns.
                Class::Remove | Class::Cancel => {
                    length <= FEW / 2 && !NOUNS.contains(&word.text) && !words().any(|word| word.class == Class::Note)
                }
                _ => false,
            }
        })
}
