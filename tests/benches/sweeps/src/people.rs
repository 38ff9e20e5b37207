//! So many customers of one business, of whom so many have their birthday on a date and so many have been away and are
//! due for a visit: one is registered by the store, the others are its items with other names.

use crate::cloud::Bench;
use chrono::{DateTime, Days, NaiveDate, TimeDelta, Utc};
use domain::{BusinessId, Customer, CustomerId, Phone, Profile};
use kit::App;
use serde_json::{Value, json};
use std::error::Error;
use uuid::Uuid;

/// Customers who are in contact today.
const TODAY: usize = 40;

/// Items of one request.
const BATCH: usize = 25;

/// The digits of the first one's phone; each other has the next number.
pub const FIRST_PHONE: u64 = 5_511_980_000_000;

pub async fn settle(
    bench: &Bench,
    app: &App,
    business: BusinessId,
    count: usize,
    due: usize,
    date: NaiveDate,
    now: DateTime<Utc>,
) -> Result<(), Box<dyn Error>> {
    let given = Profile {
        name: Some("Ana Souza".to_owned()),
        email: Some("ana.souza.000000@example.com".to_owned()),
        birthday: Some("1990-03-12".parse()?),
        city: Some("São Paulo".to_owned()),
        gender: Some(domain::Gender::Female),
        marketing_consent: Some(true),
        ..Profile::default()
    };
    let first = CustomerId(app.id());
    let phone = Phone::parse(&FIRST_PHONE.to_string(), None)?;
    let customer = Customer::new(first, Some(phone), &given, now);
    app.store().register(business, &customer, &given, &app.attempt()).await?;
    let record = one(bench, "Customers", json!({"pk": {"S": format!("{business}/{first}")}})).await?;
    let birthday_key = json!({"pk": {"S": format!("{business}/03-12")}, "sk": {"S": first.to_string()}});
    let birthday = one(bench, "Birthdays", birthday_key.clone()).await?;
    for (table, key) in [("Customers", json!({"pk": record["pk"]})), ("Birthdays", birthday_key)] {
        bench.dynamodb("DeleteItem", &json!({"TableName": bench.table(table), "Key": key})).await?;
    }

    let mut records = Vec::with_capacity(BATCH);
    let mut birthdays = Vec::with_capacity(BATCH);
    for nth in 0..count {
        let id = Uuid::from_u128(0x0190_0000_0000_7000_8000_0000_0000_0000 + nth as u128);
        let phone = (FIRST_PHONE + nth as u64).to_string();
        // The due are spread over the others.
        let is_due = nth * due / count != (nth + 1) * due / count;
        let day = if is_due { date } else { other_day(nth, date) };
        let away = match is_due {
            true => 31 + nth as i64 % 50,
            // As many are in contact today whatever the size.
            false if nth < TODAY => 0,
            false => 1 + nth as i64 % 28,
        };
        let contact = (now - TimeDelta::days(away)).to_rfc3339_opts(chrono::SecondsFormat::Secs, true);
        let mut item = record.clone();
        item["pk"]["S"] = format!("{business}/{id}").into();
        item["customer_id"]["S"] = id.to_string().into();
        item["phone"]["S"] = phone.clone().into();
        item["birthday"]["S"] = format!("1990-{}", day.format("%m-%d")).into();
        item["last_contact_at"]["S"] = contact.into();
        if is_due {
            let visit = date + Days::new(nth as u64 % 3);
            item["due_key"] = json!({"S": format!("{business}/{visit}")});
            item["visits"] = visits(visit);
        }
        records.push(json!({"PutRequest": {"Item": item}}));
        let mut item = birthday.clone();
        item["pk"]["S"] = format!("{business}/{}", day.format("%m-%d")).into();
        item["sk"]["S"] = id.to_string().into();
        item["phone"]["S"] = phone.into();
        birthdays.push(json!({"PutRequest": {"Item": item}}));
        if records.len() == BATCH || nth + 1 == count {
            for (table, items) in [("Customers", &mut records), ("Birthdays", &mut birthdays)] {
                let body = json!({"RequestItems": {bench.table(table): std::mem::take(items)}});
                bench.dynamodb("BatchWriteItem", &body).await?;
            }
        }
    }
    Ok(())
}

/// Three visits, a fortnight between them, of which the next is due on a day.
fn visits(due: NaiveDate) -> Value {
    let days = [42, 28, 14].map(|before| json!({"S": (due - Days::new(before)).to_string()}));
    json!({"M": {"appointments": {"L": days}, "last_service": {"S": "Banho"}}})
}

/// A day of the year that is not the date.
fn other_day(nth: usize, date: NaiveDate) -> NaiveDate {
    date + Days::new(1 + nth as u64 % 360)
}

async fn one(bench: &Bench, table: &str, key: Value) -> Result<Value, Box<dyn Error>> {
    let found = bench.dynamodb("GetItem", &json!({"TableName": bench.table(table), "Key": key})).await?;
    let item = found["Item"].clone();
    if item.is_object() { Ok(item) } else { Err(format!("{table} has not kept the first").into()) }
}
