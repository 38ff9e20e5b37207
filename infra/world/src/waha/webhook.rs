//! Webhooks: what is in them, and how they are signed.

use super::{settings, view};
use crate::core::chat::{Author, Bubble, Profile, Tick};
use crate::core::sender::SenderState;
use crate::core::session::{SessionNews, SessionState};
use crate::core::update::{News, Update, WebhookCall};
use bytes::Bytes;
use chrono::{DateTime, Utc};
use hmac::{Hmac, KeyInit, Mac};
use http::header::CONTENT_TYPE;
use http::{HeaderMap, HeaderName, HeaderValue};
use serde_json::{Value, json};
use sha2::{Digest, Sha256, Sha512};

/// The version that the server says it has.
const VERSION: &str = "2026.7.1";
/// States that a webhook of a session tells.
const LAST_STATES: usize = 3;

pub(super) fn tells(news: &News) -> bool {
    match news {
        News::Message(_) => true,
        News::Status { bubble, .. } => bubble.tick != Tick::Accepted,
        News::Session { news: SessionNews::State { state, .. }, .. } => view::word(*state).is_some(),
        News::Labels { .. } => true,
        News::Session { .. } | News::Connection { .. } | News::Marketing { .. } => false,
    }
}

/// The signed request that carries the update. `None` if the session has not asked for it.
pub(super) fn compose(sender: &SenderState, update: &Update, bad_signature: bool) -> Option<WebhookCall> {
    let Notice { event, at, me, payload } = notice(sender, update)?;
    let at = update.brought_at.unwrap_or(at);
    let target = settings::target(sender, event)?;
    let mut body = json!({
        "timestamp": at.timestamp_millis(),
        "event": event,
        "session": sender.setup.address,
        "me": me,
        "payload": payload,
        "engine": view::ENGINE,
        "environment": {"version": VERSION, "engine": view::ENGINE, "tier": "PLUS", "browser": null,
                        "platform": "linux/x64", "worker": {"id": null}},
    });
    if let Some(metadata) = sender.settings.get(settings::CONFIG).and_then(|config| config.get("metadata")) {
        body["metadata"] = metadata.clone();
    }
    // The same in every repeat, for nothing that differs is in it.
    let digest = hex::encode(Sha256::digest(body.to_string()));
    body["id"] = json!(format!("evt_{}", digest.get(..26).unwrap_or_default()));
    let body = Bytes::from(body.to_string());
    let mut headers = HeaderMap::new();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    headers.insert("x-webhook-request-id", digest.get(26..58).unwrap_or_default().parse().ok()?);
    headers.insert("x-webhook-timestamp", at.timestamp_millis().into());
    if let Some(key) = &target.key {
        let key = if bad_signature { "another key" } else { key };
        headers.insert("x-webhook-hmac", signature(key, &body).parse().ok()?);
        headers.insert("x-webhook-hmac-algorithm", HeaderValue::from_static("sha512"));
    }
    for (name, value) in &target.headers {
        let value = if bad_signature { "wrong" } else { value };
        if let (Ok(name), Ok(value)) = (name.parse::<HeaderName>(), value.parse()) {
            headers.insert(name, value);
        }
    }
    Some(WebhookCall::post(&sender.setup, target.url, headers, body))
}

/// `X-Webhook-Hmac` of raw bytes.
fn signature(key: &str, body: &[u8]) -> String {
    // HMAC takes keys of any length.
    let mac = Hmac::<Sha512>::new_from_slice(key.as_bytes()).map(|mac| mac.chain_update(body).finalize());
    mac.map(|mac| hex::encode(mac.into_bytes())).unwrap_or_default()
}

/// The content of an event.
struct Notice {
    event: &'static str,
    at: DateTime<Utc>,
    me: Value,
    payload: Value,
}

fn notice(sender: &SenderState, update: &Update) -> Option<Notice> {
    Some(match (&update.news, &update.with) {
        (News::Message(bubble), Some(with)) => {
            // One of its own is told to those alone that want all messages.
            let any = bubble.from == Author::Business || !settings::wants(sender, "message");
            let event = if any { "message.any" } else { "message" };
            Notice {
                event,
                at: bubble.at,
                me: view::me(sender),
                payload: view::message(&sender.setup.address, with, bubble),
            }
        }
        (News::Status { bubble, at }, Some(with)) => {
            Notice { event: "message.ack", at: *at, me: view::me(sender), payload: ack(with, bubble) }
        }
        // The server tells of each label that comes or goes; here all of a change are one.
        (News::Labels { labels, last }, Some(with)) => {
            let event = if labels.is_empty() { "label.chat.deleted" } else { "label.chat.added" };
            let label = labels.last().map(|label| json!({"id": label.id, "name": label.name}));
            let payload = json!({"labelId": label.as_ref().map(|it| it["id"].clone()), "chatId": view::chat(with), "label": label});
            Notice { event, at: last.at, me: view::me(sender), payload }
        }
        (News::Session { news: SessionNews::State { state, number, history, .. }, at }, _) => {
            let me = number.as_ref().map(|number| view::account(number, &sender.setup.name)).unwrap_or_default();
            Notice { event: "session.status", at: *at, me, payload: status(&sender.setup.address, *state, history)? }
        }
        _ => return None,
    })
}

fn ack(with: &Profile, bubble: &Bubble) -> Value {
    let (ack, name) = view::ack(bubble);
    json!({
        "id": view::message_id(with, bubble),
        "from": view::chat(with),
        "to": null,
        "participant": null,
        "fromMe": bubble.from == Author::Business,
        "ack": ack,
        "ackName": name,
    })
}

fn status(name: &str, state: SessionState, history: &[(SessionState, DateTime<Utc>)]) -> Option<Value> {
    let one = |(state, at): &(SessionState, DateTime<Utc>)| {
        Some(json!({"status": view::word(*state)?, "timestamp": at.timestamp_millis()}))
    };
    let mut last: Vec<Value> = history.iter().rev().filter_map(one).take(LAST_STATES).collect();
    last.reverse();
    Some(json!({"name": name, "status": view::word(state)?, "statuses": last, "data": null}))
}

#[cfg(test)]
mod tests {
    /// The vector of the server's own documentation.
    #[test]
    fn signs_raw_bytes() {
        let body = br#"{"event":"message","session":"default","engine":"WEBJS"}"#;
        let expected = "208f8a55dde9e05519e898b10b89bf0d0b3b0fdf11fdbf09b6b90476301b98d8097c462b2b17a6ce93b6b47a136cf2e78a33a63f6752c2c1631777076153fa89";
        assert_eq!(super::signature("my-secret-key", body), expected);
    }
}
