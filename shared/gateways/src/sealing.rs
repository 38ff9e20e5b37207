//! A sender's credentials, sealed under the deployment's key: XChaCha20-Poly1305 with the business and the
//! sender as associated data, so that one sender's seal is worth nothing in another's record.

use crate::Credentials;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chacha20poly1305::aead::{Aead, Payload};
use chacha20poly1305::{Key, KeyInit, XChaCha20Poly1305, XNonce};
use domain::{BusinessId, Gateway, SenderId};
use kit::env::{FromEnv, Vars};
use serde::{Deserialize, Serialize};
use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fmt;

/// Bytes of a nonce.
pub const NONCE_LEN: usize = 24;

const PREFIX: &str = "v1.";

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
#[derive(Serialize, Deserialize)]
struct Plain<'a> {
    gateway: Gateway,
    #[serde(flatten)]
    texts: Cow<'a, BTreeMap<String, String>>,
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
        let plain = Plain { gateway: credentials.gateway(), texts: Cow::Borrowed(credentials.texts()) };
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
        let plain: Plain<'_> = serde_json::from_slice(&json).map_err(|_| SealError::Format)?;
        Ok(Credentials::new(plain.gateway, plain.texts.into_owned()))
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
    use strum::IntoEnumIterator;
    use uuid::Uuid;

    fn any_credentials() -> impl Strategy<Value = Credentials> {
        let gateway = prop::sample::select(Gateway::iter().collect::<Vec<_>>());
        (gateway, prop::collection::vec(".+", 8)).prop_map(|(gateway, texts)| {
            let fields = crate::adapter(gateway).credential_fields();
            let texts = fields.iter().map(ToString::to_string).zip(texts);
            Credentials::new(gateway, texts.collect())
        })
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

    /// Records hold seals of it: it may gain a version, but not change.
    #[test]
    fn a_seal_holds_the_credentials_in_one_form() {
        for (gateway, plain) in [
            (Gateway::CloudApi, r#"{"gateway":"cloud_api","access_token":"1","app_secret":"2","verify_token":"3"}"#),
            (Gateway::Whapi, r#"{"gateway":"whapi","token":"1","webhook_secret":"2"}"#),
            (Gateway::Evolution, r#"{"gateway":"evolution","api_key":"1","webhook_secret":"2"}"#),
            (Gateway::Waha, r#"{"gateway":"waha","api_key":"1","webhook_secret":"2"}"#),
        ] {
            let fields = crate::adapter(gateway).credential_fields().iter().zip(1..);
            let texts = fields.map(|(field, nth)| ((*field).to_owned(), nth.to_string())).collect();
            let read: Plain<'_> = serde_json::from_str(plain).unwrap();
            assert_eq!((read.gateway, read.texts.as_ref()), (gateway, &texts));
            assert_eq!(serde_json::to_string(&read).unwrap(), plain);
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
