//! The part of the world that is kept when a run ends and its folder is taken up by another.

use crate::core::agenda::Due;
use crate::core::chat::{Author, Chat, Sent, Tick};
use crate::core::sender::Sender;
use crate::core::session::{Session, SessionState};
use crate::core::world::World;
use crate::{model, upstream};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use std::collections::BTreeMap;
use std::time::Duration;
use tokio::time::Instant;

/// Senders, sessions, chats, what was accepted, and what the services beside the gateways have; not the faults.
#[derive(Serialize, Deserialize)]
pub struct Kept {
    senders: Vec<(Sender, Map<String, Value>)>,
    chats: Vec<(String, String, Chat)>,
    sent: Vec<Sent>,
    #[serde(default)]
    sessions: BTreeMap<String, Session>,
    #[serde(default)]
    upstream: upstream::Kept,
    #[serde(default)]
    model: model::Kept,
}

impl World {
    /// The part that must not be forgotten.
    #[must_use]
    pub fn keep(&self) -> Kept {
        let state = self.state();
        let chats = state.chats.iter().map(|((sender, person), chat)| (sender.clone(), person.clone(), chat.clone()));
        let sessions = state.senders.keys().filter_map(|name| Some((name.clone(), state.session(name)?.clone())));
        let sessions: BTreeMap<String, Session> = sessions.collect();
        let senders = state
            .senders
            .values()
            .filter(|sender| sender.session.is_none() || sessions.contains_key(&sender.setup.address));
        Kept {
            senders: senders.map(|sender| (sender.setup.clone(), sender.settings.clone())).collect(),
            upstream: self.inner.upstream.keep(),
            model: self.inner.model.keep(),
            chats: chats.collect(),
            sent: state.memory.sent.iter().cloned().collect(),
            sessions,
        }
    }

    /// Goes on from what was kept: ticks move on from where they stood, and messages that no webhook has taken are
    /// told again.
    pub fn recall(&self, mut kept: Kept) {
        let now = self.now();
        self.inner.upstream.recall(std::mem::take(&mut kept.upstream));
        self.inner.model.recall(std::mem::take(&mut kept.model));
        for (sender, _) in &kept.senders {
            self.register(sender.clone());
        }
        self.change(|state| {
            for (sender, settings) in kept.senders {
                if let Some(known) = state.senders.get_mut(&sender.address) {
                    known.settings = settings;
                    if let Some(session) = kept.sessions.remove(&sender.address) {
                        known.connected = session.state == SessionState::Open;
                        known.session = Some(session);
                    }
                }
            }
            state.resume_sessions(now);
            kept.sent.into_iter().for_each(|sent| state.record(sent));
            let mut open = Vec::new();
            for (sender, person, chat) in kept.chats {
                let unfinished = chat.bubbles.iter().filter(|bubble| !matches!(bubble.tick, Tick::Read | Tick::Failed));
                open.extend(unfinished.map(|bubble| (sender.clone(), person.clone(), bubble.clone())));
                state.chats.insert((sender, person), chat);
            }
            state.order_bubbles();
            for (sender, person, bubble) in open {
                if !state.senders.contains_key(&sender) {
                    continue;
                }
                let (tick, wait) = match (bubble.from, bubble.tick) {
                    (Author::Business, Tick::Accepted) => {
                        state.begin_ticks(&sender, &person, &bubble.id, bubble.fails);
                        continue;
                    }
                    (Author::Person, Tick::Accepted) => {
                        state.tell_message(&sender, &person, &bubble.id);
                        continue;
                    }
                    (Author::Business, Tick::Sent) => (Tick::Delivered, Some(state.habits.delivered)),
                    (Author::Business, _) => (Tick::Read, state.habits.read),
                    (Author::Person, _) => continue,
                };
                if let Some(wait) = wait {
                    let due = Due::Advance { sender, person, id: bubble.id, tick, error: None };
                    state.agenda.at(Instant::now() + Duration::from_millis(wait), due);
                }
            }
        });
    }
}
