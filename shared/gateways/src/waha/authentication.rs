//! Is it really WAHA?

use super::WEBHOOK_SECRET;
use crate::Credentials;
use crate::webhook::header;
use hmac::{Hmac, KeyInit, Mac};
use http::HeaderMap;
use sha2::Sha512;

/// Carries WAHA's signature: the HMAC-SHA-512 of the raw bytes, in hex.
const SIGNATURE: &str = "x-webhook-hmac";

pub fn is_signed(credentials: &Credentials, headers: &HeaderMap, body: &[u8]) -> bool {
    let verify = || {
        let signature = hex::decode(header(headers, SIGNATURE)?).ok()?;
        let mac = Hmac::<Sha512>::new_from_slice(credentials.get(WEBHOOK_SECRET)?.as_bytes()).ok()?;
        mac.chain_update(body).verify_slice(&signature).ok()
    };
    verify().is_some()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::adapter;
    use crate::tests::authentic;
    use domain::Gateway;

    /// The documentation's own example.
    const BODY: &[u8] = br#"{"event":"message","session":"default","engine":"WEBJS"}"#;
    const SIGNED: &str = "208f8a55dde9e05519e898b10b89bf0d0b3b0fdf11fdbf09b6b90476301b98d8\
                          097c462b2b17a6ce93b6b47a136cf2e78a33a63f6752c2c1631777076153fa89";

    #[test]
    fn waha_signs_the_raw_bytes() {
        let own = |secret| Credentials::of_session(Gateway::Waha, "k", secret);
        let waha = own("my-secret-key");
        assert!(authentic(&waha, SIGNATURE, SIGNED, BODY));
        assert!(authentic(&waha, SIGNATURE, &SIGNED.to_ascii_uppercase(), BODY));
        assert!(!authentic(&waha, SIGNATURE, SIGNED, b"{}"));
        assert!(!authentic(&own("my-secret-kez"), SIGNATURE, SIGNED, BODY));
        assert!(!authentic(&own(""), SIGNATURE, SIGNED, BODY));
        for wrong in [&SIGNED[..126], &SIGNED[1..], "", "my-secret-key"] {
            assert!(!authentic(&waha, SIGNATURE, wrong, BODY), "{wrong}");
        }
        assert!(!authentic(&waha, "x-webhook-secret", "my-secret-key", BODY));
        assert!(!adapter(Gateway::Waha).is_authentic(&waha, &HeaderMap::new(), BODY));
    }
}
