//! What a message of Cloud API says.

use crate::json::{first, id, text};
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

/// `None` for what is no message of a person: deletions, a chat that was opened, notices of WhatsApp itself.
pub fn said(message: &Value) -> Option<Said<'_>> {
    let kind_name = text(message, "type").unwrap_or_default();
    let part = message.get(kind_name).unwrap_or(&Value::Null);
    let plain = |kind, text| Said { kind, text, payload: None, edited: None };
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
        "edit" | "edited" | "message_edit" => {
            edit(message, message.get(kind_name).or_else(|| message.get("edit")).unwrap_or(part))
        }
        // The answer to a template's quick reply.
        "button" => Said { payload: text(part, "payload"), ..plain(InboundKind::Button, text(part, "text")) },
        "interactive" => {
            let reply = ["button_reply", "list_reply"].iter().find_map(|key| part.get(key));
            let form = part.get("nfm_reply");
            let title = reply.and_then(|reply| text(reply, "title"));
            let words = title.or_else(|| text(form?, "body"));
            Said { payload: reply.and_then(|reply| text(reply, "id")), ..plain(InboundKind::Reply, words) }
        }
        "revoke" | "deleted" | "request_welcome" | "system" => return None,
        "unsupported" | "unknown" | "ephemeral" => plain(InboundKind::Unsupported, None),
        _ => plain(InboundKind::Other, None),
    })
}

/// The new text of an earlier message, which may stand there as a whole message, as a part of one, or beside the edit.
fn edit<'a>(message: &'a Value, edit: &'a Value) -> Said<'a> {
    let inner = ["message", "edited_message", "new_message"].iter().find_map(|key| edit.get(key));
    let whole = inner.and_then(said).and_then(|said| said.text);
    let in_parts = || inner.into_iter().chain([edit, message]).find_map(words);
    let edited = ["original_message_id", "message_id"].iter().find_map(|key| id(edit, key));
    let edited = edited.or_else(|| id(inner?, "id"));
    Said { kind: InboundKind::Edit, text: whole.or_else(in_parts), payload: None, edited }
}

/// The words of a message whose type is not told.
fn words(message: &Value) -> Option<&str> {
    let part = |name: &&str| message.get(name).and_then(|part| first(part, &["body", "caption"]));
    first(message, &["body", "text", "caption"])
        .or_else(|| ["text", "image", "video", "document"].iter().find_map(part))
}
