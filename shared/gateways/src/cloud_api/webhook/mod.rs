//! Cloud API's webhooks, put into our own words.

#[cfg(test)]
mod tests;

use super::codes::meaning;
use crate::json::{cut, id, integer, items, phone, text, time};
use crate::webhook::{MAX_NAME, MAX_TEXT};
use chrono::{DateTime, Utc};
use domain::Status;
use domain::inbound::{
    IdentityChange, InboundKind, InboundMessage, PersonIdentity, Preference, SenderEvent, StatusError, StatusUpdate,
    Updates,
};
use serde_json::Value;

pub fn parse(root: &Value, address: &str, received_at: DateTime<Utc>) -> Updates {
    let mut parsed = Updates::default();
    for change in items(root, "entry").iter().flat_map(|entry| items(entry, "changes")) {
        let (Some(field), Some(value)) = (text(change, "field"), change.get("value")) else {
            parsed.ignored += 1;
            continue;
        };
        let number = value.get("metadata").and_then(|metadata| text(metadata, "phone_number_id"));
        if number.is_some_and(|number| number != address) {
            parsed.foreign += (items(value, "messages").len() + items(value, "statuses").len()).max(1);
            continue;
        }
        match field {
            "messages" => messages(&mut parsed, value, received_at),
            "user_preferences" => preferences(&mut parsed, value, received_at),
            "account_update"
            | "account_alerts"
            | "business_capability_update"
            | "message_template_status_update"
            | "phone_number_quality_update" => parsed.sender.push(SenderEvent::AccountNotice(field.to_owned())),
            _ => parsed.ignored += 1,
        }
    }
    parsed
}

fn messages(parsed: &mut Updates, value: &Value, received_at: DateTime<Utc>) {
    let contacts = items(value, "contacts");
    for message in items(value, "messages") {
        if text(message, "type") == Some("system") {
            match identity_change(message, received_at) {
                Some(change) => parsed.identity_changes.push(change),
                None => parsed.ignored += 1,
            }
            continue;
        }
        match inbound(message, contacts, received_at) {
            Some(message) => parsed.inbound.push(message),
            None => parsed.ignored += 1,
        }
    }
    for update in items(value, "statuses") {
        match status(update, received_at) {
            Some(update) => parsed.statuses.push(update),
            None => parsed.ignored += 1,
        }
    }
    parsed.ignored += items(value, "errors").len();
}

/// A person's message; `None` for one in a group or without an author.
fn inbound(message: &Value, contacts: &[Value], received_at: DateTime<Utc>) -> Option<InboundMessage> {
    if message.get("group_id").is_some() {
        return None;
    }
    let (number, user) = (text(message, "from"), id(message, "from_user_id"));
    let contact = contacts.iter().find(|contact| {
        let equal = |known: Option<&str>, key| known.is_some() && text(contact, key) == known;
        equal(number, "wa_id") || equal(user.as_deref(), "user_id")
    });
    let from = PersonIdentity {
        phone: number.or_else(|| text(contact?, "wa_id")).and_then(phone),
        bsuid: user.or_else(|| id(contact?, "user_id")),
        chat_id: None,
    };
    if from.is_empty() {
        return None;
    }
    let of_profile = |key| Some(cut(text(contact?.get("profile")?, key)?, MAX_NAME));
    let said = said(message);
    Some(InboundMessage {
        gateway_message_id: id(message, "id")?,
        from,
        name: of_profile("name"),
        username: of_profile("username"),
        kind: said.kind,
        text: said.text.map(|text| cut(text, MAX_TEXT)),
        payload: said.payload.map(|payload| cut(payload, MAX_NAME)),
        reply_to: message.get("context").and_then(|context| id(context, "id")),
        at: time(message, "timestamp").unwrap_or(received_at),
    })
}

struct Said<'a> {
    kind: InboundKind,
    text: Option<&'a str>,
    payload: Option<&'a str>,
}

fn said(message: &Value) -> Said<'_> {
    let kind_name = text(message, "type").unwrap_or_default();
    let part = message.get(kind_name).unwrap_or(&Value::Null);
    let plain = |kind, text| Said { kind, text, payload: None };
    match kind_name {
        "text" => plain(InboundKind::Text, text(part, "body")),
        "image" => plain(InboundKind::Image, text(part, "caption")),
        "video" => plain(InboundKind::Video, text(part, "caption")),
        "document" => plain(InboundKind::Document, text(part, "caption")),
        "audio" => plain(InboundKind::Audio, None),
        "sticker" => plain(InboundKind::Sticker, None),
        "location" => plain(InboundKind::Location, None),
        "contacts" => plain(InboundKind::Contacts, None),
        "order" => plain(InboundKind::Order, text(part, "text")),
        "reaction" => plain(InboundKind::Reaction, None),
        // The answer to a template's quick reply.
        "button" => Said { kind: InboundKind::Reply, text: text(part, "text"), payload: text(part, "payload") },
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
        _ => plain(InboundKind::Other, None),
    }
}

/// A number or user id was replaced; `None` if it is not said by what.
fn identity_change(message: &Value, received_at: DateTime<Utc>) -> Option<IdentityChange> {
    let system = message.get("system")?;
    let read = |key: &str| id(system, key).or_else(|| id(message, key));
    let after = PersonIdentity {
        phone: ["wa_id", "new_wa_id"].iter().find_map(|key| text(system, key)).and_then(phone),
        bsuid: read("user_id"),
        chat_id: None,
    };
    let before = PersonIdentity {
        phone: text(message, "from").and_then(phone),
        bsuid: read("previous_user_id")
            .or_else(|| id(message, "from_user_id").filter(|id| after.bsuid.as_ref() != Some(id))),
        chat_id: None,
    };
    let told = matches!(text(system, "type"), Some("user_changed_number" | "user_changed_user_id"));
    (told && !before.is_empty() && !after.is_empty() && before != after).then(|| IdentityChange {
        before,
        after,
        at: time(message, "timestamp").unwrap_or(received_at),
    })
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
        message_id: text(update, "biz_opaque_callback_data").and_then(|own| own.parse().ok()),
        status,
        at: time(update, "timestamp").unwrap_or(received_at),
        error: code.map(|code| StatusError { code, refusal: meaning(code) }),
    })
}

fn preferences(parsed: &mut Updates, value: &Value, received_at: DateTime<Utc>) {
    for preference in items(value, "user_preferences") {
        let who = PersonIdentity {
            phone: text(preference, "wa_id").and_then(phone),
            bsuid: id(preference, "user_id"),
            chat_id: None,
        };
        let stop = match text(preference, "value") {
            Some("stop") => Some(true),
            Some("resume") => Some(false),
            _ => None,
        };
        let marketing = text(preference, "category") == Some("marketing_messages");
        match stop.filter(|_| marketing && !who.is_empty()) {
            Some(stop) => {
                let at = time(preference, "timestamp").unwrap_or(received_at);
                parsed.preferences.push(Preference { who, stop, at });
            }
            None => parsed.ignored += 1,
        }
    }
}
