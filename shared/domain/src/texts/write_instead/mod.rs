//! What a customer reads who sent a recording that was not understood.

use super::{CustomerName, Line};

text! {
    /// Asks a customer to write what they have recorded.
    WriteInstead: Transactional, Always
    /// the customer's first name
    name: CustomerName<'a>,
    /// the business's name
    business: Line<'a>,
}

#[cfg(test)]
pub(super) fn samples() -> Vec<Box<dyn super::Text>> {
    super::tests::for_each_name([()], |name, ()| WriteInstead { name, business: Line("Pet Amigo") })
}
