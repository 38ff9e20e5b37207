//! The customer at the gateway: who they are there, and that they see that somebody types. Both are asked for beside the
//! answer, with a time-out of their own, and no answer fails by them.

use crate::{Converser, Turn};
use chrono::{DateTime, TimeDelta, Utc};
use domain::chat::Chat;
use domain::chat::contact::Look;
use domain::inbound::PersonIdentity;
use domain::texts::contact_request::ContactRequest;
use domain::texts::{CustomerName, Line};
use domain::{Business, BusinessId, Customer, Draft, MessageId, Recipient, SenderId};
use gateways::{Address, ContactOutcome, GatewayClient, TypingOutcome, adapter};
use kit::batch::{Failure, Outcome};
use queues::converse::TypingTask;

/// Between two messages to one person lie six seconds anyway.
const AFTER_ANSWER: TimeDelta = TimeDelta::seconds(8);

impl Converser {
    /// Asks the gateway for the name and the labels, if it is time to.
    pub(crate) async fn look_up(
        &self,
        business: &Business,
        customer: &Customer,
        chat: &Chat,
    ) -> Result<Option<Look>, Failure> {
        let at = self.app.now();
        let Some(sender) = chat.sender_id.filter(|_| chat.contact.is_due(at, business.settings.look_up())) else {
            return Ok(None);
        };
        let who = PersonIdentity {
            phone: customer.phone.clone(),
            bsuid: customer.bsuid.clone(),
            chat_id: customer.chat_id.clone(),
        };
        let Some((client, to)) = self.gateway(business.business_id, sender, &who).await? else { return Ok(None) };
        Ok(Some(shown(business.business_id, at, client.contact(&to).await)))
    }

    /// Shows a customer that somebody types, as long as they wait for the assistant.
    pub(crate) async fn show_typing(&self, task: TypingTask) -> Outcome {
        let TypingTask { business_id, customer_id, sender_id, ref to, ref gateway_message_id, sequence } = task;
        let chat = self.app.store().chat(business_id, customer_id).await?.record;
        if sequence <= chat.answered || chat.person(self.app.now()).is_some() {
            return Ok(());
        }
        let Some((client, to)) = self.gateway(business_id, sender_id, to).await? else { return Ok(()) };
        match client.show_typing(&to, gateway_message_id).await {
            TypingOutcome::Shown => metrics::counter!("typing_shown").increment(1),
            TypingOutcome::Unsupported => {}
            // It comes too late when it is tried again.
            TypingOutcome::Unavailable { reason } => {
                metrics::counter!("typing_failures").increment(1);
                tracing::info!(%business_id, reason, "a customer does not see that somebody types: {reason}");
            }
        }
        Ok(())
    }

    /// Asks a person of whom no number is known for it, once, where the gateway has a button for that. Says whether it has
    /// been done. The question comes after the answer beside which it is made.
    pub(crate) async fn ask_for_number(&self, turn: &Turn<'_>, chat: &Chat) -> Result<bool, Failure> {
        let Some(sender) = chat.sender_id.filter(|_| turn.record.phone.is_none() && !chat.asked_for_number) else {
            return Ok(false);
        };
        let (business, to) = (turn.business.business_id, Recipient::Customer(turn.record.customer_id));
        let sender = self.app.store().sender(business, sender).await?;
        if !sender.is_some_and(|sender| adapter(sender.gateway).can_ask_for_number()) {
            return Ok(false);
        }
        let text =
            ContactRequest { name: CustomerName(turn.customer.known_name()), business: Line(&turn.business.name) };
        let id = MessageId::of(format!("contact-request/{to}"));
        let draft = Draft::new(id, to, &text, turn.business.voice(turn.customer.locale)).map_err(Failure::permanent)?;
        self.outbox.write(business, draft.later(self.app.now() + AFTER_ANSWER)).await?;
        Ok(true)
    }

    /// The client of a sender, and a person's address there; `None` if there is no such sender or address.
    async fn gateway(
        &self,
        business: BusinessId,
        sender: SenderId,
        who: &PersonIdentity,
    ) -> Result<Option<(Box<dyn GatewayClient>, Address)>, Failure> {
        let Some(sender) = self.app.store().sender(business, sender).await? else { return Ok(None) };
        let PersonIdentity { phone, bsuid, chat_id } = who;
        let to = adapter(sender.gateway).address(phone.as_ref(), bsuid.as_deref(), chat_id.as_deref());
        let opened = self.key.open(business, sender.sender_id, &sender.sealed_credentials);
        let http = self.app.http().clone();
        let client = opened.ok().and_then(|credentials| self.gateways.client(http, &sender, &credentials).ok());
        Ok(client.zip(to))
    }
}

/// What becomes of a gateway's answer. One that is missing is not asked for again before its time, so a gateway that is slow
/// costs few turns its time-out.
fn shown(business_id: BusinessId, at: DateTime<Utc>, outcome: ContactOutcome) -> Look {
    let shown = match outcome {
        ContactOutcome::Shown(shown) => {
            metrics::counter!("contacts_looked_up").increment(1);
            Some(shown)
        }
        ContactOutcome::Unsupported => None,
        ContactOutcome::Unavailable { reason } => {
            metrics::counter!("contact_failures").increment(1);
            tracing::info!(%business_id, reason, "the gateway does not tell who a customer is: {reason}");
            None
        }
    };
    Look { at, shown }
}
