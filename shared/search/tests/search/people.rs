//! Customers and searches by chance. There are few values, so that they meet.

use chrono::{DateTime, TimeDelta, Utc};
use chrono_tz::Tz;
use domain::customer_filter::{Consent, CustomerFilter, Inactivity, Sort, SortKey};
use domain::{BusinessId, CustomerId, Gender, ProfileStatus};
use proptest::prelude::*;
use search::{Change, Row};
use uuid::Uuid;

pub const BUSINESS: BusinessId = BusinessId(Uuid::from_u128(0xb));
pub const CUSTOMERS: u128 = 40;

/// A little after midnight in Santiago, on the day after its clocks were put forward.
pub fn now() -> DateTime<Utc> {
    "2026-09-07T03:00:00.5Z".parse().unwrap()
}

pub fn customer(nth: u128) -> CustomerId {
    // Some ids share their upper halves, and some their lower ones.
    CustomerId(Uuid::from_u128((nth / 3) << 80 | 7 << 76 | (nth % 7) << 64 | nth))
}

pub fn zone() -> impl Strategy<Value = Tz> {
    prop::sample::select(vec![Tz::America__Santiago, Tz::America__Bogota, Tz::UTC, Tz::Pacific__Kiritimati])
}

const NAMES: [&str; 14] = [
    "João",
    "joao  da Silva",
    "María José",
    "Maria",
    "José María López",
    "Ana-María",
    " Ana",
    "",
    "🙏",
    "O'Higgins",
    "½ Ana ½",
    "MARIAJOSE",
    "Ángel\u{301}a",
    "josé 🙏 maría",
];
const CITIES: [&str; 6] = ["San José", "san  jose", "SAN JOSÉ", "São Paulo", "", "--"];
const TEXTS: [&str; 6] = ["Ração", "racao", "Banho y tosa", "banho", "", "Collar"];

fn text(texts: &'static [&str]) -> impl Strategy<Value = String> {
    prop::sample::select(texts).prop_map(str::to_owned)
}

fn texts() -> impl Strategy<Value = Vec<String>> {
    prop::collection::vec(text(&TEXTS), 0..4)
}

/// At the edges of days and hours around now, in several zones.
fn time() -> impl Strategy<Value = DateTime<Utc>> {
    (-9..2i64, 0..24i64, -1_500..1_500i64).prop_map(|(days, hours, milliseconds)| {
        let hour = now() - TimeDelta::milliseconds(500);
        hour + TimeDelta::days(days) + TimeDelta::hours(hours) + TimeDelta::milliseconds(milliseconds)
    })
}

fn amount() -> impl Strategy<Value = i64> {
    prop_oneof![8 => -3..12i64, 1 => any::<i64>(), 1 => prop::sample::select(vec![i64::MIN, i64::MAX])]
}

pub fn gender() -> impl Strategy<Value = Gender> {
    prop::sample::select(vec![Gender::Female, Gender::Male, Gender::Other])
}

fn status() -> impl Strategy<Value = ProfileStatus> {
    prop::sample::select(vec![ProfileStatus::Lead, ProfileStatus::Customer, ProfileStatus::Lost])
}

pub fn row() -> impl Strategy<Value = Row> {
    row_of(CUSTOMERS)
}

/// A row of one of so many customers.
pub fn row_of(customers: u128) -> impl Strategy<Value = Row> {
    let who = (0..customers, prop::option::of(text(&NAMES)), prop::option::of(1..1_000_000_000_000_000u64));
    let what = (prop::option::of(gender()), prop::option::of(text(&CITIES)), prop::option::of(status()));
    let bought = (prop::option::of(time()), 0..4u32, amount(), texts(), texts());
    let more = (texts(), any::<bool>(), any::<Option<bool>>(), time(), time());
    (who, what, bought, more).prop_map(|(who, what, bought, more)| Row {
        customer_id: customer(who.0),
        name: who.1,
        phone: who.2,
        gender: what.0,
        city: what.1,
        profile_status: what.2,
        last_purchase_at: bought.0,
        purchases: bought.1,
        total_spent: bought.2,
        favorite_products: bought.3,
        favorite_ingredients: bought.4,
        labels: more.0,
        is_vip: more.1,
        marketing_consent: more.2,
        last_contact_at: more.3,
        created_at: more.4,
    })
}

pub fn change() -> impl Strategy<Value = Change> {
    prop_oneof![
        5 => row().prop_map(|row| Change::Put(Box::new(row))),
        1 => (0..CUSTOMERS).prop_map(|nth| Change::Remove(customer(nth))),
    ]
}

/// Mostly one condition or two: with more, little is found.
pub fn filter() -> impl Strategy<Value = CustomerFilter> {
    let name =
        prop::sample::select(vec!["j", "JO", "josé", "maria j", "María José", "da", "a", "ana", " ", "1", "o h"]);
    let one = (0..17usize, name, text(&CITIES), text(&TEXTS), (0..10u32, 0..10u32, amount()), gender(), status());
    let one = (one, any::<bool>(), prop::sample::select(vec![Consent::Given, Consent::Refused, Consent::Unknown]));
    prop::collection::vec(one, 0..3).prop_map(|conditions| {
        let mut filter = CustomerFilter::default();
        for ((which, name, city, text, (days, other, amount), gender, status), is, consent) in conditions {
            match which {
                0 => filter.name = Some(name.to_owned()),
                1 => filter.gender = Some(gender),
                2 => filter.city = Some(city),
                3 => filter.min_days_since_last_purchase = Some(days),
                4 => filter.max_days_since_last_purchase = Some(days),
                5 => {
                    filter.min_days_since_last_purchase = Some(days.min(other));
                    filter.max_days_since_last_purchase = Some(days.max(other));
                }
                6 => filter.inactivity = Some(Inactivity { is_inactive: is, days }),
                7 => filter.favorite_product = Some(text),
                8 => filter.favorite_ingredient = Some(text),
                9 => filter.min_total_spent = Some(amount),
                10 => filter.min_purchases = Some(days / 2),
                11 => filter.min_average_ticket = Some(amount),
                12 => filter.label = Some(text),
                13 => filter.profile_status = Some(status),
                14 => filter.max_purchases = Some(days / 2),
                15 => filter.max_days_since_registration = Some(days),
                _ if is => filter.is_vip = Some(days % 2 == 0),
                _ => filter.consent = Some(consent),
            }
        }
        filter
    })
}

pub fn sort() -> impl Strategy<Value = Option<Sort>> {
    let key = prop::sample::select(vec![SortKey::LastPurchase, SortKey::TotalSpent]);
    prop::option::of((key, any::<bool>()).prop_map(|(key, descending)| Sort { key, descending }))
}
