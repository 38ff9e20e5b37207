//! Sessions that nobody has heard of for so long that they are looked at.

use super::{WHAT, keys};
use crate::due::{DueCursor, DuePage};
use crate::dynamodb::{Outcome, Write, millis, read_millis, read_text};
use crate::keys::SK;
use crate::keys::due::NOT_BEFORE;
use crate::tables::Table;
use crate::{Store, StoreError};
use chrono::{DateTime, Utc};
use domain::{Attempt, SessionId};

/// A session that is due.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DueSession {
    /// Which.
    pub session_id: SessionId,
    /// Since when, UTC.
    pub not_before: DateTime<Utc>,
}

impl Store {
    /// The sessions of a shard that are due by `now`, the longest due first, at most `limit` a page.
    ///
    /// # Errors
    /// As every operation: see [`StoreError`].
    pub async fn due_sessions(
        &self,
        shard: u8,
        now: DateTime<Utc>,
        limit: usize,
        cursor: Option<DueCursor>,
    ) -> Result<DuePage<DueSession>, StoreError> {
        let read = |item| {
            let corrupt = StoreError::Corrupt(WHAT);
            let session_id = read_text(&item, SK).and_then(|id| id.parse().ok()).ok_or(corrupt.clone())?;
            Ok(DueSession { session_id, not_before: read_millis(&item, NOT_BEFORE).ok_or(corrupt)? })
        };
        self.due_page(Table::Sessions, shard, now, limit, cursor, read).await
    }

    /// A session that was due is looked at again at `next`; `false` if it has been moved since.
    ///
    /// # Errors
    /// As every operation: see [`StoreError`].
    pub async fn advance_session(
        &self,
        due: &DueSession,
        next: DateTime<Utc>,
        attempt: &Attempt,
    ) -> Result<bool, StoreError> {
        let write = Write::update(Table::Sessions, keys::session(due.session_id))
            .set(NOT_BEFORE, millis(next))
            .if_same(NOT_BEFORE, Some(millis(due.not_before)));
        Ok(!matches!(self.write(write, attempt).await?, Outcome::Refused(_)))
    }
}
