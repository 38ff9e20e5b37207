//! The countries of ISO 3166-1, and the currencies in which people pay.

use iso_currency::{Country, Currency};

/// What is expected where a country is wanted.
pub const NO_COUNTRY: &str = "expected a country of ISO 3166-1 by its two letters, as BR";
/// What is expected where a currency is wanted.
pub const NO_CURRENCY: &str = "expected a currency in use by its three letters of ISO 4217, as BRL";

/// The code of a country in capital letters; `None` if ISO 3166-1 has none of it, as of `ZZ` and `UK`.
#[must_use]
pub fn country(text: &str) -> Option<String> {
    let code = text.trim().to_ascii_uppercase();
    let exists = code.parse::<Country>().is_ok_and(|country| country != Country::Unspecified);
    exists.then_some(code)
}

/// A currency in which people pay; `None` for gold, test codes, units of account, and money that is withdrawn.
#[must_use]
pub fn currency(text: &str) -> Option<Currency> {
    let found = Currency::from_code(&text.trim().to_ascii_uppercase())?;
    // The table has Venezuela's newer code alone; ISO 4217 has both, and people use this one.
    let is_current = found.is_superseded().is_none() || found == Currency::VES;
    Some(found).filter(|found| is_current && !found.is_fund() && !found.is_special())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_countries_that_there_are() {
        let letters = || (b'A'..=b'Z').map(char::from);
        let all = letters().flat_map(|first| letters().map(move |second| format!("{first}{second}")));
        assert_eq!(all.filter(|code| country(code).is_some()).count(), 249);
        assert_eq!(country(" br ").as_deref(), Some("BR"));
        for wrong in ["", "ZZ", "AA", "XX", "UK", "EU", "XK", "AN", "BRA", "Brazil", "076", "ÄT", "B"] {
            assert_eq!(country(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn only_currencies_that_people_pay_in() {
        for code in ["ARS", "BOB", "BRL", "CLP", "COP", "CRC", "EUR", "MXN", "PEN", "USD", "UYU", "VED", "VES", " brl "]
        {
            assert!(currency(code).is_some(), "{code}");
        }
        for wrong in
            ["", "XXX", "XTS", "XAU", "XDR", "XSU", "CLF", "MXV", "UYI", "USN", "CUC", "ZWL", "R$", "REAL", "BR"]
        {
            assert_eq!(currency(wrong), None, "{wrong}");
        }
    }

    /// Each country's money is known, so that a business there can be registered.
    #[test]
    fn every_country_of_latin_america_has_a_currency() {
        for code in [
            "AR", "BO", "BR", "CL", "CO", "CR", "CU", "DO", "EC", "ES", "GT", "HN", "MX", "NI", "PA", "PE", "PR", "PT",
            "PY", "SV", "US", "UY", "VE",
        ] {
            let paid = Currency::from_country(country(code).unwrap().parse().unwrap());
            assert!(paid.iter().any(|paid| currency(paid.code()).is_some()), "{code}");
        }
    }
}
