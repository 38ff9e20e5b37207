//! The proposals of automations to owners. Kept 90 days.

use crate::dynamodb::{EXPIRES_AT, Outcome, Query, Write, from_item, number, text, to_item};
use crate::keys::PK;
use crate::keys::automations as keys;
use crate::tables::Table;
use crate::{Store, StoreError};
use chrono::{NaiveDate, TimeDelta};
use domain::{Attempt, AutomationName, BusinessId, Proposal};

const WHAT: &str = "proposals";
const KEPT: TimeDelta = TimeDelta::days(90);

impl Store {
    /// Keeps a proposal; `false` if there is one of the automation and date.
    ///
    /// # Errors
    /// As every operation: see [`StoreError`].
    pub async fn create_proposal(&self, proposal: &Proposal, attempt: &Attempt) -> Result<bool, StoreError> {
        let mut item = to_item(proposal, WHAT)?;
        item.extend(keys::proposal(proposal.business_id, proposal.automation, proposal.date));
        item.insert(EXPIRES_AT.to_owned(), number((proposal.created_at + KEPT).timestamp()));
        Ok(!matches!(self.write(Write::put(Table::Automations, item).if_new(), attempt).await?, Outcome::Refused(_)))
    }

    /// The latest proposal of an automation.
    ///
    /// # Errors
    /// As every operation: see [`StoreError`].
    pub async fn latest_proposal(
        &self,
        business: BusinessId,
        automation: AutomationName,
    ) -> Result<Option<Proposal>, StoreError> {
        let found = self
            .query(Query {
                table: Table::Automations,
                index: None,
                condition: "#pk = :pk AND begins_with(#sk, :of)",
                values: vec![(PK, text(business.to_string())), ("of", text(keys::proposals(automation)))],
                forward: false,
                consistent: false,
                limit: Some(1),
                start: None,
            })
            .await?;
        found.items.into_iter().next().map(|item| from_item(item, WHAT)).transpose()
    }

    /// The proposal of an automation for a local date.
    ///
    /// # Errors
    /// As every operation: see [`StoreError`].
    pub async fn proposal(
        &self,
        business: BusinessId,
        automation: AutomationName,
        date: NaiveDate,
    ) -> Result<Option<Proposal>, StoreError> {
        let item = self.get(Table::Automations, keys::proposal(business, automation, date)).await?;
        item.map(|item| from_item(item, WHAT)).transpose()
    }
}
