//! Time passes: what is due happens, and webhooks go out.

use crate::core::agenda::Due;
use crate::core::update::{Delivery, Sink, WebhookAnswer, WebhookCall};
use crate::core::world::{State, World};
use chrono::{DateTime, Utc};
use futures::StreamExt;
use futures::stream::FuturesUnordered;
use std::time::Duration;
use tokio::time::Instant;

/// Webhooks on their way at once.
const MOST_CALLS: usize = 64;

/// A call to a webhook and what it is for.
enum Job {
    Deliver(Delivery),
    Verify { sender: String, challenge: String, attempts: u32 },
}

impl World {
    /// Lets time pass: never ends. Webhooks go out through the sink.
    pub async fn run(&self, sink: Sink) {
        let mut calls = FuturesUnordered::new();
        loop {
            for (job, call) in self.take_due(MOST_CALLS - calls.len()) {
                let answer = sink(call);
                calls.push(async move { (job, answer.await) });
            }
            let next = if calls.len() < MOST_CALLS { self.state().agenda.next() } else { None };
            let due = async {
                match next {
                    Some(time) => tokio::time::sleep_until(time).await,
                    None => std::future::pending().await,
                }
            };
            tokio::select! {
                biased;
                Some((job, answer)) = calls.next(), if !calls.is_empty() => self.settle(job, &answer),
                () = self.inner.wake.notified() => {}
                () = due => {}
            }
        }
    }

    fn take_due(&self, room: usize) -> Vec<(Job, WebhookCall)> {
        let (now, time) = (Instant::now(), self.now());
        let mut state = self.state();
        let mut calls = Vec::new();
        while calls.len() < room
            && let Some(due) = state.agenda.take(now)
        {
            calls.extend(state.begin(due, now, time));
        }
        calls
    }

    fn settle(&self, job: Job, answer: &WebhookAnswer) {
        self.change(|state| match job {
            Job::Verify { sender, challenge, attempts } => {
                let verified = answer.status == 200 && answer.body == challenge.as_bytes();
                if verified {
                    if let Some(sender) = state.senders.get_mut(&sender) {
                        sender.verified = Some(true);
                    }
                } else {
                    let wait = Duration::from_secs(u64::from(attempts + 1).min(30));
                    state.agenda.at(Instant::now() + wait, Due::Verify { sender, attempts: attempts + 1 });
                }
            }
            Job::Deliver(delivery) => state.settle_delivery(delivery, answer.status),
        });
    }
}

impl State {
    fn begin(&mut self, due: Due, now: Instant, time: DateTime<Utc>) -> Option<(Job, WebhookCall)> {
        match due {
            Due::Advance { sender, person, id, tick, error } => self.advance(&sender, &person, &id, tick, error, time),
            Due::Post { sender, update } => self.post(&sender, *update),
            Due::Release { sender } => self.release(&sender),
            Due::Flush { sender } => self.flush(&sender),
            Due::Session { sender, turn, step } => self.step(&sender, turn, step, time),
            Due::Deliver(delivery) => {
                let sender = self.senders.get(&delivery.sender)?;
                if sender.verified == Some(false) {
                    self.agenda.at(now + Duration::from_secs(1), Due::Deliver(delivery));
                    return None;
                }
                let protocol = self.protocols.of(sender.setup.gateway);
                let call = protocol.webhook(sender, &delivery.updates, delivery.bad_signature)?;
                return Some((Job::Deliver(delivery), call));
            }
            Due::Verify { sender, attempts } => {
                let challenge = self.rng.u32(1_000_000_000..).to_string();
                let setup = &self.senders.get(&sender)?.setup;
                let call = self.protocols.of(setup.gateway).challenge(setup, &challenge)?;
                return Some((Job::Verify { sender, challenge, attempts }, call));
            }
        }
        None
    }
}
