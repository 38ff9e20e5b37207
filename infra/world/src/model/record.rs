//! What the server of language models was asked and what it answered: requests and counts.

use super::ask::{Asked, ModelTurn};
use super::response::{ModelStatus, Written};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use std::collections::VecDeque;

/// Requests that are remembered at most where the world has a limit: each holds a whole conversation.
const MOST_WITH_LIMIT: usize = 200;

/// A request for an answer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ModelRequest {
    /// When it came, UTC.
    pub at: DateTime<Utc>,
    /// The model that was asked.
    pub model: String,
    /// The name of the form that was asked for; `None` for plain text.
    pub format: Option<String>,
    /// The instructions that it was given.
    pub instructions: String,
    /// The conversation, oldest first.
    pub input: Vec<ModelTurn>,
    /// What the model wrote, whole or broken off; `None` if it wrote nothing.
    pub output: Option<String>,
    /// How the answer ended; `None` if none was made.
    pub status: Option<ModelStatus>,
    /// The HTTP status of the answer; `None` if it was lost.
    pub answer: Option<u16>,
    /// Tokens that were read; 0 if no answer was made.
    pub input_tokens: u64,
    /// Tokens that were written.
    pub output_tokens: u64,
}

/// The counts of the server of language models.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ModelCounts {
    /// Requests for an answer that were well made, whatever was answered.
    pub requests: u64,
    /// Requests that were badly made, or bore a wrong key; `requests` does not count them.
    pub turned_away: u64,
    /// Those of `requests` that brought no completed answer.
    pub failures: u64,
    /// Tokens that were read.
    pub input_tokens: u64,
    /// Tokens that were written.
    pub output_tokens: u64,
    /// Those of `requests` that made the server keep something, or stood on something that it keeps.
    #[serde(default)]
    pub keeping: u64,
    /// Recordings that were taken to be written down; no other number counts them.
    #[serde(default)]
    pub transcriptions: u64,
}

#[derive(Clone, Default, Serialize, Deserialize)]
pub(super) struct Record {
    requests: VecDeque<ModelRequest>,
    counts: ModelCounts,
    #[serde(skip)]
    most: Option<usize>,
}

impl Record {
    pub fn remember(&mut self, most: usize) {
        self.most = Some(most.min(MOST_WITH_LIMIT));
        self.forget();
    }

    /// Goes on from an earlier record.
    pub fn recall(&mut self, kept: Self) {
        *self = Self { most: self.most, ..kept };
        self.forget();
    }

    pub fn requests(&self) -> impl Iterator<Item = &ModelRequest> {
        self.requests.iter()
    }

    pub fn counts(&self) -> ModelCounts {
        self.counts.clone()
    }

    /// Counts a request that was badly made.
    pub fn turn_away(&mut self) {
        self.counts.turned_away += 1;
    }

    /// Counts a recording.
    pub fn transcribe(&mut self) {
        self.counts.transcriptions += 1;
    }

    /// Writes a request down, with what was written and answered.
    pub fn note(&mut self, asked: &Asked, written: Option<&Written>, answer: Option<u16>, now: DateTime<Utc>) {
        let status = written.map(|written| written.status);
        let request = ModelRequest {
            at: now,
            model: asked.model.clone(),
            format: asked.format.name().map(str::to_owned),
            instructions: asked.instructions.clone().unwrap_or_default(),
            input: asked.turns.clone(),
            output: written.and_then(|written| written.said().map(str::to_owned)),
            status,
            answer,
            input_tokens: written.map_or(0, |written| written.input_tokens),
            output_tokens: written.map_or(0, |written| written.output_tokens),
        };
        let is_good = answer == Some(200)
            && status == Some(ModelStatus::Completed)
            && written.is_some_and(|written| written.is_whole);
        self.counts.requests += 1;
        self.counts.keeping += u64::from(asked.keeps());
        self.counts.failures += u64::from(!is_good);
        self.counts.input_tokens += request.input_tokens;
        self.counts.output_tokens += request.output_tokens;
        self.requests.push_back(request);
        self.forget();
    }

    fn forget(&mut self) {
        let Some(most) = self.most else { return };
        self.requests.drain(..self.requests.len().saturating_sub(most));
    }
}
