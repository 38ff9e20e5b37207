//! What the gateways post to us: checked, then put into our own words.

mod check;

pub use check::{Challenge, is_authentic, verify_secret, verify_signature};

use crate::{cloud_api, whapi};
use chrono::{DateTime, Utc};
use domain::{Gateway, Updates};

/// The body is no JSON object at all.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the webhook's body is no JSON object")]
pub struct NotJson;

/// Sorts a webhook's body. Whatever is unknown, malformed or of no concern is counted and left out; it never costs
/// the updates beside it. `address` is the sender's: an account's webhook may carry the updates of all its numbers.
/// `received_at` stands in for a time that is missing or senseless.
///
/// # Errors
/// If it is no JSON object.
pub fn parse(gateway: Gateway, address: &str, body: &[u8], received_at: DateTime<Utc>) -> Result<Updates, NotJson> {
    let root = crate::json::parse(body).filter(serde_json::Value::is_object).ok_or(NotJson)?;
    Ok(match gateway {
        Gateway::CloudApi => cloud_api::webhook::parse(&root, address, received_at),
        Gateway::Whapi => whapi::webhook::parse(&root, received_at),
    })
}

/// The longest text we keep of a message, in characters: WhatsApp's own limit.
pub(crate) const MAX_TEXT: usize = 65_536;

/// The longest name, username or button payload we keep, in characters.
pub(crate) const MAX_NAME: usize = 256;

#[cfg(test)]
mod tests;
