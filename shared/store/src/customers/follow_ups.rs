//! The next steps of customers: an index of the records that have one with a date, by business and local day.

use super::{WHAT, read_ids};
use crate::dynamodb::{Query, from_item, text};
use crate::keys::customers::{self as keys, ACTION_KEY, BY_NEXT_ACTION};
use crate::tables::Table;
use crate::{Store, StoreError};
use chrono::{DateTime, NaiveDate};
use domain::{BusinessId, Customer, CustomerId, FollowUp, Locale, Pet, Phone, Priority};
use serde::Deserialize;

/// The attributes of a record that the index holds.
#[derive(Deserialize)]
struct Row {
    phone: Option<Phone>,
    name: Option<String>,
    locale: Option<Locale>,
    marketing_consent: Option<bool>,
    #[serde(default)]
    pets: Vec<Pet>,
    next_action: Option<String>,
    next_action_date: Option<NaiveDate>,
    follow_up: Option<String>,
    #[serde(default)]
    priority: Priority,
}

impl Row {
    fn follow_up(self, customer_id: CustomerId) -> Option<FollowUp> {
        let Self { phone, name, locale, marketing_consent, pets, next_action, next_action_date, follow_up, priority } =
            self;
        let known = Customer::new(customer_id, phone, &domain::Profile::default(), DateTime::UNIX_EPOCH);
        let notes = Customer { next_action, next_action_date, follow_up, priority, ..known };
        FollowUp::of(&Customer { name, locale, marketing_consent, pets, ..notes })
    }
}

impl Store {
    /// The customers of a business whose next step is on a local day: a page of about a megabyte or `limit`, and where to
    /// go on. The index follows the records within milliseconds.
    ///
    /// # Errors
    /// [`StoreError::BadCursor`], or as every operation.
    pub async fn follow_ups_on(
        &self,
        business: BusinessId,
        day: NaiveDate,
        limit: Option<i32>,
        cursor: Option<&str>,
    ) -> Result<(Vec<FollowUp>, Option<String>), StoreError> {
        let after: Option<CustomerId> =
            cursor.map(|cursor| cursor.parse().map_err(|_| StoreError::BadCursor)).transpose()?;
        let found = self
            .query(Query {
                table: Table::Customers,
                index: Some(BY_NEXT_ACTION),
                condition: &format!("#{ACTION_KEY} = :day"),
                values: vec![("day", text(keys::action_key(business, day)))],
                forward: true,
                consistent: false,
                limit,
                start: after.map(|customer| keys::action_place(business, day, customer)),
            })
            .await?;
        let next = found.next.map(|place| read_ids(&place)).transpose()?.map(|(_, customer)| customer.to_string());
        let mut steps = Vec::with_capacity(found.items.len());
        for item in found.items {
            let (_, customer) = read_ids(&item)?;
            steps.extend(from_item::<Row>(item, WHAT)?.follow_up(customer));
        }
        Ok((steps, next))
    }
}
