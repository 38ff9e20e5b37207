//! What the assistant says to a customer.

use super::Value;
use crate::Voice;

text! {
    /// An answer of the assistant, in its own words.
    AssistantAnswer: Transactional, Always
    /// the answer
    message: Said<'a>,
}

/// A text that is sent as it is.
#[derive(Clone, Copy)]
pub struct Said<'a>(pub &'a str);

impl Value for Said<'_> {
    fn write(&self, _: Voice, _: usize) -> Option<String> {
        Some(self.0.trim().to_owned()).filter(|text| !text.is_empty())
    }
}

#[cfg(test)]
pub(super) fn samples() -> Vec<Box<dyn super::Text>> {
    vec![Box::new(AssistantAnswer { message: Said("Pet Amigo abre das 9h às 18h.\nO banho custa R$ 80,00 🐾") })]
}
