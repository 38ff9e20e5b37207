//! One JSON call to a gateway, and what its failure says about whether the gateway has the message.

use crate::gateway::Outcome;
use bytes::Bytes;
use chrono::DateTime;
use domain::Refusal;
use http::{HeaderMap, HeaderValue, Method, StatusCode, header};
use kit::http::{Http, HttpError};
use serde_json::Value;
use std::time::Duration;

/// A gateway's answer.
pub struct Answer {
    pub status: StatusCode,
    /// Null if the body is no JSON.
    pub json: Value,
    /// As told by `Retry-After`.
    pub retry_after: Option<Duration>,
}

/// Why there is no answer.
pub enum Failed {
    /// The request could not even be built.
    Unbuildable,
    /// Surely not out, or perhaps.
    Http(HttpError),
}

impl Failed {
    /// A stable word.
    pub fn word(&self) -> &'static str {
        match self {
            Self::Unbuildable => "unbuildable_request",
            Self::Http(HttpError::NotSent { timeout: false, .. }) => "not_connected",
            Self::Http(HttpError::NotSent { timeout: true, .. }) => "connect_timed_out",
            Self::Http(HttpError::MaybeSent { timeout: false, .. }) => "connection_lost",
            Self::Http(HttpError::MaybeSent { timeout: true, .. }) => "timed_out",
        }
    }

    /// What it means for a message.
    pub fn outcome(&self) -> Outcome {
        match self {
            Self::Unbuildable => Outcome::refused(Refusal::BadRequest, self.word()),
            Self::Http(HttpError::NotSent { .. }) => Outcome::refused(Refusal::Retry, self.word()),
            Self::Http(HttpError::MaybeSent { .. }) => Outcome::perhaps(self.word()),
        }
    }
}

/// What a status says when nothing better is known. Only a status that surely means refusal counts as one.
pub fn by_status(answer: &Answer, detail: String) -> Outcome {
    match answer.status {
        StatusCode::TOO_MANY_REQUESTS => Outcome::refused(Refusal::RateLimited { after: answer.retry_after }, detail),
        StatusCode::SERVICE_UNAVAILABLE => Outcome::refused(Refusal::Retry, detail),
        // Something between us and the gateway may say so after it has passed the request on.
        StatusCode::REQUEST_TIMEOUT => Outcome::perhaps("http_408"),
        status if status.is_client_error() => Outcome::refused(Refusal::BadRequest, detail),
        status if status.is_success() => Outcome::perhaps("unreadable_answer"),
        status => Outcome::perhaps(format!("http_{}", status.as_u16())),
    }
}

pub async fn post(http: &dyn Http, url: &str, token: &str, body: &Value, wait: Duration) -> Result<Answer, Failed> {
    let body = serde_json::to_vec(body).map_err(|_| Failed::Unbuildable)?;
    call(http, Method::POST, url, token, body.into(), wait).await
}

pub async fn get(http: &dyn Http, url: &str, token: &str, wait: Duration) -> Result<Answer, Failed> {
    call(http, Method::GET, url, token, Bytes::new(), wait).await
}

async fn call(
    http: &dyn Http,
    method: Method,
    url: &str,
    token: &str,
    body: Bytes,
    wait: Duration,
) -> Result<Answer, Failed> {
    let mut token = HeaderValue::try_from(format!("Bearer {token}")).map_err(|_| Failed::Unbuildable)?;
    token.set_sensitive(true);
    let mut request = http::Request::builder()
        .method(method)
        .uri(url)
        .header(header::AUTHORIZATION, token)
        .header(header::ACCEPT, "application/json");
    if !body.is_empty() {
        request = request.header(header::CONTENT_TYPE, "application/json");
    }
    let request = request.body(body).map_err(|_| Failed::Unbuildable)?;
    let response = http.send(request, wait).await.map_err(Failed::Http)?;
    Ok(Answer {
        status: response.status(),
        json: crate::json::parse(response.body()).unwrap_or_default(),
        retry_after: retry_after(response.headers()),
    })
}

/// In seconds, or as a date measured against the answer's own.
fn retry_after(headers: &HeaderMap) -> Option<Duration> {
    let text = |name| headers.get(name).and_then(|value: &HeaderValue| value.to_str().ok());
    let told = text(header::RETRY_AFTER)?.trim();
    if let Ok(seconds) = told.parse() {
        return Some(Duration::from_secs(seconds));
    }
    let (until, now) =
        (DateTime::parse_from_rfc2822(told).ok()?, DateTime::parse_from_rfc2822(text(header::DATE)?).ok()?);
    (until - now).to_std().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn retry_after_is_read_in_both_its_forms() {
        let read = |told: &'static str, date: Option<&'static str>| {
            let mut headers = HeaderMap::new();
            headers.insert(header::RETRY_AFTER, HeaderValue::from_static(told));
            date.map(|date| headers.insert(header::DATE, HeaderValue::from_static(date)));
            retry_after(&headers).map(|wait| wait.as_secs())
        };
        let now = Some("Sat, 21 Nov 2026 18:00:00 GMT");
        assert_eq!(read("120", None), Some(120));
        assert_eq!(read("Sat, 21 Nov 2026 18:01:30 GMT", now), Some(90));
        assert_eq!(read("Sat, 21 Nov 2026 17:01:30 GMT", now), None);
        assert_eq!(read("Sat, 21 Nov 2026 18:01:30 GMT", None), None);
        assert_eq!(read("-5", None), None);
        assert_eq!(read("soon", now), None);
    }
}
