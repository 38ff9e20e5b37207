//! WAHA 2026.7, on a server of the operator's: one session is one number. A sender's address is the name of its session.
//! WAHA has engines of several makers. What they have in common is read first, and what each has beside it is used where
//! it is there.

mod authentication;
mod client;
mod session;
mod webhook;

#[cfg(test)]
mod tests;

use crate::transport::KeyHeader;
use crate::{Adapter, Address, Connection, Credentials, Endpoint, GatewayClient, SessionClient};
use crate::{sessions, spellings};
use chrono::{DateTime, Utc};
use client::WahaClient;
use domain::{Phone, Updates};
use http::HeaderMap;
use serde_json::Value;
use session::WahaSession;

/// The key of the server, or one for this session alone.
const API_KEY: &str = "api_key";
/// Signs the webhooks.
const WEBHOOK_SECRET: &str = "webhook_secret";

/// The header that carries [`API_KEY`].
const KEY: KeyHeader = KeyHeader::Bare("x-api-key");

/// A person's chat, as against a group's or a channel's.
const PERSON: &str = "@c.us";
/// A person's chat under an id that hides the number.
const HIDDEN: &str = "@lid";

/// The adapter of WAHA.
pub struct Waha;

impl Adapter for Waha {
    /// The default is a server on the same machine: the operator names the real one.
    fn endpoint(&self) -> Endpoint {
        Endpoint { variable: "WAHA_URL", url: "http://localhost:3000" }
    }

    fn default_per_minute(&self) -> u32 {
        20
    }

    fn credential_fields(&self) -> &'static [&'static str] {
        &[API_KEY, WEBHOOK_SECRET]
    }

    fn check_address(&self, address: &str) -> Result<(), &'static str> {
        sessions::is_name(address).then_some(()).ok_or("expected the name of a session at WAHA, as acme-1")
    }

    fn statuses_carry_our_id(&self) -> bool {
        false
    }

    fn can_be_searched(&self) -> bool {
        true
    }

    /// The chat, else the phone, else the LID, which can be sent to.
    fn address(&self, phone: Option<&Phone>, _: Option<&str>, chat_id: Option<&str>) -> Option<Address> {
        let chat = |ending| chat_id.filter(|id| id.ends_with(ending)).map(|id| Address::Chat(id.to_owned()));
        chat(PERSON).or_else(|| phone.cloned().map(Address::Phone)).or_else(|| chat(HIDDEN))
    }

    fn has_to_find_chat(&self, phone: &Phone) -> bool {
        spellings::is_ambiguous(phone)
    }

    fn client(
        &self,
        connection: Connection,
        sender_address: &str,
        credentials: &Credentials,
    ) -> Option<Box<dyn GatewayClient>> {
        let calls = connection.with_key(KEY, credentials.get(API_KEY)?);
        Some(Box::new(WahaClient::new(calls, sender_address)))
    }

    fn session(&self, connection: Connection, address: &str, key: &str) -> Option<Box<dyn SessionClient>> {
        Some(Box::new(WahaSession::new(connection.with_key(KEY, key), address)))
    }

    fn is_authentic(&self, credentials: &Credentials, headers: &HeaderMap, body: &[u8]) -> bool {
        authentication::is_signed(credentials, headers, body)
    }

    fn updates(&self, root: &Value, sender_address: &str, received_at: DateTime<Utc>) -> Updates {
        webhook::parse(root, sender_address, received_at)
    }
}

/// The id of a message without the chat and the author beside it, as `true_5511999990001@c.us_3EB0…`: the engines name
/// the same message with and without them, and the same chat in two ways.
fn bare(id: &str) -> &str {
    let behind = ["true_", "false_"].iter().find_map(|prefix| id.strip_prefix(prefix));
    behind.and_then(|rest| rest.split('_').nth(1)).filter(|own| !own.is_empty()).unwrap_or(id)
}
