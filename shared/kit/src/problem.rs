//! Errors as RFC 9457 says, and one sentence in the caller's language for those who read no more.

use ::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use domain::Locale;
use domain::problems::{detail_in, problem_sentence};
use domain::profile::FieldProblem;
use serde::Serialize;
use std::borrow::Cow;
use std::fmt;
use std::time::Duration;
use store::StoreError;

/// The fault of one field.
#[derive(Clone, PartialEq, Eq, Serialize)]
pub struct FieldError {
    /// JSON pointer (RFC 6901) into the request; `/name` also for a parameter of the query or the path.
    pub pointer: String,
    /// The value that was expected.
    pub detail: Cow<'static, str>,
}

impl From<FieldProblem> for FieldError {
    fn from(problem: FieldProblem) -> Self {
        Self { pointer: problem.pointer, detail: problem.detail.into() }
    }
}

/// An error answer. `Debug` shows no detail, as details may repeat what the caller wrote.
#[derive(Clone, PartialEq, Eq)]
pub struct Problem(Box<Parts>);

#[derive(Clone, PartialEq, Eq)]
struct Parts {
    status: StatusCode,
    /// The kind of problem, as its status says it.
    kind: &'static str,
    /// The stable word for it, more exact than the kind.
    code: &'static str,
    detail: Cow<'static, str>,
    errors: Vec<FieldError>,
    retry_after: Option<Duration>,
    /// The methods that the address takes.
    allow: Option<&'static str>,
    cause: Option<String>,
}

impl Problem {
    fn new(status: StatusCode, code: &'static str, detail: impl Into<Cow<'static, str>>) -> Self {
        let detail = detail.into();
        let (errors, retry_after, allow, cause) = (Vec::new(), None, None, None);
        Self(Box::new(Parts { status, kind: code, code, detail, errors, retry_after, allow, cause }))
    }

    fn with(mut self, change: impl FnOnce(&mut Parts)) -> Self {
        change(&mut self.0);
        self
    }

    /// 400: the request as a whole cannot be understood.
    #[must_use]
    pub fn bad_request(detail: impl Into<Cow<'static, str>>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, "bad_request", detail)
    }

    /// 400: these fields are wrong.
    #[must_use]
    pub fn fields<F: Into<FieldError>>(errors: impl IntoIterator<Item = F>) -> Self {
        let errors: Vec<FieldError> = errors.into_iter().map(Into::into).collect();
        let names: Vec<&str> = errors.iter().map(|error| error.pointer.as_str()).collect();
        let detail = format!("These fields are wrong: {}.", names.join(", "));
        Self::new(StatusCode::BAD_REQUEST, "invalid_fields", detail).with(|parts| parts.errors = errors)
    }

    /// 400: this field is wrong; `pointer` as `/phone`.
    #[must_use]
    pub fn field(pointer: impl Into<String>, detail: impl Into<Cow<'static, str>>) -> Self {
        Self::fields([FieldError { pointer: pointer.into(), detail: detail.into() }])
    }

    /// 401: the caller is not known.
    #[must_use]
    pub fn unauthorized(detail: impl Into<Cow<'static, str>>) -> Self {
        Self::new(StatusCode::UNAUTHORIZED, "unauthorized", detail)
    }

    /// 403: the caller is known and may not.
    #[must_use]
    pub fn forbidden(detail: impl Into<Cow<'static, str>>) -> Self {
        Self::new(StatusCode::FORBIDDEN, "forbidden", detail)
    }

    /// 404: there is no such thing.
    #[must_use]
    pub fn not_found(detail: impl Into<Cow<'static, str>>) -> Self {
        Self::new(StatusCode::NOT_FOUND, "not_found", detail)
    }

    /// 405: the address is right, the method is not.
    #[must_use]
    pub fn method_not_allowed() -> Self {
        Self::new(StatusCode::METHOD_NOT_ALLOWED, "method_not_allowed", "This address does not take this method.")
    }

    /// Names the methods that the address takes, as `GET,HEAD`.
    #[must_use]
    pub fn allowing(self, methods: &'static str) -> Self {
        self.with(|parts| parts.allow = Some(methods))
    }

    /// 409: the present state does not allow it.
    #[must_use]
    pub fn conflict(detail: impl Into<Cow<'static, str>>) -> Self {
        Self::new(StatusCode::CONFLICT, "conflict", detail)
    }

    /// 413: the body is larger than `limit` bytes.
    #[must_use]
    pub fn payload_too_large(limit: usize) -> Self {
        let detail = format!("The body is larger than {limit} bytes.");
        Self::new(StatusCode::PAYLOAD_TOO_LARGE, "payload_too_large", detail)
    }

    /// 415: the body is not of this type.
    #[must_use]
    pub fn unsupported_media_type(expected: &str) -> Self {
        let detail = format!("The body must be {expected}, and content-type must say so or be left out.");
        Self::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, "unsupported_media_type", detail)
    }

    /// 429: come again after so long.
    #[must_use]
    pub fn too_many_requests(retry_after: Duration) -> Self {
        let detail = "This key has used up its requests; Retry-After says when there are more.";
        Self::new(StatusCode::TOO_MANY_REQUESTS, "too_many_requests", detail)
            .with(|parts| parts.retry_after = Some(retry_after))
    }

    /// 500: our fault. The cause is logged, not told; it may hold nothing personal.
    #[must_use]
    pub fn internal(cause: impl fmt::Display) -> Self {
        Self::new(StatusCode::INTERNAL_SERVER_ERROR, "internal", "Something went wrong on our side.")
            .with(|parts| parts.cause = Some(cause.to_string()))
    }

    /// 503: the same request may succeed a little later. The cause is logged, not told; it may hold nothing personal.
    #[must_use]
    pub fn unavailable(cause: impl fmt::Display) -> Self {
        let detail = "Not possible at this moment; please try again.";
        Self::new(StatusCode::SERVICE_UNAVAILABLE, "unavailable", detail).with(|parts| {
            parts.cause = Some(cause.to_string());
            parts.retry_after = Some(Duration::from_secs(1));
        })
    }

    /// The problem that a status alone stands for, for answers of others.
    #[must_use]
    pub fn of_status(status: StatusCode) -> Self {
        let problem = match status {
            StatusCode::UNAUTHORIZED => Self::unauthorized("The caller is not known."),
            StatusCode::FORBIDDEN => Self::forbidden("Not allowed."),
            StatusCode::NOT_FOUND => Self::not_found("There is nothing at this address."),
            StatusCode::METHOD_NOT_ALLOWED => Self::method_not_allowed(),
            StatusCode::CONFLICT => Self::conflict("What is there does not allow it."),
            StatusCode::PAYLOAD_TOO_LARGE => {
                Self::new(status, "payload_too_large", "The body is larger than what is allowed.")
            }
            StatusCode::UNSUPPORTED_MEDIA_TYPE => Self::unsupported_media_type("application/json"),
            StatusCode::SERVICE_UNAVAILABLE => Self::unavailable(status),
            status if status.is_server_error() => Self::internal(status),
            _ => Self::bad_request("The request cannot be understood."),
        };
        problem.with(|parts| parts.status = status)
    }

    /// Names the problem more closely than its status does; the word becomes the end of `type`.
    #[must_use]
    pub fn coded(self, code: &'static str) -> Self {
        self.with(|parts| parts.code = code)
    }

    /// The HTTP status that it is answered with.
    #[must_use]
    pub fn status(&self) -> StatusCode {
        self.0.status
    }

    /// Its stable word.
    #[must_use]
    pub fn code(&self) -> &'static str {
        self.0.code
    }

    /// Its sentence in English; may repeat what the caller wrote.
    #[must_use]
    pub fn detail(&self) -> &str {
        &self.0.detail
    }

    /// The fields that are wrong.
    #[must_use]
    pub fn errors(&self) -> &[FieldError] {
        &self.0.errors
    }

    /// The cause, for the log.
    #[must_use]
    pub fn cause(&self) -> Option<&str> {
        self.0.cause.as_deref()
    }

    /// The sentence of its code, or else of its status.
    fn sentence(&self, locale: Locale) -> &'static str {
        let sentence = problem_sentence(self.0.code, locale);
        let is_known = sentence != problem_sentence("internal", locale);
        if is_known { sentence } else { problem_sentence(self.0.kind, locale) }
    }

    /// Its members, in the language of the caller.
    #[must_use]
    pub fn told(&self, locale: Locale) -> Told {
        let told = |error: &FieldError| FieldError {
            pointer: error.pointer.clone(),
            detail: detail_in(&error.detail, locale).into_owned().into(),
        };
        Told {
            r#type: format!("urn:recado:problem:{}", self.0.code),
            title: self.0.status.canonical_reason().unwrap_or("Error"),
            status: self.0.status.as_u16(),
            detail: detail_in(&self.0.detail, locale).into_owned(),
            errors: self.0.errors.iter().map(told).collect(),
            error: self.sentence(locale),
        }
    }

    /// The answer with its sentence in `locale`.
    #[must_use]
    pub fn response(&self, locale: Locale) -> Response {
        let body = serde_json::to_vec(&self.told(locale)).unwrap_or_default();
        let mut response = Response::new(axum::body::Body::from(body));
        *response.status_mut() = self.0.status;
        let headers = response.headers_mut();
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/problem+json"));
        headers.insert(header::CONTENT_LANGUAGE, HeaderValue::from_static(locale.into()));
        headers.insert(header::VARY, HeaderValue::from_static("accept-language"));
        if let Some(methods) = self.0.allow {
            headers.insert(header::ALLOW, HeaderValue::from_static(methods));
        }
        if let Some(wait) = self.0.retry_after {
            let seconds = wait.as_secs() + u64::from(wait.subsec_nanos() > 0);
            headers.insert(header::RETRY_AFTER, HeaderValue::from(seconds.max(1)));
        }
        response
    }
}

/// The members of a problem as RFC 9457 says, in one language.
#[derive(Clone, PartialEq, Eq, Serialize)]
pub struct Told {
    r#type: String,
    title: &'static str,
    status: u16,
    detail: String,
    errors: Vec<FieldError>,
    error: &'static str,
}

impl fmt::Debug for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Problem")
            .field("status", &self.0.status)
            .field("code", &self.0.code)
            .field("cause", &self.0.cause)
            .finish_non_exhaustive()
    }
}

impl fmt::Debug for FieldError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("FieldError").field("pointer", &self.pointer).finish_non_exhaustive()
    }
}

/// The problem stays with the answer, so that [`crate::serve()`] can put it into the caller's language.
impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let mut response = self.response(Locale::En);
        response.extensions_mut().insert(self);
        response
    }
}

impl From<StoreError> for Problem {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::BadCursor => Self::field("/cursor", error.to_string()),
            error if error.is_retryable() => Self::unavailable(error),
            error => Self::internal(error),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::body_json;
    use serde_json::json;

    #[tokio::test]
    async fn has_the_members_of_the_contract() {
        let problem = Problem::fields([
            FieldError { pointer: "/phone".into(), detail: "expected a phone number".into() },
            FieldError { pointer: "/pets/0/name".into(), detail: "expected a name".into() },
        ]);
        let response = problem.into_response();
        assert_eq!(response.headers()["content-type"], "application/problem+json");
        assert_eq!(
            body_json(response).await,
            json!({
                "type": "urn:recado:problem:invalid_fields",
                "title": "Bad Request",
                "status": 400,
                "detail": "These fields are wrong: /phone, /pets/0/name.",
                "errors": [
                    {"pointer": "/phone", "detail": "expected a phone number"},
                    {"pointer": "/pets/0/name", "detail": "expected a name"},
                ],
                "error": "Some fields of the request are not valid.",
            })
        );
    }

    #[tokio::test]
    async fn every_status_speaks_every_language() {
        for status in [400, 401, 403, 404, 405, 409, 413, 415, 429, 500, 503] {
            let problem = Problem::of_status(StatusCode::from_u16(status).unwrap());
            let sentences = [Locale::En, Locale::Es, Locale::PtBr].map(|locale| problem.sentence(locale));
            assert!(sentences[0] != sentences[1] && sentences[1] != sentences[2], "{status}");
            assert_eq!(problem.status(), status);
        }
    }

    #[test]
    fn a_closer_code_has_its_own_sentence_or_that_of_its_status() {
        let conflict = |code| Problem::conflict("No.").coded(code).sentence(Locale::En);
        assert_eq!(conflict("below_zero"), "The points balance cannot go below zero.");
        assert_eq!(conflict("something_new"), Problem::conflict("No.").sentence(Locale::En));
    }

    #[test]
    fn waiting_is_told_in_whole_seconds_and_never_as_none() {
        for (millis, header) in [(0, "1"), (900, "1"), (1_001, "2"), (60_000, "60")] {
            let response = Problem::too_many_requests(Duration::from_millis(millis)).into_response();
            assert_eq!(response.headers()["retry-after"], header);
        }
    }

    #[test]
    fn the_store_is_unavailable_or_wrong_and_debug_tells_no_detail() {
        assert_eq!(Problem::from(StoreError::Throttled("GetItem")).status(), StatusCode::SERVICE_UNAVAILABLE);
        assert_eq!(Problem::from(StoreError::BadCursor).status(), StatusCode::BAD_REQUEST);
        let corrupt = Problem::from(StoreError::Corrupt("customers"));
        assert_eq!(corrupt.cause(), Some("an item of customers cannot be read"));
        assert!(!format!("{:?}", Problem::field("/phone", "not 5511999998888")).contains("5511"));
    }
}
