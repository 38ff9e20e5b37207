//! What follows from an owner's answer to a proposal.

use super::{AtIfAny, Choice, DateIfAny, Line, OwnerName, ProposalNumber, Topic, TopicIfAny};
use chrono::{NaiveDate, NaiveDateTime};
use strum::{EnumIter, IntoStaticStr, VariantNames};

text! {
    /// Tells an owner what follows from an answer to a proposal.
    ProposalAnswer: Transactional, Always
    /// the owner's first name
    name: OwnerName<'a>,
    /// the business's name
    business: Line<'a>,
    /// `started`, `declined`, `later`, `unclear`, `expired`, `already` (started before), `stopped` or `over`
    answer: Answer,
    /// the proposal, as `la oferta relámpago`
    topic: TopicIfAny<'a>,
    /// the number by which it is answered
    number: ProposalNumber,
    /// the last local day on which it may be answered, as `domingo 29 de noviembre`
    until: DateIfAny,
    /// when a started one begins to go out, as `el lunes 30 de noviembre, a las 8:00`; missing if it does so now
    begins: AtIfAny,
}

/// What follows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, EnumIter, IntoStaticStr, VariantNames)]
#[strum(serialize_all = "snake_case")]
pub enum Answer {
    /// The campaign goes out.
    Started,
    /// Nothing is sent.
    Declined,
    /// Nothing is sent now, and it may still be answered.
    Later,
    /// The answer was not understood. It is asked once more.
    Unclear,
    /// Its time has passed. It is offered to make it anew.
    Expired,
    /// It was started before.
    Already,
    /// It was going out and does so no more: the rest of the people do not get it.
    Stopped,
    /// It has ended or was stopped before: a yes sends nothing, and a no has nothing to stop.
    Over,
}

impl Choice for Answer {}

/// The proposal that an answer is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Answered<'a> {
    /// What it is about.
    pub topic: Topic<'a>,
    /// Its short number.
    pub number: u32,
    /// The last local day on which it may be answered, if that is told.
    pub until: Option<NaiveDate>,
}

impl<'a> ProposalAnswer<'a> {
    /// To an owner with a name, or a blank one. Without a proposal it is about all that are open.
    #[must_use]
    pub fn new(owner: &'a str, business: &'a str, answer: Answer, about: Option<Answered<'a>>) -> Self {
        Self {
            name: OwnerName(Some(owner)),
            business: Line(business),
            answer,
            topic: TopicIfAny(about.map(|about| about.topic)),
            number: ProposalNumber(about.map(|about| about.number)),
            until: DateIfAny(about.and_then(|about| about.until)),
            begins: AtIfAny(None),
        }
    }

    /// With the local time from which a started one goes out, if that is later.
    #[must_use]
    pub fn from(self, time: Option<NaiveDateTime>) -> Self {
        Self { begins: AtIfAny(time), ..self }
    }
}

#[cfg(test)]
pub(super) fn samples() -> Vec<Box<dyn super::Text>> {
    use strum::IntoEnumIterator;
    let about = Answered { topic: Topic::LowOccupancy, number: 3, until: NaiveDate::from_ymd_opt(2026, 11, 29) };
    let ways = [("Carlos Ruiz", Some(about)), ("", Some(Answered { until: None, ..about })), ("", None)];
    let sample = |answer, (owner, about)| -> Box<dyn super::Text> {
        Box::new(ProposalAnswer::new(owner, "Pet Amigo", answer, about))
    };
    let later = ProposalAnswer::new("Carlos Ruiz", "Pet Amigo", Answer::Started, Some(about));
    let later: Box<dyn super::Text> = Box::new(later.from(about.until.and_then(|day| day.and_hms_opt(8, 0, 0))));
    Answer::iter().flat_map(|answer| ways.map(|way| sample(answer, way))).chain([later]).collect()
}
