//! A line of a customer. Several lines of one phone are one customer: the first that tells a field is taken, and each may
//! bring a pet.

use super::Said;
use super::row::Row;
use crate::cells::words;
use domain::{Locale, Profile};
use serde_json::{Map, Value, json};

pub(super) fn read(mut row: Row<'_>) -> Result<Said, Vec<String>> {
    let phone = row.person();
    let name = [row.text("name"), row.text("last_name")].into_iter().flatten().collect::<Vec<_>>().join(" ");
    if !name.is_empty() {
        row.set("name", name);
    }
    if let Some(email) = row.text("email") {
        let profile = Profile { email: Some(email.to_owned()), ..Profile::default() };
        match profile.problems().into_iter().next() {
            Some(problem) => row.fault("email", problem.detail),
            None => row.set("email", email),
        }
    }
    if let Some(birthday) = row.birthday("birthday") {
        row.set("birthday", birthday);
    }
    if let Some(text) = row.text("gender") {
        let read = words::gender(text, row.rules.decided.m_is_female);
        if let Some(gender) = row.check("gender", read) {
            row.set("gender", gender.to_string());
        }
    }
    row.copy("city");
    if let Some(text) = row.text("locale") {
        let read = text.parse::<Locale>().map_err(|error| error.to_string());
        if row.check("locale", read).is_some() {
            row.set("locale", text);
        }
    }
    if let Some(text) = row.text("marketing_consent")
        && let Some(yes) = row.check("marketing_consent", words::yes_or_no(text))
    {
        row.set("marketing_consent", yes);
    }
    pets(&mut row);
    let body = row.finish()?;
    Ok(Said { key: phone.unwrap_or_default(), has_key: true, body })
}

fn pets(row: &mut Row<'_>) {
    if let Some(text) = row.text("pets") {
        match serde_json::from_str::<Value>(text) {
            Ok(pets @ Value::Array(_)) => row.set("pets", pets),
            _ => row.fault("pets", "expected a JSON list as [{\"name\": \"Rex\"}]"),
        }
        return;
    }
    let Some(name) = row.text("pet") else { return };
    let mut pet = Map::from_iter([("name".to_owned(), json!(name))]);
    if let Some(species) = row.text("species") {
        pet.insert("species".to_owned(), json!(species));
    }
    if let Some(birthday) = row.birthday("pet_birthday") {
        pet.insert("birthday".to_owned(), json!(birthday));
    }
    row.set("pets", json!([pet]));
}
