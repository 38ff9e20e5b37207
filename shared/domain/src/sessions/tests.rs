use super::limits::{CodeLimits, MOST_FALLS};
use super::session::{How, Session, SessionStatus as S};
use super::{Command, Dropped, Forward, SessionEvent, SessionNews as N, Taken, Tracked, UserId};
use crate::{Gateway, SessionId};
use chrono::{DateTime, TimeDelta, Utc};
use proptest::prelude::*;
use uuid::Uuid;

/// What it is, the events of a session, where it stands then, and what the upstream heard.
type Life = (&'static str, Vec<(i64, N)>, S, Vec<S>);
/// What it is, and what happens to a session.
type Change = (&'static str, fn(&mut Session));

const CODES: CodeLimits = CodeLimits { apart: TimeDelta::seconds(30), valid: TimeDelta::minutes(2) };

fn at(seconds: i64) -> DateTime<Utc> {
    DateTime::from_timestamp(1_795_000_000 + seconds, 0).unwrap()
}

fn session() -> Session {
    Session::new(SessionId(Uuid::nil()), UserId::Number(1), Gateway::Whapi, at(0))
}

fn event(seconds: i64, news: N) -> SessionEvent {
    let event_id = format!("{seconds}/{news:?}");
    SessionEvent { event_id, address: Uuid::nil().to_string(), at: at(seconds), news }
}

fn close(reason: u16) -> N {
    N::Disconnected { reason: Some(reason) }
}

fn code(text: &str) -> N {
    N::Code { code: Some(text.to_owned()) }
}

fn open() -> N {
    N::Connected { phone: None }
}

/// Takes each event at the moment at which it happens; tells what the upstream heard.
fn live(session: &mut Session, events: &[(i64, N)]) -> Vec<S> {
    let mut heard = Vec::new();
    for (seconds, news) in events {
        let tracked = session.take(&event(*seconds, news.clone()), at(*seconds), CODES);
        let Tracked::Taken(Taken { forward, .. }) = tracked else { continue };
        for forward in forward {
            match forward {
                Forward::Code => session.forward_code(at(*seconds)),
                Forward::Status => heard.extend(session.told.as_ref().map(|told| told.status)),
            }
        }
    }
    heard
}

#[test]
fn a_sessions_life_and_what_the_upstream_hears_of_it() {
    let rows: [Life; 17] = [
        (
            "a scan",
            vec![(1, N::Connecting), (2, code("a")), (30, close(515)), (31, N::Connecting), (33, open())],
            S::Connected,
            vec![S::Connecting, S::Connected],
        ),
        (
            "a scan with a logout of the old connection",
            vec![(2, code("a")), (30, close(515)), (31, close(401))],
            S::Connecting,
            vec![S::Connecting],
        ),
        (
            "the same at a gateway that does not tell of the restart",
            vec![(2, code("a")), (30, N::Connecting), (31, open()), (33, close(401)), (34, close(401))],
            S::Connecting,
            vec![S::Connecting, S::Connected],
        ),
        (
            "a logout in the moment of the scan",
            vec![(2, code("a")), (30, close(401)), (31, close(401)), (32, code("b"))],
            S::WaitingForScan,
            vec![S::Connecting],
        ),
        (
            "a logout long after a restart",
            vec![(2, open()), (30, close(515)), (61, close(401))],
            S::LoggedOut,
            vec![S::Connected, S::LoggedOut],
        ),
        (
            "a restart of a connected session",
            vec![(2, open()), (30, close(515)), (31, N::Connecting), (32, open())],
            S::Connected,
            vec![S::Connected],
        ),
        (
            "a fall and a return",
            vec![(2, open()), (9, close(428)), (10, N::Connecting), (11, open())],
            S::Connected,
            vec![S::Connected, S::Disconnected, S::Connecting, S::Connected],
        ),
        (
            "a fall that the gateway mends by itself",
            vec![(2, open()), (9, N::Connecting), (12, open()), (20, N::Connecting), (27, N::Connecting)],
            S::Connecting,
            vec![S::Connected, S::Connecting],
        ),
        (
            "equal news",
            vec![(2, open()), (3, open()), (9, close(428)), (10, close(408))],
            S::Disconnected,
            vec![S::Connected, S::Disconnected],
        ),
        ("taken over", vec![(2, open()), (3, close(440)), (4, N::Ended)], S::Replaced, vec![S::Connected, S::Replaced]),
        (
            "given up by a logout",
            vec![(2, open()), (3, close(440)), (4, close(401))],
            S::Replaced,
            vec![S::Connected, S::Replaced],
        ),
        (
            "a refusal with its logout",
            vec![(2, code("a")), (30, N::Connecting), (31, open()), (33, close(403)), (34, close(401))],
            S::Refused,
            vec![S::Connecting, S::Connected, S::Refused],
        ),
        (
            "a code soon after a connection",
            vec![(2, open()), (9, N::Connecting), (12, code("a"))],
            S::WaitingForScan,
            vec![S::Connected, S::WaitingForScan],
        ),
        ("banned", vec![(2, open()), (3, close(403))], S::Refused, vec![S::Connected, S::Refused]),
        (
            "nobody scans",
            vec![(2, code("a")), (47, code("b")), (99, N::CodesEnded)],
            S::NotScanned,
            vec![S::NotScanned],
        ),
        ("no more codes", vec![(2, code("a")), (99, close(408))], S::NotScanned, vec![S::NotScanned]),
        ("stopped at the gateway", vec![(2, open()), (9, N::Ended)], S::Ended, vec![S::Connected, S::Ended]),
    ];
    for (name, events, status, heard) in rows {
        let mut session = session();
        assert_eq!(live(&mut session, &events), heard, "{name}");
        assert_eq!(session.status, status, "{name}");
        assert_eq!(session.code.is_some(), status == S::WaitingForScan, "{name}");
    }
}

#[test]
fn a_loop_of_restarts_is_broken_after_twenty_falls_and_told_once() {
    let mut session = session();
    let (mut pauses, mut told) = (0, 0);
    for round in 0..i64::from(MOST_FALLS) + 3 {
        session.take(&event(10 * round, open()), at(10 * round), CODES);
        let fall = session.take(&event(10 * round + 5, close(428)), at(10 * round + 5), CODES);
        let Tracked::Taken(taken) = fall else { panic!() };
        pauses += u32::from(taken.command == Some(Command::Pause));
        told += u32::from(taken.given_up);
        let given_up = round + 1 >= i64::from(MOST_FALLS);
        assert_eq!(session.status, if given_up { S::Looping } else { S::Disconnected });
    }
    assert_eq!((pauses, told), (4, 1));
    // Half an hour of peace between two falls is no loop.
    let mut steady = self::session();
    for round in 0..100 {
        steady.take(&event(2_000 * round, open()), at(2_000 * round), CODES);
        steady.take(&event(2_000 * round + 1_800, close(428)), at(2_000 * round + 1_800), CODES);
        assert_eq!(steady.status, S::Disconnected);
    }
}

#[test]
fn a_code_goes_at_most_once_in_thirty_seconds_and_never_when_it_is_old() {
    let mut session = session();
    let mut take = |seconds: i64, text: &str, now: i64| {
        let tracked = session.take(&event(seconds, code(text)), at(now), CODES);
        if matches!(&tracked, Tracked::Taken(Taken { forward, .. }) if !forward.is_empty()) {
            session.forward_code(at(now));
        }
        tracked
    };
    let forwarded = Tracked::Taken(Taken { forward: vec![Forward::Code], ..Taken::default() });
    let waits = |seconds| Tracked::Taken(Taken { not_before: Some(at(seconds)), ..Taken::default() });
    assert_eq!(take(0, "a", 0), forwarded);
    // The process died before it was told.
    assert_eq!(take(0, "a", 5), forwarded);
    assert_eq!(take(10, "b", 10), waits(35));
    assert_eq!(take(20, "c", 20), waits(35));
    assert_eq!(take(10, "b", 35), Tracked::Dropped(Dropped::Superseded));
    assert_eq!(take(20, "c", 35), forwarded);
    assert_eq!(take(70, "d", 190), Tracked::Dropped(Dropped::Expired));
    assert_eq!(take(65, "late", 71), Tracked::Dropped(Dropped::Superseded));
}

#[test]
fn a_status_that_came_with_a_code_is_told_again_though_the_code_is_not() {
    let mut session = session();
    live(&mut session, &[(2, open())]);
    let both = session.take(&event(12, code("a")), at(12), CODES);
    let forward = vec![Forward::Status, Forward::Code];
    assert_eq!(both, Tracked::Taken(Taken { forward, fell: true, ..Taken::default() }));
    session.take(&event(20, code("b")), at(20), CODES);
    let again = session.take(&event(12, code("a")), at(21), CODES);
    assert_eq!(again, Tracked::Taken(Taken { forward: vec![Forward::Status], ..Taken::default() }));
}

#[test]
fn the_first_code_after_another_connection_waits_as_well() {
    let mut session = session();
    live(&mut session, &[(0, code("a")), (3, N::Connecting)]);
    let waits = Tracked::Taken(Taken { not_before: Some(at(30)), ..Taken::default() });
    assert_eq!(session.take(&event(5, code("b")), at(5), CODES), waits);
}

#[test]
fn a_stopped_session_hears_nothing_and_a_resting_one_is_opened_again() {
    let mut session = session();
    live(&mut session, &[(1, open()), (2, close(401))]);
    assert!(session.reopen(at(10)) && !session.reopen(at(11)));
    assert_eq!((session.status, session.how), (S::Opening, How::Request));
    assert!(session.stop("stop", at(12)) && !session.stop("again", at(13)));
    let tracked = session.take(&event(20, open()), at(20), CODES);
    assert_eq!(tracked, Tracked::Dropped(Dropped::Stopped));
    // Its end is told, also if that comes twice.
    let end = session.event(Forward::Status).unwrap();
    let told = Tracked::Taken(Taken { forward: vec![Forward::Status], ..Taken::default() });
    assert_eq!([(); 2].map(|()| session.take(&end, at(21), CODES)), [told.clone(), told]);
}

#[test]
fn an_event_from_before_a_look_comes_too_late() {
    let rows: [Change; 4] = [
        ("an answer", |session| {
            let _ = session.learn(&open(), "look", at(60));
        }),
        ("a code", |session| {
            let _ = session.learn(&code("b"), "look", at(60));
        }),
        ("no answer in time", |session| {
            let _ = session.miss("look", at(60));
        }),
        ("no such session", |session| session.lose("look", at(60))),
    ];
    for (name, look) in rows {
        let mut session = session();
        live(&mut session, &[(1, N::Connecting)]);
        look(&mut session);
        let before = session.clone();
        for news in [N::Connecting, close(401), code("a"), open()] {
            let tracked = session.take(&event(59, news), at(65), CODES);
            assert!(matches!(tracked, Tracked::Dropped(Dropped::Late | Dropped::Superseded)), "{name}: {tracked:?}");
        }
        assert_eq!(session, before, "{name}");
        // One of after it holds, and what the upstream is told of it is newer.
        session.take(&event(61, close(403)), at(65), CODES);
        assert_eq!(session.told.as_ref().map(|told| (told.status, told.at)), Some((S::Refused, at(61))), "{name}");
    }
}

#[test]
fn tries_to_open_it_count_from_its_last_opening() {
    let mut session = session();
    for round in 0..10 {
        session.lose("gone", at(100 * round));
        assert_eq!((session.status, session.tries), (S::Opening, 1));
        session.take(
            &event(100 * round + 1, if round % 2 == 0 { open() } else { code("a") }),
            at(100 * round + 1),
            CODES,
        );
        assert_eq!(session.tries, 0);
    }
}

fn any_news() -> impl Strategy<Value = N> {
    let closes = prop::sample::select(vec![401, 408, 428, 440, 500, 503, 515, 403]).prop_map(close);
    prop_oneof![Just(N::Connecting), Just(open()), Just(N::Ended), "[a-c]".prop_map(|text| code(&text)), closes]
}

proptest! {
    /// However events are shuffled and repeated, the upstream's last word is that of the order in which they happened,
    /// and it never hears an older one after a newer one.
    #[test]
    fn order_and_repeats_change_neither_the_end_nor_the_order(
        news in prop::collection::vec(any_news(), 1..12),
        order in prop::collection::vec(any::<prop::sample::Index>(), 1..30),
    ) {
        let events: Vec<SessionEvent> = news.into_iter().zip(0i64..).map(|(news, nth)| event(nth * 40, news)).collect();
        let now = |event: &SessionEvent| event.at;
        let mut shuffled: Vec<&SessionEvent> = order.iter().map(|place| place.get(&events)).collect();
        let newest = shuffled.iter().map(|event| event.at).max();
        // The newest comes last too, as it does if nothing is lost.
        shuffled.extend(events.iter().filter(|event| Some(event.at) == newest));
        let mut session = session();
        let mut told_at = None;
        for event in shuffled {
            let before = session.told.clone();
            session.take(event, now(event), CODES);
            if session.told != before {
                let at = session.told.as_ref().map(|told| told.at);
                prop_assert!(at >= told_at, "{at:?} after {told_at:?}");
                told_at = at;
            }
        }
        prop_assert_eq!(session.heard_at, newest);
        let again = session.clone();
        for event in &events {
            if event.at < newest.unwrap_or_default() {
                session.take(event, now(event), CODES);
            }
        }
        prop_assert_eq!(session.status, again.status);
        prop_assert_eq!(session.falls, again.falls);
    }
}
