//! Inbound messages, and the gateways' news of people: a text is kept once, the reply window opens, opt-out and opt-in
//! are honoured at once and confirmed.

mod consent;

use aws_lambda_events::event::sqs::{SqsBatchResponse, SqsEvent};
use chrono::{DateTime, TimeDelta, Utc};
use domain::inbound::{IdentityChange, InboundMessage, PersonIdentity, SenderEvent};
use domain::{Business, BusinessId, Customer, CustomerId, OptChange, Owner, Profile, Recipient, SenderId, opt_word};
use kit::App;
use kit::batch::{Failure, Item, Order, Outcome, batch};
use kit::config::Backstop;
use kit::outbox::Outbox;
use queues::Received;
use queues::inbound::{IdentityChangeTask, InboundTask, InboundWork, PreferenceTask, SenderTask};
use std::convert::Infallible;
use store::{Attached, Met, Turn, Versioned};

/// Messages within this time are one contact.
const SAME_CONTACT: TimeDelta = TimeDelta::minutes(10);

/// What the function stands on.
pub struct Receiver {
    app: App,
    outbox: Outbox,
}

impl Receiver {
    /// Of the App and the function's own configuration.
    #[must_use]
    pub fn new(app: App, backstop: Backstop) -> Self {
        Self { outbox: Outbox::new(app.clone(), backstop), app }
    }

    async fn receive(&self, work: InboundWork) -> Outcome {
        match work {
            InboundWork::Message(task) => self.message(task).await,
            InboundWork::Preference(task) => self.preference(task).await,
            InboundWork::Identity(task) => self.identity_change(task).await,
            InboundWork::Sender(task) => self.sender(task).await,
        }
    }

    async fn message(&self, task: InboundTask) -> Outcome {
        let InboundTask { business_id, sender_id, message, .. } = task;
        // Nothing comes to a business that was closed.
        let Some(business) = self.business(business_id).await? else { return Ok(()) };
        let customer = match owner(&business, &message.from) {
            Some(owner) => {
                self.opened(business_id, Recipient::Owner(owner.owner_id), sender_id, &message).await?;
                // Writing makes no customer of an owner, but the owner may be one.
                let Some(known) = self.find(business_id, &message.from).await? else { return Ok(()) };
                known.record
            }
            None => match self.met(business_id, &message.from, &message).await? {
                Some(met) => met.customer.record,
                None => return Ok(()),
            },
        };
        self.keep(business_id, customer.customer_id, sender_id, &message).await?;
        self.opened(business_id, Recipient::Customer(customer.customer_id), sender_id, &message).await?;
        self.contacted(business_id, &customer, &message).await?;
        match message.text.as_deref().and_then(opt_word) {
            Some(change) => self.opt(&business, &customer, change, &message).await,
            None => Ok(()),
        }
    }

    /// Meta's own switch: the person sees there what it did, so nothing is confirmed.
    async fn preference(&self, task: PreferenceTask) -> Outcome {
        let PreferenceTask { business_id, preference, .. } = task;
        let Some(met) = self.known(business_id, &preference.who, preference.at).await? else { return Ok(()) };
        let change = if preference.stop { OptChange::Out } else { OptChange::In };
        self.decide(business_id, met.customer.record.customer_id, change, preference.at).await?;
        Ok(())
    }

    /// The record goes on under the new number or user id.
    async fn identity_change(&self, task: IdentityChangeTask) -> Outcome {
        let IdentityChangeTask { business_id, change, .. } = task;
        // Nobody has the old identity: an earlier delivery has moved it, or there is nothing to move.
        let Some(before) = self.find(business_id, &change.before).await? else { return Ok(()) };
        let (phone, bsuid) = (change.after.phone.as_ref(), change.after.bsuid.as_deref());
        match self.app.store().move_identities(business_id, &before, phone, bsuid, &self.app.attempt()).await? {
            Attached::Done => Ok(()),
            Attached::Changed => Err(Failure::retry("the customer's record has changed meanwhile")),
            Attached::Taken => {
                metrics::counter!("identity_conflicts").increment(1);
                tracing::warn!(%business_id, "a number moved to one that another customer of {business_id} has");
                self.leave(business_id, &before, &change).await
            }
        }
    }

    /// A person may write from a new number before the gateway tells of it, and is a customer of their own by then. A
    /// no to marketing goes with the person, and nothing of theirs goes to the old number any more.
    async fn leave(&self, business: BusinessId, before: &Versioned<Customer>, change: &IdentityChange) -> Outcome {
        // A customer who came to the old number since is another person.
        if before.record.created_at > change.at {
            return Ok(());
        }
        if before.record.marketing_consent == Some(false)
            && let Some(after) = self.find(business, &change.after).await?
        {
            self.decide(business, after.record.customer_id, OptChange::Out, change.at).await?;
        }
        let PersonIdentity { phone, bsuid, .. } = &change.after;
        let phone = phone.is_some() && *phone != before.record.phone;
        let bsuid = bsuid.is_some() && *bsuid != before.record.bsuid;
        match self.app.store().drop_identities(business, before, phone, bsuid, &self.app.attempt()).await? {
            Attached::Done => Ok(()),
            Attached::Taken | Attached::Changed => Err(Failure::retry("the customer's record has changed meanwhile")),
        }
    }

    async fn find(&self, business: BusinessId, who: &PersonIdentity) -> Result<Option<Versioned<Customer>>, Failure> {
        let names = [
            who.phone.as_ref().map(store::Identity::Phone),
            who.chat_id.as_deref().map(store::Identity::Chat),
            who.bsuid.as_deref().map(store::Identity::Bsuid),
        ];
        let names: Vec<_> = names.into_iter().flatten().collect();
        Ok(self.app.store().find_customer(business, &names).await?)
    }

    async fn sender(&self, task: SenderTask) -> Outcome {
        let SenderTask { business_id, sender_id, event, .. } = task;
        metrics::counter!("sender_events").increment(1);
        tracing::info!(%business_id, %sender_id, ?event, "sender {sender_id} is {event:?}");
        if event == SenderEvent::Connected {
            self.app.store().clear_sender_down(business_id, sender_id).await?;
        }
        Ok(())
    }

    async fn business(&self, id: BusinessId) -> Result<Option<Business>, Failure> {
        Ok(self.app.store().business(id).await?.map(|found| found.record))
    }

    /// A person who writes for the first time is a customer from then on.
    async fn met(
        &self,
        business: BusinessId,
        who: &PersonIdentity,
        message: &InboundMessage,
    ) -> Result<Option<Met>, Failure> {
        let profile = Profile { name: message.name.clone(), ..Profile::default() };
        let mut fresh = Customer::new(CustomerId(self.app.id()), who.phone.clone(), &profile, self.app.now());
        fresh.username.clone_from(&message.username);
        self.meet(business, fresh, who, message.at).await
    }

    async fn known(
        &self,
        business: BusinessId,
        who: &PersonIdentity,
        at: DateTime<Utc>,
    ) -> Result<Option<Met>, Failure> {
        let id = CustomerId(self.app.id());
        let fresh = Customer::new(id, who.phone.clone(), &Profile::default(), self.app.now());
        self.meet(business, fresh, who, at).await
    }

    /// `None` if the person has been erased since: an act from before the erasure brings nothing back.
    async fn meet(
        &self,
        business: BusinessId,
        mut fresh: Customer,
        who: &PersonIdentity,
        did_at: DateTime<Utc>,
    ) -> Result<Option<Met>, Failure> {
        if who.is_empty() {
            return Err(Failure::permanent("it names nobody"));
        }
        fresh.chat_id.clone_from(&who.chat_id);
        fresh.bsuid.clone_from(&who.bsuid);
        let met = self.app.store().meet(business, &fresh, did_at, &self.app.attempt()).await?;
        match &met {
            Some(met) => metrics::counter!("identity_conflicts").increment(u64::from(met.conflicts)),
            None => metrics::counter!("words_of_the_erased").increment(1),
        }
        Ok(met)
    }

    async fn keep(&self, business: BusinessId, customer: CustomerId, sender: SenderId, it: &InboundMessage) -> Outcome {
        let Some(text) = it.text.clone().filter(|text| !text.trim().is_empty()) else { return Ok(()) };
        let turn = Turn { at: it.at, gateway_message_id: it.gateway_message_id.clone(), sender_id: sender, text };
        self.app.store().keep_turn(business, customer, &turn, &self.app.attempt()).await?;
        Ok(())
    }

    /// Free text may go to the person for 24 hours, from the sender that was written to.
    async fn opened(&self, business: BusinessId, who: Recipient, sender: SenderId, it: &InboundMessage) -> Outcome {
        // A gateway's clock may be ahead; a window never opens in the future.
        let at = it.at.min(self.app.now());
        self.app.store().touch_window(business, who, sender, at, &self.app.attempt()).await?;
        Ok(())
    }

    /// A message is a contact. If more follow at once, the first is enough.
    async fn contacted(&self, business: BusinessId, customer: &Customer, it: &InboundMessage) -> Outcome {
        let at = it.at.min(self.app.now());
        if at > customer.last_contact_at + SAME_CONTACT {
            self.app.store().touch_contact(business, customer.customer_id, at, &self.app.attempt()).await?;
        }
        Ok(())
    }
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
