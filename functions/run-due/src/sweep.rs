//! The sweep of a due index, whatever waits in it. It enqueues first and then moves the row on, so a repeat is harmless
//! and nothing is lost.

use crate::Sweeper;
use chrono::{DateTime, Utc};
use domain::Attempt;
use futures::stream::{self, StreamExt};
use kit::Error;
use queues::Task;
use std::collections::BTreeSet;
use std::ops::Range;
use store::{DueCursor, DuePage, StoreError, due_shards};

/// Rows of one page, and of one round of sending.
pub(crate) const PAGE: usize = 200;
/// Pages of a shard in one minute; the rest is taken by the next minute.
const PAGES: usize = 10;
/// Rows that are moved on at the same time.
const AT_ONCE: usize = 16;

/// A kind of row that waits for its time in a due index.
pub(crate) trait Kind {
    /// The facts of a row that the index tells.
    type Row;
    /// The task that is sent when a row's time has come.
    type Task: Task;
    /// A row with where it goes next.
    type Move;

    /// In the plural, for people.
    const ROWS: &'static str;
    /// The counter of tasks.
    const ENQUEUED: &'static str;
    /// The counter of rows that cannot be read.
    const UNREADABLE: &'static str;

    /// The parts of its due index.
    fn shards() -> Range<u8> {
        due_shards()
    }

    /// The rows that are due in a shard by `now` (UTC), a page of [`PAGE`].
    async fn due(
        &self,
        shard: u8,
        now: DateTime<Utc>,
        cursor: Option<DueCursor>,
    ) -> Result<DuePage<Self::Row>, StoreError>;

    /// The step of a row that is due by `now` (UTC): its task, if it is not only moved on, and the move. The move
    /// follows once the task is sent. `None` leaves the row as it is.
    fn step(&self, row: Self::Row, now: DateTime<Utc>) -> Option<(Option<Self::Task>, Self::Move)>;

    /// Moves a row on, only as it was read; `false` if somebody else has moved or changed it.
    async fn advance(&self, row: Self::Move, attempt: &Attempt) -> Result<bool, StoreError>;
}

impl Sweeper {
    /// Takes what is due of a kind in every shard; answers how many tasks are on their way. A shard that fails does not keep
    /// the others from their turn, nor, should the time not do for all, the first ones the last from theirs: each minute
    /// begins elsewhere.
    pub(crate) async fn sweep<K: Kind>(&self, kind: &K, now: DateTime<Utc>) -> (usize, Result<(), Error>) {
        let shards: Vec<u8> = K::shards().collect();
        let minute = usize::try_from(now.timestamp() / 60).unwrap_or_default();
        let (mut enqueued, mut done) = (0, Ok(()));
        for shard in shards.iter().cycle().skip(minute % shards.len().max(1)).take(shards.len()) {
            match self.sweep_shard(kind, *shard, now).await {
                Ok(more) => enqueued += more,
                Err(error) => done = Err(error),
            }
        }
        (enqueued, done)
    }

    async fn sweep_shard<K: Kind>(&self, kind: &K, shard: u8, now: DateTime<Utc>) -> Result<usize, Error> {
        let (mut enqueued, mut cursor) = (0, None);
        for _ in 0..PAGES {
            let DuePage { rows, unreadable, next } = kind.due(shard, now, cursor).await?;
            if unreadable > 0 {
                metrics::counter!(K::UNREADABLE).increment(unreadable as u64);
                tracing::error!(shard, unreadable, "{unreadable} {} of shard {shard} cannot be read", K::ROWS);
            }
            enqueued += self.enqueue(kind, rows, now).await?;
            cursor = next;
            if cursor.is_none() {
                break;
            }
        }
        Ok(enqueued)
    }

    /// Sends the tasks of a page, and then moves on the rows whose task is sent and those that have none.
    async fn enqueue<K: Kind>(&self, kind: &K, rows: Vec<K::Row>, now: DateTime<Utc>) -> Result<usize, Error> {
        let (mut tasks, mut places, mut moves) = (Vec::new(), Vec::new(), Vec::new());
        for (task, row) in rows.into_iter().filter_map(|row| kind.step(row, now)) {
            if let Some(task) = task {
                places.push(moves.len());
                tasks.push(task);
            }
            moves.push(row);
        }
        let unsent = self.queues.send_all(&tasks).await?;
        let unsent: BTreeSet<usize> = unsent.into_iter().filter_map(|it| places.get(it.index).copied()).collect();
        let sent = moves.into_iter().enumerate().filter(|(place, _)| !unsent.contains(place));
        let advance = sent.map(async |(_, row)| kind.advance(row, &self.app.attempt()).await);
        let results: Vec<_> = stream::iter(advance).buffer_unordered(AT_ONCE).collect().await;
        let done = tasks.len() - unsent.len();
        metrics::counter!(K::ENQUEUED).increment(done as u64);
        results.into_iter().collect::<Result<Vec<_>, _>>()?;
        Ok(done)
    }
}
