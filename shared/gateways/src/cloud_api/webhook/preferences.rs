//! The switch of WhatsApp's own with which a person stops a business's marketing.

use super::people;
use crate::json::{items, text, time};
use chrono::{DateTime, Utc};
use domain::inbound::{Preference, Updates};
use serde_json::Value;
use std::slice::from_ref;

pub fn preferences(parsed: &mut Updates, value: &Value, received_at: DateTime<Utc>) {
    let contacts = items(value, "contacts");
    let entries = match value.get("user_preferences") {
        Some(Value::Array(entries)) => entries.as_slice(),
        Some(one @ Value::Object(_)) => from_ref(one),
        None if text(value, "value").is_some() => from_ref(value),
        _ => {
            parsed.ignored += 1;
            return;
        }
    };
    for entry in entries {
        match preference(entry, contacts, received_at) {
            Some(preference) => parsed.preferences.push(preference),
            None => parsed.ignored += 1,
        }
    }
}

fn preference(entry: &Value, contacts: &[Value], received_at: DateTime<Utc>) -> Option<Preference> {
    let mut who = people::subject(entry);
    let contact = match contacts {
        [only] if who.is_empty() => Some(only),
        _ => people::contact(contacts, &who),
    };
    if let Some(known) = contact.map(people::named) {
        who.phone = who.phone.or(known.phone);
        who.bsuid = who.bsuid.or(known.bsuid);
    }
    let word = |key| text(entry, key).map(|word| word.to_ascii_lowercase().replace(['_', '-', ' '], ""));
    let stop = match word("value").as_deref() {
        Some("stop" | "stopped" | "optout" | "optedout" | "unsubscribe" | "unsubscribed" | "block" | "pause") => true,
        Some("resume" | "start" | "signup" | "optin" | "subscribe") => false,
        // Where the word is not known, the sentence beside it may say no. It never says yes.
        _ => word("detail").filter(|detail| detail.contains("tostopmarketing")).map(|_| true)?,
    };
    let is_marketing = word("category").is_none_or(|category| category.starts_with("marketing") || category == "all");
    let at = time(entry, "timestamp").unwrap_or(received_at);
    (is_marketing && !who.is_empty()).then_some(Preference { who, stop, at })
}

#[cfg(test)]
#[path = "preferences_tests.rs"]
mod tests;
