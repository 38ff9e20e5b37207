//! Sessions of the QR gateway: one for each user, as the gateway has it, given up and ended when it must be.

use super::Violation;
use crate::businesses::SimulatedBusiness;
use crate::history::History;
use crate::sessions::books::Kept;
use chrono::{DateTime, TimeDelta, Utc};
use std::collections::BTreeMap;
use world::{Effect, SessionState, Told};

/// From when to when, UTC, and which session.
type Lived<'a> = (DateTime<Utc>, Option<DateTime<Utc>>, &'a str);

/// Falls in a row, after which a session is given up.
const MOST_FALLS: i64 = 20;
/// A session that stood so long has not fallen in a row.
const STEADY: TimeDelta = TimeDelta::minutes(10);
/// A logout within so long after a restart is none.
const RESTART: TimeDelta = TimeDelta::seconds(30);
/// For so long after a stop a batch of before may be under way.
const UNDER_WAY: TimeDelta = TimeDelta::seconds(40);
/// Two times of one moment are as near as that.
const SAME: TimeDelta = TimeDelta::seconds(1);

fn violation(session: &str, detail: String) -> Violation {
    Violation::new(format!("session {session} {detail}"), [session.to_owned()])
}

pub(super) fn one_of_a_user(history: &History, _: &[SimulatedBusiness]) -> Vec<Violation> {
    let seen = &history.sessions;
    let mut users: BTreeMap<&str, Vec<Lived<'_>>> = BTreeMap::new();
    for (session, versions) in &seen.kept {
        if let Some(first) = versions.first() {
            users.entry(&first.user).or_default().push((first.at, seen.over(session), session));
        }
    }
    let mut found = Vec::new();
    for (user, mut sessions) in users {
        sessions.sort_unstable();
        for pair in sessions.windows(2) {
            if let [(_, over, one), (made, _, other)] = pair
                && over.is_none_or(|over| over > *made)
            {
                found.push(violation(other, format!("is made at {made} for {user}, whose {one} is not over")));
            }
        }
    }
    for started in &seen.started {
        let (session, since) = (&started.asked.session, started.asked.since);
        match seen.kept.get(session).and_then(|versions| versions.first()) {
            Some(kept) if kept.user != started.user => {
                found.push(violation(session, format!("of {} was answered to {}", kept.user, started.user)));
            }
            Some(_) if seen.over(session).is_some_and(|over| over < since) => {
                found.push(violation(session, format!("was over when {} asked at {since}", started.user)));
            }
            Some(_) => {}
            None => found.push(violation(session, format!("was answered to {} and is not kept", started.user))),
        }
    }
    found
}

pub(super) fn over(history: &History, _: &[SimulatedBusiness]) -> Vec<Violation> {
    let seen = &history.sessions;
    let mut found = Vec::new();
    for (session, versions) in &seen.kept {
        let Some(over) = seen.over(session) else { continue };
        if let Some(kept) = versions.iter().find(|kept| kept.at > over && kept.status != "stopped") {
            found.push(violation(session, format!("was over at {over} and is {} at {}", kept.status, kept.at)));
        }
        let effects = seen.effects.get(session).into_iter().flatten();
        // A backend that refuses the end at first hears of it when it is told again.
        let is_end = |effect: &Effect| (effect.at - over).abs() < SAME && matches!(effect.told, Told::Status { .. });
        for effect in effects.filter(|effect| effect.received_at > over + UNDER_WAY && !is_end(effect)) {
            let at = effect.received_at;
            found.push(violation(session, format!("was over at {over} and the backend heard of it at {at}")));
        }
    }
    for asked in &seen.stopped {
        if seen.over(&asked.session).is_none_or(|over| over > asked.at) {
            found.push(violation(&asked.session, format!("was called stopped at {} and was not", asked.at)));
        }
    }
    found
}

/// One that has stood steadily, and one that somebody opens, falls from zero again.
pub(super) fn given_up(history: &History, _: &[SimulatedBusiness]) -> Vec<Violation> {
    let mut found = Vec::new();
    for (session, versions) in &history.sessions.kept {
        let mut since: Option<&Kept> = None;
        for kept in versions {
            let before = since.map_or("", |before| before.status.as_str());
            let is_steady = before == "connected" && since.is_some_and(|before| kept.at - before.at >= STEADY);
            let goes_on = matches!(&*kept.status, "connecting" | "disconnected") && !is_steady;
            if goes_on && kept.falls >= MOST_FALLS && matches!(before, "connected" | "looping") {
                let (falls, status, at) = (kept.falls, &kept.status, kept.at);
                found.push(violation(session, format!("fell {falls} times and is {status} at {at}, {before} before")));
            }
            if kept.status != before {
                since = Some(kept);
            }
        }
    }
    found
}

pub(super) fn logged_out(history: &History, _: &[SimulatedBusiness]) -> Vec<Violation> {
    let mut found = Vec::new();
    for (session, versions) in &history.sessions.kept {
        for pair in versions.windows(2) {
            if let [before, kept] = pair
                && kept.status == "logged_out"
                && before.status != "logged_out"
                && let (Some(heard), Some(restarted)) = (kept.heard, kept.restarted)
                && kept.how == "webhook"
                && (restarted..restarted + RESTART).contains(&heard)
            {
                found.push(violation(session, format!("is logged out at {heard}, restarted at {restarted}")));
            }
        }
    }
    found
}

pub(super) fn shown(history: &History, _: &[SimulatedBusiness]) -> Vec<Violation> {
    let mut found = Vec::new();
    for (asked, status) in &history.sessions.shown {
        let versions = history.sessions.kept.get(&asked.session).map(Vec::as_slice).unwrap_or_default();
        let before = versions.iter().rfind(|kept| kept.at <= asked.since);
        let meanwhile = versions.iter().filter(|kept| (asked.since..=asked.at).contains(&kept.at));
        if !before.into_iter().chain(meanwhile).any(|kept| kept.status == *status) {
            found.push(violation(&asked.session, format!("was shown as {status} at {}", asked.at)));
        }
    }
    found
}

pub(super) fn of_nobody(history: &History, _: &[SimulatedBusiness]) -> Vec<Violation> {
    let seen = &history.sessions;
    let known = |session: &&String| seen.kept.contains_key(*session) || seen.effects.contains_key(*session);
    let strangers = seen.strangers.iter().filter(known);
    let mut found: Vec<Violation> =
        strangers.map(|session| violation(session, "of nobody is kept or told".to_owned())).collect();
    let unknown = seen.effects.keys().chain(seen.at_gateway.keys());
    for session in unknown.filter(|session| !seen.kept.contains_key(*session) && !seen.strangers.contains(*session)) {
        // The senders of businesses have no session of ours.
        found.push(violation(session, "is at the backend or the gateway, and nobody has opened it".to_owned()));
    }
    found
}

/// Whether a session that is kept so may stand so at its gateway.
fn agrees(status: &str, state: Option<SessionState>) -> bool {
    use SessionState::{Code, Failed, Open, Removed, Stopped};
    match status {
        "connected" => state == Some(Open),
        "waiting_for_scan" => state == Some(Code),
        "not_scanned" | "logged_out" | "refused" | "replaced" | "looping" | "failed" => {
            matches!(state, None | Some(Stopped | Failed | Removed))
        }
        "stopped" => true,
        // The gateway and the network are well: it does not stay so.
        _ => false,
    }
}

pub(super) fn as_at_the_gateway(history: &History, _: &[SimulatedBusiness]) -> Vec<Violation> {
    let mut found = Vec::new();
    for (session, versions) in &history.sessions.kept {
        let Some(kept) = versions.last() else { continue };
        let state = history.sessions.at_gateway.get(session).map(|view| view.state);
        if !agrees(&kept.status, state) {
            found.push(violation(session, format!("is {} since {} and {state:?} there", kept.status, kept.at)));
        }
    }
    found
}

pub(super) fn gone(history: &History, _: &[SimulatedBusiness]) -> Vec<Violation> {
    let seen = &history.sessions;
    let there = seen.kept.keys().filter(|session| seen.over(session).is_some());
    let there = there.filter_map(|session| Some((session, seen.at_gateway.get(session)?)));
    there.map(|(session, view)| violation(session, format!("is over and {:?} there", view.state))).collect()
}
