//! Rules that run by time.

use std::sync::Arc;

use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::{problem, unknown};
use crate::parts::Parts;

#[derive(Debug, Clone, Serialize)]
pub struct Entry {
    /// Name of its function, if that has no other rule.
    pub name: String,
    /// `rate(…)` or `cron(…)`, UTC.
    pub expression: String,
    /// When it runs next, UTC.
    pub next: Option<DateTime<Utc>>,
    /// For which time it ran last, UTC.
    pub last_fired: Option<DateTime<Utc>>,
    /// Why the last run failed.
    pub last_error: Option<String>,
}

pub fn entries(parts: &Parts) -> Vec<Entry> {
    let views = parts.cloud.schedules.list().into_iter();
    views
        .map(|view| Entry {
            name: parts.cloud.names.schedule_name(&view.name),
            expression: view.expression,
            next: view.next,
            last_fired: view.last,
            last_error: view.last_error,
        })
        .collect()
}

pub(super) async fn list(State(parts): State<Arc<Parts>>) -> Json<Value> {
    Json(json!({"schedules": entries(&parts)}))
}

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct Fire {
    as_of: Option<DateTime<Utc>>,
}

pub(super) async fn fire(State(parts): State<Arc<Parts>>, Path(name): Path<String>, body: Bytes) -> Response {
    let Some(full) = parts.cloud.names.schedule(&name) else { return unknown("schedule", &name) };
    let wish = if body.is_empty() { Ok(Fire::default()) } else { serde_json::from_slice::<Fire>(&body) };
    let Ok(Fire { as_of }) = wish else {
        return problem(StatusCode::BAD_REQUEST, "the body is {\"as_of\": \"2026-12-24T09:00:00Z\"} or nothing");
    };
    let as_of = as_of.unwrap_or_else(|| parts.cloud.clock.now());
    match parts.cloud.schedules.fire(full, as_of).await {
        None => unknown("schedule", &name),
        Some(Ok(result)) => {
            let result: Value = serde_json::from_slice(&result).unwrap_or_default();
            Json(json!({"as_of": as_of, "result": result})).into_response()
        }
        Some(Err(error)) => problem(StatusCode::BAD_GATEWAY, &error.to_string()),
    }
}
