//! The numbers and channels that businesses write from, as their gateway knows them.

use crate::core::gateway::Gateway;
use crate::core::session::{Session, SessionState};
use chrono::{DateTime, Datelike, Utc};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// A sender as it is registered with its gateway.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sender {
    /// The service that speaks WhatsApp for it.
    pub gateway: Gateway,
    /// The gateway's name for it: a phone number id, a channel id. Unique in the world.
    pub address: String,
    /// The number that people see, E.164 digits.
    pub number: String,
    /// The name of the business, as people see it.
    pub name: String,
    /// The bearer token that its requests must carry.
    pub token: String,
    /// The target of its webhooks: a URL, or a path whose host the sink knows.
    pub webhook: String,
    /// Signs its webhooks at a gateway that signs them; without it they carry no signature.
    #[serde(default)]
    pub app_secret: Option<String>,
    /// Sent with the challenge of a gateway that sends one. With it nothing is delivered until the challenge was
    /// answered.
    #[serde(default)]
    pub verify_token: Option<String>,
    /// Headers of its webhooks, at a gateway that carries some.
    #[serde(default)]
    pub webhook_headers: BTreeMap<String, String>,
    /// The templates that were approved, at a gateway that has templates.
    #[serde(default)]
    pub templates: Vec<Template>,
}

/// A template that the gateway has approved.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Template {
    /// Its name, by which a request asks for it.
    pub name: String,
    /// Its language code, e.g. `pt_BR`.
    pub language: String,
    /// The category that it is billed as.
    pub category: Category,
    /// Its body with `{{1}}` or `{{first_name}}` where parameters go.
    pub body: String,
    /// The titles of its quick-reply buttons, in order.
    #[serde(default)]
    pub buttons: Vec<String>,
}

/// The category that a message is billed as.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Category {
    /// Offers.
    Marketing,
    /// Notices.
    Utility,
    /// One-time codes.
    Authentication,
    /// Free text within the 24-hour window.
    Service,
}

impl Category {
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Marketing => "marketing",
            Self::Utility => "utility",
            Self::Authentication => "authentication",
            Self::Service => "service",
        }
    }
}

/// A sender and what its gateway keeps about it.
pub(crate) struct SenderState {
    pub setup: Sender,
    /// `None`: no challenge is wanted. Otherwise whether it was answered.
    pub verified: Option<bool>,
    /// As its webhook was last told, at a gateway that tells.
    pub connected: bool,
    /// The settings that requests to the gateway have made, as its protocol writes them.
    pub settings: serde_json::Map<String, serde_json::Value>,
    pub registered_at: DateTime<Utc>,
    /// At a gateway with sessions.
    pub session: Option<Session>,
    month: (i32, u32),
    billed: u32,
}

impl SenderState {
    pub fn new(setup: Sender, challenged: bool, now: DateTime<Utc>) -> Self {
        let settings = serde_json::Map::new();
        let verified = challenged.then_some(false);
        let month = (now.year(), now.month());
        Self { setup, verified, connected: true, settings, registered_at: now, session: None, month, billed: 0 }
    }

    /// Whether people can write to it: a session has a phone from its first scan on.
    pub fn has_phone(&self) -> bool {
        self.session.as_ref().is_none_or(|session| {
            session.state != SessionState::Removed && (session.paired || !self.setup.number.is_empty())
        })
    }

    /// Counts one more message; answers how many it makes in the calendar month of `now`, UTC.
    pub fn count_in_month(&mut self, now: DateTime<Utc>) -> u32 {
        let month = (now.year(), now.month());
        if self.month != month {
            self.month = month;
            self.billed = 0;
        }
        self.billed += 1;
        self.billed
    }
}
