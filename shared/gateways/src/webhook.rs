//! The parts that the webhooks of all gateways have in common. Comparisons of secrets take the same time whatever
//! differs.

use crate::json::cut;
use domain::inbound::SenderEvent;
use domain::line::in_one_line;
use domain::sessions::news::{SessionEvent, SessionNews};
use domain::{Phone, PhoneError, Updates};
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

/// Whether this is no person's number: one of WhatsApp's own accounts (its notices, its official account, its robots), or
/// one that is kept for films.
pub fn is_no_person(digits: &str) -> bool {
    let digits = digits.strip_prefix('+').unwrap_or(digits);
    let robot = |prefix| digits.len() == 11 && digits.starts_with(prefix);
    let film = Phone::from_gateway(digits) == Err(PhoneError::NotInUse);
    matches!(digits, "0" | "16505361212") || robot("1313555") || robot("131655500") || film
}

/// A name or a username in one line.
pub fn name(text: &str) -> Option<String> {
    let name = in_one_line(&cut(text, MAX_NAME));
    (!name.is_empty()).then_some(name)
}

/// A name for what these texts hold together: 32 hex digits.
pub fn short_hash(texts: &[&str]) -> String {
    let mut hash = Sha256::new();
    for text in texts {
        hash.update(text.len().to_be_bytes());
        hash.update(text.as_bytes());
    }
    hex::encode(&hash.finalize()[..16])
}

/// Keeps what a gateway says of its session, and what it means for the sender.
pub fn tell(parsed: &mut Updates, event: SessionEvent) {
    parsed.sender.push(match &event.news {
        SessionNews::Connecting => SenderEvent::Connecting,
        SessionNews::Code { .. } | SessionNews::ActionRequired => SenderEvent::NeedsLogin,
        SessionNews::Connected { .. } => SenderEvent::Connected,
        SessionNews::CodesEnded | SessionNews::Disconnected { .. } | SessionNews::Ended => SenderEvent::Disconnected,
    });
    parsed.sessions.push(event);
}
