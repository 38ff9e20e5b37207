//! Businesses, their senders and their webhook secrets.

use crate::automations::{automation_change, automation_write, new_sync};
mod closing;
mod searches;
mod senders;

pub use senders::KeptSender;

pub(crate) use crate::changes::nothing as change;
use crate::dynamodb::{
    Item, Outcome, Query, Transacted, VERSION, Write, cursor, from_item, number, read_text, text, to_item, versioned,
};
use crate::keys::businesses::{self as keys, BUSINESS, DIRECTORY, SENDER};
use crate::keys::{PK, SK};
use crate::tables::Table;
use crate::{Page, Store, StoreError, Updated, Versioned};
use domain::sync::Sync;
use domain::{Attempt, Automation, AutomationName, Business, BusinessId, Sender, SenderId};
use serde::{Deserialize, Serialize};

const WHAT: &str = "businesses";

/// A business with its senders.
#[derive(Clone, PartialEq)]
pub struct WithSenders {
    /// The record, with its version.
    pub business: Versioned<Business>,
    /// In the order of their ids.
    pub senders: Vec<Sender>,
}

/// The sender whose webhook a secret is, with its business.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct WebhookOwner {
    /// The business that owns it.
    pub business_id: BusinessId,
    /// Its sender that the gateway reports of.
    pub sender_id: SenderId,
}

impl Store {
    /// Keeps a new business, version 1, with its automations and its nightly sync; `false` if its id exists already.
    ///
    /// # Errors
    /// As every operation: see [`StoreError`].
    pub async fn create_business(
        &self,
        business: &Business,
        automations: &[Automation],
        attempt: &Attempt,
    ) -> Result<bool, StoreError> {
        let mut item = to_item(business, WHAT)?;
        item.extend(keys::business(business.business_id));
        item.insert(VERSION.to_owned(), number(1));
        let entry = keys::entry(business.business_id);
        let mut writes = vec![Write::put(Table::Businesses, item).if_new(), Write::put(Table::Businesses, entry)];
        for automation in automations {
            writes.push(automation_write(automation)?);
        }
        let made = business.created_at;
        writes.push(new_sync(business.business_id, &Sync::new(made, business.timezone), made)?);
        Ok(matches!(self.transact(writes, attempt).await?, Transacted::Committed))
    }

    /// A business.
    ///
    /// # Errors
    /// As every operation: see [`StoreError`].
    pub async fn business(&self, business: BusinessId) -> Result<Option<Versioned<Business>>, StoreError> {
        let item = self.get(Table::Businesses, keys::business(business)).await?;
        item.map(|item| versioned(item, WHAT)).transpose()
    }

    /// Those of the businesses that exist, in no order.
    ///
    /// # Errors
    /// As every operation: see [`StoreError`].
    pub async fn businesses_of(&self, ids: &[BusinessId]) -> Result<Vec<Business>, StoreError> {
        let keys = ids.iter().map(|id| keys::business(*id)).collect();
        let items = self.batch_get(Table::Businesses, keys).await?;
        items.into_iter().map(|item| from_item(item, WHAT)).collect()
    }

    /// A business and its senders, by one query.
    ///
    /// # Errors
    /// As every operation: see [`StoreError`].
    pub async fn business_with_senders(&self, business: BusinessId) -> Result<Option<WithSenders>, StoreError> {
        let mut record = None;
        let mut senders = Vec::new();
        for item in self.range(keys::partition(business), keys::with_senders()).await? {
            match read_text(&item, SK) {
                Some(BUSINESS) => record = Some(versioned(item, WHAT)?),
                Some(sk) if sk.starts_with(SENDER) => senders.push(from_item(item, WHAT)?),
                _ => {}
            }
        }
        Ok(record.map(|business| WithSenders { business, senders }))
    }

    /// The businesses of the deployment in the order of their ids, at most `limit` a page (100 at most).
    ///
    /// # Errors
    /// [`StoreError::BadCursor`], or as every operation.
    pub async fn businesses(&self, limit: usize, cursor: Option<&str>) -> Result<Page<Business>, StoreError> {
        let start = cursor.map(|cursor| cursor::decode(DIRECTORY, cursor)).transpose()?;
        let found = self
            .query(Query {
                table: Table::Businesses,
                index: None,
                condition: "#pk = :pk",
                values: vec![(PK, text(DIRECTORY))],
                forward: true,
                consistent: true,
                limit: i32::try_from(limit.clamp(1, 100)).ok(),
                start: start.map(keys::entry),
            })
            .await?;
        let ids = found.items.iter().filter_map(|item| read_text(item, SK));
        let keys = ids.map(keys::business).collect();
        let items = self.batch_get(Table::Businesses, keys).await?;
        let mut items = items.into_iter().map(|item| from_item(item, WHAT)).collect::<Result<Vec<Business>, _>>()?;
        items.sort_by_key(|business| business.business_id);
        let next = found.next.as_ref().and_then(|key| read_text(key, SK));
        Ok(Page { items, cursor: next.map(|id| cursor::encode(DIRECTORY, id)) })
    }

    /// The ids of all businesses of the deployment.
    ///
    /// # Errors
    /// As every operation: see [`StoreError`].
    pub async fn business_ids(&self) -> Result<Vec<BusinessId>, StoreError> {
        let items = self.range(DIRECTORY.to_owned(), keys::entries()).await?;
        Ok(items.iter().filter_map(|item| read_text(item, SK)?.parse().ok()).collect())
    }

    /// Changes a business as it was read. Where its zone differs, those of these automations that it has move to it in the
    /// same write.
    ///
    /// # Errors
    /// As every operation: see [`StoreError`].
    pub async fn update_business(
        &self,
        before: &Versioned<Business>,
        after: &Business,
        automations: &[AutomationName],
        attempt: &Attempt,
    ) -> Result<Updated, StoreError> {
        let write = Write::update(Table::Businesses, keys::business(before.record.business_id))
            .turn(&to_item(&before.record, WHAT)?, &to_item(after, WHAT)?);
        if write.is_idle() {
            return Ok(Updated::Unchanged);
        }
        let next = before.version + 1;
        let mut writes = vec![write.set(VERSION, number(next)).if_same(VERSION, Some(number(before.version)))];
        if after.timezone != before.record.timezone {
            for automation in self.automations(before.record.business_id, automations).await? {
                let moved = Automation { timezone: after.timezone, ..automation.clone() };
                writes.extend(automation_change(&automation, &moved)?);
            }
        }
        let done = self.write_together(writes, attempt).await?;
        Ok(if done { Updated::Done(next) } else { Updated::Conflict })
    }

    /// A sender of the business.
    ///
    /// # Errors
    /// As every operation: see [`StoreError`].
    pub async fn sender(&self, business: BusinessId, sender: SenderId) -> Result<Option<Sender>, StoreError> {
        let item = self.get(Table::Businesses, keys::sender(business, sender)).await?;
        item.map(|item| from_item(item, "senders")).transpose()
    }

    /// The senders of the business in the order of their ids.
    ///
    /// # Errors
    /// As every operation: see [`StoreError`].
    pub async fn senders(&self, business: BusinessId) -> Result<Vec<Sender>, StoreError> {
        let items = self.range(keys::partition(business), keys::senders()).await?;
        items.into_iter().map(|item| from_item(item, "senders")).collect()
    }

    /// Makes the secret of this hash (SHA-256 in hex) the owner's; `false` if it is another's.
    ///
    /// # Errors
    /// As every operation: see [`StoreError`].
    pub async fn put_webhook(
        &self,
        secret_hash: &str,
        owner: WebhookOwner,
        attempt: &Attempt,
    ) -> Result<bool, StoreError> {
        let mut item = to_item(&owner, "webhooks")?;
        item.extend(keys::webhook(secret_hash));
        match self.write(Write::put(Table::Businesses, item).if_new(), attempt).await? {
            Outcome::Written(_) | Outcome::AlreadyMine(_) => Ok(true),
            Outcome::Refused(Some(old)) => Ok(from_item::<WebhookOwner>(old, "webhooks")? == owner),
            Outcome::Refused(None) => Ok(false),
        }
    }

    /// The sender whose webhook the secret of this hash is.
    ///
    /// # Errors
    /// As every operation: see [`StoreError`].
    pub async fn webhook(&self, secret_hash: &str) -> Result<Option<WebhookOwner>, StoreError> {
        let item = self.get(Table::Businesses, keys::webhook(secret_hash)).await?;
        item.map(|item| from_item(item, "webhooks")).transpose()
    }

    /// Takes the secret of this hash back.
    ///
    /// # Errors
    /// As every operation: see [`StoreError`].
    pub async fn remove_webhook(&self, secret_hash: &str) -> Result<(), StoreError> {
        self.write_plain(Write::delete(Table::Businesses, keys::webhook(secret_hash))).await
    }

    /// Reads something that is not there: that the table of businesses answers.
    ///
    /// # Errors
    /// As every operation: see [`StoreError`].
    pub async fn ping(&self) -> Result<(), StoreError> {
        self.get(Table::Businesses, keys::ping()).await.map(drop)
    }

    async fn range(&self, pk: String, (from, to): (String, String)) -> Result<Vec<Item>, StoreError> {
        let mut items = Vec::new();
        let mut start = None;
        loop {
            let found = self
                .query(Query {
                    table: Table::Businesses,
                    index: None,
                    condition: "#pk = :pk AND #sk BETWEEN :from AND :to",
                    values: vec![(PK, text(&pk)), ("from", text(&from)), ("to", text(&to))],
                    forward: true,
                    consistent: true,
                    limit: None,
                    start,
                })
                .await?;
            items.extend(found.items);
            start = found.next;
            if start.is_none() {
                return Ok(items);
            }
        }
    }
}
