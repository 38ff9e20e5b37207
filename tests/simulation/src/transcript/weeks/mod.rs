//! The script: what happens at each business in the week. The businesses are the demo's, with one owner each, and one of
//! our own in English.

mod candelaria;
mod flor;
mod maple;
mod patas;

use super::act::Week;
use serde_json::{Value, json};

/// The messages of a minute at a sender of the script: so slow that a campaign can be seen under way.
const PACE: u32 = 6;

pub(super) fn all() -> Vec<Week> {
    vec![patas::week(), candelaria::week(), flor::week(), maple::week()]
}

/// A business of the demo by its name, with the first of its owners.
fn of_demo(name: &str) -> Value {
    let all = local::demo::openings();
    let mut opening = all.into_iter().find(|opening| opening["name"] == name).unwrap_or_default();
    if let Some(owners) = opening["owners"].as_array_mut() {
        owners.truncate(1);
    }
    opening
}

/// Lets a business write by Whapi: without templates, so the built-in texts are seen.
fn by_whapi(mut opening: Value, address: &str) -> Value {
    opening["senders"] = json!([{
        "gateway": "whapi", "address": address, "messages_per_minute": PACE,
        "credentials": {"token": format!("token-{address}"), "webhook_secret": "secret"},
    }]);
    opening
}

/// Lets the owner be told in a line of a tomorrow that is closed or has appointments enough, and customers be asked for a
/// review. So many promotions in a week are allowed that the reports find people in all of it.
fn telling_and_asking(mut opening: Value) -> Value {
    opening["settings"]["empty_reports"] = json!(["daily-summary", "low-occupancy"]);
    opening["settings"]["weekly_cap"] = json!(4);
    opening["settings"]["review_url"] = json!("https://g.page/r/demo/review");
    opening
}
