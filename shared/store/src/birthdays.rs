//! Birthdays by the day they are kept on. Each row holds what a greeting needs, and is written in one transaction with
//! the customer's record, so that a change counts at once.

pub(crate) use crate::changes::nothing as change;
use crate::dynamodb::{Found, Item, Query, Write, from_item, read_text, text, to_item};
use crate::keys::birthdays as keys;
use crate::keys::{PK, SK};
use crate::tables::Table;
use crate::{Store, StoreError};
use chrono::NaiveDate;
use domain::{Birthday, BusinessId, Celebrant, Customer, Locale, Occasion, Phone};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

const WHAT: &str = "birthdays";

#[derive(PartialEq, Serialize, Deserialize)]
struct Row {
    name: Option<String>,
    phone: Option<Phone>,
    locale: Option<Locale>,
    marketing_consent: Option<bool>,
    pet: Option<String>,
}

impl Row {
    fn of(occasion: &Occasion) -> Self {
        Self {
            name: occasion.name.clone(),
            phone: occasion.phone.clone(),
            locale: occasion.locale,
            marketing_consent: occasion.marketing_consent,
            pet: occasion.celebrant.pet().map(str::to_owned),
        }
    }
}

fn row_key(business: BusinessId, occasion: &Occasion) -> Item {
    let pet = match &occasion.celebrant {
        Celebrant::Customer => None,
        Celebrant::Pet { key, .. } => Some(key.as_str()),
    };
    keys::birthday(business, &occasion.month_day, occasion.customer_id, pet)
}

/// Turns the rows of one record into those of another; of none, if the customer is new or goes.
pub(crate) fn row_writes(
    business: BusinessId,
    before: Option<&Customer>,
    after: Option<&Customer>,
) -> Result<Vec<Write>, StoreError> {
    let rows = |customer: Option<&Customer>| -> BTreeMap<(String, String), Occasion> {
        let all = customer.map(Occasion::all).unwrap_or_default();
        all.into_iter().map(|it| ((it.month_day.clone(), it.celebrant.key().to_owned()), it)).collect()
    };
    let (before, after) = (rows(before), rows(after));
    let mut writes = Vec::new();
    for (place, occasion) in &before {
        if !after.contains_key(place) {
            writes.push(Write::delete(Table::Birthdays, row_key(business, occasion)));
        }
    }
    for (place, occasion) in &after {
        let row = Row::of(occasion);
        if before.get(place).is_none_or(|known| Row::of(known) != row) {
            let mut item = to_item(&row, WHAT)?;
            item.extend(row_key(business, occasion));
            writes.push(Write::put(Table::Birthdays, item));
        }
    }
    Ok(writes)
}

fn read(item: Item) -> Result<Occasion, StoreError> {
    let ids = || keys::read(read_text(&item, PK)?, read_text(&item, SK)?);
    let (month_day, customer_id, pet) = ids().ok_or(StoreError::Corrupt(WHAT))?;
    let row: Row = from_item(item, WHAT)?;
    let celebrant = match (pet, row.pet) {
        (Some(key), Some(name)) => Celebrant::Pet { key, name },
        (None, None) => Celebrant::Customer,
        _ => return Err(StoreError::Corrupt(WHAT)),
    };
    let Row { name, phone, locale, marketing_consent, .. } = row;
    Ok(Occasion { customer_id, celebrant, month_day, name, phone, locale, marketing_consent })
}

impl Store {
    /// The birthdays that a business's customers keep on a local date, a page of about a megabyte or `limit`, and where to
    /// go on.
    /// Reads are not strongly consistent: a change counts within milliseconds.
    ///
    /// # Errors
    /// [`StoreError::BadCursor`], or as every operation.
    pub async fn birthdays_on(
        &self,
        business: BusinessId,
        date: NaiveDate,
        limit: Option<i32>,
        cursor: Option<&str>,
    ) -> Result<(Vec<Occasion>, Option<String>), StoreError> {
        let days = Birthday::month_days_kept_on(date);
        let (day, after) = match cursor {
            None => (days.first().cloned(), None),
            Some(cursor) => {
                let (day, after) = cursor.split_once('/').ok_or(StoreError::BadCursor)?;
                (Some(day.to_owned()), Some(after.to_owned()).filter(|after| !after.is_empty()))
            }
        };
        let place = day.as_ref().and_then(|day| days.iter().position(|it| it == day));
        let (Some(day), Some(place)) = (day, place) else { return Err(StoreError::BadCursor) };
        let Found { items, next } = self
            .query(Query {
                table: Table::Birthdays,
                index: None,
                condition: "#pk = :pk",
                values: vec![(PK, text(keys::partition(business, &day)))],
                forward: true,
                consistent: false,
                limit,
                start: after.map(|after| keys::place(business, &day, after)),
            })
            .await?;
        let more = match next.as_ref().and_then(|key| read_text(key, SK)) {
            Some(sk) => Some(format!("{day}/{sk}")),
            None => days.get(place + 1).map(|day| format!("{day}/")),
        };
        Ok((items.into_iter().map(read).collect::<Result<_, _>>()?, more))
    }
}
