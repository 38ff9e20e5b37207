//! Everything of a customer is deleted: what was written, points, messages, identities, and last, together, birthdays,
//! the reach row and the record, so that what is left can always be found again. What stays for [`REMEMBERED`] is that
//! somebody of this phone was erased: pk `{business_id}/erased/{sha256 of the identity}`, with `erased_at`.

use crate::birthdays::row_writes;
use crate::calls::{Query, Transacted};
use crate::customers::customer_key;
use crate::identities::{Identity, identities, identity_removal};
use crate::item::{EXPIRES_AT, Item, PK, SK, VERSION, key, millis, number, read_millis, text};
use crate::message_item::{CUSTOMER_KEY, customer_key as customer_list};
use crate::reach::reach_key;
use crate::tables::{MESSAGES_BY_CUSTOMER, Table};
use crate::write::Write;
use crate::{Store, StoreError};
use chrono::{DateTime, TimeDelta, Utc};
use domain::{Attempt, BusinessId, CustomerId, Recipient};
use futures::StreamExt;
use futures::stream;
use sha2::{Digest, Sha256};

/// Items deleted by one step at most.
const STEP: i32 = 100;
/// Queues keep for so long what was written before, and some time more for the hour at which it is looked at.
const REMEMBERED: TimeDelta = TimeDelta::days(15);
const ERASED_AT: &str = "erased_at";
/// Deletions under way at once.
const AT_ONCE: usize = 10;

/// How far an erasure is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Erased {
    /// There is more to delete: take the next step.
    More,
    /// Nothing is left.
    Done,
}

impl Store {
    /// Deletes some of what there is of a customer, at most about a hundred items. It is safe to repeat a step and to
    /// go on after an interruption; `now` is UTC.
    ///
    /// # Errors
    /// As every operation: see [`StoreError`].
    pub async fn erase_step(
        &self,
        business: BusinessId,
        customer: CustomerId,
        now: DateTime<Utc>,
        attempt: &Attempt,
    ) -> Result<Erased, StoreError> {
        let partition = format!("{business}/{customer}");
        for table in [Table::Conversations, Table::Points] {
            let found = self.first_keys(table, None, PK, partition.clone()).await?;
            if !found.is_empty() {
                self.delete_all(table, found, &[PK, SK]).await?;
                return Ok(Erased::More);
            }
        }
        let list = customer_list(business, customer);
        let found = self.first_keys(Table::Messages, Some(MESSAGES_BY_CUSTOMER), CUSTOMER_KEY, list).await?;
        // A record that has just been deleted may still stand in the index: what it lists is no reason to go on.
        let more = found.len() >= usize::try_from(STEP).unwrap_or(usize::MAX);
        self.delete_all(Table::Messages, found, &[PK]).await?;
        if more {
            return Ok(Erased::More);
        }
        let reach = Write::delete(Table::Recipients, reach_key(business, Recipient::Customer(customer)));
        let Some(known) = self.customer(business, customer).await? else {
            self.write_plain(reach).await?;
            return Ok(Erased::Done);
        };
        for identity in identities(&known.record) {
            self.write_plain(remembrance(business, identity, now)).await?;
            self.write_plain(identity_removal(business, identity, customer)).await?;
        }
        // Together, and as it was read: a change that comes between would bring birthdays back that are nobody's.
        let record = Write::delete(Table::Customers, customer_key(business, customer));
        let mut writes = vec![record.if_same(VERSION, Some(number(known.version))), reach];
        writes.extend(row_writes(business, Some(&known.record), None)?);
        match self.transact(writes, attempt).await? {
            Transacted::Committed => Ok(Erased::Done),
            Transacted::Refused(_) => Ok(Erased::More),
        }
    }

    /// When somebody with one of these identities was last erased, UTC, if it is not long ago.
    ///
    /// # Errors
    /// As every operation: see [`StoreError`].
    pub async fn erased_at(
        &self,
        business: BusinessId,
        names: &[Identity<'_>],
    ) -> Result<Option<DateTime<Utc>>, StoreError> {
        let mut last = None;
        for identity in names {
            let found = self.get(Table::Identities, erased_key(business, *identity)).await?;
            last = last.max(found.and_then(|item| read_millis(&item, ERASED_AT)));
        }
        Ok(last)
    }

    async fn first_keys(
        &self,
        table: Table,
        index: Option<&'static str>,
        name: &str,
        value: String,
    ) -> Result<Vec<Item>, StoreError> {
        let found = self
            .query(Query {
                table,
                index,
                condition: &format!("#{name} = :value"),
                values: vec![("value", text(value))],
                forward: true,
                consistent: index.is_none(),
                limit: Some(STEP),
                start: None,
            })
            .await?;
        Ok(found.items)
    }

    async fn delete_all(&self, table: Table, items: Vec<Item>, names: &[&str]) -> Result<(), StoreError> {
        let deletions = items.into_iter().map(|mut item| {
            item.retain(|name, _| names.contains(&name.as_str()));
            self.write_plain(Write::delete(table, item))
        });
        let mut done = stream::iter(deletions).buffer_unordered(AT_ONCE);
        while let Some(result) = done.next().await {
            result?;
        }
        Ok(())
    }
}

fn erased_key(business: BusinessId, identity: Identity<'_>) -> Item {
    key(format!("{business}/erased/{}", hex::encode(Sha256::digest(identity.name(business)))))
}

fn remembrance(business: BusinessId, identity: Identity<'_>, now: DateTime<Utc>) -> Write {
    let mut item = erased_key(business, identity);
    item.insert(ERASED_AT.to_owned(), millis(now));
    item.insert(EXPIRES_AT.to_owned(), number((now + REMEMBERED).timestamp()));
    Write::put(Table::Identities, item)
}
