//! The runner of a campaign: each person gets the text once, at the sender's pace, whatever ends the runner.

use super::{Scene, SceneBusiness, play};
use aws::queues::{NewMessage, QueueFault};
use chrono::{DateTime, TimeDelta, Utc};
use domain::{
    Attempt, Audience, BusinessId, Campaign, CampaignId, Chunk, Counted, Customer, CustomerId, Phone, Profile,
    Progress, Segment, Status, Wording,
};
use serde_json::json;
use std::collections::BTreeMap;
use std::time::Duration;
use uuid::Uuid;

pub(super) const FUNCTION: &str = "SendMessageFunction";
const OWNER: &str = "5511990000001";

/// A campaign whose audience is frozen.
pub(super) struct Frozen {
    pub(super) business: BusinessId,
    pub(super) id: CampaignId,
    people: usize,
    chunks: u32,
}

pub(super) fn token(name: impl ToString) -> Attempt {
    Attempt(name.to_string())
}

pub(super) fn phone(nth: usize) -> String {
    format!("573001{nth:06}")
}

pub(super) fn customer(nth: usize) -> CustomerId {
    CustomerId(Uuid::from_u128(0x0198_0000_0000_7000_8000_0000_0000_0000 + nth as u128))
}

async fn open(scene: &Scene, per_minute: u32) -> SceneBusiness {
    let sender = json!({"gateway": "whapi", "address": "CHANNEL-1", "messages_per_minute": per_minute,
                        "credentials": {"token": "t1", "webhook_secret": "s"}});
    scene.open_with(1, "America/Bogota", sender).await
}

/// So many customers.
pub(super) async fn register(scene: &Scene, business: &SceneBusiness, people: usize) {
    let (store, now) = (&scene.stage.store, scene.stage.run.now());
    let of: BusinessId = business.id.parse().unwrap();
    for nth in 0..people {
        let profile = Profile { name: Some("Ana".to_owned()), ..Profile::default() };
        let phone = Phone::parse(&format!("+{}", phone(nth)), None).unwrap();
        // Nobody is asked for missing fields.
        let fresh = Customer { wrote_first: true, ..Customer::new(customer(nth), Some(phone), &profile, now) };
        store.register(of, &fresh, &profile, &token(nth)).await.unwrap();
    }
}

/// A campaign to so many people, in chunks of a size, and its runner.
async fn start(scene: &Scene, business: &SceneBusiness, people: usize, size: usize) -> Frozen {
    register(scene, business, people).await;
    let frozen = freeze(scene, business, people, size, Wording::Message("Hola {{name}}!".to_owned())).await;
    frozen.run(scene, 1);
    frozen
}

/// The same, of people who are registered, without its runner.
pub(super) async fn freeze(
    scene: &Scene,
    business: &SceneBusiness,
    people: usize,
    size: usize,
    wording: Wording,
) -> Frozen {
    let (store, now) = (&scene.stage.store, scene.stage.run.now());
    let of: BusinessId = business.id.parse().unwrap();
    let all: Vec<CustomerId> = (0..people).map(customer).collect();
    let chunks: Vec<Chunk> =
        all.chunks(size).map(|part| Chunk { recipients: part.to_vec(), ..Chunk::default() }).collect();
    let count = u32::try_from(chunks.len()).unwrap();
    let counted = Counted { recipients: people as u64, ..Counted::default() };
    let started = Progress::new(None).start(now).unwrap().take_freeze(now, now);
    let campaign = Campaign {
        campaign_id: "spring".parse().unwrap(),
        business_id: of,
        name: "Spring".to_owned(),
        audience: Audience::Segment(Segment::All),
        wording,
        start_at: None,
        holdout: 0,
        created_at: now,
        progress: started.froze(count, counted, None, now).run(now),
    };
    store.create_campaign(&campaign, &token("campaign")).await.unwrap();
    store.put_chunks(of, &campaign.campaign_id, 0, &chunks, now).await.unwrap();
    Frozen { business: of, id: campaign.campaign_id, people, chunks: count }
}

impl Frozen {
    /// A runner of an epoch, from the first chunk on.
    pub(super) fn run(&self, scene: &Scene, epoch: u32) {
        let task = json!({"v": 1, "type": "send_campaign", "business_id": self.business, "campaign_id": self.id,
                          "chunk": 0, "epoch": epoch});
        let cloud = scene.stage.run.cloud();
        cloud.queues.send(queue(scene), NewMessage::text(task.to_string())).unwrap();
    }

    pub(super) async fn progress(&self, scene: &Scene) -> Progress {
        scene.stage.store.campaign_progress(self.business, &self.id).await.unwrap().unwrap().record
    }

    async fn move_by(&self, scene: &Scene, name: &str, by: impl Fn(&Progress) -> Option<Progress>) {
        let moved = scene.stage.store.move_campaign_by(self.business, &self.id, by, &token(name)).await.unwrap();
        assert!(moved.is_some(), "{name}");
    }

    /// The messages of the chunks that are done, by status.
    async fn counts(&self, scene: &Scene) -> BTreeMap<Status, u64> {
        let ends = scene.stage.store.chunk_ends(self.business, &self.id, self.chunks).await.unwrap();
        let mut counts = BTreeMap::new();
        for (status, count) in ends.into_iter().flat_map(|end| end.counts) {
            *counts.entry(status).or_default() += count;
        }
        counts
    }

    /// The messages as they now are, by status.
    pub(super) async fn messages(&self, scene: &Scene) -> BTreeMap<Status, usize> {
        let ids: Vec<_> = (0..self.people).map(|nth| domain::MessageId::campaign(&self.id, customer(nth))).collect();
        let mut counts = BTreeMap::new();
        for message in scene.stage.store.messages(self.business, &ids).await.unwrap() {
            *counts.entry(message.status).or_default() += 1;
        }
        counts
    }

    /// When each person got something, in order of time; nobody twice. What the owner is told is not among it.
    pub(super) fn times(&self, scene: &Scene) -> Vec<DateTime<Utc>> {
        let mut sent = scene.stage.run.cloud().world.sent();
        sent.retain(|it| it.to != OWNER);
        let mut people: Vec<&str> = sent.iter().map(|it| it.to.as_str()).collect();
        let all = people.len();
        people.sort_unstable();
        people.dedup();
        assert_eq!(people.len(), all, "somebody twice");
        let mut times: Vec<_> = sent.iter().map(|it| it.arrived_at).collect();
        times.sort_unstable();
        times
    }
}

pub(super) fn queue(scene: &Scene) -> &str {
    scene.stage.run.cloud().read.iter().find(|queue| queue.contains("SendCampaign")).unwrap()
}

pub(super) async fn seconds(seconds: u64) {
    tokio::time::sleep(Duration::from_secs(seconds)).await;
}

/// The most in any window.
pub(super) fn most_in(window: TimeDelta, times: &[DateTime<Utc>]) -> usize {
    let ends = times.iter().map(|start| times.partition_point(|at| *at < *start + window));
    ends.enumerate().map(|(start, end)| end - start).max().unwrap_or(0)
}

#[test]
fn everybody_gets_it_once_at_the_pace_and_the_chunks_are_counted() {
    play("2026-11-25T15:00:00Z", async |scene| {
        let business = open(scene, 600).await;
        let frozen = start(scene, &business, 120, 30).await;
        seconds(60).await;
        let times = frozen.times(scene);
        assert_eq!(times.len(), 120);
        // At 0.97 of ten a second.
        let took = *times.last().unwrap() - times[0];
        assert!((12_200..12_900).contains(&took.num_milliseconds()), "{took}");
        assert!(most_in(TimeDelta::seconds(60), &times) <= 600);
        let progress = frozen.progress(scene).await;
        assert_eq!((progress.done, progress.chunks), (4, 4));
        assert_eq!(frozen.counts(scene).await.values().sum::<u64>(), 120);
        assert!(!frozen.counts(scene).await.contains_key(&Status::Pending));
    });
}

#[test]
fn a_slow_campaign_goes_on_from_delivery_to_delivery() {
    play("2026-11-25T15:00:00Z", async |scene| {
        let business = open(scene, 20).await;
        let frozen = start(scene, &business, 40, 10).await;
        seconds(130).await;
        let times = frozen.times(scene);
        assert_eq!(times.len(), 40);
        let took = *times.last().unwrap() - times[0];
        // 39 intervals of 3.093 s.
        assert!((120..=125).contains(&took.num_seconds()), "{took}");
        assert!(most_in(TimeDelta::seconds(60), &times) <= 20);
        assert_eq!(frozen.progress(scene).await.done, 4);
    });
}

/// Two runners waste slots, and one of them ends with the chunk: the campaign is soon at its pace again.
#[test]
fn a_task_that_comes_twice_sends_nothing_twice() {
    play("2026-11-25T15:00:00Z", async |scene| {
        let business = open(scene, 20).await;
        scene.stage.run.cloud().queues.inject(queue(scene), QueueFault::DeliverTwice, 1);
        let frozen = start(scene, &business, 60, 10).await;
        seconds(60 * 3 + 40).await;
        let times = frozen.times(scene);
        assert_eq!((times.len(), frozen.progress(scene).await.done), (60, 6));
        assert!(most_in(TimeDelta::seconds(60), &times) <= 20);
    });
}

/// Killed at many moments, again and again: nobody twice, and nobody lost. What became of those who were being written to
/// is unknown, and policy ends them: never silently a second time.
#[test]
fn a_runner_that_is_killed_writes_to_nobody_twice_and_loses_nobody() {
    for polls in [[3, 40, 90], [1, 200, 400], [150, 151, 152], [700, 20, 60], [1_100, 1_300, 5]] {
        play("2026-11-25T15:00:00Z", async |scene| {
            let business = open(scene, 600).await;
            scene.stage.run.faults.crash(FUNCTION, polls);
            let frozen = start(scene, &business, 100, 25).await;
            // Three visibilities, and the wait for evidence.
            seconds(3 * 360 + 60).await;
            assert_eq!(frozen.progress(scene).await.done, 4, "{polls:?}");
            seconds(1_800).await;
            let times = frozen.times(scene);
            let messages = frozen.messages(scene).await;
            assert_eq!(messages.values().sum::<usize>(), 100, "{polls:?}: {messages:?}");
            let lost = messages.get(&Status::Failed).copied().unwrap_or(0);
            let arrived: usize = messages.iter().filter(|(status, _)| **status != Status::Failed).map(|(_, n)| n).sum();
            assert!(messages.keys().all(|status| status.is_settled()), "{polls:?}: {messages:?}");
            // Of Whapi's the chat tells what became of it.
            assert!(times.len() == arrived && lost <= 3 * 4, "{polls:?}: {messages:?}, {} got it", times.len());
        });
    }
}

#[test]
fn a_campaign_that_is_paused_sends_nothing_after_five_seconds_and_goes_on_where_it_was() {
    play("2026-11-25T15:00:00Z", async |scene| {
        let business = open(scene, 600).await;
        let frozen = start(scene, &business, 200, 50).await;
        seconds(6).await;
        frozen.move_by(scene, "pause", |it| it.pause("asked: ...".to_owned())).await;
        let paused_at = scene.stage.run.now();
        seconds(300).await;
        let before = frozen.times(scene);
        assert!(before.len() < 110, "{}", before.len());
        assert!(*before.last().unwrap() < paused_at + TimeDelta::seconds(5));
        let now = scene.stage.run.now();
        frozen.move_by(scene, "resume", |it| it.resume(None, now).map(|it| it.run(now))).await;
        frozen.run(scene, frozen.progress(scene).await.epoch);
        // The runner of before comes again too.
        frozen.run(scene, 1);
        seconds(60).await;
        assert_eq!(frozen.times(scene).len(), 200);
        assert_eq!(frozen.progress(scene).await.done, 4);
    });
}

/// The runner dies, and before its task comes again the campaign is cancelled: what became of the claims is found out all
/// the same.
#[test]
fn a_campaign_that_is_cancelled_sends_nothing_more_and_leaves_nothing_held() {
    let held_some = std::cell::Cell::new(0);
    for polls in [310, 320, 330, 340] {
        play("2026-11-25T15:00:00Z", async |scene| {
            let business = open(scene, 600).await;
            scene.stage.run.faults.crash(FUNCTION, [polls]);
            let frozen = start(scene, &business, 200, 50).await;
            seconds(20).await;
            let held = frozen.messages(scene).await.contains_key(&Status::Sending);
            held_some.set(held_some.get() + u32::from(held));
            let now = scene.stage.run.now();
            frozen.move_by(scene, "cancel", |it| it.cancel("asked: ...".to_owned(), now)).await;
            let sent = frozen.times(scene).len();
            seconds(3_600).await;
            assert_eq!(frozen.times(scene).len(), sent);
            let messages = frozen.messages(scene).await;
            assert!(messages.keys().all(|status| status.is_settled()), "{messages:?}");
        });
    }
    assert!(held_some.get() > 0, "it never died with a claim");
}
