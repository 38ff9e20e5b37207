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
    /// how many, without a sign
    points: Count,
    /// how many with their word, as `1 ponto` or `50 pontos`
    points_with_unit: Counted,
    /// how many there are now
    balance: Count,
    /// how many there are now with their word, as `1 ponto` or `50 pontos`
    balance_with_unit: Counted,
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
    /// Of an entry of so many points, negative ones taken.
    #[must_use]
    pub fn new(name: Option<&'a str>, business: &'a str, points: i64, balance: u64, reason: Option<&'a str>) -> Self {
        let many = points.unsigned_abs();
        Self {
            name: CustomerName(name),
            business: Line(business),
            change: if points < 0 { Change::Taken } else { Change::Added },
            points: Count(many),
            points_with_unit: Counted(many, Unit::Point),
            balance: Count(balance),
            balance_with_unit: Counted(balance, Unit::Point),
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
    super::tests::for_each_name(entries, |name, (points, balance, reason)| {
        Points::new(name.0, "Pet Amigo", points, balance, reason)
    })
}
