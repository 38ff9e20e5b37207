//! Purchases by when they were recorded, and all that a customer's numbers are counted from.

use super::WHAT;
use crate::customers::record_write;
use crate::dynamodb::{Query, Transacted, Versioned, Write, from_item, millis, read_millis, read_text, text, to_item};
use crate::keys::purchases::{self as keys, BY_RECORDED, PURCHASE, RECORDED_AT, RECORDED_KEY};
use crate::keys::{PK, SK, customers};
use crate::tables::Table;
use crate::{Store, StoreError};
use chrono::{DateTime, NaiveDate, Utc};
use domain::recount::Recount;
use domain::{Attempt, BusinessId, Customer, CustomerId, Favorites, Purchase};
use std::collections::BTreeSet;

/// Rows of one page.
const PAGE: i32 = 500;

/// A customer's record, with all that its numbers are counted from.
#[derive(Clone, Debug, PartialEq)]
pub struct Books {
    /// Read first: as long as it has not changed, nothing has that was read after it.
    pub customer: Versioned<Customer>,
    /// The names that are kept.
    pub favorites: Favorites,
    /// All, those that were given back among them.
    pub purchases: Vec<Purchase>,
}

impl Store {
    /// The customers whose purchases were recorded or corrected on a day of UTC, from a time on: a page, each of them
    /// once, and where to go on. A purchase that has been corrected since is told on the later day.
    ///
    /// # Errors
    /// [`StoreError::BadCursor`], or as every operation.
    pub async fn recorded_on(
        &self,
        business: BusinessId,
        day: NaiveDate,
        from: DateTime<Utc>,
        cursor: Option<&str>,
    ) -> Result<(BTreeSet<CustomerId>, Option<String>), StoreError> {
        let found = self
            .query(Query {
                table: Table::Purchases,
                index: Some(BY_RECORDED),
                condition: &format!("#{RECORDED_KEY} = :day AND #{RECORDED_AT} >= :from"),
                values: vec![("day", text(keys::day_key(business, day))), ("from", millis(from))],
                forward: true,
                consistent: false,
                limit: Some(PAGE),
                start: cursor.map(|cursor| keys::read_recorded_place(business, day, cursor)).transpose()?,
            })
            .await?;
        let read = |item| read_text(item, PK).and_then(customers::read).ok_or(StoreError::Corrupt(WHAT));
        let customers = found.items.iter().map(|item| Ok(read(item)?.1)).collect::<Result<_, StoreError>>()?;
        let next = found.next.as_ref().and_then(|key| {
            let at = read_millis(key, RECORDED_AT)?.timestamp_millis();
            Some(format!("{at} {} {}", read_text(key, PK)?, read_text(key, SK)?))
        });
        Ok((customers, next))
    }

    /// All that a customer's numbers are counted from; `None` if there is no such customer. A query for each megabyte of
    /// purchases.
    ///
    /// # Errors
    /// As every operation: see [`StoreError`].
    pub async fn books(&self, business: BusinessId, customer: CustomerId) -> Result<Option<Books>, StoreError> {
        let Some(record) = self.customer(business, customer).await? else { return Ok(None) };
        let (mut favorites, mut purchases, mut start) = (Favorites::default(), Vec::new(), None);
        loop {
            let found = self
                .query(Query {
                    table: Table::Purchases,
                    index: None,
                    condition: "#pk = :pk",
                    values: vec![(PK, text(keys::partition(business, customer)))],
                    forward: true,
                    consistent: true,
                    limit: None,
                    start,
                })
                .await?;
            for item in found.items {
                if read_text(&item, SK).is_some_and(|sk| sk.starts_with(PURCHASE)) {
                    purchases.push(from_item(item, WHAT)?);
                } else {
                    favorites = from_item(item, WHAT)?;
                }
            }
            start = found.next;
            if start.is_none() {
                return Ok(Some(Books { customer: record, favorites, purchases }));
            }
        }
    }

    /// Puts a customer's numbers, names and days as they were counted from these books; `false` if anything of them has
    /// changed since.
    ///
    /// # Errors
    /// As every operation: see [`StoreError`].
    pub async fn correct_books(
        &self,
        business: BusinessId,
        books: &Books,
        counted: &Recount,
        attempt: &Attempt,
    ) -> Result<bool, StoreError> {
        let mut writes = vec![record_write(business, &books.customer, &counted.customer)?];
        if counted.favorites != books.favorites {
            let mut item = to_item(&counted.favorites, WHAT)?;
            item.extend(keys::favorites(business, counted.customer.customer_id));
            writes.push(Write::put(Table::Purchases, item));
        }
        Ok(matches!(self.transact(writes, attempt).await?, Transacted::Committed))
    }
}
