//! Erases everything of a customer: conversation, points, purchases, appointments, messages, what the owners were told of the
//! customer, identities. The birthdays,
//! the reach row and the record go last and together, so that the rest can always be found again. What stays for some
//! days is that somebody of these identities was erased.

use crate::birthdays::row_writes;
use crate::dynamodb::{Item, Query, Transacted, VERSION, Write, number, text};
use crate::identities::{identities, identity_removal, remembrance};
use crate::keys::messages::{BY_CUSTOMER, CUSTOMER_KEY};
use crate::keys::{self, PK};
use crate::points::name_removals;
use crate::purchases::invoice_removals;
use crate::tables::Table;
use crate::{Conversation, Store, StoreError};
use chrono::{DateTime, Utc};
use domain::{Attempt, BusinessId, CustomerId, Recipient};
use futures::StreamExt;
use futures::stream;

/// Items deleted by one step at most.
pub(crate) const STEP: i32 = 100;
/// Deletions under way at once.
const AT_ONCE: usize = 10;

/// The progress of an erasure.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Erased {
    /// There is more to delete: take the next step.
    More,
    /// Nothing is left.
    Done,
}

impl Store {
    /// Deletes a part of a customer's items, at most about a hundred. It is safe to repeat a step and to go on after an
    /// interruption; `now` is UTC.
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
        // Before the rest: a purchase or a visit that comes from now on changes the record, which then stays for the next
        // step. An appointment that is only booked does not change it: the second look finds it.
        let known = self.customer(business, customer).await?;
        let partitions = [
            (Table::Conversations, keys::conversations::partition(business, Conversation::Customer(customer))),
            (Table::Points, keys::points::partition(business, customer)),
            (Table::Purchases, keys::purchases::partition(business, customer)),
        ];
        for (table, partition) in partitions {
            let found = self.first_keys(table, None, PK, partition).await?;
            if !found.is_empty() {
                // Names go before the items that they are found by.
                match table {
                    Table::Points => self.write_all(name_removals(business, customer, &found)).await?,
                    Table::Purchases => self.write_all(invoice_removals(business, customer, &found)).await?,
                    _ => {}
                }
                self.delete_all(table, found).await?;
                return Ok(Erased::More);
            }
        }
        if self.erase_appointments(business, customer, attempt).await? {
            return Ok(Erased::More);
        }
        let list = keys::messages::customer_key(business, customer);
        let found = self.first_keys(Table::Messages, Some(BY_CUSTOMER), CUSTOMER_KEY, list).await?;
        // A record that has just been deleted may still stand in the index, so an entry there is no reason to go on.
        let more = found.len() >= usize::try_from(STEP).unwrap_or(usize::MAX);
        self.delete_all(Table::Messages, found).await?;
        if more {
            return Ok(Erased::More);
        }
        self.erase_mentions(business, customer, known.as_ref().map(|known| &known.record), now).await?;
        let reach = keys::recipients::recipient(business, Recipient::Customer(customer));
        let reach = Write::delete(Table::Recipients, reach);
        let Some(known) = known else {
            self.write_plain(reach).await?;
            return Ok(Erased::Done);
        };
        for identity in identities(&known.record) {
            self.write_plain(remembrance(business, identity, now)).await?;
            self.write_plain(identity_removal(business, identity, customer)).await?;
        }
        // Together, and as it was read: a change that comes between would bring birthdays back that are nobody's.
        let record = Write::delete(Table::Customers, keys::customers::customer(business, customer));
        let mut writes = vec![record.if_same(VERSION, Some(number(known.version))), reach];
        writes.extend(row_writes(business, Some(&known.record), None)?);
        match self.transact(writes, attempt).await? {
            Transacted::Committed => Ok(Erased::Done),
            Transacted::Refused(_) => Ok(Erased::More),
        }
    }

    pub(crate) async fn first_keys(
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

    pub(crate) async fn delete_all(&self, table: Table, items: Vec<Item>) -> Result<(), StoreError> {
        self.write_all(items.into_iter().map(|item| Write::delete(table, keys::key_of(item))).collect()).await
    }

    pub(crate) async fn write_all(&self, writes: Vec<Write>) -> Result<(), StoreError> {
        let deletions = writes.into_iter().map(|write| self.write_plain(write));
        let mut done = stream::iter(deletions).buffer_unordered(AT_ONCE);
        while let Some(result) = done.next().await {
            result?;
        }
        Ok(())
    }
}
