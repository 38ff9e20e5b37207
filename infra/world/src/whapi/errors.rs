//! Refusals.

use crate::core::answers;
use bytes::Bytes;
use http::Response;
use serde_json::json;

pub(super) fn error(status: u16, message: &str) -> Response<Bytes> {
    answers::json(status, &json!({"error": {"code": status, "message": message}}))
}

/// An answer of what stands in front of the channel.
pub(super) fn plain(status: u16, retry_after: Option<u32>) -> Response<Bytes> {
    let answer = match status {
        429 => error(429, "too many requests"),
        500 => error(500, "internal error"),
        _ => answers::html(status),
    };
    answers::retry_after(answer, retry_after)
}
