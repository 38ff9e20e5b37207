//! Owners' answers to proposals, and the campaigns that follow.

use super::people::minutes_pass;
use super::{ANA, BIA, Scene, SceneBusiness, play};
use serde_json::{Value, json};

const OWNER: &str = "5511990000001";

/// A business that is open every day from nine to six, with two customers who may be written to; low occupancy alone.
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
    business
}

async fn write(scene: &Scene, business: &SceneBusiness, text: &str) {
    super::people::write(scene, business, OWNER, text);
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
        assert!(all.iter().any(|it| it.contains("terminou")), "the end is told: {all:?}");
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
        let before = texts(scene, &business, BIA).len();
        write(scene, &business, "não, obrigado").await;
        minutes_pass(10).await;
        assert_eq!(texts(scene, &business, BIA).len(), before);
        assert_eq!(proposals(scene, &business).await[0]["status"], "declined");
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

/// Above the business's limit a second yes is waited for.
#[test]
fn many_people_want_a_second_yes() {
    play("2026-11-23T13:00:00Z", async |scene| {
        let business = open(scene).await;
        let path = format!("/api/businesses/{}", business.id);
        let limit = json!({"settings": {"confirm_above": 1}});
        scene.call("PATCH", &path, scene.stage.client.operator(), Some(limit)).await;
        scene.until("2026-11-24T19:02:00Z").await;
        write(scene, &business, "pode mandar").await;
        minutes_pass(3).await;
        assert_eq!(texts(scene, &business, ANA).iter().filter(|it| it.contains("25%")).count(), 0);
        assert_eq!(proposals(scene, &business).await[0]["status"], "confirming");
        write(scene, &business, "ok").await;
        minutes_pass(3).await;
        assert_eq!(texts(scene, &business, ANA).iter().filter(|it| it.contains("25%")).count(), 1);
        assert_eq!(proposals(scene, &business).await[0]["status"], "accepted");
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
