//! The answer to an owner's yes or no to a proposal.

use super::{Choice, Line, OwnerName};
use strum::{IntoStaticStr, VariantNames};

text! {
    /// Tells an owner what follows from a yes or no. A yes starts nothing yet.
    ProposalAnswer: Transactional, Always
    /// the owner's first name
    name: OwnerName<'a>,
    /// the business's name
    business: Line<'a>,
    /// `yes` or `no`
    answer: Answer,
}

/// The answer of the owner.
#[derive(Clone, Copy, IntoStaticStr, VariantNames)]
#[strum(serialize_all = "snake_case")]
pub enum Answer {
    /// The proposal is welcome.
    Yes,
    /// It is not.
    No,
}

impl Choice for Answer {}

impl<'a> ProposalAnswer<'a> {
    /// To an owner with a name, or a blank one.
    #[must_use]
    pub fn new(owner: &'a str, business: &'a str, yes: bool) -> Self {
        Self {
            name: OwnerName(Some(owner)),
            business: Line(business),
            answer: if yes { Answer::Yes } else { Answer::No },
        }
    }
}

#[cfg(test)]
pub(super) fn samples() -> Vec<Box<dyn super::Text>> {
    let answers = [("Carlos Ruiz", true), ("", true), ("Carlos Ruiz", false), ("", false)];
    let sample = |(owner, yes)| -> Box<dyn super::Text> { Box::new(ProposalAnswer::new(owner, "Pet Amigo", yes)) };
    answers.map(sample).into()
}
