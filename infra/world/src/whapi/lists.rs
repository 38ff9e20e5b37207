//! Lists: of chats, and of the messages in one.

use super::view;
use crate::core::answers;
use crate::core::chat::{Author, Bubble, Chat};
use crate::core::people;
use crate::core::world::State;
use bytes::Bytes;
use chrono::{DateTime, Utc};
use http::Response;
use serde_json::{Value, json};
use std::collections::HashMap;

/// The length of a list if no count is asked for.
const USUAL_COUNT: usize = 100;

pub(super) type QueryMap = HashMap<String, String>;

pub(super) fn list_chats(state: &State, channel: &str, query: &QueryMap) -> Response<Bytes> {
    let mut chats: Vec<(DateTime<Utc>, &String)> = state
        .chats
        .iter()
        .filter(|((at, _), _)| at == channel)
        .filter_map(|((_, person), chat): (_, &Chat)| Some((chat.bubbles.last()?.at, person)))
        .collect();
    chats.sort_by(|one, other| other.cmp(one));
    let (count, offset) = page(query);
    let total = chats.len();
    let page = chats.into_iter().skip(offset).take(count);
    let chats: Vec<Value> = page.filter_map(|(_, person)| view::chat(state, channel, person)).collect();
    answers::json(200, &json!({"count": chats.len(), "total": total, "offset": offset, "chats": chats}))
}

pub(super) fn list_messages(state: &State, channel: &str, chat: &str, query: &QueryMap) -> Response<Bytes> {
    // Under another spelling of the number there is no chat.
    let person = named(chat).unwrap_or_default();
    let number = state.senders.get(channel).map(|sender| sender.setup.number.as_str()).unwrap_or_default();
    let chat = state.chats.get(&(channel.to_owned(), person.clone()));
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
    let messages: Vec<Value> = page.map(|bubble| view::message(number, &person, name, bubble)).collect();
    answers::json(200, &json!({"count": messages.len(), "total": total, "offset": offset, "messages": messages}))
}

fn page(query: &QueryMap) -> (usize, usize) {
    let number = |name| query.get(name).and_then(|value| value.parse().ok());
    (number("count").unwrap_or(USUAL_COUNT), number("offset").unwrap_or(0))
}

/// The person whose chat has this id.
pub(super) fn named(chat: &str) -> Option<String> {
    Some(people::person(chat)).filter(|person| people::chat_id(person) == chat)
}
