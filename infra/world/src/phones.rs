//! The people's side: what they write, see and decide.

use crate::agenda::Due;
use crate::chat::{Author, Bubble, Role, Tick};
use crate::people;
use crate::sender::Gateway;
use crate::state::{State, World};
use crate::webhook::{Part, Update, contact};
use chrono::{DateTime, TimeDelta, Utc};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use std::fmt;
use std::time::Duration;
use tokio::time::Instant;

/// How long a chat counts as looked at after the last look.
const LOOK: Duration = Duration::from_secs(3);

/// What a person writes to a business.
#[derive(Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Inbound {
    /// Address or number of the sender that is written to.
    pub sender: String,
    /// Any spelling.
    pub phone: String,
    /// The text, or the caption.
    pub text: String,
    /// The person's profile name; what is known already, if absent.
    #[serde(default)]
    pub name: Option<String>,
    /// Cloud API: the person hides the phone from now on, so the business sees only the user id (BSUID).
    #[serde(default)]
    pub without_phone: bool,
    /// `text` (if absent), `button` (a template's quick reply), `image`, `audio`, `sticker`, …
    #[serde(default)]
    pub kind: Option<String>,
}

/// No sender has this address or number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct UnknownSender;

impl fmt::Display for UnknownSender {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("no sender has this address or number")
    }
}

impl std::error::Error for UnknownSender {}

/// A chat as it stands on a person's phone.
#[derive(Clone, PartialEq, Eq, Serialize)]
pub struct ChatView {
    /// Address of the sender.
    pub sender: String,
    /// Who speaks WhatsApp for it.
    pub gateway: Gateway,
    /// The business, as people see it.
    pub business: String,
    /// Its number.
    pub number: String,
    /// The person's, in one spelling.
    pub phone: String,
    /// The person's profile name.
    pub name: Option<String>,
    /// What the person is to the business.
    pub role: Role,
    /// Whether the business sees only the user id.
    pub without_phone: bool,
    /// Whether the person has stopped the business's marketing in WhatsApp itself.
    pub stopped_marketing: bool,
    /// Labels that the business has put on the chat.
    pub labels: Vec<String>,
    /// Until when the business may write free text.
    pub window_until: Option<DateTime<Utc>>,
    /// In the order they were written.
    pub bubbles: Vec<Bubble>,
}

impl World {
    /// Somebody writes to a business. Answers the message's id.
    ///
    /// # Errors
    /// [`UnknownSender`].
    pub fn inbound(&self, message: &Inbound) -> Result<String, UnknownSender> {
        let now = self.now();
        let person = people::person(&message.phone);
        self.change(|state| {
            let (sender, gateway) = state.sender(&message.sender)?;
            let id = state.id(gateway);
            let chat = state.chat(&sender, &person);
            if message.name.is_some() {
                chat.name.clone_from(&message.name);
            }
            chat.hides_phone = (chat.hides_phone || message.without_phone) && gateway == Gateway::CloudApi;
            chat.window_until = Some(now + TimeDelta::hours(24));
            let kind = message.kind.clone().unwrap_or_else(|| "text".to_owned());
            chat.bubbles.push(Bubble::of_person(id.clone(), message.text.clone(), kind, now));
            state.tell(gateway, &sender, &person, &id);
            Ok(id)
        })
    }

    /// The chat of a person with a business. If `seen`, somebody looks at it: what has arrived is read.
    #[must_use]
    pub fn chat(&self, sender: &str, phone: &str, seen: bool) -> Option<ChatView> {
        let person = people::person(phone);
        let (sender, _) = self.state().sender(sender).ok()?;
        let mut state = self.state();
        if seen && state.look(&sender, &person) {
            state.version += 1;
            self.inner.wake.notify_one();
        }
        state.chat_view(&sender, &person)
    }

    /// Puts labels on a chat (Whapi tells its webhook).
    pub fn set_labels(&self, sender: &str, phone: &str, labels: &[&str]) {
        let person = people::person(phone);
        self.change(|state| {
            let Ok((sender, gateway)) = state.sender(sender) else { return };
            state.chat(&sender, &person).labels = labels.iter().map(|&label| label.to_owned()).collect();
            if gateway == Gateway::Whapi {
                state.tell_labels(&sender, &person);
            }
        });
    }

    /// Stops or resumes a business's marketing in WhatsApp itself, not by a message (Cloud API).
    pub fn stop_marketing(&self, sender: &str, phone: &str, stop: bool) {
        let (now, person) = (self.now(), people::person(phone));
        self.change(|state| {
            let Ok((sender, Gateway::CloudApi)) = state.sender(sender) else { return };
            let chat = state.chat(&sender, &person);
            chat.stopped_marketing = stop;
            let contact = contact(&sender, &person, chat.name.as_deref(), chat.hides_phone);
            let mut item = json!({
                "user_id": contact["user_id"],
                "detail": format!("User requested to {} marketing messages", if stop { "stop" } else { "resume" }),
                "category": "marketing_messages",
                "value": if stop { "stop" } else { "resume" },
                "timestamp": now.timestamp(),
            });
            if let Some(wa_id) = contact.get("wa_id") {
                item["wa_id"] = wa_id.clone();
            }
            let part = Part::Preference { item, contact };
            state.enqueue(&sender, Update { person: Some(person), inbound: None, part });
        });
    }
}

impl State {
    /// The address and gateway of the sender with this address or number.
    pub fn sender(&self, address_or_number: &str) -> Result<(String, Gateway), UnknownSender> {
        let number = address_or_number.trim_start_matches('+');
        let by_address = self.senders.get(address_or_number);
        let found = by_address.or_else(|| self.senders.values().find(|sender| sender.setup.number == number));
        found.map(|sender| (sender.setup.address.clone(), sender.setup.gateway)).ok_or(UnknownSender)
    }

    fn chat_view(&self, sender: &str, person: &str) -> Option<ChatView> {
        let setup = &self.senders.get(sender)?.setup;
        let chat = self.chats.get(&(sender.to_owned(), person.to_owned()))?;
        Some(ChatView {
            sender: sender.to_owned(),
            gateway: setup.gateway,
            business: setup.name.clone(),
            number: setup.number.clone(),
            phone: person.to_owned(),
            name: chat.name.clone(),
            role: chat.role,
            without_phone: chat.hides_phone,
            stopped_marketing: chat.stopped_marketing,
            labels: chat.labels.clone(),
            window_until: chat.window_until,
            bubbles: chat.bubbles.clone(),
        })
    }

    /// Somebody looks at a chat: answers whether that changes anything.
    fn look(&mut self, sender: &str, person: &str) -> bool {
        let now = Instant::now();
        let Some(chat) = self.chats.get_mut(&(sender.to_owned(), person.to_owned())) else { return false };
        chat.watched_until = Some(now + LOOK);
        let news = chat.bubbles.len() > chat.looked_at;
        chat.looked_at = chat.bubbles.len();
        let arrived =
            chat.bubbles.iter().filter(|bubble| bubble.from == Author::Business && bubble.tick == Tick::Delivered);
        let ids: Vec<String> = arrived.map(|bubble| bubble.id.clone()).collect();
        for id in &ids {
            let (sender, person, id) = (sender.to_owned(), person.to_owned(), id.clone());
            self.agenda.at(now, Due::Advance { sender, person, id, tick: Tick::Read, error: None });
        }
        news || !ids.is_empty()
    }

    /// Tells the webhook of a person's message.
    pub fn tell(&mut self, gateway: Gateway, sender: &str, person: &str, id: &str) {
        match gateway {
            Gateway::CloudApi => self.tell_cloud(sender, person, id),
            Gateway::Whapi => self.echo(sender, person, id),
        }
    }

    fn tell_cloud(&mut self, sender: &str, person: &str, id: &str) {
        let chat = self.chat(sender, person);
        let contact = contact(sender, person, chat.name.as_deref(), chat.hides_phone);
        let Some(bubble) = chat.bubble(id) else { return };
        let mut item = json!({
            "from_user_id": contact["user_id"],
            "id": bubble.id,
            "timestamp": bubble.at.timestamp().to_string(),
            "type": bubble.kind,
        });
        item[&bubble.kind] = content(bubble);
        if let Some(wa_id) = contact.get("wa_id") {
            item["from"] = wa_id.clone();
        }
        let part = Part::Cloud { list: "messages", item, contact: Some(contact) };
        self.enqueue(sender, Update { person: Some(person.to_owned()), inbound: Some(id.to_owned()), part });
    }
}

fn content(bubble: &Bubble) -> Value {
    match bubble.kind.as_str() {
        "text" => json!({"body": bubble.text}),
        "button" => json!({"payload": bubble.text, "text": bubble.text}),
        "image" => {
            json!({"id": format!("media-{}", bubble.at.timestamp_micros()), "mime_type": "image/jpeg", "caption": bubble.text})
        }
        _ => json!({"id": format!("media-{}", bubble.at.timestamp_micros())}),
    }
}
