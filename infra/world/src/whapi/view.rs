//! Messages, chats and channels as Whapi shows them, in answers and webhooks alike.

use crate::core::chat::{Author, Bubble, Tick};
use crate::core::people;
use crate::core::sender::SenderState;
use crate::core::things;
use crate::core::update::Label;
use crate::core::voice;
use crate::core::world::State;
use chrono::{DateTime, Utc};
use serde_json::{Value, json};

/// `None` without a message in it, as then there is no such chat.
pub(super) fn chat(state: &State, channel: &str, person: &str) -> Option<Value> {
    let number = &state.senders.get(channel)?.setup.number;
    let chat = state.chats.get(&(channel.to_owned(), person.to_owned()))?;
    let labels = state.labels(channel, &chat.labels);
    Some(chat_with(number, person, chat.name.as_deref(), chat.bubbles.last()?, &labels))
}

pub(super) fn chat_with(number: &str, person: &str, name: Option<&str>, last: &Bubble, labels: &[Label]) -> Value {
    let mut view = json!({
        "id": people::chat_id(person),
        "type": "contact",
        "timestamp": last.at.timestamp(),
        "unread": 0,
        "not_spam": true,
        "last_message": message(number, person, name, last),
        "labels": labels.iter().map(|one| label(&one.id, &one.name)).collect::<Vec<_>>(),
    });
    if let Some(name) = name {
        view["name"] = json!(name);
    }
    view
}

pub(super) fn labels(state: &State, channel: &str) -> Value {
    state.label_ids(channel).into_iter().map(|(name, id)| label(&id, name)).collect()
}

fn label(id: &str, name: &str) -> Value {
    json!({"id": id, "name": name, "color": "gold"})
}

/// A status by number and by word.
pub(super) fn status_name(tick: Tick) -> (u8, &'static str) {
    match tick {
        Tick::Failed => (0, "failed"),
        Tick::Accepted => (1, "pending"),
        Tick::Sent => (2, "sent"),
        Tick::Delivered => (3, "delivered"),
        Tick::Read => (4, "read"),
    }
}

/// A message as the channel with this number shows it.
pub(super) fn message(number: &str, person: &str, name: Option<&str>, bubble: &Bubble) -> Value {
    let own = bubble.from == Author::Business;
    let linked = bubble.text.contains("https://") || bubble.text.contains("http://");
    let kind = match bubble.kind.as_str() {
        "text" if linked => "link_preview",
        "text" | "button" | "template" => "text",
        "interactive" => "interactive",
        "audio" => "voice",
        "contacts" => "contact",
        kind => kind,
    };
    let content = match kind {
        "text" | "link_preview" => json!({"body": bubble.text}),
        "interactive" => {
            json!({"type": "button", "body": {"text": bubble.text}, "action": {"buttons": buttons(bubble)}})
        }
        "reply" => json!({"type": "buttons_reply", "buttons_reply": {
            "id": format!("ButtonsV3:{}", bubble.payload.as_deref().unwrap_or_default()), "title": bubble.text,
        }}),
        "voice" => json!({"id": media(bubble), "mime_type": voice::MIME, "seconds": 3}),
        "document" => {
            json!({"id": media(bubble), "mime_type": "application/pdf", "file_name": things::FILE, "caption": bubble.text})
        }
        "location" => json!({"latitude": things::LATITUDE, "longitude": things::LONGITUDE, "name": bubble.text}),
        "contact" => json!({"name": bubble.text, "vcard": things::card(&bubble.text)}),
        "order" => json!({"order_id": media(bubble), "item_count": 2, "title": bubble.text}),
        _ => json!({"id": media(bubble), "caption": bubble.text}),
    };
    let mut message = json!({
        "id": bubble.id,
        "from_me": own,
        "type": kind,
        "chat_id": people::chat_id(person),
        "timestamp": bubble.at.timestamp(),
        "source": if own && !bubble.by_hand { "api" } else { "mobile" },
        "from": if own { number.to_owned() } else { people::wa_id(person) },
    });
    message[kind] = content;
    if let Some(asked) = &bubble.reply_to {
        message["context"] = json!({"quoted_id": asked});
    }
    if own {
        message["status"] = json!(status_name(bubble.tick).1);
    } else if let Some(name) = name {
        message["from_name"] = json!(name);
    }
    message
}

/// The id of a message's file.
pub(super) fn media(bubble: &Bubble) -> String {
    format!("media-{}", bubble.id)
}

fn buttons(bubble: &Bubble) -> Vec<Value> {
    bubble.buttons.iter().map(|it| json!({"type": "quick_reply", "id": it.id, "title": it.title})).collect()
}

/// The state of a channel.
pub(super) fn health(sender: &SenderState, connected: bool, now: DateTime<Utc>) -> Value {
    let (code, text) = if connected { (4, "AUTH") } else { (3, "QR") };
    let mut health = json!({
        "channel_id": sender.setup.address,
        "start_at": sender.registered_at.timestamp(),
        "uptime": (now - sender.registered_at).num_seconds().max(0),
        "status": {"code": code, "text": text},
    });
    if connected {
        health["user"] = json!({"id": sender.setup.number, "name": sender.setup.name});
    }
    health
}
