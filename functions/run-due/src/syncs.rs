//! Businesses whose nightly sync is due: a task for each, and then it is looked at again half an hour later. The sync puts that
//! off with each of its slices.

use crate::sweep::{Kind, PAGE};
use chrono::{DateTime, TimeDelta, Utc};
use domain::Attempt;
use kit::App;
use queues::tasks::SyncTask;
use std::ops::Range;
use store::{DueCursor, DuePage, DueSync, StoreError, sync_shards};

/// After which time a sync that did not begin, or of which nothing was heard, is asked for again.
const AGAIN: TimeDelta = TimeDelta::minutes(30);

pub(crate) struct Syncs<'a>(pub(crate) &'a App);

impl Kind for Syncs<'_> {
    type Row = DueSync;
    type Task = SyncTask;
    type Move = (DueSync, DateTime<Utc>);

    const ROWS: &'static str = "syncs";
    const ENQUEUED: &'static str = "syncs_enqueued";
    const UNREADABLE: &'static str = "syncs_unreadable";

    fn shards() -> Range<u8> {
        sync_shards()
    }

    async fn due(
        &self,
        shard: u8,
        now: DateTime<Utc>,
        cursor: Option<DueCursor>,
    ) -> Result<DuePage<DueSync>, StoreError> {
        self.0.store().due_syncs(shard, now, PAGE, cursor).await
    }

    fn step(&self, row: DueSync, now: DateTime<Utc>) -> Option<(Option<SyncTask>, Self::Move)> {
        let business_id = row.business_id;
        Some((Some(SyncTask { business_id }), (row, now + AGAIN)))
    }

    async fn advance(&self, (row, next): Self::Move, attempt: &Attempt) -> Result<bool, StoreError> {
        self.0.store().advance_sync(&row, next, attempt).await
    }
}
