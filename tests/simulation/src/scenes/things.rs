//! What people send beside words: it is kept with the gateway's name of the file, shown in the inbox, and the assistant is
//! told what came. And the number of somebody who hides it.

use super::assistant::{open_at, seconds, texts};
use super::people::minutes_pass;
use super::{ANA, BIA, Scene, SceneBusiness, play};
use serde_json::{Value, json};
use world::Inbound;

const BEGIN: &str = "2026-11-25T12:00:00Z";

fn sender(gateway: &str, address: &str, credentials: Value) -> Value {
    json!({"gateway": gateway, "address": address, "credentials": credentials, "messages_per_minute": 600})
}

fn cloud_api() -> Value {
    sender("cloud_api", "15550000001", json!({"access_token": "t", "app_secret": "s", "verify_token": "v"}))
}

fn send(scene: &Scene, business: &SceneBusiness, kind: &str, text: &str) {
    let (sender, phone, text) = (business.address.clone(), ANA.to_owned(), text.to_owned());
    let sent = Inbound { sender, phone, text, kind: Some(kind.to_owned()), ..Inbound::default() };
    scene.stage.run.cloud().world.inbound(&sent).unwrap();
}

/// What the inbox shows, the newest first: kind, text, and whether it has a file.
async fn shown(scene: &Scene, business: &SceneBusiness, who: &str) -> Vec<(String, String, bool)> {
    let told = scene.call("GET", &format!("/api/conversations/{who}"), &business.key, None).await;
    let of_customer = told["messages"].as_array().unwrap().iter().filter(|it| it["author"] == "customer");
    let text = |it: &Value, name: &str| it[name].as_str().unwrap().to_owned();
    of_customer.map(|it| (text(it, "kind"), text(it, "text"), it["media"].is_string())).collect()
}

#[test]
fn each_gateway_tells_what_a_customer_sends_and_the_assistant_answers_it() {
    for sender in [
        sender("whapi", "CHANNEL-1", json!({"token": "t1", "webhook_secret": "s"})),
        cloud_api(),
        sender("evolution", "shop-1", json!({"api_key": "k", "webhook_secret": "s"})),
        sender("waha", "shop-1", json!({"api_key": "world-waha-key", "webhook_secret": "s"})),
    ] {
        play(BEGIN, async |scene| {
            let business = open_at(scene, sender.clone()).await;
            let mut expected = Vec::new();
            for (kind, text, told, has_file) in [
                ("image", "", "[image]", true),
                ("image", "o Rex depois do banho", "[image: o Rex depois do banho]", true),
                ("video", "", "[video]", true),
                ("document", "segue", "[document: exame.pdf: segue]", true),
                ("location", "Casa", "[location: Casa, -23.55 -46.63]", false),
                ("contacts", "Bea", "[contacts: Bea +5511912345678]", false),
                ("order", "Loja", "[order: ", false),
            ] {
                let said = texts(scene, &business, ANA).len();
                send(scene, &business, kind, text);
                seconds(20).await;
                assert_eq!(texts(scene, &business, ANA).len(), said + 1, "{sender}: {kind} is answered");
                let now = shown(scene, &business, ANA).await;
                let (shown_kind, shown_text, shown_file) = &now[0];
                assert_eq!((shown_kind.as_str(), *shown_file), (kind, has_file), "{sender}: {now:?}");
                assert!(shown_text.starts_with(told), "{sender}: {shown_text}, expected {told}");
                expected.push(shown_text.clone());
            }
            let answers = texts(scene, &business, ANA);
            assert!(answers[0].contains("não consigo abrir"), "{answers:?}");
            let said = answers.len();
            send(scene, &business, "sticker", "");
            minutes_pass(1).await;
            assert_eq!(texts(scene, &business, ANA).len(), said, "{sender}: a sticker asks nothing");
            assert_eq!(shown(scene, &business, ANA).await[0], ("sticker".to_owned(), "[sticker]".to_owned(), true));
            // The model was told of them all.
            let export = scene.call("GET", &format!("/api/customers/{ANA}/export"), &business.key, None).await;
            let kept = export["conversation"].to_string();
            assert!(expected.iter().all(|it| kept.contains(it.as_str())), "{kept}");
        });
    }
}

/// Once, after the first answer, and only of somebody whose number is not known. What they share is trusted.
#[test]
fn somebody_who_hides_the_number_is_asked_for_it_once() {
    play(BEGIN, async |scene| {
        let business = open_at(scene, cloud_api()).await;
        let write = |text: &str| {
            let (sender, phone, text) = (business.address.clone(), BIA.to_owned(), text.to_owned());
            let hidden = Inbound { sender, phone, text, without_phone: true, ..Inbound::default() };
            scene.stage.run.cloud().world.inbound(&hidden).unwrap();
        };
        write("quanto custa o banho?");
        minutes_pass(1).await;
        let got = texts(scene, &business, BIA);
        assert!(got.len() == 2 && got[0].contains("70") && got[1].contains("compartilhar"), "{got:?}");
        for _ in 0..2 {
            write("e a tosa?");
            minutes_pass(15).await;
        }
        let got = texts(scene, &business, BIA);
        assert_eq!(got.iter().filter(|text| text.contains("compartilhar")).count(), 1, "{got:?}");
        let said = got.len();
        let (sender, phone) = (business.address.clone(), BIA.to_owned());
        let shared = |payload: Option<&str>, number: &str| Inbound {
            sender: sender.clone(),
            phone: phone.clone(),
            text: number.to_owned(),
            kind: Some("contacts".to_owned()),
            payload: payload.map(str::to_owned),
            ..Inbound::default()
        };
        scene.stage.run.cloud().world.inbound(&shared(Some("contact_request"), &format!("+{BIA}"))).unwrap();
        minutes_pass(1).await;
        let bia = scene.call("GET", &format!("/api/customers/{BIA}"), &business.key, None).await;
        assert_eq!(bia["phone"], BIA, "{bia}");
        assert_eq!(texts(scene, &business, BIA).len(), said, "it is no question to the assistant");
        // Ana's number is known.
        send(scene, &business, "text", "quanto custa o banho?");
        minutes_pass(1).await;
        assert!(texts(scene, &business, ANA).iter().all(|text| !text.contains("compartilhar")));
    });
}
