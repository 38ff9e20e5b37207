//! What the server keeps for its callers: conversations and responses.

use super::problem::Problem;
use super::{items, response};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};
use std::collections::{BTreeSet, VecDeque};

/// Conversations, and responses, that are kept at most; the oldest are forgotten.
const MOST: usize = 1_000;

#[derive(Clone, Serialize, Deserialize)]
pub(super) struct Conversation {
    pub id: String,
    created_at: i64,
    pub metadata: Value,
    /// As they are shown, oldest first.
    pub items: Vec<Value>,
}

impl Conversation {
    pub fn view(&self) -> Value {
        json!({"id": self.id, "object": "conversation", "created_at": self.created_at, "metadata": self.metadata})
    }
}

/// A response with the items that it was asked with.
#[derive(Clone, Serialize, Deserialize)]
pub(super) struct Stored {
    pub response: Value,
    pub input: Vec<Value>,
}

#[derive(Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub(super) struct Shelf {
    conversations: VecDeque<Conversation>,
    responses: VecDeque<Stored>,
    /// Conversations in which a response is being made.
    #[serde(skip)]
    locked: BTreeSet<String>,
}

impl Shelf {
    /// Makes a conversation.
    pub fn open(&mut self, metadata: Option<Value>, now: DateTime<Utc>, rng: &mut fastrand::Rng) -> &mut Conversation {
        let metadata = metadata.unwrap_or_else(|| Value::Object(Map::new()));
        let made =
            Conversation { id: response::id("conv", rng), created_at: now.timestamp(), metadata, items: Vec::new() };
        if self.conversations.len() == MOST {
            self.conversations.pop_front();
        }
        self.conversations.push_back(made);
        let last = self.conversations.len() - 1;
        &mut self.conversations[last]
    }

    pub fn conversation(&mut self, id: &str) -> Result<&mut Conversation, Problem> {
        let found = self.conversations.iter_mut().find(|kept| kept.id == id);
        found.ok_or_else(|| Problem::not_kept("Conversation", id))
    }

    /// A conversation in which no response is being made: it may be changed.
    pub fn free(&mut self, id: &str) -> Result<&mut Conversation, Problem> {
        if self.locked.contains(id) {
            return Err(Problem::locked(id));
        }
        self.conversation(id)
    }

    pub fn close(&mut self, id: &str) -> Result<(), Problem> {
        self.free(id)?;
        self.conversations.retain(|kept| kept.id != id);
        Ok(())
    }

    /// A response is being made in a conversation.
    pub fn lock(&mut self, id: &str) {
        self.locked.insert(id.to_owned());
    }

    pub fn unlock(&mut self, id: &str) {
        self.locked.remove(id);
    }

    pub fn store(&mut self, stored: Stored) {
        if self.responses.len() == MOST {
            self.responses.pop_front();
        }
        self.responses.push_back(stored);
    }

    pub fn response(&self, id: &str) -> Result<&Stored, Problem> {
        self.find(id).ok_or_else(|| Problem::not_kept("Response", id))
    }

    pub fn forget_response(&mut self, id: &str) -> Result<(), Problem> {
        self.response(id)?;
        self.responses.retain(|kept| kept.response["id"] != id);
        Ok(())
    }

    /// All items up to the end of a response, oldest first.
    pub fn history(&self, id: &str) -> Result<Vec<Value>, Problem> {
        let mut next = self.find(id);
        if next.is_none() {
            let message = format!("Previous response with id '{id}' not found.");
            return Err(Problem::of("previous_response_id", "previous_response_not_found", &message));
        }
        let mut parts = Vec::new();
        while let Some(stored) = next {
            let output = stored.response["output"].as_array().cloned().unwrap_or_default();
            parts.push([stored.input.clone(), output].concat());
            next = stored.response["previous_response_id"].as_str().and_then(|id| self.find(id));
        }
        Ok(parts.into_iter().rev().flatten().collect())
    }

    fn find(&self, id: &str) -> Option<&Stored> {
        self.responses.iter().find(|kept| kept.response["id"] == id)
    }
}

impl Conversation {
    /// Adds items, each with an id; answers those that were added.
    pub fn add(&mut self, mut more: Vec<Value>, rng: &mut fastrand::Rng) -> Vec<Value> {
        more.iter_mut().for_each(|item| items::name(item, rng));
        self.items.extend(more.iter().cloned());
        more
    }
}
