//! Queues: how much waits, what waits, and dead letters sent back.

use std::sync::Arc;

use aws::queues::{Depth, Peeked, Queues};
use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use chrono::{DateTime, Utc};
use serde::Serialize;
use serde_json::{Value, json};

use super::{problem, unknown};
use crate::parts::Parts;

/// Messages of a queue that are shown.
const SHOWN: usize = 100;

/// The messages of a queue, counted by their standing.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Entry {
    /// Short name.
    pub name: String,
    /// Messages that can be received.
    pub visible: usize,
    /// Messages that wait for their delay.
    pub delayed: usize,
    /// Messages with a consumer.
    pub in_flight: usize,
    /// Messages that were given up: those of its dead-letter queue, or its own if it is read by nobody.
    pub dead: usize,
    /// When the oldest that is not dead was sent, UTC.
    pub oldest: Option<DateTime<Utc>>,
}

/// All queues but those of dead letters, which are the number `dead` of the queue they belong to.
pub fn entries(parts: &Parts) -> Vec<Entry> {
    let depths = parts.cloud.queues.depths();
    let of = |name: &str| depths.get(name).copied().unwrap_or_default();
    let ends: Vec<_> =
        parts.cloud.names.queues().filter_map(|(_, queue)| dead_letters(&parts.cloud.queues, queue)).collect();
    let mine = parts.cloud.names.queues().filter(|(_, queue)| !ends.iter().any(|end| end == queue));
    let entry = |(short, queue): (&str, &str)| {
        let depth = of(queue);
        match dead_letters(&parts.cloud.queues, queue) {
            Some(dead) => Entry { dead: total(&of(&dead)), ..living(short, &depth) },
            None if parts.cloud.read.iter().any(|read| read == queue) => living(short, &depth),
            None => Entry { name: short.to_owned(), dead: total(&depth), ..Entry::default() },
        }
    };
    mine.map(entry).collect()
}

fn living(name: &str, depth: &Depth) -> Entry {
    let Depth { visible, delayed, in_flight, oldest } = *depth;
    Entry { name: name.to_owned(), visible, delayed, in_flight, dead: 0, oldest }
}

fn total(depth: &Depth) -> usize {
    depth.visible + depth.delayed + depth.in_flight
}

fn dead_letters(queues: &Queues, queue: &str) -> Option<String> {
    queues.config(queue).ok()?.0.redrive.map(|redrive| redrive.dead_letters)
}

pub(super) async fn list(State(parts): State<Arc<Parts>>) -> Json<Value> {
    Json(json!({"queues": entries(&parts)}))
}

pub(super) async fn show(State(parts): State<Arc<Parts>>, Path(name): Path<String>) -> Response {
    let Some(queue) = parts.cloud.names.queue(&name) else { return unknown("queue", &name) };
    let peek = |queue: &str| -> Vec<Value> {
        let peeked = parts.cloud.queues.peek(queue, SHOWN).unwrap_or_default();
        peeked.iter().map(message).collect()
    };
    let dead = dead_letters(&parts.cloud.queues, queue).map(|dead| peek(&dead)).unwrap_or_default();
    Json(json!({"messages": peek(queue), "dead_letters": dead})).into_response()
}

fn message(peeked: &Peeked) -> Value {
    let Peeked { message, standing } = peeked;
    json!({
        "message_id": message.message_id,
        "standing": standing,
        "body": serde_json::from_str(&message.body).unwrap_or_else(|_| Value::from(message.body.clone())),
        "attributes": message.attributes,
        "group": message.group,
        "sent_at": message.sent_at,
        "receive_count": message.receive_count,
    })
}

pub(super) async fn redrive(State(parts): State<Arc<Parts>>, Path(name): Path<String>) -> Response {
    match parts.redrive(&name) {
        None => unknown("queue", &name),
        Some(Ok(moved)) => Json(json!({"moved": moved})).into_response(),
        Some(Err(reason)) => problem(StatusCode::CONFLICT, &reason),
    }
}

impl Parts {
    /// Sends the dead letters of a queue back to it, or all of a dead-letter queue to where they failed; `None` if
    /// there is no such queue. Answers how many went.
    pub fn redrive(&self, name: &str) -> Option<Result<usize, String>> {
        let queue = self.cloud.names.queue(name)?;
        let moved = match dead_letters(&self.cloud.queues, queue) {
            Some(dead) => self.cloud.queues.redrive(&dead, Some(queue)),
            None => self.cloud.queues.redrive(queue, None),
        };
        Some(moved.map_err(|refusal| refusal.to_string()))
    }
}
