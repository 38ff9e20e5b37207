//! The chat of a person whose number WhatsApp may know under another spelling: asked for before a first message, and
//! kept.

use crate::Dispatcher;
use crate::states::Ready;
use chrono::{DateTime, TimeDelta, Utc};
use domain::{Customer, Phone, Recipient, Refusal, SenderId};
use futures::lock::Mutex as Turns;
use gateways::{Address, ChatOutcome, SendOutcome, adapter};
use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use store::{Attached, Versioned};

/// How long it is remembered here that WhatsApp knows nobody of a number: a person may come to it any day. A chat stays.
const NOBODY_FOR: TimeDelta = TimeDelta::hours(6);
/// The most numbers that one instance remembers.
const MOST: usize = 1_000;

/// What WhatsApp said of a number: the chat, or that it knows nobody.
type Answer = (Option<String>, DateTime<Utc>);

/// What is known of one number. The worker that asks holds it, and the others wait for the answer.
type Asked = Arc<Turns<Option<Answer>>>;

/// What this instance has asked. Owners have no other memory. The messages of one person wait here for one question.
#[derive(Default)]
pub(crate) struct Chats(Mutex<HashMap<(SenderId, Phone), Asked>>);

impl Chats {
    fn of(&self, sender: SenderId, phone: &Phone) -> Asked {
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if known.len() >= MOST {
            known.clear();
        }
        known.entry((sender, phone.clone())).or_default().clone()
    }
}

impl Dispatcher {
    /// Puts the chat into the place of a number that needs it. What stands in the way is an answer to the send itself:
    /// nothing has left.
    pub(crate) async fn find_chat(&self, ready: &mut Ready) -> Result<(), SendOutcome> {
        let Address::Phone(phone) = ready.to.clone() else { return Ok(()) };
        if !adapter(ready.sender.gateway).has_to_find_chat(&phone) {
            return Ok(());
        }
        let known = self.chats.of(ready.sender.sender_id, &phone);
        let mut answer = known.lock().await;
        let now = self.app.now();
        let chat = match answer.clone().filter(|(chat, at)| chat.is_some() || *at + NOBODY_FOR > now) {
            Some((chat, _)) => chat,
            None => {
                // A gateway that does not know the question gets the number as it is.
                let Some((chat, kept)) = self.look_up(ready, &phone).await? else { return Ok(()) };
                // What is not kept is asked for again.
                *answer = kept.then(|| (chat.clone(), now));
                chat
            }
        };
        drop(answer);
        match chat {
            Some(chat) => ready.to = Address::Chat(chat),
            None => {
                let detail = format!("{} contact check", ready.sender.gateway);
                return Err(SendOutcome::NotAccepted { refusal: Refusal::NotOnWhatsapp, detail });
            }
        }
        Ok(())
    }

    /// The chat, and whether it is kept: that of the record, which another instance may have filled since it was read for
    /// this message, or what WhatsApp says.
    /// `None` if the gateway cannot be asked.
    async fn look_up(&self, ready: &Ready, phone: &Phone) -> Result<Option<(Option<String>, bool)>, SendOutcome> {
        let (business, recipient) = (ready.message.business_id, ready.message.recipient);
        let record = match recipient {
            Recipient::Customer(id) => self.app.store().customer(business, id).await.ok().flatten(),
            Recipient::Owner(_) => None,
        };
        if let Some(Address::Chat(chat)) = record.as_ref().and_then(|it| known_chat(ready, it)) {
            return Ok(Some((Some(chat), true)));
        }
        let Some(chat) = self.ask(ready, phone).await? else { return Ok(None) };
        let (Some(found), Some(record)) = (&chat, record) else { return Ok(Some((chat, true))) };
        if record.record.chat_id.is_some() {
            return Ok(Some((chat, true)));
        }
        // The customer is known by the chat from now on, so that the answer finds the record too.
        let attached = self.app.store().attach_chat(business, &record, found, &self.app.attempt()).await;
        match &attached {
            Ok(Attached::Taken) => metrics::counter!("identity_conflicts").increment(1),
            // The message goes to it all the same.
            Err(error) => tracing::warn!(%error, "the chat of a customer could not be kept"),
            Ok(Attached::Done | Attached::Changed) => {}
        }
        Ok(Some((chat, matches!(attached, Ok(Attached::Done | Attached::Taken)))))
    }

    /// The chat, or that WhatsApp knows nobody of the number; `None` if the gateway cannot be asked.
    async fn ask(&self, ready: &Ready, phone: &Phone) -> Result<Option<Option<String>>, SendOutcome> {
        let client =
            self.client(ready).map_err(|detail| SendOutcome::NotAccepted { refusal: Refusal::Credentials, detail })?;
        metrics::counter!("chats_asked_for").increment(1);
        match client.find_chat(phone).await {
            ChatOutcome::Found(chat) => Ok(Some(Some(chat))),
            ChatOutcome::Nobody => Ok(Some(None)),
            ChatOutcome::Unsupported => Ok(None),
            ChatOutcome::Refused { refusal, detail } => Err(SendOutcome::NotAccepted { refusal, detail }),
        }
    }
}

fn known_chat(ready: &Ready, customer: &Versioned<Customer>) -> Option<Address> {
    let known = &customer.record;
    adapter(ready.sender.gateway).address(known.phone.as_ref(), known.bsuid.as_deref(), known.chat_id.as_deref())
}
