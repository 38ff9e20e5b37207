//! Appointments that customers ask for in the chat: nothing is said as booked that is not.

use super::Violation;
use super::accepted::{ON_ITS_WAY, accepted};
use super::asked::is_gone;
use super::purchases::items;
use crate::businesses::SimulatedBusiness;
use crate::history::{History, Key};
use chrono::{DateTime, NaiveDateTime, TimeDelta, Utc};

/// The longest from a change of the diary to what follows from it: a rule or a queue may be silent for an hour.
const FOLLOWED: TimeDelta = TimeDelta::hours(3);
/// Words by which a text says that something is booked.
const BOOKED: [&str; 7] =
    ["booked", "está reservad", "queda reservad", "quedó reservad", "ficou reservad", "agendado", "is confirmed"];
/// Our own words for a request.
const NOT_YET: [&str; 3] = ["not booked yet", "Todavía no está reservada", "Ainda não está reservado"];

/// The appointment, the decision and the start that a text to a customer tells. Behind a move or a cancellation stands its
/// time. The name of an appointment may have slashes.
fn told(message: &str) -> Option<(&str, &str, DateTime<Utc>)> {
    let all = message.strip_prefix("booking-answer/")?;
    let is_time = |part: &str| part.chars().all(|c| c.is_ascii_digit());
    let (rest, start) = match all.rsplit_once('/')? {
        (rest, last) if is_time(last) => rest.rsplit_once('/')?,
        it => it,
    };
    let (appointment, decision) = rest.rsplit_once('/')?;
    Some((appointment, decision, NaiveDateTime::parse_from_str(start, "%Y-%m-%dT%H:%MZ").ok()?.and_utc()))
}

/// Whether what a text tells of an appointment was over at a moment: another text tells what became of it since, the time at
/// which a request expires had come, or a move or a cancellation no longer held, as the customer may have cancelled.
pub(super) fn had_another_answer(history: &History, message: &Key, at: DateTime<Utc>) -> bool {
    let Some((appointment, decision, start)) = told(&message.1) else { return false };
    let states = history.appointments.get(&(message.0.clone(), appointment.to_owned())).map(Vec::as_slice);
    let last = states.unwrap_or_default().iter().rfind(|state| state.at <= at);
    let stands = match decision {
        "moved" => last.is_some_and(|state| state.start == Some(start)),
        "cancelled" => last.is_some_and(|state| state.start.is_none()),
        _ => true,
    };
    let prefix = format!("booking-answer/{appointment}/");
    let others = history.messages.iter().filter(|(key, _)| key.0 == message.0 && **key != *message);
    let mut others = others.filter(|((_, id), _)| id.starts_with(&prefix));
    !stands
        || start - TimeDelta::hours(1) <= at
        || history.now.is_none_or(|now| now < at + FOLLOWED)
        || others.any(|(_, record)| record.steps.first().is_some_and(|(made, _)| *made <= at + FOLLOWED))
}

/// A text that says that an appointment is booked went while that appointment was confirmed, and no other text says so.
pub(super) fn said(history: &History, businesses: &[SimulatedBusiness]) -> Vec<Violation> {
    let mut found = Vec::new();
    for it in accepted(history, businesses) {
        let Some((key, _)) = it.record() else { continue };
        let (at, text) = (it.sent.arrived_at, it.sent.text.as_str());
        match told(&key.1) {
            Some((appointment, "confirmed", start)) => {
                let states = history.appointments.get(&(key.0.clone(), appointment.to_owned()));
                let states = states.map(Vec::as_slice).unwrap_or_default();
                // As it stood when the send began, or since.
                let from = states.iter().rposition(|state| state.at <= at - ON_ITS_WAY).unwrap_or_default();
                let mut lately = states.iter().skip(from).filter(|state| state.at <= at);
                let is_booked = lately.any(|state| state.is_confirmed && state.start == Some(start));
                if !is_booked || at > start + ON_ITS_WAY {
                    found.push(Violation::new(format!("{} went at {at}", key.1), it.subjects()));
                }
            }
            Some((appointment, decision @ ("moved" | "cancelled"), start)) => {
                let states = history.appointments.get(&(key.0.clone(), appointment.to_owned()));
                let states = states.map(Vec::as_slice).unwrap_or_default();
                let from = states.iter().rposition(|state| state.at <= at - ON_ITS_WAY).unwrap_or_default();
                let mut lately = states.iter().skip(from).filter(|state| state.at <= at);
                let is_so = lately.any(|state| state.start == Some(start).filter(|_| decision == "moved"));
                if !is_so {
                    found.push(Violation::new(format!("{} went at {at}", key.1), it.subjects()));
                }
            }
            Some(_) => {}
            None if key.1.starts_with("answer/") => {
                let claims = BOOKED.iter().any(|words| text.contains(words));
                if claims && !NOT_YET.iter().any(|words| text.contains(words)) {
                    found.push(Violation::new(format!("{} says: {text}", key.1), it.subjects()));
                }
            }
            None => {}
        }
    }
    found
}

/// Every request is asked of the owners, and its decision is told to the customer.
pub(super) fn each(history: &History, _: &[SimulatedBusiness]) -> Vec<Violation> {
    let mut found = Vec::new();
    let Some(ended) = history.ended else { return found };
    for (business, key, item) in items(history, "Appointments") {
        let (Some(id), Some(request)) = (key.strip_prefix("appointment/"), item["request"]["S"].as_str()) else {
            continue;
        };
        if is_gone(history, &business, item["customer_id"]["S"].as_str().unwrap_or_default()) {
            continue;
        }
        let time = |name: &str| item[name]["S"].as_str().and_then(|time| time.parse::<DateTime<Utc>>().ok());
        let (Some(made), Some(changed), Some(start)) = (time("created_at"), time("updated_at"), time("start")) else {
            continue;
        };
        let has = |prefix: String| {
            let mut from = history.messages.range((business.clone(), prefix.clone())..);
            from.next().is_some_and(|((of, message), _)| *of == business && message.starts_with(&prefix))
        };
        if made + FOLLOWED < ended && !has(format!("booking-notice/{id}/")) {
            found.push(Violation::new(format!("no owner was asked about {id}"), [id.to_owned()]));
        }
        let decided = matches!(
            (request, item["status"]["S"].as_str()),
            ("confirmed", Some("confirmed")) | ("declined" | "expired", Some("cancelled"))
        );
        // A later move or cancellation is told in its place.
        let decided = decided && item["announced_at"].is_null();
        // That it has expired is told an hour before the start, or later.
        let in_time = changed + FOLLOWED < if request == "expired" { ended } else { ended.min(start) };
        if decided && in_time && !has(format!("booking-answer/{id}/{request}/")) {
            found.push(Violation::new(format!("{id} is {request}, and nobody was told"), [id.to_owned()]));
        }
    }
    found
}

/// A request that nobody answers is over once its start has come.
pub(super) fn expires(history: &History, _: &[SimulatedBusiness]) -> Vec<Violation> {
    let mut found = Vec::new();
    let now = history.now.unwrap_or_default();
    for (business, key, item) in items(history, "Appointments") {
        let start = item["start"]["S"].as_str().and_then(|start| start.parse::<DateTime<Utc>>().ok());
        let Some(id) = key.strip_prefix("appointment/").filter(|_| item["request"]["S"] == "waiting") else { continue };
        let is_there = !is_gone(history, &business, item["customer_id"]["S"].as_str().unwrap_or_default());
        if is_there && start.is_some_and(|start| start + FOLLOWED < now) {
            found.push(Violation::new(format!("{id} waits, though it began at {start:?}"), [id.to_owned()]));
        }
    }
    found
}

/// Of an appointment that the business has moved or cancelled there is a text to its customer, if one had told of it before.
pub(super) fn changes(history: &History, _: &[SimulatedBusiness]) -> Vec<Violation> {
    let mut found = Vec::new();
    let Some(ended) = history.ended else { return found };
    for (business, key, item) in items(history, "Appointments") {
        let time = |name: &str| item[name]["S"].as_str().and_then(|time| time.parse::<DateTime<Utc>>().ok());
        let Some(id) = key.strip_prefix("appointment/") else { continue };
        let (Some(announced), Some(start)) = (time("announced_at"), time("start")) else { continue };
        let customer = item["customer_id"]["S"].as_str().unwrap_or_default();
        // What follows may come too late to be told.
        if is_gone(history, &business, customer) || announced + FOLLOWED > ended.min(start) {
            continue;
        }
        let of = |purpose: &str| {
            let prefix = format!("{purpose}/{id}/");
            let all = history.messages.iter().filter(|((of, _), record)| *of == business && record.gone.is_none());
            all.filter(|((_, message), _)| message.starts_with(&prefix)).map(|it| (&it.0.1, it.1)).collect::<Vec<_>>()
        };
        let is_known = item["request"].is_object()
            || of("appointment-reminder").iter().any(|(_, record)| {
                let went = record.steps.iter().any(|(at, status)| status == "sent" && *at < announced - FOLLOWED);
                let last = record.steps.iter().rfind(|(at, _)| *at < announced).map(|(_, status)| status.as_str());
                // One that has failed, or is to go again, tells nobody of anything.
                went && !matches!(last, Some("failed" | "pending" | "skipped"))
            });
        let stamp = announced.timestamp_millis().to_string();
        let is_told = of("booking-answer").iter().any(|(message, _)| message.ends_with(&stamp));
        if is_known && !is_told {
            found
                .push(Violation::new(format!("{id} was changed at {announced}, and nobody was told"), [id.to_owned()]));
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_name_of_an_appointment_may_have_slashes() {
        let start = "2026-10-28T10:00:00Z".parse().unwrap();
        for (id, appointment, decision) in [
            ("booking-answer/chat-1/confirmed/2026-10-28T10:00Z", "chat-1", "confirmed"),
            ("booking-answer/visit/0-1/moved/2026-10-28T10:00Z/1793077744663", "visit/0-1", "moved"),
            ("booking-answer/2026/7/cancelled/2026-10-28T10:00Z/1793077744663", "2026/7", "cancelled"),
        ] {
            assert_eq!(told(id), Some((appointment, decision, start)), "{id}");
        }
    }
}
