//! Messages: accepted, shown on the phone, moved on tick by tick, and kept on record.

use crate::core::agenda::Due;
use crate::core::chat::{Author, Bubble, Button, Sent, Tick};
use crate::core::gateway::Gateway;
use crate::core::sender::Category;
use crate::core::update::{News, Update};
use crate::core::world::{State, World};
use chrono::{DateTime, Utc};
use std::collections::BTreeMap;
use std::time::Duration;
use tokio::time::Instant;

/// From two ticks to blue ones when somebody looks at the chat.
const SEEN_AFTER: Duration = Duration::from_millis(200);

impl World {
    /// Everything the gateways accepted, in order of acceptance; the last of it, where memory has a limit.
    #[must_use]
    pub fn sent(&self) -> Vec<Sent> {
        self.state().memory.sent.iter().cloned().collect()
    }

    /// The number of all messages that the gateways accepted, and those after the first `after` that are remembered.
    #[must_use]
    pub fn sent_after(&self, after: usize) -> (usize, Vec<Sent>) {
        let memory = &self.state().memory;
        let forgotten = memory.sent_before;
        let rest = memory.sent.iter().skip(after.saturating_sub(forgotten)).cloned();
        (forgotten + memory.sent.len(), rest.collect())
    }

    /// The chats that were asked for, in order: the address of the sender and the person.
    #[must_use]
    pub fn lookups(&self) -> Vec<(String, String)> {
        self.state().lookups.clone()
    }

    /// The people of whom a sender asked for name and labels, in order: the address of the sender and the person.
    #[must_use]
    pub fn contacts_asked(&self) -> Vec<(String, String)> {
        self.state().contacts_asked.clone()
    }

    /// The people who saw that a sender types, in order: the address of the sender and the person.
    #[must_use]
    pub fn typings(&self) -> Vec<(String, String)> {
        self.state().typings.clone()
    }

    /// The messages that were accepted more than once: by the caller's callback id, without one by sender, person and
    /// text.
    #[must_use]
    pub fn duplicates(&self) -> Vec<Vec<Sent>> {
        let mut groups: BTreeMap<_, Vec<Sent>> = BTreeMap::new();
        for sent in &self.state().memory.sent {
            let subject = sent.callback_id.is_none().then(|| (sent.to.clone(), sent.text.clone()));
            groups.entry((sent.sender.clone(), sent.callback_id.clone(), subject)).or_default().push(sent.clone());
        }
        groups.into_values().filter(|group| group.len() > 1).collect()
    }

    /// Forgets what was accepted; chats stay.
    pub fn forget_sent(&self) {
        self.change(|state| {
            state.memory.sent.clear();
            state.memory.sent_before = 0;
        });
    }
}

/// A message at the moment its gateway accepts it.
pub(crate) struct Acceptance {
    pub sender: String,
    pub person: String,
    pub text: String,
    pub buttons: Vec<Button>,
    pub template: Option<String>,
    pub category: Category,
    pub callback_id: Option<String>,
    pub by_user_id: bool,
    /// The error that its `failed` status will bring.
    pub fails: Option<u32>,
    pub arrived_at: DateTime<Utc>,
}

impl State {
    pub fn message_id(&mut self, gateway: Gateway) -> String {
        self.protocols.of(gateway).message_id(&mut self.rng)
    }

    /// Keeps the message, shows it on the phone and lets its ticks begin. Answers its id.
    pub fn accept(&mut self, gateway: Gateway, acceptance: Acceptance) -> String {
        let Acceptance {
            sender,
            person,
            text,
            buttons,
            template,
            category,
            callback_id,
            by_user_id,
            fails,
            arrived_at,
        } = acceptance;
        let id = self.message_id(gateway);
        self.record(Sent {
            gateway,
            sender: sender.clone(),
            to: person.clone(),
            text: text.clone(),
            buttons: buttons.clone(),
            template: template.clone(),
            callback_id: callback_id.clone(),
            gateway_id: id.clone(),
            arrived_at,
            fails,
        });
        let kind = match &template {
            Some(_) => "template",
            None if buttons.is_empty() => "text",
            None => "interactive",
        };
        let bubble = Bubble {
            id: id.clone(),
            from: Author::Business,
            text,
            kind: kind.to_owned(),
            buttons,
            payload: None,
            reply_to: None,
            template,
            at: arrived_at,
            tick: Tick::Accepted,
            error: None,
            category,
            pricing: None,
            callback_id,
            by_user_id,
            fails,
            by_hand: false,
        };
        self.add_bubble(&sender, &person, bubble);
        self.tell_message(&sender, &person, &id);
        self.begin_ticks(&sender, &person, &id, fails);
        id
    }

    /// Tells the webhook of a message, be it a person's or the business's own.
    pub fn tell_message(&mut self, sender: &str, person: &str, id: &str) {
        let chat = self.chat(sender, person);
        let with = chat.profile(person);
        let Some(bubble) = chat.bubble(id).cloned() else { return };
        self.enqueue(sender, Update::of_chat(with, News::Message(bubble)));
    }

    /// Puts the first step of an accepted message on the agenda.
    pub fn begin_ticks(&mut self, sender: &str, person: &str, id: &str, fails: Option<u32>) {
        let tick = if fails.is_some() { Tick::Failed } else { Tick::Sent };
        let (sender, person, id) = (sender.to_owned(), person.to_owned(), id.to_owned());
        let due = Due::Advance { sender, person, id, tick, error: fails };
        self.agenda.at(Instant::now() + Duration::from_millis(self.habits.sent), due);
    }

    /// Moves a message of a business forward, tells its sender, and puts the next step on the agenda.
    pub fn advance(
        &mut self,
        sender: &str,
        person: &str,
        id: &str,
        tick: Tick,
        error: Option<u32>,
        now: DateTime<Utc>,
    ) {
        let key = (sender.to_owned(), person.to_owned());
        let (Some(registered), Some(chat)) = (self.senders.get_mut(sender), self.chats.get_mut(&key)) else { return };
        let watched = chat.watched_until.is_some_and(|until| until > Instant::now());
        let with = chat.profile(person);
        let Some(bubble) = chat.bubble(id).filter(|bubble| bubble.tick < tick) else { return };
        bubble.tick = tick;
        bubble.error = error;
        let after = match tick {
            Tick::Accepted | Tick::Sent => Some((Tick::Delivered, Duration::from_millis(self.habits.delivered))),
            Tick::Delivered if watched => Some((Tick::Read, SEEN_AFTER)),
            Tick::Delivered => self.habits.read.map(|read| (Tick::Read, Duration::from_millis(read))),
            Tick::Read | Tick::Failed => None,
        };
        if tick == Tick::Sent {
            let price = self.protocols.of(registered.setup.gateway).price(registered, bubble.category, now);
            bubble.pricing = price.map(str::to_owned);
        }
        let update = Update::of_chat(with, News::Status { bubble: bubble.clone(), at: now });
        self.version += 1;
        self.enqueue(sender, update);
        if let Some((tick, wait)) = after {
            let (sender, person) = key;
            self.agenda
                .at(Instant::now() + wait, Due::Advance { sender, person, id: id.to_owned(), tick, error: None });
        }
    }
}
