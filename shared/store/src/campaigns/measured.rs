//! What the returns of a campaign are measured by, beside its chunks: who was held out, when each message left, and which
//! records have become others since.
//!
//! What left is written with the count of a day after the end. Until then the messages' own records tell, and later they are
//! gone: they are kept for 90 days.

use super::chunks::{bytes, ids, read_chunk, read_ids};
use super::{KEPT, WHAT, keys};
use crate::dynamodb::{EXPIRES_AT, Item, Query, Write, number, read_text, text};
use crate::keys::{PK, SK};
use crate::tables::Table;
use crate::{Store, StoreError};
use aws_sdk_dynamodb::primitives::Blob;
use aws_sdk_dynamodb::types::AttributeValue;
use chrono::{DateTime, Utc};
use domain::returns::Left;
use domain::{BusinessId, CampaignId, Chunk, CustomerId, Progress};
use futures::future::try_join_all;
use std::collections::{BTreeMap, HashMap};
use std::ops::Range;

const HELD: &str = "h";
const LEFT: &str = "l";
const INTO: &str = "into";
/// People in one list of those who were held out: 80 KB.
const LISTED: usize = 5_000;
/// The bytes of a message that left: whether as a template, and the epoch milliseconds. Nought for one that did not.
const BYTES: usize = 7;
const AS_TEMPLATE: u8 = 1;

/// A chunk of a frozen audience, with what became of its messages.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct MeasuredChunk {
    /// The people.
    pub chunk: Chunk,
    /// What left for each, in their order, once that was counted a day after the end.
    pub left: Option<Vec<Option<Left>>>,
}

fn written(left: &[Option<Left>]) -> AttributeValue {
    let each = |left: &Option<Left>| {
        let Some(left) = left else { return [0; BYTES] };
        let [_, _, millis @ ..] = left.at.timestamp_millis().to_be_bytes();
        let mut bytes = [u8::from(left.as_template) * AS_TEMPLATE; BYTES];
        if let Some((_, rest)) = bytes.split_first_mut() {
            rest.copy_from_slice(&millis);
        }
        bytes
    };
    AttributeValue::B(Blob::new(left.iter().flat_map(each).collect::<Vec<u8>>()))
}

fn read_left(bytes: &[u8]) -> Option<Left> {
    let (flags, millis) = bytes.split_first()?;
    let millis = millis.iter().fold(0_i64, |sum, byte| (sum << 8) | i64::from(*byte));
    let at = DateTime::from_timestamp_millis(millis).filter(|_| millis > 0)?;
    Some(Left { at, as_template: *flags == AS_TEMPLATE })
}

impl Store {
    /// Keeps people who were held out, the first list under the number `first`; answers how many lists they fill. Only the
    /// worker that holds the freezing may; it may do so again.
    ///
    /// # Errors
    /// As every operation: see [`StoreError`].
    pub async fn put_held(
        &self,
        business: BusinessId,
        campaign: &CampaignId,
        first: u32,
        people: &[CustomerId],
        now: DateTime<Utc>,
    ) -> Result<u32, StoreError> {
        let lists: Vec<_> = (first..).zip(people.chunks(LISTED)).collect();
        let writes = lists.iter().map(|(list, part)| {
            let mut item = Item::from([(HELD.to_owned(), ids(part))]);
            item.extend(keys::held(business, campaign, *list));
            item.insert(EXPIRES_AT.to_owned(), number((now + KEPT).timestamp()));
            self.write_plain(Write::put(Table::Campaigns, item))
        });
        try_join_all(writes).await?;
        Ok(u32::try_from(lists.len()).unwrap_or(u32::MAX))
    }

    /// The people of the first so many lists of those who were held out. One unit for each 256.
    ///
    /// # Errors
    /// As every operation: see [`StoreError`].
    pub async fn held(
        &self,
        business: BusinessId,
        campaign: &CampaignId,
        lists: u32,
    ) -> Result<Vec<CustomerId>, StoreError> {
        let wanted = (0..lists).map(|list| keys::held(business, campaign, list)).collect();
        let mut all = Vec::new();
        for item in self.batch_get(Table::Campaigns, wanted).await? {
            all.extend(read_ids(&item, HELD)?);
        }
        Ok(all)
    }

    /// Keeps what left for each of a chunk, in their order.
    ///
    /// # Errors
    /// As every operation: see [`StoreError`].
    pub async fn put_left(
        &self,
        business: BusinessId,
        campaign: &CampaignId,
        chunk: u32,
        left: &[Option<Left>],
        now: DateTime<Utc>,
    ) -> Result<(), StoreError> {
        let mut item = Item::from([(LEFT.to_owned(), written(left))]);
        item.extend(keys::left(business, campaign, chunk));
        item.insert(EXPIRES_AT.to_owned(), number((now + KEPT).timestamp()));
        self.write_plain(Write::put(Table::Campaigns, item)).await
    }

    /// Some chunks with what left for their people, in order. Four units for each 500 people.
    ///
    /// # Errors
    /// As every operation: see [`StoreError`].
    pub async fn measured_chunks(
        &self,
        business: BusinessId,
        campaign: &CampaignId,
        chunks: Range<u32>,
    ) -> Result<Vec<MeasuredChunk>, StoreError> {
        let of = |chunk| [keys::chunk(business, campaign, chunk), keys::left(business, campaign, chunk)];
        let items = self.batch_get(Table::Campaigns, chunks.flat_map(of).collect()).await?;
        let mut found: BTreeMap<u32, MeasuredChunk> = BTreeMap::new();
        for item in items {
            let (_, number) = read_text(&item, SK).and_then(keys::read_part).ok_or(StoreError::Corrupt(WHAT))?;
            let chunk = found.entry(number).or_default();
            match bytes(&item, LEFT) {
                Some(left) => chunk.left = Some(left.chunks(BYTES).map(read_left).collect()),
                None => chunk.chunk = read_chunk(&item)?,
            }
        }
        Ok(found.into_values().collect())
    }

    /// Where each campaign of a business stands, of the last half a year.
    ///
    /// # Errors
    /// As every operation: see [`StoreError`].
    pub async fn all_progress(&self, business: BusinessId) -> Result<BTreeMap<CampaignId, Progress>, StoreError> {
        let entries = self.partition_of_campaigns(keys::list(business)).await?;
        let ids = entries.iter().filter_map(|item| keys::read_entry(read_text(item, SK)?));
        let wanted = ids.map(|id| keys::progress(business, &id)).collect();
        let corrupt = || StoreError::Corrupt(WHAT);
        let items = self.batch_get(Table::Campaigns, wanted).await?.into_iter().map(|item| {
            let (_, id) = read_text(&item, PK).and_then(keys::read).ok_or_else(corrupt)?;
            Ok((id, super::read_progress(item)?.record))
        });
        items.collect()
    }

    /// Keeps which record a person goes on under: the audiences of campaigns name the one before.
    ///
    /// # Errors
    /// As every operation: see [`StoreError`].
    pub async fn note_join(
        &self,
        business: BusinessId,
        from: CustomerId,
        into: CustomerId,
        now: DateTime<Utc>,
    ) -> Result<(), StoreError> {
        let mut item = keys::join(business, from);
        item.insert(INTO.to_owned(), text(into.to_string()));
        item.insert(EXPIRES_AT.to_owned(), number((now + KEPT).timestamp()));
        self.write_plain(Write::put(Table::Campaigns, item)).await
    }

    /// The records of a business that have become others in the last half a year.
    ///
    /// # Errors
    /// As every operation: see [`StoreError`].
    pub async fn joins(&self, business: BusinessId) -> Result<HashMap<CustomerId, CustomerId>, StoreError> {
        let items = self.partition_of_campaigns(keys::joins(business)).await?;
        let read = |item: &Item| {
            let from = read_text(item, SK)?.parse().ok()?;
            Some((from, read_text(item, INTO)?.parse().ok()?))
        };
        items.iter().map(|item| read(item).ok_or(StoreError::Corrupt(WHAT))).collect()
    }

    async fn partition_of_campaigns(&self, partition: String) -> Result<Vec<Item>, StoreError> {
        let (mut items, mut start) = (Vec::new(), None);
        loop {
            let found = self
                .query(Query {
                    table: Table::Campaigns,
                    index: None,
                    condition: &format!("#{PK} = :pk"),
                    values: vec![("pk", text(partition.clone()))],
                    forward: true,
                    consistent: true,
                    limit: None,
                    start,
                })
                .await?;
            items.extend(found.items);
            start = found.next;
            if start.is_none() {
                return Ok(items);
            }
        }
    }

    pub(super) async fn forget_joins(&self, business: BusinessId) -> Result<(), StoreError> {
        loop {
            let items = self.first_keys(Table::Campaigns, None, PK, keys::joins(business)).await?;
            if items.is_empty() {
                return Ok(());
            }
            self.delete_all(Table::Campaigns, items).await?;
        }
    }
}
