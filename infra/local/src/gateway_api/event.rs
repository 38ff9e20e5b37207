//! The event that a function gets: payload format 2.0.
//! <https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html>

use std::collections::BTreeMap;

use axum::http::{HeaderMap, Method, header};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use chrono::{DateTime, Utc};
use serde_json::{Map, Value, json};

use super::routes::Match;

/// A request as it came in.
pub(super) struct Incoming<'a> {
    pub(super) method: &'a Method,
    /// Decoded, as an HTTP API passes it on.
    pub(super) path: &'a str,
    pub(super) query: &'a str,
    pub(super) headers: &'a HeaderMap,
    pub(super) body: &'a Bytes,
    pub(super) request_id: &'a str,
    pub(super) at: DateTime<Utc>,
}

impl Incoming<'_> {
    /// The event for the function of `found`.
    pub(super) fn event(&self, found: Match<'_>) -> Value {
        let route_key = match found.route.path.as_str() {
            "$default" => "$default".to_owned(),
            path => format!("{} {path}", found.route.method),
        };
        let text = |name: header::HeaderName| {
            self.headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default().to_owned()
        };
        let host = text(header::HOST);
        let mut event = json!({
            "version": "2.0",
            "routeKey": route_key,
            "rawPath": self.path,
            "rawQueryString": self.query,
            "headers": self.headers(&host),
            "requestContext": {
                "accountId": aws::arn::ACCOUNT,
                "apiId": "local",
                "domainName": host,
                "domainPrefix": "local",
                "http": {
                    "method": self.method.as_str(),
                    "path": self.path,
                    "protocol": "HTTP/1.1",
                    "sourceIp": "127.0.0.1",
                    "userAgent": text(header::USER_AGENT),
                },
                "requestId": self.request_id,
                "routeKey": route_key,
                "stage": "$default",
                "time": self.at.format("%d/%b/%Y:%H:%M:%S +0000").to_string(),
                "timeEpoch": self.at.timestamp_millis(),
            },
            "isBase64Encoded": false,
        });
        let cookies: Vec<&str> = self
            .headers
            .get_all(header::COOKIE)
            .iter()
            .filter_map(|value| value.to_str().ok())
            .flat_map(|cookies| cookies.split("; "))
            .collect();
        if !cookies.is_empty() {
            event["cookies"] = json!(cookies);
        }
        if !self.query.is_empty() {
            event["queryStringParameters"] = json!(parameters(self.query));
        }
        if !found.parameters.is_empty() {
            event["pathParameters"] = json!(found.parameters);
        }
        if !self.body.is_empty() {
            let text = if is_text(&text(header::CONTENT_TYPE)) { std::str::from_utf8(self.body).ok() } else { None };
            event["isBase64Encoded"] = text.is_none().into();
            event["body"] = text.map_or_else(|| STANDARD.encode(self.body), str::to_owned).into();
        }
        event
    }

    /// Names in lower case, values of the same name joined; cookies have a place of their own.
    fn headers(&self, host: &str) -> Map<String, Value> {
        let mut joined: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
        for (name, value) in self.headers {
            if name != header::COOKIE && name != header::CONNECTION {
                joined.entry(name.as_str()).or_default().extend(value.to_str().ok());
            }
        }
        let mut headers: Map<String, Value> =
            joined.into_iter().map(|(name, values)| (name.to_owned(), values.join(",").into())).collect();
        let port = host.rsplit_once(':').map_or("80", |(_, port)| port);
        for (name, value) in
            [("x-forwarded-for", "127.0.0.1"), ("x-forwarded-port", port), ("x-forwarded-proto", "http")]
        {
            headers.insert(name.to_owned(), value.into());
        }
        headers.insert("content-length".to_owned(), self.body.len().to_string().into());
        headers
    }
}

/// The content types whose bodies are passed on as text; all others, and bodies without one, come in base64.
fn is_text(content_type: &str) -> bool {
    let essence = content_type.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    essence.starts_with("text/")
        || matches!(essence.as_str(), "application/json" | "application/xml" | "application/javascript")
}

/// Decoded parameters; several of one name are joined by commas.
fn parameters(query: &str) -> BTreeMap<String, String> {
    let mut parameters: BTreeMap<String, String> = BTreeMap::new();
    for pair in query.split('&').filter(|pair| !pair.is_empty()) {
        let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
        let value = decode(&value.replace('+', " "));
        parameters
            .entry(decode(&name.replace('+', " ")))
            .and_modify(|values| {
                values.push(',');
                values.push_str(&value);
            })
            .or_insert(value);
    }
    parameters
}

/// Without percent-encoding; what is not UTF-8 then is replaced.
pub(crate) fn decode(text: &str) -> String {
    let bytes = text.as_bytes();
    let mut decoded = Vec::with_capacity(bytes.len());
    let mut at = 0;
    while let Some(&byte) = bytes.get(at) {
        let hex = text.get(at + 1..at + 3).filter(|_| byte == b'%');
        match hex.and_then(|hex| u8::from_str_radix(hex, 16).ok()) {
            Some(value) => {
                decoded.push(value);
                at += 3;
            }
            None => {
                decoded.push(byte);
                at += 1;
            }
        }
    }
    String::from_utf8_lossy(&decoded).into_owned()
}
