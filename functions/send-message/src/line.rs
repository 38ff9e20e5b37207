//! The messages of one sender, waiting for its slots: transactional ones first, as many at a time as the pace allows.

use crate::prepare::{Next, Ready};
use crate::send::Sent;
use crate::{Done, Function};
use chrono::{DateTime, TimeDelta, Utc};
use domain::pace::horizon;
use domain::{Kind, Pace, Reservation};
use futures::future::{Either, select};
use futures::stream::{FuturesUnordered, StreamExt};
use kit::batch::Failure;
use std::collections::VecDeque;
use std::time::Duration;
use store::Slots;

/// A slot begins at least so long after it is reserved: the claim is made meanwhile.
const LEAD: TimeDelta = TimeDelta::milliseconds(100);
/// How long messages are held here when their sender is busy. Holding costs about as much as one trip through the
/// queue.
const PATIENCE: TimeDelta = TimeDelta::seconds(3);
/// The longest that a message is put back for want of a slot, unless its sender says longer.
const LONGEST: Duration = Duration::from_secs(60);
/// Likewise for a transactional one.
const LONGEST_PROMPT: Duration = Duration::from_secs(20);

pub(crate) struct Line<'a> {
    function: &'a Function,
    waiting: VecDeque<Ready>,
    until: DateTime<Utc>,
}

/// What the sender has for its line.
enum Slot {
    /// It has slots at these times, in microseconds since the epoch.
    At(Vec<i64>),
    /// None before so long.
    Busy(Duration),
}

impl<'a> Line<'a> {
    pub(crate) fn new(function: &'a Function, mut ready: Vec<Ready>) -> Self {
        ready.sort_by_key(|ready| (ready.message.kind != Kind::Transactional, ready.place));
        Self { function, waiting: ready.into(), until: function.app.now() + PATIENCE }
    }

    pub(crate) async fn run(mut self) -> Vec<(usize, Done)> {
        let mut done = Vec::new();
        let mut sending = FuturesUnordered::new();
        loop {
            let (slots, sent) = meanwhile(&mut sending, self.slots()).await;
            self.take(sent, &mut done);
            let wait = match slots {
                Ok(Slot::At(slots)) => {
                    for slot in slots {
                        let Some(ready) = self.waiting.pop_front() else { break };
                        sending.push(self.function.send(ready, slot));
                    }
                    Duration::ZERO
                }
                Ok(Slot::Busy(wait)) => wait,
                Err(failure) => {
                    let left = std::mem::take(&mut self.waiting);
                    let given_up = self.give_up(left, |_| Done::Failed(failure.clone()));
                    let (given_up, sent) = meanwhile(&mut sending, given_up).await;
                    done.extend(given_up);
                    self.take(sent, &mut done);
                    Duration::ZERO
                }
            };
            if self.waiting.is_empty() {
                match sending.next().await {
                    Some(sent) => self.take([sent], &mut done),
                    None => return done,
                }
            } else if self.function.app.now() + span(wait) > self.until {
                let left = std::mem::take(&mut self.waiting);
                let given_up = self.give_up(left, |ready| Done::PutBack(put_back(ready, wait)));
                let (given_up, sent) = meanwhile(&mut sending, given_up).await;
                done.extend(given_up);
                self.take(sent, &mut done);
            } else {
                let ((), sent) = meanwhile(&mut sending, self.function.app.clock().sleep(wait)).await;
                self.take(sent, &mut done);
            }
        }
    }

    fn take(&mut self, sent: impl IntoIterator<Item = (usize, Sent)>, done: &mut Vec<(usize, Done)>) {
        for (place, sent) in sent {
            match sent {
                // It missed its slot and needs another.
                Sent::Forfeited(ready) => self.waiting.push_back(*ready),
                Sent::Next(Ok(Next::Done)) => done.push((place, Done::Settled)),
                Sent::Next(Ok(Next::PutBack(wait))) => done.push((place, Done::PutBack(wait))),
                Sent::Next(Ok(Next::Ready(ready))) => self.waiting.push_back(*ready),
                Sent::Next(Err(failure)) => done.push((place, Done::Failed(failure))),
            }
        }
    }

    /// Reserves for the kind that is first in line.
    async fn slots(&self) -> Result<Slot, Failure> {
        let Some(first) = self.waiting.front() else { return Ok(Slot::At(Vec::new())) };
        let (business, sender) = first.line();
        let kind = first.message.kind;
        let slots = Slots {
            pace: Pace::per_minute(first.sender.per_minute),
            want: self.waiting.iter().take_while(|ready| ready.message.kind == kind).count(),
            horizon: horizon(kind),
            now: self.function.app.now() + LEAD,
        };
        let store = self.function.app.store();
        match store.reserve(business, sender, &first.row, slots, &self.function.app.attempt()).await? {
            Reservation::Reserved { slots, .. } => Ok(Slot::At(slots)),
            Reservation::Refused { wait } => Ok(Slot::Busy(wait.max(Duration::from_millis(1)))),
        }
    }

    /// These are not sent now. What was claimed is given back first.
    async fn give_up(&self, left: VecDeque<Ready>, with: impl Fn(&Ready) -> Done) -> Vec<(usize, Done)> {
        let mut done = Vec::with_capacity(left.len());
        for ready in left {
            let next = match &ready.claim {
                // Its stream brings it up again.
                Some(held) => match self.function.release(&ready.message, &held.claim).await {
                    Ok(()) => Done::Settled,
                    Err(failure) => Done::Failed(failure),
                },
                None => with(&ready),
            };
            done.push((ready.place, next));
        }
        done
    }
}

/// Does some work without keeping what is being sent from its slots, and tells what was sent meanwhile.
async fn meanwhile<S: Future, W: Future>(sending: &mut FuturesUnordered<S>, work: W) -> (W::Output, Vec<S::Output>) {
    let mut work = std::pin::pin!(work);
    let mut sent = Vec::new();
    loop {
        if sending.is_empty() {
            return (work.await, sent);
        }
        match select(sending.next(), work.as_mut()).await {
            Either::Left((one, _)) => sent.extend(one),
            Either::Right((output, _)) => return (output, sent),
        }
    }
}

/// The more often it was put back, the longer is the line before it.
fn put_back(ready: &Ready, wait: Duration) -> Duration {
    let longest = match ready.message.kind {
        Kind::Transactional => LONGEST_PROMPT,
        Kind::Owner | Kind::Marketing => LONGEST,
    };
    (wait.max(Duration::from_secs(1)) * (1 << ready.put_backs.min(5))).min(longest.max(wait))
}

fn span(wait: Duration) -> TimeDelta {
    crate::config::span(wait)
}
