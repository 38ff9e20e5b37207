//! The request for a review after a visit.

use super::{CustomerName, Line, LineIfAny};

text! {
    /// Asks a customer for a review after a visit: everyone alike, and without a reward. It asks for something in the
    /// business's favour, so it is under consent and the weekly cap. It puts no question in the chat, where nobody waits
    /// for the answer.
    ReviewRequest: Marketing, Always
    /// the customer's first name
    name: CustomerName<'a>,
    /// the business's name
    business: Line<'a>,
    /// the pet that the visit was for; missing if there is none
    pet: LineIfAny<'a>,
    /// the address of the business's page for reviews
    link: Line<'a>,
}

#[cfg(test)]
pub(super) fn samples() -> Vec<Box<dyn super::Text>> {
    super::tests::for_each_name([Some("Rex"), None], |name, pet| ReviewRequest {
        name,
        business: Line("Pet Amigo"),
        pet: LineIfAny(pet),
        link: Line("https://g.page/r/pet-amigo/review"),
    })
}
