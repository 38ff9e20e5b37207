//! Loyalty points: a balance, the entries that made it, and the names of entries, each of one customer of a business. The
//! row of the balance has `balance` and `seq`, the number of entries, and is made with the customer; an entry is one
//! change with the balance after it; the row of a name has `customer_id`.

use crate::changes::{Image, image_number, image_text};
use crate::dynamodb::{
    Item, Query, ROUNDS, Refusal, Transacted, Write, cursor, from_item, number, read_number, read_text, text, to_item,
};
use crate::keys::points::{self as keys, ENTRY};
use crate::keys::{PK, SK};
use crate::tables::Table;
use crate::{Change, Page, Store, StoreError};
use chrono::{DateTime, Utc};
use domain::{Attempt, BusinessId, CustomerId, LoadId};
use serde::{Deserialize, Serialize};

const WHAT: &str = "points";
pub(crate) const BALANCE: &str = "balance";
pub(crate) const SEQ: &str = "seq";
pub(crate) const POINTS: &str = "points";
const BALANCE_AFTER: &str = "balance_after";
pub(crate) const CUSTOMER_ID: &str = "customer_id";
/// Of an entry that came from another record of the same person: the other record.
pub(crate) const JOINED: &str = "joined_from";

/// One change of a customer's points.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Entry {
    /// The caller's name for the entry.
    pub load_id: LoadId,
    /// Added, or taken if negative.
    pub points: i64,
    /// As the caller gave it.
    pub reason: Option<String>,
    /// The balance after the entry.
    pub balance_after: i64,
    /// Its place among the customer's entries, from 1.
    pub seq: u64,
    /// When it was loaded, UTC.
    pub created_at: DateTime<Utc>,
}

/// A change of points that is asked for.
#[derive(Clone, PartialEq, Eq)]
pub struct Load<'a> {
    /// The caller's name for the entry; the same one counts once.
    pub load_id: &'a LoadId,
    /// To be added, or taken if negative.
    pub points: i64,
    /// The reason that the caller gave.
    pub reason: Option<&'a str>,
    /// When it was loaded, UTC.
    pub at: DateTime<Utc>,
}

/// The outcome of a load.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LoadPoints {
    /// The entry counts.
    Loaded {
        /// The balance after the entry.
        balance: i64,
    },
    /// It counted before.
    Repeated {
        /// After it, then.
        balance: i64,
        /// That were loaded then.
        points: i64,
    },
    /// It counted for another customer; nothing changed.
    AnotherCustomers,
    /// It would take the balance below zero, or out of range; nothing changed.
    BelowZero {
        /// The balance, unchanged.
        balance: i64,
    },
    /// There is no such customer.
    NoCustomer,
}

#[derive(Clone, Copy)]
struct Balance {
    balance: i64,
    seq: u64,
}

pub(crate) fn first_balance(business: BusinessId, customer: CustomerId) -> Item {
    let mut item = keys::balance(business, customer);
    item.insert(BALANCE.to_owned(), number(0));
    item.insert(SEQ.to_owned(), number(0));
    item
}

fn read_balance(item: &Item) -> Result<Balance, StoreError> {
    let read = || Some(Balance { balance: read_number(item, BALANCE)?, seq: read_number(item, SEQ)? });
    read().ok_or(StoreError::Corrupt(WHAT))
}

fn read_repeated(item: &Item) -> Result<LoadPoints, StoreError> {
    let read = || Some((read_number(item, BALANCE_AFTER)?, read_number(item, POINTS)?));
    let (balance, points) = read().ok_or(StoreError::Corrupt(WHAT))?;
    Ok(LoadPoints::Repeated { balance, points })
}

/// A new entry is points that were loaded; the balance is told with it. One that came from another record was told there.
pub(crate) fn change(before: Option<&Image>, after: &Image) -> Result<Option<Change>, StoreError> {
    let load_id = image_text(after, SK).and_then(|sk| sk.strip_prefix(ENTRY));
    let Some(load_id) = load_id.filter(|_| before.is_none() && !after.contains_key(JOINED)) else { return Ok(None) };
    let change = || {
        let (business_id, customer_id) = image_text(after, PK).and_then(keys::read)?;
        let load_id = load_id.parse().ok()?;
        let (points, balance) = (image_number(after, POINTS)?, image_number(after, BALANCE_AFTER)?);
        Some(Change::PointsLoaded { business_id, customer_id, load_id, points, balance })
    };
    change().map(Some).ok_or(StoreError::Corrupt(WHAT))
}

impl Store {
    /// Adds points, once per load id. One read and one transaction of three writes; others that load the same
    /// customer's points at the same time make it try again.
    ///
    /// # Errors
    /// As every operation: see [`StoreError`].
    pub async fn load_points(
        &self,
        business: BusinessId,
        customer: CustomerId,
        load: &Load<'_>,
        attempt: &Attempt,
    ) -> Result<LoadPoints, StoreError> {
        let Some(mut balance) = self.balance_row(business, customer).await? else { return Ok(LoadPoints::NoCustomer) };
        for round in 1..=ROUNDS {
            let after = balance.balance.checked_add(load.points).filter(|after| *after >= 0);
            let Some(after) = after else {
                // A repeat of a load that counted is still answered as such.
                let entry = self.get(Table::Points, keys::entry(business, customer, load.load_id)).await?;
                return entry
                    .map_or(Ok(LoadPoints::BelowZero { balance: balance.balance }), |entry| read_repeated(&entry));
            };
            let writes = vec![
                balance_write(business, customer, balance, after),
                entry_write(business, customer, load, balance, after)?,
                name_write(business, customer, load.load_id),
            ];
            match self.transact(writes, attempt).await? {
                Transacted::Committed => return Ok(LoadPoints::Loaded { balance: after }),
                Transacted::Refused(refusals) => match refusals.as_slice() {
                    [_, Refusal::Yes(Some(entry)), _] => return read_repeated(entry),
                    [_, _, Refusal::Yes(_)] => return Ok(LoadPoints::AnotherCustomers),
                    [Refusal::Yes(Some(item)), ..] => balance = read_balance(item)?,
                    _ => return Ok(LoadPoints::NoCustomer),
                },
            }
            // The balance that was found serves at once, or not at all.
            if round % 2 == 0 {
                self.pause(&attempt.0, round).await;
                match self.balance_row(business, customer).await? {
                    Some(row) => balance = row,
                    None => return Ok(LoadPoints::NoCustomer),
                }
            }
        }
        Err(StoreError::Contended("load points"))
    }

    /// A customer's balance; `None` if there is no such customer.
    ///
    /// # Errors
    /// As every operation: see [`StoreError`].
    pub async fn balance(&self, business: BusinessId, customer: CustomerId) -> Result<Option<i64>, StoreError> {
        Ok(self.balance_row(business, customer).await?.map(|row| row.balance))
    }

    async fn balance_row(&self, business: BusinessId, customer: CustomerId) -> Result<Option<Balance>, StoreError> {
        let item = self.get(Table::Points, keys::balance(business, customer)).await?;
        item.as_ref().map(read_balance).transpose()
    }

    /// One entry.
    ///
    /// # Errors
    /// As every operation: see [`StoreError`].
    pub async fn entry(
        &self,
        business: BusinessId,
        customer: CustomerId,
        load_id: &LoadId,
    ) -> Result<Option<Entry>, StoreError> {
        let item = self.get(Table::Points, keys::entry(business, customer, load_id)).await?;
        item.map(|item| from_item(item, WHAT)).transpose()
    }

    /// A customer's entries, the newest first. They are kept by load id, so each page reads all of them.
    ///
    /// # Errors
    /// [`StoreError::BadCursor`], or as every operation.
    pub async fn entries(
        &self,
        business: BusinessId,
        customer: CustomerId,
        limit: usize,
        cursor: Option<&str>,
    ) -> Result<Page<Entry>, StoreError> {
        let pk = keys::partition(business, customer);
        let scope = format!("{pk}/points");
        let before = match cursor {
            Some(cursor) => cursor::decode(&scope, cursor)?.parse().map_err(|_| StoreError::BadCursor)?,
            None => u64::MAX,
        };
        let all = self.all_entries(business, customer).await?.into_iter().rev();
        let earlier = all.filter(|item| read_number::<u64>(item, SEQ).is_some_and(|seq| seq < before));
        let mut entries: Vec<Entry> = earlier.map(|item| from_item(item, WHAT)).collect::<Result<_, _>>()?;
        let more = entries.len() > limit;
        entries.truncate(limit);
        let last = entries.last().filter(|_| more);
        let cursor = last.map(|entry| cursor::encode(&scope, &entry.seq.to_string()));
        Ok(Page { items: entries, cursor })
    }
}

impl Store {
    /// The items of all entries of a customer, the oldest first.
    pub(crate) async fn all_entries(
        &self,
        business: BusinessId,
        customer: CustomerId,
    ) -> Result<Vec<Item>, StoreError> {
        let (mut items, mut start) = (Vec::new(), None);
        loop {
            let found = self
                .query(Query {
                    table: Table::Points,
                    index: None,
                    condition: "#pk = :pk AND begins_with(#sk, :entry)",
                    values: vec![(PK, text(keys::partition(business, customer))), ("entry", text(ENTRY))],
                    forward: true,
                    consistent: true,
                    limit: None,
                    start,
                })
                .await?;
            items.extend(found.items);
            start = found.next;
            if start.is_none() {
                break;
            }
        }
        items.sort_by_key(|item| read_number::<u64>(item, SEQ));
        Ok(items)
    }
}

fn balance_write(business: BusinessId, customer: CustomerId, before: Balance, after: i64) -> Write {
    Write::update(Table::Points, keys::balance(business, customer))
        .set(BALANCE, number(after))
        .set(SEQ, number(before.seq + 1))
        .if_same(BALANCE, Some(number(before.balance)))
        .if_same(SEQ, Some(number(before.seq)))
}

/// The name belongs to the customer for whom it counted first.
fn name_write(business: BusinessId, customer: CustomerId, load_id: &LoadId) -> Write {
    let mut item = keys::load(business, load_id.as_str());
    item.insert(CUSTOMER_ID.to_owned(), text(customer.to_string()));
    Write::put(Table::Points, item)
        .only_if(format!("attribute_not_exists(#{CUSTOMER_ID}) OR #{CUSTOMER_ID} = :customer"))
        .with("customer", text(customer.to_string()))
}

/// Frees the names of a customer's entries, of which the keys are given.
pub(crate) fn name_removals(business: BusinessId, customer: CustomerId, entries: &[Item]) -> Vec<Write> {
    let names = entries.iter().filter_map(|entry| read_text(entry, SK)?.strip_prefix(ENTRY));
    let removal = |load_id| {
        Write::delete(Table::Points, keys::load(business, load_id))
            .only_if(format!("attribute_not_exists(#{CUSTOMER_ID}) OR #{CUSTOMER_ID} = :customer"))
            .with("customer", text(customer.to_string()))
    };
    names.map(removal).collect()
}

fn entry_write(
    business: BusinessId,
    customer: CustomerId,
    load: &Load<'_>,
    before: Balance,
    after: i64,
) -> Result<Write, StoreError> {
    let entry = Entry {
        load_id: load.load_id.clone(),
        points: load.points,
        reason: load.reason.map(str::to_owned),
        balance_after: after,
        seq: before.seq + 1,
        created_at: load.at,
    };
    let mut item = to_item(&entry, WHAT)?;
    item.extend(keys::entry(business, customer, load.load_id));
    Ok(Write::put(Table::Points, item).if_new())
}
