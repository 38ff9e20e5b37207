//! AWS's endpoints: `/_aws/dynamodb`, `/_aws/sqs`, `/_aws/events`, `/_aws/s3` for the functions, and Lambda's own `Invoke`, by which
//! `cargo lambda invoke` calls a function of the run.

use std::sync::Arc;

use aws::Reply;
use aws::invoke::{Invoke, InvokeError};
use axum::Router;
use axum::body::Body;
use axum::extract::{DefaultBodyLimit, Path, State};
use axum::http::{HeaderMap, Request, Response, StatusCode, Uri};
use axum::response::IntoResponse;
use axum::routing::{any, post};
use bytes::Bytes;
use serde_json::json;

use crate::parts::Parts;
use crate::serve::Lost;

/// Largest request that any of the services takes, in bytes.
const LARGEST: usize = 128 * 1024 * 1024;

pub fn routes(parts: Arc<Parts>) -> Router {
    Router::new()
        .route("/_aws/{service}", post(answer))
        .route("/_aws/{service}/", post(answer))
        .route("/_aws/s3/{*object}", any(objects))
        .route("/2015-03-31/functions/{function}/invocations", post(invoke))
        .layer(DefaultBodyLimit::max(LARGEST))
        .with_state(parts)
}

async fn answer(
    State(parts): State<Arc<Parts>>,
    Path(service): Path<String>,
    headers: HeaderMap,
    body: Bytes,
) -> Response<Body> {
    let target = headers.get("x-amz-target").and_then(|value| value.to_str().ok()).unwrap_or_default();
    let reply = match service.as_str() {
        "dynamodb" => parts.cloud.dynamodb.handle(target, &body).await,
        "sqs" => parts.cloud.sqs.handle(target, &body).await,
        "events" => parts.cloud.bus.handle(target, &body).await,
        _ => return StatusCode::NOT_FOUND.into_response(),
    };
    response(reply)
}

/// A request to a bucket, whose path begins after `/_aws/s3`.
async fn objects(State(parts): State<Arc<Parts>>, request: Request<Body>) -> Response<Body> {
    let (mut head, body) = request.into_parts();
    let path = head.uri.path_and_query().map(|it| it.as_str()).unwrap_or_default();
    let Ok(uri) = path.strip_prefix("/_aws/s3").unwrap_or(path).parse::<Uri>() else {
        return StatusCode::BAD_REQUEST.into_response();
    };
    head.uri = uri;
    match axum::body::to_bytes(body, LARGEST).await {
        Ok(body) => response(parts.cloud.s3.handle(&Request::from_parts(head, body))),
        Err(_) => StatusCode::PAYLOAD_TOO_LARGE.into_response(),
    }
}

/// <https://docs.aws.amazon.com/lambda/latest/api/API_Invoke.html>, for a result that is waited for.
async fn invoke(State(parts): State<Arc<Parts>>, Path(name): Path<String>, event: Bytes) -> Response<Body> {
    let missing = || (StatusCode::NOT_FOUND, format!("no function {name}")).into_response();
    let Some(id) = parts.cloud.names.function(&name) else { return missing() };
    match parts.processes.invoke(id, event).await {
        Ok(result) => (StatusCode::OK, result).into_response(),
        Err(InvokeError::Missing(_)) => missing(),
        Err(InvokeError::Throttled) => StatusCode::TOO_MANY_REQUESTS.into_response(),
        Err(error) => {
            let told = json!({"errorMessage": error.to_string()}).to_string();
            (StatusCode::OK, [("x-amz-function-error", "Unhandled")], told).into_response()
        }
    }
}

fn response(reply: Reply) -> Response<Body> {
    let mut builder = Response::builder().status(reply.status);
    for (name, value) in reply.headers {
        builder = builder.header(name, value);
    }
    if reply.lost {
        builder = builder.extension(Lost);
    }
    let id = uuid::Uuid::now_v7().to_string();
    let response = builder.header("x-amzn-requestid", id).body(Body::from(reply.body));
    response.unwrap_or_else(|_| StatusCode::INTERNAL_SERVER_ERROR.into_response())
}
