//! The HTTP API of a deployment: one key, patience, and errors in words.

use reqwest::{Method, StatusCode};
use serde_json::Value;
use std::time::Duration;

/// Longer than API Gateway lets a request last.
const TIMEOUT: Duration = Duration::from_secs(35);
/// Tries of a request that gets no answer, or one that says it is the service's fault.
const TRIES: u32 = 9;
/// The longest wait between two of these.
const LONGEST: Duration = Duration::from_secs(30);

/// Why a request has no result.
#[derive(Debug, thiserror::Error)]
pub(crate) enum ApiError {
    #[error("{0}")]
    Refused(String),
    #[error("{url} does not answer: {reason}")]
    Unreachable { url: String, reason: String },
    #[error("the service answers with {0}")]
    Failing(StatusCode),
    #[error("the answer is none that this tool knows: {0}")]
    Strange(String),
}

impl ApiError {
    /// Whether less at once, or the same later, may be answered.
    pub(crate) fn may_pass(&self) -> bool {
        matches!(self, Self::Unreachable { .. } | Self::Failing(_))
    }
}

/// Speaks to a deployment.
#[derive(Clone)]
pub(crate) struct Client {
    http: reqwest::Client,
    url: String,
    key: String,
    /// Named in each request; a business's own key needs none.
    pub(crate) business: Option<String>,
    /// Is told why nothing happens for a while.
    waiting: fn(&str),
}

impl Client {
    pub(crate) fn new(url: &str, key: &str, business: Option<String>, waiting: fn(&str)) -> Result<Self, String> {
        let url = url.trim_end_matches('/').to_owned();
        if !url.starts_with("http://") && !url.starts_with("https://") {
            return Err(format!("--url {url}: expected an address as https://example.com"));
        }
        // The client wants a TLS provider; another may be installed already.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let http = reqwest::Client::builder().timeout(TIMEOUT).connect_timeout(Duration::from_secs(10));
        let http = http.build().map_err(|error| error.to_string())?;
        Ok(Self { http, url, key: key.to_owned(), business, waiting })
    }

    /// For addresses that have the business in their path.
    pub(crate) fn of_no_business(&self) -> Self {
        Self { business: None, ..self.clone() }
    }

    pub(crate) fn url(&self) -> &str {
        &self.url
    }

    pub(crate) fn key(&self) -> &str {
        &self.key
    }

    pub(crate) async fn get(&self, path: &str, query: &[(&str, &str)]) -> Result<Value, ApiError> {
        self.call(Method::GET, path, query, None, TRIES).await
    }

    /// `is_last`: there is nothing to do about a service that fails but to ask again.
    pub(crate) async fn post(&self, path: &str, body: Vec<u8>, is_last: bool) -> Result<Value, ApiError> {
        self.call(Method::POST, path, &[], Some(body), if is_last { TRIES } else { 1 }).await
    }

    /// Asks until there is an answer: all that this tool asks for may be asked for twice.
    async fn call(
        &self,
        method: Method,
        path: &str,
        query: &[(&str, &str)],
        body: Option<Vec<u8>>,
        most: u32,
    ) -> Result<Value, ApiError> {
        let body = body.map(bytes::Bytes::from);
        let mut tries = 0;
        loop {
            let mut url = reqwest::Url::parse(&format!("{}{path}", self.url))
                .map_err(|error| ApiError::Refused(format!("{}: {error}", self.url)))?;
            url.query_pairs_mut().extend_pairs(query);
            if let Some(business) = &self.business {
                url.query_pairs_mut().append_pair("business_id", business);
            }
            if url.query() == Some("") {
                url.set_query(None);
            }
            let mut request = self.http.request(method.clone(), url).header("x-api-key", &self.key);
            if let Some(body) = &body {
                request = request.header("content-type", "application/json").body(body.clone());
            }
            let (wait, error) = match request.send().await {
                Ok(response) => {
                    let (status, after) = (response.status(), retry_after(&response));
                    let text = response.bytes().await;
                    match (status, text) {
                        (status, Ok(text)) if status.is_success() => {
                            return serde_json::from_slice(&text).map_err(|error| ApiError::Strange(error.to_string()));
                        }
                        (StatusCode::TOO_MANY_REQUESTS, _) => {
                            let wait = after.unwrap_or_else(|| backoff(tries));
                            (self.waiting)(&format!(
                                "the key's limit is reached; going on in {} s (a key with a larger limit does not wait)",
                                wait.as_secs()
                            ));
                            tokio::time::sleep(wait).await;
                            continue;
                        }
                        (status, Ok(text)) if !status.is_server_error() && status != StatusCode::REQUEST_TIMEOUT => {
                            return Err(refused(status, &text));
                        }
                        (status, Ok(_)) => (after, ApiError::Failing(status)),
                        (_, Err(error)) => (after, self.unreachable(&error)),
                    }
                }
                Err(error) => (None, self.unreachable(&error)),
            };
            tries += 1;
            if tries == most {
                return Err(error);
            }
            let wait = wait.unwrap_or_else(|| backoff(tries));
            if tries > 2 {
                (self.waiting)(&format!("{error}; trying again in {} s", wait.as_secs()));
            }
            tokio::time::sleep(wait).await;
        }
    }

    fn unreachable(&self, error: &reqwest::Error) -> ApiError {
        let mut reason = error.to_string();
        let mut source = std::error::Error::source(error);
        while let Some(inner) = source {
            reason = inner.to_string();
            source = inner.source();
        }
        ApiError::Unreachable { url: self.url.clone(), reason }
    }
}

fn retry_after(response: &reqwest::Response) -> Option<Duration> {
    let seconds = response.headers().get("retry-after")?.to_str().ok()?.trim().parse().ok()?;
    Some(Duration::from_secs(seconds))
}

/// From a quarter of a second on, twice as long each time, and never all at once.
pub(crate) fn backoff(tries: u32) -> Duration {
    let most = Duration::from_millis(500).saturating_mul(1 << tries.min(10)).min(LONGEST);
    most.mul_f64(0.5 + fastrand::f64() / 2.0)
}

/// The problem in one line: its sentence, and each field with what was expected.
fn refused(status: StatusCode, text: &[u8]) -> ApiError {
    let problem: Value = serde_json::from_slice(text).unwrap_or_default();
    ApiError::Refused(match in_words(&problem) {
        words if words.is_empty() => format!("the service refuses with {status}"),
        words => format!("the service refuses with {}: {words}", status.as_u16()),
    })
}

/// What a problem document says to a person.
pub(crate) fn in_words(problem: &Value) -> String {
    let errors = problem["errors"].as_array().map(Vec::as_slice).unwrap_or_default();
    let told: Vec<String> = errors
        .iter()
        .map(|error| {
            let pointer = error["pointer"].as_str().unwrap_or_default().trim_start_matches('/');
            format!("{pointer}: {}", error["detail"].as_str().unwrap_or_default())
        })
        .collect();
    if told.is_empty() { problem["detail"].as_str().unwrap_or_default().to_owned() } else { told.join("; ") }
}
