//! Purchases and the numbers of the customers, as the tables hold them at the end.

use super::Violation;
use super::asked::is_gone;
use crate::businesses::SimulatedBusiness;
use crate::history::{History, Wish};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};

pub(super) fn items<'a>(history: &'a History, of: &'a str) -> impl Iterator<Item = (String, String, Value)> + 'a {
    let items = history.kept.iter().filter(move |(table, _)| table == of);
    items.filter_map(|(_, item)| {
        let item: Value = serde_json::from_str(item).ok()?;
        Some((item["pk"]["S"].as_str()?.to_owned(), item["sk"]["S"].as_str().unwrap_or_default().to_owned(), item))
    })
}

pub(super) fn number(value: &Value) -> i64 {
    value["N"].as_str().and_then(|number| number.parse().ok()).unwrap_or_default()
}

/// The sum of what is left, the number, the last, and in how many each product stands.
#[derive(Debug, Default, PartialEq)]
struct Numbers {
    purchases: i64,
    total: i64,
    last: Option<String>,
    products: BTreeMap<String, i64>,
}

/// Every customer's numbers are those of the purchases that are kept of them.
pub(super) fn numbers(history: &History, _: &[SimulatedBusiness]) -> Vec<Violation> {
    let mut expected: BTreeMap<String, Numbers> = BTreeMap::new();
    let mut told: BTreeMap<String, Numbers> = BTreeMap::new();
    for (customer, key, item) in items(history, "Purchases") {
        if key == "favorites" {
            for named in item["products"]["L"].as_array().into_iter().flatten() {
                let name = named["M"]["name"]["S"].as_str().unwrap_or_default().to_owned();
                told.entry(customer.clone()).or_default().products.insert(name, number(&named["M"]["times"]));
            }
        }
        let total = number(&item["total"]["M"]["minor"]);
        let lines = item["lines"]["L"].as_array().map(Vec::as_slice).unwrap_or_default();
        if !key.starts_with("purchase/") || (total == 0 && lines.is_empty()) {
            continue;
        }
        let numbers = expected.entry(customer).or_default();
        numbers.purchases += 1;
        numbers.total += total;
        numbers.last = numbers.last.take().max(item["at"]["S"].as_str().map(str::to_owned));
        let products: BTreeSet<_> = lines.iter().filter_map(|line| line["M"]["product"]["S"].as_str()).collect();
        for product in products {
            *numbers.products.entry(product.to_owned()).or_default() += 1;
        }
    }
    for (customer, _, item) in items(history, "Customers") {
        let statistics = &item["statistics"]["M"];
        let numbers = told.entry(customer).or_default();
        numbers.purchases = number(&statistics["purchases"]);
        numbers.total = number(&statistics["total_spent"]);
        numbers.last = statistics["last_purchase_at"]["S"].as_str().map(str::to_owned);
    }
    told.retain(|_, numbers| *numbers != Numbers::default());
    let all: BTreeSet<_> = told.keys().chain(expected.keys()).collect();
    let wrong = all.into_iter().filter(|customer| told.get(*customer) != expected.get(*customer));
    let violation = |customer: &String| {
        let (told, expected) = (told.get(customer), expected.get(customer));
        Violation::new(format!("{customer} has {told:?} in place of {expected:?}"), [customer.clone()])
    };
    wrong.map(violation).collect()
}

/// A version that a caller was told of is kept, or a later one is, once; unless its customer was erased since.
pub(super) fn kept(history: &History, _: &[SimulatedBusiness]) -> Vec<Violation> {
    let mut versions: BTreeMap<(String, String), Vec<i64>> = BTreeMap::new();
    for (customer, key, item) in items(history, "Purchases") {
        if let (true, Some(invoice)) = (key.starts_with("purchase/"), item["invoice_id"]["S"].as_str()) {
            let business = customer.split('/').next().unwrap_or_default().to_owned();
            versions.entry((business, invoice.to_owned())).or_default().push(number(&item["version"]));
        }
    }
    let told = history.asked.iter().filter(|asked| (200..300).contains(&asked.status));
    let lost = told.filter_map(|asked| {
        let Wish::Buy { customer, invoice, version } = &asked.what else { return None };
        let kept = versions.get(&(asked.business.clone(), invoice.clone()));
        let is_there = kept.is_some_and(|kept| kept.len() == 1 && kept.iter().all(|kept| kept >= version));
        let is_well = is_there || is_gone(history, &asked.business, customer);
        (!is_well)
            .then(|| Violation::new(format!("{invoice} is kept in {kept:?}, not in {version}"), [invoice.clone()]))
    });
    lost.collect()
}
