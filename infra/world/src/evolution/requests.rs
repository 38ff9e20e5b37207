//! The routes of the server, and what stands before them: whether the instance exists, then the key.

use super::errors::{Refusal, of_fault, refused, unauthorized};
use super::{instances, messages, settings};
use crate::core::answers::{self, NoAnswer};
use crate::core::fault::{Call, Subject};
use crate::core::gateway::Gateway;
use crate::core::sender::SenderState;
use crate::core::world::{State, World};
use axum::extract::Query;
use bytes::Bytes;
use http::{Request, Response};
use percent_encoding::percent_decode_str;
use serde_json::{Value, json};
use std::collections::HashMap;
use std::time::Duration;

/// The version that the server says it has.
const VERSION: &str = "2.3.7";

pub(super) type QueryMap = HashMap<String, String>;

/// A request whose key and instance are right.
pub(super) struct Asked<'a> {
    pub world: &'a World,
    /// The instance of the path; empty if it has none.
    pub instance: String,
    pub key: &'a str,
    pub query: QueryMap,
    pub body: Value,
}

pub(super) async fn answer(world: &World, path: &str, request: &Request<Bytes>) -> Result<Response<Bytes>, NoAnswer> {
    let decoded = percent_decode_str(path).decode_utf8_lossy().into_owned();
    let parts: Vec<&str> = decoded.split('/').filter(|part| !part.is_empty()).collect();
    let key = request.headers().get("apikey").and_then(|value| value.to_str().ok()).unwrap_or_default();
    let query = Query::<QueryMap>::try_from_uri(request.uri()).map(|query| query.0).unwrap_or_default();
    let body: Value = serde_json::from_slice(request.body()).unwrap_or_default();
    let (group, action, instance) = match parts.as_slice() {
        [] => return Ok(answers::json(200, &welcome())),
        [group, action] => (*group, *action, String::new()),
        [group, action, instance] => (*group, *action, (*instance).to_owned()),
        _ => ("", "", String::new()),
    };
    let method = request.method().as_str();
    let Some(call) = call(method, group, action, instance.is_empty()) else {
        return Ok(refused(404, &format!("Cannot {method} /{path}")).answer());
    };
    let asked = Asked { world, instance, key, query, body };
    if let Err(refused) = asked.admit(action) {
        return Ok(refused.answer());
    }
    match (group, action) {
        ("instance", "create") => instances::create(&asked).await,
        ("instance", "connect") => instances::connect(&asked).await,
        ("instance", "restart") => instances::restart(&asked).await,
        ("instance", "logout") => instances::logout(&asked).await,
        ("instance", "delete") => instances::delete(&asked).await,
        ("message", "sendText") => messages::send(&asked).await,
        _ => {
            let answer = || match (group, action) {
                ("instance", "connectionState") => instances::state(&asked),
                ("instance", _) => instances::list(&asked),
                ("webhook", "set") => settings::set(&asked),
                ("webhook", _) => settings::find(&asked),
                ("chat", "findMessages") => messages::find(&asked),
                ("chat", "whatsappNumbers") => messages::check_numbers(&asked),
                ("chat", "getBase64FromMediaMessage") => messages::media(&asked),
                ("chat", "markMessageAsRead") => messages::mark_read(&asked),
                _ => messages::set_presence(&asked),
            };
            asked.attend(call, || Ok(messages::presence_time(&asked, action)), answer).await
        }
    }
}

/// The kind of a request; `None` if there is no such route.
fn call(method: &str, group: &str, action: &str, is_server: bool) -> Option<Call> {
    if is_server {
        return match (method, group, action) {
            ("POST", "instance", "create") => Some(Call::Open),
            ("GET", "instance", "fetchInstances") => Some(Call::Look),
            _ => None,
        };
    }
    Some(match (method, group, action) {
        ("GET", "instance", "connect") | ("POST", "instance", "restart") => Call::Open,
        ("DELETE", "instance", "logout" | "delete") => Call::Close,
        ("POST", "webhook", "set") => Call::Settings,
        ("POST", "message", "sendText") => Call::Send,
        ("GET", "instance", "connectionState")
        | ("GET", "webhook", "find")
        | ("POST", "chat", "findMessages" | "whatsappNumbers" | "markMessageAsRead" | "sendPresence")
        | ("POST", "chat", "getBase64FromMediaMessage") => Call::Look,
        _ => return None,
    })
}

fn welcome() -> Value {
    json!({
        "status": 200,
        "message": "Welcome to the Evolution API, it is working!",
        "version": VERSION,
        "documentation": "https://doc.evolution-api.com",
    })
}

impl Asked<'_> {
    /// The three guards in the server's own order: the instance is there, its name is free, the key is right.
    fn admit(&self, action: &str) -> Result<(), Refusal> {
        let state = self.world.state();
        if !self.instance.is_empty() && find(&state, &self.instance).is_none() {
            return Err(refused(404, &format!("The \"{}\" instance does not exist", self.instance)));
        }
        let named = self.body["instanceName"].as_str().unwrap_or_default();
        if action == "create" && (state.session(named).is_some() || state.sender(named).is_ok()) {
            return Err(refused(403, &format!("This name \"{named}\" is already in use.")));
        }
        let is_server = state.server_key(Gateway::Evolution).as_deref() == Some(self.key);
        let is_token = |sender: &SenderState| !self.key.is_empty() && sender.setup.token == self.key;
        let is_own = match action {
            "fetchInstances" => instances(&state).any(is_token),
            _ => find(&state, &self.instance).is_some_and(is_token),
        };
        if is_server || is_own { Ok(()) } else { Err(unauthorized()) }
    }

    /// See [`World::attend`].
    pub async fn attend(
        &self,
        call: Call,
        act: impl FnOnce() -> Result<Duration, Refusal>,
        answer: impl FnOnce() -> Response<Bytes>,
    ) -> Result<Response<Bytes>, NoAnswer> {
        let named = self.body["instanceName"].as_str().unwrap_or_default();
        let instance = if self.instance.is_empty() { named } else { &self.instance };
        let subject = Subject::of_call(Gateway::Evolution, instance, call);
        let answer = self.world.attend(&subject, |asked| of_fault(&asked), act, answer).await?;
        Ok(answer.unwrap_or_else(|refused| refused.answer()))
    }
}

/// The instances that are there, in the order of their names.
pub(super) fn instances(state: &State) -> impl Iterator<Item = &SenderState> {
    state.senders.keys().filter_map(|name| find(state, name))
}

pub(super) fn find<'a>(state: &'a State, name: &str) -> Option<&'a SenderState> {
    state.session(name)?;
    state.senders.get(name).filter(|sender| sender.setup.gateway == Gateway::Evolution)
}
