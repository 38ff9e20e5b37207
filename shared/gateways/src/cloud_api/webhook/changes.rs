//! The numbers and user ids that were replaced. What was, what is and whom it is about stand in many places, and each is
//! looked for in all of them.

use super::people::{identity, is_sign, is_user_id, may_be, named};
use crate::json::{first, id, items, text, time};
use chrono::{DateTime, Utc};
use domain::Phone;
use domain::inbound::{IdentityChange, PersonIdentity};
use serde_json::Value;

/// Where the number or user id stands that was replaced.
const OLD: [&str; 9] = [
    "customer",
    "previous_user_id",
    "old_user_id",
    "user_id_previous",
    "previous_wa_id",
    "old_wa_id",
    "previous_phone_number",
    "old_phone_number",
    "wa_id_previous",
];
/// Where the one stands that is used from now on.
const NEW: [&str; 8] = [
    "new_user_id",
    "current_user_id",
    "user_id_current",
    "new_wa_id",
    "current_wa_id",
    "new_phone_number",
    "current_phone_number",
    "wa_id_current",
];
/// The same where both stand beside each other.
const BEFORE: [&str; 3] = ["previous", "old", "before"];
const AFTER: [&str; 3] = ["current", "new", "after"];
/// The same in an object that has nothing else. In any other, these are the author and the addressee of a message.
const FROM: &str = "from";
const TO: &str = "to";

/// Fewest digits of a number that is taken for whole before a blank: more than stand before the last blank in one.
const WHOLE: usize = 11;
/// Digits of a date, which is no number.
const DATE: usize = 8;

/// What a text names: the old and the new one.
struct Written<T> {
    was: T,
    is: T,
    /// The text names no third one.
    alone: bool,
}

/// What the fields say of a change.
#[derive(Default)]
struct Told {
    old: PersonIdentity,
    new: PersonIdentity,
    /// Who the message comes from, or whom it is about: under the old or the new name.
    who: PersonIdentity,
}

impl Told {
    fn read(&mut self, value: &Value) {
        fill(&mut self.old, value, &OLD);
        fill(&mut self.new, value, &NEW);
        if let Some(pair) = value.get("user_id") {
            let (before, after) = (BEFORE.iter().chain([&FROM]), AFTER.iter().chain([&TO]));
            self.old.bsuid = self.old.bsuid.take().or_else(|| before.clone().find_map(|key| id(pair, key)));
            self.new.bsuid = self.new.bsuid.take().or_else(|| after.clone().find_map(|key| id(pair, key)));
        }
        for pair in ["wa_id", "phone_number"].iter().filter_map(|key| value.get(key)) {
            self.read_pair(pair);
            fill(&mut self.old, pair, &[FROM]);
            fill(&mut self.new, pair, &[TO]);
        }
    }

    fn read_pair(&mut self, pair: &Value) {
        fill(&mut self.old, pair, &BEFORE);
        fill(&mut self.new, pair, &AFTER);
    }
}

/// With what stands at these keys and is not known yet: a user id where one is named so, else by its form.
fn fill(who: &mut PersonIdentity, value: &Value, keys: &[&str]) {
    for key in keys {
        let one = if key.contains("user_id") {
            PersonIdentity { bsuid: id(value, key), ..PersonIdentity::default() }
        } else {
            text(value, key).map(identity).unwrap_or_default()
        };
        who.phone = who.phone.take().or(one.phone);
        who.bsuid = who.bsuid.take().or(one.bsuid);
    }
}

/// The old and the new one, of what the fields and a text say. A text that names others is about somebody else.
/// A person chooses the name in the text: the text counts only if a field confirms the old one. The new one is enough if
/// the text names nobody else beside the two.
fn sides<T: PartialEq + Clone>(
    old: Option<T>,
    new: Option<T>,
    who: Option<T>,
    written: Option<Written<T>>,
) -> (Option<T>, Option<T>) {
    // A message may come from the new one: the old one stands beside it then.
    let new = new.or_else(|| who.clone().filter(|_| old.is_some() && who != old));
    let (was, is) = written
        .filter(|Written { was, is, alone }| {
            let agrees = |told: &Option<T>, with: &T| told.as_ref().is_none_or(|told| told == with);
            let names = |told: &Option<T>, one: &T| told.as_ref() == Some(one);
            let confirmed = names(&old, was) || names(&who, was) || (names(&who, is) && *alone);
            confirmed && agrees(&old, was) && agrees(&new, is) && (agrees(&who, was) || agrees(&who, is))
        })
        .map(|Written { was, is, .. }| (was, is))
        .unzip();
    let new = new.or(is);
    let other = |one: &T| new.as_ref() != Some(one);
    let old = old.filter(other).or_else(|| was.filter(other)).or_else(|| who.filter(other));
    (old, new)
}

/// Of a system message: a number or user id was replaced. `None` for any other, and if it is not said by what. `is_alone`
/// says that the webhook has no other message, so that its only contact is this person's.
pub fn system(
    message: &Value,
    contacts: &[Value],
    is_alone: bool,
    received_at: DateTime<Utc>,
) -> Option<IdentityChange> {
    let system = message.get("system")?;
    let kind = text(system, "type").unwrap_or_default().to_ascii_lowercase();
    let of_number = kind.contains("changed_number");
    let of_user = kind.contains("changed_user_id");
    // A new phone or a new key; rarely with a new number.
    let of_key = kind.contains("identity_changed");
    if !of_number && !of_user && !of_key {
        return None;
    }
    let mut told = Told::default();
    told.read(system);
    told.read(message);
    told.read_pair(system);
    fill(&mut told.new, system, &["user_id"]);
    fill(&mut told.new, message, &["user_id"]);
    let at = time(message, "timestamp").unwrap_or(received_at);
    let named_now = text(system, "wa_id").map(identity).unwrap_or_default();
    told.new.bsuid = told.new.bsuid.or(named_now.bsuid);
    if of_key {
        // What does not stand there twice has not changed.
        let new_phone = told.new.phone.or(named_now.phone);
        let (old_phone, new_phone) = told.old.phone.zip(new_phone).filter(|(old, new)| old != new).unzip();
        let (old_id, new_id) = told.old.bsuid.zip(told.new.bsuid).filter(|(old, new)| old != new).unzip();
        return change((old_phone, old_id), (new_phone, new_id), at);
    }
    fill(&mut told.who, message, &["from_user_id", "from"]);
    let replaced =
        [&told.old.phone, &told.who.phone].into_iter().flatten().any(|it| named_now.phone.as_ref() != Some(it));
    if of_number || replaced {
        told.new.phone = told.new.phone.or(named_now.phone);
    } else {
        // The number has stayed.
        told.who.phone = told.who.phone.or(named_now.phone);
    }
    let (phones, ids) = text(system, "body").map(written).unwrap_or_default();
    // A text about user ids has no numbers but those of a name.
    let phones = phones.filter(|_| of_number);
    let (old_phone, new_phone) = sides(told.old.phone, told.new.phone, told.who.phone, phones);
    let who = told.who.bsuid.or_else(|| told.new.bsuid.clone());
    let (old_id, new_id) = sides(told.old.bsuid, told.new.bsuid, who, ids);
    let mut before = PersonIdentity { phone: old_phone, bsuid: old_id, chat_id: None };
    if of_user && let Some(new) = new_id.as_deref() {
        complete(&mut before, contacts, is_alone, new);
    }
    change((before.phone, before.bsuid), (new_phone, new_id), at)
}

/// With what the person's contact in the webhook tells: the old user id, and the number that has stayed.
fn complete(before: &mut PersonIdentity, contacts: &[Value], is_alone: bool, new: &str) {
    let is_theirs = |contact: &&Value| {
        let known = named(contact);
        let same_phone = known.phone.is_some() && known.phone == before.phone;
        same_phone || known.bsuid.as_deref().is_some_and(|id| id == new || Some(id) == before.bsuid.as_deref())
    };
    let contact = contacts.iter().find(is_theirs).or(match contacts {
        [only] if is_alone => Some(only).filter(|only| may_be(only, before)),
        _ => None,
    });
    let Some(known) = contact.map(named) else { return };
    before.phone = before.phone.take().or(known.phone);
    before.bsuid = before.bsuid.take().or(known.bsuid.filter(|old| old != new));
}

/// The last two numbers and the last two user ids of a text, as of `User Ana changed from … to …`, whatever its words
/// are. A name may hold numbers too, and stands before them.
fn written(body: &str) -> (Option<Written<Phone>>, Option<Written<String>>) {
    let phones = numbers(body).filter_map(|digits| Phone::parse(&format!("+{digits}"), None).ok());
    let words = body.split(|c: char| !c.is_ascii_alphanumeric() && c != '.').map(|word| word.trim_matches('.'));
    // No title before a name is one.
    let is_id = |word: &&str| {
        let country = word.get(..2).is_some_and(|code| code.bytes().all(|byte| byte.is_ascii_uppercase()));
        country && is_user_id(word) && word.bytes().any(|byte| byte.is_ascii_digit())
    };
    match last_two(words.filter(is_id).map(str::to_owned)) {
        // Their digits are no numbers.
        Some(ids) => (None, Some(ids)),
        None => {
            // One that no plan has counts too: the old one may be newer than the plans.
            let are_two = numbers(body).filter(|digits| digits.len() > DATE).count() == 2;
            let phones = last_two(phones).map(|last| Written { alone: last.alone && are_two, ..last });
            (phones, None)
        }
    }
}

fn last_two<T>(all: impl Iterator<Item = T>) -> Option<Written<T>> {
    let mut all: Vec<T> = all.collect();
    let (is, was) = (all.pop()?, all.pop()?);
    Some(Written { was, is, alone: all.is_empty() })
}

/// What is written as a number: digits and signs. A plus sign begins another one, and so does a blank behind as many
/// digits as a whole number has.
fn numbers(body: &str) -> impl Iterator<Item = String> {
    let mut found = vec![String::new()];
    for c in body.chars() {
        match found.last_mut() {
            Some(number) if c.is_ascii_digit() => number.push(c),
            Some(number) if number.is_empty() => {}
            Some(number) if number.len() >= WHOLE && (c.is_whitespace() || c == '/') => found.push(String::new()),
            Some(_) if is_sign(c) && c != '+' => {}
            _ => found.push(String::new()),
        }
    }
    found.into_iter().filter(|number| !number.is_empty())
}

/// Of the webhook of its own that tells of replaced user ids.
pub fn user_id_updates(value: &Value, received_at: DateTime<Utc>) -> Vec<Option<IdentityChange>> {
    let updates = ["user_id_update", "user_id_updates", "user_ids", "updates"].iter().find_map(|key| value.get(key));
    let contacts = items(value, "contacts");
    let read = |update: &Value, is_alone| user_id_update(update, contacts, is_alone, received_at);
    match updates {
        Some(Value::Array(updates)) => updates.iter().map(|update| read(update, updates.len() == 1)).collect(),
        Some(update) => vec![read(update, true)],
        None => vec![read(value, true)],
    }
}

fn user_id_update(
    update: &Value,
    contacts: &[Value],
    is_alone: bool,
    received_at: DateTime<Utc>,
) -> Option<IdentityChange> {
    let mut told = Told::default();
    told.read(update);
    told.read_pair(update);
    fill(&mut told.new, update, &["user_id"]);
    fill(&mut told.who, update, &["from_user_id", "wa_id", "from", "phone", "phone_number"]);
    let (_, ids) = first(update, &["detail", "body"]).map(written).unwrap_or_default();
    let who = told.who.bsuid.or_else(|| told.new.bsuid.clone());
    let (old, new) = sides(told.old.bsuid, told.new.bsuid, who, ids);
    let new = new?;
    let mut before = PersonIdentity { phone: told.old.phone.or(told.who.phone), bsuid: old, chat_id: None };
    complete(&mut before, contacts, is_alone, &new);
    let phone = told.new.phone.or_else(|| before.phone.clone());
    let at = time(update, "timestamp").unwrap_or(received_at);
    change((before.phone, before.bsuid), (phone, Some(new)), at)
}

fn change(
    (old_phone, old_id): (Option<Phone>, Option<String>),
    (new_phone, new_id): (Option<Phone>, Option<String>),
    at: DateTime<Utc>,
) -> Option<IdentityChange> {
    let before = PersonIdentity { phone: old_phone, bsuid: old_id, chat_id: None };
    let after = PersonIdentity { phone: new_phone, bsuid: new_id, chat_id: None };
    let told = !before.is_empty() && !after.is_empty() && before != after;
    told.then_some(IdentityChange { before, after, at, joins: false })
}

#[cfg(test)]
#[path = "changes_tests.rs"]
pub(super) mod tests;
