//! The search of customers, against their records at the end.

use super::Violation;
use super::purchases::{items, number};
use crate::businesses::SimulatedBusiness;
use crate::history::History;
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// Each customer is found once and as the record has them, nobody else is, and the number is right.
pub(super) fn as_recorded(history: &History, _: &[SimulatedBusiness]) -> Vec<Violation> {
    let mut records: BTreeMap<String, BTreeMap<String, Value>> = BTreeMap::new();
    for (key, _, item) in items(history, "Customers") {
        if let Some((business, customer)) = key.split_once('/').filter(|_| item["joined_into"].is_null()) {
            records.entry(business.to_owned()).or_default().insert(customer.to_owned(), recorded(&item));
        }
    }
    let mut violations = Vec::new();
    for (business, (total, found)) in &history.searched {
        let records = records.remove(business).unwrap_or_default();
        let text = |it: &Value| it["customer_id"].as_str().unwrap_or_default().to_owned();
        let by_id: BTreeMap<String, Value> = found.iter().map(|it| (text(it), searched(it))).collect();
        if *total != records.len() as u64 || found.len() != records.len() {
            let detail =
                format!("{business} has {} customers; {total} are told and {} found", records.len(), found.len());
            violations.push(Violation::new(detail, [business.clone()]));
        }
        let differs = |id: &&String| by_id.get(*id) != records.get(*id);
        for id in records.keys().chain(by_id.keys()).filter(differs) {
            let detail = format!("{id} is found as {:?} in place of {:?}", by_id.get(id), records.get(id));
            violations.push(Violation::new(detail, [id.clone(), business.clone()]));
        }
    }
    violations
}

/// A time in whole seconds.
fn second(value: &Value) -> Option<String> {
    value.as_str().map(|at| at.chars().take(19).collect())
}

fn recorded(item: &Value) -> Value {
    let statistics = &item["statistics"]["M"];
    let labels: Vec<&Value> = item["labels"]["L"].as_array().into_iter().flatten().map(|label| &label["S"]).collect();
    json!({
        "name": item["name"]["S"],
        "phone": item["phone"]["S"],
        "city": item["city"]["S"],
        "labels": labels,
        "consent": item["marketing_consent"]["BOOL"],
        "status": item["profile_status"]["S"],
        "purchases": number(&statistics["purchases"]),
        "spent": number(&statistics["total_spent"]) * if statistics["currency"]["S"] == "CLP" { 100 } else { 1 },
        "bought": second(&statistics["last_purchase_at"]["S"]),
        "contact": second(&item["last_contact_at"]["S"]),
    })
}

fn searched(it: &Value) -> Value {
    json!({
        "name": it["name"],
        "phone": it["phone"],
        "city": it["city"],
        "labels": it["labels"].as_array().cloned().unwrap_or_default(),
        "consent": it["marketing_consent"],
        "status": it["profile_status"],
        "purchases": it["purchases"].as_i64(),
        "spent": it["total_spent"].as_f64().map(|units| (units * 100.0).round() as i64),
        "bought": second(&it["last_purchase_at"]),
        "contact": second(&it["last_contact_at"]),
    })
}
