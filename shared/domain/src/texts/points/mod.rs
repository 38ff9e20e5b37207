//! The notice of a points entry.

use super::{Choice, Count, Counted, CustomerName, Line, Reason, Unit};
use strum::{IntoStaticStr, VariantNames};

text! {
    /// Tells a customer of a points entry.
    Points: Transactional, Always
    /// the customer's first name
    name: CustomerName<'a>,
    /// the business's name
    business: Line<'a>,
    /// `added` or `taken`
    change: Change,
    /// how many, without a sign and with the word, as `1 punto` or `50 puntos`
    points_with_unit: Counted,
    /// how many there are now, with the word
    balance_with_unit: Counted,
    /// how many, without a sign and without the word; for approved templates
    points: Count,
    /// how many there are now, without the word; for approved templates
    balance: Count,
    /// why, as the caller said
    reason: Reason<'a>,
}

/// Which way the points went.
#[derive(Clone, Copy, IntoStaticStr, VariantNames)]
#[strum(serialize_all = "snake_case")]
pub enum Change {
    /// To the customer.
    Added,
    /// From the customer.
    Taken,
}

impl Choice for Change {}

impl<'a> Points<'a> {
    /// An entry of `points`, negative if they were taken, after which there are `balance`.
    #[must_use]
    pub fn new(name: Option<&'a str>, business: &'a str, points: i64, balance: u64, reason: Option<&'a str>) -> Self {
        let moved = points.unsigned_abs();
        Self {
            name: CustomerName(name),
            business: Line(business),
            change: if points < 0 { Change::Taken } else { Change::Added },
            points_with_unit: Counted(moved, Unit::Point),
            balance_with_unit: Counted(balance, Unit::Point),
            points: Count(moved),
            balance: Count(balance),
            reason: Reason(reason),
        }
    }
}

#[cfg(test)]
pub(super) fn samples() -> Vec<Box<dyn super::Text>> {
    let entries = [
        (150, 1_200, Some("compra #12")),
        (1, 1, None),
        (25_000, 1_234_567, None),
        (-50, 0, Some("prêmio")),
        (-1, 1, None),
    ];
    super::tests::for_each_name(entries, |CustomerName(name), (points, balance, reason)| {
        Points::new(name, "Pet Amigo", points, balance, reason)
    })
}
