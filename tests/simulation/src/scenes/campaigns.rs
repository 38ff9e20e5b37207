//! Campaigns: everybody gets it once, at the pace, whatever is done with it meanwhile.

use super::people::minutes_pass;
use super::{Scene, SceneBusiness, play};
use chrono::TimeDelta;
use domain::{Attempt, Progress};
use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::time::Duration;

const OWNER: &str = "5511990000001";

/// A business that writes twenty messages a minute, with so many customers of whom nothing is missing.
async fn open(scene: &Scene, customers: u32) -> SceneBusiness {
    let sender = json!({"gateway": "whapi", "address": "CHANNEL-1", "messages_per_minute": 20,
                        "credentials": {"token": "t1", "webhook_secret": "s"}});
    let business = scene.open_with(1, "America/Sao_Paulo", sender).await;
    for nth in 0..customers {
        scene.register(&business, &phone(nth), "--03-01", json!([])).await;
    }
    business
}

fn phone(nth: u32) -> String {
    format!("55119876{nth:05}")
}

async fn make(scene: &Scene, business: &SceneBusiness, more: Value) {
    let mut body = json!({"campaign_id": "offer", "name": "Offer", "audience": {"segment": "all"},
                          "message": "Hola, {{name}}: 15 % esta semana."});
    body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    scene.call("POST", "/api/campaigns", &business.key, Some(body)).await;
}

async fn does(scene: &Scene, business: &SceneBusiness, what: &str) -> Value {
    scene.call("POST", &format!("/api/campaigns/offer/{what}"), &business.key, None).await
}

async fn told(scene: &Scene, business: &SceneBusiness) -> Value {
    scene.call("GET", "/api/campaigns/offer", &business.key, None).await
}

/// The feeder gets a task of the campaign.
fn look(scene: &Scene, business: &SceneBusiness, due: &str, not_before: &str) {
    let cloud = scene.stage.run.cloud();
    let queue = cloud.read.iter().find(|queue| queue.contains("RunCampaign")).unwrap();
    let task = json!({"v": 1, "type": "run_campaign", "business_id": business.id, "campaign_id": "offer",
                      "due": due, "not_before": not_before});
    cloud.queues.send(queue, aws::queues::NewMessage::text(task.to_string())).unwrap();
}

async fn seconds_pass(seconds: u64) {
    tokio::time::sleep(Duration::from_secs(seconds)).await;
}

/// How many of these customers have got something, none of them twice.
fn reached(scene: &Scene, business: &SceneBusiness, customers: u32) -> usize {
    let counts: Vec<usize> = (0..customers).map(|nth| scene.got(business, &phone(nth)).len()).collect();
    assert!(counts.iter().all(|count| *count <= 1), "somebody got it twice: {counts:?}");
    counts.iter().sum()
}

#[test]
fn everybody_gets_it_once_at_the_pace() {
    play("2026-11-25T12:00:00Z", async |scene| {
        let business = open(scene, 45).await;
        make(scene, &business, json!({})).await;
        let counted = scene.call("GET", "/api/campaigns/offer/preflight", &business.key, None).await;
        assert_eq!(
            counted,
            json!({"recipients": 45, "left_out": {}, "cost": {"amount": 0.0, "currency": "USD"}, "minutes": 3,
                   "at_best_hours": false})
        );
        let begun = scene.stage.run.now();
        assert_eq!(does(scene, &business, "start").await["status"], "running");
        seconds_pass(60).await;
        let soon = reached(scene, &business, 45);
        assert!((17..=20).contains(&soon), "{soon} in a minute at twenty a minute");
        minutes_pass(4).await;
        assert_eq!(reached(scene, &business, 45), 45);
        let ended = told(scene, &business).await;
        let sums = ended["counts"].as_object().unwrap().values().filter_map(Value::as_u64).sum::<u64>();
        assert_eq!((&ended["status"], &ended["recipients"], sums), (&json!("finished"), &json!(45), 45), "{ended}");
        assert_eq!(ended["differences"], json!([]));
        let owner = |scene: &Scene| scene.got(&business, OWNER).into_iter().map(|(_, text)| text).collect::<Vec<_>>();
        assert_eq!(owner(scene), ["✅ Shop 1: terminé de enviar la campaña «Offer», Rui.\n📤 Mensajes enviados: 45"]);
        let last =
            (0..45).filter_map(|nth| scene.got(&business, &phone(nth)).first().map(|(at, _)| *at)).max().unwrap();
        assert!((last - begun).num_seconds() < 45 * 3 * 115 / 100, "{}", last - begun);
    });
}

/// The owners hear of the end of a campaign that none of them has said yes to, unless they do not want to.
#[test]
fn the_end_is_told_once_or_not_at_all() {
    play("2026-11-25T12:00:00Z", async |scene| {
        let business = open(scene, 2).await;
        let path = format!("/api/businesses/{}", business.id);
        let off = json!({"settings": {"campaign_reports": false}});
        scene.call("PATCH", &path, &business.key, Some(off)).await;
        make(scene, &business, json!({})).await;
        does(scene, &business, "start").await;
        minutes_pass(4).await;
        assert_eq!(told(scene, &business).await["status"], "finished");
        // Everybody has got it, and the feeder looks once more.
        look(scene, &business, "2026-11-25T12:00:00Z", "2026-11-25T12:00:00Z");
        minutes_pass(4).await;
        assert_eq!(scene.got(&business, OWNER), []);
    });
}

#[test]
fn a_scheduled_campaign_starts_at_its_time_and_holds_a_share_out() {
    play("2026-11-25T12:00:00Z", async |scene| {
        let business = open(scene, 40).await;
        make(scene, &business, json!({"start_at": "2026-11-25T15:00:00Z", "holdout": 50})).await;
        assert_eq!(told(scene, &business).await["status"], "scheduled");
        scene.until("2026-11-25T14:59:30Z").await;
        assert_eq!(reached(scene, &business, 40), 0);
        scene.until("2026-11-25T15:10:00Z").await;
        let ended = told(scene, &business).await;
        let held = ended["left_out"]["held_out"].as_u64().unwrap();
        assert!((8..=32).contains(&held), "{ended}");
        assert_eq!((ended["status"].as_str(), ended["recipients"].as_u64()), (Some("finished"), Some(40 - held)));
        assert_eq!(reached(scene, &business, 40) as u64, 40 - held);
    });
}

#[test]
fn nothing_leaves_while_it_is_paused_and_the_rest_goes_once_it_is_resumed() {
    play("2026-11-25T12:00:00Z", async |scene| {
        let business = open(scene, 60).await;
        make(scene, &business, json!({})).await;
        does(scene, &business, "start").await;
        seconds_pass(50).await;
        assert_eq!(does(scene, &business, "pause").await["status"], "paused");
        seconds_pass(5).await;
        let before = reached(scene, &business, 60);
        assert!(before > 5, "{before}");
        minutes_pass(120).await;
        assert_eq!(reached(scene, &business, 60), before);
        let paused = told(scene, &business).await;
        assert!(paused["reason"].as_str().unwrap().starts_with("asked: "), "{paused}");
        assert_eq!(does(scene, &business, "resume").await["status"], "running");
        minutes_pass(5).await;
        assert_eq!(reached(scene, &business, 60), 60);
        assert_eq!(told(scene, &business).await["status"], "finished");
    });
}

#[test]
fn a_cancelled_campaign_sends_nothing_after_five_seconds() {
    play("2026-11-25T12:00:00Z", async |scene| {
        let business = open(scene, 40).await;
        make(scene, &business, json!({})).await;
        does(scene, &business, "start").await;
        seconds_pass(40).await;
        assert_eq!(does(scene, &business, "cancel").await["status"], "cancelled");
        seconds_pass(5).await;
        let before = reached(scene, &business, 40);
        minutes_pass(120).await;
        assert_eq!(reached(scene, &business, 40), before);
        assert_eq!(told(scene, &business).await["status"], "cancelled");
    });
}

/// Whoever registers or changes after the start is not part of it; whoever opts out is skipped, whoever is erased is gone.
#[test]
fn the_audience_is_frozen_and_consent_is_asked_to_the_last() {
    play("2026-11-25T12:00:00Z", async |scene| {
        let business = open(scene, 30).await;
        scene.change(&business, &phone(0), json!({"marketing_consent": false})).await;
        make(scene, &business, json!({})).await;
        scene.call("GET", "/api/campaigns/offer/preflight", &business.key, None).await;
        scene.change(&business, &phone(1), json!({"marketing_consent": false})).await;
        does(scene, &business, "start").await;
        seconds_pass(10).await;
        scene.register(&business, &phone(30), "--03-01", json!([])).await;
        scene.change(&business, &phone(29), json!({"marketing_consent": false})).await;
        scene.call("DELETE", &format!("/api/customers/{}", phone(28)), &business.key, None).await;
        minutes_pass(5).await;
        assert_eq!(scene.got(&business, &phone(30)).len(), 0);
        assert_eq!(reached(scene, &business, 31), 26);
        let ended = told(scene, &business).await;
        assert_eq!((&ended["status"], &ended["recipients"]), (&json!("finished"), &json!(28)), "{ended}");
        assert_eq!(ended["left_out"], json!({"opted_out": 2}));
        let differences =
            json!([{"of": "recipients", "before": 29, "after": 28}, {"of": "opted_out", "before": 1, "after": 2}]);
        assert_eq!(ended["differences"], differences);
        assert_eq!(ended["counts"]["skipped"], 1);
        let people = scene.call("GET", "/api/campaigns/offer/recipients?status=skipped", &business.key, None).await;
        let pages: Vec<&Value> = people["recipients"].as_array().unwrap().iter().collect();
        assert!(pages.iter().all(|it| it["message"]["error_message"].as_str().unwrap().starts_with("opted_out")));
    });
}

/// Christmas, and the day after on which the business is closed; on the next one quiet hours end at eight.
#[test]
fn it_waits_for_the_end_of_days_off() {
    play("2026-12-25T12:00:00Z", async |scene| {
        let business = open(scene, 5).await;
        let settings =
            json!({"settings": {"quiet_from": "20:00", "quiet_until": "08:00", "closed_days": ["2026-12-26"]}});
        scene.call("PATCH", &format!("/api/businesses/{}", business.id), &business.key, Some(settings)).await;
        make(scene, &business, json!({})).await;
        does(scene, &business, "start").await;
        minutes_pass(10).await;
        let waits = told(scene, &business).await;
        assert!(waits["reason"].as_str().unwrap().starts_with("closed_day"), "{waits}");
        scene.until("2026-12-27T10:59:00Z").await;
        assert_eq!(reached(scene, &business, 5), 0);
        scene.until("2026-12-27T11:05:00Z").await;
        assert_eq!(reached(scene, &business, 5), 5);
    });
}

#[test]
fn it_waits_for_the_morning_and_an_outage_of_hours_pauses_it() {
    play("2026-11-25T22:50:00Z", async |scene| {
        let business = open(scene, 40).await;
        let settings = json!({"settings": {"quiet_from": "20:00", "quiet_until": "08:00"}});
        scene.call("PATCH", &format!("/api/businesses/{}", business.id), &business.key, Some(settings)).await;
        scene.until("2026-11-25T22:59:00Z").await;
        make(scene, &business, json!({})).await;
        does(scene, &business, "start").await;
        minutes_pass(10).await;
        let evening = reached(scene, &business, 40);
        assert!((10..=20).contains(&evening), "{evening}");
        let waits = told(scene, &business).await;
        assert!(waits["reason"].as_str().unwrap().starts_with("quiet_hours"), "{waits}");
        scene.until("2026-11-26T10:59:00Z").await;
        assert_eq!(reached(scene, &business, 40), evening);
        scene.until("2026-11-26T11:05:00Z").await;
        assert_eq!(reached(scene, &business, 40), 40);

        make(scene, &business, json!({"campaign_id": "late", "start_at": "2026-11-26T12:00:00Z"})).await;
        scene.until("2026-11-26T11:59:00Z").await;
        scene.outage(3).await;
        // The rules come back within an hour.
        minutes_pass(65).await;
        let late = scene.call("GET", "/api/campaigns/late", &business.key, None).await;
        assert_eq!(late["status"], "paused", "{late}");
        assert!(late["reason"].as_str().unwrap().starts_with("too_late: "), "{late}");
        assert_eq!(reached(scene, &business, 40), 40);
    });
}

/// The same call again makes nothing; another body under the same name is refused.
#[test]
fn calls_that_are_repeated_do_nothing_twice() {
    play("2026-11-25T12:00:00Z", async |scene| {
        let business = open(scene, 12).await;
        for _ in 0..2 {
            make(scene, &business, json!({})).await;
        }
        for _ in 0..3 {
            assert_eq!(does(scene, &business, "start").await["status"], "running");
        }
        minutes_pass(3).await;
        assert_eq!(reached(scene, &business, 12), 12);
        let ids: BTreeSet<String> = scene
            .stage
            .run
            .cloud()
            .world
            .sent()
            .into_iter()
            .filter(|it| it.sender == business.address && it.text.contains("15 %"))
            .map(|it| it.to)
            .collect();
        assert_eq!(ids.len(), 12);
    });
}

/// One that waits for its time, is paused and goes on still waits for it.
#[test]
fn a_scheduled_campaign_that_was_paused_goes_on_waiting() {
    play("2026-11-25T12:00:00Z", async |scene| {
        let business = open(scene, 5).await;
        make(scene, &business, json!({"start_at": "2026-11-25T15:00:00Z"})).await;
        does(scene, &business, "pause").await;
        minutes_pass(60).await;
        for _ in 0..2 {
            assert_eq!(does(scene, &business, "resume").await["status"], "scheduled");
        }
        scene.until("2026-11-25T14:59:30Z").await;
        assert_eq!(reached(scene, &business, 5), 0);
        does(scene, &business, "pause").await;
        scene.until("2026-11-25T16:00:00Z").await;
        assert_eq!(reached(scene, &business, 5), 0);
        assert_eq!(does(scene, &business, "resume").await["status"], "running");
        minutes_pass(3).await;
        assert_eq!(reached(scene, &business, 5), 5);
    });
}

/// the window too.
#[test]
fn a_template_that_cannot_be_filled_leaves_its_person_out() {
    play("2026-11-25T12:00:00Z", async |scene| {
        let templates = json!({"offer": {"name": "offer", "language": "es", "variables": ["name", "discount"]}});
        let sender = json!({"gateway": "cloud_api", "address": "15550000000", "templates": templates,
                            "credentials": {"access_token": "t", "app_secret": "s", "verify_token": "v"}});
        let business = scene.open_with(1, "America/Sao_Paulo", sender).await;
        scene.register(&business, &phone(0), "--03-01", json!([])).await;
        let nameless = json!({"phone": phone(1), "marketing_consent": true});
        scene.call("POST", "/api/customers", &business.key, Some(nameless)).await;
        super::people::write(scene, &business, &phone(0), "hola");
        minutes_pass(1).await;
        let count = async |id: &str, message: Option<&str>, variables: Value| {
            let mut given = json!({"campaign_id": id, "name": "Offer", "audience": {"segment": "all"},
                                   "template": {"name": "offer", "variables": variables}});
            if let Some(message) = message {
                given["message"] = json!(message);
            }
            scene.call("POST", "/api/campaigns", &business.key, Some(given)).await;
            scene.call("GET", &format!("/api/campaigns/{id}/preflight"), &business.key, None).await
        };
        let whole = count("whole", Some("Hola"), json!({"name": "{{name}}", "discount": "20"})).await;
        let cost = json!({"amount": 0.13, "currency": "USD"});
        assert_eq!((&whole["recipients"], &whole["cost"]), (&json!(2), &cost), "{whole}");
        let lacking = count("lacking", None, json!({"name": "{{name}}"})).await;
        assert_eq!((&lacking["recipients"], &lacking["left_out"]), (&json!(0), &json!({"nothing_to_send": 2})));
        scene.call("POST", "/api/campaigns/whole/start", &business.key, None).await;
        minutes_pass(3).await;
        let got = |nth| scene.got(&business, &phone(nth)).into_iter().map(|(_, text)| text).collect::<Vec<_>>();
        assert!(got(0).iter().any(|it| it.contains("Ana")), "{:?}", got(0));
        assert!(got(1).iter().any(|it| it.contains("cliente")), "{:?}", got(1));
    });
}

/// A look of hours ago comes from the dead letters, and meanwhile others have been.
#[test]
fn an_old_look_does_not_pause_a_campaign_that_is_well() {
    play("2026-11-25T12:00:00Z", async |scene| {
        let business = open(scene, 45).await;
        make(scene, &business, json!({})).await;
        does(scene, &business, "start").await;
        seconds_pass(30).await;
        look(scene, &business, "2026-11-25T10:00:00Z", "2026-11-25T10:02:00Z");
        minutes_pass(4).await;
        assert_eq!(told(scene, &business).await["status"], "finished");
        assert_eq!(reached(scene, &business, 45), 45);
    });
}

/// Its messages are named by it: under the same name they would be those of another campaign.
#[test]
fn a_campaign_that_was_frozen_is_not_deleted() {
    play("2026-11-25T12:00:00Z", async |scene| {
        let business = open(scene, 2).await;
        make(scene, &business, json!({"campaign_id": "draft"})).await;
        let delete = async |id: &str| {
            let path = format!("/api/campaigns/{id}");
            let answer = scene.stage.client.call("DELETE", &path, &business.key, None).await;
            (answer.status, answer.body["type"].clone())
        };
        assert_eq!(delete("draft").await.0, 200);
        make(scene, &business, json!({})).await;
        does(scene, &business, "start").await;
        minutes_pass(3).await;
        assert_eq!(told(scene, &business).await["status"], "finished");
        assert_eq!(delete("offer").await, (409, json!("urn:recado:problem:campaign_has_messages")));
        make(scene, &business, json!({"campaign_id": "never", "start_at": "2026-11-26T15:00:00Z"})).await;
        scene.call("POST", "/api/campaigns/never/cancel", &business.key, None).await;
        assert_eq!(delete("never").await.0, 200);
    });
}

/// A task that comes while another worker freezes leaves the campaign as it is: a move would stop that worker.
#[test]
fn a_second_look_leaves_who_freezes_alone() {
    play("2026-11-25T12:00:00Z", async |scene| {
        let business = open(scene, 3).await;
        make(scene, &business, json!({})).await;
        let (store, of, id) = (&scene.stage.store, business.id.parse().unwrap(), "offer".parse().unwrap());
        let now = scene.stage.run.now();
        let taken = |it: &Progress| Some(it.start(now)?.take_freeze(now + TimeDelta::seconds(75), now));
        store.move_campaign_by(of, &id, taken, &Attempt("taken".to_owned())).await.unwrap().unwrap();
        let held = store.campaign_progress(of, &id).await.unwrap();
        look(scene, &business, "2026-11-25T12:00:00Z", "2026-11-25T12:05:00Z");
        seconds_pass(20).await;
        assert_eq!(store.campaign_progress(of, &id).await.unwrap(), held);
        // That worker has died: the due index brings the campaign to another.
        minutes_pass(6).await;
        assert_eq!(told(scene, &business).await["status"], "finished");
        assert_eq!(reached(scene, &business, 3), 3);
    });
}
