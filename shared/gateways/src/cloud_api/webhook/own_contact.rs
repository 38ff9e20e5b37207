//! The own contact of a person who has answered our request for the number: the number is theirs. A contact that came
//! otherwise may be anybody's.

use super::people::identity;
use crate::json::{first, items, text, time};
use chrono::{DateTime, Utc};
use domain::Phone;
use domain::inbound::{IdentityChange, PersonIdentity};
use serde_json::Value;

/// The user id of the message's author and the number are one person's. `None` if there is no number, if there are
/// several, and if the author writes from another one.
pub fn shared(message: &Value, from: &PersonIdentity, received_at: DateTime<Utc>) -> Option<IdentityChange> {
    let [contact] = items(message, "contacts") else { return None };
    let places = [Some(message), Some(contact), message.get("context")];
    let asked = places.into_iter().flatten().find_map(|place| text(place, "origin"))?;
    if text(message, "type") != Some("contacts") || !asked.eq_ignore_ascii_case("contact_request") {
        return None;
    }
    let bsuid = from.bsuid.as_deref()?;
    let own = number(contact, bsuid).filter(|own| from.phone.as_ref().is_none_or(|phone| phone == own))?;
    let before = PersonIdentity { bsuid: Some(bsuid.to_owned()), ..PersonIdentity::default() };
    let after = PersonIdentity { phone: Some(own), ..before.clone() };
    let at = time(message, "timestamp").unwrap_or(received_at);
    Some(IdentityChange { before, after, at, joins: true })
}

/// The contact's only number: the one that WhatsApp itself knows, or else the one that is written there. It must be
/// written with its country code at least once: the country of the user id would only be a guess.
fn number(contact: &Value, bsuid: &str) -> Option<Phone> {
    let fields: Vec<&Value> = items(contact, "phones").iter().chain([contact]).collect();
    let lines: Vec<(&str, &str)> = text(contact, "vcard").into_iter().flat_map(lines_of_card).collect();
    let of_fields = fields.iter().filter_map(|phone| text(phone, "wa_id"));
    let of_card = lines.iter().filter_map(|(parameters, _)| wa_id(parameters));
    let known = of_fields.chain(of_card).filter_map(|id| identity(id).phone);
    let country = bsuid.split_once('.').map(|(country, _)| country).filter(|country| country.len() == 2);
    let of_fields = || fields.iter().filter_map(|phone| first(phone, &["phone", "phone_number"]));
    let of_card = || lines.iter().map(|(_, written)| *written);
    let written = |text: &str| Phone::parse(text, country).ok();
    let is_whole = |own: &Phone| of_fields().chain(of_card()).any(|text| Phone::parse(text, None).as_ref() == Ok(own));
    match only(known) {
        Err(0) => match only(of_fields().filter_map(written)) {
            Err(0) => only(of_card().filter_map(written)),
            written => written,
        }
        .ok()
        .filter(is_whole),
        known => known.ok(),
    }
}

/// The only one of equal phones; else how many there are.
fn only(phones: impl Iterator<Item = Phone>) -> Result<Phone, usize> {
    let mut phones: Vec<Phone> = phones.collect();
    phones.sort();
    phones.dedup();
    <[Phone; 1]>::try_from(phones).map(|[own]| own).map_err(|other| other.len())
}

/// The lines of a card that have numbers: what stands before the number, and the number. `item1.` may stand before it
/// all, and `tel:` before the number.
fn lines_of_card(card: &str) -> impl Iterator<Item = (&str, &str)> {
    card.lines().filter_map(|line| {
        let (name, number) = line.split_once(':')?;
        let property = name.split(';').next()?.trim();
        let property = property.rsplit_once('.').map_or(property, |(_, name)| name);
        property.eq_ignore_ascii_case("TEL").then_some((name, number.trim()))
    })
}

/// WhatsApp's own name of the number, among the parameters of a line.
fn wa_id(parameters: &str) -> Option<&str> {
    let mut all = parameters.split(';').filter_map(|parameter| parameter.split_once('='));
    let (_, id) = all.find(|(name, _)| name.trim().eq_ignore_ascii_case("waid"))?;
    Some(id.trim().trim_matches('"'))
}

#[cfg(test)]
#[path = "own_contact_tests.rs"]
mod tests;
