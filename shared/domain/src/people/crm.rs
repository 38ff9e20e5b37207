//! A business's notes on a customer: how far it has come, and the next step. Written by a human, or by the analysis of
//! a conversation.

use serde::{Deserialize, Serialize};
use strum::{Display, EnumIter};

/// The progress of a customer towards the business.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, Display, EnumIter)]
#[serde(rename_all = "lowercase")]
#[strum(serialize_all = "lowercase")]
pub enum ProfileStatus {
    /// Has asked.
    Lead,
    /// Wants something.
    Interested,
    /// Knows the price.
    Quoted,
    /// Has an appointment.
    Booked,
    /// Has bought.
    Customer,
    /// Has not been heard of.
    Inactive,
    /// Will not come back.
    Lost,
}

/// The urgency of the next action, from 1 (urgent) to 5. The default is 2 (medium).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(into = "u8", try_from = "u8")]
pub struct Priority(u8);

/// A priority that was refused, with the form that was expected.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("expected a whole number from 1 (urgent) to 5")]
pub struct PriorityError;

impl Default for Priority {
    fn default() -> Self {
        Self(2)
    }
}

impl From<Priority> for u8 {
    fn from(priority: Priority) -> Self {
        priority.0
    }
}

impl TryFrom<u8> for Priority {
    type Error = PriorityError;
    fn try_from(number: u8) -> Result<Self, Self::Error> {
        if (1..=5).contains(&number) { Ok(Self(number)) } else { Err(PriorityError) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_priority_is_from_1_to_5() {
        let taken: Vec<u8> = (0..=u8::MAX).filter(|number| Priority::try_from(*number).is_ok()).collect();
        assert_eq!((taken, u8::from(Priority::default())), (vec![1, 2, 3, 4, 5], 2));
        assert!(serde_json::from_str::<Priority>("6").is_err());
        assert_eq!(serde_json::to_string(&ProfileStatus::Lead).unwrap(), "\"lead\"");
    }
}
