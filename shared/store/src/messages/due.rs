//! Messages that are not settled, by the time at which they are looked at again.

use super::item::{KIND, WHAT, read_ids};
use crate::due::{DueCursor, DuePage};
use crate::dynamodb::{Outcome, Write, millis, read_millis, read_text};
use crate::keys::due::NOT_BEFORE;
use crate::keys::messages as keys;
use crate::tables::Table;
use crate::{Store, StoreError};
use chrono::{DateTime, Utc};
use domain::{Attempt, BusinessId, Kind, MessageId};

/// A message that is due.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DueMessage {
    /// The business that it belongs to.
    pub business_id: BusinessId,
    /// The message, by its deterministic id.
    pub message_id: MessageId,
    /// The kind, which decides the queue.
    pub kind: Kind,
    /// Since when, UTC.
    pub not_before: DateTime<Utc>,
}

impl Store {
    /// The messages of a shard that are due by `now`, the longest due first, at most `limit` a page.
    ///
    /// # Errors
    /// As every operation: see [`StoreError`].
    pub async fn due_messages(
        &self,
        shard: u8,
        now: DateTime<Utc>,
        limit: usize,
        cursor: Option<DueCursor>,
    ) -> Result<DuePage<DueMessage>, StoreError> {
        let read = |item| {
            let (business_id, message_id) = read_ids(&item)?;
            let not_before = read_millis(&item, NOT_BEFORE).ok_or(StoreError::Corrupt(WHAT))?;
            let kind = read_text(&item, KIND).and_then(|kind| kind.parse().ok()).ok_or(StoreError::Corrupt(WHAT))?;
            Ok(DueMessage { business_id, message_id, kind, not_before })
        };
        self.due_page(Table::Messages, shard, now, limit, cursor, read).await
    }

    /// A message that was due is looked at again at `next`; `false` if it has been settled or put elsewhere since.
    ///
    /// # Errors
    /// As every operation: see [`StoreError`].
    pub async fn advance_message(
        &self,
        due: &DueMessage,
        next: DateTime<Utc>,
        attempt: &Attempt,
    ) -> Result<bool, StoreError> {
        let write = Write::update(Table::Messages, keys::message(due.business_id, &due.message_id))
            .set(NOT_BEFORE, millis(next))
            .if_same(NOT_BEFORE, Some(millis(due.not_before)));
        Ok(!matches!(self.write(write, attempt).await?, Outcome::Refused(_)))
    }
}
