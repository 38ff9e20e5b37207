//! The notice of a points entry.

use super::{Choice, Count, CustomerName, Line, Reason};

text! {
    /// Tells a customer of a points entry.
    Points: Transactional, Always
    /// the customer's first name
    name: CustomerName<'a>,
    /// the business's name
    business: Line<'a>,
    /// `added` or `taken`
    change: Choice,
    /// how many, without a sign
    points: Count,
    /// how many there are now
    balance: Count,
    /// why, as the caller said
    reason: Reason<'a>,
}

impl Points<'_> {
    /// The `change` of an entry of so many points.
    #[must_use]
    pub fn change(points: i64) -> Choice {
        Choice(if points < 0 { "taken" } else { "added" })
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
    super::tests::for_each_name(entries, |name, (points, balance, reason)| Points {
        name,
        business: Line("Pet Amigo"),
        change: Points::change(points),
        points: Count(points.unsigned_abs()),
        balance: Count(balance),
        reason: Reason(reason),
    })
}
