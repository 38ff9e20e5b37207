//! The error that any route may answer with, and the answers that all routes share.

use crate::operation::content;
use crate::schemas::reference;
use serde_json::{Value, json};
use utoipa::ToSchema;
use utoipa::openapi::header::HeaderBuilder;
use utoipa::openapi::response::{Response, ResponseBuilder};
use utoipa::openapi::schema::{ObjectBuilder, Type};

/// An error, as RFC 9457 says.
#[derive(ToSchema)]
pub struct Problem {
    /// Stable; its last part is the word to decide by.
    #[schema(format = "uri", pattern = "^urn:recado:problem:[a-z_]+$")]
    pub r#type: String,
    /// The meaning of the status.
    pub title: String,
    /// The status of the answer.
    #[schema(minimum = 400, maximum = 599)]
    pub status: u16,
    /// The fault in a sentence, in the caller's language where there is one. May repeat what the caller wrote.
    pub detail: String,
    /// Every field that is wrong, at most 100; empty if it is not about fields.
    pub errors: Vec<FieldError>,
    /// One sentence in the caller's language.
    pub error: String,
}

/// A field that is wrong.
#[derive(ToSchema)]
pub struct FieldError {
    /// JSON pointer into the body; for a parameter of the path or the query its name after a slash.
    #[schema(examples("/pets/0/name", "/limit"))]
    pub pointer: String,
    /// The value that was expected, in the caller's language.
    #[schema(examples("must be given", "unknown field; did you mean `phone`?"))]
    pub detail: String,
}

/// The name of the answer that all routes share for a status.
pub(crate) fn response_name(status: &str) -> &'static str {
    match status {
        "400" => "BadRequest",
        "401" => "Unauthorized",
        "403" => "Forbidden",
        "404" => "NotFound",
        "413" => "PayloadTooLarge",
        "415" => "UnsupportedMediaType",
        "429" => "TooManyRequests",
        _ => "Other",
    }
}

/// The answers that all routes share, by name.
pub(crate) fn responses() -> [(&'static str, Response); 8] {
    [
        ("BadRequest", bad_request()),
        (
            "Unauthorized",
            response(
                401,
                "The caller is not known (`unauthorized`): the key is missing or not known, or, at a webhook, the secret \
                 or signature is.",
                "unauthorized",
                "The API key in x-api-key is not known.",
                "The API key is missing or not valid.",
            ),
        ),
        (
            "Forbidden",
            response(
                403,
                "The caller is known and may not do this (`forbidden`): it is another's business, or only the operator may.",
                "forbidden",
                "This key acts for another business.",
                "This API key may not do this.",
            ),
        ),
        (
            "NotFound",
            response(
                404,
                "There is no such thing at this business (`not_found`).",
                "not_found",
                "This business has no such customer.",
                "There is no such thing.",
            ),
        ),
        (
            "PayloadTooLarge",
            response(
                413,
                "The body is larger than 1 MiB, or at a webhook than 4 MiB (`payload_too_large`).",
                "payload_too_large",
                "The body is larger than 1048576 bytes.",
                "The request is too large.",
            ),
        ),
        (
            "UnsupportedMediaType",
            response(
                415,
                "There is a content type, and it is not `application/json` or another `application/…+json` \
                 (`unsupported_media_type`).",
                "unsupported_media_type",
                "The body must be application/json, and content-type must say so or be left out.",
                "The body must be sent as application/json.",
            ),
        ),
        (
            "TooManyRequests",
            with_retry_after(response(
                429,
                "The key has used up its requests (`too_many_requests`).",
                "too_many_requests",
                "This key has used up its requests; Retry-After says when there are more.",
                "Too many requests with this key; try again later.",
            )),
        ),
        (
            "Other",
            with_retry_after(response(
                503,
                "503 with `Retry-After`: the same request may succeed a little later (`unavailable`). 500: our fault \
                 (`internal`). 405: the address does not take the method, only those \
                 that `Allow` names (`method_not_allowed`).",
                "unavailable",
                "Not possible at this moment; please try again.",
                "The service is not available right now; try again in a few seconds.",
            )),
        ),
    ]
}

/// A problem document as an answer, with one example.
pub(crate) fn response(status: u16, description: &str, code: &str, detail: &str, error: &str) -> Response {
    let mut content = content(reference::<Problem>(), []);
    content.example = Some(example(status, code, detail, error));
    ResponseBuilder::new().description(description).content("application/problem+json", content).build()
}

/// A problem document.
pub(crate) fn example(status: u16, code: &str, detail: &str, error: &str) -> Value {
    let title = axum::http::StatusCode::from_u16(status).ok().and_then(|status| status.canonical_reason());
    json!({"type": format!("urn:recado:problem:{code}"), "title": title, "status": status,
        "detail": detail, "errors": [], "error": error})
}

fn bad_request() -> Response {
    let fields = json!({
        "type": "urn:recado:problem:invalid_fields",
        "title": "Bad Request",
        "status": 400,
        "detail": "These fields are wrong: /phone, /pets/0/name.",
        "errors": [
            {"pointer": "/phone", "detail": "must be given"},
            {"pointer": "/pets/0/name", "detail": "expected 1 to 200 characters"}
        ],
        "error": "Some fields of the request are not valid."
    });
    let json = json!({
        "type": "urn:recado:problem:bad_request",
        "title": "Bad Request",
        "status": 400,
        "detail": "The body is not JSON: trailing comma at line 2 column 4.",
        "errors": [],
        "error": "The request could not be understood."
    });
    let examples = [("fields", "Fields are wrong", fields), ("json", "No JSON", json)];
    ResponseBuilder::new()
        .description("The request cannot be understood (`bad_request`), or fields of it are wrong (`invalid_fields`).")
        .content("application/problem+json", content(reference::<Problem>(), examples))
        .build()
}

fn with_retry_after(mut response: Response) -> Response {
    let seconds = ObjectBuilder::new().schema_type(Type::Integer).minimum(Some(1)).examples([540]);
    let header = HeaderBuilder::new().description(Some("Seconds to wait.")).schema(seconds.build()).build();
    response.headers.insert("Retry-After".to_owned(), header);
    response
}
