//! The messages of one sender, waiting for its slots: transactional ones first, as many at a time as the pace allows.

use crate::Dispatcher;
use crate::states::{End, Next, Ready};
use chrono::{DateTime, TimeDelta, Utc};
use domain::{Kind, Pace, Reservation};
use futures::future::{Either, select};
use futures::stream::{FuturesUnordered, StreamExt};
use kit::batch::Failure;
use std::collections::VecDeque;
use std::time::Duration;
use store::Slots;

/// A time in the sender's line lies at least so far ahead when it is reserved: the claim is made meanwhile.
pub(crate) const LEAD: TimeDelta = TimeDelta::milliseconds(100);
/// The time for which messages are held here when their sender is busy. Holding costs about as much as one trip through
/// the queue.
pub(crate) const PATIENCE: TimeDelta = TimeDelta::seconds(3);
/// The longest that a message is put back for want of a slot, unless its sender says longer.
const LONGEST: Duration = Duration::from_secs(60);
/// Likewise for a transactional one.
const LONGEST_PROMPT: Duration = Duration::from_secs(20);

pub(crate) struct Line<'a> {
    function: &'a Dispatcher,
    waiting: VecDeque<Ready>,
    until: DateTime<Utc>,
}

impl<'a> Line<'a> {
    pub(crate) fn new(function: &'a Dispatcher, mut ready: Vec<Ready>) -> Self {
        ready.sort_by_key(|ready| (ready.message.kind != Kind::Transactional, ready.place));
        Self { function, waiting: ready.into(), until: function.app.now() + PATIENCE }
    }

    pub(crate) async fn run(mut self) -> Vec<(usize, Result<End, Failure>)> {
        let mut ends = Vec::new();
        let mut sending = FuturesUnordered::new();
        loop {
            let (slots, sent) = meanwhile(&mut sending, self.slots()).await;
            self.take(sent, &mut ends);
            let wait = match slots {
                Ok(Some(Reservation::Reserved { slots, .. })) => {
                    for slot in slots {
                        let Some(ready) = self.waiting.pop_front() else { break };
                        sending.push(self.function.send(ready, slot));
                    }
                    Duration::ZERO
                }
                Ok(Some(Reservation::Refused { wait })) => wait.max(Duration::from_millis(1)),
                Ok(None) => Duration::ZERO,
                Err(failure) => {
                    let left = std::mem::take(&mut self.waiting);
                    let given_up = self.give_up(left, |_| Err(failure.clone()));
                    let (given_up, sent) = meanwhile(&mut sending, given_up).await;
                    ends.extend(given_up);
                    self.take(sent, &mut ends);
                    Duration::ZERO
                }
            };
            if self.waiting.is_empty() {
                match sending.next().await {
                    Some(sent) => self.take([sent], &mut ends),
                    None => return ends,
                }
            } else if self.function.app.now() + span(wait) > self.until {
                let left = std::mem::take(&mut self.waiting);
                let given_up = self.give_up(left, |ready| Ok(End::PutBack(put_back(ready, wait))));
                let (given_up, sent) = meanwhile(&mut sending, given_up).await;
                ends.extend(given_up);
                self.take(sent, &mut ends);
            } else {
                let ((), sent) = meanwhile(&mut sending, self.function.app.clock().sleep(wait)).await;
                self.take(sent, &mut ends);
            }
        }
    }

    fn take(
        &mut self,
        sent: impl IntoIterator<Item = (usize, Result<Next, Failure>)>,
        ends: &mut Vec<(usize, Result<End, Failure>)>,
    ) {
        for (place, next) in sent {
            match next {
                // It missed its slot, or the gate was asked again: it needs another slot.
                Ok(Next::Line(ready)) => self.waiting.push_back(*ready),
                Ok(Next::End(end)) => ends.push((place, Ok(end))),
                Err(failure) => ends.push((place, Err(failure))),
            }
        }
    }

    /// Reserves for the kind that is first in line; `None` if nothing waits.
    async fn slots(&self) -> Result<Option<Reservation>, Failure> {
        let Some(first) = self.waiting.front() else { return Ok(None) };
        let (business, sender) = first.line();
        let kind = first.message.kind;
        let slots = Slots {
            pace: Pace::per_minute(first.sender.per_minute),
            want: self.waiting.iter().take_while(|ready| ready.message.kind == kind).count(),
            kind,
            now: self.function.app.now(),
            lead: LEAD,
            spacing: first.spacing(self.function.app.now()),
        };
        let store = self.function.app.store();
        Ok(Some(store.reserve(business, sender, &first.row, slots, &self.function.app.attempt()).await?))
    }

    /// These are not sent now. Each claim is given back first.
    async fn give_up(
        &self,
        left: VecDeque<Ready>,
        with: impl Fn(&Ready) -> Result<End, Failure>,
    ) -> Vec<(usize, Result<End, Failure>)> {
        let mut ends = Vec::with_capacity(left.len());
        for ready in left {
            let end = match &ready.claim {
                // Its stream brings it up again.
                Some(held) => self.function.release(&ready.message, &held.claim).await,
                None => with(&ready),
            };
            ends.push((ready.place, end));
        }
        ends
    }
}

/// Does some work while sends go on in their slots; answers the work and the sends that ended meanwhile.
pub(crate) async fn meanwhile<S: Future, W: Future>(
    sending: &mut FuturesUnordered<S>,
    work: W,
) -> (W::Output, Vec<S::Output>) {
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

/// A task that was put back often has a long line before it, and waits longer.
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
