//! The routes of the server, and its key.

use super::errors::{Refusal, not_started, of_fault, refused, unauthorized, wrong_status};
use super::{messages, sessions, view};
use crate::core::answers::NoAnswer;
use crate::core::fault::{Call, Subject};
use crate::core::gateway::Gateway;
use crate::core::sender::SenderState;
use crate::core::session::SessionState;
use crate::core::world::{State, World};
use axum::extract::Query;
use bytes::Bytes;
use http::{HeaderMap, Request, Response, header};
use percent_encoding::percent_decode_str;
use serde_json::Value;
use std::collections::HashMap;
use std::time::Duration;

/// The wait of the server for a status that a request needs, and how often it looks.
const PATIENCE: Duration = Duration::from_secs(5);
const LOOK: Duration = Duration::from_millis(500);

pub(super) type QueryMap = HashMap<String, String>;
pub(super) type Answer = Result<Response<Bytes>, NoAnswer>;

/// A request whose key is right.
pub(super) struct Asked<'a> {
    pub world: &'a World,
    /// The session of the path, the body or the query; empty if it names none.
    pub session: String,
    pub headers: &'a HeaderMap,
    pub query: QueryMap,
    pub body: Value,
}

pub(super) async fn answer(world: &World, path: &str, request: &Request<Bytes>) -> Answer {
    let headers = request.headers();
    let key = headers.get("x-api-key").and_then(|value| value.to_str().ok()).unwrap_or_default();
    if world.state().server_key(Gateway::Waha).as_deref() != Some(key) {
        return Ok(unauthorized().answer());
    }
    let decoded = percent_decode_str(path).decode_utf8_lossy().into_owned();
    let parts: Vec<&str> = decoded.split('/').filter(|part| !part.is_empty()).collect();
    let query = Query::<QueryMap>::try_from_uri(request.uri()).map(|query| query.0).unwrap_or_default();
    let body: Value = serde_json::from_slice(request.body()).unwrap_or_default();
    let method = request.method().as_str();
    let named = || body["session"].as_str().or(query.get("session").map(String::as_str)).unwrap_or("default");
    let asked =
        |session: &str| Asked { world, session: session.to_owned(), headers, query: query.clone(), body: body.clone() };
    match (method, parts.as_slice()) {
        ("GET", ["api", "sessions"]) => sessions::list(&asked("")).await,
        ("POST", ["api", "sessions"]) => sessions::create(&asked("")).await,
        ("GET", ["api", "sessions", name]) => sessions::get(&asked(name)).await,
        ("PUT", ["api", "sessions", name]) => sessions::update(&asked(name)).await,
        ("DELETE", ["api", "sessions", name]) => sessions::delete(&asked(name)).await,
        ("GET", ["api", "sessions", name, "me"]) => sessions::me(&asked(name)).await,
        ("POST", ["api", "sessions", name, "start"]) => sessions::start(&asked(name)).await,
        ("POST", ["api", "sessions", name, "stop"]) => sessions::stop(&asked(name)).await,
        ("POST", ["api", "sessions", name, "restart"]) => sessions::restart(&asked(name)).await,
        ("POST", ["api", "sessions", name, "logout"]) => sessions::logout(&asked(name)).await,
        ("GET", ["api", name, "auth", "qr"]) => sessions::code(&asked(name)).await,
        ("GET", ["api", name, "chats", chat, "messages"]) => messages::list(&asked(name), chat).await,
        ("GET", ["api", "files", name, file]) => messages::file(&asked(name), file).await,
        ("POST", ["api", "sendText"]) => messages::send(&asked(named())).await,
        ("POST", ["api", "sendSeen"]) => messages::mark_read(&asked(named())).await,
        ("POST", ["api", does @ ("startTyping" | "stopTyping")]) => {
            messages::set_presence(&asked(named()), *does == "startTyping").await
        }
        ("GET", ["api", "contacts"]) => messages::contact(&asked(named())).await,
        ("GET", ["api", name, "labels", "chats", chat]) => messages::labels(&asked(name), chat).await,
        ("GET", ["api", "contacts", "check-exists"]) => messages::check_number(&asked(named())).await,
        _ => Ok(refused(404, &format!("Cannot {method} /{path}")).answer()),
    }
}

impl Asked<'_> {
    /// See [`World::attend`].
    pub async fn attend(
        &self,
        call: Call,
        act: impl FnOnce() -> Result<Duration, Refusal>,
        answer: impl FnOnce() -> Response<Bytes>,
    ) -> Answer {
        let subject = Subject::of_call(Gateway::Waha, &self.session, call);
        let answer = self.world.attend(&subject, |asked| of_fault(&asked, &self.session), act, answer).await?;
        Ok(answer.unwrap_or_else(|refused| refused.answer()))
    }

    /// Waits a little for the status that the request needs.
    pub async fn wait_for(&self, expected: &'static str) -> Result<(), Refusal> {
        let mut waited = Duration::ZERO;
        loop {
            let status = find(&self.world.state(), &self.session).map(view::status);
            match status {
                None | Some(view::STOPPED) => return Err(not_started(&self.session)),
                Some(status) if status == expected => return Ok(()),
                Some(status) if waited >= PATIENCE => return Err(wrong_status(&self.session, status, expected)),
                Some(_) => {}
            }
            tokio::time::sleep(LOOK).await;
            waited += LOOK;
        }
    }

    /// Whether the caller wants JSON in place of a picture.
    pub fn wants_json(&self) -> bool {
        self.headers.get(header::ACCEPT).is_some_and(|accept| accept == "application/json")
    }
}

pub(super) fn find<'a>(state: &'a State, name: &str) -> Option<&'a SenderState> {
    state.session(name)?;
    state.senders.get(name).filter(|sender| sender.setup.gateway == Gateway::Waha)
}

pub(super) fn is_running(sender: &SenderState) -> bool {
    sender.session.as_ref().is_some_and(|session| session.state != SessionState::Stopped)
}
