//! Is it really the gateway? All comparisons take the same time whatever differs.

use crate::sealing::Credentials;
use hmac::{Hmac, KeyInit, Mac};
use http::{HeaderMap, header};
use serde::Deserialize;
use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;

/// Carries Meta's signature.
const SIGNATURE: &str = "x-hub-signature-256";

/// Meta's question at set-up, as it stands in the query.
#[derive(Clone, Default, Deserialize)]
pub struct Challenge {
    /// `subscribe`.
    #[serde(rename = "hub.mode", default)]
    pub mode: String,
    /// What we gave at set-up.
    #[serde(rename = "hub.verify_token", default)]
    pub verify_token: String,
    /// What to answer with.
    #[serde(rename = "hub.challenge", default)]
    pub challenge: String,
}

impl Challenge {
    /// The text to answer with, status 200; `None` is 403.
    #[must_use]
    pub fn answer(&self, credentials: &Credentials) -> Option<&str> {
        match credentials {
            Credentials::CloudApi(own)
                if self.mode == "subscribe"
                    && !self.challenge.is_empty()
                    && same(self.verify_token.as_bytes(), own.verify_token.as_bytes()) =>
            {
                Some(&self.challenge)
            }
            _ => None,
        }
    }
}

/// Whether a webhook is from the gateway: Meta signs the raw bytes, Whapi sends the secret along.
#[must_use]
pub fn is_authentic(credentials: &Credentials, headers: &HeaderMap, body: &[u8]) -> bool {
    let value = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
    match credentials {
        Credentials::CloudApi(own) => {
            value(SIGNATURE).is_some_and(|signature| verify_signature(&own.app_secret, body, signature))
        }
        Credentials::Whapi(own) => value(header::AUTHORIZATION.as_str())
            .is_some_and(|authorization| verify_secret(&own.webhook_secret, authorization)),
    }
}

/// `X-Hub-Signature-256: sha256=<hex>` over the raw bytes.
#[must_use]
pub fn verify_signature(app_secret: &str, body: &[u8], header: &str) -> bool {
    let Some(signature) = header.strip_prefix("sha256=").and_then(|text| hex::decode(text).ok()) else { return false };
    Hmac::<Sha256>::new_from_slice(app_secret.as_bytes())
        .is_ok_and(|mac| mac.chain_update(body).verify_slice(&signature).is_ok())
}

/// `Authorization: Bearer <secret>`.
#[must_use]
pub fn verify_secret(webhook_secret: &str, authorization: &str) -> bool {
    authorization.split_once(' ').is_some_and(|(scheme, secret)| {
        scheme.eq_ignore_ascii_case("bearer") && same(secret.trim().as_bytes(), webhook_secret.as_bytes())
    })
}

/// Hashed first, so that not even the length shows. An empty secret equals nothing.
fn same(given: &[u8], own: &[u8]) -> bool {
    !own.is_empty() && bool::from(Sha256::digest(given).ct_eq(&Sha256::digest(own)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sealing::{CloudApiCredentials, WhapiCredentials};

    const BODY: &[u8] = br#"{"object":"whatsapp_business_account","entry":[]}"#;
    const SIGNED: &str = "sha256=dec6a680679a968e7e0319355b23599cbfc54502c0784668e9618baa0c633756";

    fn cloud_api() -> Credentials {
        Credentials::CloudApi(CloudApiCredentials {
            access_token: "EAAG".to_owned(),
            app_secret: "test_app_secret".to_owned(),
            verify_token: "hello-meta".to_owned(),
        })
    }

    fn whapi(secret: &str) -> Credentials {
        Credentials::Whapi(WhapiCredentials { token: "t".to_owned(), webhook_secret: secret.to_owned() })
    }

    fn authentic(credentials: &Credentials, name: &'static str, value: &str, body: &[u8]) -> bool {
        let headers = HeaderMap::from_iter([(http::HeaderName::from_static(name), value.parse().unwrap())]);
        is_authentic(credentials, &headers, body)
    }

    #[test]
    fn metas_signature_is_over_the_raw_bytes() {
        let own = cloud_api();
        assert!(authentic(&own, "x-hub-signature-256", SIGNED, BODY));
        assert!(!authentic(
            &own,
            "x-hub-signature-256",
            SIGNED,
            br#"{"object":"whatsapp_business_account","entry": []}"#
        ));
        assert!(!authentic(&own, "x-hub-signature", SIGNED, BODY));
        for wrong in
            ["", "sha256=", "sha256=zz", "sha1=dec6", &SIGNED[7..], &SIGNED[..69], &SIGNED.replace("dec6", "dec7")]
        {
            assert!(!authentic(&own, "x-hub-signature-256", wrong, BODY), "{wrong}");
        }
        assert!(!verify_signature("another", BODY, SIGNED));
    }

    #[test]
    fn whapis_secret_comes_as_a_bearer() {
        let own = whapi("s3cr3t");
        for right in ["Bearer s3cr3t", "bearer s3cr3t"] {
            assert!(authentic(&own, "authorization", right, BODY), "{right}");
        }
        for wrong in ["s3cr3t", "Bearer s3cr3", "Bearer s3cr3t3", "Basic s3cr3t", "Bearer ", "Bearer"] {
            assert!(!authentic(&own, "authorization", wrong, BODY), "{wrong}");
        }
        assert!(!authentic(&whapi(""), "authorization", "Bearer ", BODY));
        assert!(!is_authentic(&own, &HeaderMap::new(), BODY));
        assert!(!authentic(&own, "x-hub-signature-256", SIGNED, BODY));
    }

    #[test]
    fn the_challenge_is_answered_only_to_who_knows_the_token() {
        let ask = |mode: &str, token: &str| Challenge {
            mode: mode.to_owned(),
            verify_token: token.to_owned(),
            challenge: "1158201444".to_owned(),
        };
        assert_eq!(ask("subscribe", "hello-meta").answer(&cloud_api()), Some("1158201444"));
        assert_eq!(ask("subscribe", "guess").answer(&cloud_api()), None);
        assert_eq!(ask("", "hello-meta").answer(&cloud_api()), None);
        assert_eq!(ask("subscribe", "t").answer(&whapi("s")), None);
        let query =
            serde_json::json!({"hub.mode": "subscribe", "hub.verify_token": "hello-meta", "hub.challenge": "7"});
        let asked: Challenge = serde_json::from_value(query).unwrap();
        assert_eq!(asked.answer(&cloud_api()), Some("7"));
        assert_eq!(Challenge::default().answer(&cloud_api()), None);
    }
}
