//! Cloud API's webhooks, put into our own words.

mod changes;
mod notices;
mod own_contact;
mod people;
mod preferences;
mod said;

#[cfg(test)]
mod tests;

use super::codes::meaning;
use crate::json::{cut, id, integer, items, phone, text, time};
use crate::told::told;
use crate::webhook::{MAX_NAME, MAX_TEXT, is_no_person};
use chrono::{DateTime, Utc};
use domain::inbound::{
    IdentityChange, InboundKind, InboundMessage, OwnMessage, PersonIdentity, SenderEvent, StatusError, StatusUpdate,
    Updates,
};
use domain::{Phone, Status};
use notices::notice;
use preferences::preferences;
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
    let own = own_number(value);
    for change in changes::user_id_updates(value, received_at) {
        changed(parsed, change, own.as_ref());
    }
}

fn changed(parsed: &mut Updates, change: Option<IdentityChange>, own: Option<&Phone>) {
    match change.filter(|change| is_persons(change, own)) {
        Some(change) => parsed.identity_changes.push(change),
        None => parsed.ignored += 1,
    }
}

/// Whether the new number is not the business's own.
fn is_persons(change: &IdentityChange, own: Option<&Phone>) -> bool {
    own.is_none() || change.after.phone.as_ref() != own
}

/// The number of the business that the webhook is for.
fn own_number(value: &Value) -> Option<Phone> {
    phone(&people::spelled(text(value.get("metadata")?, "display_phone_number")?))
}

fn messages(parsed: &mut Updates, value: &Value, received_at: DateTime<Utc>) {
    let own = own_number(value);
    let all = items(value, "messages");
    for message in all {
        if text(message, "type") == Some("system") {
            let change = changes::system(message, items(value, "contacts"), all.len() == 1, received_at);
            changed(parsed, change, own.as_ref());
            continue;
        }
        match inbound(message, value, own.as_ref(), received_at) {
            Some(inbound) => {
                let shared = own_contact::shared(message, &inbound.from, received_at);
                let shared = shared.filter(|change| is_persons(change, own.as_ref()));
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
    // What has a field of its own may stand here too.
    if value.get("user_preferences").is_some() {
        preferences(parsed, value, received_at);
    }
    if value.get("user_id_update").is_some() {
        user_ids(parsed, value, received_at);
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
fn inbound(message: &Value, value: &Value, own: Option<&Phone>, received_at: DateTime<Utc>) -> Option<InboundMessage> {
    let from = text(message, "from");
    let in_group = message.get("group_id").is_some() || from.is_some_and(|from| from.ends_with("@g.us"));
    if in_group || from.is_some_and(is_no_person) {
        return None;
    }
    let mut from = people::named(message);
    if from.is_empty() {
        from = author_in_contacts(value);
    }
    if from.is_empty() || (own.is_some() && from.phone.as_ref() == own) {
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
    let gateway_message_id = match &said.edited {
        Some(edited) if *edited == own_id => format!("{own_id}/edit/{}", at.unwrap_or_default().timestamp()),
        _ => own_id,
    };
    Some(InboundMessage {
        gateway_message_id,
        from,
        name,
        username,
        kind: said.kind,
        text: said.text.map(|text| cut(text, MAX_TEXT)),
        payload: said.payload.map(|payload| cut(payload, MAX_NAME)),
        reply_to: message.get("context").and_then(|context| id(context, "id")).or(said.edited),
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

/// The author of a message that names none. The webhook has one message and one contact, and the contact tells the user
/// id.
fn author_in_contacts(value: &Value) -> PersonIdentity {
    match (items(value, "messages"), items(value, "contacts")) {
        ([_], [only]) => Some(people::named(only)).filter(|who| who.bsuid.is_some()).unwrap_or_default(),
        _ => PersonIdentity::default(),
    }
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
