//! The way of an update to its webhook: what goes wrong there, what goes out together, what is tried again.

use crate::core::agenda::Due;
use crate::core::chat::Tick;
use crate::core::fault::Subject;
use crate::core::session::SessionState;
use crate::core::update::{Delivery, Update};
use crate::core::world::State;
use std::time::Duration;
use tokio::time::Instant;

/// The longest wait of an update that should be overtaken for the one that overtakes it.
const HELD_AT_MOST: Duration = Duration::from_secs(10);
/// The delay of a held update behind the one that overtook it.
const HELD_AFTER: Duration = Duration::from_millis(50);
/// The wait for the right webhook behind one with a bad signature, at a gateway that would not try again.
const AFTER_FORGED: Duration = Duration::from_secs(1);
/// After which time a webhook that is always refused is given up.
const GIVEN_UP_AFTER: Duration = Duration::from_secs(7 * 24 * 3_600);

impl State {
    /// Takes an update on its way to the webhook, with whatever goes wrong there, if the gateway tells of such things.
    pub fn enqueue(&mut self, sender: &str, update: Update) {
        let Some(gateway) = self.senders.get(sender).map(|sender| sender.setup.gateway) else { return };
        if !self.protocols.of(gateway).tells(&update.news) {
            return;
        }
        if update.with.is_some()
            && let Some(session) = self.senders.get_mut(sender).and_then(|sender| sender.session.as_mut())
            && session.state != SessionState::Open
        {
            // WhatsApp keeps what it has for a phone that is linked; another hears nothing of it.
            if session.paired {
                session.held.push(update);
            }
            return;
        }
        let subject = Subject { person: update.person(), ..Subject::of_sender(gateway, sender) };
        let fault = self.faults.on_webhook(&subject, &mut self.rng);
        let now = Instant::now();
        if fault.lost {
            return;
        }
        let sender = sender.to_owned();
        if fault.twice {
            let again = Due::Post { sender: sender.clone(), update: Box::new(update.clone()) };
            self.agenda.at(now + HELD_AFTER, again);
        }
        if fault.bad_signature {
            let delivery = Delivery { sender, updates: vec![update], bad_signature: true, attempts: 0, first: now };
            self.agenda.at(now, Due::Deliver(delivery));
        } else if let Some(late) = fault.late {
            self.agenda.at(now + late, Due::Post { sender, update: Box::new(update) });
        } else if fault.held {
            self.outboxes.entry(sender.clone()).or_default().held.push(update);
            self.agenda.at(now + HELD_AT_MOST, Due::Release { sender });
        } else {
            self.post(&sender, update);
        }
    }

    /// Puts an update to those that wait for the sender's next webhook.
    pub fn post(&mut self, sender: &str, update: Update) {
        let batches = self.most_updates(sender) > 1;
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

    /// Sends out what has gathered for a sender.
    pub fn flush(&mut self, sender: &str) {
        let most = self.most_updates(sender);
        let Some(outbox) = self.outboxes.get_mut(sender) else { return };
        let waiting = std::mem::take(&mut outbox.waiting);
        let now = Instant::now();
        for updates in waiting.chunks(most) {
            let (sender, updates) = (sender.to_owned(), updates.to_vec());
            let delivery = Delivery { sender, updates, bad_signature: false, attempts: 0, first: now };
            self.agenda.at(now, Due::Deliver(delivery));
        }
    }

    /// Posts what was held back.
    pub fn release(&mut self, sender: &str) {
        let held = self.outboxes.get_mut(sender).map(|outbox| std::mem::take(&mut outbox.held));
        for update in held.unwrap_or_default() {
            self.post(sender, update);
        }
    }

    fn most_updates(&self, sender: &str) -> usize {
        self.senders.get(sender).map_or(1, |sender| self.protocols.of(sender.setup.gateway).most_updates().max(1))
    }

    /// A webhook was answered: its messages have arrived, or it is tried again.
    pub fn settle_delivery(&mut self, mut delivery: Delivery, status: u16) {
        let Some(sender) = self.senders.get(&delivery.sender) else { return };
        if status == 200 {
            for update in &delivery.updates {
                if let Some((person, id)) = update.inbound()
                    && let Some(chat) = self.chats.get_mut(&(delivery.sender.clone(), person.to_owned()))
                    && let Some(bubble) = chat.bubble(id)
                {
                    bubble.tick = bubble.tick.max(Tick::Delivered);
                }
            }
            return;
        }
        let wait = self.protocols.of(sender.setup.gateway).backoff(sender, delivery.attempts, status);
        // Behind a forged webhook comes the real one.
        let wait = wait.or(delivery.bad_signature.then_some(AFTER_FORGED));
        let now = Instant::now();
        tracing::warn!(status, attempts = delivery.attempts + 1, "a webhook was not answered with 200");
        if let Some(wait) = wait
            && now + wait < delivery.first + GIVEN_UP_AFTER
        {
            delivery.attempts += 1;
            delivery.bad_signature = false;
            self.agenda.at(now + wait, Due::Deliver(delivery));
        }
    }
}
