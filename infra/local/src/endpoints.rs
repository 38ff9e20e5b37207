//! AWS's endpoints for the functions: `/_aws/dynamodb`, `/_aws/sqs`, `/_aws/events`.

use std::sync::Arc;

use aws::Reply;
use axum::Router;
use axum::body::Body;
use axum::extract::{DefaultBodyLimit, Path, State};
use axum::http::{HeaderMap, Response, StatusCode};
use axum::response::IntoResponse;
use axum::routing::post;
use bytes::Bytes;

use crate::parts::Parts;
use crate::serve::Lost;

/// Largest request that any of the services takes, in bytes.
const LARGEST: usize = 16 * 1024 * 1024;

/// The endpoints' routes.
pub fn routes(parts: Arc<Parts>) -> Router {
    Router::new()
        .route("/_aws/{service}", post(answer))
        .route("/_aws/{service}/", post(answer))
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
        "dynamodb" => parts.dynamodb.handle(target, &body).await,
        "sqs" => parts.sqs.handle(target, &body).await,
        "events" => parts.bus.handle(target, &body).await,
        _ => return StatusCode::NOT_FOUND.into_response(),
    };
    response(reply)
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
