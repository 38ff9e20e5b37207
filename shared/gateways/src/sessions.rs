//! The sessions that we open ourselves at a QR gateway, with the key of its server.

use crate::transport::{Failed, GatewayAnswer};
use async_trait::async_trait;
use domain::sessions::news::SessionNews;
use http::StatusCode;
use std::fmt;

/// Where a gateway reports of a session.
#[derive(Clone, PartialEq, Eq)]
pub struct SessionWebhook {
    /// With the secret in its path.
    pub url: String,
    /// The `webhook_secret` of the session's credentials: the gateway proves itself with it.
    pub secret: String,
}

impl fmt::Debug for SessionWebhook {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SessionWebhook(…)")
    }
}

/// One session at a QR gateway. Every call may be repeated: it finds what is there.
#[async_trait]
pub trait SessionClient: Send + Sync {
    /// Makes the session, if there is none of this name, with its webhook, and has the gateway connect it. A session
    /// that is there gets the webhook anew.
    ///
    /// # Errors
    /// See [`SessionError`].
    async fn open(&self, webhook: &SessionWebhook) -> Result<(), SessionError>;

    /// Asks how the session stands now; with the code to scan, if it waits for that.
    ///
    /// # Errors
    /// See [`SessionError`].
    async fn look(&self) -> Result<SessionNews, SessionError>;

    /// Has the gateway connect the session anew, without another code to scan if it has not been logged out.
    ///
    /// # Errors
    /// See [`SessionError`].
    async fn restart(&self) -> Result<(), SessionError>;

    /// Keeps the gateway from connecting the session again by itself, and leaves the phone linked if the gateway can.
    ///
    /// # Errors
    /// See [`SessionError`].
    async fn pause(&self) -> Result<(), SessionError>;

    /// Logs the phone out and removes the session. One that is not there is removed.
    ///
    /// # Errors
    /// See [`SessionError`].
    async fn close(&self) -> Result<(), SessionError>;
}

/// Why the gateway did not do what it was asked. Holds nothing private.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SessionError {
    /// There is no such session at the gateway.
    #[error("the gateway has no such session")]
    Gone,
    /// It refuses, and will again: the key is wrong, or the request.
    #[error("the gateway refuses: {0}")]
    Refused(String),
    /// It may do it later, or may have done it: to ask again is right.
    #[error("the gateway did not answer: {0}")]
    Unavailable(String),
}

/// Whether a text can be the name of a session. It stands in paths, so it is no `..` either.
pub(crate) fn is_name(name: &str) -> bool {
    let is_plain = |letter: u8| letter.is_ascii_alphanumeric() || matches!(letter, b'-' | b'_' | b'.');
    let begins = name.bytes().next().is_some_and(|letter| letter.is_ascii_alphanumeric());
    begins && name.len() <= 64 && name.bytes().all(is_plain)
}

/// The answer to a call about a session, if it was done.
pub(crate) fn done(answer: Result<GatewayAnswer, Failed>) -> Result<GatewayAnswer, SessionError> {
    let answer = answer.map_err(|failed| match failed {
        Failed::Unbuildable => SessionError::Refused(failed.word().to_owned()),
        Failed::Http(_) => SessionError::Unavailable(failed.word().to_owned()),
    })?;
    let status = format!("http_{}", answer.status.as_u16());
    match answer.status {
        code if code.is_success() => Ok(answer),
        StatusCode::NOT_FOUND => Err(SessionError::Gone),
        StatusCode::REQUEST_TIMEOUT | StatusCode::TOO_MANY_REQUESTS => Err(SessionError::Unavailable(status)),
        code if code.is_client_error() => Err(SessionError::Refused(status)),
        _ => Err(SessionError::Unavailable(status)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_one_part_of_a_path() {
        for good in ["a", "acme", "Acme-1_b.c", "1", &"a".repeat(64)] {
            assert!(is_name(good), "{good}");
        }
        for wrong in ["", ".", "..", "-a", "a/b", "a b", "a?b", "a%2f", "é", &"a".repeat(65)] {
            assert!(!is_name(wrong), "{wrong}");
        }
    }
}
