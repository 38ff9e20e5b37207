//! Whapi.cloud: one channel is one number.

pub(crate) mod webhook;

use crate::gateway::{Address, Body, Evidence, GatewayClient, Health, Outbound, Outcome, Sought};
use crate::json::{id, items, text, time};
use crate::sealing::WhapiCredentials;
use crate::transport::{self, Answer};
use async_trait::async_trait;
use chrono::TimeDelta;
use domain::Refusal;
use http::StatusCode;
use kit::http::Http;
use serde_json::{Value, json};
use std::sync::Arc;
use std::time::Duration;

/// How many of a chat's messages are looked at for evidence.
const LOOK_AT: usize = 100;

/// How far the gateway's clock may be behind ours. Less than the time between two messages to one person, so that
/// an equal message before the sought one is not taken for it.
const CLOCK_SKEW: TimeDelta = TimeDelta::seconds(5);

/// One channel at Whapi.
#[derive(Debug)]
pub struct Whapi {
    http: Arc<dyn Http>,
    url: String,
    credentials: WhapiCredentials,
    timeout: Duration,
}

impl Whapi {
    /// `base_url` without a slash at the end.
    #[must_use]
    pub fn new(http: Arc<dyn Http>, base_url: &str, credentials: WhapiCredentials, timeout: Duration) -> Self {
        Self { http, url: base_url.to_owned(), credentials, timeout }
    }

    /// Looks through what left in one chat since the claim.
    async fn look(&self, chat: &str, sought: &Sought) -> Evidence {
        let since = (sought.since - CLOCK_SKEW).timestamp();
        let chat = chat.replace('@', "%40");
        let path = format!("/messages/list/{chat}?from_me=true&time_from={since}&count={LOOK_AT}");
        let answer = match self.get(&path).await {
            Ok(answer) => answer,
            Err(failed) => return Evidence::Unavailable { reason: failed.word().to_owned() },
        };
        match answer.status {
            StatusCode::OK if answer.json.get("messages").is_some_and(Value::is_array) => {}
            // No such chat: nothing was ever said there.
            StatusCode::NOT_FOUND => return Evidence::NotFound,
            status => return Evidence::Unavailable { reason: format!("http_{}", status.as_u16()) },
        }
        let mut found: Vec<_> = items(&answer.json, "messages")
            .iter()
            .filter(|message| message["from_me"] == json!(true) && message["status"] != json!("failed"))
            .filter(|message| words(message).is_some_and(|words| same(words, &sought.text)))
            .filter_map(|message| Some((time(message, "timestamp")?, id(message, "id")?)))
            .filter(|(at, _)| at.timestamp() >= since)
            .collect();
        if found.is_empty() {
            return Evidence::NotFound;
        }
        found.sort();
        Evidence::Found { gateway_message_ids: found.into_iter().map(|(_, id)| id).collect() }
    }

    async fn get(&self, path: &str) -> Result<Answer, transport::Failed> {
        let url = format!("{}{path}", self.url);
        transport::get(self.http.as_ref(), &url, &self.credentials.token, self.timeout).await
    }
}

/// The chat with this person, as Whapi names it.
fn chat(to: &Address) -> Option<String> {
    match to {
        Address::Phone(phone) => Some(format!("{}@s.whatsapp.net", phone.digits())),
        Address::Chat(id) => Some(id.clone()),
        Address::Bsuid(_) => None,
    }
}

/// Where the chat with this person may be: WhatsApp keeps some numbers of Brazil, Mexico and Argentina under a
/// spelling that is not the canonical one.
fn chats(to: &Address) -> impl Iterator<Item = String> {
    let other = match to {
        Address::Phone(phone) => other_spelling(phone.digits()).map(|digits| format!("{digits}@s.whatsapp.net")),
        Address::Chat(_) | Address::Bsuid(_) => None,
    };
    chat(to).into_iter().chain(other)
}

fn other_spelling(digits: &str) -> Option<String> {
    match (digits.get(..2)?, digits.len()) {
        ("55", 13) => digits[4..].strip_prefix('9').map(|rest| format!("{}{rest}", &digits[..4])),
        ("52", 12) => Some(format!("521{}", &digits[2..])),
        ("54", 13) => digits[2..].strip_prefix('9').map(|rest| format!("54{rest}")),
        _ => None,
    }
}

fn outcome(answer: &Answer) -> Outcome {
    let detail = format!("whapi http {}", answer.status.as_u16());
    match answer.status {
        StatusCode::OK if answer.json["sent"] == json!(false) => Outcome::refused(Refusal::Retry, "whapi not sent"),
        status if status.is_success() => match answer.json.get("message").and_then(|message| id(message, "id")) {
            Some(gateway_message_id) => Outcome::Accepted { gateway_message_id },
            None => Outcome::perhaps("unreadable_answer"),
        },
        // The channel is not authorised: its session must be connected again.
        StatusCode::UNAUTHORIZED => Outcome::refused(Refusal::SenderDisconnected, detail),
        // The limit of a trial or of the account.
        StatusCode::PAYMENT_REQUIRED => Outcome::refused(Refusal::SenderRestricted, detail),
        // A forbidden recipient.
        StatusCode::FORBIDDEN => Outcome::refused(Refusal::Undeliverable, detail),
        _ => transport::by_status(answer, detail),
    }
}

/// What a message of the list says, if it is a text.
fn words(message: &Value) -> Option<&str> {
    ["text", "link_preview"].iter().find_map(|kind| text(message.get(kind)?, "body"))
}

fn same(a: &str, b: &str) -> bool {
    a.trim().lines().eq(b.trim().lines())
}

/// The state of a channel by its name.
pub(crate) fn health(name: &str) -> Health {
    match name {
        "AUTH" => Health::Connected,
        "INIT" | "LAUNCH" => Health::Connecting,
        "QR" => Health::NeedsLogin,
        "NOT_INIT" | "STOP" | "ERROR" | "SYNC_ERROR" => Health::Disconnected,
        _ => Health::Unknown,
    }
}

#[async_trait]
impl GatewayClient for Whapi {
    async fn send(&self, outbound: &Outbound) -> Outcome {
        let Some(to) = chat(&outbound.to) else {
            return Outcome::refused(Refusal::BadRequest, "a user id is no address here");
        };
        let text = match &outbound.body {
            Body::Text(text) | Body::Template { text, .. } => text,
        };
        if text.trim().is_empty() {
            return Outcome::refused(Refusal::BadRequest, "the text is empty");
        }
        let payload = json!({"to": to, "body": text, "typing_time": 0, "no_link_preview": true});
        let url = format!("{}/messages/text", self.url);
        match transport::post(self.http.as_ref(), &url, &self.credentials.token, &payload, self.timeout).await {
            Ok(answer) => outcome(&answer),
            Err(failed) => failed.outcome(),
        }
    }

    async fn find_sent(&self, sought: &Sought) -> Evidence {
        for chat in chats(&sought.to) {
            match self.look(&chat, sought).await {
                Evidence::NotFound => {}
                evidence => return evidence,
            }
        }
        Evidence::NotFound
    }

    async fn health(&self) -> Health {
        match self.get("/health?wakeup=false").await {
            Ok(answer) if answer.status == StatusCode::OK => {
                answer.json.get("status").and_then(|status| text(status, "text")).map_or(Health::Unknown, health)
            }
            _ => Health::Unknown,
        }
    }
}
