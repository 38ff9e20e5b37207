//! Inbound messages, and the gateways' news of people. A text is kept once, and the reply window opens. A wish about
//! marketing is honoured at once and confirmed. Answers to our questions are read, kept and thanked for.

mod chats;
mod config;
mod consent;
mod identities;
mod notices;
mod own;
mod owners;
mod pulses;

use automations::confirm_appointments::{self, Answered};
use automations::request_missing_fields::{Answers, Said};
use aws_lambda_events::event::sqs::{SqsBatchResponse, SqsEvent};
use campaigns::Campaigns;
pub use config::Config;
use domain::inbound::{InboundKind, InboundMessage, PersonIdentity};
use domain::opt::{answer_beside, asks_more, tells_more};
use domain::{Business, BusinessId, Customer, OptChange, Owner, OwnerId, Recipient, SenderId, Wish};
use kit::App;
use kit::batch::{Failure, Item, Order, Outcome, batch};
use kit::keys::hash_of;
use kit::outbox::Outbox;
use owners::OwnerAnswered;
use queues::inbound::{InboundTask, InboundWork, PreferenceTask, TranscribeTask};
use queues::{Queues, Received};
use std::convert::Infallible;
use std::time::Duration;
use store::{Conversation, Turn};

/// The parts that the function stands on.
pub struct Receiver {
    app: App,
    outbox: Outbox,
    queues: Queues,
    campaigns: Campaigns,
    pulses: pulses::Noted,
    /// The time after its last message at which a conversation ends.
    conversation_ends: Duration,
}

impl Receiver {
    /// Of the App and the function's own configuration.
    #[must_use]
    pub fn new(app: App, Config { urls, backstop, conversation_ends }: Config) -> Self {
        Self {
            outbox: Outbox::new(app.clone(), backstop),
            queues: Queues::new(app.sqs().clone(), urls.clone()),
            campaigns: Campaigns::new(app.clone(), urls),
            pulses: pulses::Noted::default(),
            conversation_ends,
            app,
        }
    }

    async fn receive(&self, work: InboundWork) -> Outcome {
        match work {
            InboundWork::Message(task) => self.message(task).await,
            InboundWork::Own(task) => self.own_message(task).await,
            InboundWork::Preference(task) => self.preference(task).await,
            InboundWork::Labels(task) => self.labelled(task).await,
            InboundWork::Identity(task) => self.identity_change(task).await,
            InboundWork::Sender(task) => self.sender(task).await,
        }
    }

    async fn message(&self, task: InboundTask) -> Outcome {
        let InboundTask { business_id, sender_id, gateway, message } = task;
        // Nothing comes to a business that was closed.
        let Some(business) = self.business(business_id).await? else { return Ok(()) };
        if gateway.has_sessions() {
            self.note_pulse(business_id, sender_id).await?;
        }
        if business.settings.voice_notes && message.kind == InboundKind::Audio && message.media.is_some() {
            // It comes again with its words.
            let spoken = TranscribeTask { business_id, sender_id, gateway, message, tries: 0 };
            return self.queues.send(&spoken, Duration::ZERO).await.map_err(Failure::retry);
        }
        let customer = match owner(&business, &message.from) {
            Some(owner) => {
                self.opened(business_id, Recipient::Owner(owner.owner_id), sender_id, &message).await?;
                let answered = self.answer_owner(&business, owner, &message).await?;
                if answered != OwnerAnswered::Understood {
                    self.keep_of_owner(business_id, owner, sender_id, &message).await?;
                }
                if answered != OwnerAnswered::No {
                    return Ok(());
                }
                // Writing makes no customer of an owner, but the owner may be one.
                let Some(known) = self.find(business_id, &message.from).await? else { return Ok(()) };
                known.record
            }
            None => match self.met(business_id, &message.from, &message).await? {
                Some(met) => met.customer.record,
                None => return Ok(()),
            },
        };
        let conversation = Conversation::Customer(customer.customer_id);
        let message = self.dated(business_id, conversation, message).await?;
        self.keep(business_id, conversation, None, sender_id, &message).await?;
        self.opened(business_id, Recipient::Customer(customer.customer_id), sender_id, &message).await?;
        let answered = self.answer_to_reminder(&business, &customer, &message).await?;
        let wish = self.honour(&business, &customer, &message, answered.is_some()).await?;
        let is_understood = match (wish, answered) {
            (Some(Wish::Out), _) => self.hear_beside(&business, &customer, &message).await?,
            (Some(_), _) => true,
            (None, Some(answered)) => {
                self.settle(&business, &customer, &message, &answered).await?;
                true
            }
            (None, None) => self.hear(&business, &customer, &message, false).await?,
        };
        self.chatted(&business, &customer, sender_id, &message, !is_understood).await
    }

    /// A message that ends marketing may say more: it may answer a reminder, and facts in it are kept. Whether all of it is
    /// understood; a request is not.
    async fn hear_beside(
        &self,
        business: &Business,
        customer: &Customer,
        message: &InboundMessage,
    ) -> Result<bool, Failure> {
        let text = message.text.as_deref().unwrap_or_default();
        if let Some(beside) = answer_beside(text) {
            let beside = InboundMessage { text: Some(beside), ..message.clone() };
            if let Some(answered) = self.answer_to_reminder(business, customer, &beside).await? {
                self.settle(business, customer, &beside, &answered).await?;
            }
        }
        if tells_more(text) {
            self.hear(business, customer, message, true).await?;
        }
        Ok(!asks_more(text))
    }

    /// The answer to a reminder of an appointment that a message is.
    async fn answer_to_reminder(
        &self,
        business: &Business,
        customer: &Customer,
        message: &InboundMessage,
    ) -> Result<Option<Answered>, Failure> {
        let id = hash_of(&message.gateway_message_id);
        let Some(said) = said_of_appointment(message, &id) else { return Ok(None) };
        let answers = confirm_appointments::Answers::new(&self.app, &self.outbox, business);
        Ok(answers.answered(customer, said).await?)
    }

    async fn settle(
        &self,
        business: &Business,
        customer: &Customer,
        message: &InboundMessage,
        answered: &Answered,
    ) -> Outcome {
        let id = hash_of(&message.gateway_message_id);
        let Some(said) = said_of_appointment(message, &id) else { return Ok(()) };
        let answers = confirm_appointments::Answers::new(&self.app, &self.outbox, business);
        answers.settle(customer, answered, said).await?;
        Ok(())
    }

    /// An answer to a question of ours is read in what the person typed; whether it was one.
    async fn hear(
        &self,
        business: &Business,
        customer: &Customer,
        message: &InboundMessage,
        ends_marketing: bool,
    ) -> Result<bool, Failure> {
        let is_plain = message.kind == InboundKind::Text;
        let Some(text) = message.text.as_deref().filter(|_| is_plain || message.kind == InboundKind::Edit) else {
            return Ok(false);
        };
        let id = hash_of(&message.gateway_message_id);
        let reply_to = message.reply_to.as_deref();
        let said = Said { text, at: message.at, id: &id, reply_to, is_plain, ends_marketing };
        Ok(Answers::new(&self.app, &self.outbox, business).hear(customer, said).await?)
    }

    /// Meta's own switch: the person sees there what it did, so nothing is confirmed.
    async fn preference(&self, task: PreferenceTask) -> Outcome {
        let PreferenceTask { business_id, preference, .. } = task;
        let Some(met) = self.known(business_id, &preference.who, preference.at).await? else { return Ok(()) };
        let change = if preference.stop { OptChange::Out } else { OptChange::In };
        self.decide(business_id, met.customer.record.customer_id, change, preference.at).await?;
        Ok(())
    }

    async fn business(&self, id: BusinessId) -> Result<Option<Business>, Failure> {
        Ok(self.app.store().business(id).await?.map(|found| found.record))
    }

    /// With the time at which it was first seen, if the gateway does not say when it was written. It is the same in every
    /// repeat of the delivery. So the message is kept once, and outweighs no later word.
    async fn dated(
        &self,
        business: BusinessId,
        of: Conversation,
        message: InboundMessage,
    ) -> Result<InboundMessage, Failure> {
        if !message.undated || in_words(&message).is_none() {
            return Ok(message);
        }
        let (id, attempt) = (&message.gateway_message_id, self.app.attempt());
        let at = self.app.store().first_seen(business, of, id, message.at, &attempt).await?;
        Ok(InboundMessage { at, ..message })
    }

    async fn keep(
        &self,
        business: BusinessId,
        of: Conversation,
        owner_id: Option<OwnerId>,
        sender_id: SenderId,
        it: &InboundMessage,
    ) -> Outcome {
        if in_words(it).is_none() {
            return Ok(());
        }
        let turn = Turn {
            at: it.at,
            gateway_message_id: it.gateway_message_id.clone(),
            sender_id,
            owner_id,
            own: false,
            kind: it.kind,
            text: it.text.clone().unwrap_or_default(),
            told: it.told.clone(),
            media: it.media.clone(),
        };
        self.app.store().keep_turn(business, of, &turn, &self.app.attempt()).await?;
        Ok(())
    }

    /// What an owner writes that is no answer is kept beside what the other owners write, also if the owner is a customer
    /// too and it is kept as a customer's.
    async fn keep_of_owner(
        &self,
        business: BusinessId,
        owner: &Owner,
        sender: SenderId,
        message: &InboundMessage,
    ) -> Outcome {
        let message = self.dated(business, Conversation::Owners, message.clone()).await?;
        self.keep(business, Conversation::Owners, Some(owner.owner_id), sender, &message).await
    }

    /// Free text may go to the person for 24 hours, from the sender that was written to.
    async fn opened(&self, business: BusinessId, who: Recipient, sender: SenderId, it: &InboundMessage) -> Outcome {
        // A gateway's clock may be ahead; a window never opens in the future.
        let at = it.at.min(self.app.now());
        self.app.store().touch_window(business, who, sender, at, &self.app.attempt()).await?;
        Ok(())
    }
}

/// Of a message that may answer a reminder: words, a tap, or a reaction. An edit names the person's own message.
fn said_of_appointment<'a>(message: &'a InboundMessage, id: &'a str) -> Option<confirm_appointments::Said<'a>> {
    let quoted = message.reply_to.as_deref();
    let reply_to = match message.kind {
        InboundKind::Text | InboundKind::Reply | InboundKind::Button => quoted,
        InboundKind::Edit => None,
        InboundKind::Reaction => Some(quoted?),
        _ => return None,
    };
    let (text, payload) = (message.text.as_deref(), message.payload.as_deref());
    Some(confirm_appointments::Said { text, at: message.at, id, reply_to, payload })
}

/// A message in words; `None` if nothing can be said of it.
fn in_words(message: &InboundMessage) -> Option<String> {
    message.kind.in_words(message.text.as_deref(), message.told.as_deref())
}

fn owner<'a>(business: &'a Business, who: &PersonIdentity) -> Option<&'a Owner> {
    let phone = who.phone.as_ref()?;
    business.owners.iter().find(|owner| owner.phone == *phone)
}

impl Receiver {
    /// Does each thing of a batch by itself, in the order it came.
    ///
    /// # Errors
    /// None: each failure is answered for by itself.
    pub async fn handle(&self, event: SqsEvent) -> Result<SqsBatchResponse, Infallible> {
        let receive = async |item: Item<Received<InboundWork>>| self.receive(item.body.0).await;
        Ok(batch(&self.app, event, Order::InOrder, receive).await)
    }
}
