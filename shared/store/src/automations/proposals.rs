//! The proposals of automations to owners, kept 90 days. A row of the business numbers them and names those that nobody
//! has settled, so that an owner's answer reads these alone.

use super::requests::NumberedRequest;
use crate::dynamodb::{
    EXPIRES_AT, Item, Outcome, Query, ROUNDS, Refusal, Transacted, VERSION, Write, from_item, number, text, to_item,
};
use crate::keys::PK;
use crate::keys::automations as keys;
use crate::tables::Table;
use crate::{Store, StoreError};
use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use domain::{Attempt, AutomationName, BusinessId, Proposal};
use serde::{Deserialize, Serialize};

const WHAT: &str = "proposals";
const KEPT: TimeDelta = TimeDelta::days(90);
const STATUS: &str = "status";
/// A proposal stays named for so long after it has expired: a late answer is told so.
const NAMED: TimeDelta = TimeDelta::days(14);
/// The most that are named; the oldest go first.
const MOST_NAMED: usize = 30;

/// The row that numbers the proposals of a business, and the appointments that customers asked for. Owners answer both by
/// these numbers, so they are of one row.
#[derive(Clone, Default, Serialize, Deserialize)]
pub(super) struct Numbers {
    pub last: u32,
    named: Vec<Named>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub requests: Vec<NumberedRequest>,
    pub version: u64,
}

/// A proposal that nobody has settled.
#[derive(Clone, Serialize, Deserialize)]
struct Named {
    automation: AutomationName,
    date: NaiveDate,
    until: DateTime<Utc>,
}

impl Numbers {
    /// The number that the next one gets: from 1 again once none is open.
    pub(super) fn next(&self, now: DateTime<Utc>) -> u32 {
        let has_open = self.named.iter().any(|it| now < it.until) || self.requests.iter().any(|it| it.is_open(now));
        if has_open { self.last.saturating_add(1) } else { 1 }
    }

    fn with(mut self, proposal: &Proposal) -> Self {
        let Proposal { automation, date, until, created_at, .. } = *proposal;
        self.named.retain(|it| created_at < it.until + NAMED);
        self.named.push(Named { automation, date, until });
        let surplus = self.named.len().saturating_sub(MOST_NAMED);
        self.named.drain(..surplus);
        Self { last: proposal.number, version: self.version + 1, ..self }
    }

    fn without(mut self, proposal: &Proposal) -> Self {
        self.named.retain(|it| (it.automation, it.date) != (proposal.automation, proposal.date));
        Self { version: self.version + 1, ..self }
    }
}

fn read(item: Item) -> Result<Proposal, StoreError> {
    from_item(item, WHAT)
}

fn item(proposal: &Proposal) -> Result<Item, StoreError> {
    let mut item = to_item(proposal, WHAT)?;
    item.insert(EXPIRES_AT.to_owned(), number((proposal.created_at + KEPT).timestamp()));
    Ok(item)
}

pub(super) fn numbers_write(business: BusinessId, before: &Numbers, after: &Numbers) -> Result<Write, StoreError> {
    let mut item = to_item(after, WHAT)?;
    item.extend(keys::numbers(business));
    let write = Write::put(Table::Automations, item);
    Ok(match before.version {
        0 => write.if_new(),
        version => write.if_same(VERSION, Some(number(version))),
    })
}

impl Store {
    /// Keeps a proposal under the next number of its business. Answers it with its number, or the one that is there of
    /// the automation and date.
    ///
    /// # Errors
    /// As every operation: see [`StoreError`].
    pub async fn create_proposal(&self, proposal: &Proposal, attempt: &Attempt) -> Result<Proposal, StoreError> {
        let Proposal { business_id, automation, date, .. } = *proposal;
        for round in 1..=ROUNDS {
            let before = self.numbers(business_id).await?;
            let numbered = Proposal { number: before.next(proposal.created_at), ..proposal.clone() };
            let mut new = item(&numbered)?;
            new.extend(keys::proposal(business_id, automation, date));
            let after = before.clone().with(&numbered);
            let writes =
                vec![Write::put(Table::Automations, new).if_new(), numbers_write(business_id, &before, &after)?];
            // One token cannot serve two transactions: the second would take the first for itself.
            let own = Attempt(format!("{}/{round}", attempt.0));
            match self.transact(writes, &own).await? {
                Transacted::Committed => return Ok(numbered),
                Transacted::Refused(mut refusals) => {
                    if let Refusal::Yes(Some(found)) = refusals.swap_remove(0) {
                        return read(found);
                    }
                }
            }
            self.pause(&attempt.0, round).await;
        }
        Err(StoreError::Contended(WHAT))
    }

    /// The number that the next proposal of a business would get at `now` (UTC).
    ///
    /// # Errors
    /// As every operation: see [`StoreError`].
    pub async fn next_number(&self, business: BusinessId, now: DateTime<Utc>) -> Result<u32, StoreError> {
        Ok(self.numbers(business).await?.next(now))
    }

    /// The proposals of a business that nobody has settled, the newest first. Some may have expired:
    /// [`Proposal::is_open`] tells.
    ///
    /// # Errors
    /// As every operation: see [`StoreError`].
    pub async fn open_proposals(&self, business: BusinessId) -> Result<Vec<Proposal>, StoreError> {
        let named = self.numbers(business).await?.named;
        let keys = named.iter().map(|it| keys::proposal(business, it.automation, it.date)).collect();
        let found = self.batch_get(Table::Automations, keys).await?;
        let mut found = found.into_iter().map(read).collect::<Result<Vec<_>, _>>()?;
        found.retain(|it| it.status.is_open());
        found.sort_by_key(|it| std::cmp::Reverse((it.created_at, it.number)));
        Ok(found)
    }

    /// Moves a proposal on from where it was read, with its campaign, people and offer; `false` if somebody else has
    /// moved it. One that is settled leaves the open ones.
    ///
    /// # Errors
    /// As every operation: see [`StoreError`].
    pub async fn move_proposal(
        &self,
        before: &Proposal,
        after: &Proposal,
        attempt: &Attempt,
    ) -> Result<bool, StoreError> {
        let business = before.business_id;
        let status = item(before)?.remove(STATUS);
        let change = Write::update(Table::Automations, keys::proposal(business, before.automation, before.date))
            .turn(&item(before)?, &item(after)?)
            .if_same(STATUS, status);
        if after.status.is_open() {
            return Ok(!matches!(self.write(change, attempt).await?, Outcome::Refused(_)));
        }
        for round in 1..=ROUNDS {
            let numbers = self.numbers(business).await?;
            let rest = numbers_write(business, &numbers, &numbers.clone().without(before))?;
            let own = Attempt(format!("{}/{round}", attempt.0));
            match self.transact(vec![change.clone(), rest], &own).await? {
                Transacted::Committed => return Ok(true),
                Transacted::Refused(refusals) => {
                    if matches!(refusals.first(), Some(Refusal::Yes(_))) {
                        return Ok(false);
                    }
                }
            }
            self.pause(&attempt.0, round).await;
        }
        Err(StoreError::Contended(WHAT))
    }

    /// The proposals of a business of the last 90 days, the newest first.
    ///
    /// # Errors
    /// As every operation: see [`StoreError`].
    pub async fn proposals(&self, business: BusinessId) -> Result<Vec<Proposal>, StoreError> {
        let (mut found, mut start) = (Vec::new(), None);
        loop {
            let page = self
                .query(Query {
                    table: Table::Automations,
                    index: None,
                    condition: "#pk = :pk AND begins_with(#sk, :of)",
                    values: vec![(PK, text(business.to_string())), ("of", text(keys::PROPOSALS))],
                    forward: true,
                    consistent: false,
                    limit: None,
                    start,
                })
                .await?;
            found.extend(page.items.into_iter().map(read).collect::<Result<Vec<_>, _>>()?);
            start = page.next;
            if start.is_none() {
                break;
            }
        }
        found.sort_by_key(|it| std::cmp::Reverse((it.created_at, it.number)));
        Ok(found)
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
        found.items.into_iter().next().map(read).transpose()
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
        self.get(Table::Automations, keys::proposal(business, automation, date)).await?.map(read).transpose()
    }

    pub(super) async fn numbers(&self, business: BusinessId) -> Result<Numbers, StoreError> {
        let row = self.get(Table::Automations, keys::numbers(business)).await?;
        row.map_or(Ok(Numbers::default()), |row| from_item(row, WHAT))
    }
}
