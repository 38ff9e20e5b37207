//! The state of the world, and the trait by which it knows the protocols that it speaks.

use crate::core::agenda::Agenda;
use crate::core::answers::NoAnswer;
use crate::core::chat::{Chat, Role};
use crate::core::fault::FaultRules;
use crate::core::gateway::Gateway;
use crate::core::memory::Memory;
use crate::core::sender::{Category, Sender, SenderState};
use crate::core::session::SessionRules;
use crate::core::update::{News, Outbox, Update, WebhookCall};
use crate::model::Model;
use crate::upstream::Upstream;
use async_trait::async_trait;
use bytes::Bytes;
use chrono::{DateTime, SubsecRound, Utc};
use http::{Request, Response};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use tokio::sync::{Notify, watch};

/// Tells the time that is written into messages and webhooks.
pub type Clock = Arc<dyn Fn() -> DateTime<Utc> + Send + Sync>;

/// The times that things take outside, in milliseconds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Habits {
    /// A request to a gateway's port, before it arrives. A client that goes away meanwhile has sent nothing.
    pub on_the_way: u64,
    /// A gateway's answer, after the request has arrived.
    pub answer: u64,
    /// From accepted to one tick.
    pub sent: u64,
    /// From one tick to two.
    pub delivered: u64,
    /// From two ticks to blue ones if nobody looks at the chat; never, if absent.
    pub read: Option<u64>,
    /// Updates of a sender that come within this time share a webhook, at a gateway whose webhooks carry several.
    pub batch: u64,
}

impl Default for Habits {
    fn default() -> Self {
        Self { on_the_way: 0, answer: 0, sent: 50, delivered: 250, read: Some(5_000), batch: 0 }
    }
}

/// The protocol of one gateway: its answers to requests, and its news of the things that have happened.
#[async_trait]
pub(crate) trait Protocol: Send + Sync {
    /// Answers a request. `path` begins behind the gateway's name and has no query.
    async fn answer(&self, world: &World, path: &str, request: &Request<Bytes>) -> Result<Response<Bytes>, NoAnswer>;

    /// The id of a new message. Its draw decides all chance that follows.
    fn message_id(&self, rng: &mut fastrand::Rng) -> String;

    /// Whether webhooks of this gateway tell of such things at all.
    fn tells(&self, news: &News) -> bool;

    /// The webhook that tells of these updates, which this gateway tells of; at least one. `None` if the sender has
    /// asked not to be told. With a bad signature (or secret) it cannot be taken for the gateway's.
    fn webhook(&self, sender: &SenderState, updates: &[Update], bad_signature: bool) -> Option<WebhookCall>;

    /// The wait before a webhook that was not answered with 200 is tried again, after so many attempts but the first.
    /// `None` if the gateway tries no more after such a status; it is 0 if there was no answer.
    fn backoff(&self, sender: &SenderState, attempts: u32, status: u16) -> Option<Duration>;

    /// Most updates in one webhook. If it is 1, nothing waits for company.
    fn most_updates(&self) -> usize {
        1
    }

    /// The request that must be answered with `challenge` before anything is told. `None` if the sender's webhook needs
    /// no such proof.
    fn challenge(&self, _sender: &Sender, _challenge: &str) -> Option<WebhookCall> {
        None
    }

    /// The gateway's word for the price of a message that is sent now; `None` if its statuses bring no price.
    fn price(&self, _sender: &mut SenderState, _category: Category, _now: DateTime<Utc>) -> Option<&'static str> {
        None
    }

    /// How the gateway's sessions go; `None` if it has none.
    fn sessions(&self) -> Option<&'static SessionRules> {
        None
    }

    /// Whether people can hide their phone from a business and show a user id instead.
    fn hides_phones(&self) -> bool {
        false
    }

    /// Whether people can stop a business's marketing in WhatsApp itself.
    fn stops_marketing(&self) -> bool {
        false
    }
}

#[derive(Clone, Copy)]
pub(crate) struct Protocols(fn(Gateway) -> &'static dyn Protocol);

impl Protocols {
    pub fn of(self, gateway: Gateway) -> &'static dyn Protocol {
        (self.0)(gateway)
    }
}

/// No sender has this address or number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct UnknownSender;

impl fmt::Display for UnknownSender {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("no sender has this address or number")
    }
}

impl std::error::Error for UnknownSender {}

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
    /// The operator's own service, which no gateway knows.
    pub upstream: Upstream,
    /// The server of language models, which no gateway knows either.
    pub model: Model,
}

pub(crate) struct State {
    pub protocols: Protocols,
    pub senders: BTreeMap<String, SenderState>,
    /// The keys of the gateways' servers that are not the usual ones.
    pub server_keys: BTreeMap<Gateway, String>,
    /// By sender and person.
    pub chats: BTreeMap<(String, String), Chat>,
    pub memory: Memory,
    /// Senders and the people whose chats they asked for.
    pub lookups: Vec<(String, String)>,
    /// Senders and the people of whom they asked who they are.
    pub contacts_asked: Vec<(String, String)>,
    /// Senders and the people who saw that they type.
    pub typings: Vec<(String, String)>,
    pub faults: FaultRules,
    pub agenda: Agenda,
    pub outboxes: BTreeMap<String, Outbox>,
    pub habits: Habits,
    pub rng: fastrand::Rng,
    /// Grows with every change that a page would show.
    pub version: u64,
}

impl World {
    /// A world that speaks these protocols, without senders; its chance is decided by the seed.
    pub(crate) fn speaking(protocols: fn(Gateway) -> &'static dyn Protocol, clock: Clock, seed: u64) -> Self {
        let state = State {
            protocols: Protocols(protocols),
            senders: BTreeMap::new(),
            server_keys: BTreeMap::new(),
            chats: BTreeMap::new(),
            memory: Memory::default(),
            lookups: Vec::new(),
            contacts_asked: Vec::new(),
            typings: Vec::new(),
            faults: FaultRules::default(),
            agenda: Agenda::default(),
            outboxes: BTreeMap::new(),
            habits: Habits::default(),
            rng: fastrand::Rng::with_seed(seed),
            version: 1,
        };
        let inner = Inner {
            clock,
            state: Mutex::new(state),
            wake: Notify::new(),
            refusing: watch::Sender::new(false),
            upstream: Upstream::new(seed),
            model: Model::new(seed),
        };
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
}

impl State {
    /// The address and gateway of the sender with this address or number.
    pub fn sender(&self, address_or_number: &str) -> Result<(String, Gateway), UnknownSender> {
        let number = address_or_number.trim_start_matches('+');
        let by_address = self.senders.get(address_or_number);
        let found = by_address.or_else(|| self.senders.values().find(|sender| sender.setup.number == number));
        let found = found.filter(|sender| sender.has_phone());
        found.map(|sender| (sender.setup.address.clone(), sender.setup.gateway)).ok_or(UnknownSender)
    }

    pub fn chat(&mut self, sender: &str, person: &str) -> &mut Chat {
        self.chats.entry((sender.to_owned(), person.to_owned())).or_insert_with(|| Chat::new(None, Role::Customer))
    }
}
