//! The returns of campaigns, as the API tells them at the end, beside what the tables of messages and purchases say.

use super::Violation;
use super::purchases::{items, number};
use crate::businesses::SimulatedBusiness;
use crate::history::{History, Key};
use domain::Money;
use serde_json::json;
use std::collections::{BTreeMap, BTreeSet};

/// Milliseconds in which a purchase is the campaign's.
const WINDOW: i64 = 30 * 86_400_000;

/// Messages of campaigns that have left, by customer: when, in epoch milliseconds, and which campaign.
type Told = BTreeMap<String, Vec<(i64, String)>>;

/// `None` for a business of which a message changed after the count that a campaign ends with: it stays as it was counted.
fn told(history: &History, business: &str) -> Option<Told> {
    let mut told = Told::new();
    for (key, _, item) in items(history, "Messages") {
        let (Some(campaign), Some(customer)) = (item["campaign_id"]["S"].as_str(), item["customer_key"]["S"].as_str())
        else {
            continue;
        };
        if !key.starts_with(business) {
            continue;
        }
        let message = key.split_once('/').map(|(_, id)| id.to_owned()).unwrap_or_default();
        let of = (business.to_owned(), campaign.to_owned());
        let ended = history.campaigns.get(&of).and_then(|it| it["ended_at"].as_str()?.parse().ok());
        let counted = ended.map(|at: chrono::DateTime<chrono::Utc>| at + chrono::TimeDelta::days(1));
        let record = history.messages.get(&(business.to_owned(), message));
        let last = record.and_then(|record| record.steps.last()).map(|(at, _)| *at);
        if counted.zip(last).is_some_and(|(counted, last)| last >= counted) {
            return None;
        }
        if ["sent", "delivered", "read"].contains(&item["status"]["S"].as_str().unwrap_or_default()) {
            let at = if item["sent_at"].is_null() { &item["claimed_at"] } else { &item["sent_at"] };
            told.entry(customer.to_owned()).or_default().push((number(at), campaign.to_owned()));
        }
    }
    Some(told)
}

/// Purchases that count, by customer: when, in epoch milliseconds, and for how much.
fn bought(history: &History, business: &str) -> BTreeMap<String, Vec<(i64, i64)>> {
    let mut bought: BTreeMap<_, Vec<_>> = BTreeMap::new();
    for (customer, key, item) in items(history, "Purchases") {
        let total = number(&item["total"]["M"]["minor"]);
        let lines = item["lines"]["L"].as_array().map(Vec::len).unwrap_or_default();
        let at = key.strip_prefix("purchase/").and_then(|rest| rest.split_once('/')?.0.parse().ok());
        if let (true, true, Some(at)) = (customer.starts_with(business), total != 0 || lines > 0, at) {
            bought.entry(customer).or_default().push((at, total));
        }
    }
    bought
}

/// Each purchase is of the campaign whose message was the last before it, within thirty days, and of no other.
pub(super) fn as_the_books_say(history: &History, businesses: &[SimulatedBusiness]) -> Vec<Violation> {
    let mut found = Vec::new();
    for business in businesses {
        let Some(told) = told(history, &business.id) else { continue };
        let mut expected: BTreeMap<Key, (BTreeSet<String>, u64, i64)> = BTreeMap::new();
        for (customer, purchases) in bought(history, &business.id) {
            for (at, total) in purchases {
                let before = told.get(&customer).into_iter().flatten().filter(|(sent, _)| *sent <= at);
                let Some((sent, campaign)) = before.max() else { continue };
                if at < sent + WINDOW {
                    let sum = expected.entry((business.id.clone(), campaign.clone())).or_default();
                    sum.0.insert(customer.clone());
                    sum.1 += 1;
                    sum.2 += total;
                }
            }
        }
        for (key, returns) in history.returns.iter().filter(|(key, _)| key.0 == business.id) {
            let (people, purchases, total) = expected.get(key).cloned().unwrap_or_default();
            // Some currencies have no cents.
            let money = json!({"minor": total, "currency": returns["revenue"]["currency"]});
            let revenue = serde_json::from_value::<Money>(money).ok().map(Money::units);
            let wanted = (Some(people.len() as u64), Some(purchases), revenue);
            let revenue = returns["revenue"]["amount"].as_f64();
            let is = (returns["bought"].as_u64(), returns["purchases"].as_u64(), revenue);
            if is != wanted {
                let detail = format!("campaign {} tells {is:?} in place of {wanted:?}: {returns}", key.1);
                found.push(Violation::new(detail, [key.1.clone()]));
            }
        }
    }
    found
}

/// Nobody is in both groups, nobody who was held out got a message, and no part is larger than its whole.
pub(super) fn groups(history: &History, _: &[SimulatedBusiness]) -> Vec<Violation> {
    let mut found = Vec::new();
    for ((business, campaign), returns) in &history.returns {
        let shown = history.campaigns.get(&(business.clone(), campaign.clone())).unwrap_or(&serde_json::Value::Null);
        let comparison = &returns["comparison"];
        let held = shown["left_out"]["held_out"].as_u64().unwrap_or_default();
        let people = comparison["held_out"]["people"].as_u64().unwrap_or_default();
        let whole = |group: &serde_json::Value| group["bought"].as_u64() <= group["people"].as_u64();
        let ends = ["low", "lift", "high"].map(|end| comparison[end].as_f64());
        let in_order = ends[0] <= ends[1] && ends[1] <= ends[2];
        if held != people || !whole(&comparison["audience"]) || !whole(&comparison["held_out"]) || !in_order {
            found.push(Violation::new(
                format!("campaign {campaign} with {held} held out tells {returns}"),
                [campaign.clone()],
            ));
        }
    }
    found
}
