//! Reminders of appointments. That each goes once follows from its record, as for every message.

use super::Violation;
use super::accepted::{ON_ITS_WAY, accepted};
use super::asked::is_gone;
use crate::businesses::SimulatedBusiness;
use crate::history::{Booked, History, Key};
use chrono::{DateTime, NaiveDateTime, NaiveTime, TimeDelta, Utc};
use domain::QuietHours;
use domain::reminders::reminders;

/// The longest from a change of the diary to what follows from it: a rule or a queue may be silent for an hour.
const FOLLOWED: TimeDelta = TimeDelta::hours(3);

/// The appointment that a reminder is of, and its start then.
fn about(message: &str) -> Option<(&str, DateTime<Utc>)> {
    let (rest, _hours) = message.strip_prefix("appointment-reminder/")?.rsplit_once('/')?;
    let (appointment, start) = rest.rsplit_once('/')?;
    Some((appointment, NaiveDateTime::parse_from_str(start, "%Y-%m-%dT%H:%MZ").ok()?.and_utc()))
}

/// Whether an appointment began at this time at some moment of a span.
pub(super) fn was_at(states: &[Booked], start: DateTime<Utc>, from: DateTime<Utc>, until: DateTime<Utc>) -> bool {
    let before = states.iter().rfind(|state| state.at <= from);
    let within = states.iter().filter(|state| state.at > from && state.at <= until);
    before.into_iter().chain(within).any(|state| state.start == Some(start))
}

/// Whether a reminder's appointment had another time, or none, or had begun, at some moment of a span.
pub(super) fn had_changed(history: &History, message: &Key, from: DateTime<Utc>, until: DateTime<Utc>) -> bool {
    let Some((appointment, start)) = about(&message.1) else { return false };
    let states = history.appointments.get(&(message.0.clone(), appointment.to_owned())).map(Vec::as_slice);
    let before = states.unwrap_or_default().iter().rfind(|state| state.at <= from);
    let mut within = states.unwrap_or_default().iter().filter(|state| state.at > from && state.at <= until);
    let differs = |state: &Booked| state.start != Some(start);
    start <= until || before.is_none_or(differs) || within.any(differs)
}

pub(super) fn of_its_time(history: &History, businesses: &[SimulatedBusiness]) -> Vec<Violation> {
    let mut found = Vec::new();
    for it in accepted(history, businesses) {
        let Some((key, _)) = it.record() else { continue };
        let Some((appointment, start)) = about(&key.1) else { continue };
        let at = it.sent.arrived_at;
        let states = history.appointments.get(&(key.0.clone(), appointment.to_owned()));
        let holds = states.is_some_and(|states| was_at(states, start, at - ON_ITS_WAY, at));
        if !holds || at > start + ON_ITS_WAY {
            found.push(Violation::new(format!("{} went at {at}", key.1), it.subjects()));
        }
    }
    found
}

/// One that was made or moved some hours before its reminder, and stayed as it was until then.
pub(super) fn each(history: &History, businesses: &[SimulatedBusiness]) -> Vec<Violation> {
    let mut found = Vec::new();
    let Some(ended) = history.ended else { return found };
    for ((business, appointment), states) in &history.appointments {
        let Some(of) = businesses.iter().find(|it| it.id == *business) else { continue };
        let hour = |hour| NaiveTime::from_hms_opt(hour, 0, 0).unwrap_or_default();
        let night = QuietHours { from: hour(of.quiet.0), until: hour(of.quiet.1) };
        for (nth, state) in states.iter().enumerate() {
            let Some(start) = state.start.filter(|_| !is_gone(history, business, &state.customer)) else { continue };
            // A change of another kind leaves it as it is.
            let until = states.iter().skip(nth).find(|later| later.start != Some(start)).map_or(ended, |it| it.at);
            for (at, hours) in reminders(start, &[24].into(), night, of.zone) {
                // A hash of the service and the pet ends it.
                let id = format!("appointment-reminder/{appointment}/{}/{hours}-", start.format("%Y-%m-%dT%H:%MZ"));
                let is_due = state.at + FOLLOWED < at && at < until;
                let is_made = |((of, message), _): (&Key, _)| of == business && message.starts_with(&id);
                if is_due && !history.messages.range((business.clone(), id.clone())..).next().is_some_and(is_made) {
                    found.push(Violation::new(format!("there is no {id}, of {}", state.at), [appointment.clone(), id]));
                }
            }
        }
    }
    found
}
