//! The switch of an automation that an event starts. There is a row only once somebody has set it; until then it is on.

use crate::dynamodb::{Item, Outcome, Write};
use crate::keys::automations as keys;
use crate::tables::Table;
use crate::{Store, StoreError};
use aws_sdk_dynamodb::types::AttributeValue;
use domain::{Attempt, AutomationName, BusinessId};

const ENABLED: &str = "enabled";

impl Store {
    /// Whether events start this automation of a business.
    ///
    /// # Errors
    /// As every operation: see [`StoreError`].
    pub async fn is_switched_on(&self, business: BusinessId, name: AutomationName) -> Result<bool, StoreError> {
        let found: Option<Item> = self.get(Table::Automations, keys::automation(business, name)).await?;
        Ok(found.and_then(|item| item.get(ENABLED)?.as_bool().ok().copied()).unwrap_or(true))
    }

    /// Lets events start this automation of a business, or not. The last word counts.
    ///
    /// # Errors
    /// As every operation: see [`StoreError`].
    pub async fn switch_automation(
        &self,
        business: BusinessId,
        name: AutomationName,
        on: bool,
        attempt: &Attempt,
    ) -> Result<(), StoreError> {
        let write =
            Write::update(Table::Automations, keys::automation(business, name)).set(ENABLED, AttributeValue::Bool(on));
        match self.write(write, attempt).await? {
            Outcome::Written(_) | Outcome::AlreadyMine(_) | Outcome::Refused(_) => Ok(()),
        }
    }
}
