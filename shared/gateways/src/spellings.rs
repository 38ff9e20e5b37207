//! The spellings under which WhatsApp may know a number, and the chats that follow from them.

use crate::Address;
use domain::Phone;

/// The chat with this person, at a gateway whose chats with people end so; `None` for a user id.
pub fn chat(to: &Address, ending: &str) -> Option<String> {
    match to {
        Address::Phone(phone) => Some(format!("{}{ending}", phone.digits())),
        Address::Chat(id) => Some(id.clone()),
        Address::Bsuid(_) => None,
    }
}

/// The chats in which this person may be. WhatsApp keeps some numbers of Brazil, Mexico and Argentina under a spelling
/// that is not the canonical one.
pub fn chats(to: &Address, ending: &str) -> impl Iterator<Item = String> {
    let other = match to {
        Address::Phone(phone) => other_spelling(phone.digits()).map(|digits| format!("{digits}{ending}")),
        Address::Chat(_) | Address::Bsuid(_) => None,
    };
    chat(to, ending).into_iter().chain(other)
}

fn other_spelling(digits: &str) -> Option<String> {
    match (digits.get(..2)?, digits.len()) {
        ("55", 13) => digits[4..].strip_prefix('9').map(|rest| format!("{}{rest}", &digits[..4])),
        ("52", 12) => Some(format!("521{}", &digits[2..])),
        ("54", 13) => digits[2..].strip_prefix('9').map(|rest| format!("54{rest}")),
        _ => None,
    }
}

/// Whether WhatsApp may know a person of this number under another spelling. It keeps the one of the day on which the
/// account was opened: Brazilian mobiles got their ninth digit, and Mexican ones lost their 1. The area codes 11 to 28
/// of Brazil got it first, and WhatsApp changed their accounts.
pub fn is_ambiguous(phone: &Phone) -> bool {
    let digits = phone.digits();
    let first_of_brazil = digits.get(2..4).is_some_and(|area| ("11"..="28").contains(&area));
    other_spelling(digits).is_some() && !digits.starts_with("54") && !(digits.starts_with("55") && first_of_brazil)
}
