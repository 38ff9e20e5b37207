//! The control API, `/_local/*`, for tests, scripts and the page. All answers are JSON; an error is `{"error": "…"}`.
//! It has no key, and refuses what another page in a browser asks for ([`origin`]).
//!
//! | route | what it does |
//! | --- | --- |
//! | `GET state` | what the page shows: `now`, `queues`, `meter`, `schedules`, `functions` |
//! | `GET businesses` | for the page: the operator key, and each business with its senders and keys ([`crate::book`]) |
//! | `GET sent?after=n` | what the gateways accepted: `{"total", "sent": [{"gateway", "sender", "to", "text", …}]}` |
//! | `GET gateways` | where they answer, for programs that are not ours: `{"cloud_api": "http://…", …, "upstream": "http://…", "model": "http://…"}` |
//! | `POST inbound` | writes as a phone: `{"sender", "phone", "text", "name"?, "kind"?}`; 202 `{"message_id"}` |
//! | `GET queues` | `{"queues": [{"name", "visible", "delayed", "in_flight", "dead", "oldest"}]}` |
//! | `GET queues/{name}` | the first messages of a queue and of its dead letters, without receiving them |
//! | `POST queues/{name}/redrive` | dead letters go back: `{"moved": 1}` |
//! | `GET schedules` | rules with their expression, next and last time |
//! | `POST schedules/{name}/fire` | runs a rule as of `{"as_of": "2026-12-24T09:00:00Z"}` (now, if absent) and waits |
//! | `GET, POST, DELETE faults`, `DELETE faults/{id}` | what goes wrong, see [`faults`] |
//! | `GET functions` | processes and invocations of each function |
//! | `POST functions/{name}/kill` | `kill -9` of all its processes: `{"killed": 2}` |
//! | `GET functions/{name}/logs` | its last lines |
//! | `GET usage`, `DELETE usage` | the meter ([`aws::usage::Report`]), and back to zero |
//! | `POST clock` | `{"advance_seconds": 60}`: the clock jumps forward: `{"now"}` |
//! | `POST sweep` | deletes now what has outlived its time: `{"deleted": 3}` |
//! | `world/…` | phones, chats, habits and faults of the outside, see [`world::World::page_api`] |

pub mod faults;
mod functions;
pub(crate) mod origin;
mod queues;
mod schedules;

use std::sync::Arc;
use std::time::Duration;

use aws::usage::Report;
use axum::extract::State;
use axum::http::{Request, StatusCode, Uri};
use axum::response::{IntoResponse, Response};
use axum::routing::{any, get, post};
use axum::{Json, Router};
use bytes::Bytes;
use serde::Deserialize;
use serde_json::{Value, json};
use tower::ServiceExt;

use crate::book::Business;
use crate::parts::Parts;
use crate::setup::{OPERATOR_KEY, Outside};

type Run = State<Arc<Parts>>;

/// The routes under `/_local`.
pub fn routes(parts: Arc<Parts>) -> Router {
    let outside = parts.cloud.world.page_api();
    let same = outside.clone();
    let pass = any(move |request: Request<axum::body::Body>| outside_alias(same.clone(), request));
    let own = Router::new()
        .route("/state", get(state))
        .route("/usage", get(usage).delete(reset))
        .route("/gateways", get(gateways))
        .route("/businesses", get(businesses))
        .route("/clock", post(clock))
        .route("/sweep", post(sweep))
        .route("/queues", get(queues::list))
        .route("/queues/{name}", get(queues::show))
        .route("/queues/{name}/redrive", post(queues::redrive))
        .route("/schedules", get(schedules::list))
        .route("/schedules/{name}/fire", post(schedules::fire))
        .route("/functions", get(functions::list))
        .route("/functions/{name}/kill", post(functions::kill))
        .route("/functions/{name}/logs", get(functions::logs))
        .route("/faults", get(faults::list).post(faults::set).delete(faults::clear_all))
        .route("/faults/{id}", axum::routing::delete(faults::clear))
        .fallback(|| async { problem(StatusCode::NOT_FOUND, "the control API has no such route") })
        .with_state(parts);
    Router::new()
        .route("/_local/sent", pass.clone())
        .route("/_local/inbound", pass)
        .nest("/_local/world", outside)
        .nest("/_local", own)
}

/// The same route of the outside world's own API.
async fn outside_alias(outside: Router, mut request: Request<axum::body::Body>) -> Response {
    let path = request.uri().path_and_query().map_or("", |path| path.as_str());
    if let Ok(uri) = path.trim_start_matches("/_local").parse::<Uri>() {
        *request.uri_mut() = uri;
    }
    outside.oneshot(request).await.into_response()
}

async fn state(State(parts): Run) -> Json<Value> {
    let meter = report(&parts);
    Json(json!({
        "now": parts.cloud.clock.now(),
        "queues": queues::entries(&parts),
        "schedules": schedules::entries(&parts),
        "functions": functions::entries(&parts, &meter),
        "meter": meter,
    }))
}

fn report(parts: &Parts) -> Report {
    parts.cloud.names.shorten(parts.cloud.usage.report())
}

async fn usage(State(parts): Run) -> Json<Report> {
    Json(report(&parts))
}

async fn gateways(State(parts): Run) -> Json<Outside> {
    Json(parts.outside.clone())
}

async fn businesses(State(parts): Run) -> Json<Value> {
    let businesses = parts.book.businesses().into_iter().map(|(business_id, Business { name, timezone, senders, keys })| {
        json!({"business_id": business_id, "name": name, "timezone": timezone, "senders": senders, "keys": keys})
    });
    Json(json!({"operator_key": OPERATOR_KEY, "businesses": businesses.collect::<Vec<_>>()}))
}

async fn reset(State(parts): Run) -> StatusCode {
    parts.cloud.usage.reset();
    StatusCode::NO_CONTENT
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Jump {
    advance_seconds: u64,
}

async fn clock(State(parts): Run, body: Bytes) -> Response {
    let Ok(Jump { advance_seconds }) = serde_json::from_slice(&body) else {
        return problem(StatusCode::BAD_REQUEST, "the body is {\"advance_seconds\": 60}");
    };
    parts.cloud.clock.advance(Duration::from_secs(advance_seconds));
    Json(json!({"now": parts.cloud.clock.now()})).into_response()
}

async fn sweep(State(parts): Run) -> Response {
    match parts.cloud.dynamodb.sweep_ttl() {
        Ok(deleted) => Json(json!({"deleted": deleted})).into_response(),
        Err(error) => problem(StatusCode::INTERNAL_SERVER_ERROR, &error.to_string()),
    }
}

fn problem(status: StatusCode, detail: &str) -> Response {
    (status, Json(json!({"error": detail}))).into_response()
}

fn unknown(what: &str, name: &str) -> Response {
    problem(StatusCode::NOT_FOUND, &format!("there is no {what} {name}"))
}
