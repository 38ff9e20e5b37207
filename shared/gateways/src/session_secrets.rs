//! The secrets of the sessions that we open ourselves. They are made of the deployment's key and the session's id, so
//! that a webhook is known without a look into the store.

use crate::webhook::same_secret;
use domain::SessionId;
use hmac::{Hmac, KeyInit, Mac};
use kit::env::{FromEnv, Vars};
use sha2::Sha256;
use std::fmt;

/// Hex digits of a secret.
const LENGTH: usize = 40;

/// Makes the secrets of sessions. `Debug` hides the key.
#[derive(Clone)]
pub struct SessionSecrets([u8; 32]);

impl SessionSecrets {
    /// By the deployment's sealing key.
    #[must_use]
    pub fn new(key: &[u8; 32]) -> Self {
        Self(*key)
    }

    /// The last part of the path of the session's webhook. It names the session, and nobody can guess it.
    #[must_use]
    pub fn path(&self, session: SessionId) -> String {
        format!("{session}.{}", self.made_of("path", session))
    }

    /// The session of a webhook's path; `None` if it is none of ours.
    #[must_use]
    pub fn session(&self, path: &str) -> Option<SessionId> {
        let session = path.split_once('.')?.0.parse().ok()?;
        same_secret(path, &self.path(session)).then_some(session)
    }

    /// The secret with which the gateway proves itself in the session's webhooks.
    #[must_use]
    pub fn webhook(&self, session: SessionId) -> String {
        self.made_of("webhook", session)
    }

    fn made_of(&self, purpose: &str, session: SessionId) -> String {
        // Every length of key will do.
        let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(&self.0) else { return String::new() };
        mac.update(format!("session {purpose}\n{session}").as_bytes());
        let mut secret = hex::encode(mac.finalize().into_bytes());
        secret.truncate(LENGTH);
        secret
    }
}

impl FromEnv for SessionSecrets {
    fn from_env(vars: &mut Vars<'_>) -> Self {
        Self::new(vars.base64_key("SEALING_KEY").expose())
    }
}

impl fmt::Debug for SessionSecrets {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SessionSecrets(…)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use uuid::Uuid;

    #[test]
    fn a_path_names_its_session_and_no_other() {
        let secrets = SessionSecrets::new(&[7; 32]);
        let [one, other] = [1, 2].map(|id| SessionId(Uuid::from_u128(id)));
        let path = secrets.path(one);
        assert_eq!(secrets.session(&path), Some(one));
        assert_eq!(SessionSecrets::new(&[8; 32]).session(&path), None);
        let forged = path.replace(&one.to_string(), &other.to_string());
        for wrong in [forged.as_str(), &path[..path.len() - 1], &one.to_string(), "", ".", "q3Zb0u5d8mXk2Vh1"] {
            assert_eq!(secrets.session(wrong), None, "{wrong}");
        }
        assert!(!path.contains(&secrets.webhook(one)) && secrets.webhook(one) != secrets.webhook(other));
    }
}
