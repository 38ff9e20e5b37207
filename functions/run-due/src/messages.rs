//! Messages that waited for their time or longer than a queue can, and messages that made no progress: a task for each,
//! and then they are looked at again after the backstop.

use crate::sweep::{Kind, PAGE};
use chrono::{DateTime, Utc};
use domain::Attempt;
use kit::App;
use kit::config::Backstop;
use queues::tasks::SendTask;
use store::{DueCursor, DueMessage, DuePage, StoreError};

pub(crate) struct Messages<'a> {
    pub(crate) app: &'a App,
    pub(crate) backstop: Backstop,
}

impl Kind for Messages<'_> {
    type Row = DueMessage;
    type Task = SendTask;
    type Move = (DueMessage, DateTime<Utc>);

    const ROWS: &'static str = "messages";
    const ENQUEUED: &'static str = "due_enqueued";
    const UNREADABLE: &'static str = "messages_unreadable";

    async fn due(
        &self,
        shard: u8,
        now: DateTime<Utc>,
        cursor: Option<DueCursor>,
    ) -> Result<DuePage<DueMessage>, StoreError> {
        self.app.store().due_messages(shard, now, PAGE, cursor).await
    }

    fn step(&self, row: DueMessage, now: DateTime<Utc>) -> Option<(Option<SendTask>, Self::Move)> {
        let next = now + self.backstop.0;
        let task = SendTask {
            business_id: row.business_id,
            message_id: row.message_id.clone(),
            kind: row.kind,
            not_before: Some(next),
            put_backs: 0,
        };
        Some((Some(task), (row, next)))
    }

    async fn advance(&self, (row, next): Self::Move, attempt: &Attempt) -> Result<bool, StoreError> {
        self.app.store().advance_message(&row, next, attempt).await
    }
}
