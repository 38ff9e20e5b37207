//! Campaigns: how they were made, and where they stand. Kept for half a year.
//!
//! The progress stands apart from the rest, so that what changes often is small. Each change of it is conditional on its
//! version. `due_shard` and `not_before` (epoch milliseconds) are there while something is to be done by itself.

pub(crate) use crate::changes::nothing as change;
mod chunks;
mod due;
mod measured;

pub use chunks::ChunkEnd;
pub use due::DueCampaign;
pub use measured::MeasuredChunk;

use crate::dynamodb::{
    EXPIRES_AT, Item, Outcome, Query, ROUNDS, Transacted, VERSION, Write, cursor, from_item, millis, number,
    read_millis, read_number, read_text, stamp, text, to_item,
};
use crate::keys::campaigns as keys;
use crate::keys::due::{NOT_BEFORE, SHARD};
use crate::keys::{PK, SK};
use crate::tables::Table;
use crate::{Page, Store, StoreError, Updated, Versioned};
use chrono::{DateTime, TimeDelta, Utc};
use domain::{Attempt, BusinessId, Campaign, CampaignId, Counted, Progress, Reason};
use std::collections::HashMap;

const WHAT: &str = "campaigns";
/// The time for which a campaign and its audience are kept from its creation, or from its time if that is later.
const KEPT: TimeDelta = TimeDelta::days(180);
const TOLD: &str = "told";
/// Lists of people who were held out that go with their campaign.
const HELD_AT_ONCE: u32 = 90;

/// The outcome of a new campaign.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CreateCampaign {
    /// It is kept.
    Created,
    /// There is one of this id, which stays as it is.
    Exists(Box<Versioned<Campaign>>),
}

fn expires_at(campaign: &Campaign) -> i64 {
    (campaign.start_at.unwrap_or(campaign.created_at).max(campaign.created_at) + KEPT).timestamp()
}

/// The progress as it is stored, without its key.
fn progress_item(progress: &Progress) -> Result<Item, StoreError> {
    let mut item = to_item(progress, WHAT)?;
    if let Some(at) = progress.due_at {
        item.insert(SHARD.to_owned(), text(keys::DUE_SHARD.to_owned()));
        item.insert(NOT_BEFORE.to_owned(), millis(at));
    }
    Ok(item)
}

fn read_progress(item: Item) -> Result<Versioned<Progress>, StoreError> {
    let version = read_number(&item, VERSION).unwrap_or_default();
    let due_at = read_millis(&item, NOT_BEFORE);
    Ok(Versioned { record: Progress { due_at, ..from_item(item, WHAT)? }, version })
}

/// The two items of a campaign in one.
fn joined(campaign: Item, progress: Item) -> Result<Versioned<Campaign>, StoreError> {
    let Versioned { record: progress, version } = read_progress(progress)?;
    let campaign: Campaign = from_item(campaign, WHAT)?;
    Ok(Versioned { record: Campaign { progress, ..campaign }, version })
}

impl Store {
    /// Keeps a new campaign, once per id.
    ///
    /// # Errors
    /// As every operation: see [`StoreError`].
    pub async fn create_campaign(&self, campaign: &Campaign, attempt: &Attempt) -> Result<CreateCampaign, StoreError> {
        let (business, id) = (campaign.business_id, &campaign.campaign_id);
        let mut made = to_item(campaign, WHAT)?;
        made.extend(keys::campaign(business, id));
        let mut progress = progress_item(&campaign.progress)?;
        progress.extend(keys::progress(business, id));
        progress.insert(VERSION.to_owned(), number(1));
        let mut entry = keys::entry(business, &stamp(campaign.created_at), id);
        for item in [&mut made, &mut progress, &mut entry] {
            item.insert(EXPIRES_AT.to_owned(), number(expires_at(campaign)));
        }
        let writes = vec![
            Write::put(Table::Campaigns, made).if_new(),
            Write::put(Table::Campaigns, progress).if_new(),
            Write::put(Table::Campaigns, entry),
        ];
        if matches!(self.transact(writes, attempt).await?, Transacted::Committed) {
            return Ok(CreateCampaign::Created);
        }
        let found = self.campaign(business, id).await?.ok_or(StoreError::Contended(WHAT))?;
        Ok(CreateCampaign::Exists(Box::new(found)))
    }

    /// A campaign, with the version of its progress.
    ///
    /// # Errors
    /// As every operation: see [`StoreError`].
    pub async fn campaign(
        &self,
        business: BusinessId,
        campaign: &CampaignId,
    ) -> Result<Option<Versioned<Campaign>>, StoreError> {
        let keys = vec![keys::campaign(business, campaign), keys::progress(business, campaign)];
        let items = self.batch_get(Table::Campaigns, keys).await?;
        Ok(self.joined_all(items)?.into_values().next())
    }

    fn joined_all(&self, items: Vec<Item>) -> Result<HashMap<CampaignId, Versioned<Campaign>>, StoreError> {
        let is_progress = |item: &Item| read_text(item, SK) == Some(keys::PROGRESS);
        let (progress, made): (Vec<Item>, Vec<Item>) = items.into_iter().partition(is_progress);
        let pk = |item: &Item| read_text(item, PK).unwrap_or_default().to_owned();
        let mut progress: HashMap<String, Item> = progress.into_iter().map(|item| (pk(&item), item)).collect();
        let pairs = made.into_iter().filter_map(|item| Some((progress.remove(&pk(&item))?, item)));
        let joined = pairs.map(|(progress, made)| joined(made, progress));
        joined.map(|it| it.map(|it| (it.record.campaign_id.clone(), it))).collect()
    }

    /// Where a campaign stands.
    ///
    /// # Errors
    /// As every operation: see [`StoreError`].
    pub async fn campaign_progress(
        &self,
        business: BusinessId,
        campaign: &CampaignId,
    ) -> Result<Option<Versioned<Progress>>, StoreError> {
        self.get(Table::Campaigns, keys::progress(business, campaign)).await?.map(read_progress).transpose()
    }

    /// The campaigns of a business, the newest first, at most `limit` (1 to 50) a page.
    ///
    /// # Errors
    /// [`StoreError::BadCursor`], or as every operation.
    pub async fn campaigns(
        &self,
        business: BusinessId,
        limit: usize,
        cursor: Option<&str>,
    ) -> Result<Page<Campaign>, StoreError> {
        let scope = format!("{business}/campaigns");
        let start = cursor.map(|cursor| cursor::decode(&scope, cursor)).transpose()?;
        let found = self
            .query(Query {
                table: Table::Campaigns,
                index: None,
                condition: &format!("#{PK} = :list"),
                values: vec![("list", text(keys::list(business)))],
                forward: false,
                consistent: true,
                limit: i32::try_from(limit.clamp(1, 50)).ok(),
                start: start.map(|sk| keys::place(business, sk)),
            })
            .await?;
        let entries = found.items.iter().filter_map(|item| keys::read_entry(read_text(item, SK)?));
        let ids: Vec<CampaignId> = entries.collect();
        let wanted = ids.iter().flat_map(|id| [keys::campaign(business, id), keys::progress(business, id)]).collect();
        let mut all = self.joined_all(self.batch_get(Table::Campaigns, wanted).await?)?;
        let items = ids.iter().filter_map(|id| Some(all.remove(id)?.record)).collect();
        let next = found.next.as_ref().and_then(|key| read_text(key, SK)).map(|sk| cursor::encode(&scope, sk));
        Ok(Page { items, cursor: next })
    }

    /// Moves a campaign from where it was read to stand.
    ///
    /// # Errors
    /// As every operation: see [`StoreError`].
    pub async fn move_campaign(
        &self,
        business: BusinessId,
        campaign: &CampaignId,
        before: &Versioned<Progress>,
        after: &Progress,
        attempt: &Attempt,
    ) -> Result<Updated, StoreError> {
        let items = [&before.record, after].map(progress_item);
        let [read, wanted] = items;
        let write = Write::update(Table::Campaigns, keys::progress(business, campaign)).turn(&read?, &wanted?);
        if write.is_idle() {
            return Ok(Updated::Unchanged);
        }
        let next = before.version + 1;
        let write = write.set(VERSION, number(next)).if_same(VERSION, Some(number(before.version)));
        Ok(match self.write(write, attempt).await? {
            Outcome::Written(_) | Outcome::AlreadyMine(_) => Updated::Done(next),
            Outcome::Refused(_) => Updated::Conflict,
        })
    }

    /// Moves a campaign from wherever it stands; `None` if there is none, or the move is not possible from there.
    ///
    /// # Errors
    /// As every operation: see [`StoreError`].
    pub async fn move_campaign_by(
        &self,
        business: BusinessId,
        campaign: &CampaignId,
        by: impl Fn(&Progress) -> Option<Progress>,
        attempt: &Attempt,
    ) -> Result<Option<Progress>, StoreError> {
        for round in 1..=ROUNDS {
            let Some(before) = self.campaign_progress(business, campaign).await? else { return Ok(None) };
            let Some(after) = by(&before.record) else { return Ok(None) };
            // Each round is a write of its own.
            let own = Attempt(format!("{}/{round}", attempt.0));
            match self.move_campaign(business, campaign, &before, &after, &own).await? {
                Updated::Done(_) | Updated::Unchanged => return Ok(Some(after)),
                Updated::Conflict => self.pause(&attempt.0, round).await,
            }
        }
        Err(StoreError::Contended(WHAT))
    }

    /// The runner of this epoch waits until a time (UTC), when the feeder starts another; `false` if the epoch is over.
    ///
    /// # Errors
    /// As every operation: see [`StoreError`].
    pub async fn campaign_waits(
        &self,
        business: BusinessId,
        campaign: &CampaignId,
        epoch: u32,
        until: DateTime<Utc>,
        reason: Reason,
        attempt: &Attempt,
    ) -> Result<bool, StoreError> {
        let waits = |progress: &Progress| progress.wait(epoch, until, reason);
        Ok(self.move_campaign_by(business, campaign, waits, attempt).await?.is_some())
    }

    /// Keeps what a preflight has told, so that the start can be compared with it. Nothing else of the campaign changes.
    ///
    /// # Errors
    /// As every operation: see [`StoreError`].
    pub async fn keep_preflight(
        &self,
        business: BusinessId,
        campaign: &CampaignId,
        told: &Counted,
        attempt: &Attempt,
    ) -> Result<(), StoreError> {
        let told = serde_dynamo::to_attribute_value(told).map_err(|_| StoreError::Unwritable(WHAT))?;
        let write = Write::update(Table::Campaigns, keys::progress(business, campaign)).set(TOLD, told);
        self.write(write.only_if(format!("attribute_exists(#{PK})")), attempt).await.map(drop)
    }

    /// Deletes a campaign as it was read, of which nothing is frozen: the ids of its messages are made of its own. `false` if
    /// it was changed since.
    ///
    /// # Errors
    /// As every operation: see [`StoreError`].
    pub async fn delete_campaign(&self, campaign: &Versioned<Campaign>, attempt: &Attempt) -> Result<bool, StoreError> {
        let (business, id) = (campaign.record.business_id, &campaign.record.campaign_id);
        let progress = Write::delete(Table::Campaigns, keys::progress(business, id));
        let mut writes = vec![
            progress.if_same(VERSION, Some(number(campaign.version))),
            Write::delete(Table::Campaigns, keys::campaign(business, id)),
            Write::delete(Table::Campaigns, keys::entry(business, &stamp(campaign.record.created_at), id)),
        ];
        // Somebody may be held out where nobody is written to. What is beyond a transaction expires.
        let lists = 0..campaign.record.progress.held.min(HELD_AT_ONCE);
        writes.extend(lists.map(|list| Write::delete(Table::Campaigns, keys::held(business, id, list))));
        if matches!(self.transact(writes, attempt).await?, Transacted::Committed) {
            return Ok(true);
        }
        // Deleted by this same call, whose answer was lost.
        Ok(self.campaign_progress(business, id).await?.is_none())
    }

    /// Removes the campaigns of a closed business, with their audiences.
    pub(crate) async fn forget_campaigns(&self, business: BusinessId) -> Result<(), StoreError> {
        self.forget_joins(business).await?;
        loop {
            let entries = self.first_keys(Table::Campaigns, None, PK, keys::list(business)).await?;
            if entries.is_empty() {
                return Ok(());
            }
            for id in entries.iter().filter_map(|entry| keys::read_entry(read_text(entry, SK)?)) {
                loop {
                    let items = self.first_keys(Table::Campaigns, None, PK, keys::partition(business, &id)).await?;
                    if items.is_empty() {
                        break;
                    }
                    self.delete_all(Table::Campaigns, items).await?;
                }
            }
            self.delete_all(Table::Campaigns, entries).await?;
        }
    }
}
