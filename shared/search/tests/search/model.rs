//! The same search over a plain list.

use chrono::{DateTime, TimeDelta, Utc};
use chrono_tz::Tz;
use domain::customer_filter::{Consent, CustomerFilter, Inactivity, Sort, SortKey};
use domain::fold::fold;
use domain::{CustomerId, local_day};
use search::{Change, Row};
use std::cmp::Reverse;
use std::collections::BTreeMap;

/// The customers of a business.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Model(pub BTreeMap<CustomerId, Row>);

impl Model {
    pub fn apply(&mut self, changes: &[Change]) {
        for change in changes {
            match change {
                Change::Put(row) => self.0.insert(row.customer_id, row.clone().stored()),
                Change::Remove(customer) => self.0.remove(customer),
            };
        }
    }

    /// The customers who match, in their order.
    pub fn search(&self, filter: &CustomerFilter, sort: Option<Sort>, now: DateTime<Utc>, zone: Tz) -> Vec<Row> {
        let mut rows: Vec<Row> = self.0.values().filter(|row| matches(row, filter, now, zone)).cloned().collect();
        rows.sort_by_key(|row| place(row, sort));
        rows
    }
}

type Place = (bool, Option<i64>, Reverse<Option<i64>>, CustomerId);

pub fn place(row: &Row, sort: Option<Sort>) -> Place {
    let value = sort.and_then(|sort| match sort.key {
        SortKey::LastPurchase => row.last_purchase_at.map(|at| at.timestamp()),
        SortKey::TotalSpent => Some(row.total_spent),
    });
    let (up, down) = if sort.is_some_and(|sort| sort.descending) { (None, value) } else { (value, None) };
    (value.is_none(), up, Reverse(down), row.customer_id)
}

fn matches(row: &Row, filter: &CustomerFilter, now: DateTime<Utc>, zone: Tz) -> bool {
    let has = |texts: &[String], wanted: &str| texts.iter().any(|text| fold(text) == fold(wanted));
    let days_ago = |at| (local_day(now, zone) - local_day(at, zone)).num_days();
    let days = row.last_purchase_at.map(days_ago);
    let ticket =
        |least: i64| row.purchases > 0 && i128::from(row.total_spent) >= i128::from(least) * i128::from(row.purchases);
    let name = |wanted: &str| {
        let (name, wanted) = (fold(row.name.as_deref().unwrap_or_default()), fold(wanted));
        let words: Vec<&str> = name.split(' ').collect();
        wanted.is_empty() || (0..words.len()).any(|from| words[from..].join(" ").starts_with(&wanted))
    };
    let inactive =
        |wanted: Inactivity| (row.last_contact_at < now - TimeDelta::days(wanted.days.into())) == wanted.is_inactive;
    let consent = |wanted: Consent| match wanted {
        Consent::Given => row.marketing_consent == Some(true),
        Consent::Refused => row.marketing_consent == Some(false),
        Consent::Unknown => row.marketing_consent.is_none(),
    };
    filter.name.as_deref().is_none_or(name)
        && filter.gender.is_none_or(|gender| row.gender == Some(gender))
        && filter.city.as_deref().is_none_or(|city| row.city.as_deref().is_some_and(|own| fold(own) == fold(city)))
        && filter.min_days_since_last_purchase.is_none_or(|least| days.is_some_and(|days| days >= i64::from(least)))
        && filter.max_days_since_last_purchase.is_none_or(|most| days.is_some_and(|days| days <= i64::from(most)))
        && filter.inactivity.is_none_or(inactive)
        && filter.favorite_product.as_deref().is_none_or(|text| has(&row.favorite_products, text))
        && filter.favorite_ingredient.as_deref().is_none_or(|text| has(&row.favorite_ingredients, text))
        && filter.min_total_spent.is_none_or(|least| row.total_spent >= least)
        && filter.min_purchases.is_none_or(|least| row.purchases >= least)
        && filter.max_purchases.is_none_or(|most| row.purchases <= most)
        && filter.max_days_since_registration.is_none_or(|most| days_ago(row.created_at) <= i64::from(most))
        && filter.min_average_ticket.is_none_or(ticket)
        && filter.label.as_deref().is_none_or(|text| has(&row.labels, text))
        && filter.profile_status.is_none_or(|status| row.profile_status == Some(status))
        && filter.is_vip.is_none_or(|is_vip| row.is_vip == is_vip)
        && filter.consent.is_none_or(consent)
}
