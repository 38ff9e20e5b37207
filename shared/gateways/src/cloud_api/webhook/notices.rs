//! What Meta says of an account, its numbers and its templates. Only the names of states are taken over.

use crate::json::{first, integer, items, text};
use domain::inbound::{AccountNotice, Concern};
use serde_json::Value;

/// The longest text that is taken over, in characters: the longest name of a template.
const LONGEST: usize = 512;

/// States of an account that sends no more, or soon will not.
const CLOSED: [&str; 9] = [
    "DISABLE",
    "SCHEDULE_FOR_DISABLE",
    "DISABLED_UPDATE",
    "ACCOUNT_RESTRICTION",
    "ACCOUNT_VIOLATION",
    "ACCOUNT_DELETED",
    "ACCOUNT_OFFBOARDED",
    "PARTNER_REMOVED",
    "PARTNER_APP_UNINSTALLED",
];
/// States of a template that cannot be sent, or soon cannot.
const UNSENDABLE: [&str; 9] = [
    "REJECTED",
    "PAUSED",
    "DISABLED",
    "FLAGGED",
    "LOCKED",
    "DELETED",
    "PENDING_DELETION",
    "ARCHIVED",
    "LIMIT_EXCEEDED",
];

/// A field of the account's that a person should read about.
pub fn notice(field: &str, value: &Value, time: Option<&Value>) -> Option<AccountNotice> {
    let event = || first(value, &["event", "decision"]);
    let (before, after) = match field {
        "template_category_update" | "template_correct_category_detection" => category(value),
        "message_template_status_update" => (None, event()),
        "message_template_quality_update" => (text(value, "previous_quality_score"), text(value, "new_quality_score")),
        "phone_number_quality_update" => {
            (text(value, "old_limit"), first(value, &["event", "current_limit", "new_quality_score"]))
        }
        "phone_number_name_update" | "account_update" | "account_review_update" | "security" => (None, event()),
        "account_alerts" => {
            let info = value.get("alert_info").unwrap_or(value);
            (text(info, "alert_severity"), first(info, &["alert_type", "alert_status"]))
        }
        "business_capability_update" => (None, None),
        _ => return None,
    };
    let state = value.get("ban_info").and_then(|info| info.get("waba_ban_state")).and_then(ban_state);
    let limit = || {
        let limits = ["max_daily_conversations_per_business", "max_daily_conversation_per_phone"];
        limits.iter().find_map(|key| value.get(key)).map(|limit| limit.to_string())
    };
    let after = state.or(after).map(str::to_owned).or_else(limit);
    let word = |text: &str| -> String {
        text.chars().filter(|c| c.is_ascii_alphanumeric() || "_.-+".contains(*c)).take(LONGEST).collect()
    };
    let mut notice = AccountNotice {
        field: field.to_owned(),
        template: text(value, "message_template_name").map(word),
        language: text(value, "message_template_language").map(word),
        before: before.map(word),
        after: after.as_deref().map(word).filter(|word| !word.is_empty()),
        time: time.and_then(integer).or_else(|| value.get("timestamp").and_then(integer)),
        concern: None,
    };
    notice.concern = concern(&notice, items(value, "restriction_info").is_empty(), is_coming(value));
    Some(notice)
}

fn concern(notice: &AccountNotice, unrestricted: bool, is_coming: bool) -> Option<Concern> {
    let after = notice.after.as_deref().unwrap_or_default().to_ascii_uppercase();
    let is = |words: &[&str]| words.contains(&after.as_str());
    match notice.field.as_str() {
        "template_category_update" => {
            let category = if is_coming { Concern::TemplateCategoryComing } else { Concern::TemplateCategory };
            (!after.is_empty() && notice.before != notice.after).then_some(category)
        }
        "message_template_status_update" => is(&UNSENDABLE).then_some(Concern::TemplateStatus),
        "message_template_quality_update" => is(&["RED"]).then_some(Concern::TemplateQuality),
        "phone_number_quality_update" => is(&["FLAGGED", "DOWNGRADE", "RED"]).then_some(Concern::NumberQuality),
        "account_update" => (is(&CLOSED) || !unrestricted).then_some(Concern::Account),
        "account_review_update" => is(&["REJECTED"]).then_some(Concern::Account),
        "phone_number_name_update" => is(&["REJECTED"]).then_some(Concern::NumberName),
        "account_alerts" => (notice.before.as_deref() == Some("CRITICAL")).then_some(Concern::Account),
        _ => None,
    }
}

/// The category before a change and after it. A day before the change, the coming one stands beside the present one, which
/// is called the new one.
fn category(value: &Value) -> (Option<&str>, Option<&str>) {
    let (new, coming) = (text(value, "new_category"), text(value, "correct_category"));
    if is_coming(value) { (new, coming) } else { (category_before(value), new.or(coming)) }
}

fn category_before(value: &Value) -> Option<&str> {
    first(value, &["previous_category", "category", "old_category"])
}

/// Whether a change of the category is announced, and not made.
fn is_coming(value: &Value) -> bool {
    let (new, coming) = (text(value, "new_category"), text(value, "correct_category"));
    category_before(value).is_none() && new.is_some() && coming.is_some() && new != coming
}

/// The state of the account, or of several the one that closes it.
fn ban_state(state: &Value) -> Option<&str> {
    let Some(states) = state.as_array() else { return state.as_str().filter(|state| !state.is_empty()) };
    let states = || states.iter().filter_map(Value::as_str);
    states().find(|state| CLOSED.contains(&state.to_ascii_uppercase().as_str())).or_else(|| states().next())
}

#[cfg(test)]
#[path = "notices_tests.rs"]
mod tests;
