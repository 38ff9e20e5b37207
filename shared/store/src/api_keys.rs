//! API keys by their hash, and the window in which each one's requests are counted, which time to live removes.

pub(crate) use crate::changes::nothing as change;
use crate::dynamodb::{
    EXPIRES_AT, Item, Outcome, Query, ROUNDS, Write, from_item, millis, number, read_millis, read_number, read_text,
    stamp, text, to_item,
};
use crate::keys::api_keys::{self as keys, BUSINESS_ID, BY_BUSINESS, CREATED_AT};
use crate::keys::{PK, key_of};
use crate::tables::Table;
use crate::{Store, StoreError};
use chrono::{DateTime, TimeDelta, Utc};
use domain::{Attempt, BusinessId, KeyId};
use serde::{Deserialize, Serialize};

const WHAT: &str = "api keys";
const WINDOW_START: &str = "window_start";
const COUNT: &str = "requests";

/// The record of an API key.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ApiKey {
    /// Its name in the API.
    pub key_id: KeyId,
    /// The business it acts for; `None` is an operator's key.
    pub business_id: Option<BusinessId>,
    /// The name that people call it by.
    pub label: String,
    /// Requests per window, if it has a limit of its own.
    pub limit_requests: Option<u32>,
    /// When it was made, UTC, kept in milliseconds.
    pub created_at: DateTime<Utc>,
}

/// Whether a request is within its key's limit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Counted {
    /// It is the n-th of the window.
    Within(u32),
    /// The window is full for so long.
    Limited {
        /// Until the window ends.
        retry_after: TimeDelta,
    },
}

impl Store {
    /// Keeps a key under its hash (SHA-256 in hex); `false` if there is one already.
    ///
    /// # Errors
    /// As every operation: see [`StoreError`].
    pub async fn create_key(&self, hash: &str, record: &ApiKey, attempt: &Attempt) -> Result<bool, StoreError> {
        let mut item = to_item(record, WHAT)?;
        item.insert(CREATED_AT.to_owned(), text(stamp(record.created_at)));
        item.extend(keys::record(hash));
        let outcome = self.write(Write::put(Table::ApiKeys, item).if_new(), attempt).await?;
        Ok(!matches!(outcome, Outcome::Refused(_)))
    }

    /// The key of this hash.
    ///
    /// # Errors
    /// As every operation: see [`StoreError`].
    pub async fn key(&self, hash: &str) -> Result<Option<ApiKey>, StoreError> {
        let item = self.get(Table::ApiKeys, keys::record(hash)).await?;
        item.map(|item| from_item(item, WHAT)).transpose()
    }

    /// The keys of a business, oldest first; one made in this moment may not be among them yet.
    ///
    /// # Errors
    /// As every operation: see [`StoreError`].
    pub async fn keys(&self, business: BusinessId) -> Result<Vec<ApiKey>, StoreError> {
        let items = self.key_items(business).await?;
        items.into_iter().map(|item| from_item(item, WHAT)).collect()
    }

    /// Deletes a key; `false` if the business has none of this id.
    ///
    /// # Errors
    /// As every operation: see [`StoreError`].
    pub async fn delete_key(&self, business: BusinessId, key_id: KeyId) -> Result<bool, StoreError> {
        let id = key_id.to_string();
        let items = self.key_items(business).await?;
        let found = items.into_iter().find(|item| read_text(item, "key_id") == Some(&id));
        let Some(item) = found else { return Ok(false) };
        self.write_plain(Write::delete(Table::ApiKeys, key_of(item))).await?;
        Ok(true)
    }

    /// Deletes all keys of a business; one made in this moment may stay.
    pub(crate) async fn delete_keys(&self, business: BusinessId) -> Result<(), StoreError> {
        for item in self.key_items(business).await? {
            self.write_plain(Write::delete(Table::ApiKeys, key_of(item))).await?;
        }
        Ok(())
    }

    async fn key_items(&self, business: BusinessId) -> Result<Vec<Item>, StoreError> {
        let mut items = Vec::new();
        let mut start = None;
        loop {
            let found = self
                .query(Query {
                    table: Table::ApiKeys,
                    index: Some(BY_BUSINESS),
                    condition: &format!("#{BUSINESS_ID} = :business"),
                    values: vec![("business", text(business.to_string()))],
                    forward: true,
                    consistent: false,
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

    /// Counts a request of a key at `now` against `limit` in a window that starts with the first one. One write; a
    /// second one opens a new window. A request is never counted too little; it may be counted twice if the answer of
    /// its write is lost and another request comes before the SDK writes again.
    ///
    /// # Errors
    /// As every operation: see [`StoreError`].
    pub async fn count_request(
        &self,
        key_id: KeyId,
        limit: u32,
        window: TimeDelta,
        now: DateTime<Utc>,
        attempt: &Attempt,
    ) -> Result<Counted, StoreError> {
        let row = keys::limit(key_id);
        let over = now - window;
        for _ in 0..ROUNDS {
            let count = Write::update(Table::ApiKeys, row.clone())
                .add_one(COUNT)
                .only_if(format!("#{WINDOW_START} > :over AND #{COUNT} < :limit"))
                .with("over", millis(over))
                .with("limit", number(limit));
            let found = match self.write(count, attempt).await? {
                Outcome::Written(item) | Outcome::AlreadyMine(item) => return within(&item),
                Outcome::Refused(found) => found,
            };
            let start = found.as_ref().and_then(|item| read_millis(item, WINDOW_START));
            if let Some(start) = start.filter(|start| *start > over) {
                return Ok(Counted::Limited { retry_after: start + window - now });
            }
            if limit == 0 {
                return Ok(Counted::Limited { retry_after: window });
            }
            let open = Write::update(Table::ApiKeys, row.clone())
                .set(WINDOW_START, millis(now))
                .set(COUNT, number(1))
                .set(EXPIRES_AT, number((now + window).timestamp() + 1))
                .only_if(format!("attribute_not_exists(#{PK}) OR #{WINDOW_START} <= :over"))
                .with("over", millis(over));
            match self.write(open, attempt).await? {
                Outcome::Written(item) | Outcome::AlreadyMine(item) => return within(&item),
                Outcome::Refused(_) => {}
            }
        }
        Err(StoreError::Contended(WHAT))
    }
}

fn within(item: &Item) -> Result<Counted, StoreError> {
    read_number(item, COUNT).map(Counted::Within).ok_or(StoreError::Corrupt(WHAT))
}
