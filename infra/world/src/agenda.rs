//! What happens when: ticks move on, webhooks go out and are tried again.

use crate::chat::Tick;
use crate::sender::Gateway;
use crate::state::{State, World};
use crate::webhook::{Delivery, MOST_UPDATES, Sink, Update, WebhookAnswer, WebhookCall};
use chrono::{DateTime, Utc};
use futures::StreamExt;
use futures::stream::FuturesUnordered;
use std::collections::BTreeMap;
use std::time::Duration;
use tokio::time::Instant;

/// How long an update that should be overtaken waits for the one that overtakes it.
const HELD_AT_MOST: Duration = Duration::from_secs(10);
/// How long after the update that overtook it a held one comes.
const HELD_AFTER: Duration = Duration::from_millis(50);
/// From two ticks to blue ones when somebody looks at the chat.
const SEEN_AFTER: Duration = Duration::from_millis(200);
/// Webhooks on their way at once.
const MOST_CALLS: usize = 64;
/// After which time a webhook that is always refused is given up.
const GIVEN_UP_AFTER: Duration = Duration::from_secs(7 * 24 * 3_600);

/// Something that is due.
pub(crate) enum Due {
    /// A message of a business comes one step further.
    Advance { sender: String, person: String, id: String, tick: Tick, error: Option<u32> },
    /// An update that was late is posted.
    Post { sender: String, update: Update },
    /// Updates that were held are posted.
    Release { sender: String },
    /// What has gathered for a sender goes out.
    Flush { sender: String },
    /// A webhook goes out.
    Deliver(Delivery),
    /// Meta's challenge goes out.
    Verify { sender: String, attempts: u32 },
}

/// What is due, by time; at the same time in the order it was put.
#[derive(Default)]
pub(crate) struct Agenda {
    entries: BTreeMap<(Instant, u64), Due>,
    count: u64,
}

impl Agenda {
    pub fn at(&mut self, time: Instant, due: Due) {
        self.count += 1;
        self.entries.insert((time, self.count), due);
    }

    fn next(&self) -> Option<Instant> {
        self.entries.keys().next().map(|(time, _)| *time)
    }

    fn take(&mut self, now: Instant) -> Option<Due> {
        if self.next()? > now { None } else { self.entries.pop_first().map(|(_, due)| due) }
    }
}

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
            Job::Deliver(delivery) => state.settle(delivery, answer.status),
        });
    }
}

impl State {
    /// Takes an update on its way to the webhook, with whatever goes wrong there.
    pub fn enqueue(&mut self, sender: &str, update: Update) {
        let Some(gateway) = self.senders.get(sender).map(|sender| sender.setup.gateway) else { return };
        let subject = crate::fault::Subject { gateway, sender, person: update.person.as_deref() };
        let fault = self.faults.on_webhook(&subject, &mut self.rng);
        let now = Instant::now();
        if fault.lost {
            return;
        }
        let sender = sender.to_owned();
        if fault.twice {
            let again = Due::Post { sender: sender.clone(), update: update.clone() };
            self.agenda.at(now + HELD_AFTER, again);
        }
        if fault.bad_signature {
            let delivery = Delivery { sender, updates: vec![update], bad_signature: true, attempts: 0, first: now };
            self.agenda.at(now, Due::Deliver(delivery));
        } else if let Some(late) = fault.late {
            self.agenda.at(now + late, Due::Post { sender, update });
        } else if fault.held {
            self.outboxes.entry(sender.clone()).or_default().held.push(update);
            self.agenda.at(now + HELD_AT_MOST, Due::Release { sender });
        } else {
            self.post(&sender, update);
        }
    }

    fn post(&mut self, sender: &str, update: Update) {
        let batches = self.senders.get(sender).is_some_and(|sender| sender.setup.gateway == Gateway::CloudApi);
        let batch = Duration::from_millis(if batches { self.habits.batch } else { 0 });
        let now = Instant::now();
        let outbox = self.outboxes.entry(sender.to_owned()).or_default();
        let first = outbox.waiting.is_empty();
        outbox.waiting.push(update);
        if !outbox.held.is_empty() {
            self.agenda.at(now + batch + HELD_AFTER, Due::Release { sender: sender.to_owned() });
        }
        if batch.is_zero() {
            self.flush(sender);
        } else if first {
            self.agenda.at(now + batch, Due::Flush { sender: sender.to_owned() });
        }
    }

    fn flush(&mut self, sender: &str) {
        let Some(outbox) = self.outboxes.get_mut(sender) else { return };
        let waiting = std::mem::take(&mut outbox.waiting);
        let now = Instant::now();
        for updates in waiting.chunks(MOST_UPDATES) {
            let (sender, updates) = (sender.to_owned(), updates.to_vec());
            let delivery = Delivery { sender, updates, bad_signature: false, attempts: 0, first: now };
            self.agenda.at(now, Due::Deliver(delivery));
        }
    }

    fn begin(&mut self, due: Due, now: Instant, time: DateTime<Utc>) -> Option<(Job, WebhookCall)> {
        match due {
            Due::Advance { sender, person, id, tick, error } => self.advance(&sender, &person, &id, tick, error, time),
            Due::Post { sender, update } => self.post(&sender, update),
            Due::Release { sender } => {
                let held = self.outboxes.get_mut(&sender).map(|outbox| std::mem::take(&mut outbox.held));
                for update in held.unwrap_or_default() {
                    self.post(&sender, update);
                }
            }
            Due::Flush { sender } => self.flush(&sender),
            Due::Deliver(delivery) => {
                let sender = self.senders.get(&delivery.sender)?;
                if sender.verified == Some(false) {
                    self.agenda.at(now + Duration::from_secs(1), Due::Deliver(delivery));
                    return None;
                }
                let call = crate::webhook::compose(sender, &delivery)?;
                return Some((Job::Deliver(delivery), call));
            }
            Due::Verify { sender, attempts } => {
                let challenge = self.rng.u32(1_000_000_000..).to_string();
                let call = crate::webhook::challenge(self.senders.get(&sender)?, &challenge)?;
                return Some((Job::Verify { sender, challenge, attempts }, call));
            }
        }
        None
    }

    /// Moves a message of a business forward, tells its sender, and puts the next step on the agenda.
    pub fn advance(
        &mut self,
        sender: &str,
        person: &str,
        id: &str,
        tick: Tick,
        error: Option<u32>,
        now: DateTime<Utc>,
    ) {
        let key = (sender.to_owned(), person.to_owned());
        let (Some(registered), Some(chat)) = (self.senders.get_mut(sender), self.chats.get_mut(&key)) else { return };
        let watched = chat.watched_until.is_some_and(|until| until > Instant::now());
        let hides_phone = chat.hides_phone;
        let name = chat.name.clone();
        let Some(bubble) = chat.bubble(id).filter(|bubble| bubble.tick < tick) else { return };
        bubble.tick = tick;
        bubble.error = error;
        let after = match tick {
            Tick::Accepted | Tick::Sent => Some((Tick::Delivered, Duration::from_millis(self.habits.delivered))),
            Tick::Delivered if watched => Some((Tick::Read, SEEN_AFTER)),
            Tick::Delivered => self.habits.read.map(|read| (Tick::Read, Duration::from_millis(read))),
            Tick::Read | Tick::Failed => None,
        };
        let update = match registered.setup.gateway {
            Gateway::CloudApi => {
                if tick == Tick::Sent {
                    bubble.pricing = Some(registered.pricing_type(bubble.category, now).to_owned());
                }
                crate::webhook::cloud_status(sender, person, name.as_deref(), hides_phone, bubble, now)
            }
            Gateway::Whapi => crate::whapi::status(person, bubble, now),
        };
        self.version += 1;
        self.enqueue(sender, update);
        if let Some((tick, wait)) = after {
            let (sender, person) = key;
            self.agenda
                .at(Instant::now() + wait, Due::Advance { sender, person, id: id.to_owned(), tick, error: None });
        }
    }

    fn settle(&mut self, mut delivery: Delivery, status: u16) {
        let Some(sender) = self.senders.get(&delivery.sender) else { return };
        if status == 200 {
            for update in &delivery.updates {
                if let (Some(person), Some(id)) = (&update.person, &update.inbound)
                    && let Some(chat) = self.chats.get_mut(&(delivery.sender.clone(), person.clone()))
                    && let Some(bubble) = chat.bubble(id)
                {
                    bubble.tick = bubble.tick.max(Tick::Delivered);
                }
            }
            return;
        }
        let wait = crate::webhook::backoff(sender, delivery.attempts);
        let now = Instant::now();
        tracing::warn!(status, attempts = delivery.attempts + 1, "a webhook was not answered with 200");
        if now + wait < delivery.first + GIVEN_UP_AFTER {
            delivery.attempts += 1;
            delivery.bad_signature = false;
            self.agenda.at(now + wait, Due::Deliver(delivery));
        }
    }
}
