//! What an owner answers to appointments that customers asked for. Each request has two numbers of its own among all that
//! the owners may answer: one for a yes, and the next for a no.

use crate::messages::reply::{Part, read};
use serde::{Deserialize, Serialize};

/// The numbers of a request: the one of a yes. The next is the one of a no.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct RequestNumber(pub u32);

impl RequestNumber {
    /// The numbers that a request takes.
    pub const TAKEN: u32 = 2;

    /// The number that confirms.
    #[must_use]
    pub fn yes(self) -> u32 {
        self.0
    }

    /// The number that declines.
    #[must_use]
    pub fn no(self) -> u32 {
        self.0.saturating_add(1)
    }
}

/// What an answer says of one request.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Decision {
    /// It is booked.
    Confirm,
    /// It does not take place.
    Decline,
    /// Nobody knows: it is asked once more.
    Unclear,
}

/// The requests that an answer is about, each by its number. `open`: those that are not decided. `replies_to`: the one that
/// is quoted, or that the owner was told of last; a bare yes or no is about that one and about no other.
#[must_use]
pub fn request_answer(
    text: &str,
    open: &[RequestNumber],
    replies_to: Option<RequestNumber>,
) -> Vec<(RequestNumber, Decision)> {
    let parts = read(text);
    let has = |part: Part| parts.contains(&part);
    let is_short = parts
        .iter()
        .all(|part| matches!(part, Part::Yes | Part::Do | Part::Ack | Part::Near | Part::No | Part::Number(_)));
    let numbers: Vec<u32> =
        parts.iter().filter_map(|part| if let Part::Number(it) = part { Some(*it) } else { None }).collect();
    let known = || replies_to.iter().chain(open);
    let of = |number: u32| known().find(|it| it.yes() == number || it.no() == number).copied();
    let unclear = |request: RequestNumber| vec![(request, Decision::Unclear)];
    if numbers.is_empty() {
        let Some(request) = replies_to else { return Vec::new() };
        let (says_yes, says_no) = (has(Part::Yes) || has(Part::Do) || has(Part::Ack), has(Part::No));
        return match (is_short, says_yes, says_no) {
            // `Não manda` denies.
            (true, _, true) if !has(Part::Yes) => vec![(request, Decision::Decline)],
            (true, true, false) => vec![(request, Decision::Confirm)],
            (_, false, false) => Vec::new(),
            _ => unclear(request),
        };
    }
    let Some(first) = numbers.iter().find_map(|number| of(*number)) else { return Vec::new() };
    let mut decided = Vec::<(RequestNumber, Decision)>::new();
    for number in &numbers {
        let Some(request) = of(*number) else { return unclear(first) };
        let says_no = has(Part::No);
        // `Sí, 4` and `no 4` contradict themselves, where 4 is the no.
        let decision = match (number == &request.yes(), says_no, has(Part::Yes)) {
            (true, false, _) => Decision::Confirm,
            (true, true, false) | (false, false, false) => Decision::Decline,
            _ => return unclear(request),
        };
        if decided.iter().any(|(other, known)| *other == request && *known != decision) {
            return unclear(request);
        }
        if !decided.contains(&(request, decision)) {
            decided.push((request, decision));
        }
    }
    if is_short && !(has(Part::No) && decided.len() > 1) { decided } else { unclear(first) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use Decision::{Confirm, Decline, Unclear};

    const THREE: RequestNumber = RequestNumber(3);
    const FIVE: RequestNumber = RequestNumber(5);

    #[test]
    fn a_number_is_about_its_request_alone() {
        for (text, expected) in [
            ("3", vec![(THREE, Confirm)]),
            ("4", vec![(THREE, Decline)]),
            ("sí, 3", vec![(THREE, Confirm)]),
            ("não, o 3", vec![(THREE, Decline)]),
            ("3 y 6", vec![(THREE, Confirm), (FIVE, Decline)]),
            ("3 3", vec![(THREE, Confirm)]),
            // Of another matter, or of none.
            ("1", vec![]),
            ("7", vec![]),
            ("sí", vec![]),
            ("ok", vec![]),
            ("no", vec![]),
            ("¿a qué hora llegan?", vec![]),
            // Doubtful.
            ("3 y 4", vec![(THREE, Unclear)]),
            ("sí, 4", vec![(THREE, Unclear)]),
            ("3 y 1", vec![(THREE, Unclear)]),
            ("no, la 3 y la 5", vec![(THREE, Unclear)]),
            ("3 pero a las 11", vec![(THREE, Unclear)]),
        ] {
            assert_eq!(request_answer(text, &[THREE, FIVE], None), expected, "{text}");
        }
    }

    #[test]
    fn a_bare_answer_is_about_what_was_told_last() {
        for (text, expected) in [
            ("Sí", vec![(FIVE, Confirm)]),
            ("ok 👍", vec![(FIVE, Confirm)]),
            ("não", vec![(FIVE, Decline)]),
            ("no, gracias", vec![(FIVE, Decline)]),
            ("3", vec![(THREE, Confirm)]),
            ("6", vec![(FIVE, Decline)]),
            ("¿quién es?", vec![]),
            ("llego en diez minutos", vec![]),
            ("sí, pero más tarde", vec![(FIVE, Unclear)]),
            ("sí y no", vec![(FIVE, Unclear)]),
        ] {
            assert_eq!(request_answer(text, &[THREE], Some(FIVE)), expected, "{text}");
        }
    }
}
