//! Automations of businesses, and when they run next. `due_shard` and `not_before` are there only while it is switched
//! on; `slot`, local time, is the slot that comes next.

pub(crate) use crate::changes::nothing as change;
mod answers;
mod asked;
mod due;
mod proposals;
mod requests;
mod runs;
mod sync;

pub use answers::KeptAnswer;
pub use asked::Asked;
pub use due::DueAutomation;
pub use requests::NumberedRequest;
pub use runs::{Run, RunPart};
pub use sync::DueSync;
pub(crate) use sync::new_sync;

use crate::dynamodb::{Item, Outcome, Write, from_item, millis, read_text, text, to_item};
use crate::keys::automations as keys;
use crate::keys::due::{NOT_BEFORE, SHARD};
use crate::keys::{PK, SK};
use crate::tables::Table;
use crate::{Store, StoreError, Updated};
use aws_sdk_dynamodb::types::AttributeValue;
use chrono::NaiveDateTime;
use chrono_tz::Tz;
use domain::{Action, Attempt, Automation, AutomationName, BusinessId, Cron};
use serde::{Deserialize, Serialize};

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

fn read_ids(item: &Item) -> Result<(BusinessId, AutomationName), StoreError> {
    let ids = || keys::read(read_text(item, PK)?, read_text(item, SK)?);
    ids().ok_or(StoreError::Corrupt(WHAT))
}

fn read(item: Item) -> Result<Automation, StoreError> {
    let (business_id, name) = read_ids(&item)?;
    let Row { cron, timezone, action, slot, last_run, last_skipped } = from_item(item, WHAT)?;
    Ok(Automation { business_id, name, cron, timezone, action, pending: slot, last_run, last_skipped })
}

/// A local time as it is stored.
fn local(slot: NaiveDateTime) -> Result<AttributeValue, StoreError> {
    serde_dynamo::to_attribute_value(slot).map_err(|_| StoreError::Unwritable(WHAT))
}

fn item(automation: &Automation) -> Result<Item, StoreError> {
    let Automation { business_id, name, cron, timezone, action, pending, last_run, last_skipped } = automation.clone();
    let mut item = to_item(&Row { cron, timezone, action, slot: pending, last_run, last_skipped }, WHAT)?;
    if let Some(at) = automation.due_at() {
        item.insert(SHARD.to_owned(), text(keys::due_shard(business_id, name)));
        item.insert(NOT_BEFORE.to_owned(), millis(at));
    }
    Ok(item)
}

/// A new automation.
pub(crate) fn automation_write(automation: &Automation) -> Result<Write, StoreError> {
    let mut item = item(automation)?;
    item.extend(keys::automation(automation.business_id, automation.name));
    Ok(Write::put(Table::Automations, item))
}

/// Changes an automation, only if it still runs as it was read to; `None` if nothing differs.
pub(crate) fn automation_change(before: &Automation, after: &Automation) -> Result<Option<Write>, StoreError> {
    let write = Write::update(Table::Automations, keys::automation(before.business_id, before.name))
        .turn(&item(before)?, &item(after)?);
    if write.is_idle() {
        return Ok(None);
    }
    Ok(Some(same(write, Some(&before.cron), before.timezone, before.pending)?))
}

fn same(write: Write, cron: Option<&Cron>, zone: Tz, slot: Option<NaiveDateTime>) -> Result<Write, StoreError> {
    let write = write.if_same(CRON, cron.map(|cron| text(cron.as_str()))).if_same(TIMEZONE, Some(text(zone.name())));
    Ok(write.if_same(SLOT, slot.map(local).transpose()?))
}

impl Store {
    /// Those of these automations that a business has, in the order of their names. Each runs at its hours.
    ///
    /// # Errors
    /// As every operation: see [`StoreError`].
    pub async fn automations(
        &self,
        business: BusinessId,
        names: &[AutomationName],
    ) -> Result<Vec<Automation>, StoreError> {
        let keys = names.iter().map(|name| keys::automation(business, *name)).collect();
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
        let keys = businesses.iter().map(|business| keys::automation(*business, name)).collect();
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
        self.get(Table::Automations, keys::automation(business, name)).await?.map(read).transpose()
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
}
