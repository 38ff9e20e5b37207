//! Messages are sent and listed, numbers are checked.

use super::errors::{CLOSED, Refusal, of_fault, refused, unexpected};
use super::requests::{Answer, Asked, find};
use super::{settings, view};
use crate::core::answers;
use crate::core::chat::{Author, Bubble, Tick};
use crate::core::fault::{Call, FaultKind, Subject};
use crate::core::gateway::Gateway;
use crate::core::messages::Acceptance;
use crate::core::people;
use crate::core::sender::Category;
use crate::core::session::SessionState;
use crate::core::world::State;
use serde_json::{Value, json};
use std::time::Duration;

/// Messages of a list, if none are asked for.
const USUAL_COUNT: usize = 10;
/// A shorter number is not on WhatsApp.
const SHORTEST: usize = 9;
/// The engine's own words where it keeps no messages.
const NO_STORE: &str = "Enable NOWEB store \"config.noweb.store.enabled=True\" and \
    \"config.noweb.store.full_sync=True\" when starting a new session. \
    Read more: https://waha.devlike.pro/docs/engines/noweb#store";
/// The error of a message that reaches nobody.
const UNDELIVERABLE: u32 = 131_026;

/// The server asks WhatsApp nothing before it sends: under another spelling than WhatsApp's own a message is taken and
/// reaches nobody.
pub(super) async fn send(asked: &Asked<'_>) -> Answer {
    let (world, name) = (asked.world, asked.session.as_str());
    let chat = asked.body["chatId"].as_str();
    let person = chat.map(|chat| person(&world.state(), name, chat));
    let subject = Subject { person: person.as_deref(), ..Subject::of_call(Gateway::Waha, name, Call::Send) };
    let ready = asked.wait_for(view::WORKING).await;
    let arrived_at = world.now();
    let absent = world.state().faults.stands(&subject, &FaultKind::NotOnWhatsapp);
    let take = |fails: Option<u32>| {
        ready?;
        let (Some(chat), Some(person)) = (chat, person.clone()) else {
            return Err(unexpected("Cannot read properties of undefined (reading 'includes')"));
        };
        let number = chat.split('@').next().unwrap_or_default();
        let misspelt = !chat.ends_with("@lid") && people::wa_id(&person) != number;
        world.change(|state| {
            if state.session(name).is_none_or(|session| session.state != SessionState::Open) {
                return Err(unexpected(CLOSED));
            }
            let acceptance = Acceptance {
                sender: name.to_owned(),
                person: person.clone(),
                text: asked.body["text"].as_str().unwrap_or_default().to_owned(),
                buttons: Vec::new(),
                template: None,
                category: Category::Service,
                callback_id: None,
                by_user_id: false,
                fails: fails.or((misspelt || absent).then_some(UNDELIVERABLE)),
                arrived_at,
            };
            let id = state.accept(Gateway::Waha, acceptance);
            let chat = state.chat(name, &person);
            let with = chat.profile(&person);
            let sent = chat.bubble(&id).map(|bubble| view::raw(&with, bubble));
            Ok(answers::json(201, &sent.unwrap_or_default()))
        })
    };
    let answer = world.attempt(&subject, |asked| of_fault(&asked, name), take).await?;
    Ok(answer.unwrap_or_else(|refused: Refusal| refused.answer()))
}

/// The person behind a chat's id, in any spelling of the number.
fn person(state: &State, name: &str, chat: &str) -> String {
    let hidden = chat.ends_with("@lid");
    let of_sender = state.chats.keys().filter(|(sender, _)| hidden && sender == name);
    let found = of_sender.map(|(_, person)| person).find(|person| people::lid(person) == chat);
    found.cloned().unwrap_or_else(|| people::person(chat.split('@').next().unwrap_or_default()))
}

/// A file that the server keeps of a message.
pub(super) async fn file(asked: &Asked<'_>, file: &str) -> Answer {
    let answer = || {
        let found =
            asked.world.state().recording(&asked.session, |bubble| file.strip_suffix(".oga") == Some(&*bubble.id));
        found.map_or_else(|| refused(404, "Not Found").answer(), answers::audio)
    };
    asked.attend(Call::Look, || Ok(Duration::ZERO), answer).await
}

/// `GET /api/{session}/chats/{chat}/messages`, the newest first.
pub(super) async fn list(asked: &Asked<'_>, chat: &str) -> Answer {
    let ready = asked.wait_for(view::WORKING).await;
    let answer = || {
        let state = asked.world.state();
        let person = person(&state, &asked.session, chat);
        let found = state.chats.get(&(asked.session.clone(), person.clone()));
        // Under another spelling of the number there is no chat.
        let found = found.filter(|known| view::chat(&known.profile(&person)) == chat);
        let text = |name: &str| asked.query.get(name).map(String::as_str);
        let number = |name: &str| text(name).and_then(|value| value.parse::<usize>().ok());
        let time = |name: &str| text(name).and_then(|value| value.parse::<i64>().ok());
        let (from, to) = (time("filter.timestamp.gte"), time("filter.timestamp.lte"));
        let is_wanted = |bubble: &&Bubble| {
            let at = bubble.at.timestamp();
            let own = (bubble.from == Author::Business).to_string();
            text("filter.fromMe").is_none_or(|wanted| wanted == own)
                && text("filter.ack").is_none_or(|wanted| wanted == view::ack(bubble).1)
                && from.is_none_or(|from| at >= from)
                && to.is_none_or(|to| at <= to)
        };
        let messages = found.into_iter().flat_map(|known| {
            let with = known.profile(&person);
            known.bubbles.iter().rev().filter(is_wanted).map(move |bubble| view::message(&asked.session, &with, bubble))
        });
        let (count, offset) = (number("limit").unwrap_or(USUAL_COUNT), number("offset").unwrap_or(0));
        let messages: Vec<Value> = messages.skip(offset).take(count).collect();
        answers::json(200, &json!(messages))
    };
    let act = || {
        ready?;
        let has_store = find(&asked.world.state(), &asked.session).is_some_and(settings::has_store);
        if has_store { Ok(Duration::ZERO) } else { Err(refused(400, NO_STORE)) }
    };
    asked.attend(Call::Look, act, answer).await
}

/// `GET /api/contacts/check-exists`.
pub(super) async fn check_number(asked: &Asked<'_>) -> Answer {
    let ready = asked.wait_for(view::WORKING).await;
    let answer = || {
        let person = people::person(asked.query.get("phone").map(String::as_str).unwrap_or_default());
        let mut state = asked.world.state();
        let subject = Subject { person: Some(&person), ..Subject::of_sender(Gateway::Waha, &asked.session) };
        let exists = person.len() >= SHORTEST && !state.faults.stands(&subject, &FaultKind::NotOnWhatsapp);
        let known = match exists {
            true => {
                let chat = format!("{}@c.us", people::wa_id(&person));
                json!({"numberExists": true, "chatId": chat, "pn": chat})
            }
            false => json!({"numberExists": false}),
        };
        state.lookups.push((asked.session.clone(), person));
        answers::json(200, &known)
    };
    asked.attend(Call::Look, || ready.map(|()| Duration::ZERO), answer).await
}

/// `POST /api/sendSeen`: a person's own messages have their blue ticks.
pub(super) async fn mark_read(asked: &Asked<'_>) -> Answer {
    let ready = asked.wait_for(view::WORKING).await;
    let answer = || {
        let chat = asked.body["chatId"].as_str().unwrap_or_default();
        asked.world.change(|state| {
            let person = person(state, &asked.session, chat);
            let chat = state.chats.get_mut(&(asked.session.clone(), person));
            for bubble in chat.into_iter().flat_map(|chat| &mut chat.bubbles) {
                if bubble.from == Author::Person {
                    bubble.tick = Tick::Read;
                }
            }
        });
        answers::json(201, &json!({"success": true}))
    };
    asked.attend(Call::Look, || ready.map(|()| Duration::ZERO), answer).await
}

/// `POST /api/startTyping` and `stopTyping`.
pub(super) async fn set_presence(asked: &Asked<'_>, types: bool) -> Answer {
    let ready = asked.wait_for(view::WORKING).await;
    let answer = || {
        if types {
            let mut state = asked.world.state();
            let person = person(&state, &asked.session, asked.body["chatId"].as_str().unwrap_or_default());
            state.typings.push((asked.session.clone(), person));
        }
        answers::json(201, &json!({"result": true}))
    };
    asked.attend(Call::Look, || ready.map(|()| Duration::ZERO), answer).await
}

/// `GET /api/contacts`: what the phone knows of a person.
pub(super) async fn contact(asked: &Asked<'_>) -> Answer {
    let ready = asked.wait_for(view::WORKING).await;
    let answer = || {
        let id = asked.query.get("contactId").map(String::as_str).unwrap_or_default();
        let mut state = asked.world.state();
        let person = person(&state, &asked.session, id);
        let name = state.chats.get(&(asked.session.clone(), person.clone())).and_then(|chat| chat.name.clone());
        let number = people::wa_id(&person);
        state.contacts_asked.push((asked.session.clone(), person));
        answers::json(200, &json!({"id": id, "number": number, "pushname": name, "isMyContact": false}))
    };
    asked.attend(Call::Look, || ready.map(|()| Duration::ZERO), answer).await
}

/// `GET /api/{session}/labels/chats/{chat}`: the labels of a chat.
pub(super) async fn labels(asked: &Asked<'_>, chat: &str) -> Answer {
    let ready = asked.wait_for(view::WORKING).await;
    let answer = || {
        let state = asked.world.state();
        let found = state.chats.get(&(asked.session.clone(), person(&state, &asked.session, chat)));
        let labels = found.map(|chat| state.labels(&asked.session, &chat.labels)).unwrap_or_default();
        let labels = labels.iter().map(|it| json!({"id": it.id, "name": it.name, "color": 0, "colorHex": "#ff9485"}));
        answers::json(200, &labels.collect())
    };
    asked.attend(Call::Look, || ready.map(|()| Duration::ZERO), answer).await
}
