//! WAHA's webhooks, put into our own words. Each tells one event of one session.

mod said;

#[cfg(test)]
mod tests;

use super::{HIDDEN, PERSON, bare};
use crate::json::{cut, first, id, integer, items, phone, text, time, time_of_millis};
use crate::webhook::{MAX_NAME, MAX_TEXT, is_no_person, name, short_hash, tell};
use chrono::{DateTime, Utc};
use domain::inbound::{InboundKind, InboundMessage, OwnMessage, PersonIdentity, StatusUpdate};
use domain::sessions::news::{SessionEvent, SessionNews};
use domain::{Phone, Status, Updates};
use said::{Said, said, told};
use serde_json::Value;

/// A person's chat as the engines write it among their own data.
const PERSON_OF_ENGINE: &str = "@s.whatsapp.net";

pub fn parse(root: &Value, address: &str, received_at: DateTime<Utc>) -> Updates {
    let mut parsed = Updates::default();
    let payload = root.get("payload").unwrap_or(&Value::Null);
    let at = time_of_millis(root, "timestamp").unwrap_or(received_at);
    match (text(root, "session"), text(root, "event")) {
        (Some(session), _) if session != address => parsed.foreign = 1,
        // A session that tells of each message also under the other name is understood too: a repeat is known by its id.
        (Some(_), Some("message" | "message.any")) => {
            if let Some(said) = said(payload) {
                parsed.own.extend(own(payload, &said, received_at));
                parsed.inbound.extend(inbound(payload, said, received_at));
            }
        }
        (Some(_), Some("message.reaction")) => {
            let said = Said { kind: InboundKind::Reaction, text: None, payload: None };
            parsed.inbound.extend(inbound(payload, said, received_at));
        }
        (Some(_), Some("message.edited")) => parsed.inbound.extend(edit(payload, at)),
        (Some(_), Some("message.ack")) => parsed.statuses.extend(status(payload, at)),
        (Some(_), Some("label.chat.added" | "label.chat.deleted")) => parsed.labelled.extend(labelled(payload)),
        (Some(session), Some("session.status")) => {
            let owner = || owner(payload).or_else(|| owner(root));
            let status = text(payload, "status").unwrap_or_default();
            if let Some(news) = standing(status, items(payload, "statuses"), owner) {
                let told = || short_hash(&[session, &at.timestamp_millis().to_string(), &payload.to_string()]);
                let event_id = id(root, "id").unwrap_or_else(told);
                tell(&mut parsed, SessionEvent { event_id, address: session.to_owned(), at, news });
            }
        }
        _ => {}
    }
    if parsed == Updates::default() {
        parsed.ignored = 1;
    }
    parsed
}

/// What a status says of a session, after these `statuses`, the last of which may be it. After the last code a session
/// fails in the same way as after any error, so the status before tells them apart.
pub fn standing(status: &str, statuses: &[Value], owner: impl FnOnce() -> Option<Phone>) -> Option<SessionNews> {
    Some(match status {
        "STARTING" => SessionNews::Connecting,
        "SCAN_QR_CODE" => SessionNews::Code { code: None },
        "PASSKEY_REQUIRED" | "PASSKEY_CONFIRMATION_REQUIRED" => SessionNews::ActionRequired,
        "WORKING" => SessionNews::Connected { phone: owner() },
        "STOPPED" => SessionNews::Ended,
        "FAILED" => {
            let mut before = statuses.iter().rev().filter_map(|it| text(it, "status")).skip_while(|it| *it == "FAILED");
            match before.next() {
                Some("SCAN_QR_CODE") => SessionNews::CodesEnded,
                _ => SessionNews::Disconnected { reason: None },
            }
        }
        _ => return None,
    })
}

/// The number of the session's phone.
pub fn owner(of: &Value) -> Option<Phone> {
    phone(digits(text(of.get("me")?, "id")?)?)
}

/// The number of a person's chat, without the number of a device.
fn digits(chat: &str) -> Option<&str> {
    chat.strip_suffix(PERSON).or_else(|| chat.strip_suffix(PERSON_OF_ENGINE))?.split(':').next()
}

/// A person's message; `None` for our own and WhatsApp's, for one in a group, and for one without an author.
fn inbound(payload: &Value, said: Said<'_>, received_at: DateTime<Utc>) -> Option<InboundMessage> {
    if payload.get("fromMe") != Some(&Value::Bool(false)) {
        return None;
    }
    let at = time(payload, "timestamp");
    let reply_to = payload.get("replyTo").and_then(|replied| id(replied, "id"));
    Some(InboundMessage {
        gateway_message_id: bare(&id(payload, "id")?).to_owned(),
        from: identity(payload)?,
        name: written_name(payload).and_then(name),
        username: None,
        kind: said.kind,
        text: said.text.map(|words| cut(words, MAX_TEXT)),
        payload: said.payload.map(|chosen| cut(chosen, MAX_NAME)),
        reply_to: reply_to.map(|id| bare(&id).to_owned()),
        told: told(said.kind, payload),
        media: file(payload).filter(|_| said.kind.is_file()),
        is_own_contact: false,
        at: at.unwrap_or(received_at),
        undated: at.is_none(),
    })
}

/// A message of the business's own that no program sent through WAHA; `None` for one in a group. Some engines name the chat
/// in `from`, whoever wrote, and others the receiver in `to`.
fn own(payload: &Value, said: &Said<'_>, received_at: DateTime<Utc>) -> Option<OwnMessage> {
    let source = text(payload, "source");
    if payload.get("fromMe") != Some(&Value::Bool(true)) || source == Some("api") {
        return None;
    }
    let to = first(payload, &["to"]).or_else(|| text(payload, "from"))?;
    let at = time(payload, "timestamp");
    Some(OwnMessage {
        gateway_message_id: bare(&id(payload, "id")?).to_owned(),
        to: person(to.to_owned(), payload)?,
        kind: said.kind,
        text: said.text.map(|words| cut(words, MAX_TEXT)),
        told: told(said.kind, payload),
        media: file(payload).filter(|_| said.kind.is_file()),
        at: at.unwrap_or(received_at),
        undated: at.is_none(),
        by_hand: source == Some("app"),
    })
}

/// The path of the file that WAHA keeps of a message. The host is that by which WAHA knows itself.
fn file(payload: &Value) -> Option<String> {
    let url: http::Uri = id(payload.get("media")?, "url")?.parse().ok()?;
    Some(url.path().to_owned()).filter(|path| path.starts_with("/api/files/"))
}

/// The new text of a person's earlier message. In one of the engines it has the id of that one, and its time.
fn edit(payload: &Value, at: DateTime<Utc>) -> Option<InboundMessage> {
    let edited = bare(&id(payload, "editedMessageId")?).to_owned();
    let said = Said { kind: InboundKind::Edit, text: text(payload, "body"), payload: None };
    let mut message = inbound(payload, said, at)?;
    if message.gateway_message_id == edited {
        message.gateway_message_id = format!("{edited}/edit/{}", at.timestamp_millis());
    }
    Some(InboundMessage { reply_to: Some(edited), at, undated: false, ..message })
}

/// The person whose chat it is; `None` for a group, a channel or a broadcast. A LID's digits are no phone number.
fn identity(payload: &Value) -> Option<PersonIdentity> {
    person(id(payload, "from")?, payload)
}

fn person(chat: String, payload: &Value) -> Option<PersonIdentity> {
    let number = match chat.strip_suffix(PERSON) {
        Some(number) if is_no_person(number) => return None,
        Some(number) => Some(number),
        None if chat.ends_with(HIDDEN) => other_name(payload).and_then(digits),
        None => return None,
    };
    Some(PersonIdentity { phone: number.and_then(phone), bsuid: None, chat_id: Some(chat) })
}

/// The chat under the number, which the engines have beside a LID.
fn other_name(payload: &Value) -> Option<&str> {
    let data = payload.get("_data")?;
    let of_key = data.get("key").and_then(|key| first(key, &["remoteJidAlt", "senderPn"]));
    of_key.or_else(|| text(data.get("Info")?, "SenderAlt"))
}

/// The person whose chat has other labels now.
fn labelled(payload: &Value) -> Option<PersonIdentity> {
    person(id(payload, "chatId")?, payload)
}

/// The name that the person gave themselves at WhatsApp, which the engines have among their own data.
fn written_name(payload: &Value) -> Option<&str> {
    let data = payload.get("_data")?;
    first(data, &["notifyName", "pushName"]).or_else(|| text(data.get("Info")?, "PushName"))
}

/// A report of our own message to a person. Its time is that of the event.
fn status(payload: &Value, at: DateTime<Utc>) -> Option<StatusUpdate> {
    let whole = id(payload, "id")?;
    let in_chat = |chat: &str| !["@g.us", "@newsletter", "@broadcast"].iter().any(|ending| chat.contains(ending));
    let ours = payload.get("fromMe") == Some(&Value::Bool(true)) && in_chat(&whole);
    if !ours || text(payload, "from").is_some_and(|chat| !in_chat(chat)) {
        return None;
    }
    let status = match integer(payload.get("ack")?)? {
        -1 => Status::Failed,
        1 => Status::Sent,
        2 => Status::Delivered,
        3 | 4 => Status::Read,
        _ => return None,
    };
    let gateway_message_id = bare(&whole).to_owned();
    Some(StatusUpdate { gateway_message_id, message_id: None, status, at, error: None })
}
