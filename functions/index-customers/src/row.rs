//! A customer's record as the index has it.

use domain::{Customer, Favorites};
use search::Row;

pub(crate) fn of(customer: &Customer, names: &Favorites) -> Row {
    let statistics = &customer.statistics;
    Row {
        customer_id: customer.customer_id,
        name: customer.name.clone(),
        phone: customer.phone.as_ref().and_then(|phone| phone.digits().parse().ok()),
        gender: customer.gender,
        city: customer.city.clone(),
        last_purchase_at: statistics.last_purchase_at,
        purchases: statistics.purchases,
        total_spent: statistics.total_spent,
        favorite_products: names.products.favorites(),
        favorite_ingredients: names.ingredients.favorites(),
        labels: customer.labels.clone(),
        profile_status: customer.profile_status,
        is_vip: customer.is_vip(),
        marketing_consent: customer.marketing_consent,
        last_contact_at: customer.last_contact_at,
        created_at: customer.created_at,
    }
}
