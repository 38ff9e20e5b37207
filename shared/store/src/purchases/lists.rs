//! Purchases in the order of their time: those of a customer, and those of a business.

use super::WHAT;
use crate::dynamodb::{Found, Item, Query, cursor, from_item, millis, read_millis, read_text, text};
use crate::keys::purchases::{self as keys, AT_KEY, BY_DAY, DAY_KEY, PURCHASE};
use crate::keys::{PK, SK};
use crate::tables::Table;
use crate::{Page, Store, StoreError};
use chrono::{DateTime, TimeDelta, Utc};
use domain::{BusinessId, CustomerId, Money, Purchase};
use serde::Deserialize;

/// Purchases that are read at once to see what a customer bought besides the one that changes.
const NEWEST: i32 = 20;

/// The purchases of a business in a time.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Revenue {
    /// What is left of them, in minor units of the business's currency.
    pub total: i64,
    /// How many count.
    pub purchases: u64,
}

/// A purchase that counts, as the index by day has it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Bought {
    /// Who bought.
    pub customer: CustomerId,
    /// When, UTC.
    pub at: DateTime<Utc>,
    /// What is left of it, in minor units of the business's currency.
    pub minor: i64,
}

/// The attributes of a purchase that the index holds.
#[derive(Deserialize)]
struct Row {
    total: Money,
}

fn read_bought(item: Item) -> Result<Bought, StoreError> {
    let corrupt = || StoreError::Corrupt(WHAT);
    let customer = read_text(&item, PK).and_then(keys::read_customer).ok_or_else(corrupt)?;
    let at = read_millis(&item, AT_KEY).ok_or_else(corrupt)?;
    let Row { total } = from_item(item, WHAT)?;
    Ok(Bought { customer, at, minor: total.minor })
}

impl Store {
    /// The purchases of a business from a time until before another (UTC). A query for each day of UTC that the time
    /// touches, and one more for each further megabyte: about ten thousand purchases. The index follows within
    /// milliseconds.
    ///
    /// # Errors
    /// As every operation: see [`StoreError`].
    pub async fn revenue_between(
        &self,
        business: BusinessId,
        from: DateTime<Utc>,
        until: DateTime<Utc>,
    ) -> Result<Revenue, StoreError> {
        let mut revenue = Revenue::default();
        for bought in self.bought_between(business, from, until).await? {
            revenue.total = revenue.total.saturating_add(bought.minor);
            revenue.purchases += 1;
        }
        Ok(revenue)
    }

    /// The purchases of a business that count, from a time until before another (UTC), in the order of their time. Costs
    /// as [`Self::revenue_between`] does.
    ///
    /// # Errors
    /// As every operation: see [`StoreError`].
    pub async fn bought_between(
        &self,
        business: BusinessId,
        from: DateTime<Utc>,
        until: DateTime<Utc>,
    ) -> Result<Vec<Bought>, StoreError> {
        let mut all = Vec::new();
        if until <= from {
            return Ok(all);
        }
        let last = until - TimeDelta::milliseconds(1);
        for day in from.date_naive().iter_days().take_while(|day| *day <= last.date_naive()) {
            let mut start = None;
            loop {
                let found = self
                    .query(Query {
                        table: Table::Purchases,
                        index: Some(BY_DAY),
                        condition: &format!("#{DAY_KEY} = :day AND #{AT_KEY} BETWEEN :from AND :last"),
                        values: vec![
                            ("day", text(keys::day_key(business, day))),
                            ("from", millis(from)),
                            ("last", millis(last)),
                        ],
                        forward: true,
                        consistent: false,
                        limit: None,
                        start,
                    })
                    .await?;
                for item in found.items {
                    all.push(read_bought(item)?);
                }
                start = found.next;
                if start.is_none() {
                    break;
                }
            }
        }
        Ok(all)
    }

    /// A customer's purchases, the newest first, at most `limit` a page. Those that were given back are among them.
    ///
    /// # Errors
    /// [`StoreError::BadCursor`], or as every operation.
    pub async fn customer_purchases(
        &self,
        business: BusinessId,
        customer: CustomerId,
        limit: usize,
        cursor: Option<&str>,
    ) -> Result<Page<Purchase>, StoreError> {
        let scope = format!("{}/purchases", keys::partition(business, customer));
        let is_purchase = |sk: &str| keys::read_invoice(sk).is_some();
        let after = cursor.map(|cursor| cursor::decode_place(&scope, cursor, is_purchase)).transpose()?;
        let limit = i32::try_from(limit.max(1)).unwrap_or(i32::MAX);
        let found = self.newest_purchases(business, customer, limit, after).await?;
        let next = found.next.as_ref().and_then(|key| read_text(key, SK));
        let cursor = next.map(|sk| cursor::encode(&scope, sk));
        let items = found.items.into_iter().map(|item| from_item(item, WHAT)).collect::<Result<_, _>>()?;
        Ok(Page { items, cursor })
    }

    async fn newest_purchases(
        &self,
        business: BusinessId,
        customer: CustomerId,
        limit: i32,
        after: Option<String>,
    ) -> Result<Found, StoreError> {
        self.query(Query {
            table: Table::Purchases,
            index: None,
            condition: "#pk = :pk AND begins_with(#sk, :purchase)",
            values: vec![(PK, text(keys::partition(business, customer))), ("purchase", text(PURCHASE))],
            forward: false,
            consistent: true,
            limit: Some(limit),
            start: after.map(|sk| keys::place(business, customer, sk)),
        })
        .await
    }

    /// The times of the customer's newest other purchases that count: at least one, if there is any.
    pub(super) async fn newest_others(
        &self,
        business: BusinessId,
        changed: &Purchase,
    ) -> Result<Vec<DateTime<Utc>>, StoreError> {
        let mut after = None;
        loop {
            let found = self.newest_purchases(business, changed.customer_id, NEWEST, after).await?;
            let mut times = Vec::new();
            for item in found.items {
                let other: Purchase = from_item(item, WHAT)?;
                if other.invoice_id != changed.invoice_id && other.counts() {
                    times.push(other.at);
                }
            }
            after = found.next.as_ref().and_then(|key| read_text(key, SK)).map(str::to_owned);
            if !times.is_empty() || after.is_none() {
                return Ok(times);
            }
        }
    }
}
