//! A business's own words to a customer.

mod filling;
mod way_out;

pub use filling::{OwnMessageProblem, filled, problems};
pub use way_out::{is_with_way_out, with_way_out};

use super::{CustomerName, Line, Value};
use crate::Voice;

text! {
    /// Says to a customer what the business has written, with the customer's name in it and a way out at its end.
    OwnMessage: Marketing, Always
    /// the customer's first name; for approved templates
    name: CustomerName<'a>,
    /// the business's name; for approved templates
    business: Line<'a>,
    /// the business's text, filled
    message: Own<'a>,
}

/// The business's text, in which `{{name}}` and `{{business}}` are filled.
#[derive(Clone, Copy)]
pub struct Own<'a> {
    text: &'a str,
    name: Option<&'a str>,
    business: &'a str,
}

impl Value for Own<'_> {
    fn write(&self, voice: Voice, _: usize) -> Option<String> {
        Some(with_way_out(filled(self.text, self.name, self.business, voice), voice))
    }
}

impl<'a> OwnMessage<'a> {
    /// A text without [`problems`] to a customer. Without a name the text greets nobody by name.
    #[must_use]
    pub fn new(text: &'a str, name: Option<&'a str>, business: &'a str) -> Self {
        Self { name: CustomerName(name), business: Line(business), message: Own { text, name, business } }
    }
}

#[cfg(test)]
pub(super) fn samples() -> Vec<Box<dyn super::Text>> {
    let texts = [
        "Oi, {{name}} 👋 {{business}} abre neste domingo 🐶",
        "{{name}}, mañana hay fiesta.\n\n{{business}} tiene un regalo para {{ name }}.",
        "Hi {{name}}, {{business}} has moved. To stop these messages, reply STOP or SAIR or BAJA.",
    ];
    super::tests::for_each_name(texts, |CustomerName(name), text| OwnMessage::new(text, name, "Pet Amigo"))
}
