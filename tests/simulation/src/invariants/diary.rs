//! The diary, as the table holds it at the end.

use super::Violation;
use super::asked::is_gone;
use crate::businesses::SimulatedBusiness;
use crate::history::{History, Wish};
use chrono::{DateTime, TimeDelta, Utc};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};

/// The time of an appointment that takes one.
struct Taken {
    appointment: String,
    start: DateTime<Utc>,
    end: DateTime<Utc>,
}

fn items(history: &History) -> impl Iterator<Item = (String, String, Value)> {
    let items = history.kept.iter().filter(|(table, _)| table == "Appointments");
    items.filter_map(|(_, item)| {
        let item: Value = serde_json::from_str(item).ok()?;
        Some((item["pk"]["S"].as_str()?.to_owned(), item["sk"]["S"].as_str()?.to_owned(), item))
    })
}

/// The times that appointments take, by business.
fn times(history: &History) -> BTreeMap<String, Vec<Taken>> {
    let mut times: BTreeMap<_, Vec<_>> = BTreeMap::new();
    for (business, key, item) in items(history) {
        let Some(appointment) = key.strip_prefix("appointment/") else { continue };
        let start = item["start"]["S"].as_str().and_then(|start| start.parse::<DateTime<Utc>>().ok());
        let minutes = item["minutes"]["N"].as_str().and_then(|minutes| minutes.parse().ok());
        if let (Some(start), Some(minutes), false) = (start, minutes, item["status"]["S"] == "cancelled") {
            let (appointment, end) = (appointment.to_owned(), start + TimeDelta::minutes(minutes));
            times.entry(business).or_default().push(Taken { appointment, start, end });
        }
    }
    times
}

/// Nobody overbooks here.
pub(super) fn once(history: &History, _: &[SimulatedBusiness]) -> Vec<Violation> {
    let mut found = Vec::new();
    for (business, mut times) in times(history) {
        times.sort_by_key(|taken| taken.start);
        for pair in times.windows(2) {
            let [one, other] = pair else { continue };
            if other.start < one.end {
                let detail = format!("{} and {} of {business} at {}", one.appointment, other.appointment, other.start);
                found.push(Violation::new(detail, [one.appointment.clone(), other.appointment.clone()]));
            }
        }
    }
    found
}

/// Each day has the starts of what takes a part of it, and no others.
pub(super) fn taken(history: &History, _: &[SimulatedBusiness]) -> Vec<Violation> {
    let mut rows: BTreeMap<(String, String), BTreeSet<i64>> = BTreeMap::new();
    for (business, key, item) in items(history) {
        let Some(day) = key.strip_prefix("day/") else { continue };
        let row = rows.entry((business, day.to_owned())).or_default();
        for (_, value) in item.as_object().into_iter().flatten().filter(|(name, _)| name.starts_with("taken_")) {
            row.extend(value["N"].as_str().and_then(|number| number.parse::<i64>().ok()).map(|it| it / 10_000));
        }
    }
    let mut expected: BTreeMap<(String, String), BTreeSet<i64>> = BTreeMap::new();
    for (business, times) in times(history) {
        for taken in times {
            let last = (taken.end - TimeDelta::minutes(1)).date_naive();
            for day in taken.start.date_naive().iter_days().take_while(|day| *day <= last) {
                let key = (business.clone(), day.to_string());
                expected.entry(key).or_default().insert(taken.start.timestamp() / 60);
            }
        }
    }
    rows.retain(|_, row| !row.is_empty());
    if rows == expected {
        return Vec::new();
    }
    let differ = |key: &&(String, String)| rows.get(*key) != expected.get(*key);
    let days: BTreeSet<_> = rows.keys().chain(expected.keys()).filter(differ).collect();
    let told = |key: &(String, String)| {
        let detail = format!("{key:?} has {:?} in place of {:?}", rows.get(key), expected.get(key));
        Violation::new(detail, [key.0.clone()])
    };
    days.into_iter().map(told).collect()
}

/// Unless its customer was erased since.
pub(super) fn kept(history: &History, _: &[SimulatedBusiness]) -> Vec<Violation> {
    let there: BTreeSet<_> = items(history).map(|(business, key, _)| (business, key)).collect();
    let told = history.asked.iter().filter(|asked| (200..300).contains(&asked.status));
    let lost = told.filter_map(|asked| {
        let Wish::Book { customer, appointment } = &asked.what else { return None };
        let key = (asked.business.clone(), format!("appointment/{appointment}"));
        let is_there = there.contains(&key) || is_gone(history, &asked.business, customer);
        (!is_there).then(|| Violation::new(format!("there is no {appointment}"), [appointment.clone()]))
    });
    lost.collect()
}
