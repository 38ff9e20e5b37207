//! Evolution's webhooks, put into our own words. Each tells one event of one instance.

mod happened;

#[cfg(test)]
mod tests;

use super::session::reason;
use super::{HIDDEN, PERSON};
use crate::json::{cut, first, id, phone, text, time};
use crate::protocol::{said, told};
use crate::webhook::{MAX_NAME, MAX_TEXT, is_no_person, name, short_hash, tell};
use chrono::{DateTime, Utc};
use domain::inbound::{InboundKind, InboundMessage, OwnMessage, PersonIdentity, StatusUpdate};
use domain::sessions::news::{SessionEvent, SessionNews};
use domain::{Status, Updates};
use happened::happened;
use serde_json::Value;

pub fn parse(root: &Value, address: &str, received_at: DateTime<Utc>) -> Updates {
    let mut parsed = Updates::default();
    let data = root.get("data").unwrap_or(&Value::Null);
    let at = text(root, "date_time").map_or(received_at, |date_time| happened(date_time, received_at));
    match (text(root, "instance"), text(root, "event")) {
        (Some(instance), _) if instance != address => parsed.foreign = 1,
        (Some(_), Some("messages.upsert")) => {
            parsed.inbound.extend(inbound(data, at));
            parsed.own.extend(own(data, at));
        }
        (Some(_), Some("messages.update")) => match edit(data, &event_id(root, data), at) {
            Some(edit) => parsed.inbound.push(edit),
            None => parsed.statuses.extend(status(data, at)),
        },
        (Some(instance), Some(event)) => {
            if let Some(news) = news(event, data) {
                let (event_id, address) = (event_id(root, data), instance.to_owned());
                tell(&mut parsed, SessionEvent { event_id, address, at, news });
            }
        }
        _ => {}
    }
    if parsed == Updates::default() {
        parsed.ignored = 1;
    }
    parsed
}

/// The name of an event, which has none of its own: no other event of any instance has it, though many may fall in one
/// moment. Pictures say nothing that is not told beside them.
fn event_id(root: &Value, data: &Value) -> String {
    let mut data = data.clone();
    if let Some(parts) = data.as_object_mut() {
        parts.remove("profilePictureUrl");
        if let Some(code) = parts.get_mut("qrcode").and_then(Value::as_object_mut) {
            code.remove("base64");
        }
    }
    let told = |key| text(root, key).unwrap_or_default();
    short_hash(&[told("instance"), told("event"), told("date_time"), &data.to_string()])
}

/// What an event says of the instance.
fn news(event: &str, data: &Value) -> Option<SessionNews> {
    let disconnected = |code| SessionNews::Disconnected { reason: reason(data.get(code)) };
    match event {
        "qrcode.updated" => match data.get("qrcode") {
            Some(code) => Some(SessionNews::Code { code: Some(id(code, "code")?) }),
            // It has told its limit in the place of a code.
            None => data.get("statusCode").map(|_| SessionNews::CodesEnded),
        },
        "connection.update" => match text(data, "state")? {
            "connecting" => Some(SessionNews::Connecting),
            "open" => Some(SessionNews::Connected { phone: text(data, "wuid").and_then(|id| phone(digits(id)?)) }),
            // It refuses to go on after the last code, with the number for a closed connection.
            "refused" if reason(data.get("statusReason")) == Some(428) => Some(SessionNews::CodesEnded),
            "close" | "refused" => Some(disconnected("statusReason")),
            _ => None,
        },
        "status.instance" if text(data, "status") == Some("closed") => Some(disconnected("disconnectionReasonCode")),
        // WhatsApp's number for a logout.
        "logout.instance" => Some(SessionNews::Disconnected { reason: Some(401) }),
        "remove.instance" => Some(SessionNews::Ended),
        _ => None,
    }
}

/// The number of a person's chat, without the number of a device.
fn digits(chat: &str) -> Option<&str> {
    chat.strip_suffix(PERSON)?.split(':').next()
}

/// A person's message; `None` for our own and WhatsApp's, for one in a group, and for one without an author.
fn inbound(record: &Value, received_at: DateTime<Utc>) -> Option<InboundMessage> {
    let key = record.get("key").filter(|key| key.get("fromMe") == Some(&Value::Bool(false)))?;
    let from = identity(&id(key, "remoteJid")?, first(key, &["remoteJidAlt", "senderPn"]))?;
    let said = said(record.get("message")?)?;
    let at = time(record, "messageTimestamp");
    // Evolution takes it out of a text.
    let context = record.get("contextInfo").and_then(|context| id(context, "stanzaId"));
    Some(InboundMessage {
        gateway_message_id: id(key, "id")?,
        from,
        name: text(record, "pushName").and_then(name),
        username: None,
        kind: said.kind,
        text: said.text.map(|words| cut(words, MAX_TEXT)),
        payload: said.payload.map(|payload| cut(payload, MAX_NAME)),
        reply_to: context.or_else(|| said.reply_to.map(|id| cut(id, MAX_NAME))),
        // Evolution finds it by the message's id.
        told: record.get("message").and_then(told),
        media: id(key, "id").filter(|_| said.kind.is_file()),
        is_own_contact: false,
        at: at.unwrap_or(received_at),
        undated: at.is_none(),
    })
}

/// A message of the business's own that did not go through Evolution, as that has an event of its own; but some versions tell
/// of both alike. `None` for one in a group. The kind of phone is told by the form of the message's id, and a program's
/// looks as if it were a browser's.
fn own(record: &Value, received_at: DateTime<Utc>) -> Option<OwnMessage> {
    let key = record.get("key").filter(|key| key.get("fromMe") == Some(&Value::Bool(true)))?;
    let to = identity(&id(key, "remoteJid")?, first(key, &["remoteJidAlt"]))?;
    let said = said(record.get("message")?)?;
    if matches!(said.kind, InboundKind::Reaction | InboundKind::Edit) {
        return None;
    }
    let at = time(record, "messageTimestamp");
    Some(OwnMessage {
        gateway_message_id: id(key, "id")?,
        to,
        kind: said.kind,
        text: said.text.map(|words| cut(words, MAX_TEXT)),
        told: record.get("message").and_then(told),
        media: id(key, "id").filter(|_| said.kind.is_file()),
        at: at.unwrap_or(received_at),
        undated: at.is_none(),
        by_hand: matches!(text(record, "source"), Some("android" | "ios")),
    })
}

/// The new text of a person's earlier message. It comes as an update of that one.
fn edit(data: &Value, event_id: &str, at: DateTime<Utc>) -> Option<InboundMessage> {
    if data.get("fromMe") != Some(&Value::Bool(false)) {
        return None;
    }
    let from = identity(&id(data, "remoteJid")?, first(data, &["remoteJidAlt"]))?;
    let said = said(data.get("message")?.get("editedMessage")?.get("message")?)?;
    let edited = id(data, "keyId")?;
    Some(InboundMessage {
        gateway_message_id: format!("{edited}/edit/{event_id}"),
        from,
        name: None,
        username: None,
        kind: InboundKind::Edit,
        text: said.text.map(|words| cut(words, MAX_TEXT)),
        payload: None,
        reply_to: Some(edited),
        told: None,
        media: None,
        is_own_contact: false,
        at,
        undated: false,
    })
}

/// The person whose chat it is; `None` for a group, a channel or a broadcast. A LID's digits are no phone number.
fn identity(chat: &str, other: Option<&str>) -> Option<PersonIdentity> {
    let number = match digits(chat) {
        Some(number) if is_no_person(number) => return None,
        Some(number) => Some(number),
        None if chat.ends_with(HIDDEN) => other.and_then(digits),
        None => return None,
    };
    Some(PersonIdentity { phone: number.and_then(phone), bsuid: None, chat_id: Some(chat.to_owned()) })
}

/// A report of our own message to a person. Its time is that of the event.
fn status(data: &Value, at: DateTime<Utc>) -> Option<StatusUpdate> {
    let to = text(data, "remoteJid").filter(|chat| chat.ends_with(PERSON) || chat.ends_with(HIDDEN));
    if data.get("fromMe") != Some(&Value::Bool(true)) || to.is_none() {
        return None;
    }
    let status = match text(data, "status")? {
        "SERVER_ACK" => Status::Sent,
        "DELIVERY_ACK" => Status::Delivered,
        "READ" | "PLAYED" => Status::Read,
        "ERROR" => Status::Failed,
        _ => return None,
    };
    Some(StatusUpdate { gateway_message_id: id(data, "keyId")?, message_id: None, status, at, error: None })
}
