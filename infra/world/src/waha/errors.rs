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
    pub fn answer(&self) -> Response<Bytes> {
        answers::json(self.status, &self.body)
    }
}

/// A refusal as the server's framework words it.
pub(super) fn refused(status: u16, message: &str) -> Refusal {
    let reason = StatusCode::from_u16(status).ok().and_then(|status| status.canonical_reason());
    Refusal { status, body: json!({"message": message, "error": reason, "statusCode": status}) }
}

pub(super) fn unauthorized() -> Refusal {
    Refusal { status: 401, body: json!({"message": "Unauthorized", "statusCode": 401}) }
}

pub(super) fn unknown_session() -> Refusal {
    refused(404, "Session not found")
}

/// The session is unknown, or is stopped.
pub(super) fn not_started(name: &str) -> Refusal {
    let how = format!("Please start it first by using POST /api/sessions/{name}/start request");
    refused(404, &format!("We didn't find a session with name '{name}'.\n{how}"))
}

/// The session has another status than the request needs, and kept it for as long as the server waits.
pub(super) fn wrong_status(name: &str, status: &str, expected: &str) -> Refusal {
    let error = "Session status is not as expected. Try again later or restart the session";
    let body = json!({"error": error, "session": name, "status": status, "expected": [expected]});
    Refusal { status: 422, body }
}

/// An error that the server did not expect.
pub(super) fn unexpected(message: &str) -> Refusal {
    Refusal { status: 500, body: json!({"statusCode": 500, "exception": {"message": message, "name": "Error"}}) }
}

/// The words of a socket that is closed.
pub(super) const CLOSED: &str = "Connection Closed";

/// The answer that a fault asks for.
pub(super) fn of_fault(asked: &FaultAnswer, session: &str) -> Response<Bytes> {
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
        FaultAnswer::Disconnected => wrong_status(session, "STARTING", "WORKING").answer(),
    }
}
