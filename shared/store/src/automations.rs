//! Automations of businesses, and when they run next. pk `{business_id}`, sk the automation's name. `due_shard` and
//! `not_before` are there only while it is switched on; `slot`, local time, is the slot that comes next.

use crate::calls::{Outcome, Query, hash};
use crate::due::DueCursor;
use crate::item::{Item, PK, SK, from_item, millis, read_text, sorted_key, text, to_item};
use crate::message_item::{DUE_SHARD, NOT_BEFORE, SHARDS};
use crate::tables::{AUTOMATIONS_DUE, Table};
use crate::write::Write;
use crate::{Store, StoreError, Updated};
use chrono::{DateTime, NaiveDateTime, Utc};
use chrono_tz::Tz;
use domain::{Action, Attempt, Automation, AutomationName, BusinessId, Cron, Firing};
use serde::{Deserialize, Serialize};
use strum::IntoEnumIterator;

const WHAT: &str = "automations";
const CRON: &str = "cron";
const TIMEZONE: &str = "timezone";
const SLOT: &str = "slot";
const LAST_RUN: &str = "last_run";
const LAST_SKIPPED: &str = "last_skipped";

#[derive(Serialize, Deserialize)]
struct Row {
    cron: Cron,
    timezone: Tz,
    action: Action,
    slot: Option<NaiveDateTime>,
    last_run: Option<NaiveDateTime>,
    last_skipped: Option<NaiveDateTime>,
}

/// An automation whose time has come.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DueAutomation {
    /// Whose it is.
    pub business_id: BusinessId,
    /// Which.
    pub name: AutomationName,
    /// In the zone.
    pub cron: Cron,
    /// The business's.
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

fn automation_key(business: BusinessId, name: AutomationName) -> Item {
    sorted_key(business.to_string(), name.to_string())
}

fn shard(business: BusinessId, name: AutomationName) -> String {
    (hash(&format!("{business}/{name}"), 0) % u64::from(SHARDS)).to_string()
}

fn read_automation_key(item: &Item) -> Result<(BusinessId, AutomationName), StoreError> {
    let business = read_text(item, PK).and_then(|pk| pk.parse().ok());
    let name = read_text(item, SK).and_then(|sk| sk.parse().ok());
    business.zip(name).ok_or(StoreError::Corrupt(WHAT))
}

fn read_due(item: Item) -> Result<DueAutomation, StoreError> {
    let (business_id, name) = read_automation_key(&item)?;
    let DueRow { cron, timezone, slot, not_before } = from_item(item, WHAT)?;
    Ok(DueAutomation { business_id, name, cron, timezone, slot, not_before })
}

fn read(item: Item) -> Result<Automation, StoreError> {
    let (business_id, name) = read_automation_key(&item)?;
    let Row { cron, timezone, action, slot, last_run, last_skipped } = from_item(item, WHAT)?;
    Ok(Automation { business_id, name, cron, timezone, action, pending: slot, last_run, last_skipped })
}

/// A local time as it is stored.
fn local(slot: NaiveDateTime) -> Result<aws_sdk_dynamodb::types::AttributeValue, StoreError> {
    serde_dynamo::to_attribute_value(slot).map_err(|_| StoreError::Unwritable(WHAT))
}

fn item(automation: &Automation) -> Result<Item, StoreError> {
    let Automation { business_id, name, cron, timezone, action, pending, last_run, last_skipped } = automation.clone();
    let mut item = to_item(&Row { cron, timezone, action, slot: pending, last_run, last_skipped }, WHAT)?;
    if let Some(at) = automation.due_at() {
        item.insert(DUE_SHARD.to_owned(), text(shard(business_id, name)));
        item.insert(NOT_BEFORE.to_owned(), millis(at));
    }
    Ok(item)
}

/// A new automation.
pub(crate) fn automation_write(automation: &Automation) -> Result<Write, StoreError> {
    let mut item = item(automation)?;
    item.extend(automation_key(automation.business_id, automation.name));
    Ok(Write::put(Table::Automations, item))
}

/// Changes an automation, only if it still runs as it was read to; `None` if nothing differs.
pub(crate) fn automation_change(before: &Automation, after: &Automation) -> Result<Option<Write>, StoreError> {
    let write = Write::update(Table::Automations, automation_key(before.business_id, before.name))
        .turn(&item(before)?, &item(after)?);
    if write.is_idle() {
        return Ok(None);
    }
    Ok(Some(same(write, &before.cron, before.timezone, before.pending)?))
}

fn same(write: Write, cron: &Cron, zone: Tz, slot: Option<NaiveDateTime>) -> Result<Write, StoreError> {
    let write = write.if_same(CRON, Some(text(cron.as_str()))).if_same(TIMEZONE, Some(text(zone.name())));
    Ok(write.if_same(SLOT, slot.map(local).transpose()?))
}

impl Store {
    /// The automations of a business that are kept, in the order of their names.
    ///
    /// # Errors
    /// As every operation: see [`StoreError`].
    pub async fn automations(&self, business: BusinessId) -> Result<Vec<Automation>, StoreError> {
        let keys = AutomationName::iter().map(|name| automation_key(business, name)).collect();
        let items = self.batch_get(Table::Automations, keys).await?;
        let mut found = items.into_iter().map(read).collect::<Result<Vec<_>, _>>()?;
        found.sort_by_key(|automation| automation.name);
        Ok(found)
    }

    /// The automations of one name of many businesses, those that are kept, in no order.
    ///
    /// # Errors
    /// As every operation: see [`StoreError`].
    pub async fn automations_of(
        &self,
        businesses: &[BusinessId],
        name: AutomationName,
    ) -> Result<Vec<Automation>, StoreError> {
        let keys = businesses.iter().map(|business| automation_key(*business, name)).collect();
        self.batch_get(Table::Automations, keys).await?.into_iter().map(read).collect()
    }

    /// An automation of a business.
    ///
    /// # Errors
    /// As every operation: see [`StoreError`].
    pub async fn automation(
        &self,
        business: BusinessId,
        name: AutomationName,
    ) -> Result<Option<Automation>, StoreError> {
        self.get(Table::Automations, automation_key(business, name)).await?.map(read).transpose()
    }

    /// Keeps a new automation; `false` if there is one of the name.
    ///
    /// # Errors
    /// As every operation: see [`StoreError`].
    pub async fn create_automation(&self, automation: &Automation, attempt: &Attempt) -> Result<bool, StoreError> {
        let write = automation_write(automation)?.if_new();
        Ok(!matches!(self.write(write, attempt).await?, Outcome::Refused(_)))
    }

    /// Changes an automation as it was read; a conflict if its cron, zone or next slot are others by now.
    ///
    /// # Errors
    /// As every operation: see [`StoreError`].
    pub async fn update_automation(
        &self,
        before: &Automation,
        after: &Automation,
        attempt: &Attempt,
    ) -> Result<Updated, StoreError> {
        let Some(write) = automation_change(before, after)? else { return Ok(Updated::Unchanged) };
        Ok(match self.write(write, attempt).await? {
            Outcome::Written(_) | Outcome::AlreadyMine(_) => Updated::Done(0),
            Outcome::Refused(_) => Updated::Conflict,
        })
    }

    /// The automations of a shard that are due by `now`, the longest due first, at most `limit` a page, and how many rows
    /// there cannot be read: one of a name or zone that this build does not know keeps no other from its hour.
    ///
    /// # Errors
    /// As every operation: see [`StoreError`].
    pub async fn due_automations(
        &self,
        shard: u8,
        now: DateTime<Utc>,
        limit: usize,
        cursor: Option<DueCursor>,
    ) -> Result<(Vec<DueAutomation>, usize, Option<DueCursor>), StoreError> {
        let found = self
            .query(Query {
                table: Table::Automations,
                index: Some(AUTOMATIONS_DUE),
                condition: &format!("#{DUE_SHARD} = :shard AND #{NOT_BEFORE} <= :now"),
                values: vec![("shard", text(shard.to_string())), ("now", millis(now))],
                forward: true,
                consistent: false,
                limit: i32::try_from(limit.max(1)).ok(),
                start: cursor.map(|cursor| cursor.0),
            })
            .await?;
        let all = found.items.len();
        let due: Vec<DueAutomation> = found.items.into_iter().filter_map(|item| read_due(item).ok()).collect();
        let unreadable = all - due.len();
        Ok((due, unreadable, found.next.map(DueCursor)))
    }

    /// Moves an automation to its next slot, after what was due is on its way; `false` if somebody has moved or changed
    /// it since.
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
        let mut write = Write::update(Table::Automations, automation_key(due.business_id, due.name))
            .set(SLOT, local(slot)?)
            .set(NOT_BEFORE, millis(at))
            .if_same(NOT_BEFORE, Some(millis(due.not_before)));
        if let Some(run) = firing.run {
            write = write.set(LAST_RUN, local(run)?);
        }
        if let Some((skipped, _)) = firing.skipped {
            write = write.set(LAST_SKIPPED, local(skipped)?);
        }
        let write = same(write, &due.cron, due.timezone, Some(due.slot))?;
        Ok(!matches!(self.write(write, attempt).await?, Outcome::Refused(_)))
    }
}
