//! From a text to a wish.

use super::Wish;
use super::alone::{alone, among, at_the_end, cried, shouted, signed};
use super::joins::took_back;
use super::lexicon::{Class, known, strong};
use super::mended::mended;
use super::mood::{Mood, mood};
use super::reason::reasoned;
use super::sentence::Sentence;
use super::text::sentences;
use super::typo::slip;
use super::verbs::{Keep, Say, Says, at_word};
use crate::fold::fold;

/// Nouns alone ask or tell, and stop nothing.
const NOUNS: &[&str] = &["cancelamento", "cancelacion", "cancellation", "remocao", "exclusao", "removal"];

/// Questions about a word.
const MEANINGS: &[&str] = &["what does", "que significa", "que quer dizer", "que quiere decir"];

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
    let sentences = sentences(text).into_iter().map(|sentence| (folded(sentence), sentence.ends_with('?')));
    let folded: Vec<(String, bool)> = sentences.filter(|(folded, _)| !folded.is_empty()).collect();
    let sentences: Vec<Sentence<'_>> = folded.iter().map(Sentence::read).collect();
    say_of(text, &sentences).or_else(|| mended(text, &folded).map(Says))
}

/// What the sentences of a text say.
pub(super) fn say_of(text: &str, sentences: &[Sentence<'_>]) -> Option<Say> {
    if let Some(wish) = alone(sentences) {
        return Some(Says(wish));
    }
    if took_back(sentences) {
        return Some(Says(Wish::Back));
    }
    let explained = sentences.iter().any(asks_the_meaning) || asks_back(text);
    let mut says = Vec::new();
    for sentence in sentences {
        let asked = explained && (asks_the_meaning(sentence) || sentence.words.len() == 1);
        says.extend((0..sentence.words.len()).filter_map(|at| at_word(sentence, at)).map(|say| match say {
            Says(Wish::Out) if asked => Says(Wish::Unsure),
            say => say,
        }));
    }
    let has = |say| says.contains(&say);
    if has(Says(Wish::Out)) {
        // `Quiero recibir promociones pero no quiero mensajes`
        let clear = !has(Says(Wish::In)) && !has(Keep);
        return Some(Says(if clear { Wish::Out } else { Wish::Unsure }));
    }
    if !has(Keep)
        && !explained
        && let Some(wish) = reasoned(sentences, text.contains('?'))
        && (wish == Wish::Out || says.is_empty())
    {
        return Some(Says(wish));
    }
    if has(Says(Wish::In)) && sentences.iter().any(prefix_alone) {
        return Some(Says(Wish::Unsure));
    }
    for say in [Keep, Says(Wish::In), Says(Wish::Back), Says(Wish::Unsure)] {
        if has(say) {
            return Some(say);
        }
    }
    if !explained && shouted(text) {
        return Some(Says(Wish::Out));
    }
    among(sentences)
        .or_else(|| (doubtful(sentences) || !explained && at_the_end(sentences)).then_some(Wish::Unsure))
        .or_else(|| cried(text, sentences).then_some(Wish::Unsure))
        .map(Says)
}

/// A sentence that tells or denies an end is not near one: `no pienso darme de baja`.
pub(super) fn is_near(text: &str) -> bool {
    use Class::{
        Baja, Cancel, Cant, Enough, Gone, Leave, List, Marketing, No, Note, Nothing, Receive, Remove, RemoveMe, Send,
        SendMe, Stop, Strong, Text,
    };
    let folded: Vec<String> = sentences(text).into_iter().map(folded).collect();
    folded.iter().map(|sentence| Sentence::of(sentence)).any(|sentence| {
        let has_any = |classes: &[Class]| classes.iter().any(|class| sentence.has(*class));
        let denies = has_any(&[No, Cancel, Cant, Enough, Stop, Leave, Remove, RemoveMe]);
        let sends = has_any(&[Send, SendMe, Text, Receive, Note, Nothing, Marketing, List]);
        let asks = (0..sentence.words.len()).all(|at| !ends(&sentence, at) || mood(&sentence, at) != Mood::Tells);
        asks && (has_any(&[Strong, Gone, Baja, RemoveMe]) || (denies && sends))
    })
}

/// Whether the word there ends something.
fn ends(sentence: &Sentence<'_>, at: usize) -> bool {
    use Class::{Baja, Cancel, Gone, Leave, Remove, RemoveMe, Stop, Strong};
    let ends = [Baja, Cancel, Gone, Leave, Remove, RemoveMe, Stop, Strong];
    sentence.class(at).is_some_and(|class| ends.contains(&class))
}

/// `Descadastrar? Como assim?`
fn asks_back(text: &str) -> bool {
    let Some((word, rest)) = text.split_once('?') else { return false };
    let (word, rest) = (folded(word), folded(rest));
    let begins = rest.split([' ', ',']).take(2).any(|word| matches!(word, "what" | "que" | "how" | "como" | "whats"));
    !word.contains([' ', ',']) && begins
}

/// `Unsubscribe? What does it mean?`
fn asks_the_meaning(sentence: &Sentence<'_>) -> bool {
    let text = sentence.words.iter().map(|word| word.text).collect::<Vec<_>>().join(" ");
    MEANINGS.iter().any(|meaning| text.contains(meaning)) || text.starts_with("what") && text.contains(" mean")
}

/// The sentence folded, with its commas; a dash between words is one.
pub(super) fn folded(sentence: &str) -> String {
    let mut sentence = sentence.to_lowercase();
    for prefix in ["un", "des", "dis"] {
        if let Some(rest) = sentence.strip_prefix(prefix).filter(|rest| rest.trim_start().starts_with(['-', '–', '—']))
        {
            sentence = format!("{prefix} {}", rest.trim_start().trim_start_matches(['-', '–', '—']));
        }
    }
    let sentence = sentence.replace(" + ", " mais ").replace("n°", "numero").replace("nº", "numero");
    let sentence = sentence.replace(" - ", ",").replace(" -- ", ",").replace(['–', '—'], ",");
    let clauses: Vec<String> =
        sentence.split(',').map(|clause| joined(&fold(clause))).filter(|clause| !clause.is_empty()).collect();
    clauses.join(",")
}

/// `s t o p` is `stop`, and `un subscribe` is `unsubscribe`.
fn joined(folded: &str) -> String {
    let mut words: Vec<&str> = folded.split(' ').collect();
    let whole: Vec<String> = words.windows(2).map(|pair| pair.concat()).collect();
    let mut parted = 0;
    for (at, whole) in whole.iter().enumerate() {
        let at = at - parted;
        if let Some([first, second]) = words.get(at..at + 2)
            && negated(first, second, whole)
        {
            words.splice(at..at + 2, [whole.as_str()]);
            parted += 1;
        }
    }
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

/// Whether the first word is a prefix that undoes the second. `Un suscriptor` is a person.
fn negated(first: &str, second: &str, whole: &str) -> bool {
    match first {
        "des" | "dis" => strong(whole) || strong(&format!("des{second}")),
        "un" => strong(whole) && !second.contains("script") && !second.contains("scripc"),
        _ => false,
    }
}

/// Whether a clause ends with a prefix that undoes what follows: `un - subscribe`.
fn prefix_alone(sentence: &Sentence<'_>) -> bool {
    sentence.clauses().any(|clause| clause.words.last().is_some_and(|word| matches!(word.text, "un" | "des" | "dis")))
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
                Class::Gone => !sentences.iter().any(|sentence| sentence.asked),
                // `Tirar os nós do pelo`: so many small words may be nouns.
                Class::Remove | Class::Cancel => {
                    length <= FEW / 2 && !NOUNS.contains(&word.text) && !words().any(|word| word.class == Class::Note)
                }
                _ => false,
            }
        })
}
