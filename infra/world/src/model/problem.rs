//! Refusals, as OpenAI writes them.

use crate::core::answers;
use bytes::Bytes;
use http::Response;
use serde_json::{Value, json};

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

    /// Of a field that has a value of another type.
    pub fn kind(param: &str, expected: &str, given: &Value) -> Self {
        let given = match given {
            Value::Null => "null",
            Value::Bool(_) => "a boolean",
            Value::Number(number) if number.is_f64() => "a decimal number",
            Value::Number(_) => "an integer",
            Value::String(_) => "a string",
            Value::Array(_) => "an array",
            Value::Object(_) => "an object",
        };
        let message = format!("Invalid type for '{param}': expected {expected}, but got {given} instead.");
        Self::of(param, "invalid_type", &message)
    }

    /// Of a field that has none of its words.
    pub fn word(param: &str, given: &Value, words: &[&str]) -> Self {
        let words: Vec<String> = words.iter().map(|word| format!("'{word}'")).collect();
        let given = given.as_str().map_or_else(|| given.to_string(), |word| format!("'{word}'"));
        let message = format!("Invalid value: {given}. Supported values are: {}.", words.join(", "));
        Self::of(param, "invalid_value", &message)
    }

    pub fn missing(param: &str) -> Self {
        Self::of(param, "missing_required_parameter", &format!("Missing required parameter: '{param}'."))
    }

    pub fn unknown(param: &str) -> Self {
        Self::of(param, "unknown_parameter", &format!("Unknown parameter: '{param}'."))
    }

    /// What OpenAI takes and this server does not.
    pub fn unsupported(param: &str, code: &str) -> Self {
        Self::of(param, code, &format!("'{param}' with this value is not supported by this server."))
    }

    pub fn not_json() -> Self {
        let message = "We could not parse the JSON body of your request.";
        Self { code: None, ..Self::new(400, "", message) }
    }

    /// A thing that is not kept: `A response with id 'resp_1' not found.`
    pub fn not_kept(thing: &str, id: &str) -> Self {
        Self { code: None, ..Self::new(404, "", &format!("{thing} with id '{id}' not found.")) }
    }

    pub fn locked(conversation: &str) -> Self {
        let message = format!(
            "Another process is currently operating on this conversation '{conversation}'. Please retry in a few seconds."
        );
        Self::of("conversation", "conversation_locked", &message)
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
            "conversation_locked" => Self { status, ..Self::locked("conv_of_a_fault") },
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
            (500.. | 413, _) => "server_error",
            _ => "invalid_request_error",
        };
        let error = json!({"message": self.message, "type": kind, "param": self.param, "code": code});
        answers::json(self.status, &json!({"error": error}))
    }
}
