//! One JSON call to a gateway. Its failure says whether the gateway may have the message.

use crate::SendOutcome;
use bytes::Bytes;
use chrono::DateTime;
use domain::Refusal;
use http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, header};
use kit::http::{Http, HttpError, Response};
use serde_json::Value;
use std::sync::Arc;
use std::time::Duration;

/// A gateway's answer.
pub struct GatewayAnswer {
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
    /// A stable word for records and metrics.
    pub fn word(&self) -> &'static str {
        match self {
            Self::Unbuildable => "unbuildable_request",
            Self::Http(HttpError::NotSent { timeout: false, .. }) => "not_connected",
            Self::Http(HttpError::NotSent { timeout: true, .. }) => "connect_timed_out",
            Self::Http(HttpError::MaybeSent { timeout: false, .. }) => "connection_lost",
            Self::Http(HttpError::MaybeSent { timeout: true, .. }) => "timed_out",
        }
    }

    /// The meaning of the error for a message.
    pub fn outcome(&self) -> SendOutcome {
        match self {
            Self::Unbuildable => SendOutcome::refused(Refusal::BadRequest, self.word()),
            Self::Http(HttpError::NotSent { .. }) => SendOutcome::refused(Refusal::Retry, self.word()),
            Self::Http(HttpError::MaybeSent { .. }) => SendOutcome::perhaps(self.word()),
        }
    }
}

/// The meaning of a status when nothing better is known. Only a status that surely means refusal counts as one.
pub fn by_status(answer: &GatewayAnswer, detail: String) -> SendOutcome {
    match answer.status {
        StatusCode::TOO_MANY_REQUESTS => {
            SendOutcome::refused(Refusal::RateLimited { after: answer.retry_after }, detail)
        }
        StatusCode::SERVICE_UNAVAILABLE => SendOutcome::refused(Refusal::Retry, detail),
        // Something between us and the gateway may say so after it has passed the request on.
        StatusCode::REQUEST_TIMEOUT => SendOutcome::perhaps("http_408"),
        status if status.is_client_error() => SendOutcome::refused(Refusal::BadRequest, detail),
        status if status.is_success() => SendOutcome::perhaps("unreadable_answer"),
        status => SendOutcome::perhaps(format!("http_{}", status.as_u16())),
    }
}

/// The way to one gateway with one sender's calls.
#[derive(Clone, Debug)]
pub struct Connection {
    http: Arc<dyn Http>,
    url: String,
    timeout: Duration,
}

impl Connection {
    /// `url` with the version and without a slash at the end; `timeout` for one call, whole.
    #[must_use]
    pub fn new(http: Arc<dyn Http>, url: &str, timeout: Duration) -> Self {
        Self { http, url: url.to_owned(), timeout }
    }

    /// The calls of one key, which stands in this header.
    pub(crate) fn with_key(self, header: KeyHeader, key: &str) -> Calls {
        Calls { connection: self, header, key: key.to_owned() }
    }
}

/// The header in which a gateway takes our key.
#[derive(Clone, Copy)]
pub enum KeyHeader {
    /// `Authorization: Bearer <key>`.
    Bearer,
    /// The bare key under this name, in lower case.
    Bare(&'static str),
}

/// The calls of one key. Deliberately without `Debug`.
#[derive(Clone)]
pub struct Calls {
    connection: Connection,
    header: KeyHeader,
    key: String,
}

impl Calls {
    pub async fn get(&self, path: &str) -> Result<GatewayAnswer, Failed> {
        self.call(Method::GET, path, Bytes::new()).await
    }

    pub async fn delete(&self, path: &str) -> Result<GatewayAnswer, Failed> {
        self.call(Method::DELETE, path, Bytes::new()).await
    }

    pub async fn post(&self, path: &str, body: &Value) -> Result<GatewayAnswer, Failed> {
        self.with_body(Method::POST, path, body).await
    }

    pub async fn put(&self, path: &str, body: &Value) -> Result<GatewayAnswer, Failed> {
        self.with_body(Method::PUT, path, body).await
    }

    async fn with_body(&self, method: Method, path: &str, body: &Value) -> Result<GatewayAnswer, Failed> {
        let body = serde_json::to_vec(body).map_err(|_| Failed::Unbuildable)?;
        self.call(method, path, body.into()).await
    }

    /// A file, as it is.
    pub async fn download(&self, path: &str) -> Result<Response, Failed> {
        self.carry(Method::GET, format!("{}{path}", self.connection.url), "*/*", Bytes::new()).await
    }

    /// A file at an address that the gateway has told. The key goes there only by TLS, or to the gateway itself.
    pub async fn download_at(&self, url: &str) -> Result<Response, Failed> {
        let origin = |url: &str| {
            let uri: http::Uri = url.parse().ok()?;
            Some((uri.scheme_str()?.to_owned(), uri.authority()?.to_string()))
        };
        let to = origin(url).ok_or(Failed::Unbuildable)?;
        if to.0 != "https" && origin(&self.connection.url) != Some(to) {
            return Err(Failed::Unbuildable);
        }
        self.carry(Method::GET, url.to_owned(), "*/*", Bytes::new()).await
    }

    async fn call(&self, method: Method, path: &str, body: Bytes) -> Result<GatewayAnswer, Failed> {
        let response = self.carry(method, format!("{}{path}", self.connection.url), "application/json", body).await?;
        Ok(GatewayAnswer {
            status: response.status(),
            json: crate::json::parse(response.body()).unwrap_or_default(),
            retry_after: retry_after(response.headers()),
        })
    }

    async fn carry(&self, method: Method, url: String, accept: &'static str, body: Bytes) -> Result<Response, Failed> {
        let (name, key) = match self.header {
            KeyHeader::Bearer => (header::AUTHORIZATION, HeaderValue::try_from(format!("Bearer {}", self.key))),
            KeyHeader::Bare(name) => (HeaderName::from_static(name), HeaderValue::try_from(&self.key)),
        };
        let mut key = key.map_err(|_| Failed::Unbuildable)?;
        key.set_sensitive(true);
        let mut request =
            http::Request::builder().method(method).uri(url).header(name, key).header(header::ACCEPT, accept);
        if !body.is_empty() {
            request = request.header(header::CONTENT_TYPE, "application/json");
        }
        let request = request.body(body).map_err(|_| Failed::Unbuildable)?;
        self.connection.http.send(request, self.connection.timeout).await.map_err(Failed::Http)
    }
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
