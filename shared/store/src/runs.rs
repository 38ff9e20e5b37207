//! Runs that were asked for and outlast the request: pk `run/{run_id}`, sk `run` for the run itself,
//! `job/{automation}/{business_id or all}` for each job that is done, and `part/{automation}/{business_id}` for a business
//! of a job of all. Kept a week.
//!
//! Proposals stand in the same table: pk `{business_id}`, sk `proposal/{automation}/{date}`. Kept 90 days.

use crate::calls::{Outcome, Query};
use crate::item::{EXPIRES_AT, Item, PK, SK, from_item, number, read_text, sorted_key, text, to_item};
use crate::tables::Table;
use crate::write::Write;
use crate::{Page, Store, StoreError, cursor};
use chrono::{DateTime, TimeDelta, Utc};
use domain::{Attempt, AutomationName, BusinessId, Proposal, RunId, Tally};
use serde::{Deserialize, Serialize};

const WHAT: &str = "runs";
const RUN: &str = "run";
const RUN_KEPT: TimeDelta = TimeDelta::days(7);
const PROPOSAL_KEPT: TimeDelta = TimeDelta::days(90);

/// A run that somebody asked for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Run {
    /// Its name.
    pub run_id: RunId,
    /// Of this business; of all if absent.
    pub business_id: Option<BusinessId>,
    /// Jobs that it has.
    pub jobs: u64,
    /// UTC.
    pub created_at: DateTime<Utc>,
}

/// What a run has done.
#[derive(Clone, Debug, PartialEq)]
pub struct RunPart {
    /// By which automation.
    pub automation: AutomationName,
    /// For which business; for all together if absent.
    pub business_id: Option<BusinessId>,
    /// Whether one of the run's jobs is done by it.
    pub is_job: bool,
    /// What.
    pub tally: Tally,
}

fn partition(run: RunId) -> String {
    format!("run/{run}")
}

impl RunPart {
    fn sort_key(&self) -> String {
        let kind = if self.is_job { "job" } else { "part" };
        let whose = self.business_id.map_or_else(|| "all".to_owned(), |business| business.to_string());
        format!("{kind}/{}/{whose}", self.automation)
    }

    fn read(item: Item) -> Result<Self, StoreError> {
        let key = || {
            let mut parts = read_text(&item, SK)?.splitn(3, '/');
            let is_job = match parts.next()? {
                "job" => true,
                "part" => false,
                _ => return None,
            };
            let automation = parts.next()?.parse().ok()?;
            let business_id = match parts.next()? {
                "all" => None,
                business => Some(business.parse().ok()?),
            };
            Some((is_job, automation, business_id))
        };
        let (is_job, automation, business_id) = key().ok_or(StoreError::Corrupt(WHAT))?;
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
        item.extend(sorted_key(partition(run.run_id), RUN));
        item.insert(EXPIRES_AT.to_owned(), number((run.created_at + RUN_KEPT).timestamp()));
        self.write_plain(Write::put(Table::Automations, item)).await
    }

    /// A run.
    ///
    /// # Errors
    /// As every operation: see [`StoreError`].
    pub async fn run(&self, run: RunId) -> Result<Option<Run>, StoreError> {
        let item = self.get(Table::Automations, sorted_key(partition(run), RUN)).await?;
        item.map(|item| from_item(item, WHAT)).transpose()
    }

    /// Keeps what a run has done at `now`; again, if it is told again.
    ///
    /// # Errors
    /// As every operation: see [`StoreError`].
    pub async fn put_run_part(&self, run: RunId, part: &RunPart, now: DateTime<Utc>) -> Result<(), StoreError> {
        let mut item = to_item(&Tally { listed: Vec::new(), ..part.tally.clone() }, WHAT)?;
        item.extend(sorted_key(partition(run), part.sort_key()));
        item.insert(EXPIRES_AT.to_owned(), number((now + RUN_KEPT).timestamp()));
        self.write_plain(Write::put(Table::Automations, item)).await
    }

    /// What a run has done so far, in pages.
    ///
    /// # Errors
    /// [`StoreError::BadCursor`], or as every operation.
    pub async fn run_parts(&self, run: RunId, cursor: Option<&str>) -> Result<Page<RunPart>, StoreError> {
        let scope = partition(run);
        let start = cursor.map(|cursor| cursor::decode(&scope, cursor)).transpose()?;
        let found = self
            .query(Query {
                table: Table::Automations,
                index: None,
                condition: "#pk = :pk AND #sk BETWEEN :from AND :to",
                values: vec![(PK, text(scope.clone())), ("from", text("job/")), ("to", text("part/~"))],
                forward: true,
                consistent: true,
                limit: None,
                start: start.map(|sk| sorted_key(scope.clone(), sk)),
            })
            .await?;
        let next = found.next.as_ref().and_then(|key| read_text(key, SK)).map(|sk| cursor::encode(&scope, sk));
        let items = found.items.into_iter().map(RunPart::read).collect::<Result<_, _>>()?;
        Ok(Page { items, cursor: next })
    }

    /// Keeps a proposal; `false` if there is one of the automation and date.
    ///
    /// # Errors
    /// As every operation: see [`StoreError`].
    pub async fn create_proposal(&self, proposal: &Proposal, attempt: &Attempt) -> Result<bool, StoreError> {
        let mut item = to_item(proposal, "proposals")?;
        item.extend(proposal_key(proposal.business_id, proposal.automation, &proposal.date.to_string()));
        item.insert(EXPIRES_AT.to_owned(), number((proposal.created_at + PROPOSAL_KEPT).timestamp()));
        Ok(!matches!(self.write(Write::put(Table::Automations, item).if_new(), attempt).await?, Outcome::Refused(_)))
    }

    /// What an automation has proposed of a local date.
    ///
    /// # Errors
    /// As every operation: see [`StoreError`].
    pub async fn proposal(
        &self,
        business: BusinessId,
        automation: AutomationName,
        date: chrono::NaiveDate,
    ) -> Result<Option<Proposal>, StoreError> {
        let item = self.get(Table::Automations, proposal_key(business, automation, &date.to_string())).await?;
        item.map(|item| from_item(item, "proposals")).transpose()
    }
}

fn proposal_key(business: BusinessId, automation: AutomationName, date: &str) -> Item {
    sorted_key(business.to_string(), format!("proposal/{automation}/{date}"))
}
