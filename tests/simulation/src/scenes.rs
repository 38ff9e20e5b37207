//! Days that are told one by one: what happens around nine o'clock, where the days are odd. Nothing goes wrong in them but
//! what they are about.

mod addresses;
mod assistant;
mod attention;
mod backlog;
mod best_hour;
mod bookings;
mod campaigns;
mod cases;
mod conversation;
mod diary;
mod examples;
mod farewells;
mod handover;
mod hostile;
mod imports;
mod later;
mod owners;
mod paced;
mod people;
mod privacy;
mod proposals;
mod purchases;
mod reminders;
mod reports;
mod restored;
mod returns;
mod reviews;
mod runner;
mod search;
mod senders;
mod sessions;
mod settling;
mod slow;
mod sync;
mod things;
mod voice;
mod webhooks;

use crate::faults::Fault;
use crate::options::Options;
use crate::stage::Stage;
use aws::queues::{NewMessage, QueueFault};
use chrono::{DateTime, TimeDelta, Utc};
use domain::AutomationName;
use serde_json::{Value, json};
use std::time::Duration;
use strum::IntoEnumIterator;
use tokio::task::LocalSet;
use world::{FaultKind, FaultRule};

/// A business with a sender, in a zone.
struct SceneBusiness {
    id: String,
    key: String,
    sender: String,
    address: String,
    /// The request that made it, and the answer: what its gateway is told of it.
    made: (Value, Value),
}

/// The fault of an outage: nothing is done by its hour.
const OUTAGE: Fault = Fault::RuleSilent;

/// A stage on which a scene is played.
struct Scene {
    stage: Stage,
}

/// Plays a scene that begins at a time, UTC.
fn play(begin: &str, scene: impl AsyncFnOnce(&Scene)) {
    // A seed whose backstop is the usual one.
    play_by(2, begin, scene);
}

/// The same, with what the seed decides.
fn play_by(seed: u64, begin: &str, scene: impl AsyncFnOnce(&Scene)) {
    let start = Some(begin.parse().unwrap());
    let without = Fault::iter().filter(|fault| *fault != OUTAGE).collect();
    let options = Options { seed, start, without, sessions: true, ..Options::default() };
    let runtime = tokio::runtime::Builder::new_current_thread().enable_time().start_paused(true).build().unwrap();
    LocalSet::new().block_on(&runtime, async {
        let stage = Stage::set(&options).unwrap();
        let run = stage.run.clone();
        scene(&Scene { stage }).await;
        assert_eq!(run.history().forbidden, [] as [&str; 0]);
    });
}

impl Scene {
    async fn call(&self, method: &str, path: &str, key: &str, body: Option<Value>) -> Value {
        self.stage.client.must(method, path, key, body.as_ref()).await.unwrap()
    }

    /// Opens a business that writes by Whapi at any hour.
    async fn open(&self, nth: u64, zone: &str) -> SceneBusiness {
        self.open_in(nth, "es", zone).await
    }

    /// The same, in a language.
    async fn open_in(&self, nth: u64, locale: &str, zone: &str) -> SceneBusiness {
        let sender = json!({"gateway": "whapi", "address": format!("CHANNEL-{nth}"), "messages_per_minute": 600,
                            "credentials": {"token": format!("t{nth}"), "webhook_secret": "s"}});
        self.open_with_locale(nth, locale, zone, sender).await
    }

    async fn open_with(&self, nth: u64, zone: &str, sender: Value) -> SceneBusiness {
        self.open_with_locale(nth, "es", zone, sender).await
    }

    async fn open_with_locale(&self, nth: u64, locale: &str, zone: &str, sender: Value) -> SceneBusiness {
        self.open_as(json!({
            "name": format!("Shop {nth}"), "country": "BR", "locale": locale, "currency": "BRL", "timezone": zone,
            "owners": [{"name": "Rui", "phone": format!("5511990000{nth:03}")}],
            "senders": [sender],
            "settings": {"quiet_from": "00:00", "quiet_until": "00:00"},
        }))
        .await
    }

    /// Opens a business with one sender, as the operator asks for it.
    async fn open_as(&self, asked: Value) -> SceneBusiness {
        let operator = self.stage.client.operator();
        let told = self.call("POST", "/api/businesses", operator, Some(asked.clone())).await;
        local::connect(&self.stage.run.cloud().world, &asked, &told);
        let id = told["business_id"].as_str().unwrap().to_owned();
        let key = self.call("POST", &format!("/api/businesses/{id}/keys"), operator, Some(json!({"label": "x"}))).await;
        // A scene that is not about it is told nothing of its day.
        let off = Some(json!({"enabled": false}));
        let key = key["key"].as_str().unwrap().to_owned();
        self.call("PUT", "/api/automations/daily-summary", &key, off).await;
        let of_sender = |name: &str| told["senders"][0][name].as_str().unwrap().to_owned();
        let (sender, address) = (of_sender("sender_id"), of_sender("address"));
        SceneBusiness { key, id, sender, address, made: (asked, told) }
    }

    /// Registers a customer of whom nothing is missing.
    async fn register(&self, business: &SceneBusiness, phone: &str, birthday: &str, pets: Value) {
        let body = json!({"phone": phone, "name": "Ana", "email": "ana@example.com", "birthday": birthday,
                          "gender": "female", "city": "Santos", "marketing_consent": true, "pets": pets});
        self.call("POST", "/api/customers", &business.key, Some(body)).await;
    }

    async fn change(&self, business: &SceneBusiness, phone: &str, change: Value) {
        self.call("PATCH", &format!("/api/customers/{phone}"), &business.key, Some(change)).await;
    }

    /// Customers are inactive after so many days. An idle month takes long.
    async fn inactive_after(&self, business: &SceneBusiness, days: u16) {
        let change = json!({"settings": {"inactive_days": days}});
        self.call("PATCH", &format!("/api/businesses/{}", business.id), &business.key, Some(change)).await;
    }

    async fn automation(&self, business: &SceneBusiness, name: &str, change: Value) -> Value {
        self.call("PUT", &format!("/api/automations/{name}"), &business.key, Some(change)).await
    }

    async fn until(&self, time: &str) {
        let at: DateTime<Utc> = time.parse().unwrap();
        tokio::time::sleep((at - self.stage.run.now()).to_std().unwrap()).await;
    }

    /// For so long no rule fires.
    async fn outage(&self, hours: u64) {
        let run = &self.stage.run;
        run.faults.begin(&run.cloud().world);
        run.faults.set(OUTAGE, true);
        tokio::time::sleep(Duration::from_secs(hours * 3_600)).await;
        run.faults.set(OUTAGE, false);
        run.faults.end(&run.cloud().world);
    }

    /// The texts that a person got from a business, as time and first words, in order.
    fn got(&self, business: &SceneBusiness, phone: &str) -> Vec<(DateTime<Utc>, String)> {
        let sent = self.stage.run.cloud().world.sent();
        let mine = sent.into_iter().filter(|it| it.sender == business.address && it.to == phone);
        mine.map(|it| (it.arrived_at, it.text)).collect()
    }

    /// The minutes in which a person got something.
    fn minutes(&self, business: &SceneBusiness, phone: &str) -> Vec<String> {
        self.got(business, phone).iter().map(|(at, _)| at.format("%m-%dT%H:%M").to_string()).collect()
    }
}

const ANA: &str = "5511987654321";
const BIA: &str = "5511987654322";

/// The gateway says to come again in a day, and the queue delivers the task twice.
#[test]
fn a_day_to_wait_is_a_day_whoever_brings_the_task() {
    play("2026-11-25T12:00:00Z", async |scene| {
        let sender = json!({
            "gateway": "cloud_api", "address": "15550000000",
            "credentials": {"access_token": "t", "app_secret": "s", "verify_token": "v"},
            "templates": {"offer": {"name": "offer", "language": "es", "variables": ["name"]}},
        });
        let business = scene.open_with(1, "America/Sao_Paulo", sender).await;
        scene.register(&business, ANA, "--03-01", json!([])).await;
        let cloud = scene.stage.run.cloud();
        cloud.world.set_fault(FaultRule::times(FaultKind::ErrorCode { code: 131_049 }, 1));
        let queue = cloud.read.iter().find(|queue| queue.contains("SendTransactional")).unwrap();
        cloud.queues.inject(queue, QueueFault::DeliverTwice, 1);
        let message = json!({"phone": ANA, "kind": "transactional",
                             "template": {"name": "offer", "variables": {"name": "Ana"}}});
        scene.call("POST", "/api/messages", &business.key, Some(message)).await;
        scene.until("2026-11-26T11:59:00Z").await;
        assert_eq!(scene.minutes(&business, ANA), [] as [&str; 0]);
        scene.until("2026-11-26T13:00:00Z").await;
        assert_eq!(scene.minutes(&business, ANA), ["11-26T12:01"]);
    });
}

#[test]
fn a_birthday_moved_at_8_59_is_greeted_and_one_moved_at_9_01_is_not() {
    play("2026-11-25T10:00:00Z", async |scene| {
        let business = scene.open(1, "America/Sao_Paulo").await;
        scene.register(&business, ANA, "--03-01", json!([])).await;
        scene.register(&business, BIA, "--03-01", json!([])).await;
        scene.until("2026-11-25T11:59:30Z").await;
        scene.change(&business, ANA, json!({"birthday": "1990-11-25"})).await;
        scene.until("2026-11-25T12:01:30Z").await;
        scene.change(&business, BIA, json!({"birthday": "--11-25"})).await;
        scene.until("2026-11-27T12:00:00Z").await;
        assert_eq!(scene.minutes(&business, ANA), ["11-25T12:00"]);
        assert_eq!(scene.minutes(&business, BIA), [] as [&str; 0]);
    });
}

#[test]
fn a_run_by_hand_greets_who_was_moved_after_the_hour_and_nobody_twice() {
    play("2026-11-25T10:00:00Z", async |scene| {
        let business = scene.open(1, "America/Sao_Paulo").await;
        scene.register(&business, ANA, "--11-25", json!([])).await;
        scene.register(&business, BIA, "--03-01", json!([])).await;
        scene.until("2026-11-25T12:01:30Z").await;
        scene.change(&business, BIA, json!({"birthday": "--11-25"})).await;
        scene.until("2026-11-25T12:05:00Z").await;
        let path = "/api/automation-events?event=birthdays";
        let done = scene.call("GET", path, &business.key, None).await;
        // The owner has the day's report already.
        assert_eq!(done["results"][0]["found"], 2);
        assert_eq!(done["results"][0]["messages"], 1);
        assert_eq!(done["results"][0]["skipped"], json!({"made_before": 2}));
        for path in [path, "/api/automations", "/api/automations?mode=event-driven"] {
            let again = scene.call("POST", path, &business.key, None).await;
            assert_eq!((&again["results"][0]["found"], &again["results"][0]["messages"]), (&json!(2), &json!(0)));
        }
        scene.until("2026-11-26T15:00:00Z").await;
        assert_eq!((scene.got(&business, ANA).len(), scene.got(&business, BIA).len()), (1, 1));
    });
}

#[test]
fn two_pets_on_one_day_and_a_person_at_two_businesses() {
    play("2026-11-25T10:00:00Z", async |scene| {
        let (one, other) = (scene.open(1, "America/Sao_Paulo").await, scene.open(2, "America/Bogota").await);
        let pets = json!([{"name": "Rex", "birthday": "--11-25"}, {"name": "Mia", "birthday": "2020-11-25"},
                          {"name": "Tom", "birthday": "--11-26"}]);
        scene.register(&one, ANA, "--03-01", pets).await;
        scene.register(&other, ANA, "--11-25", json!([])).await;
        scene.until("2026-11-25T23:00:00Z").await;
        let texts: Vec<String> = scene.got(&one, ANA).into_iter().map(|(_, text)| text).collect();
        assert_eq!(texts.len(), 2);
        assert!(texts.iter().any(|text| text.contains("Rex")) && texts.iter().any(|text| text.contains("Mia")));
        // Each by its own clock.
        assert_eq!(scene.minutes(&one, ANA), ["11-25T12:00", "11-25T12:00"]);
        assert_eq!(scene.minutes(&other, ANA), ["11-25T14:00"]);
        // Two in seven days are enough for anybody.
        scene.until("2026-11-26T23:00:00Z").await;
        assert_eq!(scene.got(&one, ANA).len(), 2);
        let tom = scene.call("GET", "/api/messages?status=skipped", &one.key, None).await;
        assert!(tom["messages"][0]["error_message"].as_str().unwrap().starts_with("weekly_cap"));
    });
}

#[test]
fn a_midnight_that_santiago_skips() {
    play("2026-09-05T12:00:00Z", async |scene| {
        let business = scene.open(1, "America/Santiago").await;
        scene.register(&business, ANA, "--09-06", json!([])).await;
        let set = scene.automation(&business, "birthdays", json!({"cron": "0 0 * * *"})).await;
        assert_eq!(
            (&set["next_slot"], &set["next_run_at"]),
            (&json!("2026-09-06T00:00:00"), &json!("2026-09-06T04:00:00Z"))
        );
        scene.until("2026-09-08T12:00:00Z").await;
        assert_eq!(scene.minutes(&business, ANA), ["09-06T04:00"]);
    });
}

#[test]
fn an_hour_that_new_york_has_twice() {
    play("2026-11-01T00:00:00Z", async |scene| {
        let business = scene.open(1, "America/New_York").await;
        scene.register(&business, ANA, "--11-01", json!([])).await;
        scene.automation(&business, "birthdays", json!({"cron": "30 1 * * *"})).await;
        scene.until("2026-11-03T00:00:00Z").await;
        assert_eq!(scene.minutes(&business, ANA), ["11-01T05:30"]);
        let owner = "5511990000001";
        assert_eq!(scene.minutes(&business, owner), ["11-01T05:30"]);
    });
}

#[test]
fn a_business_that_moves_to_another_zone_at_8_59() {
    play("2026-11-25T10:00:00Z", async |scene| {
        let (west, east) = (scene.open(1, "America/Sao_Paulo").await, scene.open(2, "America/Manaus").await);
        for business in [&west, &east] {
            scene.register(business, ANA, "--11-25", json!([])).await;
        }
        let path = |business: &SceneBusiness| format!("/api/businesses/{}", business.id);
        scene.until("2026-11-25T11:59:00Z").await;
        let to = json!({"timezone": "America/Manaus"});
        scene.call("PATCH", &path(&west), &west.key, Some(to)).await;
        scene.until("2026-11-25T12:58:30Z").await;
        let to = json!({"timezone": "America/Sao_Paulo"});
        scene.call("PATCH", &path(&east), &east.key, Some(to)).await;
        scene.until("2026-11-27T20:00:00Z").await;
        // To the west nine comes an hour later; to the east it has been, and comes at once.
        assert_eq!(scene.minutes(&west, ANA), ["11-25T13:00"]);
        assert_eq!(scene.minutes(&east, ANA), ["11-25T12:59"]);
    });
}

#[test]
fn an_outage_of_26_hours_over_the_night_on_which_clocks_change() {
    // Clocks in New York go forward at 2:00 on Sunday, 8 March 2026; the outage lasts from 8:30 on Saturday to 11:30.
    play("2026-03-07T12:00:00Z", async |scene| {
        let business = scene.open(1, "America/New_York").await;
        scene.register(&business, ANA, "--03-07", json!([])).await;
        scene.register(&business, BIA, "--03-08", json!([])).await;
        let limit = json!({"settings": {"inactive_days": 1}});
        scene.call("PATCH", &format!("/api/businesses/{}", business.id), &business.key, Some(limit)).await;
        scene.automation(&business, "inactive-customers", json!({"cron": "0 10 * * 6"})).await;
        scene.until("2026-03-07T13:30:00Z").await;
        scene.outage(26).await;
        scene.until("2026-03-09T12:00:00Z").await;
        let name = |name: &str| format!("/api/automations/{name}");
        let birthdays = scene.call("GET", &name("birthdays"), &business.key, None).await;
        // Saturday's greeting would have been a day late; Sunday's is two and a half hours late.
        assert_eq!(scene.minutes(&business, ANA), [] as [&str; 0]);
        assert_eq!(scene.got(&business, BIA).len(), 1);
        assert_eq!(birthdays["last_skipped"], "2026-03-07T09:00:00");
        assert_eq!(birthdays["last_run"], "2026-03-08T09:00:00");
        // A weekly report is told late rather than not.
        let inactive = scene.call("GET", &name("inactive-customers"), &business.key, None).await;
        assert_eq!((&inactive["last_run"], &inactive["last_skipped"]), (&json!("2026-03-07T10:00:00"), &Value::Null));
        let owner = scene.got(&business, "5511990000001");
        let back: DateTime<Utc> = "2026-03-08T15:30:00Z".parse().unwrap();
        assert_eq!(owner.len(), 2, "{owner:?}");
        assert!(owner.iter().all(|(at, _)| *at >= back && *at < back + TimeDelta::hours(1)));
    });
}

#[test]
fn a_customer_who_writes_again_is_not_won_back() {
    play("2026-11-23T10:00:00Z", async |scene| {
        let business = scene.open(1, "America/Sao_Paulo").await;
        scene.register(&business, ANA, "--03-01", json!([{"name": "Rex"}])).await;
        scene.register(&business, BIA, "--03-01", json!([])).await;
        scene.automation(&business, "inactive-customers", json!({"action": "auto"})).await;
        scene.inactive_after(&business, 10).await;
        scene.until("2026-12-07T12:00:00Z").await;
        let message = world::Inbound {
            sender: business.address.clone(),
            phone: BIA.to_owned(),
            text: "oi".to_owned(),
            ..world::Inbound::default()
        };
        scene.stage.run.cloud().world.inbound(&message).unwrap();
        // Monday, 10:00 in São Paulo: two weeks after both were registered.
        scene.until("2026-12-14T20:00:00Z").await;
        assert_eq!(scene.minutes(&business, ANA), ["12-07T13:00"]);
        assert_eq!(scene.minutes(&business, BIA), [] as [&str; 0]);
        let reports = scene.got(&business, "5511990000001");
        assert_eq!(reports.len(), 2);
        assert!(reports.iter().all(|(_, text)| text.contains("Ana (+5511987654321) – Mascota: Rex")), "{reports:?}");
        // She is away for ten days from then on.
        scene.until("2026-12-21T20:00:00Z").await;
        assert_eq!(scene.minutes(&business, BIA), ["12-21T13:00"]);
        assert_eq!(scene.got(&business, ANA).len(), 1);
    });
}

#[test]
fn a_proposal_is_kept_and_goes_to_no_customer() {
    play("2026-11-25T10:00:00Z", async |scene| {
        let business = scene.open(1, "America/Sao_Paulo").await;
        scene.register(&business, ANA, "--11-25", json!([])).await;
        scene.automation(&business, "birthdays", json!({"action": "propose"})).await;
        scene.until("2026-11-25T12:30:00Z").await;
        assert_eq!(scene.minutes(&business, ANA), [] as [&str; 0]);
        let owner = scene.got(&business, "5511990000001");
        assert!(owner.len() == 1 && owner[0].1.contains("Responde *1* o *sí*"), "{owner:?}");
        let (business, date) = (business.id.parse().unwrap(), "2026-11-25".parse().unwrap());
        let kept = scene.stage.store.proposal(business, AutomationName::Birthdays, date).await.unwrap();
        assert_eq!(kept.map(|it| (it.number, it.found, it.offer)), Some((1, 1, 10)));
    });
}

#[test]
fn a_run_as_of_old_proposes_as_any_other_does() {
    play("2026-11-25T13:00:00Z", async |scene| {
        let business = scene.open(1, "America/Sao_Paulo").await;
        scene.register(&business, ANA, "--11-25", json!([])).await;
        scene.automation(&business, "birthdays", json!({"action": "propose"})).await;
        let cloud = scene.stage.run.cloud();
        let queue = cloud.read.iter().find(|queue| queue.contains("LegacyRuns")).unwrap();
        let job = json!({"v": 1, "type": "job", "automation": "birthdays", "mode": "legacy",
                         "begun_at": "2026-11-25T13:00:00Z"});
        cloud.queues.send(queue, NewMessage::text(job.to_string())).unwrap();
        scene.until("2026-11-25T13:30:00Z").await;
        let (business, date) = (business.id.parse().unwrap(), "2026-11-25".parse().unwrap());
        let kept = scene.stage.store.proposal(business, AutomationName::Birthdays, date).await.unwrap();
        assert_eq!(kept.map(|it| (it.number, it.found)), Some((1, 1)));
    });
}

/// The replaced system's run, which comes from the dead letters on the next day: nobody is greeted, and no owner is told.
#[test]
fn a_run_that_comes_a_day_late_greets_nobody() {
    play("2026-11-25T13:00:00Z", async |scene| {
        let business = scene.open(1, "America/Sao_Paulo").await;
        scene.register(&business, ANA, "--11-24", json!([])).await;
        let cloud = scene.stage.run.cloud();
        let queue = cloud.read.iter().find(|queue| queue.contains("LegacyRuns")).unwrap();
        for begun_at in ["2026-11-24T13:00:00Z", "2026-11-25T13:00:00Z"] {
            let job = json!({"v": 1, "type": "job", "automation": "birthdays", "mode": "legacy", "begun_at": begun_at});
            cloud.queues.send(queue, NewMessage::text(job.to_string())).unwrap();
        }
        scene.until("2026-11-25T13:30:00Z").await;
        assert_eq!(scene.got(&business, ANA), []);
        assert_eq!(scene.got(&business, "5511990000001"), []);
        scene.change(&business, ANA, json!({"birthday": "--11-25"})).await;
        let job = json!({"v": 1, "type": "job", "automation": "birthdays", "mode": "legacy",
                         "begun_at": "2026-11-25T13:30:00Z"});
        cloud.queues.send(queue, NewMessage::text(job.to_string())).unwrap();
        scene.until("2026-11-25T14:00:00Z").await;
        assert_eq!((scene.got(&business, ANA).len(), scene.got(&business, "5511990000001").len()), (1, 1));
    });
}
