//! Whapi's webhooks, put into our own words.

#[cfg(test)]
mod tests;

use super::PERSON;
use crate::Health;
use crate::json::{cut, id, integer, items, phone, text, time};
use crate::webhook::{MAX_NAME, MAX_TEXT};
use chrono::{DateTime, Utc};
use domain::Status;
use domain::inbound::{InboundKind, InboundMessage, PersonIdentity, SenderEvent, StatusError, StatusUpdate, Updates};
use serde_json::Value;

/// A person's chat under an id that hides the number.
const HIDDEN: &str = "@lid";

pub fn parse(root: &Value, received_at: DateTime<Utc>) -> Updates {
    let mut parsed = Updates::default();
    for message in items(root, "messages") {
        match inbound(message, received_at) {
            Some(message) => parsed.inbound.push(message),
            None => parsed.ignored += 1,
        }
    }
    for update in items(root, "statuses") {
        match status(update, received_at) {
            Some(update) => parsed.statuses.push(update),
            None => parsed.ignored += 1,
        }
    }
    parsed.sender.extend(sender_event(root));
    if parsed == Updates::default() {
        parsed.ignored = 1;
    }
    parsed
}

/// A person's message; `None` for our own, for one in a group, and for one without an author.
fn inbound(message: &Value, received_at: DateTime<Utc>) -> Option<InboundMessage> {
    if message.get("from_me") != Some(&Value::Bool(false)) {
        return None;
    }
    let from = identity(&id(message, "chat_id")?, text(message, "from"))?;
    let kind_name = text(message, "type")?;
    let part = message.get(kind_name).unwrap_or(&Value::Null);
    let (kind, words, payload) = match kind_name {
        "text" | "link_preview" => (InboundKind::Text, text(part, "body"), None),
        "reply" => {
            let reply = ["buttons_reply", "list_reply"].iter().find_map(|key| part.get(key));
            (InboundKind::Reply, reply.and_then(|it| text(it, "title")), reply.and_then(|it| text(it, "id")))
        }
        "image" => (InboundKind::Image, text(part, "caption"), None),
        "video" | "gif" | "short" => (InboundKind::Video, text(part, "caption"), None),
        "document" => (InboundKind::Document, text(part, "caption"), None),
        "audio" | "voice" => (InboundKind::Audio, None, None),
        "sticker" => (InboundKind::Sticker, None, None),
        "location" | "live_location" => (InboundKind::Location, None, None),
        "contact" | "contact_list" => (InboundKind::Contacts, None, None),
        "order" => (InboundKind::Order, None, None),
        "action" if text(part, "type") == Some("reaction") => (InboundKind::Reaction, None, None),
        // Edits, deletions, notices of WhatsApp itself.
        "action" | "system" | "unknown" => return None,
        _ => (InboundKind::Other, None, None),
    };
    Some(InboundMessage {
        gateway_message_id: id(message, "id")?,
        from,
        name: text(message, "from_name").map(|name| cut(name, MAX_NAME)),
        username: None,
        kind,
        text: words.map(|words| cut(words, MAX_TEXT)),
        payload: payload.map(|payload| cut(payload, MAX_NAME)),
        reply_to: message.get("context").and_then(|context| id(context, "quoted_id")),
        at: time(message, "timestamp").unwrap_or(received_at),
    })
}

/// The person whose chat it is; `None` for a group, a channel or a broadcast. A LID's digits are no phone number.
fn identity(chat: &str, from: Option<&str>) -> Option<PersonIdentity> {
    let number = if let Some(digits) = chat.strip_suffix(PERSON) {
        Some(digits)
    } else {
        let hidden = chat.strip_suffix(HIDDEN)?;
        from.map(|from| from.strip_suffix(PERSON).unwrap_or(from)).filter(|from| *from != hidden && !from.contains('@'))
    };
    Some(PersonIdentity { phone: number.and_then(phone), bsuid: None, chat_id: Some(chat.to_owned()) })
}

fn status(update: &Value, received_at: DateTime<Utc>) -> Option<StatusUpdate> {
    let status = match text(update, "status")? {
        "sent" => Status::Sent,
        "delivered" => Status::Delivered,
        "read" | "played" => Status::Read,
        "failed" => Status::Failed,
        _ => return None,
    };
    let code = items(update, "errors").iter().find_map(|error| integer(error.get("code")?));
    Some(StatusUpdate {
        gateway_message_id: id(update, "id")?,
        message_id: None,
        status,
        at: time(update, "timestamp").unwrap_or(received_at),
        error: code.map(|code| StatusError { code, refusal: None }),
    })
}

/// The channel's own health, or its user's coming and going.
fn sender_event(root: &Value) -> Option<SenderEvent> {
    if let Some(status) = root.get("health").and_then(|health| health.get("status")) {
        return match super::health(text(status, "text")?) {
            Health::Connected => Some(SenderEvent::Connected),
            Health::Connecting => Some(SenderEvent::Connecting),
            Health::NeedsLogin => Some(SenderEvent::NeedsLogin),
            Health::Disconnected => Some(SenderEvent::Disconnected),
            Health::Unknown => None,
        };
    }
    let event = root.get("event").filter(|event| text(event, "type") == Some("users"))?;
    // The schema calls the verb `method`, the examples `event`.
    match ["method", "event"].iter().find_map(|key| text(event, key))? {
        "post" => Some(SenderEvent::Connected),
        "delete" => Some(SenderEvent::Disconnected),
        _ => None,
    }
}
