//! Instances, codes and messages as the server shows them, in answers and webhooks alike.

use super::instances::is_closed;
use crate::core::chat::{Author, Bubble, Profile, Tick};
use crate::core::people;
use crate::core::sender::SenderState;
use crate::core::session::SessionState;
use crate::core::things;
use crate::core::voice;
use crate::picture;
use chrono::{DateTime, SecondsFormat, Utc};
use serde_json::{Value, json};

/// The name of an instance's id in its settings.
pub(super) const INSTANCE_ID: &str = "instanceId";

pub(super) fn instance_id(sender: &SenderState) -> &str {
    sender.settings.get(INSTANCE_ID).and_then(Value::as_str).unwrap_or(&sender.setup.address)
}

/// `open`, `connecting` or `close`.
pub(super) fn state(sender: &SenderState) -> &'static str {
    match sender.session.as_ref().map(|session| session.state) {
        Some(SessionState::Open) => "open",
        Some(state) if !is_closed(state) => "connecting",
        _ => "close",
    }
}

/// The last code, be it good or not: the server forgets it only when it gives up.
pub(super) fn code(sender: &SenderState) -> Value {
    let Some(session) = &sender.session else { return json!({"count": 0}) };
    match &session.code {
        Some(code) => json!({
            "pairingCode": null,
            "code": code.text,
            "base64": picture::data_url(&code.text),
            "count": session.codes,
        }),
        None => json!({"count": session.codes}),
    }
}

/// The state in the server's table. It is written with the first code, with the connection and with the end for good:
/// a fall that is mended does not change it, nor does the end of the codes.
fn kept_state(sender: &SenderState) -> &'static str {
    let states = sender.session.iter().flat_map(|session| session.history.iter().rev());
    let word = |state| match state {
        SessionState::Code => Some("connecting"),
        SessionState::Open => Some("open"),
        SessionState::Stopped => Some("close"),
        _ => None,
    };
    states.filter_map(|(state, _)| word(*state)).next().unwrap_or("close")
}

/// The instance in the list of all. The owner and the last end stay, whatever comes after.
pub(super) fn row(sender: &SenderState) -> Value {
    let known = !sender.setup.number.is_empty();
    let ended = sender.session.as_ref().and_then(|session| session.ended);
    json!({
        "id": instance_id(sender),
        "name": sender.setup.address,
        "connectionStatus": kept_state(sender),
        "ownerJid": known.then(|| people::chat_id(&people::person(&sender.setup.number))),
        "profileName": known.then_some(&sender.setup.name),
        "profilePicUrl": null,
        "integration": "WHATSAPP-BAILEYS",
        "number": null,
        "businessId": null,
        "token": sender.setup.token,
        "clientName": "evolution",
        "disconnectionReasonCode": ended.map(|(reason, _)| reason),
        "disconnectionObject": null,
        "disconnectionAt": ended.map(|(_, at)| time(at)),
        "createdAt": time(sender.registered_at),
        "updatedAt": sender.session.as_ref().map(|session| time(session.since)),
        "_count": {"Message": 0, "Contact": 0, "Chat": 0},
    })
}

/// The id of the chat with a person: by the number, or by the id behind which the person hides it.
pub(super) fn remote_jid(with: &Profile) -> String {
    if with.hides_phone { people::lid(&with.person) } else { people::chat_id(&with.person) }
}

pub(super) fn status(tick: Tick) -> &'static str {
    match tick {
        Tick::Failed => "ERROR",
        Tick::Accepted => "PENDING",
        Tick::Sent => "SERVER_ACK",
        Tick::Delivered => "DELIVERY_ACK",
        Tick::Read => "READ",
    }
}

/// A message as webhooks and the answer to a send have it.
pub(super) fn record(sender: &SenderState, with: &Profile, bubble: &Bubble) -> Value {
    let own = bubble.from == Author::Business;
    let (kind, content) = content(bubble);
    let mut record = json!({
        "key": {"remoteJid": remote_jid(with), "fromMe": own, "id": bubble.id},
        "pushName": if own { Some("Você") } else { with.name.as_deref() },
        "status": if own { status(bubble.tick) } else { "DELIVERY_ACK" },
        "message": {kind: content},
        "messageType": kind,
        "messageTimestamp": bubble.at.timestamp(),
        "instanceId": instance_id(sender),
        "source": if own && !bubble.by_hand { "web" } else { "android" },
    });
    if let Some(asked) = &bubble.reply_to {
        let jid = people::chat_id(&people::person(&sender.setup.number));
        record["contextInfo"] = json!({"stanzaId": asked, "participant": jid});
    }
    record
}

/// A time as the server's language writes it.
pub(super) fn time(at: DateTime<Utc>) -> String {
    at.to_rfc3339_opts(SecondsFormat::Millis, true)
}

fn content(bubble: &Bubble) -> (&'static str, Value) {
    if let Some(content) = things::of_protocol(bubble) {
        return content;
    }
    match bubble.kind.as_str() {
        "audio" => ("audioMessage", json!({"mimetype": voice::MIME, "ptt": true})),
        "button" | "reply" => {
            ("buttonsResponseMessage", json!({"selectedButtonId": bubble.payload, "selectedDisplayText": bubble.text}))
        }
        _ => ("conversation", json!(bubble.text)),
    }
}

/// A random id, as version 4 of UUIDs.
pub(super) fn uuid(rng: &mut fastrand::Rng) -> String {
    let mut bytes: [u8; 16] = std::array::from_fn(|_| rng.u8(..));
    bytes[6] = bytes[6] & 0x0f | 0x40;
    bytes[8] = bytes[8] & 0x3f | 0x80;
    let hex = hex::encode(bytes);
    [&hex[..8], &hex[8..12], &hex[12..16], &hex[16..20], &hex[20..]].join("-")
}

/// An object without its fields that are null, as the server leaves out what it does not know.
pub(super) fn present(object: &Value) -> Value {
    let fields = object.as_object().into_iter().flatten().filter(|(_, value)| !value.is_null());
    fields.map(|(name, value)| (name.clone(), value.clone())).collect::<serde_json::Map<_, _>>().into()
}
