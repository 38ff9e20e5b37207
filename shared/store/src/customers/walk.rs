//! All customers of a business, one after the other: for the nightly sync alone.

use super::contacts::{place, read_place};
use super::{WHAT, read_ids};
use crate::dynamodb::{Query, from_item, text};
use crate::keys::customers::{BUSINESS_ID, BY_LAST_CONTACT};
use crate::tables::Table;
use crate::{Store, StoreError};
use chrono::{DateTime, Utc};
use domain::{BusinessId, Customer, Phone, Profile, Statistics};
use serde::Deserialize;

/// Rows of one page.
const PAGE: i32 = 1_000;

/// The attributes of a record that the index holds and a search shows.
#[derive(Deserialize)]
struct Row {
    phone: Option<Phone>,
    name: Option<String>,
    marketing_consent: Option<bool>,
    #[serde(default)]
    labels: Vec<String>,
    #[serde(default)]
    statistics: Statistics,
    last_contact_at: DateTime<Utc>,
    created_at: DateTime<Utc>,
}

impl Store {
    /// The customers of a business, those who were last in contact first: a page of at most a thousand, and where to go on.
    /// Of each record only name, phone, consent, labels, numbers, last contact and time of creation are told. A customer
    /// who is in contact meanwhile may be left out, and nobody is told twice. The index follows the records within
    /// milliseconds.
    ///
    /// # Errors
    /// [`StoreError::BadCursor`], or as every operation.
    pub async fn walk_customers(
        &self,
        business: BusinessId,
        cursor: Option<&str>,
    ) -> Result<(Vec<Customer>, Option<String>), StoreError> {
        let found = self
            .query(Query {
                table: Table::Customers,
                index: Some(BY_LAST_CONTACT),
                condition: &format!("#{BUSINESS_ID} = :business"),
                values: vec![("business", text(business.to_string()))],
                forward: false,
                consistent: false,
                limit: Some(PAGE),
                start: cursor.map(read_place).transpose()?,
            })
            .await?;
        let customers = found.items.into_iter().map(|item| {
            let (_, customer) = read_ids(&item)?;
            let Row { phone, name, marketing_consent, labels, statistics, last_contact_at, created_at } =
                from_item(item, WHAT)?;
            let known = Customer::new(customer, phone, &Profile::default(), created_at);
            Ok(Customer { name, marketing_consent, labels, statistics, last_contact_at, ..known })
        });
        Ok((customers.collect::<Result<_, StoreError>>()?, found.next.as_ref().map(place).transpose()?))
    }
}
