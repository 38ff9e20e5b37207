//! What was found, as it is told.

use api::search::{FoundCustomer, FoundCustomers, SearchCost, SearchMeta};
use chrono::SubsecRound;
use domain::{Money, Statistics};
use iso_currency::Currency;
use search::{Page, Row, Snapshot};
use std::time::Duration;

pub(crate) fn found(
    page: Page,
    snapshot: &Snapshot,
    currency: Currency,
    time: Duration,
    cost: SearchCost,
) -> FoundCustomers {
    FoundCustomers {
        total: page.total,
        customers: page.rows.into_iter().map(|row| customer(row, currency)).collect(),
        cursor: page.cursor.map(|cursor| cursor.to_string()),
        meta: meta(snapshot, time, cost),
    }
}

pub(crate) fn meta(snapshot: &Snapshot, time: Duration, cost: SearchCost) -> SearchMeta {
    SearchMeta {
        as_of: snapshot.as_of().trunc_subsecs(3),
        milliseconds: u64::try_from(time.as_millis()).unwrap_or(u64::MAX),
        index_generation: snapshot.generation(),
        cost,
    }
}

fn customer(row: Row, currency: Currency) -> FoundCustomer {
    let spent = Money::new(row.total_spent, currency);
    let statistics = Statistics {
        purchases: row.purchases,
        total_spent: row.total_spent,
        currency: Some(currency),
        ..Statistics::default()
    };
    FoundCustomer {
        customer_id: row.customer_id,
        phone: row.phone.map(|digits| digits.to_string()),
        name: row.name,
        gender: row.gender,
        city: row.city,
        labels: row.labels,
        profile_status: row.profile_status,
        vip: row.is_vip,
        marketing_consent: row.marketing_consent,
        last_purchase_at: row.last_purchase_at,
        purchases: row.purchases,
        total_spent: spent.units(),
        average_ticket: statistics.average_ticket().map(Money::units),
        favorite_products: row.favorite_products,
        favorite_ingredients: row.favorite_ingredients,
        last_contact_at: row.last_contact_at,
        created_at: row.created_at,
    }
}
