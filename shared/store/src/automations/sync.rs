//! The nightly sync of a business: a row that is in the due index at all times.

use crate::due::{DueCursor, DuePage};
use crate::dynamodb::{
    Item, Outcome, VERSION, Versioned, Write, millis, number, read_millis, read_text, text, to_item, versioned,
};
use crate::keys::automations as keys;
use crate::keys::due::{NOT_BEFORE, SHARD};
use crate::keys::{PK, SK};
use crate::tables::Table;
use crate::{Store, StoreError, Updated};
use chrono::{DateTime, Utc};
use domain::sync::Sync;
use domain::{Attempt, BusinessId};

const WHAT: &str = "syncs";

/// A business whose sync is due.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DueSync {
    /// The business.
    pub business_id: BusinessId,
    /// Since when, UTC.
    pub not_before: DateTime<Utc>,
}

fn item(sync: &Sync, now: DateTime<Utc>) -> Result<Item, StoreError> {
    let mut item = to_item(sync, WHAT)?;
    item.insert(SHARD.to_owned(), text(keys::SYNC_SHARD.to_string()));
    item.insert(NOT_BEFORE.to_owned(), millis(sync.due_at(now)));
    Ok(item)
}

/// The sync of a business that has none.
pub(crate) fn new_sync(business: BusinessId, sync: &Sync, now: DateTime<Utc>) -> Result<Write, StoreError> {
    let mut item = item(sync, now)?;
    item.extend(keys::sync(business));
    item.insert(VERSION.to_owned(), number(1));
    Ok(Write::put(Table::Automations, item).if_new())
}

impl Store {
    /// The sync of a business; `None` of one that was opened before there was any.
    ///
    /// # Errors
    /// As every operation: see [`StoreError`].
    pub async fn sync(&self, business: BusinessId) -> Result<Option<Versioned<Sync>>, StoreError> {
        let item = self.get(Table::Automations, keys::sync(business)).await?;
        item.map(|item| versioned(item, WHAT)).transpose()
    }

    /// Keeps the sync of a business that has none; a conflict if it has one by now.
    ///
    /// # Errors
    /// As every operation: see [`StoreError`].
    pub async fn create_sync(
        &self,
        business: BusinessId,
        sync: &Sync,
        now: DateTime<Utc>,
        attempt: &Attempt,
    ) -> Result<Updated, StoreError> {
        Ok(match self.write(new_sync(business, sync, now)?, attempt).await? {
            Outcome::Written(_) | Outcome::AlreadyMine(_) => Updated::Done(1),
            Outcome::Refused(_) => Updated::Conflict,
        })
    }

    /// Changes a sync as it was read. It comes due again by itself, as of `now`.
    ///
    /// # Errors
    /// As every operation: see [`StoreError`].
    pub async fn update_sync(
        &self,
        business: BusinessId,
        before: &Versioned<Sync>,
        after: &Sync,
        now: DateTime<Utc>,
        attempt: &Attempt,
    ) -> Result<Updated, StoreError> {
        let next = before.version + 1;
        let write = Write::update(Table::Automations, keys::sync(business))
            .turn(&to_item(&before.record, WHAT)?, &item(after, now)?)
            .set(VERSION, number(next))
            .if_same(VERSION, Some(number(before.version)));
        Ok(match self.write(write, attempt).await? {
            Outcome::Written(_) | Outcome::AlreadyMine(_) => Updated::Done(next),
            Outcome::Refused(_) => Updated::Conflict,
        })
    }

    /// The businesses whose sync is due by `now`, the longest due first, at most `limit` a page.
    ///
    /// # Errors
    /// As every operation: see [`StoreError`].
    pub async fn due_syncs(
        &self,
        shard: u8,
        now: DateTime<Utc>,
        limit: usize,
        cursor: Option<DueCursor>,
    ) -> Result<DuePage<DueSync>, StoreError> {
        let read = |item: Item| {
            let business_id = read_text(&item, PK).and_then(|pk| pk.parse().ok());
            let is_sync = read_text(&item, SK) == Some(keys::SYNC);
            let due = business_id.zip(read_millis(&item, NOT_BEFORE)).filter(|_| is_sync);
            let (business_id, not_before) = due.ok_or(StoreError::Corrupt(WHAT))?;
            Ok(DueSync { business_id, not_before })
        };
        self.due_page(Table::Automations, shard, now, limit, cursor, read).await
    }

    /// A sync whose task is sent comes due again at `next`; `false` if it was moved or has begun since.
    ///
    /// # Errors
    /// As every operation: see [`StoreError`].
    pub async fn advance_sync(
        &self,
        due: &DueSync,
        next: DateTime<Utc>,
        attempt: &Attempt,
    ) -> Result<bool, StoreError> {
        let write = Write::update(Table::Automations, keys::sync(due.business_id))
            .set(NOT_BEFORE, millis(next))
            .if_same(NOT_BEFORE, Some(millis(due.not_before)));
        Ok(!matches!(self.write(write, attempt).await?, Outcome::Refused(_)))
    }
}
