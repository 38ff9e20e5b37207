//! The item of a message record. pk `{business_id}/{message_id}`.
//!
//! Names are kept short of repeats, as an item of up to 1 KB is written for one unit. Times are epoch milliseconds.
//! `created_key` is the time of creation as sortable text. `due_shard` and `not_before` are there only while the
//! message is not settled. `claim` is the token of the claim; `attempt`, as everywhere, that of the last write.

use crate::StoreError;
use crate::calls::hash;
use crate::item::{EXPIRES_AT, Item, PK, from_item, key, number, read_text, stamp, text, to_item};
use chrono::serde::ts_milliseconds_option;
use chrono::{DateTime, TimeDelta, Utc};
use domain::{
    Attempt, BusinessId, Content, CustomerId, Kind, Message, MessageId, MessageType, OwnerId, Recipient, SenderId,
    Status,
};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

pub(crate) const WHAT: &str = "messages";
pub(crate) const SHARDS: u8 = 16;
/// How long a record is kept from its creation.
pub(crate) const KEPT: TimeDelta = TimeDelta::days(90);

pub(crate) const BUSINESS_ID: &str = "business_id";
pub(crate) const CREATED_KEY: &str = "created_key";
pub(crate) const CUSTOMER_KEY: &str = "customer_key";
pub(crate) const GATEWAY_KEY: &str = "gateway_key";
pub(crate) const DUE_SHARD: &str = "due_shard";
pub(crate) const NOT_BEFORE: &str = "not_before";
pub(crate) const RETRY_NOT_BEFORE: &str = "retry_not_before";
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
pub(crate) const GATEWAY_MESSAGE_ID: &str = "gateway_message_id";
/// The gateway's ids of attempts that it reported as failed.
pub(crate) const FAILED_IDS: &str = "failed_ids";
pub(crate) const ERROR_MESSAGE: &str = "error_message";

#[derive(Serialize, Deserialize)]
struct Row {
    business_id: BusinessId,
    owner_id: Option<OwnerId>,
    customer_key: Option<String>,
    sender_id: Option<SenderId>,
    message_type: MessageType,
    kind: Kind,
    content: Content,
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
    #[serde(default, with = "ts_milliseconds_option")]
    claimed_at: Option<DateTime<Utc>>,
    #[serde(default, with = "ts_milliseconds_option")]
    lease_until: Option<DateTime<Utc>>,
    claim: Option<Attempt>,
    #[serde(default, with = "ts_milliseconds_option")]
    sent_at: Option<DateTime<Utc>>,
    gateway_message_id: Option<String>,
    error_message: Option<String>,
    #[serde(default, skip_serializing_if = "is_default")]
    metadata: BTreeMap<String, String>,
    created_key: DateTime<Utc>,
}

fn is_default<T: Default + PartialEq>(value: &T) -> bool {
    *value == T::default()
}

pub(crate) fn message_key(business: BusinessId, message: &MessageId) -> Item {
    key(format!("{business}/{message}"))
}

pub(crate) fn customer_key(business: BusinessId, customer: CustomerId) -> String {
    format!("{business}/{customer}")
}

pub(crate) fn gateway_key(business: BusinessId, gateway_message_id: &str) -> String {
    format!("{business}/{gateway_message_id}")
}

/// In which part of the due index a message is: the same for as long as it lives.
pub(crate) fn due_shard(message: &MessageId) -> String {
    (hash(message.as_str(), 0) % u64::from(SHARDS)).to_string()
}

/// The business and the message of a key of the table or of one of its indexes.
pub(crate) fn read_key(item: &Item) -> Result<(BusinessId, MessageId), StoreError> {
    let (business, message) = read_text(item, PK).and_then(|pk| pk.split_once('/')).ok_or(StoreError::Corrupt(WHAT))?;
    let ids = business.parse().ok().zip(message.parse().ok());
    ids.ok_or(StoreError::Corrupt(WHAT))
}

/// The item of a message that is not settled.
pub(crate) fn message_item(message: &Message) -> Result<Item, StoreError> {
    let business = message.business_id;
    let row = Row {
        business_id: business,
        owner_id: message.owner_id(),
        customer_key: message.customer_id().map(|customer| customer_key(business, customer)),
        sender_id: message.sender_id,
        message_type: message.message_type,
        kind: message.kind,
        content: message.content.clone(),
        scheduled_for: Some(message.scheduled_for).filter(|at| *at != message.created_at),
        status: message.status,
        attempts: message.attempts,
        failures: message.failures,
        repeated: message.repeated,
        gave_up: message.gave_up,
        not_before: Some(message.next_attempt_at.unwrap_or(message.scheduled_for)),
        retry_not_before: message.retry_not_before,
        claimed_at: message.claimed_at,
        lease_until: message.lease_until,
        claim: message.attempt.clone(),
        sent_at: message.sent_at,
        gateway_message_id: message.gateway_message_id.clone(),
        error_message: message.error_message.clone(),
        metadata: message.metadata.clone(),
        created_key: message.created_at,
    };
    let mut item = to_item(&row, WHAT)?;
    item.extend(message_key(business, &message.message_id));
    item.insert(CREATED_KEY.to_owned(), text(stamp(message.created_at)));
    item.insert(DUE_SHARD.to_owned(), text(due_shard(&message.message_id)));
    item.insert(EXPIRES_AT.to_owned(), number((message.created_at + KEPT).timestamp()));
    Ok(item)
}

pub(crate) fn read_message(item: Item) -> Result<Message, StoreError> {
    let (business_id, message_id) = read_key(&item)?;
    let row: Row = from_item(item, WHAT)?;
    let customer = row.customer_key.as_deref().and_then(|key| key.split_once('/')?.1.parse().ok());
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
        content: row.content,
        scheduled_for: row.scheduled_for.unwrap_or(row.created_key),
        status: row.status,
        attempts: row.attempts,
        failures: row.failures,
        repeated: row.repeated,
        gave_up: row.gave_up,
        next_attempt_at: row.not_before,
        retry_not_before: row.retry_not_before,
        claimed_at: row.claimed_at,
        lease_until: row.lease_until,
        attempt: row.claim,
        sent_at: row.sent_at,
        gateway_message_id: row.gateway_message_id,
        error_message: row.error_message,
        metadata: row.metadata,
        created_at: row.created_key,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn shards_are_stable_and_all_used() {
        let shards: Vec<_> = (0..1_000).map(|n| due_shard(&format!("points/{n}").parse().unwrap())).collect();
        assert_eq!(shards.iter().collect::<BTreeSet<_>>().len(), usize::from(SHARDS));
        assert_eq!(shards.get(..8).unwrap().join(" "), "2 4 7 2 5 0 7 5");
    }
}
