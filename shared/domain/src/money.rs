//! Amounts of money in minor units, written as people of the business's country write them.

use crate::Locale;
use iso_currency::Currency;
use rust_decimal::prelude::ToPrimitive;
use rust_decimal::{Decimal, RoundingStrategy};
use serde::{Deserialize, Serialize};

/// An amount in minor units (cents; whole units where ISO 4217 has no smaller) of a currency.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Money {
    /// Minor units; negative for a debt or a refund.
    pub minor: i64,
    /// ISO 4217.
    pub currency: Currency,
}

/// The form of a currency at home.
struct Written {
    currency: Currency,
    symbol: &'static str,
    /// Decimals in daily use; ISO 4217 has more for some.
    decimals: u32,
    /// The countries in which the symbol alone says which currency it is. Elsewhere `$` would be another money.
    home: &'static [&'static str],
}

const fn written(currency: Currency, symbol: &'static str, decimals: u32, home: &'static [&'static str]) -> Written {
    Written { currency, symbol, decimals, home }
}

const WRITTEN: [Written; 19] = [
    written(Currency::ARS, "$", 2, &["AR"]),
    written(Currency::BOB, "Bs", 2, &["BO"]),
    written(Currency::BRL, "R$", 2, &["BR"]),
    written(Currency::CLP, "$", 0, &["CL"]),
    written(Currency::COP, "$", 0, &["CO"]),
    written(Currency::CRC, "₡", 0, &["CR"]),
    written(Currency::CUP, "$", 2, &["CU"]),
    written(Currency::DOP, "RD$", 2, &["DO"]),
    written(Currency::EUR, "€", 2, &["ES", "PT"]),
    written(Currency::GTQ, "Q", 2, &["GT"]),
    written(Currency::HNL, "L", 2, &["HN"]),
    written(Currency::MXN, "$", 2, &["MX"]),
    written(Currency::NIO, "C$", 2, &["NI"]),
    written(Currency::PAB, "B/.", 2, &["PA"]),
    written(Currency::PEN, "S/", 2, &["PE"]),
    written(Currency::PYG, "₲", 0, &["PY"]),
    written(Currency::USD, "$", 2, &["US", "PR", "EC", "SV", "PA"]),
    written(Currency::UYU, "$", 2, &["UY"]),
    written(Currency::VES, "Bs.", 2, &["VE"]),
];

/// Countries that part thousands with a point and decimals with a comma (CLDR), as far as Recado knows them.
const POINT_FOR_THOUSANDS: [&str; 12] = ["AR", "BO", "BR", "CL", "CO", "CR", "EC", "ES", "PT", "PY", "UY", "VE"];

/// Countries that do it the other way round.
const COMMA_FOR_THOUSANDS: [&str; 10] = ["CU", "DO", "GT", "HN", "MX", "NI", "PA", "PE", "PR", "SV"];

/// The most units that are read; so all digits of an amount fit into a number of JSON.
const MOST_UNITS: u64 = 1_000_000_000_000;

/// Why an amount cannot be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum AmountError {
    /// Not a plain decimal, or too large.
    #[error("expected an amount in units of the currency, as 1450.00")]
    Form,
    /// More decimals than the currency has.
    #[error("expected no more decimals than the currency has")]
    Decimals,
}

/// Decimals that the currency has by ISO 4217.
fn exponent(currency: Currency) -> u32 {
    u32::from(currency.exponent().unwrap_or(2))
}

impl Money {
    /// So many minor units.
    #[must_use]
    pub fn new(minor: i64, currency: Currency) -> Self {
        Self { minor, currency }
    }

    /// Reads an amount in units of the currency, as `1450`, `1450.5` or `1450.00`.
    ///
    /// # Errors
    /// It is no such number, has more decimals than the currency, or is beyond a trillion units.
    pub fn read(text: &str, currency: Currency) -> Result<Self, AmountError> {
        let is_plain = text.bytes().all(|byte| byte.is_ascii_digit() || matches!(byte, b'.' | b'-'));
        let amount: Decimal = text.parse().ok().filter(|_| is_plain).ok_or(AmountError::Form)?;
        if amount.abs() > Decimal::from(MOST_UNITS) {
            return Err(AmountError::Form);
        }
        let decimals = exponent(currency);
        let minor = amount.normalize();
        if minor.scale() > decimals {
            return Err(AmountError::Decimals);
        }
        let minor = (minor * Decimal::from(10_u64.pow(decimals))).to_i64().ok_or(AmountError::Form)?;
        Ok(Self { minor, currency })
    }

    /// In units of the currency, as JSON has it: its shortest decimals are exact up to a trillion units.
    #[must_use]
    pub fn units(self) -> f64 {
        Decimal::from_i128_with_scale(self.minor.into(), exponent(self.currency)).to_f64().unwrap_or_default()
    }

    /// As it is written in a country (ISO 3166-1 alpha-2), in a text of this language: `R$ 1.450,00` in Brazil,
    /// `$ 1.450.000` in Colombia, `$1,450.00` in Mexico. A currency that is not the country's own is told apart:
    /// `US$ 20,00`, `MXN 20,00`.
    #[must_use]
    pub fn written(self, country: &str, locale: Locale) -> String {
        let country = country.to_ascii_uppercase();
        let point = if COMMA_FOR_THOUSANDS.contains(&country.as_str()) {
            false
        } else {
            POINT_FOR_THOUSANDS.contains(&country.as_str()) || locale != Locale::En
        };
        let exponent = exponent(self.currency);
        let known = WRITTEN.iter().find(|known| known.currency == self.currency);
        let symbol = match known {
            Some(known) if known.home.contains(&country.as_str()) || known.symbol != "$" => known.symbol,
            Some(known) if known.currency == Currency::USD => "US$",
            _ => self.currency.code(),
        };
        let number = number(self.minor.unsigned_abs(), exponent, known.map_or(exponent, |known| known.decimals), point);

        let minus = if self.minor < 0 && number.contains(|c: char| matches!(c, '1'..='9')) { "-" } else { "" };
        if self.currency == Currency::EUR && point {
            return format!("{minus}{number} {symbol}");
        }
        let blank = if point || symbol.ends_with(|c: char| c.is_ascii_alphanumeric() || c == '/') { " " } else { "" };
        format!("{minus}{symbol}{blank}{number}")
    }
}

/// The number in groups of three, rounded half away from zero to so many decimals.
fn number(minor: u64, exponent: u32, decimals: u32, point: bool) -> String {
    let amount = Decimal::from_i128_with_scale(i128::from(minor), exponent);
    let amount = amount.round_dp_with_strategy(decimals, RoundingStrategy::MidpointAwayFromZero);
    let plain = format!("{amount:.*}", usize::try_from(decimals).unwrap_or(0));
    let (whole, rest) = plain.split_once('.').unwrap_or((&plain, ""));
    let (group, decimal) = if point { ('.', ',') } else { (',', '.') };

    let mut written = String::with_capacity(plain.len() * 2);
    for (index, digit) in whole.chars().enumerate() {
        if index > 0 && (whole.len() - index).is_multiple_of(3) {
            written.push(group);
        }
        written.push(digit);
    }
    if !rest.is_empty() {
        written.push(decimal);
        written.push_str(rest);
    }
    written
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn as_people_write_it() {
        for (minor, currency, country, locale, text) in [
            (145_000, Currency::BRL, "BR", Locale::PtBr, "R$ 1.450,00"),
            (145_000_000, Currency::COP, "CO", Locale::Es, "$ 1.450.000"),
            (145_000_049, Currency::COP, "co", Locale::Es, "$ 1.450.000"),
            (145_000_050, Currency::COP, "CO", Locale::Es, "$ 1.450.001"),
            (1_250_000, Currency::CRC, "CR", Locale::Es, "₡ 12.500"),
            (12_990, Currency::CLP, "CL", Locale::Es, "$ 12.990"),
            (145_000, Currency::MXN, "MX", Locale::Es, "$1,450.00"),
            (145_000, Currency::ARS, "AR", Locale::Es, "$ 1.450,00"),
            (145_000, Currency::PEN, "PE", Locale::Es, "S/ 1,450.00"),
            (145_000, Currency::GTQ, "GT", Locale::Es, "Q 1,450.00"),
            (145_000, Currency::DOP, "DO", Locale::Es, "RD$1,450.00"),
            (145_000, Currency::USD, "US", Locale::En, "$1,450.00"),
            (145_000, Currency::USD, "EC", Locale::Es, "$ 1.450,00"),
            (145_000, Currency::USD, "BR", Locale::PtBr, "US$ 1.450,00"),
            (145_000, Currency::USD, "MX", Locale::Es, "US$1,450.00"),
            (145_000, Currency::MXN, "US", Locale::En, "MXN 1,450.00"),
            (145_000, Currency::EUR, "ES", Locale::Es, "1.450,00 €"),
            (145_000, Currency::EUR, "IE", Locale::En, "€1,450.00"),
            (145_000, Currency::JPY, "JP", Locale::En, "JPY 145,000"),
            (145_000, Currency::GBP, "", Locale::Es, "GBP 1.450,00"),
            (0, Currency::BRL, "BR", Locale::PtBr, "R$ 0,00"),
            (-5, Currency::BRL, "BR", Locale::PtBr, "-R$ 0,05"),
            (-49, Currency::COP, "CO", Locale::Es, "$ 0"),
            (99_999, Currency::BRL, "BR", Locale::PtBr, "R$ 999,99"),
            (i64::MIN, Currency::BRL, "BR", Locale::PtBr, "-R$ 92.233.720.368.547.758,08"),
        ] {
            assert_eq!(Money::new(minor, currency).written(country, locale), text);
        }
    }

    proptest! {
        /// No digit is lost or moved where the currency's own decimals are written.
        #[test]
        fn no_digit_is_lost(minor: i64, country in prop::sample::select(vec!["BR", "MX", "US", "XX", "ES"])) {
            for currency in [Currency::BRL, Currency::MXN, Currency::USD, Currency::EUR, Currency::JPY, Currency::KWD] {
                let text = Money::new(minor, currency).written(country, Locale::Es);
                let digits: String = text.chars().filter(char::is_ascii_digit).collect();
                prop_assert_eq!(digits.parse::<u64>().unwrap(), minor.unsigned_abs());
                prop_assert_eq!(text.starts_with('-'), minor < 0);
            }
        }
    }

    #[test]
    fn read_in_units_of_the_currency() {
        for (text, currency, minor) in [
            ("1450", Currency::BRL, Ok(145_000)),
            ("1450.5", Currency::BRL, Ok(145_050)),
            ("1450.00", Currency::BRL, Ok(145_000)),
            ("-0.05", Currency::USD, Ok(-5)),
            ("45000", Currency::CLP, Ok(45_000)),
            ("45000.00", Currency::CLP, Ok(45_000)),
            ("1.234", Currency::KWD, Ok(1_234)),
            ("1000000000000", Currency::BRL, Ok(100_000_000_000_000)),
            ("1000000000000.01", Currency::BRL, Err(AmountError::Form)),
            ("1450.005", Currency::BRL, Err(AmountError::Decimals)),
            ("45000.5", Currency::CLP, Err(AmountError::Decimals)),
            ("1,450.00", Currency::BRL, Err(AmountError::Form)),
            ("1e3", Currency::BRL, Err(AmountError::Form)),
            ("1_000", Currency::BRL, Err(AmountError::Form)),
            ("+1", Currency::BRL, Err(AmountError::Form)),
            ("", Currency::BRL, Err(AmountError::Form)),
        ] {
            assert_eq!(Money::read(text, currency).map(|money| money.minor), minor, "{text}");
        }
    }

    proptest! {
        /// What is told of an amount reads as the same amount.
        #[test]
        fn units_are_exact(minor in -100_000_000_000_000..=100_000_000_000_000i64) {
            for currency in [Currency::BRL, Currency::KWD] {
                let money = Money::new(minor, currency);
                prop_assert_eq!(Money::read(&serde_json::to_string(&money.units()).unwrap(), currency), Ok(money));
            }
        }
    }

    #[test]
    fn stored_with_its_currency() {
        let json = serde_json::to_string(&Money::new(-5, Currency::COP)).unwrap();
        assert_eq!(json, r#"{"minor":-5,"currency":"COP"}"#);
        assert_eq!(serde_json::from_str::<Money>(&json).unwrap(), Money::new(-5, Currency::COP));
    }
}
