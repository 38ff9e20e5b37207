//! Cloud API's webhooks, put into our own words.

mod notices;
mod people;
mod said;

#[cfg(test)]
mod tests;

use super::codes::meaning;
use crate::json::{cut, id, integer, items, phone, text, time};
use crate::told::told;
use crate::webhook::{MAX_NAME, MAX_TEXT, is_no_person};
use chrono::{DateTime, Utc};
use domain::Status;
use domain::inbound::{
    InboundKind, InboundMessage, OwnMessage, Preference, SenderEvent, StatusError, StatusUpdate, Updates,
};
use notices::notice;
use said::said;
use serde_json::Value;

pub fn parse(root: &Value, address: &str, received_at: DateTime<Utc>) -> Updates {
    let mut parsed = Updates::default();
    for entry in items(root, "entry") {
        for change in items(entry, "changes") {
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
                "smb_message_echoes" => echoes(&mut parsed, value, received_at),
                "user_preferences" => preferences(&mut parsed, value, received_at),
                "user_id_update" => user_ids(&mut parsed, value, received_at),
                _ => match notice(field, value, entry.get("time")) {
                    Some(notice) => parsed.sender.push(SenderEvent::AccountNotice(notice)),
                    None => parsed.ignored += 1,
                },
            }
        }
    }
    parsed
}

fn user_ids(parsed: &mut Updates, value: &Value, received_at: DateTime<Utc>) {
    for change in people::user_id_updates(value, received_at) {
        match change {
            Some(change) => parsed.identity_changes.push(change),
            None => parsed.ignored += 1,
        }
    }
}

fn messages(parsed: &mut Updates, value: &Value, received_at: DateTime<Utc>) {
    let number = value.get("metadata").and_then(|metadata| text(metadata, "display_phone_number"));
    for message in items(value, "messages") {
        if text(message, "type") == Some("system") {
            match people::system(message, items(value, "contacts"), received_at) {
                Some(change) => parsed.identity_changes.push(change),
                None => parsed.ignored += 1,
            }
            continue;
        }
        match inbound(message, value, number, received_at) {
            Some(inbound) => {
                let shared = people::shared(message, &inbound.from, received_at);
                parsed.inbound.push(InboundMessage { is_own_contact: shared.is_some(), ..inbound });
                parsed.identity_changes.extend(shared);
            }
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

/// What a person of the business wrote in WhatsApp's own app, beside Cloud API.
fn echoes(parsed: &mut Updates, value: &Value, received_at: DateTime<Utc>) {
    for message in items(value, "message_echoes") {
        match echo(message, received_at) {
            Some(own) => parsed.own.push(own),
            None => parsed.ignored += 1,
        }
    }
}

fn echo(message: &Value, received_at: DateTime<Utc>) -> Option<OwnMessage> {
    let to = people::addressee(message);
    if to.is_empty() || message.get("group_id").is_some() {
        return None;
    }
    let said = said(message).filter(|said| !matches!(said.kind, InboundKind::Reaction | InboundKind::Edit))?;
    let at = time(message, "timestamp");
    Some(OwnMessage {
        gateway_message_id: id(message, "id")?,
        to,
        kind: said.kind,
        text: said.text.map(|text| cut(text, MAX_TEXT)),
        told: told(said.kind, content(message)),
        media: id(content(message), "id").filter(|_| said.kind.is_file()),
        at: at.unwrap_or(received_at),
        undated: at.is_none(),
        by_hand: true,
    })
}

/// A person's message; `None` for one in a group, for one without an author, and for our own and WhatsApp's.
fn inbound(message: &Value, value: &Value, number: Option<&str>, received_at: DateTime<Utc>) -> Option<InboundMessage> {
    let from = text(message, "from");
    let in_group = message.get("group_id").is_some() || from.is_some_and(|from| from.ends_with("@g.us"));
    if in_group || from.is_some_and(is_no_person) {
        return None;
    }
    let own = number.and_then(written_number);
    let mut from = people::named(message);
    if from.is_empty() || (own.is_some() && from.phone == own) {
        return None;
    }
    let contacts = items(value, "contacts");
    let contact = match people::contact(contacts, &from) {
        Some(contact) => {
            let known = people::named(contact);
            from.phone = from.phone.or(known.phone);
            from.bsuid = from.bsuid.or(known.bsuid);
            Some(contact)
        }
        // A webhook about one person alone has that person's contact, if it does not name another.
        None => match contacts {
            [only] if of_one_author(value) => Some(only).filter(|only| people::may_be(only, &from)),
            _ => None,
        },
    };
    let (name, username) = contact.map(people::profile).unwrap_or_default();
    let said = said(message)?;
    let at = time(message, "timestamp");
    let own_id = id(message, "id")?;
    let edited = message.get("edit").filter(|_| said.kind == InboundKind::Edit);
    let edited = edited.and_then(|edit| id(edit, "original_message_id").or_else(|| id(edit.get("message")?, "id")));
    let gateway_message_id = if edited.as_ref() == Some(&own_id) {
        format!("{own_id}/edit/{}", at.unwrap_or_default().timestamp())
    } else {
        own_id
    };
    Some(InboundMessage {
        gateway_message_id,
        from,
        name,
        username,
        kind: said.kind,
        text: said.text.map(|text| cut(text, MAX_TEXT)),
        payload: said.payload.map(|payload| cut(payload, MAX_NAME)),
        reply_to: message.get("context").and_then(|context| id(context, "id")).or(edited),
        told: told(said.kind, content(message)),
        media: id(content(message), "id").filter(|_| said.kind.is_file()),
        is_own_contact: false,
        at: at.unwrap_or(received_at),
        undated: at.is_none(),
    })
}

/// What the message consists of, which stands under the name of its type.
fn content(message: &Value) -> &Value {
    text(message, "type").and_then(|kind| message.get(kind)).unwrap_or(&Value::Null)
}

fn of_one_author(value: &Value) -> bool {
    let mut authors = items(value, "messages").iter().map(people::named);
    authors.next().is_some_and(|first| authors.all(|author| author == first))
}

/// Meta writes the business's own number with a plus sign, blanks and hyphens, or bare.
fn written_number(number: &str) -> Option<domain::Phone> {
    phone(&number.chars().filter(char::is_ascii_digit).collect::<String>())
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
    let contacts = items(value, "contacts");
    for preference in items(value, "user_preferences") {
        let mut who = people::named(preference);
        let contact = match contacts {
            [only] if who.is_empty() => Some(only),
            _ => people::contact(contacts, &who),
        };
        if let Some(known) = contact.map(people::named) {
            who.phone = who.phone.or(known.phone);
            who.bsuid = who.bsuid.or(known.bsuid);
        }
        let word = |key| text(preference, key).map(|word| word.to_ascii_lowercase().replace(['_', '-', ' '], ""));
        let stop = match word("value").as_deref() {
            Some("stop" | "optout" | "unsubscribe" | "block") => Some(true),
            Some("resume" | "start" | "signup" | "optin" | "subscribe") => Some(false),
            _ => None,
        };
        let marketing = word("category").is_none_or(|category| category.starts_with("marketing"));
        match stop.filter(|_| marketing && !who.is_empty()) {
            Some(stop) => {
                let at = time(preference, "timestamp").unwrap_or(received_at);
                parsed.preferences.push(Preference { who, stop, at });
            }
            None => parsed.ignored += 1,
        }
    }
}
