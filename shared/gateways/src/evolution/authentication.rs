//! Is it really Evolution?

use super::{SECRET_HEADER, WEBHOOK_SECRET};
use crate::Credentials;
use crate::webhook::{header, same_secret};
use http::HeaderMap;

/// Each webhook carries the secret that we gave, in a header of its own.
pub fn has_secret(credentials: &Credentials, headers: &HeaderMap) -> bool {
    match (header(headers, SECRET_HEADER), credentials.get(WEBHOOK_SECRET)) {
        (Some(given), Some(own)) => same_secret(given, own),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::adapter;
    use crate::tests::{BODY, SIGNED, authentic};
    use domain::Gateway;

    #[test]
    fn evolutions_secret_comes_in_a_header_of_its_own() {
        let own = |secret| Credentials::of_session(Gateway::Evolution, "k", secret);
        assert!(authentic(&own("s3cr3t"), "x-webhook-secret", "s3cr3t", BODY));
        for wrong in ["s3cr3", "s3cr3t3", "Bearer s3cr3t", "S3CR3T", ""] {
            assert!(!authentic(&own("s3cr3t"), "x-webhook-secret", wrong, BODY), "{wrong}");
        }
        assert!(!authentic(&own(""), "x-webhook-secret", "", BODY));
        assert!(!authentic(&own("s3cr3t"), "authorization", "Bearer s3cr3t", BODY));
        assert!(!authentic(&own("s3cr3t"), "apikey", "k", BODY));
        assert!(!authentic(&own("s3cr3t"), "x-hub-signature-256", SIGNED, BODY));
        assert!(!adapter(Gateway::Evolution).is_authentic(&own("s3cr3t"), &HeaderMap::new(), BODY));
    }
}
