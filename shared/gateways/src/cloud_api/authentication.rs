//! Is it really Meta?

use super::{APP_SECRET, VERIFY_TOKEN};
use crate::Credentials;
use crate::webhook::{header, same_secret};
use hmac::{Hmac, KeyInit, Mac};
use http::HeaderMap;
use sha2::Sha256;
use std::collections::BTreeMap;

/// Carries Meta's signature: `sha256=<hex>` over the raw bytes.
const SIGNATURE: &str = "x-hub-signature-256";

pub fn is_signed(credentials: &Credentials, headers: &HeaderMap, body: &[u8]) -> bool {
    let verify = || {
        let signature = hex::decode(header(headers, SIGNATURE)?.strip_prefix("sha256=")?).ok()?;
        let mac = Hmac::<Sha256>::new_from_slice(credentials.get(APP_SECRET)?.as_bytes()).ok()?;
        mac.chain_update(body).verify_slice(&signature).ok()
    };
    verify().is_some()
}

/// Meta asks once, at set-up. The request has to carry our verify token, and the answer is its challenge.
pub fn answer_challenge(credentials: &Credentials, query: &BTreeMap<String, String>) -> Option<String> {
    let asked = |name: &str| query.get(name).map(String::as_str).filter(|text| !text.is_empty());
    let challenge = asked("hub.challenge")?;
    let is_ours =
        asked("hub.mode")? == "subscribe" && same_secret(asked("hub.verify_token")?, credentials.get(VERIFY_TOKEN)?);
    is_ours.then(|| challenge.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::adapter;
    use crate::tests::{BODY, SIGNED, authentic};
    use domain::Gateway;
    use serde_json::json;

    fn own() -> Credentials {
        let json = json!({"access_token": "EAAG", "app_secret": "test_app_secret", "verify_token": "hello-meta"});
        Credentials::from_json(Gateway::CloudApi, &json).unwrap()
    }

    #[test]
    fn metas_signature_is_over_the_raw_bytes() {
        let own = own();
        assert!(authentic(&own, SIGNATURE, SIGNED, BODY));
        assert!(!authentic(&own, SIGNATURE, SIGNED, br#"{"object":"whatsapp_business_account","entry": []}"#));
        assert!(!authentic(&own, "x-hub-signature", SIGNED, BODY));
        for wrong in
            ["", "sha256=", "sha256=zz", "sha1=dec6", &SIGNED[7..], &SIGNED[..69], &SIGNED.replace("dec6", "dec7")]
        {
            assert!(!authentic(&own, SIGNATURE, wrong, BODY), "{wrong}");
        }
        let another = json!({"access_token": "EAAG", "app_secret": "another", "verify_token": "hello-meta"});
        let another = Credentials::from_json(Gateway::CloudApi, &another).unwrap();
        assert!(!authentic(&another, SIGNATURE, SIGNED, BODY));
    }

    #[test]
    fn without_a_secret_nothing_is_signed() {
        let mac = Hmac::<Sha256>::new_from_slice(b"").unwrap().chain_update(BODY).finalize();
        let signed = format!("sha256={}", hex::encode(mac.into_bytes()));
        for texts in [BTreeMap::new(), BTreeMap::from([(APP_SECRET.to_owned(), String::new())])] {
            assert!(!authentic(&Credentials::new(Gateway::CloudApi, texts), SIGNATURE, &signed, BODY));
        }
    }

    #[test]
    fn the_challenge_is_answered_only_with_the_token() {
        let answer = |credentials: &Credentials, query: &[(&str, &str)]| {
            let query = query.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
            adapter(credentials.gateway()).answer_challenge(credentials, &query)
        };
        let ask = |mode: &'static str, token: &'static str| {
            [("hub.mode", mode), ("hub.verify_token", token), ("hub.challenge", "1158201444")]
        };
        assert_eq!(answer(&own(), &ask("subscribe", "hello-meta")).as_deref(), Some("1158201444"));
        assert_eq!(answer(&own(), &ask("subscribe", "guess")), None);
        assert_eq!(answer(&own(), &ask("", "hello-meta")), None);
        assert_eq!(answer(&own(), &ask("subscribe", "hello-meta")[..2]), None);
        assert_eq!(answer(&own(), &[]), None);
        let whapi = Credentials::from_json(Gateway::Whapi, &json!({"token": "t", "webhook_secret": "s"})).unwrap();
        assert_eq!(answer(&whapi, &ask("subscribe", "t")), None);
    }
}
