//! Campaigns for which something is to be done by itself, by its time.

use super::{WHAT, keys};
use crate::due::{DueCursor, DuePage};
use crate::dynamodb::{Outcome, Write, millis, read_millis, read_text};
use crate::keys::PK;
use crate::keys::due::NOT_BEFORE;
use crate::tables::Table;
use crate::{Store, StoreError};
use chrono::{DateTime, Utc};
use domain::{Attempt, BusinessId, CampaignId};

const BEGINS_AT: &str = "begins_at";

/// A campaign that is due.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DueCampaign {
    /// Whose it is.
    pub business_id: BusinessId,
    /// Which.
    pub campaign_id: CampaignId,
    /// Since when, UTC.
    pub not_before: DateTime<Utc>,
    /// Since when it should have begun, UTC, if it has not.
    pub begins_at: Option<DateTime<Utc>>,
}

impl Store {
    /// The campaigns of a shard that are due by `now`, the longest due first, at most `limit` a page.
    ///
    /// # Errors
    /// As every operation: see [`StoreError`].
    pub async fn due_campaigns(
        &self,
        shard: u8,
        now: DateTime<Utc>,
        limit: usize,
        cursor: Option<DueCursor>,
    ) -> Result<DuePage<DueCampaign>, StoreError> {
        let read = |item| {
            let corrupt = StoreError::Corrupt(WHAT);
            let (business_id, campaign_id) = read_text(&item, PK).and_then(keys::read).ok_or(corrupt.clone())?;
            let not_before = read_millis(&item, NOT_BEFORE).ok_or(corrupt)?;
            Ok(DueCampaign { business_id, campaign_id, not_before, begins_at: read_millis(&item, BEGINS_AT) })
        };
        self.due_page(Table::Campaigns, shard, now, limit, cursor, read).await
    }

    /// A campaign that was due is looked at again at `next`; `false` if it has been moved since.
    ///
    /// # Errors
    /// As every operation: see [`StoreError`].
    pub async fn advance_campaign(
        &self,
        due: &DueCampaign,
        next: DateTime<Utc>,
        attempt: &Attempt,
    ) -> Result<bool, StoreError> {
        let write = Write::update(Table::Campaigns, keys::progress(due.business_id, &due.campaign_id))
            .set(NOT_BEFORE, millis(next))
            .if_same(NOT_BEFORE, Some(millis(due.not_before)));
        Ok(!matches!(self.write(write, attempt).await?, Outcome::Refused(_)))
    }
}
