//! Campaigns, moved to and fro. That each person gets one once follows from its record, as for every message.

use super::Violation;
use super::purchases::items;
use crate::businesses::SimulatedBusiness;
use crate::history::{History, Key};
use chrono::TimeDelta;

/// From the answer to a cancellation to the last claim.
const STOPS: TimeDelta = TimeDelta::seconds(5);

/// The campaign that a message is of.
fn campaign_of(message: &str) -> Option<&str> {
    Some(message.strip_prefix("campaign/")?.rsplit_once('/')?.0)
}

pub(super) fn cancelled(history: &History, _: &[SimulatedBusiness]) -> Vec<Violation> {
    let mut found = Vec::new();
    for (business, campaign, at) in &history.cancelled {
        let of_it = |(of, message): &Key| of == business && campaign_of(message) == Some(campaign);
        for (key, record) in history.messages.iter().filter(|(key, _)| of_it(key)) {
            if let Some(claim) = record.claims().find(|claim| *claim > *at + STOPS) {
                let detail = format!("{} was claimed at {claim}, and the campaign was cancelled at {at}", key.1);
                found.push(Violation::new(detail, [key.1.clone(), campaign.clone()]));
            }
        }
    }
    found
}

/// One that paused itself waits for a human, and so does one whose sender is restricted. The messages of erased customers are
/// counted no more.
pub(super) fn ends(history: &History, _: &[SimulatedBusiness]) -> Vec<Violation> {
    let mut found = Vec::new();
    for ((business, campaign), shown) in &history.campaigns {
        let status = shown["status"].as_str().unwrap_or_default();
        let counts = shown["counts"].as_object().into_iter().flatten();
        let counted: u64 = counts.filter_map(|(_, count)| count.as_u64()).sum();
        let erased = history.customers.iter().filter(|((of, _), person)| of == business && person.gone.is_some());
        let recipients = shown["recipients"].as_u64().unwrap_or_default();
        let left = recipients.saturating_sub(u64::try_from(erased.count()).unwrap_or(u64::MAX));
        // A proposal is of its time: whom it has not reached by then, it reaches no more.
        let least = if campaign.starts_with('.') { 0 } else { left };
        let whole = status != "finished" || (least..=recipients).contains(&counted);
        let is_held = status == "running" && is_restricted(history, business);
        if !(is_held || matches!(status, "draft" | "finished" | "cancelled" | "paused")) || !whole {
            found.push(Violation::new(format!("campaign {campaign} is {shown}"), [campaign.clone()]));
        }
    }
    found
}

/// Whether the gateway has restricted the sender of a business, and nobody has mended it by the end.
fn is_restricted(history: &History, business: &str) -> bool {
    items(history, "Senders").any(|(pk, _, item)| pk.starts_with(business) && item["restricted"]["BOOL"] == true)
}

pub(super) fn refused(history: &History, _: &[SimulatedBusiness]) -> Vec<Violation> {
    history.refused_campaigns.iter().map(|refusal| Violation::new(refusal.clone(), [])).collect()
}
