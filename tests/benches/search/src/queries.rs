//! Searches by chance: of one condition to six, narrow and broad, the first page and the tenth.

use crate::people::customer;
use domain::customer_filter::{Consent, CustomerFilter, Inactivity, Sort, SortKey};
use fastrand::Rng;
use search::Query;

/// Customers of a page.
pub const LIMIT: usize = 50;

/// A search, and which of its pages is asked for.
pub struct Search {
    pub query: Query,
    pub page: usize,
}

/// The searches of a bench: the same ones for the same number of customers.
pub fn searches(count: usize, customers: u64) -> Vec<Search> {
    let mut rng = Rng::with_seed(18);
    (0..count)
        .map(|nth| {
            let filter = filter(&mut rng, 1 + nth % 6, customers);
            let keys = [SortKey::LastPurchase, SortKey::TotalSpent];
            let sort = Some(Sort { key: keys[rng.usize(0..2)], descending: rng.bool() });
            let page = if rng.bool() { 1 } else { 10 };
            Search { query: Query { filter, sort, limit: LIMIT, cursor: None }, page }
        })
        .collect()
}

/// Each condition is of the same customer, so that somebody is found.
fn filter(rng: &mut Rng, conditions: usize, customers: u64) -> CustomerFilter {
    let mut filter = CustomerFilter::default();
    let row = loop {
        let row = customer(rng.u64(0..customers));
        let has_all = !row.favorite_products.is_empty()
            && !row.favorite_ingredients.is_empty()
            && !row.labels.is_empty()
            && row.last_purchase_at.is_some()
            && row.name.is_some()
            && row.city.is_some()
            && row.gender.is_some()
            && row.profile_status.is_some();
        if has_all {
            break row;
        }
    };
    let mut kinds: Vec<usize> = (0..14).collect();
    rng.shuffle(&mut kinds);
    let days = |at: chrono::DateTime<chrono::Utc>| u32::try_from((crate::people::now() - at).num_days()).unwrap_or(0);
    for kind in kinds.into_iter().take(conditions) {
        match kind {
            0 => {
                let name = row.name.clone().unwrap_or_default();
                let words: Vec<&str> = name.split(' ').collect();
                let word = words[rng.usize(0..words.len())];
                filter.name = Some(word.chars().take(rng.usize(2..8)).collect());
            }
            1 => filter.gender = row.gender,
            2 => filter.city.clone_from(&row.city),
            3 => {
                filter.min_days_since_last_purchase =
                    row.last_purchase_at.map(|at| days(at).saturating_sub(rng.u32(0..90)))
            }
            4 => filter.max_days_since_last_purchase = row.last_purchase_at.map(|at| days(at) + 1 + rng.u32(0..90)),
            5 => {
                let ago = days(row.last_contact_at);
                let is_inactive = rng.bool();
                let days = if is_inactive { ago.saturating_sub(rng.u32(1..60)) } else { ago + rng.u32(1..60) };
                filter.inactivity = Some(Inactivity { is_inactive, days });
            }
            6 => filter.favorite_product = row.favorite_products.first().cloned(),
            7 => filter.favorite_ingredient = row.favorite_ingredients.last().cloned(),
            8 => filter.min_total_spent = Some(row.total_spent * rng.i64(5..10) / 10),
            9 => filter.min_purchases = Some(row.purchases),
            10 => {
                filter.min_average_ticket =
                    Some(row.total_spent / i64::from(row.purchases.max(1)) * rng.i64(5..10) / 10)
            }
            11 => filter.label = row.labels.first().cloned(),
            12 => filter.profile_status = row.profile_status,
            _ => {
                filter.consent = Some(match row.marketing_consent {
                    Some(true) => Consent::Given,
                    Some(false) => Consent::Refused,
                    None => Consent::Unknown,
                });
            }
        }
    }
    filter
}
