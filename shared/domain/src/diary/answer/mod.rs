//! What a customer answers to the reminder of an appointment.

use crate::messages::reply::{Part, Token, read, tokens};
use std::collections::HashMap;
use std::sync::LazyLock;

/// The meaning of a customer's answer to a reminder.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Attendance {
    /// The customer comes.
    Coming,
    /// The customer wants another time.
    Move,
    /// The customer does not come.
    NotComing,
    /// An answer that cannot be understood. It is asked once more.
    Unclear,
}

/// The meaning of a text, or of a button's payload or title; `None` if it is no answer.
#[must_use]
pub fn appointment_answer(text: &str) -> Option<Attendance> {
    let (own, rest, asks) = own_phrases(text);
    let rest = read(&rest);
    let has = |part: Part| rest.contains(&part) || (part == Part::Doubt && asks && !own.is_empty());
    let says = |meaning: Attendance| own.contains(&meaning);
    let numbers: Vec<u32> =
        rest.iter().filter_map(|part| if let Part::Number(number) = part { Some(*number) } else { None }).collect();
    let agrees = has(Part::Yes) || has(Part::Ack);
    let hedged = [Part::But, Part::Doubt, Part::Later, Part::Only, Part::Almost].into_iter().any(has);

    if says(Attendance::Unclear) {
        return Some(Attendance::Unclear);
    }
    if let [number] = *numbers
        && !has(Part::Other)
    {
        let meant = by_number(number);
        let same = own.iter().all(|meaning| *meaning == meant);
        let fits = match meant {
            Attendance::Coming => !has(Part::No),
            Attendance::NotComing => !agrees,
            _ => !agrees && !has(Part::No),
        };
        return Some(if same && fits && !hedged { meant } else { Attendance::Unclear });
    }
    if says(Attendance::Move) {
        let refuses = has(Part::No) && !says(Attendance::NotComing);
        return Some(if refuses { Attendance::Unclear } else { Attendance::Move });
    }
    if says(Attendance::NotComing) {
        return Some(if has(Part::Doubt) || has(Part::But) { Attendance::Unclear } else { Attendance::NotComing });
    }
    if has(Part::No) {
        let bare = !agrees && !says(Attendance::Coming) && !has(Part::Other) && !hedged;
        return Some(if bare { Attendance::NotComing } else { Attendance::Unclear });
    }
    if says(Attendance::Coming) {
        let few = rest.iter().filter(|part| **part == Part::Other).count() <= FEW;
        return Some(if few && !hedged { Attendance::Coming } else { Attendance::Unclear });
    }
    if has(Part::Other) {
        // `Sim, mas …`: somebody who answers, and something else.
        return matches!(rest.first(), Some(Part::Yes)).then_some(Attendance::Unclear);
    }
    match (agrees, hedged || numbers.len() > 1) {
        (true, false) => Some(Attendance::Coming),
        (true, true) | (false, true) => Some(Attendance::Unclear),
        (false, false) => has(Part::Do).then_some(Attendance::Unclear),
    }
}

/// `Estarei lá com o Rex`: so many other words may stand beside it.
const FEW: usize = 4;

/// The reminder numbers its three ways to answer.
fn by_number(number: u32) -> Attendance {
    match number {
        1 => Attendance::Coming,
        2 => Attendance::Move,
        3 => Attendance::NotComing,
        _ => Attendance::Unclear,
    }
}

static WORDS: LazyLock<HashMap<&str, Attendance>> = LazyLock::new(|| {
    let mut class = Attendance::Unclear;
    let mut words = HashMap::new();
    for line in include_str!("words.txt").lines().filter(|line| !line.starts_with('#')) {
        match line {
            "[coming]" => class = Attendance::Coming,
            "[move]" => class = Attendance::Move,
            "[not coming]" => class = Attendance::NotComing,
            "[unclear]" => class = Attendance::Unclear,
            _ => words.extend(line.split(',').map(str::trim).filter(|it| !it.is_empty()).map(|it| (it, class))),
        }
    }
    words
});

/// The most words of a phrase.
const LONGEST: usize = 6;

/// The meanings of the phrases about appointments, the text without them, and whether it asks something.
fn own_phrases(text: &str) -> (Vec<Attendance>, String, bool) {
    let beginning: String = text.chars().take(300).collect();
    let (tokens, asks) = tokens(&beginning);
    let words: Vec<Option<&str>> =
        tokens.iter().map(|token| if let Token::Word(word) = token { Some(word.as_str()) } else { None }).collect();
    let (mut own, mut rest, mut at) = (Vec::new(), String::new(), 0);
    while at < words.len() {
        let found = (1..=LONGEST).rev().find_map(|length| {
            let phrase: Option<Vec<&str>> = words.get(at..at + length)?.iter().copied().collect();
            Some((*WORDS.get(phrase?.join(" ").as_str())?, length))
        });
        match (found, words.get(at), tokens.get(at)) {
            (Some((meaning, length)), _, _) => {
                own.push(meaning);
                at += length;
                continue;
            }
            (None, Some(Some(word)), _) => {
                rest.push(' ');
                rest.push_str(word);
            }
            (None, _, Some(Token::Part(part))) => rest.push_str(&written(*part)),
            _ => {}
        }
        at += 1;
    }
    if asks {
        rest.push('?');
    }
    (own, rest, asks)
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fold::fold;
    use proptest::prelude::*;

    #[test]
    fn answers_mean_what_the_table_says() {
        let (mut wrong, mut checked) = (Vec::new(), 0);
        for line in include_str!("answers.txt").lines().filter(|line| !line.is_empty() && !line.starts_with('#')) {
            let (text, meaning) = line.rsplit_once(" => ").unwrap();
            let answer = match appointment_answer(text) {
                Some(Attendance::Coming) => "coming",
                Some(Attendance::Move) => "move",
                Some(Attendance::NotComing) => "not coming",
                Some(Attendance::Unclear) => "unclear",
                None => "-",
            };
            if answer != meaning {
                wrong.push(format!("{text} => {answer}, expected {meaning}"));
            }
            checked += 1;
        }
        assert!(wrong.is_empty(), "{} of {checked}:\n{}", wrong.len(), wrong.join("\n"));
        assert!(checked > 100, "{checked}");
    }

    #[test]
    fn words_are_folded_and_no_longer_than_they_are_looked_up() {
        let mut seen = std::collections::BTreeSet::new();
        for line in include_str!("words.txt").lines().filter(|line| !line.starts_with(['#', '['])) {
            for phrase in line.split(',').map(str::trim).filter(|phrase| !phrase.is_empty()) {
                assert_eq!(fold(phrase), phrase);
                assert!(seen.insert(phrase), "{phrase} stands twice");
                assert!(phrase.split(' ').count() <= LONGEST, "{phrase}");
            }
        }
        assert!(seen.len() > 200);
    }

    proptest! {
        /// No denial, doubt or condition is heard as coming, and nothing panics.
        #[test]
        fn a_no_is_never_coming(
            yes in prop::sample::select(&["sim", "sí", "yes", "vou", "voy", "confirmo", "ok", "1"][..]),
            no in prop::sample::select(&["não", "no", "não vou", "no puedo", "cancel", "talvez", "pero", "?", "👎"][..]),
            first: bool, strange in "\\PC{0,30}",
        ) {
            let text = if first && no != "?" { format!("{no}, {yes}") } else { format!("{yes}, {no}") };
            prop_assert_ne!(appointment_answer(&text), Some(Attendance::Coming), "{}", text);
            let _ = appointment_answer(&strange);
        }
    }
}
