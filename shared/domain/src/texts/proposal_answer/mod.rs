//! The answer to an owner's yes or no to a proposal.

use super::{Choice, Line, OwnerName};

text! {
    /// Tells an owner what follows from a yes or no. A yes starts nothing yet.
    ProposalAnswer: Transactional, Always
    /// the owner's first name
    name: OwnerName<'a>,
    /// the business's name
    business: Line<'a>,
    /// `yes` or `no`
    answer: Choice,
}

impl<'a> ProposalAnswer<'a> {
    /// To an owner with a name, or a blank one.
    #[must_use]
    pub fn new(owner: &'a str, business: &'a str, yes: bool) -> Self {
        Self { name: OwnerName(Some(owner)), business: Line(business), answer: Choice(if yes { "yes" } else { "no" }) }
    }
}

#[cfg(test)]
pub(super) fn samples() -> Vec<Box<dyn super::Text>> {
    let answers = [("Carlos Ruiz", true), ("", true), ("Carlos Ruiz", false), ("", false)];
    let sample = |(owner, yes)| -> Box<dyn super::Text> { Box::new(ProposalAnswer::new(owner, "Pet Amigo", yes)) };
    answers.map(sample).into()
}
