//! Callers of the API as they should be: a caller who gets no answer asks again under the same id.

use crate::run::Run;
use bytes::Bytes;
use chrono::{DateTime, Utc};
use http::{HeaderMap, HeaderValue, Method, Uri};
use http_body_util::BodyExt;
use local::setup::OPERATOR_KEY;
use serde_json::{Value, json};
use std::sync::Arc;
use std::time::Duration;

/// The number of times that a caller asks before it gives up.
const TRIES: u32 = 9;

/// Calls the API.
#[derive(Clone)]
pub struct Client {
    run: Arc<Run>,
}

/// The answer that a caller got in the end.
#[derive(Clone, Debug)]
pub struct Answer {
    /// HTTP status; the last one, if it never was a clear one.
    pub status: u16,
    /// The body; null if it was not JSON.
    pub body: Value,
    /// When it was first asked.
    pub since: DateTime<Utc>,
    /// The number of times that it was asked.
    pub tries: u32,
}

impl Answer {
    #[must_use]
    pub fn is_done(&self) -> bool {
        (200..300).contains(&self.status)
    }

    /// Whether the caller does not know what came of it.
    #[must_use]
    pub fn is_unclear(&self) -> bool {
        self.status >= 500 || self.status == 429
    }
}

impl Client {
    /// A caller of the run's API.
    #[must_use]
    pub fn new(run: Arc<Run>) -> Self {
        Self { run }
    }

    /// The key that may do everything.
    #[must_use]
    pub fn operator(&self) -> &'static str {
        OPERATOR_KEY
    }

    /// Calls until there is a clear answer, or no patience left.
    pub async fn call(&self, method: &str, path: &str, key: &str, body: Option<&Value>) -> Answer {
        let (since, mut nth) = (self.run.now(), 0);
        loop {
            let answer = self.once(method, path, key, body).await;
            self.run.note(format_args!("caller {method} {path} → {}", answer.status));
            nth += 1;
            if !answer.is_unclear() || nth == TRIES {
                return Answer { tries: nth, since, ..answer };
            }
            tokio::time::sleep(Duration::from_secs(1 << nth)).await;
        }
    }

    /// Calls, and wants success.
    ///
    /// # Errors
    /// The answer, if it is no success.
    pub async fn must(&self, method: &str, path: &str, key: &str, body: Option<&Value>) -> Result<Value, String> {
        let answer = self.call(method, path, key, body).await;
        if answer.is_done() {
            Ok(answer.body)
        } else {
            Err(format!("{method} {path}: {} {}", answer.status, answer.body))
        }
    }

    /// All messages of the business that a key is of, a page after the other.
    ///
    /// # Errors
    /// The answer, if it is no success.
    pub async fn messages(&self, key: &str) -> Result<Vec<Value>, String> {
        let mut found = self.pages("/api/messages?limit=100", "messages", key).await?;
        // Those of campaigns are not among them.
        for campaign in self.campaigns(key).await? {
            let id = campaign["campaign_id"].as_str().unwrap_or_default();
            found.extend(self.pages(&format!("/api/messages?limit=100&campaign={id}"), "messages", key).await?);
        }
        Ok(found)
    }

    /// All campaigns of the business that a key is of.
    ///
    /// # Errors
    /// The answer, if it is no success.
    pub async fn campaigns(&self, key: &str) -> Result<Vec<Value>, String> {
        self.pages("/api/campaigns?limit=50", "campaigns", key).await
    }

    /// All customers of the business that a key is of, as its search finds them, with the number that it tells.
    ///
    /// # Errors
    /// The answer, if it is no success.
    pub async fn searched(&self, key: &str) -> Result<(u64, Vec<Value>), String> {
        let (mut found, mut search) = (Vec::new(), json!({"limit": 3, "sort": "-totalSpent"}));
        loop {
            let mut page = self.must("POST", "/api/customers/search", key, Some(&search)).await?;
            if let Value::Array(customers) = page["customers"].take() {
                found.extend(customers);
            }
            if page["cursor"].is_null() {
                return Ok((page["total"].as_u64().unwrap_or_default(), found));
            }
            search["cursor"] = page["cursor"].take();
        }
    }

    /// All pages of a list.
    async fn pages(&self, list: &str, name: &str, key: &str) -> Result<Vec<Value>, String> {
        let (mut found, mut path) = (Vec::new(), list.to_owned());
        loop {
            let mut page = self.must("GET", &path, key, None).await?;
            if let Value::Array(items) = page[name].take() {
                found.extend(items);
            }
            let Some(cursor) = page["cursor"].as_str() else { return Ok(found) };
            path = format!("{list}&cursor={cursor}");
        }
    }

    async fn once(&self, method: &str, path: &str, key: &str, body: Option<&Value>) -> Answer {
        let since = self.run.now();
        let nothing = Answer { status: 0, body: Value::Null, since, tries: 1 };
        let (Ok(method), Ok(uri), Ok(key)) =
            (method.parse::<Method>(), path.parse::<Uri>(), HeaderValue::from_str(key))
        else {
            return nothing;
        };
        let mut headers = HeaderMap::new();
        headers.insert("host", HeaderValue::from_static("api.simulation"));
        headers.insert("x-api-key", key);
        headers.insert("content-type", HeaderValue::from_static("application/json"));
        let bytes = body.map_or_else(Bytes::new, |body| Bytes::from(body.to_string()));
        let response = self.run.cloud().gateway.call(&method, &uri, &headers, bytes).await;
        let status = response.status().as_u16();
        let body = response.into_body().collect().await.map(|body| body.to_bytes()).unwrap_or_default();
        Answer { status, body: serde_json::from_slice(&body).unwrap_or_default(), since, tries: 1 }
    }
}
