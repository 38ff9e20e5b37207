//! An answer of an AWS service, without the HTTP around it.

use bytes::Bytes;
use serde::Serialize;

/// The answer of a service to one request.
#[derive(Clone, Debug, Default)]
pub struct Reply {
    /// HTTP status.
    pub status: u16,
    /// Headers, the content type among them.
    pub headers: Vec<(&'static str, String)>,
    /// JSON.
    pub body: Bytes,
    /// The work was done, but its answer gets lost: the server closes the connection without a word.
    pub lost: bool,
}

impl Reply {
    /// A JSON answer; `content_type` names the protocol, like `application/x-amz-json-1.0`.
    pub fn json(status: u16, content_type: &str, body: &impl Serialize) -> Self {
        let body = serde_json::to_vec(body).unwrap_or_default();
        Self { status, headers: vec![("content-type", content_type.to_owned())], body: body.into(), lost: false }
    }

    /// The same answer, with a further header.
    #[must_use]
    pub fn with_header(mut self, name: &'static str, value: String) -> Self {
        self.headers.push((name, value));
        self
    }
}
