//! Everything that was seen of sessions: their records, the calls of the operator's backend, the batches that it was sent,
//! and how they stand at the gateway.

use chrono::{DateTime, Utc};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use world::{Batch, Effect, Outcome, SessionView};

/// All that was seen of sessions.
#[derive(Default)]
pub struct Sessions {
    /// The record of each session in all its versions, from the first on.
    pub kept: BTreeMap<String, Vec<Kept>>,
    /// The answers to `/start` that named a session.
    pub started: Vec<Started>,
    /// The calls to stop that were answered with success.
    pub stopped: Vec<Asked>,
    /// The answers to reads, each with the status that it showed.
    pub shown: Vec<(Asked, String)>,
    /// Sessions that report to us and that nobody has opened by us.
    pub strangers: BTreeSet<String>,
    /// What took effect at the operator's backend, by session and in order, as of the last look.
    pub effects: BTreeMap<String, Vec<Effect>>,
    /// The batches that came there, as of the last look.
    pub batches: Vec<Batch>,
    /// How sessions stand at the gateway, as of the last look. One that was removed is not there.
    pub at_gateway: BTreeMap<String, SessionView>,
}

/// A session's record from a moment on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Kept {
    /// Since when, UTC.
    pub at: DateTime<Utc>,
    /// The operator's name of the user, as text.
    pub user: String,
    /// Where it stands, in our own word.
    pub status: String,
    /// `webhook`, `answer`, `timeout` or `request`.
    pub how: String,
    /// The number of falls without a steady time between them.
    pub falls: i64,
    /// When it was last known so, UTC.
    pub seen: Option<DateTime<Utc>>,
    /// The time of the newest event, UTC.
    pub heard: Option<DateTime<Utc>>,
    /// When WhatsApp last asked for a restart, UTC.
    pub restarted: Option<DateTime<Utc>>,
    /// When it is looked at, UTC.
    pub due: Option<DateTime<Utc>>,
    /// The status that the backend is to know, and the event that brought it.
    pub told: Option<(String, String)>,
    /// Since when it is so, UTC.
    pub told_since: Option<DateTime<Utc>>,
    /// The event of the code that the backend is to know.
    pub told_code: Option<String>,
}

/// A call about a session.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Asked {
    /// The session, by id.
    pub session: String,
    /// When it was first asked, UTC.
    pub since: DateTime<Utc>,
    /// When the answer was there, UTC.
    pub at: DateTime<Utc>,
}

/// A call that opened or found a user's session.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Started {
    /// The operator's name of the user, as text.
    pub user: String,
    /// The session that was answered.
    pub asked: Asked,
}

impl Kept {
    /// Whether it stays so until somebody opens it again.
    #[must_use]
    pub fn is_at_rest(&self) -> bool {
        matches!(&*self.status, "not_scanned" | "logged_out" | "refused" | "replaced" | "looping" | "failed")
    }
}

impl Sessions {
    /// Takes in a change of the table; tells what of it is worth a line.
    pub fn see(&mut self, keys: &Value, new: &Value, at: DateTime<Utc>) -> Option<String> {
        let id = keys["sk"]["S"].as_str()?;
        if !keys["pk"]["S"].as_str()?.starts_with("sessions/") || new.is_null() {
            return None;
        }
        let versions = self.kept.entry(id.to_owned()).or_default();
        let kept = Kept {
            at,
            user: text(&new["user_id"]).or_else(|| new["user_id"]["N"].as_str().map(str::to_owned))?,
            status: text(&new["status"])?,
            how: text(&new["how"])?,
            falls: number(&new["falls"]).unwrap_or_default(),
            seen: moment(&new["seen_at"]),
            heard: moment(&new["heard_at"]),
            restarted: moment(&new["restarted_at"]),
            due: moment(&new["not_before"]),
            told_since: moment(&new["told"]["M"]["at"]),
            told: text(&new["told"]["M"]["status"]).zip(text(&new["told"]["M"]["event_id"])),
            told_code: text(&new["code"]["M"]["forwarded"]),
        };
        let line =
            format!("session {id} is {} by {}, falls {}, told {:?}", kept.status, kept.how, kept.falls, kept.told);
        versions.push(kept);
        Some(line)
    }

    /// When the first session is looked at.
    #[must_use]
    pub fn first_due(&self) -> Option<DateTime<Utc>> {
        self.kept.values().filter_map(|versions| versions.last()?.due).min()
    }

    /// The session that a user was last told of.
    #[must_use]
    pub fn of_user(&self, user: &str) -> Option<String> {
        self.started.iter().rfind(|it| it.user == user).map(|it| it.asked.session.clone())
    }

    /// When a session was stopped.
    #[must_use]
    pub fn over(&self, session: &str) -> Option<DateTime<Utc>> {
        self.kept.get(session)?.iter().find(|kept| kept.status == "stopped").map(|kept| kept.at)
    }

    /// Whether nothing more is to come of any session by itself: each that is connected was looked at after a time, UTC.
    #[must_use]
    pub fn are_settled(&self, since: DateTime<Utc>) -> bool {
        self.kept.values().filter_map(|versions| versions.last()).all(|kept| match kept.status.as_str() {
            "stopped" => true,
            "connected" => kept.seen.is_some_and(|seen| seen > since),
            _ => kept.is_at_rest(),
        })
    }

    /// Whether the operator's backend has refused the item of an event for good: by itself, or in a batch of its own.
    #[must_use]
    pub fn was_refused(&self, event: &str) -> bool {
        self.batches.iter().any(|batch| {
            let is_alone = batch.items.len() == 1 && batch.answer.is_some_and(|status| (400..500).contains(&status));
            let mut items = batch.items.iter().filter(|(id, _)| id == event);
            items.any(|(_, outcome)| *outcome == Some(Outcome::Refused) || outcome.is_none() && is_alone)
        })
    }
}

fn text(value: &Value) -> Option<String> {
    value["S"].as_str().map(str::to_owned)
}

fn number(value: &Value) -> Option<i64> {
    value["N"].as_str()?.parse().ok()
}

fn moment(value: &Value) -> Option<DateTime<Utc>> {
    DateTime::from_timestamp_millis(number(value)?)
}
