//! The time for which messages wait or are held: each reason has its longest wait.

use super::Violation;
use super::greeted::{at_hour, made};
use crate::businesses::SimulatedBusiness;
use crate::history::{History, Record, Said};
use chrono::{DateTime, TimeDelta, Timelike, Utc};

/// The longest that anything lasts that is due: what was held comes to the next worker when the queue delivers it again,
/// twice if need be, and a rule may be silent for an hour.
const AT_MOST: TimeDelta = TimeDelta::hours(3);

/// The longest wait that a gateway may ask for, a day apart.
const SLOW_DOWN: TimeDelta = TimeDelta::hours(1);

/// A question for missing fields is made so long before it goes: in the morning, if the quiet hours begin meanwhile.
const AFTER_A_TEXT: TimeDelta = TimeDelta::minutes(10);

pub(super) fn held(history: &History, _: &[SimulatedBusiness]) -> Vec<Violation> {
    let mut found = Vec::new();
    for (key, record) in &history.messages {
        for (step, next) in record.steps.iter().zip(record.steps.iter().skip(1)) {
            let (from, to) = (step.0, next.0);
            if step.1 == "sending" && to - from > AT_MOST {
                found.push(Violation::new(format!("{} was held from {from} to {to}", key.1), [key.1.clone()]));
            }
        }
    }
    found
}

/// Nothing that has come due stays where it is.
pub(super) fn due(history: &History, _: &[SimulatedBusiness]) -> Vec<Violation> {
    let Some(now) = history.now else { return Vec::new() };
    let since = |due: &i64| DateTime::from_timestamp_millis(*due).filter(|at| now - *at > AT_MOST);
    let late = history.due.iter().filter_map(|(key, due)| Some((key, since(due)?)));
    late.map(|(key, at)| Violation::new(format!("{} is due since {at}, and it is {now}", key.1), [key.1.clone()]))
        .collect()
}

/// A message waits no longer than its reason lasts, and without a reason no longer than its tasks take.
pub(super) fn waits(history: &History, businesses: &[SimulatedBusiness]) -> Vec<Violation> {
    let mut found = Vec::new();
    let Some(now) = history.now else { return found };
    for business in businesses {
        for (key, record) in history.messages.iter().filter(|(key, _)| key.0 == business.id) {
            for (nth, said) in record.said.iter().enumerate().filter(|(_, said)| said.status == "pending") {
                let until = record.said.get(nth + 1).map(|next| next.at).or(record.gone).unwrap_or(now);
                if until > ends(business, record, said) + AT_MOST {
                    let detail = format!("{} waited from {} to {until} ({:?})", key.1, said.at, said.error);
                    found.push(Violation::new(detail, [key.1.clone()]));
                }
            }
        }
    }
    found
}

/// When the reason of a message that waits is over at the latest. A message that is made at night may be made for the
/// morning.
fn ends(business: &SimulatedBusiness, record: &Record, said: &Said) -> DateTime<Utc> {
    if let Some(at) = record.scheduled_for.filter(|at| *at > said.at) {
        // A reminder has its own time; others wait for the morning alone.
        let is_reminder = record.message_type == "appointment_reminder";
        let is_question = record.message_type == "missing_fields";
        let from = made(record) + if is_question { AFTER_A_TEXT } else { TimeDelta::zero() };
        return if is_reminder { at } else { at.min(morning(business, from)).max(said.at) };
    }
    if said.error.contains("(wait_a_day: ") {
        return said.at + TimeDelta::hours(24);
    }
    match said.reason() {
        "quiet_hours" => morning(business, said.at),
        "best_hour" => record.scheduled_for.unwrap_or(made(record)) + TimeDelta::hours(24),
        // A script that pauses a campaign resumes it within a day and a half.
        "campaign_paused" => said.at + TimeDelta::hours(36),
        // As the gateway says when to come back, or by the delays of 1, 5 and 15 minutes.
        "rate_limited" | "sender_down" | "not_accepted" => said.at + SLOW_DOWN,
        // It waits a day for somebody to mend the sender, and is looked at every hour. One that a human sends again after
        // that day keeps the reason until it is tried.
        "sender_restricted" => (record.scheduled_for.unwrap_or(made(record)) + TimeDelta::hours(25)).max(said.at),
        // A refusal that a human has overruled, an attempt that policy repeats, or a slot that was lost: at once.
        _ => said.at,
    }
}

/// The end of the quiet hours in which a time lies.
fn morning(business: &SimulatedBusiness, at: DateTime<Utc>) -> DateTime<Utc> {
    let local = at.with_timezone(&business.zone);
    let (from, until) = business.quiet;
    let today = local.date_naive();
    let date = if local.hour() >= from { today.succ_opt().unwrap_or(today) } else { today };
    at_hour(date, until, business.zone).unwrap_or(at)
}
