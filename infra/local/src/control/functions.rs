//! Functions and their processes.

use std::sync::Arc;

use aws::usage::Report;
use axum::Json;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use serde_json::{Value, json};

use super::{report, unknown};
use crate::parts::Parts;

#[derive(Debug, Clone, Serialize)]
pub struct Entry {
    pub name: String,
    /// Processes.
    pub instances: usize,
    /// Processes at work.
    pub busy: usize,
    /// Invocations since the meter's reset.
    pub invocations: u64,
    /// Those that failed.
    pub errors: u64,
}

pub fn entries(parts: &Parts, meter: &Report) -> Vec<Entry> {
    let standing = parts.processes.standing().into_iter();
    standing
        .map(|standing| {
            let used = meter.functions.get(&standing.name).cloned().unwrap_or_default();
            Entry {
                name: standing.name,
                instances: standing.instances,
                busy: standing.busy,
                invocations: used.invocations,
                errors: used.errors,
            }
        })
        .collect()
}

pub(super) async fn list(State(parts): State<Arc<Parts>>) -> Json<Value> {
    Json(json!({"functions": entries(&parts, &report(&parts))}))
}

pub(super) async fn kill(State(parts): State<Arc<Parts>>, Path(name): Path<String>) -> Response {
    match parts.cloud.names.function(&name).and_then(|id| parts.processes.kill(id)) {
        Some(killed) => Json(json!({"killed": killed})).into_response(),
        None => unknown("function", &name),
    }
}

pub(super) async fn logs(State(parts): State<Arc<Parts>>, Path(name): Path<String>) -> Response {
    let Some(id) = parts.cloud.names.function(&name) else { return unknown("function", &name) };
    let function = parts.cloud.names.function_name(id);
    let lines = parts.processes.logs().lines().into_iter();
    let lines: Vec<String> = lines.filter(|line| line.function == function).map(|line| line.text).collect();
    Json(json!({"lines": lines})).into_response()
}
