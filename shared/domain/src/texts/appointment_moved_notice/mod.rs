//! A customer who wants another time or does not come, and what they add, to an owner.

use super::appointment_reminder::Booked;
use super::{AtTime, Caller, Choice, Line, LineIfAny, OwnerName, Person};
use chrono::NaiveDate;
use strum::{EnumIter, IntoStaticStr, VariantNames};

text! {
    /// Tells an owner of a customer who wants to move an appointment, or does not come.
    AppointmentMovedNotice: Owner, Always
    /// the owner's first name
    name: OwnerName<'a>,
    /// the business's name
    business: Line<'a>,
    /// `move`, `cancelled` if the customer does not come, or `added` if they write more after one of these
    change: Change,
    /// the customer, as `Ana María Souza (+573001112233)`
    customer: Caller<'a>,
    /// as the business calls it
    service: Line<'a>,
    /// the pet that it is for; missing if there is none
    pet: LineIfAny<'a>,
    /// when, as `mañana, domingo 29 de noviembre, a las 9:30`
    when: AtTime,
    /// what the customer wrote; missing if it was a button
    note: LineIfAny<'a>,
}

/// What the customer wants.
#[derive(Clone, Copy, Debug, PartialEq, Eq, EnumIter, IntoStaticStr, VariantNames)]
#[strum(serialize_all = "snake_case")]
pub enum Change {
    /// Another time.
    Move,
    /// Not to come: the time is free.
    Cancelled,
    /// Nothing more than the note says, after one of the others.
    Added,
}

impl Choice for Change {}

impl<'a> AppointmentMovedNotice<'a> {
    /// As it is read on the local date `today`.
    #[must_use]
    pub fn new(
        owner: &'a str,
        business: &'a str,
        change: Change,
        (customer, booked): (Person<'a>, Booked<'a>),
        note: Option<&'a str>,
        today: NaiveDate,
    ) -> Self {
        Self {
            name: OwnerName(Some(owner)),
            business: Line(business),
            change,
            customer: Caller(customer),
            service: Line(booked.service),
            pet: LineIfAny(booked.pet),
            when: booked.when(today),
            note: LineIfAny(note),
        }
    }
}

#[cfg(test)]
pub(super) fn samples() -> Vec<Box<dyn super::Text>> {
    use super::appointment_reminder::booked;
    use super::tests::PEOPLE;
    let today = NaiveDate::from_ymd_opt(2026, 11, 28).unwrap();
    let sample = |owner, change, customer, pet, note| -> Box<dyn super::Text> {
        let about = (customer, booked("Baño", pet, 29, 9));
        Box::new(AppointmentMovedNotice::new(owner, "Pet Amigo", change, about, note, today))
    };
    vec![
        sample("Carlos Ruiz", Change::Move, PEOPLE[0], Some("Rex"), Some("pode ser sexta\n às 15h, por favor")),
        sample("", Change::Move, PEOPLE[3], None, None),
        sample("Carlos Ruiz", Change::Cancelled, PEOPLE[2], Some("Luna"), None),
        sample("Carlos Ruiz", Change::Added, PEOPLE[0], Some("Rex"), Some("Mejor el jueves a las 10")),
    ]
}
