//! WhatsApp numbers as E.164 digits, in one spelling per person.

mod plain;
mod plans;

use plain::{COUNTRIES, plain};
use plans::{Plan, is_in_use, read};
use serde::{Deserialize, Serialize};
use std::fmt;

/// A phone number as canonical E.164 digits without `+`: Brazilian mobiles with their ninth digit,
/// Mexican ones without the 1, Argentine ones with the 9. `Debug` hides it.
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Phone(String);

/// A number that was refused, with what was expected; it does not repeat the number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PhoneError {
    /// Letters or signs among the digits.
    #[error("expected digits with + and the country code, as +57 300 123 4567")]
    Characters,
    /// Fewer digits than its country's numbers have.
    #[error("expected more digits: country code and whole number, as +57 300 123 4567")]
    TooShort,
    /// More digits than its country's numbers have.
    #[error("expected fewer digits: country code and one number, as +57 300 123 4567")]
    TooLong,
    /// No country has this code.
    #[error("expected + and a country code that exists, as +57 300 123 4567")]
    CountryCode,
    /// Stored or sent as canonical, and it is not.
    #[error("expected canonical E.164 digits without +")]
    NotCanonical,
}

/// The shortest and the longest number of E.164 that is taken from a gateway unseen.
const DIGITS: std::ops::RangeInclusive<usize> = 7..=15;

impl Phone {
    /// Reads a number as a person writes it: with `+` or `00` and the country code, as bare digits with the country
    /// code, or in the national form of `default_country` (ISO 3166-1 alpha-2). Blanks, dashes, dots, slashes and
    /// brackets may stand anywhere.
    ///
    /// # Errors
    /// If no reading of it has a length that its country uses.
    pub fn parse(text: &str, default_country: Option<&str>) -> Result<Self, PhoneError> {
        let written = bare(text)?;
        let international = written.strip_prefix('+').or_else(|| written.strip_prefix("00"));
        let country = default_country.filter(|_| international.is_none()).map(str::to_ascii_uppercase);
        let digits = international.unwrap_or(&written);
        match plain(digits, country.as_deref()) {
            Some(digits) => Ok(Self(digits)),
            None => by_plans(digits, country.as_deref()).map(Self),
        }
    }

    /// Reads a number as a gateway names it: digits, with or without `+`, or a chat id as
    /// `573001234567@s.whatsapp.net` or `…@c.us`. Cheap: it does not ask whether such a number can exist.
    ///
    /// # Errors
    /// If it is not 7 to 15 digits, or a chat that is not a phone's, as a group or a LID.
    pub fn from_gateway(text: &str) -> Result<Self, PhoneError> {
        let (user, server) = text.split_once('@').unwrap_or((text, "c.us"));
        if !matches!(server, "s.whatsapp.net" | "c.us") {
            return Err(PhoneError::Characters);
        }
        // `:` and the number of a linked device may follow.
        let user = user.split(':').next().unwrap_or(user);
        let digits = user.strip_prefix('+').unwrap_or(user);
        well_formed(digits)?;
        Ok(Self(fold(digits)))
    }

    /// E.164 digits without the plus sign.
    #[must_use]
    pub fn digits(&self) -> &str {
        &self.0
    }

    /// With `+` before the digits.
    #[must_use]
    pub fn e164(&self) -> String {
        format!("+{}", self.0)
    }

    /// ISO 3166-1 alpha-2 of the countries that Recado knows by their prefix: Latin America, the United States
    /// (for all of +1 but Puerto Rico and the Dominican Republic), Spain, Portugal.
    #[must_use]
    pub fn country(&self) -> Option<&'static str> {
        let found = COUNTRIES.iter().find(|(prefix, _)| self.0.starts_with(prefix));
        found.map(|(_, country)| *country)
    }
}

/// The digits of what a person wrote, after a `+` if there was one.
fn bare(text: &str) -> Result<String, PhoneError> {
    let mut bare = String::with_capacity(16);
    for c in text.chars() {
        match c {
            '0'..='9' => bare.push(c),
            '+' | '＋' if bare.is_empty() => bare.push('+'),
            '-' | '.' | '/' | '(' | ')' | '\u{2010}'..='\u{2015}' => {}
            // Marks of direction come with numbers copied from a contact.
            '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}' => {}
            c if c.is_whitespace() => {}
            _ => return Err(PhoneError::Characters),
        }
    }
    match bare.len() {
        0..5 => Err(PhoneError::TooShort),
        // The longest there is, with `00`, a trunk prefix and the number of a carrier.
        5..=22 => Ok(bare),
        _ => Err(PhoneError::TooLong),
    }
}

/// 7 to 15 digits, the first not zero.
fn well_formed(digits: &str) -> Result<(), PhoneError> {
    if digits.is_empty() || !digits.bytes().all(|b| b.is_ascii_digit()) {
        return Err(PhoneError::Characters);
    }
    if digits.starts_with('0') {
        return Err(PhoneError::CountryCode);
    }
    match digits.len() {
        n if n < *DIGITS.start() => Err(PhoneError::TooShort),
        n if n > *DIGITS.end() => Err(PhoneError::TooLong),
        _ => Ok(()),
    }
}

/// Reads digits by the numbering plans of the world, as a whole or in the national form of a country: a number in use,
/// or else one that could be, for new ranges come faster than the plans are updated.
fn by_plans(written: &str, country: Option<&str>) -> Result<String, PhoneError> {
    let (readings, guesses) = match country.and_then(Plan::of_country) {
        Some(plan) => {
            // A plan's own way takes area codes for country codes (Brazil's 55), so the code is put before it.
            let code = plan.code();
            let own: Vec<_> = with_trunk(format!("{code}{written}")).collect();
            let abroad = with_trunk(written.to_owned()).chain(read(Some(plan), written));
            let (known, guesses): (Vec<_>, Vec<_>) = abroad.partition(|digits| digits.starts_with(code));
            (own.into_iter().chain(known).collect(), guesses)
        }
        None => (with_trunk(written.to_owned()).collect::<Vec<_>>(), Vec::new()),
    };
    let readings: Vec<_> = readings.iter().map(|digits| fold(digits)).collect();
    let guesses: Vec<_> = guesses.iter().map(|digits| fold(digits)).collect();

    let in_use = |digits: &&String| well_formed(digits).is_ok() && is_in_use(digits);
    if let Some(found) = readings.iter().chain(&guesses).find(in_use) {
        return Ok(found.clone());
    }
    let mut error = None;
    for digits in readings {
        match possible(&digits) {
            Ok(()) => return Ok(digits),
            Err(refused) => error = error.or(Some(refused)),
        }
    }
    Err(error.unwrap_or(PhoneError::TooShort))
}

/// The digits, and those without a trunk prefix that does not belong there, as in +44 (0) 20 or the Argentine 15.
fn with_trunk(digits: String) -> impl Iterator<Item = String> {
    let without = read(None, &digits);
    std::iter::once(digits).chain(without)
}

/// Whether its country has numbers of this length.
fn possible(digits: &str) -> Result<(), PhoneError> {
    well_formed(digits)?;
    let (plans, national) = (1..=3)
        .find_map(|len| {
            let (code, national) = digits.split_at_checked(len)?;
            let plans: Vec<_> = Plan::of_code(code).collect();
            (!plans.is_empty()).then_some((plans, national.len()))
        })
        .ok_or(PhoneError::CountryCode)?;
    let mut lengths: Vec<_> = plans.iter().flat_map(Plan::reachable_lengths).collect();
    lengths.sort_unstable();
    match (lengths.first(), lengths.last()) {
        _ if lengths.binary_search(&national).is_ok() => Ok(()),
        (_, Some(longest)) if national > *longest => Err(PhoneError::TooLong),
        _ => Err(PhoneError::TooShort),
    }
}

/// The one spelling of numbers that WhatsApp and people write in two. Leaves what is already canonical.
fn fold(digits: &str) -> String {
    match (digits.len(), digits.as_bytes()) {
        // Brazil: mobiles got a ninth digit from 2012 to 2016; eight digits from 6 on are older spellings.
        (12, [b'5', b'5', b'1'..=b'9', _, b'6'..=b'9', ..]) => format!("{}9{}", &digits[..4], &digits[4..]),
        // Mexico: the 1 of mobiles went in 2019.
        (13, [b'5', b'2', b'1', ..]) => format!("52{}", &digits[3..]),
        // Argentina: mobiles have a 9 when called from abroad.
        (12, [b'5', b'4', b'1'..=b'8', ..]) => format!("549{}", &digits[2..]),
        _ => digits.to_owned(),
    }
}

impl TryFrom<String> for Phone {
    type Error = PhoneError;
    fn try_from(digits: String) -> Result<Self, Self::Error> {
        if well_formed(&digits).is_ok() && fold(&digits) == digits {
            Ok(Self(digits))
        } else {
            Err(PhoneError::NotCanonical)
        }
    }
}

impl From<Phone> for String {
    fn from(phone: Phone) -> Self {
        phone.0
    }
}

impl fmt::Debug for Phone {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Phone(…)")
    }
}

#[cfg(test)]
mod tests;
