//! Runs that were asked for and outlast the request, with what their jobs have done. Kept a week.

use crate::dynamodb::{EXPIRES_AT, Item, Query, Write, cursor, from_item, number, read_text, text, to_item};
use crate::keys::automations as keys;
use crate::keys::{PK, SK};
use crate::tables::Table;
use crate::{Page, Store, StoreError};
use chrono::{DateTime, TimeDelta, Utc};
use domain::{AutomationName, BusinessId, RunId, Tally};
use serde::{Deserialize, Serialize};

const WHAT: &str = "runs";
pub(super) const KEPT: TimeDelta = TimeDelta::days(7);

/// A run that somebody asked for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Run {
    /// The id that the caller was given.
    pub run_id: RunId,
    /// Of this business; of all if absent.
    pub business_id: Option<BusinessId>,
    /// The number of the run's jobs.
    pub jobs: u64,
    /// When it was made, UTC.
    pub created_at: DateTime<Utc>,
}

/// A part of a run, with the work that it has done.
#[derive(Clone, Debug, PartialEq)]
pub struct RunPart {
    /// The automation that makes it.
    pub automation: AutomationName,
    /// The business; all together if absent.
    pub business_id: Option<BusinessId>,
    /// Whether one of the run's jobs is done by it.
    pub is_job: bool,
    /// The counts of the part.
    pub tally: Tally,
}

impl RunPart {
    fn read(item: Item) -> Result<Self, StoreError> {
        let ids = read_text(&item, SK).and_then(keys::read_run_part).ok_or(StoreError::Corrupt(WHAT))?;
        let (is_job, automation, business_id) = ids;
        Ok(Self { automation, business_id, is_job, tally: from_item(item, WHAT)? })
    }
}

impl Store {
    /// Keeps a new run.
    ///
    /// # Errors
    /// As every operation: see [`StoreError`].
    pub async fn create_run(&self, run: &Run) -> Result<(), StoreError> {
        let mut item = to_item(run, WHAT)?;
        item.extend(keys::run(run.run_id));
        item.insert(EXPIRES_AT.to_owned(), number((run.created_at + KEPT).timestamp()));
        self.write_plain(Write::put(Table::Automations, item)).await
    }

    /// A run.
    ///
    /// # Errors
    /// As every operation: see [`StoreError`].
    pub async fn run(&self, run: RunId) -> Result<Option<Run>, StoreError> {
        let item = self.get(Table::Automations, keys::run(run)).await?;
        item.map(|item| from_item(item, WHAT)).transpose()
    }

    /// Keeps a run's tally at `now`. A repeat does no harm.
    ///
    /// # Errors
    /// As every operation: see [`StoreError`].
    pub async fn put_run_part(&self, run: RunId, part: &RunPart, now: DateTime<Utc>) -> Result<(), StoreError> {
        let mut item = to_item(&Tally { listed: Vec::new(), ..part.tally.clone() }, WHAT)?;
        item.extend(keys::run_part(run, part.is_job, part.automation, part.business_id));
        item.insert(EXPIRES_AT.to_owned(), number((now + KEPT).timestamp()));
        self.write_plain(Write::put(Table::Automations, item)).await
    }

    /// The parts that a run has done so far, in pages.
    ///
    /// # Errors
    /// [`StoreError::BadCursor`], or as every operation.
    pub async fn run_parts(&self, run: RunId, cursor: Option<&str>) -> Result<Page<RunPart>, StoreError> {
        let scope = keys::run_partition(run);
        let (from, to) = keys::run_parts();
        let is_part = |sk: &str| from.as_str() <= sk && sk <= to.as_str();
        let start = cursor.map(|cursor| cursor::decode_place(&scope, cursor, is_part)).transpose()?;
        let found = self
            .query(Query {
                table: Table::Automations,
                index: None,
                condition: "#pk = :pk AND #sk BETWEEN :from AND :to",
                values: vec![(PK, text(scope.clone())), ("from", text(from)), ("to", text(to))],
                forward: true,
                consistent: true,
                limit: None,
                start: start.map(|sk| keys::run_place(run, sk)),
            })
            .await?;
        let next = found.next.as_ref().and_then(|key| read_text(key, SK)).map(|sk| cursor::encode(&scope, sk));
        let items = found.items.into_iter().map(RunPart::read).collect::<Result<_, _>>()?;
        Ok(Page { items, cursor: next })
    }
}
