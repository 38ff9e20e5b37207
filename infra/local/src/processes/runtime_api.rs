//! The Lambda Runtime API, one base path for each process: `/runtime/{function}/{instance}/2018-06-01/runtime/…`.
//! <https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html>

use std::sync::Arc;

use aws::invoke::InvokeError;
use axum::body::Body;
use axum::extract::{DefaultBodyLimit, Path, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use bytes::Bytes;
use serde_json::{Value, json};

use super::{Inner, instance::Instance};

/// Largest result of a function in bytes.
/// <https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html>
const LARGEST_RESULT: usize = 6 * 1024 * 1024 + 100 * 1024;

type Laptop = State<Arc<Inner>>;

pub(super) fn router(inner: Arc<Inner>) -> Router {
    const BASE: &str = "/runtime/{function}/{instance}/2018-06-01/runtime";
    Router::new()
        .route(&format!("{BASE}/invocation/next"), get(next))
        .route(&format!("{BASE}/invocation/{{request}}/response"), post(response))
        .route(&format!("{BASE}/invocation/{{request}}/error"), post(error))
        .route(&format!("{BASE}/init/error"), post(init_error))
        .layer(DefaultBodyLimit::disable())
        .with_state(inner)
}

async fn next(State(inner): Laptop, Path((function, number)): Path<(String, u64)>) -> Response {
    let Some((function, instance)) = inner.find(&function, number) else { return unknown() };
    let Some(handed) = instance.next().await else { return unknown() };
    let deadline = inner.clock.now() + function.spec.timeout;
    let trace = uuid::Uuid::now_v7().simple().to_string();
    let trace = format!("Root=1-{:08x}-{};Sampled=0", inner.clock.now().timestamp(), &trace[..24]);
    let response = Response::builder()
        .header("content-type", "application/json")
        .header("lambda-runtime-aws-request-id", &handed.request_id)
        .header("lambda-runtime-deadline-ms", deadline.timestamp_millis())
        .header("lambda-runtime-invoked-function-arn", aws::arn::function(&function.spec.name))
        .header("lambda-runtime-trace-id", trace)
        .body(Body::from(handed.payload));
    // The waiter for the process may have given up; then nobody waits for its result either.
    let _ = handed.delivered.send(());
    response.unwrap_or_else(|_| unknown())
}

async fn response(
    State(inner): Laptop,
    Path((function, number, request)): Path<(String, u64, String)>,
    body: Bytes,
) -> Response {
    if body.len() > LARGEST_RESULT {
        let error = Err(InvokeError::Failed("Function.ResponseSizeTooLarge".to_owned()));
        settle(&inner, &function, number, &request, error);
        return refused(StatusCode::PAYLOAD_TOO_LARGE, "RequestEntityTooLarge");
    }
    accepted(settle(&inner, &function, number, &request, Ok(body)))
}

async fn error(
    State(inner): Laptop,
    Path((function, number, request)): Path<(String, u64, String)>,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let kind = error_type(&headers, &body);
    accepted(settle(&inner, &function, number, &request, Err(InvokeError::Failed(kind))))
}

async fn init_error(
    State(inner): Laptop,
    Path((function, number)): Path<(String, u64)>,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let Some((function, instance)) = inner.find(&function, number) else { return unknown() };
    tracing::error!("function {} does not start: {}", function.spec.name, error_type(&headers, &body));
    instance.kill();
    accepted(true)
}

fn settle(inner: &Inner, function: &str, number: u64, request: &str, result: Result<Bytes, InvokeError>) -> bool {
    inner.find(function, number).is_some_and(|(_, instance): (_, Arc<Instance>)| instance.settle(request, result))
}

/// The error's type alone: its message may hold a person's data.
fn error_type(headers: &HeaderMap, body: &[u8]) -> String {
    let body: Value = serde_json::from_slice(body).unwrap_or_default();
    let header = headers.get("lambda-runtime-function-error-type").and_then(|value| value.to_str().ok());
    body["errorType"].as_str().or(header).unwrap_or("Unknown").to_owned()
}

fn accepted(known: bool) -> Response {
    if known { (StatusCode::ACCEPTED, Json(json!({"status": "OK"}))).into_response() } else { unknown() }
}

fn unknown() -> Response {
    refused(StatusCode::BAD_REQUEST, "InvalidRequestID")
}

fn refused(status: StatusCode, kind: &str) -> Response {
    (status, Json(json!({"errorType": kind, "errorMessage": kind}))).into_response()
}
