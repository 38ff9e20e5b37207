//! The fields that are given of a business.

use api::businesses::{BusinessChange, GivenOwner, NewBusiness};
use chrono_tz::Tz;
use domain::country::{self, NO_COUNTRY, NO_CURRENCY};
use domain::{Business, BusinessId, Locale, Owner, OwnerId, Phone, ProfileField, Settings};
use iso_currency::Currency;
use kit::fields::Fields;
use kit::json::words;
use kit::keys::Caller;
use kit::{App, Problem};
use serde_json::{Map, Value};
use std::borrow::Cow;

/// The fields that a business asks its customers for if it says nothing else.
const WANTED_FIELDS: [ProfileField; 6] = [
    ProfileField::Name,
    ProfileField::Email,
    ProfileField::Birthday,
    ProfileField::Gender,
    ProfileField::City,
    ProfileField::Consent,
];
const SLOT_MINUTES: u16 = 60;
const TIMEZONE: &str = "expected an IANA zone, as America/Sao_Paulo";

/// The business as it was given, or a note of each field that is wrong; of its senders nothing.
pub(crate) fn read(given: &NewBusiness, id: BusinessId, app: &App, fields: &mut Fields) -> Option<Business> {
    let name = name(&given.name, fields);
    let country = country(&given.country, fields);
    let locale = locale(&given.locale, fields);
    let currency = currency(&given.currency, fields);
    let timezone = timezone(&given.timezone, fields);
    let owners = owners(app, &given.owners, &[], country.as_deref(), fields);
    let slot_minutes = slot_minutes(given.slot_minutes.unwrap_or(SLOT_MINUTES), fields);
    let settings = settings(&Settings::default(), &given.settings, fields);
    Some(Business {
        business_id: id,
        name,
        country: country?,
        locale: locale?,
        currency: currency?,
        timezone: timezone?,
        owners,
        opening_hours: given.opening_hours.clone(),
        slot_minutes,
        wanted_fields: given.wanted_fields.clone().unwrap_or(WANTED_FIELDS.to_vec()),
        settings: settings?,
        best_hour: None,
        switched_off: Default::default(),
        created_at: app.now(),
        updated_at: app.now(),
    })
}

/// A field has no value, and nothing was noted of it.
pub(crate) fn unnoted() -> Problem {
    Problem::internal("a field was refused without a word")
}

/// Why a value cannot be read, that a body is not held to without this function's libraries.
pub(crate) fn wrong(name: &str, value: &Value) -> Option<Cow<'static, str>> {
    let text = value.as_str();
    let found = match name {
        "CurrencyCode" => text.and_then(country::currency).map(drop),
        "TimeZone" => text.and_then(|text| text.trim().parse::<Tz>().ok()).map(drop),
        _ => return None,
    };
    let expected = if name == "TimeZone" { TIMEZONE } else { NO_CURRENCY };
    found.is_none().then_some(expected.into())
}

/// A business may change its own decisions. Its place and its senders are the operator's.
pub(crate) fn allowed(change: &BusinessChange, caller: Caller) -> Result<(), Problem> {
    if change.country.is_some() || change.currency.is_some() || change.senders.is_some() {
        caller.operator()
    } else {
        Ok(())
    }
}

/// A field that is absent stays as it was. Owners are given as a whole, settings field by field.
pub(crate) fn apply(change: &BusinessChange, app: &App, before: &Business, fields: &mut Fields) -> Business {
    let mut after = before.clone();
    if let Some(given) = &change.name {
        after.name = name(given, fields);
    }
    if let Some(country) = change.country.as_deref().and_then(|given| country(given, fields)) {
        after.country = country;
    }
    if let Some(locale) = change.locale.as_deref().and_then(|given| locale(given, fields)) {
        after.locale = locale;
    }
    if let Some(currency) = change.currency.as_deref().and_then(|given| currency(given, fields)) {
        after.currency = currency;
    }
    if let Some(timezone) = change.timezone.as_deref().and_then(|given| timezone(given, fields)) {
        after.timezone = timezone;
    }
    if let Some(given) = &change.owners {
        after.owners = owners(app, given, &before.owners, Some(&after.country), fields);
    }
    if let Some(hours) = &change.opening_hours {
        after.opening_hours.clone_from(hours);
    }
    if let Some(given) = change.slot_minutes {
        after.slot_minutes = slot_minutes(given, fields);
    }
    if let Some(wanted) = &change.wanted_fields {
        after.wanted_fields.clone_from(wanted);
    }
    if let Some(settings) = change.settings.as_ref().and_then(|given| settings(&before.settings, given, fields)) {
        after.settings = settings;
    }
    if after != *before {
        after.updated_at = app.now();
    }
    after
}

fn name(given: &str, fields: &mut Fields) -> String {
    let name = given.trim();
    fields.require("name", (1..=200).contains(&name.chars().count()), "expected 1 to 200 characters");
    name.to_owned()
}

fn country(given: &str, fields: &mut Fields) -> Option<String> {
    let country = country::country(given);
    fields.require("country", country.is_some(), NO_COUNTRY);
    country
}

fn locale(given: &str, fields: &mut Fields) -> Option<Locale> {
    let locale = Locale::parse(given);
    fields.require("locale", locale.is_some(), "expected es, pt-BR or en");
    locale
}

fn currency(given: &str, fields: &mut Fields) -> Option<Currency> {
    let currency = country::currency(given);
    fields.require("currency", currency.is_some(), NO_CURRENCY);
    currency
}

fn timezone(given: &str, fields: &mut Fields) -> Option<Tz> {
    let zone = given.trim().parse().ok();
    fields.require("timezone", zone.is_some(), TIMEZONE);
    zone
}

fn slot_minutes(given: u16, fields: &mut Fields) -> u16 {
    fields.require("slot_minutes", (5..=1_440).contains(&given), "expected from 5 to 1440");
    given
}

/// An owner keeps the id by naming it, or by the same phone.
fn owners(app: &App, given: &[GivenOwner], known: &[Owner], country: Option<&str>, fields: &mut Fields) -> Vec<Owner> {
    let mut owners: Vec<Owner> = Vec::with_capacity(given.len());
    let named_ids: Vec<OwnerId> = given.iter().filter_map(|owner| owner.owner_id).collect();
    for (nth, owner) in given.iter().enumerate() {
        let name = owner.name.trim();
        let named = (1..=200).contains(&name.chars().count());
        fields.require(&format!("/owners/{nth}/name"), named, "expected 1 to 200 characters");
        let place = format!("/owners/{nth}/phone");
        let Some(phone) = fields.check(&place, Phone::parse(&owner.phone, country)) else { continue };
        fields.require(&place, owners.iter().all(|other| other.phone != phone), "is given twice");
        let before = match owner.owner_id {
            Some(id) => known.iter().find(|known| known.owner_id == id),
            None => known.iter().find(|known| known.phone == phone && !named_ids.contains(&known.owner_id)),
        };
        let place = format!("/owners/{nth}/owner_id");
        fields.require(&place, owner.owner_id.is_none() || before.is_some(), "no such owner");
        let taken = owners.iter().any(|other| owner.owner_id == Some(other.owner_id));
        fields.require(&place, !taken, "is given twice");
        let owner_id = before.map_or_else(|| OwnerId(app.id()), |known| known.owner_id);
        owners.push(Owner { owner_id, name: name.to_owned(), phone });
    }
    owners
}

/// The settings with the given ones in the place of those before.
fn settings(before: &Settings, given: &Map<String, Value>, fields: &mut Fields) -> Option<Settings> {
    let mut all = serde_json::to_value(before).ok()?;
    let map = all.as_object_mut()?;
    for (name, value) in given {
        let place = format!("/settings/{name}");
        let one = Map::from_iter([(name.clone(), value.clone())]);
        let read = serde_json::from_value::<Settings>(Value::Object(one));
        if fields.check(&place, read.map_err(|error| words(&error.to_string()))).is_some() {
            map.insert(name.clone(), value.clone());
        }
    }
    serde_json::from_value(all).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_setting_of_the_document_is_taken() {
        let document: Value = serde_json::from_str(include_str!("../../../shared/api/openapi.json")).unwrap();
        let schemas = &document["components"]["schemas"];
        let properties = schemas["Settings"]["properties"].as_object().unwrap();
        let value = |property: &Value| {
            let named = property.get("$ref").or_else(|| property.pointer("/anyOf/0/$ref")).and_then(Value::as_str);
            match named.and_then(|place| place.rsplit('/').next()) {
                Some(name) => schemas[name]["examples"][0].clone(),
                None => property.get("default").unwrap_or(&property["examples"][0]).clone(),
            }
        };
        let given = Map::from_iter(properties.iter().map(|(name, property)| (name.clone(), value(property))));
        let mut fields = Fields::new();
        let read = settings(&Settings::default(), &given, &mut fields);
        fields.finish().unwrap();
        assert_eq!(serde_json::to_value(read.unwrap()).unwrap(), Value::Object(given));
    }
}
