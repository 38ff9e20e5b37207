//! What the assistant has done for a business, by day of UTC, beside what its owners write. Kept for a year.

use crate::dynamodb::{EXPIRES_AT, Query, Write, from_item, number, text};
use crate::keys::PK;
use crate::keys::conversations as keys;
use crate::tables::Table;
use crate::{Conversation, Store, StoreError};
use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use domain::BusinessId;
use domain::usage::Usage;

const WHAT: &str = "usage";
const KEPT: TimeDelta = TimeDelta::days(400);

/// Adds to the counts of the day.
pub(crate) fn write(business: BusinessId, more: Usage, now: DateTime<Utc>) -> Write {
    let counts = [
        ("conversations", more.conversations),
        ("answers", more.answers),
        ("turn_tokens", more.turn_tokens),
        ("analysed", more.analysed),
        ("analysis_tokens", more.analysis_tokens),
    ];
    let row = Write::update(Table::Conversations, keys::usage(business, now.date_naive()));
    let row = row.set(EXPIRES_AT, number((now + KEPT).timestamp()));
    counts.into_iter().filter(|(_, count)| *count > 0).fold(row, |row, (name, count)| row.add_to(name, number(count)))
}

impl Store {
    /// What the assistant has done for a business from a day until the end of another, both of UTC.
    ///
    /// # Errors
    /// As every operation: see [`StoreError`].
    pub async fn usage(&self, business: BusinessId, from: NaiveDate, until: NaiveDate) -> Result<Usage, StoreError> {
        let (first, last) = keys::usage_between(from, until);
        let mut usage = Usage::default();
        let found = self
            .query(Query {
                table: Table::Conversations,
                index: None,
                condition: "#pk = :pk AND #sk BETWEEN :first AND :last",
                values: vec![
                    (PK, text(keys::partition(business, Conversation::Owners))),
                    ("first", text(first)),
                    ("last", text(last)),
                ],
                forward: true,
                consistent: false,
                limit: None,
                start: None,
            })
            .await?;
        for item in found.items {
            usage = usage.and(from_item(item, WHAT)?);
        }
        Ok(usage)
    }
}
