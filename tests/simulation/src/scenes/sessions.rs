//! Days of sessions that chance seldom brings: scans that look like logouts, loops, codes that nobody scans, an upstream
//! that one item spoils, and functions that die between a write and its news.

use super::{Scene, play_by};
use chrono::TimeDelta;
use domain::Attempt;
use domain::sessions::Pulse;
use serde_json::{Value, json};
use std::time::Duration;
use world::{FaultKind, FaultRule, Inbound, SessionState, Told, UpstreamFault, UpstreamRule};

const BEGIN: &str = "2026-11-25T12:00:00Z";
/// Seeds of the two gateways.
const EVOLUTION: u64 = 2;
const WAHA: u64 = 3;
const FORWARDER: &str = "ForwardSessionEventsFunction";
const PHONE: &str = "5511988887777";

async fn seconds(count: u64) {
    tokio::time::sleep(Duration::from_secs(count)).await;
}

impl Scene {
    async fn start(&self, user: &str) -> String {
        let body = Some(json!({"user_id": user}));
        let told = self.call("POST", "/start", self.stage.client.operator(), body).await;
        told["session_id"].as_str().unwrap().to_owned()
    }

    async fn session(&self, session: &str) -> Value {
        self.call("GET", &format!("/sessions/{session}"), self.stage.client.operator(), None).await
    }

    async fn session_status(&self, session: &str) -> String {
        self.session(session).await["status"].as_str().unwrap().to_owned()
    }

    /// Opens a session of a user and has its code scanned.
    async fn connected(&self, user: &str) -> String {
        let session = self.start(user).await;
        self.scan(&session).await;
        // Until a logout counts as one.
        seconds(40).await;
        assert_eq!(self.session_status(&session).await, "connected");
        session
    }

    /// Scans the code as soon as there is one.
    async fn scan(&self, session: &str) {
        for _ in 0..120 {
            if self.stage.run.cloud().world.scan(session, PHONE).is_ok() {
                return;
            }
            seconds(1).await;
        }
        panic!("there is no code");
    }

    fn falls(&self, session: &str, reason: u16) {
        self.stage.run.cloud().world.disconnect(session, reason).unwrap();
    }

    /// The statuses of a session that the backend has heard, in order.
    fn heard(&self, session: &str) -> Vec<String> {
        let effects = self.stage.run.cloud().world.upstream_effects().remove(session).unwrap_or_default();
        let state = |told| if let Told::Status { state, .. } = told { Some(state) } else { None };
        effects.into_iter().filter_map(|effect| state(effect.told)).collect()
    }

    /// The seconds between the codes of a session that the backend has heard.
    fn codes(&self, session: &str) -> Vec<i64> {
        let effects = self.stage.run.cloud().world.upstream_effects().remove(session).unwrap_or_default();
        let codes = effects.into_iter().filter(|effect| matches!(effect.told, Told::Qr { .. }));
        let times: Vec<_> = codes.map(|code| code.received_at).collect();
        times.windows(2).map(|pair| (pair[1] - pair[0]).num_seconds()).collect()
    }

    fn at_gateway(&self, session: &str) -> Option<SessionState> {
        self.stage.run.cloud().world.session(session).map(|view| view.state)
    }
}

#[test]
fn twenty_who_ask_at_once_get_one_session_and_another_after_its_stop() {
    for seed in [EVOLUTION, WAHA] {
        play_by(seed, BEGIN, async |scene| {
            let all = futures::future::join_all((0..20).map(|_| scene.start("7"))).await;
            assert!(all.iter().all(|session| *session == all[0]), "{all:?}");
            scene.scan(&all[0]).await;
            seconds(20).await;
            let stop = format!("/sessions/{}/stop", all[0]);
            scene.call("POST", &stop, scene.stage.client.operator(), None).await;
            assert_ne!(scene.start("7").await, all[0]);
            seconds(120).await;
            assert_eq!(scene.session_status(&all[0]).await, "stopped");
            assert_eq!(scene.at_gateway(&all[0]), None);
            assert_eq!(scene.heard(&all[0]).last().unwrap(), "stopped");
        });
    }
}

/// As after a function that died between the two.
#[test]
fn a_session_that_is_stopped_and_not_yet_closed_is_closed_in_minutes() {
    for seed in [EVOLUTION, WAHA] {
        play_by(seed, BEGIN, async |scene| {
            let session = scene.connected("7").await;
            let store = &scene.stage.store;
            let kept = store.session(session.parse().unwrap()).await.unwrap().unwrap();
            let mut stopped = kept.session.clone();
            assert!(stopped.stop("stop", scene.stage.run.now()));
            assert!(store.change_session(&kept, &stopped, &Attempt("died".to_owned())).await.unwrap());
            seconds(240).await;
            assert_eq!(scene.at_gateway(&session), None);
            assert_eq!(scene.heard(&session).last().unwrap(), "stopped");
            // And then it comes up no more.
            let kept = store.session(session.parse().unwrap()).await.unwrap().unwrap();
            assert_eq!(kept.not_before, None);
        });
    }
}

#[test]
fn a_logout_right_after_a_scan_is_none_and_one_half_a_minute_later_is_one() {
    play_by(EVOLUTION, BEGIN, async |scene| {
        let session = scene.start("7").await;
        scene.scan(&session).await;
        scene.falls(&session, 401);
        seconds(90).await;
        assert!(!scene.heard(&session).contains(&"logged_out".to_owned()), "{:?}", scene.heard(&session));
        // The phone is not linked there, so there is another code.
        assert_eq!(scene.session_status(&session).await, "waiting_for_scan");
        scene.scan(&session).await;
        seconds(40).await;
        scene.falls(&session, 401);
        seconds(20).await;
        assert_eq!(scene.session_status(&session).await, "logged_out");
        assert_eq!(scene.heard(&session).last().unwrap(), "logged_out");
    });
}

#[test]
fn a_session_whose_place_was_taken_is_not_connected_again() {
    play_by(EVOLUTION, BEGIN, async |scene| {
        let session = scene.connected("7").await;
        // The gateway would take the place back, and be thrown out again.
        let again = FaultKind::FallsAgain { milliseconds: 3_000, reason: 440 };
        scene.stage.run.cloud().world.set_fault(FaultRule::always(again));
        scene.falls(&session, 440);
        seconds(3_600).await;
        assert!(!matches!(scene.at_gateway(&session), Some(SessionState::Open | SessionState::Fallen)));
        let status = scene.session_status(&session).await;
        assert!(matches!(&*status, "looping" | "replaced" | "logged_out"), "{status}");
    });
}

#[test]
fn a_loop_is_broken_after_twenty_falls_told_once_and_ended_by_a_new_start() {
    for seed in [EVOLUTION, WAHA] {
        play_by(seed, BEGIN, async |scene| {
            let session = scene.connected("7").await;
            let world = &scene.stage.run.cloud().world;
            let rule = world.set_fault(FaultRule::always(FaultKind::FallsAgain { milliseconds: 8_000, reason: 428 }));
            scene.falls(&session, 428);
            seconds(1_800).await;
            assert_eq!(scene.session_status(&session).await, "looping");
            assert!(
                matches!(scene.at_gateway(&session), Some(SessionState::Stopped)),
                "{:?}",
                scene.at_gateway(&session)
            );
            let heard = scene.heard(&session);
            assert_eq!(heard.iter().filter(|state| *state == "looping").count(), 1, "{heard:?}");
            assert_eq!(heard.last().unwrap(), "looping");
            world.clear_fault(Some(rule));
            assert_eq!(scene.start("7").await, session);
            seconds(10).await;
            if seed == EVOLUTION {
                scene.scan(&session).await;
            }
            seconds(30).await;
            assert_eq!(scene.session_status(&session).await, "connected");
            assert_eq!(scene.heard(&session).last().unwrap(), "connected");
        });
    }
}

#[test]
fn codes_that_nobody_scans_come_slowly_and_end_in_a_word_of_their_own() {
    for seed in [EVOLUTION, WAHA] {
        play_by(seed, BEGIN, async |scene| {
            let session = scene.start("7").await;
            seconds(3_600).await;
            assert_eq!(scene.session_status(&session).await, "not_scanned");
            assert_eq!(scene.heard(&session).last().unwrap(), "not_scanned");
            let apart = scene.codes(&session);
            assert!(apart.len() >= 2 && apart.iter().all(|seconds| *seconds >= 29), "{apart:?}");
            // A start makes new ones.
            assert_eq!(scene.start("7").await, session);
            scene.scan(&session).await;
            seconds(30).await;
            assert_eq!(scene.session_status(&session).await, "connected");
        });
    }
}

#[test]
fn one_bad_item_costs_no_other_its_way_and_comes_again_when_it_is_mended() {
    play_by(EVOLUTION, BEGIN, async |scene| {
        let mut sessions = Vec::new();
        for user in 0..12 {
            sessions.push(scene.connected(&user.to_string()).await);
        }
        let world = &scene.stage.run.cloud().world;
        let bad = UpstreamRule { session: Some(sessions[5].clone()), ..UpstreamRule::always(UpstreamFault::BadItem) };
        let rule = world.set_upstream_fault(bad);
        world.storm(None, 401);
        // Of many webhooks at once some are refused, and come again.
        seconds(90).await;
        let last = |session: &String| scene.heard(session).last().cloned().unwrap();
        for (nth, session) in sessions.iter().enumerate() {
            let expected = if nth == 5 { "connected" } else { "logged_out" };
            assert_eq!(last(session), expected, "{nth}");
        }
        let dead = scene.stage.run.cloud().queues.depths();
        let dead = dead.iter().filter(|(queue, _)| queue.contains("DeadLetters")).map(|(_, depth)| depth.visible);
        assert_eq!(dead.sum::<usize>(), 1);
        world.clear_upstream_fault(Some(rule));
        // The operator redrives every half hour.
        seconds(3_600).await;
        assert_eq!(last(&sessions[5]), "logged_out");
    });
}

#[test]
fn news_outlive_a_crash_at_any_moment_and_are_heard_once() {
    for polls in 0..14 {
        play_by(EVOLUTION, BEGIN, async |scene| {
            let session = scene.connected("7").await;
            scene.stage.run.faults.crash(FORWARDER, [polls]);
            scene.falls(&session, 401);
            seconds(600).await;
            let heard = scene.heard(&session);
            assert_eq!(heard.last().unwrap(), "logged_out", "{polls}: {heard:?}");
            assert_eq!(heard.iter().filter(|state| *state == "logged_out").count(), 1, "{polls}: {heard:?}");
        });
    }
}

#[test]
fn a_storm_is_heard_of_each_session_and_once() {
    play_by(EVOLUTION, BEGIN, async |scene| {
        let mut sessions = Vec::new();
        for user in 0..15 {
            sessions.push(scene.start(&user.to_string()).await);
        }
        for session in &sessions {
            scene.scan(session).await;
        }
        seconds(60).await;
        let world = &scene.stage.run.cloud().world;
        assert_eq!(world.storm(None, 401), 15);
        // The laptop's API takes ten calls at once. The others come again, and again.
        seconds(400).await;
        for session in &sessions {
            let heard = scene.heard(session);
            assert_eq!(heard.iter().filter(|state| *state == "logged_out").count(), 1, "{session} {heard:?}");
            assert_eq!(heard.last().unwrap(), "logged_out", "{session} {heard:?}");
        }
    });
}

/// A window would bring few together, and would cost each of them a second.
#[test]
fn of_falls_that_come_close_together_the_first_two_are_told_at_once() {
    play_by(EVOLUTION, BEGIN, async |scene| {
        let mut sessions = Vec::new();
        for user in 0..4 {
            sessions.push(scene.connected(&user.to_string()).await);
        }
        for session in &sessions {
            scene.falls(session, 401);
            tokio::time::sleep(Duration::from_millis(200)).await;
        }
        seconds(10).await;
        let late = |session: &String| {
            let effects = scene.stage.run.cloud().world.upstream_effects().remove(session).unwrap();
            let last = effects.last().unwrap();
            assert!(matches!(&last.told, Told::Status { state, .. } if state == "logged_out"), "{last:?}");
            (last.received_at - last.at).num_milliseconds()
        };
        let ages: Vec<i64> = sessions.iter().map(late).collect();
        assert!(ages[..2].iter().all(|age| *age < 500), "{ages:?}");
        assert!((1_000..1_500).contains(&ages[2]) && (700..1_500).contains(&ages[3]), "{ages:?}");
    });
}

/// A session that brings nothing any more, though it says that it is connected.
#[test]
fn a_session_that_is_silent_against_its_habit_is_flagged_until_somebody_writes() {
    for seed in [EVOLUTION, WAHA] {
        play_by(seed, BEGIN, async |scene| {
            let session = scene.connected("7").await;
            let gateway = if seed == WAHA { "waha" } else { "evolution" };
            let asked = json!({
                "name": "Shop", "country": "BR", "locale": "pt-BR", "currency": "BRL", "timezone": "America/Sao_Paulo",
                "owners": [{"name": "Rui", "phone": "5511990000001"}],
                "senders": [{"gateway": gateway, "address": session,
                             "credentials": {"api_key": "k", "webhook_secret": "s"}}],
            });
            let told = scene.call("POST", "/api/businesses", scene.stage.client.operator(), Some(asked)).await;
            let id = |value: &Value| value.as_str().unwrap().parse().unwrap();
            let (business, sender) =
                (domain::BusinessId(id(&told["business_id"])), domain::SenderId(id(&told["senders"][0]["sender_id"])));
            let heard_at = scene.stage.run.now() - TimeDelta::hours(30);
            let pulse = Pulse {
                since: heard_at - TimeDelta::days(30),
                heard_at,
                period_since: heard_at - TimeDelta::days(3),
                longest: 13 * 3_600,
                longest_before: 12 * 3_600,
            };
            scene.stage.store.note_pulse(business, sender, &pulse, &Attempt("habit".to_owned())).await.unwrap();
            assert_eq!(scene.session(&session).await["silent_since"], Value::Null);
            // A connected session is looked at every six hours.
            seconds(6 * 3_600 + 120).await;
            let silent = scene.session(&session).await;
            assert_eq!(silent["status"], "connected");
            assert_eq!(silent["silent_since"].as_str().unwrap().get(..16), heard_at.to_rfc3339().get(..16), "{silent}");
            let hello =
                Inbound { sender: session.clone(), phone: PHONE.into(), text: "Oi".into(), ..Inbound::default() };
            scene.stage.run.cloud().world.inbound(&hello).unwrap();
            seconds(16 * 60).await;
            assert_eq!(scene.session(&session).await["silent_since"], Value::Null);
        });
    }
}
