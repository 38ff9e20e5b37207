//! Kept conversations: `/v1/conversations`.

use super::State;
use super::fields::{self, Field, Kind};
use super::problem::Problem;
use super::{items, listing};
use crate::core::answers;
use bytes::Bytes;
use chrono::{DateTime, Utc};
use http::{Method, Request, Response};
use serde_json::{Map, Value, json};

/// The most items that come in one request.
const MOST_ITEMS: usize = 20;
const MAKE: &[Field] = &[("metadata", Kind::Metadata), ("items", Kind::List(MOST_ITEMS))];
const UPDATE: &[Field] = &[("metadata", Kind::Metadata)];
const ADD: &[Field] = &[("items", Kind::List(MOST_ITEMS))];

/// The answer to a request below `/v1/conversations`; `None` if there is no such address.
pub(super) fn answer(
    state: &mut State,
    path: &[&str],
    request: &Request<Bytes>,
    now: DateTime<Utc>,
) -> Option<Result<Response<Bytes>, Problem>> {
    let (body, query) = (request.body(), request.uri().query());
    let answered = match (request.method(), path) {
        (&Method::POST, []) => make(state, body, now),
        (&Method::GET, [id]) => state.shelf.conversation(id).map(|kept| kept.view()),
        (&Method::POST, [id]) => update(state, id, body),
        (&Method::DELETE, [id]) => {
            let closed = json!({"id": id, "object": "conversation.deleted", "deleted": true});
            state.shelf.close(id).map(|()| closed)
        }
        (&Method::GET, [id, "items"]) => {
            state.shelf.conversation(id).and_then(|kept| listing::page(&kept.items, query))
        }
        (&Method::POST, [id, "items"]) => add(state, id, body),
        (&Method::GET, [id, "items", item]) => {
            state.shelf.conversation(id).and_then(|kept| Ok(kept.items[index(&kept.items, item)?].clone()))
        }
        (&Method::DELETE, [id, "items", item]) => state.shelf.free(id).and_then(|kept| {
            kept.items.remove(index(&kept.items, item)?);
            Ok(kept.view())
        }),
        _ => return None,
    };
    Some(answered.map(|object| answers::json(200, &object)))
}

fn make(state: &mut State, body: &[u8], now: DateTime<Utc>) -> Result<Value, Problem> {
    let mut body = fields::body(body, MAKE)?;
    let items = given(&body)?;
    let metadata = body.remove("metadata").filter(|metadata| !metadata.is_null());
    let made = state.shelf.open(metadata, now, &mut state.rng);
    made.add(items, &mut state.rng);
    Ok(made.view())
}

fn update(state: &mut State, id: &str, body: &[u8]) -> Result<Value, Problem> {
    let mut body = fields::body(body, UPDATE)?;
    let kept = state.shelf.conversation(id)?;
    kept.metadata = match body.remove("metadata") {
        None => return Err(Problem::missing("metadata")),
        Some(Value::Null) => json!({}),
        Some(metadata) => metadata,
    };
    Ok(kept.view())
}

fn add(state: &mut State, id: &str, body: &[u8]) -> Result<Value, Problem> {
    let items = given(&fields::body(body, ADD)?)?;
    if items.is_empty() {
        return Err(Problem::missing("items"));
    }
    let added = state.shelf.free(id)?.add(items, &mut state.rng);
    Ok(listing::list(&added.iter().collect::<Vec<_>>(), false))
}

fn given(body: &Map<String, Value>) -> Result<Vec<Value>, Problem> {
    items::read(body.get("items").and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default(), "items")
}

fn index(items: &[Value], id: &str) -> Result<usize, Problem> {
    items.iter().position(|item| item["id"] == id).ok_or_else(|| Problem::not_kept("Item", id))
}
