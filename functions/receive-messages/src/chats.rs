//! The chat with a customer learns of each message. The assistant looks at it once the customer is silent, and the
//! customer's record learns of it once the conversation has ended.

use crate::{Receiver, in_words};
use domain::chat::Chat;
use domain::inbound::{InboundKind, InboundMessage};
use domain::texts::write_instead::WriteInstead;
use domain::texts::{CustomerName, Line};
use domain::{Business, Customer, CustomerId, Draft, MessageId, Recipient, SenderId};
use kit::batch::{Failure, Outcome};
use kit::keys::hash_of;
use queues::converse::TypingTask;
use queues::inbound::LabelsTask;
use queues::tasks::{ActivityTask, ConverseTask};
use std::time::Duration;

/// Tries of a change that somebody else's change comes between.
const TRIES: usize = 5;

impl Receiver {
    /// `is_open`: nothing else has answered the message. One that comes again sends its tasks again, as the first delivery
    /// may have died before: they carry the same numbers, so each does its work once.
    pub(crate) async fn chatted(
        &self,
        business: &Business,
        customer: &Customer,
        sender_id: SenderId,
        message: &InboundMessage,
        is_open: bool,
    ) -> Outcome {
        let customer_id = customer.customer_id;
        let wants_answer = is_open && business.settings.instructions.is_some() && may_be_answered(message);
        let business_id = business.business_id;
        let (chat, asks_for_words) = self.heard(business, customer_id, sender_id, message, wants_answer).await?;
        // While a person has the chat nothing is answered. When it is given back, another task comes for what waits.
        let is_assistants = chat.person(self.app.now()).is_none();
        if asks_for_words && is_assistants {
            self.ask_for_words(business, customer, message).await?;
        }
        if wants_answer && is_assistants && chat.is_unanswered() {
            // What follows within the silence comes while the customer sees it already.
            if chat.answered + 1 == chat.sequence {
                self.begin_typing(business, customer_id, sender_id, message, chat.sequence).await?;
            }
            let task = ConverseTask { business_id, customer_id, sequence: chat.sequence, tries: 0, returned: false };
            let silence = Duration::from_secs(business.settings.reply_silence_seconds.into());
            self.queues.send(&task, silence).await.map_err(Failure::retry)?;
        }
        let ends = ActivityTask { business_id, customer_id, activity: chat.activity };
        self.queues.send(&ends, self.conversation_ends).await.map_err(Failure::retry)
    }

    async fn heard(
        &self,
        business: &Business,
        customer: CustomerId,
        sender: SenderId,
        message: &InboundMessage,
        wants_answer: bool,
    ) -> Result<(Chat, bool), Failure> {
        // Only where the assistant answers does a recording wait for an answer.
        let is_spoken = message.kind == InboundKind::Audio && business.settings.instructions.is_some();
        // A gateway's clock may be ahead.
        let (business, at) = (business.business_id, message.at.min(self.app.now()));
        for _ in 0..TRIES {
            let before = self.app.store().chat(business, customer).await?;
            let mut chat = before.record.clone();
            let id = hash_of(&message.gateway_message_id);
            let is_new = chat.hear(&id, at, wants_answer);
            if is_new {
                chat.sender_id = Some(sender);
            }
            let asks_for_words = is_spoken && chat.not_understand(&id, is_new);
            if !is_new || self.app.store().put_chat(business, customer, &before, &chat, &self.app.attempt()).await? {
                return Ok((chat, asks_for_words));
            }
        }
        Err(Failure::retry("contended"))
    }

    /// Has the customer see at once that somebody types.
    async fn begin_typing(
        &self,
        business: &Business,
        customer_id: CustomerId,
        sender_id: SenderId,
        message: &InboundMessage,
        sequence: u64,
    ) -> Outcome {
        let task = TypingTask {
            business_id: business.business_id,
            customer_id,
            sender_id,
            to: message.from.clone(),
            gateway_message_id: message.gateway_message_id.clone(),
            sequence,
        };
        self.queues.send(&task, Duration::ZERO).await.map_err(Failure::retry)
    }

    /// Takes it that the gateway shows other labels for a person: the next turn asks for them. Nobody becomes a customer by
    /// that.
    pub(crate) async fn labelled(&self, task: LabelsTask) -> Outcome {
        let LabelsTask { business_id, who, .. } = task;
        let Some(known) = self.find(business_id, &who).await? else { return Ok(()) };
        let customer = known.record.customer_id;
        for _ in 0..TRIES {
            let before = self.app.store().chat(business_id, customer).await?;
            let mut chat = before.record.clone();
            if !chat.contact.note_change(self.app.now())
                || self.app.store().put_chat(business_id, customer, &before, &chat, &self.app.attempt()).await?
            {
                return Ok(());
            }
        }
        Err(Failure::retry("contended"))
    }

    /// Asks a customer to write what was recorded.
    async fn ask_for_words(&self, business: &Business, customer: &Customer, message: &InboundMessage) -> Outcome {
        metrics::counter!("recordings_asked_in_words").increment(1);
        let to = Recipient::Customer(customer.customer_id);
        let text = WriteInstead { name: CustomerName(customer.known_name()), business: Line(&business.name) };
        let id = MessageId::of(format!("write-instead/{to}/{}", hash_of(&message.gateway_message_id)));
        let draft = Draft::new(id, to, &text, business.voice(customer.locale)).map_err(Failure::permanent)?;
        self.outbox.write(business.business_id, draft).await?;
        Ok(())
    }
}

/// Words, taps and what is sent in their place may be answered. A reaction, a sticker and an edit ask nothing new.
fn may_be_answered(message: &InboundMessage) -> bool {
    match message.kind {
        // It is the answer to our question.
        InboundKind::Contacts if message.is_own_contact => false,
        InboundKind::Reaction
        | InboundKind::Sticker
        | InboundKind::Edit
        | InboundKind::Audio
        | InboundKind::Unsupported => false,
        // Whatever it is, it needs words.
        InboundKind::Other => message.text.as_deref().is_some_and(|text| !text.trim().is_empty()),
        _ => in_words(message).is_some(),
    }
}
