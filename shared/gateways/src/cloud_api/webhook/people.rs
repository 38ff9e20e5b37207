//! The people that a webhook is about: their names in many places and spellings, and the changes of these.

use crate::json::{first, id, items, phone, text, time};
use crate::webhook::{is_no_person, name};
use chrono::{DateTime, Utc};
use domain::Phone;
use domain::inbound::{IdentityChange, PersonIdentity};
use serde_json::Value;

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

/// A phone or a user id, by its form; nobody for another text and for WhatsApp's own accounts.
fn identity(text: &str) -> PersonIdentity {
    let mut named = PersonIdentity::default();
    let text = text.trim();
    if is_user_id(text) {
        named.bsuid = Some(text.to_owned());
    } else if !is_no_person(text) {
        named.phone = phone(text);
    }
    named
}

/// The letters of a country, a point, and letters or digits.
fn is_user_id(text: &str) -> bool {
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

/// Of a system message: a number or user id was replaced. `None` for any other, and if it is not said by what.
pub fn system(message: &Value, contacts: &[Value], received_at: DateTime<Utc>) -> Option<IdentityChange> {
    let system = message.get("system")?;
    let kind = text(system, "type").unwrap_or_default();
    if !kind.contains("changed_number") && !kind.contains("changed_user_id") {
        return None;
    }
    let (written_before, written_after) = text(system, "body").and_then(written).unwrap_or_default();
    let of = |value: &Value, keys: &[&str]| first(value, keys).map(identity).unwrap_or_default();
    let mut after = of(system, &["wa_id", "new_wa_id", "new_phone_number"]);
    after.bsuid = ["user_id", "new_user_id"].iter().find_map(|key| id(system, key).or_else(|| id(message, key)));
    let from = of(message, &["from"]);
    let customer = of(system, &["customer", "old_wa_id", "previous_wa_id"]);
    // The message may come from the new number: the old one stands beside it then.
    if after.phone.is_none() && customer.phone.is_some() && from.phone != customer.phone {
        after.phone.clone_from(&from.phone);
    }
    // The text says both, for what is not said elsewhere.
    let agrees = |told: &Option<String>, written: &Option<String>| told.is_none() || told == written;
    let of_same_user = agrees(&after.bsuid, &written_after.bsuid);
    let of_same_phone = after.phone.is_none() || after.phone == written_after.phone;
    after.bsuid = after.bsuid.or(written_after.bsuid);
    after.phone = after.phone.or(written_after.phone);
    let other_phone = |phone: &Phone| after.phone.as_ref() != Some(phone);
    let other_user = |id: &String| after.bsuid.as_ref() != Some(id);
    let old_user =
        ["previous_user_id", "old_user_id"].iter().find_map(|key| id(system, key).or_else(|| id(message, key)));
    let mut before = PersonIdentity {
        phone: customer
            .phone
            .filter(other_phone)
            .or_else(|| from.phone.clone().filter(other_phone))
            .or_else(|| written_before.phone.filter(|_| of_same_phone).filter(other_phone)),
        bsuid: old_user
            .or(customer.bsuid)
            .or_else(|| written_before.bsuid.filter(|_| of_same_user))
            .or_else(|| id(message, "from_user_id"))
            .or(from.bsuid)
            .filter(other_user),
        chat_id: None,
    };
    if kind.contains("changed_user_id") && before.bsuid.is_none() {
        let who = PersonIdentity { phone: from.phone.clone(), ..PersonIdentity::default() };
        before.bsuid = old_user_of(contacts, &who, after.bsuid.as_deref());
    }
    if before.is_empty() && kind.contains("changed_user_id") {
        // The number has stayed.
        before.phone = from.phone;
    }
    change(before, after, time(message, "timestamp").unwrap_or(received_at))
}

/// The user id of the contact of a webhook, if it is the only one or the person's by the number, and not the new one.
fn old_user_of(contacts: &[Value], who: &PersonIdentity, new: Option<&str>) -> Option<String> {
    let contact = match contacts {
        [only] => Some(only).filter(|only| may_be(only, who)),
        _ => contact(contacts, who),
    };
    named(contact?).bsuid.filter(|old| new.is_some_and(|new| new != old))
}

/// What the text of a system message says: `User Ana changed from … to …`. A name may hold such words too, so the last
/// ones count.
fn written(body: &str) -> Option<(PersonIdentity, PersonIdentity)> {
    let (_, changed) = body.rsplit_once(" from ")?;
    let (before, after) = changed.rsplit_once(" to ")?;
    let read = |text: &str| identity(&text.trim().trim_end_matches('.').replace([' ', '-'], ""));
    Some((read(before), read(after)))
}

/// Of the webhook of its own that tells of replaced user ids.
pub fn user_id_updates(value: &Value, received_at: DateTime<Utc>) -> Vec<Option<IdentityChange>> {
    let updates = ["user_id_update", "user_id_updates", "updates"].iter().find_map(|key| value.get(key));
    let contacts = items(value, "contacts");
    let read = |update: &Value| user_id_update(update, contacts, received_at);
    match updates {
        Some(Value::Array(updates)) => updates.iter().map(read).collect(),
        Some(update) => vec![read(update)],
        None => vec![read(value)],
    }
}

fn user_id_update(update: &Value, contacts: &[Value], received_at: DateTime<Utc>) -> Option<IdentityChange> {
    let pair = |value: &Value| {
        let old = ["previous", "old", "before", "from"].iter().find_map(|key| id(value, key));
        let new = ["current", "new", "after", "to"].iter().find_map(|key| id(value, key));
        old.zip(new)
    };
    let flat = || {
        let old = ["previous_user_id", "old_user_id", "user_id_previous"].iter().find_map(|key| id(update, key));
        let new =
            ["user_id", "current_user_id", "new_user_id", "user_id_current"].iter().find_map(|key| id(update, key));
        old.zip(new)
    };
    let written = || {
        let (old, new) = first(update, &["detail", "body"]).and_then(written)?;
        old.bsuid.zip(new.bsuid)
    };
    // The old one may stand in the contact alone.
    let of_contact = || {
        let new = match update.get("user_id") {
            Some(Value::Object(_)) => {
                ["current", "new", "after", "to"].iter().find_map(|key| id(&update["user_id"], key))
            }
            _ => ["user_id", "current_user_id", "new_user_id"].iter().find_map(|key| id(update, key)),
        }?;
        let who = PersonIdentity { bsuid: None, ..named(update) };
        Some((old_user_of(contacts, &who, Some(&new))?, new))
    };
    let nested = update.get("user_id").and_then(pair);
    let told = nested.or_else(flat).or_else(|| pair(update)).or_else(written);
    let (old, new) = told.or_else(of_contact)?;
    let contact = match contacts {
        [only] => Some(only),
        _ => contacts.iter().find(|contact| id(contact, "user_id").is_some_and(|id| id == old || id == new)),
    };
    let phone_of = |value: &Value| text(value, "wa_id").map(identity).and_then(|named| named.phone);
    let phone = phone_of(update).or_else(|| contact.and_then(phone_of));
    let before = PersonIdentity { phone: phone.clone(), bsuid: Some(old), chat_id: None };
    let after = PersonIdentity { phone, bsuid: Some(new), chat_id: None };
    change(before, after, time(update, "timestamp").unwrap_or(received_at))
}

/// Of a person who has answered our request for the number by sharing the own contact: the number is theirs. A contact
/// that came otherwise may be anybody's.
pub fn shared(message: &Value, from: &PersonIdentity, received_at: DateTime<Utc>) -> Option<IdentityChange> {
    let [contact] = items(message, "contacts") else { return None };
    let origin = text(message, "origin").or_else(|| text(contact, "origin"));
    if text(message, "type") != Some("contacts") || origin != Some("contact_request") || from.bsuid.is_none() {
        return None;
    }
    let listed = items(contact, "phones").iter().filter_map(|phone| first(phone, &["wa_id", "phone"]));
    let mut phones: Vec<Phone> = listed.filter_map(written_phone).collect();
    if phones.is_empty() {
        phones.extend(text(contact, "vcard").into_iter().flat_map(of_card));
    }
    phones.sort();
    phones.dedup();
    let [own] = phones.as_slice() else { return None };
    let before = PersonIdentity { bsuid: from.bsuid.clone(), ..PersonIdentity::default() };
    let after = PersonIdentity { phone: Some(own.clone()), ..before.clone() };
    Some(IdentityChange { joins: true, ..change(before, after, time(message, "timestamp").unwrap_or(received_at))? })
}

fn of_card(card: &str) -> impl Iterator<Item = Phone> {
    let numbers = card.lines().filter(|line| line.to_ascii_uppercase().contains("TEL"));
    numbers.filter_map(|line| written_phone(line.rsplit_once(':')?.1))
}

/// A number as a person or a card writes it, with its country code.
fn written_phone(text: &str) -> Option<Phone> {
    let digits: String = text.chars().filter(char::is_ascii_digit).collect();
    phone(&digits)
}

fn change(before: PersonIdentity, after: PersonIdentity, at: DateTime<Utc>) -> Option<IdentityChange> {
    let told = !before.is_empty() && !after.is_empty() && before != after;
    told.then_some(IdentityChange { before, after, at, joins: false })
}

#[cfg(test)]
#[path = "people_tests.rs"]
mod tests;
