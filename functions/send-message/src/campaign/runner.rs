//! One delivery of a campaign's task: it prepares recipients a little ahead of the pace, reserves slots for them, and sends
//! each in its slot.

use crate::Dispatcher;
use crate::campaign::page::{Admitted, Of};
use crate::campaign::underway::Underway;
use crate::campaign::{PAGE, Ran};
use crate::config::span;
use crate::line::{LEAD, PATIENCE, meanwhile};
use crate::prepare::until;
use crate::send::CLAIM_LEAD;
use crate::states::{End, Next, Ready};
use chrono::{DateTime, TimeDelta, Utc};
use domain::{Kind, Pace, Reason, Reservation, SenderId, Slot};
use futures::stream::{FuturesUnordered, StreamExt};
use kit::batch::Failure;
use queues::tasks::ChunkTask;
use std::collections::{BTreeMap, VecDeque};
use std::sync::Arc;
use std::time::Duration;
use store::{SenderRow, Slots, WithSenders};
use tokio::sync::Semaphore;

/// A runner begins nothing after so long. With a slot ahead, a lost call and its settlement it ends within the function's
/// time-out.
const WORK_FOR: TimeDelta = TimeDelta::seconds(30);
/// Calls of the gateway at the same time, at most.
const CALLS: usize = 50;
/// How old the campaign's status may be when slots are reserved. With the slots ahead, a pause takes effect within 5 s.
const ASKED: TimeDelta = TimeDelta::seconds(2);
/// New slots are reserved when those that were lie less than this ahead: so each reservation is of many.
const AHEAD: TimeDelta = TimeDelta::seconds(1);

/// A runner that has nothing to do looks again after so long, at the soonest.
const SHORTEST: Duration = Duration::from_millis(1);
/// A wait of the campaign that is no longer than this is the task's. A longer one is the feeder's, and stands in the
/// campaign's progress with its reason.
const SHORT_WAIT: TimeDelta = TimeDelta::minutes(1);

/// Why a runner begins nothing more.
enum Stop {
    /// Its time is up.
    TimeUp,
    /// The campaign is paused or over, or another runner does its chunks.
    Over,
    /// The campaign waits.
    Wait(DateTime<Utc>, Reason),
    /// Something failed: the task is delivered again.
    Failed(Failure),
}

pub(crate) struct Runner<'a> {
    function: &'a Dispatcher,
    task: &'a ChunkTask,
    of: Of,
    /// When the campaign's status was last read.
    asked_at: DateTime<Utc>,
    rows: BTreeMap<SenderId, SenderRow>,
    underway: Underway,
    waiting: BTreeMap<SenderId, VecDeque<Ready>>,
    until: DateTime<Utc>,
    stop: Option<Stop>,
}

/// What one turn of the runner has found to do.
#[derive(Default)]
struct Turn {
    sends: Vec<(Ready, Slot)>,
    wait: Duration,
}

impl<'a> Runner<'a> {
    pub(crate) fn new(
        function: &'a Dispatcher,
        task: &'a ChunkTask,
        campaign: domain::Campaign,
        found: WithSenders,
    ) -> Self {
        let now = function.app.now();
        // Those before are done, by a runner of this task that has died.
        let first = task.chunk.max(campaign.progress.done);
        let business = Arc::new(found.business.record);
        let senders = found.senders.into_iter().map(Arc::new).collect();
        Self {
            function,
            task,
            of: Of { campaign, business, senders },
            asked_at: now,
            rows: BTreeMap::new(),
            underway: Underway::from(first),
            waiting: BTreeMap::new(),
            until: now + WORK_FOR,
            stop: None,
        }
    }

    pub(crate) async fn run(mut self) -> Result<Ran, Failure> {
        let calls = Semaphore::new(CALLS);
        let mut sending = FuturesUnordered::new();
        while self.stop.is_none() && !self.underway.is_done() {
            let (turn, sent) = meanwhile(&mut sending, self.turn()).await;
            self.take(sent);
            let Turn { sends, wait } = turn.unwrap_or_else(|failure| {
                self.stop = Some(Stop::Failed(failure));
                Turn::default()
            });
            let function = self.function;
            sending.extend(sends.into_iter().map(|(ready, slot)| send(function, &calls, ready, slot)));
            let is_idle = self.waiting.values().all(VecDeque::is_empty);
            if is_idle && !wait.is_zero() && !sending.is_empty() {
                // The last ones: their ends are waited for, and no time.
                let sent = sending.next().await;
                self.take(sent);
            } else if !wait.is_zero() {
                let ((), sent) = meanwhile(&mut sending, self.function.app.clock().sleep(wait)).await;
                self.take(sent);
            }
        }
        while let Some(sent) = sending.next().await {
            self.take([sent]);
        }
        self.give_up().await;
        self.end().await
    }

    /// Keeps the book, prepares who is next, and reserves slots. Answers who is sent in which slot, and how long nothing
    /// else is to be done.
    async fn turn(&mut self) -> Result<Turn, Failure> {
        self.finish().await?;
        let now = self.function.app.now();
        if self.stop.is_none() && now >= self.until {
            self.stop = Some(Stop::TimeUp);
        }
        self.ask(now).await?;
        if self.stop.is_some() || self.underway.is_done() {
            return Ok(Turn::default());
        }
        let is_short = self.waiting.values().map(VecDeque::len).sum::<usize>() < self.ahead();
        let has_taken = is_short && self.refill().await?;
        let mut turn = self.reserve().await?;
        if is_short {
            let again_at = self.underway.again_at().map(|at| until_then(at, self.function.app.now()));
            turn.wait = again_at.map_or(turn.wait, |again_at| turn.wait.min(again_at));
        }
        let is_busy = has_taken || self.stop.is_some() || !turn.sends.is_empty();
        turn.wait = if is_busy { Duration::ZERO } else { turn.wait.max(SHORTEST) };
        Ok(turn)
    }

    /// Recipients that are prepared ahead: those of two seconds.
    fn ahead(&self) -> usize {
        let per_minute = self.of.senders.first().map_or(1, |sender| sender.per_minute);
        usize::try_from(per_minute / 30).unwrap_or(PAGE).clamp(1, PAGE)
    }

    /// Says of each chunk, in order, that all its people have been reached.
    async fn finish(&mut self) -> Result<(), Failure> {
        while let Some((number, chunk)) = self.underway.through() {
            let (ChunkTask { business_id, campaign_id, epoch, .. }, app) = (self.task, &self.function.app);
            let counts = self.function.counts(&self.of.campaign, chunk).await?;
            let (now, attempt) = (app.now(), app.attempt());
            if !app.store().chunk_done(*business_id, campaign_id, number, *epoch, &counts, now, &attempt).await? {
                self.stop = Some(Stop::Over);
                return Ok(());
            }
            self.underway.drop_first();
        }
        Ok(())
    }

    /// Reads the campaign's status, if it is not known well enough.
    async fn ask(&mut self, now: DateTime<Utc>) -> Result<(), Failure> {
        if self.stop.is_some() || self.asked_at + ASKED > now {
            return Ok(());
        }
        let (ChunkTask { business_id, campaign_id, epoch, .. }, store) = (self.task, self.function.app.store());
        match store.campaign_progress(*business_id, campaign_id).await? {
            Some(progress) if progress.record.runs(*epoch) => self.of.campaign.progress = progress.record,
            _ => self.stop = Some(Stop::Over),
        }
        self.asked_at = now;
        Ok(())
    }

    /// Prepares a page of those who are next; `false` if there is nobody for now.
    async fn refill(&mut self) -> Result<bool, Failure> {
        let (function, most) = (self.function, self.ahead());
        if !self.underway.has_fresh() && !self.underway.is_last {
            let (ChunkTask { business_id, campaign_id, .. }, number) = (self.task, self.underway.next());
            let chunk = match number < self.of.campaign.progress.chunks {
                true => function.app.store().chunk(*business_id, campaign_id, number).await?,
                false => None,
            };
            self.underway.add(chunk);
        }
        let Some(page) = self.underway.take(most, function.app.now()) else { return Ok(false) };
        let admitted = function.admit_page(&self.of, &mut self.rows, &page).await?;
        for (place, admitted) in admitted {
            match admitted {
                Admitted::Next(Next::Line(ready)) => {
                    self.waiting.entry(ready.sender.sender_id).or_default().push_back(*ready);
                }
                Admitted::Next(Next::End(end)) => self.ended(place, &end),
                Admitted::Wait { until, reason } => self.stop = Some(Stop::Wait(until, reason)),
            }
        }
        Ok(true)
    }

    /// Reserves for each sender, as soon as its slots run short.
    async fn reserve(&mut self) -> Result<Turn, Failure> {
        let app = &self.function.app;
        let mut turn = Turn { sends: Vec::new(), wait: until_then(self.until, app.now()) };
        for (sender_id, line) in &mut self.waiting {
            let Some(sender) = line.front().map(|ready| ready.sender.clone()) else { continue };
            let row = self.rows.entry(*sender_id).or_default();
            let now = app.now();
            let short_at = DateTime::from_timestamp_micros(row.booked.next_free).unwrap_or(now) - AHEAD;
            if short_at > now {
                turn.wait = turn.wait.min(until_then(short_at, now));
                continue;
            }
            let pace = Pace::per_minute(sender.per_minute);
            let spacing = sender.marketing_spacing(&row.state, now);
            let slots = Slots { pace, want: line.len(), kind: Kind::Marketing, now, lead: LEAD, spacing };
            let business = self.task.business_id;
            match app.store().reserve(business, *sender_id, row, slots, &app.attempt()).await? {
                Reservation::Reserved { slots, booked } => {
                    row.booked = booked;
                    row.state.marketing_free_at = spacing.map(|spacing| now + spacing);
                    turn.sends.extend(slots.into_iter().map_while(|slot| Some((line.pop_front()?, slot))));
                }
                Reservation::Refused { wait } if spacing.is_some() && span(wait) > PATIENCE => {
                    self.stop = Some(Stop::Wait(now + span(wait), Reason::WarmUp));
                }
                Reservation::Refused { wait } => turn.wait = turn.wait.min(wait),
            }
        }
        Ok(turn)
    }

    fn take(&mut self, sent: impl IntoIterator<Item = (usize, Result<Next, Failure>)>) {
        for (place, next) in sent {
            match next {
                // It missed its slot, or the gate was asked again: it needs another slot.
                Ok(Next::Line(ready)) => self.waiting.entry(ready.sender.sender_id).or_default().push_front(*ready),
                Ok(Next::End(end)) => self.ended(place, &end),
                // Nobody else has to wait for a message that cannot be sent at all.
                Err(Failure::Permanent(reason)) => {
                    tracing::error!(reason, "a message of a campaign cannot be sent: {reason}");
                    self.ended(place, &End::Done);
                }
                // Whoever comes next finds the record, if there is one.
                Err(failure) => self.stop = Some(Stop::Failed(failure)),
            }
        }
    }

    fn ended(&mut self, place: usize, end: &End) {
        let again_at = match end {
            End::Done => None,
            End::PutBack(wait) => Some(self.function.app.now() + span(*wait)),
        };
        self.underway.ended(place, again_at);
    }

    /// Those who wait get no slot. Most have no record yet; who has a claim gives it back, and is one like any other.
    async fn give_up(&mut self) {
        for ready in std::mem::take(&mut self.waiting).into_values().flatten() {
            let Some(held) = &ready.claim else { continue };
            match self.function.release(&ready.message, &held.claim).await {
                Ok(end) => self.ended(ready.place, &end),
                Err(failure) => self.stop = Some(Stop::Failed(failure)),
            }
        }
    }

    async fn end(mut self) -> Result<Ran, Failure> {
        let (ChunkTask { business_id, campaign_id, epoch, .. }, app) = (self.task, &self.function.app);
        match self.stop.take() {
            Some(Stop::Failed(failure)) => return Err(failure),
            // Somebody whom a dead runner holds is looked at again, whoever goes on.
            Some(Stop::Over) if self.underway.again_at().is_some() => {
                return Ok(Ran::GoOn(self.underway.front(), Duration::ZERO));
            }
            Some(Stop::Over) => return Ok(Ran::Done),
            stop => {
                self.finish().await?;
                if let Some(Stop::Wait(free, reason)) = stop {
                    let now = app.now();
                    if free <= now + SHORT_WAIT {
                        return Ok(Ran::GoOn(self.underway.front(), until(free, now)));
                    }
                    app.store().campaign_waits(*business_id, campaign_id, *epoch, free, reason, &app.attempt()).await?;
                    return Ok(Ran::Done);
                }
            }
        }
        if self.underway.is_done() || self.stop.is_some() {
            return Ok(Ran::Done);
        }
        let now = app.now();
        let wait = match self.underway.again_at() {
            Some(at) if !self.underway.has_fresh() && self.underway.is_last => until(at, now),
            _ => Duration::ZERO,
        };
        Ok(Ran::GoOn(self.underway.front(), wait))
    }
}

/// Sends in the slot, as one of so many calls.
async fn send(function: &Dispatcher, calls: &Semaphore, ready: Ready, slot: Slot) -> (usize, Result<Next, Failure>) {
    function.app.clock().sleep(function.ahead(slot).saturating_sub(CLAIM_LEAD)).await;
    let _call = calls.acquire().await;
    if function.app.now() >= slot.ends {
        metrics::counter!("slots_forfeited").increment(1);
        return (ready.place, Ok(Next::Line(Box::new(ready))));
    }
    function.send(ready, slot).await
}

fn until_then(time: DateTime<Utc>, now: DateTime<Utc>) -> Duration {
    (time - now).to_std().unwrap_or_default()
}
