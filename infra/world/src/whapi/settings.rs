//! `/settings`, which says where a channel's webhooks go.

use super::errors::error;
use crate::core::answers;
use crate::core::sender::SenderState;
use bytes::Bytes;
use http::{Method, Response};
use serde_json::{Map, Value, json};
use std::time::Duration;

/// Headers that a webhook may carry.
const MOST_HEADERS: usize = 5;

/// The wait before a webhook is tried again grows by so much, in milliseconds, if the channel has not set it.
const USUAL_BACKOFF_MS: u64 = 3_000;
/// The longest such wait, in milliseconds, if the channel has not set it.
const USUAL_LONGEST_BACKOFF_MS: u64 = 900_000;

/// The URL of a webhook, and the headers that it is called with.
pub(super) struct Target {
    pub url: String,
    pub headers: Vec<(String, String)>,
}

/// The target of an event: as `PATCH /settings` said, else as the sender was registered. `None` if nobody wants it.
pub(super) fn webhook(sender: &SenderState, event: &str) -> Option<Target> {
    let Some(webhooks) = sender.settings.get("webhooks").and_then(Value::as_array) else {
        let headers = sender.setup.webhook_headers.clone().into_iter().collect();
        return Some(Target { url: sender.setup.webhook.clone(), headers });
    };
    let wants = |webhook: &&Value| {
        webhook["events"].as_array().is_some_and(|events| events.iter().any(|wanted| wanted["type"] == event))
    };
    let webhook = webhooks.iter().find(wants)?;
    let text = |(name, value): (&String, &Value)| Some((name.clone(), value.as_str()?.to_owned()));
    let headers = webhook["headers"].as_object().map(|headers| headers.iter().filter_map(text).collect());
    Some(Target { url: webhook["url"].as_str()?.to_owned(), headers: headers.unwrap_or_default() })
}

/// The wait before a webhook is tried again, after so many attempts but the first.
pub(super) fn backoff(sender: &SenderState, attempts: u32) -> Duration {
    let setting = |name, usual| sender.settings.get(name).and_then(Value::as_u64).unwrap_or(usual);
    let step = setting("callback_backoff_delay_ms", USUAL_BACKOFF_MS);
    let longest = setting("max_callback_backoff_delay_ms", USUAL_LONGEST_BACKOFF_MS);
    Duration::from_millis(step.saturating_mul(u64::from(attempts) + 1).min(longest))
}

/// Answers a request to `/settings`.
pub(super) fn settings(sender: &mut SenderState, method: &Method, body: &Value) -> Response<Bytes> {
    match *method {
        Method::GET => {}
        Method::DELETE => sender.settings = Map::new(),
        Method::PATCH => match checked(body) {
            Ok(changes) => sender.settings.extend(changes.clone()),
            Err(wrong) => return error(400, wrong),
        },
        _ => return error(404, "not found"),
    }
    let mut view = json!({
        "callback_persist": true,
        "callback_backoff_delay_ms": USUAL_BACKOFF_MS,
        "max_callback_backoff_delay_ms": USUAL_LONGEST_BACKOFF_MS,
        "webhooks": [{"url": sender.setup.webhook, "mode": "body", "headers": sender.setup.webhook_headers}],
    });
    for (name, value) in &sender.settings {
        view[name] = value.clone();
    }
    answers::json(200, &view)
}

fn checked(body: &Value) -> Result<&Map<String, Value>, &'static str> {
    let settings = body.as_object().ok_or("settings must be an object")?;
    let within = |name: &str, least: u64, most: u64| {
        settings.get(name).is_none_or(|value| value.as_u64().is_some_and(|value| (least..=most).contains(&value)))
    };
    if !within("callback_backoff_delay_ms", 3_000, 15_000) {
        return Err("callback_backoff_delay_ms must be 3000 to 15000");
    }
    if !within("max_callback_backoff_delay_ms", 600_000, 3_600_000) {
        return Err("max_callback_backoff_delay_ms must be 600000 to 3600000");
    }
    let nothing = Vec::new();
    let webhooks = match settings.get("webhooks") {
        None => &nothing,
        Some(webhooks) => webhooks.as_array().ok_or("webhooks must be an array")?,
    };
    for webhook in webhooks {
        if webhook["url"].as_str().is_none_or(str::is_empty) {
            return Err("a webhook needs a url");
        }
        if !matches!(webhook["mode"].as_str(), None | Some("body")) {
            return Err("only the mode body is known here");
        }
        if webhook["headers"].as_object().is_some_and(|headers| headers.len() > MOST_HEADERS) {
            return Err("at most 5 headers");
        }
    }
    Ok(settings)
}
