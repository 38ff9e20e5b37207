//! `POST /{version}/{phone-number-id}/messages`.

use super::errors::CloudError;
use super::media;
use super::message::{self, Checked};
use crate::core::answers::{self, NoAnswer};
use crate::core::chat::{Chat, Tick};
use crate::core::fault::{Call, FaultKind, Subject};
use crate::core::gateway::Gateway;
use crate::core::messages::Acceptance;
use crate::core::people;
use crate::core::requests::FaultAnswer;
use crate::core::sender::{Category, Sender};
use crate::core::world::{State, World};
use bytes::Bytes;
use chrono::{DateTime, Utc};
use http::{Method, Request, Response, StatusCode};
use serde_json::{Value, json};
use std::time::Duration;
use tokio::time::Instant;

/// Graph versions that are not expired, as of 2026-11.
const VERSIONS: std::ops::RangeInclusive<u32> = 21..=26;
/// One message to a person in this time …
const PAIR_INTERVAL: Duration = Duration::from_secs(6);
/// … but for so many that may be borrowed from the future.
const PAIR_BURST: u32 = 45;

pub(super) async fn answer(world: &World, path: &str, request: &Request<Bytes>) -> Result<Response<Bytes>, NoAnswer> {
    let arrived_at = world.now();
    let trace: String = {
        let mut state = world.state();
        (0..11).map(|_| state.rng.alphanumeric()).collect()
    };
    let error = |error: &CloudError| Ok(error.answer(&trace));
    if let Some(id) = path.strip_prefix(media::FOLDER).and_then(|rest| rest.strip_prefix('/')) {
        return file(world, id, request, &trace, |_, file| answers::audio(file.clone())).await;
    }
    let mut parts = path.split('/');
    let version = parts.next().and_then(|version| version.strip_prefix('v')?.strip_suffix(".0")?.parse().ok());
    if !version.is_some_and(|version| VERSIONS.contains(&version)) {
        return error(&CloudError::new(2_500, "Unknown path components: unknown or expired version"));
    }
    let (address, edge) = (parts.next().unwrap_or_default(), parts.next());
    if request.method() == Method::GET && edge.is_none() {
        return file(world, address, request, &trace, |id, file| media::describe(id, file, request)).await;
    }
    let sender = match sender(world, address, answers::bearer(request.headers())) {
        Ok(sender) => sender,
        Err(refused) => return error(&refused),
    };
    if request.method() != Method::POST || edge != Some("messages") || parts.next().is_some() {
        return error(&CloudError::parameter("Unsupported request: only POST to messages is known"));
    }
    let body: Value = serde_json::from_slice(request.body()).unwrap_or_default();
    if body["status"] == "read" {
        return mark_read(world, address, &body, &trace).await;
    }
    let person = message::recipient(world, &sender, &body).map(|(person, ..)| person).ok();
    let subject = Subject { person: person.as_deref(), ..Subject::of_call(Gateway::CloudApi, address, Call::Send) };
    let send = |fails| {
        let checked = message::check(world, &sender, &body)?;
        let contact = if checked.by_user_id {
            json!({"input": checked.input, "user_id": people::user_id(address, &checked.person)})
        } else {
            json!({"input": checked.input, "wa_id": people::wa_id(&checked.person)})
        };
        let id = world.change(|state| take(state, address, checked, fails, arrived_at))?;
        let sent = json!({"messaging_product": "whatsapp", "contacts": [contact], "messages": [{"id": id}]});
        Ok(answers::json(200, &sent))
    };
    let answer = world.attempt(&subject, |asked| refuse(&asked, &trace), send).await?;
    Ok(answer.unwrap_or_else(|refused: CloudError| refused.answer(&trace)))
}

/// Answers a request about a file.
async fn file(
    world: &World,
    id: &str,
    request: &Request<Bytes>,
    trace: &str,
    answer: impl FnOnce(&str, &Bytes) -> Response<Bytes>,
) -> Result<Response<Bytes>, NoAnswer> {
    let found = media::find(&world.state(), id, answers::bearer(request.headers()));
    let (address, file) = match found {
        Ok(found) => found,
        Err(refused) => return Ok(refused.answer(trace)),
    };
    let subject = Subject::of_call(Gateway::CloudApi, &address, Call::Look);
    let act = || Ok::<_, CloudError>(Duration::ZERO);
    let answered = world.attend(&subject, |asked| refuse(&asked, trace), act, || answer(id, &file)).await?;
    Ok(answered.unwrap_or_else(|refused| refused.answer(trace)))
}

fn refuse(asked: &FaultAnswer, trace: &str) -> Response<Bytes> {
    match asked {
        FaultAnswer::Status { status, retry_after } => plain(*status, *retry_after, trace),
        FaultAnswer::Code(code) => CloudError::new(*code, "as the fault was set").answer(trace),
        FaultAnswer::Disconnected => {
            let details = "The phone number is not registered on the WhatsApp Business Platform";
            CloudError::new(133_010, details).answer(trace)
        }
    }
}

fn sender(world: &World, address: &str, bearer: &str) -> Result<Sender, CloudError> {
    let state = world.state();
    let mut senders = state.senders.values().map(|sender| &sender.setup).filter(|s| s.gateway == Gateway::CloudApi);
    let knows_token = senders.clone().any(|sender| sender.token == bearer);
    if bearer.is_empty() || !knows_token {
        return Err(CloudError::new(190, "Invalid OAuth access token"));
    }
    let Some(sender) = senders.find(|sender| sender.address == address) else {
        return Err(CloudError::parameter("Unsupported post request. The object does not exist or cannot be loaded"));
    };
    if sender.token == bearer {
        Ok(sender.clone())
    } else {
        Err(CloudError::new(131_005, "The token has no permission for this phone number"))
    }
}

/// A person's message has its blue ticks, and if asked for, the person sees that somebody types.
async fn mark_read(world: &World, sender: &str, body: &Value, trace: &str) -> Result<Response<Bytes>, NoAnswer> {
    let id = body["message_id"].as_str().unwrap_or_default();
    let types = match &body["typing_indicator"] {
        Value::Null => false,
        indicator if indicator["type"] == "text" => true,
        _ => return Ok(CloudError::parameter("typing_indicator.type must be text").answer(trace)),
    };
    let act = || {
        world.change(|state| {
            let mut chats = state.chats.iter_mut().filter(|((at, _), _)| at == sender);
            let found = chats.find_map(|((_, person), chat)| Some((person.clone(), chat.bubble(id)?)));
            let Some((person, bubble)) = found else {
                return Err(CloudError::new(131_009, "message_id is not known"));
            };
            bubble.tick = Tick::Read;
            if types {
                state.typings.push((sender.to_owned(), person));
            }
            Ok(Duration::ZERO)
        })
    };
    let subject = Subject::of_call(Gateway::CloudApi, sender, Call::Look);
    let answer = || answers::json(200, &json!({"success": true}));
    let answered = world.attend(&subject, |asked| refuse(&asked, trace), act, answer).await?;
    Ok(answered.unwrap_or_else(|refused: CloudError| refused.answer(trace)))
}

/// Accepts a message unless the pair rate or (by switch) the closed window forbids it.
fn take(
    state: &mut State,
    sender: &str,
    checked: Checked,
    fails: Option<u32>,
    arrived_at: DateTime<Utc>,
) -> Result<String, CloudError> {
    let Checked { person, by_user_id, text, buttons, template, category, callback_id, .. } = checked;
    let subject = Subject { person: Some(&person), ..Subject::of_sender(Gateway::CloudApi, sender) };
    let paired = state.faults.stands(&subject, &FaultKind::PairRate);
    let at_once = state.faults.stands(&subject, &FaultKind::WindowAtOnce);
    let chat = state.chat(sender, &person);
    let closed = template.is_none() && chat.window_until.is_none_or(|until| until <= arrived_at);
    let stopped = category == Category::Marketing && chat.stopped_marketing;
    if paired && !take_pair_slot(chat) {
        return Err(CloudError::new(131_056, "Too many messages from this phone number to the same phone number"));
    }
    if closed && at_once {
        return Err(CloudError::new(131_047, "More than 24 hours have passed since the customer last replied"));
    }
    let rule = if closed { Some(131_047) } else { stopped.then_some(131_050) };
    let (sender, fails) = (sender.to_owned(), fails.or(rule));
    let acceptance =
        Acceptance { sender, person, text, buttons, template, category, callback_id, by_user_id, fails, arrived_at };
    Ok(state.accept(Gateway::CloudApi, acceptance))
}

fn take_pair_slot(chat: &mut Chat) -> bool {
    let now = Instant::now();
    let next = chat.next_free.map_or(now, |next| next.max(now));
    let free = next <= now + PAIR_INTERVAL * PAIR_BURST;
    if free {
        chat.next_free = Some(next + PAIR_INTERVAL);
    }
    free
}

/// An answer of what stands in front of the API: without an error code, but for too many calls.
fn plain(status: u16, retry_after: Option<u32>, trace: &str) -> Response<Bytes> {
    let mut answer =
        if status == 429 { CloudError::new(4, "Too many calls").answer(trace) } else { answers::html(status) };
    *answer.status_mut() = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    answers::retry_after(answer, retry_after)
}
