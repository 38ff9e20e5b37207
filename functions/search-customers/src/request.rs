//! A search as it is given: read with the business's currency and settings.

use api::search::{CustomerSearch, GivenConsent, GivenSort};
use api::wrong_amount;
use domain::Business;
use kit::Problem;
use kit::json::Given;
use search::{Consent, Filter, Inactivity, Query, Sort, SortKey};

/// Customers on a page, unless the search says otherwise.
const LIMIT: usize = 50;

pub(crate) fn read(business: &Business, given: &Given<CustomerSearch>) -> Result<Query, Problem> {
    let read = given.read_also(Some(&business.country), |name, value| wrong_amount(name, value, business))?;
    let cursor = read.cursor.as_deref().map(str::parse).transpose();
    let cursor = cursor.map_err(|error: search::BadCursor| Problem::field("/cursor", error.to_string()))?;
    let (limit, order) = (read.limit.unwrap_or(LIMIT), read.sort.map(sort));
    Ok(Query { filter: filter(business, read)?, sort: order, limit, cursor })
}

/// What is asked for, in minor units and with the business's own days of inactivity.
pub(crate) fn filter(business: &Business, asked: CustomerSearch) -> Result<Filter, Problem> {
    let amount = |name: &str, given: Option<api::values::Decimal>| {
        let money = given.map(|amount| amount.money(business)).transpose();
        let money = money.map_err(|error| Problem::field(format!("/{name}"), error.to_string()))?;
        Ok::<_, Problem>(money.map(|money| money.minor))
    };
    let days = business.settings.inactive_days.into();
    // A blank text asks for nothing.
    let text = |given: Option<String>| given.filter(|text| !text.trim().is_empty());
    Ok(Filter {
        name: text(asked.name),
        gender: asked.gender,
        city: text(asked.city),
        min_days_since_last_purchase: asked.min_days_since_last_purchase,
        max_days_since_last_purchase: asked.max_days_since_last_purchase,
        inactivity: asked.is_inactive.map(|is_inactive| Inactivity { is_inactive, days }),
        favorite_product: text(asked.favorite_product),
        favorite_ingredient: text(asked.favorite_ingredient),
        min_total_spent: amount("minTotalSpent", asked.min_total_spent)?,
        min_purchases: asked.min_purchases,
        min_average_ticket: amount("minAverageTicket", asked.min_average_ticket)?,
        label: text(asked.label),
        profile_status: asked.profile_status,
        is_vip: asked.vip,
        consent: asked.consent.map(|consent| match consent {
            GivenConsent::Given => Consent::Given,
            GivenConsent::Refused => Consent::Refused,
            GivenConsent::Unknown => Consent::Unknown,
        }),
        ..Filter::default()
    })
}

fn sort(given: GivenSort) -> Sort {
    let (key, descending) = match given {
        GivenSort::LastPurchase => (SortKey::LastPurchase, false),
        GivenSort::LastPurchaseDescending => (SortKey::LastPurchase, true),
        GivenSort::TotalSpent => (SortKey::TotalSpent, false),
        GivenSort::TotalSpentDescending => (SortKey::TotalSpent, true),
    };
    Sort { key, descending }
}
