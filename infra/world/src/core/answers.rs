//! The answers of a gateway, put into HTTP, and the reasons for which it may not answer at all.

use bytes::Bytes;
use http::{HeaderMap, HeaderValue, Response, StatusCode, header};
use serde_json::Value;
use std::fmt;

/// Why a request got no answer at all.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NoAnswer {
    /// The connection was not taken: surely nothing was accepted.
    Refused,
    /// The connection was closed after the request was out: nobody knows whether it was accepted.
    Lost,
}

impl fmt::Display for NoAnswer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Refused => "connection refused",
            Self::Lost => "connection closed without an answer",
        })
    }
}

impl std::error::Error for NoAnswer {}

pub(crate) fn json(status: u16, body: &Value) -> Response<Bytes> {
    with(status, "application/json; charset=utf-8", body.to_string())
}

pub(crate) fn text(status: u16, body: &str) -> Response<Bytes> {
    with(status, "text/plain; charset=utf-8", body.to_owned())
}

/// A recording.
pub(crate) fn audio(recording: Bytes) -> Response<Bytes> {
    with(200, crate::core::voice::MIME, recording)
}

/// A stream of events that have all happened.
pub(crate) fn events(body: String) -> Response<Bytes> {
    with(200, "text/event-stream; charset=utf-8", body)
}

pub(crate) fn empty(status: u16) -> Response<Bytes> {
    with(status, "text/plain", String::new())
}

pub(crate) fn png(picture: Vec<u8>) -> Response<Bytes> {
    with(200, "image/png", picture)
}

/// As a load balancer in front of the gateway answers.
pub(crate) fn html(status: u16) -> Response<Bytes> {
    let reason = code(status).canonical_reason().unwrap_or("Error");
    with(status, "text/html", format!("<html><body><h1>{status} {reason}</h1></body></html>"))
}

/// The answer, with `Retry-After` in seconds if there is one.
pub(crate) fn retry_after(mut answer: Response<Bytes>, seconds: Option<u32>) -> Response<Bytes> {
    if let Some(seconds) = seconds {
        answer.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(seconds));
    }
    answer
}

/// The token of `Authorization: Bearer`; empty if there is none.
pub(crate) fn bearer(headers: &HeaderMap) -> &str {
    let value = headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok());
    value.and_then(|value| value.strip_prefix("Bearer ")).unwrap_or_default()
}

fn with(status: u16, content_type: &'static str, body: impl Into<Bytes>) -> Response<Bytes> {
    let mut answer = Response::new(body.into());
    *answer.status_mut() = code(status);
    answer.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static(content_type));
    answer
}

fn code(status: u16) -> StatusCode {
    StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)
}
