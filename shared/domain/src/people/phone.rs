//! WhatsApp numbers as E.164 digits, in one spelling per person.

mod national;
mod plain;
mod plans;
mod written;

use national::{country_of, is_made_up, is_of_films, lacks_area, split, without_prefixes};
use plain::{COUNTRIES, is_given_out, plain};
use plans::{Holder, Plan, holder, read};
use serde::{Deserialize, Serialize};
use std::fmt;
use written::{Written, written};

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
    /// More than one number.
    #[error("expected one number, not several")]
    Several,
    /// A spreadsheet shortened it, as `5.51E+12`.
    #[error("expected every digit: a spreadsheet has rounded the number, so give its cells the format of text")]
    Rounded,
    /// Dialled within an area; has a whole number as it is written in that country.
    #[error("expected the area code too, as in {0}")]
    AreaCode(&'static str),
    /// No number of its country's plan, or one that is kept for examples.
    #[error("expected a number that is in use, with its country code, as +57 300 123 4567")]
    NotInUse,
    /// A line of a company: free to call, at a shared or a high price, or a mailbox.
    #[error("expected a person's number, not a service line such as 0800")]
    Service,
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
    /// Reads a number as a person, a spreadsheet or an app writes it: with `+` or `00` and the country code, as bare
    /// digits with the country code, or in the national form of `default_country` (ISO 3166-1 alpha-2) with its area
    /// code, trunk prefix and carrier. Blanks, dashes, dots, slashes and brackets may stand anywhere; `tel:`,
    /// `whatsapp:`, a link of `wa.me`, or a float of all the digits are read too.
    ///
    /// # Errors
    /// If no reading of it is in use by the numbering plan of its country; says which part is missing or wrong.
    pub fn parse(text: &str, default_country: Option<&str>) -> Result<Self, PhoneError> {
        let Written { digits, abroad } = written(text)?;
        let country = default_country.filter(|_| !abroad).map(str::to_ascii_uppercase);
        let country = country.as_deref();
        // Before all else: Brazil's 98765-4321 is also a number of Iran without its `+`.
        if let Some(whole) = country.and_then(|country| lacks_area(country, &digits)) {
            return Err(PhoneError::AreaCode(whole));
        }
        match plain(&digits, country).filter(|digits| exists(digits)) {
            Some(digits) => Ok(Self(digits)),
            None => by_plans(&digits, country).map(Self),
        }
    }

    /// Reads a number as a gateway names it: digits, with or without `+`, or a chat id as
    /// `573001234567@s.whatsapp.net` or `…@c.us`. Cheap: it asks no plan whether such a number can exist, as a person who
    /// writes from it shows that it does. Only numbers that are kept for films are nobody's, here as for people.
    ///
    /// # Errors
    /// If it is not 7 to 15 digits, is kept for films, or is a chat that is not a phone's, as a group or a LID.
    pub fn from_gateway(text: &str) -> Result<Self, PhoneError> {
        let (user, server) = text.split_once('@').unwrap_or((text, "c.us"));
        if !matches!(server, "s.whatsapp.net" | "c.us") {
            return Err(PhoneError::Characters);
        }
        // `:` and the number of a linked device may follow.
        let user = user.split(':').next().unwrap_or(user);
        let digits = user.strip_prefix('+').unwrap_or(user);
        well_formed(digits)?;
        if is_of_films(digits) {
            return Err(PhoneError::NotInUse);
        }
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

/// Whether the text is written as a number, or several; they need not exist.
pub(crate) fn is_number(text: &str) -> bool {
    matches!(written(text), Ok(_) | Err(PhoneError::Rounded | PhoneError::Several | PhoneError::TooLong))
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

/// Fewest bare digits that are taken for a number of another country than the business's: more than national numbers
/// that lack their area code have.
const FOREIGN: usize = 11;

/// Whether its plan has given it out, to people and not to examples or services.
fn exists(digits: &str) -> bool {
    well_formed(digits).is_ok()
        && (is_given_out(digits) || holder(digits) == Some(Holder::Person))
        && !is_made_up(digits)
}

/// Reads digits by the numbering plans of the world, as a whole or in the national form of a country.
fn by_plans(written: &str, country: Option<&str>) -> Result<String, PhoneError> {
    let mut whole: Vec<_> = with_trunk(written.to_owned()).collect();
    if let Some((code, national)) = split(written)
        && let Some(country) = country_of(code)
    {
        let bare = without_prefixes(country, national).into_iter();
        whole.extend(bare.flat_map(|national| with_trunk(format!("{code}{national}"))));
    }
    let (readings, guesses) = match country.and_then(|country| Some((country, Plan::of_country(country)?))) {
        Some((country, plan)) => {
            // A plan's own way takes area codes for country codes (Brazil's 55), so the code is put before it.
            let code = plan.code();
            let nationals = std::iter::once(written.to_owned()).chain(without_prefixes(country, written));
            let own: Vec<_> = nationals.flat_map(|national| with_trunk(format!("{code}{national}"))).collect();
            let abroad = whole.into_iter().chain(read(Some(plan), written));
            let (known, guesses): (Vec<_>, Vec<_>) = abroad.partition(|digits| digits.starts_with(code));
            let guesses = if written.len() < FOREIGN { Vec::new() } else { guesses };
            (own.into_iter().chain(known).collect(), guesses)
        }
        None => (whole, Vec::new()),
    };
    let given = readings;
    let readings: Vec<_> = given.iter().map(|digits| fold(digits)).collect();
    let guesses: Vec<_> = guesses.iter().map(|digits| fold(digits)).collect();
    if let Some(found) = readings.iter().chain(&guesses).find(|digits| exists(digits)) {
        return Ok(found.clone());
    }
    if given.iter().any(|digits| holder(digits) == Some(Holder::Service)) {
        return Err(PhoneError::Service);
    }
    let errors: Vec<_> = readings.iter().map(|digits| why_not(digits)).collect();
    // The reading that has the right length is the one that was meant.
    let meant = errors.iter().find(|error| matches!(error, PhoneError::AreaCode(_) | PhoneError::NotInUse));
    Err(meant.or(errors.first()).copied().unwrap_or(PhoneError::TooShort))
}

/// Why digits with the country code are no number.
fn why_not(digits: &str) -> PhoneError {
    let lacking = split(digits).and_then(|(code, national)| lacks_area(country_of(code)?, national));
    match (lacking, possible(digits)) {
        (Some(whole), _) => PhoneError::AreaCode(whole),
        (None, Err(error)) => error,
        (None, Ok(())) => PhoneError::NotInUse,
    }
}

/// The digits, and those without a trunk prefix that does not belong there, as in +44 (0) 20 or the Argentine 15.
fn with_trunk(digits: String) -> impl Iterator<Item = String> {
    let without = read(None, &digits);
    std::iter::once(digits).chain(without)
}

/// Whether its country has numbers of this length.
fn possible(digits: &str) -> Result<(), PhoneError> {
    well_formed(digits)?;
    let (code, national) = split(digits).ok_or(PhoneError::CountryCode)?;
    let plans: Vec<_> = Plan::of_code(code).collect();
    let national = national.len();
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
