//! The answers of the server of language models, by their addresses.

use super::fault::{ModelEndpoint, ModelFault, Struck};
use super::problem::Problem;
use super::transcription::{self, Form};
use super::{State, compact, conversations, models, respond, response};
use crate::core::answers::{self, NoAnswer};
use crate::core::world::World;
use bytes::Bytes;
use chrono::{DateTime, Utc};
use http::{HeaderName, HeaderValue, Method, Request, Response};
use std::time::Duration;

const TRANSCRIPTIONS: &str = "v1/audio/transcriptions";
const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// An answer, and how it goes out.
pub(super) struct Reply {
    pub wait: Duration,
    /// The conversation that nobody may change until it is out.
    pub lock: Option<String>,
    pub answer: Result<Response<Bytes>, NoAnswer>,
}

/// Opens a conversation again, even if the caller has not waited for the answer.
struct Lock<'a>(&'a World, Option<String>);

impl Drop for Lock<'_> {
    fn drop(&mut self) {
        if let Some(conversation) = &self.1 {
            self.0.inner.model.state().shelf.unlock(conversation);
        }
    }
}

pub(crate) async fn answer(world: &World, path: &str, request: &Request<Bytes>) -> Result<Response<Bytes>, NoAnswer> {
    let now = world.now();
    let form = match (request.method(), path) {
        (&Method::POST, TRANSCRIPTIONS) => Some(transcription::read(request).await),
        _ => None,
    };
    let mut reply = reply(&mut world.inner.model.state(), path, request, form, now);
    let _lock = Lock(world, reply.lock.take());
    world.change(|_| ());
    if !reply.wait.is_zero() {
        tokio::time::sleep(reply.wait).await;
    }
    reply.answer
}

fn reply(
    state: &mut State,
    path: &str,
    request: &Request<Bytes>,
    form: Option<Result<Form, Problem>>,
    now: DateTime<Utc>,
) -> Reply {
    let id = response::id("req", &mut state.rng);
    let answered = if answers::bearer(request.headers()) == state.key {
        route(state, path, request, form, now)
    } else {
        Err(Problem::new(401, "invalid_api_key", "Incorrect API key provided."))
    };
    let mut reply = answered.unwrap_or_else(|problem| {
        state.record.turn_away();
        Reply { wait: Duration::ZERO, lock: None, answer: Ok(problem.answer()) }
    });
    if let (Ok(answer), Ok(id)) = (&mut reply.answer, HeaderValue::try_from(id)) {
        answer.headers_mut().insert(REQUEST_ID, id);
    }
    reply
}

fn route(
    state: &mut State,
    path: &str,
    request: &Request<Bytes>,
    form: Option<Result<Form, Problem>>,
    now: DateTime<Utc>,
) -> Result<Reply, Problem> {
    let parts: Vec<&str> = path.split('/').collect();
    let endpoint = match parts.as_slice() {
        ["v1", "responses"] if request.method() == Method::POST => return respond::respond(state, request, now),
        ["v1", "responses" | "conversations", ..] => ModelEndpoint::Conversations,
        ["v1", "audio", ..] => ModelEndpoint::Transcriptions,
        _ => ModelEndpoint::Models,
    };
    let struck = state.rules.strike(endpoint, None, &mut state.rng);
    if let Some(answer) = refuse(&struck) {
        return Ok(Reply { wait: wait(&struck), lock: None, answer });
    }
    let found = match (request.method(), parts.as_slice()) {
        (&Method::POST, ["v1", "responses", "compact"]) => Some(compact::answer(state, request.body(), now)),
        (_, ["v1", "responses", rest @ ..]) => respond::kept(state, rest, request),
        (_, ["v1", "conversations", rest @ ..]) => conversations::answer(state, rest, request, now),
        (&Method::GET, ["v1", "models"]) => Some(Ok(answers::json(200, &models::list(now)))),
        (&Method::GET, ["v1", "models", id]) => Some(models::one(id, now).map(|model| answers::json(200, &model))),
        _ => form.map(|form| form.and_then(|form| transcription::answer(state, form, now))),
    };
    let unknown = || Problem::new(404, "unknown_url", &format!("Invalid URL ({} /{path})", request.method()));
    Ok(Reply { wait: wait(&struck), lock: None, answer: spoil(&struck, found.ok_or_else(unknown)??) })
}

pub(super) fn wait(struck: &[Struck]) -> Duration {
    let waits = struck.iter().map(|fault| match fault.kind {
        ModelFault::Slow { milliseconds } => Duration::from_millis(milliseconds),
        _ => Duration::ZERO,
    });
    waits.sum()
}

/// The answer of a fault that keeps the server from doing anything at all.
pub(super) fn refuse(struck: &[Struck]) -> Option<Result<Response<Bytes>, NoAnswer>> {
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
pub(super) fn spoil(struck: &[Struck], answer: Response<Bytes>) -> Result<Response<Bytes>, NoAnswer> {
    for fault in struck {
        match fault.kind {
            ModelFault::AnswerLost => return Err(NoAnswer::Lost),
            ModelFault::Garbage => return Ok(answers::html(200)),
            _ => {}
        }
    }
    Ok(answer)
}
