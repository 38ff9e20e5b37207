use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, TimeDelta, Utc};

use super::{Depth, Message, Peeked, QueueConfig, Refusal, Standing};

/// Most messages of a standard queue in flight at once (AWS quota).
const MOST_IN_FLIGHT: usize = 120_000;
/// The time for which a FIFO queue knows a message as a repeat.
const REPEAT_WINDOW: TimeDelta = TimeDelta::minutes(5);

/// One queue. Everything is decided by the time that is passed in; the caller settles first.
pub(super) struct Queue {
    pub config: QueueConfig,
    pub created_at: DateTime<Utc>,
    messages: BTreeMap<u64, Message>,
    tenants: BTreeMap<Tenant, Waiting>,
    /// Tenants that have something to receive, the next one first.
    order: BTreeSet<(usize, u64, Tenant)>,
    /// Ends of delays and visibilities.
    timers: BTreeSet<(DateTime<Utc>, u64)>,
    expiries: BTreeSet<(DateTime<Utc>, u64)>,
    repeats: BTreeMap<String, Repeat>,
    repeat_ends: BTreeSet<(DateTime<Utc>, String)>,
    turn: u64,
    in_flight: usize,
}

/// The tenant of a message; a message without a group is a tenant of its own (developer guide, "How fair queues work").
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord)]
enum Tenant {
    Alone(u64),
    Group(String),
}

#[derive(Default)]
struct Waiting {
    ready: BTreeSet<u64>,
    in_flight: usize,
    /// When it came or was last served.
    turn: u64,
}

pub(super) struct Repeat {
    pub message_id: String,
    pub sequence_number: Option<String>,
}

impl Queue {
    pub fn new(config: QueueConfig, created_at: DateTime<Utc>) -> Self {
        Self {
            config,
            created_at,
            messages: BTreeMap::new(),
            tenants: BTreeMap::new(),
            order: BTreeSet::new(),
            timers: BTreeSet::new(),
            expiries: BTreeSet::new(),
            repeats: BTreeMap::new(),
            repeat_ends: BTreeSet::new(),
            turn: 0,
            in_flight: 0,
        }
    }

    /// The message of which a new one with this name would be a repeat.
    pub fn repeat(&mut self, name: &str, now: DateTime<Utc>) -> Option<&Repeat> {
        while self.repeat_ends.first().is_some_and(|(end, _)| *end <= now) {
            let ended = self.repeat_ends.pop_first();
            ended.and_then(|(_, name)| self.repeats.remove(&name));
        }
        self.repeats.get(name)
    }

    pub fn remember(&mut self, name: String, message: &Message, now: DateTime<Utc>) {
        let Message { message_id, sequence_number, .. } = message.clone();
        self.repeat_ends.insert((now + REPEAT_WINDOW, name.clone()));
        self.repeats.insert(name, Repeat { message_id, sequence_number });
    }

    /// Takes a message in, new, moved or restored.
    pub fn add(&mut self, number: u64, message: Message, now: DateTime<Utc>) {
        let tenant = self.tenant(number, &message);
        self.expiries.insert((self.expiry(&message), number));
        if message.receipt.is_some() {
            self.timers.insert((message.hidden_until, number));
            self.in_flight += 1;
            self.update(&tenant, |waiting| waiting.in_flight += 1);
        } else if message.hidden_until > now {
            self.timers.insert((message.hidden_until, number));
        } else {
            self.update(&tenant, |waiting| _ = waiting.ready.insert(number));
        }
        self.messages.insert(number, message);
    }

    /// Does what is due: ends delays and visibilities, forgets what is too old, and gives out the messages that were
    /// received too often, if there is a place for them.
    pub fn settle(&mut self, now: DateTime<Utc>, has_dead_letters: bool) -> Vec<Message> {
        let mut dead = Vec::new();
        let most = self.config.redrive.as_ref().map_or(u32::MAX, |redrive| redrive.max_receives);
        while let Some((_, number)) = self.timers.first().copied().filter(|(at, _)| *at <= now) {
            self.timers.pop_first();
            let Some(message) = self.messages.get(&number) else { continue };
            let (tenant, received) = (self.tenant(number, message), message.receipt.is_some());
            let failed = received && has_dead_letters && message.receive_count >= most;
            self.in_flight -= usize::from(received);
            self.update(&tenant, |waiting| {
                waiting.in_flight -= usize::from(received);
                if !failed {
                    waiting.ready.insert(number);
                }
            });
            if failed && let Some(message) = self.messages.remove(&number) {
                self.expiries.remove(&(self.expiry(&message), number));
                dead.push(message);
            }
        }
        while let Some((_, number)) = self.expiries.first().copied().filter(|(at, _)| *at <= now) {
            self.remove(number);
        }
        dead
    }

    pub fn has_ready(&self) -> bool {
        !self.order.is_empty()
    }

    /// When the next delay or visibility ends.
    pub fn next_timer(&self) -> Option<DateTime<Utc>> {
        self.timers.first().map(|(at, _)| *at)
    }

    /// Hands out messages: of a standard queue from the tenants with the fewest in flight, in turn; of a FIFO queue
    /// from groups with none in flight, in order.
    pub fn receive(
        &mut self,
        now: DateTime<Utc>,
        most: usize,
        hidden_until: DateTime<Utc>,
        mut receipt: impl FnMut() -> u64,
    ) -> Result<Vec<(u64, Message)>, Refusal> {
        let mut taken = Vec::new();
        while taken.len() < most {
            if !self.config.fifo && self.in_flight >= MOST_IN_FLIGHT {
                if taken.is_empty() {
                    return Err(Refusal::new("OverLimit", "Too many messages in flight."));
                }
                break;
            }
            let Some((_, _, tenant)) = self.order.first().cloned() else { break };
            let at_once = if self.config.fifo { most - taken.len() } else { 1 };
            let ready = self.tenants.get(&tenant).map(|waiting| waiting.ready.iter().take(at_once).copied());
            let numbers: Vec<u64> = ready.into_iter().flatten().collect();
            self.turn += 1;
            let turn = self.turn;
            self.in_flight += numbers.len();
            self.update(&tenant, |waiting| {
                waiting.ready.retain(|number| !numbers.contains(number));
                waiting.in_flight += numbers.len();
                waiting.turn = turn;
            });
            for number in numbers {
                let Some(message) = self.messages.get_mut(&number) else { continue };
                message.receive_count += 1;
                message.first_received_at.get_or_insert(now);
                message.receipt = Some(receipt());
                message.hidden_until = hidden_until;
                self.timers.insert((hidden_until, number));
                taken.push((number, message.clone()));
            }
        }
        Ok(taken)
    }

    /// Deletes a received message. A message that is gone already, or was received again since, is left as it is.
    pub fn delete(&mut self, number: u64, receipt: u64, handle: &str) -> Result<(), Refusal> {
        let current = self.messages.get(&number).is_some_and(|message| message.receipt == Some(receipt));
        if self.config.fifo && self.messages.contains_key(&number) && !(current && self.is_hidden(number)) {
            return Err(Refusal::invalid("ReceiptHandle", handle, "The receipt handle has expired."));
        }
        if current {
            self.remove(number);
        }
        Ok(())
    }

    pub fn change_visibility(
        &mut self,
        number: u64,
        receipt: u64,
        handle: &str,
        hidden_until: DateTime<Utc>,
    ) -> Result<(), Refusal> {
        if !self.messages.contains_key(&number) {
            let reason = "Message does not exist or is not available for visibility timeout change.";
            return Err(Refusal::invalid("ReceiptHandle", handle, reason));
        }
        let hidden = self.is_hidden(number);
        match self.messages.get_mut(&number) {
            Some(message) if hidden && message.receipt == Some(receipt) => {
                self.timers.remove(&(message.hidden_until, number));
                message.hidden_until = hidden_until;
                self.timers.insert((hidden_until, number));
                Ok(())
            }
            _ => Err(Refusal::new("MessageNotInflight", "The specified message isn't in flight.")),
        }
    }

    /// Takes out all messages that could be received now, in their order.
    pub fn take_visible(&mut self) -> Vec<Message> {
        let numbers: Vec<u64> = self.messages.keys().copied().filter(|number| !self.is_hidden(*number)).collect();
        numbers.into_iter().filter_map(|number| self.remove(number)).collect()
    }

    pub fn purge(&mut self) {
        let numbers: Vec<u64> = self.messages.keys().copied().collect();
        for number in numbers {
            self.remove(number);
        }
    }

    pub fn depth(&self) -> Depth {
        let hidden = self.timers.len();
        Depth {
            visible: self.messages.len() - hidden,
            delayed: hidden - self.in_flight,
            in_flight: self.in_flight,
            oldest: self.messages.values().map(|message| message.sent_at).min(),
        }
    }

    pub fn peek(&self, most: usize) -> Vec<Peeked> {
        let first = self.messages.iter().take(most);
        first
            .map(|(number, message)| {
                let standing = match (self.is_hidden(*number), message.receipt) {
                    (false, _) => Standing::Visible,
                    (true, None) => Standing::Delayed,
                    (true, Some(_)) => Standing::InFlight,
                };
                Peeked { message: message.clone(), standing }
            })
            .collect()
    }

    pub fn all(&self) -> Vec<(u64, Message)> {
        self.messages.iter().map(|(number, message)| (*number, message.clone())).collect()
    }

    fn is_hidden(&self, number: u64) -> bool {
        self.messages.get(&number).is_some_and(|message| self.timers.contains(&(message.hidden_until, number)))
    }

    fn remove(&mut self, number: u64) -> Option<Message> {
        let hidden = self.is_hidden(number);
        let message = self.messages.remove(&number)?;
        let in_flight = usize::from(hidden && message.receipt.is_some());
        self.timers.remove(&(message.hidden_until, number));
        self.expiries.remove(&(self.expiry(&message), number));
        self.in_flight -= in_flight;
        let tenant = self.tenant(number, &message);
        self.update(&tenant, |waiting| {
            waiting.in_flight -= in_flight;
            waiting.ready.remove(&number);
        });
        Some(message)
    }

    fn expiry(&self, message: &Message) -> DateTime<Utc> {
        message.enqueued_at + TimeDelta::seconds(i64::from(self.config.retention))
    }

    fn tenant(&self, number: u64, message: &Message) -> Tenant {
        message.group.clone().map_or(Tenant::Alone(number), Tenant::Group)
    }

    /// Changes a tenant and its place in the order.
    fn update(&mut self, tenant: &Tenant, change: impl FnOnce(&mut Waiting)) {
        let fifo = self.config.fifo;
        let waiting = self.tenants.entry(tenant.clone()).or_insert_with(|| {
            self.turn += 1;
            Waiting { turn: self.turn, ..Waiting::default() }
        });
        let place = |waiting: &Waiting| match fifo {
            true => (0, waiting.ready.first().copied().unwrap_or(u64::MAX), tenant.clone()),
            false => (waiting.in_flight, waiting.turn, tenant.clone()),
        };
        self.order.remove(&place(waiting));
        change(waiting);
        if waiting.ready.is_empty() && waiting.in_flight == 0 {
            self.tenants.remove(tenant);
        } else if !(waiting.ready.is_empty() || fifo && waiting.in_flight > 0) {
            self.order.insert(place(waiting));
        }
    }
}
