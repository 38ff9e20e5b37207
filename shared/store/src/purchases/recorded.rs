//! Purchases by when they were recorded, and all that a customer's numbers are counted from.

use super::WHAT;
use crate::customers::record_write;
use crate::dynamodb::{
    Found, Item, Query, Transacted, Versioned, Write, cursor, from_item, millis, read_millis, read_text, text, to_item,
};
use crate::keys::purchases::{self as keys, BY_RECORDED, PURCHASE, RECORDED_AT, RECORDED_KEY};
use crate::keys::{PK, SK, customers, key_of};
use crate::tables::Table;
use crate::{Page, Store, StoreError};
use chrono::{DateTime, Days, NaiveDate, NaiveTime, Utc};
use domain::recount::Recount;
use domain::{Attempt, BusinessId, Customer, CustomerId, Favorites, Purchase};
use std::collections::{BTreeSet, HashMap};

/// Rows of one page.
const PAGE: i32 = 500;
/// A page of a list looks at so many days: on most days of a business that stands still nothing is recorded.
const DAYS: usize = 100;
/// A page of a list has no more than so many bytes of purchases, besides its first: an answer of Lambda has 6 MB.
const BYTES: usize = 3 << 20;

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
        let start = cursor.map(|cursor| keys::read_recorded_place(business, day, cursor)).transpose()?;
        let found = self.rows_recorded_on(business, day, from, PAGE, start).await?;
        let read = |item| read_text(item, PK).and_then(customers::read).ok_or(StoreError::Corrupt(WHAT));
        let customers = found.items.iter().map(|item| Ok(read(item)?.1)).collect::<Result<_, StoreError>>()?;
        Ok((customers, found.next.as_ref().map(place).transpose()?))
    }

    /// The purchases of a business in the order in which their last versions were recorded, from a time until now (UTC),
    /// at most `limit` and some three megabytes a page; those that were given back are among them. One that is corrected
    /// meanwhile comes again at the end. A page looks at a hundred days, so it may be empty and not be the last. The index
    /// follows the records within milliseconds.
    ///
    /// # Errors
    /// [`StoreError::BadCursor`], or as every operation.
    pub async fn recorded_purchases(
        &self,
        business: BusinessId,
        from: DateTime<Utc>,
        now: DateTime<Utc>,
        limit: usize,
        cursor: Option<&str>,
    ) -> Result<Page<Purchase>, StoreError> {
        let scope = format!("{business}/recorded");
        let (mut day, mut start) = match cursor {
            Some(cursor) => keys::read_recorded_cursor(business, &cursor::decode(&scope, cursor)?)?,
            None => (from.date_naive(), None),
        };
        let (mut rows, mut days) = (Vec::<(NaiveDate, Item)>::new(), 0);
        let next = loop {
            if day > now.date_naive() {
                break None;
            }
            if rows.len() >= limit || days == DAYS {
                break Some(match &start {
                    Some(start) => format!("{day} {}", place(start)?),
                    None => day.to_string(),
                });
            }
            let left = i32::try_from(limit - rows.len()).unwrap_or(i32::MAX);
            let begin = if start.is_some() { day.and_time(NaiveTime::MIN).and_utc() } else { from };
            let found = self.rows_recorded_on(business, day, begin, left, start).await?;
            rows.extend(found.items.into_iter().map(|row| (day, row)));
            start = found.next;
            if start.is_none() {
                day = day.checked_add_days(Days::new(1)).unwrap_or(NaiveDate::MAX);
                days += 1;
            }
        };
        let (items, cut) = self.purchases_of(rows).await?;
        Ok(Page { items, cursor: cut.or(next).map(|next| cursor::encode(&scope, &next)) })
    }

    /// The purchases of rows of an index, in their order, and where to go on if not all of them have room on a page.
    async fn purchases_of(&self, rows: Vec<(NaiveDate, Item)>) -> Result<(Vec<Purchase>, Option<String>), StoreError> {
        let name = |item: &Item| Some((read_text(item, PK)?.to_owned(), read_text(item, SK)?.to_owned()));
        let found = self.batch_get(Table::Purchases, rows.iter().map(|(_, row)| key_of(row.clone())).collect()).await?;
        let mut found: HashMap<_, _> = found.into_iter().filter_map(|item| Some((name(&item)?, item))).collect();
        let (mut purchases, mut bytes, mut last) = (Vec::new(), 0, None);
        for (day, row) in rows {
            // One that is gone was erased, or corrected to another time: it comes again at the end.
            let Some(item) = name(&row).and_then(|name| found.remove(&name)) else { continue };
            let purchase: Purchase = from_item(item, WHAT)?;
            bytes += serde_json::to_vec(&purchase).map_err(|_| StoreError::Unwritable(WHAT))?.len();
            if bytes > BYTES && !purchases.is_empty() {
                return Ok((purchases, last));
            }
            purchases.push(purchase);
            last = Some(format!("{day} {}", place(&row)?));
        }
        Ok((purchases, None))
    }

    async fn rows_recorded_on(
        &self,
        business: BusinessId,
        day: NaiveDate,
        from: DateTime<Utc>,
        limit: i32,
        start: Option<Item>,
    ) -> Result<Found, StoreError> {
        self.query(Query {
            table: Table::Purchases,
            index: Some(BY_RECORDED),
            condition: &format!("#{RECORDED_KEY} = :day AND #{RECORDED_AT} >= :from"),
            values: vec![("day", text(keys::day_key(business, day))), ("from", millis(from))],
            forward: true,
            consistent: false,
            limit: Some(limit),
            start,
        })
        .await
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

/// Where those that were recorded on a day go on, as [`keys::read_recorded_place`] reads it.
fn place(key: &Item) -> Result<String, StoreError> {
    let (at, pk, sk) = (read_millis(key, RECORDED_AT), read_text(key, PK), read_text(key, SK));
    let (Some(at), Some(pk), Some(sk)) = (at, pk, sk) else { return Err(StoreError::Corrupt(WHAT)) };
    Ok(format!("{} {pk} {sk}", at.timestamp_millis()))
}
