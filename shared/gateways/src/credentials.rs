//! A sender's credentials: named texts, which ones is the gateway's to say.

use domain::Gateway;
use serde_json::Value;
use std::collections::BTreeMap;
use std::fmt;

/// The secrets with which a sender authenticates itself and its webhooks. `Debug` hides them; there is deliberately no
/// way to write them out but sealed.
#[derive(Clone, PartialEq, Eq)]
pub struct Credentials {
    gateway: Gateway,
    texts: BTreeMap<String, String>,
}

impl Credentials {
    pub(crate) fn new(gateway: Gateway, texts: BTreeMap<String, String>) -> Self {
        Self { gateway, texts }
    }

    /// Those of a session that we opened ourselves: the key of the gateway's server, and the secret of the session's
    /// webhook. At a gateway with sessions these two are a sender's credentials.
    #[must_use]
    pub fn of_session(gateway: Gateway, api_key: &str, webhook_secret: &str) -> Self {
        let texts = [("api_key", api_key), ("webhook_secret", webhook_secret)];
        Self { gateway, texts: texts.map(|(name, text)| (name.to_owned(), text.to_owned())).into() }
    }

    /// The gateway that they are for.
    #[must_use]
    pub fn gateway(&self) -> Gateway {
        self.gateway
    }

    /// All of them by their names.
    pub(crate) fn texts(&self) -> &BTreeMap<String, String> {
        &self.texts
    }

    /// One of them; `None` if it is missing or empty.
    pub(crate) fn get(&self, field: &str) -> Option<&str> {
        self.texts.get(field).map(String::as_str).filter(|text| !text.is_empty())
    }

    /// Reads a JSON object of exactly these fields.
    pub(crate) fn read(
        gateway: Gateway,
        fields: &'static [&'static str],
        json: &Value,
    ) -> Result<Self, CredentialsError> {
        let wrong = || CredentialsError { expected: fields };
        let object = json.as_object().filter(|object| object.len() == fields.len()).ok_or_else(wrong)?;
        let text = |field: &&str| {
            let text = object.get(*field)?.as_str().filter(|text| !text.is_empty())?;
            Some(((*field).to_owned(), text.to_owned()))
        };
        let texts = fields.iter().map(text).collect::<Option<_>>().ok_or_else(wrong)?;
        Ok(Self { gateway, texts })
    }
}

impl fmt::Debug for Credentials {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Credentials({}, …)", self.gateway)
    }
}

/// The credentials are not what the gateway takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("expected exactly these texts: {}", .expected.join(", "))]
pub struct CredentialsError {
    /// The fields this gateway takes.
    pub expected: &'static [&'static str],
}
