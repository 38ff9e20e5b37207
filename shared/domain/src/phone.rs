//! WhatsApp numbers as E.164 digits, in one spelling per person.

use serde::{Deserialize, Serialize};
use std::fmt;

/// A phone number as canonical E.164 digits without `+`: Brazilian mobiles with their ninth digit,
/// Mexican ones without the 1, Argentine ones with the 9. `Debug` hides it.
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Phone(String);

impl Phone {
    /// The digits.
    #[must_use]
    pub fn digits(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Phone {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Phone(…)")
    }
}
