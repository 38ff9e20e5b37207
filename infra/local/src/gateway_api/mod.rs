//! API Gateway's HTTP API: routes, payload format 2.0, limits.
//! <https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-quotas.html>

mod answer;
mod event;
mod routes;

#[cfg(test)]
mod tests;

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use aws::clock::Clock;
use aws::invoke::{Invoke, InvokeError};
use aws::template::Route;
use aws::usage::Usage;
use axum::body::Body;
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, Request, Response, StatusCode, Uri};
use bytes::Bytes;
use http_body_util::{BodyExt, LengthLimitError, Limited};

pub(crate) use event::decode;
pub use routes::{Match, Routes};

use answer::message;
use event::Incoming;

/// Largest body of a request, in bytes.
const LARGEST_BODY: usize = 10 * 1024 * 1024;
/// Largest event that Lambda takes, in bytes.
const LARGEST_EVENT: usize = 6 * 1024 * 1024;
/// The time that a function may take to answer.
const LIMIT: Duration = Duration::from_secs(30);

/// An HTTP API in front of functions.
pub struct Gateway {
    routes: Routes,
    functions: Arc<dyn Invoke>,
    usage: Arc<Usage>,
    clock: Clock,
    rng: Mutex<fastrand::Rng>,
}

impl Gateway {
    /// An API with these routes; the ids of its requests come from `rng`.
    pub fn new(
        routes: &[Route],
        functions: Arc<dyn Invoke>,
        usage: Arc<Usage>,
        clock: Clock,
        rng: fastrand::Rng,
    ) -> Self {
        Self { routes: Routes::new(routes), functions, usage, clock, rng: Mutex::new(rng) }
    }

    /// Answers a request from a connection.
    pub async fn serve(&self, request: Request<Body>) -> Response<Body> {
        let (parts, body) = request.into_parts();
        match Limited::new(body, LARGEST_BODY).collect().await {
            Ok(body) => self.call(&parts.method, &parts.uri, &parts.headers, body.to_bytes()).await,
            Err(error) if error.is::<LengthLimitError>() => {
                message(StatusCode::PAYLOAD_TOO_LARGE, "Request Entity Too Large")
            }
            Err(_) => message(StatusCode::BAD_REQUEST, "Bad Request"),
        }
    }

    /// Answers a request.
    pub async fn call(&self, method: &Method, uri: &Uri, headers: &HeaderMap, body: Bytes) -> Response<Body> {
        self.usage.api_request(body.len());
        let request_id = self.request_id();
        let decoded = decode(uri.path());
        let incoming = Incoming {
            method,
            // An HTTP API decodes the path and, oddly, cuts it at a question mark that was encoded.
            path: decoded.split('?').next().unwrap_or_default(),
            query: uri.query().unwrap_or_default(),
            headers,
            body: &body,
            request_id: &request_id,
            at: self.clock.now(),
        };
        let mut response = self.answer(&incoming).await;
        if let Ok(id) = HeaderValue::try_from(request_id.as_str()) {
            response.headers_mut().insert(HeaderName::from_static("apigw-requestid"), id);
        }
        response
    }

    fn request_id(&self) -> String {
        let bytes = self.rng.lock().unwrap_or_else(PoisonError::into_inner).u128(..).to_be_bytes();
        uuid::Builder::from_random_bytes(bytes).into_uuid().to_string()
    }

    async fn answer(&self, incoming: &Incoming<'_>) -> Response<Body> {
        let Some(found) = self.routes.find(incoming.method.as_str(), incoming.path) else {
            return message(StatusCode::NOT_FOUND, "Not Found");
        };
        let function = found.route.function.clone();
        let event = Bytes::from(incoming.event(found).to_string());
        if event.len() > LARGEST_EVENT {
            return message(StatusCode::PAYLOAD_TOO_LARGE, "Request Entity Too Large");
        }
        let unavailable = || message(StatusCode::SERVICE_UNAVAILABLE, "Service Unavailable");
        match tokio::time::timeout(LIMIT, self.functions.invoke(&function, event)).await {
            Err(_) | Ok(Err(InvokeError::Throttled)) => unavailable(),
            Ok(Ok(result)) => answer::answer(&result).unwrap_or_else(failed),
            Ok(Err(_)) => failed(),
        }
    }
}

/// A function that fails is 500 at an HTTP API (502 is what a REST API answers).
fn failed() -> Response<Body> {
    message(StatusCode::INTERNAL_SERVER_ERROR, "Internal Server Error")
}
