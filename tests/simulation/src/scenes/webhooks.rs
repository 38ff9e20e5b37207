//! Webhooks as gateways write them, in all the forms that they have for one thing.

use super::people::{minutes_pass, open, status};
use super::{ANA, BIA, Scene, SceneBusiness, play};
use bytes::Bytes;
use domain::BusinessId;
use hmac::{Hmac, KeyInit, Mac};
use http::{HeaderMap, HeaderName, Method};
use serde_json::{Value, json};
use sha2::Sha256;
use store::Identity;

/// Posts a webhook as the sender's gateway would.
pub(super) async fn post(scene: &Scene, business: &SceneBusiness, body: &Value) {
    let cloud = scene.stage.run.cloud();
    let sender = cloud.world.senders().into_iter().find(|it| it.address == business.address).unwrap();
    let bytes = Bytes::from(body.to_string());
    let mut headers = HeaderMap::new();
    headers.insert("host", "api.simulation".parse().unwrap());
    headers.insert("content-type", "application/json".parse().unwrap());
    for (name, value) in &sender.webhook_headers {
        headers.insert(name.parse::<HeaderName>().unwrap(), value.parse().unwrap());
    }
    if let Some(secret) = &sender.app_secret {
        let mac = Hmac::<Sha256>::new_from_slice(secret.as_bytes()).unwrap().chain_update(&bytes).finalize();
        let signature = format!("sha256={}", hex::encode(mac.into_bytes()));
        headers.insert("x-hub-signature-256", signature.parse().unwrap());
    }
    let uri = sender.webhook.parse().unwrap();
    let answer = cloud.gateway.call(&Method::POST, &uri, &headers, bytes).await;
    assert_eq!(answer.status(), 200);
}

/// A change of Meta's for the sender.
pub(super) fn meta(business: &SceneBusiness, field: &str, mut value: Value) -> Value {
    value["messaging_product"] = json!("whatsapp");
    value["metadata"] = json!({"display_phone_number": "15550000001", "phone_number_id": business.address});
    let change = json!({"field": field, "value": value});
    json!({"object": "whatsapp_business_account", "entry": [{"id": "WABA", "time": 1_795_600_000, "changes": [change]}]})
}

/// Posts messages of Meta's, each at its moment.
pub(super) async fn messages(scene: &Scene, business: &SceneBusiness, messages: Value, contacts: Value) {
    let mut messages = messages;
    for message in messages.as_array_mut().unwrap() {
        message["timestamp"] = json!(scene.stage.run.now().timestamp().to_string());
    }
    post(scene, business, &meta(business, "messages", json!({"messages": messages, "contacts": contacts}))).await;
    minutes_pass(1).await;
}

async fn customer(scene: &Scene, business: &SceneBusiness, phone: &str) -> Value {
    scene.call("GET", &format!("/api/customers/{phone}"), &business.key, None).await
}

pub(super) async fn by_user_id(scene: &Scene, business: &SceneBusiness, bsuid: &str) -> Option<String> {
    let business: BusinessId = business.id.parse().unwrap();
    let found = scene.stage.store.customer_id(business, Identity::Bsuid(bsuid)).await.unwrap();
    found.map(|id| id.to_string())
}

pub(super) async fn turns(scene: &Scene, business: &SceneBusiness, phone: &str) -> Vec<String> {
    let customer = customer(scene, business, phone).await;
    let ids = (business.id.parse().unwrap(), customer["customer_id"].as_str().unwrap().parse().unwrap());
    let turns = scene.stage.store.turns(ids.0, ids.1, 100, None).await.unwrap();
    turns.items.into_iter().map(|turn| turn.text).filter(|text| !text.is_empty()).collect()
}

#[test]
fn a_number_moves_in_both_of_metas_forms_and_the_no_with_it() {
    play("2026-11-25T12:00:00Z", async |scene| {
        let business = open(scene).await;
        let moves = [
            ("5511987650001", "5511987650002", "5511987650001"),
            // The message comes from the new number.
            ("5511987650003", "5511987650004", "5511987650004"),
        ];
        for (nth, (old, new, from)) in moves.into_iter().enumerate() {
            scene.register(&business, old, "--03-01", json!([])).await;
            let before = customer(scene, &business, old).await;
            minutes_pass(1).await;
            let sair = json!([{"from": old, "id": format!("wamid.S{nth}"), "type": "text", "text": {"body": "Sair"}}]);
            messages(scene, &business, sair, json!([])).await;
            let system = json!([{"from": from, "id": format!("wamid.T{nth}"), "type": "system",
                "system": {"type": "customer_changed_number", "body": "changed", "wa_id": new, "customer": old}}]);
            messages(scene, &business, system, json!([])).await;
            let after = customer(scene, &business, new).await;
            assert_eq!(after["customer_id"], before["customer_id"]);
            assert_eq!(after["marketing_consent"], false);
        }
    });
}

#[test]
fn a_user_id_moves_though_the_old_one_stands_in_the_text_alone() {
    play("2026-11-25T12:00:00Z", async |scene| {
        let business = open(scene).await;
        let (old, new) = ("BR.1000000001", "BR.1000000002");
        let sair = json!([{"from_user_id": old, "id": "wamid.S", "type": "text", "text": {"body": "Sair"}}]);
        messages(scene, &business, sair, json!([{"user_id": old, "profile": {"name": "Bea"}}])).await;
        let before = by_user_id(scene, &business, old).await.unwrap();
        let system = json!([{"id": "wamid.T7", "type": "system", "system": {"type": "user_changed_user_id",
            "body": format!("User Bea changed from {old} to {new}"), "user_id": new}}]);
        messages(scene, &business, system.clone(), json!([])).await;
        messages(scene, &business, system, json!([])).await;
        assert_eq!(by_user_id(scene, &business, new).await.as_ref(), Some(&before));
        assert_eq!(by_user_id(scene, &business, old).await, None);
        // By the field of its own, and told again once it has moved on.
        let update = |old: &str, new: &str| {
            let moved = json!({"user_id": {"previous": old, "current": new}, "wa_id": ANA, "timestamp": "1795600000"});
            meta(&business, "user_id_update", json!({"user_id_update": [moved]}))
        };
        for (old, new) in [(new, "BR.1000000003"), ("BR.1000000003", "BR.1000000004"), (new, "BR.1000000003")] {
            post(scene, &business, &update(old, new)).await;
            minutes_pass(1).await;
        }
        assert_eq!(by_user_id(scene, &business, "BR.1000000004").await.as_ref(), Some(&before));
        let told = customer(scene, &business, ANA).await;
        assert_eq!((&told["customer_id"], &told["marketing_consent"]), (&json!(before), &json!(false)));
    });
}

#[test]
fn the_own_contact_makes_one_customer_of_two_and_a_no_of_either_holds() {
    play("2026-11-25T12:00:00Z", async |scene| {
        let business = open(scene).await;
        scene.register(&business, ANA, "--03-01", json!([])).await;
        let known = customer(scene, &business, ANA).await;
        let bea = json!([{"profile": {"name": "Bea", "username": "@bea"}, "user_id": "BR.88000001"}]);
        let sair = json!([{"from_user_id": "BR.88000001", "id": "wamid.S", "type": "text", "text": {"body": "SAIR"}}]);
        messages(scene, &business, sair, bea.clone()).await;
        let shared = |origin: &str, id: &str| {
            json!([{"from_user_id": "BR.88000001", "id": id, "type": "contacts", "origin": origin,
                    "contacts": [{"vcard": "BEGIN:VCARD", "phones": [{"phone": ANA}]}]}])
        };
        messages(scene, &business, shared("other", "wamid.1"), bea.clone()).await;
        let other = by_user_id(scene, &business, "BR.88000001").await.unwrap();
        assert_ne!(Some(other.as_str()), known["customer_id"].as_str());
        let load = async |who: &str, id: &str, points: i64| {
            let body = json!({"customer_id": who, "points": points, "load_id": id});
            scene.call("POST", "/api/points/load", &business.key, Some(body)).await
        };
        load(known["customer_id"].as_str().unwrap(), "own", 5).await;
        load(&other, "theirs", 30).await;
        load(&other, "spent", -10).await;
        scene.change(&business, &other, json!({"birthday": "--03-09"})).await;
        for id in ["wamid.2", "wamid.2"] {
            messages(scene, &business, shared("contact_request", id), bea.clone()).await;
            assert_eq!(by_user_id(scene, &business, "BR.88000001").await.as_deref(), known["customer_id"].as_str());
        }
        let told = customer(scene, &business, ANA).await;
        assert_eq!(told["customer_id"], known["customer_id"]);
        assert_eq!((&told["marketing_consent"], &told["name"]), (&json!(false), &json!("Ana")));
        // What was kept of the other goes over, and then it is gone. The same load counts nowhere again.
        assert_eq!(told["points_balance"], 25);
        load(known["customer_id"].as_str().unwrap(), "theirs", 30).await;
        minutes_pass(40).await;
        assert_eq!(customer(scene, &business, ANA).await["points_balance"], 25);
        assert_eq!(turns(scene, &business, ANA).await, ["SAIR"]);
        let id: BusinessId = business.id.parse().unwrap();
        assert!(scene.stage.store.customer(id, other.parse().unwrap()).await.unwrap().is_none());
        // Of a number that is nobody's yet.
        let rui = json!([{"profile": {"name": "Rui"}, "user_id": "BR.2"}]);
        let mut shared = shared("contact_request", "wamid.3");
        shared[0]["from_user_id"] = json!("BR.2");
        shared[0]["contacts"][0]["phones"][0]["phone"] = json!(BIA);
        messages(scene, &business, shared, rui).await;
        let told = customer(scene, &business, BIA).await;
        assert_eq!(by_user_id(scene, &business, "BR.2").await.as_deref(), told["customer_id"].as_str());
        assert_eq!(told["name"], "Rui");
    });
}

/// A person has the chat with somebody who is known by the user id alone, and who then shows a number that is a customer's.
/// The handover has its end in the chat that both become, and what waits in it is answered once.
#[test]
fn a_handover_and_what_waits_go_over_to_the_record_that_stays() {
    for waits_for_a_person in [true, false] {
        play("2026-11-25T12:00:00Z", async |scene| {
            let business = open(scene).await;
            scene.register(&business, ANA, "--03-01", json!([])).await;
            let settings = json!({"instructions": "Pet shop.", "services": [{"name": "Banho", "minutes": 60, "price": 70}],
                                  "reply_silence_seconds": 15});
            let path = format!("/api/businesses/{}", business.id);
            scene.call("PATCH", &path, &business.key, Some(json!({"settings": settings}))).await;
            let bea = json!([{"profile": {"name": "Bea", "username": "@bea"}, "user_id": "BR.88000001"}]);
            let says = |id: &str, text: &str| json!([{"from_user_id": "BR.88000001", "id": id, "type": "text", "text": {"body": text}}]);
            messages(scene, &business, says("wamid.1", "oi"), bea.clone()).await;
            let other = by_user_id(scene, &business, "BR.88000001").await.unwrap();
            if waits_for_a_person {
                let path = format!("/api/conversations/{other}/takeover");
                scene.call("POST", &path, &business.key, None).await;
            }
            let mut asked = says("wamid.2", "quanto custa o banho?");
            asked[0]["timestamp"] = json!(scene.stage.run.now().timestamp().to_string());
            post(scene, &business, &meta(&business, "messages", json!({"messages": asked, "contacts": bea}))).await;
            tokio::time::sleep(std::time::Duration::from_secs(2)).await;
            let shared = json!([{"from_user_id": "BR.88000001", "id": "wamid.3", "type": "contacts", "origin": "contact_request",
                                 "contacts": [{"vcard": "BEGIN:VCARD", "phones": [{"phone": ANA}]}]}]);
            messages(scene, &business, shared, bea).await;
            let answers = || scene.got(&business, ANA).iter().filter(|(_, text)| text.contains("70")).count();
            minutes_pass(30).await;
            let state = async || {
                let told = scene.call("GET", &format!("/api/conversations/{ANA}"), &business.key, None).await;
                told["conversation"]["state"].as_str().unwrap().to_owned()
            };
            let expected = if waits_for_a_person { (0, "human") } else { (1, "quiet") };
            assert_eq!((answers(), state().await.as_str()), expected);
            minutes_pass(60).await;
            assert_eq!((answers(), state().await.as_str()), (1, "quiet"));
            let listed = scene.call("GET", "/api/conversations?state=human", &business.key, None).await;
            assert_eq!(listed["conversations"], json!([]));
        });
    }
}

/// Appointments and purchases do not go over, so reminders, answers and corrections would miss them.
#[test]
fn a_record_with_an_appointment_or_a_purchase_is_not_joined_and_a_no_of_either_holds() {
    play("2026-11-25T12:00:00Z", async |scene| {
        let business = open(scene).await;
        let appointment = json!({"appointment_id": "bath", "service": "Baño", "start": "2026-12-05T12:00:00Z",
                                 "overbook": true});
        let purchase = json!({"invoice_id": "i-1", "at": "2026-11-20T12:00:00Z", "total": 0, "lines": []});
        let cases = [(ANA, "BR.88000001", "/api/appointments", appointment), (BIA, "BR.2", "/api/purchases", purchase)];
        for (nth, (phone, bsuid, path, mut body)) in cases.into_iter().enumerate() {
            scene.register(&business, phone, "--03-01", json!([])).await;
            let known = customer(scene, &business, phone).await;
            let bea = json!([{"profile": {"name": "Bea"}, "user_id": bsuid}]);
            let sair = json!([{"from_user_id": bsuid, "id": format!("wamid.S{nth}"), "type": "text",
                               "text": {"body": "SAIR"}}]);
            messages(scene, &business, sair, bea.clone()).await;
            let other = by_user_id(scene, &business, bsuid).await.unwrap();
            body["customer_id"] = json!(other);
            scene.call("POST", path, &business.key, Some(body)).await;
            let shared = json!([{"from_user_id": bsuid, "id": format!("wamid.C{nth}"), "type": "contacts",
                "origin": "contact_request", "contacts": [{"vcard": "BEGIN:VCARD", "phones": [{"phone": phone}]}]}]);
            messages(scene, &business, shared, bea).await;
            minutes_pass(40).await;
            assert_eq!(by_user_id(scene, &business, bsuid).await.as_ref(), Some(&other));
            let told = customer(scene, &business, phone).await;
            assert_eq!((&told["customer_id"], &told["marketing_consent"]), (&known["customer_id"], &json!(false)));
            let export = scene.call("GET", &format!("/api/customers/{other}/export"), &business.key, None).await;
            let kept = export.to_string();
            assert!(kept.contains("bath") || kept.contains("i-1"), "{kept}");
        }
    });
}

#[test]
fn edits_captions_and_messages_without_a_time_are_kept_once_and_honoured() {
    play("2026-11-25T12:00:00Z", async |scene| {
        let business = open(scene).await;
        scene.register(&business, ANA, "--03-01", json!([])).await;
        minutes_pass(1).await;
        let edit = json!([{"from": ANA, "id": "wamid.T1", "type": "edit", "edit": {"original_message_id": "wamid.T0",
            "message": {"context": {"id": "M0"}, "type": "text", "text": {"body": "Sair"}}}}]);
        messages(scene, &business, edit, json!([])).await;
        assert_eq!(customer(scene, &business, ANA).await["marketing_consent"], false);
        assert_eq!(turns(scene, &business, ANA).await, ["Sair"]);

        let hotel = scene.open(2, "America/Sao_Paulo").await;
        for phone in [ANA, BIA] {
            scene.register(&hotel, phone, "--03-01", json!([])).await;
        }
        let whapi = |phone: &str, id: &str, kind: &str, part: Value| {
            json!({"messages": [{"id": id, "from_me": false, "type": kind, "chat_id": format!("{phone}@s.whatsapp.net"),
                   "from": phone, "timestamp": 0, kind: part}], "event": {"type": "messages", "event": "post"}})
        };
        let edit = json!({"target": "W.T0", "type": "edit", "edited_type": "text", "edited_content": {"body": "Sair"}});
        let document = json!({"caption": "Sair", "filename": "f.pdf"});
        for _ in 0..2 {
            post(scene, &hotel, &whapi(ANA, "W.E1", "action", edit.clone())).await;
            post(scene, &hotel, &whapi(BIA, "W.D1", "documentWithCaption", document.clone())).await;
            minutes_pass(5).await;
        }
        for phone in [ANA, BIA] {
            assert_eq!(customer(scene, &hotel, phone).await["marketing_consent"], false);
            assert_eq!(turns(scene, &hotel, phone).await, ["Sair"]);
        }
        // A repeat of the old word does not outweigh a later one.
        post(scene, &hotel, &whapi(ANA, "W.V1", "text", json!({"body": "VOLTAR"}))).await;
        minutes_pass(5).await;
        post(scene, &hotel, &whapi(ANA, "W.E1", "action", edit)).await;
        minutes_pass(5).await;
        assert_eq!(customer(scene, &hotel, ANA).await["marketing_consent"], true);
    });
}

#[test]
fn a_name_that_comes_later_fills_an_empty_one() {
    play("2026-11-25T12:00:00Z", async |scene| {
        let business = open(scene).await;
        scene.call("POST", "/api/customers", &business.key, Some(json!({"phone": ANA}))).await;
        let oi = |id: &str| json!([{"from": ANA, "id": id, "type": "text", "text": {"body": "oi"}}]);
        let profile = |name: &str| json!([{"wa_id": ANA, "profile": {"name": name, "username": "ana.teste"}}]);
        for (nth, (name, expected)) in
            [(".", Value::Null), ("Ana Teste", json!("Ana Teste")), ("Bea", json!("Ana Teste"))].into_iter().enumerate()
        {
            messages(scene, &business, oi(&format!("wamid.{nth}")), profile(name)).await;
            let told = customer(scene, &business, ANA).await;
            assert_eq!((told.get("name").unwrap_or(&Value::Null), &told["username"]), (&expected, &json!("ana.teste")));
        }
    });
}

#[test]
fn what_whatsapp_does_not_show_makes_no_customer() {
    play("2026-11-25T12:00:00Z", async |scene| {
        let business = open(scene).await;
        let hidden = |phone: &str| json!([{"from": phone, "id": "wamid.U", "type": "unsupported", "errors": []}]);
        messages(scene, &business, hidden(ANA), json!([{"wa_id": ANA, "profile": {"name": "Ana"}}])).await;
        let found = scene.stage.client.call("GET", &format!("/api/customers/{ANA}"), &business.key, None).await;
        assert_eq!(found.status, 404);
        scene.register(&business, BIA, "--03-01", json!([])).await;
        let before = customer(scene, &business, BIA).await["last_contact_at"].clone();
        minutes_pass(60).await;
        messages(scene, &business, hidden(BIA), json!([])).await;
        // The record learns of it when the conversation has ended.
        minutes_pass(12).await;
        assert_ne!(customer(scene, &business, BIA).await["last_contact_at"], before);
    });
}

#[test]
fn owners_are_told_once_of_a_template_that_changed() {
    play("2026-11-25T12:00:00Z", async |scene| {
        let business = open(scene).await;
        let change = |name: &str, category: &str| {
            meta(
                &business,
                "template_category_update",
                json!({"message_template_id": 1, "message_template_name": name,
                "message_template_language": "es", "previous_category": "UTILITY", "new_category": category}),
            )
        };
        for body in [change("offer", "MARKETING"), change("offer", "MARKETING"), change("not ours", "MARKETING")] {
            post(scene, &business, &body).await;
            minutes_pass(1).await;
        }
        let found = scene.call("GET", "/api/messages?limit=100", &business.key, None).await;
        let told: Vec<&Value> =
            found["messages"].as_array().unwrap().iter().filter(|it| it["message_type"] == "sender_notice").collect();
        assert_eq!(told.len(), 1, "{found}");
        let text = told[0]["text"].as_str().or_else(|| told[0]["content"]["text"].as_str()).unwrap();
        assert!(text.contains("offer") && text.contains("MARKETING"), "{text}");
    });
}

#[test]
fn statuses_that_name_only_the_gateways_id_settle_ours_and_let_foreign_ones_go() {
    play("2026-11-25T12:00:00Z", async |scene| {
        let business = open(scene).await;
        scene.register(&business, ANA, "--03-01", json!([])).await;
        let cloud = scene.stage.run.cloud();
        cloud.world.set_fault(world::FaultRule::always(world::FaultKind::WebhookLost));
        super::people::offer(scene, &business, "ours", "transactional").await;
        minutes_pass(1).await;
        assert_eq!(status(scene, &business, "ours").await, "sent");
        let report = |id: &str| json!({"id": id, "recipient_id": ANA, "status": "delivered", "timestamp": scene.stage.run.now().timestamp()});
        let ours = cloud.world.sent()[0].gateway_id.clone();
        post(scene, &business, &meta(&business, "messages", json!({"statuses": [report(&ours)]}))).await;
        minutes_pass(2).await;
        assert_eq!(status(scene, &business, "ours").await, "delivered");

        cloud.usage.reset();
        let foreign: Vec<Value> = (0..500).map(|nth| report(&format!("wamid.FOREIGN{nth:060}"))).collect();
        post(scene, &business, &meta(&business, "messages", json!({"statuses": foreign}))).await;
        minutes_pass(10).await;
        let used = cloud.usage.report().queues;
        let queue = used.iter().find(|(name, _)| name.contains("MessageStatuses")).map(|(_, queue)| &queue.actions);
        let sent = queue
            .map_or(0, |actions| actions.iter().filter(|(name, _)| name.starts_with("Send")).map(|it| *it.1).sum());
        assert!((3..=9).contains(&sent), "{queue:?}: three looks at few tasks");
        assert!(cloud.queues_are_empty());
    });
}

#[test]
fn a_code_of_the_sender_holds_the_sender_and_keeps_the_message() {
    play("2026-11-25T12:00:00Z", async |scene| {
        for (nth, (code, sender, settled)) in [
            (131_037, "restricted", "pending"),
            (131_045, "restricted", "pending"),
            (133_000, "down", "pending"),
            (133_005, "down", "pending"),
            (133_006, "down", "pending"),
            (133_015, "down", "pending"),
            (133_004, "", "pending"),
            (135_000, "", "pending"),
            (131_021, "", "failed"),
            (131_030, "", "failed"),
        ]
        .into_iter()
        .enumerate()
        {
            let address = format!("1555000{nth:04}");
            let given = json!({"gateway": "cloud_api", "address": address,
                "credentials": {"access_token": format!("t{nth}"), "app_secret": "s", "verify_token": "v"},
                "templates": {"offer": {"name": "offer", "language": "es", "variables": ["name"]}}});
            let business = scene.open_with(10 + nth as u64, "America/Sao_Paulo", given).await;
            scene.register(&business, ANA, "--03-01", json!([])).await;
            let cloud = scene.stage.run.cloud();
            cloud.world.set_fault(world::FaultRule::times(world::FaultKind::FailLater { code }, 1));
            super::people::offer(scene, &business, "m", "transactional").await;
            tokio::time::sleep(std::time::Duration::from_secs(20)).await;
            assert_eq!(status(scene, &business, "m").await, settled, "{code}");
            let ids = (business.id.parse().unwrap(), business.sender.parse().unwrap());
            let state = scene.stage.store.sender_row(ids.0, ids.1).await.unwrap().state;
            assert_eq!(
                (state.restricted, state.down_until.is_some()),
                (sender == "restricted", sender == "down"),
                "{code}"
            );
        }
    });
}
