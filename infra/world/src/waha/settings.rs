//! The configuration of a session: where its webhooks go, and what they are signed with.

use crate::core::sender::SenderState;
use serde_json::{Value, json};
use std::time::Duration;

/// The name of the configuration in a session's settings.
pub(super) const CONFIG: &str = "config";

/// Times that a webhook is tried again, if the session has not said it.
const USUAL_ATTEMPTS: u64 = 15;
/// The wait before that, in seconds, if the session has not said it.
const USUAL_DELAY: u64 = 2;

/// The URL of a webhook, the headers that it is called with, and the key that it is signed with.
pub(super) struct Target {
    pub url: String,
    pub headers: Vec<(String, String)>,
    pub key: Option<String>,
}

/// The configuration as it is kept.
///
/// # Errors
/// What is wrong with it, in the server's words.
pub(super) fn checked(config: &Value) -> Result<Value, String> {
    for (index, webhook) in config["webhooks"].as_array().into_iter().flatten().enumerate() {
        // A path is a URL whose host the sink knows.
        let is_url = |url: &str| url.starts_with("http://") || url.starts_with("https://") || url.starts_with('/');
        if !webhook["url"].as_str().is_some_and(is_url) {
            return Err(format!("config.webhooks.{index}.url must be a URL address"));
        }
        if !webhook["events"].is_array() {
            return Err(format!("config.webhooks.{index}.events must be an array"));
        }
    }
    Ok(if config.is_object() { config.clone() } else { json!({}) })
}

/// The target of an event. A sender that was registered without a configuration has that of its registration. `None` if
/// nobody wants the event.
pub(super) fn target(sender: &SenderState, event: &str) -> Option<Target> {
    let Some(config) = sender.settings.get(CONFIG) else {
        let headers = sender.setup.webhook_headers.clone().into_iter().collect();
        let url = Some(sender.setup.webhook.clone()).filter(|url| !url.is_empty())?;
        let wanted = event != "message.any";
        return wanted.then(|| Target { url, headers, key: sender.setup.app_secret.clone() });
    };
    let webhook = wanting(config, event)?;
    let header = |header: &Value| Some((header["name"].as_str()?.to_owned(), header["value"].as_str()?.to_owned()));
    Some(Target {
        url: webhook["url"].as_str()?.to_owned(),
        headers: webhook["customHeaders"].as_array().into_iter().flatten().filter_map(header).collect(),
        key: webhook["hmac"]["key"].as_str().map(str::to_owned),
    })
}

/// Whether the engine keeps messages.
pub(super) fn has_store(sender: &SenderState) -> bool {
    sender.settings.get(CONFIG).is_none_or(|config| config["noweb"]["store"]["enabled"] == true)
}

/// Whether some webhook of the session wants the event.
pub(super) fn wants(sender: &SenderState, event: &str) -> bool {
    sender.settings.get(CONFIG).is_none_or(|config| wanting(config, event).is_some())
}

fn wanting<'a>(config: &'a Value, event: &str) -> Option<&'a Value> {
    let wants = |webhook: &&Value| {
        webhook["events"].as_array().is_some_and(|events| events.iter().any(|wanted| wanted == event || wanted == "*"))
    };
    config["webhooks"].as_array()?.iter().find(wants)
}

/// The wait before a webhook is tried again. The real server lengthens or shortens an exponential one by up to a fifth.
pub(super) fn backoff(sender: &SenderState, attempts: u32) -> Option<Duration> {
    let webhook = sender.settings.get(CONFIG).map_or(&Value::Null, |config| &config["webhooks"][0]);
    let retries = &webhook["retries"];
    let delay = Duration::from_secs(retries["delaySeconds"].as_u64().unwrap_or(USUAL_DELAY));
    let most = retries["attempts"].as_u64().unwrap_or(USUAL_ATTEMPTS);
    (u64::from(attempts) < most).then(|| match retries["policy"].as_str() {
        Some("linear") => delay.saturating_mul(attempts + 1),
        Some("exponential") => delay.saturating_mul(1 << attempts.min(16)),
        _ => delay,
    })
}
