//! The greeting on a customer's or a pet's birthday.

use super::{CustomerName, Line, Percent, PetName};

text! {
    /// Greets a customer on a birthday of the house.
    Birthday: Marketing, OnItsDay
    /// the customer's first name
    name: CustomerName<'a>,
    /// the business's name
    business: Line<'a>,
    /// the pet whose birthday it is; missing on the customer's own. The fallback reads well after a preposition, as in
    /// `¡Feliz cumpleaños a …!`, `Parabéns para …!` or `Happy birthday to …!`
    pet: PetName<'a>,
    /// how much off, as `10 %` in Spanish or `10%`; missing if it is nothing
    offer: Percent,
}

#[cfg(test)]
pub(super) fn samples() -> Vec<Box<dyn super::Text>> {
    super::tests::for_each_name([(None, 10), (Some("Rex"), 10), (None, 0), (Some("Rex"), 0)], |name, (pet, offer)| {
        Birthday { name, business: Line("Pet Amigo"), pet: PetName(pet), offer: Percent(offer) }
    })
}
