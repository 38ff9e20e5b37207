//! Refusals.

use crate::core::answers;
use crate::core::requests::FaultAnswer;
use bytes::Bytes;
use http::{Response, StatusCode};
use serde_json::{Value, json};

/// An answer that says no.
pub(super) struct Refusal {
    status: u16,
    body: Value,
}

impl Refusal {
    /// With any status and body: the server answers some errors with 200.
    pub fn new(status: u16, body: Value) -> Self {
        Self { status, body }
    }

    pub fn answer(&self) -> Response<Bytes> {
        answers::json(self.status, &self.body)
    }
}

/// A refusal as the server words it: most have a list of messages.
pub(super) fn error(status: u16, message: &Value) -> Refusal {
    let reason = StatusCode::from_u16(status).ok().and_then(|status| status.canonical_reason()).unwrap_or("Error");
    Refusal::new(status, json!({"status": status, "error": reason, "response": {"message": message}}))
}

/// A refusal with one message.
pub(super) fn refused(status: u16, message: &str) -> Refusal {
    error(status, &json!([message]))
}

pub(super) fn unauthorized() -> Refusal {
    error(401, &json!("Unauthorized"))
}

/// An error that the server did not expect.
pub(super) fn unexpected(message: &str) -> Refusal {
    error(500, &json!(message))
}

/// The words of a socket that is closed.
pub(super) const CLOSED: &str = "Connection Closed";

/// The answer that a fault asks for.
pub(super) fn of_fault(asked: &FaultAnswer) -> Response<Bytes> {
    match asked {
        // The server itself limits nothing: what stands before it answers so.
        FaultAnswer::Status { status: status @ (429 | 502..=504), retry_after } => {
            answers::retry_after(answers::html(*status), *retry_after)
        }
        FaultAnswer::Status { status, retry_after } => {
            answers::retry_after(refused(*status, "as the fault was set").answer(), *retry_after)
        }
        FaultAnswer::Code(code) => {
            let status = u16::try_from(*code).ok().filter(|code| (400..600).contains(code));
            refused(status.unwrap_or(500), "as the fault was set").answer()
        }
        FaultAnswer::Disconnected => unexpected(CLOSED).answer(),
    }
}
