//! Evolution API 2.3.7, on a server of the operator's: one instance is one number. A sender's address is the name of
//! its instance. The server has to keep what it sends (`DATABASE_SAVE_DATA_NEW_MESSAGE=true`, as in its example), or
//! there is no evidence of a message whose answer was lost.

mod authentication;
mod client;
mod session;
mod webhook;

#[cfg(test)]
mod tests;

use crate::transport::KeyHeader;
use crate::{Adapter, Address, Connection, Credentials, Endpoint, GatewayClient, Health, SessionClient};
use crate::{sessions, spellings};
use chrono::{DateTime, Utc};
use client::EvolutionClient;
use domain::{Phone, Updates};
use http::HeaderMap;
use serde_json::Value;
use session::EvolutionSession;

/// The key of the server, or the instance's own token.
const API_KEY: &str = "api_key";
/// Comes with each webhook in [`SECRET_HEADER`].
const WEBHOOK_SECRET: &str = "webhook_secret";

/// The header that carries our secret: Evolution signs nothing, and sends the headers that it was given.
const SECRET_HEADER: &str = "x-webhook-secret";

/// The header that carries [`API_KEY`].
const KEY: KeyHeader = KeyHeader::Bare("apikey");

/// A person's chat, as against a group's or a channel's.
const PERSON: &str = "@s.whatsapp.net";
/// A person's chat under an id that hides the number.
const HIDDEN: &str = "@lid";

/// The adapter of Evolution API.
pub struct Evolution;

impl Adapter for Evolution {
    /// The default is a server on the same machine: the operator names the real one.
    fn endpoint(&self) -> Endpoint {
        Endpoint { variable: "EVOLUTION_URL", url: "http://localhost:8080" }
    }

    fn default_per_minute(&self) -> u32 {
        20
    }

    fn credential_fields(&self) -> &'static [&'static str] {
        &[API_KEY, WEBHOOK_SECRET]
    }

    fn check_address(&self, address: &str) -> Result<(), &'static str> {
        sessions::is_name(address).then_some(()).ok_or("expected the name of an instance at Evolution, as acme-1")
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
        Some(Box::new(EvolutionClient::new(calls, sender_address)))
    }

    fn session(&self, connection: Connection, address: &str, key: &str) -> Option<Box<dyn SessionClient>> {
        Some(Box::new(EvolutionSession::new(connection.with_key(KEY, key), address)))
    }

    fn is_authentic(&self, credentials: &Credentials, headers: &HeaderMap, _: &[u8]) -> bool {
        authentication::has_secret(credentials, headers)
    }

    fn updates(&self, root: &Value, sender_address: &str, received_at: DateTime<Utc>) -> Updates {
        webhook::parse(root, sender_address, received_at)
    }
}

/// The state of an instance by its name, as it stands in answers.
fn health(state: &str) -> Health {
    match state {
        "open" => Health::Connected,
        "connecting" => Health::Connecting,
        "close" => Health::Disconnected,
        _ => Health::Unknown,
    }
}
