//! The list of the gateways, and what goes through all of them.

use crate::{Adapter, Connection, Credentials, CredentialsError, GatewayClient, SessionClient};
use crate::{cloud_api, evolution, waha, whapi};
use domain::{Gateway, Sender};
use kit::env::{FromEnv, Vars};
use kit::http::Http;
use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;
use strum::IntoEnumIterator;

/// The adapter of a gateway. A new gateway is a line here, a folder, and a variant of [`Gateway`].
#[must_use]
pub fn adapter(gateway: Gateway) -> &'static dyn Adapter {
    match gateway {
        Gateway::CloudApi => &cloud_api::CloudApi,
        Gateway::Whapi => &whapi::Whapi,
        Gateway::Evolution => &evolution::Evolution,
        Gateway::Waha => &waha::Waha,
    }
}

impl Credentials {
    /// Reads the JSON object that a caller gives for a sender of this gateway.
    ///
    /// # Errors
    /// If a field is missing, unknown, empty or not a text. The message names fields, never values.
    pub fn from_json(gateway: Gateway, json: &serde_json::Value) -> Result<Self, CredentialsError> {
        Self::read(gateway, adapter(gateway).credential_fields(), json)
    }
}

/// The addresses of the gateways, and the time to wait for them.
#[derive(Clone, Debug)]
pub struct Gateways {
    /// Without a slash at the end. A gateway that is not here is at its default address.
    pub urls: HashMap<Gateway, String>,
    /// For one call, whole; less than a lease.
    pub timeout: Duration,
}

impl FromEnv for Gateways {
    fn from_env(vars: &mut Vars<'_>) -> Self {
        let url = |gateway| {
            let endpoint = adapter(gateway).endpoint();
            (gateway, vars.url_or(endpoint.variable, endpoint.url))
        };
        Self { urls: Gateway::iter().map(url).collect(), timeout: vars.seconds_or("GATEWAY_TIMEOUT_SECONDS", 10) }
    }
}

/// The credentials are another gateway's than the sender's.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the credentials do not belong to the sender's gateway")]
pub struct WrongCredentials;

impl Gateways {
    /// A client for one sender.
    ///
    /// # Errors
    /// If the credentials are another gateway's.
    pub fn client(
        &self,
        http: Arc<dyn Http>,
        sender: &Sender,
        credentials: &Credentials,
    ) -> Result<Box<dyn GatewayClient>, WrongCredentials> {
        if credentials.gateway() != sender.gateway {
            return Err(WrongCredentials);
        }
        let connection = self.connection(http, sender.gateway);
        adapter(sender.gateway).client(connection, &sender.address, credentials).ok_or(WrongCredentials)
    }

    /// A client for the session of this name that we open ourselves; `None` at a gateway without sessions of its own.
    #[must_use]
    pub fn session(
        &self,
        http: Arc<dyn Http>,
        gateway: Gateway,
        address: &str,
        key: &str,
    ) -> Option<Box<dyn SessionClient>> {
        adapter(gateway).session(self.connection(http, gateway), address, key)
    }

    fn connection(&self, http: Arc<dyn Http>, gateway: Gateway) -> Connection {
        let url = self.urls.get(&gateway).map_or_else(|| adapter(gateway).endpoint().url, String::as_str);
        Connection::new(http, url, self.timeout)
    }
}
