//! An appointment that a customer asks for in the chat, to an owner, who decides.

use super::{At, Caller, Count, Line, OwnerName, Person};
use crate::RequestNumber;
use chrono::NaiveDateTime;

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
}

impl<'a> BookingNotice<'a> {
    /// Of a service and its start, local time.
    #[must_use]
    pub fn new(
        owner: &'a str,
        business: &'a str,
        customer: Person<'a>,
        (service, start): (&'a str, NaiveDateTime),
        number: RequestNumber,
    ) -> Self {
        Self {
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
    let sample = |owner, customer, number| -> Box<dyn super::Text> {
        Box::new(BookingNotice::new(owner, "Pet Amigo", customer, ("Baño y corte", start), RequestNumber(number)))
    };
    vec![sample("Carlos Ruiz", PEOPLE[0], 1), sample("", PEOPLE[3], 3)]
}
