//! A customer's chat from the first question to the last stop, and a stranger's: each message that we send is understood
//! when it is answered, and the API shows the texts that the phone showed.

use super::people::{customer, minutes_pass, write};
use super::{ANA, BIA, Scene, SceneBusiness, play};
use serde_json::{Value, json};

/// The phone's texts from the business after it has written this, once everything has been done.
pub(super) async fn after(scene: &Scene, business: &SceneBusiness, phone: &str, text: &str) -> Vec<String> {
    let before = scene.got(business, phone).len();
    write(scene, business, phone, text);
    minutes_pass(2).await;
    let texts: Vec<_> = scene.got(business, phone).split_off(before).into_iter().map(|(_, text)| text).collect();
    eprintln!("    > {text}");
    texts.iter().for_each(|text| eprintln!("< {text}"));
    texts
}

/// The texts of all messages to a customer as the API shows them, in order.
async fn shown(scene: &Scene, business: &SceneBusiness, phone: &str) -> Vec<String> {
    let page = scene.call("GET", &format!("/api/messages?customer={phone}"), &business.key, None).await;
    let text = |message: &Value| message["content"]["text"].as_str().unwrap().to_owned();
    page["messages"].as_array().unwrap().iter().rev().map(text).collect()
}

#[test]
fn a_customer_registers_answers_stops_in_a_sentence_and_comes_back() {
    play("2026-11-25T12:00:00Z", async |scene| {
        let business = scene.open_in(1, "pt-BR", "America/Sao_Paulo").await;
        let none: [String; 0] = [];
        let registered = json!({"phone": ANA, "name": "ANA SOUZA"});
        scene.call("POST", "/api/customers", &business.key, Some(registered)).await;
        minutes_pass(2).await;
        let question = &scene.got(&business, ANA)[0].1;
        eprintln!("< {question}");
        assert!(question.contains("Ana!") && question.contains("e-mail") && question.contains("aniversário"));
        assert!(!question.contains("cidade"), "{question}");

        let thanks = after(scene, &business, ANA, "Oi! É ana@example.com e nasci em 12/03/1990").await;
        assert!(thanks.len() == 1 && thanks[0].contains("e-mail") && thanks[0].contains("cidade"), "{thanks:?}");
        let ana = customer(scene, &business, ANA).await;
        assert_eq!((&ana["email"], &ana["birthday"]), (&json!("ana@example.com"), &json!("1990-03-12")));

        // Asked once more for two, and no further.
        let thanks = after(scene, &business, ANA, "feminino").await;
        assert!(thanks.len() == 1 && !thanks[0].contains('?'), "{thanks:?}");
        assert_eq!(after(scene, &business, ANA, "obrigada!").await, none);

        let told = after(scene, &business, ANA, "não quero mais receber essas promoções de vocês").await;
        assert!(told.len() == 1 && told[0].contains("VOLTAR"), "{told:?}");
        assert_eq!(after(scene, &business, ANA, "SAIR").await, none);
        assert_eq!(customer(scene, &business, ANA).await["marketing_consent"], false);
        let told = after(scene, &business, ANA, "voltar").await;
        assert!(told.len() == 1 && told[0].contains("SAIR"), "{told:?}");
        assert_eq!(after(scene, &business, ANA, "quero voltar aí amanhã com a Mel").await, none);

        let asked = after(scene, &business, ANA, "quero cancelar").await;
        assert!(asked.len() == 1 && asked[0].contains('?') && asked[0].contains("SAIR"), "{asked:?}");
        let told = after(scene, &business, ANA, "sim, por favor").await;
        assert!(told.len() == 1 && told[0].contains("VOLTAR"), "{told:?}");
        assert_eq!(customer(scene, &business, ANA).await["marketing_consent"], false);

        let got: Vec<_> = scene.got(&business, ANA).into_iter().map(|(_, text)| text).collect();
        assert_eq!(shown(scene, &business, ANA).await, got);
    });
}

/// The thanks asks days after the question, and its own answer comes days after that.
#[test]
fn a_late_answer_to_the_thanks_is_heard() {
    play("2026-11-25T12:00:00Z", async |scene| {
        let business = scene.open_in(1, "pt-BR", "America/Sao_Paulo").await;
        let registered = json!({"phone": ANA, "name": "Ana Souza"});
        scene.call("POST", "/api/customers", &business.key, Some(registered)).await;
        scene.until("2026-12-01T12:00:00Z").await;
        let thanks = after(scene, &business, ANA, "ana@example.com").await;
        assert!(thanks.len() == 1 && thanks[0].contains("aniversário"), "{thanks:?}");
        scene.until("2026-12-04T12:00:00Z").await;
        let thanks = after(scene, &business, ANA, "12/03/1990").await;
        assert!(thanks.len() == 1 && !thanks[0].contains('?'), "{thanks:?}");
        assert_eq!(customer(scene, &business, ANA).await["birthday"], "1990-03-12");
    });
}

#[test]
fn a_stranger_is_asked_by_the_business_or_on_another_day() {
    play("2026-11-25T12:00:00Z", async |scene| {
        let business = scene.open_in(1, "pt-BR", "America/Sao_Paulo").await;
        let none: [String; 0] = [];
        for text in ["quanto custa um banho?", "meu email é ana@example.com"] {
            assert_eq!(after(scene, &business, ANA, text).await, none);
            assert_eq!(after(scene, &business, BIA, text).await, none);
        }
        scene.call("POST", "/api/customers", &business.key, Some(json!({"phone": ANA}))).await;
        minutes_pass(2).await;
        assert_eq!(scene.got(&business, ANA).len(), 1);

        scene.until("2026-11-27T12:00:00Z").await;
        assert_eq!(after(scene, &business, BIA, "oi, tem vaga hoje?").await, none);
        minutes_pass(30).await;
        let question = &scene.got(&business, BIA)[0].1;
        assert!(question.contains("nome") && question.contains("e-mail"), "{question}");
        let thanks = after(scene, &business, BIA, "Bia Ramos, bia@example.com").await;
        assert!(thanks.len() == 1 && thanks[0].contains("Bia"), "{thanks:?}");
    });
}

#[test]
fn a_stranger_who_says_stop_is_told_once_and_asked_nothing() {
    play("2026-11-25T12:00:00Z", async |scene| {
        let business = scene.open_in(1, "pt-BR", "America/Sao_Paulo").await;
        let told: Vec<_> =
            [after(scene, &business, ANA, "SAIR").await, after(scene, &business, ANA, "sair!!").await].concat();
        assert_eq!(told.len(), 1, "{told:?}");
        scene.until("2026-11-28T12:00:00Z").await;
        assert_eq!(after(scene, &business, ANA, "oi").await.len(), 0);
        minutes_pass(60).await;
        assert_eq!(scene.got(&business, ANA).len(), 1);
    });
}

/// A word of before is delivered after one of later.
#[test]
fn an_old_stop_does_not_undo_a_later_word() {
    play("2026-11-25T12:00:00Z", async |scene| {
        let business = scene.open_in(1, "pt-BR", "America/Sao_Paulo").await;
        scene.register(&business, ANA, "--03-01", json!([])).await;
        let cloud = scene.stage.run.cloud();
        let queue = cloud.read.iter().find(|queue| queue.contains("InboundMessages")).unwrap();
        let said = |text: &str, id: &str, minutes: i64| {
            let at = scene.stage.run.now() - chrono::TimeDelta::minutes(minutes);
            let message =
                json!({"gateway_message_id": id, "from": {"phone": ANA}, "kind": "text", "text": text, "at": at});
            let task = json!({"v": 1, "type": "inbound_message", "business_id": business.id, "sender_id": business.sender,
                              "gateway": "whapi", "message": message});
            cloud.queues.send(queue, aws::queues::NewMessage::text(task.to_string())).unwrap();
        };
        said("voltar", "later", 1);
        minutes_pass(1).await;
        said("SAIR", "before", 5);
        minutes_pass(2).await;
        assert_eq!(customer(scene, &business, ANA).await["marketing_consent"], true);
        assert_eq!(scene.got(&business, ANA), []);
    });
}

#[test]
fn an_owner_who_says_yes_has_the_birthday_greeted_once() {
    play("2026-11-25T10:00:00Z", async |scene| {
        let business = scene.open_in(1, "pt-BR", "America/Sao_Paulo").await;
        let owner = "5511990000001";
        assert_eq!(after(scene, &business, owner, "sim").await.len(), 0);
        scene.automation(&business, "birthdays", json!({"action": "propose"})).await;
        scene.register(&business, ANA, "--11-25", json!([])).await;
        scene.until("2026-11-25T12:30:00Z").await;
        let report = &scene.got(&business, owner)[0].1;
        assert!(report.contains("Ana") && report.contains("*1*"), "{report}");
        let answer = after(scene, &business, owner, "Sim!").await;
        assert!(answer[0].contains("1 pessoa"), "{answer:?}");
        minutes_pass(3).await;
        assert_eq!(scene.got(&business, ANA).iter().filter(|(_, text)| text.contains("aniversário")).count(), 1);
        // Once it is over, a yes starts nothing.
        after(scene, &business, owner, "sim").await;
        assert_eq!(scene.got(&business, ANA).iter().filter(|(_, text)| text.contains("aniversário")).count(), 1);
    });
}

/// Outside the reply window a template goes: of the occasion, and in a language that all of it is in.
#[test]
fn the_record_shows_the_template_as_the_phone_did() {
    play("2026-11-25T12:00:00Z", async |scene| {
        let template = |name: &str, language: &str, occasion: &str, body: &str| json!({"name": name, "language": language, "occasion": occasion, "variables": ["points_with_unit"], "body": body});
        let sender = json!({
            "gateway": "cloud_api", "address": "15550000000",
            "credentials": {"access_token": "t", "app_secret": "s", "verify_token": "v"},
            "templates": {"points": [
                template("points", "pt_BR", "added", "Você ganhou {{1}}"),
                template("points", "es", "added", "Sumaste {{1}}"),
                template("points_used", "pt_BR", "taken", "Você usou {{1}}"),
            ]},
        });
        let business = scene.open_with_locale(1, "pt-BR", "America/Sao_Paulo", sender).await;
        scene.register(&business, ANA, "--03-01", json!([])).await;
        scene.register(&business, BIA, "--03-01", json!([])).await;
        scene.change(&business, BIA, json!({"locale": "es"})).await;
        for phone in [ANA, BIA] {
            for (load_id, points) in [("first", 50), ("second", -1)] {
                let load = json!({"phone": phone, "points": points, "load_id": format!("{phone}-{load_id}")});
                scene.call("POST", "/api/points/load", &business.key, Some(load)).await;
                minutes_pass(2).await;
            }
        }
        for (phone, expected) in
            [(ANA, ["Você ganhou 50 pontos", "Você usou 1 ponto"]), (BIA, ["Sumaste 50 puntos", "Você usou 1 ponto"])]
        {
            let got: Vec<_> = scene.got(&business, phone).into_iter().map(|(_, text)| text).collect();
            assert_eq!(got, expected);
            assert_eq!(shown(scene, &business, phone).await, got);
            let export = scene.call("GET", &format!("/api/customers/{phone}/export"), &business.key, None).await;
            let exported: Vec<_> = export["messages"].as_array().unwrap().iter().rev().map(|it| &it["text"]).collect();
            assert_eq!(exported, expected);
        }
    });
}
