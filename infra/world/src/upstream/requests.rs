//! The answers of the operator's service.

use super::State;
use super::batch::{self, Asked, Endpoint, Outcome};
use super::fault::UpstreamFault;
use crate::core::answers::{self, NoAnswer};
use crate::core::world::World;
use bytes::Bytes;
use chrono::{DateTime, Utc};
use http::{Method, Request, Response};
use serde_json::{Value, json};
use std::time::Duration;

/// The answer to a batch, and how it goes out.
struct Reply {
    wait: Duration,
    answer: Result<Response<Bytes>, NoAnswer>,
}

pub(crate) async fn answer(world: &World, path: &str, request: &Request<Bytes>) -> Result<Response<Bytes>, NoAnswer> {
    let now = world.now();
    let reply = reply(&mut world.inner.upstream.state(), path, request, now);
    world.change(|_| ());
    if !reply.wait.is_zero() {
        tokio::time::sleep(reply.wait).await;
    }
    reply.answer
}

fn reply(state: &mut State, path: &str, request: &Request<Bytes>, now: DateTime<Utc>) -> Reply {
    let (endpoint, asked) = match read(state, path, request) {
        Ok(read) => read,
        Err((status, wrong)) => {
            state.record.turn_away();
            return Reply { wait: Duration::ZERO, answer: Ok(error(status, &wrong)) };
        }
    };
    let State { rules, rng, .. } = state;
    let struck = rules.strike(endpoint, &asked, rng);
    let bytes = request.body().len();
    let waits = struck.iter().map(|(kind, _)| match kind {
        UpstreamFault::Slow { milliseconds } => Duration::from_millis(*milliseconds),
        _ => Duration::ZERO,
    });
    let wait = waits.sum();
    let whole = struck.iter().find_map(|(kind, session)| refuse_whole(kind, session.as_deref(), &asked));
    if let Some(answer) = whole {
        let status = answer.as_ref().ok().map(|answer| answer.status().as_u16());
        state.record.note((endpoint, &asked, bytes), &vec![None; asked.items.len()], status, now);
        return Reply { wait, answer };
    }
    let outcomes: Vec<Outcome> = asked
        .items
        .iter()
        .map(|item| {
            let concerned =
                struck.iter().filter(|(_, session)| session.as_ref().is_none_or(|it| *it == item.session_id));
            let put_off = concerned.filter_map(|(kind, _)| match kind {
                UpstreamFault::Refused => Some(Outcome::Refused),
                UpstreamFault::Later => Some(Outcome::Later),
                _ => None,
            });
            put_off.take(1).next().unwrap_or_else(|| state.record.take(endpoint, item, now))
        })
        .collect();
    let answer = spoil(&struck, results(&asked, &outcomes));
    let status = answer.as_ref().ok().map(|answer| answer.status().as_u16());
    let outcomes: Vec<Option<Outcome>> = outcomes.into_iter().map(Some).collect();
    state.record.note((endpoint, &asked, bytes), &outcomes, status, now);
    Reply { wait, answer }
}

/// The batch of a request; or the status and the reason of one that has none, or no right to bring it.
fn read(state: &State, path: &str, request: &Request<Bytes>) -> Result<(Endpoint, Asked), (u16, String)> {
    let endpoint = Endpoint::of(path).filter(|_| request.method() == Method::POST);
    let refused = |status, message: &str| (status, message.to_owned());
    let endpoint = endpoint.ok_or_else(|| refused(404, "no such route"))?;
    if answers::bearer(request.headers()) != state.key {
        return Err(refused(401, "the key is not known"));
    }
    let asked = batch::read(endpoint, request.body()).map_err(|wrong| (400, wrong))?;
    let named = request.headers().get("idempotency-key").and_then(|value| value.to_str().ok());
    if named != Some(asked.batch_id.as_str()) {
        return Err(refused(400, "Idempotency-Key is not the batch_id"));
    }
    Ok((endpoint, asked))
}

/// The answer of a fault that keeps the whole batch from taking effect.
fn refuse_whole(
    kind: &UpstreamFault,
    session: Option<&str>,
    asked: &Asked,
) -> Option<Result<Response<Bytes>, NoAnswer>> {
    match kind {
        UpstreamFault::Down => Some(Err(NoAnswer::Refused)),
        UpstreamFault::Status { status, retry_after } => {
            Some(Ok(answers::retry_after(error(*status, "as the fault was set"), *retry_after)))
        }
        UpstreamFault::BadItem => {
            let bad = |session: &str| asked.items.iter().position(|item| item.session_id == session);
            let index = session.and_then(bad).unwrap_or_default();
            Some(Ok(error(400, &format!("items[{index}]: it is bad"))))
        }
        _ => None,
    }
}

/// The answer of a batch that has taken effect, unless a fault takes its place.
fn spoil(struck: &[(UpstreamFault, Option<String>)], answer: Response<Bytes>) -> Result<Response<Bytes>, NoAnswer> {
    for (kind, _) in struck {
        match kind {
            UpstreamFault::AnswerLost => return Err(NoAnswer::Lost),
            UpstreamFault::Garbage => return Ok(answers::html(200)),
            _ => {}
        }
    }
    Ok(answer)
}

/// 200 if every item has taken effect, now or before; else 207.
fn results(asked: &Asked, outcomes: &[Outcome]) -> Response<Bytes> {
    let whole = outcomes.iter().all(|outcome| matches!(outcome, Outcome::Accepted | Outcome::Repeated));
    let items = asked.items.iter().zip(outcomes).map(|(item, outcome)| {
        let mut result = json!({"event_id": item.event_id, "status": outcome});
        match outcome {
            Outcome::Refused => result["detail"] = json!("the session is not known here"),
            Outcome::Later => result["detail"] = json!("the session is busy"),
            Outcome::Accepted | Outcome::Repeated => {}
        }
        result
    });
    let results: Vec<Value> = items.collect();
    answers::json(if whole { 200 } else { 207 }, &json!({"results": results}))
}

fn error(status: u16, message: &str) -> Response<Bytes> {
    answers::json(status, &json!({"error": message}))
}
