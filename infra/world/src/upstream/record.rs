//! What the operator's service was told: batches, effects, counts.

use super::batch::{Asked, Endpoint, Item, Outcome};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet, VecDeque};

/// A batch that came.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Batch {
    /// When it came, UTC.
    pub at: DateTime<Utc>,
    /// Its kind.
    pub endpoint: Endpoint,
    /// Its own id.
    pub batch_id: String,
    /// Its items by their ids, each with what became of it; `None` if the batch was refused as a whole.
    pub items: Vec<(String, Option<Outcome>)>,
    /// Bytes of its body.
    pub bytes: usize,
    /// The longest time from an item's `at` to its arrival, in milliseconds.
    pub stalest_ms: i64,
    /// The HTTP status of the answer; `None` if there was none.
    pub answer: Option<u16>,
}

/// An item that took effect.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Effect {
    /// The item's id.
    pub event_id: String,
    /// The session that it is about.
    pub session_id: String,
    /// The operator's user, as it was written.
    pub user_id: Value,
    /// When it happened, by the item.
    pub at: DateTime<Utc>,
    /// When it came, UTC.
    pub received_at: DateTime<Utc>,
    /// What was told.
    #[serde(flatten)]
    pub told: Told,
}

/// The content of an item.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "endpoint", rename_all = "snake_case")]
pub enum Told {
    /// A code to scan.
    Qr {
        /// The text of the code.
        qr: String,
        /// When it ends, UTC.
        expires_at: DateTime<Utc>,
    },
    /// The standing of the session.
    Status {
        /// `active` or `inactive`.
        status: String,
        /// The finer word.
        state: String,
        /// By WhatsApp's numbers.
        reason: Option<u16>,
    },
}

/// The counts of the operator's service.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct UpstreamCounts {
    /// Batches that came, whatever was answered.
    pub requests: u64,
    /// Requests that were no batches, or bore a wrong key; none of the others counts them.
    pub turned_away: u64,
    /// Items of those batches.
    pub items: u64,
    /// Items that took effect.
    pub accepted: u64,
    /// Items that had taken effect before.
    pub repeated: u64,
    /// Items that took effect after a newer one of their session and kind.
    pub out_of_order: u64,
    /// Codes that took effect after their end.
    pub expired_codes: u64,
    /// The longest time from an item's `at` to its effect, in milliseconds.
    pub stalest_ms: i64,
}

#[derive(Clone, Default, Serialize, Deserialize)]
pub(super) struct Record {
    batches: VecDeque<Batch>,
    effects: VecDeque<Effect>,
    seen: BTreeSet<String>,
    /// By session: the newest item of each kind.
    newest: BTreeMap<String, BTreeMap<Endpoint, DateTime<Utc>>>,
    counts: UpstreamCounts,
    #[serde(skip)]
    most: Option<usize>,
}

impl Record {
    pub fn remember(&mut self, most: usize) {
        self.most = Some(most);
        self.forget();
    }

    pub fn batches(&self) -> impl Iterator<Item = &Batch> {
        self.batches.iter()
    }

    pub fn effects(&self) -> BTreeMap<String, Vec<Effect>> {
        let mut effects: BTreeMap<String, Vec<Effect>> = BTreeMap::new();
        for effect in &self.effects {
            effects.entry(effect.session_id.clone()).or_default().push(effect.clone());
        }
        effects
    }

    pub fn counts(&self) -> UpstreamCounts {
        self.counts.clone()
    }

    /// Writes a batch down, with what became of its items.
    pub fn note(
        &mut self,
        (endpoint, asked, bytes): (Endpoint, &Asked, usize),
        outcomes: &[Option<Outcome>],
        answer: Option<u16>,
        now: DateTime<Utc>,
    ) {
        let items: Vec<_> =
            asked.items.iter().zip(outcomes).map(|(item, outcome)| (item.event_id.clone(), *outcome)).collect();
        let stalest_ms = asked.items.iter().map(|item| staleness(item, now)).max().unwrap_or_default();
        self.counts.requests += 1;
        self.counts.items += u64::try_from(items.len()).unwrap_or(u64::MAX);
        let batch_id = asked.batch_id.clone();
        self.batches.push_back(Batch { at: now, endpoint, batch_id, items, bytes, stalest_ms, answer });
        self.forget();
    }

    /// Counts a request that was no batch.
    pub fn turn_away(&mut self) {
        self.counts.turned_away += 1;
    }

    /// Lets an item take effect, unless it has.
    pub fn take(&mut self, endpoint: Endpoint, item: &Item, now: DateTime<Utc>) -> Outcome {
        if !self.seen.insert(item.event_id.clone()) {
            self.counts.repeated += 1;
            return Outcome::Repeated;
        }
        let told = match endpoint {
            Endpoint::Qr => {
                Told::Qr { qr: item.qr.clone().unwrap_or_default(), expires_at: item.expires_at.unwrap_or_default() }
            }
            Endpoint::Status => Told::Status {
                status: item.status.map(|status| status.name().to_owned()).unwrap_or_default(),
                state: item.state.clone().unwrap_or_default(),
                reason: item.reason,
            },
        };
        let counts = &mut self.counts;
        counts.accepted += 1;
        counts.stalest_ms = counts.stalest_ms.max(staleness(item, now));
        if matches!(told, Told::Qr { expires_at, .. } if expires_at <= now) {
            counts.expired_codes += 1;
        }
        let newest = self.newest.entry(item.session_id.clone()).or_default().entry(endpoint).or_insert(item.at);
        if item.at < *newest {
            counts.out_of_order += 1;
        }
        *newest = item.at.max(*newest);
        self.effects.push_back(Effect {
            event_id: item.event_id.clone(),
            session_id: item.session_id.clone(),
            user_id: item.user_id.clone(),
            at: item.at,
            received_at: now,
            told,
        });
        self.forget();
        Outcome::Accepted
    }

    fn forget(&mut self) {
        let Some(most) = self.most else { return };
        self.batches.drain(..self.batches.len().saturating_sub(most));
        self.effects.drain(..self.effects.len().saturating_sub(most));
    }
}

fn staleness(item: &Item, now: DateTime<Utc>) -> i64 {
    (now - item.at).num_milliseconds()
}
