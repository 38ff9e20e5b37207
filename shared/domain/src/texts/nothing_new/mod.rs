//! One line to an owner when a report has nothing to tell.

use super::{Choice, Line, OwnerName};
use strum::{IntoStaticStr, VariantNames};

text! {
    /// Tells an owner in one line that a report has nothing to tell.
    NothingNew: Owner, OnItsDay
    /// the owner's first name
    name: OwnerName<'a>,
    /// the business's name
    business: Line<'a>,
    /// which report it is: `birthdays`, `inactive`, `follow_ups`, `opportunities`, `occupancy` or `closed`
    about: About,
}

/// The report that has nothing to tell.
#[derive(Clone, Copy, IntoStaticStr, VariantNames)]
#[strum(serialize_all = "snake_case")]
pub enum About {
    /// Nobody has a birthday today.
    Birthdays,
    /// Nobody has been away for long.
    Inactive,
    /// No customer has a next step today.
    FollowUps,
    /// No regular customer is due, or no time is free.
    Opportunities,
    /// Tomorrow has appointments enough.
    Occupancy,
    /// The business is closed on the day that it is about.
    Closed,
}

impl Choice for About {}

impl<'a> NothingNew<'a> {
    /// Of a report.
    #[must_use]
    pub fn new(owner: &'a str, business: &'a str, about: About) -> Self {
        Self { name: OwnerName(Some(owner)), business: Line(business), about }
    }
}

#[cfg(test)]
pub(super) fn samples() -> Vec<Box<dyn super::Text>> {
    let line = |owner, about| -> Box<dyn super::Text> { Box::new(NothingNew::new(owner, "Pet Amigo", about)) };
    vec![
        line("Carlos Ruiz", About::Birthdays),
        line("", About::Inactive),
        line("Carlos Ruiz", About::FollowUps),
        line("Carlos Ruiz", About::Opportunities),
        line("Carlos Ruiz", About::Occupancy),
        line("Carlos Ruiz", About::Closed),
    ]
}
