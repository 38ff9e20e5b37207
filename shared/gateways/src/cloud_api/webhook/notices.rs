//! What Meta says of an account, its numbers and its templates. Only the names of states are taken over.

use crate::json::{first, integer, items, text};
use domain::inbound::{AccountNotice, Concern};
use serde_json::Value;

/// The longest text that is taken over, in characters: the longest name of a template.
const LONGEST: usize = 512;

/// A field of the account's that a person should read about.
pub fn notice(field: &str, value: &Value, time: Option<&Value>) -> Option<AccountNotice> {
    let event = || first(value, &["event", "decision"]);
    let (before, after) = match field {
        "template_category_update" | "template_correct_category_detection" => (
            first(value, &["previous_category", "category", "old_category"]),
            first(value, &["new_category", "correct_category"]),
        ),
        "message_template_status_update" => (None, event()),
        "message_template_quality_update" => (text(value, "previous_quality_score"), text(value, "new_quality_score")),
        "phone_number_quality_update" => {
            (text(value, "old_limit"), first(value, &["event", "current_limit", "new_quality_score"]))
        }
        "account_update" | "account_review_update" => (None, event()),
        "account_alerts" => {
            let info = value.get("alert_info").unwrap_or(value);
            (text(info, "alert_severity"), first(info, &["alert_type", "alert_status"]))
        }
        "business_capability_update" => (None, None),
        _ => return None,
    };
    let state = value.get("ban_info").and_then(|info| text(info, "waba_ban_state"));
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
    notice.concern = concern(&notice, items(value, "restriction_info").is_empty());
    Some(notice)
}

fn concern(notice: &AccountNotice, unrestricted: bool) -> Option<Concern> {
    let after = notice.after.as_deref().unwrap_or_default().to_ascii_uppercase();
    let is = |words: &[&str]| words.contains(&after.as_str());
    match notice.field.as_str() {
        "template_category_update" => {
            (!after.is_empty() && notice.before != notice.after).then_some(Concern::TemplateCategory)
        }
        "message_template_status_update" => {
            is(&["REJECTED", "PAUSED", "DISABLED", "FLAGGED", "LOCKED"]).then_some(Concern::TemplateStatus)
        }
        "message_template_quality_update" => is(&["RED"]).then_some(Concern::TemplateQuality),
        "phone_number_quality_update" => is(&["FLAGGED", "DOWNGRADE", "RED"]).then_some(Concern::NumberQuality),
        "account_update" => {
            let closed =
                ["DISABLE", "SCHEDULE_FOR_DISABLE", "DISABLED_UPDATE", "ACCOUNT_RESTRICTION", "ACCOUNT_VIOLATION"];
            (is(&closed) || is(&["ACCOUNT_DELETED", "ACCOUNT_OFFBOARDED"]) || !unrestricted).then_some(Concern::Account)
        }
        "account_review_update" => is(&["REJECTED"]).then_some(Concern::Account),
        "account_alerts" => (notice.before.as_deref() == Some("CRITICAL")).then_some(Concern::Account),
        _ => None,
    }
}
