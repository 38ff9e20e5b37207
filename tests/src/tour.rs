//! The tour of the README, as a new user takes it.

use crate::bundle::Bundle;
use serde_json::json;
use world::Gateway;

#[tokio::test(flavor = "multi_thread")]
async fn register_load_points_and_opt_out() {
    let bundle = Bundle::start().await;
    let business = bundle.business(Gateway::CloudApi, 4_800).await;
    let phone = "5511987654321";

    let ana = json!({"phone": "+55 11 98765-4321", "name": "Ana", "email": "ana@example.com", "gender": "female",
                     "city": "Santos", "marketing_consent": true});
    let made = bundle.post("/api/customers", &business.key, ana).await.expect(201);
    assert_eq!(made["phone"], phone);
    bundle.until("the question", async || bundle.got(&business, phone).len() == 1).await;
    assert_eq!(bundle.got(&business, phone), ["Oi Ana, falta: sua data de aniversário"]);

    let load = json!({"phone": phone, "points": 50, "reason": "visita", "load_id": "v-1"});
    assert_eq!(bundle.post("/api/points/load", &business.key, load.clone()).await.expect(201)["balance"], 50);
    assert_eq!(bundle.post("/api/points/load", &business.key, load).await.expect(200)["balance"], 50);
    bundle.until("the notice", async || bundle.got(&business, phone).len() == 2).await;
    assert_eq!(bundle.got(&business, phone)[1], "Você tem 50 novos, 50 ao todo");

    bundle.write(&business, phone, " Sair! ");
    bundle.until("the confirmation", async || bundle.got(&business, phone).len() == 3).await;
    let offer = json!({"phone": phone, "text": "20 % off", "kind": "marketing", "message_id": "offer"});
    bundle.post("/api/messages", &business.key, offer).await.expect(202);
    let skipped = async || {
        let offer = bundle.get("/api/messages/direct/offer", &business.key).await.expect(200);
        offer["status"] == "skipped" && offer["error_message"].as_str().unwrap().starts_with("opted_out")
    };
    bundle.until("marketing is skipped", skipped).await;

    bundle.write(&business, phone, "voltar");
    bundle.until("the second confirmation", async || bundle.got(&business, phone).len() == 4).await;
    let again = json!({"phone": phone, "text": "20 % off", "kind": "marketing", "message_id": "offer-2"});
    let sent = bundle.post("/api/messages", &business.key, again.clone()).await.expect(202);
    bundle.until("marketing goes again", async || bundle.got(&business, phone).len() == 5).await;
    let offer = "20 % off\n\nPara não receber promoções, responda SAIR.";
    assert_eq!((sent["content"]["text"].as_str().unwrap(), &*bundle.got(&business, phone)[4]), (offer, offer));
    // A caller who did not see the answer repeats the call. Meanwhile the customer has another language.
    let spanish = json!({"locale": "es"});
    bundle.call("PATCH", &format!("/api/customers/{phone}"), &business.key, Some(&spanish)).await.expect(200);
    let repeated = bundle.post("/api/messages", &business.key, again).await.expect(202);
    assert_eq!(repeated["content"]["text"], offer);

    let customer = bundle.get(&format!("/api/customers/{phone}"), &business.key).await.expect(200);
    assert_eq!((&customer["points_balance"], &customer["marketing_consent"]), (&json!(50), &json!(true)));
    let export = bundle.get(&format!("/api/customers/{phone}/export"), &business.key).await.expect(200);
    assert_eq!(export["conversation"].as_array().unwrap().len(), 2);
    bundle.call("DELETE", &format!("/api/customers/{phone}"), &business.key, None).await.expect(202);
    let gone = async || bundle.get(&format!("/api/customers/{phone}"), &business.key).await.status == 404;
    bundle.until("the customer is erased", gone).await;
    assert_eq!(bundle.dead_letters().await, 0);
    bundle.end().await;
}
