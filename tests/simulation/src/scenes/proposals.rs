//! Owners' answers to proposals, and the campaigns that follow.

use super::people::minutes_pass;
use super::{ANA, BIA, Scene, SceneBusiness, play};
use aws::queues::NewMessage;
use serde_json::{Value, json};
use world::{FaultKind, FaultRule, Inbound};

const OWNER: &str = "5511990000001";

/// A business that is open every day from nine to six, with two customers who may be written to; low occupancy alone.
/// Every webhook comes twice.
async fn open(scene: &Scene) -> SceneBusiness {
    let business = scene.open_in(1, "pt-BR", "America/Sao_Paulo").await;
    let span = json!([{"opens": "09:00", "closes": "18:00"}]);
    let days = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"];
    let hours: serde_json::Map<String, Value> = days.iter().map(|day| ((*day).to_owned(), span.clone())).collect();
    let settings = json!({"quiet_from": "20:00", "quiet_until": "08:00", "inactive_days": 1});
    let change = json!({"opening_hours": hours, "slot_minutes": 60, "settings": settings});
    let path = format!("/api/businesses/{}", business.id);
    scene.call("PATCH", &path, scene.stage.client.operator(), Some(change)).await;
    for name in ["daily-summary", "opportunities", "birthdays", "inactive-customers"] {
        scene.automation(&business, name, json!({"enabled": false})).await;
    }
    for phone in [ANA, BIA] {
        scene.register(&business, phone, "--03-01", json!([])).await;
    }
    scene.stage.run.cloud().world.set_fault(FaultRule::always(FaultKind::WebhookTwice));
    business
}

async fn write(scene: &Scene, business: &SceneBusiness, text: &str) {
    super::people::write(scene, business, OWNER, text);
    minutes_pass(1).await;
}

/// Delivers words of the owner as the queue does. The same id is the same message again.
async fn deliver(scene: &Scene, business: &SceneBusiness, id: &str, text: &str, at: &str) {
    let cloud = scene.stage.run.cloud();
    let message = json!({
        "v": 1, "type": "inbound_message", "business_id": business.id, "sender_id": business.sender, "gateway": "whapi",
        "message": {"gateway_message_id": id, "from": {"phone": OWNER}, "kind": "text", "text": text, "at": at},
    });
    let queue = cloud.read.iter().find(|queue| queue.contains("InboundMessages")).unwrap();
    cloud.queues.send(queue, NewMessage::text(message.to_string())).unwrap();
    minutes_pass(1).await;
}

/// Writes words of the owner as a reply to a bubble.
async fn reply(scene: &Scene, business: &SceneBusiness, to: &str, text: &str) {
    let (sender, phone, text) = (business.address.clone(), OWNER.to_owned(), text.to_owned());
    let reply = Inbound { sender, phone, text, reply_to: Some(to.to_owned()), ..Inbound::default() };
    scene.stage.run.cloud().world.inbound(&reply).unwrap();
    minutes_pass(1).await;
}

fn texts(scene: &Scene, business: &SceneBusiness, phone: &str) -> Vec<String> {
    scene.got(business, phone).into_iter().map(|(_, text)| text).collect()
}

async fn proposals(scene: &Scene, business: &SceneBusiness) -> Vec<Value> {
    let told = scene.call("GET", "/api/proposals", &business.key, None).await;
    told["proposals"].as_array().unwrap().clone()
}

/// At four the owner hears of an empty tomorrow and says yes: the preflight, the flash text to each, and the end.
#[test]
fn a_yes_starts_the_flash_campaign_once() {
    play("2026-11-23T13:00:00Z", async |scene| {
        let business = open(scene).await;
        scene.until("2026-11-24T19:02:00Z").await;
        let report = texts(scene, &business, OWNER).pop().unwrap();
        assert!(report.contains("*1*"), "{report}");
        write(scene, &business, "sim").await;
        // A second yes starts nothing, and is answered.
        write(scene, &business, "sim").await;
        minutes_pass(20).await;
        let told = texts(scene, &business, OWNER);
        assert!(told.iter().any(|it| it.contains("2 pessoas")), "{told:?}");
        for phone in [ANA, BIA] {
            let got = texts(scene, &business, phone);
            let flash: Vec<&String> = got.iter().filter(|it| it.contains("25%")).collect();
            assert!(flash.len() == 1 && flash[0].contains("SAIR"), "{got:?}");
        }
        let all = told;
        assert!(all.iter().any(|it| it.contains("já está em andamento")), "{all:?}");
        let proposal = proposals(scene, &business).await.remove(0);
        assert_eq!((&proposal["status"], &proposal["offer"]), (&json!("accepted"), &json!(25)), "{proposal}");
        let campaign = proposal["campaign_id"].as_str().unwrap();
        let path = format!("/api/campaigns/{campaign}");
        let ended = scene.call("GET", &path, &business.key, None).await;
        assert_eq!((&ended["status"], &ended["recipients"]), (&json!("finished"), &json!(2)), "{ended}");
        assert!(all.iter().any(|it| it.contains("terminei")), "the end is told: {all:?}");
    });
}

#[test]
fn an_offer_may_be_changed_and_a_no_sends_nothing() {
    play("2026-11-23T13:00:00Z", async |scene| {
        let business = open(scene).await;
        scene.until("2026-11-24T19:02:00Z").await;
        write(scene, &business, "1 com 15%").await;
        minutes_pass(3).await;
        let got = texts(scene, &business, ANA);
        assert!(got.iter().any(|it| it.contains("15%")), "{got:?}");
        scene.until("2026-11-25T19:02:00Z").await;
        let got_before = texts(scene, &business, BIA).len();
        write(scene, &business, "depois").await;
        write(scene, &business, "depois").await;
        let later =
            texts(scene, &business, OWNER).iter().filter(|it| it.contains("Por enquanto não vou enviar")).count();
        assert_eq!(later, 2);
        write(scene, &business, "não, obrigado").await;
        minutes_pass(10).await;
        assert_eq!(texts(scene, &business, BIA).len(), got_before);
        assert_eq!(proposals(scene, &business).await[0]["status"], "declined");
        // Said again it is answered again.
        let before = texts(scene, &business, OWNER).len();
        write(scene, &business, "não").await;
        write(scene, &business, "depois").await;
        let told = texts(scene, &business, OWNER);
        let again = &told[before..];
        assert!(
            again.len() == 2 && again.iter().all(|it| it.contains("Não vou enviar a oferta relâmpago")),
            "{told:?}"
        );
        assert_eq!(texts(scene, &business, BIA).len(), got_before);
    });
}

/// With two open ones a bare yes is asked about; words that are no answer start nothing.
#[test]
fn a_bare_yes_with_two_open_ones_is_asked_about() {
    play("2026-11-23T13:00:00Z", async |scene| {
        let business = open(scene).await;
        scene.automation(&business, "inactive-customers", json!({"enabled": true, "cron": "30 16 * * *"})).await;
        scene.until("2026-11-24T19:32:00Z").await;
        write(scene, &business, "bom dia, quanto custa o banho?").await;
        assert_eq!(proposals(scene, &business).await.iter().filter(|it| it["status"] == "open").count(), 2);
        let before = texts(scene, &business, OWNER).len();
        write(scene, &business, "sim").await;
        let told = texts(scene, &business, OWNER);
        assert!(told.len() == before + 1 && told[before].contains("*1.*") && told[before].contains("*2.*"), "{told:?}");
        assert_eq!(texts(scene, &business, ANA).iter().filter(|it| it.contains('%')).count(), 0);
        write(scene, &business, "2").await;
        minutes_pass(3).await;
        let open: Vec<Value> = proposals(scene, &business).await;
        let status = |number: u64| open.iter().find(|it| it["number"] == number).map(|it| it["status"].clone());
        assert_eq!((status(1), status(2)), (Some(json!("open")), Some(json!("accepted"))), "{open:?}");
    });
}

/// Two of one topic are told apart by their days.
#[test]
fn two_open_ones_of_one_topic_are_listed_with_their_days() {
    play("2026-11-23T13:00:00Z", async |scene| {
        let business = open(scene).await;
        scene.until("2026-11-24T19:02:00Z").await;
        scene.automation(&business, "inactive-customers", json!({"enabled": true, "cron": "30 16 * * *"})).await;
        scene.until("2026-11-25T19:32:00Z").await;
        let before = texts(scene, &business, OWNER).len();
        write(scene, &business, "sim").await;
        let told = texts(scene, &business, OWNER);
        let listed: Vec<&str> = told[before].lines().filter(|line| line.contains(".* ")).collect();
        let names: std::collections::HashSet<&str> =
            listed.iter().filter_map(|line| Some(line.split_once(".* ")?.1)).collect();
        let of_one_topic = listed.iter().filter(|line| line.contains("campanha para clientes inativos")).count();
        assert!(of_one_topic == 2 && names.len() == listed.len(), "{told:?}");
    });
}

/// Above the business's limit a second yes is waited for. The first one is no second when its webhook comes again, and the
/// offer that it changes is kept.
#[test]
fn many_people_want_a_second_yes() {
    play("2026-11-23T13:00:00Z", async |scene| {
        let business = open(scene).await;
        let path = format!("/api/businesses/{}", business.id);
        let limit = json!({"settings": {"confirm_above": 1}});
        scene.call("PATCH", &path, scene.stage.client.operator(), Some(limit)).await;
        scene.until("2026-11-24T19:02:00Z").await;
        write(scene, &business, "1 com 15%").await;
        minutes_pass(5).await;
        let offers = |phone| texts(scene, &business, phone).iter().filter(|it| it.contains("15%")).count();
        assert_eq!(offers(ANA), 0);
        let asked = proposals(scene, &business).await.remove(0);
        assert_eq!((&asked["status"], &asked["offer"]), (&json!("confirming"), &json!(15)), "{asked}");
        write(scene, &business, "ok").await;
        minutes_pass(5).await;
        assert_eq!((offers(ANA), offers(BIA)), (1, 1));
        let started = proposals(scene, &business).await.remove(0);
        assert_eq!((&started["status"], &started["offer"]), (&json!("accepted"), &json!(15)), "{started}");
    });
}

/// An answer that comes too late is told so; a yes to that makes the report anew.
#[test]
fn a_late_yes_is_told_so_and_another_makes_it_anew() {
    play("2026-11-23T13:00:00Z", async |scene| {
        let business = open(scene).await;
        scene.until("2026-11-24T19:02:00Z").await;
        scene.automation(&business, "low-occupancy", json!({"enabled": false})).await;
        scene.until("2026-11-26T14:00:00Z").await;
        write(scene, &business, "sim").await;
        let told = texts(scene, &business, OWNER);
        assert!(told.last().unwrap().contains("prazo"), "{told:?}");
        write(scene, &business, "sim").await;
        minutes_pass(2).await;
        let again = texts(scene, &business, OWNER);
        assert!(again.len() == told.len() + 1 && again.last().unwrap().contains("*1*"), "{again:?}");
        assert_eq!(texts(scene, &business, ANA).iter().filter(|it| it.contains("25%")).count(), 0);
    });
}

/// The meaning of an answer is kept: a repeat that comes later, when less is open, does nothing more.
#[test]
fn a_late_repeat_of_an_answer_does_nothing_more() {
    play("2026-11-23T13:00:00Z", async |scene| {
        let business = open(scene).await;
        scene.automation(&business, "inactive-customers", json!({"enabled": true, "cron": "30 16 * * *"})).await;
        scene.until("2026-11-24T19:35:00Z").await;
        let (first, second) = ("2026-11-24T19:35:00Z", "2026-11-24T19:37:00Z");
        deliver(scene, &business, "in-1", "sim", first).await;
        deliver(scene, &business, "in-2", "2", second).await;
        minutes_pass(5).await;
        let told = texts(scene, &business, OWNER);
        for _ in 0..2 {
            deliver(scene, &business, "in-2", "2", second).await;
            deliver(scene, &business, "in-1", "sim", first).await;
        }
        assert_eq!(texts(scene, &business, OWNER), told);
        let open: Vec<Value> = proposals(scene, &business).await;
        let status = |number: u64| open.iter().find(|it| it["number"] == number).map(|it| it["status"].clone());
        assert_eq!((status(1), status(2)), (Some(json!("open")), Some(json!("accepted"))), "{open:?}");
    });
}

/// After quiet hours began a campaign waits for the morning. A no stops it, and another no is told that it is over.
#[test]
fn a_no_stops_what_is_under_way() {
    play("2026-11-23T13:00:00Z", async |scene| {
        let business = open(scene).await;
        scene.until("2026-11-25T00:30:00Z").await;
        write(scene, &business, "sim").await;
        let told = texts(scene, &business, OWNER);
        assert!(
            told.last().unwrap().contains("começo a enviar a oferta relâmpago na quarta (25/11), às 8h"),
            "{told:?}"
        );
        write(scene, &business, "não, pare").await;
        let told = texts(scene, &business, OWNER);
        assert!(told.last().unwrap().contains("parei"), "{told:?}");
        write(scene, &business, "sim").await;
        let told = texts(scene, &business, OWNER);
        assert!(told.last().unwrap().contains("não está mais em andamento"), "{told:?}");
        scene.until("2026-11-25T15:00:00Z").await;
        for phone in [ANA, BIA] {
            assert_eq!(texts(scene, &business, phone).iter().filter(|it| it.contains("25%")).count(), 0);
        }
    });
}

/// A yes in the evening sends in the morning, with the words of the morning.
#[test]
fn a_yes_in_the_quiet_hours_sends_in_the_morning() {
    play("2026-11-23T13:00:00Z", async |scene| {
        let business = open(scene).await;
        scene.until("2026-11-25T00:30:00Z").await;
        write(scene, &business, "sim").await;
        scene.until("2026-11-25T11:30:00Z").await;
        for phone in [ANA, BIA] {
            let got = texts(scene, &business, phone);
            let flash: Vec<_> = got.iter().filter(|it| it.contains("25%")).collect();
            assert!(flash.len() == 1 && flash[0].contains("hoje"), "{got:?}");
        }
    });
}

/// A reply to another message of ours is about that one. A reply to a message that we do not know is asked about.
#[test]
fn a_yes_to_another_message_starts_nothing() {
    play("2026-11-23T13:00:00Z", async |scene| {
        let business = open(scene).await;
        scene.automation(&business, "daily-summary", json!({"enabled": true, "cron": "30 17 * * *"})).await;
        scene.until("2026-11-24T20:32:00Z").await;
        let chat = scene.stage.run.cloud().world.chat(&business.address, OWNER, false).unwrap();
        let summary = chat.bubbles.last().unwrap();
        let told = texts(scene, &business, OWNER);
        assert_eq!(told.last(), Some(&summary.text), "the summary is the last");
        reply(scene, &business, &summary.id, "sim").await;
        assert_eq!(texts(scene, &business, OWNER), told);
        reply(scene, &business, "typed-by-staff", "sim").await;
        let asked = texts(scene, &business, OWNER);
        assert!(asked.len() == told.len() + 1 && asked[told.len()].contains("*1"), "{asked:?}");
        assert_eq!(proposals(scene, &business).await[0]["status"], "open");
        write(scene, &business, "1").await;
        minutes_pass(3).await;
        assert_eq!(proposals(scene, &business).await[0]["status"], "accepted");
    });
}

/// A business of which the owner is asked about birthdays, at twenty messages a minute.
async fn open_for_birthdays(scene: &Scene) -> SceneBusiness {
    let sender = json!({"gateway": "whapi", "address": "CHANNEL-1", "messages_per_minute": 20,
                        "credentials": {"token": "t1", "webhook_secret": "s"}});
    let business = scene.open_with(1, "America/Sao_Paulo", sender).await;
    scene.automation(&business, "birthdays", json!({"action": "propose"})).await;
    business
}

/// A customer stands in the audience once for each pet, and gets a greeting for each.
#[test]
fn two_pets_of_one_day_are_both_greeted_after_a_yes() {
    play("2026-11-25T10:00:00Z", async |scene| {
        let business = open_for_birthdays(scene).await;
        let pets = json!([{"name": "Rex", "birthday": "--11-25"}, {"name": "Mia", "birthday": "2020-11-25"}]);
        scene.register(&business, ANA, "--03-01", pets).await;
        scene.until("2026-11-25T12:10:00Z").await;
        write(scene, &business, "sí").await;
        minutes_pass(10).await;
        let got = texts(scene, &business, ANA);
        assert!(got.len() == 2 && ["Rex", "Mia"].iter().all(|pet| got.iter().any(|it| it.contains(pet))), "{got:?}");
        let proposal = proposals(scene, &business).await.remove(0);
        let path = format!("/api/campaigns/{}", proposal["campaign_id"].as_str().unwrap());
        let ended = scene.call("GET", &path, &business.key, None).await;
        assert_eq!((&ended["status"], &ended["recipients"]), (&json!("finished"), &json!(2)), "{ended}");
    });
}

/// What is left of the greetings of a day is not sent on the next one.
#[test]
fn a_greeting_that_was_paused_over_the_night_is_not_sent() {
    play("2026-11-25T10:00:00Z", async |scene| {
        let business = open_for_birthdays(scene).await;
        let phone = |nth: u32| format!("55119876{nth:05}");
        for nth in 0..40 {
            scene.register(&business, &phone(nth), "--11-25", json!([])).await;
        }
        scene.until("2026-11-25T12:10:00Z").await;
        write(scene, &business, "sí").await;
        let proposal = proposals(scene, &business).await.remove(0);
        let path = format!("/api/campaigns/{}", proposal["campaign_id"].as_str().unwrap());
        scene.call("POST", &format!("{path}/pause"), &business.key, None).await;
        minutes_pass(1).await;
        let reached = || (0..40).filter(|nth| !scene.got(&business, &phone(*nth)).is_empty()).count();
        let before = reached();
        assert!((5..35).contains(&before), "{before}");
        scene.until("2026-11-26T12:00:00Z").await;
        scene.call("POST", &format!("{path}/resume"), &business.key, None).await;
        minutes_pass(10).await;
        assert_eq!(reached(), before);
        assert_eq!(scene.call("GET", &path, &business.key, None).await["status"], "finished");
    });
}
