//! A person of the business writes from an inbox: the message and the handover are one transaction, so nobody has a chat
//! without having said anything, and nothing is said while the assistant goes on.

use crate::{Messages, no_longer_free};
use domain::{CustomerId, Message};
use kit::Problem;
use kit::customers::no_business;
use kit::keys::hash_of;
use queues::converse::HandoverTask;
use queues::tasks::ActivityTask;
use store::{Answered, CreateMessage};

/// Tries of a change that somebody else's change comes between.
const TRIES: usize = 5;

impl Messages {
    /// Makes the message and gives the chat to the person who wrote it. A repeat changes nothing.
    pub(crate) async fn take_over(&self, message: &Message, customer_id: CustomerId) -> Result<CreateMessage, Problem> {
        let Self { app, queues, conversation_ends, .. } = self;
        let (store, business_id) = (app.store(), message.business_id);
        let settings = store.business(business_id).await?.ok_or_else(no_business)?.record.settings;
        for _ in 0..TRIES {
            if let Some(before) = store.message(business_id, &message.message_id).await? {
                return Ok(CreateMessage::Exists(Box::new(before)));
            }
            let before = store.chat(business_id, customer_id).await?;
            let (mut chat, now) = (before.record.clone(), app.now());
            let id = hash_of(message.message_id.as_str());
            if !chat.hear_own(&id, message.created_at, false, now, settings.handover()) {
                return Err(no_longer_free());
            }
            // Before the write: a handover whose end no task brings would stand in the list for ever.
            if let Some(handover) = &chat.handover {
                let over = HandoverTask::of(business_id, customer_id, handover);
                queues.send(&over, over.wait(now)).await.map_err(Problem::unavailable)?;
            }
            let ends = ActivityTask { business_id, customer_id, activity: chat.activity };
            queues.send(&ends, *conversation_ends).await.map_err(Problem::unavailable)?;
            let written = store.answer_chat(business_id, customer_id, &before, &chat, message, &app.attempt()).await?;
            if written == Answered::Done {
                metrics::counter!("handovers", "by" => "message").increment(1);
                return Ok(CreateMessage::Created);
            }
        }
        Err(Problem::unavailable("contended"))
    }
}
