//! What the owners were told of a customer: reports that list the person, and notices of what they wrote.

use crate::dynamodb::Item;
use crate::messages::{KEPT, read_ids};
use crate::tables::Table;
use crate::{Store, StoreError};
use chrono::{DateTime, TimeDelta, Utc};
use domain::{BusinessId, Customer, CustomerId, Message, Phone, Recipient};

/// How far back the second look goes, which finds what was written while the first went on.
const JUST_NOW: TimeDelta = TimeDelta::days(1);

impl Store {
    /// Deletes the messages to owners that name a customer: by the phone, or by the name of one who has none. Without a
    /// record, as after an erasure, those of the last day whose id holds the customer's. Reads the keys of the business's
    /// messages, and the records of those that are no customer's.
    pub(crate) async fn erase_mentions(
        &self,
        business: BusinessId,
        customer: CustomerId,
        record: Option<&Customer>,
        now: DateTime<Utc>,
    ) -> Result<(), StoreError> {
        // All messages of a closed business are deleted.
        if self.business(business).await?.is_none() {
            return Ok(());
        }
        let since = now - if record.is_some() { KEPT } else { JUST_NOW };
        let id = customer.to_string();
        let words = record.and_then(|record| record.phone.as_ref().map(Phone::digits).or(record.known_name()));
        let is_anothers = |id: &str| id.contains("customer/");
        let names = |message: &Message| {
            let is_to_owner = matches!(message.recipient, Recipient::Owner(_));
            let is_named = words.is_some_and(|words| message.content.text.contains(words));
            is_to_owner && (is_named || message.message_id.as_str().contains(&id))
        };
        let mut start = None;
        loop {
            let found = self.messages_since(business, since, now, start).await?;
            let is_candidate = |key: &&Item| read_ids(key).is_ok_and(|(_, id)| !is_anothers(id.as_str()));
            let keys: Vec<Item> = found.items.iter().filter(is_candidate).cloned().collect();
            let records = self.records(&keys).await?;
            let named: Vec<Item> = keys
                .into_iter()
                .filter(|key| read_ids(key).is_ok_and(|(_, id)| records.get(&id).is_some_and(names)))
                .collect();
            self.delete_all(Table::Messages, named).await?;
            start = found.next;
            if start.is_none() {
                return Ok(());
            }
        }
    }
}
