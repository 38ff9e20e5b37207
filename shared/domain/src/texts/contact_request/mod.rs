//! What a customer reads of whom WhatsApp shows no number. A button below it shares the number.

use super::{CustomerName, Line};

text! {
    /// Asks a customer for their number.
    ContactRequest: Transactional, Always
    /// the customer's first name
    name: CustomerName<'a>,
    /// the business's name
    business: Line<'a>,
}

#[cfg(test)]
pub(super) fn samples() -> Vec<Box<dyn super::Text>> {
    super::tests::for_each_name([()], |name, ()| ContactRequest { name, business: Line("Pet Amigo") })
}
