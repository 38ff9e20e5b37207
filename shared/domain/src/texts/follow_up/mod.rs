//! What is said to a customer on the day of their next step.

use super::Line;
use super::assistant_answer::Said;

text! {
    /// Takes up with a customer what was left open, in the assistant's or a person's words.
    FollowUp: Marketing, OnItsDay
    /// what is said
    message: Said<'a>,
    /// the business's name
    business: Line<'a>,
}

#[cfg(test)]
pub(super) fn samples() -> Vec<Box<dyn super::Text>> {
    let message = Said("Ana: Rex 🐾 10:00");
    vec![Box::new(FollowUp { message, business: Line("Pet Amigo") })]
}
