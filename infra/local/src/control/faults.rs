//! The faults that are set: outside (the default), at DynamoDB, at a queue or at the event bus.
//!
//! - `{"kind": "answer_lost", "times": 1}` and every other rule of [`world::FaultRule`]: a gateway's answer lost, 429,
//!   5xx, slow, disconnected, each error code, webhooks twice, late, out of order; 201 `{"id": 1}`.
//! - `{"service": "dynamodb", "kind": "throttled", "operation": "PutItem", "table": "Messages", "times": 2}`: `kind` is
//!   `throttled`, `transaction_conflict`, `internal_error`, `answer_lost`, `slow` (with `milliseconds`) or
//!   `unprocessed`; operation, table and times may be left out.
//! - `{"service": "sqs", "queue": "send-message", "kind": "deliver_twice", "times": 1}`: `kind` is `refuse_send`,
//!   `lose_send_answer`, `refuse_entry`, `lose_delete` or `deliver_twice`.
//! - `{"service": "events", "kind": "fail_entry", "times": 1}`: `kind` is `refuse`, `fail_entry`, `lose_answer` or
//!   `deliver_twice`.

use std::sync::Arc;

use aws::bus::BusFault;
use aws::dynamodb;
use aws::queues;
use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::{problem, unknown};
use crate::parts::Parts;

#[derive(Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
struct AtBus {
    kind: BusFault,
    #[serde(default = "once")]
    times: usize,
}

#[derive(Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
struct AtQueue {
    queue: String,
    kind: queues::QueueFault,
    #[serde(default = "once")]
    times: usize,
}

fn once() -> usize {
    1
}

pub(super) async fn list(State(parts): State<Arc<Parts>>) -> Json<Value> {
    let short =
        |name: &str| parts.cloud.names.queues().find(|(_, queue)| *queue == name).map(|(short, _)| short.to_owned());
    let at_queues = parts.cloud.queues.faults().into_iter();
    let at_queues =
        at_queues.map(|(queue, kind, times)| AtQueue { queue: short(&queue).unwrap_or(queue), kind, times });
    Json(json!({
        "faults": parts.cloud.world.faults(),
        "dynamodb": parts.cloud.dynamodb.faults().list(),
        "sqs": at_queues.collect::<Vec<_>>(),
        "events": parts.cloud.bus.faults().into_iter().map(|(kind, times)| AtBus { kind, times }).collect::<Vec<_>>(),
    }))
}

pub(super) async fn set(State(parts): State<Arc<Parts>>, body: Bytes) -> Response {
    let Ok(Value::Object(mut wish)) = serde_json::from_slice(&body) else {
        return problem(StatusCode::BAD_REQUEST, "a fault is a JSON object");
    };
    let service = wish.remove("service");
    let set = match service.as_ref().and_then(Value::as_str) {
        None if service.is_none() => outside(&parts, wish.into()),
        Some("gateway") => outside(&parts, wish.into()),
        Some("dynamodb") => at_dynamodb(&parts, wish.into()),
        Some("sqs") => at_queue(&parts, wish.into()),
        Some("events") => at_bus(&parts, wish.into()),
        _ => return problem(StatusCode::BAD_REQUEST, "service is gateway, dynamodb, sqs or events"),
    };
    set.unwrap_or_else(|error| problem(StatusCode::BAD_REQUEST, &error.to_string()))
}

fn outside(parts: &Parts, wish: Value) -> serde_json::Result<Response> {
    let id = parts.cloud.world.set_fault(serde_json::from_value(wish)?);
    Ok((StatusCode::CREATED, Json(json!({"id": id}))).into_response())
}

fn at_dynamodb(parts: &Parts, wish: Value) -> serde_json::Result<Response> {
    let mut rule: dynamodb::Rule = serde_json::from_value(wish)?;
    if let Some(table) = &rule.table {
        let Some(name) = parts.cloud.names.table(table) else { return Ok(unknown("table", table)) };
        rule.table = Some(name.to_owned());
    }
    parts.cloud.dynamodb.faults().add(rule);
    Ok((StatusCode::CREATED, Json(json!({}))).into_response())
}

fn at_queue(parts: &Parts, wish: Value) -> serde_json::Result<Response> {
    let AtQueue { queue, kind, times } = serde_json::from_value(wish)?;
    let Some(name) = parts.cloud.names.queue(&queue) else { return Ok(unknown("queue", &queue)) };
    parts.cloud.queues.inject(name, kind, times);
    Ok((StatusCode::CREATED, Json(json!({}))).into_response())
}

fn at_bus(parts: &Parts, wish: Value) -> serde_json::Result<Response> {
    let AtBus { kind, times } = serde_json::from_value(wish)?;
    parts.cloud.bus.inject(kind, times);
    Ok((StatusCode::CREATED, Json(json!({}))).into_response())
}

pub(super) async fn clear(State(parts): State<Arc<Parts>>, Path(id): Path<u64>) -> Response {
    if parts.cloud.world.clear_fault(Some(id)) {
        StatusCode::NO_CONTENT.into_response()
    } else {
        unknown("fault", &id.to_string())
    }
}

pub(super) async fn clear_all(State(parts): State<Arc<Parts>>) -> StatusCode {
    parts.cloud.world.clear_fault(None);
    parts.cloud.dynamodb.faults().clear();
    for (fault, _) in parts.cloud.bus.faults() {
        parts.cloud.bus.inject(fault, 0);
    }
    for (queue, fault, _) in parts.cloud.queues.faults() {
        parts.cloud.queues.inject(&queue, fault, 0);
    }
    StatusCode::NO_CONTENT
}
