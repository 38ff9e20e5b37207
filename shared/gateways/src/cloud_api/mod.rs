//! WhatsApp Cloud API by Meta. A sender's address is the id of its phone number.

mod authentication;
mod client;
mod codes;
mod webhook;

#[cfg(test)]
mod tests;

use crate::{Adapter, Address, Connection, Credentials, Endpoint, GatewayClient};
use chrono::{DateTime, Utc};
use client::CloudApiClient;
use domain::{Phone, Updates};
use http::HeaderMap;
use serde_json::Value;
use std::collections::BTreeMap;

/// Bearer token of the Graph API.
const ACCESS_TOKEN: &str = "access_token";
/// Signs the webhooks.
const APP_SECRET: &str = "app_secret";
/// Proves at set-up that the webhook is ours.
const VERIFY_TOKEN: &str = "verify_token";

/// The adapter of Cloud API.
pub struct CloudApi;

impl Adapter for CloudApi {
    fn endpoint(&self) -> Endpoint {
        Endpoint { variable: "CLOUD_API_URL", url: "https://graph.facebook.com/v26.0" }
    }

    /// 80 a second.
    fn default_per_minute(&self) -> u32 {
        4_800
    }

    fn credential_fields(&self) -> &'static [&'static str] {
        &[ACCESS_TOKEN, APP_SECRET, VERIFY_TOKEN]
    }

    fn check_address(&self, address: &str) -> Result<(), &'static str> {
        let is_id = (5..=20).contains(&address.len()) && address.bytes().all(|letter| letter.is_ascii_digit());
        is_id.then_some(()).ok_or("expected the id of a phone number at Meta: 5 to 20 digits")
    }

    fn statuses_carry_our_id(&self) -> bool {
        true
    }

    /// Its evidence comes by webhook, with our own id in it.
    fn can_be_searched(&self) -> bool {
        false
    }

    fn can_ask_for_number(&self) -> bool {
        true
    }

    /// The phone, else the business-scoped user id.
    fn address(&self, phone: Option<&Phone>, bsuid: Option<&str>, _: Option<&str>) -> Option<Address> {
        phone.cloned().map(Address::Phone).or_else(|| bsuid.map(|id| Address::Bsuid(id.to_owned())))
    }

    fn client(
        &self,
        connection: Connection,
        sender_address: &str,
        credentials: &Credentials,
    ) -> Option<Box<dyn GatewayClient>> {
        let access_token = credentials.get(ACCESS_TOKEN)?;
        Some(Box::new(CloudApiClient::new(connection, sender_address, access_token)))
    }

    fn is_authentic(&self, credentials: &Credentials, headers: &HeaderMap, body: &[u8]) -> bool {
        authentication::is_signed(credentials, headers, body)
    }

    fn answer_challenge(&self, credentials: &Credentials, query: &BTreeMap<String, String>) -> Option<String> {
        authentication::answer_challenge(credentials, query)
    }

    fn updates(&self, root: &Value, sender_address: &str, received_at: DateTime<Utc>) -> Updates {
        webhook::parse(root, sender_address, received_at)
    }
}
