//! When regular customers are due again: an index of their records, by business and local day.

use super::{WHAT, read_ids};
use crate::dynamodb::{Query, from_item, text};
use crate::keys::customers::{self as keys, BY_DUE_DAY, DUE_KEY};
use crate::tables::Table;
use crate::{Store, StoreError};
use chrono::{DateTime, NaiveDate};
use domain::{BusinessId, Customer, CustomerId, DueVisitor, Locale, Pet, Phone, Statistics, Visits};
use serde::Deserialize;

/// The attributes of a record that the index holds.
#[derive(Deserialize)]
struct Row {
    phone: Option<Phone>,
    name: Option<String>,
    locale: Option<Locale>,
    marketing_consent: Option<bool>,
    #[serde(default)]
    labels: Vec<String>,
    #[serde(default)]
    pets: Vec<Pet>,
    #[serde(default)]
    statistics: Statistics,
    visits: Visits,
}

impl Row {
    fn visitor(self, customer_id: CustomerId) -> Option<DueVisitor> {
        let Self { phone, name, locale, marketing_consent, labels, pets, statistics, visits } = self;
        let known = Customer::new(customer_id, phone, &domain::Profile::default(), DateTime::UNIX_EPOCH);
        let customer = Customer { name, locale, marketing_consent, labels, pets, statistics, visits, ..known };
        DueVisitor::of(&customer)
    }
}

impl Store {
    /// The regular customers of a business whose next visit is due on a local day from `from` until before `until`, the
    /// earliest day first: a page of at most `limit`, and where to go on. A query for each day; the index follows the
    /// records within milliseconds. A customer may have an appointment on that day already.
    ///
    /// # Errors
    /// [`StoreError::BadCursor`], or as every operation.
    pub async fn due_visitors(
        &self,
        business: BusinessId,
        from: NaiveDate,
        until: NaiveDate,
        limit: usize,
        cursor: Option<&str>,
    ) -> Result<(Vec<DueVisitor>, Option<String>), StoreError> {
        let (first, mut after) = match cursor {
            Some(cursor) => {
                let (day, after) = cursor.split_once('/').ok_or(StoreError::BadCursor)?;
                let read = || Some((day.parse().ok()?, Some(after).filter(|id| !id.is_empty()).map(str::parse)));
                let (day, after): (NaiveDate, _) = read().ok_or(StoreError::BadCursor)?;
                (day, after.transpose().map_err(|_| StoreError::BadCursor)?)
            }
            None => (from, None),
        };
        let mut visitors = Vec::new();
        for day in first.iter_days().take_while(|day| *day < until) {
            loop {
                let room = limit.max(1) - visitors.len();
                let found = self
                    .query(Query {
                        table: Table::Customers,
                        index: Some(BY_DUE_DAY),
                        condition: &format!("#{DUE_KEY} = :day"),
                        values: vec![("day", text(keys::due_key(business, day)))],
                        forward: true,
                        consistent: false,
                        limit: i32::try_from(room).ok(),
                        start: after.take().map(|customer| keys::due_place(business, day, customer)),
                    })
                    .await?;
                for item in found.items {
                    let (_, customer) = read_ids(&item)?;
                    visitors.extend(from_item::<Row>(item, WHAT)?.visitor(customer));
                }
                after = found.next.map(|place| read_ids(&place)).transpose()?.map(|(_, customer)| customer);
                if visitors.len() >= limit {
                    let next = after.map(|customer| format!("{day}/{customer}"));
                    let next = next.or_else(|| day.succ_opt().filter(|day| *day < until).map(|day| format!("{day}/")));
                    return Ok((visitors, next));
                }
                if after.is_none() {
                    break;
                }
            }
        }
        Ok((visitors, None))
    }
}
