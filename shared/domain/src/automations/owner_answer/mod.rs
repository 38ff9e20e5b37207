//! What an owner answers to proposals, by a text, a button or a reaction.
//!
//! A yes is bound to its proposal: by the message that is quoted, else by a number, else by being the only one that is
//! open. A yes that anything denies, doubts or ties to a condition is none.

#[cfg(test)]
mod tests;

use crate::messages::reply::{Part, read};

/// What an owner said, and where.
#[derive(Clone, Copy)]
pub struct Said<'a> {
    /// The text, the payload or title of a button, or the emoji of a reaction.
    pub text: &'a str,
    /// Whether it is a reaction to a message.
    pub is_reaction: bool,
    /// The number of the proposal that the quoted message, the button or the reaction is about.
    pub replies_to: Option<u32>,
}

/// The proposals that an owner may answer.
#[derive(Clone, Copy, Debug)]
pub struct OpenProposals<'a> {
    /// The numbers of those that are open, the newest first.
    pub open: &'a [u32],
    /// The number of the proposal that was the last thing we said to this owner, if it was one; open or not.
    pub last_said: Option<u32>,
}

/// The meaning of an owner's answer.
///
/// A number is that of an open proposal, of the one that is quoted or of the one that was said last. Of these two the
/// caller looks whether they are still open.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum OwnerAnswer {
    /// These are to start.
    Yes {
        /// At least one, in the order of the answer.
        numbers: Vec<u32>,
        /// Percent, from 1 to 100, in the place of what was proposed.
        offer: Option<u8>,
    },
    /// All that are open are to start.
    All {
        /// Percent, from 1 to 100, in the place of what was proposed.
        offer: Option<u8>,
    },
    /// These are not to start; all that are open if none is named.
    No {
        /// In the order of the answer.
        numbers: Vec<u32>,
    },
    /// Not now: these stay open; all that are open if none is named.
    Later {
        /// In the order of the answer.
        numbers: Vec<u32>,
    },
    /// A yes, and two or more are open.
    Which,
    /// An answer that cannot be understood, or is near a yes or a no. It is asked once more.
    Unclear,
    /// No answer.
    Nothing,
}

/// The meaning of what an owner said while these are open.
#[must_use]
pub fn owner_answer(said: Said<'_>, open: OpenProposals<'_>) -> OwnerAnswer {
    if said.replies_to.is_none() && open.open.is_empty() && open.last_said.is_none() {
        return OwnerAnswer::Nothing;
    }
    if said.is_reaction {
        return reaction(said);
    }
    let parts = read(said.text);
    let context = Context { said, open, parts: &parts };
    context.answer()
}

/// Reactions that please and decide nothing.
const PLEASED: &[char] = &['❤', '🙏', '😍', '🎉', '👏', '🔥', '🥰', '😃', '😀', '😊'];

/// A reaction is about its message alone.
fn reaction(said: Said<'_>) -> OwnerAnswer {
    let Some(number) = said.replies_to else { return OwnerAnswer::Nothing };
    match read(said.text).as_slice() {
        [Part::Ack] => OwnerAnswer::Yes { numbers: vec![number], offer: None },
        [Part::No] => OwnerAnswer::No { numbers: vec![number] },
        [] if !said.text.contains(PLEASED) => OwnerAnswer::Nothing,
        _ => OwnerAnswer::Unclear,
    }
}

struct Context<'a> {
    said: Said<'a>,
    open: OpenProposals<'a>,
    parts: &'a [Part],
}

impl Context<'_> {
    fn has(&self, part: Part) -> bool {
        self.parts.contains(&part)
    }

    fn has_any(&self, parts: &[Part]) -> bool {
        self.parts.iter().any(|part| parts.contains(part))
    }

    /// Whether an answer is what comes next.
    fn is_expected(&self) -> bool {
        self.said.replies_to.is_some() || self.open.last_said.is_some()
    }

    fn answer(&self) -> OwnerAnswer {
        use Part::{
            Ack, All, Almost, Both, But, Do, Doubt, Last, Later, Near, No, Number, Offer, Only, Other, Place, ToAll,
            Yes,
        };
        if self.parts.is_empty() {
            return OwnerAnswer::Nothing;
        }
        if let [Almost] = self.parts {
            return OwnerAnswer::Unclear;
        }
        if self.has_any(&[Other, Almost]) {
            return self.sentence();
        }
        let named = self.parts.iter().any(|part| matches!(part, Number(_) | Place(_) | Last));
        let agrees = self.has_any(&[Yes, Do, Ack, All, Both, ToAll]) || named;
        if self.has(No) {
            return self.refusal(named);
        }
        if self.has(Later) {
            let hedged = self.has_any(&[Yes, Do, Only, But, Doubt, ToAll, Both, Offer(None)]) || self.offer().is_err();
            return if hedged { OwnerAnswer::Unclear } else { self.bound(|numbers| OwnerAnswer::Later { numbers }) };
        }
        if self.has(Doubt) && !agrees && !self.is_expected() && self.open.open.is_empty() {
            return OwnerAnswer::Nothing;
        }
        if self.parts.iter().all(|part| *part == Near) && !self.is_expected() {
            return OwnerAnswer::Nothing;
        }
        if self.has(Doubt) || self.has_condition() || (self.has(Only) && !named) || !agrees {
            return OwnerAnswer::Unclear;
        }
        let Ok(offer) = self.offer() else { return OwnerAnswer::Unclear };
        if self.parts.iter().all(|part| matches!(part, Ack | Near | Offer(_))) {
            match (self.is_expected(), self.has(Near)) {
                (false, _) => return OwnerAnswer::Nothing,
                (true, true) => return OwnerAnswer::Unclear,
                (true, false) => {}
            }
        }
        self.agreement(named, offer)
    }

    /// `Sim, mas com 15%` names another offer; any other `but` is a condition.
    fn has_condition(&self) -> bool {
        let is_condition =
            |(at, part): (usize, &Part)| *part == Part::But && !matches!(self.parts.get(at + 1), Some(Part::Offer(_)));
        self.parts.iter().enumerate().any(is_condition)
    }

    /// Other words stand beside the answer, so it decides nothing. It is asked about, if it is one.
    fn sentence(&self) -> OwnerAnswer {
        use Part::{Ack, All, But, Do, Doubt, Later, Near, No, Number, Offer, Only, Yes};
        let first = self.parts.first();
        let begins = match first {
            Some(Yes | No) => true,
            Some(Do | Ack | Near | Later | All | Doubt | Only | But) => self.is_expected(),
            Some(Number(number)) => self.is_expected() && self.is_known(*number),
            _ => false,
        };
        let offers = self.parts.iter().any(|part| matches!(part, Offer(_)));
        let within = self.is_expected() && (self.has_any(&[Yes, No]) || offers);
        if begins || within { OwnerAnswer::Unclear } else { OwnerAnswer::Nothing }
    }

    fn refusal(&self, named: bool) -> OwnerAnswer {
        use Part::{All, Both, Doubt, Later, No, Number, Offer, Only, Yes};
        if self.has_any(&[Yes, Doubt, Only, All, Both]) || self.parts.iter().any(|part| matches!(part, Offer(_))) {
            return OwnerAnswer::Unclear;
        }
        // `1 no 2` and `1, não o 2`.
        let place = self.parts.iter().position(|part| *part == No).unwrap_or_default();
        let (before, after) = self.parts.split_at(place);
        let names = |parts: &[Part]| parts.iter().any(|part| matches!(part, Number(_) | Part::Place(_) | Part::Last));
        if named && names(before) && names(after) {
            return OwnerAnswer::Unclear;
        }
        if self.has(Later) {
            return self.bound(|numbers| OwnerAnswer::Later { numbers });
        }
        self.bound(|numbers| OwnerAnswer::No { numbers })
    }

    fn agreement(&self, named: bool, offer: Option<u8>) -> OwnerAnswer {
        if let Some(quoted) = self.said.replies_to {
            let same = !named || self.numbers().is_some_and(|numbers| numbers == [quoted]);
            let numbers = vec![quoted];
            return if same { OwnerAnswer::Yes { numbers, offer } } else { OwnerAnswer::Unclear };
        }
        if named {
            return match self.numbers() {
                Some(numbers) if !self.has_any(&[Part::All, Part::Both]) => OwnerAnswer::Yes { numbers, offer },
                _ => OwnerAnswer::Unclear,
            };
        }
        let several = self.open.open.len() > 1;
        if self.has(Part::Both) {
            return if self.open.open.len() == 2 { OwnerAnswer::All { offer } } else { OwnerAnswer::Unclear };
        }
        // Right after one proposal it may be the people that are meant: `Shall I send it to all?`
        let people = (several && self.open.last_said.is_some()) || self.said_last_and_over().is_some();
        if self.has(Part::All) && !people && !self.open.open.is_empty() {
            return OwnerAnswer::All { offer };
        }
        match (self.said_last_and_over(), self.open.open) {
            (Some(last), _) => OwnerAnswer::Yes { numbers: vec![last], offer },
            (None, [only]) => OwnerAnswer::Yes { numbers: vec![*only], offer },
            (None, []) => OwnerAnswer::Nothing,
            (None, _) => OwnerAnswer::Which,
        }
    }

    /// The proposal that was said last, if it is no longer open: a bare answer is about that one and about no other.
    fn said_last_and_over(&self) -> Option<u32> {
        self.open.last_said.filter(|last| !self.open.open.contains(last))
    }

    /// A no or a later of the proposals that it is about; of all that are open if nothing says which.
    fn bound(&self, answer: impl FnOnce(Vec<u32>) -> OwnerAnswer) -> OwnerAnswer {
        let named = self.numbers();
        let numbers = match (self.said.replies_to, named) {
            (_, None) => return OwnerAnswer::Unclear,
            (Some(quoted), Some(named)) if named.is_empty() || named == [quoted] => vec![quoted],
            (Some(_), Some(_)) => return OwnerAnswer::Unclear,
            (None, Some(named)) if !named.is_empty() => named,
            (None, Some(_)) if self.has(Part::All) => Vec::new(),
            (None, Some(_)) => match (self.open.last_said, self.open.open) {
                (Some(last), _) => vec![last],
                (None, [only]) => vec![*only],
                (None, _) => Vec::new(),
            },
        };
        answer(numbers)
    }

    /// The offer in the answer; an error if it is none that there can be, or if there are two.
    fn offer(&self) -> Result<Option<u8>, ()> {
        let mut offers = self.parts.iter().filter_map(|part| if let Part::Offer(it) = part { Some(*it) } else { None });
        match (offers.next(), offers.next()) {
            (None, _) => Ok(None),
            (Some(Some(percent)), None) => Ok(Some(percent)),
            _ => Err(()),
        }
    }

    /// The proposals that are named, each once; none if one of them cannot be meant.
    fn numbers(&self) -> Option<Vec<u32>> {
        let mut numbers = Vec::new();
        for part in self.parts {
            let number = match part {
                Part::Number(number) => Some(*number).filter(|number| self.is_known(*number)),
                Part::Place(place) => self.at_place(*place),
                Part::Last => self.open.open.iter().max().copied(),
                _ => continue,
            }?;
            if !numbers.contains(&number) {
                numbers.push(number);
            }
        }
        Some(numbers)
    }

    fn is_known(&self, number: u32) -> bool {
        self.open.open.contains(&number) || self.open.last_said == Some(number) || self.said.replies_to == Some(number)
    }

    /// The proposal at a place of the list, which is in the order of the numbers. `The second` may be number 2, too: if
    /// these differ, nobody knows.
    fn at_place(&self, place: u8) -> Option<u32> {
        let mut listed = self.open.open.to_vec();
        listed.sort_unstable();
        let by_place = listed.get(usize::from(place).checked_sub(1)?).copied();
        let by_number = Some(u32::from(place)).filter(|number| listed.contains(number));
        match (by_place, by_number) {
            (Some(place), Some(number)) if place != number => None,
            (place, number) => place.or(number),
        }
    }
}
