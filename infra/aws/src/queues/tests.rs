use std::time::Duration;

use super::*;
use crate::observe::Unobserved;

fn queues() -> (Queues, Clock) {
    let clock = Clock::starting_at("2026-11-21T12:00:00Z".parse().unwrap());
    (Queues::new(clock.clone(), fastrand::Rng::with_seed(3), Arc::new(Unobserved)), clock)
}

fn grouped(body: &str, group: &str) -> NewMessage {
    NewMessage { group: Some(group.to_owned()), ..NewMessage::text(body) }
}

fn bodies(received: &[Received]) -> Vec<&str> {
    received.iter().map(|received| received.message.body.as_str()).collect()
}

/// The facts that a test keeps of a message it sent.
struct Known {
    id: String,
    group: Option<String>,
    visible_at: DateTime<Utc>,
    receives: u32,
    handle: Option<String>,
}

impl Known {
    fn in_flight(&self, now: DateTime<Utc>) -> bool {
        self.receives > 0 && self.visible_at > now
    }
}

/// Any mix of requests, held against a plain list of what was sent.
#[tokio::test(start_paused = true)]
async fn no_message_is_lost_doubled_early_or_out_of_order() {
    const MAX_RECEIVES: u32 = 3;
    for (seed, name) in (0..40).zip(["q", "q.fifo"].iter().cycle()) {
        let (queues, clock) = queues();
        let fifo = name.ends_with(".fifo");
        let redrive = Some(Redrive { dead_letters: "dead".to_owned(), max_receives: MAX_RECEIVES });
        queues.create(QueueConfig { redrive, content_deduplication: fifo, ..QueueConfig::new(*name) }).unwrap();
        queues.create(QueueConfig::new("dead")).unwrap();
        let mut rng = fastrand::Rng::with_seed(seed);
        let (mut alive, mut dead) = (Vec::<Known>::new(), 0);
        for step in 0..100 {
            let now = clock.now();
            let before = alive.len();
            alive.retain(|known| known.receives < MAX_RECEIVES || known.visible_at > now);
            dead += before - alive.len();

            let chosen = rng.usize(0..alive.len().max(1));
            match rng.u8(0..10) {
                0..=2 => {
                    let (group, delay) = (rng.u8(0..3).to_string(), if fifo { 0 } else { rng.i64(0..4) });
                    let group = Some(group).filter(|_| fifo || rng.bool());
                    let body = NewMessage::text(step.to_string());
                    let message = NewMessage { group: group.clone(), delay: Some(delay), ..body };
                    let id = queues.send(name, message).unwrap().message_id;
                    let visible_at = now + TimeDelta::seconds(delay);
                    alive.push(Known { id, group, visible_at, receives: 0, handle: None });
                }
                3..=5 => {
                    let (most, hide) = (rng.usize(1..5), rng.i64(1..4));
                    let received = queues.receive(name, most, Some(hide)).unwrap();
                    let busy: Vec<_> = alive.iter().filter(|known| known.in_flight(now)).collect();
                    let free = |known: &&Known| !fifo || !busy.iter().any(|busy| busy.group == known.group);
                    let can: Vec<_> = alive.iter().filter(|known| known.visible_at <= now).filter(free).collect();
                    assert_eq!(received.len(), can.len().min(most), "seed {seed}: all that can be had");
                    for Received { message, .. } in received.iter().filter(|_| fifo) {
                        let of_group =
                            |id: &&str| can.iter().any(|known| known.id == *id && known.group == message.group);
                        let got: Vec<&str> = received.iter().map(|one| one.message.message_id.as_str()).collect();
                        let got: Vec<&str> = got.into_iter().filter(of_group).collect();
                        let sent =
                            can.iter().filter(|known| known.group == message.group).map(|known| known.id.as_str());
                        assert!(sent.take(got.len()).eq(got.iter().copied()), "seed {seed}: order");
                    }
                    for Received { message, receipt_handle } in received {
                        let known = alive.iter_mut().find(|known| known.id == message.message_id).unwrap();
                        assert!(known.visible_at <= now, "seed {seed}: hidden");
                        known.receives += 1;
                        assert_eq!(message.receive_count, known.receives, "seed {seed}");
                        known.visible_at = now + TimeDelta::seconds(hide);
                        known.handle = Some(receipt_handle);
                    }
                }
                6 => {
                    if let Some(handle) = alive.get(chosen).and_then(|known| known.handle.clone()) {
                        let allowed = !fifo || alive[chosen].in_flight(now);
                        assert_eq!(queues.delete(name, &handle).is_ok(), allowed, "seed {seed}");
                        if allowed {
                            alive.remove(chosen);
                        }
                        assert!(queues.delete(name, &handle).is_ok() || !allowed, "to delete twice is no error");
                    }
                }
                7 => {
                    if let Some(known) = alive.get_mut(chosen)
                        && let Some(handle) = &known.handle
                    {
                        let (seconds, in_flight) = (rng.i64(0..5), known.in_flight(now));
                        assert_eq!(queues.change_visibility(name, handle, seconds).is_ok(), in_flight, "seed {seed}");
                        if in_flight {
                            known.visible_at = now + TimeDelta::seconds(seconds);
                        }
                    }
                }
                8 => {
                    let dump = serde_json::to_string(&queues.dump()).unwrap();
                    for name in queues.names() {
                        queues.purge(&name).unwrap();
                    }
                    queues.restore(serde_json::from_str(&dump).unwrap());
                }
                _ => clock.advance(Duration::from_millis(rng.u64(500..2_000))),
            }
        }
        let now = clock.now();
        let before = alive.len();
        alive.retain(|known| known.receives < MAX_RECEIVES || known.visible_at > now);
        dead += before - alive.len();
        let (depth, in_flight) = (queues.depths(), alive.iter().filter(|known| known.in_flight(now)).count());
        assert_eq!((depth["dead"].visible, depth[*name].in_flight), (dead, in_flight), "seed {seed}");
        assert_eq!(depth[*name].visible + depth[*name].delayed + in_flight, alive.len(), "seed {seed}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_noisy_tenant_delays_nobody() {
    let (queues, _) = queues();
    queues.create(QueueConfig::new("q")).unwrap();
    for number in 0..50 {
        queues.send("q", grouped(&format!("noisy {number}"), "noisy")).unwrap();
    }
    let first = queues.receive("q", 10, None).unwrap();
    assert_eq!(bodies(&first)[..2], ["noisy 0", "noisy 1"], "alone it is served in order");
    for tenant in ["a", "b"] {
        for number in 0..2 {
            queues.send("q", grouped(&format!("{tenant} {number}"), tenant)).unwrap();
        }
    }
    queues.send("q", NewMessage::text("nobody's")).unwrap();
    // The others first, in turn, until each has as many in flight as the noisy one.
    let next = queues.receive("q", 6, None).unwrap();
    assert_eq!(bodies(&next), ["a 0", "b 0", "nobody's", "a 1", "b 1", "noisy 10"]);

    // With one consumer nobody has anything in flight, and they still take turns.
    for received in first.iter().chain(&next) {
        queues.delete("q", &received.receipt_handle).unwrap();
    }
    queues.send("q", grouped("c 0", "c")).unwrap();
    queues.send("q", grouped("c 1", "c")).unwrap();
    let mut served = Vec::new();
    for _ in 0..5 {
        let received = queues.receive("q", 1, None).unwrap().remove(0);
        queues.delete("q", &received.receipt_handle).unwrap();
        served.push(received.message.body);
    }
    assert_eq!(served, ["noisy 11", "c 0", "noisy 12", "c 1", "noisy 13"]);
}

#[tokio::test(start_paused = true)]
async fn dead_letters_go_back_as_new_messages() {
    let (queues, clock) = queues();
    queues.create(QueueConfig::new("dead")).unwrap();
    let redrive = Some(Redrive { dead_letters: "dead".to_owned(), max_receives: 1 });
    queues.create(QueueConfig { redrive, ..QueueConfig::new("q") }).unwrap();
    let id = queues.send("q", grouped("m", "g")).unwrap().message_id;
    queues.receive("q", 1, Some(60)).unwrap();

    // A consumer that waits at the dead letters is woken when a message arrives, by any way.
    let waiting = clock.now() + TimeDelta::seconds(600);
    assert!(queues.wait("dead", waiting).await.unwrap());
    assert_eq!((clock.now() - TimeDelta::seconds(60)).to_rfc3339(), "2026-11-21T12:00:00+00:00");
    assert_eq!(queues.peek("dead", 10).unwrap()[0].message.failed_in.as_deref(), Some("q"));

    queues.send("dead", NewMessage::text("put here by hand")).unwrap();
    assert_eq!(queues.redrive("dead", None), Ok(1));
    let back = queues.receive("q", 10, None).unwrap().remove(0).message;
    assert_eq!((back.body.as_str(), back.receive_count, back.sent_at), ("m", 1, clock.now()));
    assert_ne!(back.message_id, id);
    assert_eq!(queues.depths()["dead"].visible, 1, "what has nowhere to go stays");
    assert_eq!(queues.redrive("dead", Some("q")), Ok(1));
    assert_eq!(queues.redrive("q", None).unwrap_err().code, "InvalidParameterValue");
    assert_eq!(queues.redrive("none", None).unwrap_err().code, "ResourceNotFoundException");
}

#[tokio::test(start_paused = true)]
async fn an_old_message_is_forgotten_and_repeats_are_new_after_five_minutes() {
    let (queues, clock) = queues();
    let config = QueueConfig::new("q.fifo");
    queues.create(QueueConfig { content_deduplication: true, retention: 600, ..config }).unwrap();
    let first = queues.send("q.fifo", grouped("m", "g")).unwrap();
    clock.advance(Duration::from_secs(299));
    assert_eq!(queues.send("q.fifo", grouped("m", "other")).unwrap().message_id, first.message_id);
    clock.advance(Duration::from_secs(1));
    assert_ne!(queues.send("q.fifo", grouped("m", "g")).unwrap().message_id, first.message_id);
    assert_eq!(queues.depths()["q.fifo"].visible, 2);
    clock.advance(Duration::from_secs(300));
    assert_eq!(queues.depths()["q.fifo"].visible, 1);
}

#[tokio::test(start_paused = true)]
async fn a_fault_strikes_as_often_as_asked() {
    let (queues, _) = queues();
    queues.create(QueueConfig::new("q")).unwrap();
    queues.inject("q", QueueFault::DeliverTwice, 1);
    queues.inject("q", QueueFault::LoseDelete, 1);
    queues.send("q", NewMessage::text("m")).unwrap();
    let twice = [queues.receive("q", 1, None).unwrap(), queues.receive("q", 1, None).unwrap()];
    assert!(twice.iter().all(|received| received.len() == 1));
    assert!(queues.receive("q", 1, None).unwrap().is_empty());
    let handle = &twice[1][0].receipt_handle;
    queues.delete("q", handle).unwrap();
    assert_eq!(queues.depths()["q"].in_flight, 1);
    queues.delete("q", handle).unwrap();
    assert_eq!(queues.depths()["q"], Depth::default());
}
