//! The approved templates of the simulated senders.

use serde_json::{Value, json};
use std::collections::BTreeMap;

/// The texts that have templates: their occasion, if one stands for all, and their variables.
const TEXTS: [(&str, Option<&str>, &[&str]); 10] = [
    ("missing_fields", None, &["name", "fields"]),
    ("points", Some("any"), &["points", "balance"]),
    ("offer", None, &["name", "nth"]),
    ("birthday", None, &["name", "pet"]),
    ("win_back", None, &["offer"]),
    ("appointment_reminder", None, &["when"]),
    ("booking_answer", Some("any"), &["service", "when"]),
    ("booking_decision", Some("any"), &["when", "service"]),
    ("birthdays_report", Some("any"), &["count", "people"]),
    ("inactive_report", Some("any"), &["count", "days"]),
];

/// The templates of a sender in each of these languages.
#[must_use]
pub fn in_languages(locales: &[&str]) -> Value {
    let of = |(text, occasion, variables): (&'static str, Option<&str>, &[&str])| {
        let all = locales.iter().map(|locale| {
            let places: Vec<String> = (1..=variables.len()).map(|nth| format!("{{{{{nth}}}}}")).collect();
            let mut template = json!({
                "name": variables.join("_"), "language": locale.replace('-', "_"), "variables": variables,
                "body": format!("({locale}) {text}: {}.", places.join(" · ")),
            });
            if let Some(occasion) = occasion {
                template["occasion"] = json!(occasion);
            }
            template
        });
        (text, Value::Array(all.collect()))
    };
    json!(TEXTS.into_iter().map(of).collect::<BTreeMap<_, _>>())
}

/// Whether there is a template for a message of this type; a caller's own names the one of an offer.
#[must_use]
pub fn stand_for(message_type: &str) -> bool {
    message_type == "direct" || TEXTS.iter().any(|(text, _, _)| *text == message_type)
}

/// The language of the template by which a text went.
#[must_use]
pub fn language_of(text: &str) -> Option<&str> {
    Some(text.strip_prefix('(')?.split_once(')')?.0)
}
