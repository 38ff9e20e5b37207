//! A sender's credentials, sealed under the deployment's key: XChaCha20-Poly1305 with the business and the
//! sender as associated data, so that one sender's seal is worth nothing in another's record.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chacha20poly1305::aead::{Aead, Payload};
use chacha20poly1305::{Key, KeyInit, XChaCha20Poly1305, XNonce};
use domain::{BusinessId, Gateway, SenderId};
use kit::env::{FromEnv, Vars};
use serde::{Deserialize, Serialize};
use std::fmt;

/// Bytes of a nonce.
pub const NONCE_LEN: usize = 24;

const PREFIX: &str = "v1.";

/// What a sender authenticates itself and its webhooks with. `Debug` hides it; there is deliberately no way to
/// write it out but sealed.
#[derive(Clone, PartialEq, Eq)]
pub enum Credentials {
    /// For WhatsApp Cloud API.
    CloudApi(CloudApiCredentials),
    /// For Whapi.
    Whapi(WhapiCredentials),
}

/// For WhatsApp Cloud API. `Debug` hides it.
#[derive(Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CloudApiCredentials {
    /// Bearer token of the Graph API.
    pub access_token: String,
    /// Signs the webhooks.
    pub app_secret: String,
    /// Proves at set-up that the webhook is ours.
    pub verify_token: String,
}

/// For Whapi. `Debug` hides it.
#[derive(Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct WhapiCredentials {
    /// Bearer token of the channel.
    pub token: String,
    /// Comes with each webhook as `Authorization: Bearer …`.
    pub webhook_secret: String,
}

impl Credentials {
    /// Whose they are.
    #[must_use]
    pub fn gateway(&self) -> Gateway {
        match self {
            Self::CloudApi(_) => Gateway::CloudApi,
            Self::Whapi(_) => Gateway::Whapi,
        }
    }

    /// Reads the JSON object that a caller gives for a sender of this gateway.
    ///
    /// # Errors
    /// If a field is missing, unknown, empty or not a text. The message names fields, never values.
    pub fn from_json(gateway: Gateway, json: &serde_json::Value) -> Result<Self, CredentialsError> {
        let fields: &[&'static str] = match gateway {
            Gateway::CloudApi => &["access_token", "app_secret", "verify_token"],
            Gateway::Whapi => &["token", "webhook_secret"],
        };
        let object = json.as_object().ok_or(CredentialsError { expected: fields })?;
        let fits = object.len() == fields.len()
            && fields
                .iter()
                .all(|field| object.get(*field).and_then(|v| v.as_str()).is_some_and(|text| !text.is_empty()));
        if !fits {
            return Err(CredentialsError { expected: fields });
        }
        match gateway {
            Gateway::CloudApi => CloudApiCredentials::deserialize(json).map(Self::CloudApi),
            Gateway::Whapi => WhapiCredentials::deserialize(json).map(Self::Whapi),
        }
        .map_err(|_| CredentialsError { expected: fields })
    }
}

impl fmt::Debug for Credentials {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Credentials({}, …)", self.gateway())
    }
}

impl fmt::Debug for CloudApiCredentials {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("CloudApiCredentials(…)")
    }
}

impl fmt::Debug for WhapiCredentials {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("WhapiCredentials(…)")
    }
}

/// The credentials are not what the gateway takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("expected exactly these texts: {}", .expected.join(", "))]
pub struct CredentialsError {
    /// The fields this gateway takes.
    pub expected: &'static [&'static str],
}

/// A seal could not be used. Never says more.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SealError {
    /// Not a seal of this version.
    #[error("not a sealed text of a known version")]
    Format,
    /// Another key, another sender, or tampered with.
    #[error("the sealed text does not open here")]
    Closed,
}

/// The deployment's key. `Debug` hides it.
#[derive(Clone)]
pub struct SealingKey(XChaCha20Poly1305);

/// As it stands inside the seal.
#[derive(Serialize)]
#[serde(tag = "gateway", rename_all = "snake_case")]
enum Plain<'a> {
    CloudApi { access_token: &'a str, app_secret: &'a str, verify_token: &'a str },
    Whapi { token: &'a str, webhook_secret: &'a str },
}

#[derive(Deserialize)]
#[serde(tag = "gateway", rename_all = "snake_case")]
enum Opened {
    CloudApi(CloudApiCredentials),
    Whapi(WhapiCredentials),
}

impl SealingKey {
    /// From raw bytes.
    #[must_use]
    pub fn new(key: &[u8; 32]) -> Self {
        Self(XChaCha20Poly1305::new(&Key::from(*key)))
    }

    /// Seals for one sender. The nonce must be random and fresh.
    ///
    /// # Errors
    /// Never in practice; the cipher's own refusal is passed on.
    pub fn seal(
        &self,
        business: BusinessId,
        sender: SenderId,
        credentials: &Credentials,
        nonce: [u8; NONCE_LEN],
    ) -> Result<String, SealError> {
        let plain = match credentials {
            Credentials::CloudApi(it) => Plain::CloudApi {
                access_token: &it.access_token,
                app_secret: &it.app_secret,
                verify_token: &it.verify_token,
            },
            Credentials::Whapi(it) => Plain::Whapi { token: &it.token, webhook_secret: &it.webhook_secret },
        };
        let json = serde_json::to_vec(&plain).map_err(|_| SealError::Format)?;
        let payload = Payload { msg: &json, aad: &associated(business, sender) };
        let sealed = self.0.encrypt(&XNonce::from(nonce), payload).map_err(|_| SealError::Closed)?;
        Ok(format!("{PREFIX}{}", URL_SAFE_NO_PAD.encode([nonce.as_slice(), &sealed].concat())))
    }

    /// Opens what was sealed for this sender.
    ///
    /// # Errors
    /// Another version, key or sender, or tampered with.
    pub fn open(&self, business: BusinessId, sender: SenderId, sealed: &str) -> Result<Credentials, SealError> {
        let text = sealed.strip_prefix(PREFIX).ok_or(SealError::Format)?;
        let bytes = URL_SAFE_NO_PAD.decode(text).map_err(|_| SealError::Format)?;
        let (nonce, msg) = bytes.split_first_chunk::<NONCE_LEN>().ok_or(SealError::Format)?;
        let payload = Payload { msg, aad: &associated(business, sender) };
        let json = self.0.decrypt(&XNonce::from(*nonce), payload).map_err(|_| SealError::Closed)?;
        Ok(match serde_json::from_slice(&json).map_err(|_| SealError::Format)? {
            Opened::CloudApi(credentials) => Credentials::CloudApi(credentials),
            Opened::Whapi(credentials) => Credentials::Whapi(credentials),
        })
    }
}

impl FromEnv for SealingKey {
    fn from_env(vars: &mut Vars<'_>) -> Self {
        Self::new(vars.base64_key("SEALING_KEY").expose())
    }
}

impl fmt::Debug for SealingKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SealingKey(…)")
    }
}

fn associated(business: BusinessId, sender: SenderId) -> Vec<u8> {
    format!("{business}/{sender}").into_bytes()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use serde_json::json;
    use uuid::Uuid;

    fn any_credentials() -> impl Strategy<Value = Credentials> {
        prop_oneof![
            any::<(String, String, String)>().prop_map(|(access_token, app_secret, verify_token)| {
                Credentials::CloudApi(CloudApiCredentials { access_token, app_secret, verify_token })
            }),
            any::<(String, String)>()
                .prop_map(|(token, webhook_secret)| { Credentials::Whapi(WhapiCredentials { token, webhook_secret }) }),
        ]
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]

        #[test]
        fn a_seal_opens_only_for_its_sender_and_key(
            credentials in any_credentials(), key: [u8; 32], other: [u8; 32], nonce: [u8; NONCE_LEN],
            ids: [u128; 4], flip: usize,
        ) {
            let [b, s, b2, s2] = ids;
            let (business, sender) = (BusinessId(Uuid::from_u128(b)), SenderId(Uuid::from_u128(s)));
            let (business2, sender2) = (BusinessId(Uuid::from_u128(b2)), SenderId(Uuid::from_u128(s2)));
            prop_assume!(key != other && b != b2 && s != s2);
            let (key, other) = (SealingKey::new(&key), SealingKey::new(&other));
            let sealed = key.seal(business, sender, &credentials, nonce).unwrap();

            prop_assert!(sealed.starts_with("v1."));
            prop_assert_eq!(key.open(business, sender, &sealed), Ok(credentials));
            prop_assert_eq!(key.open(business2, sender, &sealed), Err(SealError::Closed));
            prop_assert_eq!(key.open(business, sender2, &sealed), Err(SealError::Closed));
            prop_assert_eq!(other.open(business, sender, &sealed), Err(SealError::Closed));

            let mut bytes = URL_SAFE_NO_PAD.decode(&sealed[3..]).unwrap();
            let at = flip % bytes.len();
            bytes[at] ^= 1;
            let tampered = format!("v1.{}", URL_SAFE_NO_PAD.encode(bytes));
            prop_assert_eq!(key.open(business, sender, &tampered), Err(SealError::Closed));
        }

        #[test]
        fn any_text_that_is_no_seal_is_refused(text: String) {
            let key = SealingKey::new(&[7; 32]);
            prop_assert!(key.open(BusinessId(Uuid::nil()), SenderId(Uuid::nil()), &text).is_err());
        }
    }

    #[test]
    fn credentials_are_exactly_the_fields_of_their_gateway_and_never_shown() {
        let whapi = json!({"token": "s3cr3t", "webhook_secret": "hush"});
        let credentials = Credentials::from_json(Gateway::Whapi, &whapi).unwrap();
        let shown = format!("{credentials:?}");
        assert!(!shown.contains("s3cr3t") && !shown.contains("hush"), "{shown}");

        for wrong in [
            json!(null),
            json!({"token": "t"}),
            json!({"token": "t", "webhook_secret": ""}),
            json!({"token": "t", "webhook_secret": 1}),
            json!({"token": "t", "webhook_secret": "w", "more": "m"}),
        ] {
            let error = Credentials::from_json(Gateway::Whapi, &wrong).unwrap_err();
            assert_eq!(error.to_string(), "expected exactly these texts: token, webhook_secret");
        }
        assert!(Credentials::from_json(Gateway::CloudApi, &whapi).is_err());
    }
}
