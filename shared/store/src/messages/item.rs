//! The item of a message record.
//!
//! Names are kept short of repeats, as an item of up to 1 KB is written for one unit. Times are epoch milliseconds.
//! `created_key` is the time of creation as sortable text. `due_shard` and `not_before` are there only while the
//! message is not settled. A campaign's message has no `business_id`, so that it is not in the list of the business, and
//! nothing of the due index while it is sent for the first time: its chunk comes again instead. `sent_as` has no text if
//! it is the content's. `claim` is the token of the claim; `attempt`, as everywhere, that of the last write.

use crate::StoreError;
use crate::dynamodb::{EXPIRES_AT, Item, from_item, number, read_text, stamp, text, to_item};
use crate::keys::PK;
use crate::keys::due::SHARD;
use crate::keys::messages::{self as keys, CREATED_KEY};
use chrono::serde::ts_milliseconds_option;
use chrono::{DateTime, TimeDelta, Utc};
use domain::{
    Attempt, BusinessId, CampaignId, Content, Kind, Message, MessageId, MessageType, OwnerId, Recipient, SenderId,
    SentAs, Status,
};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

pub(crate) const WHAT: &str = "messages";
/// The time for which a record is kept from its creation, or from its time if that is later.
pub(crate) const KEPT: TimeDelta = TimeDelta::days(90);

pub(crate) const RETRY_NOT_BEFORE: &str = "retry_not_before";
pub(crate) const RETRIED_AT: &str = "retried_at";
pub(crate) const SCHEDULED_FOR: &str = "scheduled_for";
pub(crate) const KIND: &str = "kind";
pub(crate) const STATUS: &str = "status";
pub(crate) const CLAIM: &str = "claim";
pub(crate) const CLAIMED_AT: &str = "claimed_at";
pub(crate) const LEASE_UNTIL: &str = "lease_until";
pub(crate) const ATTEMPTS: &str = "attempts";
pub(crate) const FAILURES: &str = "failures";
pub(crate) const REPEATED: &str = "repeated";
pub(crate) const GAVE_UP: &str = "gave_up";
pub(crate) const SENDER_ID: &str = "sender_id";
pub(crate) const SENT_AT: &str = "sent_at";
pub(crate) const SENT_AS: &str = "sent_as";
pub(crate) const GATEWAY_MESSAGE_ID: &str = "gateway_message_id";
/// The gateway's ids of attempts that it reported as failed.
pub(crate) const FAILED_IDS: &str = "failed_ids";
pub(crate) const ERROR_MESSAGE: &str = "error_message";

#[derive(Serialize, Deserialize)]
struct Row {
    /// Only to be listed by.
    business_id: Option<BusinessId>,
    owner_id: Option<OwnerId>,
    customer_key: Option<String>,
    sender_id: Option<SenderId>,
    message_type: MessageType,
    kind: Kind,
    content: Content,
    sent_as: Option<SentAsRow>,
    /// Left out if it is the time of creation.
    #[serde(default, with = "ts_milliseconds_option")]
    scheduled_for: Option<DateTime<Utc>>,
    status: Status,
    attempts: u32,
    #[serde(default, skip_serializing_if = "is_default")]
    failures: u32,
    #[serde(default, skip_serializing_if = "is_default")]
    repeated: bool,
    #[serde(default, skip_serializing_if = "is_default")]
    gave_up: bool,
    #[serde(default, with = "ts_milliseconds_option")]
    not_before: Option<DateTime<Utc>>,
    #[serde(default, with = "ts_milliseconds_option")]
    retry_not_before: Option<DateTime<Utc>>,
    #[serde(default, with = "ts_milliseconds_option", skip_serializing_if = "is_default")]
    retried_at: Option<DateTime<Utc>>,
    #[serde(default, with = "ts_milliseconds_option")]
    claimed_at: Option<DateTime<Utc>>,
    #[serde(default, with = "ts_milliseconds_option")]
    lease_until: Option<DateTime<Utc>>,
    claim: Option<Attempt>,
    #[serde(default, with = "ts_milliseconds_option")]
    sent_at: Option<DateTime<Utc>>,
    gateway_message_id: Option<String>,
    error_message: Option<String>,
    campaign_id: Option<CampaignId>,
    #[serde(default, skip_serializing_if = "is_default")]
    by_person: bool,
    #[serde(default, skip_serializing_if = "is_default")]
    metadata: BTreeMap<String, String>,
    created_key: DateTime<Utc>,
}

/// The template under which a message went.
#[derive(Serialize, Deserialize)]
pub(crate) struct SentAsRow {
    template: String,
    language: String,
    /// Left out if it is that of the content.
    #[serde(skip_serializing_if = "Option::is_none")]
    text: Option<String>,
    #[serde(default, skip_serializing_if = "is_default")]
    buttons: Vec<String>,
}

impl SentAsRow {
    pub(crate) fn of(sent_as: &SentAs, content: &Content) -> Self {
        let SentAs { template, language, text, buttons } = sent_as.clone();
        Self { template, language, text: Some(text).filter(|text| *text != content.text), buttons }
    }

    fn read(self, content: &Content) -> SentAs {
        let text = self.text.unwrap_or_else(|| content.text.clone());
        SentAs { template: self.template, language: self.language, text, buttons: self.buttons }
    }
}

fn is_default<T: Default + PartialEq>(value: &T) -> bool {
    *value == T::default()
}

/// The business and the message of an item of the table or of one of its indexes.
pub(crate) fn read_ids(item: &Item) -> Result<(BusinessId, MessageId), StoreError> {
    read_text(item, PK).and_then(keys::read).ok_or(StoreError::Corrupt(WHAT))
}

/// The item of a new message. It is in the due index if it has to be looked at again.
pub(crate) fn message_item(message: &Message) -> Result<Item, StoreError> {
    let business = message.business_id;
    let row = Row {
        business_id: message.campaign_id.is_none().then_some(business),
        owner_id: message.owner_id(),
        customer_key: message.customer_id().map(|customer| keys::customer_key(business, customer)),
        sender_id: message.sender_id,
        message_type: message.message_type,
        kind: message.kind,
        content: message.content.clone(),
        sent_as: message.sent_as.as_ref().map(|sent_as| SentAsRow::of(sent_as, &message.content)),
        scheduled_for: Some(message.scheduled_for).filter(|at| *at != message.created_at),
        status: message.status,
        attempts: message.attempts,
        failures: message.failures,
        repeated: message.repeated,
        gave_up: message.gave_up,
        not_before: message.next_attempt_at,
        retry_not_before: message.retry_not_before,
        retried_at: message.retried_at,
        claimed_at: message.claimed_at,
        lease_until: message.lease_until,
        claim: message.attempt.clone(),
        sent_at: message.sent_at,
        gateway_message_id: message.gateway_message_id.clone(),
        error_message: message.error_message.clone(),
        campaign_id: message.campaign_id.clone(),
        by_person: message.by_person,
        metadata: message.metadata.clone(),
        created_key: message.created_at,
    };
    let mut item = to_item(&row, WHAT)?;
    item.extend(keys::message(business, &message.message_id));
    item.insert(CREATED_KEY.to_owned(), text(stamp(message.created_at)));
    if message.next_attempt_at.is_some() {
        item.insert(SHARD.to_owned(), text(keys::due_shard(&message.message_id)));
    }
    item.insert(EXPIRES_AT.to_owned(), number((message.created_at.max(message.scheduled_for) + KEPT).timestamp()));
    Ok(item)
}

pub(crate) fn read_message(item: Item) -> Result<Message, StoreError> {
    let (business_id, message_id) = read_ids(&item)?;
    let row: Row = from_item(item, WHAT)?;
    let customer = row.customer_key.as_deref().and_then(keys::read_customer_key);
    let recipient = match (row.owner_id, customer) {
        (Some(owner), _) => Recipient::Owner(owner),
        (None, Some(customer)) => Recipient::Customer(customer),
        (None, None) => return Err(StoreError::Corrupt(WHAT)),
    };
    Ok(Message {
        message_id,
        business_id,
        recipient,
        sender_id: row.sender_id,
        message_type: row.message_type,
        kind: row.kind,
        sent_as: row.sent_as.map(|sent_as| sent_as.read(&row.content)),
        content: row.content,
        scheduled_for: row.scheduled_for.unwrap_or(row.created_key),
        status: row.status,
        attempts: row.attempts,
        failures: row.failures,
        repeated: row.repeated,
        gave_up: row.gave_up,
        next_attempt_at: row.not_before,
        retry_not_before: row.retry_not_before,
        retried_at: row.retried_at,
        claimed_at: row.claimed_at,
        lease_until: row.lease_until,
        attempt: row.claim,
        sent_at: row.sent_at,
        gateway_message_id: row.gateway_message_id,
        error_message: row.error_message,
        campaign_id: row.campaign_id,
        by_person: row.by_person,
        metadata: row.metadata,
        created_at: row.created_key,
    })
}
