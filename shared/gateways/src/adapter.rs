//! The facts that the folder of a gateway has to give.

use crate::webhook::NotJson;
use crate::{Address, Connection, Credentials, GatewayClient, SessionClient};
use chrono::{DateTime, Utc};
use domain::{Phone, Updates};
use http::HeaderMap;
use serde_json::Value;
use std::collections::BTreeMap;

/// The address at which a gateway answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Endpoint {
    /// The environment variable that names another address.
    pub variable: &'static str,
    /// With the version and without a slash at the end, e.g. `https://graph.facebook.com/v26.0`.
    pub url: &'static str,
}

/// All that is known of one gateway, without a sender: each folder has one. The domain knows one thing more of it,
/// whether it has a 24-hour window, as the gate needs that.
pub trait Adapter: Send + Sync {
    /// The address at which it answers.
    fn endpoint(&self) -> Endpoint;

    /// The messages a minute that a sender may send if nobody has set anything else.
    fn default_per_minute(&self) -> u32;

    /// The names of the texts that make up a sender's credentials.
    fn credential_fields(&self) -> &'static [&'static str];

    /// Whether a text has the form of a sender's address.
    ///
    /// # Errors
    /// With the form that was expected.
    fn check_address(&self, address: &str) -> Result<(), &'static str>;

    /// Whether its statuses carry our message id, and so settle even a message whose answer was lost.
    fn statuses_carry_our_id(&self) -> bool;

    /// Whether it can be asked which messages have left, with [`GatewayClient::find_sent`].
    fn can_be_searched(&self) -> bool;

    /// The best of what is known of a person, among the addresses that this gateway can send to.
    fn address(&self, phone: Option<&Phone>, bsuid: Option<&str>, chat_id: Option<&str>) -> Option<Address>;

    /// Whether a person of this number has to be looked up with [`GatewayClient::find_chat`] before a first message: the
    /// gateway takes a message to any spelling of a number, and delivers only that to WhatsApp's own.
    fn has_to_find_chat(&self, _: &Phone) -> bool {
        false
    }

    /// Whether a person whose number it does not show can be asked for it by a button, with [`crate::Body::ContactRequest`].
    fn can_ask_for_number(&self) -> bool {
        false
    }

    /// A client for the sender with this address and these credentials; `None` if the credentials lack a field.
    fn client(
        &self,
        connection: Connection,
        sender_address: &str,
        credentials: &Credentials,
    ) -> Option<Box<dyn GatewayClient>>;

    /// A session of this name that we open ourselves, with the key of the gateway's server. `None` at a gateway without
    /// sessions of its own.
    fn session(&self, _: Connection, _address: &str, _key: &str) -> Option<Box<dyn SessionClient>> {
        None
    }

    /// Whether a webhook is really from the gateway, by its headers and the raw bytes of its body.
    fn is_authentic(&self, credentials: &Credentials, headers: &HeaderMap, body: &[u8]) -> bool;

    /// The answer to the question that a gateway asks when its webhook is set up, from the query of its request; `None`
    /// if the question is not the gateway's, or if it asks none.
    fn answer_challenge(&self, _: &Credentials, _: &BTreeMap<String, String>) -> Option<String> {
        None
    }

    /// Sorts a webhook's JSON. Whatever is unknown, malformed or of no concern is counted and left out; it never costs
    /// the updates beside it. An account's webhook may carry the updates of all its numbers: those of another sender
    /// than `sender_address` are counted as foreign. `received_at` stands in for a time that is missing or senseless.
    fn updates(&self, root: &Value, sender_address: &str, received_at: DateTime<Utc>) -> Updates;

    /// Reads a webhook's body, see [`Adapter::updates`].
    ///
    /// # Errors
    /// If it is no JSON object.
    fn read_webhook(&self, body: &[u8], sender_address: &str, received_at: DateTime<Utc>) -> Result<Updates, NotJson> {
        let root = crate::json::parse(body).filter(Value::is_object).ok_or(NotJson)?;
        let mut updates = self.updates(&root, sender_address, received_at);
        updates.undate_what_is_ahead(received_at);
        Ok(updates)
    }
}
