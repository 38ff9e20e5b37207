//! What follows from a customer's answer to a reminder.

use super::appointment_reminder::Booked;
use super::{AtTime, Choice, CustomerName, Line, LineIfAny};
use chrono::NaiveDate;
use strum::{EnumIter, IntoStaticStr, VariantNames};

text! {
    /// Tells a customer what follows from an answer to the reminder of an appointment.
    AppointmentAnswer: Transactional, Always
    /// the customer's first name
    name: CustomerName<'a>,
    /// the business's name
    business: Line<'a>,
    /// `confirmed`, `cancelled`, `move`, `unclear`, `gone` or `holds`
    answer: Outcome,
    /// as the business calls it
    service: Line<'a>,
    /// the pet that it is for; missing if there is none
    pet: LineIfAny<'a>,
    /// when, as `mañana, domingo 29 de noviembre, a las 9:30`
    when: AtTime,
}

/// What follows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, EnumIter, IntoStaticStr, VariantNames)]
#[strum(serialize_all = "snake_case")]
pub enum Outcome {
    /// The customer comes.
    Confirmed,
    /// The customer cannot come, and the appointment is cancelled.
    Cancelled,
    /// The customer wants another time. They are asked which, and the business is told.
    Move,
    /// The answer was not understood. It is asked once more.
    Unclear,
    /// The customer comes, or wants another time, but the appointment is cancelled. They are asked which, and the business
    /// is told.
    Gone,
    /// The answer is about a time that the appointment had before; `when` is the one that holds.
    Holds,
}

impl Choice for Outcome {}

impl<'a> AppointmentAnswer<'a> {
    /// As it is read on the local date `today`.
    #[must_use]
    pub fn new(
        name: Option<&'a str>,
        business: &'a str,
        answer: Outcome,
        booked: Booked<'a>,
        today: NaiveDate,
    ) -> Self {
        Self {
            name: CustomerName(name),
            business: Line(business),
            answer,
            service: Line(booked.service),
            pet: LineIfAny(booked.pet),
            when: booked.when(today),
        }
    }
}

#[cfg(test)]
pub(super) fn samples() -> Vec<Box<dyn super::Text>> {
    use super::appointment_reminder::booked;
    use strum::IntoEnumIterator;
    let today = NaiveDate::from_ymd_opt(2026, 11, 28).unwrap();
    super::tests::for_each_name(Outcome::iter(), |CustomerName(name), answer| {
        AppointmentAnswer::new(name, "Pet Amigo", answer, booked("Baño", Some("Rex"), 29, 9), today)
    })
}
