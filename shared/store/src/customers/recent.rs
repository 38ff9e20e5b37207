//! Customers by their last contact, the latest first: who is new, and who has lately become inactive.

use super::WHAT;
use super::contacts::{lapsed, written};
use crate::dynamodb::{Query, from_item, text};
use crate::keys::customers::{BUSINESS_ID, BY_LAST_CONTACT, LAST_CONTACT_AT};
use crate::tables::Table;
use crate::{Store, StoreError};
use chrono::{DateTime, Utc};
use domain::{BusinessId, Lapsed};
use serde::Deserialize;
use std::ops::Range;

/// The attribute that tells who is new.
#[derive(Deserialize)]
struct Made {
    created_at: DateTime<Utc>,
    #[serde(default)]
    imported: bool,
}

impl Store {
    /// How many customers of a business were made in a time (UTC), but for those of an import. Reads those who have been in contact since its begin: a
    /// new customer has been. The index follows the records within milliseconds.
    ///
    /// # Errors
    /// As every operation: see [`StoreError`].
    pub async fn new_customers(&self, business: BusinessId, time: Range<DateTime<Utc>>) -> Result<u64, StoreError> {
        let (mut count, mut start) = (0, None);
        loop {
            let found = self
                .query(Query {
                    table: Table::Customers,
                    index: Some(BY_LAST_CONTACT),
                    condition: &format!("#{BUSINESS_ID} = :business AND #{LAST_CONTACT_AT} >= :from"),
                    values: vec![("business", text(business.to_string())), ("from", text(written(time.start)))],
                    forward: true,
                    consistent: false,
                    limit: None,
                    start,
                })
                .await?;
            for item in found.items {
                let made: Made = from_item(item, WHAT)?;
                count += u64::from(!made.imported && time.contains(&made.created_at));
            }
            start = found.next;
            if start.is_none() {
                return Ok(count);
            }
        }
    }

    /// The customers of a business whose last contact was before a time (UTC), the latest first, at most `limit`.
    ///
    /// # Errors
    /// As every operation: see [`StoreError`].
    pub async fn lately_lapsed(
        &self,
        business: BusinessId,
        before: DateTime<Utc>,
        limit: i32,
    ) -> Result<Vec<Lapsed>, StoreError> {
        let found = self
            .query(Query {
                table: Table::Customers,
                index: Some(BY_LAST_CONTACT),
                condition: &format!("#{BUSINESS_ID} = :business AND #{LAST_CONTACT_AT} < :before"),
                values: vec![("business", text(business.to_string())), ("before", text(written(before)))],
                forward: false,
                consistent: false,
                limit: Some(limit),
                start: None,
            })
            .await?;
        found.items.into_iter().map(lapsed).collect()
    }
}
