//! Webhooks: what is in them, which headers they carry, and when they are tried again.

use super::{settings, view};
use crate::core::chat::{Author, Bubble, Profile, Tick};
use crate::core::people;
use crate::core::sender::SenderState;
use crate::core::session::{Code, SessionNews, SessionState};
use crate::core::update::{News, Update, WebhookCall};
use crate::picture;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use bytes::Bytes;
use chrono::{DateTime, TimeDelta, Utc};
use hmac::{Hmac, KeyInit, Mac};
use http::header::{AUTHORIZATION, CONTENT_TYPE};
use http::{HeaderMap, HeaderName, HeaderValue};
use serde_json::{Value, json};
use sha2::Sha256;
use std::time::Duration;

/// The zone of the server, whose clock webhooks tell as if it were UTC.
const ZONE: TimeDelta = TimeDelta::hours(-3);
/// The name under which the server knows itself.
const SERVER_URL: &str = "https://evolution.example";
/// The header that the server replaces by a token made of its value.
const JWT_KEY: &str = "jwt_key";
/// The life of such a token, in seconds.
const TOKEN_LIFE: i64 = 600;

/// Times that a webhook is tried.
const MOST_ATTEMPTS: u32 = 10;
const FIRST_PAUSE: Duration = Duration::from_secs(5);
const LONGEST_PAUSE: Duration = Duration::from_secs(300);
/// The answers after which a webhook is not tried again.
const FINAL: [u16; 5] = [400, 401, 403, 404, 422];

/// The real server shortens or lengthens each pause by up to a fifth.
pub(super) fn backoff(attempts: u32, status: u16) -> Option<Duration> {
    let again = attempts + 1 < MOST_ATTEMPTS && !FINAL.contains(&status);
    again.then(|| FIRST_PAUSE.saturating_mul(1 << attempts.min(16)).min(LONGEST_PAUSE))
}

/// A fall after which the server connects again makes no webhook: the first one says `connecting`.
pub(super) fn tells(news: &News) -> bool {
    match news {
        News::Message(_) => true,
        News::Status { bubble, .. } => bubble.tick != Tick::Accepted,
        News::Session { news: SessionNews::State { state, .. }, .. } => {
            !matches!(state, SessionState::Fallen | SessionState::Code | SessionState::Removed)
        }
        News::Session { .. } => true,
        News::Connection { .. } | News::Marketing { .. } | News::Labels { .. } => false,
    }
}

/// The request that carries the update. `None` if the instance has not asked for it.
pub(super) fn compose(sender: &SenderState, update: &Update, bad_secret: bool) -> Option<WebhookCall> {
    let (event, at, data) = content(sender, update)?;
    let at = update.brought_at.unwrap_or(at);
    let target = settings::target(sender, &event.to_uppercase().replace(['.', '-'], "_"))?;
    let mut headers = HeaderMap::new();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    for (name, value) in &target.headers {
        let (name, value) = match name.as_str() {
            JWT_KEY => (AUTHORIZATION.as_str(), format!("Bearer {}", token(value, at))),
            name => (name, value.clone()),
        };
        if let (Ok(name), Ok(value)) = (name.parse::<HeaderName>(), value.parse()) {
            headers.insert(name, value);
        }
    }
    if bad_secret {
        for (name, value) in &mut headers {
            if name != CONTENT_TYPE {
                *value = HeaderValue::from_static("wrong");
            }
        }
        headers.entry(AUTHORIZATION).or_insert(HeaderValue::from_static("wrong"));
    }
    let mut body = json!({
        "event": event,
        "instance": sender.setup.address,
        "data": data,
        "destination": target.url,
        "date_time": local(at),
        "server_url": SERVER_URL,
        "apikey": null,
    });
    if !sender.setup.number.is_empty() {
        body["sender"] = json!(jid(sender));
    }
    Some(WebhookCall::post(&sender.setup, target.url, headers, Bytes::from(body.to_string())))
}

/// The server's own time, with the sign of UTC behind it.
fn local(at: DateTime<Utc>) -> String {
    (at + ZONE).format("%Y-%m-%dT%H:%M:%S%.3fZ").to_string()
}

fn jid(sender: &SenderState) -> String {
    people::chat_id(&people::person(&sender.setup.number))
}

/// The name of the event, its time and its data.
fn content(sender: &SenderState, update: &Update) -> Option<(&'static str, DateTime<Utc>, Value)> {
    Some(match (&update.news, &update.with) {
        (News::Message(bubble), Some(with)) => {
            let is_by_server = bubble.from == Author::Business && !bubble.by_hand;
            let event = if is_by_server { "send.message" } else { "messages.upsert" };
            (event, bubble.at, view::record(sender, with, bubble))
        }
        (News::Status { bubble, at }, Some(with)) => ("messages.update", *at, status(sender, with, bubble)),
        (News::Session { news, at }, _) => {
            let (event, data) = of_session(sender, news, *at)?;
            (event, *at, data)
        }
        _ => return None,
    })
}

fn status(sender: &SenderState, with: &Profile, bubble: &Bubble) -> Value {
    json!({
        "keyId": bubble.id,
        "remoteJid": view::remote_jid(with),
        "fromMe": true,
        "status": view::status(bubble.tick),
        "instanceId": view::instance_id(sender),
        "messageId": format!("c{}", bubble.id.to_lowercase()),
    })
}

fn of_session(sender: &SenderState, news: &SessionNews, at: DateTime<Utc>) -> Option<(&'static str, Value)> {
    let name = &sender.setup.address;
    Some(match news {
        SessionNews::Created => {
            ("instance.create", json!({"instanceName": name, "instanceId": view::instance_id(sender)}))
        }
        SessionNews::State { state, reason, number, .. } => {
            ("connection.update", connection(sender, *state, *reason, number.as_deref())?)
        }
        SessionNews::Code(Code { text, .. }) => {
            let picture = picture::data_url(text);
            let code = json!({"instance": name, "pairingCode": null, "code": text, "base64": picture});
            ("qrcode.updated", json!({"qrcode": code}))
        }
        SessionNews::CodesEnded => {
            ("qrcode.updated", json!({"message": "QR code limit reached, please login again", "statusCode": 500}))
        }
        SessionNews::Ended { reason } => {
            let lost = json!({"error": {"output": {"statusCode": reason}}, "date": view::time(at)});
            let data = json!({
                "instance": name,
                "status": "closed",
                "disconnectionAt": view::time(at),
                "disconnectionReasonCode": reason,
                "disconnectionObject": lost.to_string(),
            });
            ("status.instance", data)
        }
        SessionNews::LoggedOut => ("logout.instance", Value::Null),
        SessionNews::Removing => {
            ("instance.delete", json!({"instanceName": name, "instanceId": view::instance_id(sender)}))
        }
        SessionNews::Removed => ("remove.instance", Value::Null),
    })
}

fn connection(sender: &SenderState, state: SessionState, reason: Option<u16>, number: Option<&str>) -> Option<Value> {
    let name = &sender.setup.address;
    Some(match state {
        SessionState::Connecting => json!({"instance": name, "state": "connecting", "statusReason": 200}),
        SessionState::Open => json!({
            "instance": name,
            "wuid": number.map(|number| people::chat_id(&people::person(number))),
            "profileName": sender.setup.name,
            "profilePictureUrl": null,
            "state": "open",
            "statusReason": 200,
        }),
        SessionState::Stopped => json!({"instance": name, "state": "close", "statusReason": reason}),
        SessionState::Failed => json!({"instance": name, "state": "refused", "statusReason": reason}),
        SessionState::Fallen | SessionState::Code | SessionState::Removed => return None,
    })
}

/// A token that proves the server for ten minutes, signed with the key of the header.
fn token(key: &str, at: DateTime<Utc>) -> String {
    let part = |value: Value| URL_SAFE_NO_PAD.encode(value.to_string());
    let now = at.timestamp();
    let claims = json!({"iat": now, "exp": now + TOKEN_LIFE, "app": "evolution", "action": "webhook"});
    let signed = format!("{}.{}", part(json!({"alg": "HS256", "typ": "JWT"})), part(claims));
    // HMAC takes keys of any length.
    let mac = Hmac::<Sha256>::new_from_slice(key.as_bytes()).map(|mac| mac.chain_update(&signed).finalize());
    let signature = mac.map(|mac| URL_SAFE_NO_PAD.encode(mac.into_bytes())).unwrap_or_default();
    format!("{signed}.{signature}")
}
