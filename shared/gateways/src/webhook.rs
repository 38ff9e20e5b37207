//! The parts that the webhooks of all gateways have in common. Comparisons of secrets take the same time whatever
//! differs.

use http::HeaderMap;
use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;

/// The body is no JSON object at all.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the webhook's body is no JSON object")]
pub struct NotJson;

/// The longest text we keep of a message, in characters: WhatsApp's own limit.
pub const MAX_TEXT: usize = 65_536;

/// The longest name, username or button payload we keep, in characters.
pub const MAX_NAME: usize = 256;

/// A header's value, if it is there and a text.
pub fn header<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    headers.get(name)?.to_str().ok()
}

/// Hashed first, so that not even the length shows. An empty secret equals nothing.
pub fn same_secret(given: &str, own: &str) -> bool {
    !own.is_empty() && bool::from(Sha256::digest(given.as_bytes()).ct_eq(&Sha256::digest(own.as_bytes())))
}
