//! The people that a webhook is about: their names in many places and spellings.

use crate::json::{first, id, phone, text};
use crate::webhook::{is_no_person, name};
use domain::inbound::PersonIdentity;
use serde_json::Value;
use std::borrow::Cow;

/// Where a person's own phone stands.
const PHONE: [&str; 4] = ["wa_id", "from", "phone", "phone_number"];
/// Where a person's own user id stands. That of the parent account is used only if there is no other.
const BSUID: [&str; 5] = ["user_id", "from_user_id", "bsuid", "parent_user_id", "from_parent_user_id"];

/// The person that an object names by its own fields.
pub fn named(value: &Value) -> PersonIdentity {
    let told = PHONE.iter().find_map(|key| text(value, key));
    let by_place = told.map(identity).unwrap_or_default();
    let bsuid = BSUID.iter().find_map(|key| id(value, key)).or(by_place.bsuid);
    PersonIdentity { phone: by_place.phone, bsuid, chat_id: None }
}

/// The person that a message of the business goes to; nobody for a group.
pub fn addressee(message: &Value) -> PersonIdentity {
    let by_place = first(message, &["to", "recipient_id"]).map(identity).unwrap_or_default();
    let bsuid = ["to_user_id", "recipient_user_id", "to_parent_user_id"].iter().find_map(|key| id(message, key));
    PersonIdentity { phone: by_place.phone, bsuid: bsuid.or(by_place.bsuid), chat_id: None }
}

/// The person that an entry is about, who may stand beside it or in it under any name. No message is such an entry: it
/// names two people.
pub fn subject(entry: &Value) -> PersonIdentity {
    let inner = ["user", "contact", "customer", "recipient"].iter().filter_map(|key| entry.get(key)).map(named);
    [named(entry), addressee(entry)].into_iter().chain(inner).find(|who| !who.is_empty()).unwrap_or_default()
}

/// A phone or a user id, by its form; nobody for another text and for WhatsApp's own accounts.
pub fn identity(text: &str) -> PersonIdentity {
    let mut named = PersonIdentity::default();
    let text = text.trim();
    let digits = spelled(text);
    if is_user_id(text) {
        named.bsuid = Some(text.to_owned());
    } else if !is_no_person(&digits) {
        named.phone = phone(&digits);
    }
    named
}

/// The digits of a number that is written as people write it; any other text as it is.
pub fn spelled(text: &str) -> Cow<'_, str> {
    if text.chars().all(|c| c.is_ascii_digit() || is_sign(c)) {
        text.chars().filter(char::is_ascii_digit).collect()
    } else {
        Cow::Borrowed(text)
    }
}

/// A sign among the digits of a number. Some cannot be seen: they say from which side it is read.
pub fn is_sign(c: char) -> bool {
    let hidden = matches!(c, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}');
    hidden || c.is_whitespace() || matches!(c, '+' | '-' | '\u{2010}'..='\u{2015}' | '(' | ')' | '.' | '/')
}

/// The letters of a country, a point, and letters or digits.
pub fn is_user_id(text: &str) -> bool {
    let country = |code: &str| code.len() == 2 && code.bytes().all(|byte| byte.is_ascii_alphabetic());
    let rest = |rest: &str| {
        (1..=160).contains(&rest.len()) && rest.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'.')
    };
    text.split_once('.').is_some_and(|(code, id)| country(code) && rest(id))
}

/// The contact of a webhook that belongs to a person: the one of the same user id or phone, in any spelling.
pub fn contact<'a>(contacts: &'a [Value], who: &PersonIdentity) -> Option<&'a Value> {
    contacts.iter().find(|contact| {
        let known = named(contact);
        let same = |one: &Option<String>, other: &Option<String>| one.is_some() && one == other;
        same(&known.bsuid, &who.bsuid) || (who.phone.is_some() && known.phone == who.phone)
    })
}

/// Whether a contact may be a person's who is named otherwise: neither its number nor its user id is another.
pub fn may_be(contact: &Value, who: &PersonIdentity) -> bool {
    let known = named(contact);
    let agree = |differ: bool| !differ;
    agree(known.phone.is_some() && who.phone.is_some() && known.phone != who.phone)
        && agree(known.bsuid.is_some() && who.bsuid.is_some() && known.bsuid != who.bsuid)
}

/// The name and the username of a contact's profile.
pub fn profile(contact: &Value) -> (Option<String>, Option<String>) {
    let profile = contact.get("profile").unwrap_or(contact);
    let told = |key| text(profile, key).or_else(|| text(contact, key)).and_then(name);
    let username = told("username").map(|name| name.strip_prefix('@').map(str::to_owned).unwrap_or(name));
    (told("name"), username.filter(|name| !name.is_empty()))
}

#[cfg(test)]
#[path = "people_tests.rs"]
mod tests;
