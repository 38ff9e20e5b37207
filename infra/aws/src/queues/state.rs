use std::{collections::BTreeMap, sync::Arc};

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use chrono::{DateTime, TimeDelta, Utc};
use tokio::sync::Notify;

use super::{
    Depth, Dump, Message, NewMessage, QueueConfig, QueueFault, Received, Refusal, Sent, check, digest, queue::Queue,
};

/// Longest visibility of a message, in seconds.
const MOST_VISIBILITY: i64 = 43_200;

/// All queues behind their lock, with what they share.
pub(super) struct State {
    queues: BTreeMap<String, Slot>,
    rng: fastrand::Rng,
    next_number: u64,
    faults: BTreeMap<(String, QueueFault), usize>,
}

struct Slot {
    queue: Queue,
    changed: Arc<Notify>,
}

impl State {
    pub fn new(rng: fastrand::Rng) -> Self {
        Self { queues: BTreeMap::new(), rng, next_number: 1, faults: BTreeMap::new() }
    }

    pub fn create(&mut self, config: QueueConfig, now: DateTime<Utc>) -> Result<(), Refusal> {
        if config.fifo != config.name.ends_with(".fifo") {
            let reason = "The name of a FIFO queue can only include alphanumeric characters, hyphens, or underscores, must end with .fifo suffix and be 1 to 80 in length.";
            return Err(Refusal::invalid("QueueName", &config.name, reason));
        }
        match self.queues.get(&config.name) {
            Some(slot) if slot.queue.config == config => Ok(()),
            Some(_) => {
                let text = "A queue already exists with the same name and a different value for an attribute.";
                Err(Refusal::new("QueueNameExists", text))
            }
            None => {
                let slot = Slot { queue: Queue::new(config.clone(), now), changed: Arc::default() };
                self.queues.insert(config.name, slot);
                Ok(())
            }
        }
    }

    pub fn names(&self) -> Vec<String> {
        self.queues.keys().cloned().collect()
    }

    /// A queue, with everything due done in it and in those whose dead letters it takes.
    pub fn settled(&mut self, name: &str, now: DateTime<Utc>) -> Result<&mut Queue, Refusal> {
        for source in self.sources(name).into_iter().chain([name.to_owned()]) {
            self.settle(&source, now);
        }
        self.queues.get_mut(name).map(|slot| &mut slot.queue).ok_or_else(Refusal::no_queue)
    }

    fn sources(&self, dead_letters: &str) -> Vec<String> {
        let named = |slot: &Slot| slot.queue.config.redrive.as_ref().is_some_and(|to| to.dead_letters == dead_letters);
        self.queues.iter().filter(|(_, slot)| named(slot)).map(|(name, _)| name.clone()).collect()
    }

    fn settle(&mut self, name: &str, now: DateTime<Utc>) {
        let Some(slot) = self.queues.get(name) else { return };
        let to = slot.queue.config.redrive.as_ref().map(|redrive| redrive.dead_letters.clone());
        let to = to.filter(|to| self.queues.contains_key(to));
        let Some(slot) = self.queues.get_mut(name) else { return };
        let dead = slot.queue.settle(now, to.is_some());
        let Some(target) = to.and_then(|to| self.queues.get_mut(&to)) else { return };
        for mut message in dead {
            message.failed_in = Some(name.to_owned());
            message.receipt = None;
            message.hidden_until = now;
            // Only a FIFO queue counts the retention anew.
            if target.queue.config.fifo {
                message.enqueued_at = now;
            }
            target.queue.add(self.next_number, message, now);
            self.next_number += 1;
            target.changed.notify_waiters();
        }
    }

    pub fn changed(&self, name: &str) -> Result<Arc<Notify>, Refusal> {
        self.queues.get(name).map(|slot| slot.changed.clone()).ok_or_else(Refusal::no_queue)
    }

    fn notify(&self, name: &str) {
        if let Some(slot) = self.queues.get(name) {
            slot.changed.notify_waiters();
        }
    }

    /// Whether something can be received, and when to look again if nobody changes anything.
    pub fn outlook(&mut self, name: &str, now: DateTime<Utc>) -> Result<(bool, Option<DateTime<Utc>>), Refusal> {
        let ready = self.settled(name, now)?.has_ready();
        let all = self.sources(name).into_iter().chain([name.to_owned()]);
        let timers = all.filter_map(|name| self.queues.get(&name)?.queue.next_timer());
        Ok((ready, timers.min()))
    }

    pub fn send(&mut self, name: &str, new: NewMessage, now: DateTime<Utc>) -> Result<Sent, Refusal> {
        let config = self.settled(name, now)?.config.clone();
        check::message(&config, &new)?;
        let sent = |message_id, sequence_number| Sent {
            message_id,
            sequence_number,
            md5_of_body: digest::of_body(&new.body),
            md5_of_attributes: digest::of_attributes(&new.attributes),
        };
        let mut deduplication_id = new.deduplication_id.clone();
        let mut known_as = None;
        if config.fifo {
            let own = deduplication_id.get_or_insert_with(|| digest::sha256(&new.body));
            let group = new.group.as_deref().filter(|_| config.deduplication_by_group).unwrap_or_default();
            let key = format!("{group}\n{own}");
            if let Some(first) = self.settled(name, now)?.repeat(&key, now) {
                return Ok(sent(first.message_id.clone(), first.sequence_number.clone()));
            }
            known_as = Some(key);
        }
        let number = self.next_number;
        self.next_number += 1;
        let message_id = self.new_id();
        let sequence_number = config.fifo.then(|| format!("{:020}", 18_000_000_000_000_000_000 + number));
        let delay = new.delay.filter(|_| !config.fifo).unwrap_or(i64::from(config.delay));
        let sent = sent(message_id.clone(), sequence_number.clone());
        let message = Message {
            message_id,
            body: new.body,
            attributes: new.attributes,
            trace: new.trace,
            group: new.group,
            deduplication_id,
            sequence_number,
            sent_at: now,
            enqueued_at: now,
            first_received_at: None,
            receive_count: 0,
            failed_in: None,
            hidden_until: now + TimeDelta::seconds(delay),
            receipt: None,
        };
        let queue = self.settled(name, now)?;
        if let Some(key) = known_as {
            queue.remember(key, &message, now);
        }
        queue.add(number, message, now);
        self.notify(name);
        Ok(sent)
    }

    pub fn receive(
        &mut self,
        name: &str,
        most: usize,
        visibility: Option<i64>,
        now: DateTime<Utc>,
    ) -> Result<Vec<Received>, Refusal> {
        let twice = self.settled(name, now)?.has_ready() && self.strikes(name, QueueFault::DeliverTwice);
        let mut rng = self.rng.fork();
        let queue = self.settled(name, now)?;
        let seconds = visibility.unwrap_or(i64::from(queue.config.visibility));
        check_visibility(seconds)?;
        let hidden = TimeDelta::seconds(if twice { 0 } else { seconds });
        let taken = queue.receive(now, most, now + hidden, || rng.u64(..))?;
        self.settle(name, now);
        if hidden.is_zero() && !taken.is_empty() {
            self.notify(name);
        }
        let received = taken.into_iter().map(|(number, message)| Received {
            receipt_handle: handle(name, number, message.receipt.unwrap_or_default()),
            message,
        });
        Ok(received.collect())
    }

    pub fn delete(&mut self, name: &str, receipt_handle: &str, now: DateTime<Utc>) -> Result<(), Refusal> {
        let queue = self.settled(name, now)?;
        let (number, receipt) = parse_handle(name, receipt_handle)?;
        queue.delete(number, receipt, receipt_handle)?;
        self.notify(name);
        Ok(())
    }

    pub fn change_visibility(
        &mut self,
        name: &str,
        receipt_handle: &str,
        seconds: i64,
        now: DateTime<Utc>,
    ) -> Result<(), Refusal> {
        let queue = self.settled(name, now)?;
        check_visibility(seconds)?;
        let (number, receipt) = parse_handle(name, receipt_handle)?;
        queue.change_visibility(number, receipt, receipt_handle, now + TimeDelta::seconds(seconds))?;
        self.settle(name, now);
        self.notify(name);
        Ok(())
    }

    pub fn redrive(&mut self, from: &str, to: Option<&str>, now: DateTime<Utc>) -> Result<usize, Refusal> {
        let missing = || Refusal::new("ResourceNotFoundException", "The resource that you specified doesn't exist.");
        self.settled(from, now).map_err(|_| missing())?;
        if self.sources(from).is_empty() {
            let text = "Source queue must be configured as a Dead Letter Queue.";
            return Err(Refusal::new("InvalidParameterValue", text));
        }
        if to.is_some_and(|to| !self.queues.contains_key(to)) {
            return Err(missing());
        }
        let (mut moved, waiting) = (0, self.settled(from, now)?.take_visible());
        for mut message in waiting {
            let target = to.map(str::to_owned).or_else(|| message.failed_in.clone()).unwrap_or_default();
            let (number, message_id) = (self.next_number, self.new_id());
            self.next_number += 1;
            let known = self.queues.contains_key(&target);
            if known {
                message = Message {
                    message_id,
                    sent_at: now,
                    enqueued_at: now,
                    first_received_at: None,
                    receive_count: 0,
                    failed_in: None,
                    hidden_until: now,
                    receipt: None,
                    ..message
                };
                moved += 1;
            }
            // A message that was sent to the dead letters has no queue to go back to.
            let target = if known { target.as_str() } else { from };
            if let Some(slot) = self.queues.get_mut(target) {
                slot.queue.add(number, message, now);
                slot.changed.notify_waiters();
            }
        }
        Ok(moved)
    }

    pub fn depths(&mut self, now: DateTime<Utc>) -> BTreeMap<String, Depth> {
        let names = self.names();
        for name in &names {
            self.settle(name, now);
        }
        self.queues.iter().map(|(name, slot)| (name.clone(), slot.queue.depth())).collect()
    }

    pub fn dump(&self) -> Dump {
        let queues = self.queues.iter().map(|(name, slot)| (name.clone(), slot.queue.all())).collect();
        Dump { queues, next_number: self.next_number }
    }

    pub fn restore(&mut self, dump: Dump, now: DateTime<Utc>) {
        self.next_number = self.next_number.max(dump.next_number);
        for (name, messages) in dump.queues {
            let Some(slot) = self.queues.get_mut(&name) else { continue };
            for (number, message) in messages {
                slot.queue.add(number, message, now);
            }
            slot.changed.notify_waiters();
        }
    }

    pub fn inject(&mut self, queue: &str, fault: QueueFault, times: usize) {
        self.faults.insert((queue.to_owned(), fault), times);
    }

    pub fn faults(&self) -> Vec<(String, QueueFault, usize)> {
        let left = self.faults.iter().filter(|(_, times)| **times > 0);
        left.map(|((queue, fault), times)| (queue.clone(), *fault, *times)).collect()
    }

    pub fn strikes(&mut self, queue: &str, fault: QueueFault) -> bool {
        let Some(left) = self.faults.get_mut(&(queue.to_owned(), fault)) else { return false };
        let strikes = *left > 0;
        *left = left.saturating_sub(1);
        strikes
    }

    pub fn new_id(&mut self) -> String {
        uuid::Builder::from_random_bytes(self.rng.u128(..).to_be_bytes()).into_uuid().to_string()
    }
}

fn check_visibility(seconds: i64) -> Result<(), Refusal> {
    if (0..=MOST_VISIBILITY).contains(&seconds) {
        return Ok(());
    }
    let reason = "VisibilityTimeout must be an integer between 0 and 43200.";
    Err(Refusal::invalid("VisibilityTimeout", seconds, reason))
}

fn handle(queue: &str, number: u64, receipt: u64) -> String {
    URL_SAFE_NO_PAD.encode(format!("{queue}/{number}/{receipt}"))
}

fn parse_handle(queue: &str, handle: &str) -> Result<(u64, u64), Refusal> {
    let parse = || {
        let text = String::from_utf8(URL_SAFE_NO_PAD.decode(handle).ok()?).ok()?;
        let mut parts = text.split('/');
        let (name, number, receipt) = (parts.next()?, parts.next()?, parts.next()?);
        (name == queue).then_some((number.parse().ok()?, receipt.parse().ok()?))
    };
    parse().ok_or_else(Refusal::receipt_handle)
}
