//! The people's side: what they write, see and decide.

use crate::core::agenda::Due;
use crate::core::chat::{Author, Bubble, Role, Tick};
use crate::core::gateway::Gateway;
use crate::core::people;
use crate::core::update::{Label, News, Update};
use crate::core::world::{State, UnknownSender, World};
use chrono::{DateTime, TimeDelta, Utc};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;
use tokio::time::Instant;

/// The time for which a chat counts as looked at after the last look.
const LOOK: Duration = Duration::from_secs(3);

/// A message that a person writes to a business.
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
    /// The person hides the phone from now on, so the business sees only the user id (BSUID), at a gateway that has it.
    #[serde(default)]
    pub without_phone: bool,
    /// `text` (if absent), `button` (a template's quick reply), `reply` (a tap on a button of a message), `image`,
    /// `audio`, `sticker`, …
    #[serde(default)]
    pub kind: Option<String>,
    /// The message that it answers; of a tap, the message that has the button.
    #[serde(default)]
    pub reply_to: Option<String>,
    /// Of a tap: the id of the button.
    #[serde(default)]
    pub payload: Option<String>,
}

/// A message that somebody of a business writes to a person on the business's own phone.
#[derive(Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ByHand {
    /// Address or number of the sender whose phone it is.
    pub sender: String,
    /// The person, in any spelling.
    pub phone: String,
    /// The text.
    pub text: String,
}

/// A chat as it stands on a person's phone.
#[derive(Clone, PartialEq, Eq, Serialize)]
pub struct ChatView {
    /// The gateway's address of the sender.
    pub sender: String,
    /// The service that speaks WhatsApp for it.
    pub gateway: Gateway,
    /// The business, as people see it.
    pub business: String,
    /// The sender's number, E.164 digits.
    pub number: String,
    /// The person's, in one spelling.
    pub phone: String,
    /// The name that the business calls the person by, or that of the profile.
    pub name: Option<String>,
    /// The business's id of the person as a customer.
    pub customer_id: Option<String>,
    /// The business's id of the person as an owner.
    pub owner_id: Option<String>,
    /// The person's role at the business.
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
            let id = state.message_id(gateway);
            let may_hide = state.protocols.of(gateway).hides_phones();
            let chat = state.chat(&sender, &person);
            if message.name.is_some() {
                chat.name.clone_from(&message.name);
            }
            chat.hides_phone = (chat.hides_phone || message.without_phone) && may_hide;
            chat.window_until = Some(now + TimeDelta::hours(24));
            let kind = message.kind.clone().unwrap_or_else(|| "text".to_owned());
            let mut bubble = Bubble::of_person(id.clone(), message.text.clone(), kind, now);
            bubble.payload.clone_from(&message.payload);
            bubble.reply_to.clone_from(&message.reply_to);
            if bubble.kind == "reply" {
                chat.tapped(&mut bubble);
            }
            state.add_bubble(&sender, &person, bubble);
            state.tell_message(&sender, &person, &id);
            Ok(id)
        })
    }

    /// Somebody of a business writes to a person on the business's phone. Answers the message's id.
    ///
    /// # Errors
    /// [`UnknownSender`].
    pub fn by_hand(&self, message: &ByHand) -> Result<String, UnknownSender> {
        let now = self.now();
        let person = people::person(&message.phone);
        self.change(|state| {
            let (sender, gateway) = state.sender(&message.sender)?;
            let id = state.message_id(gateway);
            state.add_bubble(&sender, &person, Bubble::by_hand(id.clone(), message.text.clone(), now));
            state.tell_message(&sender, &person, &id);
            state.begin_ticks(&sender, &person, &id, None);
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

    /// Puts labels on a chat.
    pub fn set_labels(&self, sender: &str, phone: &str, labels: &[&str]) {
        let person = people::person(phone);
        self.change(|state| {
            let Ok((sender, _)) = state.sender(sender) else { return };
            state.chat(&sender, &person).labels = labels.iter().map(|&label| label.to_owned()).collect();
            state.tell_labels(&sender, &person);
        });
    }

    /// Stops or resumes a business's marketing in WhatsApp itself, not by a message, at a gateway that has this.
    pub fn stop_marketing(&self, sender: &str, phone: &str, stop: bool) {
        let (now, person) = (self.now(), people::person(phone));
        self.change(|state| {
            let Ok((sender, gateway)) = state.sender(sender) else { return };
            if !state.protocols.of(gateway).stops_marketing() {
                return;
            }
            let chat = state.chat(&sender, &person);
            chat.stopped_marketing = stop;
            let with = chat.profile(&person);
            state.enqueue(&sender, Update::of_chat(with, News::Marketing { stopped: stop, at: now }));
        });
    }
}

impl State {
    fn chat_view(&self, sender: &str, person: &str) -> Option<ChatView> {
        let setup = &self.senders.get(sender)?.setup;
        let chat = self.chats.get(&(sender.to_owned(), person.to_owned()))?;
        Some(ChatView {
            sender: sender.to_owned(),
            gateway: setup.gateway,
            business: setup.name.clone(),
            number: setup.number.clone(),
            phone: person.to_owned(),
            name: chat.shown_name(),
            customer_id: chat.listed.customer_id.clone(),
            owner_id: chat.listed.owner_id.clone(),
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

    /// Tells the webhook that a chat has other labels now, if anything was written in it.
    fn tell_labels(&mut self, sender: &str, person: &str) {
        let Some(chat) = self.chats.get(&(sender.to_owned(), person.to_owned())) else { return };
        let Some(last) = chat.bubbles.last().cloned() else { return };
        let (with, labels) = (chat.profile(person), self.labels(sender, &chat.labels));
        self.enqueue(sender, Update::of_chat(with, News::Labels { labels, last }));
    }

    /// The labels that a sender has put on its chats: ids by name.
    pub fn label_ids(&self, sender: &str) -> BTreeMap<&str, String> {
        let chats = self.chats.iter().filter(|((at, _), _)| at == sender);
        let names: BTreeSet<&str> = chats.flat_map(|(_, chat)| chat.labels.iter().map(String::as_str)).collect();
        names.into_iter().zip(1..).map(|(name, id): (_, u32)| (name, id.to_string())).collect()
    }

    /// These labels with their ids at the sender.
    pub fn labels(&self, sender: &str, names: &[String]) -> Vec<Label> {
        let ids = self.label_ids(sender);
        let label = |name: &String| Some(Label { id: ids.get(name.as_str())?.clone(), name: name.clone() });
        names.iter().filter_map(label).collect()
    }
}
