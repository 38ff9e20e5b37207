//! The Cloud API's error codes, as answers and in `failed` statuses.

use crate::serve::Answer;
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

    pub fn answer(&self, trace: &str) -> Answer {
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
        Answer::json(http_status(self.code), &json!({ "error": error }))
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

/// What a code is called.
pub(crate) fn title(code: u32) -> &'static str {
    match code {
        0 => "AuthException",
        1 => "API Unknown",
        2 => "API Service",
        3 => "API Method",
        4 => "API Too Many Calls",
        10 => "Permission Denied",
        33 => "Parameter value is not valid",
        100 => "Invalid parameter",
        190 => "Access token has expired",
        200..=299 => "API Permission",
        368 => "Temporarily blocked for policies violations",
        80_007 => "Rate limit issues",
        130_403 => "Business is blocked by the user",
        130_429 => "Rate limit hit",
        130_472 => "User's number is part of an experiment",
        130_497 => "Business account is restricted from messaging users in this country",
        131_000 => "Something went wrong",
        131_005 => "Access denied",
        131_008 => "Required parameter is missing",
        131_009 => "Parameter value is not valid",
        131_016 => "Service unavailable",
        131_026 => "Message undeliverable",
        131_031 => "Account has been locked",
        131_042 => "Business eligibility payment issue",
        131_047 => "Re-engagement message",
        131_048 => "Spam rate limit hit",
        131_049 => "This message was not delivered to maintain healthy ecosystem engagement",
        131_050 => "User has stopped marketing messages from this business",
        131_051 => "Unsupported message type",
        131_052 => "Media download error",
        131_053 => "Media upload error",
        131_056 => "(Business Account, Consumer Account) pair rate limit hit",
        131_057 => "Account in maintenance mode",
        131_062 => "Business-scoped user ids are not supported for this message",
        131_063 => "Marketing templates are disabled on this account",
        131_064 => "Limited because of template misclassification",
        132_000 => "Template Param Count Mismatch",
        132_001 => "Template does not exist",
        132_005 => "Template Hydrated Text Too Long",
        132_007 => "Template Format Character Policy Violated",
        132_012 => "Template Parameter Format Mismatch",
        132_015 => "Template is Paused",
        132_016 => "Template is Disabled",
        133_010 => "Phone number not registered",
        _ => "Error",
    }
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
