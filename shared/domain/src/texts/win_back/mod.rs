//! The offer to a customer who has been away for long.

use super::{CustomerName, Line, Percent};

text! {
    /// Misses a customer who has been away for long.
    WinBack: Marketing, WhileInactive
    /// the customer's first name
    name: CustomerName<'a>,
    /// the business's name
    business: Line<'a>,
    /// how much off, as `10 %` in Spanish or `10%`; missing if it is nothing
    offer: Percent,
}

#[cfg(test)]
pub(super) fn samples() -> Vec<Box<dyn super::Text>> {
    super::tests::for_each_name([20, 0], |name, offer| {
        let offer = Percent(offer);
        WinBack { name, business: Line("Pet Amigo"), offer }
    })
}
