//! The rows that have come due: tables whose items wait for a time have a sparse, sharded index by it.

use crate::dynamodb::{Item, Query, millis, text};
use crate::keys::automations::SYNC_SHARD;
use crate::keys::due::{INDEX, NOT_BEFORE, SHARD, SHARDS};
use crate::tables::Table;
use crate::{Store, StoreError};
use chrono::{DateTime, Utc};
use std::ops::Range;

/// A page of what is due in a shard.
#[derive(Clone, Debug)]
pub struct DuePage<T> {
    /// The longest due first.
    pub rows: Vec<T>,
    /// The number of rows that cannot be read: one that this build does not know keeps no other from its time.
    pub unreadable: usize,
    /// Continues the page; absent at the end.
    pub next: Option<DueCursor>,
}

/// Continues a look at what is due.
#[derive(Clone, Debug)]
pub struct DueCursor(Item);

/// The parts of the due indexes of messages and automations; what is due is looked for in each.
#[must_use]
pub fn due_shards() -> Range<u8> {
    0..SHARDS
}

/// The same for campaigns: one part, as few of them change in a second.
#[must_use]
pub fn campaign_shards() -> Range<u8> {
    0..1
}

/// The same for syncs: one part beside those of the automations, as each changes once in a night.
#[must_use]
pub fn sync_shards() -> Range<u8> {
    SYNC_SHARD..SYNC_SHARD + 1
}

impl Store {
    /// The rows that are due in a shard of a table by `now`, at most `limit` a page, each row as `read` reads it.
    pub(crate) async fn due_page<T>(
        &self,
        table: Table,
        shard: u8,
        now: DateTime<Utc>,
        limit: usize,
        cursor: Option<DueCursor>,
        read: impl Fn(Item) -> Result<T, StoreError>,
    ) -> Result<DuePage<T>, StoreError> {
        let found = self
            .query(Query {
                table,
                index: Some(INDEX),
                condition: &format!("#{SHARD} = :shard AND #{NOT_BEFORE} <= :now"),
                values: vec![("shard", text(shard.to_string())), ("now", millis(now))],
                forward: true,
                consistent: false,
                limit: i32::try_from(limit.max(1)).ok(),
                start: cursor.map(|cursor| cursor.0),
            })
            .await?;
        let all = found.items.len();
        let rows: Vec<T> = found.items.into_iter().filter_map(|item| read(item).ok()).collect();
        Ok(DuePage { unreadable: all - rows.len(), rows, next: found.next.map(DueCursor) })
    }
}
