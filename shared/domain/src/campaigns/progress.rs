//! Where a campaign stands, and the moves that it may make. Each move is one conditional write of what was read.

use crate::{CampaignStatus, Reason, RestoredAt, Status};
use chrono::{DateTime, TimeDelta, Utc};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// The progress of a campaign. All times in UTC.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Progress {
    /// Where it stands.
    pub status: CampaignStatus,
    /// Why it is paused, cancelled or waits: a stable word, a colon, a sentence.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// Goes up with every start of a runner, every pause and the end: a task of an older epoch is dropped.
    pub epoch: u32,
    /// When the feeder looks at it again; absent while nothing is to be done by itself. It stands in the due index.
    #[serde(skip)]
    pub due_at: Option<DateTime<Utc>>,
    /// Since when, or from when on, it should have begun; absent once it has, and while it need not.
    #[serde(with = "chrono::serde::ts_milliseconds_option", skip_serializing_if = "Option::is_none")]
    pub begins_at: Option<DateTime<Utc>>,
    /// How far the audience is frozen, while it is.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub freeze: Option<Freeze>,
    /// When the audience was frozen.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub frozen_at: Option<DateTime<Utc>>,
    /// The pace of the sender, in messages a minute, as it was when the audience was frozen.
    pub per_minute: u32,
    /// Of a slowed sender, when the last message was expected to go, as it was when the audience was frozen.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub slowed_until: Option<DateTime<Utc>>,
    /// Whether messages of it may wait for the best hours of their people: see [`Self::BEST_HOUR`].
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub at_best_hours: bool,
    /// Chunks that are frozen so far.
    pub chunks: u32,
    /// Chunks whose recipients have all been reached, from the first on.
    pub done: u32,
    /// `done` as it was when the feeder last looked: a runner that has got no further is started anew.
    pub seen: u32,
    /// The first chunk that is still to be counted, while those whose messages are not settled are counted again.
    pub settling: u32,
    /// People in the frozen audience.
    pub recipients: u64,
    /// Lists of people who were held out, kept beside the chunks.
    pub held: u32,
    /// People of the audience who are not in it, by reason.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub left_out: BTreeMap<String, u64>,
    /// The counts of the last preflight before the start.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub told: Option<Counted>,
    /// Its messages by status, once it is over.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub counts: BTreeMap<Status, u64>,
    /// Chunks that were counted once more after the end, when people had read.
    pub recounted: u32,
    /// When it was started.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub started_at: Option<DateTime<Utc>>,
    /// When somebody last let it go on.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub resumed_at: Option<DateTime<Utc>>,
    /// When all chunks had been reached: a message may still wait then.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reached_at: Option<DateTime<Utc>>,
    /// When every recipient had an end state, or it was cancelled.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ended_at: Option<DateTime<Utc>>,
}

/// The counts of an audience.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Counted {
    /// People who are written to.
    pub recipients: u64,
    /// People who are not, by reason.
    #[serde(default)]
    pub left_out: BTreeMap<String, u64>,
}

impl Counted {
    /// Adds the counts of a further part.
    pub fn add(&mut self, more: Self) {
        self.recipients += more.recipients;
        for (reason, count) in more.left_out {
            *self.left_out.entry(reason).or_default() += count;
        }
    }

    /// Counts a person who is left out.
    pub fn leave_out(&mut self, reason: &str) {
        *self.left_out.entry(reason.to_owned()).or_default() += 1;
    }
}

/// How far an audience is frozen, and which worker freezes it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Freeze {
    /// Where the audience goes on; absent at its beginning.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cursor: Option<String>,
    /// Until when the worker that took it may go on.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub held_until: Option<DateTime<Utc>>,
}

/// The next thing that the feeder does for a campaign.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// Nothing: it is not its turn.
    Nothing,
    /// It is found so late that nobody expects it any more: pause it.
    TooLate,
    /// Start it: its time has come.
    Start,
    /// Freeze the audience, or go on with that.
    Freeze,
    /// Start a runner at the first chunk that is not done.
    Run,
    /// A runner is under way: look again later.
    LookAgain,
    /// All chunks are done: settle what is open, and end it.
    Settle,
    /// It has been over for a day: count once more who has read.
    Recount,
}

/// A campaign that is found so long after the time at which it was due is not started by itself.
const TOO_LATE: TimeDelta = TimeDelta::hours(1);

impl Progress {
    /// A message waits for the best hour of its person for at most so long.
    pub const BEST_HOUR: TimeDelta = TimeDelta::days(1);
    /// When the feeder looks again at a campaign that is under way. A chunk is done in half of it.
    pub const LOOK: TimeDelta = TimeDelta::minutes(2);
    /// When it looks again at one whose messages are not all settled: most of the unknown ones are by then.
    pub const SETTLE: TimeDelta = TimeDelta::minutes(10);
    /// So long after its end the messages are counted once more: who is going to read has read.
    pub const RECOUNTED_AFTER: TimeDelta = TimeDelta::days(1);
    /// A campaign that has not begun by so long after its time is an alarm.
    pub const BEGUN_WITHIN: TimeDelta = TimeDelta::minutes(5);

    /// Of a campaign that was made just now.
    #[must_use]
    pub fn new(start_at: Option<DateTime<Utc>>) -> Self {
        let status = if start_at.is_some() { CampaignStatus::Scheduled } else { CampaignStatus::Draft };
        Self { status, due_at: start_at, begins_at: start_at, ..Self::default() }
    }

    /// Whether a task of this epoch is still to be done.
    #[must_use]
    pub fn runs(&self, epoch: u32) -> bool {
        self.status == CampaignStatus::Running && self.epoch == epoch
    }

    /// Whether its messages go out.
    #[must_use]
    pub fn is_running(&self) -> bool {
        self.status == CampaignStatus::Running
    }

    /// Whether it runs or waits for its time.
    #[must_use]
    pub fn goes_on(&self) -> bool {
        matches!(self.status, CampaignStatus::Scheduled | CampaignStatus::Running)
    }

    /// Whether it waits for a word to go on.
    #[must_use]
    pub fn is_paused(&self) -> bool {
        self.status == CampaignStatus::Paused
    }

    /// Whether it was ended before its end.
    #[must_use]
    pub fn is_cancelled(&self) -> bool {
        self.status == CampaignStatus::Cancelled
    }

    /// The next thing to do, for a campaign that was due at `due`.
    #[must_use]
    pub fn step(&self, due: DateTime<Utc>, now: DateTime<Utc>) -> Step {
        match self.status {
            CampaignStatus::Scheduled if due > now => Step::Nothing,
            // Nothing is left to send, however late it is.
            CampaignStatus::Running if self.frozen_at.is_some() && self.done >= self.chunks => Step::Settle,
            CampaignStatus::Scheduled | CampaignStatus::Running if due + TOO_LATE < now => Step::TooLate,
            CampaignStatus::Scheduled => Step::Start,
            CampaignStatus::Running if self.frozen_at.is_none() => {
                let held = self.freeze.as_ref().and_then(|freeze| freeze.held_until);
                // Whoever moves it meanwhile stops the worker that freezes.
                if held.is_some_and(|until| until > now) { Step::Nothing } else { Step::Freeze }
            }
            CampaignStatus::Running if self.epoch == 0 || self.done == self.seen => Step::Run,
            CampaignStatus::Running => Step::LookAgain,
            // A late task of before the end recounts nothing.
            CampaignStatus::Finished | CampaignStatus::Cancelled if self.is_recounted_at(now) => Step::Recount,
            _ => Step::Nothing,
        }
    }

    fn is_recounted_at(&self, now: DateTime<Utc>) -> bool {
        self.due_at.is_some() && self.ended_at.is_some_and(|ended| ended + Self::RECOUNTED_AFTER <= now)
    }

    /// Started, or due to start at once. `None` if it has been or is over.
    #[must_use]
    pub fn start(&self, now: DateTime<Utc>) -> Option<Self> {
        matches!(self.status, CampaignStatus::Draft | CampaignStatus::Scheduled).then(|| Self {
            status: CampaignStatus::Running,
            started_at: Some(now),
            due_at: Some(now + Self::LOOK),
            begins_at: Some(now),
            reason: None,
            ..self.clone()
        })
    }

    /// Paused, for a reason that people read. `None` if there is nothing to pause.
    #[must_use]
    pub fn pause(&self, reason: String) -> Option<Self> {
        matches!(self.status, CampaignStatus::Scheduled | CampaignStatus::Running).then(|| Self {
            status: CampaignStatus::Paused,
            epoch: self.epoch + 1,
            due_at: None,
            begins_at: None,
            reason: Some(reason),
            ..self.clone()
        })
    }

    /// Goes on at the first chunk that is not done; begins, if it had not. One that had not been started waits again for its
    /// `start_at`, if that is still ahead. `None` if it is not paused.
    #[must_use]
    pub fn resume(&self, start_at: Option<DateTime<Utc>>, now: DateTime<Utc>) -> Option<Self> {
        if self.status != CampaignStatus::Paused {
            return None;
        }
        if let Some(at) = start_at.filter(|at| self.started_at.is_none() && *at > now) {
            let (status, reason) = (CampaignStatus::Scheduled, None);
            return Some(Self { status, due_at: Some(at), begins_at: Some(at), reason, ..self.clone() });
        }
        // The audience is taken as of the start: where nothing of it is frozen, that is now.
        let has_frozen = self.frozen_at.is_some() || self.freeze.is_some();
        Some(Self {
            status: CampaignStatus::Running,
            started_at: self.started_at.filter(|_| has_frozen).or(Some(now)),
            due_at: Some(now + Self::LOOK),
            begins_at: self.frozen_at.is_none().then_some(now),
            resumed_at: Some(now),
            seen: self.done,
            reason: None,
            ..self.clone()
        })
    }

    /// Whether the deployment before may have begun it, or gone on with it: its time had come by then, and nobody has let it
    /// go on since.
    #[must_use]
    pub fn may_have_gone(&self, restored: RestoredAt) -> bool {
        let word = match self.status {
            CampaignStatus::Scheduled => self.begins_at,
            CampaignStatus::Running => self.started_at.max(self.resumed_at),
            _ => None,
        };
        word.is_some_and(|at| restored.covers(at))
    }

    /// Ended before its end. `None` if it is over.
    #[must_use]
    pub fn cancel(&self, reason: String, now: DateTime<Utc>) -> Option<Self> {
        (!self.status.is_over()).then(|| Self {
            status: CampaignStatus::Cancelled,
            epoch: self.epoch + 1,
            due_at: (self.chunks > 0).then(|| now + Self::RECOUNTED_AFTER),
            begins_at: None,
            freeze: None,
            ended_at: Some(now),
            reason: Some(reason),
            ..self.clone()
        })
    }

    /// A worker takes the freezing for some time.
    #[must_use]
    pub fn take_freeze(&self, until: DateTime<Utc>, now: DateTime<Utc>) -> Self {
        let freeze = Freeze { held_until: Some(until), ..self.freeze.clone().unwrap_or_default() };
        Self { freeze: Some(freeze), due_at: Some(until.max(now + Self::LOOK)), ..self.clone() }
    }

    /// The worker that froze leaves the rest to another.
    #[must_use]
    pub fn leave_freeze(&self) -> Self {
        let freeze = self.freeze.clone().map(|freeze| Freeze { held_until: None, ..freeze });
        Self { freeze, ..self.clone() }
    }

    /// A part of the audience is frozen, in so many chunks; without a cursor it was the last.
    #[must_use]
    pub fn froze(&self, chunks: u32, counted: Counted, cursor: Option<String>, now: DateTime<Utc>) -> Self {
        let mut sum = Counted { recipients: self.recipients, left_out: self.left_out.clone() };
        sum.add(counted);
        let is_last = cursor.is_none();
        let freeze = self.freeze.clone().map(|freeze| Freeze { cursor, ..freeze });
        Self {
            chunks: self.chunks + chunks,
            recipients: sum.recipients,
            left_out: sum.left_out,
            freeze: freeze.filter(|_| !is_last),
            frozen_at: is_last.then_some(now),
            ..self.clone()
        }
    }

    /// A runner is started: tasks of an older one are dropped.
    #[must_use]
    pub fn run(&self, now: DateTime<Utc>) -> Self {
        let due_at = Some(now + Self::LOOK);
        Self { epoch: self.epoch + 1, seen: self.done, due_at, begins_at: None, reason: None, ..self.clone() }
    }

    /// The runner of this epoch waits, and ends; another one starts at `until`. `None` if it is not its turn.
    #[must_use]
    pub fn wait(&self, epoch: u32, until: DateTime<Utc>, reason: Reason) -> Option<Self> {
        self.runs(epoch).then(|| Self {
            due_at: Some(until),
            seen: self.done,
            reason: Some(reason.error_message()),
            ..self.clone()
        })
    }

    /// Looked at, and left alone until later.
    #[must_use]
    pub fn look_again(&self, at: DateTime<Utc>) -> Self {
        Self { due_at: Some(at), seen: self.done, settling: 0, ..self.clone() }
    }

    /// The chunks before this one are counted again; the next task goes on.
    #[must_use]
    pub fn settled(&self, before: u32, now: DateTime<Utc>) -> Self {
        Self { settling: before, due_at: Some(now + Self::LOOK), ..self.clone() }
    }

    /// All recipients of a chunk have been reached in this epoch. `None` if it is not the chunk's turn.
    #[must_use]
    pub fn chunk_done(&self, chunk: u32, epoch: u32, now: DateTime<Utc>) -> Option<Self> {
        let is_next = self.runs(epoch) && self.done == chunk && chunk < self.chunks;
        is_next.then(|| {
            let done = chunk + 1;
            // Soon after the last one the feeder ends it.
            let is_last = done == self.chunks;
            let due_at = if is_last { Some(now) } else { self.due_at };
            let reached_at = if is_last { Some(now) } else { self.reached_at };
            Self { done, due_at, reached_at, ..self.clone() }
        })
    }

    /// Every recipient has an end state.
    #[must_use]
    pub fn finish(&self, counts: BTreeMap<Status, u64>, now: DateTime<Utc>) -> Self {
        let due_at = (self.chunks > 0).then(|| now + Self::RECOUNTED_AFTER);
        Self {
            status: CampaignStatus::Finished,
            counts,
            due_at,
            settling: 0,
            begins_at: None,
            ended_at: Some(now),
            reason: None,
            ..self.clone()
        }
    }

    /// Counted once more, up to this chunk; with the sum of all, once that was the last.
    #[must_use]
    pub fn recount(&self, chunks: u32, sum: Option<BTreeMap<Status, u64>>) -> Self {
        let due_at = self.due_at.filter(|_| sum.is_none());
        let counts = sum.unwrap_or_else(|| self.counts.clone());
        Self { recounted: chunks, counts, due_at, ..self.clone() }
    }

    /// When the last message is going to be sent, at the sender's pace from now on, if `reached` people have been. At the
    /// latest, if messages wait for the best hours of their people.
    #[must_use]
    pub fn expected_end(&self, reached: u64, now: DateTime<Utc>) -> Option<DateTime<Utc>> {
        if self.status != CampaignStatus::Running || self.frozen_at.is_none() || self.per_minute == 0 {
            return None;
        }
        let left = i64::try_from(self.recipients.saturating_sub(reached)).ok()?;
        let interval = i64::try_from(crate::Pace::per_minute(self.per_minute).interval().as_micros()).ok()?;
        let from = self.due_at.filter(|_| self.reason.is_some()).map_or(now, |at| at.max(now));
        let end = from.checked_add_signed(TimeDelta::microseconds(left.checked_mul(interval)?))?;
        let end = self.slowed_until.map_or(end, |until| until.max(end));
        if !self.at_best_hours {
            return Some(end);
        }
        let last = self.reached_at.unwrap_or(end);
        Some(end.max(last.checked_add_signed(Self::BEST_HOUR)?))
    }
}

#[cfg(test)]
mod tests;
