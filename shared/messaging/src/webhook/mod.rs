//! What the gateways post to us: checked, then put into our own words.

mod check;
mod cloud_api;
mod split;
mod whapi;

pub use check::{Challenge, is_authentic, verify_secret, verify_signature};
pub use split::{MAX_STATUS_TASK, Tasks};

use crate::inbound::{IdentityChange, InboundMessage, Preference, SenderEvent, StatusUpdate};
use chrono::{DateTime, Utc};
use domain::Gateway;

/// The body is no JSON object at all.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the webhook's body is no JSON object")]
pub struct NotJson;

/// One webhook, sorted.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Parsed {
    /// What people wrote to us, in groups excepted.
    pub inbound: Vec<InboundMessage>,
    /// What became of our messages.
    pub statuses: Vec<StatusUpdate>,
    /// Marketing stopped or resumed by the gateway's own switch.
    pub preferences: Vec<Preference>,
    /// About the sender itself.
    pub sender: Vec<SenderEvent>,
    /// Numbers and user ids that were replaced.
    pub identity_changes: Vec<IdentityChange>,
    /// How many updates there were for another number of the same account.
    pub foreign: usize,
    /// How many updates were of no concern to us or not understood.
    pub ignored: usize,
}

/// Sorts a webhook's body. Whatever is unknown, malformed or of no concern is counted and left out; it never costs
/// the updates beside it. `address` is the sender's: an account's webhook may carry the updates of all its numbers.
/// `received_at` stands in for a time that is missing or senseless.
///
/// # Errors
/// If it is no JSON object.
pub fn parse(gateway: Gateway, address: &str, body: &[u8], received_at: DateTime<Utc>) -> Result<Parsed, NotJson> {
    let root = crate::json::parse(body).filter(serde_json::Value::is_object).ok_or(NotJson)?;
    Ok(match gateway {
        Gateway::CloudApi => cloud_api::parse(&root, address, received_at),
        Gateway::Whapi => whapi::parse(&root, received_at),
    })
}

/// The longest text we keep of a message, in characters: WhatsApp's own limit.
const MAX_TEXT: usize = 65_536;

/// The longest name, username or button payload we keep, in characters.
const MAX_NAME: usize = 256;

#[cfg(test)]
mod tests;
