//! The setup of the world: senders, address books, times that things take, faults.

use crate::core::agenda::Due;
use crate::core::chat::{Contact, Listed, Role};
use crate::core::fault::{FaultKind, FaultRule, FaultRules, StandingRule, Subject};
use crate::core::people;
use crate::core::sender::{Sender, SenderState};
use crate::core::session::{Session, SessionState};
use crate::core::session_life::reasons;
use crate::core::update::{News, Update};
use crate::core::world::{Habits, State, World};
use chrono::{DateTime, Utc};
use tokio::time::Instant;

impl World {
    /// Registers a sender, or replaces what was registered under its address; the chats stay. If its
    /// gateway challenges the webhook, no other webhook comes before the challenge is answered. At a gateway with
    /// sessions it is an open session.
    pub fn register(&self, sender: Sender) {
        let now = self.now();
        self.change(|state| {
            let address = sender.address.clone();
            let challenged = state.protocols.of(sender.gateway).challenge(&sender, "").is_some();
            let has_sessions = state.protocols.of(sender.gateway).sessions().is_some();
            let mut registered = SenderState::new(sender, challenged, now);
            registered.session = has_sessions.then(|| Session::open(now));
            if registered.verified.is_some() {
                state.agenda.at(Instant::now(), Due::Verify { sender: address.clone(), attempts: 0 });
            }
            state.senders.insert(address, registered);
        });
    }

    /// The registered senders, in the order of their addresses, with each session that a phone has scanned.
    #[must_use]
    pub fn senders(&self) -> Vec<Sender> {
        self.state().senders.values().filter(|sender| sender.has_phone()).map(|sender| sender.setup.clone()).collect()
    }

    /// Whether the sender's webhook has answered the challenge; `None` if none was wanted or there is no such sender.
    #[must_use]
    pub fn verified(&self, sender: &str) -> Option<bool> {
        self.state().senders.get(sender).and_then(|sender| sender.verified)
    }

    /// Adds people to address books. A person who is there already gets the new name and role.
    pub fn add_contacts(&self, contacts: impl IntoIterator<Item = Contact>) {
        self.change(|state| {
            for contact in contacts {
                let chat = state.chat(&contact.sender, &people::person(&contact.phone));
                chat.name = Some(contact.name);
                chat.role = contact.role;
            }
        });
    }

    /// Puts a person on a business's list as `listed` says; what it leaves out stays. An owner's id makes an owner.
    pub fn list_person(&self, sender: &str, phone: &str, listed: Listed) {
        self.change(|state| {
            let chat = state.chat(sender, &people::person(phone));
            if listed.owner_id.is_some() {
                chat.role = Role::Owner;
            }
            let Listed { name, customer_id, owner_id } = std::mem::take(&mut chat.listed);
            chat.listed = Listed {
                name: listed.name.or(name),
                customer_id: listed.customer_id.or(customer_id),
                owner_id: listed.owner_id.or(owner_id),
            };
        });
    }

    /// Takes a customer, named by id or phone, off the list of a sender's business.
    pub fn unlist_customer(&self, sender: &str, customer: &str) {
        let person = people::person(customer);
        self.change(|state| {
            let of_sender = state.chats.iter_mut().filter(|((at, _), _)| at == sender);
            for ((_, phone), chat) in of_sender {
                let named = chat.listed.customer_id.as_deref() == Some(customer);
                if named || (chat.listed.customer_id.is_some() && *phone == person) {
                    chat.listed.customer_id = None;
                    if chat.listed.owner_id.is_none() {
                        chat.listed.name = None;
                    }
                }
            }
        });
    }

    /// The times that things take outside.
    #[must_use]
    pub fn habits(&self) -> Habits {
        self.state().habits
    }

    /// Sets how long things take from now on.
    pub fn set_habits(&self, habits: Habits) {
        self.change(|state| state.habits = habits);
    }

    /// Sets a rule for what goes wrong; answers its id.
    pub fn set_fault(&self, fault: FaultRule) -> u64 {
        self.with_faults(|faults| faults.set(fault))
    }

    /// Clears a rule, or all. Answers whether there was one.
    pub fn clear_fault(&self, id: Option<u64>) -> bool {
        self.with_faults(|faults| faults.clear(id))
    }

    /// The rules that were set and not cleared.
    #[must_use]
    pub fn faults(&self) -> Vec<StandingRule> {
        self.state().faults.list()
    }

    /// Changes rules; then tells which senders are connected and whether the port is open.
    pub(crate) fn with_faults<T>(&self, change: impl FnOnce(&mut FaultRules) -> T) -> T {
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

impl State {
    /// Tells every sender whose connection has come or gone, where the gateway tells of that.
    fn tell_connections(&mut self, now: DateTime<Utc>) {
        let (mut changed, mut fallen) = (Vec::new(), Vec::new());
        for (address, sender) in &mut self.senders {
            let gateway = sender.setup.gateway;
            let subject = Subject::of_sender(gateway, address);
            let connected = !self.faults.stands(&subject, &FaultKind::Disconnected);
            if let Some(session) = &sender.session {
                // It connects again by itself, once the rule is cleared.
                if !connected && session.state == SessionState::Open {
                    fallen.push(address.clone());
                }
                continue;
            }
            let update = Update::of_sender(News::Connection { connected, at: now });
            if sender.connected != connected && self.protocols.of(gateway).tells(&update.news) {
                sender.connected = connected;
                changed.push((address.clone(), update));
            }
        }
        for session in fallen {
            self.fall(&session, reasons::CLOSED, now);
        }
        for (address, update) in changed {
            self.enqueue(&address, update);
        }
    }
}
