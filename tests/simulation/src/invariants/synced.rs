//! The nightly syncs, as their rows tell of them at the end.

use super::Violation;
use super::purchases::items;
use crate::businesses::SimulatedBusiness;
use crate::history::History;
use chrono::{DateTime, TimeDelta, Utc};
use domain::sync::Sync;

/// A night comes each day, and a sync may be held up by faults.
const AT_MOST: TimeDelta = TimeDelta::hours(36);

/// Each business's sync and its key.
fn syncs(history: &History) -> impl Iterator<Item = (String, Option<Sync>)> + '_ {
    items(history, "Automations").filter(|(_, sort, _)| sort == "sync").map(|(business, _, item)| {
        let item: Option<serde_dynamo::Item> = serde_json::from_value(item).ok();
        (business, item.and_then(|item| serde_dynamo::from_item(item).ok()))
    })
}

/// Of each business one has ended within the last day, or as long as it may take.
pub(super) fn nightly(history: &History, businesses: &[SimulatedBusiness]) -> Vec<Violation> {
    let Some(now) = history.now else { return Vec::new() };
    let last = |business: &SimulatedBusiness| -> Option<DateTime<Utc>> {
        let (_, sync) = syncs(history).find(|(its, _)| *its == business.id)?;
        sync?.reports.first()?.ended_at
    };
    let late = businesses.iter().filter(|business| last(business).is_none_or(|at| now - at > AT_MOST));
    let told = |business: &SimulatedBusiness| {
        let detail = format!("the last sync of {} ended at {:?}, and it is {now}", business.id, last(business));
        Violation::new(detail, [business.id.clone()])
    };
    late.map(told).collect()
}

/// A sync changes no numbers but those that have drifted.
pub(super) fn true_numbers_stay(history: &History, _: &[SimulatedBusiness]) -> Vec<Violation> {
    let wrong = syncs(history).filter_map(|(business, sync)| {
        let repaired: u64 = sync?.reports.iter().map(|report| report.customers_repaired).sum();
        let drifted = history.drifted.get(&business).copied().unwrap_or_default();
        let detail = format!("syncs of {business} repaired {repaired} customers, and {drifted} have drifted");
        (repaired > drifted).then(|| Violation::new(detail, [business]))
    });
    wrong.collect()
}
