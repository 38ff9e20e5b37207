//! How a caller names a customer.

use crate::phone::PhoneError;
use crate::{CustomerId, Phone};
use serde::Deserialize;
use std::str::FromStr;

/// A customer as a caller names it: by id, or by phone in any spelling with its country.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub enum CustomerRef {
    /// By `customer_id`.
    Id(CustomerId),
    /// By phone, in any spelling.
    Phone(Phone),
}

/// A name that was refused, with the form that was expected.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("expected a customer id (a UUID) or a phone number with its country code, as 573001234567")]
pub struct CustomerRefError;

impl CustomerRef {
    /// By a phone number with its country code; the `+` may be left out.
    ///
    /// # Errors
    /// If it is no phone number; says what was expected.
    pub fn phone(text: &str) -> Result<Self, PhoneError> {
        Phone::parse(text, None).map(Self::Phone)
    }

    /// Whether its phone can only be read by a country: it has neither `+` nor `00` before it, and is no id.
    #[must_use]
    pub fn needs_country(text: &str) -> bool {
        let is_id = text.parse::<CustomerId>().is_ok();
        let begin = text.trim_start_matches(|c: char| !c.is_ascii_digit() && c != '+' && c != '\u{ff0b}');
        !is_id && !begin.starts_with(['+', '\u{ff0b}']) && !begin.starts_with("00")
    }

    /// By id, or by phone as it is written in a country (ISO 3166-1).
    ///
    /// # Errors
    /// If it is neither.
    pub fn read(text: &str, country: Option<&str>) -> Result<Self, CustomerRefError> {
        let id = text.parse().map(Self::Id);
        id.or_else(|_| Phone::parse(text, country).map(Self::Phone)).map_err(|_| CustomerRefError)
    }
}

impl FromStr for CustomerRef {
    type Err = CustomerRefError;
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::read(text, None)
    }
}

impl TryFrom<String> for CustomerRef {
    type Error = CustomerRefError;
    fn try_from(text: String) -> Result<Self, Self::Error> {
        text.parse()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_customer_is_named_by_id_or_by_phone_in_any_spelling() {
        let id = "01890a5d-ac96-774b-bcce-b302099a8057";
        assert_eq!(id.parse(), Ok(CustomerRef::Id(id.parse().unwrap())));
        let phone: CustomerRef = "5511987654321".parse().unwrap();
        for spelling in
            ["+5511987654321", "551187654321", "+55 (11) 98765-4321", " +55 11 8765-4321 ", "0055 11 98765-4321"]
        {
            assert_eq!(spelling.parse(), Ok(phone.clone()), "{spelling}");
        }
        for wrong in ["", "ana", "12", "+", "01890a5d-ac96"] {
            assert_eq!(wrong.parse::<CustomerRef>(), Err(CustomerRefError), "{wrong}");
        }
    }
}
