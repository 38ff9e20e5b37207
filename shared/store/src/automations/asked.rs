//! Runs that were started by hand for a business, and how far each is. Kept a week, as the runs themselves.

use super::runs::KEPT;
use crate::dynamodb::{EXPIRES_AT, Item, Query, Write, cursor, from_item, number, text, to_item};
use crate::keys::PK;
use crate::keys::automations as keys;
use crate::tables::Table;
use crate::{Page, Store, StoreError};
use chrono::{DateTime, SecondsFormat, TimeDelta, Utc};
use domain::{Attempt, AutomationName, BusinessId, CampaignId, OwnerId, RunId, RunState};
use serde::{Deserialize, Serialize};

const WHAT: &str = "asked runs";
const STATE: &str = "state";
const MOVED_AT: &str = "moved_at";

/// A run that was started by hand. All times in UTC.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Asked {
    /// The id that the caller was given.
    pub run_id: RunId,
    /// The automation that runs; `None` for a campaign of the caller's own.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub automation: Option<AutomationName>,
    /// The campaign that was started.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub campaign_id: Option<CampaignId>,
    /// The owner who is told; all of them if absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub owner_id: Option<OwnerId>,
    /// How far it was when it last moved.
    pub state: RunState,
    /// When it last moved.
    pub moved_at: DateTime<Utc>,
    /// When it was made.
    pub created_at: DateTime<Utc>,
}

impl Asked {
    /// Ten deliveries of a job take an hour and a half. After this time without a move it is among the dead letters.
    const GIVEN_UP_AFTER: TimeDelta = TimeDelta::hours(2);

    /// How far it is at `now`.
    #[must_use]
    pub fn state(&self, now: DateTime<Utc>) -> RunState {
        let is_over = matches!(self.state, RunState::Completed | RunState::Failed);
        if !is_over && now - self.moved_at > Self::GIVEN_UP_AFTER { RunState::Failed } else { self.state }
    }
}

fn read(item: Item) -> Result<Asked, StoreError> {
    from_item(item, WHAT)
}

impl Store {
    /// Keeps a new run that was started by hand.
    ///
    /// # Errors
    /// As every operation: see [`StoreError`].
    pub async fn put_asked(&self, business: BusinessId, asked: &Asked) -> Result<(), StoreError> {
        let mut item = to_item(asked, WHAT)?;
        item.extend(keys::asked(business, asked.run_id));
        item.insert(EXPIRES_AT.to_owned(), number((asked.created_at + KEPT).timestamp()));
        self.write_plain(Write::put(Table::Automations, item)).await
    }

    /// A run of a business that was started by hand.
    ///
    /// # Errors
    /// As every operation: see [`StoreError`].
    pub async fn asked(&self, business: BusinessId, run: RunId) -> Result<Option<Asked>, StoreError> {
        self.get(Table::Automations, keys::asked(business, run)).await?.map(read).transpose()
    }

    /// The runs of a business that were started by hand, the newest first: a page of at most `limit`.
    ///
    /// # Errors
    /// [`StoreError::BadCursor`], or as every operation.
    pub async fn all_asked(
        &self,
        business: BusinessId,
        limit: usize,
        cursor: Option<&str>,
    ) -> Result<Page<Asked>, StoreError> {
        let scope = format!("{business}/{}", keys::ASKED);
        let start = cursor.map(|cursor| cursor::decode(&scope, cursor)).transpose()?;
        let run = start.map(|run| run.parse().map(RunId).map_err(|_| StoreError::BadCursor)).transpose()?;
        let found = self
            .query(Query {
                table: Table::Automations,
                index: None,
                condition: "#pk = :pk AND begins_with(#sk, :asked)",
                values: vec![(PK, text(business.to_string())), ("asked", text(keys::ASKED))],
                forward: false,
                consistent: true,
                limit: i32::try_from(limit).ok(),
                start: run.map(|run| keys::asked(business, run)),
            })
            .await?;
        let items = found.items.into_iter().map(read).collect::<Result<Vec<_>, _>>()?;
        let last = items.last().filter(|_| found.next.is_some());
        let cursor = last.map(|last| cursor::encode(&scope, &last.run_id.to_string()));
        Ok(Page { items, cursor })
    }

    /// Says how far a run is at `now` (UTC), unless it is completed or nobody follows it.
    ///
    /// # Errors
    /// As every operation: see [`StoreError`].
    pub async fn move_asked(
        &self,
        business: BusinessId,
        run: RunId,
        state: RunState,
        now: DateTime<Utc>,
        attempt: &Attempt,
    ) -> Result<(), StoreError> {
        let write = Write::update(Table::Automations, keys::asked(business, run))
            .set(STATE, text(state.to_string()))
            .set(MOVED_AT, text(now.to_rfc3339_opts(SecondsFormat::AutoSi, true)))
            .only_if(format!("attribute_exists(#{PK}) AND #{STATE} <> :completed"))
            .with("completed", text(RunState::Completed.to_string()));
        self.write(write, attempt).await.map(drop)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use uuid::Uuid;

    #[test]
    fn a_run_without_a_move_for_two_hours_has_failed() {
        let (asked_at, now) = (DateTime::UNIX_EPOCH, |minutes| DateTime::UNIX_EPOCH + TimeDelta::minutes(minutes));
        let asked = |state| Asked {
            run_id: RunId(Uuid::nil()),
            automation: None,
            campaign_id: None,
            owner_id: None,
            state,
            moved_at: asked_at,
            created_at: asked_at,
        };
        for (state, minutes, is) in [
            (RunState::Waiting, 120, RunState::Waiting),
            (RunState::Waiting, 121, RunState::Failed),
            (RunState::Active, 121, RunState::Failed),
            (RunState::Completed, 9_999, RunState::Completed),
        ] {
            assert_eq!(asked(state).state(now(minutes)), is, "{state} after {minutes} minutes");
        }
    }
}
