//! The part of the page that shows the server of language models, and sets what goes wrong with it.

use crate::core::world::World;
use crate::model::ModelRule;
use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::routing::{delete, get};
use axum::{Json, Router};
use serde::Deserialize;
use serde_json::{Value, json};

/// Requests that are shown, if no limit is asked for.
const USUAL_REQUESTS: usize = 20;

/// `GET model?limit=` (counts, and requests with the newest first), `GET POST DELETE model/faults` ([`ModelRule`]),
/// `DELETE model/faults/{id}`.
pub(crate) fn routes() -> Router<World> {
    Router::new()
        .route("/model", get(model))
        .route("/model/faults", get(faults).post(set_fault).delete(clear_faults))
        .route("/model/faults/{id}", delete(clear_fault))
}

#[derive(Deserialize)]
struct Limit {
    limit: Option<usize>,
}

async fn model(State(world): State<World>, Query(Limit { limit }): Query<Limit>) -> Json<Value> {
    let mut requests = world.model_requests();
    requests.reverse();
    requests.truncate(limit.unwrap_or(USUAL_REQUESTS));
    Json(json!({"counts": world.model_counts(), "requests": requests}))
}

async fn faults(State(world): State<World>) -> Json<Value> {
    Json(json!({"faults": world.model_faults()}))
}

async fn set_fault(State(world): State<World>, Json(rule): Json<ModelRule>) -> Response {
    let id = world.set_model_fault(rule);
    (StatusCode::CREATED, Json(json!({"id": id}))).into_response()
}

async fn clear_faults(State(world): State<World>) -> StatusCode {
    world.clear_model_fault(None);
    StatusCode::NO_CONTENT
}

async fn clear_fault(State(world): State<World>, Path(id): Path<u64>) -> StatusCode {
    if world.clear_model_fault(Some(id)) { StatusCode::NO_CONTENT } else { StatusCode::NOT_FOUND }
}
