//! Sessions of QR gateways of which nothing was heard for so long that they are looked at: a task for each, and then they
//! are looked at again two minutes later. The look puts that off as it sees fit.

use crate::sweep::{Kind, PAGE};
use chrono::{DateTime, TimeDelta, Utc};
use domain::Attempt;
use kit::App;
use queues::sessions::{Act, ManageTask};
use store::{DueCursor, DuePage, DueSession, StoreError};

/// After which time a look that was not done is done again.
const AGAIN: TimeDelta = TimeDelta::minutes(2);

pub(crate) struct Sessions<'a>(pub(crate) &'a App);

impl Kind for Sessions<'_> {
    type Row = DueSession;
    type Task = ManageTask;
    type Move = (DueSession, DateTime<Utc>);

    const ROWS: &'static str = "sessions";
    const ENQUEUED: &'static str = "sessions_enqueued";
    const UNREADABLE: &'static str = "sessions_unreadable";

    async fn due(
        &self,
        shard: u8,
        now: DateTime<Utc>,
        cursor: Option<DueCursor>,
    ) -> Result<DuePage<DueSession>, StoreError> {
        self.0.store().due_sessions(shard, now, PAGE, cursor).await
    }

    fn step(&self, row: DueSession, now: DateTime<Utc>) -> Option<(Option<ManageTask>, Self::Move)> {
        let task = ManageTask { session_id: row.session_id, act: Act::Look };
        Some((Some(task), (row, now + AGAIN)))
    }

    async fn advance(&self, (row, next): Self::Move, attempt: &Attempt) -> Result<bool, StoreError> {
        self.0.store().advance_session(&row, next, attempt).await
    }
}
