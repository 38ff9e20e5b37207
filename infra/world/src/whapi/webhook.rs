//! Webhooks: what is in them, and which headers they carry.

use super::{settings, view};
use crate::core::chat::{Bubble, Profile};
use crate::core::codes;
use crate::core::people;
use crate::core::sender::SenderState;
use crate::core::update::{News, Update, WebhookCall};
use bytes::Bytes;
use chrono::{DateTime, Utc};
use http::header::{AUTHORIZATION, CONTENT_TYPE};
use http::{HeaderMap, HeaderName, HeaderValue};
use serde_json::{Value, json};

pub(super) fn tells(news: &News) -> bool {
    !matches!(news, News::Marketing { .. } | News::Session { .. })
}

/// The request that carries the update, with the headers that the channel has set. `None` if the channel is not
/// subscribed to it.
pub(super) fn compose(sender: &SenderState, update: &Update, bad_secret: bool) -> Option<WebhookCall> {
    let notice = notice(sender, update)?;
    let target = settings::webhook(sender, notice.name)?;
    let mut headers = HeaderMap::new();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    for (name, value) in &target.headers {
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
    let body = json!({
        "channel_id": sender.setup.address,
        "event": {"type": notice.name, "event": notice.action},
        notice.field: notice.value,
    });
    Some(WebhookCall::post(&sender.setup, target.url, headers, Bytes::from(body.to_string())))
}

/// The content of an event, and the field of the body that it fills.
struct Notice {
    name: &'static str,
    action: &'static str,
    field: &'static str,
    value: Value,
}

fn notice(sender: &SenderState, update: &Update) -> Option<Notice> {
    let number = sender.setup.number.as_str();
    let notice = |name, field, value| Notice { name, action: "post", field, value };
    if let News::Connection { connected, at } = &update.news {
        return Some(notice("channel", "health", view::health(sender, *connected, *at)));
    }
    let with = update.with.as_ref()?;
    let name = with.name.as_deref();
    Some(match &update.news {
        News::Message(bubble) => {
            notice("messages", "messages", json!([view::message(number, &with.person, name, bubble)]))
        }
        News::Status { bubble, at } => notice("statuses", "statuses", json!([status(with, bubble, *at)])),
        News::Labels { labels, last } => {
            let before = json!({"id": people::chat_id(&with.person), "type": "contact"});
            let after = view::chat_with(number, &with.person, name, last, labels);
            let change = json!({"before_update": before, "after_update": after, "changes": ["labels"]});
            Notice { action: "patch", ..notice("chats", "chats_updates", json!([change])) }
        }
        News::Connection { .. } | News::Marketing { .. } | News::Session { .. } => return None,
    })
}

fn status(with: &Profile, bubble: &Bubble, now: DateTime<Utc>) -> Value {
    let (code, name) = view::status_name(bubble.tick);
    let mut value = json!({
        "id": bubble.id,
        "code": code,
        "status": name,
        "recipient_id": people::chat_id(&with.person),
        "timestamp": now.timestamp().to_string(),
    });
    if let Some(error) = bubble.error {
        value["errors"] = json!([{"code": error, "title": codes::title(error)}]);
    }
    value
}
