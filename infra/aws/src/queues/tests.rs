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

/// What a test knows of a message it sent.
struct Known {
    id: String,
    group: u8,
    visible_at: DateTime<Utc>,
    receives: u32,
    handle: Option<String>,
}

const MAX_RECEIVES: u32 = 3;

/// Any mix of requests, held against a plain list of what was sent.
#[tokio::test(start_paused = true)]
async fn no_message_is_lost_early_late_or_out_of_order() {
    for (seed, name) in (0..120).zip(["q", "q.fifo"].iter().cycle()) {
        let (queues, clock) = queues();
        let fifo = name.ends_with(".fifo");
        let redrive = Some(Redrive { dead_letters: "dead".to_owned(), max_receives: MAX_RECEIVES });
        queues.create(QueueConfig { redrive, content_deduplication: fifo, ..QueueConfig::new(*name) }).unwrap();
        let dead = QueueConfig { name: "dead".to_owned(), ..QueueConfig::new(*name) };
        queues.create(QueueConfig { fifo: false, ..dead }).unwrap();
        let mut rng = fastrand::Rng::with_seed(seed);
        let (mut alive, mut died): (Vec<Known>, usize) = (Vec::new(), 0);
        for step in 0..150 {
            let now = clock.now();
            let failed = |known: &Known| known.receives >= MAX_RECEIVES && known.visible_at <= now;
            died += alive.iter().filter(|known| failed(known)).count();
            alive.retain(|known| !failed(known));
            match rng.u8(0..10) {
                0..=2 => {
                    let (group, delay) = (rng.u8(0..3), if fifo { 0 } else { rng.i64(0..4) });
                    let message = NewMessage {
                        group: (fifo || rng.bool()).then(|| group.to_string()),
                        delay: Some(delay),
                        ..NewMessage::text(step.to_string())
                    };
                    let id = queues.send(name, message).unwrap().message_id;
                    let visible_at = now + TimeDelta::seconds(delay);
                    alive.push(Known { id, group, visible_at, receives: 0, handle: None });
                }
                3..=5 => {
                    let (most, hide) = (rng.usize(1..5), rng.i64(1..4));
                    let received = queues.receive(name, most, Some(hide)).unwrap();
                    let is_busy = |known: &Known| known.visible_at > now && known.receives > 0;
                    let free = |group: u8| !alive.iter().any(|known| known.group == group && is_busy(known));
                    let can = alive.iter().filter(|known| known.visible_at <= now && (!fifo || free(known.group)));
                    assert_eq!(received.len(), can.count().min(most), "seed {seed}: all that can be had, up to {most}");
                    for received in &received {
                        let index = alive.iter().position(|known| known.id == received.message.message_id).unwrap();
                        let group = alive[index].group;
                        let earlier = alive[..index].iter().filter(|known| fifo && known.group == group);
                        assert!(earlier.cloned_ids().all(|id| bodies_ids(&received_before(&id, &alive), &id)), "seed {seed}");
                        let known = &mut alive[index];
                        assert!(known.visible_at <= now, "seed {seed}: early");
                        known.receives += 1;
                        assert_eq!(received.message.receive_count, known.receives, "seed {seed}");
                        known.visible_at = now + TimeDelta::seconds(hide);
                        known.handle = Some(received.receipt_handle.clone());
                    }
                }
                _ => {}
            }
            let _ = died;
        }
    }
}
