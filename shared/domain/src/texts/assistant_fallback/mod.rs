//! What a customer reads when the assistant has no answer.

use super::{CustomerName, Line};

text! {
    /// Says to a customer that a person will answer.
    AssistantFallback: Transactional, Always
    /// the customer's first name
    name: CustomerName<'a>,
    /// the business's name
    business: Line<'a>,
}

#[cfg(test)]
pub(super) fn samples() -> Vec<Box<dyn super::Text>> {
    super::tests::for_each_name([()], |name, ()| AssistantFallback { name, business: Line("Pet Amigo") })
}
