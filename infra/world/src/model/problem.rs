//! Refusals, as OpenAI writes them.

use crate::core::answers;
use bytes::Bytes;
use http::Response;
use serde_json::json;

/// Why a request is refused.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Problem {
    pub status: u16,
    pub code: Option<String>,
    /// The field of the request that is wrong.
    pub param: Option<String>,
    pub message: String,
}

impl Problem {
    /// By its status and code.
    pub fn new(status: u16, code: &str, message: &str) -> Self {
        Self { status, code: Some(code.to_owned()), param: None, message: message.to_owned() }
    }

    /// Of a request whose field `param` is wrong.
    pub fn of(param: &str, code: &str, message: &str) -> Self {
        Self { param: Some(param.to_owned()), ..Self::new(400, code, message) }
    }

    pub fn model_not_found(model: &str) -> Self {
        let message = format!("The model `{model}` does not exist or you do not have access to it.");
        Self { param: Some("model".to_owned()), ..Self::new(404, "model_not_found", &message) }
    }

    pub fn too_long() -> Self {
        let message = "Your input exceeds the context window of this model. Please adjust your input and try again.";
        Self::of("input", "context_length_exceeded", message)
    }

    /// That of a fault: its code, or the usual one of its status.
    pub fn as_set(status: u16, code: Option<&str>) -> Self {
        let code = code.unwrap_or(match status {
            400 => "context_length_exceeded",
            401 => "invalid_api_key",
            404 => "model_not_found",
            429 => "rate_limit_exceeded",
            503 => "server_is_overloaded",
            _ => "server_error",
        });
        match code {
            "context_length_exceeded" => Self { status, ..Self::too_long() },
            _ => Self::new(status, code, "as the fault was set"),
        }
    }

    pub fn answer(&self) -> Response<Bytes> {
        let code = self.code.as_deref();
        let kind = match (self.status, code) {
            (_, Some("insufficient_quota" | "credit_balance_exhausted")) => "insufficient_quota",
            (_, Some(code)) if code.ends_with("_limit_exceeded") && code != "rate_limit_exceeded" => {
                "insufficient_quota"
            }
            (429, _) => "rate_limit_error",
            (503, _) => "service_unavailable_error",
            (500.., _) => "server_error",
            _ => "invalid_request_error",
        };
        let error = json!({"message": self.message, "type": kind, "param": self.param, "code": code});
        answers::json(self.status, &json!({"error": error}))
    }
}
