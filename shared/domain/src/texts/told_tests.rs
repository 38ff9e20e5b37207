//! A person who answers a text with the words that it tells is understood.

use super::tests::{read, voices};
use super::*;
use crate::owner_answer::owner_answer;
use crate::request_answer::request_answer;
use crate::{Attendance, Decision, OpenProposals, OwnerAnswer, RequestNumber, Said, appointment_answer, wish};

/// The words of a text that stand in bold, as its answers do.
fn in_bold(text: &str) -> Vec<&str> {
    let parts: Vec<&str> = text.split('*').collect();
    parts.iter().skip(1).step_by(2).copied().filter(|word| !word.contains([' ', '.'])).collect()
}

#[test]
fn an_owner_who_answers_as_told_is_understood() {
    let mut checked = 0;
    for ((name, samples), (_, voice)) in SAMPLES.iter().flat_map(|text| voices().map(|voice| (text, voice))) {
        if name.starts_with("appointment") || name.starts_with("booking") {
            continue;
        }
        for text in read(*samples, voice) {
            for word in in_bold(&text) {
                let open: &[u32] = if *name == "proposal_which" { &[5, 4, 3, 2, 1] } else { &[1, 2, 3][..] };
                let number: Option<u32> = word.parse().ok();
                let one = [number.unwrap_or(1)];
                let open = if number.is_some() || *name == "proposal_which" { open } else { &one[..] };
                let said = Said { text: word, is_reaction: false, replies_to: None };
                let answer = owner_answer(said, OpenProposals { open, last_said: None });
                let expected = match word {
                    "no" | "não" => OwnerAnswer::No { numbers: vec![1] },
                    "todas" | "all" => OwnerAnswer::All { offer: None },
                    _ => OwnerAnswer::Yes { numbers: one.to_vec(), offer: None },
                };
                assert_eq!(answer, expected, "{word} in {text}");
                checked += 1;
            }
        }
    }
    assert!(checked > 100, "{checked}");
}

#[test]
fn an_owner_who_answers_a_request_as_told_is_understood() {
    let mut checked = 0;
    for (_, samples) in SAMPLES.iter().filter(|(name, _)| name.starts_with("booking")) {
        for (_, voice) in voices() {
            for text in read(*samples, voice) {
                let [yes, no] = in_bold(&text)[..] else { continue };
                let number = RequestNumber(yes.parse().unwrap());
                for (word, decision) in [(yes, Decision::Confirm), (no, Decision::Decline)] {
                    assert_eq!(request_answer(word, &[number], None), [(number, decision)], "{word} in {text}");
                    checked += 1;
                }
            }
        }
    }
    assert!(checked > 20, "{checked}");
}

#[test]
fn a_customer_who_answers_a_reminder_as_told_is_understood() {
    use Attendance::{Coming, Move, NotComing};
    let mut checked = 0;
    for (name, samples) in SAMPLES.iter().filter(|(name, _)| name.starts_with("appointment")) {
        for (_, voice) in voices() {
            for text in read(*samples, voice) {
                let words = in_bold(&text);
                let asks = !words.is_empty();
                assert!(!asks || words == ["1", "2", "3"], "{name}: {text}");
                checked += usize::from(asks);
            }
            for (button, meaning) in appointment_reminder::buttons(voice).into_iter().zip([Coming, Move, NotComing]) {
                assert!(button.chars().count() <= 20, "{button}");
                assert_eq!(appointment_answer(button), Some(meaning), "{button}");
                assert_eq!(wish(button), None, "{button}");
            }
        }
    }
    let by_number = ["1", "2", "3"].map(appointment_answer);
    assert_eq!(by_number, [Coming, Move, NotComing].map(Some));
    assert!(checked > 10, "{checked}");
}
