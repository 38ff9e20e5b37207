//! When customers were last in contact: an index of their records, by business and time.

use super::{WHAT, read_ids};
use crate::dynamodb::{Item, Query, cursor, from_item, read_text, text};
use crate::keys::PK;
use crate::keys::customers::{self as keys, BUSINESS_ID, BY_LAST_CONTACT, LAST_CONTACT_AT};
use crate::tables::Table;
use crate::{Page, Store, StoreError};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::{DateTime, SecondsFormat, Utc};
use domain::{BusinessId, Customer, CustomerId, Lapsed, Locale, Pet, Phone, Statistics};
use serde::Deserialize;
use std::collections::HashMap;

/// The order of a list of customers by their last contact.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ContactOrder {
    /// A customer in contact while the list is read may be left out: they move to pages that have been read.
    NewestFirst,
    /// A customer in contact while the list is read may come again further on.
    OldestFirst,
}

/// As the record has it: text that sorts by time, to the second.
pub(super) fn written(at: DateTime<Utc>) -> String {
    at.to_rfc3339_opts(SecondsFormat::AutoSi, true)
}

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
    last_contact_at: DateTime<Utc>,
}

impl Row {
    fn lapsed(self, customer_id: CustomerId) -> Lapsed {
        let Self { phone, name, locale, marketing_consent, labels, pets, statistics, last_contact_at } = self;
        let (given, now) = (domain::Profile::default(), last_contact_at);
        let known = Customer::new(customer_id, phone, &given, now);
        Lapsed::from(&Customer { name, locale, marketing_consent, labels, pets, statistics, last_contact_at, ..known })
    }
}

/// The customer of a row.
pub(super) fn lapsed(item: Item) -> Result<Lapsed, StoreError> {
    let (_, customer) = read_ids(&item)?;
    Ok(from_item::<Row>(item, WHAT)?.lapsed(customer))
}

impl Store {
    /// The customers of a business whose last contact was before a time (UTC), the longest ago first: a page of about a
    /// megabyte or `limit`, and where to go on. The index follows the records within milliseconds.
    ///
    /// # Errors
    /// [`StoreError::BadCursor`], or as every operation.
    pub async fn lapsed_before(
        &self,
        business: BusinessId,
        before: DateTime<Utc>,
        limit: Option<i32>,
        cursor: Option<&str>,
    ) -> Result<(Vec<Lapsed>, Option<String>), StoreError> {
        let found = self
            .query(Query {
                table: Table::Customers,
                index: Some(BY_LAST_CONTACT),
                condition: &format!("#{BUSINESS_ID} = :business AND #{LAST_CONTACT_AT} < :before"),
                values: vec![("business", text(business.to_string())), ("before", text(written(before)))],
                forward: true,
                consistent: false,
                limit,
                start: cursor.map(read_place).transpose()?,
            })
            .await?;
        let lapsed = found.items.into_iter().map(lapsed);
        Ok((lapsed.collect::<Result<_, StoreError>>()?, found.next.as_ref().map(place).transpose()?))
    }

    /// The customers of a business by their last contact, at most `limit` (1 to 100) a page: keys from the index, records by
    /// their keys. The index follows the records within milliseconds. A cursor goes on in its own order alone.
    ///
    /// # Errors
    /// [`StoreError::BadCursor`], or as every operation.
    pub async fn last_contacts(
        &self,
        business: BusinessId,
        order: ContactOrder,
        limit: usize,
        cursor: Option<&str>,
    ) -> Result<Page<Customer>, StoreError> {
        let scope = match order {
            ContactOrder::NewestFirst => format!("{business}/contacts"),
            ContactOrder::OldestFirst => format!("{business}/contacts/oldest"),
        };
        let start = match cursor {
            Some(cursor) => {
                let place = read_place(&cursor::decode(&scope, cursor)?)?;
                // A place that is not of this business would be refused by DynamoDB as our fault.
                let is_own = read_text(&place, BUSINESS_ID) == Some(&business.to_string())
                    && read_text(&place, LAST_CONTACT_AT).is_some()
                    && read_ids(&place).is_ok_and(|(owner, _)| owner == business)
                    && place.len() == 3;
                Some(is_own.then_some(place).ok_or(StoreError::BadCursor)?)
            }
            None => None,
        };
        let found = self
            .query(Query {
                table: Table::Customers,
                index: Some(BY_LAST_CONTACT),
                condition: &format!("#{BUSINESS_ID} = :business"),
                values: vec![("business", text(business.to_string()))],
                forward: order == ContactOrder::OldestFirst,
                consistent: false,
                // One more, which says whether there is a page more.
                limit: i32::try_from(limit.clamp(1, 100) + 1).ok(),
                start,
            })
            .await?;
        let limit = limit.clamp(1, 100);
        let has_more = found.next.is_some() || found.items.len() > limit;
        let shown = found.items.get(..limit).unwrap_or(&found.items);
        let next = shown.last().filter(|_| has_more).map(|item| {
            let mut key = item.clone();
            key.retain(|name, _| [PK, BUSINESS_ID, LAST_CONTACT_AT].contains(&name.as_str()));
            place(&key)
        });
        let next = next.transpose()?;
        let ids = shown.iter().map(|item| Ok(read_ids(item)?.1)).collect::<Result<Vec<_>, StoreError>>()?;
        let keys = ids.iter().map(|id| keys::customer(business, *id)).collect();
        let records = self.batch_get(Table::Customers, keys).await?;
        let records = records.into_iter().map(|item| from_item::<Customer>(item, WHAT));
        let records: Vec<Customer> = records.collect::<Result<_, _>>()?;
        let mut records: HashMap<_, _> = records.into_iter().map(|record| (record.customer_id, record)).collect();
        let items = ids.into_iter().filter_map(|id| records.remove(&id)).collect();
        Ok(Page { items, cursor: next.map(|next| cursor::encode(&scope, &next)) })
    }

    /// The ids of customers of a business, at most `limit`, in no order that lasts.
    ///
    /// # Errors
    /// As every operation: see [`StoreError`].
    pub(crate) async fn some_customers(&self, business: BusinessId, limit: i32) -> Result<Vec<CustomerId>, StoreError> {
        let found = self
            .query(Query {
                table: Table::Customers,
                index: Some(BY_LAST_CONTACT),
                condition: &format!("#{BUSINESS_ID} = :business"),
                values: vec![("business", text(business.to_string()))],
                forward: true,
                consistent: false,
                limit: Some(limit),
                start: None,
            })
            .await?;
        found.items.iter().map(|item| Ok(read_ids(item)?.1)).collect()
    }

    /// A page of all customers of all businesses, and where to go on: reads everything there is, as the system did that
    /// this one replaces. For `legacy` runs alone.
    ///
    /// # Errors
    /// [`StoreError::BadCursor`], or as every operation.
    pub async fn scan_customers(
        &self,
        cursor: Option<&str>,
    ) -> Result<(Vec<(BusinessId, Customer)>, Option<String>), StoreError> {
        let found = self.scan(Table::Customers, cursor.map(read_place).transpose()?).await?;
        let customers = found.items.into_iter().map(|item| {
            let (business, _) = read_ids(&item)?;
            Ok((business, from_item(item, WHAT)?))
        });
        Ok((customers.collect::<Result<_, StoreError>>()?, found.next.as_ref().map(place).transpose()?))
    }
}

/// The key where a list goes on, as text.
pub(super) fn place(key: &Item) -> Result<String, StoreError> {
    let texts: HashMap<_, _> = key.iter().filter_map(|(name, value)| Some((name, value.as_s().ok()?))).collect();
    let json = serde_json::to_vec(&texts).map_err(|_| StoreError::Unwritable(WHAT))?;
    Ok(URL_SAFE_NO_PAD.encode(json))
}

pub(super) fn read_place(cursor: &str) -> Result<Item, StoreError> {
    let bytes = URL_SAFE_NO_PAD.decode(cursor).map_err(|_| StoreError::BadCursor)?;
    let texts: HashMap<String, String> = serde_json::from_slice(&bytes).map_err(|_| StoreError::BadCursor)?;
    Ok(texts.into_iter().map(|(name, value)| (name, text(value))).collect())
}
