//! Recordings that people sent, as they lie at a gateway.

use crate::transport::Failed;
use bytes::Bytes;
use http::{StatusCode, header};
use kit::http::Response;

/// A recording. `Debug` is not derived: it holds what a person said.
#[derive(Clone, PartialEq, Eq)]
pub struct Recording {
    /// The file.
    pub audio: Bytes,
    /// Its MIME type, as `audio/ogg; codecs=opus`; empty if the gateway did not tell it.
    pub mime: String,
}

/// There is no recording. The reason is a word that holds nothing private.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{reason}")]
pub struct NoRecording {
    /// Why.
    pub reason: String,
    /// Whether another try may bring it.
    pub again: bool,
}

impl NoRecording {
    pub(crate) fn never(reason: impl Into<String>) -> Self {
        Self { reason: reason.into(), again: false }
    }

    pub(crate) fn later(reason: impl Into<String>) -> Self {
        Self { reason: reason.into(), again: true }
    }

    /// By the status of an answer without a recording. A key may be mended, and a gateway may not have the file yet.
    pub(crate) fn by_status(status: StatusCode) -> Self {
        let reason = format!("http_{}", status.as_u16());
        match status {
            StatusCode::GONE | StatusCode::PAYLOAD_TOO_LARGE => Self::never(reason),
            _ => Self::later(reason),
        }
    }
}

impl From<Failed> for NoRecording {
    fn from(failed: Failed) -> Self {
        Self::later(failed.word())
    }
}

/// The recording of an answer that is the file itself. `mime`: its type, if the gateway told it elsewhere.
pub(crate) fn file(answer: Response, mime: Option<&str>) -> Result<Recording, NoRecording> {
    if !answer.status().is_success() {
        return Err(NoRecording::by_status(answer.status()));
    }
    let told = answer.headers().get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok());
    let mime = mime.or(told).unwrap_or_default().to_owned();
    Ok(Recording { audio: answer.into_body(), mime })
}

/// A gateway's name of a recording, if it can stand in a path.
pub(crate) fn in_path(name: &str) -> Result<&str, NoRecording> {
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.' | b'@' | b'/');
    if name.bytes().all(is_plain) && !name.contains("..") { Ok(name) } else { Err(NoRecording::never("unusable_name")) }
}
