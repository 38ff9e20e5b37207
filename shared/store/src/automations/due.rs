//! Automations whose hour has come, and how they move on to the next.

use super::{LAST_RUN, LAST_SKIPPED, SLOT, WHAT, local, read_ids, same};
use crate::due::{DueCursor, DuePage};
use crate::dynamodb::{Item, Outcome, Write, from_item, millis};
use crate::keys::automations as keys;
use crate::keys::due::NOT_BEFORE;
use crate::tables::Table;
use crate::{Store, StoreError};
use chrono::{DateTime, NaiveDateTime, Utc};
use chrono_tz::Tz;
use domain::{Attempt, AutomationName, BusinessId, Cron, Firing};
use serde::Deserialize;

/// An automation whose time has come.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DueAutomation {
    /// The business that it belongs to.
    pub business_id: BusinessId,
    /// Which automation it is.
    pub name: AutomationName,
    /// Five fields, in the zone.
    pub cron: Cron,
    /// The zone of the business, an IANA name.
    pub timezone: Tz,
    /// The slot that is due, local time.
    pub slot: NaiveDateTime,
    /// The moment of the slot, UTC, as it was when it was kept.
    pub not_before: DateTime<Utc>,
}

#[derive(Deserialize)]
struct DueRow {
    cron: Cron,
    timezone: Tz,
    slot: NaiveDateTime,
    #[serde(with = "chrono::serde::ts_milliseconds")]
    not_before: DateTime<Utc>,
}

fn read_due(item: Item) -> Result<DueAutomation, StoreError> {
    let (business_id, name) = read_ids(&item)?;
    let DueRow { cron, timezone, slot, not_before } = from_item(item, WHAT)?;
    Ok(DueAutomation { business_id, name, cron, timezone, slot, not_before })
}

impl Store {
    /// The automations of a shard that are due by `now`, the longest due first, at most `limit` a page.
    ///
    /// # Errors
    /// As every operation: see [`StoreError`].
    pub async fn due_automations(
        &self,
        shard: u8,
        now: DateTime<Utc>,
        limit: usize,
        cursor: Option<DueCursor>,
    ) -> Result<DuePage<DueAutomation>, StoreError> {
        self.due_page(Table::Automations, shard, now, limit, cursor, read_due).await
    }

    /// Moves an automation to its next slot, after its job is enqueued; `false` if the row was moved or changed since.
    ///
    /// # Errors
    /// As every operation: see [`StoreError`].
    pub async fn advance_automation(
        &self,
        due: &DueAutomation,
        firing: &Firing,
        attempt: &Attempt,
    ) -> Result<bool, StoreError> {
        let (slot, at) = firing.next;
        let mut write = Write::update(Table::Automations, keys::automation(due.business_id, due.name))
            .set(SLOT, local(slot)?)
            .set(NOT_BEFORE, millis(at))
            .if_same(NOT_BEFORE, Some(millis(due.not_before)));
        if let Some(run) = firing.run {
            write = write.set(LAST_RUN, local(run)?);
        }
        if let Some((skipped, _)) = firing.skipped {
            write = write.set(LAST_SKIPPED, local(skipped)?);
        }
        let write = same(write, Some(&due.cron), due.timezone, Some(due.slot))?;
        Ok(!matches!(self.write(write, attempt).await?, Outcome::Refused(_)))
    }
}
