//! The form of a case's file. A key that does not stand here is refused.

use super::words::Words;
use serde::Deserialize;
use serde_json::{Map, Value, json};
use std::collections::BTreeMap;

/// A file: what happens, and what is right.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Case {
    /// One sentence.
    pub(super) about: String,
    /// The first moment, UTC.
    #[serde(default = "noon")]
    pub(super) begin: String,
    /// A [`Shop`]; its texts may have words to fill in.
    pub(super) business: Value,
    /// The variants, if there are several: for each the words that are filled in for it.
    #[serde(default)]
    pub(super) each: Vec<Words>,
    /// A [`Step`] each; their texts may have words to fill in.
    pub(super) steps: Vec<Value>,
}

fn noon() -> String {
    "2026-11-25T12:00:00Z".to_owned()
}

impl Case {
    /// Reads a file.
    pub(super) fn read(file: &[u8]) -> Result<Self, String> {
        let case: Self = serde_json::from_slice(file).map_err(|error| error.to_string())?;
        let written = json!([case.business, case.each, case.steps]).to_string();
        let mut names = case.each.iter().flat_map(Words::keys);
        let unused = names.find(|name| !written.contains(&format!("<{name}>"))).cloned();
        match unused {
            Some(name) => Err(format!("no step has the word {name}")),
            None => Ok(case),
        }
    }

    /// The words of each variant; none of a case that has no variants.
    pub(super) fn variants(&self) -> Vec<Words> {
        if self.each.is_empty() { vec![Words::new()] } else { self.each.clone() }
    }
}

/// The business. Variants with equal ones share it.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Shop {
    /// `cloud_api` or `whapi`.
    pub(super) gateway: String,
    /// ISO 3166-1 alpha-2.
    #[serde(default = "brazil")]
    pub(super) country: String,
    #[serde(default = "portuguese")]
    pub(super) locale: String,
    /// Approved templates, as the API takes them.
    #[serde(default)]
    pub(super) templates: Map<String, Value>,
    /// Whether each variant has a business of its own.
    #[serde(default)]
    pub(super) apart: bool,
}

fn brazil() -> String {
    "BR".to_owned()
}

fn portuguese() -> String {
    "pt-BR".to_owned()
}

/// Something that happens, or that must be so.
#[derive(Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Step {
    /// A customer of this phone is registered, of whom nothing is missing and who welcomes marketing.
    Known(String),
    /// Somebody calls the API.
    Call(Call),
    /// The gateway posts this.
    Webhook(Value),
    /// A person writes on a phone: a [`world::Inbound`] without its sender.
    Write(Map<String, Value>),
    /// Something goes wrong from now on: a [`world::FaultRule`].
    Fault(Value),
    /// So many minutes pass.
    Minutes(u64),
    /// A person is looked at.
    Person(Person),
}

/// A call of the API, and its answer.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Call {
    /// The method and the path, as `GET /api/customers`.
    pub(super) ask: String,
    #[serde(default)]
    pub(super) body: Option<Value>,
    /// Whether the operator calls, and not the business.
    #[serde(default)]
    pub(super) by_operator: bool,
    /// The status of the answer; any success if it is absent.
    #[serde(default)]
    pub(super) status: Option<u16>,
    /// What the answer has at least; `null` is a key that it has not.
    #[serde(default)]
    pub(super) has: Option<Value>,
    /// Words for later steps, and where the answer has their values (RFC 6901).
    #[serde(default)]
    pub(super) keep: BTreeMap<String, String>,
}

/// What is true of a person.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Person {
    /// The phone, the customer's id or the user id of WhatsApp.
    pub(super) who: String,
    /// What the customer's record has at least; `null` is a key that it has not.
    #[serde(default)]
    pub(super) has: Option<Value>,
    /// Words for later steps, and where the record has their values (RFC 6901).
    #[serde(default)]
    pub(super) keep: BTreeMap<String, String>,
    /// All texts that were kept of the person, in order.
    #[serde(default)]
    pub(super) wrote: Option<Vec<String>>,
    /// A part of each text that has come to the phone, in order.
    #[serde(default)]
    pub(super) got: Option<Vec<String>>,
}

/// Whether all that is expected was found; says what was not.
pub(super) fn has(found: &Value, expected: &Value, place: &str) -> Result<(), String> {
    match (found, expected) {
        (_, Value::Object(expected)) => {
            expected.iter().try_for_each(|(key, expected)| has(&found[key], expected, &format!("{place}/{key}")))
        }
        (Value::Array(found), Value::Array(expected)) if found.len() == expected.len() => {
            let mut pairs = found.iter().zip(expected).enumerate();
            pairs.try_for_each(|(nth, (found, expected))| has(found, expected, &format!("{place}/{nth}")))
        }
        _ if found == expected => Ok(()),
        _ => Err(format!("{place} is {found}, and not {expected}")),
    }
}
