//! The due index: messages that are not settled, by the time at which they are looked at again.

use crate::calls::{Outcome, Query};
use crate::item::{Item, millis, read_millis, read_text, text};
use crate::message_item::{DUE_SHARD, KIND, NOT_BEFORE, SHARDS, WHAT, message_key, read_key};
use crate::tables::{MESSAGES_DUE, Table};
use crate::write::Write;
use crate::{Store, StoreError};
use chrono::{DateTime, Utc};
use domain::{Attempt, BusinessId, Kind, MessageId};

/// A message that is due.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Due {
    /// Whose it is.
    pub business_id: BusinessId,
    /// Which it is.
    pub message_id: MessageId,
    /// Its kind.
    pub kind: Kind,
    /// Since when, UTC.
    pub not_before: DateTime<Utc>,
}

/// Continues a look at what is due.
#[derive(Clone, Debug)]
pub struct DueCursor(pub(crate) Item);

/// The parts that the due index has; what is due is looked for in each.
pub fn due_shards() -> impl Iterator<Item = u8> {
    0..SHARDS
}

impl Store {
    /// What is due in a shard by `now`, the longest due first, at most `limit` a page.
    ///
    /// # Errors
    /// As every operation: see [`StoreError`].
    pub async fn due(
        &self,
        shard: u8,
        now: DateTime<Utc>,
        limit: usize,
        cursor: Option<DueCursor>,
    ) -> Result<(Vec<Due>, Option<DueCursor>), StoreError> {
        let found = self
            .query(Query {
                table: Table::Messages,
                index: Some(MESSAGES_DUE),
                condition: &format!("#{DUE_SHARD} = :shard AND #{NOT_BEFORE} <= :now"),
                values: vec![("shard", text(shard.to_string())), ("now", millis(now))],
                forward: true,
                consistent: false,
                limit: i32::try_from(limit.max(1)).ok(),
                start: cursor.map(|cursor| cursor.0),
            })
            .await?;
        let due = found.items.iter().map(|item| {
            let (business_id, message_id) = read_key(item)?;
            let not_before = read_millis(item, NOT_BEFORE).ok_or(StoreError::Corrupt(WHAT))?;
            let kind = read_text(item, KIND).and_then(|kind| kind.parse().ok()).ok_or(StoreError::Corrupt(WHAT))?;
            Ok(Due { business_id, message_id, kind, not_before })
        });
        Ok((due.collect::<Result<_, StoreError>>()?, found.next.map(DueCursor)))
    }

    /// What was due is looked at again at `next`; `false` if it has been settled or put elsewhere since.
    ///
    /// # Errors
    /// As every operation: see [`StoreError`].
    pub async fn advance_due(&self, due: &Due, next: DateTime<Utc>, attempt: &Attempt) -> Result<bool, StoreError> {
        let write = Write::update(Table::Messages, message_key(due.business_id, &due.message_id))
            .set(NOT_BEFORE, millis(next))
            .if_same(NOT_BEFORE, Some(millis(due.not_before)));
        Ok(!matches!(self.write(write, attempt).await?, Outcome::Refused(_)))
    }
}
