//! An appointment that a customer asks for in the chat, to an owner, who decides.

use super::{At, Caller, Choice, Count, Line, OwnerName, Person};
use crate::RequestNumber;
use chrono::NaiveDateTime;
use strum::{EnumIter, IntoStaticStr, VariantNames};

text! {
    /// Asks an owner whether an appointment that a customer wants is booked.
    BookingNotice: Owner, Always
    /// the owner's first name
    name: OwnerName<'a>,
    /// the business's name
    business: Line<'a>,
    /// the customer, as `Ana María Souza (+573001112233)`
    customer: Caller<'a>,
    /// as the business calls it
    service: Line<'a>,
    /// when, as `el domingo 29 de noviembre, a las 9:30`
    when: At,
    /// the number that confirms
    yes: Count,
    /// the number that declines
    no: Count,
    /// `again` if the owner was asked before, else `new`
    asked: AskedOwner,
}

/// Whether it is the first question.
#[derive(Clone, Copy, Debug, PartialEq, Eq, EnumIter, IntoStaticStr, VariantNames)]
#[strum(serialize_all = "snake_case")]
pub enum AskedOwner {
    /// It is.
    New,
    /// Nobody has answered for hours.
    Again,
}

impl Choice for AskedOwner {}

impl<'a> BookingNotice<'a> {
    /// Of a service and its start, local time.
    #[must_use]
    pub fn new(
        owner: &'a str,
        business: &'a str,
        customer: Person<'a>,
        (service, start): (&'a str, NaiveDateTime),
        number: RequestNumber,
        asked: AskedOwner,
    ) -> Self {
        Self {
            asked,
            name: OwnerName(Some(owner)),
            business: Line(business),
            customer: Caller(customer),
            service: Line(service),
            when: At(start),
            yes: Count(number.yes().into()),
            no: Count(number.no().into()),
        }
    }
}

#[cfg(test)]
pub(super) fn samples() -> Vec<Box<dyn super::Text>> {
    use super::tests::PEOPLE;
    let start = super::appointment_reminder::booked("Baño", None, 29, 9).start;
    let sample = |owner, customer, number, asked| -> Box<dyn super::Text> {
        let (about, number) = (("Baño y corte", start), RequestNumber(number));
        Box::new(BookingNotice::new(owner, "Pet Amigo", customer, about, number, asked))
    };
    let (new, again) = (AskedOwner::New, AskedOwner::Again);
    vec![
        sample("Carlos Ruiz", PEOPLE[0], 1, new),
        sample("", PEOPLE[3], 3, new),
        sample("Carlos Ruiz", PEOPLE[0], 1, again),
        sample("", PEOPLE[3], 3, again),
    ]
}
