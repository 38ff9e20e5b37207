//! The operator's upstream: when the last batch of a kind went, whether it answers, and which batches are over.

use super::keys;
use crate::dynamodb::{EXPIRES_AT, Outcome, Write, millis, number, read_millis, read_number, read_text};
use crate::keys::{PK, SK};
use crate::tables::Table;
use crate::{Store, StoreError};
use chrono::{DateTime, TimeDelta, Utc};
use domain::Attempt;
use std::collections::BTreeSet;
use strum::{EnumIter, IntoEnumIterator, IntoStaticStr};

const LAST_BATCH_AT: &str = "last_batch_at";
const CLOSED_UNTIL: &str = "closed_until";
const FAILURES: &str = "failures";
const FALLEN: &str = "fallen";
/// The time for which it is kept that a batch is over, and how many sessions fell.
const KEPT: TimeDelta = TimeDelta::hours(1);

/// What the upstream takes, each at an address of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, EnumIter, IntoStaticStr)]
#[strum(serialize_all = "snake_case")]
pub enum Upstream {
    /// Codes to scan.
    Codes,
    /// Statuses.
    Statuses,
}

impl Upstream {
    fn key(self) -> &'static str {
        self.into()
    }
}

/// How the upstream stands.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct UpstreamRow {
    /// When a batch last got an answer, UTC.
    pub last_batch_at: Option<DateTime<Utc>>,
    /// Until when nothing goes, as it does not answer, UTC.
    pub closed_until: Option<DateTime<Utc>>,
    /// Batches since the last answer that got none.
    pub failures: u32,
}

/// How a batch ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BatchEnd {
    /// The upstream answered.
    Answered,
    /// It did not, after so many failures before: nothing goes until a time, UTC.
    Failed(u32, DateTime<Utc>),
}

impl Store {
    /// How the upstream stands with codes and with statuses.
    ///
    /// # Errors
    /// As every operation: see [`StoreError`].
    pub async fn upstream(&self) -> Result<[(Upstream, UpstreamRow); 2], StoreError> {
        let wanted = Upstream::iter().map(|it| keys::upstream(it.key())).collect();
        let items = self.batch_get(Table::Sessions, wanted).await?;
        let row = |kind: Upstream| {
            let item = items.iter().find(|item| read_text(item, SK) == Some(kind.key()));
            let row = item.map(|item| UpstreamRow {
                last_batch_at: read_millis(item, LAST_BATCH_AT),
                closed_until: read_millis(item, CLOSED_UNTIL),
                failures: read_number(item, FAILURES).unwrap_or_default(),
            });
            (kind, row.unwrap_or_default())
        };
        Ok([row(Upstream::Codes), row(Upstream::Statuses)])
    }

    /// Keeps how a batch ended at `now`, UTC.
    ///
    /// # Errors
    /// As every operation: see [`StoreError`].
    pub async fn note_batch(&self, kind: Upstream, end: BatchEnd, now: DateTime<Utc>) -> Result<(), StoreError> {
        let row = Write::update(Table::Sessions, keys::upstream(kind.key()));
        self.write_plain(match end {
            BatchEnd::Answered => row.set(LAST_BATCH_AT, millis(now)).remove(CLOSED_UNTIL).remove(FAILURES),
            BatchEnd::Failed(before, until) => {
                row.set(CLOSED_UNTIL, millis(until)).set(FAILURES, number(before.saturating_add(1)))
            }
        })
        .await
    }

    /// A flight is over at `now`, UTC: others may take news of its sessions.
    ///
    /// # Errors
    /// As every operation: see [`StoreError`].
    pub async fn end_flight(&self, flight: &str, now: DateTime<Utc>) -> Result<(), StoreError> {
        let flight = Write::update(Table::Sessions, keys::flight(flight));
        self.write_plain(flight.set(EXPIRES_AT, number((now + KEPT).timestamp()))).await
    }

    /// Which of these flights are over.
    ///
    /// # Errors
    /// As every operation: see [`StoreError`].
    pub async fn flights_over(
        &self,
        flights: impl IntoIterator<Item = String>,
    ) -> Result<BTreeSet<String>, StoreError> {
        let wanted: Vec<_> = flights.into_iter().map(|flight| keys::flight(&flight)).collect();
        if wanted.is_empty() {
            return Ok(BTreeSet::new());
        }
        let items = self.batch_get(Table::Sessions, wanted).await?;
        Ok(items.iter().filter_map(|item| keys::read_flight(read_text(item, PK)?)).map(str::to_owned).collect())
    }

    /// Counts sessions that fell at `now`, UTC; tells how many fell in that minute, with these.
    ///
    /// # Errors
    /// As every operation: see [`StoreError`].
    pub async fn count_fallen(&self, more: u64, now: DateTime<Utc>, attempt: &Attempt) -> Result<u64, StoreError> {
        let write = Write::update(Table::Sessions, keys::fallen(now.timestamp() / 60))
            .add_to(FALLEN, number(more))
            .set(EXPIRES_AT, number((now + KEPT).timestamp()))
            .only_if(format!("attribute_not_exists(#{FALLEN}) OR #{FALLEN} >= :none"))
            .with("none", number(0));
        match self.write(write, attempt).await? {
            Outcome::Written(item) | Outcome::AlreadyMine(item) => Ok(read_number(&item, FALLEN).unwrap_or(more)),
            Outcome::Refused(_) => Ok(more),
        }
    }
}
