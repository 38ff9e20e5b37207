//! An opt-out confirmed.

use super::{CustomerName, Line};

text! {
    /// Tells a customer that promotions end.
    OptOut: Transactional, Always
    /// the customer's first name
    name: CustomerName<'a>,
    /// the business's name
    business: Line<'a>,
}

#[cfg(test)]
pub(super) fn samples() -> Vec<Box<dyn super::Text>> {
    super::tests::for_each_name([()], |name, ()| OptOut { name, business: Line("Pet Amigo") })
}
