//! What the world is made of, and how it is set up.

use crate::agenda::{Agenda, Due};
use crate::chat::{Bubble, Chat, Contact, Sent, Tick};
use crate::fault::{Fault, FaultKind, Faults, StandingFault, Subject};
use crate::sender::{Category, Gateway, Sender, SenderState};
use crate::webhook::{Outbox, Update};
use chrono::{DateTime, SubsecRound, Utc};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use tokio::sync::{Notify, watch};
use tokio::time::Instant;

/// Tells the time that is written into messages and webhooks.
pub type Clock = Arc<dyn Fn() -> DateTime<Utc> + Send + Sync>;

/// How long things take outside, in milliseconds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Habits {
    /// A request to a gateway's port, before it arrives. Who goes away meanwhile has sent nothing.
    pub on_the_way: u64,
    /// A gateway's answer.
    pub answer: u64,
    /// From accepted to one tick.
    pub sent: u64,
    /// From one tick to two.
    pub delivered: u64,
    /// From two ticks to blue ones if nobody looks at the chat; never, if absent.
    pub read: Option<u64>,
    /// Cloud API: updates of a sender that come within this time share a webhook.
    pub batch: u64,
}

impl Default for Habits {
    fn default() -> Self {
        Self { on_the_way: 0, answer: 0, sent: 50, delivered: 250, read: Some(5_000), batch: 0 }
    }
}

/// The outside world. Clones are the same world.
#[derive(Clone)]
pub struct World {
    pub(crate) inner: Arc<Inner>,
}

pub(crate) struct Inner {
    clock: Clock,
    state: Mutex<State>,
    /// Wakes `run`.
    pub wake: Notify,
    /// Whether connections are refused.
    pub refusing: watch::Sender<bool>,
}

pub(crate) struct State {
    pub senders: BTreeMap<String, SenderState>,
    /// By sender and person.
    pub chats: BTreeMap<(String, String), Chat>,
    pub sent: Vec<Sent>,
    pub faults: Faults,
    pub agenda: Agenda,
    pub outboxes: BTreeMap<String, Outbox>,
    pub habits: Habits,
    pub rng: fastrand::Rng,
    /// Grows with every change that a page would show.
    pub version: u64,
}

impl World {
    /// A world without senders, whose chance is decided by the seed.
    #[must_use]
    pub fn new(clock: Clock, seed: u64) -> Self {
        let state = State {
            senders: BTreeMap::new(),
            chats: BTreeMap::new(),
            sent: Vec::new(),
            faults: Faults::default(),
            agenda: Agenda::default(),
            outboxes: BTreeMap::new(),
            habits: Habits::default(),
            rng: fastrand::Rng::with_seed(seed),
            version: 1,
        };
        let inner = Inner { clock, state: Mutex::new(state), wake: Notify::new(), refusing: watch::Sender::new(false) };
        Self { inner: Arc::new(inner) }
    }

    pub(crate) fn now(&self) -> DateTime<Utc> {
        (self.inner.clock)().trunc_subsecs(6)
    }

    pub(crate) fn state(&self) -> MutexGuard<'_, State> {
        self.inner.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Changes the world and lets `run` look at what is due.
    pub(crate) fn change<T>(&self, change: impl FnOnce(&mut State) -> T) -> T {
        let result = {
            let mut state = self.state();
            let result = change(&mut state);
            state.version += 1;
            result
        };
        self.inner.wake.notify_one();
        result
    }

    /// Registers a sender, or replaces what was registered under its address; the chats stay. A Cloud API sender with
    /// a verify token gets Meta's challenge, and no other webhook before it has answered.
    pub fn register(&self, sender: Sender) {
        let now = self.now();
        self.change(|state| {
            let address = sender.address.clone();
            let registered = SenderState::new(sender, now);
            if registered.verified.is_some() {
                state.agenda.at(Instant::now(), Due::Verify { sender: address.clone(), attempts: 0 });
            }
            state.senders.insert(address, registered);
        });
    }

    /// The senders that are registered.
    #[must_use]
    pub fn senders(&self) -> Vec<Sender> {
        self.state().senders.values().map(|sender| sender.setup.clone()).collect()
    }

    /// Whether the sender's webhook has answered Meta's challenge; `None` if none was wanted or there is no such sender.
    #[must_use]
    pub fn verified(&self, sender: &str) -> Option<bool> {
        self.state().senders.get(sender).and_then(|sender| sender.verified)
    }

    /// Adds people to address books. Who is there already gets the new name and role.
    pub fn add_contacts(&self, contacts: impl IntoIterator<Item = Contact>) {
        self.change(|state| {
            for contact in contacts {
                let chat = state.chat(&contact.sender, &crate::person(&contact.phone));
                chat.name = Some(contact.name);
                chat.role = contact.role;
            }
        });
    }

    /// Everything the gateways accepted, in order of acceptance.
    #[must_use]
    pub fn sent(&self) -> Vec<Sent> {
        self.state().sent.clone()
    }

    /// What was accepted more than once: by the caller's callback id, without one by sender, person and text.
    #[must_use]
    pub fn duplicates(&self) -> Vec<Vec<Sent>> {
        let mut groups: BTreeMap<_, Vec<Sent>> = BTreeMap::new();
        for sent in &self.state().sent {
            let subject = sent.callback_id.is_none().then(|| (sent.to.clone(), sent.text.clone()));
            groups.entry((sent.sender.clone(), sent.callback_id.clone(), subject)).or_default().push(sent.clone());
        }
        groups.into_values().filter(|group| group.len() > 1).collect()
    }

    /// Forgets what was accepted; chats stay.
    pub fn forget_sent(&self) {
        self.change(|state| state.sent.clear());
    }

    /// How long things take.
    #[must_use]
    pub fn habits(&self) -> Habits {
        self.state().habits
    }

    /// Sets how long things take from now on.
    pub fn set_habits(&self, habits: Habits) {
        self.change(|state| state.habits = habits);
    }

    /// Sets a rule for what goes wrong; answers its id.
    pub fn set_fault(&self, fault: Fault) -> u64 {
        self.with_faults(|faults| faults.set(fault))
    }

    /// Clears a rule, or all. Answers whether there was one.
    pub fn clear_fault(&self, id: Option<u64>) -> bool {
        self.with_faults(|faults| faults.clear(id))
    }

    /// The rules that were set and not cleared.
    #[must_use]
    pub fn faults(&self) -> Vec<StandingFault> {
        self.state().faults.list()
    }

    /// Changes rules; then tells who is connected and whether the port is open.
    pub(crate) fn with_faults<T>(&self, change: impl FnOnce(&mut Faults) -> T) -> T {
        let now = self.now();
        let (result, refusing) = self.change(|state| {
            let result = change(&mut state.faults);
            state.tell_connections(now);
            (result, state.faults.stands_anywhere(&FaultKind::RefuseConnection))
        });
        self.inner.refusing.send_if_modified(|was| std::mem::replace(was, refusing) != refusing);
        result
    }
}

/// A message at the moment its gateway accepts it.
pub(crate) struct Acceptance {
    pub sender: String,
    pub person: String,
    pub text: String,
    pub template: Option<String>,
    pub category: Category,
    pub callback_id: Option<String>,
    pub by_user_id: bool,
    /// The error that its `failed` status will bring.
    pub fails: Option<u32>,
    pub arrived_at: DateTime<Utc>,
}

impl State {
    pub fn chat(&mut self, sender: &str, person: &str) -> &mut Chat {
        self.chats
            .entry((sender.to_owned(), person.to_owned()))
            .or_insert_with(|| Chat::new(None, crate::Role::Customer))
    }

    pub fn id(&mut self, gateway: Gateway) -> String {
        let mut letters = |count: usize| -> String { (0..count).map(|_| self.rng.alphanumeric()).collect() };
        match gateway {
            Gateway::CloudApi => format!("wamid.HBg{}", letters(45)),
            Gateway::Whapi => format!("{}-g{}", letters(14), letters(6)),
        }
    }

    /// Keeps the message, shows it on the phone and lets its ticks begin. Answers its id.
    pub fn accept(&mut self, gateway: Gateway, acceptance: Acceptance) -> String {
        let Acceptance { sender, person, text, template, category, callback_id, by_user_id, fails, arrived_at } =
            acceptance;
        let id = self.id(gateway);
        self.sent.push(Sent {
            gateway,
            sender: sender.clone(),
            to: person.clone(),
            text: text.clone(),
            template: template.clone(),
            callback_id: callback_id.clone(),
            gateway_id: id.clone(),
            arrived_at,
            fails,
        });
        let kind = if template.is_some() { "template" } else { "text" };
        let bubble = Bubble {
            id: id.clone(),
            from: crate::Author::Business,
            text,
            kind: kind.to_owned(),
            template,
            at: arrived_at,
            tick: Tick::Accepted,
            error: None,
            category,
            pricing: None,
            callback_id,
            by_user_id,
            fails,
        };
        self.chat(&sender, &person).bubbles.push(bubble);
        if gateway == Gateway::Whapi {
            self.echo(&sender, &person, &id);
        }
        self.begin_ticks(&sender, &person, &id, fails);
        id
    }

    /// Puts the first step of an accepted message on the agenda.
    pub fn begin_ticks(&mut self, sender: &str, person: &str, id: &str, fails: Option<u32>) {
        let tick = if fails.is_some() { Tick::Failed } else { Tick::Sent };
        let (sender, person, id) = (sender.to_owned(), person.to_owned(), id.to_owned());
        let due = Due::Advance { sender, person, id, tick, error: fails };
        self.agenda.at(Instant::now() + Duration::from_millis(self.habits.sent), due);
    }

    /// Tells every Whapi sender whose connection has come or gone.
    fn tell_connections(&mut self, now: DateTime<Utc>) {
        let mut changed = Vec::new();
        for (address, sender) in &mut self.senders {
            let subject = Subject { gateway: sender.setup.gateway, sender: address, person: None };
            let connected = !self.faults.stands(&subject, &FaultKind::Disconnected);
            if sender.setup.gateway == Gateway::Whapi && sender.connected != connected {
                sender.connected = connected;
                changed.push((address.clone(), crate::whapi::health(sender, now)));
            }
        }
        for (address, health) in changed {
            self.enqueue(&address, Update::channel(health));
        }
    }
}
