//! Errors as DynamoDB puts them on the wire.

use dynoxide::DynoxideError;
use serde_json::{Value, json};

use crate::Reply;

const TABLE: &str = "com.amazonaws.dynamodb.v20120810#";
const SERVICE: &str = "com.amazon.coral.service#";

#[derive(Debug)]
pub(super) struct WireError {
    status: u16,
    body: String,
}

impl WireError {
    /// An error of the table service by its short name.
    pub(super) fn named(status: u16, name: &str, message: &str) -> Self {
        Self::json(status, &json!({"__type": format!("{TABLE}{name}"), "message": message}))
    }

    pub(super) fn json(status: u16, body: &Value) -> Self {
        Self { status, body: body.to_string() }
    }

    pub(super) fn unknown_operation() -> Self {
        Self::json(400, &json!({"__type": format!("{SERVICE}UnknownOperationException")}))
    }

    pub(super) fn not_json() -> Self {
        Self::json(400, &json!({"__type": format!("{SERVICE}SerializationException")}))
    }

    /// The engine's error as `operation` answers it.
    pub(super) fn of(operation: &str, error: DynoxideError) -> Self {
        let enveloped = matches!(operation, "PutItem" | "UpdateItem" | "DeleteItem");
        let error = match error {
            DynoxideError::EnvelopedValidation(message) if enveloped => {
                DynoxideError::ValidationException(format!("1 validation error detected: {message}"))
            }
            other => other,
        };
        Self { status: error.status_code(), body: error.to_json() }
    }

    pub(super) fn reply(self) -> Reply {
        super::reply(self.status, self.body.into_bytes())
    }
}

/// The engine marks its own refusals with a prefix; what bears none is a value of the wrong JSON type.
pub(super) fn unreadable(error: &serde_json::Error) -> DynoxideError {
    let text = error.to_string();
    let text = text.split(" at line ").next().unwrap_or_default();
    for (marker, serialization) in [
        ("VALIDATION_REQUEST:", false),
        ("VALIDATION_AS_READ:", false),
        ("VALIDATION:", false),
        ("SERIALIZATION_AS_READ:", true),
        ("SERIALIZATION:", true),
    ] {
        if let Some(message) = text.strip_prefix(marker) {
            return if serialization {
                DynoxideError::SerializationException(message.to_owned())
            } else if marker == "VALIDATION_REQUEST:" {
                DynoxideError::EnvelopedValidation(message.to_owned())
            } else {
                DynoxideError::ValidationException(message.to_owned())
            };
        }
    }
    DynoxideError::ValidationException(text.to_owned())
}
