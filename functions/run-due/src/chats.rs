//! Chats that wait for their analysis: a task for each, and then they are looked at again half an hour later. The analysis
//! takes them out of the index.

use crate::sweep::{Kind, PAGE};
use chrono::{DateTime, TimeDelta, Utc};
use domain::Attempt;
use kit::App;
use queues::tasks::AnalyzeTask;
use store::{DueChat, DueCursor, DuePage, StoreError};

/// After which time an analysis that was not made is asked for again.
const AGAIN: TimeDelta = TimeDelta::minutes(30);

pub(crate) struct Chats<'a>(pub(crate) &'a App);

impl Kind for Chats<'_> {
    type Row = DueChat;
    type Task = AnalyzeTask;
    type Move = (DueChat, DateTime<Utc>);

    const ROWS: &'static str = "chats";
    const ENQUEUED: &'static str = "analyses_enqueued";
    const UNREADABLE: &'static str = "chats_unreadable";

    async fn due(
        &self,
        shard: u8,
        now: DateTime<Utc>,
        cursor: Option<DueCursor>,
    ) -> Result<DuePage<DueChat>, StoreError> {
        self.0.store().due_chats(shard, now, PAGE, cursor).await
    }

    fn step(&self, row: DueChat, now: DateTime<Utc>) -> Option<(Option<AnalyzeTask>, Self::Move)> {
        let task = AnalyzeTask { business_id: row.business_id, customer_id: row.customer_id };
        Some((Some(task), (row, now + AGAIN)))
    }

    async fn advance(&self, (row, next): Self::Move, attempt: &Attempt) -> Result<bool, StoreError> {
        self.0.store().advance_chat(&row, next, attempt).await
    }
}
