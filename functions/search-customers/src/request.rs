//! A search as it is given: read with the business's currency and settings.

use api::search::{CustomerSearch, GivenConsent, GivenSort};
use api::values::Decimal;
use api::wrong_amount;
use chrono::{DateTime, SubsecRound, Utc};
use domain::customer_filter::{Consent, Inactivity, Sort, SortKey};
use domain::{Business, CustomerFilter, Money, SavedSearch, SearchName};
use iso_currency::Currency;
use kit::Problem;
use kit::json::Given;
use search::Query;

/// Customers on a page, unless the search says otherwise.
const LIMIT: usize = 50;

pub(crate) fn read(business: &Business, given: &Given<CustomerSearch>) -> Result<Query, Problem> {
    let read = given.read_also(Some(&business.country), |name, value| wrong_amount(name, value, business))?;
    let cursor = read.cursor.as_deref().map(str::parse).transpose();
    let cursor = cursor.map_err(|error: search::BadCursor| Problem::field("/cursor", error.to_string()))?;
    let (limit, order) = (read.limit.unwrap_or(LIMIT), read.sort.map(sort));
    Ok(Query { filter: filter(business, read)?, sort: order, limit, cursor })
}

/// A search to be kept under a name.
pub(crate) fn to_save(
    business: &Business,
    name: SearchName,
    given: &Given<CustomerSearch>,
    now: DateTime<Utc>,
) -> Result<SavedSearch, Problem> {
    let read = given.read_also(Some(&business.country), |name, value| wrong_amount(name, value, business))?;
    if read.cursor.is_some() {
        return Err(Problem::field("/cursor", "expected none: it is of one answer, not of a search"));
    }
    let (limit, order) = (read.limit, read.sort.map(sort));
    Ok(SavedSearch { name, filter: filter(business, read)?, sort: order, limit, saved_at: now.trunc_subsecs(3) })
}

/// The search of a filter, as a caller would give it. Days of inactivity are not in it: they are a setting of the business.
pub fn asked(filter: CustomerFilter, sort: Option<Sort>, limit: Option<usize>, currency: Currency) -> CustomerSearch {
    let amount = |minor: Option<i64>| minor.map(|minor| Decimal(Money::new(minor, currency).units().to_string()));
    CustomerSearch {
        name: filter.name,
        gender: filter.gender,
        city: filter.city,
        min_days_since_last_purchase: filter.min_days_since_last_purchase,
        max_days_since_last_purchase: filter.max_days_since_last_purchase,
        is_inactive: filter.inactivity.map(|inactivity| inactivity.is_inactive),
        favorite_product: filter.favorite_product,
        favorite_ingredient: filter.favorite_ingredient,
        min_total_spent: amount(filter.min_total_spent),
        min_purchases: filter.min_purchases,
        max_purchases: filter.max_purchases,
        max_days_since_registration: filter.max_days_since_registration,
        min_average_ticket: amount(filter.min_average_ticket),
        label: filter.label,
        profile_status: filter.profile_status,
        vip: filter.is_vip,
        consent: filter.consent.map(|consent| match consent {
            Consent::Given => GivenConsent::Given,
            Consent::Refused => GivenConsent::Refused,
            Consent::Unknown => GivenConsent::Unknown,
        }),
        sort: sort.map(|Sort { key, descending }| match (key, descending) {
            (SortKey::LastPurchase, false) => GivenSort::LastPurchase,
            (SortKey::LastPurchase, true) => GivenSort::LastPurchaseDescending,
            (SortKey::TotalSpent, false) => GivenSort::TotalSpent,
            (SortKey::TotalSpent, true) => GivenSort::TotalSpentDescending,
        }),
        limit,
        cursor: None,
    }
}

/// What is asked for, in minor units and with the business's own days of inactivity.
pub(crate) fn filter(business: &Business, asked: CustomerSearch) -> Result<CustomerFilter, Problem> {
    let amount = |name: &str, given: Option<Decimal>| {
        let money = given.map(|amount| amount.money(business)).transpose();
        let money = money.map_err(|error| Problem::field(format!("/{name}"), error.to_string()))?;
        Ok::<_, Problem>(money.map(|money| money.minor))
    };
    let days = business.settings.inactive_days.into();
    // A blank text asks for nothing.
    let text = |given: Option<String>| given.filter(|text| !text.trim().is_empty());
    Ok(CustomerFilter {
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
        max_purchases: asked.max_purchases,
        max_days_since_registration: asked.max_days_since_registration,
        min_average_ticket: amount("minAverageTicket", asked.min_average_ticket)?,
        label: text(asked.label),
        profile_status: asked.profile_status,
        is_vip: asked.vip,
        consent: asked.consent.map(|consent| match consent {
            GivenConsent::Given => Consent::Given,
            GivenConsent::Refused => Consent::Refused,
            GivenConsent::Unknown => Consent::Unknown,
        }),
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
