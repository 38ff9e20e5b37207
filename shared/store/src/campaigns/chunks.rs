//! The frozen audience of a campaign in chunks, and the ends of their messages. An id is kept in its 16 bytes.

use super::{KEPT, WHAT, keys};
use crate::dynamodb::{EXPIRES_AT, Item, Query, Write, from_item, number, read_text, text, to_item};
use crate::keys::{PK, SK};
use crate::tables::Table;
use crate::{Store, StoreError};
use aws_sdk_dynamodb::primitives::Blob;
use aws_sdk_dynamodb::types::AttributeValue;
use chrono::{DateTime, Utc};
use domain::returns::Mark;
use domain::{Attempt, BusinessId, CampaignId, Chunk, CustomerId, MessageId, Progress, Status};
use futures::future::try_join_all;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use uuid::Uuid;

const RECIPIENTS: &str = "r";
const MESSAGE_IDS: &str = "m";
const MARKS: &str = "k";
/// The bytes of a mark: a country in two, and whether its person is inactive.
const MARK: usize = 3;

/// The messages of a chunk whose recipients have all been reached, by status. Erased customers are counted under none.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ChunkEnd {
    /// Which chunk.
    pub chunk: u32,
    /// As they were counted last.
    pub counts: BTreeMap<Status, u64>,
}

impl ChunkEnd {
    /// Whether some of its messages are not settled.
    #[must_use]
    pub fn is_open(&self) -> bool {
        self.counts.iter().any(|(status, count)| !status.is_settled() && *count > 0)
    }
}

#[derive(Serialize, Deserialize)]
struct Counts {
    counts: BTreeMap<Status, u64>,
}

fn chunk_item(chunk: &Chunk) -> Item {
    let mut item = Item::from([(RECIPIENTS.to_owned(), ids(&chunk.recipients))]);
    if !chunk.message_ids.is_empty() {
        let ids = chunk.message_ids.iter().map(|id| text(id.as_str())).collect();
        item.insert(MESSAGE_IDS.to_owned(), AttributeValue::L(ids));
    }
    if !chunk.marks.is_empty() {
        let bytes = chunk.marks.iter().flat_map(|mark| {
            let [first, second] = mark.country.unwrap_or_default();
            [first, second, u8::from(mark.is_inactive)]
        });
        item.insert(MARKS.to_owned(), AttributeValue::B(Blob::new(bytes.collect::<Vec<u8>>())));
    }
    item
}

/// Customers in 16 bytes each.
pub(super) fn ids(customers: &[CustomerId]) -> AttributeValue {
    let bytes: Vec<u8> = customers.iter().flat_map(|customer| customer.0.into_bytes()).collect();
    AttributeValue::B(Blob::new(bytes))
}

pub(super) fn bytes<'a>(item: &'a Item, name: &str) -> Option<&'a [u8]> {
    item.get(name).and_then(|value| value.as_b().ok()).map(AsRef::as_ref)
}

pub(super) fn read_ids(item: &Item, name: &str) -> Result<Vec<CustomerId>, StoreError> {
    let ids = bytes(item, name).ok_or(StoreError::Corrupt(WHAT))?.chunks(16);
    let ids = ids.map(|id| Uuid::from_slice(id).map(CustomerId));
    ids.collect::<Result<_, _>>().map_err(|_| StoreError::Corrupt(WHAT))
}

fn read_mark(bytes: &[u8]) -> Mark {
    let (country, rest) = bytes.split_first_chunk::<2>().unwrap_or((&[0, 0], &[]));
    Mark { country: Some(*country).filter(|it| *it != [0, 0]), is_inactive: rest.first() == Some(&1) }
}

pub(super) fn read_chunk(item: &Item) -> Result<Chunk, StoreError> {
    let corrupt = || StoreError::Corrupt(WHAT);
    let recipients = read_ids(item, RECIPIENTS)?;
    let named = item.get(MESSAGE_IDS).and_then(|value| value.as_l().ok());
    let named = named.into_iter().flatten().map(|id| id.as_s().ok().and_then(|id| id.parse().ok()));
    let message_ids = named.collect::<Option<Vec<MessageId>>>().ok_or_else(corrupt)?;
    let marks = bytes(item, MARKS).unwrap_or_default().chunks(MARK).map(read_mark).collect();
    Ok(Chunk { recipients, message_ids, marks })
}

impl Store {
    /// Keeps the chunks of a part of a frozen audience, the first under the number `first`. Only the worker that holds the
    /// freezing may; it may do so again.
    ///
    /// # Errors
    /// As every operation: see [`StoreError`].
    pub async fn put_chunks(
        &self,
        business: BusinessId,
        campaign: &CampaignId,
        first: u32,
        chunks: &[Chunk],
        now: DateTime<Utc>,
    ) -> Result<(), StoreError> {
        let expires_at = (now + KEPT).timestamp();
        let writes = (first..).zip(chunks).map(|(chunk_number, chunk)| {
            let mut item = chunk_item(chunk);
            item.extend(keys::chunk(business, campaign, chunk_number));
            item.insert(EXPIRES_AT.to_owned(), number(expires_at));
            self.write_plain(Write::put(Table::Campaigns, item))
        });
        try_join_all(writes).await.map(drop)
    }

    /// A chunk of a frozen audience. Those from [`Progress::chunks`] on are not part of it.
    ///
    /// # Errors
    /// As every operation: see [`StoreError`].
    pub async fn chunk(
        &self,
        business: BusinessId,
        campaign: &CampaignId,
        chunk: u32,
    ) -> Result<Option<Chunk>, StoreError> {
        let item = self.get(Table::Campaigns, keys::chunk(business, campaign, chunk)).await?;
        item.as_ref().map(read_chunk).transpose()
    }

    /// All recipients of a chunk have been reached in this epoch: keeps the counts of its messages, and moves on. `false` if
    /// the epoch is over, or it is another chunk's turn: another runner of the epoch does the chunks.
    ///
    /// # Errors
    /// As every operation: see [`StoreError`].
    #[expect(clippy::too_many_arguments, reason = "the facts of one move")]
    pub async fn chunk_done(
        &self,
        business: BusinessId,
        campaign: &CampaignId,
        chunk: u32,
        epoch: u32,
        counts: &BTreeMap<Status, u64>,
        now: DateTime<Utc>,
        attempt: &Attempt,
    ) -> Result<bool, StoreError> {
        let Some(progress) = self.campaign_progress(business, campaign).await? else { return Ok(false) };
        if progress.record.chunk_done(chunk, epoch, now).is_none() {
            return Ok(false);
        }
        // First the counts: a chunk that is done has some.
        self.count_chunk(business, campaign, chunk, counts, now).await?;
        let done = |progress: &Progress| progress.chunk_done(chunk, epoch, now);
        Ok(self.move_campaign_by(business, campaign, done, attempt).await?.is_some())
    }

    /// Keeps newer counts of a chunk's messages.
    ///
    /// # Errors
    /// As every operation: see [`StoreError`].
    pub async fn count_chunk(
        &self,
        business: BusinessId,
        campaign: &CampaignId,
        chunk: u32,
        counts: &BTreeMap<Status, u64>,
        now: DateTime<Utc>,
    ) -> Result<(), StoreError> {
        let mut item = to_item(&Counts { counts: counts.clone() }, WHAT)?;
        item.extend(keys::done(business, campaign, chunk));
        item.insert(EXPIRES_AT.to_owned(), number((now + KEPT).timestamp()));
        self.write_plain(Write::put(Table::Campaigns, item)).await
    }

    /// The counts of the chunks that are done, of the first `done`. Reads about 30 units for a campaign to 800,000 people.
    ///
    /// # Errors
    /// As every operation: see [`StoreError`].
    pub async fn chunk_ends(
        &self,
        business: BusinessId,
        campaign: &CampaignId,
        done: u32,
    ) -> Result<Vec<ChunkEnd>, StoreError> {
        let (mut ends, mut start) = (Vec::new(), None);
        if done == 0 {
            return Ok(ends);
        }
        let (from, to) = keys::ends(done);
        loop {
            let found = self
                .query(Query {
                    table: Table::Campaigns,
                    index: None,
                    condition: &format!("#{PK} = :pk AND #{SK} BETWEEN :from AND :to"),
                    values: vec![
                        ("pk", text(keys::partition(business, campaign))),
                        ("from", text(&from)),
                        ("to", text(&to)),
                    ],
                    forward: true,
                    consistent: true,
                    limit: None,
                    start,
                })
                .await?;
            for item in found.items {
                let chunk = read_text(&item, SK).and_then(keys::read_done).ok_or(StoreError::Corrupt(WHAT))?;
                ends.push(ChunkEnd { chunk, counts: from_item::<Counts>(item, WHAT)?.counts });
            }
            start = found.next;
            if start.is_none() {
                return Ok(ends);
            }
        }
    }
}
