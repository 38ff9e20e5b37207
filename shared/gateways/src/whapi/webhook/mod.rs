//! Whapi's webhooks, put into our own words.

mod edits;
mod said;

#[cfg(test)]
mod tests;

use super::PERSON;
use crate::Health;
use crate::json::{cut, id, integer, items, phone, text, time};
use crate::told::told;
use crate::webhook::{MAX_NAME, MAX_TEXT, is_no_person, name};
use chrono::{DateTime, Utc};
use domain::Status;
use domain::inbound::{
    InboundKind, InboundMessage, OwnMessage, PersonIdentity, SenderEvent, StatusError, StatusUpdate, Updates,
};
use said::said;
use serde_json::Value;

/// A person's chat under an id that hides the number.
const HIDDEN: &str = "@lid";

pub fn parse(root: &Value, received_at: DateTime<Utc>) -> Updates {
    let mut parsed = Updates::default();
    for message in items(root, "messages") {
        match (inbound(message, received_at), own(message, received_at)) {
            (Some(message), _) => parsed.inbound.push(message),
            (None, Some(message)) => parsed.own.push(message),
            (None, None) => parsed.ignored += 1,
        }
    }
    for update in items(root, "messages_updates") {
        match edits::edit(update, received_at) {
            // It may stand among the messages too.
            Some(edit) if parsed.inbound.iter().any(|known| edits::is_same(known, &edit)) => {}
            Some(edit) => parsed.inbound.push(edit),
            None => parsed.ignored += 1,
        }
    }
    for update in items(root, "statuses") {
        match status(update, received_at) {
            Some(update) => parsed.statuses.push(update),
            None => parsed.ignored += 1,
        }
    }
    for update in items(root, "chats_updates") {
        match labelled(update) {
            Some(who) => parsed.labelled.push(who),
            None => parsed.ignored += 1,
        }
    }
    parsed.sender.extend(sender_event(root));
    if parsed == Updates::default() {
        parsed.ignored = 1;
    }
    parsed
}

/// A person's message; `None` for our own and WhatsApp's, for one in a group, and for one without an author.
fn inbound(message: &Value, received_at: DateTime<Utc>) -> Option<InboundMessage> {
    if message.get("from_me") != Some(&Value::Bool(false)) || text(message, "source") == Some("system") {
        return None;
    }
    let from = identity(&id(message, "chat_id")?, text(message, "from"))?;
    let said = said(message)?;
    let at = time(message, "timestamp");
    let own_id = id(message, "id")?;
    let gateway_message_id = match &said.edited {
        Some(edited) if *edited == own_id => format!("{own_id}/edit/{}", at.unwrap_or_default().timestamp()),
        _ => own_id,
    };
    let commented = || id(message.get("action").filter(|_| said.kind == InboundKind::Text)?, "target");
    Some(InboundMessage {
        gateway_message_id,
        from,
        name: text(message, "from_name").and_then(name),
        username: None,
        kind: said.kind,
        text: said.text.map(|words| cut(words, MAX_TEXT)),
        payload: said.payload.map(|payload| cut(payload, MAX_NAME)),
        reply_to: message
            .get("context")
            .and_then(|context| id(context, "quoted_id"))
            .or(said.edited)
            .or_else(commented),
        told: told(said.kind, content(message)),
        media: id(content(message), "id").filter(|_| said.kind.is_file()),
        is_own_contact: false,
        at: at.unwrap_or(received_at),
        undated: at.is_none(),
    })
}

/// A message of the business's own that no program sent through Whapi; `None` for one in a group.
fn own(message: &Value, received_at: DateTime<Utc>) -> Option<OwnMessage> {
    let source = text(message, "source");
    if message.get("from_me") != Some(&Value::Bool(true)) || matches!(source, Some("api" | "system" | "business_api")) {
        return None;
    }
    let said = said(message).filter(|said| !matches!(said.kind, InboundKind::Reaction | InboundKind::Edit))?;
    let at = time(message, "timestamp");
    Some(OwnMessage {
        gateway_message_id: id(message, "id")?,
        to: identity(&id(message, "chat_id")?, None)?,
        kind: said.kind,
        text: said.text.map(|words| cut(words, MAX_TEXT)),
        told: told(said.kind, content(message)),
        media: id(content(message), "id").filter(|_| said.kind.is_file()),
        at: at.unwrap_or(received_at),
        undated: at.is_none(),
        by_hand: matches!(source, Some("mobile" | "web")),
    })
}

/// What the message consists of, which stands under the name of its type. A document with a caption may stand under the name
/// of either.
fn content(message: &Value) -> &Value {
    let of_type = text(message, "type").and_then(|kind| message.get(kind));
    of_type.or_else(|| message.get("document")).unwrap_or(&Value::Null)
}

/// The person whose chat it is; `None` for a group, a channel or a broadcast. A LID's digits are no phone number.
fn identity(chat: &str, from: Option<&str>) -> Option<PersonIdentity> {
    let number = if let Some(digits) = chat.strip_suffix(PERSON) {
        if is_no_person(digits) {
            return None;
        }
        Some(digits)
    } else {
        let hidden = chat.strip_suffix(HIDDEN)?;
        from.map(|from| from.strip_suffix(PERSON).unwrap_or(from)).filter(|from| *from != hidden && !from.contains('@'))
    };
    Some(PersonIdentity { phone: number.and_then(phone), bsuid: None, chat_id: Some(chat.to_owned()) })
}

/// The person whose chat has other labels now.
fn labelled(update: &Value) -> Option<PersonIdentity> {
    let are_labels = items(update, "changes").iter().any(|change| change == "labels");
    let chat = update.get("after_update").filter(|_| are_labels)?;
    identity(&id(chat, "id")?, None)
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
