//! Is it really Whapi?

use super::WEBHOOK_SECRET;
use crate::Credentials;
use crate::webhook::{header, same_secret};
use http::HeaderMap;
use http::header::AUTHORIZATION;

/// Each webhook carries the secret that we gave: `Authorization: Bearer <secret>`.
pub fn has_secret(credentials: &Credentials, headers: &HeaderMap) -> bool {
    let given = header(headers, AUTHORIZATION.as_str()).and_then(|authorization| authorization.split_once(' '));
    match (given, credentials.get(WEBHOOK_SECRET)) {
        (Some((scheme, secret)), Some(own)) => scheme.eq_ignore_ascii_case("bearer") && same_secret(secret.trim(), own),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::adapter;
    use crate::tests::{BODY, SIGNED, authentic};
    use domain::Gateway;

    fn own(secret: &str) -> Credentials {
        let texts = [("token", "t"), (WEBHOOK_SECRET, secret)];
        Credentials::new(Gateway::Whapi, texts.map(|(name, text)| (name.to_owned(), text.to_owned())).into())
    }

    #[test]
    fn whapis_secret_comes_as_a_bearer() {
        let whapi = own("s3cr3t");
        for right in ["Bearer s3cr3t", "bearer s3cr3t"] {
            assert!(authentic(&whapi, "authorization", right, BODY), "{right}");
        }
        for wrong in ["s3cr3t", "Bearer s3cr3", "Bearer s3cr3t3", "Basic s3cr3t", "Bearer ", "Bearer"] {
            assert!(!authentic(&whapi, "authorization", wrong, BODY), "{wrong}");
        }
        assert!(!authentic(&own(""), "authorization", "Bearer ", BODY));
        assert!(!adapter(Gateway::Whapi).is_authentic(&whapi, &HeaderMap::new(), BODY));
        assert!(!authentic(&whapi, "x-hub-signature-256", SIGNED, BODY));
    }
}
