//! Lists of appointments: of a business by time, and of a customer.

use super::{WHAT, read};
use crate::dynamodb::{Item, Query, cursor, read_text, text};
use crate::keys::appointments::{self as keys, BY_CUSTOMER, BY_START, CUSTOMER_KEY, START};
use crate::keys::{PK, SK, key_of};
use crate::tables::Table;
use crate::{Page, Store, StoreError};
use chrono::{DateTime, SecondsFormat, TimeDelta, Timelike, Utc};
use domain::{Appointment, AppointmentId, BusinessId, CustomerId};
use std::collections::HashMap;

/// The most that are read of a customer at once.
const BATCH: usize = 100;

/// The first whole minute at or after a time: starts are whole minutes, and sort by their text.
fn minute(at: DateTime<Utc>) -> DateTime<Utc> {
    let begun = at - TimeDelta::seconds(at.second().into()) - TimeDelta::nanoseconds(at.nanosecond().into());
    if begun < at { begun + TimeDelta::minutes(1) } else { begun }
}

fn written(at: DateTime<Utc>) -> String {
    at.to_rfc3339_opts(SecondsFormat::Secs, true)
}

impl Store {
    /// The appointments of a business that begin at `from` or later and before `until` (UTC), ordered by their start;
    /// cancelled ones are among them. All of them: pages are gone through here. The index follows a write within
    /// milliseconds.
    ///
    /// # Errors
    /// As every operation: see [`StoreError`].
    pub async fn appointments_between(
        &self,
        business: BusinessId,
        from: DateTime<Utc>,
        until: DateTime<Utc>,
    ) -> Result<Vec<Appointment>, StoreError> {
        let (from, last) = (minute(from), minute(until) - TimeDelta::minutes(1));
        let mut appointments = Vec::new();
        if last < from {
            return Ok(appointments);
        }
        let mut start = None;
        loop {
            let found = self
                .query(Query {
                    table: Table::Appointments,
                    index: Some(BY_START),
                    condition: &format!("#{PK} = :business AND #{START} BETWEEN :from AND :last"),
                    values: vec![
                        ("business", text(business.to_string())),
                        ("from", text(written(from))),
                        ("last", text(written(last))),
                    ],
                    forward: true,
                    consistent: false,
                    limit: None,
                    start,
                })
                .await?;
            for item in found.items {
                appointments.push(read(item)?);
            }
            start = found.next;
            if start.is_none() {
                return Ok(appointments);
            }
        }
    }

    /// The appointments of a customer, the latest start first, at most `limit` (1 to 100) a page; cancelled ones are
    /// among them. Keys come from the index, records by their keys.
    ///
    /// # Errors
    /// [`StoreError::BadCursor`], or as every operation.
    pub async fn customer_appointments(
        &self,
        business: BusinessId,
        customer: CustomerId,
        limit: usize,
        cursor: Option<&str>,
    ) -> Result<Page<Appointment>, StoreError> {
        let limit = limit.clamp(1, BATCH);
        let list = keys::customer_key(business, customer);
        let scope = format!("{list}/appointments");
        let start = match cursor {
            Some(cursor) => {
                let place = cursor::decode(&scope, cursor)?;
                let parts = place.split_once(' ').filter(|(start, id)| !start.is_empty() && !id.is_empty());
                let (start, id) = parts.ok_or(StoreError::BadCursor)?;
                Some(keys::place(business, customer, start, id))
            }
            None => None,
        };
        let found = self
            .query(Query {
                table: Table::Appointments,
                index: Some(BY_CUSTOMER),
                condition: &format!("#{CUSTOMER_KEY} = :list"),
                values: vec![("list", text(list))],
                forward: false,
                consistent: false,
                // One more, which says whether there is a page more.
                limit: i32::try_from(limit + 1).ok(),
                start,
            })
            .await?;
        let has_more = found.items.len() > limit || found.next.is_some();
        let shown = found.items.get(..limit).unwrap_or(&found.items);
        let next = shown.last().filter(|_| has_more).map(place).transpose()?;
        let order = shown.iter().map(id).collect::<Result<Vec<_>, _>>()?;
        let keys = shown.iter().cloned().map(key_of).collect();
        let records = self.batch_get(Table::Appointments, keys).await?.into_iter().map(read);
        let records = records.collect::<Result<Vec<_>, _>>()?;
        let mut records: HashMap<_, _> =
            records.into_iter().map(|record| (record.appointment_id.clone(), record)).collect();
        let items = order.into_iter().filter_map(|id| records.remove(&id)).collect();
        Ok(Page { items, cursor: next.map(|next| cursor::encode(&scope, &next)) })
    }
}

fn id(key: &Item) -> Result<AppointmentId, StoreError> {
    let id = read_text(key, SK).and_then(keys::read_appointment).and_then(|id| id.parse().ok());
    id.ok_or(StoreError::Corrupt(WHAT))
}

/// Where a customer's list goes on behind an item.
fn place(key: &Item) -> Result<String, StoreError> {
    let start = read_text(key, START).ok_or(StoreError::Corrupt(WHAT))?;
    Ok(format!("{start} {}", id(key)?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_start_is_at_or_after_a_time_if_it_is_so_to_the_minute() {
        for (at, first) in [
            ("2026-11-20T15:00:00Z", "2026-11-20T15:00:00Z"),
            ("2026-11-20T15:00:00.001Z", "2026-11-20T15:01:00Z"),
            ("2026-11-20T15:00:59Z", "2026-11-20T15:01:00Z"),
        ] {
            assert_eq!(written(minute(at.parse().unwrap())), first);
        }
    }
}
