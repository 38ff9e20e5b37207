//! The limit of the messages that a world remembers, so that a run may go on for ever.

use crate::core::chat::{Bubble, Sent};
use crate::core::world::{State, World};
use std::collections::VecDeque;

/// The messages that were accepted, and the order in which bubbles came into the chats.
#[derive(Default)]
pub(crate) struct Memory {
    /// Most accepted messages, and most bubbles of all chats together; all of them, if absent.
    most: Option<usize>,
    pub sent: VecDeque<Sent>,
    /// Accepted messages that are forgotten.
    pub sent_before: usize,
    /// Sender and person of each bubble, the oldest first. Empty without a limit.
    order: VecDeque<(String, String)>,
}

impl World {
    /// Remembers so many accepted messages, so many bubbles in all chats together and so many batches of the operator's
    /// service; the oldest are forgotten. The same goes for requests to the language model, but for a lower limit of
    /// their own. A world without this call remembers all.
    pub fn remember(&self, most: usize) {
        self.inner.upstream.remember(most);
        self.inner.model.remember(most);
        self.change(|state| {
            state.memory.most = Some(most);
            state.order_bubbles();
        });
    }
}

impl State {
    /// Keeps an accepted message on record.
    pub fn record(&mut self, sent: Sent) {
        let memory = &mut self.memory;
        memory.sent.push_back(sent);
        if memory.most.is_some_and(|most| memory.sent.len() > most) {
            memory.sent.pop_front();
            memory.sent_before += 1;
        }
    }

    /// Puts a message at the end of a chat.
    pub fn add_bubble(&mut self, sender: &str, person: &str, bubble: Bubble) {
        self.chat(sender, person).bubbles.push(bubble);
        if self.memory.most.is_some() {
            self.memory.order.push_back((sender.to_owned(), person.to_owned()));
            self.forget_bubbles();
        }
    }

    /// Finds out in which order the bubbles came.
    pub fn order_bubbles(&mut self) {
        if self.memory.most.is_none() {
            return;
        }
        let bubbles = self.chats.iter().flat_map(|(key, chat)| chat.bubbles.iter().map(move |bubble| (bubble.at, key)));
        let mut bubbles: Vec<_> = bubbles.collect();
        bubbles.sort();
        self.memory.order = bubbles.into_iter().map(|(_, key)| key.clone()).collect();
        self.forget_bubbles();
    }

    fn forget_bubbles(&mut self) {
        while self.memory.most.is_some_and(|most| self.memory.order.len() > most) {
            let Some(oldest) = self.memory.order.pop_front() else { return };
            if let Some(chat) = self.chats.get_mut(&oldest)
                && !chat.bubbles.is_empty()
            {
                chat.bubbles.remove(0);
                chat.looked_at = chat.looked_at.saturating_sub(1);
            }
        }
    }
}
