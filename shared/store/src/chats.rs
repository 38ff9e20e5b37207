//! The chat with each customer, beside its turns: one item, changed by conditional writes on its version. It is removed 90
//! days after its last message, and with its customer.

use crate::customers::record_writes;
use crate::dynamodb::{EXPIRES_AT, Outcome, VERSION, Versioned, Write, from_item, number, read_number, to_item};
use crate::keys::conversations as keys;
use crate::tables::Table;
use crate::{Store, StoreError};
use chrono::{DateTime, TimeDelta, Utc};
use domain::chat::{Chat, Settled};
use domain::{Attempt, BusinessId, CustomerId};

const WHAT: &str = "chats";
const KEPT: TimeDelta = TimeDelta::days(90);

/// The outcome of bringing a conversation to its customer's record.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Recorded {
    /// Chat and record are changed.
    Done,
    /// The chat or the record has changed since it was read.
    Conflict,
    /// There is no such customer any more.
    NoCustomer,
}

impl Store {
    /// The chat with a customer; a new one of version 0, if nobody has written yet.
    ///
    /// # Errors
    /// As every operation: see [`StoreError`].
    pub async fn chat(&self, business: BusinessId, customer: CustomerId) -> Result<Versioned<Chat>, StoreError> {
        let Some(item) = self.get(Table::Conversations, keys::chat(business, customer)).await? else {
            return Ok(Versioned { record: Chat::default(), version: 0 });
        };
        let version = read_number(&item, VERSION).unwrap_or_default();
        Ok(Versioned { record: from_item(item, WHAT)?, version })
    }

    /// Changes a chat as it was read; `false` if somebody has changed it since.
    ///
    /// # Errors
    /// As every operation: see [`StoreError`].
    pub async fn put_chat(
        &self,
        business: BusinessId,
        customer: CustomerId,
        before: &Versioned<Chat>,
        after: &Chat,
        attempt: &Attempt,
    ) -> Result<bool, StoreError> {
        let write = write(business, customer, before, after)?;
        Ok(!matches!(self.write(write, attempt).await?, Outcome::Refused(_)))
    }

    /// Keeps that a conversation has ended at `now` (UTC), and brings it to the customer's record: both or none.
    ///
    /// # Errors
    /// As every operation: see [`StoreError`].
    #[expect(clippy::too_many_arguments)]
    pub async fn record_conversation(
        &self,
        business: BusinessId,
        customer: CustomerId,
        before: &Versioned<Chat>,
        after: &Chat,
        settled: &Settled,
        now: DateTime<Utc>,
        attempt: &Attempt,
    ) -> Result<Recorded, StoreError> {
        let Some(known) = self.customer(business, customer).await? else { return Ok(Recorded::NoCustomer) };
        let mut record = known.record.clone();
        record.converse(settled, now);
        let mut writes = record_writes(business, &known, &record)?;
        writes.push(write(business, customer, before, after)?);
        let done = self.write_together(writes, attempt).await?;
        Ok(if done { Recorded::Done } else { Recorded::Conflict })
    }
}

fn write(
    business: BusinessId,
    customer: CustomerId,
    before: &Versioned<Chat>,
    after: &Chat,
) -> Result<Write, StoreError> {
    let mut item = to_item(after, WHAT)?;
    item.extend(keys::chat(business, customer));
    item.insert(VERSION.to_owned(), number(before.version + 1));
    if let Some(at) = after.last_at {
        item.insert(EXPIRES_AT.to_owned(), number((at + KEPT).timestamp()));
    }
    let put = Write::put(Table::Conversations, item);
    Ok(match before.version {
        0 => put.if_new(),
        version => put.if_same(VERSION, Some(number(version))),
    })
}
