//! `/message` and `/chat`: messages are sent and found, numbers are checked.

use super::errors::{CLOSED, Refusal, error, of_fault, refused, unexpected};
use super::requests::{Asked, find as find_instance};
use super::view;
use crate::core::answers::{self, NoAnswer};
use crate::core::chat::{Author, Bubble, Chat, Profile, Tick};
use crate::core::fault::{Call, FaultKind, Subject};
use crate::core::gateway::Gateway;
use crate::core::messages::Acceptance;
use crate::core::people;
use crate::core::sender::Category;
use crate::core::session::SessionState;
use crate::core::voice;
use crate::core::world::State;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use chrono::{DateTime, Utc};
use http::Response;
use serde_json::{Value, json};
use std::time::Duration;

/// Messages on a page, if none are asked for.
const USUAL_PAGE: u64 = 50;
/// A shorter number is not on WhatsApp.
const SHORTEST: usize = 9;
/// The server's own words where nobody has ever connected the instance.
const NO_CLIENT: &str = "Cannot read properties of undefined (reading 'onWhatsApp')";

pub(super) async fn send(asked: &Asked<'_>) -> Result<Response<Bytes>, NoAnswer> {
    let (world, name) = (asked.world, asked.instance.as_str());
    let arrived_at = world.now();
    let person = asked.body["number"].as_str().map(|number| person(&world.state(), name, number));
    let subject = Subject { person: person.as_deref(), ..Subject::of_call(Gateway::Evolution, name, Call::Send) };
    // The server shows for so long that somebody is typing.
    if let Some(delay) = asked.body["delay"].as_u64() {
        tokio::time::sleep(Duration::from_millis(delay)).await;
    }
    let take = |fails| {
        let (Some(number), Some(person)) = (asked.body["number"].as_str(), person.clone()) else {
            let wrong = if asked.body["number"].is_null() { "requires property \"number\"" } else { "Invalid format" };
            return Err(refused(400, wrong));
        };
        let Some(text) = asked.body["text"].as_str() else { return Err(refused(400, "requires property \"text\"")) };
        if text.trim().is_empty() {
            return Err(refused(400, "Text is required"));
        }
        world.change(|state| {
            check(state, name, number, &person)?;
            let acceptance = Acceptance {
                sender: name.to_owned(),
                person: person.clone(),
                text: text.to_owned(),
                buttons: Vec::new(),
                template: None,
                category: Category::Service,
                callback_id: None,
                by_user_id: false,
                fails,
                arrived_at,
            };
            let id = state.accept(Gateway::Evolution, acceptance);
            let chat = state.chat(name, &person);
            let (with, bubble) = (chat.profile(&person), chat.bubble(&id).cloned());
            let (Some(bubble), Some(sender)) = (bubble, find_instance(state, name)) else {
                return Err(unexpected(CLOSED));
            };
            Ok(answers::json(201, &view::record(sender, &with, &bubble)))
        })
    };
    let answer = world.attempt(&subject, |asked| of_fault(&asked), take).await?;
    Ok(answer.unwrap_or_else(|refused: Refusal| refused.answer()))
}

/// Whether the message can go. The server asks WhatsApp for a number that it does not know yet, and words a closed
/// connection in two ways for that.
fn check(state: &State, name: &str, number: &str, person: &str) -> Result<(), Refusal> {
    let session = state.session(name);
    let chat = state.chats.get(&(name.to_owned(), person.to_owned()));
    let is_known = chat.is_some_and(|chat| !chat.bubbles.is_empty());
    if session.is_none_or(|session| session.state != SessionState::Open) {
        let never = session.is_none_or(|session| session.history.is_empty());
        return Err(match (never, is_known) {
            (true, _) => unexpected(NO_CLIENT),
            (false, true) => refused(400, &format!("Error: {CLOSED}")),
            (false, false) => unexpected(CLOSED),
        });
    }
    if number.ends_with("@g.us") {
        return Err(refused(400, "[object Object]"));
    }
    let found = on_whatsapp(state, name, number, person);
    if found["exists"] == true { Ok(()) } else { Err(error(400, &json!([found]))) }
}

/// The person behind a number or an id, in any spelling.
fn person(state: &State, name: &str, number: &str) -> String {
    let hidden = number.ends_with("@lid");
    let of_sender = state.chats.keys().filter(|(sender, _)| hidden && sender == name);
    let found = of_sender.map(|(_, person)| person).find(|person| people::lid(person) == number);
    found.cloned().unwrap_or_else(|| people::person(number))
}

/// What WhatsApp says of a number, under the spelling that it knows.
fn on_whatsapp(state: &State, name: &str, number: &str, person: &str) -> Value {
    let subject = Subject { person: Some(person), ..Subject::of_sender(Gateway::Evolution, name) };
    let exists = person.len() >= SHORTEST && !state.faults.stands(&subject, &FaultKind::NotOnWhatsapp);
    let chat = state.chats.get(&(name.to_owned(), person.to_owned()));
    let jid = if number.ends_with("@lid") { number.to_owned() } else { people::chat_id(person) };
    let known = chat.filter(|_| exists).and_then(|chat| chat.name.clone());
    view::present(&json!({"jid": jid, "exists": exists, "number": number, "name": known}))
}

/// `POST /chat/whatsappNumbers`.
pub(super) fn check_numbers(asked: &Asked<'_>) -> Response<Bytes> {
    let Some(numbers) = asked.body["numbers"].as_array() else {
        return answers::json(
            400,
            &json!({"status": 400, "error": "Bad Request", "message": [["requires property \"numbers\""]]}),
        );
    };
    let name = asked.instance.as_str();
    let mut state = asked.world.state();
    if state.session(name).is_none_or(|session| session.state != SessionState::Open) {
        // The error is an object of the socket's, which has its words elsewhere.
        return answers::json(
            400,
            &json!({"data": null, "isBoom": true, "isServer": false, "output": {
                "statusCode": 428, "payload": {"statusCode": 428, "error": "Precondition Required", "message": CLOSED}, "headers": {},
            }}),
        );
    }
    let numbers: Vec<&str> = numbers.iter().filter_map(Value::as_str).collect();
    let found = numbers.iter().map(|number| on_whatsapp(&state, name, number, &person(&state, name, number)));
    let found: Vec<Value> = found.collect();
    let people: Vec<String> = numbers.iter().map(|number| person(&state, name, number)).collect();
    state.lookups.extend(people.into_iter().map(|person| (name.to_owned(), person)));
    answers::json(200, &json!(found))
}

/// The file of a message, in letters.
pub(super) fn media(asked: &Asked<'_>) -> Response<Bytes> {
    let id = asked.body["message"]["key"]["id"].as_str().unwrap_or_default();
    let found = asked.world.state().recording(&asked.instance, |bubble| bubble.id == id);
    let Some(file) = found else { return refused(400, "Message not found").answer() };
    let told = json!({"mediaType": "audioMessage", "fileName": format!("{id}.oga"), "size": {"fileLength": file.len()},
        "mimetype": voice::MIME, "base64": STANDARD.encode(&file), "buffer": null});
    answers::json(201, &told)
}

/// `POST /chat/findMessages`: of the server's own table, so a session needs no connection for it.
pub(super) fn find(asked: &Asked<'_>) -> Response<Bytes> {
    let state = asked.world.state();
    let Some(sender) = find_instance(&state, &asked.instance) else {
        return refused(404, "the instance is gone").answer();
    };
    let wanted = &asked.body["where"];
    let key = &wanted["key"];
    let time = |name: &str| wanted["messageTimestamp"][name].as_str()?.parse::<DateTime<Utc>>().ok();
    let between = time("gte").zip(time("lte"));
    let is_wanted = |with: &Profile, bubble: &Bubble| {
        let own = bubble.from == Author::Business;
        key["id"].as_str().is_none_or(|id| bubble.id == id)
            && key["remoteJid"].as_str().is_none_or(|jid| view::remote_jid(with) == jid)
            // The server looks for what is not its own as if nothing had been said.
            && (key["fromMe"] != true || own)
            && between.is_none_or(|(from, to)| (from.timestamp()..=to.timestamp()).contains(&bubble.at.timestamp()))
    };
    let chats = state.chats.iter().filter(|((at, _), _)| *at == asked.instance);
    let mut found: Vec<(Profile, &Bubble)> = chats
        .flat_map(|((_, person), chat): (_, &Chat)| chat.bubbles.iter().map(|bubble| (chat.profile(person), bubble)))
        .filter(|(with, bubble)| is_wanted(with, bubble))
        .collect();
    found.reverse();
    found.sort_by_key(|(_, bubble)| std::cmp::Reverse(bubble.at.timestamp()));
    let number = |name: &str, usual| asked.body[name].as_u64().filter(|number| *number > 0).unwrap_or(usual);
    let (size, page) = (number("offset", USUAL_PAGE), number("page", 1));
    let total = u64::try_from(found.len()).unwrap_or_default();
    let skipped = usize::try_from(size * (page - 1)).unwrap_or(usize::MAX);
    let records = found.iter().skip(skipped).take(usize::try_from(size).unwrap_or(usize::MAX));
    let records: Vec<Value> = records.map(|(with, bubble)| row(view::record(sender, with, bubble), bubble)).collect();
    let pages = total.div_ceil(size);
    answers::json(200, &json!({"messages": {"total": total, "pages": pages, "currentPage": page, "records": records}}))
}

/// A message of the table: it has its steps in place of its status.
fn row(mut record: Value, bubble: &Bubble) -> Value {
    let steps = match bubble.tick {
        _ if bubble.from == Author::Person => &[][..],
        Tick::Failed => &[Tick::Failed],
        Tick::Accepted => &[],
        Tick::Sent => &[Tick::Sent],
        Tick::Delivered => &[Tick::Sent, Tick::Delivered],
        Tick::Read => &[Tick::Sent, Tick::Delivered, Tick::Read],
    };
    let steps: Vec<Value> = steps.iter().map(|tick| json!({"status": view::status(*tick)})).collect();
    if let Some(fields) = record.as_object_mut() {
        fields.remove("status");
        fields.entry("contextInfo").or_insert(Value::Null);
    }
    record["id"] = json!(format!("c{}", bubble.id.to_lowercase()));
    record["MessageUpdate"] = json!(steps);
    record
}

/// `POST /chat/markMessageAsRead`: a person's own message has its blue ticks.
pub(super) fn mark_read(asked: &Asked<'_>) -> Response<Bytes> {
    let ids: Vec<&str> =
        asked.body["readMessages"].as_array().into_iter().flatten().filter_map(|it| it["id"].as_str()).collect();
    asked.world.change(|state| {
        let chats = state.chats.iter_mut().filter(|((at, _), _)| *at == asked.instance);
        for bubble in chats.flat_map(|(_, chat)| &mut chat.bubbles) {
            if bubble.from == Author::Person && ids.contains(&bubble.id.as_str()) {
                bubble.tick = Tick::Read;
            }
        }
    });
    answers::json(201, &json!({"message": "Read messages", "read": "success"}))
}

/// The server answers a presence once it is over.
pub(super) fn presence_time(asked: &Asked<'_>, action: &str) -> Duration {
    let is_presence = action == "sendPresence";
    if is_presence && asked.body["presence"] == "composing" {
        let mut state = asked.world.state();
        let person = person(&state, &asked.instance, asked.body["number"].as_str().unwrap_or_default());
        state.typings.push((asked.instance.clone(), person));
    }
    Duration::from_millis(asked.body["delay"].as_u64().filter(|_| is_presence).unwrap_or_default())
}

/// `POST /chat/sendPresence`.
pub(super) fn set_presence(asked: &Asked<'_>) -> Response<Bytes> {
    answers::json(201, &json!({"presence": asked.body["presence"]}))
}
