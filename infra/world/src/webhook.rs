//! Webhooks: what is in them, who signs them, when they are tried again.

use crate::chat::{Bubble, Tick};
use crate::sender::{Gateway, SenderState};
use crate::{cloud_errors, people};
use bytes::Bytes;
use chrono::{DateTime, Utc};
use futures::future::BoxFuture;
use hmac::{Hmac, KeyInit, Mac};
use http::header::{AUTHORIZATION, CONTENT_TYPE};
use http::{HeaderMap, HeaderName, HeaderValue, Method};
use serde_json::{Map, Value, json};
use sha2::Sha256;
use std::sync::Arc;
use std::time::Duration;
use tokio::time::Instant;

/// Meta's limit of updates in one webhook.
pub(crate) const MOST_UPDATES: usize = 1_000;

/// A request to a webhook.
#[derive(Clone)]
pub struct WebhookCall {
    /// Whose webhook.
    pub gateway: Gateway,
    /// Address of the sender it is about.
    pub sender: String,
    /// `POST`, or `GET` for Meta's challenge.
    pub method: Method,
    /// As registered, with the challenge's query: a URL, or a path.
    pub url: String,
    /// With signature or secret.
    pub headers: HeaderMap,
    /// The raw bytes that were signed.
    pub body: Bytes,
}

/// How a webhook was answered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WebhookAnswer {
    /// HTTP status; 0 if there was no answer.
    pub status: u16,
    /// For the challenge.
    pub body: Bytes,
}

/// Carries requests to webhooks.
pub type Sink = Arc<dyn Fn(WebhookCall) -> BoxFuture<'static, WebhookAnswer> + Send + Sync>;

/// One thing to tell a sender.
#[derive(Clone)]
pub(crate) struct Update {
    pub person: Option<String>,
    /// The bubble of a person's own message.
    pub inbound: Option<String>,
    pub part: Part,
}

impl Update {
    pub fn channel(health: Value) -> Self {
        let part = Part::Whapi { event: "channel", field: "health", value: health };
        Self { person: None, inbound: None, part }
    }
}

/// How an update is written.
#[derive(Clone)]
pub(crate) enum Part {
    /// Cloud API: an element of `value.messages` or `value.statuses`, and of `value.contacts`.
    Cloud { list: &'static str, item: Value, contact: Option<Value> },
    /// Cloud API: an element of `value.user_preferences`.
    Preference { item: Value, contact: Value },
    /// Whapi: an element of an array of that name, or (`health`) an object.
    Whapi { event: &'static str, field: &'static str, value: Value },
}

/// Updates that go out together, and how often that was tried.
pub(crate) struct Delivery {
    pub sender: String,
    pub updates: Vec<Update>,
    pub bad_signature: bool,
    pub attempts: u32,
    pub first: Instant,
}

/// What waits for a sender's next webhook.
#[derive(Default)]
pub(crate) struct Outbox {
    pub waiting: Vec<Update>,
    pub held: Vec<Update>,
}

/// The wait before a webhook that was not answered with 200 is tried again. Meta's decreases in frequency, from a
/// second to an hour here; Whapi's grows by its setting.
pub(crate) fn backoff(sender: &SenderState, attempts: u32) -> Duration {
    match sender.setup.gateway {
        Gateway::CloudApi => Duration::from_secs(1 << attempts.min(12)).min(Duration::from_secs(3_600)),
        Gateway::Whapi => {
            let setting = |name, default| sender.settings.get(name).and_then(Value::as_u64).unwrap_or(default);
            let step = setting("callback_backoff_delay_ms", 3_000);
            let most = setting("max_callback_backoff_delay_ms", 900_000);
            Duration::from_millis(step.saturating_mul(u64::from(attempts) + 1).min(most))
        }
    }
}

/// The contact of a person in a webhook. A phone that the person hides is left out.
pub(crate) fn contact(sender: &str, person: &str, name: Option<&str>, hides_phone: bool) -> Value {
    let mut contact = json!({"user_id": people::user_id(sender, person)});
    if let Some(name) = name {
        contact["profile"] = json!({"name": name});
    }
    if !hides_phone {
        contact["wa_id"] = json!(people::wa_id(person));
    }
    contact
}

/// A status webhook's element for a message of the Cloud API.
pub(crate) fn cloud_status(
    sender: &str,
    person: &str,
    name: Option<&str>,
    hides_phone: bool,
    bubble: &Bubble,
    now: DateTime<Utc>,
) -> Update {
    let status = match bubble.tick {
        Tick::Accepted | Tick::Sent => "sent",
        Tick::Delivered => "delivered",
        Tick::Read => "read",
        Tick::Failed => "failed",
    };
    let mut item = json!({"id": bubble.id, "status": status, "timestamp": now.timestamp().to_string()});
    let failed = bubble.tick == Tick::Failed;
    if !(hides_phone && bubble.by_user_id) {
        item["recipient_id"] = json!(people::wa_id(person));
    }
    if !failed || bubble.by_user_id {
        item["recipient_user_id"] = json!(people::user_id(sender, person));
    }
    if let Some(callback) = &bubble.callback_id {
        item["biz_opaque_callback_data"] = json!(callback);
    }
    if let (Some(kind), Tick::Sent | Tick::Delivered) = (&bubble.pricing, bubble.tick) {
        let category = bubble.category.name();
        item["pricing"] =
            json!({"billable": kind == "regular", "pricing_model": "PMP", "type": kind, "category": category});
    }
    if failed {
        item["errors"] = json!([cloud_errors::in_status(bubble.error.unwrap_or(131_000))]);
    }
    let contact = (!failed).then(|| contact(sender, person, name, hides_phone));
    Update { person: Some(person.to_owned()), inbound: None, part: Part::Cloud { list: "statuses", item, contact } }
}

/// The request that carries the updates. `None` if the sender's channel is not subscribed to them.
pub(crate) fn compose(sender: &SenderState, delivery: &Delivery) -> Option<WebhookCall> {
    let setup = &sender.setup;
    let mut headers = HeaderMap::new();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    let (url, body) = match setup.gateway {
        Gateway::CloudApi => (setup.webhook.clone(), cloud_body(sender, &delivery.updates)),
        Gateway::Whapi => {
            let event = delivery.updates.iter().find_map(|update| match update.part {
                Part::Whapi { event, .. } => Some(event),
                _ => None,
            })?;
            let target = crate::whapi_settings::webhook(sender, event)?;
            for (name, value) in &target.headers {
                if let (Ok(name), Ok(value)) = (name.parse::<HeaderName>(), value.parse()) {
                    headers.insert(name, value);
                }
            }
            if delivery.bad_signature {
                for (name, value) in &mut headers {
                    if name != CONTENT_TYPE {
                        *value = HeaderValue::from_static("wrong");
                    }
                }
                headers.entry(AUTHORIZATION).or_insert(HeaderValue::from_static("wrong"));
            }
            (target.url, whapi_body(sender, &delivery.updates))
        }
    };
    let body = Bytes::from(body.to_string());
    if let Some(secret) = setup.app_secret.as_deref().filter(|_| setup.gateway == Gateway::CloudApi) {
        let secret = if delivery.bad_signature { "another secret" } else { secret };
        headers.insert("x-hub-signature-256", signature(secret, &body).parse().ok()?);
    }
    let method = Method::POST;
    Some(WebhookCall { gateway: setup.gateway, sender: setup.address.clone(), method, url, headers, body })
}

/// Meta's challenge.
pub(crate) fn challenge(sender: &SenderState, challenge: &str) -> Option<WebhookCall> {
    let setup = &sender.setup;
    let token = query_value(setup.verify_token.as_deref()?);
    let query = format!("hub.mode=subscribe&hub.challenge={challenge}&hub.verify_token={token}");
    let joint = if setup.webhook.contains('?') { '&' } else { '?' };
    Some(WebhookCall {
        gateway: setup.gateway,
        sender: setup.address.clone(),
        method: Method::GET,
        url: format!("{}{joint}{query}", setup.webhook),
        headers: HeaderMap::new(),
        body: Bytes::new(),
    })
}

fn query_value(text: &str) -> String {
    let kept = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~".contains(&byte);
    text.bytes().map(|byte| if kept(byte) { char::from(byte).to_string() } else { format!("%{byte:02X}") }).collect()
}

/// `X-Hub-Signature-256` of raw bytes.
fn signature(secret: &str, body: &[u8]) -> String {
    // HMAC takes keys of any length.
    let mac = Hmac::<Sha256>::new_from_slice(secret.as_bytes()).map(|mac| mac.chain_update(body).finalize());
    mac.map(|mac| format!("sha256={}", hex::encode(mac.into_bytes()))).unwrap_or_default()
}

fn cloud_body(sender: &SenderState, updates: &[Update]) -> Value {
    let setup = &sender.setup;
    let value = || {
        let mut value = Map::new();
        value.insert("messaging_product".to_owned(), json!("whatsapp"));
        let metadata = json!({"display_phone_number": setup.number, "phone_number_id": setup.address});
        value.insert("metadata".to_owned(), metadata);
        value
    };
    let mut changes: Vec<(&str, &str, Map<String, Value>)> = Vec::new();
    for update in updates {
        let (field, list, item, contact) = match &update.part {
            Part::Cloud { list, item, contact } => ("messages", *list, item, contact.as_ref()),
            Part::Preference { item, contact } => ("user_preferences", "user_preferences", item, Some(contact)),
            Part::Whapi { .. } => continue,
        };
        let index = changes.iter().position(|change| change.1 == list).unwrap_or(changes.len());
        if index == changes.len() {
            changes.push((field, list, value()));
        }
        let Some((_, _, value)) = changes.get_mut(index) else { continue };
        if let Some(contact) = contact {
            let contacts = value.entry("contacts").or_insert_with(|| json!([]));
            if let Some(contacts) = contacts.as_array_mut().filter(|contacts| !contacts.contains(contact)) {
                contacts.push(contact.clone());
            }
        }
        if let Some(items) = value.entry(list).or_insert_with(|| json!([])).as_array_mut() {
            items.push(item.clone());
        }
    }
    let changes: Vec<_> =
        changes.into_iter().map(|(field, _, value)| json!({"field": field, "value": value})).collect();
    let account = format!("waba-{}", setup.address);
    json!({"object": "whatsapp_business_account", "entry": [{"id": account, "changes": changes}]})
}

fn whapi_body(sender: &SenderState, updates: &[Update]) -> Value {
    let mut body = json!({"channel_id": sender.setup.address});
    for update in updates {
        let Part::Whapi { event, field, value } = &update.part else { continue };
        body["event"] = json!({"type": event, "event": if *field == "chats_updates" { "patch" } else { "post" }});
        match body.get_mut(*field).and_then(Value::as_array_mut) {
            Some(items) => items.push(value.clone()),
            None if *field == "health" => body["health"] = value.clone(),
            None => body[*field] = json!([value]),
        }
    }
    body
}

#[cfg(test)]
mod tests {
    /// The vector of the facts.
    #[test]
    fn signs_raw_bytes() {
        let body = br#"{"object":"whatsapp_business_account","entry":[]}"#;
        let expected = "sha256=dec6a680679a968e7e0319355b23599cbfc54502c0784668e9618baa0c633756";
        assert_eq!(super::signature("test_app_secret", body), expected);
    }
}
