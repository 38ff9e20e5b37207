//! People: one per phone, whatever spelling of the number a gateway uses.

use crate::sender::calling_code;
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

/// How Whapi names the person's chat.
#[must_use]
pub fn chat_id(person: &str) -> String {
    format!("{}@s.whatsapp.net", wa_id(person))
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
}
