//! Whapi.cloud: one channel is one number. A sender's address is the id of its channel.

mod authentication;
mod client;
mod webhook;

#[cfg(test)]
mod tests;

use crate::spellings;
use crate::{Adapter, Address, Connection, Credentials, Endpoint, GatewayClient, Health};
use chrono::{DateTime, Utc};
use client::WhapiClient;
use domain::{Phone, Updates};
use http::HeaderMap;
use serde_json::Value;

/// Bearer token of the channel.
const TOKEN: &str = "token";
/// Comes with each webhook as `Authorization: Bearer …`.
const WEBHOOK_SECRET: &str = "webhook_secret";

/// A person's chat, as against a group's or a channel's.
const PERSON: &str = "@s.whatsapp.net";

/// The adapter of Whapi.
pub struct Whapi;

impl Adapter for Whapi {
    fn endpoint(&self) -> Endpoint {
        Endpoint { variable: "WHAPI_URL", url: "https://gate.whapi.cloud" }
    }

    fn default_per_minute(&self) -> u32 {
        20
    }

    fn credential_fields(&self) -> &'static [&'static str] {
        &[TOKEN, WEBHOOK_SECRET]
    }

    fn check_address(&self, address: &str) -> Result<(), &'static str> {
        let is_plain = |letter: u8| letter.is_ascii_alphanumeric() || matches!(letter, b'-' | b'_');
        let is_id = (3..=64).contains(&address.len()) && address.bytes().all(is_plain);
        is_id.then_some(()).ok_or("expected the id of a channel at Whapi, as MANTIS-M72HC")
    }

    fn statuses_carry_our_id(&self) -> bool {
        false
    }

    fn can_be_searched(&self) -> bool {
        true
    }

    /// The chat (never a LID, which cannot be sent to), else the phone.
    fn address(&self, phone: Option<&Phone>, _: Option<&str>, chat_id: Option<&str>) -> Option<Address> {
        let chat = chat_id.filter(|id| id.ends_with(PERSON)).map(|id| Address::Chat(id.to_owned()));
        chat.or_else(|| phone.cloned().map(Address::Phone))
    }

    fn has_to_find_chat(&self, phone: &Phone) -> bool {
        spellings::is_ambiguous(phone)
    }

    fn client(&self, connection: Connection, _: &str, credentials: &Credentials) -> Option<Box<dyn GatewayClient>> {
        Some(Box::new(WhapiClient::new(connection, credentials.get(TOKEN)?)))
    }

    fn is_authentic(&self, credentials: &Credentials, headers: &HeaderMap, _: &[u8]) -> bool {
        authentication::has_secret(credentials, headers)
    }

    fn updates(&self, root: &Value, _: &str, received_at: DateTime<Utc>) -> Updates {
        webhook::parse(root, received_at)
    }
}

/// The state of a channel by its name, as it stands in answers and webhooks.
fn health(name: &str) -> Health {
    match name {
        "AUTH" => Health::Connected,
        "INIT" | "LAUNCH" => Health::Connecting,
        "QR" => Health::NeedsLogin,
        "NOT_INIT" | "STOP" | "ERROR" | "SYNC_ERROR" => Health::Disconnected,
        _ => Health::Unknown,
    }
}
