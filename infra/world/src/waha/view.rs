//! Sessions and messages as the server shows them, in answers and webhooks alike.

use super::settings::CONFIG;
use crate::core::chat::{Author, Bubble, Profile, Tick};
use crate::core::people;
use crate::core::sender::SenderState;
use crate::core::session::SessionState;
use crate::core::things;
use crate::core::voice;
use serde_json::{Value, json};

/// The engine that speaks WhatsApp for the server.
pub(super) const ENGINE: &str = "NOWEB";

pub(super) const STOPPED: &str = "STOPPED";
pub(super) const SCAN_QR_CODE: &str = "SCAN_QR_CODE";
pub(super) const WORKING: &str = "WORKING";

/// The word for a state. A fallen session has the status of before until the server connects it again.
pub(super) fn word(state: SessionState) -> Option<&'static str> {
    match state {
        SessionState::Stopped => Some(STOPPED),
        SessionState::Connecting => Some("STARTING"),
        SessionState::Code => Some(SCAN_QR_CODE),
        SessionState::Open => Some(WORKING),
        SessionState::Failed => Some("FAILED"),
        SessionState::Fallen | SessionState::Removed => None,
    }
}

pub(super) fn status(sender: &SenderState) -> &'static str {
    let states = sender.session.iter().flat_map(|session| session.history.iter().rev());
    states.filter_map(|(state, _)| word(*state)).next().unwrap_or(STOPPED)
}

pub(super) fn session(sender: &SenderState) -> Value {
    json!({
        "name": sender.setup.address,
        "status": status(sender),
        "config": sender.settings.get(CONFIG),
        "me": me(sender),
        "presence": null,
        "timestamps": {"activity": sender.session.as_ref().map(|session| session.since.timestamp_millis())},
        "engine": {"engine": ENGINE},
    })
}

/// The account of the phone that is linked.
pub(super) fn me(sender: &SenderState) -> Value {
    let paired = sender.session.as_ref().is_some_and(|session| session.paired);
    if paired { account(&sender.setup.number, &sender.setup.name) } else { Value::Null }
}

pub(super) fn account(number: &str, name: &str) -> Value {
    json!({"id": chat_id(&people::person(number)), "pushName": name})
}

/// The server's own form of a chat's id.
fn chat_id(person: &str) -> String {
    format!("{}@c.us", people::wa_id(person))
}

/// The id of the chat with a person: by the number, or by the id behind which the person hides it.
pub(super) fn chat(with: &Profile) -> String {
    if with.hides_phone { people::lid(&with.person) } else { chat_id(&with.person) }
}

/// The id of a message: whose it is, its chat, and WhatsApp's own.
pub(super) fn message_id(with: &Profile, bubble: &Bubble) -> String {
    format!("{}_{}_{}", bubble.from == Author::Business, chat(with), bubble.id)
}

/// A status by number and by word. A person's own message has arrived.
pub(super) fn ack(bubble: &Bubble) -> (i8, &'static str) {
    match bubble.tick {
        Tick::Read => (3, "READ"),
        _ if bubble.from == Author::Person => (2, "DEVICE"),
        Tick::Failed => (-1, "ERROR"),
        Tick::Accepted => (0, "PENDING"),
        Tick::Sent => (1, "SERVER"),
        Tick::Delivered => (2, "DEVICE"),
    }
}

/// A message as webhooks and lists have it. The engine names the chat in `from`, whoever wrote.
pub(super) fn message(session: &str, with: &Profile, bubble: &Bubble) -> Value {
    let own = bubble.from == Author::Business;
    let (ack, ack_name) = ack(bubble);
    json!({
        "id": message_id(with, bubble),
        "timestamp": bubble.at.timestamp(),
        "from": chat(with),
        "fromMe": own,
        "source": if own && !bubble.by_hand { "api" } else { "app" },
        "to": null,
        "participant": null,
        "body": if is_spoken(bubble) { "" } else { &bubble.text },
        "hasMedia": is_file(bubble),
        "media": is_file(bubble).then(|| json!({
            // The host by which the server knows itself.
            "url": format!("http://localhost:3000/api/files/{session}/{}.{}", bubble.id, file_ending(bubble)),
            "mimetype": if is_spoken(bubble) { voice::MIME } else { "image/jpeg" },
            "filename": null,
        })),
        "ack": ack,
        "ackName": ack_name,
        "vCards": [],
        "replyTo": bubble.reply_to.as_ref().map(|id| json!({"id": id})),
        "_data": raw(with, bubble),
    })
}

fn is_file(bubble: &Bubble) -> bool {
    matches!(bubble.kind.as_str(), "image" | "video" | "audio" | "document" | "sticker")
}

fn file_ending(bubble: &Bubble) -> &'static str {
    if is_spoken(bubble) { "oga" } else { "jpeg" }
}

fn is_spoken(bubble: &Bubble) -> bool {
    bubble.kind == "audio"
}

/// A message as the engine has it, which is also the answer to a send.
pub(super) fn raw(with: &Profile, bubble: &Bubble) -> Value {
    let jid = if with.hides_phone { people::lid(&with.person) } else { people::chat_id(&with.person) };
    json!({
        "key": {"remoteJid": jid, "fromMe": bubble.from == Author::Business, "id": bubble.id},
        "message": if is_spoken(bubble) {
            json!({"audioMessage": {"mimetype": voice::MIME, "seconds": 3, "ptt": true}})
        } else if let Some((kind, content)) = things::of_protocol(bubble) {
            json!({kind: content})
        } else {
            json!({"extendedTextMessage": {"text": bubble.text}})
        },
        "messageTimestamp": bubble.at.timestamp().to_string(),
        "pushName": if bubble.from == Author::Person { with.name.as_deref() } else { None },
        "status": "PENDING",
    })
}
