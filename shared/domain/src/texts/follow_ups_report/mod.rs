//! The day's next steps, to an owner.

use super::{
    Ask, Choice, Count, Counted, Line, Lines, Others, OwnerName, People, Person, ProposalNumber, ToWhom, Unit,
};
use strum::{IntoStaticStr, VariantNames};

text! {
    /// Tells an owner of the customers whose next step is today.
    FollowUpsReport: Owner, OnItsDay
    /// the owner's first name
    name: OwnerName<'a>,
    /// the business's name
    business: Line<'a>,
    /// how many customers have a next step today
    count: Count,
    /// how many customers with their word, as `1 cliente`; for approved templates
    count_with_unit: Counted,
    /// a line for each, as `💬 Ana (+573001112233) – Preguntar si quiere reservar`, with 👤 where a person has to act;
    /// between them a line break, in an approved template `; `
    people: Lines<'a>,
    /// how many there are besides those listed
    more: Others<'a>,
    /// `written`; `asked`: the owner's yes writes; `answered`: an owner has answered already; or `nobody`: there is
    /// nothing to write
    action: Action,
    /// the number of the proposal
    number: ProposalNumber,
    /// the people that it would go to, as `a todos`
    to_whom: ToWhom,
}

/// What has been done for these people, or could be.
#[derive(Clone, Copy, IntoStaticStr, VariantNames)]
#[strum(serialize_all = "snake_case")]
pub enum Action {
    /// The customers are written to now.
    Written,
    /// The owner's yes writes to them.
    Asked,
    /// An owner has answered the proposal already.
    Answered,
    /// All steps are a person's.
    Nobody,
}

impl Choice for Action {}

impl<'a> FollowUpsReport<'a> {
    /// `count` customers, of which these are listed.
    #[must_use]
    pub fn new(owner: &'a str, business: &'a str, people: &'a [Person<'a>], count: u64, action: Action) -> Self {
        let people = People { people, count, line: |person, voice| person.with_step(voice) };
        Self {
            name: OwnerName(Some(owner)),
            business: Line(business),
            count: Count(count),
            count_with_unit: Counted(count, Unit::Customer),
            people: Lines(people),
            more: Others(people),
            action,
            number: ProposalNumber(None),
            to_whom: ToWhom { ask: None, count },
        }
    }

    /// With the question whether the customers are to be written to.
    #[must_use]
    pub fn asking(self, ask: Ask) -> Self {
        let to_whom = ToWhom { ask: Some(ask), ..self.to_whom };
        Self { action: Action::Asked, number: ProposalNumber(Some(ask.number)), to_whom, ..self }
    }
}

#[cfg(test)]
pub(super) fn samples() -> Vec<Box<dyn super::Text>> {
    use super::people::Step;
    let step = |action, by_person| Some(Step { action, by_person });
    let ana =
        Person { name: Some("Ana"), phone: Some("573001112233"), pet: Some("Rex"), step: step("Ask for a day", false) };
    let bea =
        Person { name: Some("Bea"), phone: Some("573001112244"), pet: None, step: step("Call about the price", true) };
    let none = Person { name: None, phone: Some("573001112255"), pet: None, step: step("", true) };
    let people: &'static [Person<'static>] = Box::leak(Box::new([ana, bea, none]));
    let report = |owner, people, count, action| FollowUpsReport::new(owner, "Pet Amigo", people, count, action);
    vec![
        Box::new(report("Carlos Ruiz", people, 5, Action::Written)),
        Box::new(report("", &people[..1], 1, Action::Written)),
        Box::new(report("Carlos Ruiz", people, 3, Action::Nobody).asking(Ask { number: 2, writable: 1 })),
        Box::new(report("Carlos Ruiz", people, 3, Action::Answered)),
        Box::new(report("Carlos Ruiz", &people[1..], 2, Action::Nobody)),
    ]
}
