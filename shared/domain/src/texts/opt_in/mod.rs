//! An opt-in confirmed.

use super::{CustomerName, Line};

text! {
    /// Tells a customer that promotions come from now on.
    OptIn: Transactional, Always
    /// the customer's first name
    name: CustomerName<'a>,
    /// the business's name
    business: Line<'a>,
}

#[cfg(test)]
pub(super) fn samples() -> Vec<Box<dyn super::Text>> {
    super::tests::for_each_name([()], |name, ()| OptIn { name, business: Line("Pet Amigo") })
}
