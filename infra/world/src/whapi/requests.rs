//! The answers of a channel.

use super::errors::{error, plain};
use super::lists::{QueryMap, list_chats, list_messages, named};
use super::{settings, view};
use crate::core::answers::{self, NoAnswer};
use crate::core::chat::Button;
use crate::core::fault::{Call, FaultKind, Subject};
use crate::core::gateway::Gateway;
use crate::core::messages::Acceptance;
use crate::core::people;
use crate::core::requests::FaultAnswer;
use crate::core::sender::Category;
use crate::core::world::{State, World};
use axum::extract::Query;
use bytes::Bytes;
use chrono::{DateTime, Utc};
use http::{Method, Request, Response};
use serde_json::{Value, json};
use std::time::Duration;

/// Buttons of a message.
const MOST_BUTTONS: usize = 3;
/// Characters of a button's title.
const MOST_TITLE: usize = 25;

pub(super) async fn answer(world: &World, path: &str, request: &Request<Bytes>) -> Result<Response<Bytes>, NoAnswer> {
    let (now, method) = (world.now(), request.method());
    let bearer = answers::bearer(request.headers());
    let channel = {
        let state = world.state();
        let mut channels = state.senders.values().filter(|sender| sender.setup.gateway == Gateway::Whapi);
        channels.find(|sender| sender.setup.token == bearer).map(|sender| sender.setup.address.clone())
    };
    let Some(channel) = channel else { return Ok(error(401, "need channel authorization for access")) };
    let query = Query::<QueryMap>::try_from_uri(request.uri()).map(|query| query.0).unwrap_or_default();
    let path = path.replace("%40", "@");
    let parts: Vec<&str> = path.split('/').filter(|part| !part.is_empty()).collect();
    let body: Value = serde_json::from_slice(request.body()).unwrap_or_default();
    if let (&Method::POST, ["messages", form @ ("text" | "interactive")]) = (method, parts.as_slice()) {
        return send(world, &channel, form, &body, now).await;
    }
    if stands(world, &channel, &FaultKind::RefuseConnection) {
        return Err(NoAnswer::Refused);
    }
    match (method.as_str(), parts.as_slice()) {
        ("GET", ["chats", chat]) => return one_chat(world, &channel, chat).await,
        ("PUT", ["presences", chat]) => return set_presence(world, &channel, chat, &body).await,
        _ => {}
    }
    world.take_time(None).await;
    let of_chats = matches!(parts.first(), Some(&"chats" | &"messages" | &"contacts" | &"media"));
    if of_chats && stands(world, &channel, &FaultKind::Disconnected) {
        return Ok(error(401, "channel not authorized"));
    }
    let mut state = world.state();
    Ok(match (method.as_str(), parts.as_slice()) {
        ("GET", ["messages", "list", chat]) => list_messages(&state, &channel, chat, &query),
        ("GET", ["chats"]) => list_chats(&state, &channel, &query),
        ("POST", ["contacts"]) => check_contacts(&mut state, &channel, &body),
        ("GET", ["media", id]) => match state.recording(&channel, |bubble| view::media(bubble) == *id) {
            Some(recording) => answers::audio(recording),
            None => error(404, "media not found"),
        },
        ("GET", ["labels"]) => answers::json(200, &view::labels(&state, &channel)),
        ("GET", ["limits"]) => answers::empty(204),
        (_, ["health" | "settings"]) => match state.senders.get_mut(&channel) {
            Some(sender) if parts == ["settings"] => settings::settings(sender, method, &body),
            Some(sender) if method == Method::GET => answers::json(200, &view::health(sender, sender.connected, now)),
            _ => error(404, "not found"),
        },
        _ => error(404, "not found"),
    })
}

/// One chat, with its name and its labels.
async fn one_chat(world: &World, channel: &str, chat: &str) -> Result<Response<Bytes>, NoAnswer> {
    let act = || {
        let person = named(chat).ok_or("chat not found")?;
        let mut state = world.state();
        state.contacts_asked.push((channel.to_owned(), person.clone()));
        view::chat(&state, channel, &person).map(|_| Duration::ZERO).ok_or("chat not found")
    };
    let answer = || {
        let found = named(chat).and_then(|person| view::chat(&world.state(), channel, &person));
        found.map_or_else(|| error(404, "chat not found"), |chat| answers::json(200, &chat))
    };
    let subject = Subject::of_call(Gateway::Whapi, channel, Call::Look);
    let answered = world.attend(&subject, |asked| refuse(&asked), act, answer).await?;
    Ok(answered.unwrap_or_else(|message: &str| error(404, message)))
}

/// A person sees that somebody types, for so many seconds.
async fn set_presence(world: &World, channel: &str, chat: &str, body: &Value) -> Result<Response<Bytes>, NoAnswer> {
    let act = || {
        if !matches!(body["presence"].as_str(), Some("typing" | "recording" | "paused")) {
            return Err((400, "presence is not known"));
        }
        let person = named(chat).ok_or((404, "contact not found"))?;
        if body["presence"] == "typing" {
            world.state().typings.push((channel.to_owned(), person));
        }
        Ok(Duration::ZERO)
    };
    let subject = Subject::of_call(Gateway::Whapi, channel, Call::Look);
    let answer = || answers::json(200, &json!({"success": true}));
    let answered = world.attend(&subject, |asked| refuse(&asked), act, answer).await?;
    Ok(answered.unwrap_or_else(|(status, message)| error(status, message)))
}

/// Which chats WhatsApp has with the people of these numbers, in any spelling.
fn check_contacts(state: &mut State, channel: &str, body: &Value) -> Response<Bytes> {
    let Some(contacts) = body["contacts"].as_array().filter(|contacts| !contacts.is_empty()) else {
        return error(400, "contacts is required");
    };
    let mut known = Vec::with_capacity(contacts.len());
    for input in contacts {
        let person = people::person(input.as_str().unwrap_or_default());
        let subject = Subject { person: Some(&person), ..Subject::of_sender(Gateway::Whapi, channel) };
        let nobody = person.len() < 9 || state.faults.stands(&subject, &FaultKind::NotOnWhatsapp);
        known.push(match nobody {
            true => json!({"input": input, "status": "invalid"}),
            false => json!({"input": input, "status": "valid", "wa_id": people::wa_id(&person)}),
        });
        state.lookups.push((channel.to_owned(), person));
    }
    answers::json(200, &json!({"contacts": known}))
}

fn stands(world: &World, channel: &str, kind: &FaultKind) -> bool {
    let subject = Subject::of_sender(Gateway::Whapi, channel);
    world.state().faults.stands(&subject, kind)
}

async fn send(
    world: &World,
    channel: &str,
    form: &str,
    body: &Value,
    arrived_at: DateTime<Utc>,
) -> Result<Response<Bytes>, NoAnswer> {
    let to = body["to"].as_str().unwrap_or_default();
    let person = recipient(to);
    // A message to another spelling than WhatsApp's own is taken, and reaches nobody.
    let misspelt = person.as_ref().is_some_and(|person| people::wa_id(person) != number(to));
    let subject = Subject { person: person.as_deref(), ..Subject::of_call(Gateway::Whapi, channel, Call::Send) };
    let absent = world.state().faults.stands(&subject, &FaultKind::NotOnWhatsapp);
    let take = |fails: Option<u32>| {
        let (text, buttons) = match form {
            "interactive" => (body["body"]["text"].as_str(), buttons(body)?),
            _ => (body["body"].as_str(), Vec::new()),
        };
        let Some(text) = text.filter(|text| !text.is_empty()) else { return Err((400, "body is required")) };
        if to.ends_with("@g.us") || to.ends_with("@newsletter") {
            return Err((403, "forbidden recipient"));
        }
        let Some(person) = person.clone() else { return Err((400, "to is not a number or chat id")) };
        if body["typing_time"].as_f64().is_some_and(|seconds| !(0.0..=60.0).contains(&seconds)) {
            return Err((400, "typing_time must be 0 to 60"));
        }
        let message = world.change(|state| {
            let acceptance = Acceptance {
                sender: channel.to_owned(),
                person: person.clone(),
                text: text.to_owned(),
                buttons: buttons.clone(),
                template: None,
                category: Category::Service,
                callback_id: None,
                by_user_id: false,
                fails: fails.or((misspelt || absent).then_some(UNDELIVERABLE)),
                arrived_at,
            };
            let id = state.accept(Gateway::Whapi, acceptance);
            let number = state.senders.get(channel)?.setup.number.clone();
            let chat = state.chat(channel, &person);
            let name = chat.name.clone();
            chat.bubble(&id).map(|bubble| view::message(&number, &person, name.as_deref(), bubble))
        });
        Ok(answers::json(200, &json!({"sent": true, "message": message})))
    };
    let answer = world.attempt(&subject, |asked| refuse(&asked), take).await?;
    Ok(answer.unwrap_or_else(|(status, message)| error(status, message)))
}

/// The quick replies of an interactive message.
fn buttons(body: &Value) -> Result<Vec<Button>, (u16, &'static str)> {
    let given = body["action"]["buttons"].as_array().filter(|buttons| (1..=MOST_BUTTONS).contains(&buttons.len()));
    let (Some(given), Some("button")) = (given, body["type"].as_str()) else {
        return Err((400, "action.buttons: expected 1 to 3 buttons, and the type button"));
    };
    let read = |button: &Value| {
        let part = |name: &str| button[name].as_str().filter(|part| !part.is_empty()).map(str::to_owned);
        let (id, title) = (part("id")?, part("title")?);
        (button["type"] == "quick_reply" && title.chars().count() <= MOST_TITLE).then_some(Button { id, title })
    };
    given
        .iter()
        .map(|button| read(button).ok_or((400, "a button is no quick_reply with an id and a short title")))
        .collect()
}

fn refuse(asked: &FaultAnswer) -> Response<Bytes> {
    match asked {
        FaultAnswer::Status { status, retry_after } => plain(*status, *retry_after),
        FaultAnswer::Code(code) => {
            let status = u16::try_from(*code).ok().filter(|code| (400..600).contains(code));
            error(status.unwrap_or(500), "as the fault was set")
        }
        FaultAnswer::Disconnected => error(401, "channel not authorized"),
    }
}

/// The error of a message that reaches nobody.
const UNDELIVERABLE: u32 = 131_026;

fn number(to: &str) -> &str {
    to.strip_suffix("@s.whatsapp.net").unwrap_or(to)
}

/// The person that `to` names: bare digits or `…@s.whatsapp.net`.
fn recipient(to: &str) -> Option<String> {
    let number = number(to);
    let valid = (9..=31).contains(&number.len()) && number.bytes().all(|byte| byte.is_ascii_digit() || byte == b'-');
    valid.then(|| people::person(number))
}
