//! What has become of an appointment: one that the customer asked for in the chat, or that the business has changed.

use super::{At, Choice, CustomerName, Line};
use chrono::NaiveDateTime;
use strum::{EnumIter, IntoStaticStr, VariantNames};

text! {
    /// Tells a customer whether the appointment that they asked for is booked, or that the business has changed one.
    BookingAnswer: Transactional, Always
    /// the customer's first name
    name: CustomerName<'a>,
    /// the business's name
    business: Line<'a>,
    /// `confirmed`, `declined`, `not_yet` or `expired` of a request; `moved` or `cancelled` by the business
    answer: Booked,
    /// as the business calls it
    service: Line<'a>,
    /// when, as `el domingo 29 de noviembre, a las 9:30`
    when: At,
}

/// What has become of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, EnumIter, IntoStaticStr, VariantNames)]
#[strum(serialize_all = "snake_case")]
pub enum Booked {
    /// It is booked.
    Confirmed,
    /// It is not. The customer is asked for another time.
    Declined,
    /// Nobody has decided yet.
    NotYet,
    /// Nobody has decided in time. The customer is asked for another time.
    Expired,
    /// The business has given it another time, or has brought it back.
    Moved,
    /// The business has cancelled it.
    Cancelled,
}

impl Choice for Booked {}

impl<'a> BookingAnswer<'a> {
    /// Of a service and its start, local time.
    #[must_use]
    pub fn new(
        name: Option<&'a str>,
        business: &'a str,
        answer: Booked,
        (service, start): (&'a str, NaiveDateTime),
    ) -> Self {
        let (name, business, service) = (CustomerName(name), Line(business), Line(service));
        Self { name, business, answer, service, when: At(start) }
    }
}

#[cfg(test)]
pub(super) fn samples() -> Vec<Box<dyn super::Text>> {
    use super::appointment_reminder::booked;
    use strum::IntoEnumIterator;
    let start = booked("Baño", None, 29, 9).start;
    super::tests::for_each_name(Booked::iter(), |CustomerName(name), answer| {
        BookingAnswer::new(name, "Pet Amigo", answer, ("Baño y corte", start))
    })
}
