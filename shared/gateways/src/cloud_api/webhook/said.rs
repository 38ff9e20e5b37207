//! What a message of Cloud API says.

use crate::json::{first, text};
use domain::inbound::InboundKind;
use serde_json::Value;

/// The kind, the words and the payload of a message.
pub struct Said<'a> {
    pub kind: InboundKind,
    pub text: Option<&'a str>,
    pub payload: Option<&'a str>,
}

/// `None` for what is no message of a person: deletions, a chat that was opened, notices of WhatsApp itself.
pub fn said(message: &Value) -> Option<Said<'_>> {
    let kind_name = text(message, "type").unwrap_or_default();
    let part = message.get(kind_name).unwrap_or(&Value::Null);
    let plain = |kind, text| Said { kind, text, payload: None };
    Some(match kind_name {
        "text" => plain(InboundKind::Text, text(part, "body")),
        "image" => plain(InboundKind::Image, text(part, "caption")),
        "video" => plain(InboundKind::Video, text(part, "caption")),
        "document" => plain(InboundKind::Document, text(part, "caption")),
        "audio" | "voice" => plain(InboundKind::Audio, None),
        "sticker" => plain(InboundKind::Sticker, None),
        "location" => plain(InboundKind::Location, None),
        "contacts" => plain(InboundKind::Contacts, None),
        "order" => plain(InboundKind::Order, text(part, "text")),
        "reaction" => plain(InboundKind::Reaction, None),
        "edit" => {
            let new = part.get("message").or_else(|| part.get("edited_message")).unwrap_or(part);
            let words = said(new).and_then(|said| said.text);
            plain(InboundKind::Edit, words.or_else(|| first(new, &["body", "text", "caption"])))
        }
        // The answer to a template's quick reply.
        "button" => Said { kind: InboundKind::Button, text: text(part, "text"), payload: text(part, "payload") },
        "interactive" => {
            let reply = ["button_reply", "list_reply"].iter().find_map(|key| part.get(key));
            let form = part.get("nfm_reply");
            let title = reply.and_then(|reply| text(reply, "title"));
            Said {
                kind: InboundKind::Reply,
                text: title.or_else(|| text(form?, "body")),
                payload: reply.and_then(|reply| text(reply, "id")),
            }
        }
        "revoke" | "deleted" | "request_welcome" | "system" => return None,
        "unsupported" | "unknown" | "ephemeral" => plain(InboundKind::Unsupported, None),
        _ => plain(InboundKind::Other, None),
    })
}
