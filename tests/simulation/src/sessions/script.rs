//! The script of sessions: what the operator's backend, people, phones and the network do, drawn from the seed before
//! anything happens. A run without businesses is about sessions alone.

use chrono::{DateTime, TimeDelta, Utc};
use world::UpstreamFault;

/// Users of the operator.
const USERS: usize = 6;
/// WhatsApp's reasons for the end of a connection.
const REASONS: [u16; 12] = [428, 428, 428, 408, 408, 500, 503, 515, 440, 401, 403, 411];

/// Something that happens to sessions.
#[derive(Clone, Debug)]
pub struct Act {
    /// When it happens, UTC.
    pub at: DateTime<Utc>,
    /// The user, from 0 on.
    pub user: usize,
    /// The thing that happens.
    pub what: What,
}

/// One thing that happens to sessions.
#[derive(Clone, Debug)]
pub enum What {
    /// The backend asks for the user's session, so many times at once.
    Start(usize),
    /// The user looks for a code for so many seconds, and scans it.
    Scan(u64),
    /// The backend reads the user's session, and the list.
    Read,
    /// The backend stops the user's session, so many times at once.
    Stop(usize),
    /// The session's connection ends for a reason of WhatsApp's.
    Fall(u16),
    /// The user scans, and WhatsApp logs the old connection out within so many milliseconds.
    ScanAndLogout(u64),
    /// All sessions fall at once.
    Storm(u16),
    /// For so many minutes the session falls again each time that it has stood for so many milliseconds.
    Loop(u64, u64, u16),
    /// For so many minutes the session cannot be connected.
    Stuck(u64),
    /// Somebody removes the session at its gateway.
    Remove,
    /// The backend is out of order for a while, if chance will have it; for the user's session alone or for all.
    Upstream(UpstreamFault, bool),
    /// The gateway reports of a session that nobody has opened.
    Stranger,
}

/// The name that the operator has for a user, as text.
#[must_use]
pub fn name(user: usize) -> String {
    if user.is_multiple_of(2) { user.to_string() } else { format!("shop-{user}") }
}

/// The gateway of a run's sessions.
#[must_use]
pub fn gateway(seed: u64) -> world::Gateway {
    if seed.is_multiple_of(2) { world::Gateway::Evolution } else { world::Gateway::Waha }
}

/// The script of so many weeks from `begin`; empty in runs that have businesses, which would take too long with both.
#[must_use]
pub fn script(seed: u64, alone: bool, begin: DateTime<Utc>, weeks: u32) -> Vec<Act> {
    if !alone {
        return Vec::new();
    }
    let mut rng = fastrand::Rng::with_seed(seed ^ 0x5E_5510);
    let mut acts = Vec::new();
    for day in 0..i64::from(weeks) * 7 {
        let today = begin + TimeDelta::days(day);
        for user in 0..USERS {
            // Some begin together, as after a restart of the backend.
            let within = if rng.bool() { 40_000_000 } else { 3_000 };
            let mut at = today + TimeDelta::milliseconds(rng.i64(0..within));
            for _ in 0..rng.usize(0..3) {
                acts.extend(life(&mut rng, user, at));
                at += TimeDelta::milliseconds(rng.i64(1_000..12_000_000));
            }
        }
        let mut add = |rng: &mut fastrand::Rng, what: What| {
            let at = today + TimeDelta::milliseconds(rng.i64(0..86_400_000));
            acts.push(Act { at, user: rng.usize(..USERS), what });
        };
        for _ in 0..rng.usize(0..3) {
            let reason = rng.choice(&REASONS).copied().unwrap_or(428);
            add(&mut rng, What::Storm(reason));
        }
        for _ in 0..4 {
            let what = upstream(&mut rng);
            add(&mut rng, what);
        }
        if rng.u32(0..3) == 0 {
            add(&mut rng, What::Stranger);
        }
    }
    // Acts of the same time happen in this order.
    acts.sort_by_key(|act| act.at);
    acts
}

/// A part of a session's life: it is asked for, scanned or not, and then something happens to it.
fn life(rng: &mut fastrand::Rng, user: usize, begin: DateTime<Utc>) -> Vec<Act> {
    let mut at = begin;
    let mut acts = Vec::new();
    let mut add = |at: DateTime<Utc>, what: What| acts.push(Act { at, user, what });
    add(at, What::Start(if rng.u32(0..3) == 0 { rng.usize(2..6) } else { 1 }));
    if rng.u32(0..8) == 0 {
        // A stop crosses the opening.
        add(at + TimeDelta::milliseconds(rng.i64(0..3_000)), What::Stop(rng.usize(1..3)));
    }
    at += TimeDelta::milliseconds(rng.i64(100..90_000));
    match rng.u32(0..10) {
        0..7 => add(at, What::Scan(rng.u64(5..120))),
        7 => add(at, What::ScanAndLogout(rng.u64(50..50_000))),
        _ => {}
    }
    for _ in 0..rng.usize(0..5) {
        at += TimeDelta::milliseconds(if rng.bool() { rng.i64(50..5_000) } else { rng.i64(5_000..2_000_000) });
        let what = match rng.u32(0..20) {
            0..9 => What::Fall(rng.choice(&REASONS).copied().unwrap_or(428)),
            9..13 => What::Read,
            13 => {
                let reason = rng.choice(&[428, 408, 515, 440]).copied().unwrap_or(428);
                What::Loop(rng.u64(5..60), rng.u64(200..90_000), reason)
            }
            14 => What::Stuck(rng.u64(1..20)),
            15 => What::Remove,
            16 => What::Stop(rng.usize(1..3)),
            17 => What::Start(rng.usize(1..3)),
            _ => What::Scan(rng.u64(5..120)),
        };
        add(at, what);
    }
    acts
}

fn upstream(rng: &mut fastrand::Rng) -> What {
    let status = |status, retry_after| UpstreamFault::Status { status, retry_after };
    let kinds = [
        UpstreamFault::Down,
        UpstreamFault::Slow { milliseconds: 8_000 },
        UpstreamFault::Slow { milliseconds: 3_000 },
        status(500, None),
        status(503, None),
        status(429, Some(20)),
        status(429, None),
        status(401, None),
        UpstreamFault::Refused,
        UpstreamFault::Later,
        UpstreamFault::BadItem,
        UpstreamFault::Garbage,
        UpstreamFault::AnswerLost,
    ];
    let kind = rng.choice(&kinds).cloned().unwrap_or(UpstreamFault::Down);
    // One bad session among good ones.
    let is_of_one = matches!(kind, UpstreamFault::Refused | UpstreamFault::Later | UpstreamFault::BadItem);
    What::Upstream(kind, is_of_one && rng.u32(0..4) > 0)
}
