//! The question whether promotions are to end.

use super::{CustomerName, Line};

text! {
    /// Asks a customer, once, whether promotions are to end. Without an answer they do not.
    OptQuestion: Transactional, Always
    /// the customer's first name
    name: CustomerName<'a>,
    /// the business's name
    business: Line<'a>,
}

#[cfg(test)]
pub(super) fn samples() -> Vec<Box<dyn super::Text>> {
    super::tests::for_each_name([()], |name, ()| OptQuestion { name, business: Line("Pet Amigo") })
}
