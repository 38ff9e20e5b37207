//! The answers of the server of language models.

use super::ask::{self, Asked};
use super::fault::{ModelEndpoint, ModelFault, Struck};
use super::problem::Problem;
use super::response::{self, ModelStatus, Written};
use super::{State, mind, models};
use crate::core::answers::{self, NoAnswer};
use crate::core::world::World;
use bytes::Bytes;
use chrono::{DateTime, Utc};
use http::{HeaderName, HeaderValue, Method, Request, Response};
use std::time::Duration;

/// The most tokens that the models read.
const WINDOW: u64 = 128_000;
const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// An answer, and how it goes out.
struct Reply {
    wait: Duration,
    answer: Result<Response<Bytes>, NoAnswer>,
}

pub(crate) async fn answer(world: &World, path: &str, request: &Request<Bytes>) -> Result<Response<Bytes>, NoAnswer> {
    let now = world.now();
    let reply = reply(&mut world.inner.model.state(), path, request, now);
    world.change(|_| ());
    if !reply.wait.is_zero() {
        tokio::time::sleep(reply.wait).await;
    }
    reply.answer
}

fn reply(state: &mut State, path: &str, request: &Request<Bytes>, now: DateTime<Utc>) -> Reply {
    let id = response::id("req", &mut state.rng);
    let answered = match (request.method(), path) {
        _ if answers::bearer(request.headers()) != state.key => {
            Err(Problem::new(401, "invalid_api_key", "Incorrect API key provided."))
        }
        (&Method::POST, "v1/responses") => respond(state, request, now),
        (&Method::GET, "v1/models") => Ok(show(state, answers::json(200, &models::list(now)))),
        (&Method::GET, path) if path.starts_with("v1/models/") => {
            let model = path.trim_start_matches("v1/models/");
            let found = models::one(model, now).ok_or_else(|| Problem::model_not_found(model));
            found.map(|model| show(state, answers::json(200, &model)))
        }
        (method, path) => Err(Problem::new(404, "unknown_url", &format!("Invalid URL ({method} /{path})"))),
    };
    let mut reply = answered.unwrap_or_else(|problem| {
        state.record.turn_away();
        Reply { wait: Duration::ZERO, answer: Ok(problem.answer()) }
    });
    if let (Ok(answer), Ok(id)) = (&mut reply.answer, HeaderValue::try_from(id)) {
        answer.headers_mut().insert(REQUEST_ID, id);
    }
    reply
}

/// An answer about models, unless a fault takes its place.
fn show(state: &mut State, answer: Response<Bytes>) -> Reply {
    let struck = state.rules.strike(ModelEndpoint::Models, None, &mut state.rng);
    let answer = refuse(&struck).unwrap_or_else(|| spoil(&struck, answer));
    Reply { wait: wait(&struck), answer }
}

fn respond(state: &mut State, request: &Request<Bytes>, now: DateTime<Utc>) -> Result<Reply, Problem> {
    let asked = ask::read(request.body())?;
    if !models::knows(&asked.model, now) {
        return Err(Problem::model_not_found(&asked.model));
    }
    if response::tokens(asked.bytes()) > WINDOW {
        return Err(Problem::too_long());
    }
    let struck = state.rules.strike(ModelEndpoint::Responses, Some(&asked), &mut state.rng);
    let wait = wait(&struck);
    let status =
        |answer: &Result<Response<Bytes>, NoAnswer>| answer.as_ref().ok().map(|answer| answer.status().as_u16());
    if let Some(answer) = refuse(&struck) {
        state.record.note(&asked, None, status(&answer), now);
        return Ok(Reply { wait, answer });
    }
    let mut written = write(&asked, &struck);
    let object = response::object(&asked, &written, now, &mut state.rng);
    let answer = spoil(&struck, answers::json(200, &object));
    written.is_whole &= !struck.iter().any(|fault| fault.kind == ModelFault::Garbage);
    state.record.note(&asked, Some(&written), status(&answer), now);
    Ok(Reply { wait, answer })
}

/// What the model writes, with the faults of its text.
fn write(asked: &Asked, struck: &[Struck]) -> Written {
    let hostile = struck.iter().find(|fault| fault.kind == ModelFault::Hostile);
    let text = mind::text(asked, hostile.map(|fault| fault.before));
    let mut written = Written::new(asked, text);
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

fn wait(struck: &[Struck]) -> Duration {
    let waits = struck.iter().map(|fault| match fault.kind {
        ModelFault::Slow { milliseconds } => Duration::from_millis(milliseconds),
        _ => Duration::ZERO,
    });
    waits.sum()
}

/// The answer of a fault that keeps the model from answering at all.
fn refuse(struck: &[Struck]) -> Option<Result<Response<Bytes>, NoAnswer>> {
    struck.iter().find_map(|fault| match &fault.kind {
        ModelFault::Down => Some(Err(NoAnswer::Refused)),
        ModelFault::Status { status, code, retry_after } => {
            let problem = Problem::as_set(*status, code.as_deref());
            Some(Ok(answers::retry_after(problem.answer(), *retry_after)))
        }
        _ => None,
    })
}

/// The answer that was made, unless a fault takes its place.
fn spoil(struck: &[Struck], answer: Response<Bytes>) -> Result<Response<Bytes>, NoAnswer> {
    for fault in struck {
        match fault.kind {
            ModelFault::AnswerLost => return Err(NoAnswer::Lost),
            ModelFault::Garbage => return Ok(answers::html(200)),
            _ => {}
        }
    }
    Ok(answer)
}
