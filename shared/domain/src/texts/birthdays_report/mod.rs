//! The day's birthdays, to an owner.

use super::birthday::Birthday;
use super::{
    Ask, Choice, Count, Counted, CustomerName, Line, Lines, Others, OwnerName, People, Percent, Person, PetName,
    ProposalNumber, Text, ToWhom, Unit, Value,
};
use crate::Voice;
use strum::{IntoStaticStr, VariantNames};

text! {
    /// Tells an owner of today's birthdays.
    BirthdaysReport: Owner, OnItsDay
    /// the owner's first name
    name: OwnerName<'a>,
    /// the business's name
    business: Line<'a>,
    /// how many birthdays there are today
    count: Count,
    /// how many there are today with their word, as `1 aniversário`; for approved templates
    count_with_unit: Counted,
    /// a line for each, as `Rex (tutor: Ana – +573001112233)` or `Ana – +573001112233`; between them a line break, in an
    /// approved template `; `
    people: Lines<'a>,
    /// how many there are besides those listed
    more: Others<'a>,
    /// how much off, as `10 %` in Spanish or `10%`; missing if it is nothing
    offer: Percent,
    /// the greeting that the customers get
    suggestion: Greeting<'a>,
    /// `greeted`; `proposed`: the owner may send the greeting; `asked`: the owner's yes sends it; or `answered`: an
    /// owner has answered already
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
    /// The customers are greeted now.
    Greeted,
    /// The owner reads what could be sent.
    Proposed,
    /// The owner's yes sends it.
    Asked,
    /// An owner has answered the proposal already.
    Answered,
}

impl Choice for Action {}

impl<'a> BirthdaysReport<'a> {
    /// `count` birthdays, of which these people are listed. `greeted` says that they are greeted now; else the owner
    /// may send the greeting.
    #[must_use]
    pub fn new(
        owner: &'a str,
        business: &'a str,
        people: &'a [Person<'a>],
        count: u64,
        offer: u8,
        greeted: bool,
    ) -> Self {
        let people = People { people, count, line: |person, voice| person.celebrating(voice) };
        Self {
            name: OwnerName(Some(owner)),
            business: Line(business),
            count: Count(count),
            count_with_unit: Counted(count, Unit::Birthday),
            people: Lines(people),
            more: Others(people),
            offer: Percent(offer),
            suggestion: Greeting { business, people, offer },
            action: if greeted { Action::Greeted } else { Action::Proposed },
            number: ProposalNumber(None),
            to_whom: ToWhom { ask: None, count },
        }
    }

    /// With the question whether the greeting is to be sent.
    #[must_use]
    pub fn asking(self, ask: Ask) -> Self {
        let to_whom = ToWhom { ask: Some(ask), ..self.to_whom };
        Self { action: Action::Asked, number: ProposalNumber(Some(ask.number)), to_whom, ..self }
    }

    /// For a proposal that an owner has answered already.
    #[must_use]
    pub fn answered(self) -> Self {
        let to_whom = ToWhom { ask: None, ..self.to_whom };
        Self { action: Action::Answered, number: ProposalNumber(None), to_whom, ..self }
    }
}

/// The greeting that these people get, or would.
#[derive(Clone, Copy)]
pub struct Greeting<'a> {
    business: &'a str,
    people: People<'a>,
    offer: u8,
}

impl Value for Greeting<'_> {
    fn write(&self, voice: Voice, _: usize) -> Option<String> {
        let (name, pet) = self.people.addressed(voice);
        let (name, pet) = (CustomerName(name.as_deref()), PetName(pet.as_deref()));
        Birthday { name, business: Line(self.business), pet, offer: Percent(self.offer) }.text(voice).ok()
    }
}

#[cfg(test)]
pub(super) fn samples() -> Vec<Box<dyn Text>> {
    use super::tests::{PEOPLE, PETS};
    let report = |owner, people, count, greeted| -> Box<dyn Text> {
        Box::new(BirthdaysReport::new(owner, "Pet Amigo", people, count, 10, greeted))
    };
    let asking = |owner, people, count, ask| -> Box<dyn Text> {
        Box::new(BirthdaysReport::new(owner, "Pet Amigo", people, count, 10, false).asking(ask))
    };
    vec![
        report("", PEOPLE, 5, false),
        report("Carlos Ruiz", &PEOPLE[..2], 1_234, true),
        report("Carlos Ruiz", &PEOPLE[..1], 1, false),
        report("Carlos Ruiz", &PEOPLE[1..2], 1, true),
        report("Carlos Ruiz", PETS, 2, false),
        Box::new(BirthdaysReport::new("Carlos Ruiz", "Pet Amigo", &PEOPLE[1..2], 1, 0, false)),
        asking("Carlos Ruiz", PEOPLE, 5, Ask { number: 1, writable: 5 }),
        asking("", &PEOPLE[..1], 1, Ask { number: 2, writable: 1 }),
        asking("", PETS, 2, Ask { number: 3, writable: 1 }),
        Box::new(BirthdaysReport::new("Carlos Ruiz", "Pet Amigo", &PEOPLE[..1], 1, 10, false).answered()),
    ]
}
