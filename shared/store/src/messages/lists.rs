//! Lists of messages, newest first: keys from an index, records by their keys, so that a change of status costs no
//! write of the index.

use super::item::{KEPT, WHAT, read_ids, read_message};
use crate::dynamodb::{Found, Item, Query, cursor, read_text, stamp, text};
use crate::keys::messages::{self as keys, BUSINESS_ID, BY_BUSINESS, BY_CUSTOMER, CREATED_KEY, CUSTOMER_KEY};
use crate::tables::Table;
use crate::{Page, Store, StoreError};
use chrono::{DateTime, Utc};
use domain::{BusinessId, CustomerId, Message, MessageId, MessageType, OwnerId, Status};
use std::collections::HashMap;

/// Records that one page of a filtered list reads at most.
pub(super) const READ_AT_MOST: usize = 1_000;
pub(super) const BATCH: usize = 100;

/// Which messages of a business are listed; `None` does not restrict.
#[derive(Clone, Copy, Debug, Default)]
pub struct MessageFilter {
    /// Only messages to this customer.
    pub customer: Option<CustomerId>,
    /// Only messages to this owner.
    pub owner: Option<OwnerId>,
    /// Only messages of this type.
    pub message_type: Option<MessageType>,
    /// Of this status, as it now is.
    pub status: Option<Status>,
    /// Created at this time or later, UTC.
    pub from: Option<DateTime<Utc>>,
    /// Created before this time, UTC.
    pub to: Option<DateTime<Utc>>,
}

impl MessageFilter {
    fn reads_records(&self) -> bool {
        self.owner.is_some() || self.message_type.is_some() || self.status.is_some()
    }

    fn takes(&self, message: &Message) -> bool {
        self.owner.is_none_or(|wanted| message.owner_id() == Some(wanted))
            && self.message_type.is_none_or(|wanted| wanted == message.message_type)
            && self.status.is_none_or(|wanted| wanted == message.status)
            && self.to.is_none_or(|to| message.created_at < to)
    }

    /// As for a list that is not already one of the customer's, from that time on.
    pub(super) fn takes_any(&self, message: &Message) -> bool {
        self.takes(message)
            && self.customer.is_none_or(|wanted| message.customer_id() == Some(wanted))
            && self.from.is_none_or(|from| message.created_at >= from)
    }
}

impl Store {
    /// Messages of a business, newest first, without those of campaigns unless they are a customer's, at most `limit` (1 to 100) a page. A page may have fewer than that and
    /// still be followed by others, as a filter that little passes stops after a thousand records. Messages that are
    /// to be removed by `now` are left out; one made in this moment may not be among them yet.
    ///
    /// # Errors
    /// [`StoreError::BadCursor`], or as every operation.
    pub async fn list_messages(
        &self,
        business: BusinessId,
        filter: &MessageFilter,
        now: DateTime<Utc>,
        limit: usize,
        cursor: Option<&str>,
    ) -> Result<Page<Message>, StoreError> {
        let limit = limit.clamp(1, BATCH);
        let (index, name, value) = match filter.customer {
            Some(customer) => (BY_CUSTOMER, CUSTOMER_KEY, keys::customer_key(business, customer)),
            None => (BY_BUSINESS, BUSINESS_ID, business.to_string()),
        };
        let scope = format!("{value}/messages");
        let mut start = match cursor {
            Some(cursor) => Some(read_place(business, name, &value, &cursor::decode(&scope, cursor)?)?),
            None => None,
        };
        let from = filter.from.unwrap_or(DateTime::UNIX_EPOCH).max(now - KEPT);
        let to = filter.to.unwrap_or(now + KEPT);
        let step = if filter.reads_records() { BATCH } else { limit };
        let mut page = Page { items: Vec::new(), cursor: None };
        let mut examined = 0;
        loop {
            let found = self
                .query(Query {
                    table: Table::Messages,
                    index: Some(index),
                    condition: &format!("#{name} = :list AND #{CREATED_KEY} BETWEEN :from AND :to"),
                    values: vec![
                        ("list", text(value.clone())),
                        ("from", text(stamp(from))),
                        ("to", text(stamp(to.max(from)))),
                    ],
                    forward: false,
                    consistent: false,
                    limit: i32::try_from(step).ok(),
                    start,
                })
                .await?;
            examined += found.items.len();
            let mut records = self.records(&found.items).await?;
            let last_key = found.items.len().checked_sub(1);
            for (index, key) in found.items.iter().enumerate() {
                let (_, id) = read_ids(key)?;
                if let Some(message) = records.remove(&id).filter(|message| filter.takes(message)) {
                    page.items.push(message);
                }
                let more = found.next.is_some() || Some(index) != last_key;
                if page.items.len() == limit && more {
                    page.cursor = Some(cursor::encode(&scope, &write_place(key)?));
                    return Ok(page);
                }
            }
            start = found.next;
            match &start {
                None => return Ok(page),
                Some(next) if examined >= READ_AT_MOST => {
                    page.cursor = Some(cursor::encode(&scope, &write_place(next)?));
                    return Ok(page);
                }
                Some(_) => {}
            }
        }
    }

    /// The messages of a business that were made since a time (UTC) and whose id begins so. Reads the keys of all that were
    /// made since, without those of campaigns, and the records of these. One made in this moment may not be among them yet.
    ///
    /// # Errors
    /// As every operation: see [`StoreError`].
    pub async fn messages_named(
        &self,
        business: BusinessId,
        beginning: &str,
        since: DateTime<Utc>,
        now: DateTime<Utc>,
    ) -> Result<Vec<Message>, StoreError> {
        let (mut named, mut start) = (Vec::new(), None);
        loop {
            let found = self.messages_since(business, since, now, start).await?;
            let is_named = |key: &&Item| read_ids(key).is_ok_and(|(_, id)| id.as_str().starts_with(beginning));
            let keys: Vec<Item> = found.items.iter().filter(is_named).cloned().collect();
            named.extend(self.records(&keys).await?.into_values());
            start = found.next;
            if start.is_none() {
                return Ok(named);
            }
        }
    }

    /// The keys of the messages of a business that were made since a time, oldest first: a page of about a megabyte.
    pub(crate) async fn messages_since(
        &self,
        business: BusinessId,
        since: DateTime<Utc>,
        now: DateTime<Utc>,
        start: Option<Item>,
    ) -> Result<Found, StoreError> {
        self.query(Query {
            table: Table::Messages,
            index: Some(BY_BUSINESS),
            condition: &format!("#{BUSINESS_ID} = :list AND #{CREATED_KEY} BETWEEN :from AND :to"),
            values: vec![
                ("list", text(business.to_string())),
                ("from", text(stamp(since))),
                ("to", text(stamp((now + KEPT).max(since)))),
            ],
            forward: true,
            consistent: false,
            limit: None,
            start,
        })
        .await
    }

    /// The ids of the newest messages to a customer, by the time at which they were made, newest first, at most `limit`.
    /// Keys of the index alone. One made in this moment may not be among them yet.
    ///
    /// # Errors
    /// As every operation: see [`StoreError`].
    pub async fn customer_message_ids(
        &self,
        business: BusinessId,
        customer: CustomerId,
        limit: usize,
    ) -> Result<Vec<MessageId>, StoreError> {
        let found = self
            .query(Query {
                table: Table::Messages,
                index: Some(BY_CUSTOMER),
                condition: &format!("#{CUSTOMER_KEY} = :list"),
                values: vec![("list", text(keys::customer_key(business, customer)))],
                forward: false,
                consistent: false,
                limit: i32::try_from(limit).ok(),
                start: None,
            })
            .await?;
        found.items.iter().map(|key| read_ids(key).map(|(_, message)| message)).collect()
    }

    pub(crate) async fn records(&self, keys: &[Item]) -> Result<HashMap<MessageId, Message>, StoreError> {
        let ids = keys.iter().map(read_ids).collect::<Result<Vec<_>, _>>()?;
        let keys = ids.iter().map(|(business, message)| keys::message(*business, message)).collect();
        let items = self.batch_get(Table::Messages, keys).await?;
        let records = items.into_iter().map(read_message).collect::<Result<Vec<_>, _>>()?;
        Ok(records.into_iter().map(|message| (message.message_id.clone(), message)).collect())
    }
}

/// A place in the index: when, and which message.
pub(crate) fn write_place(key: &Item) -> Result<String, StoreError> {
    let (_, message) = read_ids(key)?;
    let created = read_text(key, CREATED_KEY).ok_or(StoreError::Corrupt(WHAT))?;
    Ok(format!("{created} {message}"))
}

pub(crate) fn read_place(business: BusinessId, name: &str, value: &str, place: &str) -> Result<Item, StoreError> {
    let (created, message) = place.split_once(' ').ok_or(StoreError::BadCursor)?;
    Ok(keys::place(business, name, value, created, message))
}

/// When a message of the index was made, UTC.
pub(crate) fn read_created(key: &Item) -> Result<DateTime<Utc>, StoreError> {
    let created = read_text(key, CREATED_KEY).and_then(|created| created.parse().ok());
    created.ok_or(StoreError::Corrupt(WHAT))
}
