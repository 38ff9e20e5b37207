//! What a message of Whapi says.

use crate::json::{first, id, items, text};
use domain::inbound::InboundKind;
use serde_json::Value;

/// The kind, the words and the payload of a message.
pub struct Said<'a> {
    pub kind: InboundKind,
    pub text: Option<&'a str>,
    pub payload: Option<&'a str>,
    /// The message whose text it replaces.
    pub edited: Option<String>,
}

/// `None` for what is no message of a person: deletions, invitations, notices of WhatsApp itself.
pub fn said(message: &Value) -> Option<Said<'_>> {
    let kind_name = text(message, "type")?;
    let part = message.get(kind_name).unwrap_or(&Value::Null);
    // A document with a caption may stand under the name of either.
    let document = || message.get("document").unwrap_or(part);
    let (kind, words) = match kind_name {
        "text" => (InboundKind::Text, text(part, "body")),
        "link_preview" => (InboundKind::Text, first(part, &["body", "caption", "title", "url"])),
        "reply" => {
            let replies = ["buttons_reply", "list_reply", "button_reply"];
            let reply = replies.iter().find_map(|key| part.get(key)).unwrap_or(&Value::Null);
            let (words, payload) = (text(reply, "title"), text(reply, "id").map(behind_prefix));
            return Some(Said { kind: InboundKind::Reply, text: words, payload, edited: None });
        }
        "image" => (InboundKind::Image, text(part, "caption")),
        "video" | "gif" | "short" => (InboundKind::Video, text(part, "caption")),
        "document" | "documentWithCaption" | "document_with_caption" => {
            (InboundKind::Document, text(part, "caption").or_else(|| text(document(), "caption")))
        }
        "audio" | "voice" => (InboundKind::Audio, None),
        "sticker" => (InboundKind::Sticker, None),
        "location" | "live_location" => (InboundKind::Location, first(part, &["caption", "comment"])),
        "contact" | "contact_list" => (InboundKind::Contacts, None),
        "order" => (InboundKind::Order, first(part, &["text", "title"])),
        "action" => return action(part),
        // Deletions, pins, invitations, notices of WhatsApp itself.
        "system" | "unknown" | "revoked" | "pin" | "group_invite" | "newsletter_invite" | "admin_invite" => {
            return None;
        }
        // Polls, events, products, catalogs, and what a business writes: all have their words at one of these places.
        _ => (InboundKind::Other, words(part)),
    };
    Some(Said { kind, text: words, payload: None, edited: None })
}

/// The id that we gave a button or list entry: Whapi may put `ButtonsV3:` or `ListV3:` before it.
fn behind_prefix(id: &str) -> &str {
    let is_prefix = |prefix: &str| {
        let version =
            ["Buttons", "Button", "List"].iter().find_map(|kind| prefix.strip_prefix(kind)?.strip_prefix('V'));
        version.is_some_and(|version| !version.is_empty() && version.bytes().all(|digit| digit.is_ascii_digit()))
    };
    id.split_once(':').filter(|(prefix, own)| is_prefix(prefix) && !own.is_empty()).map_or(id, |(_, own)| own)
}

fn words(part: &Value) -> Option<&str> {
    const PLACES: [&str; 8] = ["body", "text", "caption", "title", "name", "description", "label", "header"];
    PLACES.iter().find_map(|place| match part.get(place)? {
        Value::String(text) if !text.is_empty() => Some(text.as_str()),
        inner => first(inner, &["text", "body"]),
    })
}

/// A reaction, a vote, words about an earlier message, or its new text; edits of what is no text have none.
fn action(part: &Value) -> Option<Said<'_>> {
    let plain = |kind, text, edited| Some(Said { kind, text, payload: None, edited });
    match text(part, "type")? {
        "reaction" => plain(InboundKind::Reaction, None, None),
        "comment" => plain(InboundKind::Text, Some(text(part, "comment").or_else(|| words(part))?), None),
        // One that was taken back has no choices.
        "vote" if !items(part, "votes").is_empty() => plain(InboundKind::Other, None, None),
        "edit" | "edited" => {
            let content = part.get("edited_content").unwrap_or(part);
            let in_part = || words(content.get(text(part, "edited_type")?)?);
            plain(InboundKind::Edit, words(content).or_else(in_part), id(part, "target"))
        }
        _ => None,
    }
}
