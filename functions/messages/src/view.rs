//! A message's record as the API shows it.

use chrono::{DateTime, Utc};
use domain::{BusinessId, Content, CustomerId, Kind, Message, MessageId, MessageType, OwnerId, SenderId, Status};
use serde::Serialize;
use std::collections::BTreeMap;
use store::Page;

#[derive(Serialize)]
pub(crate) struct MessageView {
    message_id: MessageId,
    business_id: BusinessId,
    #[serde(skip_serializing_if = "Option::is_none")]
    owner_number_id: Option<OwnerId>,
    #[serde(skip_serializing_if = "Option::is_none")]
    customer_id: Option<CustomerId>,
    sender_id: Option<SenderId>,
    message_type: MessageType,
    kind: Kind,
    content: Content,
    scheduled_for: DateTime<Utc>,
    status: Status,
    attempts: u32,
    next_attempt_at: Option<DateTime<Utc>>,
    sent_at: Option<DateTime<Utc>>,
    gateway_message_id: Option<String>,
    error_message: Option<String>,
    metadata: BTreeMap<String, String>,
    created_at: DateTime<Utc>,
}

impl MessageView {
    pub(crate) fn of(message: Message) -> Self {
        Self {
            owner_number_id: message.owner_id(),
            customer_id: message.customer_id(),
            message_id: message.message_id,
            business_id: message.business_id,
            sender_id: message.sender_id,
            message_type: message.message_type,
            kind: message.kind,
            content: message.content,
            scheduled_for: message.scheduled_for,
            status: message.status,
            attempts: message.attempts,
            next_attempt_at: message.next_attempt_at,
            sent_at: message.sent_at,
            gateway_message_id: message.gateway_message_id,
            error_message: message.error_message,
            metadata: message.metadata,
            created_at: message.created_at,
        }
    }
}

#[derive(Serialize)]
pub(crate) struct MessagePage {
    messages: Vec<MessageView>,
    cursor: Option<String>,
}

impl MessagePage {
    pub(crate) fn of(page: Page<Message>) -> Self {
        Self { messages: page.items.into_iter().map(MessageView::of).collect(), cursor: page.cursor }
    }
}
