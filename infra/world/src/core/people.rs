//! People: one per phone, whatever spelling of the number a gateway uses, and the names that WhatsApp has for them.

use sha2::{Digest, Sha256};

/// The digits of a number in the spelling that people know each other by: Brazilian mobiles with the ninth digit,
/// Mexican ones without the 1, Argentine ones with the 9. Anything but digits is dropped.
#[must_use]
pub fn person(phone: &str) -> String {
    let digits: String = phone.chars().filter(char::is_ascii_digit).collect();
    if let Some(rest) = digits.strip_prefix("55")
        && rest.len() == 10
        && rest.as_bytes().get(2).is_some_and(|digit| (b'6'..=b'9').contains(digit))
    {
        return format!("55{}9{}", &rest[..2], &rest[2..]);
    }
    if let Some(rest) = digits.strip_prefix("521")
        && rest.len() == 10
    {
        return format!("52{rest}");
    }
    if let Some(rest) = digits.strip_prefix("54")
        && rest.len() == 10
    {
        return format!("549{rest}");
    }
    digits
}

/// Whether a number can be a phone's, in any spelling.
pub(crate) fn is_phone(number: &str) -> bool {
    (7..=15).contains(&person(number).len())
}

/// What is told of a number that cannot be a phone's.
pub(crate) const NO_PHONE: &str = "a phone number has 7 to 15 digits, with its country code";

/// The person's `wa_id`. WhatsApp keeps the spelling of the day an account was opened: Brazilian numbers outside the
/// area codes 11 to 28 mostly without the ninth digit, Mexican ones with a 1.
#[must_use]
pub fn wa_id(person: &str) -> String {
    if let Some(rest) = person.strip_prefix("55")
        && rest.len() == 11
        && rest[..2] > *"28"
    {
        return format!("55{}{}", &rest[..2], &rest[3..]);
    }
    if let Some(rest) = person.strip_prefix("52")
        && rest.len() == 10
    {
        return format!("521{rest}");
    }
    person.to_owned()
}

/// The business-scoped user id (BSUID) of a person at one sender: `CC.` and digits.
#[must_use]
pub fn user_id(sender: &str, person: &str) -> String {
    let country = match calling_code(person) {
        "55" => "BR",
        "57" => "CO",
        "506" => "CR",
        "52" => "MX",
        "54" => "AR",
        "56" => "CL",
        "51" => "PE",
        "34" => "ES",
        "351" => "PT",
        _ => "US",
    };
    let hash = Sha256::digest(format!("{sender}/{person}"));
    let number = hash.iter().take(8).fold(0_u64, |number, byte| number << 8 | u64::from(*byte));
    format!("{country}.{number:020}")
}

/// The person's chat by WhatsApp's own id (JID).
#[must_use]
pub fn chat_id(person: &str) -> String {
    format!("{}@s.whatsapp.net", wa_id(person))
}

/// The id (LID) by which a session sees a person who hides the phone. It is the same at every sender.
#[must_use]
pub(crate) fn lid(person: &str) -> String {
    let hash = Sha256::digest(format!("lid/{person}"));
    let number = hash.iter().take(6).fold(0_u64, |number, byte| number << 8 | u64::from(*byte));
    format!("{number:015}@lid")
}

/// The country calling code that an E.164 number begins with.
pub(crate) fn calling_code(digits: &str) -> &str {
    const TWO_DIGITS: [&str; 44] = [
        "20", "27", "30", "31", "32", "33", "34", "36", "39", "40", "41", "43", "44", "45", "46", "47", "48", "49",
        "51", "52", "53", "54", "55", "56", "57", "58", "60", "61", "62", "63", "64", "65", "66", "81", "82", "84",
        "86", "90", "91", "92", "93", "94", "95", "98",
    ];
    let length = match digits.get(..2) {
        Some(two) if two.starts_with(['1', '7']) => 1,
        Some(two) if TWO_DIGITS.contains(&two) => 2,
        _ => 3,
    };
    digits.get(..length).unwrap_or(digits)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_spelling_is_one_person() {
        for (spelling, key, wa) in [
            ("+55 (31) 98765-4321", "5531987654321", "553187654321"),
            ("553187654321", "5531987654321", "553187654321"),
            ("+5511999990001", "5511999990001", "5511999990001"),
            ("5215512345678", "525512345678", "5215512345678"),
            ("+541123456789", "5491123456789", "5491123456789"),
            ("+57 300 123 4567", "573001234567", "573001234567"),
            ("551133334444", "551133334444", "551133334444"),
        ] {
            assert_eq!(person(spelling), key);
            assert_eq!(wa_id(key), wa);
            assert_eq!(person(&wa_id(key)), key);
        }
        assert_ne!(user_id("a", "5511999990001"), user_id("b", "5511999990001"));
        assert!(user_id("a", "5511999990001").starts_with("BR."));
    }

    #[test]
    fn calling_codes() {
        for (number, code) in
            [("5511999990001", "55"), ("573001234567", "57"), ("50688887777", "506"), ("15550001111", "1")]
        {
            assert_eq!(calling_code(number), code);
        }
    }
}
