//! Appointments that customers asked for and nobody has answered: a task for each, and then they are looked at again half an
//! hour later. The task takes them further.

use crate::sweep::{Kind, PAGE};
use chrono::{DateTime, TimeDelta, Utc};
use domain::Attempt;
use kit::App;
use queues::converse::RequestTask;
use store::{DueCursor, DuePage, DueRequest, StoreError};

/// After which time a request that was not taken further is asked for again.
const AGAIN: TimeDelta = TimeDelta::minutes(30);

pub(crate) struct Requests<'a>(pub(crate) &'a App);

impl Kind for Requests<'_> {
    type Row = DueRequest;
    type Task = RequestTask;
    type Move = (DueRequest, DateTime<Utc>);

    const ROWS: &'static str = "requests";
    const ENQUEUED: &'static str = "requests_enqueued";
    const UNREADABLE: &'static str = "requests_unreadable";

    async fn due(
        &self,
        shard: u8,
        now: DateTime<Utc>,
        cursor: Option<DueCursor>,
    ) -> Result<DuePage<DueRequest>, StoreError> {
        self.0.store().due_requests(shard, now, PAGE, cursor).await
    }

    fn step(&self, row: DueRequest, now: DateTime<Utc>) -> Option<(Option<RequestTask>, Self::Move)> {
        let task = RequestTask { business_id: row.business_id, appointment_id: row.appointment_id.clone() };
        Some((Some(task), (row, now + AGAIN)))
    }

    async fn advance(&self, (row, next): Self::Move, attempt: &Attempt) -> Result<bool, StoreError> {
        self.0.store().advance_request(&row, next, attempt).await
    }
}
