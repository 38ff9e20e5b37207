//! Answers of the model, and the responses that are kept: `/v1/responses`.

use super::ask::{self, Asked};
use super::fault::{ModelEndpoint, ModelFault, Struck};
use super::problem::Problem;
use super::requests::{self, Reply};
use super::response::{self, ModelStatus, Written};
use super::shelf::Stored;
use super::{State, items, listing, mind, models, stream};
use crate::core::answers::{self, NoAnswer};
use bytes::Bytes;
use chrono::{DateTime, Utc};
use http::{Method, Request, Response};
use serde_json::{Value, json};

/// The most tokens that the models read.
const WINDOW: u64 = 128_000;

/// The answer to a request about a kept response; `None` if there is no such address.
pub(super) fn kept(
    state: &mut State,
    path: &[&str],
    request: &Request<Bytes>,
) -> Option<Result<Response<Bytes>, Problem>> {
    let query = request.uri().query();
    let answered = match (request.method(), path) {
        (&Method::GET, [id]) => state.shelf.response(id).map(|kept| kept.response.clone()),
        (&Method::DELETE, [id]) => {
            state.shelf.forget_response(id).map(|()| json!({"id": id, "object": "response", "deleted": true}))
        }
        (&Method::GET, [id, "input_items"]) => {
            state.shelf.response(id).and_then(|kept| listing::page(&kept.input, query))
        }
        _ => return None,
    };
    Some(answered.map(|object| answers::json(200, &object)))
}

/// Asks the model.
pub(super) fn respond(state: &mut State, request: &Request<Bytes>, now: DateTime<Utc>) -> Result<Reply, Problem> {
    let mut asked = ask::read(request.body())?;
    models::answers(&asked.model, now)?;
    remember(state, &mut asked)?;
    if response::tokens(asked.bytes()) > WINDOW {
        if asked.body.get("truncation").is_none_or(|truncation| truncation != "auto") {
            return Err(Problem::too_long());
        }
        while asked.turns.len() > 1 && response::tokens(asked.bytes()) > WINDOW {
            asked.turns.remove(0);
        }
    }
    let struck = state.rules.strike(ModelEndpoint::Responses, Some(&asked), &mut state.rng);
    let wait = requests::wait(&struck);
    let status =
        |answer: &Result<Response<Bytes>, NoAnswer>| answer.as_ref().ok().map(|answer| answer.status().as_u16());
    if let Some(answer) = requests::refuse(&struck) {
        state.record.note(&asked, None, status(&answer), now);
        return Ok(Reply { wait, lock: None, answer });
    }
    let mut written = write(&asked, &struck);
    let object = response::object(&asked, &written, now, &mut state.rng);
    let answer = requests::spoil(&struck, shown(&asked, &object));
    written.is_whole &= !struck.iter().any(|fault| fault.kind == ModelFault::Garbage);
    state.record.note(&asked, Some(&written), status(&answer), now);
    let lock = asked.conversation.clone();
    keep(state, asked, object)?;
    if let Some(conversation) = &lock {
        state.shelf.lock(conversation);
    }
    Ok(Reply { wait, lock, answer })
}

/// Puts what was said before the request in front of it.
fn remember(state: &mut State, asked: &mut Asked) -> Result<(), Problem> {
    let before = match (&asked.conversation, &asked.previous) {
        (Some(id), _) => state.shelf.free(id)?.items.clone(),
        (_, Some(id)) => state.shelf.history(id)?,
        (None, None) => return Ok(()),
    };
    let before = before.iter().flat_map(items::turns);
    asked.turns = before.chain(asked.turns.drain(..)).collect();
    Ok(())
}

/// Keeps the response and what was asked, as the request wishes. A failed one leaves its conversation as it was.
fn keep(state: &mut State, asked: Asked, object: Value) -> Result<(), Problem> {
    let mut input = asked.input;
    if asked.conversation.is_some() || asked.store {
        input.iter_mut().for_each(|item| items::name(item, &mut state.rng));
    }
    if let Some(id) = &asked.conversation
        && object["status"] != "failed"
    {
        let output = object["output"].as_array().cloned().unwrap_or_default();
        state.shelf.conversation(id)?.add([input.clone(), output].concat(), &mut state.rng);
    }
    if asked.store {
        state.shelf.store(Stored { response: object, input });
    }
    Ok(())
}

/// The answer in the way in which it was asked for.
fn shown(asked: &Asked, object: &Value) -> Response<Bytes> {
    if asked.stream { answers::events(stream::events(object)) } else { answers::json(200, object) }
}

/// What the model writes, with the faults of its text.
fn write(asked: &Asked, struck: &[Struck]) -> Written {
    let temper = struck.iter().find_map(|fault| match fault.kind {
        ModelFault::Hostile => Some(mind::Temper::Hostile(fault.before)),
        ModelFault::Obedient => Some(mind::Temper::Obedient),
        _ => None,
    });
    let mut written = match asked.tools.call() {
        Some(call) => Written::call(asked, call),
        None => Written::new(asked, mind::text(asked, temper.unwrap_or_default())),
    };
    for fault in struck {
        match fault.kind {
            ModelFault::BrokenJson => written.break_in_two(),
            ModelFault::Incomplete => {
                written.break_in_two();
                written.status = ModelStatus::Incomplete;
            }
            ModelFault::Refusal => written.refuse(),
            ModelFault::Failed => written.fail(),
            _ => {}
        }
    }
    written
}
