//! Whapi: what a channel answers, and what its webhooks say.

use crate::chat::{Author, Bubble, Chat, Tick};
use crate::fault::{FaultKind, Subject};
use crate::people;
use crate::sender::{Category, Gateway, SenderState};
use crate::serve::{Answer, NoAnswer};
use crate::state::{Acceptance, State, World};
use crate::webhook::{Part, Update};
use axum::extract::Query;
use chrono::{DateTime, Utc};
use http::{Method, Uri};
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet, HashMap};

/// What a list answers if no count is asked for.
const USUAL_COUNT: usize = 100;

type QueryMap = HashMap<String, String>;

impl World {
    pub(crate) async fn whapi(
        &self,
        method: &Method,
        path: &str,
        uri: &Uri,
        bearer: &str,
        body: &[u8],
    ) -> Result<Answer, NoAnswer> {
        let now = self.now();
        let channel = {
            let state = self.state();
            let mut channels = state.senders.values().filter(|sender| sender.setup.gateway == Gateway::Whapi);
            channels.find(|sender| sender.setup.token == bearer).map(|sender| sender.setup.address.clone())
        };
        let Some(channel) = channel else { return Ok(error(401, "need channel authorization for access")) };
        let query = Query::<QueryMap>::try_from_uri(uri).map(|query| query.0).unwrap_or_default();
        let path = path.replace("%40", "@");
        let parts: Vec<&str> = path.split('/').filter(|part| !part.is_empty()).collect();
        let body: Value = serde_json::from_slice(body).unwrap_or_default();
        if (method, parts.as_slice()) == (&Method::POST, &["messages", "text"]) {
            return self.whapi_send(&channel, &body, now).await;
        }
        if self.stands(&channel, &FaultKind::RefuseConnection) {
            return Err(NoAnswer::Refused);
        }
        self.take_time(None).await;
        if matches!(parts.first(), Some(&"chats" | &"messages")) && self.stands(&channel, &FaultKind::Disconnected) {
            return Ok(error(401, "channel not authorized"));
        }
        let mut state = self.state();
        Ok(match (method.as_str(), parts.as_slice()) {
            ("GET", ["messages", "list", chat]) => state.list_messages(&channel, chat, &query),
            ("GET", ["chats"]) => state.list_chats(&channel, &query),
            ("GET", ["chats", chat]) => match named(chat).and_then(|person| state.whapi_chat(&channel, &person)) {
                Some(chat) => Answer::json(200, &chat),
                None => error(404, "chat not found"),
            },
            ("GET", ["labels"]) => Answer::json(200, &state.labels(&channel)),
            ("GET", ["limits"]) => Answer::empty(204),
            (_, ["health" | "settings"]) => match state.senders.get_mut(&channel) {
                Some(sender) if parts == ["settings"] => crate::whapi_settings::settings(sender, method, &body),
                Some(sender) if method == Method::GET => Answer::json(200, &health(sender, now)),
                _ => error(404, "not found"),
            },
            _ => error(404, "not found"),
        })
    }

    fn stands(&self, channel: &str, kind: &FaultKind) -> bool {
        let subject = Subject { gateway: Gateway::Whapi, sender: channel, person: None };
        self.state().faults.stands(&subject, kind)
    }

    async fn whapi_send(&self, channel: &str, body: &Value, arrived_at: DateTime<Utc>) -> Result<Answer, NoAnswer> {
        let to = body["to"].as_str().unwrap_or_default();
        let person = recipient(to);
        let fault = self.strike(Gateway::Whapi, channel, person.as_deref());
        match &fault.end {
            Some(FaultKind::RefuseConnection) => return Err(NoAnswer::Refused),
            Some(FaultKind::RequestLost) => {
                self.take_time(fault.slow).await;
                return Err(NoAnswer::Lost);
            }
            Some(FaultKind::Status { status, retry_after, accepted: false }) => {
                self.take_time(fault.slow).await;
                return Ok(plain(*status, *retry_after));
            }
            Some(FaultKind::ErrorCode { code }) => {
                return Ok(error(
                    u16::try_from(*code).ok().filter(|code| (400..600).contains(code)).unwrap_or(500),
                    "as the fault was set",
                ));
            }
            Some(FaultKind::Disconnected) => return Ok(error(401, "channel not authorized")),
            _ => {}
        }
        let text = body["body"].as_str().unwrap_or_default();
        if text.is_empty() {
            return Ok(error(400, "body is required"));
        }
        if to.ends_with("@g.us") || to.ends_with("@newsletter") {
            return Ok(error(403, "forbidden recipient"));
        }
        let Some(person) = person else { return Ok(error(400, "to is not a number or chat id")) };
        if body["typing_time"].as_f64().is_some_and(|seconds| !(0.0..=60.0).contains(&seconds)) {
            return Ok(error(400, "typing_time must be 0 to 60"));
        }
        let fails = match fault.end {
            Some(FaultKind::FailLater { code }) => Some(code),
            _ => None,
        };
        let message = self.change(|state| {
            let acceptance = Acceptance {
                sender: channel.to_owned(),
                person: person.clone(),
                text: text.to_owned(),
                template: None,
                category: Category::Service,
                callback_id: None,
                by_user_id: false,
                fails,
                arrived_at,
            };
            let id = state.accept(Gateway::Whapi, acceptance);
            state.whapi_message(channel, &person, &id)
        });
        self.take_time(fault.slow).await;
        match fault.end {
            Some(FaultKind::AnswerLost) => Err(NoAnswer::Lost),
            Some(FaultKind::Status { status, retry_after, .. }) => Ok(plain(status, retry_after)),
            _ => Ok(Answer::json(200, &json!({"sent": true, "message": message}))),
        }
    }
}

impl State {
    fn whapi_message(&mut self, channel: &str, person: &str, id: &str) -> Option<Value> {
        let number = self.senders.get(channel)?.setup.number.clone();
        let chat = self.chat(channel, person);
        let name = chat.name.clone();
        chat.bubble(id).map(|bubble| message(&number, person, name.as_deref(), bubble))
    }

    /// Tells the channel's webhook of a message, be it a person's or the business's own.
    pub fn echo(&mut self, channel: &str, person: &str, id: &str) {
        let Some(message) = self.whapi_message(channel, person, id) else { return };
        let inbound = (message["from_me"] == false).then(|| id.to_owned());
        let part = Part::Whapi { event: "messages", field: "messages", value: message };
        self.enqueue(channel, Update { person: Some(person.to_owned()), inbound, part });
    }

    /// Tells the channel's webhook that a chat has other labels now.
    pub fn tell_labels(&mut self, channel: &str, person: &str) {
        let before = json!({"id": people::chat_id(person), "type": "contact"});
        let Some(after) = self.whapi_chat(channel, person) else { return };
        let value = json!({"before_update": before, "after_update": after, "changes": ["labels"]});
        let part = Part::Whapi { event: "chats", field: "chats_updates", value };
        self.enqueue(channel, Update { person: Some(person.to_owned()), inbound: None, part });
    }

    /// The channel's labels by name, with their ids.
    fn label_ids(&self, channel: &str) -> BTreeMap<&str, String> {
        let chats = self.chats.iter().filter(|((at, _), _)| at == channel);
        let names: BTreeSet<&str> = chats.flat_map(|(_, chat)| chat.labels.iter().map(String::as_str)).collect();
        names.into_iter().zip(1..).map(|(name, id): (_, u32)| (name, id.to_string())).collect()
    }

    fn labels(&self, channel: &str) -> Value {
        let labels = self.label_ids(channel);
        labels.into_iter().map(|(name, id)| json!({"id": id, "name": name, "color": "gold"})).collect()
    }

    /// `None` without a message in it, as then there is no such chat.
    fn whapi_chat(&self, channel: &str, person: &str) -> Option<Value> {
        let number = &self.senders.get(channel)?.setup.number;
        let chat = self.chats.get(&(channel.to_owned(), person.to_owned()))?;
        let last = chat.bubbles.last()?;
        let ids = self.label_ids(channel);
        let label = |name: &String| json!({"id": ids.get(name.as_str()), "name": name, "color": "gold"});
        let labels: Vec<Value> = chat.labels.iter().map(label).collect();
        let name = chat.name.as_deref();
        let mut view = json!({
            "id": people::chat_id(person),
            "type": "contact",
            "timestamp": last.at.timestamp(),
            "unread": 0,
            "not_spam": true,
            "last_message": message(number, person, name, last),
            "labels": labels,
        });
        if let Some(name) = name {
            view["name"] = json!(name);
        }
        Some(view)
    }

    fn list_chats(&self, channel: &str, query: &QueryMap) -> Answer {
        let mut chats: Vec<(DateTime<Utc>, &String)> = self
            .chats
            .iter()
            .filter(|((at, _), _)| at == channel)
            .filter_map(|((_, person), chat): (_, &Chat)| Some((chat.bubbles.last()?.at, person)))
            .collect();
        chats.sort_by(|one, other| other.cmp(one));
        let (count, offset) = page(query);
        let total = chats.len();
        let page = chats.into_iter().skip(offset).take(count);
        let chats: Vec<Value> = page.filter_map(|(_, person)| self.whapi_chat(channel, person)).collect();
        Answer::json(200, &json!({"count": chats.len(), "total": total, "offset": offset, "chats": chats}))
    }

    fn list_messages(&self, channel: &str, chat: &str, query: &QueryMap) -> Answer {
        // Under another spelling of the number there is no chat.
        let person = named(chat).unwrap_or_default();
        let number = self.senders.get(channel).map(|sender| sender.setup.number.as_str()).unwrap_or_default();
        let chat = self.chats.get(&(channel.to_owned(), person.clone()));
        let name = chat.and_then(|chat| chat.name.as_deref());
        let from_me = query.get("from_me").and_then(|value| value.parse::<bool>().ok());
        let time = |name| query.get(name).and_then(|value| value.parse::<i64>().ok());
        let (from, to) = (time("time_from"), time("time_to"));
        let mut messages: Vec<&Bubble> = chat.map(|chat| chat.bubbles.iter().collect()).unwrap_or_default();
        messages.retain(|bubble| {
            let at = bubble.at.timestamp();
            from_me.is_none_or(|wanted| wanted == (bubble.from == Author::Business))
                && from.is_none_or(|from| at >= from)
                && to.is_none_or(|to| at <= to)
        });
        if query.get("sort").is_none_or(|sort| sort != "asc") {
            messages.reverse();
        }
        let (count, offset) = page(query);
        let total = messages.len();
        let page = messages.into_iter().skip(offset).take(count);
        let messages: Vec<Value> = page.map(|bubble| message(number, &person, name, bubble)).collect();
        Answer::json(200, &json!({"count": messages.len(), "total": total, "offset": offset, "messages": messages}))
    }
}

fn page(query: &QueryMap) -> (usize, usize) {
    let number = |name| query.get(name).and_then(|value| value.parse().ok());
    (number("count").unwrap_or(USUAL_COUNT), number("offset").unwrap_or(0))
}

/// The person that `to` names: bare digits or `…@s.whatsapp.net`.
fn recipient(to: &str) -> Option<String> {
    let number = to.strip_suffix("@s.whatsapp.net").unwrap_or(to);
    let valid = (9..=31).contains(&number.len()) && number.bytes().all(|byte| byte.is_ascii_digit() || byte == b'-');
    valid.then(|| people::person(number))
}

/// The person whose chat has this id.
fn named(chat: &str) -> Option<String> {
    Some(people::person(chat)).filter(|person| people::chat_id(person) == chat)
}

fn status_name(tick: Tick) -> (u8, &'static str) {
    match tick {
        Tick::Failed => (0, "failed"),
        Tick::Accepted => (1, "pending"),
        Tick::Sent => (2, "sent"),
        Tick::Delivered => (3, "delivered"),
        Tick::Read => (4, "read"),
    }
}

/// A status webhook's element.
pub(crate) fn status(person: &str, bubble: &Bubble, now: DateTime<Utc>) -> Update {
    let (code, name) = status_name(bubble.tick);
    let mut value = json!({
        "id": bubble.id,
        "code": code,
        "status": name,
        "recipient_id": people::chat_id(person),
        "timestamp": now.timestamp().to_string(),
    });
    if let Some(error) = bubble.error {
        value["errors"] = json!([{"code": error, "title": crate::cloud_errors::title(error)}]);
    }
    Update {
        person: Some(person.to_owned()),
        inbound: None,
        part: Part::Whapi { event: "statuses", field: "statuses", value },
    }
}

fn message(number: &str, person: &str, name: Option<&str>, bubble: &Bubble) -> Value {
    let own = bubble.from == Author::Business;
    let linked = bubble.text.contains("https://") || bubble.text.contains("http://");
    let kind = match bubble.kind.as_str() {
        "text" if linked => "link_preview",
        "text" | "button" | "template" => "text",
        kind => kind,
    };
    let content = match kind {
        "text" | "link_preview" => json!({"body": bubble.text}),
        _ => json!({"id": format!("media-{}", bubble.id), "caption": bubble.text}),
    };
    let mut message = json!({
        "id": bubble.id,
        "from_me": own,
        "type": kind,
        "chat_id": people::chat_id(person),
        "timestamp": bubble.at.timestamp(),
        "source": if own { "api" } else { "mobile" },
        "from": if own { number.to_owned() } else { people::wa_id(person) },
    });
    message[kind] = content;
    if own {
        message["status"] = json!(status_name(bubble.tick).1);
    } else if let Some(name) = name {
        message["from_name"] = json!(name);
    }
    message
}

/// The state of a channel.
pub(crate) fn health(sender: &SenderState, now: DateTime<Utc>) -> Value {
    let (code, text) = if sender.connected { (4, "AUTH") } else { (3, "QR") };
    let mut health = json!({
        "channel_id": sender.setup.address,
        "start_at": sender.registered_at.timestamp(),
        "uptime": (now - sender.registered_at).num_seconds().max(0),
        "status": {"code": code, "text": text},
    });
    if sender.connected {
        health["user"] = json!({"id": sender.setup.number, "name": sender.setup.name});
    }
    health
}

pub(crate) fn error(status: u16, message: &str) -> Answer {
    Answer::json(status, &json!({"error": {"code": status, "message": message}}))
}

/// An answer of what stands in front of the channel.
fn plain(status: u16, retry_after: Option<u32>) -> Answer {
    let mut answer = match status {
        429 => error(429, "too many requests"),
        500 => error(500, "internal error"),
        _ => Answer::html(status),
    };
    answer.retry_after = retry_after;
    answer
}
