//! The webhook of an instance, and its other settings.

use super::errors::{refused, unexpected};
use super::requests::{self, Asked};
use super::view;
use crate::core::answers;
use crate::core::sender::SenderState;
use bytes::Bytes;
use http::Response;
use serde_json::{Map, Value, json};

/// The events that a webhook can want.
const EVENTS: [&str; 31] = [
    "APPLICATION_STARTUP",
    "QRCODE_UPDATED",
    "MESSAGES_SET",
    "MESSAGES_UPSERT",
    "MESSAGES_EDITED",
    "MESSAGES_UPDATE",
    "MESSAGES_DELETE",
    "SEND_MESSAGE",
    "SEND_MESSAGE_UPDATE",
    "CONTACTS_SET",
    "CONTACTS_UPSERT",
    "CONTACTS_UPDATE",
    "PRESENCE_UPDATE",
    "CHATS_SET",
    "CHATS_UPSERT",
    "CHATS_UPDATE",
    "CHATS_DELETE",
    "GROUPS_UPSERT",
    "GROUP_UPDATE",
    "GROUP_PARTICIPANTS_UPDATE",
    "CONNECTION_UPDATE",
    "LABELS_EDIT",
    "LABELS_ASSOCIATION",
    "CALL",
    "TYPEBOT_START",
    "TYPEBOT_CHANGE_STATUS",
    "REMOVE_INSTANCE",
    "LOGOUT_INSTANCE",
    "INSTANCE_CREATE",
    "INSTANCE_DELETE",
    "STATUS_INSTANCE",
];

/// The server's own words where the events are left out.
const NO_EVENTS: &str = "Cannot read properties of undefined (reading 'length')";

/// The URL of a webhook, and the headers that it is called with.
pub(super) struct Target {
    pub url: String,
    pub headers: Vec<(String, String)>,
}

/// The webhook as it is kept. An empty list of events is all of them.
pub(super) fn webhook(asked: &Value, enabled: bool) -> Result<Value, &'static str> {
    let events = match (enabled, asked["events"].as_array()) {
        (false, _) => Vec::new(),
        (true, None) => return Err(NO_EVENTS),
        (true, Some(events)) if events.is_empty() => EVENTS.map(Value::from).to_vec(),
        (true, Some(events)) => events.clone(),
    };
    Ok(json!({
        "enabled": enabled,
        "url": asked["url"],
        "headers": asked["headers"],
        "events": events,
        "webhookByEvents": asked["byEvents"] == true,
        "webhookBase64": asked["base64"] == true,
    }))
}

/// `POST /webhook/set`.
pub(super) fn set(asked: &Asked<'_>) -> Response<Bytes> {
    let Some(wanted) = asked.body.get("webhook") else {
        return refused(400, "requires property \"webhook\"").answer();
    };
    let Some(enabled) = wanted["enabled"].as_bool() else {
        return refused(400, "webhook requires property \"enabled\"").answer();
    };
    match wanted["url"].as_str() {
        None => return refused(400, "webhook requires property \"url\"").answer(),
        Some("") => return refused(400, "The \"url\" cannot be empty").answer(),
        Some(_) => {}
    }
    let unknown = |event: &&Value| !event.as_str().is_some_and(|event| EVENTS.contains(&event));
    if let Some(event) = wanted["events"].as_array().into_iter().flatten().find(unknown) {
        return refused(400, &format!("webhook.events: {event} is not one of enum values: {}", EVENTS.join(",")))
            .answer();
    }
    let kept = match webhook(wanted, enabled) {
        Ok(kept) => kept,
        Err(wrong) => return unexpected(wrong).answer(),
    };
    asked.world.change(|state| {
        if let Some(sender) = state.senders.get_mut(&asked.instance) {
            sender.settings.insert("webhook".to_owned(), kept);
        }
    });
    let answer = requests::find(&asked.world.state(), &asked.instance).map(row);
    answers::json(201, &answer.unwrap_or_default())
}

/// `GET /webhook/find`.
pub(super) fn find(asked: &Asked<'_>) -> Response<Bytes> {
    let state = asked.world.state();
    let found = requests::find(&state, &asked.instance).filter(|sender| sender.settings.contains_key("webhook"));
    answers::json(200, &found.map(row).unwrap_or_default())
}

fn row(sender: &SenderState) -> Value {
    let mut row = sender.settings.get("webhook").cloned().unwrap_or_default();
    row["instanceId"] = json!(view::instance_id(sender));
    row
}

/// The target of an event by its name in capitals. A sender that was registered without a webhook of this server's kind
/// has that of its registration. `None` if nobody wants the event.
pub(super) fn target(sender: &SenderState, event: &str) -> Option<Target> {
    let Some(webhook) = sender.settings.get("webhook") else {
        let headers = sender.setup.webhook_headers.clone().into_iter().collect();
        let url = Some(sender.setup.webhook.clone()).filter(|url| !url.is_empty())?;
        return Some(Target { url, headers });
    };
    let wants = webhook["enabled"] == true
        && webhook["events"].as_array().is_some_and(|events| events.iter().any(|wanted| wanted == event));
    let url = webhook["url"].as_str().filter(|_| wants)?;
    let path = event.to_lowercase().replace('_', "-");
    let url = if webhook["webhookByEvents"] == true { format!("{url}/{path}") } else { url.to_owned() };
    let text = |(name, value): (&String, &Value)| Some((name.clone(), value.as_str()?.to_owned()));
    let headers = webhook["headers"].as_object().map(|headers| headers.iter().filter_map(text).collect());
    Some(Target { url, headers: headers.unwrap_or_default() })
}

/// The settings of an instance as its creation has asked for them.
pub(super) fn usual(body: &Value) -> Value {
    let flags = ["rejectCall", "groupsIgnore", "alwaysOnline", "readMessages", "readStatus", "syncFullHistory"];
    let texts = ["msgCall", "wavoipToken"];
    let flags = flags.into_iter().map(|name| (name.to_owned(), json!(body[name] == true)));
    let texts = texts.into_iter().map(|name| (name.to_owned(), json!(body[name].as_str().unwrap_or_default())));
    Value::Object(flags.chain(texts).collect::<Map<String, Value>>())
}
