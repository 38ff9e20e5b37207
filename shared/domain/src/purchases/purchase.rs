//! A purchase: an invoice of a customer, with its lines.

use crate::{CustomerId, InvoiceId, Money};
use chrono::{DateTime, Utc};
use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive;
use serde::{Deserialize, Serialize};
use std::fmt;

/// An invoice of a customer, as its last version has it. All times in UTC; `Debug` hides its content.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Purchase {
    /// The caller's name for it, unique within a business.
    pub invoice_id: InvoiceId,
    /// The customer who bought. It never changes.
    pub customer_id: CustomerId,
    /// When it was bought, in whole milliseconds.
    pub at: DateTime<Utc>,
    /// What is left of it after refunds; never below zero.
    pub total: Money,
    /// What was bought, and not brought back.
    pub lines: Vec<Line>,
    /// From 1. A correction or a refund has a higher one.
    pub version: u64,
    /// When its first version was recorded.
    pub created_at: DateTime<Utc>,
    /// When this version was recorded.
    pub updated_at: DateTime<Utc>,
}

/// A line of an invoice. `Debug` hides it.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Line {
    /// As the business calls it.
    pub product: String,
    /// What it is made of, as the business calls it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub ingredients: Vec<String>,
    /// In thousandths: 1,500 is one and a half.
    pub thousandths: i64,
    /// In minor units of the invoice's currency; negative for a discount.
    pub amount: i64,
}

impl Line {
    /// Reads a quantity, as `2` or `0.350`: not below zero, at most a million, and with at most three decimals. In
    /// thousandths.
    #[must_use]
    pub fn read_quantity(text: &str) -> Option<i64> {
        let is_plain = text.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.');
        let quantity = text.parse::<Decimal>().ok().filter(|_| is_plain)?.normalize();
        let thousandths = (quantity.scale() <= 3).then(|| quantity * Decimal::from(1_000))?.to_i64()?;
        (thousandths <= 1_000_000_000).then_some(thousandths)
    }

    /// How much of it.
    #[must_use]
    pub fn quantity(&self) -> f64 {
        Decimal::new(self.thousandths, 3).to_f64().unwrap_or_default()
    }
}

impl Purchase {
    /// Whether it counts as a purchase. One of which no money and no line is left was given back whole.
    #[must_use]
    pub fn counts(&self) -> bool {
        self.total.minor != 0 || !self.lines.is_empty()
    }

    /// Whether it says the same: all but the times at which it was recorded.
    #[must_use]
    pub fn says_the_same(&self, other: &Self) -> bool {
        let recorded = |it: &Self| Self { created_at: self.created_at, updated_at: self.updated_at, ..it.clone() };
        recorded(other) == *self
    }
}

impl fmt::Debug for Purchase {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Purchase")
            .field("invoice_id", &self.invoice_id)
            .field("customer_id", &self.customer_id)
            .field("at", &self.at)
            .field("version", &self.version)
            .finish_non_exhaustive()
    }
}

impl fmt::Debug for Line {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Line(…)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_quantity_is_whole_or_a_part() {
        for (text, thousandths) in [
            ("1", Some(1_000)),
            ("0", Some(0)),
            ("0.350", Some(350)),
            ("1.5000", Some(1_500)),
            ("1000000", Some(1_000_000_000)),
            ("1000000.001", None),
            ("0.0001", None),
            ("-1", None),
            ("1e3", None),
            ("1,5", None),
            ("", None),
        ] {
            assert_eq!(Line::read_quantity(text), thousandths, "{text}");
        }
    }
}
