//! What a message of WAHA says. The text stands at one place for all engines; its kind is told by the engine's own data.

use crate::json::{items, text};
use crate::protocol;
use domain::inbound::InboundKind;
use serde_json::Value;

/// The kind, the words and the payload of a message.
pub struct Said<'a> {
    pub kind: InboundKind,
    pub text: Option<&'a str>,
    pub payload: Option<&'a str>,
}

/// `None` for what is no message of a person: deletions, invitations, notices of WhatsApp itself.
pub fn said(payload: &Value) -> Option<Said<'_>> {
    let data = payload.get("_data").unwrap_or(&Value::Null);
    let body = text(payload, "body");
    // Two of the engines hand on the message of WhatsApp's protocol.
    if let Some(message) = ["message", "Message"].iter().find_map(|name| data.get(name)).filter(|it| it.is_object()) {
        let said = protocol::said(message)?;
        let words = said.text.or(body.filter(|_| has_words(said.kind)));
        return Some(Said { kind: said.kind, text: words, payload: said.payload });
    }
    let kind = match text(data, "type") {
        Some(name) => by_type(name)?,
        None => by_fields(payload),
    };
    Some(Said { kind, text: body.filter(|_| has_words(kind)), payload: None })
}

/// What a message shows that has no words of its own: by WhatsApp's protocol where the engine hands that on.
pub fn told(kind: InboundKind, payload: &Value) -> Option<String> {
    let data = payload.get("_data").unwrap_or(&Value::Null);
    let of_protocol = ["message", "Message"].iter().find_map(|name| protocol::told(data.get(name)?));
    let place = match kind {
        InboundKind::Location => "location",
        InboundKind::Contacts => "vCards",
        InboundKind::Document => "media",
        InboundKind::Reaction => "reaction",
        _ => return of_protocol,
    };
    of_protocol.or_else(|| crate::told::told(kind, payload.get(place)?))
}

/// Whether the body is what the person wrote. A location's is a picture, a contact's is the contact.
fn has_words(kind: InboundKind) -> bool {
    !matches!(
        kind,
        InboundKind::Location
            | InboundKind::Contacts
            | InboundKind::Audio
            | InboundKind::Sticker
            | InboundKind::Reaction
            | InboundKind::Unsupported
    )
}

/// By the name that WhatsApp's web page has for it.
fn by_type(name: &str) -> Option<InboundKind> {
    Some(match name {
        "chat" => InboundKind::Text,
        "image" => InboundKind::Image,
        "video" | "ptv" => InboundKind::Video,
        "audio" | "ptt" => InboundKind::Audio,
        "document" => InboundKind::Document,
        "sticker" | "sticker-pack" => InboundKind::Sticker,
        "location" => InboundKind::Location,
        "vcard" | "multi_vcard" => InboundKind::Contacts,
        "order" => InboundKind::Order,
        "reaction" => InboundKind::Reaction,
        "buttons_response" | "list_response" | "template_button_reply" | "interactive_response" => InboundKind::Reply,
        "unknown" => InboundKind::Unsupported,
        // Deletions, keys, pins, invitations, calls, notices of WhatsApp itself.
        "revoked"
        | "ciphertext"
        | "protocol"
        | "pinned_message"
        | "groups_v4_invite"
        | "newsletter_admin_invite"
        | "call_log"
        | "gp2"
        | "broadcast_notification"
        | "debug" => return None,
        name if name.contains("notification") => return None,
        _ => InboundKind::Other,
    })
}

/// By what all engines have.
fn by_fields(payload: &Value) -> InboundKind {
    let media = payload.get("media").and_then(|media| text(media, "mimetype")).unwrap_or_default();
    match media.split('/').next() {
        _ if payload.get("location").is_some_and(Value::is_object) => InboundKind::Location,
        _ if !items(payload, "vCards").is_empty() => InboundKind::Contacts,
        _ if media == "image/webp" => InboundKind::Sticker,
        Some("image") => InboundKind::Image,
        Some("video") => InboundKind::Video,
        Some("audio") => InboundKind::Audio,
        Some("application" | "text") => InboundKind::Document,
        _ if payload.get("hasMedia") == Some(&Value::Bool(true)) => InboundKind::Other,
        _ if text(payload, "body").is_some() => InboundKind::Text,
        _ => InboundKind::Other,
    }
}
