//! Where a campaign stands, and the moves that it may make. Each move is one conditional write of what was read.

use crate::{CampaignStatus, Reason, Status};
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
            CampaignStatus::Scheduled | CampaignStatus::Running if due + TOO_LATE < now => Step::TooLate,
            CampaignStatus::Scheduled => Step::Start,
            CampaignStatus::Running if self.frozen_at.is_none() => {
                let held = self.freeze.as_ref().and_then(|freeze| freeze.held_until);
                // Whoever moves it meanwhile stops the worker that freezes.
                if held.is_some_and(|until| until > now) { Step::Nothing } else { Step::Freeze }
            }
            CampaignStatus::Running if self.done >= self.chunks => Step::Settle,
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
            seen: self.done,
            reason: None,
            ..self.clone()
        })
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
            let due_at = if done == self.chunks { Some(now) } else { self.due_at };
            Self { done, due_at, ..self.clone() }
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

    /// When the last message is going to be sent, at the sender's pace from now on, if `reached` people have been.
    #[must_use]
    pub fn expected_end(&self, reached: u64, now: DateTime<Utc>) -> Option<DateTime<Utc>> {
        if self.status != CampaignStatus::Running || self.frozen_at.is_none() || self.per_minute == 0 {
            return None;
        }
        let left = i64::try_from(self.recipients.saturating_sub(reached)).ok()?;
        let interval = i64::try_from(crate::Pace::per_minute(self.per_minute).interval().as_micros()).ok()?;
        let from = self.due_at.filter(|_| self.reason.is_some()).map_or(now, |at| at.max(now));
        from.checked_add_signed(TimeDelta::microseconds(left.checked_mul(interval)?))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn at(seconds: i64) -> DateTime<Utc> {
        DateTime::from_timestamp(1_800_000_000 + seconds, 0).unwrap()
    }

    /// A campaign of three chunks that runs.
    fn running() -> Progress {
        let counted = Counted { recipients: 25, ..Counted::default() };
        let started = Progress::new(None).start(at(0)).unwrap().take_freeze(at(60), at(0));
        started.froze(3, counted, None, at(5)).run(at(6))
    }

    #[test]
    fn a_campaign_goes_from_its_time_to_its_end() {
        let new = Progress::new(Some(at(100)));
        assert_eq!(new.step(at(100), at(99)), Step::Nothing);
        assert_eq!(new.begins_at, Some(at(100)));
        assert_eq!(new.step(at(100), at(100)), Step::Start);
        let started = new.start(at(100)).unwrap();
        assert_eq!(started.step(at(100), at(100)), Step::Freeze);
        let taken = started.take_freeze(at(160), at(100));
        assert_eq!(taken.step(at(100), at(159)), Step::Nothing, "another worker freezes");
        assert_eq!(taken.step(at(100), at(160)), Step::Freeze, "its worker died");
        let half = taken.froze(2, Counted { recipients: 20, ..Counted::default() }, Some("c".to_owned()), at(110));
        assert_eq!(
            (half.step(at(110), at(111)), half.leave_freeze().step(at(110), at(111))),
            (Step::Nothing, Step::Freeze)
        );
        assert_eq!(half.freeze.as_ref().and_then(|it| it.cursor.as_deref()), Some("c"));
        let frozen = half.froze(1, Counted { recipients: 5, ..Counted::default() }, None, at(120));
        assert_eq!((frozen.chunks, frozen.recipients, frozen.frozen_at), (3, 25, Some(at(120))));
        assert_eq!(frozen.step(at(120), at(120)), Step::Run);
        let mut runs = frozen.run(at(120));
        assert_eq!((frozen.begins_at, runs.begins_at), (Some(at(100)), None));
        for chunk in 0..3 {
            assert_eq!(runs.chunk_done(chunk + 1, runs.epoch, at(130)), None, "not its turn");
            runs = runs.chunk_done(chunk, runs.epoch, at(130)).unwrap();
        }
        assert_eq!((runs.step(at(130), at(130)), runs.due_at), (Step::Settle, Some(at(130))));
        let part = runs.settled(2, at(135));
        assert_eq!((part.step(at(135), at(136)), part.settling), (Step::Settle, 2));
        assert_eq!(part.look_again(at(735)).settling, 0, "the next round counts from the first");
        let ended = runs.finish(BTreeMap::from([(Status::Sent, 25)]), at(140));
        let day_later = at(140) + Progress::RECOUNTED_AFTER;
        assert_eq!((ended.step(at(140), at(150)), ended.due_at), (Step::Nothing, Some(day_later)), "a late task");
        assert_eq!(ended.step(day_later, day_later), Step::Recount);
        let counted = ended.recount(2, None);
        assert_eq!((counted.recounted, &counted.counts, counted.due_at), (2, &ended.counts, ended.due_at));
        let counted = counted.recount(3, Some(BTreeMap::from([(Status::Read, 25)])));
        assert_eq!((counted.step(day_later, day_later), counted.due_at), (Step::Nothing, None));
    }

    #[test]
    fn a_runner_that_gets_no_further_is_started_anew_and_one_that_does_is_left_alone() {
        let begun = running();
        assert_eq!(begun.step(at(126), at(126)), Step::Run);
        let further = begun.chunk_done(0, begun.epoch, at(60)).unwrap();
        assert_eq!(further.step(at(126), at(126)), Step::LookAgain);
        let looked = further.look_again(at(246));
        assert_eq!(looked.step(at(246), at(246)), Step::Run);
        let anew = looked.run(at(246));
        assert!(!anew.runs(looked.epoch) && anew.chunk_done(1, looked.epoch, at(247)).is_none());
    }

    #[test]
    fn a_campaign_that_is_found_late_is_not_started_by_itself() {
        let new = Progress::new(Some(at(0)));
        assert_eq!(new.step(at(0), at(3_600)), Step::Start);
        assert_eq!(new.step(at(0), at(3_601)), Step::TooLate);
        assert_eq!(running().step(at(0), at(3_601)), Step::TooLate);
        let night = running().wait(1, at(36_000), Reason::QuietHours).unwrap();
        assert_eq!(night.step(at(36_000), at(36_060)), Step::Run, "it waited for the morning");
    }

    #[test]
    fn only_what_waits_or_runs_can_be_paused_and_only_what_is_paused_resumed() {
        let (draft, running) = (Progress::new(None), running());
        assert!(draft.pause(String::new()).is_none() && draft.resume(None, at(1)).is_none());
        let paused = running.pause("asked: …".to_owned()).unwrap();
        assert!(paused.start(at(1)).is_none() && paused.pause(String::new()).is_none());
        assert!(!paused.runs(running.epoch) && paused.due_at.is_none());
        let resumed = paused.resume(None, at(10)).unwrap();
        assert_eq!(resumed.step(at(10), at(10)), Step::Run);
        assert!(!resumed.run(at(10)).runs(running.epoch));
        let cancelled = paused.cancel("asked: …".to_owned(), at(20)).unwrap();
        assert!(cancelled.resume(None, at(30)).is_none() && cancelled.cancel(String::new(), at(30)).is_none());
    }

    #[test]
    fn one_that_was_paused_before_its_time_waits_for_it_again() {
        let waits = Progress::new(Some(at(100)));
        let paused = waits.pause("asked: …".to_owned()).unwrap();
        let again = paused.resume(Some(at(100)), at(99)).unwrap();
        assert_eq!(again, Progress { epoch: 1, ..waits });
        let late = paused.resume(Some(at(100)), at(100)).unwrap();
        assert_eq!((late.status, late.started_at), (CampaignStatus::Running, Some(at(100))));
        // One that was started before its time has begun.
        let started = again.start(at(50)).unwrap().pause(String::new()).unwrap();
        assert!(started.resume(Some(at(100)), at(60)).unwrap().is_running());
    }

    #[test]
    fn one_that_froze_nothing_is_started_anew_by_its_resuming() {
        let started = Progress::new(None).start(at(0)).unwrap();
        let resumed = |progress: &Progress| {
            progress.pause("no_sender: …".to_owned()).unwrap().resume(None, at(90_000)).unwrap().started_at
        };
        assert_eq!(resumed(&started), Some(at(90_000)));
        let taken = started.take_freeze(at(60), at(0));
        assert_eq!((resumed(&taken), resumed(&running())), (Some(at(0)), Some(at(0))));
    }

    proptest! {
        /// Whatever happens in whatever order, no epoch runs again once it has ended, and no chunk is done twice.
        #[test]
        fn an_epoch_never_comes_back(moves in prop::collection::vec((0..6u8, 0..4u32), 1..60)) {
            let (mut now, mut ended, mut done) = (running(), Vec::new(), 0);
            for (what, chunk) in moves {
                let (before, epoch) = (now.clone(), now.epoch);
                let next = match what {
                    0 => now.pause(String::new()),
                    1 => now.resume(None, at(1)),
                    2 => Some(now.run(at(1))).filter(|_| now.status == CampaignStatus::Running),
                    3 => now.cancel(String::new(), at(1)),
                    4 => now.wait(epoch, at(2), Reason::QuietHours),
                    _ => now.chunk_done(chunk, epoch, at(1)),
                };
                now = next.unwrap_or(now);
                if before.runs(epoch) && !now.runs(epoch) {
                    ended.push(epoch);
                }
                prop_assert!(ended.iter().all(|epoch| !now.runs(*epoch) || now.epoch == before.epoch && before.runs(*epoch)));
                prop_assert!(now.done == done || now.done == done + 1);
                done = now.done;
            }
        }
    }

    #[test]
    fn the_end_is_expected_at_the_pace() {
        let runs = Progress { per_minute: 20, ..running() };
        let left = runs.expected_end(5, at(0)).unwrap() - at(0);
        assert!((60..=63).contains(&left.num_seconds()), "{left}");
        let night = runs.wait(1, at(3_600), Reason::QuietHours).unwrap();
        assert!(night.expected_end(5, at(0)).unwrap() > at(3_600));
        assert_eq!(Progress::new(None).expected_end(0, at(0)), None);
    }
}
