//! The end of a business. Its record goes first, so that nothing of it is read, sent or started any more; then its
//! senders, keys and automations; then its people, a few at each step; and at last what only a marker still names.

use super::senders::address_removal;
use crate::customers::Erased;
use crate::dynamodb::{Query, Transacted, VERSION, Write, from_item, number, text, to_item};
use crate::keys::businesses as keys;
use crate::keys::messages::{BUSINESS_ID, BY_BUSINESS};
use crate::keys::{PK, conversations, key_of, recipients, senders};
use crate::tables::Table;
use crate::{Conversation, Store, StoreError};
use chrono::{DateTime, Utc};
use domain::{Attempt, BusinessId, OwnerId, Recipient, SenderId};
use serde::{Deserialize, Serialize};

const WHAT: &str = "businesses";
/// People that one step takes further.
const PEOPLE: i32 = 10;
const TRIES: usize = 5;

/// What a closed business is still found by.
#[derive(Serialize, Deserialize)]
struct Closed {
    owners: Vec<OwnerId>,
    senders: Vec<SenderId>,
}

impl Store {
    /// Whether a business is closed and being erased.
    ///
    /// # Errors
    /// As every operation: see [`StoreError`].
    pub async fn is_closed(&self, business: BusinessId) -> Result<bool, StoreError> {
        Ok(self.get(Table::Businesses, keys::closed(business)).await?.is_some())
    }

    /// Closes a business, if it is open: its record goes, and with it all that could act for it. It is safe to repeat.
    ///
    /// # Errors
    /// As every operation: see [`StoreError`].
    pub async fn close_business(&self, business: BusinessId, attempt: &Attempt) -> Result<(), StoreError> {
        for round in 1..=TRIES {
            let Some(found) = self.business_with_senders(business).await? else { return self.disarm(business).await };
            let owners = found.business.record.owners.iter().map(|owner| owner.owner_id).collect();
            let senders = found.senders.iter().map(|sender| sender.sender_id).collect();
            let mut marker = to_item(&Closed { owners, senders }, WHAT)?;
            marker.extend(keys::closed(business));
            let record = Write::delete(Table::Businesses, keys::business(business));
            let writes = vec![
                record.if_same(VERSION, Some(number(found.business.version))),
                Write::delete(Table::Businesses, keys::entry(business)),
                Write::put(Table::Businesses, marker),
            ];
            // One token cannot serve two transactions: the second would take the first for itself.
            let own = Attempt(format!("{}/{round}", attempt.0));
            if matches!(self.transact(writes, &own).await?, Transacted::Committed) {
                return self.disarm(business).await;
            }
        }
        Err(StoreError::Contended(WHAT))
    }

    /// Takes a part of a closed business away: a step of a few people, or what is left. It is safe to repeat a step and
    /// to go on after an interruption; `now` is UTC.
    ///
    /// # Errors
    /// As every operation: see [`StoreError`].
    pub async fn erase_business_step(
        &self,
        business: BusinessId,
        now: DateTime<Utc>,
        attempt: &Attempt,
    ) -> Result<Erased, StoreError> {
        // The function that sent the task may have ended before it closed the business.
        if self.business(business).await?.is_some() {
            self.close_business(business, attempt).await?;
        }
        let people = self.some_customers(business, PEOPLE).await?;
        if !people.is_empty() {
            for customer in people {
                let own = Attempt(format!("{}/{customer}", attempt.0));
                self.erase_step(business, customer, now, &own).await?;
            }
            return Ok(Erased::More);
        }
        let messages = self.first_keys(Table::Messages, Some(BY_BUSINESS), BUSINESS_ID, business.to_string()).await?;
        // A record that has just been deleted may still stand in the index, so an entry there is no reason to go on.
        let more = messages.len() >= 100;
        self.delete_all(Table::Messages, messages).await?;
        if more {
            return Ok(Erased::More);
        }
        // The rows of the days, which are nobody's.
        let diary = self.first_keys(Table::Appointments, None, PK, business.to_string()).await?;
        if !diary.is_empty() {
            self.delete_all(Table::Appointments, diary).await?;
            return Ok(Erased::More);
        }
        let owners = conversations::partition(business, Conversation::Owners);
        let turns = self.first_keys(Table::Conversations, None, PK, owners).await?;
        if !turns.is_empty() {
            self.delete_all(Table::Conversations, turns).await?;
            return Ok(Erased::More);
        }
        self.forget_campaigns(business).await?;
        self.disarm(business).await?;
        let Some(marker) = self.get(Table::Businesses, keys::closed(business)).await? else { return Ok(Erased::Done) };
        let Closed { owners, senders } = from_item(marker, WHAT)?;
        let owners = owners.into_iter().map(|owner| recipients::recipient(business, Recipient::Owner(owner)));
        self.delete_all(Table::Recipients, owners.collect()).await?;
        let senders = senders.into_iter().map(|sender| senders::sender(business, sender));
        self.delete_all(Table::Senders, senders.collect()).await?;
        Ok(Erased::Done)
    }

    /// Ends the erasure of a closed business.
    ///
    /// # Errors
    /// As every operation: see [`StoreError`].
    pub async fn forget_closed(&self, business: BusinessId) -> Result<(), StoreError> {
        self.write_plain(Write::delete(Table::Businesses, keys::closed(business))).await
    }

    /// Takes all away that could act for the business: senders with their addresses, saved searches, API keys,
    /// and what Automations holds, as next runs, proposals and starts by hand. Campaigns are taken away by themselves.
    async fn disarm(&self, business: BusinessId) -> Result<(), StoreError> {
        for sender in self.senders(business).await? {
            self.write_plain(address_removal(sender.gateway, &sender.address, sender.sender_id)).await?;
            self.write_plain(Write::delete(Table::Businesses, keys::sender(business, sender.sender_id))).await?;
        }
        self.forget_searches(business).await?;
        self.delete_keys(business).await?;
        let mut start = None;
        loop {
            let found = self
                .query(Query {
                    table: Table::Automations,
                    index: None,
                    condition: &format!("#{PK} = :business"),
                    values: vec![("business", text(business.to_string()))],
                    forward: true,
                    consistent: true,
                    limit: None,
                    start,
                })
                .await?;
            self.delete_all(Table::Automations, found.items.into_iter().map(key_of).collect()).await?;
            start = found.next;
            if start.is_none() {
                return Ok(());
            }
        }
    }
}
