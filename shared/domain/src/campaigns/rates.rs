//! What WhatsApp takes for a message, by the country of the person and the category of the message.
//!
//! Prices of Meta in US dollars, as they hold from 2026-10-01. They were read on 2026-11-28 from a secondary source, not
//! from Meta's own list. Look them up again when Meta announces new ones: it does so quarterly. Countries that are not in
//! the table have no known price, and the owner is told so.

use crate::{Kind, Money};
use iso_currency::Currency;

/// The category that Meta bills a message under.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Category {
    /// Offers, greetings, campaigns.
    Marketing,
    /// Everything else. A free text inside the reply window costs as much, and nothing for the first 1,000 of a number
    /// in a month, which are not counted here.
    Utility,
}

impl From<Kind> for Category {
    fn from(kind: Kind) -> Self {
        match kind {
            Kind::Marketing => Self::Marketing,
            Kind::Transactional | Kind::Owner => Self::Utility,
        }
    }
}

/// From when on the prices hold, for people who look at a figure.
pub const VALID_FROM: &str = "2026-10-01";

/// Country (ISO 3166-1 alpha-2), marketing, utility; in ten-thousandths of a US dollar.
const RATES: [(&str, u32, u32); 4] = [("AR", 618, 260), ("BR", 625, 68), ("CL", 889, 200), ("CO", 125, 8)];

/// Ten-thousandths of a dollar in a cent.
const IN_A_CENT: u64 = 100;

/// The price of so many messages to people of a country (ISO 3166-1 alpha-2), in US dollars rounded up to a cent; `None` if
/// the price is not known there.
#[must_use]
pub fn cost(country: &str, category: Category, count: u64) -> Option<Money> {
    let country = country.to_ascii_uppercase();
    let (_, marketing, utility) = RATES.iter().find(|(known, _, _)| *known == country)?;
    let rate = match category {
        Category::Marketing => *marketing,
        Category::Utility => *utility,
    };
    let cents = count.checked_mul(u64::from(rate))?.div_ceil(IN_A_CENT);
    Some(Money::new(i64::try_from(cents).ok()?, Currency::USD))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Locale;

    #[test]
    fn prices_by_country_and_category() {
        use Category::{Marketing, Utility};
        for (country, category, count, cents) in [
            ("BR", Marketing, 20, Some(125)),
            ("br", Marketing, 1, Some(7)),
            ("BR", Utility, 1_000, Some(680)),
            ("AR", Marketing, 100, Some(618)),
            ("AR", Utility, 100, Some(260)),
            ("CL", Marketing, 100, Some(889)),
            ("CL", Utility, 100, Some(200)),
            ("CO", Marketing, 800_000, Some(1_000_000)),
            ("CO", Utility, 1, Some(1)),
            ("BR", Marketing, 0, Some(0)),
            ("MX", Marketing, 1, None),
            ("", Marketing, 1, None),
            ("BR", Marketing, u64::MAX, None),
        ] {
            let cost = cost(country, category, count);
            assert_eq!(cost.map(|money| money.minor), cents, "{country} {category:?} {count}");
        }
        let money = cost("BR", Kind::Marketing.into(), 20).unwrap();
        assert_eq!(money.written("BR", Locale::PtBr), "US$ 1,25");
        assert_eq!(Category::from(Kind::Owner), Utility);
    }
}
