//! The same customers, changes and searches for other databases, and what the function answered.

use crate::commits::changed;
use crate::handler::Answer;
use crate::people::customer;
use crate::queries::{LIMIT, Search};
use chrono::{DateTime, TimeDelta, Utc};
use domain::CustomerFilter;
use domain::customer_filter::SortKey;
use domain::fold::fold;
use domain::{day_range, local_day};
use search::Row;
use serde_json::{Value, json};
use std::error::Error;
use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::Path;

/// A search as conditions of columns as of a moment, with what was found.
pub fn told(search: &Search, at: DateTime<Utc>, answer: &Answer, milliseconds: f64) -> Value {
    let sort = search.query.sort.map(|sort| {
        let key = match sort.key {
            SortKey::LastPurchase => "last_purchase_at",
            SortKey::TotalSpent => "total_spent",
        };
        json!({"column": key, "descending": sort.descending})
    });
    json!({
        "conditions": conditions(&search.query.filter, at),
        "sort": sort,
        "limit": LIMIT,
        "offset": (search.page - 1) * LIMIT,
        "total": answer.total,
        "first": answer.customers.first(),
        "milliseconds": milliseconds,
    })
}

/// Column, operator, operand: `word` is a word of the name that begins with it, `has` is an element of a list.
fn conditions(filter: &CustomerFilter, at: DateTime<Utc>) -> Vec<Value> {
    let zone = crate::ZONE;
    let day = |ago: u32| day_range(local_day(at, zone) - TimeDelta::days(ago.into()), zone);
    let since = |days: u32| (at - TimeDelta::days(days.into())).timestamp();
    let seconds = |at: DateTime<Utc>| at.timestamp();
    let text = |text: &Option<String>| text.as_deref().map(fold);
    let inactivity =
        filter.inactivity.map(|it| json!(["last_contact_at", if it.is_inactive { "<" } else { ">=" }, since(it.days)]));
    let consent = filter.consent.map(|consent| json!(["consent", "=", format!("{consent:?}")]));
    [
        text(&filter.name).map(|word| json!(["name", "word", word])),
        filter.gender.map(|gender| json!(["gender", "=", gender])),
        text(&filter.city).map(|city| json!(["city", "=", city])),
        filter.min_days_since_last_purchase.map(|days| json!(["last_purchase_at", "<", seconds(day(days).end)])),
        filter.max_days_since_last_purchase.map(|days| json!(["last_purchase_at", ">=", seconds(day(days).start)])),
        inactivity,
        text(&filter.favorite_product).map(|text| json!(["products", "has", text])),
        text(&filter.favorite_ingredient).map(|text| json!(["ingredients", "has", text])),
        filter.min_total_spent.map(|least| json!(["total_spent", ">=", least])),
        filter.min_purchases.map(|least| json!(["purchases", ">=", least])),
        filter.min_average_ticket.map(|least| json!(["average_ticket", ">=", least])),
        text(&filter.label).map(|text| json!(["labels", "has", text])),
        filter.profile_status.map(|status| json!(["status", "=", status])),
        consent,
    ]
    .into_iter()
    .flatten()
    .collect()
}

/// `customers.csv`, and `changes.csv` with the columns that change of so many of them.
pub fn write(folder: &Path, customers: u64, changes: u64) -> Result<(), Box<dyn Error>> {
    let mut file = BufWriter::new(File::create(folder.join("customers.csv"))?);
    for nth in 0..customers {
        writeln!(file, "{}", line(&customer(nth).stored()))?;
    }
    file.flush()?;
    let mut file = BufWriter::new(File::create(folder.join("changes.csv"))?);
    for row in changed(customers, changes) {
        writeln!(file, "{},{},{}", row.customer_id, row.purchases, number(average_ticket(&row)))?;
    }
    file.flush()?;
    Ok(())
}

fn number(number: Option<i64>) -> String {
    number.map(|number| number.to_string()).unwrap_or_default()
}

fn average_ticket(row: &Row) -> Option<i64> {
    (row.purchases > 0).then(|| row.total_spent.div_euclid(i64::from(row.purchases)))
}

/// Texts as they are compared; lists as PostgreSQL writes arrays.
fn line(row: &Row) -> String {
    let list =
        |texts: &[String]| format!("\"{{{}}}\"", texts.iter().map(|text| fold(text)).collect::<Vec<_>>().join(","));
    let consent = match row.marketing_consent {
        Some(true) => "Given",
        Some(false) => "Refused",
        None => "Unknown",
    };
    [
        row.customer_id.to_string(),
        row.name.as_deref().map(fold).unwrap_or_default(),
        row.phone.map(|phone| phone.to_string()).unwrap_or_default(),
        row.gender.map(|gender| gender.to_string()).unwrap_or_default(),
        row.city.as_deref().map(fold).unwrap_or_default(),
        number(row.last_purchase_at.map(|at| at.timestamp())),
        row.purchases.to_string(),
        row.total_spent.to_string(),
        number(average_ticket(row)),
        list(&row.favorite_products),
        list(&row.favorite_ingredients),
        list(&row.labels),
        row.profile_status.map(|status| status.to_string()).unwrap_or_default(),
        row.is_vip.to_string(),
        consent.to_owned(),
        row.last_contact_at.timestamp().to_string(),
        row.created_at.timestamp().to_string(),
    ]
    .join(",")
}
