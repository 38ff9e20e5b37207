//! The answer to a customer who asks for an appointment in the chat. Nothing is booked yet.

use super::{At, Choice, CustomerName, FreeTimes, Line};
use chrono::NaiveDateTime;
use std::sync::Arc;
use strum::{EnumIter, IntoStaticStr, VariantNames};

text! {
    /// Tells a customer that their request for an appointment was passed on and is not booked yet, or offers free times.
    BookingAsked: Transactional, Always
    /// the customer's first name
    name: CustomerName<'a>,
    /// the business's name
    business: Line<'a>,
    /// `passed_on`, or `not_free` if nobody can come then
    answer: Asked,
    /// as the business calls it
    service: Line<'a>,
    /// when, as `el domingo 29 de noviembre, a las 9:30`
    when: At,
    /// free times in the place of one that is not, a line for each; missing if there are none
    free: FreeTimes,
}

/// What becomes of the request.
#[derive(Clone, Copy, Debug, PartialEq, Eq, EnumIter, IntoStaticStr, VariantNames)]
#[strum(serialize_all = "snake_case")]
pub enum Asked {
    /// The owners are asked.
    PassedOn,
    /// Nothing. Other times are offered, or a person will answer.
    NotFree,
}

impl Choice for Asked {}

impl<'a> BookingAsked<'a> {
    /// Of a service and its start, local time. `free`: times that are free, local, if that one is not.
    #[must_use]
    pub fn new(
        name: Option<&'a str>,
        business: &'a str,
        answer: Asked,
        (service, start): (&'a str, NaiveDateTime),
        free: Arc<[NaiveDateTime]>,
    ) -> Self {
        let (name, business, service) = (CustomerName(name), Line(business), Line(service));
        Self { name, business, answer, service, when: At(start), free: FreeTimes(free) }
    }
}

#[cfg(test)]
pub(super) fn samples() -> Vec<Box<dyn super::Text>> {
    use super::appointment_reminder::booked;
    let start = booked("Baño", None, 29, 9).start;
    let free: Arc<[NaiveDateTime]> =
        [(29, 15), (30, 1)].map(|(day, hour)| booked("Baño", None, day, hour).start).into();
    let all = [(Asked::PassedOn, Arc::default()), (Asked::NotFree, free), (Asked::NotFree, Arc::default())];
    super::tests::for_each_name(all, |CustomerName(name), (answer, free)| {
        BookingAsked::new(name, "Pet Amigo", answer, ("Baño y corte", start), free)
    })
}
