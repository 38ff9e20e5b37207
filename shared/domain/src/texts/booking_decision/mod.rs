//! What follows from an owner's answer to an appointment that a customer asked for.

use super::{At, Choice, Count, Line, OwnerName};
use crate::RequestNumber;
use chrono::NaiveDateTime;
use strum::{EnumIter, IntoStaticStr, VariantNames};

text! {
    /// Tells an owner what follows from an answer to an appointment that a customer asked for.
    BookingDecision: Transactional, Always
    /// the owner's first name
    name: OwnerName<'a>,
    /// the business's name
    business: Line<'a>,
    /// `confirmed`, `declined`, `was_confirmed` or `was_declined` (by an earlier answer), `expired`, `over` or `unclear`
    answer: Decided,
    /// as the business calls it
    service: Line<'a>,
    /// when, as `el domingo 29 de noviembre, a las 9:30`
    when: At,
    /// the number that confirms
    yes: Count,
    /// the number that declines
    no: Count,
}

/// What follows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, EnumIter, IntoStaticStr, VariantNames)]
#[strum(serialize_all = "snake_case")]
pub enum Decided {
    /// It is booked, and the customer is told.
    Confirmed,
    /// It does not take place, and the customer is told.
    Declined,
    /// A no, and it was confirmed before: nothing changes.
    WasConfirmed,
    /// A yes, and it was declined before: nothing changes.
    WasDeclined,
    /// Nobody had answered in time: it does not take place, and the customer is told.
    Expired,
    /// Its time has passed: nothing changes.
    Over,
    /// The answer was not understood. It is asked once more.
    Unclear,
}

impl Choice for Decided {}

impl<'a> BookingDecision<'a> {
    /// Of a service and its start, local time.
    #[must_use]
    pub fn new(
        owner: &'a str,
        business: &'a str,
        answer: Decided,
        (service, start): (&'a str, NaiveDateTime),
        number: RequestNumber,
    ) -> Self {
        Self {
            name: OwnerName(Some(owner)),
            business: Line(business),
            answer,
            service: Line(service),
            when: At(start),
            yes: Count(number.yes().into()),
            no: Count(number.no().into()),
        }
    }
}

#[cfg(test)]
pub(super) fn samples() -> Vec<Box<dyn super::Text>> {
    use strum::IntoEnumIterator;
    let start = super::appointment_reminder::booked("Baño", None, 29, 9).start;
    let sample = |answer, owner| -> Box<dyn super::Text> {
        Box::new(BookingDecision::new(owner, "Pet Amigo", answer, ("Baño y corte", start), RequestNumber(3)))
    };
    Decided::iter().flat_map(|answer| ["Carlos Ruiz", ""].map(|owner| sample(answer, owner))).collect()
}
