//! A customer whom the assistant leaves to a person, to an owner.

use super::{Caller, Line, LineIfAny, OwnerName, Person};

text! {
    /// Tells an owner that a customer waits for the answer of a person.
    PersonWanted: Owner, Always
    /// the owner's first name
    name: OwnerName<'a>,
    /// the business's name
    business: Line<'a>,
    /// the customer, as `Ana María Souza (+573001112233)`
    customer: Caller<'a>,
    /// what the customer wrote last; missing if it was no text
    note: LineIfAny<'a>,
}

impl<'a> PersonWanted<'a> {
    /// To one of the owners.
    #[must_use]
    pub fn new(owner: &'a str, business: &'a str, customer: Person<'a>, note: Option<&'a str>) -> Self {
        let (name, customer) = (OwnerName(Some(owner)), Caller(customer));
        Self { name, business: Line(business), customer, note: LineIfAny(note) }
    }
}

#[cfg(test)]
pub(super) fn samples() -> Vec<Box<dyn super::Text>> {
    use super::tests::PEOPLE;
    let sample = |owner, customer, note| -> Box<dyn super::Text> {
        Box::new(PersonWanted::new(owner, "Pet Amigo", customer, note))
    };
    vec![sample("Carlos Ruiz", PEOPLE[0], Some("Quero falar com uma pessoa\n por favor")), sample("", PEOPLE[3], None)]
}
