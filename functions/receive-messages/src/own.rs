//! What the business wrote to a customer by another way than ours: a person of it took the phone. From then on the chat is
//! the person's. The echo of one of our own messages takes nothing over: it is known by the gateway's id, and as long as one of
//! ours to the customer is on its way, it may be that.

use crate::Receiver;
use chrono::{DateTime, Utc};
use domain::chat::Chat;
use domain::chat::handover::gives_back;
use domain::inbound::OwnMessage;
use domain::{Business, BusinessId, CustomerId, Message, Status};
use kit::batch::{Failure, Outcome};
use kit::keys::hash_of;
use queues::converse::HandoverTask;
use queues::inbound::OwnTask;
use queues::tasks::{ActivityTask, ConverseTask};
use std::time::Duration;
use store::{Conversation, MessageFilter, Turn};

/// Tries of a change that somebody else's change comes between.
const TRIES: usize = 5;
/// The waits before one that may be ours is looked at again: for the index, and for the lease of a send.
const LOOKS: [Duration; 2] = [Duration::from_secs(4), Duration::from_secs(31)];
/// Our last messages to the customer, among which one may be on its way.
const LAST: usize = 10;
/// Before what waits is answered by the assistant again.
const PAUSE: Duration = Duration::from_secs(1);

/// Whose message it is.
enum Whose {
    /// One of ours.
    Ours,
    /// Not known yet.
    Perhaps,
    /// A person's, or another program's.
    Theirs,
}

impl Receiver {
    pub(crate) async fn own_message(&self, task: OwnTask) -> Outcome {
        let OwnTask { business_id, ref message, put_backs, .. } = task;
        let Some(business) = self.business(business_id).await? else { return Ok(()) };
        // Writing to somebody makes no customer of them.
        let Some(known) = self.find(business_id, &message.to).await? else { return Ok(()) };
        let customer = known.record.customer_id;
        match self.whose(business_id, customer, message, put_backs).await? {
            Whose::Ours => Ok(()),
            Whose::Perhaps => {
                let wait = usize::try_from(put_backs).ok().and_then(|nth| LOOKS.get(nth)).copied().unwrap_or_default();
                let again = OwnTask { put_backs: put_backs + 1, ..task };
                self.queues.send(&again, wait).await.map_err(Failure::retry)
            }
            Whose::Theirs => self.taken_by_hand(&business, customer, &task).await,
        }
    }

    async fn whose(
        &self,
        business: BusinessId,
        customer: CustomerId,
        own: &OwnMessage,
        put_backs: u32,
    ) -> Result<Whose, Failure> {
        let store = self.app.store();
        if store.find_by_gateway_id(business, &own.gateway_message_id).await?.is_some() {
            return Ok(Whose::Ours);
        }
        if own.by_hand {
            return Ok(Whose::Theirs);
        }
        let may_wait = usize::try_from(put_backs).is_ok_and(|nth| nth < LOOKS.len());
        if put_backs == 0 {
            // It may have overtaken the index.
            return Ok(Whose::Perhaps);
        }
        let filter = MessageFilter { customer: Some(customer), ..MessageFilter::default() };
        let last = store.list_messages(business, &filter, self.app.now(), LAST, None).await?.items;
        let is_known = |it: &Message| it.gateway_message_id.as_ref() == Some(&own.gateway_message_id);
        let is_under_way = |it: &Message| matches!(it.status, Status::Sending | Status::Unknown);
        let says_it = |it: &Message| own.text.as_deref().is_some_and(|text| text.trim() == it.shown().trim());
        Ok(if last.iter().any(is_known) {
            Whose::Ours
        } else if may_wait && last.iter().any(is_under_way) {
            Whose::Perhaps
        } else if last.iter().any(|it| is_under_way(it) && says_it(it)) {
            Whose::Ours
        } else {
            Whose::Theirs
        })
    }

    /// The chat is the person's from the message on. A repeat sends the tasks again, as the first delivery may have died
    /// before: they carry the same numbers, so each does its work once.
    async fn taken_by_hand(&self, business: &Business, customer_id: CustomerId, task: &OwnTask) -> Outcome {
        let (business_id, message) = (business.business_id, &task.message);
        let of = Conversation::Customer(customer_id);
        let at = if message.undated {
            let (id, attempt) = (&message.gateway_message_id, self.app.attempt());
            self.app.store().first_seen(business_id, of, id, message.at, &attempt).await?
        } else {
            // A gateway's clock may be ahead.
            message.at.min(self.app.now())
        };
        let is_return = message.text.as_deref().is_some_and(gives_back);
        if message.kind.in_words(message.text.as_deref(), message.told.as_deref()).is_some() {
            let turn = Turn {
                at,
                gateway_message_id: message.gateway_message_id.clone(),
                sender_id: task.sender_id,
                owner_id: None,
                own: true,
                kind: message.kind,
                text: message.text.clone().unwrap_or_default(),
                told: message.told.clone(),
                media: message.media.clone(),
            };
            self.app.store().keep_turn(business_id, of, &turn, &self.app.attempt()).await?;
        }
        let id = hash_of(&message.gateway_message_id);
        let chat = self.changed_by_hand(business, customer_id, &id, at, is_return).await?;
        if is_return && chat.person(self.app.now()).is_none() && chat.is_unanswered() {
            let waits = ConverseTask { business_id, customer_id, sequence: chat.sequence, tries: 0, returned: true };
            self.queues.send(&waits, PAUSE).await.map_err(Failure::retry)?;
        }
        let ends = ActivityTask { business_id, customer_id, activity: chat.activity };
        self.queues.send(&ends, self.conversation_ends).await.map_err(Failure::retry)
    }

    async fn changed_by_hand(
        &self,
        business: &Business,
        customer: CustomerId,
        id: &str,
        at: DateTime<Utc>,
        is_return: bool,
    ) -> Result<Chat, Failure> {
        let (store, business_id) = (self.app.store(), business.business_id);
        for _ in 0..TRIES {
            let before = store.chat(business_id, customer).await?;
            let (mut chat, now) = (before.record.clone(), self.app.now());
            let is_new = chat.hear_own(id, at, is_return, now, business.settings.handover());
            // Before the write: a handover whose end no task brings would stand in the list for ever.
            if let Some(handover) = chat.handover.filter(|_| is_new) {
                let over = HandoverTask::of(business_id, customer, &handover);
                self.queues.send(&over, over.wait(now)).await.map_err(Failure::retry)?;
            }
            if !is_new || store.put_chat(business_id, customer, &before, &chat, &self.app.attempt()).await? {
                return Ok(chat);
            }
        }
        Err(Failure::retry("contended"))
    }
}
