//! The Cloud API's error codes, as answers and in `failed` statuses.

use crate::core::answers;
use crate::core::codes::title;
use bytes::Bytes;
use http::Response;
use serde_json::{Value, json};

/// An error of the Cloud API and what is particular about it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct CloudError {
    pub code: u32,
    pub details: String,
}

impl CloudError {
    pub fn new(code: u32, details: impl Into<String>) -> Self {
        Self { code, details: details.into() }
    }

    /// A parameter that is missing or wrong.
    pub fn parameter(details: impl Into<String>) -> Self {
        Self::new(100, details)
    }

    /// With Meta's id of the request.
    pub fn answer(&self, trace: &str) -> Response<Bytes> {
        let title = title(self.code);
        let kind =
            if matches!(self.code, 0 | 3 | 10 | 190 | 200..=299) { "OAuthException" } else { "GraphMethodException" };
        let mut error = json!({
            "message": format!("(#{}) {title}", self.code),
            "type": if self.code >= 1_000 { "OAuthException" } else { kind },
            "code": self.code,
            "error_data": {"messaging_product": "whatsapp", "details": self.details},
            "fbtrace_id": trace,
        });
        if self.code == 100 && self.details.starts_with("Unsupported") {
            error["error_subcode"] = json!(33);
        }
        answers::json(http_status(self.code), &json!({ "error": error }))
    }
}

/// The error in a `failed` status.
pub(crate) fn in_status(code: u32) -> Value {
    let title = title(code);
    let details = if code == 131_047 {
        "Message failed to send because more than 24 hours have passed since the customer last replied to this number."
    } else {
        title
    };
    json!({
        "code": code,
        "title": title,
        "message": title,
        "error_data": {"details": details},
        "href": "https://developers.facebook.com/docs/whatsapp/cloud-api/support/error-codes/",
    })
}

fn http_status(code: u32) -> u16 {
    match code {
        0 | 190 => 401,
        10 | 200..=299 | 368 | 130_403 | 130_497 | 131_005 | 131_031 => 403,
        132_001 => 404,
        1 | 3 | 131_000 | 131_057 => 500,
        2 | 131_016 => 503,
        _ => 400,
    }
}
