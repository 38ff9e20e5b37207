//! The part of the page that shows sessions and the operator's own service, and acts in them.

use crate::core::gateway::Gateway;
use crate::core::people;
use crate::core::session_life::reasons;
use crate::core::session_people::SessionRefusal;
use crate::core::world::World;
use crate::page::problem;
use crate::upstream::UpstreamRule;
use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::routing::{delete, get, post};
use axum::{Json, Router};
use serde::Deserialize;
use serde_json::{Value, json};

/// Batches that are shown, if no limit is asked for.
const USUAL_BATCHES: usize = 50;

/// `GET sessions`, `POST sessions/{session}/scan {phone}`, `POST sessions/{session}/disconnect {reason}`,
/// `POST storm {gateway?, reason?}`, `GET upstream?limit=` (counts, and batches with the newest first),
/// `GET upstream/effects` (by session), `GET POST DELETE upstream/faults` ([`UpstreamRule`]),
/// `DELETE upstream/faults/{id}`.
pub(crate) fn routes() -> Router<World> {
    Router::new()
        .route("/sessions", get(sessions))
        .route("/sessions/{session}/scan", post(scan))
        .route("/sessions/{session}/disconnect", post(disconnect))
        .route("/storm", post(storm))
        .route("/upstream", get(upstream))
        .route("/upstream/effects", get(effects))
        .route("/upstream/faults", get(faults).post(set_fault).delete(clear_faults))
        .route("/upstream/faults/{id}", delete(clear_fault))
}

async fn sessions(State(world): State<World>) -> Json<Value> {
    Json(json!({"sessions": world.sessions()}))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Scan {
    phone: String,
}

async fn scan(State(world): State<World>, Path(session): Path<String>, Json(wish): Json<Scan>) -> Response {
    if !people::is_phone(&wish.phone) {
        return problem(StatusCode::BAD_REQUEST, people::NO_PHONE);
    }
    done(world.scan(&session, &wish.phone))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Fall {
    #[serde(default = "closed")]
    reason: u16,
    #[serde(default)]
    gateway: Option<Gateway>,
}

fn closed() -> u16 {
    reasons::CLOSED
}

async fn disconnect(State(world): State<World>, Path(session): Path<String>, Json(wish): Json<Fall>) -> Response {
    done(world.disconnect(&session, wish.reason))
}

async fn storm(State(world): State<World>, Json(wish): Json<Fall>) -> Json<Value> {
    Json(json!({"fallen": world.storm(wish.gateway, wish.reason)}))
}

fn done(result: Result<(), SessionRefusal>) -> Response {
    match result {
        Ok(()) => StatusCode::NO_CONTENT.into_response(),
        Err(refused @ SessionRefusal::Unknown) => problem(StatusCode::NOT_FOUND, &refused.to_string()),
        Err(refused) => problem(StatusCode::CONFLICT, &refused.to_string()),
    }
}

#[derive(Deserialize)]
struct Limit {
    limit: Option<usize>,
}

async fn upstream(State(world): State<World>, Query(Limit { limit }): Query<Limit>) -> Json<Value> {
    let mut batches = world.upstream_batches();
    batches.reverse();
    batches.truncate(limit.unwrap_or(USUAL_BATCHES));
    Json(json!({"counts": world.upstream_counts(), "batches": batches}))
}

async fn effects(State(world): State<World>) -> Json<Value> {
    Json(json!({"sessions": world.upstream_effects()}))
}

async fn faults(State(world): State<World>) -> Json<Value> {
    Json(json!({"faults": world.upstream_faults()}))
}

async fn set_fault(State(world): State<World>, Json(rule): Json<UpstreamRule>) -> Response {
    let id = world.set_upstream_fault(rule);
    (StatusCode::CREATED, Json(json!({"id": id}))).into_response()
}

async fn clear_faults(State(world): State<World>) -> StatusCode {
    world.clear_upstream_fault(None);
    StatusCode::NO_CONTENT
}

async fn clear_fault(State(world): State<World>, Path(id): Path<u64>) -> StatusCode {
    if world.clear_upstream_fault(Some(id)) { StatusCode::NO_CONTENT } else { StatusCode::NOT_FOUND }
}
