//! The news that a sender is told, before a protocol writes it, and the requests that carry it.

use crate::core::chat::{Author, Bubble, Profile};
use crate::core::gateway::Gateway;
use crate::core::sender::Sender;
use crate::core::session::SessionNews;
use bytes::Bytes;
use chrono::{DateTime, Utc};
use futures::future::BoxFuture;
use http::{HeaderMap, Method};
use std::sync::Arc;
use tokio::time::Instant;

/// A request to a webhook.
#[derive(Clone)]
pub struct WebhookCall {
    /// The gateway that calls.
    pub gateway: Gateway,
    /// Address of the sender it is about.
    pub sender: String,
    /// `POST`, or `GET` for a challenge.
    pub method: Method,
    /// As registered, with the challenge's query: a URL, or a path.
    pub url: String,
    /// With signature or secret.
    pub headers: HeaderMap,
    /// The raw bytes that were signed.
    pub body: Bytes,
}

impl WebhookCall {
    pub(crate) fn post(sender: &Sender, url: String, headers: HeaderMap, body: Bytes) -> Self {
        let (gateway, method) = (sender.gateway, Method::POST);
        Self { gateway, sender: sender.address.clone(), method, url, headers, body }
    }
}

/// The answer to a webhook.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WebhookAnswer {
    /// HTTP status; 0 if there was no answer.
    pub status: u16,
    /// The body, which a challenge needs.
    pub body: Bytes,
}

/// Carries requests to webhooks.
pub type Sink = Arc<dyn Fn(WebhookCall) -> BoxFuture<'static, WebhookAnswer> + Send + Sync>;

/// One thing to tell a sender, as it stood when it happened.
#[derive(Clone)]
pub(crate) struct Update {
    /// The person whose chat it is about; `None` if it is about the sender itself.
    pub with: Option<Profile>,
    pub news: News,
    /// When WhatsApp brought it to the session, if that was long after it happened.
    pub brought_at: Option<DateTime<Utc>>,
}

/// The content of an update.
#[derive(Clone)]
pub(crate) enum News {
    /// The sender's connection to WhatsApp has come or gone.
    Connection { connected: bool, at: DateTime<Utc> },
    /// Somebody has written, the person or the business.
    Message(Bubble),
    /// A message of the business has come as far as its tick says.
    Status { bubble: Bubble, at: DateTime<Utc> },
    /// The person has stopped or resumed the business's marketing in WhatsApp itself.
    Marketing { stopped: bool, at: DateTime<Utc> },
    /// The chat has these labels now; the last message is in it.
    Labels { labels: Vec<Label>, last: Bubble },
    /// Something has happened to the session.
    Session { news: SessionNews, at: DateTime<Utc> },
}

#[derive(Clone)]
pub(crate) struct Label {
    pub id: String,
    pub name: String,
}

impl Update {
    pub fn of_chat(with: Profile, news: News) -> Self {
        Self { with: Some(with), ..Self::of_sender(news) }
    }

    pub fn of_sender(news: News) -> Self {
        Self { with: None, news, brought_at: None }
    }

    /// The person whose chat it is about.
    pub fn person(&self) -> Option<&str> {
        self.with.as_ref().map(|with| with.person.as_str())
    }

    /// The person and the message, if a person has written one.
    pub fn inbound(&self) -> Option<(&str, &str)> {
        match &self.news {
            News::Message(bubble) if bubble.from == Author::Person => Some((self.person()?, &bubble.id)),
            _ => None,
        }
    }
}

/// Updates that go out together, and how often that was tried.
pub(crate) struct Delivery {
    pub sender: String,
    pub updates: Vec<Update>,
    pub bad_signature: bool,
    pub attempts: u32,
    pub first: Instant,
}

/// The updates that wait for a sender's next webhook.
#[derive(Default)]
pub(crate) struct Outbox {
    pub waiting: Vec<Update>,
    pub held: Vec<Update>,
}
