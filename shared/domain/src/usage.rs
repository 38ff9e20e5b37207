//! What the assistant has done for a business, and what that costs.

use crate::Money;
use crate::rates::{Category, cost};
use iso_currency::Currency;
use serde::{Deserialize, Serialize};

/// Tokens that a price is for.
const MILLION: u128 = 1_000_000;

/// Counts of a time.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Usage {
    /// Conversations that have ended in which the assistant has said something.
    pub conversations: u64,
    /// What it has said in them, in messages.
    pub answers: u64,
    /// Tokens of its turns.
    pub turn_tokens: u64,
    /// Conversations that were analysed.
    pub analysed: u64,
    /// Tokens of the analyses.
    pub analysis_tokens: u64,
}

impl Usage {
    /// Both together.
    #[must_use]
    pub fn and(self, other: Self) -> Self {
        Self {
            conversations: self.conversations + other.conversations,
            answers: self.answers + other.answers,
            turn_tokens: self.turn_tokens + other.turn_tokens,
            analysed: self.analysed + other.analysed,
            analysis_tokens: self.analysis_tokens + other.analysis_tokens,
        }
    }

    /// The tokens of all that was asked of the model.
    #[must_use]
    pub fn tokens(&self) -> u64 {
        self.turn_tokens + self.analysis_tokens
    }

    /// The price of the tokens, rounded up to a cent, if a million of them costs so many cents of a US dollar.
    #[must_use]
    pub fn model_cost(&self, cents_a_million: u64) -> Option<Money> {
        let cents = (u128::from(self.tokens()) * u128::from(cents_a_million)).div_ceil(MILLION);
        Some(Money::new(i64::try_from(cents).ok()?, Currency::USD))
    }

    /// What WhatsApp takes at most for the answers to people of a country (ISO 3166-1 alpha-2), rounded up to a cent;
    /// `None` if its price there is not known.
    #[must_use]
    pub fn gateway_cost(&self, country: &str) -> Option<Money> {
        cost(country, Category::Utility, self.answers)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tokens_and_answers_have_a_price() {
        let day = Usage { conversations: 1, answers: 3, turn_tokens: 2_000, analysed: 1, analysis_tokens: 500 };
        let both = day.and(day);
        assert_eq!((both.tokens(), both.answers, both.conversations), (5_000, 6, 2));
        assert_eq!(both.model_cost(75).map(|money| money.minor), Some(1));
        assert_eq!(Usage { turn_tokens: 4_000_000, ..both }.model_cost(75).map(|money| money.minor), Some(301));
        assert_eq!(both.gateway_cost("BR").map(|money| money.minor), Some(5));
        assert_eq!(both.gateway_cost("MX"), None);
    }
}
