//! Webhooks: what is in them, and how they are signed.

use super::errors;
use crate::core::chat::{Author, Bubble, Profile, Tick};
use crate::core::people;
use crate::core::sender::{Sender, SenderState};
use crate::core::things;
use crate::core::update::{News, Update, WebhookCall};
use crate::core::voice;
use bytes::Bytes;
use chrono::{DateTime, Utc};
use hmac::{Hmac, KeyInit, Mac};
use http::header::CONTENT_TYPE;
use http::{HeaderMap, HeaderValue, Method};
use serde_json::{Map, Value, json};
use sha2::Sha256;

pub(super) fn tells(news: &News) -> bool {
    match news {
        News::Message(bubble) => bubble.from == Author::Person || bubble.by_hand,
        News::Status { bubble, .. } => !bubble.by_hand,
        News::Marketing { .. } => true,
        News::Connection { .. } | News::Labels { .. } | News::Session { .. } => false,
    }
}

/// The signed request that carries the updates.
pub(super) fn compose(sender: &SenderState, updates: &[Update], bad_signature: bool) -> Option<WebhookCall> {
    let setup = &sender.setup;
    let body = Bytes::from(body(setup, updates).to_string());
    let mut headers = HeaderMap::new();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    if let Some(secret) = &setup.app_secret {
        let secret = if bad_signature { "another secret" } else { secret };
        headers.insert("x-hub-signature-256", signature(secret, &body).parse().ok()?);
    }
    Some(WebhookCall::post(setup, setup.webhook.clone(), headers, body))
}

pub(super) fn challenge(setup: &Sender, challenge: &str) -> Option<WebhookCall> {
    let token = query_value(setup.verify_token.as_deref()?);
    let query = format!("hub.mode=subscribe&hub.challenge={challenge}&hub.verify_token={token}");
    let joint = if setup.webhook.contains('?') { '&' } else { '?' };
    let url = format!("{}{joint}{query}", setup.webhook);
    let call = WebhookCall::post(setup, url, HeaderMap::new(), Bytes::new());
    Some(WebhookCall { method: Method::GET, ..call })
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

/// An element of a list in a webhook's `value`, with the contact that goes with it.
struct Element {
    field: &'static str,
    list: &'static str,
    item: Value,
    contact: Option<Value>,
}

fn body(setup: &Sender, updates: &[Update]) -> Value {
    let value = || {
        let mut value = Map::new();
        value.insert("messaging_product".to_owned(), json!("whatsapp"));
        let metadata = json!({"display_phone_number": setup.number, "phone_number_id": setup.address});
        value.insert("metadata".to_owned(), metadata);
        value
    };
    let mut changes: Vec<(&str, &str, Map<String, Value>)> = Vec::new();
    for Element { field, list, item, contact } in updates.iter().filter_map(|update| element(setup, update)) {
        let index = changes.iter().position(|change| change.1 == list).unwrap_or(changes.len());
        if index == changes.len() {
            changes.push((field, list, value()));
        }
        let Some((_, _, value)) = changes.get_mut(index) else { continue };
        if let Some(contact) = contact {
            let contacts = value.entry("contacts").or_insert_with(|| json!([]));
            if let Some(contacts) = contacts.as_array_mut().filter(|contacts| !contacts.contains(&contact)) {
                contacts.push(contact);
            }
        }
        if let Some(items) = value.entry(list).or_insert_with(|| json!([])).as_array_mut() {
            items.push(item);
        }
    }
    let changes: Vec<_> =
        changes.into_iter().map(|(field, _, value)| json!({"field": field, "value": value})).collect();
    let account = format!("waba-{}", setup.address);
    json!({"object": "whatsapp_business_account", "entry": [{"id": account, "changes": changes}]})
}

fn element(setup: &Sender, update: &Update) -> Option<Element> {
    let (with, sender) = (update.with.as_ref()?, setup.address.as_str());
    let contact = contact(sender, with);
    let (field, list) = ("messages", "messages");
    Some(match &update.news {
        News::Message(bubble) if bubble.by_hand => {
            let (field, list) = ("smb_message_echoes", "message_echoes");
            Element { field, list, item: echo(setup, bubble, with), contact: None }
        }
        News::Message(bubble) => {
            Element { field, list, item: message(setup, bubble, &contact), contact: Some(contact) }
        }
        News::Status { bubble, at } => {
            let contact = (bubble.tick != Tick::Failed).then_some(contact);
            Element { field, list: "statuses", item: status(sender, with, bubble, *at), contact }
        }
        News::Marketing { stopped, at } => {
            let (field, list) = ("user_preferences", "user_preferences");
            Element { field, list, item: preference(*stopped, *at, &contact), contact: Some(contact) }
        }
        News::Connection { .. } | News::Labels { .. } | News::Session { .. } => return None,
    })
}

/// The contact of a person. A phone that the person hides is left out.
fn contact(sender: &str, with: &Profile) -> Value {
    let mut contact = json!({"user_id": people::user_id(sender, &with.person)});
    if let Some(name) = &with.name {
        contact["profile"] = json!({"name": name});
    }
    if !with.hides_phone {
        contact["wa_id"] = json!(people::wa_id(&with.person));
    }
    contact
}

/// What somebody of the business wrote in WhatsApp's own app, beside the API.
fn echo(setup: &Sender, bubble: &Bubble, with: &Profile) -> Value {
    let mut item = json!({
        "from": setup.number,
        "id": bubble.id,
        "timestamp": bubble.at.timestamp().to_string(),
        "type": "text",
        "text": {"body": bubble.text},
    });
    if with.hides_phone {
        item["to_user_id"] = json!(people::user_id(&setup.address, &with.person));
    } else {
        item["to"] = json!(people::wa_id(&with.person));
    }
    item
}

fn message(setup: &Sender, bubble: &Bubble, contact: &Value) -> Value {
    // A tap on a button of a message is an interactive message of its own.
    let kind = if bubble.kind == "reply" { "interactive" } else { &bubble.kind };
    let mut item = json!({
        "from_user_id": contact["user_id"],
        "id": bubble.id,
        "timestamp": bubble.at.timestamp().to_string(),
        "type": kind,
    });
    item[kind] = content(bubble);
    if kind == "contacts" {
        item["origin"] = json!(bubble.payload.as_deref().unwrap_or("other"));
    }
    if let Some(asked) = &bubble.reply_to {
        item["context"] = json!({"from": setup.number, "id": asked});
    }
    if let Some(wa_id) = contact.get("wa_id") {
        item["from"] = wa_id.clone();
    }
    item
}

fn content(bubble: &Bubble) -> Value {
    let media = || format!("media-{}", bubble.at.timestamp_micros());
    match bubble.kind.as_str() {
        "text" => json!({"body": bubble.text}),
        "button" => json!({"payload": bubble.payload.as_ref().unwrap_or(&bubble.text), "text": bubble.text}),
        "reply" => {
            json!({"type": "button_reply", "button_reply": {"id": bubble.payload, "title": bubble.text}})
        }
        "image" => json!({"id": media(), "mime_type": "image/jpeg", "caption": bubble.text}),
        "video" => json!({"id": media(), "mime_type": "video/mp4", "caption": bubble.text}),
        "document" => {
            json!({"id": media(), "mime_type": "application/pdf", "filename": things::FILE, "caption": bubble.text})
        }
        "location" => json!({"latitude": things::LATITUDE, "longitude": things::LONGITUDE, "name": bubble.text}),
        // The person's own, by the button that asks for it.
        "contacts" if bubble.payload.as_deref() == Some("contact_request") => {
            json!([{"phones": [{"phone": bubble.text, "wa_id": bubble.text.trim_start_matches('+'), "type": "CELL"}]}])
        }
        "contacts" => json!([{"name": {"formatted_name": bubble.text, "first_name": bubble.text},
            "phones": [{"phone": things::NUMBER, "type": "CELL"}], "vcard": things::card(&bubble.text)}]),
        "order" => json!({"catalog_id": "1", "text": bubble.text, "product_items":
            [{"product_retailer_id": "racao", "quantity": 2, "item_price": 35.5, "currency": "BRL"}]}),
        "audio" => json!({"id": voice::number(&bubble.id), "mime_type": voice::MIME, "voice": true}),
        _ => json!({"id": media()}),
    }
}

fn status(sender: &str, with: &Profile, bubble: &Bubble, now: DateTime<Utc>) -> Value {
    let status = match bubble.tick {
        Tick::Accepted | Tick::Sent => "sent",
        Tick::Delivered => "delivered",
        Tick::Read => "read",
        Tick::Failed => "failed",
    };
    let mut item = json!({"id": bubble.id, "status": status, "timestamp": now.timestamp().to_string()});
    let failed = bubble.tick == Tick::Failed;
    if !(with.hides_phone && bubble.by_user_id) {
        item["recipient_id"] = json!(people::wa_id(&with.person));
    }
    if !failed || bubble.by_user_id {
        item["recipient_user_id"] = json!(people::user_id(sender, &with.person));
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
        item["errors"] = json!([errors::in_status(bubble.error.unwrap_or(131_000))]);
    }
    item
}

fn preference(stopped: bool, at: DateTime<Utc>, contact: &Value) -> Value {
    let mut item = json!({
        "user_id": contact["user_id"],
        "detail": format!("User requested to {} marketing messages", if stopped { "stop" } else { "resume" }),
        "category": "marketing_messages",
        "value": if stopped { "stop" } else { "resume" },
        "timestamp": at.timestamp(),
    });
    if let Some(wa_id) = contact.get("wa_id") {
        item["wa_id"] = wa_id.clone();
    }
    item
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
