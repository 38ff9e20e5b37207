//! The name by which a caller refers to a customer.

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
pub enum CustomerRefError {
    /// Neither of the two.
    #[error("expected a customer id (a UUID) or a phone number with its country code, as 573001234567")]
    Neither,
    /// A phone number that lacks a part, or that nobody has.
    #[error(transparent)]
    Phone(PhoneError),
}

impl CustomerRef {
    /// By a phone number with its country code; the `+` may be left out.
    ///
    /// # Errors
    /// If it is no phone number; says what was expected.
    pub fn phone(text: &str) -> Result<Self, PhoneError> {
        named(text, None).map(Self::Phone)
    }

    /// Whether it can only be read by a country: it is no id, and has neither `+` nor `00` before it.
    #[must_use]
    pub fn needs_country(text: &str) -> bool {
        let is_id = text.parse::<CustomerId>().is_ok();
        let begin = text.trim_start_matches(|c: char| !c.is_ascii_digit() && c != '+' && c != '\u{ff0b}');
        !is_id && !begin.starts_with(['+', '\u{ff0b}']) && !begin.starts_with("00")
    }

    /// The customers that a phone number may name at a business of `country` (ISO 3166-1 alpha-2); never empty. First
    /// comes the one that a registration with this text makes. A second comes if bare digits are also a whole number of
    /// another country: `51987654321` is a mobile of Brazil's area 51, and is what we answer for one of Peru.
    ///
    /// # Errors
    /// If it is no phone number; says what was expected.
    pub fn phones(text: &str, country: &str) -> Result<Vec<Self>, PhoneError> {
        let home = named(text, Some(country));
        let whole = Phone::parse(text, None).ok().filter(|whole| home.as_ref().is_ok_and(|home| home != whole));
        Ok(std::iter::once(home?).chain(whole).map(Self::Phone).collect())
    }

    /// The customers that an id or a phone number may name at a business of `country`, in the order of
    /// [`CustomerRef::phones`]; never empty.
    ///
    /// # Errors
    /// If it is neither; says what was expected.
    pub fn readings(text: &str, country: &str) -> Result<Vec<Self>, CustomerRefError> {
        match text.parse() {
            Ok(id) => Ok(vec![Self::Id(id)]),
            Err(_) => Self::phones(text, country).map_err(CustomerRefError::from),
        }
    }
}

/// A number as a registration reads it, or one that only a gateway has told us: it may be newer than the plans.
fn named(text: &str, country: Option<&str>) -> Result<Phone, PhoneError> {
    match Phone::parse(text, country) {
        Err(error @ (PhoneError::NotInUse | PhoneError::Service)) => {
            Phone::from_gateway(text.trim()).map_err(|_| error)
        }
        read => read,
    }
}

impl From<PhoneError> for CustomerRefError {
    fn from(error: PhoneError) -> Self {
        match error {
            PhoneError::AreaCode(_)
            | PhoneError::NotInUse
            | PhoneError::Rounded
            | PhoneError::Service
            | PhoneError::Several => Self::Phone(error),
            _ => Self::Neither,
        }
    }
}

impl FromStr for CustomerRef {
    type Err = CustomerRefError;
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let id = text.parse().map(Self::Id);
        id.or_else(|_| Self::phone(text).map_err(CustomerRefError::from))
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
            assert_eq!(wrong.parse::<CustomerRef>(), Err(CustomerRefError::Neither), "{wrong}");
        }
    }

    #[test]
    fn a_national_number_is_read_as_at_the_registration() {
        let phone = |digits: &str| CustomerRef::Phone(Phone::from_gateway(digits).unwrap());
        for (country, text, found) in [
            ("BR", "11 98800-0001", &["5511988000001"][..]),
            ("BR", "011 98800-0001", &["5511988000001"]),
            ("BR", "+55 11 98800-0001", &["5511988000001"]),
            ("BR", "5511988000001", &["5511988000001"]),
            ("BR", "551188000001", &["5511988000001"]),
            ("BR", "51987654321", &["5551987654321", "51987654321"]),
            ("BR", "+51987654321", &["51987654321"]),
            ("PE", "987 654 321", &["51987654321"]),
            ("MX", "5539690104", &["525539690104"]),
            // Not in the plans yet; a gateway may know it.
            ("CO", "573060000000", &["573060000000"]),
            ("BR", "+573060000000", &["573060000000"]),
        ] {
            let expected: Vec<_> = found.iter().map(|digits| phone(digits)).collect();
            let registered = Phone::parse(text, Some(country)).map(CustomerRef::Phone);
            let readings = CustomerRef::readings(text, country);
            assert_eq!(readings, Ok(expected.clone()), "{text}");
            assert_eq!(CustomerRef::phones(text, country), Ok(expected), "{text}");
            if let Ok(registered) = registered {
                assert_eq!(readings.unwrap().first(), Some(&registered), "{text}");
            }
        }
        let id = "01890a5d-ac96-774b-bcce-b302099a8057";
        assert_eq!(CustomerRef::readings(id, "BR"), Ok(vec![CustomerRef::Id(id.parse().unwrap())]));
        assert_eq!(CustomerRef::readings("ana", "BR"), Err(CustomerRefError::Neither));
        let error = CustomerRef::readings("98800-0001", "BR").unwrap_err().to_string();
        assert!(error.contains("area code"), "{error}");
    }
}
