//! A conversation made shorter: `POST /responses/compact`. What was said goes into one item that only this server reads;
//! the last words of the person stand before it.

use super::State;
use super::ask::{self, ModelTurn};
use super::fields::{self, Field, Kind};
use super::problem::Problem;
use super::{items, models, response};
use crate::core::answers;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use chrono::{DateTime, Utc};
use http::Response;
use serde_json::{Value, json};

const FIELDS: &[Field] = &[
    ("model", Kind::Text(256)),
    ("input", Kind::Other),
    ("instructions", Kind::Text(10 << 20)),
    ("previous_response_id", Kind::Text(64)),
    ("prompt_cache_key", Kind::Text(64)),
    ("prompt_cache_options", Kind::Object),
    ("service_tier", Kind::Word(&["auto", "default", "flex", "priority"])),
];

/// The answer to a request to make a conversation shorter.
pub(super) fn answer(state: &mut State, body: &[u8], now: DateTime<Utc>) -> Result<Response<Bytes>, Problem> {
    let body = fields::body(body, FIELDS)?;
    let model = body.get("model").and_then(Value::as_str).ok_or_else(|| Problem::missing("model"))?;
    models::answers(model, now)?;
    let mut all = match body.get("previous_response_id").and_then(Value::as_str) {
        Some(id) => state.shelf.history(id)?,
        None => Vec::new(),
    };
    all.extend(ask::input(body.get("input").unwrap_or(&Value::Null))?);
    if all.is_empty() {
        return Err(Problem::missing("input"));
    }
    let turns: Vec<ModelTurn> = all.iter().flat_map(items::turns).collect();
    let read = turns.iter().map(|turn| turn.text.len()).sum();
    let mut output: Vec<Value> = all.into_iter().filter(|item| item["role"] == "user").collect();
    output.drain(..output.len().saturating_sub(1));
    let packed = pack(&turns);
    let usage = response::usage(response::tokens(read), response::tokens(packed.len()));
    output.push(json!({"type": "compaction", "encrypted_content": packed}));
    output.iter_mut().for_each(|item| items::name(item, &mut state.rng));
    let id = response::id("resp", &mut state.rng);
    let object = json!({"id": id, "object": "response.compaction", "created_at": now.timestamp(), "output": output,
        "usage": usage});
    Ok(answers::json(200, &object))
}

/// A conversation, in letters that say nothing to a reader.
fn pack(turns: &[ModelTurn]) -> String {
    STANDARD.encode(json!(turns).to_string())
}

/// The conversation that was packed; `None` if this server has not packed it.
pub(super) fn unpack(packed: &str) -> Option<Vec<ModelTurn>> {
    serde_json::from_slice(&STANDARD.decode(packed).ok()?).ok()
}
